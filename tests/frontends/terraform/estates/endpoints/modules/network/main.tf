variable "cidr" {
  type = string
}

variable "zones" {
  type = list(string)
}

variable "tiers" {
  type = map(any)
}

locals {
  subnets = merge([
    for tier, settings in var.tiers : {
      for index, zone in var.zones : "${tier}-${index}" => {
        tier = tier
        zone = zone
        cidr = cidrsubnet(var.cidr, settings.newbits, settings.offset + index)
      }
    }
  ]...)
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr
  enable_dns_hostnames = true
}

resource "aws_subnet" "this" {
  for_each          = local.subnets
  vpc_id            = aws_vpc.this.id
  cidr_block        = each.value.cidr
  availability_zone = each.value.zone
}

resource "aws_route_table" "this" {
  for_each = var.tiers
  vpc_id   = aws_vpc.this.id
}

resource "aws_route_table_association" "this" {
  for_each       = aws_subnet.this
  subnet_id      = each.value.id
  route_table_id = aws_route_table.this[local.subnets[each.key].tier].id
}

output "vpc_id" {
  value = try(aws_vpc.this.id, null)
}

output "tables_by_tier" {
  value = { for tier, table in aws_route_table.this : tier => [table.id] }
}

output "subnets_by_tier" {
  value = { for name, subnet in local.subnets : subnet.tier => aws_subnet.this[name].id... }
}

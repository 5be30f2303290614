variable "vpc_id" {
  type = string
}

variable "endpoints" {
  type    = any
  default = {}
}

variable "defaults" {
  type    = any
  default = {}
}

data "aws_vpc_endpoint_service" "this" {
  for_each     = var.endpoints
  service      = try(each.value.service, null)
  service_type = try(each.value.service_type, "Interface")
}

locals {
  endpoints = { for name, given in var.endpoints : name => merge(var.defaults, given) }
}

resource "aws_vpc_endpoint" "this" {
  for_each            = local.endpoints
  vpc_id              = var.vpc_id
  service_name        = data.aws_vpc_endpoint_service.this[each.key].service_name
  vpc_endpoint_type   = lookup(each.value, "service_type", "Interface")
  route_table_ids     = try(each.value.service_type, "Interface") == "Gateway" ? lookup(each.value, "route_table_ids", null) : null
  subnet_ids          = try(each.value.service_type, "Interface") == "Interface" ? distinct(concat(var.defaults.subnet_ids, lookup(each.value, "subnet_ids", []))) : null
  private_dns_enabled = try(each.value.private_dns_enabled, null)
}

# Ways in which people associate: count, splats, element, zipmap, setproduct, conditionals, nested modules' outputs, one().
provider "aws" {
  region = "us-west-2"
}

variable "private" {
  type    = list(string)
  default = ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"]
}

variable "with_endpoint" {
  type    = bool
  default = true
}

variable "extra" {
  type    = set(string)
  default = ["blue", "green"]
}

resource "aws_vpc" "main" {
  count      = 1
  cidr_block = "10.0.0.0/16"
}

locals {
  vpc_id     = one(aws_vpc.main[*].id)
  table_ids  = concat(aws_route_table.private[*].id, values(aws_route_table.extra)[*].id)
  by_color   = zipmap(sort(tolist(var.extra)), [for color in sort(tolist(var.extra)) : aws_route_table.extra[color].id])
  interfaces = { for pair in setproduct(["sqs", "ecr.api"], ["us-west-2"]) : pair[0] => "com.amazonaws.${pair[1]}.${pair[0]}" }
}

resource "aws_subnet" "private" {
  count      = length(var.private)
  vpc_id     = local.vpc_id
  cidr_block = var.private[count.index]
}

resource "aws_subnet" "extra" {
  for_each   = var.extra
  vpc_id     = aws_vpc.main[0].id
  cidr_block = each.key == "blue" ? "10.0.8.0/24" : "10.0.9.0/24"
}

resource "aws_route_table" "private" {
  count  = 2
  vpc_id = local.vpc_id
}

resource "aws_route_table" "extra" {
  for_each = var.extra
  vpc_id   = local.vpc_id
}

resource "aws_route_table_association" "private" {
  count          = length(aws_subnet.private)
  subnet_id      = element(aws_subnet.private.*.id, count.index)
  route_table_id = element(aws_route_table.private[*].id, count.index)
}

resource "aws_route_table_association" "extra" {
  for_each       = { for color in var.extra : color => aws_subnet.extra[color] }
  subnet_id      = each.value.id
  route_table_id = local.by_color[each.key]
}

resource "aws_vpc_endpoint" "s3" {
  count             = var.with_endpoint ? 1 : 0
  vpc_id            = local.vpc_id
  service_name      = "com.amazonaws.us-west-2.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [for index, id in local.table_ids : id if index != 1]
}

resource "aws_vpc_endpoint_route_table_association" "late" {
  count           = var.with_endpoint ? 1 : 0
  vpc_endpoint_id = try(aws_vpc_endpoint.s3[0].id, "")
  route_table_id  = reverse(aws_route_table.private[*].id)[0]
}

resource "aws_vpc_endpoint" "interface" {
  for_each          = local.interfaces
  vpc_id            = local.vpc_id
  service_name      = each.value
  vpc_endpoint_type = "Interface"
  subnet_ids        = slice(aws_subnet.private[*].id, 0, 2)
}

resource "aws_s3_bucket" "data" {
  bucket_prefix = "shapes-"
}

resource "aws_instance" "worker" {
  count         = 2
  ami           = "ami-0abcdef1234567890"
  instance_type = "t3.micro"
  subnet_id     = coalesce(try(aws_subnet.private[count.index + 1].id, ""), aws_subnet.private[0].id)
  user_data     = templatefile("${path.module}/worker.sh.tftpl", { bucket = "shapes-logs", region = "us-west-2" })
}

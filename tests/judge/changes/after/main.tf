# After it: one table is mended, one is cut off, one zone is new, one function is touched

provider "aws" {
  region = "ap-northeast-1"
}

locals {
  zones = {
    forgotten = "10.0.1.0/24"
    touched   = "10.0.2.0/24"
    mended    = "10.0.3.0/24"
    cut       = "10.0.4.0/24"
    fine      = "10.0.5.0/24"
    added     = "10.0.6.0/24"
  }
}

resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true
}

resource "aws_route_table" "zone" {
  for_each = local.zones
  vpc_id   = aws_vpc.main.id
}

resource "aws_subnet" "zone" {
  for_each   = local.zones
  vpc_id     = aws_vpc.main.id
  cidr_block = each.value
}

resource "aws_route_table_association" "zone" {
  for_each       = local.zones
  subnet_id      = aws_subnet.zone[each.key].id
  route_table_id = aws_route_table.zone[each.key].id
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = aws_vpc.main.id
  service_name = "com.amazonaws.ap-northeast-1.s3"
}

resource "aws_vpc_endpoint_route_table_association" "zone" {
  for_each        = toset(["mended", "fine"])
  vpc_endpoint_id = aws_vpc_endpoint.s3.id
  route_table_id  = aws_route_table.zone[each.key].id
}

resource "aws_s3_bucket" "data" {
  bucket = "s3reach-change-data"
}

resource "aws_lambda_function" "in" {
  for_each      = local.zones
  function_name = each.key
  role          = "arn:aws:iam::123456789012:role/function"
  runtime       = "python3.13"
  handler       = "index.handler"
  filename      = "function.zip"
  memory_size   = each.key == "touched" ? 256 : 128

  environment {
    variables = {
      DATA_BUCKET = aws_s3_bucket.data.id
    }
  }

  vpc_config {
    subnet_ids         = [aws_subnet.zone[each.key].id]
    security_group_ids = []
  }
}

# Subnets and their tables made by a module for each zone

provider "aws" {
  region = "ap-northeast-1"
}

module "zone" {
  source   = "./zone"
  for_each = { a = 1, c = 2 }

  vpc_id = aws_vpc.main.id
  number = each.value
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.ap-northeast-1.s3"
  route_table_ids = [module.zone["a"].route_table_id]
}

resource "aws_vpc_endpoint_route_table_association" "zone" {
  for_each = { c = module.zone["c"].route_table_id }

  vpc_endpoint_id = aws_vpc_endpoint.s3.id
  route_table_id  = each.value
}

resource "aws_s3_bucket" "data" {
  bucket = "s3reach-sample-data"
}

resource "aws_lambda_function" "reader" {
  for_each = module.zone

  function_name = "reader-${each.key}"
  role          = "arn:aws:iam::123456789012:role/function"
  runtime       = "python3.13"
  handler       = "index.handler"
  filename      = "function.zip"

  environment {
    variables = {
      DATA_BUCKET = aws_s3_bucket.data.bucket
    }
  }

  vpc_config {
    subnet_ids         = [each.value.subnet_id]
    security_group_ids = []
  }
}

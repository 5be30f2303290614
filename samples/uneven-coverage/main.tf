# The gateway endpoint is on the table of one zone, and not on that of the other

provider "aws" {
  region = "ap-northeast-1"
}

resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true
}

resource "aws_route_table" "zone_a_routes" {
  vpc_id = aws_vpc.main.id
}

resource "aws_subnet" "zone_a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_route_table_association" "zone_a" {
  subnet_id      = aws_subnet.zone_a.id
  route_table_id = aws_route_table.zone_a_routes.id
}

resource "aws_route_table" "zone_c_routes" {
  vpc_id = aws_vpc.main.id
}

resource "aws_subnet" "zone_c" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.2.0/24"
}

resource "aws_route_table_association" "zone_c" {
  subnet_id      = aws_subnet.zone_c.id
  route_table_id = aws_route_table.zone_c_routes.id
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.ap-northeast-1.s3"
  route_table_ids = [aws_route_table.zone_a_routes.id]
}

resource "aws_s3_bucket" "data" {
  bucket = "s3reach-sample-data"
}

resource "aws_lambda_function" "reader" {
  function_name = "reader"
  role          = "arn:aws:iam::123456789012:role/function"
  runtime       = "python3.13"
  handler       = "index.handler"
  filename      = "function.zip"

  environment {
    variables = {
      DATA_BUCKET = "s3reach-sample-data"
    }
  }

  vpc_config {
    subnet_ids         = [aws_subnet.zone_a.id]
    security_group_ids = []
  }
}

# A directory bucket, which the gateway endpoint for S3 does not serve

provider "aws" {
  region = "ap-northeast-1"
}

resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true
}

resource "aws_route_table" "first_routes" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route_table" "second_routes" {
  vpc_id = aws_vpc.main.id
}

resource "aws_subnet" "first" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_subnet" "second" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.2.0/24"
}

resource "aws_route_table_association" "first" {
  subnet_id      = aws_subnet.first.id
  route_table_id = aws_route_table.first_routes.id
}

resource "aws_route_table_association" "second" {
  subnet_id      = aws_subnet.second.id
  route_table_id = aws_route_table.second_routes.id
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.ap-northeast-1.s3"
  route_table_ids = [aws_route_table.first_routes.id, aws_route_table.second_routes.id]
}

resource "aws_vpc_endpoint" "express" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.ap-northeast-1.s3express"
  route_table_ids = [aws_route_table.second_routes.id]
}

resource "aws_s3_directory_bucket" "fast" {
  bucket          = "s3reach-sample--apne1-az4--x-s3"
  data_redundancy = "SingleAvailabilityZone"

  location {
    name = "apne1-az4"
  }
}

resource "aws_lambda_function" "reader" {
  function_name = "reader"
  role          = "arn:aws:iam::123456789012:role/function"
  runtime       = "python3.13"
  handler       = "index.handler"
  filename      = "function.zip"

  environment {
    variables = {
      FAST_BUCKET = "s3reach-sample--apne1-az4--x-s3"
    }
  }

  vpc_config {
    subnet_ids         = [aws_subnet.first.id, aws_subnet.second.id]
    security_group_ids = []
  }
}

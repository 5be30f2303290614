# NAT instances, one of which drops what it should forward

provider "aws" {
  region = "ap-northeast-1"
}

resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true
}

resource "aws_internet_gateway" "internet" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route_table" "public_routes" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route" "public_default" {
  route_table_id         = aws_route_table.public_routes.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.internet.id
}

resource "aws_subnet" "public" {
  vpc_id                  = aws_vpc.main.id
  cidr_block              = "10.0.0.0/24"
  map_public_ip_on_launch = true
}

resource "aws_route_table_association" "public" {
  subnet_id      = aws_subnet.public.id
  route_table_id = aws_route_table.public_routes.id
}

resource "aws_instance" "forwarding" {
  ami               = "ami-0123456789abcdef0"
  instance_type     = "t4g.nano"
  subnet_id         = aws_subnet.public.id
  source_dest_check = false
}

resource "aws_instance" "checking" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t4g.nano"
  subnet_id     = aws_subnet.public.id
}

resource "aws_route_table" "first_routes" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route" "first_default" {
  route_table_id         = aws_route_table.first_routes.id
  destination_cidr_block = "0.0.0.0/0"
  network_interface_id   = aws_instance.forwarding.primary_network_interface_id
}

resource "aws_subnet" "first" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_route_table_association" "first" {
  subnet_id      = aws_subnet.first.id
  route_table_id = aws_route_table.first_routes.id
}

resource "aws_route_table" "second_routes" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route" "second_default" {
  route_table_id         = aws_route_table.second_routes.id
  destination_cidr_block = "0.0.0.0/0"
  network_interface_id   = aws_instance.checking.primary_network_interface_id
}

resource "aws_subnet" "second" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.2.0/24"
}

resource "aws_route_table_association" "second" {
  subnet_id      = aws_subnet.second.id
  route_table_id = aws_route_table.second_routes.id
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
    subnet_ids         = [aws_subnet.first.id, aws_subnet.second.id]
    security_group_ids = []
  }
}

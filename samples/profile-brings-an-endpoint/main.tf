# A Route 53 Profile that brings the names of a hub's interface endpoint to another VPC

provider "aws" {
  region = "ap-northeast-1"
}

resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true
}

resource "aws_route_table" "private_routes" {
  vpc_id = aws_vpc.main.id
}

resource "aws_subnet" "private" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_route_table_association" "private" {
  subnet_id      = aws_subnet.private.id
  route_table_id = aws_route_table.private_routes.id
}

resource "aws_route" "to_hub" {
  route_table_id            = aws_route_table.private_routes.id
  destination_cidr_block    = "10.9.0.0/16"
  vpc_peering_connection_id = aws_vpc_peering_connection.hub.id
}

resource "aws_vpc" "hub" {
  cidr_block           = "10.9.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true
}

resource "aws_route_table" "hub_routes" {
  vpc_id = aws_vpc.hub.id
}

resource "aws_subnet" "shared" {
  vpc_id     = aws_vpc.hub.id
  cidr_block = "10.9.1.0/24"
}

resource "aws_route_table_association" "shared" {
  subnet_id      = aws_subnet.shared.id
  route_table_id = aws_route_table.hub_routes.id
}

resource "aws_route" "to_main" {
  route_table_id            = aws_route_table.hub_routes.id
  destination_cidr_block    = "10.0.0.0/16"
  vpc_peering_connection_id = aws_vpc_peering_connection.hub.id
}

resource "aws_vpc_peering_connection" "hub" {
  vpc_id      = aws_vpc.main.id
  peer_vpc_id = aws_vpc.hub.id
  auto_accept = true
}

resource "aws_security_group" "endpoint" {
  vpc_id = aws_vpc.hub.id

  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["10.0.0.0/8"]
  }
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id              = aws_vpc.hub.id
  service_name        = "com.amazonaws.ap-northeast-1.s3"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = [aws_subnet.shared.id]
  security_group_ids  = [aws_security_group.endpoint.id]
  private_dns_enabled = true

  dns_options {
    private_dns_only_for_inbound_resolver_endpoint = false
  }
}

resource "aws_route53profiles_profile" "names" {
  name = "names"
}

resource "aws_route53profiles_resource_association" "s3" {
  name         = "s3"
  profile_id   = aws_route53profiles_profile.names.id
  resource_arn = aws_vpc_endpoint.s3.arn
}

resource "aws_route53profiles_association" "main" {
  name        = "main"
  profile_id  = aws_route53profiles_profile.names.id
  resource_id = aws_vpc.main.id
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
    subnet_ids         = [aws_subnet.private.id]
    security_group_ids = []
  }
}

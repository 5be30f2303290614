# An instance with IPv6 addresses only

provider "aws" {
  region = "ap-northeast-1"
}

resource "aws_vpc" "main" {
  cidr_block                       = "10.0.0.0/16"
  assign_generated_ipv6_cidr_block = true
  enable_dns_support               = true
  enable_dns_hostnames             = true
}

resource "aws_egress_only_internet_gateway" "outwards" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route_table" "private_routes" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route" "private_default" {
  route_table_id              = aws_route_table.private_routes.id
  destination_ipv6_cidr_block = "::/0"
  egress_only_gateway_id      = aws_egress_only_internet_gateway.outwards.id
}

resource "aws_subnet" "private" {
  vpc_id                                         = aws_vpc.main.id
  ipv6_native                                    = true
  ipv6_cidr_block                                = cidrsubnet(aws_vpc.main.ipv6_cidr_block, 8, 1)
  assign_ipv6_address_on_creation                = true
  enable_resource_name_dns_aaaa_record_on_launch = true
}

resource "aws_route_table_association" "private" {
  subnet_id      = aws_subnet.private.id
  route_table_id = aws_route_table.private_routes.id
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.ap-northeast-1.s3"
  route_table_ids = [aws_route_table.private_routes.id]
}

resource "aws_security_group" "private" {
  name   = "private"
  vpc_id = aws_vpc.main.id

  egress {
    from_port        = 443
    to_port          = 443
    protocol         = "tcp"
    ipv6_cidr_blocks = ["::/0"]
  }
}

resource "aws_s3_bucket" "data" {
  bucket = "s3reach-sample-data"
}

resource "aws_instance" "dual" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t4g.micro"
  subnet_id              = aws_subnet.private.id
  vpc_security_group_ids = [aws_security_group.private.id]
  user_data              = <<-EOT
    #!/bin/bash
    export AWS_USE_DUALSTACK_ENDPOINT=true
    aws s3 cp s3://s3reach-sample-data/data.csv . --region ap-northeast-1
  EOT
}

resource "aws_instance" "plain" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t4g.micro"
  subnet_id              = aws_subnet.private.id
  vpc_security_group_ids = [aws_security_group.private.id]
  user_data              = <<-EOT
    #!/bin/bash
    aws s3 cp s3://s3reach-sample-data/data.csv . --region ap-northeast-1
  EOT
}

# Three instances in an isolated subnet with a gateway endpoint: same Region named, none, another

provider "aws" {
  region = "ap-northeast-1"
}

resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true
}

resource "aws_route_table" "isolated_routes" {
  vpc_id = aws_vpc.main.id
}

resource "aws_subnet" "isolated" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_route_table_association" "isolated" {
  subnet_id      = aws_subnet.isolated.id
  route_table_id = aws_route_table.isolated_routes.id
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.ap-northeast-1.s3"
  route_table_ids = [aws_route_table.isolated_routes.id]
}

resource "aws_s3_bucket" "data" {
  bucket = "s3reach-article"
}

resource "aws_instance" "same_region" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.isolated.id
  user_data     = <<-EOT
    #!/bin/bash
    aws s3 cp s3://s3reach-article/data.csv . --region ap-northeast-1
  EOT
}

resource "aws_instance" "no_region" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.isolated.id
  user_data     = <<-EOT
    #!/bin/bash
    aws s3 cp s3://s3reach-article/data.csv .
  EOT
}

resource "aws_instance" "other_region" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.isolated.id
  user_data     = <<-EOT
    #!/bin/bash
    aws s3 cp s3://s3reach-article/data.csv . --region us-west-2
  EOT
}

# An EC2 Fleet that launches from a template

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

resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.ap-northeast-1.s3"
  route_table_ids = [aws_route_table.private_routes.id]
}

resource "aws_s3_bucket" "data" {
  bucket = "s3reach-sample-data"
}

resource "aws_launch_template" "worker" {
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  user_data = base64encode(<<-EOT
    #!/bin/bash
    aws s3 cp s3://s3reach-sample-data/work . --region ap-northeast-1
  EOT
  )
}

resource "aws_ec2_fleet" "fleet" {
  launch_template_config {
    launch_template_specification {
      launch_template_id = aws_launch_template.worker.id
      version            = aws_launch_template.worker.latest_version
    }

    override {
      subnet_id = aws_subnet.private.id
    }
  }

  target_capacity_specification {
    default_target_capacity_type = "on-demand"
    total_target_capacity        = 1
  }
}

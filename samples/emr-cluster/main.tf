# A cluster whose nodes fetch their scripts and packages themselves

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

resource "aws_s3_bucket" "logs" {
  bucket = "s3reach-sample-logs"
}

resource "aws_emr_cluster" "cluster" {
  name          = "cluster"
  release_label = "emr-7.5.0"
  service_role  = "arn:aws:iam::123456789012:role/emr"
  log_uri       = "s3://${aws_s3_bucket.logs.bucket}/"

  ec2_attributes {
    subnet_id        = aws_subnet.private.id
    instance_profile = "arn:aws:iam::123456789012:instance-profile/emr"
  }

  master_instance_group {
    instance_type = "m5.xlarge"
  }

  bootstrap_action {
    name = "prepare"
    path = "s3://s3reach-sample-data/prepare.sh"
  }
}

# A crawler, of whose targets one names a connection

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

resource "aws_security_group" "group" {
  vpc_id = aws_vpc.main.id

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_glue_connection" "network" {
  name            = "network"
  connection_type = "NETWORK"

  physical_connection_requirements {
    availability_zone      = "ap-northeast-1a"
    security_group_id_list = [aws_security_group.group.id]
    subnet_id              = aws_subnet.private.id
  }
}

resource "aws_s3_bucket" "archive" {
  bucket = "s3reach-sample-archive"
}

resource "aws_glue_crawler" "crawler" {
  name          = "crawler"
  role          = "arn:aws:iam::123456789012:role/glue"
  database_name = "lake"

  s3_target {
    path            = "s3://${aws_s3_bucket.data.bucket}/tables/"
    connection_name = aws_glue_connection.network.name
  }

  s3_target {
    path = "s3://${aws_s3_bucket.archive.bucket}/"
  }
}

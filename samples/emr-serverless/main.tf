# An EMR Serverless application in a VPC

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

resource "aws_s3_bucket" "warehouse" {
  bucket = "s3reach-sample-warehouse"
}

resource "aws_emrserverless_application" "application" {
  name          = "application"
  release_label = "emr-7.1.0"
  type          = "spark"

  network_configuration {
    subnet_ids         = [aws_subnet.private.id]
    security_group_ids = [aws_security_group.group.id]
  }

  monitoring_configuration {
    s3_monitoring_configuration {
      log_uri = "s3://${aws_s3_bucket.data.bucket}/logs/"
    }
  }

  runtime_configuration {
    classification = "spark-defaults"
    properties = {
      "spark.sql.warehouse.dir" = "s3://${aws_s3_bucket.warehouse.bucket}/"
    }
  }
}

# Two clusters of Redshift, of which one routes its traffic through the VPC

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

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["redshift.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "exports" {
  name               = "exports"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy" "exports" {
  role = aws_iam_role.exports.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "s3:PutObject", Resource = "arn:aws:s3:::s3reach-sample-data/*" },
    ]
  })
}

resource "aws_redshift_subnet_group" "warehouse" {
  name       = "warehouse"
  subnet_ids = [aws_subnet.private.id]
}

resource "aws_redshift_cluster" "inside" {
  cluster_identifier        = "inside"
  node_type                 = "ra3.large"
  master_username           = "admin"
  manage_master_password    = true
  cluster_subnet_group_name = aws_redshift_subnet_group.warehouse.name
  vpc_security_group_ids    = [aws_security_group.group.id]
  iam_roles                 = [aws_iam_role.exports.arn]
  enhanced_vpc_routing      = true
  encrypted                 = true
}

resource "aws_redshift_cluster" "outside" {
  cluster_identifier        = "outside"
  node_type                 = "ra3.large"
  master_username           = "admin"
  manage_master_password    = true
  cluster_subnet_group_name = aws_redshift_subnet_group.warehouse.name
  vpc_security_group_ids    = [aws_security_group.group.id]
  iam_roles                 = [aws_iam_role.exports.arn]
  encrypted                 = true
}

# Two instances with a role for S3, of which one uses it from its subnets

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
      identifiers = ["rds.amazonaws.com"]
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

resource "aws_subnet" "second" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.2.0/24"
}

resource "aws_route_table_association" "second" {
  subnet_id      = aws_subnet.second.id
  route_table_id = aws_route_table.private_routes.id
}

resource "aws_db_subnet_group" "databases" {
  name       = "databases"
  subnet_ids = [aws_subnet.private.id, aws_subnet.second.id]
}

resource "aws_db_instance" "postgres" {
  identifier                  = "postgres"
  engine                      = "postgres"
  instance_class              = "db.t4g.medium"
  allocated_storage           = 20
  username                    = "administrator"
  manage_master_user_password = true
  db_subnet_group_name        = aws_db_subnet_group.databases.name
  vpc_security_group_ids      = [aws_security_group.group.id]
  publicly_accessible         = false
}

resource "aws_db_instance_role_association" "postgres" {
  db_instance_identifier = aws_db_instance.postgres.identifier
  feature_name           = "s3Export"
  role_arn               = aws_iam_role.exports.arn
}

resource "aws_db_instance" "oracle" {
  identifier                  = "oracle"
  engine                      = "oracle-se2"
  license_model               = "license-included"
  instance_class              = "db.t3.medium"
  allocated_storage           = 20
  username                    = "administrator"
  manage_master_user_password = true
  db_subnet_group_name        = aws_db_subnet_group.databases.name
  vpc_security_group_ids      = [aws_security_group.group.id]
  publicly_accessible         = false
}

resource "aws_db_instance_role_association" "oracle" {
  db_instance_identifier = aws_db_instance.oracle.identifier
  feature_name           = "S3_INTEGRATION"
  role_arn               = aws_iam_role.exports.arn
}

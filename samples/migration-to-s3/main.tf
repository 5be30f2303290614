# A replication instance that writes to S3 from its subnets

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

resource "aws_subnet" "second" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.2.0/24"
}

resource "aws_dms_replication_subnet_group" "subnets" {
  replication_subnet_group_id          = "subnets"
  replication_subnet_group_description = "A subnet with the endpoint and one without"
  subnet_ids                           = [aws_subnet.private.id, aws_subnet.second.id]
}

resource "aws_dms_replication_instance" "replication" {
  replication_instance_id     = "replication"
  replication_instance_class  = "dms.t3.medium"
  replication_subnet_group_id = aws_dms_replication_subnet_group.subnets.id
  vpc_security_group_ids      = [aws_security_group.group.id]
  publicly_accessible         = false
}

resource "aws_dms_s3_endpoint" "target" {
  endpoint_id             = "target"
  endpoint_type           = "target"
  bucket_name             = aws_s3_bucket.data.bucket
  service_access_role_arn = "arn:aws:iam::123456789012:role/migration"
}

resource "aws_dms_replication_task" "task" {
  replication_task_id      = "task"
  migration_type           = "full-load"
  replication_instance_arn = aws_dms_replication_instance.replication.replication_instance_arn
  source_endpoint_arn      = "arn:aws:dms:ap-northeast-1:123456789012:endpoint:source"
  target_endpoint_arn      = aws_dms_s3_endpoint.target.endpoint_arn
  table_mappings           = "{}"
}

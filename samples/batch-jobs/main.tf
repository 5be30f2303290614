# Jobs on a Fargate compute environment

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

resource "aws_batch_compute_environment" "compute" {
  type         = "MANAGED"
  service_role = "arn:aws:iam::123456789012:role/batch"

  compute_resources {
    type               = "FARGATE"
    max_vcpus          = 4
    security_group_ids = [aws_security_group.group.id]
    subnets            = [aws_subnet.private.id]
  }
}

resource "aws_batch_job_definition" "transform" {
  name                  = "transform"
  type                  = "container"
  platform_capabilities = ["FARGATE"]

  container_properties = jsonencode({
    image            = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/transform:1"
    executionRoleArn = "arn:aws:iam::123456789012:role/execution"
    command          = ["transform", "s3://s3reach-sample-data/in"]
    resourceRequirements = [
      { type = "VCPU", value = "1" },
      { type = "MEMORY", value = "2048" },
    ]
  })
}

resource "aws_batch_job_definition" "on_instances" {
  name                  = "on-instances"
  type                  = "container"
  platform_capabilities = ["EC2"]

  container_properties = jsonencode({
    image       = "public.ecr.aws/docker/library/busybox:stable"
    environment = [{ name = "OTHER_BUCKET", value = "s3reach-sample-other" }]
    vcpus       = 1
    memory      = 128
  })
}

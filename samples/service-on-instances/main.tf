# A service on EC2 instances that names its Region for one kind of client only

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

resource "aws_ecs_task_definition" "task" {
  family       = "task"
  network_mode = "awsvpc"

  container_definitions = jsonencode([
    {
      name    = "app"
      image   = "public.ecr.aws/docker/library/busybox:stable"
      memory  = 128
      command = ["aws", "s3", "ls", "s3://s3reach-sample-data", "--region", "ap-northeast-1"]
      environment = [
        { name = "AWS_REGION", value = "ap-northeast-1" },
        { name = "COPY_TO", value = "s3://s3reach-sample-copy/x" },
      ]
    },
  ])
}

resource "aws_s3_bucket" "copy" {
  bucket = "s3reach-sample-copy"
}

resource "aws_ecs_service" "service" {
  name            = "service"
  task_definition = aws_ecs_task_definition.task.arn
  launch_type     = "EC2"

  network_configuration {
    subnets = [aws_subnet.private.id]
  }
}

# A task that a state machine starts on Fargate

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

resource "aws_ecs_cluster" "cluster" {
  name = "cluster"
}

resource "aws_ecs_task_definition" "task" {
  family                   = "task"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512

  container_definitions = jsonencode([
    {
      name        = "load"
      image       = "public.ecr.aws/docker/library/busybox:stable"
      environment = [{ name = "SOURCE_BUCKET", value = "s3reach-sample-data" }]
    },
  ])
}

resource "aws_sfn_state_machine" "machine" {
  name     = "machine"
  role_arn = "arn:aws:iam::123456789012:role/machine"

  definition = jsonencode({
    StartAt = "Load"
    States = {
      Load = {
        Type     = "Task"
        Resource = "arn:aws:states:::ecs:runTask.sync"
        End      = true
        Parameters = {
          Cluster        = aws_ecs_cluster.cluster.arn
          TaskDefinition = aws_ecs_task_definition.task.arn
          LaunchType     = "FARGATE"
          NetworkConfiguration = {
            AwsvpcConfiguration = { Subnets = [aws_subnet.private.id], SecurityGroups = [aws_security_group.group.id] }
          }
          Overrides = {
            ContainerOverrides = [{ Name = "load", Environment = [{ Name = "DAYS", Value = "1" }] }]
          }
        }
      }
    }
  })
}

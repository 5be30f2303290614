# Two services whose tasks use the network of the cluster's instances

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

resource "aws_ecs_cluster" "provided" {
  name = "provided"
}

resource "aws_ecs_cluster" "joined" {
  name = "joined"
}

resource "aws_launch_template" "provided" {
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
}

resource "aws_launch_template" "joined" {
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  user_data     = base64encode("#!/bin/bash\necho ECS_CLUSTER=joined >> /etc/ecs/ecs.config\n")
}

resource "aws_autoscaling_group" "provided_instances" {
  min_size            = 1
  max_size            = 1
  vpc_zone_identifier = [aws_subnet.private.id]

  launch_template {
    id = aws_launch_template.provided.id
  }
}

resource "aws_autoscaling_group" "joined_instances" {
  min_size            = 1
  max_size            = 1
  vpc_zone_identifier = [aws_subnet.private.id]

  launch_template {
    id = aws_launch_template.joined.id
  }
}

resource "aws_ecs_capacity_provider" "provider" {
  name = "provider"

  auto_scaling_group_provider {
    auto_scaling_group_arn = aws_autoscaling_group.provided_instances.arn
  }
}

resource "aws_ecs_task_definition" "task" {
  family = "task"

  container_definitions = jsonencode([
    {
      name    = "app"
      image   = "public.ecr.aws/docker/library/busybox:stable"
      memory  = 128
      command = ["aws", "s3", "ls", "s3://s3reach-sample-data", "--region", "ap-northeast-1"]
    },
  ])
}

resource "aws_ecs_service" "on_provided" {
  name            = "on-provided"
  cluster         = aws_ecs_cluster.provided.id
  task_definition = aws_ecs_task_definition.task.arn

  capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.provider.name
    weight            = 1
  }
}

resource "aws_ecs_service" "on_joined" {
  name            = "on-joined"
  cluster         = aws_ecs_cluster.joined.id
  task_definition = aws_ecs_task_definition.task.arn
  launch_type     = "EC2"
}

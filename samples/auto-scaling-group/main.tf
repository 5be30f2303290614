# An Auto Scaling group runs the user data of its launch template in two zones, one without the endpoint

provider "aws" {
  region = "ap-northeast-1"
}

resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true
}

resource "aws_route_table" "zone_a_routes" {
  vpc_id = aws_vpc.main.id
}

resource "aws_subnet" "zone_a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_route_table_association" "zone_a" {
  subnet_id      = aws_subnet.zone_a.id
  route_table_id = aws_route_table.zone_a_routes.id
}

resource "aws_route_table" "zone_c_routes" {
  vpc_id = aws_vpc.main.id
}

resource "aws_subnet" "zone_c" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.2.0/24"
}

resource "aws_route_table_association" "zone_c" {
  subnet_id      = aws_subnet.zone_c.id
  route_table_id = aws_route_table.zone_c_routes.id
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.ap-northeast-1.s3"
  route_table_ids = [aws_route_table.zone_a_routes.id]
}

resource "aws_s3_bucket" "data" {
  bucket = "s3reach-sample-data"
}

resource "aws_launch_template" "worker" {
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  user_data = base64encode(<<-EOT
    #!/bin/bash
    export AWS_DEFAULT_REGION=ap-northeast-1
    aws s3 sync s3://s3reach-sample-data /srv/data
  EOT
  )
}

resource "aws_autoscaling_group" "workers" {
  min_size            = 1
  max_size            = 2
  vpc_zone_identifier = [aws_subnet.zone_a.id, aws_subnet.zone_c.id]

  launch_template {
    id = aws_launch_template.worker.id
  }
}

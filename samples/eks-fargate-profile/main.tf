# Pods of EKS on Fargate

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

resource "aws_eks_cluster" "cluster" {
  name     = "cluster"
  role_arn = "arn:aws:iam::123456789012:role/cluster"

  vpc_config {
    subnet_ids = [aws_subnet.private.id]
  }
}

resource "aws_eks_fargate_profile" "pods" {
  cluster_name           = aws_eks_cluster.cluster.name
  fargate_profile_name   = "pods"
  pod_execution_role_arn = "arn:aws:iam::123456789012:role/pods"
  subnet_ids             = [aws_subnet.private.id]

  selector {
    namespace = "default"
  }
}

# Two notebooks, of which one reaches S3 over its own network

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

resource "aws_sagemaker_notebook_instance_lifecycle_configuration" "start" {
  name     = "start"
  on_start = base64encode("aws s3 sync s3://s3reach-sample-data/notebooks /home --region ap-northeast-1")
}

resource "aws_sagemaker_notebook_instance" "inside" {
  name                   = "inside"
  instance_type          = "ml.t3.medium"
  role_arn               = "arn:aws:iam::123456789012:role/notebook"
  subnet_id              = aws_subnet.private.id
  security_groups        = [aws_security_group.group.id]
  direct_internet_access = "Disabled"
  lifecycle_config_name  = aws_sagemaker_notebook_instance_lifecycle_configuration.start.name
}

resource "aws_sagemaker_notebook_instance" "direct" {
  name                  = "direct"
  instance_type         = "ml.t3.medium"
  role_arn              = "arn:aws:iam::123456789012:role/notebook"
  subnet_id             = aws_subnet.private.id
  security_groups       = [aws_security_group.group.id]
  lifecycle_config_name = aws_sagemaker_notebook_instance_lifecycle_configuration.start.name
}

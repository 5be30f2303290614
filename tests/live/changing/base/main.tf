# An endpoint, a route and an association in another team's VPC

provider "aws" {
  region = "eu-west-1"
}

resource "aws_s3_bucket" "own" {
  bucket = "our-own-data"
}

resource "aws_route_table" "ours" {
  vpc_id = "vpc-00000000000000001"
}

resource "aws_route_table_association" "ours" {
  subnet_id      = "subnet-00000000000000001"
  route_table_id = aws_route_table.ours.id
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id          = "vpc-00000000000000001"
  service_name    = "com.amazonaws.eu-west-1.s3"
  route_table_ids = [aws_route_table.ours.id]
}

resource "aws_route" "out" {
  route_table_id         = "rtb-00000000000000002"
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = "nat-00000000000000001"
}

resource "aws_security_group_rule" "out" {
  type              = "egress"
  security_group_id = "sg-00000000000000002"
  protocol          = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_blocks       = ["0.0.0.0/0"]
}

resource "aws_lambda_function" "reader" {
  for_each = {
    ours   = ["subnet-00000000000000001", "sg-00000000000000001"]
    theirs = ["subnet-00000000000000002", "sg-00000000000000001"]
    closed = ["subnet-00000000000000003", "sg-00000000000000002"]
  }
  function_name = "reader-${each.key}"
  role          = "arn:aws:iam::123456789012:role/function"
  runtime       = "python3.13"
  handler       = "index.handler"
  filename      = "function.zip"

  environment {
    variables = {
      DATA_BUCKET = aws_s3_bucket.own.bucket
    }
  }

  vpc_config {
    subnet_ids         = [each.value[0]]
    security_group_ids = [each.value[1]]
  }
}

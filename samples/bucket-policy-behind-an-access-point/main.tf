# A function that reads through an access point of a bucket that is for another VPC

provider "aws" {
  region = "ap-northeast-1"
}

resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true
}

resource "aws_vpc" "shared" {
  cidr_block = "10.1.0.0/16"
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

resource "aws_s3_access_point" "point" {
  name   = "point"
  bucket = aws_s3_bucket.data.bucket
}

resource "aws_lambda_function" "reader" {
  function_name = "reader"
  role          = "arn:aws:iam::123456789012:role/reader"
  runtime       = "python3.13"
  handler       = "index.handler"
  filename      = "reader.zip"

  environment {
    variables = { DATA_BUCKET = aws_s3_access_point.point.arn }
  }

  vpc_config {
    subnet_ids         = [aws_subnet.private.id]
    security_group_ids = [aws_security_group.group.id]
  }
}

data "aws_iam_policy_document" "only_shared" {
  statement {
    sid       = "OnlyFromTheSharedVpc"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = ["arn:aws:s3:::s3reach-sample-data", "arn:aws:s3:::s3reach-sample-data/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "StringNotEquals"
      variable = "aws:SourceVpc"
      values   = [aws_vpc.shared.id]
    }
  }
}

resource "aws_s3_bucket_policy" "only_shared" {
  bucket = "s3reach-sample-data"
  policy = data.aws_iam_policy_document.only_shared.json
}

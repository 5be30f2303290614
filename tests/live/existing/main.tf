# Functions in subnets of another team's VPC, with a bucket of another account and one of their own

provider "aws" {
  region = "eu-west-1"
}

resource "aws_s3_bucket" "own" {
  bucket = "our-own-data"
}

resource "aws_lambda_function" "reader" {
  function_name = "reader"
  role          = "arn:aws:iam::123456789012:role/function"
  runtime       = "python3.13"
  handler       = "index.handler"
  filename      = "function.zip"

  environment {
    variables = {
      DATA_BUCKET = "another-teams-data"
    }
  }

  vpc_config {
    subnet_ids         = ["subnet-00000000000000001"]
    security_group_ids = ["sg-00000000000000001"]
  }
}

resource "aws_lambda_function" "writer" {
  function_name = "writer"
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
    subnet_ids         = ["subnet-00000000000000001", "subnet-00000000000000002"]
    security_group_ids = ["sg-00000000000000001"]
  }
}

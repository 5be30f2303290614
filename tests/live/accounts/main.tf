# Functions in two accounts, in networks that are there already

provider "aws" {
  region = "eu-west-1"
}

provider "aws" {
  alias  = "other"
  region = "eu-west-1"
}

locals {
  variables = { DATA_BUCKET = "another-teams-data" }
}

resource "aws_lambda_function" "here" {
  function_name = "here"
  role          = "arn:aws:iam::123456789012:role/function"
  runtime       = "python3.13"
  handler       = "index.handler"
  filename      = "function.zip"

  environment {
    variables = local.variables
  }

  vpc_config {
    subnet_ids         = ["subnet-00000000000000001"]
    security_group_ids = []
  }
}

resource "aws_lambda_function" "there" {
  provider      = aws.other
  function_name = "there"
  role          = "arn:aws:iam::999999999999:role/function"
  runtime       = "python3.13"
  handler       = "index.handler"
  filename      = "function.zip"

  environment {
    variables = local.variables
  }

  vpc_config {
    subnet_ids         = ["subnet-00000000000000002"]
    security_group_ids = []
  }
}

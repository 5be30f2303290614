provider "aws" {
  region = "eu-west-1"
}

module "far" {
  source = "git::https://example.com/network.git"
}

resource "aws_lambda_function" "reader" {
  function_name = "reader"
  role          = "arn:aws:iam::123456789012:role/function"

  vpc_config {
    subnet_ids         = module.far.subnet_ids
    security_group_ids = []
  }
}

provider "aws" {
  region = "eu-west-1"
}

provider "aws" {
  alias  = "tokyo"
  region = var.region
}

variable "region" {
  type    = string
  default = "ap-northeast-1"
}

module "here" {
  source = "./network"
}

module "there" {
  source    = "./network"
  providers = { aws = aws.tokyo }
}

resource "aws_subnet" "outer" {
  vpc_id     = module.there.vpc_id
  cidr_block = "10.0.9.0/24"
  provider   = aws.tokyo
}

provider "aws" {
  region = "eu-west-1"
}

data "aws_region" "current" {
}

provider "aws" {
  alias  = "same"
  region = data.aws_region.current.region
}

resource "aws_s3_bucket" "same" {
  provider = aws.same
  bucket   = "trap-same"
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = aws_vpc.main.id
  service_name = "com.amazonaws.${data.aws_region.current.region}.s3"
}

provider "aws" {
  region = "eu-west-1"
}

resource "aws_s3_bucket" "here" {
  bucket = "trap-here"
}

resource "aws_s3_bucket" "there" {
  bucket = "trap-there"
  region = "us-west-2"
}

# Instances whose user data the provider stored as a SHA-1: one untouched, one with another tag, one with another script

provider "aws" {
  region = "ap-northeast-1"
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "isolated" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_s3_bucket" "data" {
  bucket = "s3reach-change-data"
}

resource "aws_instance" "untouched" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.isolated.id
  user_data     = "aws s3 cp --region ap-northeast-1 s3://s3reach-change-data/a ."
}

resource "aws_instance" "tagged" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.isolated.id
  user_data     = "aws s3 cp --region ap-northeast-1 s3://s3reach-change-data/b ."
  tags          = { Name = "after" }
}

resource "aws_instance" "rewritten" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.isolated.id
  user_data     = "aws s3 cp --region ap-northeast-1 s3://s3reach-change-data/c ."
}

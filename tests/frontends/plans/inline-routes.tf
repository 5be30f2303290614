provider "aws" {
  region = "eu-west-1"
}

variable "extra" {
  type    = list(string)
  default = ["10.1.0.0/16"]
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_ec2_transit_gateway" "hub" {
}

resource "aws_route_table" "two" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }

  route {
    cidr_block         = "10.0.0.0/8"
    transit_gateway_id = aws_ec2_transit_gateway.hub.id
  }
}

resource "aws_route_table" "dynamic" {
  vpc_id = aws_vpc.main.id

  dynamic "route" {
    for_each = var.extra

    content {
      cidr_block         = route.value
      transit_gateway_id = aws_ec2_transit_gateway.hub.id
    }
  }
}

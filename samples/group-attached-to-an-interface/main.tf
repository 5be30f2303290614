# A security group that is attached to an instance's interface by itself

provider "aws" {
  region = "ap-northeast-1"
}

resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true
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

# What everybody here has: in from the VPC, and out to nobody.
resource "aws_security_group" "base" {
  vpc_id = aws_vpc.main.id

  ingress {
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["10.0.0.0/16"]
  }
}

resource "aws_security_group" "https" {
  vpc_id = aws_vpc.main.id

  egress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_s3_bucket" "data" {
  bucket = "s3reach-sample-data"
}

resource "aws_instance" "reader" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.private.id
  vpc_security_group_ids = [aws_security_group.base.id]
  user_data              = <<-EOT
    #!/bin/bash
    aws s3 cp s3://s3reach-sample-data/input /tmp/input --region ap-northeast-1
  EOT
}

resource "aws_network_interface_sg_attachment" "reader" {
  security_group_id    = aws_security_group.https.id
  network_interface_id = aws_instance.reader.primary_network_interface_id
}

resource "aws_network_interface" "card" {
  subnet_id       = aws_subnet.private.id
  security_groups = [aws_security_group.base.id]
}

# Its interface has the group that everybody has, and no other.
resource "aws_instance" "writer" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  primary_network_interface {
    network_interface_id = aws_network_interface.card.id
  }

  user_data = <<-EOT
    #!/bin/bash
    aws s3 cp /tmp/output s3://s3reach-sample-data/output --region ap-northeast-1
  EOT
}

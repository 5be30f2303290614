variable "vpc_id" {
  type = string
}

variable "number" {
  type = number
}

resource "aws_subnet" "private" {
  vpc_id     = var.vpc_id
  cidr_block = "10.0.${var.number}.0/24"
}

resource "aws_route_table" "private" {
  vpc_id = var.vpc_id
}

resource "aws_route_table_association" "private" {
  subnet_id      = aws_subnet.private.id
  route_table_id = aws_route_table.private.id
}

output "subnet_id" {
  value = aws_subnet.private.id
}

output "route_table_id" {
  value = aws_route_table.private.id
}

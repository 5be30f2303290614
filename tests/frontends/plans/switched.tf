provider "aws" {
  region = "eu-west-1"
}

variable "single" {
  default = true
}

variable "other" {
  default = { a = "b", b = "a" }
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "counted" {
  count      = 2
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.${count.index}.0/24"
}

resource "aws_route_table" "counted" {
  count  = 2
  vpc_id = aws_vpc.main.id
}

resource "aws_route_table_association" "counted" {
  count          = 2
  subnet_id      = aws_subnet.counted[count.index].id
  route_table_id = element(aws_route_table.counted[*].id, var.single ? 0 : count.index)
}

resource "aws_subnet" "keyed" {
  for_each   = var.other
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.${index(keys(var.other), each.key) + 8}.0/24"
}

resource "aws_route_table" "keyed" {
  for_each = var.other
  vpc_id   = aws_vpc.main.id
}

resource "aws_route_table_association" "keyed" {
  for_each       = var.other
  subnet_id      = aws_subnet.keyed[each.key].id
  route_table_id = aws_route_table.keyed[var.other[each.key]].id
}

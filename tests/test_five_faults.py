"""Are the five faults of the README's comparison seen, in both vocabularies, and nothing on the VPC without a fault?"""

from pathlib import Path

import pytest

from validator import check

TEMPLATE = """
Resources:
  Main: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16, EnableDnsSupport: true, EnableDnsHostnames: true}}
  TableA: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Main}}
  TableB: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Main}}
  SubnetA: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Main, CidrBlock: 10.0.1.0/24}}
  SubnetB: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Main, CidrBlock: 10.0.2.0/24}}
  OfA: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref SubnetA, RouteTableId: !Ref TableA}}
  OfB: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref SubnetB, RouteTableId: !Ref TableB}}
  Endpoint:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: !Ref Main
      ServiceName: com.amazonaws.ap-northeast-1.s3
      RouteTableIds: [!Ref TableA, !Ref TableB]
      PolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: "*", Action: "s3:*", Resource: ["arn:aws:s3:::five-faults-data", "arn:aws:s3:::five-faults-data/*"]}]
  Data: {Type: AWS::S3::Bucket, Properties: {BucketName: five-faults-data}}
  Reader:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Role: arn:aws:iam::123456789012:role/reader
      Handler: index.handler
      Code: {ZipFile: pass}
      VpcConfig: {SubnetIds: [!Ref SubnetA, !Ref SubnetB], SecurityGroupIds: []}
      Environment: {Variables: {BUCKET: !Ref Data}}
  Loader:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      SubnetId: !Ref SubnetB
      UserData:
        Fn::Base64: |
          #!/bin/bash
          aws s3 cp s3://five-faults-data/x . --region ap-northeast-1
"""
SOURCES = """
provider "aws" { region = "ap-northeast-1" }
provider "aws" {
  alias  = "data"
  region = "us-west-2"
}
resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
}
resource "aws_route_table" "a" { vpc_id = aws_vpc.main.id }
resource "aws_route_table" "b" { vpc_id = aws_vpc.main.id }
resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_subnet" "b" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.2.0/24"
}
resource "aws_route_table_association" "a" {
  subnet_id      = aws_subnet.a.id
  route_table_id = aws_route_table.a.id
}
resource "aws_route_table_association" "b" {
  subnet_id      = aws_subnet.b.id
  route_table_id = aws_route_table.b.id
}
resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.ap-northeast-1.s3"
  route_table_ids = [aws_route_table.a.id, aws_route_table.b.id]
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:*", Resource = ["arn:aws:s3:::five-faults-data", "arn:aws:s3:::five-faults-data/*"] }]
  })
}
resource "aws_s3_bucket" "data" {
  bucket = "five-faults-data"
}
resource "aws_lambda_function" "reader" {
  function_name = "reader"
  runtime       = "python3.13"
  handler       = "index.handler"
  role          = "arn:aws:iam::123456789012:role/reader"
  filename      = "x.zip"
  vpc_config {
    subnet_ids         = [aws_subnet.a.id, aws_subnet.b.id]
    security_group_ids = []
  }
  environment {
    variables = { BUCKET = aws_s3_bucket.data.bucket }
  }
}
resource "aws_instance" "loader" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.b.id
  user_data     = <<-EOT
    #!/bin/bash
    aws s3 cp s3://five-faults-data/x . --region ap-northeast-1
  EOT
}
"""
# Name, what is changed in the template, what is changed in the sources, the policy that must tell.
FAULTS = [
    ("endpoint on one table", ("[!Ref TableA, !Ref TableB]", "[!Ref TableA]"), ("[aws_route_table.a.id, aws_route_table.b.id]", "[aws_route_table.a.id]"),
     "route-table-without-gateway-endpoint"),
    ("bucket in another Region", ("  Data: {Type: AWS::S3::Bucket, Properties: {BucketName: five-faults-data}}\n", ""),
     ('resource "aws_s3_bucket" "data" {', 'resource "aws_s3_bucket" "data" {\n  provider = aws.data'), "cross-region-s3-unreachable"),
    ("client without a Region", (" --region ap-northeast-1", ""), (" --region ap-northeast-1", ""), "s3-client-without-region"),
    ("endpoint for another Region", ("com.amazonaws.ap-northeast-1.s3", "com.amazonaws.us-west-2.s3"),
     ("com.amazonaws.ap-northeast-1.s3", "com.amazonaws.us-west-2.s3"), "gateway-endpoint-in-other-region"),
    ("endpoint policy for another bucket", ('["arn:aws:s3:::five-faults-data", "arn:aws:s3:::five-faults-data/*"]', '"arn:aws:s3:::other/*"'),
     ('["arn:aws:s3:::five-faults-data", "arn:aws:s3:::five-faults-data/*"]', '"arn:aws:s3:::other/*"'), "endpoint-policy-denies-bucket"),
]  # fmt: skip


def found(path: Path, **options: object) -> set[tuple[str, str]]:
    return {(one.policy, one.verdict.value) for one in check(path, regions=["ap-northeast-1"], **options).findings}


@pytest.mark.parametrize(("form", "text"), [("template.yaml", TEMPLATE), ("main.tf", SOURCES)], ids=["template", "sources"])
def test_is_nothing_found_without_a_fault(tmp_path, form, text):
    (tmp_path / form).write_text(text)
    assert found(tmp_path / form if form == "template.yaml" else tmp_path) == set()


@pytest.mark.parametrize(("fault", "template", "sources", "policy"), FAULTS, ids=[one[0] for one in FAULTS])
def test_is_every_fault_seen(tmp_path, fault, template, sources, policy):
    assert template[0] in TEMPLATE
    assert sources[0] in SOURCES
    text = TEMPLATE.replace(*template)
    buckets = {}
    if fault.startswith("bucket"):
        # A stack has one Region: a bucket of another is outside it.
        text, buckets = text.replace("!Ref Data", "five-faults-data"), {"five-faults-data": "us-west-2"}
    (tmp_path / "template.yaml").write_text(text)
    assert (policy, "fail") in found(tmp_path / "template.yaml", buckets=buckets)
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "main.tf").write_text(SOURCES.replace(*sources))
    assert (policy, "fail") in found(tmp_path / "infra")

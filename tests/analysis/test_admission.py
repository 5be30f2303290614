"""Do policy documents of the inputs refuse what they must, on the way that the request takes?"""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from validator.analysis.access import Access
from validator.options import Options
from validator.pipeline import check

SAMPLES = Path(__file__).parent.parent.parent / "samples"
REGION = "eu-west-1"
VPC = """
provider "aws" {
  region = "eu-west-1"
}
provider "aws" {
  alias  = "far"
  region = "us-west-2"
}
data "aws_caller_identity" "me" {}
resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
}
resource "aws_subnet" "one" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_route_table" "one" {
  vpc_id = aws_vpc.main.id
}
resource "aws_route_table_association" "one" {
  subnet_id      = aws_subnet.one.id
  route_table_id = aws_route_table.one.id
}
resource "aws_lambda_function" "one" {
  function_name = "one"
  runtime       = "python3.13"
  role          = "arn:aws:iam::111122223333:role/app"
  environment {
    variables = { DATA_BUCKET = aws_s3_bucket.data.id }
  }
  vpc_config {
    subnet_ids         = [aws_subnet.one.id]
    security_group_ids = []
  }
}
"""
BUCKET = 'resource "aws_s3_bucket" "data" {\n  bucket = "data"\n}\n'
LOGS = 'resource "aws_s3_bucket" "logs" {\n  bucket = "logs"\n}\n'
FAR = 'resource "aws_s3_bucket" "data" {\n  provider = aws.far\n  bucket   = "data"\n}\n'
GATEWAY = """
resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.eu-west-1.s3"
  route_table_ids = [aws_route_table.one.id%s]
  policy          = %s
}
"""
NAT = """
resource "aws_internet_gateway" "internet" {
  vpc_id = aws_vpc.main.id
}
resource "aws_subnet" "public" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.0.0/24"
}
resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.internet.id
  }
}
resource "aws_route_table_association" "public" {
  subnet_id      = aws_subnet.public.id
  route_table_id = aws_route_table.public.id
}
resource "aws_nat_gateway" "nat" {
  subnet_id     = aws_subnet.public.id
  allocation_id = "eipalloc-0123456789abcdef0"
}
resource "aws_route" "nat" {
  route_table_id         = aws_route_table.one.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.nat.id
}
"""
ALL = "null"


def gateway(policy: str = ALL, tables: str = "") -> str:
    return GATEWAY % (tables, policy)


def encoded(effect: str, condition: str = "", resource: str = '"*"') -> str:
    more = f", Condition = {condition}" if condition else ""
    return f'jsonencode({{ Version = "2012-10-17", Statement = [{{ Effect = "{effect}", Principal = "*", Action = "s3:*", Resource = {resource}{more} }}] }})'


def on_bucket(condition: str, bucket: str = "aws_s3_bucket.data.id", effect: str = "Deny") -> str:
    return f'resource "aws_s3_bucket_policy" "data" {{\n  bucket = {bucket}\n  policy = {encoded(effect, condition)}\n}}\n'


def by_endpoint(endpoint: str) -> str:
    return f'{{ StringNotEquals = {{ "aws:SourceVpce" = {endpoint} }} }}'


def access(folder, *blocks: str) -> Access:
    (folder / "main.tf").write_text("\n".join([VPC, *blocks]))
    (found,) = check(Options((str(folder),))).analysis.accesses
    return found


@pytest.mark.parametrize(
    ("blocks", "disposition", "doubt"),
    [
        ([BUCKET, gateway(), on_bucket(by_endpoint("aws_vpc_endpoint.s3.id"))], "via-gateway-endpoint", None),
        ([BUCKET, NAT, on_bucket(by_endpoint('"vpce-0123456789abcdef0"'))], "bucket-policy-denies", None),
        # Which endpoint has this id is known only where the inputs hold the endpoint's own.
        ([BUCKET, gateway(), on_bucket(by_endpoint('"vpce-0123456789abcdef0"'))], "unknown", "bucket-policy-denies"),
        # A NAT gateway whose own subnet has the endpoint: whether it passes on to it is not documented (aws-facts G7).
        ([BUCKET, NAT, gateway(tables="").replace("aws_route_table.one.id", "aws_route_table.public.id"), on_bucket(by_endpoint("aws_vpc_endpoint.s3.id"))],
         "unknown", "bucket-policy-denies"),
        # The local endpoint is demanded, and a bucket of another Region is reached by NAT (aws-facts F8).
        ([FAR, NAT, gateway(), on_bucket(by_endpoint("aws_vpc_endpoint.s3.id"))], "bucket-policy-denies", None),
        ([BUCKET, gateway(), on_bucket('{ StringNotEquals = { "aws:SourceVpc" = aws_vpc.main.id } }')], "via-gateway-endpoint", None),
        ([BUCKET, gateway(), on_bucket('{ StringNotEquals = { "aws:SourceVpc" = aws_vpc.other.id } }'), 'resource "aws_vpc" "other" {\n  cidr_block = "10.1.0.0/16"\n}'],
         "bucket-policy-denies", None),
        ([BUCKET, gateway(), on_bucket('{ NotIpAddress = { "aws:VpcSourceIp" = "10.0.0.0/16" } }')], "via-gateway-endpoint", None),
        ([BUCKET, gateway(), on_bucket('{ Bool = { "aws:SecureTransport" = false } }', '"data"')], "via-gateway-endpoint", None),
        ([BUCKET, gateway(), on_bucket("", '"data"')], "bucket-policy-denies", None),
        ([BUCKET, gateway(), on_bucket("", '"other"')], "via-gateway-endpoint", None),
        ([BUCKET, gateway(), on_bucket("", "var.bucket"), 'variable "bucket" {}'], "unknown", "bucket-policy-denies"),
        ([BUCKET, gateway(), on_bucket("", "aws_s3_bucket.data.id", "Allow")], "via-gateway-endpoint", None),
        ([BUCKET, gateway(), 'variable "policy" {}', 'resource "aws_s3_bucket_policy" "data" {\n  bucket = "data"\n  policy = var.policy\n}'],
         "unknown", "bucket-policy-denies"),
        ([BUCKET, gateway(), 'variable "strict" {}', on_bucket("").replace("{\n", "{\n  count = var.strict ? 1 : 0\n", 1)], "unknown", "bucket-policy-denies"),
        ([BUCKET.replace("\n}", f"\n  policy = {encoded('Deny')}\n}}"), gateway()], "bucket-policy-denies", None),
        ([BUCKET, gateway(encoded("Allow"))], "via-gateway-endpoint", None),
        ([BUCKET, gateway(encoded("Allow", resource='["${aws_s3_bucket.data.arn}", "${aws_s3_bucket.data.arn}/*"]'))], "via-gateway-endpoint", None),
        ([BUCKET, gateway(encoded("Allow", resource='"${aws_s3_bucket.logs.arn}/*"')), 'resource "aws_s3_bucket" "logs" {}'], "unknown", "endpoint-policy-denies"),
        ([BUCKET, gateway(encoded("Allow", resource='"${aws_s3_bucket.logs.arn}/*"')), 'resource "aws_s3_bucket" "logs" {\n  bucket = "logs"\n}'],
         "endpoint-policy-denies", None),
        ([BUCKET, gateway(encoded("Allow", '{ StringEquals = { "aws:ResourceAccount" = data.aws_caller_identity.me.account_id } }'))], "via-gateway-endpoint", None),
        ([BUCKET, gateway(encoded("Allow", '{ ArnLike = { "aws:PrincipalArn" = "arn:aws:iam::*:role/app" } }'))], "via-gateway-endpoint", None),
        ([BUCKET, gateway(encoded("Allow", '{ ArnLike = { "aws:PrincipalArn" = "arn:aws:iam::*:role/other" } }'))], "endpoint-policy-denies", None),
        ([BUCKET, gateway(), f'resource "aws_vpc_endpoint_policy" "s3" {{\n  vpc_endpoint_id = aws_vpc_endpoint.s3.id\n  policy = {encoded("Deny")}\n}}'],
         "endpoint-policy-denies", None),
        ([BUCKET, gateway(), 'variable "endpoint" {}', f'resource "aws_vpc_endpoint_policy" "s3" {{\n  vpc_endpoint_id = var.endpoint\n  policy = {encoded("Deny")}\n}}'],
         "unknown", "endpoint-policy-denies"),
        # What refuses nothing wherever it is decides nothing.
        ([BUCKET, gateway(), 'variable "endpoint" {}', f'resource "aws_vpc_endpoint_policy" "s3" {{\n  vpc_endpoint_id = var.endpoint\n  policy = {encoded("Allow")}\n}}'],
         "via-gateway-endpoint", None),
    ],
)  # fmt: skip
def test_is_the_access_admitted(tmp_path, blocks, disposition, doubt):
    found = access(tmp_path, *blocks)
    assert (found.disposition.value, found.doubt and found.doubt.value) == (disposition, doubt)
    assert (found.causes == ()) == (disposition != "unknown")


def test_does_the_hop_say_which_statement_refuses_and_where(tmp_path):
    found = access(tmp_path, BUCKET, gateway(), on_bucket(""))
    hop = found.paths[0].hops[-1]
    assert (hop.kind, hop.address) == ("bucket-policy", "aws_s3_bucket.data")
    assert hop.why == "statement 1 of the policy of aws_s3_bucket.data denies any use of aws_s3_bucket.data"
    assert hop.location is not None
    assert hop.location.line is not None


def test_is_it_told_where_only_some_of_a_bucket_is_let_through(tmp_path):
    found = access(tmp_path, BUCKET, gateway(encoded("Allow", resource='"arn:aws:s3:::data/in/*"')))
    assert found.disposition.value == "via-gateway-endpoint"
    assert found.paths[0].hops[-1].why == "the policies on the way let through s3:GetObject on objects in aws_s3_bucket.data, and not all else"


DOCUMENTS = """
data "aws_iam_policy_document" "endpoint" {
  %s
  statement {
    sid       = "Own"
    actions   = ["s3:*"]
    resources = ["arn:aws:s3:::data", "arn:aws:s3:::data/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:ResourceAccount"
      values   = ["&{aws:PrincipalAccount}"]
    }
  }
}
"""
REFUSING = """
data "aws_iam_policy_document" "refusing" {
  statement {
    sid       = "Own"
    effect    = "Deny"
    actions   = ["*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
}
"""


@pytest.mark.parametrize(
    ("inside", "disposition"),
    [
        ("", "via-gateway-endpoint"),
        ("override_policy_documents = [data.aws_iam_policy_document.refusing.json]", "endpoint-policy-denies"),
        ("source_policy_documents = [data.aws_iam_policy_document.refusing.json]", "via-gateway-endpoint"),
    ],
)
def test_are_documents_of_the_data_source_read(tmp_path, inside, disposition):
    policy = "data.aws_iam_policy_document.endpoint.json"
    assert access(tmp_path, BUCKET, DOCUMENTS % inside, REFUSING, gateway(policy)).disposition.value == disposition


# --- templates ------------------------------------------------------------------------------------------------------------------------


def template(endpoint: object = None, bucket: object = None, **sections: object) -> Mapping[str, object]:
    policy = {} if endpoint is None else {"PolicyDocument": endpoint}
    resources = {
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        "One": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.1.0/24"}},
        "Table": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Vpc"}}},
        "Used": {"Type": "AWS::EC2::SubnetRouteTableAssociation", "Properties": {"SubnetId": {"Ref": "One"}, "RouteTableId": {"Ref": "Table"}}},
        "S3": {
            "Type": "AWS::EC2::VPCEndpoint",
            "Properties": {"VpcId": {"Ref": "Vpc"}, "ServiceName": f"com.amazonaws.{REGION}.s3", "RouteTableIds": [{"Ref": "Table"}], **policy},
        },
        "Data": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::Sub": "data-${AWS::AccountId}"}}},
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Environment": {"Variables": {"DATA_BUCKET": {"Ref": "Data"}}},
                "VpcConfig": {"SubnetIds": [{"Ref": "One"}], "SecurityGroupIds": []},
            },
        },
    }
    if bucket is not None:
        resources["OnData"] = {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": {"Ref": "Data"}, "PolicyDocument": bucket}}
    return {**sections, "Resources": resources}


def statement(effect: str, resource: object, **more: object) -> dict[str, object]:
    return {"Effect": effect, "Principal": "*", "Action": "s3:*", "Resource": resource, **more}


def document(*statements: object) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


OWN = [{"Fn::GetAtt": ["Data", "Arn"]}, {"Fn::Sub": "${Data.Arn}/*"}]
WRITTEN = [{"Fn::Sub": "arn:${AWS::Partition}:s3:::data-${AWS::AccountId}"}, {"Fn::Sub": "arn:${AWS::Partition}:s3:::data-${AWS::AccountId}/*"}]
STRICT = {"Parameters": {"Strict": {"Type": "String"}}, "Conditions": {"IsStrict": {"Fn::Equals": [{"Ref": "Strict"}, "yes"]}}}
SHUT = statement("Deny", "*")


@pytest.mark.parametrize(
    ("stack", "disposition"),
    [
        (template(document(statement("Allow", OWN))), "via-gateway-endpoint"),
        (template(document(statement("Allow", WRITTEN))), "via-gateway-endpoint"),
        (template(json.dumps(document(statement("Allow", "arn:aws:s3:::other/*")))), "endpoint-policy-denies"),
        (template(document(statement("Allow", "arn:aws:s3:::data-*"))), "via-gateway-endpoint"),
        (template(document(statement("Allow", "*", Condition={"StringEquals": {"aws:ResourceAccount": {"Ref": "AWS::AccountId"}}}))), "via-gateway-endpoint"),
        (template(None, document(statement("Deny", OWN, Condition={"StringNotEquals": {"aws:SourceVpce": {"Ref": "S3"}}}))), "via-gateway-endpoint"),
        (template(None, document(statement("Deny", OWN, Condition={"StringNotEquals": {"aws:SourceVpc": {"Ref": "Vpc"}}}))), "via-gateway-endpoint"),
        (template(document(statement("Allow", "*"), {"Fn::If": ["IsStrict", SHUT, {"Ref": "AWS::NoValue"}]}), **STRICT), "unknown"),
        (template(document({"Fn::If": ["IsStrict", SHUT, SHUT]}), **STRICT), "endpoint-policy-denies"),
        (template(document({"Fn::If": ["IsStrict", SHUT, {**SHUT, "Sid": "Other"}]}, SHUT), **STRICT), "endpoint-policy-denies"),
    ],
)  # fmt: skip
def test_is_the_access_admitted_in_a_template(tmp_path, stack, disposition):
    path = tmp_path / "stack.yaml"
    path.write_text(yaml.safe_dump(stack))
    (found,) = check(Options((str(path),), regions=(REGION,))).analysis.accesses
    assert found.disposition.value == disposition

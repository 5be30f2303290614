"""Which buckets does a role's permission show, however it is attached?"""

import json

import pytest
import yaml

from validator.options import Options
from validator.pipeline import check
from validator.report.report import Report

NETWORK = """
provider "aws" {
  region = "eu-west-1"
}
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_subnet" "one" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_s3_bucket" "data" {
  bucket = "data"
}
resource "aws_s3_bucket" "nameless" {}
resource "aws_lambda_function" "one" {
  function_name = "one"
  runtime       = "python3.13"
  role          = aws_iam_role.app.arn
  vpc_config {
    subnet_ids         = [aws_subnet.one.id]
    security_group_ids = []
  }
}
"""
ROLE = 'resource "aws_iam_role" "app" {\n  name = "app"\n'


def report(folder, *blocks: str) -> Report:
    (folder / "main.tf").write_text("\n".join([NETWORK, *blocks]))
    return check(Options((str(folder),)))


def shown(found: Report) -> list[tuple[str, str]]:
    return sorted((access.bucket.id, one.kind) for access in found.analysis.accesses for one in access.evidence)


def document(resource: str = "arn:aws:s3:::data/*", action: str = "s3:GetObject", **more: str) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource, **more}]})


def inline(written: str) -> str:
    return f'{ROLE}}}\nresource "aws_iam_role_policy" "app" {{\n  role   = aws_iam_role.app.id\n  policy = {written}\n}}\n'


def encoded(statements: str) -> str:
    return inline(f'jsonencode({{ Version = "2012-10-17", Statement = [{statements}] }})')


DATA = [("aws_s3_bucket.data", "permission")]


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        (inline(json.dumps(document())), DATA),
        (f'{ROLE}  inline_policy {{\n    name   = "a"\n    policy = {json.dumps(document())}\n  }}\n}}', DATA),
        (
            (
                f'{ROLE}}}\nresource "aws_iam_policy" "p" {{\n  policy = {json.dumps(document())}\n}}\n'
                'resource "aws_iam_role_policy_attachment" "a" {\n  role       = aws_iam_role.app.name\n  policy_arn = aws_iam_policy.p.arn\n}'
            ),
            DATA,
        ),
        (
            f'{ROLE}  managed_policy_arns = [aws_iam_policy.p.arn]\n}}\nresource "aws_iam_policy" "p" {{\n  policy = {json.dumps(document())}\n}}\n',
            DATA,
        ),
        (
            (
                f'{ROLE}}}\nresource "aws_iam_policy" "p" {{\n  policy = {json.dumps(document())}\n}}\n'
                'resource "aws_iam_policy_attachment" "a" {\n  name       = "a"\n  roles      = ["app"]\n  policy_arn = aws_iam_policy.p.arn\n}'
            ),
            DATA,
        ),
        (encoded('{ Effect = "Allow", Action = "s3:*", Resource = ["${aws_s3_bucket.data.arn}/*"] }'), DATA),
        (
            encoded('{ Effect = "Allow", Action = "s3:PutObject", Resource = "${aws_s3_bucket.nameless.arn}/in/*" }'),
            [("aws_s3_bucket.nameless", "permission")],
        ),
        (encoded('{ Effect = "Allow", Action = "s3:ListBucket", Resource = aws_s3_bucket.data.arn }'), DATA),
        (encoded('{ Effect = "Allow", Action = "s3:GetObject", Resource = aws_s3_bucket.data.arn }'), []),
        (encoded('{ Effect = "Allow", Action = "s3:GetBucketLocation", Resource = aws_s3_bucket.data.arn }'), []),
        (encoded('{ Effect = "Allow", Action = "s3:ListAllMyBuckets", Resource = "*" }'), []),
        (encoded('{ Effect = "Allow", Action = "s3:*", Resource = "*" }'), []),
        (encoded('{ Effect = "Allow", Action = "s3:*", Resource = "arn:aws:s3:::da*/*" }'), []),
        (encoded('{ Effect = "Allow", Action = "s3:*", NotResource = "arn:aws:s3:::data/*" }'), []),
        (encoded('{ Effect = "Allow", NotAction = "iam:*", Resource = "arn:aws:s3:::data/*" }'), DATA),
        (encoded('{ Effect = "Allow", Action = "s3:*", Resource = "arn:aws:s3:::al2023-repos-eu-west-1-de612dc2/*" }'), []),
        (encoded('{ Effect = "Deny", Action = "s3:*", Resource = "arn:aws:s3:::data/*" }'), []),
        (
            encoded('{ Effect = "Allow", Action = "s3:*", Resource = "arn:aws:s3:::data/*" }, { Effect = "Deny", Action = "s3:*", Resource = "*" }'),
            [],
        ),
        (
            encoded(
                '{ Effect = "Allow", Action = "s3:*", Resource = "arn:aws:s3:::data/*", '
                'Condition = { "ForAnyValue:StringEquals" = { "aws:CalledVia" = "athena.amazonaws.com" } } }'
            ),
            [],
        ),
        (encoded('{ Effect = "Allow", Action = "s3:*", Resource = "arn:aws:s3:::partner/*" }'), [("partner", "permission")]),
        (encoded('{ Effect = "Allow", Action = var.actions, Resource = "${aws_s3_bucket.data.arn}/*" }') + '\nvariable "actions" {}', DATA),
        (f'{ROLE}  managed_policy_arns = ["arn:aws:iam::aws:policy/AmazonS3FullAccess"]\n}}', []),
        (
            (
                f'{ROLE}  permissions_boundary = aws_iam_policy.p.arn\n}}\nresource "aws_iam_policy" "p" {{\n  policy = {json.dumps(document("arn:aws:s3:::other/*"))}\n}}\n'
                f'resource "aws_iam_role_policy" "app" {{\n  role   = aws_iam_role.app.id\n  policy = {json.dumps(document())}\n}}'
            ),
            [],
        ),
        (inline('"not a document"'), []),
    ],
)
def test_is_the_bucket_shown(tmp_path, blocks, expected):
    assert shown(report(tmp_path, blocks)) == expected


@pytest.mark.parametrize(
    ("blocks", "told"),
    [
        (encoded('{ Effect = "Allow", Action = "s3:*", Resource = "*" }'), "aws_iam_role.app may read and write buckets by wildcard: statement 1"),
        (
            f'{ROLE}  managed_policy_arns = ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]\n}}',
            "aws_iam_role.app may read buckets by wildcard: the policy AmazonS3ReadOnlyAccess",
        ),
        (f'{ROLE}  managed_policy_arns = ["arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"]\n}}', None),
        (f'{ROLE}  managed_policy_arns = ["arn:aws:iam::aws:policy/SomethingNew"]\n}}', None),
    ],
)
def test_is_a_grant_by_wildcard_told(tmp_path, blocks, told):
    found = report(tmp_path, blocks)
    assert [(workload, one.text) for workload, one in found.analysis.unnamed] == ([("aws_lambda_function.one", told)] if told else [])


def test_is_a_grant_more_evidence_and_not_another_access(tmp_path):
    given = 'environment {\n    variables = { DATA_BUCKET = "data" }\n  }\n  vpc_config {'
    (tmp_path / "main.tf").write_text(NETWORK.replace("vpc_config {", given) + inline(json.dumps(document())))
    found = check(Options((str(tmp_path),)))
    assert [[one.kind for one in access.evidence] for access in found.analysis.accesses] == [["environment", "permission"]]


def test_does_every_function_of_a_role_have_it(tmp_path):
    second = NETWORK[NETWORK.index('resource "aws_lambda_function"') :].replace('"one" {', '"two" {').replace('= "one"', '= "two"')
    found = report(tmp_path, second, inline(json.dumps(document())))
    assert [access.workload.id for access in found.analysis.accesses] == ["aws_lambda_function.one", "aws_lambda_function.two"]


def test_is_an_instance_asked_about_the_buckets_own_region(tmp_path):
    instance = """
resource "aws_iam_instance_profile" "app" {
  role = aws_iam_role.app.name
}
resource "aws_instance" "one" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  subnet_id            = aws_subnet.one.id
  iam_instance_profile = aws_iam_instance_profile.app.name
}
"""
    found = report(tmp_path, instance, inline(json.dumps(document())))
    access = next(one for one in found.analysis.accesses if one.workload.id == "aws_instance.one")
    assert (access.client.sdk, access.client.region, access.client.source) == (None, "eu-west-1", "none")
    assert access.disposition.value == "no-route"


STACK = {
    "Resources": {
        "Data": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "data"}},
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        "One": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.1.0/24"}},
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "app"}},
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "VpcConfig": {"SubnetIds": [{"Ref": "One"}], "SecurityGroupIds": []},
            },
        },
    }
}
STATEMENT = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": {"Fn::Sub": "${Data.Arn}/*"}}
POLICY = {"Version": "2012-10-17", "Statement": [STATEMENT]}


def stack(folder, **resources: object) -> list[tuple[str, str]]:
    path = folder / "stack.yaml"
    path.write_text(yaml.safe_dump({"Resources": {**STACK["Resources"], **resources}}))
    return shown(check(Options((str(path),), regions=("eu-west-1",))))


@pytest.mark.parametrize(
    "resources",
    [
        {"Role": {"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyName": "a", "PolicyDocument": POLICY}]}}},
        {"P": {"Type": "AWS::IAM::Policy", "Properties": {"PolicyName": "a", "PolicyDocument": POLICY, "Roles": [{"Ref": "Role"}]}}},
        {"P": {"Type": "AWS::IAM::RolePolicy", "Properties": {"PolicyName": "a", "PolicyDocument": POLICY, "RoleName": "app"}}},
        {"P": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": POLICY, "Roles": [{"Ref": "Role"}]}}},
        {
            "P": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": POLICY}},
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"ManagedPolicyArns": [{"Ref": "P"}]}},
        },
    ],
)
def test_is_the_bucket_shown_in_a_template(tmp_path, resources):
    assert stack(tmp_path, **resources) == [("stack/Data", "permission")]


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([{"S3ReadPolicy": {"BucketName": {"Ref": "Data"}}}], [("stack/Data", "permission")]),
        ({"S3CrudPolicy": {"BucketName": "data"}}, [("stack/Data", "permission")]),
        ([POLICY, "AmazonS3FullAccess"], [("stack/Data", "permission")]),
        (["AWSLambdaBasicExecutionRole", {"SQSPollerPolicy": {"QueueName": "q"}}], []),
        ([{"Ref": "P"}], [("stack/Data", "permission")]),
    ],
)
def test_is_the_role_that_sam_makes_read(tmp_path, policies, expected):
    function = {"Runtime": "python3.13", "Policies": policies, "VpcConfig": STACK["Resources"]["Function"]["Properties"]["VpcConfig"]}
    managed = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": POLICY}}
    assert stack(tmp_path, Function={"Type": "AWS::Serverless::Function", "Properties": function}, P=managed) == expected

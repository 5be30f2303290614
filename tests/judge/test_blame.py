"""Does a finding stand at the property to blame, in plans with their sources, modules and templates?"""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.test_samples import SAMPLES, run
from validator.judge.policy import load_policies
from validator.options import Declared, DeclaredAccess, Options
from validator.pipeline import check
from validator.report import sarif
from validator.source import SourceLocation

TERRAFORM, CLOUDFORMATION = ("plan.json", "main.tf"), ("template.yaml",)
# By sample and policy: address, attribute and what the line begins with, column and all; in Terraform, then in CloudFormation.
BLAMED = {
    ("article", "s3-client-without-region"): [
        ("aws_instance.no_region", "user_data", "  user_data", 51, 3),
        ("template/NoRegion", "UserData", "      UserData:", 58, 7),
    ],
    ("article", "cross-region-s3-unreachable"): [
        ("aws_instance.other_region", "user_data", "  user_data", 61, 3),
        ("template/OtherRegion", "UserData", "      UserData:", 69, 7),
    ],
    ("bucket-outside-the-input", "s3-bucket-region-unknown"): [
        ("aws_lambda_function.reader", "environment.0.variables.DATA_BUCKET", "      DATA_BUCKET =", 42, 7),
        ("template/Reader", "Environment.Variables.DATA_BUCKET", "          DATA_BUCKET:", 56, 11),
    ],
    ("route-table-not-associated", "route-table-without-gateway-endpoint"): [
        ("aws_lambda_function.reader", "vpc_config.0.subnet_ids", "    subnet_ids ", 65, 5),
        ("template/Reader", "VpcConfig.SubnetIds", "        SubnetIds:", 80, 9),
    ],
    ("migration-to-s3", "route-table-without-gateway-endpoint"): [
        ("aws_dms_replication_subnet_group.subnets", "subnet_ids", "  subnet_ids ", 56, 3),
        ("template/Subnets", "SubnetIds", "      SubnetIds:", 57, 7),
    ],
    ("bucket-policy-by-address", "bucket-policy-denies-endpoint"): [
        ("aws_s3_bucket_policy.data", "policy.Statement.0", "  policy = jsonencode(", 39, 3),
        ("template/DataPolicy", "PolicyDocument.Statement.0", "          - ", 48, 13),
    ],
    ("security-group-without-s3", "security-group-denies-s3"): [
        ("aws_security_group.app", None, 'resource "aws_security_group" "app"', 33, 1),
        ("template/App", None, "  App:", 47, 3),
    ],
    ("security-group-outside-the-input", "security-group-denies-s3"): [
        ("aws_lambda_function.reader", None, 'resource "aws_lambda_function" "reader"', 37, 1),
        ("template/Reader", None, "  Reader:", 41, 3),
    ],
    ("vpc-dns-disabled", "vpc-dns-disabled"): [
        ("aws_vpc.main", "enable_dns_support", "  enable_dns_support", 9, 3),
        ("template/Main", "EnableDnsSupport", "      EnableDnsSupport:", 9, 7),
    ],
    ("endpoint-in-other-region", "gateway-endpoint-in-other-region"): [
        ("aws_vpc_endpoint.s3", "service_name", "  service_name", 29, 3),
        ("template/S3", "ServiceName", "      ServiceName:", 33, 7),
    ],
    ("main-route-table", "gateway-endpoint-serves-no-private-subnet"): [
        ("aws_vpc_endpoint.s3", "route_table_ids", "  route_table_ids", 25, 3),
        ("template/S3", "RouteTableIds", "      RouteTableIds:", 28, 7),
    ],
    ("overlapping-endpoints", "overlapping-gateway-endpoints"): [
        ("aws_vpc_endpoint.s3_again", "route_table_ids", "  route_table_ids", 36, 3),
        ("template/S3Again", "RouteTableIds", "      RouteTableIds:", 41, 7),
    ],
}
CASES = [
    (*case, form, place)
    for case, places in BLAMED.items()
    for forms, place in zip((TERRAFORM, CLOUDFORMATION), places, strict=True)
    for form in forms
]


def judged(sample: str, form: str, elsewhere: Path):
    return run(SAMPLES / sample, form, {"region": "ap-northeast-1"}, elsewhere)


@pytest.mark.parametrize(("sample", "policy", "form", "expected"), CASES)
def test_does_a_finding_stand_at_the_property_to_blame(sample, policy, form, expected, tmp_path):
    address, attribute, begins, line, column = expected
    [found] = [one.location for one in judged(sample, form, tmp_path).findings if one.policy == policy]
    file = SAMPLES / sample / ("template.yaml" if form == "template.yaml" else "main.tf")
    assert (Path(found.path).name, found.line, found.column, found.address, found.attribute) == (file.name, line, column, address, attribute)
    text = file.read_text().splitlines()[line - 1]
    assert text.startswith(begins)
    assert text[column - 1] != " "


def test_does_a_plan_alone_name_the_attribute(tmp_path):
    found = {one.policy: one.location for one in judged("article", "plan alone", tmp_path).findings}["s3-client-without-region"]
    assert (Path(found.path).name, found.line, found.address, found.attribute) == ("plan.json", None, "aws_instance.no_region", "user_data")


def test_is_the_workload_still_the_resource_of_what_another_is_blamed_for(tmp_path):
    [found] = judged("bucket-policy-by-address", "main.tf", tmp_path).findings
    assert found.location.address == "aws_s3_bucket_policy.data"
    assert found.resource.address == found.workload == found.subject == "aws_lambda_function.reader"
    assert replace(found, location=None, resource=None).fingerprint == found.fingerprint


def test_does_sarif_relate_the_resource(tmp_path):
    report = judged("bucket-policy-by-address", "main.tf", tmp_path)
    [result] = json.loads(sarif.render(report))["runs"][0]["results"]
    places = [one["physicalLocation"]["region"] for one in (result["locations"][0], result["relatedLocations"][0])]
    assert places == [{"startLine": 39, "startColumn": 3}, {"startLine": 56, "startColumn": 1}]
    assert result["relatedLocations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "aws_lambda_function.reader"


def test_does_a_waiver_above_the_workload_hold_where_another_is_blamed(tmp_path):
    text = (SAMPLES / "bucket-policy-by-address/main.tf").read_text()
    block = 'resource "aws_lambda_function" "reader"'
    waiver = "# s3reach: allow bucket-policy-denies-endpoint -- known"
    (tmp_path / "main.tf").write_text(text.replace(block, f"{waiver}\n{block}"))
    [found] = check(Options((str(tmp_path),))).findings
    assert (found.status, found.location.address) == ("waived", "aws_s3_bucket_policy.data")


def test_is_what_only_the_configuration_says_shown_at_the_workload():
    declared = DeclaredAccess("aws_lambda_function.reader", "elsewhere", SourceLocation(".s3reach.toml", 3, 1))
    options = Options((str(SAMPLES / "gateway-endpoint"),), declared=Declared((declared,)))
    [found] = check(options).findings
    assert (found.policy, found.location) == ("s3-bucket-region-unknown", found.resource)


NESTED = """\
Parameters:
  Stage: {Type: String, Default: prod}
Resources:
  Reader:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Environment:
        Variables:
          DATA_BUCKET: VALUE
      VpcConfig:
        SubnetIds: [!Ref Subnet]
        SecurityGroupIds: []
  Subnet:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.0.0.0/16}
"""


@pytest.mark.parametrize("value", ["!Sub 'elsewhere-${Stage}'", "!Join ['-', [elsewhere, !Ref Stage]]", "elsewhere"])
def test_is_the_property_of_a_nested_stack_found_through_functions(tmp_path, value):
    (tmp_path / "inner.yaml").write_text(NESTED.replace("VALUE", value))
    (tmp_path / "parent.yaml").write_text("Resources:\n  Inner: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: inner.yaml}}\n")
    [found] = check(Options((str(tmp_path / "parent.yaml"),), regions=("ap-northeast-1",))).findings
    place = found.location
    assert (found.policy, Path(place.path).name, place.line, place.column) == ("s3-bucket-region-unknown", "inner.yaml", 10, 11)
    assert (place.address, place.attribute) == ("parent/Inner/Reader", "Environment.Variables.DATA_BUCKET")


def test_does_every_policy_blame_what_its_subject_has():
    blamed = {one.id: one.blames.value for one in load_policies(packs=("dynamodb",))}
    assert blamed["s3-client-without-region"] == "client"
    assert blamed["s3-path-unresolved"] == "workload"
    assert blamed["uneven-gateway-endpoint-coverage"] == "subject"

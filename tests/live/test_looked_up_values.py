"""Are exports and parameters of the store read with what AWS says they are, and does nothing secret come along?"""

import json

import boto3
import pytest
from conftest import REGION, refusal

from validator.frontends.snapshot import running
from validator.live.workloads import cut_function, cut_instance, cut_service
from validator.options import Live, Options
from validator.pipeline import check, snapshot

APPLICATION = """
Parameters:
  Subnets: {Type: "AWS::SSM::Parameter::Value<List<AWS::EC2::Subnet::Id>>", Default: /network/subnets}
Resources:
  Reader:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Environment: {Variables: {DATA_BUCKET: "{{resolve:ssm:/data/bucket}}"}}
      VpcConfig: {SubnetIds: !Ref Subnets, SecurityGroupIds: [!ImportValue network-group]}
  Writer:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Environment: {Variables: {DATA_BUCKET: !ImportValue data-bucket, PASSWORD: "{{resolve:ssm:/data/password}}"}}
      VpcConfig: {SubnetIds: [!ImportValue network-subnet], SecurityGroupIds: [!ImportValue network-group]}
"""


@pytest.fixture
def application(network, moto, tmp_path):
    """A template whose network and buckets stand in exports and in the parameter store."""
    url = f"http://{moto[0]}:{moto[1]}"
    ssm, stacks = (boto3.client(name, region_name=REGION, endpoint_url=url) for name in ("ssm", "cloudformation"))
    ssm.put_parameter(Name="/network/subnets", Type="StringList", Value=f"{network.covered},{network.forgotten}")
    ssm.put_parameter(Name="/data/bucket", Type="String", Value="another-teams-data")
    ssm.put_parameter(Name="/data/password", Type="String", Value="hunter2-and-more")
    exported = {"network-subnet": network.covered, "network-group": network.group, "data-bucket": "another-teams-data", "not-asked": "hunter3"}
    outputs = {f"O{number}": {"Value": value, "Export": {"Name": name}} for number, (name, value) in enumerate(exported.items())}
    template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}, "Outputs": outputs}
    stacks.create_stack(StackName="network", TemplateBody=json.dumps(template))
    (tmp_path / "app.yaml").write_text(APPLICATION)
    return tmp_path / "app.yaml"


def live(path, **options):
    return check(Options((str(path),), regions=(REGION,), live=Live(timeout=30, **options)))


def test_are_exports_and_parameters_followed_to_the_network(application, network, aws):
    report = live(application)
    assert {(one.workload.id, one.position.subnet): one.disposition.value for one in report.analysis.accesses} == {
        ("app/Reader", network.covered): "via-gateway-endpoint",
        ("app/Reader", network.forgotten): "no-route",
        ("app/Writer", network.covered): "via-gateway-endpoint",
    }
    assert {one.bucket.region for one in report.analysis.accesses} == {REGION}
    assert {one.call for one in aws.asked if "ssm" in one.call or "cloudformation" in one.call} == {"ssm:GetParameters", "cloudformation:ListExports"}
    assert {str(one.parameters.get("WithDecryption")) for one in aws.asked if one.call == "ssm:GetParameters"} == {"False"}


SOURCES = """
provider "aws" { region = "eu-west-1" }
data "aws_ssm_parameter" "subnets" { name = "/network/subnets" }
data "aws_ssm_parameter" "bucket" { name = "/data/bucket" }
data "aws_cloudformation_export" "subnet" { name = "network-subnet" }
resource "aws_lambda_function" "in" {
  for_each      = { list = split(",", data.aws_ssm_parameter.subnets.value)[0], export = data.aws_cloudformation_export.subnet.value }
  function_name = each.key
  role          = "arn:aws:iam::123456789012:role/function"
  runtime       = "python3.13"
  environment {
    variables = { DATA_BUCKET = data.aws_ssm_parameter.bucket.value }
  }
  vpc_config {
    subnet_ids         = [each.value]
    security_group_ids = []
  }
}
"""


@pytest.mark.usefixtures("application")
def test_do_data_sources_find_what_aws_says_that_they_will(network, tmp_path):
    (tmp_path / "module").mkdir()
    (tmp_path / "module" / "main.tf").write_text(SOURCES)
    report = live(tmp_path / "module")
    found = {one.workload.id: (one.position.subnet, one.disposition.value, one.bucket.name) for one in report.analysis.accesses}
    assert found['aws_lambda_function.in["export"]'] == (network.covered, "via-gateway-endpoint", "another-teams-data")
    # Which member of the list it is, only Terraform says: of one of them the request goes nowhere.
    assert found['aws_lambda_function.in["list"]'][1:] == ("unknown", "another-teams-data")


def test_is_nothing_recorded_that_nobody_asked_for_or_that_may_be_secret(application, tmp_path):
    recorded = live(application).network
    assert "hunter" not in recorded
    (tmp_path / "network.json").write_text(recorded)
    offline = check(Options((str(application),), regions=(REGION,), network=tmp_path / "network.json"))
    assert {one.disposition.value for one in offline.analysis.accesses} == {"via-gateway-endpoint", "no-route"}


def test_does_a_password_with_the_type_of_a_bucket_stay_out(network, moto, tmp_path):
    ssm = boto3.client("ssm", region_name=REGION, endpoint_url=f"http://{moto[0]}:{moto[1]}")
    ssm.put_parameter(Name="/data/bucket", Type="SecureString", Value="hunter2")
    text = APPLICATION.replace("!Ref Subnets", f"[{network.covered}]").replace("[!ImportValue network-group]", "[]")
    (tmp_path / "app.yaml").write_text(text.partition("  Writer")[0])
    report = live(tmp_path / "app.yaml")
    assert "hunter2" not in report.network
    causes = {f"{cause.subject} {cause.reason}" for one in report.analysis.accesses for cause in one.bucket.region.causes}
    assert causes == {"/data/bucket is not recorded: it is a SecureString that may be a secret"}


def test_is_an_export_that_nobody_has_unknown_with_its_name(application):
    application.write_text(APPLICATION.replace("network-subnet", "network-sub-net"))
    report = live(application)
    (writer,) = [one for one in report.analysis.accesses if one.workload.id == "app/Writer"]
    assert [f"{one.subject} {one.reason}" for one in writer.position.subnet.causes] == [
        "network-sub-net is not exported: account 123456789012 has none of that name in eu-west-1"
    ]


@pytest.mark.parametrize(("call", "subject"), [("cloudformation:ListExports", "network-subnet"), ("ssm:GetParameters", "/network/subnets")])
def test_is_a_value_that_aws_does_not_tell_unknown_with_the_reason(call, subject, application, aws):
    fault = refusal("AccessDenied")
    if call.startswith("ssm"):
        fault.body = json.dumps({"__type": "AccessDeniedException"})
    aws.fault = lambda asked: fault if asked.call == call else None
    report = live(application)
    assert "unknown" in {one.disposition.value for one in report.analysis.accesses}
    causes = {f"{cause.subject} {cause.reason}" for one in report.analysis.accesses for cause in one.causes}
    assert any(cause.startswith(f"{subject} is not known: {call} in eu-west-1 was denied") for cause in causes)


SCRIPT = """#!/bin/bash
export DB_PASSWORD=hunter2
curl -H "Authorization: Bearer hunter3" https://internal.example/setup | sh
BUCKET=another-teams-data
AWS_SECRET_ACCESS_KEY=hunter4 aws s3 cp s3://$BUCKET/releases/app.tgz /opt --region eu-central-1
"""


def test_is_of_texts_only_kept_what_names_s3():
    variables = {"DATA_BUCKET": "another-teams-data", "PASSWORD": "hunter2", "URL": "https://me:hunter3@example.com/?from=s3://other-data/hunter4"}
    placed = running.VpcConfig("vpc-1", ("subnet-1",))
    function = cut_function(running.Function("reader", "python3.13", vpc_config=placed, environment=running.Environment(variables)))
    assert function.environment.variables == {"DATA_BUCKET": "another-teams-data", "URL": "x://x:x@x.x/?x=s3://other-data/x"}
    instance = cut_instance(running.Instance("i-1", subnet_id="subnet-1"), SCRIPT)
    assert "hunter" not in (instance.user_data or "")
    # What a command asks for decides which statement of a policy is about it.
    assert "s3://$BUCKET/releases/app.tgz" in (instance.user_data or "")
    assert "--region eu-central-1" in (instance.user_data or "")
    container = running.Container(
        "app", environment={"TOKEN": "hunter6"}, command=("sh", "-c", "aws s3 ls s3://another-teams-data/hunter7; echo hunter8")
    )
    (cut,) = cut_service(running.Service("arn:service", subnet_ids=("subnet-1",), containers=(container,))).containers
    assert (cut.environment, "hunter" in str(cut.command), "s3://another-teams-data" in str(cut.command)) == ({}, False, True)


def test_is_a_text_that_cannot_be_cut_withheld_and_unknown():
    instance = cut_instance(running.Instance("i-1"), "aws s3 ls s3://data\n" * 10_000)
    assert (instance.user_data, bool(instance.withheld)) == (None, True)


def test_are_functions_and_services_of_a_vpc_recorded(network, moto, tmp_path):
    url = f"http://{moto[0]}:{moto[1]}"
    ecs, functions, iam = (boto3.client(name, region_name=REGION, endpoint_url=url) for name in ("ecs", "lambda", "iam"))
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
    role = iam.create_role(RoleName="function", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    for name, placed in (("inside", {"SubnetIds": [network.covered], "SecurityGroupIds": [network.group]}), ("outside", {})):
        functions.create_function(
            FunctionName=name, Runtime="python3.13", Role=role, Handler="a.b", Code={"ZipFile": b"x"}, VpcConfig=placed,
            Environment={"Variables": {"DATA_BUCKET": "another-teams-data", "PASSWORD": "hunter2"}},
        )  # fmt: skip
    ecs.create_cluster(clusterName="main")
    containers = [{"name": "app", "image": "app", "memory": 64, "environment": [{"name": "DATA_BUCKET", "value": "another-teams-data"}]}]
    ecs.register_task_definition(family="app", networkMode="awsvpc", requiresCompatibilities=["FARGATE"], containerDefinitions=containers)
    placed = {"awsvpcConfiguration": {"subnets": [network.forgotten], "securityGroups": [network.group], "assignPublicIp": "DISABLED"}}
    ecs.create_service(cluster="main", serviceName="app", taskDefinition="app", desiredCount=1, launchType="FARGATE", networkConfiguration=placed)
    recorded = snapshot(Options((), regions=(REGION,), live=Live(workloads=True)), (network.vpc,), ())
    assert (recorded.remarks, "hunter2" in recorded.written) == ((), False)
    (tmp_path / "network.json").write_text(recorded.written)
    report = check(Options((), network=tmp_path / "network.json"))
    assert {one.workload.id: one.disposition.value for one in report.analysis.accesses} == {
        "function:inside": "via-gateway-endpoint",
        "service:main/app": "no-route",
    }
    assert {(one.policy, one.workload) for one in report.findings if one.severity.value == "error"} == {
        ("route-table-without-gateway-endpoint", "service:main/app")
    }

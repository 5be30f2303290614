"""Outages that people reported: is the root cause of each found, in a sample or in a network told like the situations?"""

import json
from pathlib import Path

import pytest
import yaml
from situations import Situation
from situations_written import template

from validator.options import Options
from validator.pipeline import check

ROOT = Path(__file__).parent.parent.parent
GITHUB = "https://github.com/"
INTERFACE = {"type": "Interface", "subnets": ["app"]}
PUBLIC = {"public": {"cidr": "10.0.0.0/24"}}

# What was reported, the sample that shows it, and the policy that names the cause.
IN_SAMPLES = [
    ("cds-snc/forms-terraform/pull/1296", "main-route-table", "route-table-without-gateway-endpoint"),
    ("cloud-gov/terraform-provision/pull/61", "uneven-coverage", "uneven-gateway-endpoint-coverage"),
    ("sassoftware/viya4-iac-aws/issues/180", "interface-endpoint-without-private-dns", "interface-endpoint-without-private-dns"),
    ("aws-samples/aws-secure-environment-accelerator/issues/1108", "private-zone-without-wildcard", "vpc-dns-disabled"),
    ("GuardBench/guardbench-iac/issues/4", "security-group-without-s3", "security-group-denies-s3"),
    ("cds-snc/covid-alert-server-staging-terraform/pull/87", "security-group-without-s3", "security-group-denies-s3"),
    ("ministryofjustice/modernisation-platform/issues/1199", "network-acl-denies", "network-acl-denies-s3"),
    ("amazonlinux/amazon-linux-2023/issues/535", "dualstack-name-past-the-endpoint", "interface-endpoint-without-private-dns"),
    ("grafana/mimir/issues/7382", "dualstack-name-past-the-endpoint", "interface-endpoint-without-private-dns"),
    ("fluxcd/source-controller/issues/826", "dualstack-name-past-the-endpoint", "interface-endpoint-without-private-dns"),
    ("bottlerocket-os/bottlerocket/issues/4372", "fips-name-past-the-endpoint", "interface-endpoint-without-private-dns"),
    ("data-dot-all/dataall/issues/618", "prefix-list-of-another-region", "security-group-denies-s3"),
    ("aws-solutions-library-samples/guidance-for-clickstream-analytics-on-aws/pull/446", "private-nat-gateway", "s3-unreachable"),
    ("awslabs/service-workbench-on-aws/pull/692", "cross-region-bucket", "cross-region-s3-unreachable"),
    ("data-science-on-aws/data-science-on-aws/issues/221", "copy-from-another-region", "cross-region-copy-refused"),
    ("boto/boto3/issues/720", "function-in-public-subnet", "s3-unreachable"),
    ("terraform-aws-modules/terraform-aws-vpc/pull/1197", "endpoint-policy-that-only-denies", "endpoint-policy-denies-bucket"),
]  # fmt: skip

# The same for networks that no sample shows.
IN_NETWORKS = [
    ("sassoftware/viya4-iac-aws/issues/272", "route-table-without-gateway-endpoint", {"endpoints": {"s3": {"tables": []}}}),
    (
        "terraform-aws-modules/terraform-aws-vpc/pull/618",
        "route-table-without-gateway-endpoint",
        {"subnets": {"other": {"cidr": "10.0.2.0/24"}}, "endpoints": {"s3": {"tables": ["other"]}}},
    ),
    (
        "terraform-aws-modules/terraform-aws-vpc/issues/1012",
        "s3-through-nat-gateway",
        {
            "subnets": PUBLIC, "nats": {"nat": {"subnet": "public"}}, "endpoints": {"s3": INTERFACE},
            "routes": [["public", "0.0.0.0/0", "igw"], ["app", "0.0.0.0/0", "nat"]],
        },
    ),
    (
        "terraform-aws-modules/terraform-aws-vpc/issues/1012",
        "interface-endpoint-without-private-dns",
        {"endpoints": {"s3": {**INTERFACE, "private_dns": True}}},
    ),
    ("aws/aws-sdk-go/issues/1891", "s3-unreachable", {"function": True}),
    ("serverless/serverless/issues/4362", "s3-unreachable", {"function": True}),
    ("brefphp/bref/issues/608", "s3-unreachable", {"function": True, "routes": [["app", "0.0.0.0/0", "igw"]]}),
    ("thephpleague/flysystem-aws-s3-v3/issues/179", "s3-unreachable", {"function": True}),
    (
        "awslabs/aws-transit-vpc/issues/26",
        "s3-unreachable",
        {"function": True, "region": "us-west-2", "host": "data.s3-us-west-2.amazonaws.com"},
    ),
    (
        "aws-solutions-library-samples/guidance-for-clickstream-analytics-on-aws/pull/446",
        "s3-unreachable",
        {"subnets": PUBLIC, "nats": {"nat": {"subnet": "public"}}, "routes": [["app", "0.0.0.0/0", "nat"]]},
    ),
    (
        "aws/sagemaker-spark-container/issues/99",
        "vpc-dns-disabled",
        {"region": "us-east-1", "host": "data.s3-us-east-1.amazonaws.com", "endpoints": {"s3": {"tables": ["app"]}}},
    ),
    (
        "hms-dbmi/hail-on-AWS-spot-instances/issues/6",
        "cross-region-s3-unreachable",
        {"region": "eu-central-1", "host": "data.s3.us-east-1.amazonaws.com", "endpoints": {"s3": {"tables": ["app"]}}},
    ),
]  # fmt: skip


MODULE = """
provider "aws" {
  region = "%s"
}
resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
}
resource "aws_subnet" "app" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_route_table" "app" {
  vpc_id = aws_vpc.main.id
}
resource "aws_route_table_association" "app" {
  subnet_id      = aws_subnet.app.id
  route_table_id = aws_route_table.app.id
}
"""
OWN = '{ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:*", Resource = ["arn:aws:s3:::data", "arn:aws:s3:::data/*"] }] }'


def gateway(region: str, policy: str = "null") -> str:
    return (
        f'resource "aws_vpc_endpoint" "gateway" {{\n  vpc_id = aws_vpc.main.id\n  service_name = "com.amazonaws.{region}.s3"\n'
        f"  route_table_ids = [aws_route_table.app.id]\n  policy = {policy}\n}}\n"
    )


def interface(region: str) -> str:
    return (
        f'resource "aws_vpc_endpoint" "interface" {{\n  vpc_id = aws_vpc.main.id\n  vpc_endpoint_type = "Interface"\n'
        f'  service_name = "com.amazonaws.{region}.s3"\n  service_region = "{region}"\n  subnet_ids = [aws_subnet.app.id]\n'
        "  private_dns_enabled = true\n  dns_options {\n    private_dns_only_for_inbound_resolver_endpoint = false\n  }\n}\n"
    )


def instance(script: str) -> str:
    return (
        'resource "aws_instance" "app" {\n  ami = "ami-0123456789abcdef0"\n  instance_type = "t3.micro"\n  subnet_id = aws_subnet.app.id\n'
        f"  user_data = <<-EOT\n    #!/bin/bash\n    {script}\n  EOT\n}}\n"
    )


def function(**variables: str) -> str:
    named = ", ".join(f'{name} = "{value}"' for name, value in variables.items())
    return (
        'resource "aws_lambda_function" "app" {\n  function_name = "app"\n  runtime = "python3.13"\n  role = "arn:aws:iam::123456789012:role/app"\n'
        f"  vpc_config {{\n    subnet_ids = [aws_subnet.app.id]\n    security_group_ids = []\n  }}\n  environment {{\n    variables = {{ {named} }}\n  }}\n}}\n"
    )


def task(image: str, variables: str = "", launch: str = "FARGATE") -> str:
    return (
        f'resource "aws_ecs_task_definition" "app" {{\n  family = "app"\n  requires_compatibilities = ["{launch}"]\n  network_mode = "awsvpc"\n'
        f'  container_definitions = jsonencode([{{ name = "app", image = "{image}", environment = [{variables}] }}])\n}}\n'
        f'resource "aws_ecs_service" "app" {{\n  name = "app"\n  task_definition = aws_ecs_task_definition.app.arn\n  launch_type = "{launch}"\n'
        "  network_configuration {\n    subnets = [aws_subnet.app.id]\n  }\n}\n"
    )


CLUSTER = """
resource "aws_emr_cluster" "app" {
  name          = "app"
  release_label = "emr-6.15.0"
  service_role  = "arn:aws:iam::123456789012:role/emr"
  ec2_attributes {
    subnet_id        = aws_subnet.app.id
    instance_profile = "arn:aws:iam::123456789012:instance-profile/emr"
  }
  bootstrap_action {
    name = "run-if"
    path = "s3://us-east-1.elasticmapreduce/bootstrap-actions/run-if"
  }
}
"""
FLUENT = (
    "cat > /etc/fluent-bit/fluent-bit.conf <<'EOF'\n    [OUTPUT]\n        Name    s3\n        bucket  data\n    EOF\n    systemctl start fluent-bit"
)
SIGNED = "curl -o x 'https://data.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=abc'"
BUCKET = '{ name = "AWS_BUCKET", value = "data" }'

# The same told by what runs there: the Region of the VPC, that of the bucket, what is in the module besides.
IN_MODULES = [
    ("deliciousbrains/wp-amazon-s3-and-cloudfront/issues/339", "cross-region-s3-unreachable", "eu-west-1", "eu-west-1",
     [gateway("eu-west-1"), instance("curl -sI https://s3.amazonaws.com/data")]),
    ("aws/aws-cli/issues/1330", "s3-client-without-region", "eu-west-1", "eu-west-1", [gateway("eu-west-1"), instance("pip install awscli==1.16.0\n    aws s3 cp s3://data/a .")]),
    ("boto/boto3/issues/4696", "cross-region-s3-unreachable", "us-east-1", "us-west-2", [gateway("us-east-1"), interface("us-west-2"), function(BUCKET="data")]),
    # What helps there.
    ("boto/boto3/issues/4696", None, "us-east-1", "us-west-2",
     [gateway("us-east-1"), interface("us-west-2"), function(BUCKET="data", AWS_S3_US_EAST_1_REGIONAL_ENDPOINT="regional")]),
    ("awslabs/service-workbench-on-aws/issues/123", "aws-bucket-unreachable", "ap-northeast-2", None, [gateway("ap-northeast-2"), CLUSTER]),
    ("kubernetes/kops/issues/4301", "cross-region-s3-unreachable", "us-east-1", "us-east-2", [gateway("us-east-1"), instance("aws s3 cp s3://data/a . --region us-east-1")]),
    ("aws-quickstart/quickstart-amazon-eks/pull/52", "aws-bucket-unreachable", "us-east-1", None, [task("602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/coredns:v1")]),
    ("ansible-collections/community.aws/issues/637", "s3-client-without-region", "eu-west-1", "eu-west-1", [interface("eu-west-1"), instance(SIGNED)]),
    ("moby/moby/issues/34185", "endpoint-policy-denies-bucket", "us-east-1", None,
     [gateway("us-east-1", f"jsonencode({OWN})"), instance("curl -O https://docker-images-prod.s3.us-east-1.amazonaws.com/registry-v2/blob")]),
    ("docker/hub-feedback/issues/1318", "endpoint-policy-denies-bucket", "us-east-1", None,
     [gateway("us-east-1", f"jsonencode({OWN})"), instance("curl -O https://docker-images-prod.s3.us-east-1.amazonaws.com/registry-v2/blob")]),
    ("awslabs/landing-zone-accelerator-on-aws/issues/277", "aws-bucket-unreachable", "eu-west-1", None,
     [gateway("eu-west-1", f"jsonencode({OWN})"), task("123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1")]),
    ("fluent/helm-charts/issues/136", "s3-client-without-region", "ap-northeast-1", "ap-northeast-1", [gateway("ap-northeast-1"), instance(FLUENT)]),
    ("apache/hadoop/pull/8058", "s3-client-without-region", "eu-west-1", "eu-west-1", [gateway("eu-west-1"), instance("hadoop fs -ls s3a://data/")]),
    ("boto/boto3/issues/4360", "cross-region-s3-unreachable", "eu-west-1", "eu-west-1",
     [gateway("eu-west-1"), instance("aws s3 cp s3://data/a . --region eu-west-1 --endpoint-url https://s3.amazonaws.com")]),
    ("aws/aws-cli/issues/8896", "cross-region-s3-unreachable", "eu-central-1", "eu-central-1",
     [gateway("eu-central-1"), instance("aws s3 ls s3://data/ --region eu-central-1 --endpoint-url https://s3.amazonaws.com")]),
    ("aws/containers-roadmap/issues/1611", "s3-client-without-region", "eu-west-1", "eu-west-1", [gateway("eu-west-1"), task("app:1", BUCKET, "EC2")]),
    ("exaco/laravel-docktane/issues/10", "cross-region-s3-unreachable", "eu-west-2", "eu-central-1", [gateway("eu-west-2"), task("php:8.3", BUCKET)]),
    # The agent falls back to the global name where the Region's is not reached.
    ("aws/amazon-ssm-agent/issues/93", "aws-bucket-unreachable", "eu-west-1", None,
     [interface("eu-west-1"), instance("yum install -y https://amazon-ssm-eu-west-1.s3.amazonaws.com/latest/linux_amd64/amazon-ssm-agent.rpm")]),
]  # fmt: skip

# An answer of a custom resource that its function, in a VPC, cannot hand in.
ANSWERS = (
    "aws-cloudformation/aws-cloudformation-templates/issues/100",
    "aws-cloudformation/custom-resource-helper/issues/34",
    "aws-solutions/workload-discovery-on-aws/issues/506",
)

# What the inputs of this tool do not tell.
NOT_TOLD = {
    "aws/aws-sdk-java/issues/793": "a probe of another Region by a client that is not supported any more, whatever it is configured with",
    "jpbarto/private-eks-cluster/pull/1": "a proxy, and which names go past it",
    "cloud-custodian/cloud-custodian/pull/263": "a proxy, and which names go past it",
    "apache/hadoop/pull/6482": "what a signature is made for, not where the request goes",
    "apache/hadoop/pull/6466": "what a signature is made for, not where the request goes",
    "logstash-plugins/logstash-output-s3/issues/243": "a host that a version of a client gets wrong",
    "grafana/loki/issues/19243": "a setting that an operator refuses",
    "fluent/fluent-plugin-s3/pull/384": "a setting that a plug-in did not have",
    "aws/aws-cli/pull/10374": "a Region that a client makes of the name of a Local Zone; without a setting the client is told to have none",
    "aws/amazon-eks-pod-identity-webhook/issues/248": "the environment of pods",
    "aws/aws-toolkit-vscode/pull/1806": "a program on a desk",
    "boto/boto3/issues/2786": "what clients of that time did: today's keep the host that they are given",
}


@pytest.mark.parametrize(("report", "sample", "policy"), IN_SAMPLES)
def test_does_the_sample_of_a_report_name_its_cause(report, sample, policy):
    expected = yaml.safe_load((ROOT / "samples" / sample / "expected.yaml").read_text())
    found = check(Options((str(ROOT / "samples" / sample / "plan.json"),), buckets=expected.get("buckets", {}))).findings
    assert policy in {one.policy for one in found}, GITHUB + report


@pytest.mark.parametrize(("report", "policy", "row"), IN_NETWORKS)
def test_does_the_network_of_a_report_name_its_cause(report, policy, row, tmp_path):
    situation = Situation(row)
    path = tmp_path / "template.json"
    path.write_text(json.dumps(template(situation)))
    found = check(Options((str(path),), regions=(situation.region,), buckets={"data": situation.region})).findings
    assert [one.policy for one in found if one.workload] == [policy], GITHUB + report


@pytest.mark.parametrize(("report", "policy", "region", "home", "blocks"), IN_MODULES)
def test_does_the_module_of_a_report_name_its_cause(report, policy, region, home, blocks, tmp_path):
    (tmp_path / "main.tf").write_text("\n".join([MODULE % region, *blocks]))
    found = check(Options((str(tmp_path),), buckets={"data": home} if home else {})).findings
    assert [one.policy for one in found if one.workload] == ([policy] if policy else []), GITHUB + report


@pytest.mark.parametrize("report", ANSWERS)
def test_is_the_answer_of_a_custom_resource_told_that_does_not_arrive(report, tmp_path):
    path = tmp_path / "template.json"
    written = template(Situation({"function": True}))
    (name,) = [name for name, one in written["Resources"].items() if one["Type"] == "AWS::Lambda::Function"]
    written["Resources"]["Answer"] = {"Type": "Custom::Thing", "Properties": {"ServiceToken": {"Fn::GetAtt": [name, "Arn"]}}}
    path.write_text(json.dumps(written))
    found = check(Options((str(path),), regions=("eu-west-1",), buckets={"data": "eu-west-1"})).findings
    told = {one.bucket for one in found if one.policy == "aws-bucket-unreachable"}
    assert told == {"cloudformation-custom-resource-response-euwest1"}, GITHUB + report


def test_is_every_report_either_told_or_said_why_not():
    told = [report for report, *_ in (*IN_SAMPLES, *IN_NETWORKS, *IN_MODULES)]
    assert not NOT_TOLD.keys() & {*told, *ANSWERS}
    assert len({*told, *ANSWERS, *NOT_TOLD}) >= 50

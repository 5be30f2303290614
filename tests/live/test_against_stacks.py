"""Does a recorded network give what the template gives that built it? moto deploys the samples; what runs is recorded with its VPC."""

import json
import re
from pathlib import Path

import boto3
import pytest
import yaml
from moto.ec2.models import ec2_backends

from validator.options import Live, Options
from validator.pipeline import check, snapshot
from validator.values import Unknown

SAMPLES = Path(__file__).parent.parent.parent / "samples"
ACCOUNT = "123456789012"

# What moto 5 does not deploy, or does not show as AWS does, by what a template has of it.
GAPS = {
    "AWS::EC2::VPCPeeringConnection": "does not deploy a peering connection to a VPC that it did not make",
    "ConnectivityType: private": "does not deploy a NAT gateway without an AllocationId",
    "AWS::EC2::TransitGateway\n": "does not deploy a transit gateway without a Description",
    "AWS::EC2::NetworkAclEntry": "does not deploy entries of network ACLs",
    "AWS::ECS::Service": "forgets the network configuration of a service that a stack makes",
    "DnsOptions:": "forgets the DnsOptions of an endpoint",
    " PolicyDocument:": "writes the policy of an endpoint that a stack makes as Python, not as JSON; what roles may do is not recorded",
    "ReplicationConfiguration:": "does not deploy a function with a role of the other account",
    "SecurityGroupEgress:": "gives every group of a stack the rule that allows everything out",
    "ami-amazon-linux-latest": "has no images of these names, and what an image is called is not recorded",
    "SourceDestCheck: false": "forgets that an instance of a stack checks no source and destination",
    "EnableDnsSupport: false": "forgets the DNS attributes of a VPC that a stack makes",
}
# What moto deploys and a snapshot records. An instance of an Auto Scaling group, for one, is recorded as what it is, an instance.
RECORDED = {
    "AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::RouteTable", "AWS::EC2::Route", "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPCEndpoint", "AWS::EC2::InternetGateway", "AWS::EC2::VPCGatewayAttachment", "AWS::EC2::NatGateway", "AWS::EC2::EIP",
    "AWS::EC2::SecurityGroup", "AWS::EC2::Instance", "AWS::Lambda::Function", "AWS::S3::Bucket", "AWS::IAM::Role",
}  # fmt: skip


def cases():
    for folder in sorted(one for one in SAMPLES.iterdir() if one.is_dir()):
        allowed = re.search(r"^  (\w+):\n    Type: String\n    AllowedValues: (\[.*\])", (folder / "template.yaml").read_text(), re.MULTILINE)
        for value in yaml.safe_load(allowed[2]) if allowed else [None]:
            yield pytest.param(folder, {allowed[1]: value} if allowed else {}, id=folder.name + (f"-{value}" if value else ""))


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(("folder", "parameters"), list(cases()))
def test_does_the_recorded_stack_give_what_its_template_gives(folder, parameters, moto, tmp_path):
    expected = yaml.safe_load((folder / "expected.yaml").read_text())
    template = (folder / "template.yaml").read_text()
    if gap := next((GAPS[one] for one in GAPS if one in template), None):
        pytest.skip(f"moto {gap}")
    if other := sorted(set(re.findall(r"Type: (AWS::\w+::\w+)", template)) - RECORDED):
        pytest.skip(f"{other[0]} is not recorded, or not deployed by moto")
    region, buckets = str(expected["region"]), expected.get("buckets", {})
    names = deployed(f"http://{moto[0]}:{moto[1]}", template, region, buckets, parameters)
    vpcs = tuple(sorted(physical for physical in names if physical.startswith("vpc-")))
    recorded = snapshot(Options((), regions=(region,), live=Live(timeout=60, workloads=True)), vpcs, ())
    assert recorded.remarks == ()
    (tmp_path / "network.json").write_text(recorded.written)
    theirs = check(Options((), network=tmp_path / "network.json", buckets=buckets))
    ours = check(Options((str(folder / "template.yaml"),), regions=(region,), buckets=buckets, parameters=parameters))
    assert accesses(theirs, names) == accesses(ours, {})
    assert findings(theirs, names) == findings(ours, {})


def deployed(url, template, region, buckets, parameters):
    """Logical ids by physical ones, of a stack that moto makes."""
    session = boto3.Session(region_name=region)
    stacks, ec2 = session.client("cloudformation", endpoint_url=url), session.client("ec2", endpoint_url=url)
    for name, place in buckets.items():
        boto3.client("s3", region_name=place, endpoint_url=url).create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": place})
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
    session.client("iam", endpoint_url=url).create_role(RoleName="function", AssumeRolePolicyDocument=json.dumps(trust))
    given = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
    stacks.create_stack(StackName="template", TemplateBody=template, Parameters=given, Capabilities=["CAPABILITY_IAM"])
    made = stacks.describe_stack_resources(StackName="template")["StackResources"]
    # A gap of moto: its tables do not list the associations of a stack; made again by hand they are listed.
    for one in list(ec2_backends[ACCOUNT][region].subnet_associations.values()):
        ec2.associate_route_table(RouteTableId=one.route_table_id, SubnetId=one.subnet_id)
    return {one["PhysicalResourceId"]: one["LogicalResourceId"] for one in made if "Association" not in one["ResourceType"]}


def named(address, names):
    """The logical id of what an address stands for: in a template, or recorded."""
    if not isinstance(address, str):
        return "unknown" if isinstance(address, Unknown) else address
    bare = address.removeprefix("function:").rpartition("/")[2]
    by_end = {physical.rpartition("/")[2]: logical for physical, logical in names.items()}
    return by_end.get(bare, bare)


def accesses(report, names):
    return sorted(
        (
            named(one.workload.id, names), named(one.position.subnet, names), str(one.bucket.name), one.position.tier.value,
            str(one.client.region), one.client.source, tuple(host.name for host in one.hosts), one.disposition.value,
        )
        for one in report.analysis.accesses
    )  # fmt: skip


def findings(report, names):
    return sorted(
        (one.policy, one.severity.value, one.verdict.value, str(named(one.workload, names)), named(one.subject.removesuffix("#main"), names))
        for one in report.findings
    )

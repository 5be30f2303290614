"""Do the laws hold from end to end: nothing flips when an unknown is filled in, order says nothing, nothing lost is silent?"""

import json
import random
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from validator.analysis.access import Disposition
from validator.errors import S3ReachError
from validator.frontends.reading import read
from validator.options import Options
from validator.pipeline import check
from validator.report import json as as_json
from validator.report import text as as_text
from validator.report.report import Report
from validator.values import Unknown

ROOT = Path(__file__).parent.parent
SAMPLES = sorted(folder for folder in (ROOT / "samples").iterdir() if folder.is_dir())
PLANS = [
    *(folder / "plan.json" for folder in SAMPLES),
    *sorted(file for file in (ROOT / "tests" / "frontends" / "plans").glob("*.json") if not file.name.endswith(".tf.json")),
]
SWITCHES = ("A", "B")
TABLES = ("One", "Two")


def reference(name: str) -> dict[str, str]:
    return {"Ref": name}


def chosen(condition: str | None, one: object, other: object) -> object:
    return one if condition is None else {"Fn::If": [condition, one, other]}


conditions = st.sampled_from([None, *SWITCHES])
tables = st.tuples(conditions, st.sampled_from(TABLES), st.sampled_from(TABLES)).map(lambda it: chosen(it[0], reference(it[1]), reference(it[2])))
targets = st.sampled_from(
    [
        {"GatewayId": reference("Internet")},
        {"NatGatewayId": reference("Nat")},
        {"TransitGatewayId": "tgw-0123456789abcdef0"},
        {"VpcPeeringConnectionId": "pcx-0123456789abcdef0"},
    ]
)


@st.composite
def estates(draw):
    """A template around one function, in which two parameters without values decide some of it."""
    resources = {
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        "Internet": {"Type": "AWS::EC2::InternetGateway"},
        "Attached": {"Type": "AWS::EC2::VPCGatewayAttachment", "Properties": {"VpcId": reference("Vpc"), "InternetGatewayId": reference("Internet")}},
        "Public": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": reference("Vpc"), "CidrBlock": "10.0.0.0/24"}},
        "Private": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": reference("Vpc"), "CidrBlock": "10.0.1.0/24"}},
        "Nat": {"Type": "AWS::EC2::NatGateway", "Properties": {"SubnetId": reference("Public"), "AllocationId": "eipalloc-0"}},
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "law-data"}},
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Environment": {"Variables": {"DATA_BUCKET": draw(st.sampled_from([reference("Bucket"), "law-data", "somebody-elses"]))}},
                "VpcConfig": {"SubnetIds": [chosen(draw(conditions), reference("Private"), reference("Public"))]},
            },
        },
    }
    for table in TABLES:
        resources[table] = {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": reference("Vpc")}}
    optional = {
        "PublicTable": {"Type": "AWS::EC2::SubnetRouteTableAssociation", "Properties": {"SubnetId": reference("Public"), "RouteTableId": draw(tables)}},
        "PrivateTable": {"Type": "AWS::EC2::SubnetRouteTableAssociation", "Properties": {"SubnetId": reference("Private"), "RouteTableId": draw(tables)}},
        "DefaultOne": {"Type": "AWS::EC2::Route", "Properties": {"RouteTableId": reference("One"), "DestinationCidrBlock": "0.0.0.0/0", **draw(targets)}},
        "DefaultTwo": {"Type": "AWS::EC2::Route", "Properties": {"RouteTableId": draw(tables), "DestinationCidrBlock": draw(st.sampled_from(["0.0.0.0/0", "10.0.0.0/8", "52.216.0.0/15"])), **draw(targets)}},
        "Endpoint": {
            "Type": "AWS::EC2::VPCEndpoint",
            "Properties": {
                "VpcId": reference("Vpc"),
                "ServiceName": draw(st.sampled_from(["com.amazonaws.eu-west-1.s3", "com.amazonaws.us-west-2.s3", "com.amazonaws.eu-west-1.dynamodb"])),
                "RouteTableIds": [draw(tables)],
            },
        },
        "Interface": {
            "Type": "AWS::EC2::VPCEndpoint",
            "Properties": {
                "VpcId": reference("Vpc"),
                "VpcEndpointType": "Interface",
                "ServiceName": "com.amazonaws.eu-west-1.s3",
                "SubnetIds": [reference("Private")],
                "PrivateDnsEnabled": chosen(draw(conditions), True, False),
                "DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": "AllResolvers"},
            },
        },
    }  # fmt: skip
    for name, body in optional.items():
        if draw(st.booleans()):
            condition = draw(conditions)
            resources[name] = body if condition is None else {**body, "Condition": condition}
    return {
        "Parameters": {f"Switch{name}": {"Type": "String", "AllowedValues": ["true", "false"]} for name in SWITCHES},
        "Conditions": {name: {"Fn::Equals": [reference(f"Switch{name}"), "true"]} for name in SWITCHES},
        "Resources": resources,
    }


def undecided(report: Report) -> bool:
    """Whether the report names something that is not decided, which counts as a warning: a filter that is not in the input."""
    return any(one.verdict.value == "unknown" for one in report.findings)


def judged(path: Path, parameters: dict[str, str]) -> Report:
    return check(Options((str(path),), regions=("eu-west-1",), parameters=parameters))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(estates())
def test_does_filling_in_a_parameter_never_flip_a_definite_path(tmp_path, estate):
    path = tmp_path / "law.json"
    path.write_text(json.dumps(estate))
    before = judged(path, {})
    (disposition,) = {one.disposition for one in before.analysis.accesses}
    failed = {one.policy for one in before.findings if one.verdict.value == "fail" and one.workload}
    for values in product(("true", "false"), repeat=len(SWITCHES)):
        after = judged(path, {f"Switch{name}": value for name, value in zip(SWITCHES, values, strict=True)})
        (settled,) = {one.disposition for one in after.analysis.accesses}
        if disposition is not Disposition.UNKNOWN:
            assert settled is disposition
        if before.exit_code == 0 and not undecided(before):
            assert after.exit_code == 0
        if failed:
            assert any(one.accesses for one in after.findings)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(estates())
def test_is_no_private_access_that_is_not_delivered_silent(tmp_path, estate):
    path = tmp_path / "law.json"
    path.write_text(json.dumps(estate))
    report = judged(path, {})
    told = {name for finding in report.findings for name in finding.accesses}
    for access in report.analysis.accesses:
        if access.position.private and access.disposition.delivered is not True:
            assert access.id in told
            assert report.exit_code == 1


@pytest.mark.parametrize("plan", PLANS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_does_shuffling_a_plan_change_no_byte(tmp_path, plan):
    document = json.loads(plan.read_text())
    original = tmp_path / "plan.json"
    original.write_text(json.dumps(document))
    first = rendered(original)
    shuffle = random.Random(7)
    for changes in (document.get("resource_changes", []), *resource_lists(document)):
        shuffle.shuffle(changes)
    original.write_text(json.dumps(document))
    assert rendered(original) == first


@pytest.mark.parametrize("folder", SAMPLES, ids=lambda path: path.name)
def test_does_shuffling_a_template_change_no_verdict(tmp_path, folder):
    text = (folder / "template.yaml").read_text()
    head, _, body = text.partition("Resources:\n")
    blocks = body.split("\n\n")
    random.Random(7).shuffle(blocks)
    path = tmp_path / "template.yaml"
    path.write_text(text)
    first = without_lines(path)
    path.write_text(f"{head}Resources:\n" + "\n\n".join(block.strip("\n") for block in blocks) + "\n")
    assert without_lines(path) == first


def rendered(path: Path) -> tuple[str, str]:
    report = check(Options((str(path),), regions=("eu-west-1",)))
    return as_json.render(report), as_text.render(report)


def without_lines(path: Path) -> object:
    def strip(value):
        if isinstance(value, dict):
            return {name: strip(one) for name, one in value.items() if name not in {"line", "column"}}
        return [strip(one) for one in value] if isinstance(value, list) else value

    return strip(json.loads(rendered(path)[0]))


def resource_lists(document):
    """Every list of resources in the configuration and the planned values, at any depth."""
    if isinstance(document, dict):
        for name, value in document.items():
            if name == "resources" and isinstance(value, list):
                yield value
            yield from resource_lists(value)
    elif isinstance(document, list):
        for member in document:
            yield from resource_lists(member)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=60), st.text(max_size=60).map(str.encode), st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["Resources", "Type", "Properties", "Parameters", "Fn::If", "Ref", "format_version", "resource_changes", "planned_values", "change", "actions"]), inner, max_size=3), max_leaves=12).map(lambda value: json.dumps(value).encode())))  # fmt: skip
def test_does_random_input_raise_only_our_errors(tmp_path, data):
    path = tmp_path / "given"
    path.write_bytes(data)
    try:
        read(str(path), Options(()), region=None)
    except S3ReachError as error:
        assert all("\n" not in mistake for mistake in error.mistakes)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_does_a_damaged_plan_raise_only_our_errors(tmp_path, data):
    document = json.loads((ROOT / "samples" / "module-with-for-each" / "plan.json").read_text())
    for _ in range(data.draw(st.integers(1, 4))):
        here = document
        while True:
            keys = list(here) if isinstance(here, dict) else list(range(len(here)))
            key = data.draw(st.sampled_from(keys))
            if not isinstance(here[key], dict | list) or not here[key] or data.draw(st.integers(0, 3)) == 0:
                here[key] = data.draw(st.sampled_from([None, [], {}, "x", 7, True, [None], {"references": ["x.y"]}]))
                break
            here = here[key]
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(document))
    try:
        check(Options((str(path),)))
    except S3ReachError as error:
        assert all("\n" not in mistake for mistake in error.mistakes)


@pytest.mark.parametrize("folder", SAMPLES, ids=lambda path: path.name)
def test_does_naming_the_region_of_a_stack_never_flip_a_definite_path(folder):
    template = str(folder / "template.yaml")
    before = check(Options((template,)))
    for region in ("us-east-1", "eu-west-1", "us-west-2", "eu-south-2", "ap-northeast-1"):
        after = check(Options((template,), regions=(region,)))
        ends = {(one.workload.id, one.position.subnet, one.bucket.id, one.client.source): one.disposition for one in after.analysis.accesses}
        for access in before.analysis.accesses:
            if access.disposition is not Disposition.UNKNOWN:
                key = (access.workload.id, access.position.subnet, access.bucket.id, access.client.source)
                assert ends.get(key, access.disposition) is access.disposition
        if before.exit_code == 0 and not undecided(before):
            assert after.exit_code == 0
        for one, other in zip(before.analysis.coverage, after.analysis.coverage, strict=True):
            for name in ("route_table", "gateway_endpoint", "interface_endpoint"):
                assert isinstance(getattr(one, name), Unknown) or getattr(one, name) == getattr(other, name)


def test_is_a_stack_in_its_own_region_decided_without_naming_it():
    report = check(Options((str(ROOT / "samples" / "gateway-endpoint" / "template.yaml"),)))
    assert [one.disposition.value for one in report.analysis.accesses] == ["via-gateway-endpoint"]
    assert report.exit_code == 0


def test_is_the_stacks_region_told_by_a_bucket_that_is_named_with_it(tmp_path):
    isolated = """
Resources:
  Vpc: {Type: "AWS::EC2::VPC", Properties: {CidrBlock: 10.0.0.0/16}}
  Subnet: {Type: "AWS::EC2::Subnet", Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
  Table: {Type: "AWS::EC2::RouteTable", Properties: {VpcId: !Ref Vpc}}
  Use: {Type: "AWS::EC2::SubnetRouteTableAssociation", Properties: {SubnetId: !Ref Subnet, RouteTableId: !Ref Table}}
  Endpoint:
    Type: AWS::EC2::VPCEndpoint
    Properties: {VpcId: !Ref Vpc, ServiceName: !Sub "com.amazonaws.${AWS::Region}.s3", RouteTableIds: [!Ref Table]}
  Machine:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      SubnetId: !Ref Subnet
      UserData:
        Fn::Base64: !Sub |
          #!/bin/bash
          amazon-linux-extras install -y docker
          aws s3 cp s3://cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}/app.zip . --region ${AWS::Region}
"""
    path = tmp_path / "stack.yaml"
    path.write_text(isolated)
    report = check(Options((str(path),)))
    told = sorted((one.bucket.id, one.bucket.owner, one.disposition.value) for one in report.analysis.accesses)
    assert told == [
        ("amazonlinux-2-repos-${AWS::Region}", "aws", "via-gateway-endpoint"),
        ("cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}", "external", "via-gateway-endpoint"),
    ]
    assert report.exit_code == 0
    for region in ("us-east-1", "eu-west-1", "eu-south-2"):
        ends = [one.disposition.value for one in check(Options((str(path),), regions=(region,))).analysis.accesses]
        assert ends == ["via-gateway-endpoint", "via-gateway-endpoint"]


@pytest.mark.parametrize("action", ["s3:PutObject", "s3:GetObject"])
def test_is_a_wait_condition_answered_by_writing_in_whichever_region(tmp_path, action):
    text = f"""
Resources:
  Vpc: {{Type: "AWS::EC2::VPC", Properties: {{CidrBlock: 10.0.0.0/16}}}}
  Subnet: {{Type: "AWS::EC2::Subnet", Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}}}
  Table: {{Type: "AWS::EC2::RouteTable", Properties: {{VpcId: !Ref Vpc}}}}
  Use: {{Type: "AWS::EC2::SubnetRouteTableAssociation", Properties: {{SubnetId: !Ref Subnet, RouteTableId: !Ref Table}}}}
  Endpoint:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: !Ref Vpc
      ServiceName: !Sub com.amazonaws.${{AWS::Region}}.s3
      RouteTableIds: [!Ref Table]
      PolicyDocument:
        Statement:
          - {{Effect: Allow, Principal: "*", Action: "{action}", Resource: !Sub "arn:${{AWS::Partition}}:s3:::cloudformation-waitcondition-${{AWS::Region}}/*"}}
  Handle: {{Type: "AWS::CloudFormation::WaitConditionHandle"}}
  Machine:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      SubnetId: !Ref Subnet
      UserData:
        Fn::Base64: !Sub "/opt/aws/bin/cfn-signal -e 0 '${{Handle}}'"
"""
    path = tmp_path / "stack.yaml"
    path.write_text(text)
    ends = [[one.disposition.value for one in check(Options((str(path),), regions=regions)).analysis.accesses] for regions in ((), ("eu-west-1",))]
    assert ends == ([["unknown"], ["via-gateway-endpoint"]] if action == "s3:PutObject" else [["endpoint-policy-denies"]] * 2)

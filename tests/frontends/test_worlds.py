"""Is the verdict on a template with conditions, in each world, that on the template with this world written out?"""

import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from validator.options import Options
from validator.pipeline import check
from validator.report.report import Report

PARAMETERS = {"Stage": ("dev", "prod"), "Endpoint": ("yes", "no"), "Zone": ("a", "b")}


def condition(depth: int = 0) -> st.SearchStrategy[object]:
    """A random condition over the parameters."""
    leaf = st.sampled_from([{"Fn::Equals": [{"Ref": name}, value]} for name, values in PARAMETERS.items() for value in values])
    if depth > 2:
        return leaf
    inner = condition(depth + 1)
    two = st.lists(inner, min_size=2, max_size=2)
    return leaf | st.builds(lambda x: {"Fn::Not": [x]}, inner) | st.builds(lambda x: {"Fn::And": x}, two) | st.builds(lambda x: {"Fn::Or": x}, two)


def template(one: object, two: object) -> dict[str, object]:
    """Endpoint, association, client Region and bucket hang on conditions."""
    either = {"Fn::If": ["One", {"Ref": "PlainRoutes"}, {"Ref": "OtherRoutes"}]}
    client = {"Fn::If": ["Two", {"Ref": "AWS::Region"}, {"Ref": "AWS::NoValue"}]}
    subnets = {"Fn::If": ["One", [{"Ref": "Private"}], {"Fn::If": ["Two", [{"Ref": "Second"}], [{"Ref": "Private"}, {"Ref": "Second"}]]}]}

    def subnet(block: str) -> dict[str, object]:
        return {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Main"}, "CidrBlock": block}}

    def association(of: str, table: object) -> dict[str, object]:
        return {"Type": "AWS::EC2::SubnetRouteTableAssociation", "Properties": {"SubnetId": {"Ref": of}, "RouteTableId": table}}

    service = {"Fn::Sub": "com.amazonaws.${AWS::Region}.s3"}
    tables = [{"Ref": "PlainRoutes"}, {"Fn::If": ["Two", {"Ref": "OtherRoutes"}, {"Ref": "AWS::NoValue"}]}]
    return {
        "Parameters": {name: {"Type": "String", "AllowedValues": list(values)} for name, values in PARAMETERS.items()},
        "Conditions": {"One": one, "Two": two, "Neither": {"Fn::Not": [{"Fn::Or": [{"Condition": "One"}, {"Condition": "Two"}]}]}},
        "Mappings": {"Names": {"dev": {"bucket": "worlds-dev"}, "prod": {"bucket": "worlds-prod"}}},
        "Resources": {
            "Main": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
            "Private": subnet("10.0.1.0/24"),
            "Second": subnet("10.0.2.0/24"),
            "PlainRoutes": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Main"}}},
            "OtherRoutes": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Main"}}},
            "FirstAssociation": association("Private", either),
            "SecondAssociation": association("Second", {"Ref": "OtherRoutes"}),
            "S3": {
                "Type": "AWS::EC2::VPCEndpoint",
                "Condition": "Two",
                "Properties": {"VpcId": {"Ref": "Main"}, "ServiceName": service, "RouteTableIds": tables},
            },
            "Late": {
                "Type": "AWS::EC2::VPCEndpoint",
                "Condition": "Neither",
                "Properties": {"VpcId": {"Ref": "Main"}, "ServiceName": service, "RouteTableIds": [{"Ref": "OtherRoutes"}]},
            },
            "Data": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::FindInMap": ["Names", {"Ref": "Stage"}, "bucket"]}}},
            "Worker": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Runtime": "python3.13",
                    "Environment": {"Variables": {"BUCKET": {"Ref": "Data"}, "S3_REGION": client}},
                    "VpcConfig": {"SubnetIds": subnets, "SecurityGroupIds": []},
                },
            },
        },
    }


class Gone:
    """What a world leaves out."""


def holds(node: object, world: dict[str, str], conditions: dict[str, object]) -> bool:
    """The truth of a condition, written down again from CloudFormation's documentation, for a world in which all is known."""
    ((function, argument),) = node.items()
    match function:
        case "Condition":
            return holds(conditions[argument], world, conditions)
        case "Fn::Equals":
            left, right = (world[one["Ref"]] if isinstance(one, dict) else one for one in argument)
            return left == right
        case "Fn::Not":
            return not holds(argument[0], world, conditions)
        case "Fn::And":
            return all(holds(one, world, conditions) for one in argument)
        case _:
            return any(holds(one, world, conditions) for one in argument)


def written_out(node: object, world: dict[str, str], whole: dict[str, object]) -> object:
    """A node without conditions and parameters."""
    if isinstance(node, list):
        return [one for one in (written_out(member, world, whole) for member in node) if one is not Gone]
    if not isinstance(node, dict):
        return node
    if node.get("Ref") == "AWS::NoValue":
        return Gone
    if node.get("Ref") in world:
        return world[node["Ref"]]
    if "Fn::If" in node:
        name, yes, no = node["Fn::If"]
        return written_out(yes if holds(whole["Conditions"][name], world, whole["Conditions"]) else no, world, whole)
    if "Fn::FindInMap" in node:
        table, row, column = (written_out(one, world, whole) for one in node["Fn::FindInMap"])
        return whole["Mappings"][table][row][column]
    members = {name: written_out(member, world, whole) for name, member in node.items()}
    return {name: member for name, member in members.items() if member is not Gone}


def world_of(whole: dict[str, object], world: dict[str, str]) -> dict[str, object]:
    """The template with one world written out."""
    kept = {
        name: {key: value for key, value in body.items() if key != "Condition"}
        for name, body in whole["Resources"].items()
        if "Condition" not in body or holds(whole["Conditions"][body["Condition"]], world, whole["Conditions"])
    }
    return {"Resources": written_out(kept, world, whole)}


def told(report: Report) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    accesses = [(one.workload.id, str(one.position.subnet), one.bucket.name, one.disposition, one.client.region) for one in report.analysis.accesses]
    return sorted(accesses, key=str), sorted((one.policy, one.verdict, one.subject, one.bucket, one.message) for one in report.findings)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("worlds") / "stack.json"


@settings(max_examples=25, deadline=None)
@given(one=condition(), two=condition())
def test_is_each_world_judged_as_if_it_were_written_out(path, one, two):
    whole = template(one, two)
    worlds = [dict(zip(PARAMETERS, values, strict=True)) for values in itertools.product(*PARAMETERS.values())]
    verdicts = []
    for world in worlds:
        path.write_text(json.dumps(whole))
        with_conditions = told(check(Options((str(path),), regions=("eu-west-1",), parameters=world)))
        path.write_text(json.dumps(world_of(whole, world)))
        assert with_conditions == told(check(Options((str(path),), regions=("eu-west-1",))))
        verdicts.append(with_conditions)
    path.write_text(json.dumps(whole))
    # What holds in every world is told of all of them together, and no more is told as definite.
    together = check(Options((str(path),), regions=("eu-west-1",), every_allowed_value=True))
    definite = {one[:4] for one in told(together)[1] if one[1].value == "fail"}
    in_all = set.intersection(*({one[:4] for one in findings if one[1].value == "fail"} for _, findings in verdicts))
    assert definite == in_all
    # Without a choice, nothing definite is said that a world contradicts.
    blind = check(Options((str(path),), regions=("eu-west-1",)))
    ends = [{(one[0], one[1]): one[3] for one in accesses} for accesses, _ in verdicts]
    for access in blind.analysis.accesses:
        if access.disposition.value != "unknown":
            key = (access.workload.id, str(access.position.subnet))
            assert {world[key] for world in ends if key in world} <= {access.disposition}

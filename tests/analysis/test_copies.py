"""Does S3 copy what a workload asks it to, on the way that the request takes? (aws-facts F9)"""

import json
from collections.abc import Mapping, Sequence

import pytest

from validator.analysis.access import Access
from validator.options import Options
from validator.pipeline import check

REGION = "eu-west-1"
INTO = "--bucket data --key k --region eu-west-1"
NETWORK = {
    "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16", "EnableDnsHostnames": True}},
    "One": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.1.0/24"}},
    "Table": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Vpc"}}},
    "Used": {"Type": "AWS::EC2::SubnetRouteTableAssociation", "Properties": {"SubnetId": {"Ref": "One"}, "RouteTableId": {"Ref": "Table"}}},
    "Data": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "data"}},
    "Near": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "near"}},
}
GATEWAY = {
    "S3": {
        "Type": "AWS::EC2::VPCEndpoint",
        "Properties": {"VpcId": {"Ref": "Vpc"}, "ServiceName": f"com.amazonaws.{REGION}.s3", "RouteTableIds": [{"Ref": "Table"}]},
    }
}
INTERFACE = {
    "S3": {
        "Type": "AWS::EC2::VPCEndpoint",
        "Properties": {
            "VpcId": {"Ref": "Vpc"}, "VpcEndpointType": "Interface", "ServiceName": f"com.amazonaws.{REGION}.s3", "SubnetIds": [{"Ref": "One"}],
            "PrivateDnsEnabled": True, "DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": False},
        },
    }
}  # fmt: skip
CROSS_REGION = {
    "Far": {
        "Type": "AWS::EC2::VPCEndpoint",
        "Properties": {
            "VpcId": {"Ref": "Vpc"}, "VpcEndpointType": "Interface", "ServiceName": "com.amazonaws.us-west-2.s3", "ServiceRegion": "us-west-2",
            "SubnetIds": [{"Ref": "One"}], "PrivateDnsEnabled": True, "DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": False},
        },
    }
}  # fmt: skip
TRANSIT = {
    "Way": {
        "Type": "AWS::EC2::Route",
        "Properties": {"RouteTableId": {"Ref": "Table"}, "DestinationCidrBlock": "0.0.0.0/0", "TransitGatewayId": "tgw-0"},
    }
}
NAT = {
    "Internet": {"Type": "AWS::EC2::InternetGateway"},
    "Attached": {"Type": "AWS::EC2::VPCGatewayAttachment", "Properties": {"VpcId": {"Ref": "Vpc"}, "InternetGatewayId": {"Ref": "Internet"}}},
    "Nat": {"Type": "AWS::EC2::NatGateway", "Properties": {"VpcId": {"Ref": "Vpc"}, "AvailabilityMode": "regional"}},
    "Way": {
        "Type": "AWS::EC2::Route",
        "Properties": {"RouteTableId": {"Ref": "Table"}, "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": {"Ref": "Nat"}},
    },
}


def policy(bucket: str, action: str, effect: str = "Deny") -> Mapping[str, object]:
    statement = {"Sid": "One", "Effect": effect, "Principal": "*", "Action": action, "Resource": f"arn:aws:s3:::{bucket.lower()}/*"}
    return {f"On{bucket}": {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": {"Ref": bucket}, "PolicyDocument": {"Statement": [statement]}}}}


def accesses(folder, script: str, *parts: Mapping[str, object], system: Mapping[str, object] | None = None) -> Sequence[Access]:
    instance = {"SubnetId": {"Ref": "One"}, "UserData": {"Fn::Base64": f"#!/bin/bash\n{script}"}, **(system or {})}
    resources = {"App": {"Type": "AWS::EC2::Instance", "Properties": instance}}
    for part in (NETWORK, *parts):
        resources |= part
    (folder / "template.json").write_text(json.dumps({"Resources": resources}))
    buckets = {"far": "us-west-2", "other": "eu-west-1", "away": "us-west-2"}
    return check(Options((str(folder / "template.json"),), regions=(REGION,), buckets=buckets)).analysis.accesses


@pytest.mark.parametrize(
    ("script", "parts", "ends"),
    [
        (f"aws s3api copy-object --copy-source far/k {INTO}", [GATEWAY], {"data": "copy-refused"}),
        (f"aws s3api upload-part-copy --copy-source far/k --part-number 1 --upload-id u {INTO}", [GATEWAY], {"data": "copy-refused"}),
        (f"aws s3api copy-object --copy-source far/k {INTO}", [INTERFACE], {"data": "copy-refused"}),
        (f"aws s3api copy-object --copy-source near/k {INTO}", [GATEWAY], {"data": "via-gateway-endpoint"}),
        (f"aws s3api copy-object --copy-source other/k {INTO}", [INTERFACE], {"data": "via-interface-endpoint"}),
        # An access point's ARN says the Region.
        (f"aws s3api copy-object --copy-source arn:aws:s3:us-west-2:111122223333:accesspoint/ap/object/k {INTO}", [GATEWAY], {"data": "copy-refused"}),
        (f"aws s3api copy-object --copy-source arn:aws:s3:eu-west-1:111122223333:accesspoint/ap/object/k {INTO}", [GATEWAY], {"data": "via-gateway-endpoint"}),
        # Without an endpoint S3 copies across Regions.
        (f"aws s3api copy-object --copy-source far/k {INTO}", [NAT], {"data": "via-nat-gateway"}),
        (f"aws s3api copy-object --copy-source far/k {INTO}", [NAT, GATEWAY], {"data": "copy-refused"}),
        (f"aws s3api copy-object --copy-source nobody-knows/k {INTO}", [NAT], {"data": "via-nat-gateway"}),
        (f"aws s3api copy-object --copy-source nobody-knows/k {INTO}", [GATEWAY], {"data": "unknown"}),
        # What lies behind a transit gateway is outside the inputs' view, an endpoint there as well.
        (f"aws s3api copy-object --copy-source far/k {INTO}", [TRANSIT], {"data": "via-transit-gateway"}),
        (f"aws s3api copy-object --copy-source far/k {INTO}", [], {"data": "no-route"}),
        # The high-level commands ask the source at its own host first.
        ("aws s3 cp s3://far/k s3://data/k --source-region us-west-2 --region eu-west-1", [NAT, GATEWAY], {"far": "via-nat-gateway", "data": "copy-refused"}),
        ("aws s3 sync s3://near s3://data --region eu-west-1", [GATEWAY], {"near": "via-gateway-endpoint", "data": "via-gateway-endpoint"}),
        ("aws s3 cp s3://data/k s3://far/k --source-region eu-west-1 --region us-west-2", [NAT, GATEWAY], {"data": "via-gateway-endpoint", "far": "via-nat-gateway"}),
        # Through a cross-Region endpoint, as little.
        ("aws s3 cp s3://data/k s3://far/k --source-region eu-west-1 --region us-west-2", [GATEWAY, CROSS_REGION],
         {"data": "via-gateway-endpoint", "far": "copy-refused"}),
        ("aws s3 cp s3://far/k s3://away/k --region us-west-2", [CROSS_REGION], {"far": "via-interface-endpoint", "away": "via-interface-endpoint"}),
    ],
)  # fmt: skip
def test_does_s3_copy_through_an_endpoint(tmp_path, script, parts, ends):
    found = accesses(tmp_path, script, *parts)
    assert {one.bucket.id.rpartition("/")[2].lower(): one.disposition.value for one in found} == ends


@pytest.mark.parametrize(
    ("source", "parts", "end", "holder"),
    [
        ("near", [policy("Near", "s3:GetObject")], "bucket-policy-denies", "template/Near"),
        ("near", [policy("Near", "s3:PutObject")], "via-gateway-endpoint", None),
        ("near", [policy("Data", "s3:PutObject")], "bucket-policy-denies", "template/Data"),
        # That it copies from another Region is certain whatever policies say.
        ("far", [policy("Data", "s3:PutObject")], "copy-refused", None),
        # A policy certainly refuses what S3 may refuse to copy.
        ("nobody-knows", [policy("Data", "s3:PutObject")], "bucket-policy-denies", "template/Data"),
        ("nobody-knows", [policy("Data", "s3:GetObject")], "unknown", None),
    ],
)  # fmt: skip
def test_is_the_policy_of_what_is_copied_from_asked(tmp_path, source, parts, end, holder):
    (found,) = accesses(tmp_path, f"aws s3api copy-object --copy-source {source}/k {INTO}", GATEWAY, *parts)
    refusal = found.paths[0].refusal
    assert (found.disposition.value, refusal and refusal.holder) == (end, holder)


def test_is_a_copy_that_may_be_refused_undecided_with_what_would_settle_it(tmp_path):
    (found,) = accesses(tmp_path, f"aws s3api copy-object --copy-source nobody-knows/k {INTO}", GATEWAY)
    (cause,) = found.causes
    assert (found.doubt.value, cause.subject, cause.reason) == (
        "copy-refused", "nobody-knows", "is outside the input, and nothing says which Region it is in",
    )  # fmt: skip


def test_is_the_grant_on_what_is_copied_from_no_access_of_its_own(tmp_path):
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::far/*"}
    role = {
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": {}, "Policies": [{"PolicyName": "p", "PolicyDocument": {"Statement": [statement]}}]},
        },
        "Profile": {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [{"Ref": "Role"}]}},
    }
    script = f"aws s3api copy-object --copy-source far/k {INTO}"
    found = accesses(tmp_path, script, GATEWAY, role, system={"IamInstanceProfile": {"Ref": "Profile"}})
    assert [(one.bucket.id, one.disposition.value) for one in found] == [("template/Data", "copy-refused")]


@pytest.mark.parametrize(
    ("source", "policies"),
    [
        ("near", []),
        ("far", ["cross-region-copy-refused"]),
        ("nobody-knows", ["cross-region-copy-refused"]),
    ],
)
def test_is_only_a_copy_across_regions_reported_as_one_where_the_way_is_open(tmp_path, source, policies):
    # Whether the endpoint is there is not settled, and neither is the way.
    endpoint = {"S3": {**GATEWAY["S3"], "Condition": "Wanted"}}
    (found,) = accesses(tmp_path, f"aws s3api copy-object --copy-source {source}/k {INTO}", endpoint)
    template = json.loads((tmp_path / "template.json").read_text())
    template |= {"Parameters": {"Want": {"Type": "String"}}, "Conditions": {"Wanted": {"Fn::Equals": [{"Ref": "Want"}, "yes"]}}}
    (tmp_path / "template.json").write_text(json.dumps(template))
    report = check(Options((str(tmp_path / "template.json"),), regions=(REGION,), buckets={"far": "us-west-2"}))
    assert found.bucket.id == "template/Data"
    assert [one.policy for one in report.findings if one.workload and one.policy == "cross-region-copy-refused"] == policies
    assert all(one.verdict.value == "unknown" for one in report.findings if one.workload)

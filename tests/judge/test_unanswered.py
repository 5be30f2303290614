"""Does a message say why S3's names do not lead to the interface endpoint, and is what AWS refuses to set up told?"""

import json

import pytest

from validator.options import Options
from validator.pipeline import check

REGION = "us-east-1"


def checked(tmp_path, endpoint, vpc=None, more=None, host="data.s3.us-east-1.amazonaws.com"):
    def of(kind, **properties):
        return {"Type": f"AWS::EC2::{kind}", "Properties": properties}

    ref = {"Ref": "Vpc"}
    resources = {
        "Vpc": of("VPC", **{"CidrBlock": "10.0.0.0/16", "EnableDnsHostnames": True, **(vpc or {})}),
        "Subnet": of("Subnet", VpcId=ref, CidrBlock="10.0.1.0/24"),
        "Endpoint": of(
            "VPCEndpoint",
            **{
                "VpcId": ref,
                "ServiceName": f"com.amazonaws.{REGION}.s3",
                "VpcEndpointType": "Interface",
                "SubnetIds": [{"Ref": "Subnet"}],
                **endpoint,
            },
        ),
        "App": of("Instance", SubnetId={"Ref": "Subnet"}, UserData={"Fn::Base64": f"#!/bin/bash\ncurl -O https://{host}/key\n"}),
        **({"Gateway": of("VPCEndpoint", VpcId=ref, ServiceName=f"com.amazonaws.{REGION}.s3")} if more else {}),
    }
    path = tmp_path / "template.json"
    path.write_text(json.dumps({"Resources": resources}))
    return check(Options((str(path),), regions=(REGION,), buckets={"data": REGION}))


def options(scope):
    return {"PrivateDnsEnabled": True, "DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": scope}}


REFUSED = "; AWS refuses to set that up in a VPC without an S3 gateway endpoint"
INBOUND = "the private DNS of template/Endpoint is for inbound resolvers only"


@pytest.mark.parametrize(
    ("endpoint", "vpc", "host", "why"),
    [
        ({}, {}, None, "the private DNS of template/Endpoint is off"),
        (options("OnlyInboundResolver"), {}, None, INBOUND + REFUSED),
        ({"PrivateDnsEnabled": True}, {}, None, f"{INBOUND}, which it is unless it says otherwise{REFUSED}"),
        (
            options("AllResolvers"),
            {"EnableDnsHostnames": False},
            None,
            "private DNS needs the DNS support and the DNS host names of template/Vpc, and they are not both on",
        ),
        (options("AllResolvers"), {}, "data.s3-fips.us-east-1.amazonaws.com", "template/Endpoint answers no data.s3-fips.us-east-1.amazonaws.com"),
    ],
)
def test_why_do_the_names_not_lead_to_the_endpoint(tmp_path, endpoint, vpc, host, why):
    report = checked(tmp_path, endpoint, vpc, host=host or "data.s3.us-east-1.amazonaws.com")
    (finding,) = [one for one in report.findings if one.policy == "interface-endpoint-without-private-dns"]
    assert finding.message.endswith(f"S3's names do not resolve to it: {why}")


@pytest.mark.parametrize(
    ("endpoint", "gateway", "noted"),
    [
        (options("OnlyInboundResolver"), False, True),
        (options("OnlyInboundResolver"), True, False),
        (options("AllResolvers"), False, False),
        ({"PrivateDnsEnabled": True}, False, False),
        ({}, False, False),
    ],
)
def test_is_an_endpoint_told_of_that_aws_refuses(tmp_path, endpoint, gateway, noted):
    notes = [note for note in checked(tmp_path, endpoint, more=gateway).notes if "which AWS refuses" in note.reason]
    assert [(note.subject, note.reason) for note in notes] == (
        [
            (
                "template/Endpoint",
                "asks for private DNS for inbound resolvers only, which AWS refuses: template/Vpc has no S3 gateway endpoint",
            )
        ]
        if noted
        else []
    )

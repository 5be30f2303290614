"""Is a Cloud WAN followed where its policy document and attachments are in the inputs, and only then?"""

import json
import re
from pathlib import Path

import pytest
import yaml

from validator.analysis.access import Access
from validator.conversion.segments import policy_of
from validator.options import Options
from validator.pipeline import check
from validator.values import unknown

SAMPLES = Path(__file__).parent.parent.parent / "samples"
WAN = """
resource "aws_networkmanager_core_network" "wan" {
  global_network_id = "global-network-0123456789abcdef0"
}
resource "aws_networkmanager_vpc_attachment" "main" {
  core_network_id = aws_networkmanager_core_network.wan.id
  vpc_arn         = aws_vpc.main.arn
  subnet_arns     = [aws_subnet.private.arn]
  tags            = { segment = "spokes" }
}
resource "aws_networkmanager_vpc_attachment" "egress" {
  core_network_id = aws_networkmanager_core_network.wan.id
  vpc_arn         = aws_vpc.egress.arn
  subnet_arns     = [aws_subnet.transit.arn]
  tags            = { segment = "egress" }
}
"""
DOCUMENT = """
resource "aws_networkmanager_core_network_policy_attachment" "wan" {
  core_network_id = aws_networkmanager_core_network.wan.id
  policy_document = jsonencode({
    version = "2021.12"
    core-network-configuration = { asn-ranges = ["64512-64555"], edge-locations = [{ location = "ap-northeast-1" }] }
    segments = [{ name = "spokes", isolate-attachments = true }, { name = "egress" }]
    segment-actions = [
      { action = "create-route", segment = "spokes", destination-cidr-blocks = ["0.0.0.0/0"], destinations = [aws_networkmanager_vpc_attachment.egress.id] },
      { action = "share", mode = "attachment-route", segment = "egress", share-with = ["spokes"] },
    ]
    attachment-policies = [{
      rule-number = 100
      conditions  = [{ type = "tag-exists", key = "segment" }]
      action      = { association-method = "tag", tag-value-of-key = "segment" }
    }]
  })
}
"""
DATA_SOURCE = """
data "aws_networkmanager_core_network_policy_document" "wan" {
  core_network_configuration {
    asn_ranges = ["64512-64555"]
    edge_locations {
      location = "ap-northeast-1"
    }
  }
  segments {
    name                = "spokes"
    isolate_attachments = true
  }
  segments {
    name = "egress"
  }
  segment_actions {
    action                  = "create-route"
    segment                 = "spokes"
    destination_cidr_blocks = ["0.0.0.0/0"]
    destinations            = [aws_networkmanager_vpc_attachment.egress.id]
  }
  segment_actions {
    action     = "share"
    mode       = "attachment-route"
    segment    = "egress"
    share_with = ["*"]
  }
  attachment_policies {
    rule_number     = 100
    condition_logic = "or"
    conditions {
      type = "tag-exists"
      key  = "segment"
    }
    action {
      association_method = "tag"
      tag_value_of_key   = "segment"
    }
  }
}
resource "aws_networkmanager_core_network_policy_attachment" "wan" {
  core_network_id = aws_networkmanager_core_network.wan.id
  policy_document = data.aws_networkmanager_core_network_policy_document.wan.json
}
"""


def estate(sample: str) -> str:
    """A sample with a transit gateway, without it, and with routes to the core network in its place."""
    written = (SAMPLES / sample / "main.tf").read_text()
    without = re.sub(r'resource "aws_ec2_transit_gateway\w*" "\w+" \{.*?\n\}\n', "", written, flags=re.DOTALL)
    return without.replace("transit_gateway_id     = aws_ec2_transit_gateway.hub.id", "core_network_arn = aws_networkmanager_core_network.wan.arn")


def access(folder, *blocks: str) -> Access:
    (folder / "main.tf").write_text("\n".join(blocks))
    (found,) = check(Options((str(folder),))).analysis.accesses
    return found


@pytest.mark.parametrize("document", [DOCUMENT, DATA_SOURCE], ids=["jsonencode", "data-source"])
@pytest.mark.parametrize(
    ("sample", "disposition", "last"),
    [("central-egress-vpc", "via-transit-gateway", "nat-gateway"), ("central-egress-without-nat", "blackhole", "nothing")],
)
def test_is_an_egress_vpc_behind_a_core_network_followed(tmp_path, document, sample, disposition, last):
    found = access(tmp_path, estate(sample), WAN, document)
    assert found.disposition.value == disposition
    assert [hop.kind for hop in found.paths[0].hops if hop.kind in {"core-network", last}] == ["core-network", last]


BACK = "the Cloud WAN has no route back to aws_vpc.main"


@pytest.mark.parametrize(
    ("old", "new", "disposition", "why"),
    [
        # Nothing is shared, and nothing else gives the egress segment the way back.
        ('share-with = ["spokes"]', "share-with = []", "blackhole", BACK),
        ('share-with = ["spokes"]', 'share-with = { except = ["spokes"] }', "blackhole", BACK),
        ('share-with = ["spokes"]', 'share-with = { except = ["other"] }', "via-transit-gateway", "NAT"),
        ("[aws_networkmanager_vpc_attachment.egress.id]", '["blackhole"]', "blackhole", "drops it"),
        # One segment for all: its attachments know one another, unless they are isolated.
        ('segment = "egress"', 'segment = "spokes"', "blackhole", BACK),
        ("isolate-attachments = true", "isolate-attachments = false", "via-transit-gateway", "NAT"),
        # What is not in the input, not known or not read here.
        ("[aws_networkmanager_vpc_attachment.egress.id]", '["attachment-0123456789abcdef0"]', "via-transit-gateway", "not in the input"),
        ("[aws_networkmanager_vpc_attachment.egress.id]", "var.hops", "via-transit-gateway", "not in the input"),
        ('["0.0.0.0/0"]', '["10.0.0.0/8"]', "via-transit-gateway", "not in the input"),
        ('version = "2021.12"', 'version = "2025.11"', "via-transit-gateway", "not in the input"),
        ("isolate-attachments = true", 'deny-filter = ["egress"]', "via-transit-gateway", "not in the input"),
        ('action = "share"', 'action = "send-via"', "via-transit-gateway", "not in the input"),
        ('type = "tag-exists"', 'type = "account-id", operator = "equals", value = "1"', "via-transit-gateway", "not in the input"),
        ('tag-value-of-key = "segment"', 'tag-value-of-key = "other"', "via-transit-gateway", "not in the input"),
        ('association-method = "tag", tag-value-of-key = "segment"', 'association-method = "constant", segment = "spokes"', "blackhole", BACK),
        ('{ segment = "spokes" }', "var.tags", "via-transit-gateway", "not in the input"),
        ("= aws_vpc.main.arn", "= var.vpc", "via-transit-gateway", "not in the input"),
    ],
)  # fmt: skip
def test_does_the_document_decide(tmp_path, old, new, disposition, why):
    variables = "".join(f'variable "{name}" {{}}\n' for name in ("hops", "tags", "vpc"))
    written = WAN + DOCUMENT
    if old == 'segment = "egress"':
        written = WAN.replace(old, new) + DOCUMENT
    else:
        written = written.replace(old, new)
        assert written != WAN + DOCUMENT
    found = access(tmp_path, estate("central-egress-vpc"), variables, written)
    assert found.disposition.value == disposition
    assert any(why in hop.why or (why == "NAT" and hop.kind == "nat-gateway") for hop in found.paths[0].hops)


@pytest.mark.parametrize("missing", ["policy", "attachment"])
def test_does_a_core_network_stay_unseen_without_its_parts(tmp_path, missing):
    main = WAN[WAN.index('resource "aws_networkmanager_vpc_attachment" "main"') : WAN.index('resource "aws_networkmanager_vpc_attachment" "egress"')]
    blocks = [WAN] if missing == "policy" else [WAN.replace(main, ""), DOCUMENT]
    found = access(tmp_path, estate("central-egress-vpc"), *blocks)
    assert found.disposition.value == "via-transit-gateway"
    assert any(hop.kind == "core-network" and hop.why.endswith("not in the input") for hop in found.paths[0].hops)


def test_is_the_way_back_from_nat_asked_about(tmp_path):
    to_core = "core_network_arn = aws_networkmanager_core_network.wan.arn"
    before, _, after = estate("central-egress-vpc").partition('resource "aws_route" "public_back"')
    without = before + after[after.index("\n}\n") + 3 :]
    assert to_core in without
    found = access(tmp_path, without, WAN, DOCUMENT)
    assert found.disposition.value == "blackhole"
    assert "no route back to aws_vpc.main" in found.paths[0].hops[-1].why


def template(document: object) -> dict[str, object]:
    arn = "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:%s/${%s}"
    resources = {
        "Wan": {"Type": "AWS::NetworkManager::CoreNetwork", "Properties": {"GlobalNetworkId": "global-network-0", "PolicyDocument": document}},
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        "One": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.1.0/24"}},
        "Table": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Vpc"}}},
        "Used": {"Type": "AWS::EC2::SubnetRouteTableAssociation", "Properties": {"SubnetId": {"Ref": "One"}, "RouteTableId": {"Ref": "Table"}}},
        "Attached": {
            "Type": "AWS::NetworkManager::VpcAttachment",
            "Properties": {
                "CoreNetworkId": {"Fn::GetAtt": ["Wan", "CoreNetworkId"]},
                "VpcArn": {"Fn::Sub": arn % ("vpc", "Vpc")},
                "SubnetArns": [{"Fn::Sub": arn % ("subnet", "One")}],
                "Tags": [{"Key": "segment", "Value": "spokes"}],
            },
        },
        "Default": {
            "Type": "AWS::EC2::Route",
            "Properties": {
                "RouteTableId": {"Ref": "Table"},
                "DestinationCidrBlock": "0.0.0.0/0",
                "CoreNetworkArn": {"Fn::GetAtt": ["Wan", "CoreNetworkArn"]},
            },
        },
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Environment": {"Variables": {"DATA_BUCKET": "data"}},
                "VpcConfig": {"SubnetIds": [{"Ref": "One"}], "SecurityGroupIds": []},
            },
        },
    }
    return {"Resources": resources}


CORE = {
    "version": "2021.12",
    "core-network-configuration": {"asn-ranges": ["64512-64555"], "edge-locations": [{"location": "eu-west-1"}]},
    "segments": [{"name": "spokes"}],
    "segment-actions": [{"action": "create-route", "segment": "spokes", "destination-cidr-blocks": ["0.0.0.0/0"], "destinations": ["blackhole"]}],
    "attachment-policies": [
        {
            "rule-number": 1,
            "conditions": [{"type": "tag-value", "operator": "equals", "key": "segment", "value": "spokes"}],
            "action": {"association-method": "constant", "segment": "spokes"},
        }
    ],
}


@pytest.mark.parametrize("document", [CORE, json.dumps(CORE)], ids=["mapping", "text"])
def test_is_a_template_read(tmp_path, document):
    path = tmp_path / "stack.yaml"
    path.write_text(yaml.safe_dump(template(document)))
    (found,) = check(Options((str(path),), regions=("eu-west-1",))).analysis.accesses
    assert found.disposition.value == "blackhole"


@pytest.mark.parametrize(
    "written",
    [
        None,
        "text",
        {},
        {"version": "2021.12", "segments": 1},
        {**CORE, "network-function-groups": []},
        {**CORE, "segments": [{"name": 1}]},
        {**CORE, "segments": [{"name": "spokes", "isolate-attachments": "maybe"}]},
        {**CORE, "segment-actions": [{"action": "share", "mode": "other", "segment": "spokes", "share-with": "*"}]},
        {**CORE, "attachment-policies": [{"rule-number": "x"}]},
        {**CORE, "attachment-policies": ["x"]},
        {**CORE, "attachment-policies": [{"rule-number": 1, "conditions": [{"type": "any"}], "condition-logic": {}, "action": {}}]},
        {
            **CORE,
            "attachment-policies": [
                {"rule-number": 1, "conditions": [{"type": "any"}], "condition-logic": unknown("is not settled", "var.x"), "action": {}}
            ],
        },
        {**CORE, "segment-actions": [{"action": {}}]},
    ],
)
def test_is_a_document_that_is_not_read_whole_left_alone(written):
    assert policy_of(written) is None

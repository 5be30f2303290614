"""Is what a plan takes away gone, though the attributes that the provider filled in by itself still show it?"""

import json

import pytest

from validator.options import Options
from validator.pipeline import check

ROUTE = {"route_table_id": "rtb-00000001", "destination_cidr_block": "0.0.0.0/0", "nat_gateway_id": "nat-00000001"}
RULE = {"security_group_id": "sg-00000001", "cidr_ipv4": "0.0.0.0/0", "ip_protocol": "-1"}
ENTRY = {"network_acl_id": "acl-00000001", "egress": True, "rule_number": 100, "protocol": "-1", "rule_action": "allow", "cidr_block": "0.0.0.0/0"}
SEPARATE = {
    "aws_vpc_endpoint_route_table_association.s3": {"route_table_id": "rtb-00000001", "vpc_endpoint_id": "vpce-00000001"},
    "aws_route.nat": ROUTE,
    "aws_vpc_security_group_egress_rule.all": RULE,
    "aws_network_acl_rule.out": ENTRY,
    "aws_internet_gateway_attachment.main": {"internet_gateway_id": "igw-00000001", "vpc_id": "vpc-00000001"},
    "aws_network_acl_association.closed": {"network_acl_id": "acl-00000002", "subnet_id": "subnet-00000002"},
}
OPEN = {"from_port": 0, "to_port": 0, "protocol": "-1"}
ALLOWED = {**OPEN, "action": "allow", "cidr_block": "0.0.0.0/0"}
STANDING = {
    "aws_vpc.main": {"id": "vpc-00000001", "cidr_block": "10.0.0.0/16", "enable_dns_support": True},
    "aws_subnet.private": {"id": "subnet-00000001", "vpc_id": "vpc-00000001", "cidr_block": "10.0.1.0/24"},
    "aws_nat_gateway.main": {"id": "nat-00000001", "vpc_id": "vpc-00000001", "availability_mode": "regional", "connectivity_type": "public"},
    "aws_route_table.private": {
        "id": "rtb-00000001",
        "vpc_id": "vpc-00000001",
        "route": [{"cidr_block": "0.0.0.0/0", "nat_gateway_id": "nat-00000001", "gateway_id": ""}],
    },
    "aws_route_table_association.private": {"subnet_id": "subnet-00000001", "route_table_id": "rtb-00000001"},
    "aws_vpc_endpoint.s3": {
        "id": "vpce-00000001",
        "vpc_id": "vpc-00000001",
        "service_name": "com.amazonaws.eu-west-1.s3",
        "vpc_endpoint_type": "Gateway",
        "route_table_ids": ["rtb-00000001"],
    },
    "aws_security_group.reader": {"id": "sg-00000001", "vpc_id": "vpc-00000001", "egress": [{**OPEN, "cidr_blocks": ["0.0.0.0/0"]}]},
    "aws_network_acl.private": {
        "id": "acl-00000001",
        "vpc_id": "vpc-00000001",
        "subnet_ids": ["subnet-00000001"],
        "egress": [{**ALLOWED, "rule_no": 100}],
        "ingress": [{**ALLOWED, "rule_no": 100}],
    },
    "aws_internet_gateway.main": {"id": "igw-00000001", "vpc_id": "vpc-00000001"},
    "aws_subnet.other": {"id": "subnet-00000002", "vpc_id": "vpc-00000001", "cidr_block": "10.0.2.0/24"},
    "aws_route_table.other": {
        "id": "rtb-00000002",
        "vpc_id": "vpc-00000001",
        "route": [{"cidr_block": "0.0.0.0/0", "nat_gateway_id": "", "gateway_id": "igw-00000001"}],
    },
    "aws_route_table_association.other": {"subnet_id": "subnet-00000002", "route_table_id": "rtb-00000002"},
    "aws_network_acl.closed": {"id": "acl-00000002", "vpc_id": "vpc-00000001", "subnet_ids": ["subnet-00000002"], "egress": [], "ingress": []},
    "aws_instance.other": {
        "user_data": "#!/bin/sh\naws s3 cp s3://gone-data/a . --region eu-west-1\n",
        "subnet_id": "subnet-00000002",
        "associate_public_ip_address": True,
        "vpc_security_group_ids": ["sg-00000001"],
    },
    "aws_s3_bucket.data": {"id": "gone-data", "bucket": "gone-data"},
    "aws_lambda_function.reader": {
        "runtime": "python3.13",
        "environment": [{"variables": {"DATA": "gone-data"}}],
        "vpc_config": [{"subnet_ids": ["subnet-00000001"], "security_group_ids": ["sg-00000001"]}],
    },
}


def change(address, values, actions):
    kind, name = address.split(".")
    after = None if actions == ["delete"] else {**values, "region": "eu-west-1"}
    told = {"actions": actions, "before": {**values, "region": "eu-west-1"}, "after": after, "after_unknown": {}}
    return {"address": address, "mode": "managed", "type": kind, "name": name, "change": told}


def ends(tmp_path, deleted):
    changes = [change(address, values, ["no-op"]) for address, values in STANDING.items()]
    changes += [change(address, values, ["delete"] if address in deleted else ["no-op"]) for address, values in SEPARATE.items()]
    (tmp_path / "plan.json").write_text(json.dumps({"format_version": "1.2", "resource_changes": changes}))
    accesses = check(Options((str(tmp_path / "plan.json"),))).analysis.accesses
    return {one.workload.id: one.disposition.value for one in accesses}


@pytest.mark.parametrize(
    ("deleted", "end"),
    [
        ((), "via-gateway-endpoint"),
        (("aws_vpc_endpoint_route_table_association.s3",), "via-nat-gateway"),
        (("aws_vpc_endpoint_route_table_association.s3", "aws_route.nat"), "no-route"),
        (("aws_vpc_security_group_egress_rule.all",), "security-group-denies"),
        (("aws_network_acl_rule.out",), "network-acl-denies"),
    ],
)
def test_is_a_separate_resource_that_is_deleted_gone_from_what_shows_it_too(tmp_path, deleted, end):
    assert ends(tmp_path, deleted)["aws_lambda_function.reader"] == end


@pytest.mark.parametrize(
    ("deleted", "end"),
    [
        ((), "network-acl-denies"),
        (("aws_network_acl_association.closed",), "via-internet-gateway"),
        (("aws_network_acl_association.closed", "aws_internet_gateway_attachment.main"), "blackhole"),
    ],
)
def test_is_an_association_or_attachment_that_is_deleted_gone(tmp_path, deleted, end):
    assert ends(tmp_path, deleted)["aws_instance.other"] == end

"""Are groups, ACLs and what comes with a VPC read from both vocabularies, before an apply and after it?"""

import pytest

from validator.conversion.convert import convert
from validator.model.filters import GroupPeer, default_acl_of, default_group_of
from validator.model.network import Cidr, PrefixList
from validator.resource import Configuration, Dialect, InputKind, Resource
from validator.source import SourceLocation
from validator.values import Ref, Unknown, unknown

HERE = SourceLocation("test")
REGION = "eu-west-1"


def resource(address, action=None, **attributes):
    kind, _, _ = address.removeprefix("data.").partition(".")
    mode = "data" if address.startswith("data.") else "managed"
    return Resource(address, kind, attributes, REGION, HERE, mode=mode, action=action)


def logical(name, kind, **properties):
    return Resource(name, kind, properties, REGION, HERE)


def terraform(*resources):
    return convert([Configuration("plan.json", InputKind.TERRAFORM_PLAN, "terraform", tuple(resources))])


def stack(*resources):
    dialect: Dialect = "cloudformation"
    return convert([Configuration("t.yaml", InputKind.CLOUDFORMATION_TEMPLATE, dialect, tuple(resources), region=REGION)])


VPC = resource("aws_vpc.main", "create", cidr_block="10.0.0.0/16")
RULE = {"protocol": "tcp", "from_port": 443, "to_port": 443}


def test_does_terraform_remove_the_rule_that_lets_everything_out():
    topology = terraform(
        VPC, resource("aws_security_group.app", "create", vpc_id=Ref("aws_vpc.main", "id"), egress=Ref("aws_security_group.app", "egress"))
    )
    assert topology.security_groups["aws_security_group.app"].egress == ()
    assert topology.security_groups["aws_security_group.app"].closed


def test_does_cloudformation_keep_the_rule_that_lets_everything_out():
    vpc, group = logical("Vpc", "AWS::EC2::VPC", CidrBlock="10.0.0.0/16"), logical("App", "AWS::EC2::SecurityGroup", VpcId=Ref("Vpc", "Ref"))
    rules = stack(vpc, group).security_groups["App"].egress
    assert [rule.peer for rule in rules] == [Cidr("0.0.0.0/0"), Cidr("::/0")]
    assert all(rule.exists is True for rule in rules)


def test_is_that_rule_open_beside_a_separate_one():
    group = logical("App", "AWS::EC2::SecurityGroup")
    separate = logical(
        "Out", "AWS::EC2::SecurityGroupEgress", GroupId=Ref("App", "GroupId"), IpProtocol="tcp", FromPort=443, ToPort=443, CidrIp="10.0.0.0/16"
    )
    rules = stack(group, separate).security_groups["App"].egress
    assert [(rule.peer, isinstance(rule.exists, Unknown)) for rule in rules] == [
        (Cidr("0.0.0.0/0"), True),
        (Cidr("::/0"), True),
        (Cidr("10.0.0.0/16"), False),
    ]


def test_is_every_peer_of_a_block_a_rule():
    block = {
        **RULE, "cidr_blocks": ("10.0.0.0/8", "192.168.0.0/16"), "ipv6_cidr_blocks": ("::/0",), "prefix_list_ids": ("pl-6da54004",),
        "security_groups": (Ref("aws_security_group.other", "id"),), "self": True,
    }  # fmt: skip
    topology = terraform(VPC, resource("aws_security_group.app", egress=(block,)), resource("aws_security_group.other"))
    peers = [rule.peer for rule in topology.security_groups["aws_security_group.app"].egress]
    assert peers == [
        Cidr("10.0.0.0/8"),
        Cidr("192.168.0.0/16"),
        Cidr("::/0"),
        PrefixList("pl-6da54004", "s3", REGION),
        GroupPeer("aws_security_group.other"),
        GroupPeer("aws_security_group.app"),
    ]


@pytest.mark.parametrize(
    ("identity", "service"),
    [("pl-6da54004", "s3"), ("pl-63a5400a", "another service"), ("pl-0123456789abcdef0", None)],
)
def test_which_list_is_a_bare_id(identity, service):
    topology = terraform(VPC, resource("aws_security_group.app", egress=({**RULE, "prefix_list_ids": (identity,)},)))
    (rule,) = topology.security_groups["aws_security_group.app"].egress
    assert rule.peer.service == service


def test_is_the_id_of_another_thing_no_list():
    """As after an apply, where ids are texts."""
    zone = resource("aws_route53_zone.z", action="no-op", id="pl-0123456789abcdef0", name="example.com", vpc=({"vpc_id": "vpc-1"},))
    topology = terraform(VPC, zone, resource("aws_security_group.app", egress=({**RULE, "prefix_list_ids": ("pl-0123456789abcdef0",)},)))
    (rule,) = topology.security_groups["aws_security_group.app"].egress
    assert isinstance(rule.peer, Unknown)
    assert [cause.reason for cause in rule.peer.causes] == ["is no prefix list"]


def test_is_the_list_of_a_gateway_endpoint_its_service():
    endpoint = resource("aws_vpc_endpoint.s3", "create", vpc_id=Ref("aws_vpc.main", "id"), service_name="com.amazonaws.eu-west-1.s3")
    group = resource("aws_security_group.app", egress=({**RULE, "prefix_list_ids": (Ref("aws_vpc_endpoint.s3", "prefix_list_id"),)},))
    (rule,) = terraform(VPC, endpoint, group).security_groups["aws_security_group.app"].egress
    assert (rule.peer.service, rule.peer.region) == ("s3", REGION)


@pytest.mark.parametrize(
    ("attributes", "tcp", "ports"),
    [
        ({"protocol": "-1", "from_port": 0, "to_port": 0}, True, None),
        ({"protocol": "all"}, True, None),
        ({"protocol": "6", "from_port": 0, "to_port": 65535}, True, (0, 65535)),
        ({"protocol": "udp", "from_port": 443, "to_port": 443}, False, (443, 443)),
        ({"protocol": "tcp"}, True, "unknown"),
        ({"protocol": "tcp", "from_port": -1, "to_port": -1}, True, "unknown"),
        ({"protocol": "tcp", "from_port": "x", "to_port": 443}, True, "unknown"),
        ({"from_port": 443, "to_port": 443}, "unknown", (443, 443)),
    ],
)
def test_what_is_a_rule_for(attributes, tcp, ports):
    topology = terraform(VPC, resource("aws_security_group.app", egress=({**attributes, "cidr_blocks": ("0.0.0.0/0",)},)))
    (rule,) = topology.security_groups["aws_security_group.app"].egress
    assert ("unknown" if isinstance(rule.tcp, Unknown) else rule.tcp) == tcp
    assert ("unknown" if isinstance(rule.ports, Unknown) else rule.ports) == ports


def test_are_separate_rules_of_both_kinds_added_to_their_group():
    group = resource("aws_security_group.app")
    old = resource(
        "aws_security_group_rule.old", security_group_id=Ref("aws_security_group.app", "id"), type="egress", **RULE, cidr_blocks=("10.0.0.0/8",)
    )
    inward = resource(
        "aws_security_group_rule.in", security_group_id=Ref("aws_security_group.app", "id"), type="ingress", **RULE, cidr_blocks=("10.0.0.0/8",)
    )
    new = resource(
        "aws_vpc_security_group_egress_rule.new", security_group_id=Ref("aws_security_group.app", "id"), ip_protocol="-1", cidr_ipv4="0.0.0.0/0"
    )
    found = terraform(VPC, group, old, inward, new).security_groups["aws_security_group.app"]
    assert [rule.address for rule in found.egress] == ["aws_security_group_rule.old", "aws_vpc_security_group_egress_rule.new"]
    assert [rule.address for rule in found.ingress] == ["aws_security_group_rule.in"]


def test_is_the_default_group_of_a_vpc_open_outwards_until_it_is_adopted():
    assert terraform(VPC).security_groups[default_group_of("aws_vpc.main")].egress[0].peer == Cidr("0.0.0.0/0")
    adopted = terraform(VPC, resource("aws_default_security_group.main", vpc_id=Ref("aws_vpc.main", "id")))
    assert set(adopted.security_groups) == {"aws_default_security_group.main"}
    assert adopted.security_groups["aws_default_security_group.main"].egress == ()


def test_is_the_default_acl_of_a_vpc_open_until_it_is_adopted():
    assert terraform(VPC).network_acls[default_acl_of("aws_vpc.main")].egress[0].allow is True
    adopted = terraform(VPC, resource("aws_default_network_acl.main", default_network_acl_id=Ref("aws_vpc.main", "default_network_acl_id")))
    assert adopted.network_acls["aws_default_network_acl.main"].egress == ()
    assert adopted.network_acls["aws_default_network_acl.main"].default


def test_is_what_comes_with_a_vpc_known_by_its_id_after_an_apply():
    vpc = resource(
        "aws_vpc.main", "no-op", id="vpc-1", default_security_group_id="sg-1", default_network_acl_id="acl-1", default_route_table_id="rtb-1"
    )
    rule = resource("aws_security_group_rule.one", security_group_id="sg-1", type="egress", **RULE, cidr_blocks=("10.0.0.0/8",))
    entry = resource(
        "aws_network_acl_rule.one", network_acl_id="acl-1", egress=True, rule_number=50, rule_action="deny", protocol="-1", cidr_block="0.0.0.0/0"
    )  # fmt: skip
    topology = terraform(vpc, rule, entry)
    assert [one.address for one in topology.security_groups[default_group_of("aws_vpc.main")].egress][-1] == "aws_security_group_rule.one"
    assert [one.number for one in topology.network_acls[default_acl_of("aws_vpc.main")].egress] == [100, 101, 50]


def test_is_a_firewall_known_by_the_ids_of_its_endpoints():
    status = ({"sync_states": ({"attachment": ({"endpoint_id": "vpce-1", "subnet_id": "subnet-1"},)},)},)
    firewall = resource(
        "aws_networkfirewall_firewall.fw", "no-op", vpc_id="vpc-1", firewall_status=status, subnet_mapping=({"subnet_id": "subnet-1"},)
    )
    table = resource("aws_route_table.t", "no-op", id="rtb-1", vpc_id="vpc-1", route=({"cidr_block": "0.0.0.0/0", "vpc_endpoint_id": "vpce-1"},))
    (route,) = terraform(firewall, table).route_tables["aws_route_table.t"].routes
    assert route.target.entity == "aws_networkfirewall_firewall.fw"


def test_are_blocks_and_lists_that_are_not_known_open_rules():
    doubt = unknown("is open", "it")
    topology = terraform(
        VPC,
        resource("aws_security_group.app", egress=doubt),
        resource("aws_security_group.web", egress=(doubt,)),
        resource("aws_network_acl.app", egress=doubt, ingress=(doubt,), subnet_ids=doubt),
    )
    for group in ("aws_security_group.app", "aws_security_group.web"):
        (rule,) = topology.security_groups[group].egress
        assert all(isinstance(value, Unknown) for value in (rule.peer, rule.tcp, rule.ports, rule.exists))
    acl = topology.network_acls["aws_network_acl.app"]
    assert all(isinstance(one.exists, Unknown) for one in (*acl.egress, *acl.ingress))
    assert [isinstance(one.subnet, Unknown) for one in topology.acl_associations] == [True]

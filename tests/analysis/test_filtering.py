"""What do filters say where the input leaves something open? Asked of small estates made by hand."""

from dataclasses import replace

import pytest

from validator.analysis.access import Disposition, Hop, Host, Position, Tier
from validator.analysis.covering import Interfaces, ServiceAddresses, covers
from validator.analysis.estate import estate_of
from validator.analysis.filtering import Filters
from validator.analysis.network_acls import ask_acl
from validator.analysis.passages import Question, shown
from validator.analysis.security_groups import ask_groups, groups_of
from validator.analysis.steps import Crossing, Origin, Step
from validator.model.filters import (
    AclAssociation,
    AclEntry,
    AttachedGroup,
    GroupPeer,
    LooseEntry,
    LooseRule,
    NetworkAcl,
    Rule,
    SecurityGroup,
    default_acl_of,
    default_group_of,
)
from validator.model.gateways import Endpoint, EndpointType
from validator.model.network import Cidr, PrefixList, Subnet, Vpc
from validator.model.topology import Topology
from validator.model.workloads import Placement, Platform, Workload
from validator.source import SourceLocation
from validator.values import Unknown, unknown

HERE = SourceLocation("test")
REGION = "eu-west-1"
OPEN = unknown("is open", "it")
EVERYWHERE = Rule(Cidr("0.0.0.0/0"), True, None, HERE, "rule")
S3 = ServiceAddresses("s3", REGION)
OUT = Question(True, S3, (443, 443))
HOST = Host(f"data.s3.{REGION}.amazonaws.com", REGION)
ARRIVES = Step(Disposition.VIA_GATEWAY_ENDPOINT, (Hop("vpc-endpoint", "s3", "a route", HERE),), (), "s3")


def group(name, *egress, ingress=(), closed=True, **more):
    return SecurityGroup(name, "vpc", egress, tuple(ingress), closed, HERE, **more)


def entry(number, allow, block="0.0.0.0/0", *, tcp=True, ports=None, exists=True):
    return AclEntry(number, allow, Cidr(block) if isinstance(block, str) else block, tcp, ports, HERE, "entry", exists)


ALL_IN = (entry(100, True),)


def acl(name, *egress, ingress=ALL_IN, closed=True, **more):
    return NetworkAcl(name, "vpc", egress, ingress, closed, HERE, **more)


def topology(*groups, acls=(), uses=None, subnets=("app", "other"), closed=True, **more):
    """``uses``: subnet to ACL."""
    base = Topology(
        vpcs={"vpc": Vpc("vpc", REGION, closed, True, True, ("10.0.0.0/16",), HERE)},
        subnets={name: Subnet(name, "vpc", REGION, closed, False, HERE, cidr=f"10.0.{place}.0/24") for place, name in enumerate(subnets)},
        security_groups={
            default_group_of("vpc"): group(default_group_of("vpc"), EVERYWHERE, default=True),
            **{one.id: one for one in groups},
        },
        network_acls={default_acl_of("vpc"): acl(default_acl_of("vpc"), entry(100, True), default=True), **{one.id: one for one in acls}},
        acl_associations=tuple(AclAssociation(name, to, HERE, f"{name}-acl") for name, to in (uses or {}).items()),
    )
    return replace(base, **more)


def origin(*groups, subnet="app", vpc="vpc", platform=Platform.EC2, placed=True, named=None):
    placement = Placement(subnet, groups if named is None else named, None, HERE) if placed else None
    workload = Workload("w", "instance", platform, REGION, (), HERE)
    return Origin(workload, Position(placement, subnet, "t", vpc, REGION, Tier.PRIVATE), False)


def ended(estate, start, step=ARRIVES, endpoint=None):
    found = Filters(estate_of(estate)).applied(start, HOST, step, endpoint)
    return found.disposition.value, found.doubt and found.doubt.value


ALLOWED, DENIED = ("via-gateway-endpoint", None), ("security-group-denies", None)
DOUBTED = ("unknown", "security-group-denies")
ACL_DENIED, ACL_DOUBTED = ("network-acl-denies", None), ("unknown", "network-acl-denies")


@pytest.mark.parametrize(
    ("groups", "start", "answer"),
    [
        ([group("g", EVERYWHERE)], origin("g"), ALLOWED),
        ([group("g")], origin("g"), DENIED),
        ([], origin("sg-0outside"), DOUBTED),
        ([group("g", closed=False)], origin("g"), DOUBTED),
        ([group("g", EVERYWHERE, closed=False)], origin("g"), ALLOWED),
        ([group("g", EVERYWHERE, exists=OPEN)], origin("g"), DOUBTED),
        ([group("g", replace(EVERYWHERE, exists=OPEN))], origin("g"), DOUBTED),
        ([group("g", replace(EVERYWHERE, tcp=OPEN))], origin("g"), DOUBTED),
        ([group("g", replace(EVERYWHERE, ports=OPEN))], origin("g"), DOUBTED),
        ([group("g", replace(EVERYWHERE, peer=OPEN))], origin("g"), DOUBTED),
        ([group("g")], origin("g", "sg-0outside"), DOUBTED),
        ([group("g", EVERYWHERE)], origin("g", "sg-0outside"), ALLOWED),
        ([], origin(named=OPEN), DOUBTED),
        ([], origin(OPEN), DOUBTED),
        ([group("g", EVERYWHERE), group("h", EVERYWHERE)], origin(Unknown(OPEN.causes, ("g", "h"))), ALLOWED),
        ([group("g"), group("h")], origin(Unknown(OPEN.causes, ("g", "h"))), DENIED),
        ([group("g", EVERYWHERE), group("h")], origin(Unknown(OPEN.causes, ("g", "h"))), DOUBTED),
        ([], origin(), ALLOWED),
        ([], origin(vpc=OPEN), DOUBTED),
        ([], origin(placed=False), DOUBTED),
        ([], origin(None), DENIED),
    ],
)  # fmt: skip
def test_do_the_groups_together_decide(groups, start, answer):
    assert ended(topology(*groups), start) == answer


@pytest.mark.parametrize(
    ("named", "attached", "answer"),
    [
        (("closed",), [AttachedGroup("open")], ALLOWED),
        (("closed",), [AttachedGroup("open", OPEN)], DOUBTED),
        (("closed",), [AttachedGroup("open", False)], DENIED),
        (("closed",), [AttachedGroup("shut", OPEN)], DENIED),
        (("closed",), [AttachedGroup(OPEN)], DOUBTED),
        (("closed",), [AttachedGroup(None)], DENIED),
        (("open",), [AttachedGroup(OPEN, OPEN)], ALLOWED),
        (OPEN, [AttachedGroup("open")], ALLOWED),
        (OPEN, [AttachedGroup("shut")], DOUBTED),
        ((), [AttachedGroup("shut")], ALLOWED),
    ],
)
def test_do_groups_that_are_attached_count_beside_those_of_the_interface(named, attached, answer):
    start = origin(named=named)
    placement = replace(start.position.placement, attached=tuple(attached))
    start = replace(start, position=replace(start.position, placement=placement))
    assert ended(topology(group("open", EVERYWHERE), group("closed"), group("shut")), start) == answer


def test_is_a_group_that_may_be_attached_a_peer_that_may_be_meant():
    held = Interfaces(("10.0.0.0/24",), groups_of(estate_of(topology(group("g"))), (), "vpc", [AttachedGroup("g", OPEN)]))
    assert isinstance(covers(GroupPeer("g"), held), Unknown)
    assert covers(GroupPeer("h"), held) is False
    assert covers(GroupPeer(default_group_of("vpc")), held) is True


def test_does_a_rule_of_an_unknown_group_leave_a_denial_open():
    loose = LooseRule(OPEN, True, EVERYWHERE)
    assert ended(topology(group("g"), loose_rules=(loose,)), origin("g")) == DOUBTED
    assert ended(topology(group("g"), loose_rules=(replace(loose, egress=False),)), origin("g")) == DENIED
    assert ended(topology(group("g"), loose_rules=(replace(loose, group=Unknown(OPEN.causes, ("h",))),)), origin("g")) == DENIED


def test_is_an_adopted_default_group_known_by_both_names():
    adopted = group("adopted", default=True)
    estate = topology(adopted)
    assert ended(replace(estate, security_groups={"adopted": adopted}), origin()) == DENIED
    assert groups_of(estate_of(replace(estate, security_groups={"adopted": adopted})), (), "vpc") == ("adopted",)


@pytest.mark.parametrize(
    ("made", "answer"),
    [
        ([entry(100, True)], ALLOWED),
        ([], ACL_DENIED),
        ([entry(OPEN, True)], ACL_DOUBTED),
        ([entry(100, True), entry(OPEN, True)], ALLOWED),
        ([entry(100, True), entry(OPEN, False)], ACL_DOUBTED),
        ([entry(100, OPEN)], ACL_DOUBTED),
        ([entry(100, True, OPEN)], ACL_DOUBTED),
        ([entry(90, False, OPEN), entry(100, True)], ACL_DOUBTED),
        ([entry(90, True, OPEN), entry(100, True)], ALLOWED),
        ([entry(100, True, exists=OPEN)], ACL_DOUBTED),
        ([entry(100, True, tcp=OPEN)], ACL_DOUBTED),
        ([entry(100, True, ports=OPEN)], ACL_DOUBTED),
        ([entry(100, True, "::/0")], ACL_DENIED),
    ],
)
def test_do_the_entries_decide_in_the_order_of_their_numbers(made, answer):
    assert ended(topology(acls=[acl("acl", *made)], uses={"app": "acl"}), origin()) == answer


def test_does_an_entry_of_an_unknown_acl_leave_it_open():
    loose = LooseEntry(OPEN, True, entry(50, False))
    estate = topology(acls=[acl("acl", entry(100, True))], uses={"app": "acl"})
    assert ended(replace(estate, loose_entries=(loose,)), origin()) == ACL_DOUBTED
    assert ended(replace(estate, loose_entries=(replace(loose, egress=False),)), origin()) == ACL_DOUBTED
    assert ended(replace(estate, loose_entries=(replace(loose, acl=Unknown(OPEN.causes, ("x",))),)), origin()) == ALLOWED


@pytest.mark.parametrize(
    ("estate", "answer"),
    [
        (topology(uses={"app": "acl-0outside"}), ACL_DOUBTED),
        (topology(acls=[acl("acl")], acl_associations=(AclAssociation("app", OPEN, HERE, "a"),)), ACL_DOUBTED),
        (topology(acls=[acl("acl")], acl_associations=(AclAssociation(OPEN, "acl", HERE, "a"),)), ACL_DOUBTED),
        (topology(acls=[acl("acl")], acl_associations=(AclAssociation("app", "acl", HERE, "a", False),)), ALLOWED),
        (topology(acls=[acl("acl")], acl_associations=(AclAssociation("app", "acl", HERE, "a", OPEN),)), ACL_DOUBTED),
        (topology(acls=[acl("acl")], acl_associations=(AclAssociation("app", None, HERE, "a"),)), ACL_DOUBTED),
        (topology(acls=[acl("acl", closed=False)], uses={"app": "acl"}), ACL_DOUBTED),
        (topology(acls=[acl("acl", entry(100, True), closed=False)], uses={"app": "acl"}), ALLOWED),
        (topology(acls=[acl("acl", entry(100, True), exists=OPEN)], uses={"app": "acl"}), ACL_DOUBTED),
        (topology(closed=False), ACL_DOUBTED),
        (topology(subnets=()), ACL_DOUBTED),
        (replace(topology(), subnets={"app": Subnet("app", OPEN, REGION, True, False, HERE, cidr="10.0.0.0/24")}), ACL_DOUBTED),
    ],
)
def test_is_the_acl_that_of_the_subnet(estate, answer):
    assert ended(estate, origin()) == answer


@pytest.mark.parametrize(
    ("uses", "subnet", "answer"),
    [
        ({}, Unknown(OPEN.causes, ("app", "other")), ALLOWED),
        ({"app": "acl", "other": "acl"}, Unknown(OPEN.causes, ("app", "other")), ACL_DENIED),
        ({"app": "acl"}, Unknown(OPEN.causes, ("app", "other")), ACL_DOUBTED),
        ({}, OPEN, ALLOWED),
        ({"app": "acl"}, OPEN, ACL_DOUBTED),
        ({}, None, ALLOWED),
        ({"app": "acl"}, None, ACL_DOUBTED),
    ],
)
def test_do_the_acls_of_all_subnets_that_it_may_be_decide(uses, subnet, answer):
    assert ended(topology(acls=[acl("acl")], uses=uses), origin(subnet=subnet)) == answer


def test_is_the_acl_of_an_unknown_subnet_of_an_unknown_vpc_open():
    assert ended(topology(group("g", EVERYWHERE)), origin("g", subnet=OPEN, vpc=OPEN)) == ACL_DOUBTED
    assert ended(topology(group("g", EVERYWHERE), closed=False), origin("g", subnet=OPEN)) == ACL_DOUBTED


def test_does_a_denial_behind_a_doubt_stay_open_without_a_doubt_of_its_own():
    assert ended(topology(acls=[acl("acl")], uses={"app": "acl"}), origin("sg-0outside")) == ("unknown", None)


def test_are_both_doubts_told_and_the_first_one_kept():
    found = Filters(estate_of(topology(uses={"app": "acl-0outside"}))).applied(origin("sg-0outside"), HOST, ARRIVES)
    assert found.doubt is Disposition.SECURITY_GROUP_DENIES
    assert {cause.subject for cause in found.causes} == {"sg-0outside", "acl-0outside"}


def test_does_what_is_not_delivered_meet_no_filter():
    lost = Step(Disposition.NO_ROUTE, ())
    assert ended(topology(group("g")), origin("g"), lost) == ("no-route", None)


def test_is_a_subnet_that_may_be_crossed_a_doubt_and_one_that_is_a_denial():
    estate = topology(acls=[acl("acl")], uses={"other": "acl"})
    certain = replace(ARRIVES, crossings=(Crossing("other", translates=False),))
    assert ended(estate, origin(), certain) == ACL_DENIED
    assert ended(estate, origin(), replace(ARRIVES, crossings=(Crossing("other", translates=True, certain=False),))) == ACL_DOUBTED
    assert ended(topology(), origin(), replace(ARRIVES, crossings=(Crossing("other", translates=False, certain=False),))) == ALLOWED


def test_is_each_question_answered_once():
    filters = Filters(estate_of(topology(acls=[acl("acl", entry(100, True))], uses={"app": "acl"})))
    assert filters.applied(origin(), HOST, ARRIVES) == filters.applied(origin(), HOST, ARRIVES)


# --- interface endpoints --------------------------------------------------------------------------------------------------------------

ARRIVED = Step(Disposition.VIA_INTERFACE_ENDPOINT, (), (), "s3")
INSIDE = Rule(Cidr("10.0.0.0/16"), True, (443, 443), HERE, "inside")


def endpoint(*subnets, groups=("ends",), closed=True, **more):
    return Endpoint(
        "s3", "vpc", REGION, EndpointType.INTERFACE, "s3", REGION, "", HERE, subnets=subnets, security_groups=groups, closed=closed, **more
    )


def ended_at(made, start=None, **more):
    return ended(topology(group("ends", ingress=[INSIDE]), **more), start or origin(), ARRIVED, made)


def test_does_an_endpoint_in_the_own_subnet_meet_no_acl():
    assert ended_at(endpoint("app"), acls=[acl("acl", ingress=())], uses={"app": "acl"}) == ("via-interface-endpoint", None)


@pytest.mark.parametrize(
    ("subnets", "uses", "answer"),
    [
        (("other",), {}, ("via-interface-endpoint", None)),
        (("other",), {"other": "acl"}, ACL_DENIED),
        (("app", "other"), {"other": "acl"}, ACL_DOUBTED),
        (("other", "third"), {"other": "acl", "third": "acl"}, ACL_DENIED),
        (("other", "third"), {"other": "acl", "third": "acl-0outside"}, ACL_DOUBTED),
        (("other",), {"other": "acl-0outside"}, ACL_DOUBTED),
        ((), {}, ("via-interface-endpoint", None)),
        ((), {"other": "acl"}, ACL_DOUBTED),
        ((OPEN,), {}, ("via-interface-endpoint", None)),
    ],
)
def test_do_the_acls_between_two_subnets_decide(subnets, uses, answer):
    made = endpoint(*subnets)
    assert ended_at(made, acls=[acl("acl", ingress=())], uses=uses, subnets=("app", "other", "third")) == answer


def test_are_subnets_of_an_endpoint_that_are_not_known_those_of_its_vpc():
    made = replace(endpoint(), subnets=OPEN)
    assert ended_at(made) == ("via-interface-endpoint", None)
    assert ended_at(made, acls=[acl("acl", ingress=())], uses={"other": "acl"}) == ACL_DOUBTED


def test_is_an_endpoint_outside_the_input_in_unknown_groups():
    assert ended_at(endpoint("app", groups=(), closed=False)) == DOUBTED
    assert ended_at(endpoint("app", groups=OPEN)) == DOUBTED


def test_is_an_endpoint_without_groups_in_the_default_group():
    default = group(default_group_of("vpc"), EVERYWHERE, ingress=[Rule(GroupPeer(default_group_of("vpc")), True, None, HERE, "d")], default=True)
    assert ended(topology(default), origin(), ARRIVED, endpoint("app", groups=())) == ("via-interface-endpoint", None)
    assert ended(topology(default, group("g", EVERYWHERE)), origin("g"), ARRIVED, endpoint("app", groups=())) == DENIED


def test_is_the_block_of_a_subnet_without_one_that_of_its_vpc():
    bare = {"app": Subnet("app", "vpc", REGION, True, False, HERE)}
    assert ended_at(endpoint("app"), subnets=("app",)) == ("via-interface-endpoint", None)
    estate = replace(topology(group("ends", ingress=[INSIDE])), subnets=bare)
    assert ended(estate, origin(), ARRIVED, endpoint("app")) == ("via-interface-endpoint", None)
    narrow = replace(INSIDE, peer=Cidr("10.0.0.0/24"))
    assert ended(replace(topology(group("ends", ingress=[narrow])), subnets=bare), origin(), ARRIVED, endpoint("app")) == DOUBTED
    assert ended(replace(estate, vpcs={}), origin(), ARRIVED, endpoint("app")) == DOUBTED


# --- who is covered -------------------------------------------------------------------------------------------------------------------

INTERFACES = Interfaces(("10.0.0.0/24",), ("theirs",))


@pytest.mark.parametrize(
    ("peer", "party", "truth"),
    [
        (Cidr("10.0.0.0/8"), INTERFACES, True),
        (Cidr("10.9.0.0/16"), INTERFACES, False),
        (Cidr("10.0.0.0/25"), INTERFACES, OPEN),
        (Cidr("2001:db8::/32"), INTERFACES, False),
        (Cidr("10.0.0.0/25"), Interfaces((OPEN,), ()), OPEN),
        (Cidr("10.0.0.0/25"), Interfaces((), ()), OPEN),
        (Cidr("10.0.0.0/24"), Interfaces(("10.0.0.0/24", "10.0.1.0/24"), ()), OPEN),
        (Cidr("10.0.0.0/24"), Interfaces(("2001:db8::/64",), ()), OPEN),
        (Cidr("0.0.0.0/0"), S3, True),
        (Cidr("10.0.0.0/8"), S3, False),
        (Cidr("52.218.0.0/16"), S3, OPEN),
        (Cidr("::/0"), S3, False),
        (Cidr("::/0"), replace(S3, version=6), True),
        (Cidr("2600::/12"), replace(S3, version=6), OPEN),
        (PrefixList("pl", "s3", REGION), S3, True),
        (PrefixList("pl", "s3", "us-east-1"), S3, False),
        (PrefixList("pl", "dynamodb", REGION), S3, False),
        (PrefixList("pl", "s3", REGION), INTERFACES, False),
        (PrefixList("pl", "s3", REGION), ServiceAddresses("s3", None), False),
        (PrefixList("pl", "s3", REGION), replace(S3, version=6), OPEN),
        (PrefixList("pl"), S3, OPEN),
        (PrefixList("pl", entries=("10.0.0.0/8",)), INTERFACES, True),
        (PrefixList("pl", entries=("10.0.0.0/8", OPEN)), S3, OPEN),
        (GroupPeer("theirs"), INTERFACES, True),
        (GroupPeer("mine"), INTERFACES, False),
        (GroupPeer("mine"), S3, False),
        (GroupPeer(OPEN), INTERFACES, OPEN),
        (GroupPeer("mine"), Interfaces((), OPEN), OPEN),
        (OPEN, S3, OPEN),
    ],
)
def test_does_a_peer_cover_the_other_side(peer, party, truth):
    found = covers(peer, party)
    assert isinstance(found, Unknown) if isinstance(truth, Unknown) else found is truth


def test_are_filters_that_come_with_a_vpc_told_by_it():
    assert shown(default_group_of("aws_vpc.main")) == "the default security group of aws_vpc.main"
    assert shown(default_acl_of("aws_vpc.main")) == "the default network ACL of aws_vpc.main"


def test_does_a_passage_name_the_rule_that_decides_and_the_one_that_is_missing():
    estate = estate_of(
        topology(group("g", replace(EVERYWHERE, peer=PrefixList("pl", "s3", REGION))), group("h"), acls=[acl("acl")], uses={"app": "acl"})
    )
    allowed, denied = ask_groups(estate, ("g",), OUT), ask_groups(estate, ("h",), OUT)
    assert allowed.hop.why == "egress of g allows tcp 443 to the s3 prefix list of eu-west-1"
    assert denied.hop.why == "no egress rule of h allows tcp 443 to S3 in eu-west-1"
    assert (denied.missing.filter, denied.missing.direction, denied.missing.ports, denied.missing.peer) == (
        "h",
        "egress",
        (443, 443),
        "com.amazonaws.eu-west-1.s3",
    )
    passage = ask_acl(estate, "app", OUT)
    assert passage.hop.why == "egress of acl denies tcp 443 to S3 in eu-west-1"
    assert (passage.missing.filter, passage.missing.peer) == ("acl", "0.0.0.0/0")
    inside = ask_acl(estate, "app", Question(False, INTERFACES, (1024, 65535)))
    assert inside.hop.why == "ingress of acl allows tcp 1024-65535 from theirs (10.0.0.0/24) by entry 100"
    by_reference = ask_groups(
        estate_of(topology(group("i", replace(EVERYWHERE, peer=GroupPeer("theirs"))))), ("i",), Question(True, INTERFACES, (443, 443))
    )
    assert by_reference.hop.why == "egress of i allows tcp 443 to theirs"
    by_list = ask_groups(
        estate_of(topology(group("j", replace(EVERYWHERE, peer=PrefixList("pl", entries=("10.0.0.0/8",)))))),
        ("j",),
        Question(True, INTERFACES, (443, 443)),
    )
    assert by_list.hop.why == "egress of j allows tcp 443 to the prefix list pl"
    halves = group("k", *(replace(EVERYWHERE, peer=Cidr(block)) for block in ("0.0.0.0/1", "128.0.0.0/1")))
    assert ask_groups(estate_of(topology(halves)), ("k",), OUT).hop.why == "egress of k allows tcp 443 to all of its addresses"
    assert str(Question(True, ServiceAddresses("dynamodb", None), (443, 443))) == "tcp 443 to DynamoDB's edge"
    assert str(Question(True, ServiceAddresses("s3", unknown("is a parameter", "it")), (443, 443))) == "tcp 443 to S3 in the stack's Region"
    assert str(Question(True, Interfaces((OPEN,), OPEN), (443, 443))) == "tcp 443 to the interfaces"


SHOWN = ServiceAddresses("s3", REGION, blocks=("3.5.64.0/21", "52.218.0.0/17"))
TO_SHOWN = Question(True, SHOWN, (443, 443))
FIRST, SECOND, OTHER_BLOCK = "3.5.64.0/21", "52.218.0.0/17", "8.8.8.0/24"


@pytest.mark.parametrize(
    ("blocks", "answer"),
    [
        ((FIRST, SECOND), True),
        ((FIRST,), None),
        ((OTHER_BLOCK,), False),
        (("3.0.0.0/8", "52.0.0.0/8"), True),
        ((FIRST, "52.218.0.0/18"), None),
        ((), False),
    ],
)
def test_are_the_addresses_of_a_service_held_against_rules_where_they_are_shown(blocks, answer):
    rules = tuple(replace(EVERYWHERE, peer=Cidr(block)) for block in blocks)
    opened = ask_groups(estate_of(topology(group("g", *rules))), ("g",), TO_SHOWN).opened
    entries = (entry(number, True, block) for number, block in enumerate(blocks, 1))
    through = ask_acl(estate_of(topology(acls=[acl("a", *entries)], uses={"app": "a"})), "app", TO_SHOWN).opened
    assert [None if isinstance(one, Unknown) else one for one in (opened, through)] == [answer, answer]

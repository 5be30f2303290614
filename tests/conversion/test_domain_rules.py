"""Are rules of DNS Firewall read from both vocabularies, and is what may hold S3's names open?"""

from dataclasses import replace

import pytest

from tests.conversion.test_filters import HERE, REGION, logical, resource, stack, terraform
from validator.analysis.domain_rules import ruling
from validator.analysis.estate import estate_of
from validator.model.names import DomainAction
from validator.resource import Resource
from validator.values import Ref, Unknown, unknown

OPEN = unknown("is open", "it")
NAME = f"data.s3.{REGION}.amazonaws.com"
VPC = resource("aws_vpc.main", "create", cidr_block="10.0.0.0/16", enable_dns_hostnames=True)
GROUP = resource("aws_route53_resolver_firewall_rule_group.names", "create")
EVERY = resource("aws_route53_resolver_firewall_domain_list.every", "create", domains=("*",))


def made_of(kind, name, attributes):
    return Resource(f"{kind}.{name}", kind, attributes, REGION, HERE, action="create")


def rule(action="BLOCK", listed="aws_route53_resolver_firewall_domain_list.every", name="one", labelled="one", **more):
    named = {"firewall_domain_list_id": Ref(listed, "id") if isinstance(listed, str) and "." in listed else listed}
    attributes = {
        "firewall_rule_group_id": Ref("aws_route53_resolver_firewall_rule_group.names", "id"),
        "priority": 100,
        "action": action,
        "name": labelled,
        **named,
    }
    return made_of("aws_route53_resolver_firewall_rule", name, {**attributes, **more})


def association(**more):
    attributes = {"vpc_id": Ref("aws_vpc.main", "id"), "priority": 101}
    return resource(
        "aws_route53_resolver_firewall_rule_group_association.names",
        "create",
        **{**attributes, "firewall_rule_group_id": Ref("aws_route53_resolver_firewall_rule_group.names", "id"), **more},
    )


def blocked(topology, vpc="aws_vpc.main", *, name=NAME, aliased=False, **more):
    found = ruling(estate_of(topology), replace(topology.vpcs[vpc], **more), name, dualstack=False, aliased=aliased).blocked
    return "open" if isinstance(found, Unknown) else found


def made(*resources):
    return blocked(terraform(VPC, GROUP, EVERY, *resources))


MANAGED = "rslvr-fdl-0123456789abcdef"


@pytest.mark.parametrize(
    ("resources", "answer"),
    [
        ([rule(), association()], True),
        ([rule()], False),
        ([rule("ALLOW"), association()], False),
        ([rule(OPEN), association()], "open"),
        ([rule("NOTHING"), association()], "open"),
        ([rule(block_response="OVERRIDE"), association()], "open"),
        ([rule(block_response=OPEN), association()], "open"),
        ([rule(listed=None), association()], False),
        ([rule(listed=OPEN), association()], "open"),
        ([rule(listed=MANAGED), association()], "open"),
        ([rule(listed=MANAGED, name="AWSManagedDomainsMalwareDomainList"), association()], "open"),
        ([rule(priority=OPEN), association()], True),
        ([rule(priority=OPEN), rule("ALLOW", name="two"), association()], "open"),
        ([rule(priority="first"), rule("ALLOW", name="two", priority=200), association()], "open"),
        ([rule(), association(priority=OPEN)], True),
        ([rule(), association(vpc_id="vpc-0other")], False),
        ([rule(), association(vpc_id=OPEN)], "open"),
        ([rule(), association(firewall_rule_group_id=OPEN)], "open"),
        ([rule("ALLOW"), association(firewall_rule_group_id="rslvr-frg-0123456789abcdef")], "open"),
        ([rule(firewall_rule_group_id=OPEN), association()], "open"),
        ([rule(firewall_rule_group_id="rslvr-frg-0other"), association()], False),
        ([rule(q_type=OPEN), association()], "open"),
        ([rule(q_type="AAAA"), association()], False),
        ([rule(q_type="TYPE1"), association()], True),
    ],
)
def test_is_a_name_of_s3_blocked(resources, answer):
    assert made(*resources) == answer


def test_is_a_list_that_aws_keeps_known_by_its_name():
    assert made(rule(listed=MANAGED, labelled="Block_AWSManagedDomainsMalwareDomainList"), association()) is False
    assert made(rule(listed=MANAGED, labelled="ours"), association()) == "open"


@pytest.mark.parametrize(
    ("attributes", "answer"),
    [
        ({"name": "AWSManagedDomainsMalwareDomainList", "managed_owner_name": "Route 53 Resolver DNS Firewall"}, False),
        ({"name": "ours", "managed_owner_name": ""}, "open"),
        ({}, "open"),
    ],
)
def test_is_a_list_that_is_looked_up_one_of_awss(attributes, answer):
    looked_up = resource("data.aws_route53_resolver_firewall_domain_list.it", firewall_domain_list_id=MANAGED, id=MANAGED, **attributes)
    assert made(looked_up, rule(listed="data.aws_route53_resolver_firewall_domain_list.it"), association()) == answer


@pytest.mark.parametrize(
    ("domains", "answer"),
    [
        ((NAME.upper() + ".",), True),
        (("*.amazonaws.com",), True),
        (("*amazonaws.com",), "open"),
        (("*example.com",), False),
        ((f"s3.{REGION}.amazonaws.com",), False),
        ((OPEN,), "open"),
        (OPEN, "open"),
        ((), False),
        (None, False),
    ],
)
def test_which_names_does_a_domain_of_a_list_stand_for(domains, answer):
    listed = resource("aws_route53_resolver_firewall_domain_list.some", "create", domains=domains)
    assert made(listed, rule(listed="aws_route53_resolver_firewall_domain_list.some"), association()) == answer


@pytest.mark.parametrize(
    ("allowed", "more", "answer"),
    [
        (f"*.s3.{REGION}.amazonaws.com", {}, "open"),
        (f"*.s3.{REGION}.amazonaws.com", {"firewall_domain_redirection_action": "TRUST_REDIRECTION_DOMAIN"}, False),
        (f"*.s3.{REGION}.amazonaws.com", {"firewall_domain_redirection_action": OPEN}, "open"),
        ("*.amazonaws.com", {}, False),
        ("*", {}, False),
        ("*.com", {}, False),
    ],
)
def test_is_the_name_that_it_is_an_alias_of_looked_at_too(allowed, more, answer):
    listed = resource("aws_route53_resolver_firewall_domain_list.some", "create", domains=(allowed,))
    allow = rule("ALLOW", "aws_route53_resolver_firewall_domain_list.some", "two", priority=1, **more)
    assert blocked(terraform(VPC, GROUP, EVERY, listed, allow, rule(), association()), aliased=True) == answer


def test_is_what_one_rule_trusts_looked_at_by_another_that_may_be_the_first():
    listed = resource("aws_route53_resolver_firewall_domain_list.some", "create", domains=(f"*.s3.{REGION}.amazonaws.com",))

    def allow(name, **more):
        return rule("ALLOW", "aws_route53_resolver_firewall_domain_list.some", name, **more)

    trusting = allow("two", priority=2, firewall_domain_redirection_action="TRUST_REDIRECTION_DOMAIN")
    for first, answer in (
        ({"priority": 1}, "open"),
        ({"priority": OPEN}, "open"),
        ({"priority": 3}, False),
        ({"priority": 1, "q_type": "MX"}, False),
    ):
        assert blocked(terraform(VPC, GROUP, EVERY, listed, trusting, allow("three", **first), rule(), association()), aliased=True) == answer


def test_does_only_amazons_resolver_ask_dns_firewall():
    topology = terraform(VPC, GROUP, EVERY, rule(), association())
    assert blocked(topology, custom_resolver=True) is False
    assert blocked(topology, custom_resolver=OPEN) == "open"


def test_are_a_group_and_a_list_known_by_their_ids_after_an_apply():
    group = resource("aws_route53_resolver_firewall_rule_group.names", "no-op", id="rslvr-frg-1")
    every = resource("aws_route53_resolver_firewall_domain_list.every", "no-op", id="rslvr-fdl-1", domains=("*",))
    one = rule(listed="rslvr-fdl-1", firewall_rule_group_id="rslvr-frg-1")
    assert blocked(terraform(VPC, group, every, one, association(firewall_rule_group_id="rslvr-frg-1"))) is True


def in_template(*rules, **listed):
    vpc = logical("Vpc", "AWS::EC2::VPC", CidrBlock="10.0.0.0/16", EnableDnsHostnames=True)
    group = logical("Group", "AWS::Route53Resolver::FirewallRuleGroup", FirewallRules=rules[0] if rules and isinstance(rules[0], Unknown) else rules)
    return stack(
        vpc,
        group,
        logical("List", "AWS::Route53Resolver::FirewallDomainList", **(listed or {"Domains": ("*",)})),
        logical(
            "In",
            "AWS::Route53Resolver::FirewallRuleGroupAssociation",
            FirewallRuleGroupId=Ref("Group", "Id"),
            VpcId=Ref("Vpc", "Ref"),
            Priority="101",
        ),
    )


BLOCK = {"Priority": 1, "Action": "BLOCK", "BlockResponse": "NODATA"}
LISTED = {"FirewallDomainListId": Ref("List", "Id")}


@pytest.mark.parametrize(
    ("rules", "listed", "answer"),
    [
        ([{**BLOCK, **LISTED}], {}, True),
        ([{**BLOCK, **LISTED}], {"DomainFileUrl": "s3://bucket/domains.txt"}, "open"),
        ([{**BLOCK, "DnsThreatProtection": "DGA", "ConfidenceThreshold": "HIGH"}], {}, False),
        ([{**BLOCK, "FirewallRuleType": {"FirewallAdvancedThreatCategory": {"Category": "MALWARE"}}}], {}, False),
        ([{**BLOCK, "FirewallRuleType": {"FirewallAdvancedContentCategory": {"Category": "STORAGE"}}}], {}, "open"),
        ([OPEN], {}, "open"),
        ([{**BLOCK, "Action": "ALLOW", **LISTED}, OPEN], {}, "open"),
        ([], {}, False),
    ],
)
def test_is_a_name_blocked_by_the_rules_of_a_template(rules, listed, answer):
    assert blocked(in_template(*rules, **listed), "Vpc") == answer


def test_are_the_domains_of_others_left_out_of_a_list():
    listed = {"Domains": ("example.com", "*.com", "*", "com", "S3.amazonaws.com.", "*.amazonaws.com.cn", "notamazonaws.com")}
    (found,) = in_template({**BLOCK, **LISTED}, **listed).domain_rules
    assert found.domains == ("*.com", "*", "com", "s3.amazonaws.com", "*.amazonaws.com.cn", "notamazonaws.com")


def test_is_a_rule_of_a_template_what_it_says():
    (found,) = in_template({**BLOCK, **LISTED, "Qtype": "A", "FirewallDomainRedirectionAction": "TRUST_REDIRECTION_DOMAIN"}).domain_rules
    assert (found.vpc, found.order, found.action, found.domains, found.query, found.trusts, found.group) == (
        "Vpc",
        (101, 1),
        DomainAction.BLOCK,
        ("*",),
        "A",
        True,
        "Group",
    )
    assert found.location.path == HERE.path

"""Are the lists of domains in a firewall's policy read from both vocabularies, and what do they have against a request?"""

import pytest

from tests.conversion.test_filters import HERE, REGION, logical, resource, stack, terraform
from validator.analysis.access import Host
from validator.analysis.inspection import objections
from validator.model.gateways import Firewall, InspectedDomains, ListKind
from validator.values import Ref, Unknown, unknown

OPEN = unknown("is open", "it")
HOST = Host(f"data.s3.{REGION}.amazonaws.com", REGION)
FIREWALL = {"vpc_id": "vpc-1", "subnet_mapping": ({"subnet_id": "subnet-1"},)}
LIST = {"generated_rules_type": "ALLOWLIST", "target_types": ("TLS_SNI",), "targets": ("pypi.org",)}
HOME = ({"key": "HOME_NET", "ip_set": ({"definition": ("10.0.0.0/8",)},)},)


def firewall(policy="aws_networkfirewall_firewall_policy.p"):
    return resource("aws_networkfirewall_firewall.fw", "create", firewall_policy_arn=Ref(policy, "arn") if "." in policy else policy, **FIREWALL)


def policy(group="aws_networkfirewall_rule_group.g", stateless=("aws:forward_to_sfe",), **more):
    reference = {"resource_arn": Ref(group, "arn") if isinstance(group, str) and "." in group else group, **more.pop("reference", {})}
    inside = {"stateless_default_actions": stateless, "stateful_rule_group_reference": (reference,), **more}
    return resource("aws_networkfirewall_firewall_policy.p", "create", firewall_policy=(inside,))


def group(variables=(), **listed):
    source = ({"rules_source_list": ({**LIST, **listed},)},)
    return resource("aws_networkfirewall_rule_group.g", "create", rule_group=({"rules_source": source, "rule_variables": variables},))


def of(*resources):
    return terraform(*resources).firewalls["aws_networkfirewall_firewall.fw"]


def told(found, vpc="vpc-1", host=HOST):
    return [cause.reason for cause in objections(found, host, vpc)]


ONLY = [f"lets only the names on its list through, and {HOST.name} is not among them"]


@pytest.mark.parametrize(
    ("resources", "reasons"),
    [
        ([firewall(), policy(), group()], ONLY),
        ([firewall(), policy(), group(targets=(".amazonaws.com",))], []),
        ([firewall(), policy(), group(targets=(".AmazonAWS.com",))], []),
        ([firewall(), policy(), group(targets=("amazonaws.com",))], ONLY),
        ([firewall(), policy(), group(targets=OPEN)], ["is open"]),
        ([firewall(), policy(), group(targets=(OPEN,))], ["is open"]),
        ([firewall(), policy(), group(generated_rules_type=OPEN)], ["is open"]),
        ([firewall(), policy(), group(generated_rules_type="NOTHING")], ["is no kind of list"]),
        ([firewall(), policy(), group(target_types=("HTTP_HOST",))], []),
        ([firewall(), policy(), group(target_types=OPEN)], ONLY),
        ([firewall(), policy(), group(generated_rules_type="DENYLIST")], []),
        ([firewall(), policy(), group(generated_rules_type="DENYLIST", targets=(".amazonaws.com",))], [f"drops requests to {HOST.name}"]),
        ([firewall(), policy(stateless=("aws:pass",)), group()], []),
        ([firewall(), policy(stateless=OPEN), group()], ONLY),
        ([firewall(), policy(reference={"override": ({"action": "DROP_TO_ALERT"},)}), group()], []),
        ([firewall(), policy(reference={"override": ({"action": OPEN},)}), group()], ONLY),
        (
            [firewall(), policy(group="arn:aws:network-firewall:eu-west-1:aws-managed:stateful-rulegroup/BotNetCommandAndControlDomainsStrictOrder")],
            [],
        ),
        ([firewall(), policy(group=OPEN), group()], []),
        ([firewall("arn:aws:network-firewall:eu-west-1:123456789012:firewall-policy/central")], []),
    ],
)
def test_what_does_a_list_have_against_a_request(resources, reasons):
    assert told(of(*resources)) == reasons


def test_is_traffic_of_another_vpc_looked_at_where_the_list_says_so():
    assert told(of(firewall(), policy(), group()), "vpc-2") == []
    assert told(of(firewall(), policy(), group(variables=({"ip_sets": HOME},))), "vpc-2") == ONLY
    assert told(of(firewall(), policy(policy_variables=({"rule_variables": HOME},)), group()), "vpc-2") == ONLY
    assert told(of(firewall(), policy(), group(variables=({"ip_sets": OPEN},))), "vpc-2") == ONLY
    assert told(of(firewall(), policy(), group()), OPEN) == ONLY


def test_is_the_order_of_a_policy_known():
    for order, strict in (("STRICT_ORDER", True), ("DEFAULT_ACTION_ORDER", False), (None, False)):
        assert of(firewall(), policy(stateful_engine_options=({"rule_order": order},)), group()).strict is strict
    assert isinstance(of(firewall(), policy(stateful_engine_options=({"rule_order": OPEN},)), group()).strict, Unknown)


def test_has_a_further_endpoint_the_policy_of_its_firewall():
    more = resource(
        "aws_networkfirewall_vpc_endpoint_association.more", "create", firewall_arn=Ref("aws_networkfirewall_firewall.fw", "arn"), vpc_id="vpc-2",
        subnet_mapping=({"subnet_id": "subnet-2"},),
    )  # fmt: skip
    found = terraform(firewall(), policy(), group(), more).firewalls["aws_networkfirewall_vpc_endpoint_association.more"]
    assert told(found, "vpc-2") == ONLY


def test_are_policies_and_groups_known_by_their_arns_after_an_apply():
    arn = "arn:aws:network-firewall:eu-west-1:123456789012:stateful-rulegroup/g"
    inside = ({"stateless_default_actions": ("aws:forward_to_sfe",), "stateful_rule_group_reference": ({"resource_arn": arn},)},)
    found = of(
        resource(
            "aws_networkfirewall_firewall.fw", "no-op", firewall_policy_arn=arn.replace("stateful-rulegroup/g", "firewall-policy/p"), **FIREWALL
        ),
        resource(
            "aws_networkfirewall_firewall_policy.p",
            "no-op",
            id=arn.replace("stateful-rulegroup/g", "firewall-policy/p"),
            firewall_policy=inside,
        ),
        resource("aws_networkfirewall_rule_group.g", "no-op", id=arn, rule_group=({"rules_source": ({"rules_source_list": (LIST,)},)},)),
    )
    assert told(found) == ONLY


def test_is_a_list_of_a_template_read():
    listed = {"GeneratedRulesType": "ALLOWLIST", "TargetTypes": ("TLS_SNI", "HTTP_HOST"), "Targets": ("pypi.org",)}
    variables = {"IPSets": {"HOME_NET": {"Definition": ("10.0.0.0/8",)}}}
    inside = {
        "StatelessDefaultActions": ("aws:forward_to_sfe",),
        "StatefulEngineOptions": {"RuleOrder": "STRICT_ORDER"},
        "StatefulRuleGroupReferences": ({"ResourceArn": Ref("Group", "RuleGroupArn"), "Priority": 1},),
    }
    found = stack(
        logical("Group", "AWS::NetworkFirewall::RuleGroup", RuleGroup={"RulesSource": {"RulesSourceList": listed}, "RuleVariables": variables}),
        logical("Policy", "AWS::NetworkFirewall::FirewallPolicy", FirewallPolicy=inside),
        logical(
            "Firewall", "AWS::NetworkFirewall::Firewall", VpcId="vpc-1", SubnetMappings=({"SubnetId": "subnet-1"},),
            FirewallPolicyArn=Ref("Policy", "FirewallPolicyArn"),
        ),
    ).firewalls["Firewall"]  # fmt: skip
    assert found.strict is True
    (only,) = found.lists
    assert (only.kind, only.domains, only.protocols, only.home, only.exists) == (ListKind.ALLOW, ("pypi.org",), ("tls_sni", "http_host"), True, True)


def test_is_a_list_that_may_let_through_no_pass():
    def listed(kind, domains, **more):
        return InspectedDomains(kind, domains, ("tls_sni",), True, HERE, "list", **more)

    perhaps = Firewall(
        "fw", "vpc-1", (), HERE, lists=(listed(ListKind.ALLOW, ("pypi.org",)), listed(ListKind.ALLOW, (".amazonaws.com",), exists=OPEN))
    )  # fmt: skip
    assert told(perhaps) == ONLY

"""Security groups and network ACLs, without the rules that the inputs change or take away."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from validator.frontends.snapshot.facts import AclEntry, NetworkAcl, SecurityGroup
from validator.frontends.snapshot.overlay import traffic
from validator.frontends.snapshot.reading import Attributes, Reading

_LAST_RULE = 32767


def security_group(reading: Reading, group: SecurityGroup) -> None:
    """Add a security group, a default one as such."""
    attributes: Attributes = {
        "id": group.group_id,
        "name": group.group_name,
        "vpc_id": group.vpc_id,
        "ingress": tuple(_rules(reading, group, egress=False)),
        "egress": tuple(_rules(reading, group, egress=True)),
    }
    reading.add(group.group_id, "aws_default_security_group" if group.group_name == "default" else "aws_security_group", attributes)


def _rules(reading: Reading, group: SecurityGroup, *, egress: bool) -> Iterator[Attributes]:
    """The rules of a group with the peers that the inputs do not take away; one without any peer left is gone."""
    for rule in group.ip_permissions_egress if egress else group.ip_permissions:
        peers = {
            "cidr_blocks": [one.cidr_ip for one in rule.ip_ranges],
            "ipv6_cidr_blocks": [one.cidr_ipv6 for one in rule.ipv6_ranges],
            "prefix_list_ids": [one.prefix_list_id for one in rule.prefix_list_ids],
            "security_groups": [one.group_id for one in rule.user_id_group_pairs],
        }
        is_gone = partial(reading.overlay.removes_rule, group.group_id, traffic(rule.ip_protocol, rule.from_port, rule.to_port))
        left = {name: tuple(one for one in listed if not is_gone(one)) for name, listed in peers.items()}
        if any(left.values()) or not any(peers.values()):
            ports: Attributes = {"protocol": rule.ip_protocol, "from_port": rule.from_port or 0, "to_port": rule.to_port or 0}
            own = group.group_id in left["security_groups"]
            others = tuple(one for one in left["security_groups"] if one != group.group_id)
            yield {**ports, **left, "security_groups": others, "self": own}


def network_acl(reading: Reading, acl: NetworkAcl) -> None:
    """Add a network ACL with its subnets; its last rule, which denies the rest, is implied."""
    kept = [one for one in acl.entries if one.rule_number != _LAST_RULE]
    kept = [one for one in kept if not reading.overlay.replaces_entry(acl.network_acl_id, one.rule_number, egress=one.egress)]
    attributes: Attributes = {
        "id": acl.network_acl_id,
        "vpc_id": acl.vpc_id,
        "subnet_ids": tuple(one.subnet_id for one in acl.associations),
        "ingress": tuple(_entry(one) for one in kept if not one.egress),
        "egress": tuple(_entry(one) for one in kept if one.egress),
    }
    if acl.is_default:
        attributes["default_network_acl_id"] = acl.network_acl_id
    reading.add(acl.network_acl_id, "aws_default_network_acl" if acl.is_default else "aws_network_acl", attributes)


def _entry(entry: AclEntry) -> Attributes:
    ports = entry.port_range
    return {
        "rule_no": entry.rule_number,
        "action": entry.rule_action,
        "protocol": entry.protocol,
        "cidr_block": entry.cidr_block,
        "ipv6_cidr_block": entry.ipv6_cidr_block,
        "from_port": ports.from_ if ports else 0,
        "to_port": ports.to if ports else 0,
    }

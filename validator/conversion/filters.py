"""Security groups and network ACLs, with their inline and separate rules and with those that come with a VPC."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from validator.conversion.fields import Fields, known_items
from validator.conversion.rules import EVERYWHERE, entry, every_destination, open_entry, open_rule, rules
from validator.conversion.sources import Sources
from validator.conversion.vocabulary import ACL_ASSOCIATION, ACL_ENTRY, GROUP_RULE, GROUP_RULES, NETWORK_ACL, SECURITY_GROUP, SUBNET, VPC, Terms
from validator.model.filters import (
    AclAssociation,
    AclEntry,
    GroupPeer,
    LooseEntry,
    LooseRule,
    NetworkAcl,
    Rule,
    SecurityGroup,
    default_acl_of,
    default_group_of,
)
from validator.model.network import Id, Link, Vpc
from validator.source import SourceLocation
from validator.values import Ref, Truth, Unknown, all_of, any_of, negate, unknown

_SEPARATE_EGRESS = {name: terms for name, terms in GROUP_RULE.items() if name == "AWS::EC2::SecurityGroupEgress"}


@dataclass(frozen=True, slots=True)
class Groups:
    """The security groups, and the separate rules whose group is not known."""

    groups: dict[Id, SecurityGroup]
    loose: tuple[LooseRule, ...]


@dataclass(frozen=True, slots=True)
class Acls:
    """The network ACLs, the separate entries whose ACL is not known, and which subnet uses which."""

    acls: dict[Id, NetworkAcl]
    loose: tuple[LooseEntry, ...]
    associations: tuple[AclAssociation, ...]


def security_groups(sources: Sources, vpcs: Mapping[Id, Vpc]) -> Groups:
    """Every group that the inputs make, look up or add rules to, and the default ones of their VPCs."""
    gone = {(link, egress, rule.tcp, rule.ports, rule.peer) for link, egress, rule in _separate_rules(sources.past)}
    found = {fields.id: _without_rules(_group(fields, terms, sources), gone) for fields, terms in sources.of(SECURITY_GROUP)}
    adopted = {default_group_of(one.vpc): one.id for one in found.values() if one.default and isinstance(one.vpc, str)}
    for vpc in vpcs.values():
        identity = default_group_of(vpc.id)
        if identity not in adopted:
            found[identity] = _default_group(identity, vpc)
    replaced = {fields.link(terms["group"], SECURITY_GROUP) for fields, terms in sources.of(_SEPARATE_EGRESS)}
    found = {identity: _beside_separate_egress(group) if identity in replaced else group for identity, group in found.items()}
    loose: list[LooseRule] = []
    for link, egress, rule in _separate_rules(sources):
        if isinstance(link, Unknown):
            loose.append(LooseRule(link, egress, rule))
        else:
            identity = adopted.get(link, link)
            group = found.get(identity) or _outside_group(identity, rule.location)
            found[identity] = _with_rule(group, rule, egress=egress)
    for fields, terms in sources.of(GROUP_RULES):
        owner = fields.link(terms["group"], SECURITY_GROUP)
        if isinstance(owner, str) and (whole := found.get(adopted.get(owner, owner))) is not None:
            found[whole.id] = _with_none_but(whole, fields, terms)
    return Groups(found, tuple(loose))


def _group(fields: Fields, terms: Terms, sources: Sources) -> SecurityGroup:
    default = fields.resource.type == "aws_default_security_group"
    egress = tuple(_inline(fields, terms["egress"], sources))
    if fields.resource.type.startswith("AWS::") and not egress:
        # AWS::EC2::SecurityGroup: without egress rules AWS adds one that allows everything. Terraform's provider removes it.
        egress = every_destination(fields.place(), fields.id)
    return SecurityGroup(
        id=fields.id,
        vpc=fields.link(terms["vpc"], VPC),
        egress=egress,
        ingress=tuple(_inline(fields, terms["ingress"], sources)),
        closed=fields.resource.mode == "managed",
        location=fields.place(),
        default=default,
        exists=fields.resource.exists,
    )


def _inline(fields: Fields, path: str, sources: Sources) -> Iterator[Rule]:
    blocks = fields.blocks(path)
    if isinstance(blocks, Unknown):
        yield open_rule(blocks, fields.place(path), fields.id)
        return
    for block in blocks:
        if isinstance(block, Unknown):
            yield open_rule(block, fields.place(path), fields.id)
        else:
            yield from rules(block, fields.id, sources)


def _default_group(identity: Id, vpc: Vpc) -> SecurityGroup:
    """The group that comes with a VPC: everything out, in from itself (VPC guide, "Default security groups")."""
    inside = Rule(GroupPeer(identity), tcp=True, ports=None, location=vpc.location, address=vpc.id)
    if not vpc.closed:
        return replace(_outside_group(identity, vpc.location), vpc=vpc.id, default=True)
    egress = every_destination(vpc.location, vpc.id)
    return SecurityGroup(identity, vpc.id, egress, (inside,), closed=True, location=vpc.location, default=True, exists=vpc.exists)


def _outside_group(identity: Id, location: SourceLocation) -> SecurityGroup:
    """A group that the inputs only refer to."""
    vpc = unknown("is outside the input, and so is its VPC", identity, location)
    return SecurityGroup(identity, vpc, (), (), closed=False, location=location)


def _without_rules(group: SecurityGroup, gone: Collection[object]) -> SecurityGroup:
    """The group without the rules that a plan takes away as resources of their own: its attributes still show them."""

    def left(rules: tuple[Rule, ...], *, egress: bool) -> tuple[Rule, ...]:
        return tuple(rule for rule in rules if (group.id, egress, rule.tcp, rule.ports, rule.peer) not in gone)

    return replace(group, egress=left(group.egress, egress=True), ingress=left(group.ingress, egress=False)) if gone else group


def _without_entries(acl: NetworkAcl, gone: Collection[object]) -> NetworkAcl:
    """The ACL without the entries that a plan takes away as resources of their own."""

    def left(entries: tuple[AclEntry, ...], *, egress: bool) -> tuple[AclEntry, ...]:
        return tuple(one for one in entries if (acl.id, egress, one.number) not in gone)

    return replace(acl, egress=left(acl.egress, egress=True), ingress=left(acl.ingress, egress=False)) if gone else acl


def _separate_rules(sources: Sources) -> Iterator[tuple[Id | Unknown, bool, Rule]]:
    for fields, terms in sources.of(GROUP_RULE):
        if fields.resource.mode != "managed":
            continue
        link = _named(fields.link(terms["group"], SECURITY_GROUP), "group", fields)
        group = link if isinstance(link, str) else None
        match _direction(fields, terms):
            case Unknown() as direction:
                for egress in (True, False):
                    for rule in rules(fields, group, sources, all_of((fields.resource.exists, direction))):
                        yield link, egress, rule
            case egress:
                for rule in rules(fields, group, sources, fields.resource.exists):
                    yield link, egress, rule


def _named(link: Link, what: str, fields: Fields) -> Id | Unknown:
    return unknown(f"names no {what}", fields.id, fields.place()) if link is None else link


def _direction(fields: Fields, terms: Terms) -> Truth:
    """Whether the rule is for egress."""
    if "direction" not in terms:
        return "egress" in fields.resource.type.lower()
    match fields.text(terms["direction"]):
        case None:
            return unknown("names no direction", fields.id, fields.place())
        case Unknown() as found:
            return Unknown(found.causes)
        case found:
            return found == "egress"


def _with_rule(group: SecurityGroup, rule: Rule, *, egress: bool) -> SecurityGroup:
    return replace(group, egress=(*group.egress, rule)) if egress else replace(group, ingress=(*group.ingress, rule))


def _with_none_but(group: SecurityGroup, fields: Fields, terms: Terms) -> SecurityGroup:
    """``group`` with the rules that a list of all its rules leaves it."""
    egress, ingress = fields.links(terms["egress"], GROUP_RULE), fields.links(terms["ingress"], GROUP_RULE)
    here = {rule.address for rule in (*group.egress, *group.ingress)}
    whole = fields.resource.exists is True and all(link in here for link in (*known_items(egress), *known_items(ingress)))
    return replace(
        group,
        egress=tuple(_if_listed(rule, egress, fields.resource.exists) for rule in group.egress),
        ingress=tuple(_if_listed(rule, ingress, fields.resource.exists) for rule in group.ingress),
        closed=group.closed or whole,
    )


def _if_listed(rule: Rule, listed: tuple[Link, ...] | Unknown, exists: Truth) -> Rule:
    members = known_items(listed)
    named = any_of(Unknown(one.causes) if isinstance(one, Unknown) and one.may_be(rule.address) else one == rule.address for one in members)
    return replace(rule, exists=all_of((rule.exists, any_of((negate(exists), named)))))


def _beside_separate_egress(group: SecurityGroup) -> SecurityGroup:
    """A group whose rule for everything CloudFormation may have removed.

    AWS::EC2::SecurityGroupEgress is reported to replace that rule, implied or inline (cloudformation language discussion 157,
    aws-cdk 987); the documentation does not say so.
    """
    removed = unknown("is reported to take the place of the rule that allows all egress", "AWS::EC2::SecurityGroupEgress", group.location)
    return replace(group, egress=tuple(replace(rule, exists=all_of((rule.exists, removed))) if _is_open(rule) else rule for rule in group.egress))


def _is_open(rule: Rule) -> bool:
    return rule.peer in EVERYWHERE and rule.ports is None


def network_acls(sources: Sources, vpcs: Mapping[Id, Vpc]) -> Acls:
    """Every ACL that the inputs make, look up or add entries to, the default ones of their VPCs, and their subnets."""
    gone = {(link, egress, one.number) for link, egress, one in _separate_entries(sources.past)}
    found = {fields.id: _without_entries(_acl(fields, terms), gone) for fields, terms in sources.of(NETWORK_ACL)}
    adopted = {default_acl_of(one.vpc): one.id for one in found.values() if one.default and isinstance(one.vpc, str)}
    for vpc in vpcs.values():
        identity = default_acl_of(vpc.id)
        if identity not in adopted:
            found[identity] = _default_acl(identity, vpc)
    loose: list[LooseEntry] = []
    for link, egress, one in _separate_entries(sources):
        if isinstance(link, Unknown):
            loose.append(LooseEntry(link, egress, one))
        else:
            identity = adopted.get(link, link)
            acl = found.get(identity) or _outside_acl(identity, one.location)
            found[identity] = replace(acl, egress=(*acl.egress, one)) if egress else replace(acl, ingress=(*acl.ingress, one))
    associations = (replace(one, acl=adopted.get(one.acl, one.acl)) if isinstance(one.acl, str) else one for one in _associations(sources))
    return Acls(found, tuple(loose), tuple(associations))


def _acl(fields: Fields, terms: Terms) -> NetworkAcl:
    default = fields.resource.type == "aws_default_network_acl"
    return NetworkAcl(
        id=fields.id,
        vpc=_vpc_of_default(fields, terms) if default else fields.link(terms["vpc"], VPC),
        egress=tuple(_entries(fields, terms.get("egress", ""))),
        ingress=tuple(_entries(fields, terms.get("ingress", ""))),
        closed=fields.resource.mode == "managed",
        location=fields.place(),
        default=default,
        exists=fields.resource.exists,
    )


def _vpc_of_default(fields: Fields, terms: Terms) -> Link:
    """The VPC whose default ACL is adopted, named through the VPC's attribute."""
    match fields.value(terms["vpc"]):
        case Ref() as reference:
            return fields.naming.link(Ref(reference.address, "id"), VPC, fields.place(terms["vpc"]))
        case _:
            vpc = fields.link("vpc_id", VPC)
            return unknown("names no VPC", fields.id, fields.place()) if vpc is None else vpc


def _entries(fields: Fields, path: str) -> Iterator[AclEntry]:
    blocks = fields.blocks(path)
    if isinstance(blocks, Unknown):
        yield open_entry(blocks, fields.place(path), fields.id)
        return
    for block in blocks:
        yield open_entry(block, fields.place(path), fields.id) if isinstance(block, Unknown) else entry(block)


def _default_acl(identity: Id, vpc: Vpc) -> NetworkAcl:
    """The ACL that comes with a VPC: it allows everything (VPC guide, "Default network ACL")."""
    if not vpc.closed:
        return replace(_outside_acl(identity, vpc.location), vpc=vpc.id, default=True)
    entries = tuple(AclEntry(100 + place, True, peer, True, None, vpc.location, vpc.id) for place, peer in enumerate(EVERYWHERE))
    return NetworkAcl(identity, vpc.id, entries, entries, closed=True, location=vpc.location, default=True, exists=vpc.exists)


def _outside_acl(identity: Id, location: SourceLocation) -> NetworkAcl:
    vpc = unknown("is outside the input, and so is its VPC", identity, location)
    return NetworkAcl(identity, vpc, (), (), closed=False, location=location)


def _separate_entries(sources: Sources) -> Iterator[tuple[Id | Unknown, bool, AclEntry]]:
    for fields, terms in sources.of(ACL_ENTRY):
        if fields.resource.mode != "managed":
            continue
        link = _named(fields.link(terms["acl"], NETWORK_ACL), "network ACL", fields)
        match fields.truth(terms["egress"]):
            case Unknown() as direction:
                one = entry(fields, all_of((fields.resource.exists, direction)))
                yield link, True, one
                yield link, False, one
            case egress:
                yield link, egress, entry(fields, fields.resource.exists)


def _associations(sources: Sources) -> Iterator[AclAssociation]:
    gone = {(one.subnet, one.acl) for one in _separate_associations(sources.past)}
    for fields, terms in sources.of(NETWORK_ACL):
        for subnet in known_items(fields.links(terms.get("subnets", ""), SUBNET)):
            if (subnet, fields.id) not in gone:
                yield AclAssociation(subnet, fields.id, fields.place(terms["subnets"]), fields.id, fields.resource.exists)
    yield from _separate_associations(sources)


def _separate_associations(sources: Sources) -> Iterator[AclAssociation]:
    for fields, terms in sources.of(ACL_ASSOCIATION):
        acl = fields.link(terms["acl"], NETWORK_ACL)
        yield AclAssociation(fields.link(terms["subnet"], SUBNET), acl, fields.place(), fields.id, fields.resource.exists)

"""Inputs win over AWS: what they make, change or take away is not there as AWS still shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import chain

from validator.frontends.snapshot import document
from validator.frontends.snapshot.facts import Fact, Tag
from validator.resource import Configuration, Resource
from validator.values import Ref, Value

_TABLES = ("route_table_id", "RouteTableId")
_SUBNETS = ("subnet_id", "SubnetId")
_DESTINATIONS = (
    "destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id",
    "DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId",
)  # fmt: skip
_ROUTES = frozenset({"aws_route", "AWS::EC2::Route"})
_ASSOCIATIONS = frozenset({"aws_route_table_association", "AWS::EC2::SubnetRouteTableAssociation"})
_RULES = frozenset({"aws_security_group_rule", "aws_vpc_security_group_egress_rule", "aws_vpc_security_group_ingress_rule"})
_GROUPS = ("security_group_id",)
_PEERS = (
    "cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "source_security_group_id",
    "cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id",
)  # fmt: skip
_ENTRIES = frozenset({"aws_network_acl_rule", "AWS::EC2::NetworkAclEntry"})
_ACLS = ("network_acl_id", "NetworkAclId")
_TAKEN_AWAY = frozenset({"delete", "replace"})
_STACK = "aws:cloudformation:stack-name"


@dataclass(frozen=True, slots=True)
class Overlay:
    """What the inputs have to say themselves.

    ``own``: ids of what they make or manage; ``removed``: of what the change takes away. ``routes``: table and destination.
    ``associations``: subnets whose table the inputs say. ``rules``: security groups, the traffic of a rule and the peer that it loses.
    ``entries``: network ACLs, number and whether it is egress. ``stacks``: names of the stacks among the inputs.
    """

    own: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    routes: frozenset[tuple[str, str]] = frozenset()
    associations: frozenset[str] = frozenset()
    rules: frozenset[tuple[str, str, str]] = frozenset()
    entries: frozenset[tuple[str, str, bool]] = frozenset()
    stacks: frozenset[str] = frozenset()

    def owns(self, physical: str) -> bool:
        """Whether the inputs make, manage or remove what has this id."""
        return physical in self.own or physical in self.removed

    def covers(self, fact: Fact) -> bool:
        """Whether a fact is about something of the inputs: by its id, or because one of their stacks made it."""
        tags: tuple[Tag, ...] = getattr(fact, "tags", ())
        made_by = next((tag.value for tag in tags if tag.key == _STACK), None)
        return self.owns(document.identity(fact)) or (made_by is not None and self._is_own_stack(made_by))

    def _is_own_stack(self, name: str) -> bool:
        # A nested stack is called after its parent, with a dash.
        return any(name == stack or name.startswith(f"{stack}-") for stack in self.stacks)

    def replaces_route(self, table: str, destination: str) -> bool:
        """Whether the inputs say where this destination leads in this table, or take the route away."""
        return (table, destination) in self.routes

    def replaces_association(self, association: str, subnet: str) -> bool:
        """Whether the inputs say which table this subnet uses, or take the association away."""
        return subnet in self.associations or self.owns(association)

    def removes_rule(self, group: str, what: str, peer: str) -> bool:
        """Whether a rule of the group for this peer is changed or taken away: what it becomes is in the inputs."""
        return (group, what, peer) in self.rules

    def replaces_entry(self, acl: str, number: int, *, egress: bool) -> bool:
        """Whether the inputs say what this rule of a network ACL is, or take it away."""
        return (acl, str(number), egress) in self.entries


def overlay_of(configurations: Iterable[Configuration]) -> Overlay:
    """What ``configurations`` make, change or take away."""
    parts = [_overlay(one) for one in configurations]
    return Overlay(*(frozenset(chain.from_iterable(getattr(one, name.name) for one in parts)) for name in fields(Overlay)))


def _overlay(configuration: Configuration) -> Overlay:
    by_address = {one.address: one for one in configuration.resources}
    past = configuration.before or ()
    managed = [one for one in configuration.resources if one.mode == "managed"]
    every = (*managed, *past)
    return Overlay(
        own=frozenset(identity for one in managed if (identity := physical_id(one))),
        removed=frozenset(identity for one in past if one.action in _TAKEN_AWAY and (identity := physical_id(one))),
        routes=frozenset(route for one in every if one.type in _ROUTES for route in _route(one, by_address)),
        associations=frozenset(subnet for one in managed if one.type in _ASSOCIATIONS for subnet in _named(one.attributes, _SUBNETS, by_address)),
        rules=frozenset(rule for one in past if one.type in _RULES for rule in _rule(one, by_address)),
        entries=frozenset(entry for one in every if one.type in _ENTRIES for entry in _entry(one, by_address)),
        stacks=frozenset({configuration.stack or configuration.name} - {""}),
    )


def physical_id(resource: Resource) -> str | None:
    """The AWS id of something that is there already."""
    found = resource.attributes.get("id") if resource.action != "create" else None
    return found if isinstance(found, str) and found else None


def _route(route: Resource, by_address: Mapping[str, Resource]) -> Iterator[tuple[str, str]]:
    for table in _named(route.attributes, _TABLES, by_address):
        for name in _DESTINATIONS:
            destination = route.attributes.get(name)
            if isinstance(destination, str) and destination:
                yield table, destination


def _named(attributes: Mapping[str, Value], names: Iterable[str], by_address: Mapping[str, Resource]) -> Iterator[str]:
    """The id that one of these attributes names: literally, or that of a resource which is there already."""
    for name in names:
        match attributes.get(name):
            case str() as found if found:
                yield found
            case Ref(address) if (resource := by_address.get(address)) is not None and (physical := physical_id(resource)):
                yield physical


def traffic(protocol: object, first: object, last: object) -> str:
    """A rule's protocol and ports, however they are written."""
    name = {"all": "-1", "6": "tcp", "17": "udp"}.get(str(protocol), str(protocol))
    return name if name == "-1" else f"{name} {first}-{last}"


def _rule(rule: Resource, by_address: Mapping[str, Resource]) -> Iterator[tuple[str, str, str]]:
    given = rule.attributes
    what = traffic(given.get("protocol", given.get("ip_protocol")), given.get("from_port"), given.get("to_port"))
    for group in _named(rule.attributes, _GROUPS, by_address):
        for name in _PEERS:
            found = rule.attributes.get(name)
            for peer in found if isinstance(found, tuple) else (found,):
                if isinstance(peer, str) and peer:
                    yield group, what, peer
        if rule.attributes.get("self") is True:
            yield group, what, group


def _entry(entry: Resource, by_address: Mapping[str, Resource]) -> Iterator[tuple[str, str, bool]]:
    number = entry.attributes.get("rule_number", entry.attributes.get("RuleNumber"))
    egress = entry.attributes.get("egress", entry.attributes.get("Egress"))
    for acl in _named(entry.attributes, _ACLS, by_address):
        yield acl, str(number), str(egress).lower() == "true"

"""Inputs win over AWS: what they make, change or take away is not there as AWS still shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from validator.frontends.snapshot import document
from validator.frontends.snapshot.document import Fact, Tag
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
_TAKEN_AWAY = frozenset({"delete", "replace"})
_STACK = "aws:cloudformation:stack-name"


@dataclass(frozen=True, slots=True)
class Overlay:
    """What the inputs have to say themselves.

    ``own``: ids of what they make or manage; ``removed``: of what the change takes away. ``routes``: table and destination.
    ``associations``: subnets whose table the inputs say. ``stacks``: names of the stacks among the inputs.
    """

    own: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    routes: frozenset[tuple[str, str]] = frozenset()
    associations: frozenset[str] = frozenset()
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


NOTHING = Overlay()


def overlay_of(configurations: Iterable[Configuration]) -> Overlay:
    """What ``configurations`` make, change or take away."""
    own: set[str] = set()
    removed: set[str] = set()
    routes: set[tuple[str, str]] = set()
    associations: set[str] = set()
    stacks: set[str] = set()
    for configuration in configurations:
        by_address = {one.address: one for one in configuration.resources}
        own |= {identity for one in configuration.resources if one.mode == "managed" and (identity := physical_id(one))}
        past = configuration.before or ()
        removed |= {identity for one in past if one.action in _TAKEN_AWAY and (identity := physical_id(one))}
        for one in (*configuration.resources, *past):
            if one.mode == "managed" and one.type in _ROUTES:
                routes |= set(_route(one, by_address))
        associations |= {
            subnet for one in configuration.resources if one.type in _ASSOCIATIONS for subnet in _named(one.attributes, _SUBNETS, by_address)
        }
        stacks |= {configuration.name} if configuration.name else set()
    return Overlay(frozenset(own), frozenset(removed), frozenset(routes), frozenset(associations), frozenset(stacks))


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

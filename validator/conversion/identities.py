"""Which entity a value names: an address, or the literal AWS id of something outside the inputs."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from types import MappingProxyType

from validator.allowances import Allowance
from validator.model.filters import default_acl_of, default_group_of
from validator.model.network import Id, Link
from validator.model.transit import default_table_of
from validator.resource import EXPORT, HANDED_ON, Configuration, Resource
from validator.source import SourceLocation
from validator.values import Cause, Ref, Text, Unknown, Value, index_of, text, unknown

_DEPTH = 16
# How the name of an export holds the name of its stack where nobody says what that is.
_STACK_NAME = re.compile(r"\$\{[^{}]*\|([^{}|]*)\|AWS::StackName\}")
_MOST_NAMES = 7
_VPCS = frozenset({"aws_vpc", "aws_default_vpc", "AWS::EC2::VPC"})
# Types whose physical ids other configurations, or literals in the same one, may name.
_IDENTIFIED = frozenset(
    """
    aws_vpc aws_default_vpc aws_subnet aws_default_subnet aws_route_table aws_default_route_table aws_internet_gateway aws_nat_gateway
    aws_vpn_gateway aws_vpc_endpoint aws_launch_template aws_network_interface aws_instance aws_ec2_managed_prefix_list aws_prefix_list
    aws_egress_only_internet_gateway aws_ec2_transit_gateway aws_vpc_peering_connection aws_ec2_carrier_gateway
    aws_security_group aws_default_security_group aws_network_acl aws_default_network_acl
    aws_ec2_transit_gateway_vpc_attachment aws_ec2_transit_gateway_route_table aws_networkfirewall_firewall
    aws_networkfirewall_vpc_endpoint_association aws_route53_zone aws_route53_resolver_rule
    aws_route53_resolver_firewall_rule_group aws_route53_resolver_firewall_domain_list
    aws_networkfirewall_firewall_policy aws_networkfirewall_rule_group aws_route53profiles_profile
    """.split()
)


# The argument of a data source that holds the id of what it looks up, where that is not called id.
_LOOKED_UP_BY = MappingProxyType({"aws_route_table": "route_table_id", "aws_internet_gateway": "internet_gateway_id", "aws_instance": "instance_id"})


def main_table_of(vpc: Id) -> Id:
    """The id of the main route table that comes with a VPC, which no input declares."""
    return f"{vpc}#main"


_NAMED_BY_ARN = frozenset({"aws_networkfirewall_firewall", "aws_networkfirewall_firewall_policy", "aws_networkfirewall_rule_group"})
_FIREWALLS = frozenset({"aws_networkfirewall_firewall", "aws_networkfirewall_vpc_endpoint_association"})
# What comes with a VPC, by the VPC's attribute that names it.
_BROUGHT: Mapping[str, Callable[[Id], Id]] = MappingProxyType(
    {
        "main_route_table_id": main_table_of, "default_route_table_id": main_table_of,
        "default_security_group_id": default_group_of, "DefaultSecurityGroup": default_group_of,
        "default_network_acl_id": default_acl_of, "DefaultNetworkAcl": default_acl_of,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Naming:
    """The names of one configuration: its resources by address, their ids in the topology, and physical ids and entities of all inputs.

    ``stored`` are values of the parameter store by Region and name. ``looked_up`` are its data sources that name entities of the inputs.
    """

    resources: Mapping[str, Resource]
    ids: dict[str, Id]
    physical: Mapping[str, Id]
    exports: Mapping[str, Value]
    entities: Mapping[Id, Resource]
    stored: Mapping[tuple[str, str], Value]
    looked_up: dict[str, Id] = field(default_factory=dict)

    def name(self, address: str) -> Id:
        """The id in the topology of the resource at ``address``."""
        return self.ids.get(address, address)

    def declared(self, address: str) -> Resource | None:
        """The resource at ``address``: in this input, else in the others (what a stack exports names its own resources)."""
        if address in self.looked_up:
            return self.entities.get(self.looked_up[address])
        return self.resources.get(address) or self.entities.get(address)

    def entity(self, value: Value, kinds: Mapping[str, object] | None) -> Id | None:
        """The entity, where ``value`` is nothing but a reference to one of ``kinds``: what most links are."""
        if not isinstance(value, Ref) or kinds is None:
            return None
        resource = self.declared(value.address)
        if resource is None or resource.type not in kinds or (resource.type in _VPCS and value.attribute in _BROUGHT):
            return None
        return self.ids.get(value.address, value.address)

    def link(self, value: Value, kinds: Mapping[str, object] | None, location: SourceLocation, depth: int = 0) -> Link:
        """The entity of one of ``kinds`` that ``value`` names."""
        match value:
            case None | "":
                return None
            case str():
                return self.physical.get(value, value)
            case Ref():
                return self._entity(value, kinds, location, depth)
            case Unknown():
                return self._bounded(value, kinds, location, depth)
            case Text():
                return self._in_text(value, kinds, location, depth)
            case (only,):
                return self.link(only, kinds, location, depth)
        return unknown("names no entity", str(location), location)

    def links(self, value: Value, kinds: Mapping[str, object] | None, location: SourceLocation, depth: int = 0) -> tuple[Link, ...] | Unknown:
        """The entities that a list names. A reference in the place of a list is a list, of one or of as many as it holds."""
        match value:
            case None | "":
                return ()
            case tuple():
                members: list[Link] = []
                for member in value:
                    found = self.links(member, kinds, location, depth) if isinstance(member, tuple | Ref) else (self.link(member, kinds, location),)
                    members += [found] if isinstance(found, Unknown) else found
                return tuple(members)
            case Unknown():
                return self._open(value, kinds, location, depth)
            case Ref() if depth < _DEPTH and (behind := self._attribute(value)) is not None and not self._is_kind(value, kinds):
                return self.links(behind, kinds, location, depth + 1)
            case str() if "," in value:
                return tuple(self.link(part.strip(), kinds, location) for part in value.split(",") if part.strip())
            case Text():
                return tuple(self.link(part, kinds, location, depth) for part in _split(value))
        only = self.link(value, kinds, location, depth)
        return only if isinstance(only, Unknown) else (only,)

    def follow(self, reference: Ref, depth: int = 0) -> Value:
        """The value of the attribute that ``reference`` names, as far as the inputs settle it; the reference itself if they do not."""
        behind = self._attribute(reference)
        if isinstance(behind, Ref) and behind != reference and depth < _DEPTH:
            return self.follow(behind, depth + 1)
        return reference if behind is None else behind

    def _attribute(self, reference: Ref) -> Value:
        if reference.address.startswith(EXPORT):
            return self.exports.get(reference.address.removeprefix(EXPORT))
        resource = self.declared(reference.address)
        if resource is None or reference.attribute == "*":
            return None
        found = self._stated(resource, reference)
        return self._told(resource, reference.attribute) if found is None and resource.mode == "data" else found

    def _told(self, resource: Resource, attribute: str) -> Value:
        """What AWS said that a data source will find: a value of the parameter store, or one that a stack exports."""
        name = resource.attributes.get("name")
        if not isinstance(name, str) or attribute not in {"value", "insecure_value"}:
            return None
        if resource.type == "aws_ssm_parameter":
            return self.stored.get((str(resource.region), name))
        return self.exports.get(name) if resource.type == "aws_cloudformation_export" else None

    def _stated(self, resource: Resource, reference: Ref) -> Value:
        found: Value = resource.attributes
        for step in reference.attribute.split("."):
            if isinstance(found, Mapping):
                found = found.get(step)
            elif isinstance(found, tuple) and (index := index_of(step)) is not None and index < len(found):
                found = found[index]
            else:
                return None
        if found == reference:
            # Computed by the provider: nothing but its identity is known.
            return None
        return found

    def _is_kind(self, reference: Ref, kinds: Mapping[str, object] | None) -> bool:
        resource = self.declared(reference.address)
        return resource is not None and (kinds is None or resource.type in kinds)

    def _entity(self, reference: Ref, kinds: Mapping[str, object] | None, location: SourceLocation, depth: int) -> Link:
        if reference.address.startswith(EXPORT):
            return self._imported(reference, kinds, location, depth)
        resource = self.declared(reference.address)
        if resource is None:
            return unknown("is not in the input", str(reference), location)
        if resource.type in _VPCS and reference.attribute in _BROUGHT:
            known = self._attribute(reference)
            return self.physical.get(known, known) if isinstance(known, str) else _BROUGHT[reference.attribute](self.name(resource.address))
        if kinds is None or resource.type in kinds:
            return self.name(reference.address)
        behind = self._attribute(reference)
        if behind is not None and depth < _DEPTH:
            return self.link(behind, kinds, location, depth + 1)
        return unknown("is known only after deployment", str(reference), location)

    def _imported(self, reference: Ref, kinds: Mapping[str, object] | None, location: SourceLocation, depth: int) -> Link:
        """What another stack exports under a name; unknown, with the name, where none of the inputs does."""
        value = self._attribute(reference)
        if value is None or depth >= _DEPTH:
            name = reference.address.removeprefix(EXPORT)
            return unknown(self._not_exported(name), f"the export {name}", location)
        return self.link(value, kinds, location, depth + 1)

    def _not_exported(self, name: str) -> str:
        """Why an export is not known: none of the inputs has it, unless one is called otherwise at deployment than we know."""
        for key in self.exports:
            written = _STACK_NAME.split(key)
            if 1 < len(written) <= _MOST_NAMES and re.fullmatch(".+".join(re.escape(piece) for piece in written[::2]), name):
                return f"may be what {written[1]} exports; give the stack's name with -P {written[1]}/AWS::StackName=NAME"
        return "is exported by a stack that is not among the inputs"

    def _bounded(self, value: Unknown, kinds: Mapping[str, object] | None, location: SourceLocation, depth: int) -> Unknown:
        """An unknown link, bounded by the entities that it mentions where they are all that it can be."""
        if value.among is not None:
            among = [self.link(one, kinds, location, depth + 1) for one in value.among] if depth < _DEPTH else [None]
            bounded = tuple(one for one in among if isinstance(one, str))
            return Unknown(value.causes, bounded if len(bounded) == len(among) else None)
        return self._open(value, kinds, location, depth)

    def _open(self, value: Unknown, kinds: Mapping[str, object] | None, location: SourceLocation, depth: int) -> Unknown:
        if value.among is not None:
            return self._bounded(value, kinds, location, depth)
        fitting = [mention for mention in value.mentions if self._may_be(mention, kinds)]
        if not fitting or depth >= _DEPTH:
            return Unknown(value.causes)
        found = [known for mention in fitting for known in _members(self.links(mention, kinds, location, depth + 1))]
        named = tuple(one for one in found if isinstance(one, str))
        return Unknown(value.causes, named if len(named) == len(found) else None)

    def _may_be(self, mention: Ref, kinds: Mapping[str, object] | None) -> bool:
        """Whether the value can come from ``mention``: it is of a fitting kind, or passes on what may be one."""
        if self._is_kind(mention, kinds):
            return True
        behind = self._attribute(mention)
        return behind is not None and not isinstance(behind, bool | int | float) and not _is_plain_text(behind)

    def _in_text(self, value: Text, kinds: Mapping[str, object] | None, location: SourceLocation, depth: int) -> Link:
        """An ARN or a list in one string that holds a single reference."""
        refs = [part for part in value.parts if isinstance(part, Ref)]
        if len(refs) == 1 and len(value.parts) == len([part for part in value.parts if isinstance(part, str)]) + 1:
            found = self.link(refs[0], kinds, location, depth + 1) if depth < _DEPTH else None
            if isinstance(found, str):
                return found
        causes = tuple(cause for part in value.parts if isinstance(part, Unknown) for cause in part.causes)
        return Unknown(causes or (Cause("is made of several pieces", str(refs[0]) if refs else "the value", location),))


def _split(value: Text) -> list[str | Ref | Unknown | Text]:
    """A list that is written as one string, with commas between its members."""
    members: list[list[str | Ref | Unknown]] = [[]]
    for part in value.parts:
        first, *more = part.split(",") if isinstance(part, str) else [part]
        members[-1].append(first)
        members += [[one] for one in more]
    return [text(one) for one in members]


def _is_plain_text(value: Value) -> bool:
    return isinstance(value, str) and not value.partition("-")[2]


def _members(found: tuple[Link, ...] | Unknown) -> tuple[Link, ...]:
    if isinstance(found, Unknown):
        return (found,) if found.among is None else tuple(str(one) for one in found.among)
    return found


def namings(configurations: Sequence[Configuration]) -> tuple[Naming, ...]:
    """The names of each configuration. Addresses that occur in several are told apart by the file they are in."""
    owners = Counter(resource.address for configuration in configurations for resource in configuration.resources)
    physical: dict[str, Id] = {}
    stored = {(str(one.region), name): value for one in configurations for name, value in one.parameters.items()}
    exports = [_exports_seen(one, configurations) for one in configurations]
    entities: dict[Id, Resource] = {}
    found: list[Naming] = []
    for configuration, stem, seen in zip(configurations, _stems(configurations), exports, strict=True):
        ids = {one.address: f"{stem}/{one.address}" for one in configuration.resources if owners[one.address] > 1}
        naming = Naming({one.address: one for one in configuration.resources}, ids, physical, seen, entities, stored)
        found.append(naming)
        entities.update({naming.name(one.address): one for one in configuration.resources})
    _identify(configurations, found, physical)
    for naming in found:
        naming.looked_up.update(_looked_up(naming, physical, entities))
        naming.ids.update(naming.looked_up)
    return tuple(found)


def _identify(configurations: Sequence[Configuration], namings: Sequence[Naming], physical: dict[str, Id]) -> None:
    """Say in ``physical``, which all of ``namings`` look into, whose each id of AWS's is."""
    for configuration, naming in zip(configurations, namings, strict=True):
        for identity, resource in _physical_ids(configuration.resources):
            # What an input makes or manages wins over what another only looks up.
            if resource.mode == "managed" or identity not in physical:
                physical[identity] = naming.name(resource.address)
    for naming in namings:
        for resource in naming.resources.values():
            for identity, owner in _brought_ids(resource, naming):
                # What is declared, or adopted, is known by its own name.
                physical.setdefault(identity, owner)


def allowances(configurations: Sequence[Configuration]) -> dict[Allowance, frozenset[Id]]:
    """The waivers in the inputs, each with the ids of the resources that it stands beside."""
    if not any(resource.allowances for one in configurations for resource in one.resources):
        return {}
    found: defaultdict[Allowance, set[Id]] = defaultdict(set)
    for configuration, naming in zip(configurations, namings(configurations), strict=True):
        for resource in configuration.resources:
            for allowance in resource.allowances:
                found[allowance].add(naming.name(resource.address))
    return {allowance: frozenset(ids) for allowance, ids in found.items()}


def _looked_up(naming: Naming, physical: Mapping[str, Id], entities: Mapping[Id, Resource]) -> Iterator[tuple[str, Id]]:
    """Data sources that look up what an input makes, or shows whole: they are other names of it."""
    for resource in naming.resources.values():
        wanted = resource.attributes.get(_LOOKED_UP_BY.get(resource.type, "id")) if resource.mode == "data" else None
        made = naming.resources.get(wanted.address) if isinstance(wanted, Ref) and wanted.attribute in {"id", "*"} else None
        if made is not None and made.mode == "managed" and made.type == resource.type:
            yield resource.address, naming.name(made.address)
    for identity, resource in _physical_ids(naming.resources.values()):
        owner = physical[identity]
        if resource.mode == "data" and entities[owner].mode == "managed":
            yield resource.address, owner


def _exports_seen(importer: Configuration, configurations: Sequence[Configuration]) -> dict[str, Value]:
    """What a stack can import: an export is seen in its own Region only; where one of the two is not known, it may be."""
    seen: dict[str, Value] = {}
    for one in configurations:
        if not (isinstance(one.region, str) and isinstance(importer.region, str)) or one.region == importer.region:
            seen.update(one.exports)
        else:
            seen.update({name: value for name, value in one.exports.items() if name.startswith(HANDED_ON)})
    return seen


def _stems(configurations: Sequence[Configuration]) -> list[str]:
    """A short name for each input: its file's, with its folder where two files are called alike."""
    parts = [PurePath(configuration.path) for configuration in configurations]
    counts = Counter(part.stem for part in parts)
    seen: defaultdict[str, int] = defaultdict(int)
    stems: list[str] = []
    for part in parts:
        stem = part.stem if counts[part.stem] == 1 else f"{part.parent.name}/{part.stem}"
        seen[stem] += 1
        stems.append(stem if seen[stem] == 1 else f"{stem}-{seen[stem]}")
    return stems


def _brought_ids(resource: Resource, naming: Naming) -> Iterator[tuple[str, Id]]:
    """The physical ids of what comes with a VPC or a transit gateway, and of a firewall's endpoints, as far as a state shows them."""
    name = naming.name(resource.address)
    named: list[tuple[Value, Id]] = []
    if resource.type in _VPCS:
        named += [(resource.attributes.get(attribute), owner_of(name)) for attribute, owner_of in _BROUGHT.items()]
    elif resource.type == "aws_ec2_transit_gateway":
        named.append((resource.attributes.get("association_default_route_table_id"), default_table_of(name)))
    elif resource.type in _FIREWALLS:
        named += [(identity, name) for identity in _endpoints_in(resource.attributes)]
    yield from ((identity, owner) for identity, owner in named if isinstance(identity, str) and identity)


def _endpoints_in(value: Value) -> Iterator[str]:
    """Every endpoint id in a firewall's status."""
    match value:
        case Mapping():
            for name, member in value.items():
                if name == "endpoint_id" and isinstance(member, str):
                    yield member
                yield from _endpoints_in(member)
        case tuple():
            for member in value:
                yield from _endpoints_in(member)


def _physical_ids(resources: Iterable[Resource]) -> Iterable[tuple[str, Resource]]:
    for resource in resources:
        if resource.type in _IDENTIFIED and resource.action != "create":
            for name in ("id", "arn") if resource.type in _NAMED_BY_ARN else ("id",):
                identity = resource.attributes.get(name)
                if isinstance(identity, str) and identity:
                    yield identity, resource

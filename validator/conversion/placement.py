"""In which subnets and security groups a workload's interfaces are, and whether they have public addresses."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from validator.conversion.fields import Fields, known_items
from validator.conversion.gathering import Gathered, Member, gathered
from validator.conversion.interfaces import INTERFACES, Additions
from validator.conversion.kinds.catalogue import KINDS
from validator.conversion.kinds.entry import Addresses, Kind, Unplaced
from validator.conversion.linking import Links
from validator.conversion.programs import scripts
from validator.conversion.vocabulary import SECURITY_GROUP, SUBNET
from validator.conversion.walking import Place, known_places, places
from validator.model.network import Id, Link
from validator.model.workloads import Placement, Platform, Script
from validator.source import SourceLocation
from validator.values import Ref, Text, Truth, Unknown, any_of, unite, unknown

_JOINS = "ECS_CLUSTER"
_CLUSTERS: Mapping[str, str] = MappingProxyType({"aws_ecs_cluster": "name", "AWS::ECS::Cluster": "ClusterName"})
_HOSTS = next(kind for kind in KINDS if "aws_autoscaling_group" in kind.types)
# In a block that describes an instance's network interface, in either vocabulary.
_SUBNET_KEYS = ("subnet_id", "SubnetId")
_INTERFACE_KEYS = ("network_interface_id", "NetworkInterfaceId")
_GROUP_KEYS = ("security_groups", "GroupSet", "Groups")
_INDEX_KEYS = ("device_index", "DeviceIndex")
_PUBLIC_KEYS = ("associate_public_ip_address", "AssociatePublicIpAddress")
_YES = frozenset({"true", "enabled"})


def placements(links: Links, kind: Kind, found: Gathered, platform: Platform | Unknown, added: Additions) -> tuple[Placement, ...] | Unknown:
    """One per subnet; Unknown where it runs in a VPC and nothing says in which subnets; empty where it is outside every VPC."""
    public = _public(kind, found, platform, added)
    groups = _groups(links, found)
    named = _subnets(links, found)
    if not named:
        return (_on_hosts(links, found) if kind.unplaced is Unplaced.HOSTS else ()) or _unplaced(kind, found)
    if len(named) == 1 and isinstance(only := named[0][0], Unknown) and only.among is None:
        return Unknown(only.causes)
    attached = added.groups_of(_names_of(found)) if kind.addresses is Addresses.AS_INSTANCES else ()
    return tuple(Placement(link, groups, public, location, attached) for link, location in named)


def _subnets(links: Links, found: Gathered) -> list[tuple[Link, SourceLocation]]:
    """What names subnets: its own attributes, else those of its parts, else the first network interface of the instance or its template."""
    own = _of_member(found, found.own)
    named = own or [one for member in found.members[1:] for one in _of_member(found, member)]
    return list(dict(named).items()) if named else [*_of_interfaces(links, found)][:1]


def _of_member(found: Gathered, member: Member) -> list[tuple[Link, SourceLocation]]:
    named: list[tuple[Link, SourceLocation]] = []
    for path in member.part.subnets:
        for place in places(member.fields, path):
            if isinstance(place, Unknown):
                named += [(link, member.fields.place(path)) for link in _in_document(found, member.fields, place, path, SUBNET)]
            else:
                named += [(link, place.block.place(place.name)) for link in known_items(place.links(SUBNET))]
    return named


def _on_hosts(links: Links, found: Gathered) -> tuple[Placement, ...]:
    """The placements of the groups of instances that its cluster runs on; empty where no group is known, or not every one is."""
    groups: list[Fields] = []
    for member in found.members:
        for path in member.part.hosts:
            named = [one for place in places(member.fields, path) for one in links.resolved(place, _HOSTS.types)]
            if any(isinstance(one, Unknown) for one in named):
                return ()
            groups += [one for one in named if isinstance(one, Fields)]
        groups += _joining(links).get(member.fields.id, ())
    placed: list[Placement] = []
    for group in {one.id: one for one in groups}.values():
        of_group = placements(links, _HOSTS, gathered(links, group, _HOSTS.types[group.resource.type]), Platform.EC2, Additions())
        placed += () if isinstance(of_group, Unknown) else of_group
    return tuple(dict.fromkeys(placed))


def _joining(links: Links) -> Mapping[Id, Sequence[Fields]]:
    """The groups whose instances join a cluster by their user data: ``ECS_CLUSTER`` in the agent's configuration."""
    if links.joining is None:
        found: defaultdict[Id, list[Fields]] = defaultdict(list)
        clusters = [cluster for name in _CLUSTERS for cluster in links.sources.by_type.get(name, ())]
        groups = [(group, part) for name, part in _HOSTS.types.items() if clusters for group in links.sources.by_type.get(name, ())]
        for group, part in groups:
            for script in scripts(gathered(links, group, part), None):
                for cluster in _joined(script, clusters):
                    found[cluster.id].append(group)
        links.joining = found
    return links.joining


def _joined(script: Script, clusters: Sequence[Fields]) -> Iterator[Fields]:
    parts = script.value.parts if isinstance(script.value, Text) else (script.value,)
    if any(isinstance(one, str) and _JOINS in one for one in parts):
        yield from (cluster for cluster in clusters if any(_names_cluster(one, cluster) for one in parts))


def _names_cluster(part: str | Ref | Unknown, cluster: Fields) -> bool:
    if isinstance(part, Ref):
        return part.address == cluster.id
    name = cluster.value(_CLUSTERS[cluster.resource.type])
    return isinstance(part, str) and isinstance(name, str) and re.search(rf"{_JOINS}=[\"']?{re.escape(name)}\b", part) is not None


def _in_document(found: Gathered, fields: Fields, document: Unknown, path: str, kinds: Mapping[str, object]) -> tuple[Link, ...]:
    """What of ``kinds`` a document that is not known is made from: with no subnet in it, it places nothing.

    Made from a definition and a single subnet, it runs the one in the other.
    """
    if "|json" not in path:
        return (Unknown(document.causes),)
    link = fields.naming.links(document, kinds, fields.place(path))
    if not isinstance(link, Unknown) or not link.among:
        return ()
    return (str(link.among[0]),) if len(link.among) == 1 and len(found.members) > 1 else (link,)


def _of_interfaces(links: Links, found: Gathered) -> Iterator[tuple[Link, SourceLocation]]:
    for block in _interface_blocks(found):
        place = found.own.fields.place()
        for key in _SUBNET_KEYS:
            if block.value(key) is not None:
                yield block.link(key, SUBNET), place
        for key in _INTERFACE_KEYS:
            if block.value(key) is not None:
                yield _of_interface(links, block, key), place


def _interface_blocks(found: Gathered) -> Iterator[Fields]:
    """The blocks of the primary interface: requests leave by it, whatever others there are."""
    for member in found.members:
        for path in member.part.interfaces:
            for place in known_places(member.fields, path):
                yield from (block for block in place.block.known_blocks(place.name) if _is_primary(block))


def _is_primary(block: Fields) -> bool:
    indexes = [block.text(key) for key in _INDEX_KEYS]
    return all(one in (None, "0") or isinstance(one, Unknown) for one in indexes)


def _names_of(found: Gathered) -> Iterator[Id]:
    """How the primary interface is called: by its instance, by itself, and by its AWS id."""
    own = found.own.fields
    yield own.id
    yield from _interface_ids(found)
    physical = own.values.get("primary_network_interface_id")
    if isinstance(physical, str) and not own.new:
        yield physical


def _of_interface(links: Links, block: Fields, key: str) -> Link:
    link = block.link(key, INTERFACES)
    declared = links.declared(link, INTERFACES) if isinstance(link, str) else None
    if declared is None:
        return link if isinstance(link, Unknown) else unknown("is outside the input, and so is its subnet", str(link), block.place(key))
    return declared.link(INTERFACES[declared.resource.type][0], SUBNET)


def _groups(links: Links, found: Gathered) -> tuple[Link, ...] | Unknown:
    """The security groups: of the first member that names some, in its attributes or its network interfaces."""
    for member in found.members:
        for paths in (member.part.groups, member.part.group_names):
            members = [one for path in paths for place in places(member.fields, path) for one in _members(found, member.fields, place, path)]
            if members:
                return unite(open_ones) if (open_ones := [one for one in members if isinstance(one, Unknown)]) else tuple(members)
    for block in _interface_blocks(found):
        for key in _GROUP_KEYS:
            if block.value(key) is not None:
                return block.links(key)
        for key in _INTERFACE_KEYS:
            link = block.link(key, INTERFACES)
            if isinstance(link, str) and (declared := links.declared(link, INTERFACES)) is not None:
                return declared.links(INTERFACES[declared.resource.type][1])
            if link is not None:
                return unknown("is outside the input, and so are its security groups", f"the interface of {found.own.fields.id}", block.place(key))
    return ()


def _members(found: Gathered, fields: Fields, place: Place | Unknown, path: str) -> tuple[Link, ...]:
    if isinstance(place, Unknown):
        return _in_document(found, fields, place, path, SECURITY_GROUP) or (Unknown(place.causes),)
    return known_items(place.links())


def _unplaced(kind: Kind, found: Gathered) -> tuple[Placement, ...] | Unknown:
    """No subnet is named: outside every VPC; or in the default VPC, or on the cluster's instances."""
    if found.open_network:
        return unite(found.open_network)
    own = found.own.fields
    match kind.unplaced:
        case Unplaced.OUTSIDE:
            return ()
        case Unplaced.DEFAULT_VPC:
            return unknown("names no subnet, so it runs in one of the account's default VPC", own.id, own.place())
        case Unplaced.HOSTS:
            return unknown("names no subnets: its tasks use the network of the cluster's instances", own.id, own.place())


def _public(kind: Kind, found: Gathered, platform: Platform | Unknown, added: Additions) -> Truth | None:
    """Whether interfaces get a public IPv4 address; None: as their subnet gives them (aws-facts G1, G2)."""
    if kind.addresses is Addresses.NEVER:
        return False
    if kind.addresses is Addresses.ASSIGNED or platform is Platform.FARGATE:
        # A task's interface on an instance cannot have one, whatever is asked for.
        return False if platform is Platform.ECS_EC2 else _assigned(found)
    elastic = added.has_address((found.own.fields.id, *_interface_ids(found)))
    if elastic is True:
        return True
    own = _own_public(found)
    return own if elastic is False else any_of((elastic, False if own is None else own))


def _own_public(found: Gathered) -> Truth | None:
    """What its attributes or its network interfaces say."""
    for member in found.members:
        for path in member.part.public:
            for place in known_places(member.fields, path):
                return place.block.truth(place.name)
    return Unknown(found.open[0].causes) if found.open else _public_of_interfaces(found)


def _assigned(found: Gathered) -> Truth:
    for member in found.members:
        for path in member.part.public:
            for place in known_places(member.fields, path):
                assigned = place.block.text(place.name)
                return Unknown(assigned.causes) if isinstance(assigned, Unknown) else (assigned or "").lower() in _YES
    return found.own.part.public_default


def _interface_ids(found: Gathered) -> Iterator[Id]:
    for block in _interface_blocks(found):
        for key in _INTERFACE_KEYS:
            link = block.link(key, INTERFACES)
            if isinstance(link, str):
                yield link


def _public_of_interfaces(found: Gathered) -> Truth | None:
    for block in _interface_blocks(found):
        for key in _PUBLIC_KEYS:
            if block.value(key) is not None:
                return block.truth(key)
    return None

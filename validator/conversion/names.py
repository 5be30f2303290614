"""Private hosted zones with their records, and resolver rules with their VPCs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from validator.conversion.fields import Fields
from validator.conversion.profiles import Membership, outside_profiles, vpcs_with
from validator.conversion.sources import Sources
from validator.conversion.vocabulary import (
    ENDPOINT,
    RECORD,
    RECORD_GROUP,
    RECORD_TARGETS,
    RESOLVER_RULE,
    RESOLVER_RULE_ASSOCIATION,
    VPC,
    ZONE,
    ZONE_ASSOCIATION,
    Terms,
)
from validator.model.names import LooseRecord, PrivateZone, ResolverRule, ZoneRecord
from validator.model.network import Id, Link
from validator.values import Ref, Text, Unknown, Value, all_of, unknown

_ENDPOINT_ID = re.compile(r"vpce-[0-9a-f]+")
_ADDRESSES = frozenset({"A", "AAAA", "CNAME"})


@dataclass(frozen=True, slots=True)
class Zones:
    """The private zones, and the records whose zone is not known."""

    zones: dict[Id, PrivateZone]
    loose: tuple[LooseRecord, ...]


def zones(sources: Sources, profiled: Sequence[Membership] = ()) -> Zones:
    """Hosted zones with VPCs; one without is public."""
    associated: defaultdict[Id, list[Link]] = defaultdict(list)
    for fields, terms in sources.of(ZONE_ASSOCIATION):
        zone = fields.link(terms["zone"], ZONE)
        if isinstance(zone, str):
            associated[zone].append(fields.link(terms["vpc"], VPC))
    found: dict[Id, PrivateZone] = {}
    for fields, terms in sources.of(ZONE):
        vpcs = _vpcs(fields, terms)
        if isinstance(vpcs, tuple):
            vpcs = (*vpcs, *associated.get(fields.id, ()), *vpcs_with(profiled, fields.id))
        if vpcs != ():
            closed = fields.resource.mode == "managed"
            name = domain_at(fields, terms["name"])
            found[fields.id] = PrivateZone(fields.id, name, vpcs, (), closed, fields.place(), fields.resource.exists)
    loose: list[LooseRecord] = []
    for link, record in _records(sources, {zone.name: zone.id for zone in found.values() if isinstance(zone.name, str)}):
        if isinstance(link, Unknown):
            loose.append(LooseRecord(link, record))
        elif link in found:
            found[link] = replace(found[link], records=(*found[link].records, record))
    return Zones(found, tuple(loose))


def _vpcs(fields: Fields, terms: Terms) -> tuple[Link, ...] | Unknown:
    blocks = fields.blocks(terms["vpcs"])
    if isinstance(blocks, Unknown):
        return blocks
    return tuple(one if isinstance(one, Unknown) else one.link(terms["vpc"], VPC) for one in blocks)


def domain_at(fields: Fields, path: str) -> str | Unknown:
    """The domain name at ``path`` as it is compared: in lower case, without the last dot."""
    match fields.text(path):
        case None:
            return unknown("names no domain", fields.id, fields.place())
        case str() as found:
            return _canonical(found)
        case Unknown() as found:
            # What it ends in may be known: enough to tell that it has nothing to do with S3.
            value = fields.value(path)
            last = value.parts[-1] if isinstance(value, Text) else None
            ending = _canonical(last).rpartition(".")[2] if isinstance(last, str) else ""
            return found if ending in {"", "com", "cn", "eu"} else f"?.{ending}"


def _canonical(name: str) -> str:
    return name.lower().removesuffix(".").replace("\\052", "*")


def _records(sources: Sources, by_name: Mapping[str, Id]) -> Iterator[tuple[Id | Unknown, ZoneRecord]]:
    for fields, terms in sources.of(RECORD):
        if fields.resource.mode == "managed":
            yield from _record(fields, terms, _zone_of(fields, terms, by_name), by_name)
    for fields, terms in sources.of(RECORD_GROUP):
        zone = _zone_of(fields, terms, by_name)
        blocks = fields.blocks(terms["records"])
        for one in () if isinstance(blocks, Unknown) else blocks:
            if isinstance(one, Fields):
                yield from _record(one, RECORD["AWS::Route53::RecordSet"], zone, by_name)


def _zone_of(fields: Fields, terms: Terms, by_name: Mapping[str, Id]) -> Id | Unknown:
    link = fields.link(terms["zone"], ZONE)
    if link is not None:
        return link
    named = domain_at(fields, terms["zone_name"]) if terms.get("zone_name") else unknown("names no zone", fields.id, fields.place())
    return by_name.get(named, "another zone") if isinstance(named, str) else named


def _record(fields: Fields, terms: Terms, zone: Id | Unknown, by_name: Mapping[str, Id]) -> Iterator[tuple[Id | Unknown, ZoneRecord]]:
    kind = fields.text(terms["type"])
    if isinstance(kind, str) and kind.upper() not in _ADDRESSES:
        return
    name = domain_at(fields, terms["name"])
    domain = next((one for one, identity in by_name.items() if identity == zone), None)
    if isinstance(name, str) and domain is not None and not f".{name}".endswith(f".{domain}"):
        # Terraform's provider puts the zone's name behind a name that does not end in it.
        name = f"{name}.{domain}"
    exists = all_of((fields.resource.exists, Unknown(kind.causes) if isinstance(kind, Unknown) else True))
    yield zone, ZoneRecord(name, _endpoint(fields), fields.place(), fields.id, exists)


def _endpoint(fields: Fields) -> Id | Unknown:
    """The endpoint that a record's alias or values are made from."""
    for path in RECORD_TARGETS:
        value = fields.value(path)
        if value is None:
            continue
        named = set(_named(value, fields))
        return named.pop() if len(named) == 1 else unknown("leads to addresses that are not followed", fields.id, fields.place(path))
    return unknown("leads nowhere that is in the input", fields.id, fields.place())


def _named(value: Value, fields: Fields) -> Iterator[Id]:
    match value:
        case str():
            yield from (fields.naming.physical.get(one, one) for one in _ENDPOINT_ID.findall(value))
        case Ref(address=address):
            resource = fields.naming.declared(address)
            if resource is not None and resource.type in ENDPOINT:
                yield fields.naming.name(address)
        case Unknown(mentions=mentions):
            for mention in mentions:
                yield from _named(mention, fields)
        case Text(parts=parts):
            for part in parts:
                yield from _named(part, fields)
        case tuple():
            for member in value:
                yield from _named(member, fields)


def resolver_rules(sources: Sources, profiled: Sequence[Membership] = ()) -> tuple[ResolverRule, ...]:
    """Resolver rules that are associated with VPCs, by themselves or by a profile."""
    declared = {fields.id: (fields, terms) for fields, terms in sources.of(RESOLVER_RULE)}
    vpcs: defaultdict[Id, list[Link]] = defaultdict(list)
    for identity in declared if profiled else ():
        vpcs[identity] += vpcs_with(profiled, identity)
    for fields, terms in sources.of(RESOLVER_RULE_ASSOCIATION):
        rule = fields.link(terms["rule"], RESOLVER_RULE)
        if isinstance(rule, str):
            vpcs[rule].append(fields.link(terms["vpc"], VPC))
    found = list(outside_profiles(sources))
    for identity, linked in sorted(vpcs.items()):
        if identity in declared and linked:
            fields, terms = declared[identity]
            kind = fields.text(terms["kind"])
            # RECURSIVE is the rule that every VPC has: Amazon's own way to the public name servers.
            forwards = Unknown(kind.causes) if isinstance(kind, Unknown) else (kind or "FORWARD").upper() not in {"SYSTEM", "RECURSIVE"}
            found.append(ResolverRule(identity, _rule_domain(fields, terms), tuple(linked), forwards, fields.place(), fields.resource.exists))
    return tuple(found)


def _rule_domain(fields: Fields, terms: Terms) -> str | Unknown:
    found = fields.text(terms["domain"])
    return "" if found in (None, ".") else domain_at(fields, terms["domain"])

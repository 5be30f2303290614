"""Route 53 Profiles: what each of them brings to the VPCs that it is associated with.

Route 53 guide, "What are Amazon Route 53 Profiles?": private hosted zones, resolver rules, rule groups of DNS Firewall, interface endpoints.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from validator.conversion.fields import Fields
from validator.conversion.sources import Sources
from validator.conversion.vocabulary import (
    DOMAIN_GROUP,
    ENDPOINT,
    PROFILE,
    PROFILE_ASSOCIATION,
    PROFILE_RESOURCE,
    RESOLVER_RULE,
    VPC,
    ZONE,
)
from validator.model.names import ResolverRule
from validator.model.network import Id, Link
from validator.symbols import from_json
from validator.values import Ref, Text, Truth, Unknown, all_of, unknown

_RESOURCES: Mapping[str, object] = {**ZONE, **RESOLVER_RULE, **DOMAIN_GROUP, **ENDPOINT}


@dataclass(frozen=True, slots=True)
class Membership:
    """A resource that a profile brings to a VPC. ``priority``: of a rule group of DNS Firewall."""

    resource: Link
    vpc: Link
    exists: Truth
    priority: int | Unknown


def memberships(sources: Sources) -> tuple[Membership, ...]:
    """Every resource of every profile in every VPC that the inputs associate with it."""
    associated = [
        (fields.link(terms["profile"], PROFILE), fields.link(terms["vpc"], VPC), fields.resource.exists)
        for fields, terms in sources.of(PROFILE_ASSOCIATION)
    ]
    found: list[Membership] = []
    for fields, terms in sources.of(PROFILE_RESOURCE) if associated else ():
        profile, resource = fields.link(terms["profile"], PROFILE), _resource(fields, terms["resource"])
        for other, vpc, exists in associated:
            truth = all_of((fields.resource.exists, exists, _same(profile, other)))
            if truth is not False:
                found.append(Membership(resource, vpc, truth, _priority(fields, terms["properties"])))
    return tuple(found)


def vpcs_with(found: Sequence[Membership], identity: Id) -> tuple[Link, ...]:
    """The VPCs that a profile brings ``identity`` to; unknown ones where it may."""
    return tuple(_vpc(one, truth) for one, truth in of_resource(found, identity))


def of_resource(found: Sequence[Membership], identity: Id) -> Iterator[tuple[Membership, Truth]]:
    """The memberships of ``identity``, and those that may be its own."""
    for one in found:
        truth = all_of((one.exists, _same(one.resource, identity)))
        if truth is not False:
            yield one, truth


def outside_profiles(sources: Sources) -> Iterator[ResolverRule]:
    """A profile outside the inputs may say anything of any name in its VPC, like a rule that forwards nobody knows what."""
    for fields, terms in sources.of(PROFILE_ASSOCIATION):
        link = fields.link(terms["profile"], PROFILE)
        declared = sources.by_id(link) if isinstance(link, str) else None
        if isinstance(link, str) and (declared is None or declared.resource.mode != "managed"):
            anything = unknown("is a profile outside the input, and may bring zones, rules and endpoints for S3's names", link, fields.place())
            vpc = fields.link(terms["vpc"], VPC)
            yield ResolverRule(fields.id, anything, (vpc,), forwards=True, location=fields.place(), exists=fields.resource.exists)


def _resource(fields: Fields, path: str) -> Link:
    """What an ARN names: by reference, or by the id at its end."""
    match fields.value(path):
        case Text(parts=(*_, Ref() as last)):
            return fields.naming.link(last, _RESOURCES, fields.place(path))
    link = fields.link(path, _RESOURCES)
    return fields.naming.physical.get(link.rpartition("/")[2], link) if isinstance(link, str) else link


def _priority(fields: Fields, path: str) -> int | Unknown:
    written = fields.text(path)
    found = from_json(written) if isinstance(written, str) else None
    priority = found.get("priority") if isinstance(found, Mapping) else None
    if isinstance(priority, int) and not isinstance(priority, bool):
        return priority
    return unknown("is no priority", f"{fields.id}.{path}", fields.place(path))


def _vpc(one: Membership, truth: Truth) -> Link:
    if not isinstance(truth, Unknown):
        return one.vpc
    match one.vpc:
        case str() as vpc:
            return Unknown(truth.causes, (vpc,))
        case Unknown(among=among):
            return Unknown(truth.causes, among)
    return None


def _same(left: Link, right: Link) -> Truth:
    match left, right:
        case (Unknown() as one, str() as other) | (str() as other, Unknown() as one):
            return Unknown(one.causes) if one.may_be(other) else False
        case Unknown(), Unknown():
            return Unknown(left.causes + right.causes)
    return left is not None and left == right

"""What of a recorded network concerns an estate: the VPCs that it names, or names something in; and what goes beyond VPCs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import chain

import msgspec

from validator.frontends.snapshot.document import KINDS, Place, Snapshot, identity
from validator.frontends.snapshot.facts import Fact, InternetGateway

_IN_VPC = ("subnets", "route_tables", "vpc_endpoints")


def selected(snapshot: Snapshot, names: Collection[str]) -> Snapshot:
    """``snapshot`` without the VPCs that ``names`` (ids) have nothing to do with."""
    vpcs = {name for name in names if name.startswith("vpc-")}
    facts = chain.from_iterable(getattr(place, kind) for place in snapshot.places for kind in _IN_VPC)
    vpcs |= {vpc for fact in facts if identity(fact) in names for vpc in _vpcs_of(fact)}
    places = tuple(_cut(place, vpcs, names) for place in snapshot.places)
    failures = (msgspec.structs.replace(one, subjects=_concerned(one.subjects, vpcs, names)) for one in snapshot.failures)
    return msgspec.structs.replace(snapshot, places=places, failures=tuple(one for one in failures if one.subjects))


def _cut(place: Place, vpcs: Collection[str], names: Collection[str]) -> Place:
    kept = {kind: tuple(fact for fact in getattr(place, kind) if _concerns(fact, vpcs, names)) for kind in KINDS}
    absent = _concerned(place.absent, vpcs, names)
    return msgspec.structs.replace(place, absent=absent, whole=tuple(vpc for vpc in place.whole if vpc in vpcs), **kept)


def _concerns(fact: Fact, vpcs: Collection[str], names: Collection[str]) -> bool:
    own = _vpcs_of(fact)
    return not own or not own.isdisjoint(vpcs) or identity(fact) in names


def _vpcs_of(fact: Fact) -> set[str]:
    if isinstance(fact, InternetGateway):
        return {one.vpc_id for one in fact.attachments}
    return {getattr(fact, "vpc_id", "")} - {""}


def _concerned(subjects: Iterable[str], vpcs: Collection[str], names: Collection[str]) -> tuple[str, ...]:
    """Ids that are asked for; names of buckets, exports and parameters do no harm."""
    return tuple(one for one in subjects if one in vpcs or one in names or not _is_id(one))


def _is_id(subject: str) -> bool:
    return subject.partition("-")[0] in {"vpc", "subnet", "rtb", "vpce", "pl", "sg", "acl", "nat", "igw", "tgw", "dopt"}

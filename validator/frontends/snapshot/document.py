"""The recorded network, ``s3reach/network/1``: what was answered by which account in which Region, what was not, and the file of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args, get_type_hints

import msgspec
from msgspec import Struct

from validator.errors import InputError
from validator.files import bytes_of
from validator.frontends.snapshot.facts import (
    Bucket,
    DhcpOptions,
    Export,
    Fact,
    HostedZone,
    InternetGateway,
    NatGateway,
    NetworkAcl,
    Parameter,
    PrefixList,
    RegionState,
    ResolverRule,
    RouteTable,
    SecurityGroup,
    Subnet,
    TransitGateway,
    Vpc,
    VpcEndpoint,
)
from validator.frontends.snapshot.running import Function, Instance, Service
from validator.regions import is_region

SCHEMA: Literal["s3reach/network/1"] = "s3reach/network/1"
PARAMETER = "parameter:"
"""Prefix of names of the parameter store where they stand beside ids and exports."""
_LARGEST = 1024**3


class Failure(Struct, frozen=True, omit_defaults=True):
    """A question without an answer: the call, why, and what stays open. ``region`` may be one that no answer came from at all."""

    call: str
    reason: str
    region: str
    subjects: tuple[str, ...] = ()
    account: str = ""


class Place(Struct, frozen=True, omit_defaults=True):
    """What one account said in one Region. ``whole``: the VPCs of which everything was told. ``absent``: ids that it does not have."""

    account: str
    region: str
    taken: str
    whole: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    vpcs: tuple[Vpc, ...] = ()
    subnets: tuple[Subnet, ...] = ()
    route_tables: tuple[RouteTable, ...] = ()
    vpc_endpoints: tuple[VpcEndpoint, ...] = ()
    prefix_lists: tuple[PrefixList, ...] = ()
    security_groups: tuple[SecurityGroup, ...] = ()
    network_acls: tuple[NetworkAcl, ...] = ()
    nat_gateways: tuple[NatGateway, ...] = ()
    internet_gateways: tuple[InternetGateway, ...] = ()
    transit_gateways: tuple[TransitGateway, ...] = ()
    dhcp_options: tuple[DhcpOptions, ...] = ()
    hosted_zones: tuple[HostedZone, ...] = ()
    resolver_rules: tuple[ResolverRule, ...] = ()
    exports: tuple[Export, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    buckets: tuple[Bucket, ...] = ()
    regions: tuple[RegionState, ...] = ()
    functions: tuple[Function, ...] = ()
    instances: tuple[Instance, ...] = ()
    services: tuple[Service, ...] = ()


class Snapshot(Struct, frozen=True, omit_defaults=True):
    """Everything that was asked in one run; ``taken`` is when it began, in UTC: ``2026-11-23T10:00:00Z``."""

    schema: Literal["s3reach/network/1"]
    taken: str
    places: tuple[Place, ...] = ()
    failures: tuple[Failure, ...] = ()


KINDS: dict[str, type[Fact]] = {
    name: get_args(hint)[0]
    for name, hint in get_type_hints(Place).items()
    if get_args(hint) and isinstance(get_args(hint)[0], type) and issubclass(get_args(hint)[0], Fact)
}
"""The kinds of fact by the field of a Place that holds them."""


def identity(fact: Fact) -> str:
    """What tells a fact from others of its kind: its id or name, which every type has first."""
    found: str = getattr(fact, fact.__struct_fields__[0])
    return found


def merged(*snapshots: Snapshot) -> Snapshot:
    """One snapshot of all: places of the same account and Region are one, and of two answers about one thing the later counts."""
    places: dict[tuple[str, str], Place] = {}
    for place in (one for snapshot in snapshots for one in snapshot.places):
        key = (place.account, place.region)
        places[key] = _united(places[key], place) if key in places else _united(place)
    failures = {msgspec.json.encode(one): one for snapshot in snapshots for one in snapshot.failures}
    return Snapshot(
        SCHEMA,
        min((one.taken for one in snapshots), default=""),
        tuple(places[key] for key in sorted(places)),
        tuple(failures[key] for key in sorted(failures)),
    )


def _united(*places: Place) -> Place:
    facts = {name: _of_kind(getattr(place, name) for place in places) for name in KINDS}
    return Place(
        places[0].account,
        places[0].region,
        min(one.taken for one in places),
        tuple(sorted({name for one in places for name in one.whole})),
        tuple(sorted({name for one in places for name in one.absent})),
        **facts,  # type: ignore[arg-type]
    )


def _of_kind(lists: Iterable[tuple[Fact, ...]]) -> tuple[Fact, ...]:
    found = {identity(fact): fact for facts in lists for fact in facts}
    return tuple(found[name] for name in sorted(found))


def read(file: Path) -> Snapshot:
    """The snapshot in ``file``. Raises InputError."""
    try:
        if file.stat().st_size > _LARGEST:
            raise InputError(f"{file}: is larger than 1 GiB")
        data = bytes_of(file, _LARGEST)
    except (OSError, ValueError) as error:
        raise InputError(f"{file}: {getattr(error, 'strerror', None) or error}, expected a snapshot: s3reach snapshot -o {file.name}") from error
    try:
        found = msgspec.json.decode(data, type=Snapshot)
        for taken in (found.taken, *(place.taken for place in found.places)):
            datetime.fromisoformat(taken)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file}: {_mistake(error)}, expected a snapshot of schema {SCHEMA}") from error
    named = [place.region for place in found.places]
    named += [bucket.bucket_region for place in found.places for bucket in place.buckets if bucket.bucket_region is not None]
    mistakes = [f"{file}: names {region[:40]!r}, expected a Region such as eu-west-1" for region in dict.fromkeys(named) if not is_region(region)]
    if mistakes:
        raise InputError(*mistakes)
    return merged(found)


def _mistake(error: Exception) -> str:
    return "is nested too deeply" if isinstance(error, RecursionError) else str(error).splitlines()[0]


def written(snapshot: Snapshot) -> str:
    """The snapshot as the file holds it: sorted, ending in a newline."""
    return msgspec.json.format(msgspec.json.encode(merged(snapshot)), indent=2).decode() + "\n"


def age(taken: str, now: datetime) -> float:
    """Days since a snapshot was taken."""
    then = datetime.fromisoformat(taken)
    return (now - (then if then.tzinfo else then.replace(tzinfo=UTC))).total_seconds() / 86400


def schema() -> str:
    """The JSON Schema of the file; members that it does not name are left aside by who reads it."""
    made = msgspec.json.schema(Snapshot)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA}
    return msgspec.json.format(msgspec.json.encode({**head, **made}), indent=2).decode() + "\n"

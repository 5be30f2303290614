"""Who is associated with what, as read before an apply and as the ids say after it: what the tests and ``tests.before_after`` compare."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from validator.conversion.convert import convert
from validator.frontends.reading import read
from validator.model.topology import Topology
from validator.options import Options
from validator.resource import Configuration
from validator.values import Cause, Unknown

Key = tuple[str, str]
"""What is said, and of which entity: ("subnet uses table", "aws_subnet.a")."""
_SOME = ""
"""In the place of an entity that is not known itself."""


def configurations(path: Path, source: Path | None = None, *variables: Path) -> tuple[Configuration, ...]:
    """What a path declares; a plan with the sources in ``source``, a module directory with the variables in files."""
    return read(str(path), Options((str(path),), source=source, variable_files=variables), region=None)


def associations(topology: Topology) -> dict[Key, set[object]]:
    """Who is on which: tables of endpoints and subnets, subnets of workloads and interface endpoints, VPCs of all."""
    found: defaultdict[Key, set[object]] = defaultdict(set)
    for one in topology.endpoint_associations:
        found["endpoint on table", _entity(one.endpoint)].add(_value(one.endpoint, one.table))
    for one in topology.associations:
        found["subnet uses table", _entity(one.subnet)].add(_value(one.subnet, one.table))
    for endpoint in topology.endpoints.values():
        found["endpoint in subnet", endpoint.id] |= {endpoint.subnets} if isinstance(endpoint.subnets, Unknown) else set(endpoint.subnets)
        found["endpoint for service", endpoint.id].add(endpoint.service_name)
        found["in VPC", endpoint.id].add(endpoint.vpc)
    for subnet in topology.subnets.values():
        found["in VPC", subnet.id].add(subnet.vpc)
    for workload in topology.workloads.values():
        placed = workload.placements
        found["workload in subnet", workload.id] |= {placed} if isinstance(placed, Unknown) else {one.subnet for one in placed}
    return dict(found)


def _entity(link: object) -> str:
    return link if isinstance(link, str) else _SOME


def _value(link: object, other: object) -> object:
    """The other side of an association; of an entity that is not known, that it may be the entity's."""
    return Unknown(link.causes, other.among if isinstance(other, Unknown) else (str(other),)) if isinstance(link, Unknown) else other


def associations_of(path: Path, source: Path | None = None, *variables: Path) -> dict[Key, set[object]]:
    """The associations in what a path declares."""
    return associations(convert(configurations(path, source, *variables)))


class Comparison(NamedTuple):
    """How what was read before an apply stands to what came of it."""

    same: list[Key]
    unknown: Mapping[Key, list[Cause]]
    otherwise: list[str]


def compared(before: Mapping[Key, set[object]], after: Mapping[Key, set[object]]) -> Comparison:
    """Every association that the ids after the apply decide: the same before it, unknown with causes, or another, told in a line."""
    same: list[Key] = []
    unknown: dict[Key, list[Cause]] = {}
    otherwise: list[str] = []
    for key in sorted({*before, *after}):
        came = after.get(key, set())
        if key[1] == _SOME or "[*]" in key[1] or any(isinstance(one, Unknown) for one in came):
            continue
        if key not in before and (key[0], _of_every_key(key[1])) in before:
            unknown[key] = [Cause("has instances whose keys are known only after apply", _of_every_key(key[1]))]
            continue
        said = before.get(key, set())
        if said == came:
            same.append(key)
            continue
        open_ones = [one for one in (*said, *before.get((key[0], _SOME), ())) if isinstance(one, Unknown)]
        definite = {one for one in said if not isinstance(one, Unknown)}
        if open_ones and definite <= came and all(any(_may_be(one, str(other)) for one in open_ones) for other in came - definite):
            unknown[key] = [cause for one in open_ones for cause in one.causes]
        else:
            otherwise.append(f"{key[1]} {key[0]}: {_told(said)} before the apply, {_told(came)} after it")
    return Comparison(same, unknown, otherwise)


def _may_be(said: Unknown, came: str) -> bool:
    return said.may_be(came) or said.may_be(_of_every_key(came))


def _of_every_key(address: str) -> str:
    """How an instance is called where its key is not known."""
    return re.sub(r"\[[^]]*\]$", "[*]", address)


def _told(values: set[object]) -> str:
    return ", ".join(sorted(_words(values))) or "nothing"


def _words(values: set[object]) -> Iterator[str]:
    for one in values:
        yield f"unknown ({one.causes[0].subject} {one.causes[0].reason})" if isinstance(one, Unknown) else str(one)

"""All kinds of workload, and all types that are parts of one. Adding a kind is an entry in one of the tables, and a sample."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from validator.conversion.kinds import analytics, applications, compute, containers, databases, machine_learning
from validator.conversion.kinds.entry import Kind, Part

_TABLES = (compute, containers, analytics, machine_learning, databases, applications)
KINDS: tuple[Kind, ...] = tuple(kind for table in _TABLES for kind in table.KINDS)
PARTS: Mapping[str, Part] = MappingProxyType({name: part for table in _TABLES for name, part in table.PARTS.items()})
_CUSTOM = "Custom::"


def part_of(name: str) -> Part | None:
    """What a type says about a workload that it is part of."""
    return PARTS.get("Custom::*" if name.startswith(_CUSTOM) else name)

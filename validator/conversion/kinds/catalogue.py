"""All kinds of workload, and all types that are parts of one. Adding a kind is an entry in one of the tables, and a sample."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from validator.conversion.kinds import compute, containers
from validator.conversion.kinds.entry import Kind, Part

KINDS: tuple[Kind, ...] = (*compute.KINDS, *containers.KINDS)
PARTS: Mapping[str, Part] = MappingProxyType({**compute.PARTS, **containers.PARTS})

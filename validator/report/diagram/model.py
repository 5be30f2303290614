"""A drawing of boxes, things and lines, whatever it is then written in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from validator.analysis.access import Access, Disposition, Path


class Fold(StrEnum):
    """How much is drawn as one: nothing, the subnets of a tier with all in them, whole VPCs."""

    NONE = "none"
    TIER = "tier"
    VPC = "vpc"


class Look(StrEnum):
    """What a line means: how an access ends, or that two things belong together."""

    ENDPOINT = "endpoint"
    OUTSIDE = "outside"
    STOPPED = "stopped"
    OPEN = "open"
    STRUCTURE = "structure"


MEANINGS = {
    Look.ENDPOINT: "reaches S3 by an endpoint",
    Look.OUTSIDE: "reaches S3 another way",
    Look.STOPPED: "does not reach S3",
    Look.OPEN: "is not decided",
}
_OF_SEVERAL = {"reaches": "reach", "does": "do", "is": "are"}
# The colours of Okabe and Ito, which people of every colour vision tell apart, a bit darker where they are thin on white.
COLORS = {
    Look.ENDPOINT: "#0072b2",
    Look.OUTSIDE: "#b36b00",
    Look.STOPPED: "#d55e00",
    Look.OPEN: "#a6548a",
    Look.STRUCTURE: "#8a8f98",
}
DASHES = {Look.OUTSIDE: "10 4", Look.STOPPED: "5 3", Look.OPEN: "2 4"}
FIRST, TABLE, GATEWAY, ABROAD, LAST = 0, 1, 2, 20, 40
"""Ranks: where things start, route tables, the first gateway (a second has the next), the first thing outside the VPC, buckets."""


@dataclass(frozen=True, slots=True)
class Group:
    """A box around nodes: a Region of buckets, a VPC, a subnet in it. ``parent``: the box that it is in."""

    id: str
    kind: str
    title: str
    note: str = ""
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A thing. ``kind``: workload, subnet, tier, vpc, route-table, bucket, or that of a hop; ``rank``: how far it is on the way."""

    id: str
    kind: str
    title: str
    note: str
    group: str | None
    rank: int


@dataclass(frozen=True, slots=True)
class Edge:
    """A piece of the way of some accesses; ``final``: the last, to the bucket. ``label`` says what becomes of them where the line alone does not."""

    source: str
    target: str
    look: Look
    label: str
    accesses: tuple[str, ...]
    final: bool


@dataclass(frozen=True, slots=True)
class Diagram:
    """Boxes, things and lines, each sorted; ``left_out`` is how many things are not drawn because they are too many."""

    groups: tuple[Group, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    left_out: int = 0

    @property
    def looks(self) -> tuple[Look, ...]:
        """The looks that occur and mean how an access ends, for a legend."""
        return tuple(look for look in MEANINGS if any(edge.look is look for edge in self.edges))


def ended(looks: Counter[Look]) -> str:
    """How many accesses end how, as a list: "2 reach S3 by an endpoint, 1 does not reach S3"."""
    return ", ".join(f"{looks[look]} {_meaning(look, looks[look])}" for look in MEANINGS if looks[look])


def _meaning(look: Look, count: int) -> str:
    verb, space, rest = MEANINGS[look].partition(" ")
    return f"{verb if count == 1 else _OF_SEVERAL[verb]}{space}{rest}"


def decisive(access: Access) -> Path | None:
    """The path that an access's disposition comes from: the first that does not arrive, else the last."""
    return next((one for one in access.paths if one.disposition.delivered is not True), access.paths[-1] if access.paths else None)


def look_of(disposition: Disposition) -> Look:
    """The line of an access that ends so."""
    if disposition.by_endpoint:
        return Look.ENDPOINT
    return {True: Look.OUTSIDE, False: Look.STOPPED, None: Look.OPEN}[disposition.delivered]

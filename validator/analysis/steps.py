"""Where a request starts and where it goes, and what several possible ways of it have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol, TypeAlias

from validator.analysis.access import Disposition, Hop, Missing, Position
from validator.analysis.covering import ServiceAddresses
from validator.model.network import Id, Link
from validator.model.workloads import Workload
from validator.values import Cause, Truth, Unknown


@dataclass(frozen=True, slots=True)
class Origin:
    """Where requests start: the workload, its position, and whether its interface has a public address."""

    workload: Workload
    position: Position
    public: Truth


class Side(Enum):
    """One way across the edge of a subnet: of the request, from who sends it and to the service, or of the reply."""

    REQUEST_IN = "request in"
    REQUEST_OUT = "request out"
    REPLY_IN = "reply in"
    REPLY_OUT = "reply out"


@dataclass(frozen=True, slots=True)
class Crossing:
    """A further subnet on the way, whose network ACL is asked. ``translates``: a NAT gateway in it puts its own address in.

    ``certain``: False where it may not be asked at all. ``sides``: what its ACL is asked for.
    ``vpc``: its own, where that is needed to know what it may be. ``firewall``: whose endpoint is in it.
    """

    subnet: Link
    translates: bool
    certain: bool = True
    sides: frozenset[Side] = frozenset(Side)
    vpc: Link = None
    firewall: Id | None = None


@dataclass(frozen=True, slots=True)
class Departure:
    """The attachment by which a request leaves ``vpc`` to a transit gateway: it has a subnet per zone. ``certain`` as for Crossing."""

    subnets: tuple[Link, ...] | Unknown
    vpc: Link
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Either:
    """Several ways on, of which a request takes one: the end of a way."""

    ways: tuple[Way, ...]


Way: TypeAlias = "tuple[Crossing | Departure | Either, ...]"
"""What a request crosses, in order."""


@dataclass(frozen=True, slots=True)
class Step:
    """Where a request goes. ``causes`` are given exactly where the disposition is unknown.

    ``routed``: the disposition before filters, where one of them changed it. ``doubt`` and ``missing`` as for Path.
    """

    disposition: Disposition
    hops: tuple[Hop, ...]
    causes: tuple[Cause, ...] = ()
    carrier: Link = None
    routed: Disposition | None = None
    doubt: Disposition | None = None
    missing: Missing | None = None
    crossings: Way = ()

    @property
    def way(self) -> Disposition:
        """How it ends by names and routes alone."""
        return self.routed or self.disposition


class Follow(Protocol):
    """Where a route table sends a request: ``Router.step``, for those that it asks what its targets lead to."""

    def __call__(self, table: Link, to: ServiceAddresses, *, public: Truth) -> Step:
        """As ``Router.step``."""


def undecided(*causes: Cause) -> Step:
    """A step that nobody knows."""
    return Step(Disposition.UNKNOWN, (), Unknown(causes).causes)


def refused(step: Step, refusal: Disposition, hop: Hop, missing: Missing | None = None) -> Step:
    """``step``, dropped by a filter on its way. Where an earlier filter is in doubt, which of the two drops it is open."""
    hops, routed = (*step.hops, hop), step.way
    if step.disposition is Disposition.UNKNOWN:
        return replace(step, hops=hops, routed=routed, doubt=None, missing=missing)
    return replace(step, disposition=refusal, hops=hops, routed=routed, missing=missing)


def doubted(step: Step, refusal: Disposition | None, causes: Iterable[Cause], hop: Hop | None = None, missing: Missing | None = None) -> Step:
    """``step``, which may end in ``refusal``. One that is known not to arrive, or not known at all, stays so; of two doubts the first is kept."""
    merged = Unknown((*step.causes, *causes)).causes
    hops = step.hops if hop is None else (*step.hops, hop)
    if step.disposition.delivered is not True:
        return replace(step, disposition=Disposition.UNKNOWN, causes=merged, hops=hops, routed=step.way)
    return replace(step, disposition=Disposition.UNKNOWN, causes=merged, hops=hops, routed=step.way, doubt=refusal, missing=missing)


def combine(steps: Sequence[Step], causes: Iterable[Cause]) -> Step:
    """The disposition that all of ``steps`` share, else unknown because of ``causes`` and theirs.

    Where all take the same way and only filters tell them apart, the doubt is the refusal that it may be.
    """
    first = steps[0]
    way = first.way if all(step.way is first.way for step in steps) else Disposition.UNKNOWN
    if first.disposition is not Disposition.UNKNOWN and all(step.disposition is first.disposition for step in steps):
        return replace(first, routed=way, crossings=_crossings(steps))
    merged = Unknown((*causes, *(cause for step in steps for cause in step.causes))).causes
    if way is Disposition.UNKNOWN:
        return Step(Disposition.UNKNOWN, (), merged)
    stopped = next((step for step in steps if step.disposition.delivered is not True), first)
    doubt = stopped.doubt or (None if stopped.disposition is Disposition.UNKNOWN else stopped.disposition)
    return Step(Disposition.UNKNOWN, stopped.hops, merged, first.carrier, way, doubt, stopped.missing, _crossings(steps))


def uncertain(way: Way) -> Way:
    """``way``, of which nothing may be asked."""
    return tuple(Either(tuple(map(uncertain, one.ways))) if isinstance(one, Either) else replace(one, certain=False) for one in way)


def _crossings(steps: Sequence[Step]) -> Way:
    """What all cross; where it is not the same, one or the other."""
    ways = tuple(dict.fromkeys(step.crossings for step in steps))
    return ways[0] if len(ways) == 1 else (Either(ways),)

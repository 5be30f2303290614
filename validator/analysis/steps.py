"""Where a request goes, and what several possible ways of it have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from validator.analysis.access import Disposition, Hop
from validator.model.network import Link
from validator.values import Cause, Unknown


@dataclass(frozen=True, slots=True)
class Step:
    """Where a request goes. ``causes`` are given exactly where the disposition is unknown.

    ``routed``: the disposition before filters, where one of them changed it. ``doubt`` as for Path.
    """

    disposition: Disposition
    hops: tuple[Hop, ...]
    causes: tuple[Cause, ...] = ()
    carrier: Link = None
    routed: Disposition | None = None
    doubt: Disposition | None = None

    @property
    def way(self) -> Disposition:
        """How it ends by names and routes alone."""
        return self.routed or self.disposition


def undecided(*causes: Cause) -> Step:
    """A step that nobody knows."""
    return Step(Disposition.UNKNOWN, (), Unknown(causes).causes)


def refused(step: Step, refusal: Disposition, hop: Hop) -> Step:
    """``step``, dropped by a filter on its way."""
    return replace(step, disposition=refusal, hops=(*step.hops, hop), routed=step.way)


def doubted(step: Step, refusal: Disposition, causes: Iterable[Cause]) -> Step:
    """``step``, which may end in ``refusal``. One that is known not to arrive, or not known at all, stays so; of two doubts the first is kept."""
    known = step.disposition.delivered is not None
    merged = Unknown((*step.causes, *causes)).causes
    return replace(step, disposition=Disposition.UNKNOWN, causes=merged, routed=step.way, doubt=refusal if known else step.doubt)


def combine(steps: Sequence[Step], causes: Iterable[Cause]) -> Step:
    """The disposition that all of ``steps`` share, else unknown because of ``causes`` and theirs.

    Where all take the same way and only filters tell them apart, the doubt is the refusal that it may be.
    """
    first = steps[0]
    way = first.way if all(step.way is first.way for step in steps) else Disposition.UNKNOWN
    if first.disposition is not Disposition.UNKNOWN and all(step.disposition is first.disposition for step in steps):
        return first if way is first.way else replace(first, routed=way)
    merged = Unknown((*causes, *(cause for step in steps for cause in step.causes))).causes
    refusals = [step.doubt or step.disposition for step in steps if step.disposition.delivered is not True]
    doubt = None if way is Disposition.UNKNOWN else next((one for one in refusals if one is not Disposition.UNKNOWN), None)
    carrier = first.carrier if way is not Disposition.UNKNOWN else None
    hops = first.hops if doubt is not None else ()
    return Step(Disposition.UNKNOWN, hops, merged, carrier, None if way is Disposition.UNKNOWN else way, doubt)

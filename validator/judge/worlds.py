"""Several worlds, of which one will be: what holds in all of them is definite, the rest is not decided, with what decides it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from validator.analysis.access import Access, Analysis, Coverage, Disposition
from validator.judge.finding import Finding, Judged, Severity, Verdict
from validator.values import Cause, unknown

_TOLD = 3
_Choice: TypeAlias = "tuple[tuple[str, str], ...]"


@dataclass(frozen=True, slots=True)
class World:
    """One choice of parameters with what it leads to; ``choices`` are all names with the value chosen."""

    choices: Mapping[str, str]
    judged: Judged


def merged(worlds: Sequence[World], undecided: Mapping[str, Severity | None]) -> Judged:
    """One answer for all worlds; ``undecided`` is what an undecided case of each policy counts as (None: is not reported)."""
    accesses = _accesses(worlds)
    coverage = _coverage(worlds)
    unnamed = tuple(dict.fromkeys(one for world in worlds for one in world.judged.analysis.unnamed))
    analysis = Analysis(tuple(sorted(accesses, key=lambda one: one.id)), coverage, unnamed)
    return Judged(analysis, tuple(sorted(_findings(worlds, undecided), key=lambda finding: finding.sort_key)))


def _accesses(worlds: Sequence[World]) -> list[Access]:
    by_id: dict[str, dict[int, Access]] = {}
    for number, world in enumerate(worlds):
        for access in world.judged.analysis.accesses:
            by_id.setdefault(access.id, {})[number] = access
    return [_access(found, worlds) for found in by_id.values()]


def _access(found: Mapping[int, Access], worlds: Sequence[World]) -> Access:
    # The way that fails is the one to look at.
    first = min(found.values(), key=lambda one: one.disposition.delivered is not False)
    ends = {one.disposition for one in found.values()}
    if len(ends) == 1 and len(found) == len(worlds):
        return first
    here = [number for number, one in found.items() if one.disposition is first.disposition]
    subjects = _deciding(worlds, here)
    causes = tuple(Cause("is one of several values that nobody has chosen", f"Parameter {name}") for name in subjects)
    return replace(first, disposition=Disposition.UNKNOWN, causes=causes or first.causes, doubt=None)


def _coverage(worlds: Sequence[World]) -> tuple[Coverage, ...]:
    """The coverage of each subnet; what differs is unknown."""
    kept: dict[str, list[Coverage]] = {}
    for world in worlds:
        for one in world.judged.analysis.coverage:
            kept.setdefault(one.subnet, []).append(one)
    return tuple(_same_coverage(kept[subnet]) for subnet in sorted(kept))


def _same_coverage(found: Sequence[Coverage]) -> Coverage:
    first = found[0]
    doubt = unknown("depends on parameters that nobody has chosen", first.subnet)

    def same(values: Iterable[object]) -> bool:
        listed = list(values)
        return all(one == listed[0] for one in listed)

    return replace(
        first,
        gateway_endpoint=first.gateway_endpoint if same(one.gateway_endpoint for one in found) else doubt,
        interface_endpoint=first.interface_endpoint if same(one.interface_endpoint for one in found) else doubt,
        route_table=first.route_table if same(one.route_table for one in found) else doubt,
    )


def _findings(worlds: Sequence[World], undecided: Mapping[str, Severity | None]) -> Iterable[Finding]:
    by_print: dict[str, dict[int, Finding]] = {}
    for number, world in enumerate(worlds):
        for finding in world.judged.findings:
            by_print.setdefault(finding.fingerprint, {})[number] = finding
    for found in by_print.values():
        first = min(found.values(), key=lambda one: (one.verdict is not Verdict.FAIL, one.sort_key))
        if len(found) == len(worlds) and len({one.verdict for one in found.values()}) == 1:
            yield first
            continue
        severity = undecided.get(first.policy)
        yield replace(first, verdict=Verdict.UNKNOWN, severity=severity or first.severity, message=f"{first.message} ({_where(worlds, list(found))})")


def _where(worlds: Sequence[World], here: Sequence[int]) -> str:
    """In which worlds, by the parameters that decide it."""
    names = _deciding(worlds, here)
    told = [", ".join(f"{name}={worlds[number].choices[name]}" for name in names) for number in here]
    shown = list(dict.fromkeys(told))
    more = f" and {len(shown) - _TOLD} more" if len(shown) > _TOLD else ""
    return f"where {' or '.join(shown[:_TOLD])}{more}"


def _deciding(worlds: Sequence[World], here: Sequence[int]) -> tuple[str, ...]:
    """The parameters on which it depends whether a world is among those ``here``: changing one alone leads out of them, or in."""
    possible = {tuple(world.choices.items()) for world in worlds}
    inside = {tuple(worlds[number].choices.items()) for number in here}
    names: list[str] = []
    for name in worlds[0].choices:
        values = {world.choices[name] for world in worlds}
        decides = any(
            changed in possible and (changed in inside) != (tuple(world.choices.items()) in inside)
            for world in worlds
            for value in values
            for changed in [tuple({**world.choices, name: value}.items())]
        )
        if decides:
            names.append(name)
    return tuple(names) if _told_apart(possible, inside, names) else tuple(worlds[0].choices)


def _told_apart(possible: set[_Choice], inside: set[_Choice], names: Sequence[str]) -> bool:
    """Whether these parameters alone tell what is inside; not always where rules forbid combinations, since then several change at once."""

    def seen(choices: set[_Choice]) -> set[_Choice]:
        return {tuple(pair for pair in choice if pair[0] in names) for choice in choices}

    return seen(inside).isdisjoint(seen(possible - inside))

"""What a plan has to do with each finding: the estate before it is judged by the same stages, and the findings are compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from validator.analysis.access import Access, Analysis
from validator.conversion.identities import namings
from validator.judge.finding import Change, Finding, Judged
from validator.resource import Configuration, Resource

_TOUCHING = frozenset({"create", "update", "replace", "delete"})


def with_changes(
    after: Judged, configurations: Sequence[Configuration], judged: Callable[[tuple[Configuration, ...]], Judged]
) -> tuple[Finding, ...]:
    """The findings of ``after``, each with what the plans among ``configurations`` have to do with it; without a plan, as they are.

    - introduced: the estate as it is before the plans does not have the finding (the same policy, workload, bucket and Region);
    - kept: it has it, and the plans create, update, replace or delete something that the finding is about: its workload, its bucket,
      what stands on the ways of its accesses (subnet, table, association, route, gateway, endpoint), before or after;
    - before: it has it, and the plans touch nothing of that.

    ``judged`` judges the estate before; it is not asked where nothing is found, nothing changes or nothing was there.
    """
    plans = [one for one in configurations if one.before is not None]
    if not plans or not after.findings:
        return after.findings
    touched = frozenset(_touched(configurations))
    if not touched:
        return _all(after.findings, "before")
    if not any(one.before or any(map(_existed, one.resources)) for one in plans) and len(plans) == len(configurations):
        return _all(after.findings, "introduced")
    past = judged(tuple(before(one) for one in configurations))
    known = {finding.fingerprint: finding for finding in past.findings}
    about = _About(after.analysis, past.analysis)
    changed = [replace(one, change=_change(one, known.get(one.fingerprint), about, touched)) for one in after.findings]
    return tuple(sorted(changed, key=lambda finding: finding.sort_key))


def before(configuration: Configuration) -> Configuration:
    """What a plan starts from: what it leaves alone, and the rest as it was; any other input as it is."""
    if configuration.before is None:
        return configuration
    left = (one for one in configuration.resources if one.action not in _TOUCHING)
    return replace(configuration, resources=tuple(sorted((*left, *configuration.before), key=lambda resource: resource.address)))


def _touched(configurations: Sequence[Configuration]) -> Iterator[str]:
    """The names in the estate of what the plans change."""
    for one, naming in zip(configurations, namings(configurations), strict=True):
        if one.before is not None:
            yield from (naming.name(resource.address) for resource in (*one.resources, *one.before) if resource.action in _TOUCHING)


def _existed(resource: Resource) -> bool:
    return resource.mode == "managed" and resource.action not in _TOUCHING


def _all(findings: Iterable[Finding], change: Change) -> tuple[Finding, ...]:
    return tuple(replace(one, change=change) for one in findings)


def _change(finding: Finding, past: Finding | None, about: _About, touched: frozenset[str]) -> Change:
    if past is None:
        return "introduced"
    return "before" if touched.isdisjoint({*about.addresses(finding), *about.addresses(past)}) else "kept"


class _About:
    """The addresses that findings are about."""

    def __init__(self, *analyses: Analysis) -> None:
        self._accesses: defaultdict[str, list[Access]] = defaultdict(list)
        for analysis in analyses:
            for access in analysis.accesses:
                self._accesses[access.id].append(access)

    def addresses(self, finding: Finding) -> Iterator[str]:
        """Everything that stands on the ways of a finding's accesses, and its subject."""
        yield from (one for one in (finding.subject, finding.workload, finding.bucket) if one)
        for name in finding.accesses:
            for access in self._accesses.get(name, ()):
                yield from _of_access(access)


def _of_access(access: Access) -> Iterator[str]:
    yield from (one for one in (access.position.subnet, access.position.route_table, access.position.vpc) if isinstance(one, str))
    yield from (one.location.address for one in access.evidence if one.location.address)
    for path in access.paths:
        for hop in path.hops:
            yield from (one for one in (hop.address, hop.location.address if hop.location else None) if one)

"""The five stages in a row: bytes to a report."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from validator import __version__
from validator.acceptance import accepted
from validator.analysis.access import Access, Analysis
from validator.analysis.declared import unmatched
from validator.analysis.intents import find_intents
from validator.analysis.tables import find_table_intents
from validator.analysis.trace import trace
from validator.conversion.convert import convert
from validator.errors import InputError, UsageError
from validator.frontends.reading import read
from validator.judge.change import Judged, with_changes
from validator.judge.finding import Finding
from validator.judge.judge import check_mentions, judge, selected
from validator.judge.policy import Policy, load_policies
from validator.judge.worlds import World, merged
from validator.model.topology import Topology
from validator.options import Options
from validator.report.report import Input, Report
from validator.resource import Configuration
from validator.sections import Owners, RegionOf, gated, owners_of, region_choices, united
from validator.sections import judged as judged_by_path

if TYPE_CHECKING:
    from validator.live.outside import Outside

Progress = Callable[[str], None]
_MOST_WORLDS = 64


@dataclass(frozen=True, slots=True)
class _Judged:
    """One Region's run."""

    configurations: tuple[Configuration, ...]
    topology: Topology
    analysis: Analysis
    findings: tuple[Finding, ...]
    owners: Owners = field(default_factory=Owners)

    @property
    def refused(self) -> bool:
        """Whether CloudFormation refuses one of the stacks with these parameters."""
        return any(one.refused for one in self.configurations)


def check(options: Options, progress: Progress = lambda _: None) -> Report:
    """Read, convert, trace and judge, once per Region asked for. Raises S3ReachError where the question cannot be asked."""
    policies = load_policies(options.policies, options.packs)
    check_mentions(options.mentions, policies)
    selected(policies, options.select, options.ignore)
    judged = _every_world if options.every_allowed_value else _run
    outside = outside_of(options)
    runs = [judged(options, regions, policies, outside, progress) for regions in region_choices(options)]
    report = _report(options, policies, _distinct(runs))
    return replace(report, remarks=outside.remarks, network=outside.written) if outside is not None else report


def outside_of(options: Options) -> Outside | None:
    """What stands outside the inputs, where a snapshot is given or AWS may be asked; nothing that asks is imported without."""
    if options.network is None and options.live is None:
        return None
    from validator.live.outside import Outside  # noqa: PLC0415

    return Outside(options)


def _run(options: Options, regions: RegionOf, policies: tuple[Policy, ...], outside: Outside | None, progress: Progress) -> _Judged:
    read = _read(options, regions, progress) if outside is None else read_with(outside, options, regions, progress)
    configurations = tuple(configuration for _, configuration in read)
    progress("joining the estate")
    topology = convert(configurations)
    progress("following every access")
    estate = _Estate(options, tuple(path for path, _ in read), policies)
    after = estate.judged(configurations, topology)
    progress("comparing with what was there before")
    findings = with_changes(after, configurations, lambda before: estate.judged(before, convert(before)))
    return _Judged(configurations, topology, after.analysis, findings, estate.owners(configurations, after.analysis))


@dataclass(frozen=True, slots=True)
class _Estate:
    """How an estate is judged: the paths of its inputs, by which policies."""

    options: Options
    paths: tuple[str, ...]
    policies: tuple[Policy, ...]

    def judged(self, configurations: tuple[Configuration, ...], topology: Topology) -> Judged:
        options = self.options
        intents = find_intents(topology, options.buckets, options.declared)
        if any(policy.subject == "table" for policy in self.policies):
            intents += find_table_intents(topology)
        analysis = trace(topology, intents)
        if options.sections:
            return Judged(analysis, judged_by_path(options, self.owners(configurations, analysis), topology, analysis, self.policies))
        asked = selected(self.policies, options.select, options.ignore)
        return Judged(analysis, judge(topology, analysis, asked, options.severities))

    def owners(self, configurations: tuple[Configuration, ...], analysis: Analysis) -> Owners:
        """Nobody asks whose a finding is where the same holds for all paths."""
        asked = self.options.sections or any(one.paths is not None for one in self.options.waivers)
        return owners_of(list(zip(self.paths, configurations, strict=True)), analysis) if asked else Owners()


def _every_world(options: Options, regions: RegionOf, policies: tuple[Policy, ...], outside: Outside | None, progress: Progress) -> _Judged:
    """Judge each choice of allowed values that no rule of a template forbids, and say what holds in all."""
    allowed: dict[str, tuple[str, ...]] = {}
    for _, configuration in _read(options, regions, progress):
        for name, values in configuration.choices.items():
            allowed[name] = tuple(value for value in allowed.get(name, values) if value in values)
    names = sorted(allowed)
    if math.prod(len(values) for values in allowed.values()) > _MOST_WORLDS:
        told = f"--every-allowed-value would judge more than {_MOST_WORLDS} combinations"
        raise UsageError(f"{told}; give some of {', '.join(names)} with -P")
    choices = [dict(zip(names, values, strict=True)) for values in itertools.product(*(allowed[name] for name in names))]
    runs = [_run(options.with_parameters(choice), regions, policies, outside, progress) for choice in choices]
    judged = list(zip(choices, runs, strict=True))
    # Where every choice is refused, the notes say so, and what would be is still told.
    judged = [one for one in judged if not one[1].refused] or judged
    first = judged[0][1]
    if len(judged) == 1:
        return first
    worlds = [World(choice, run.analysis, run.findings) for choice, run in judged]
    analysis, findings = merged(worlds, {policy.id: policy.unknown for policy in policies})
    owners = united([run.owners for _, run in judged])
    return _Judged(first.configurations, first.topology, analysis, findings, owners)


def snapshot(options: Options, vpcs: Sequence[str], buckets: Sequence[str], progress: Progress = lambda _: None) -> Outside:
    """What AWS says about what the inputs leave open, about ``vpcs`` and ``buckets``; without any of them, about whole Regions."""
    from validator.live.outside import Outside  # noqa: PLC0415 - most runs ask nobody

    outside = Outside(options)
    for regions in region_choices(options):
        read_with(outside, options, regions, progress)
    progress("asking AWS")
    outside.ask_for(options.regions, vpcs, buckets, whole=not (options.paths or vpcs or buckets))
    return outside


def read_with(outside: Outside, options: Options, regions: RegionOf, progress: Progress) -> list[tuple[str, Configuration]]:
    """What each path declares, and what stands outside; read again where that settles what a template only looks up."""
    while True:
        read = _read(options.with_lookups(outside.lookups), regions, progress)
        inputs = [configuration for _, configuration in read]
        progress("looking outside")
        if not outside.ask(inputs):
            return [*read, *(("", one) for one in outside.configurations(inputs))]


def _read(options: Options, regions: RegionOf, progress: Progress) -> list[tuple[str, Configuration]]:
    """What each path declares, with the path."""
    mistakes: list[str] = []
    found: list[tuple[str, Configuration]] = []
    for path in options.paths:
        progress(f"reading {path}")
        try:
            found += [(path, one) for one in read(path, options.of(path), region=regions[path])]
        except InputError as error:
            mistakes += error.mistakes
    if mistakes:
        raise InputError(*dict.fromkeys(mistakes))
    # A nested template that is given by itself too is part of its parent.
    nested = {path for _, one in found for path in one.includes}
    return [(path, one) for path, one in found if str(Path(one.path).resolve()) not in nested] if nested else found


def _distinct(runs: list[_Judged]) -> list[_Judged]:
    """A plan names its Regions itself: judged for several, it is the same each time."""
    kept: list[_Judged] = []
    for run in runs:
        if not any(run.analysis == other.analysis and run.findings == other.findings for other in kept):
            kept.append(run)
    return kept


def _report(options: Options, policies: tuple[Policy, ...], runs: list[_Judged]) -> Report:
    first = runs[0]
    findings = tuple(sorted((finding for run in runs for finding in run.findings), key=lambda finding: finding.sort_key))
    accesses = sorted((access for run in runs for access in run.analysis.accesses), key=_access_key) if len(runs) > 1 else first.analysis.accesses
    coverage = tuple(one for run in runs for one in run.analysis.coverage)
    unnamed = tuple(dict.fromkeys(one for run in runs for one in run.analysis.unnamed))
    analysis = Analysis(tuple(accesses), coverage, unnamed)
    owners = united([run.owners for run in runs])
    asked = policies if options.sections else selected(policies, options.select, options.ignore)
    findings, notes = accepted(findings, options, policies, [run.configurations for run in runs], analysis, owners)
    return Report(
        version=__version__,
        inputs=tuple(Input(one.path, one.kind.value, one.detail) for one in first.configurations),
        analysis=analysis,
        findings=gated(findings, owners, options),
        unread=first.topology.unread,
        notes=(*first.topology.notes, *unmatched(options.declared, first.topology), *notes),
        dialect=first.topology.dialect,
        policies=asked,
        topologies=tuple(run.topology for run in runs),
        calls=tuple(call for one in first.configurations for call in one.calls),
    )


def _access_key(access: Access) -> tuple[str, str, str, str]:
    return (access.workload.id, str(access.position.subnet), access.bucket.id, access.id)

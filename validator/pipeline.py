"""The five stages in a row: bytes to a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from validator.acceptance import accepted
from validator.analysis.access import Intent
from validator.analysis.declared import unmatched
from validator.analysis.intents import find_intents
from validator.analysis.tables import find_table_intents
from validator.analysis.trace import trace
from validator.conversion.convert import convert
from validator.frontends.inputs import RegionOf, read_inputs
from validator.judge.change import with_changes
from validator.judge.finding import Judged
from validator.judge.judge import check_mentions, selected
from validator.judge.policy import Policy, load_policies
from validator.model.topology import Topology
from validator.options import Options
from validator.parameters import nobodys
from validator.regions import unfamiliar
from validator.report.report import Input, Report
from validator.report.secrets import secrets_of, without
from validator.resource import Configuration
from validator.runs import Run, distinct, in_all_regions, in_all_worlds, parameter_choices, region_choices
from validator.sections import gated, judged, owners_of
from validator.version import __version__

if TYPE_CHECKING:
    from validator.live.outside import Outside

Progress = Callable[[str], None]


def check(options: Options, progress: Progress = lambda _: None) -> Report:
    """Read, convert, trace and judge, once per Region asked for. Raises S3ReachError where the question cannot be asked."""
    policies = load_policies(options.policies, options.packs)
    check_mentions(options.mentions, policies)
    selected(policies, options.select, options.ignore)
    question = _Question(options, policies, _outside(options), progress)
    answered = question.in_every_world if options.every_allowed_value else question.run
    runs = distinct(answered(regions) for regions in region_choices(options))
    return _report(question, runs)


def snapshot(options: Options, vpcs: Sequence[str], buckets: Sequence[str], progress: Progress = lambda _: None) -> Outside:
    """What AWS says about what the inputs leave open, about ``vpcs`` and ``buckets``; without any of them, about whole Regions."""
    from validator.live.outside import Outside  # noqa: PLC0415 - most runs ask nobody

    outside = Outside(options)
    question = _Question(options, (), outside, progress)
    for regions in region_choices(options):
        question.estate(regions)
    progress("asking AWS")
    outside.ask_for(options.regions, vpcs, buckets, whole=not (options.paths or vpcs or buckets))
    # What runs there names buckets.
    replace(question, options=replace(options, paths=())).estate({})
    return outside


def _outside(options: Options) -> Outside | None:
    """What stands outside the inputs, where a snapshot is given or AWS may be asked; nothing that asks is imported without."""
    if options.network is None and options.live is None:
        return None
    from validator.live.outside import Outside  # noqa: PLC0415

    return Outside(options)


@dataclass(frozen=True, slots=True)
class _Estate:
    """The inputs joined, each with the path that it was read from, and how their workloads use S3."""

    sources: Sequence[tuple[str, Configuration]]
    topology: Topology
    intents: tuple[Intent, ...]

    @property
    def configurations(self) -> tuple[Configuration, ...]:
        return tuple(one for _, one in self.sources)


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked, by which policies, and what tells of the world outside the inputs."""

    options: Options
    policies: tuple[Policy, ...]
    outside: Outside | None
    progress: Progress

    def run(self, regions: RegionOf) -> Run:
        """Read, convert, trace and judge."""
        estate = self.estate(regions)
        self.progress("following every access")
        after = self.judged(estate)
        self.progress("comparing with what was there before")
        paths = [path for path, _ in estate.sources]
        findings = with_changes(after, estate.configurations, lambda before: self.judged(self.joined(list(zip(paths, before, strict=True)))))
        owners = owners_of(self.options, estate.sources, after.analysis)
        return Run(estate.configurations, estate.topology, Judged(after.analysis, findings), owners)

    def in_every_world(self, regions: RegionOf) -> Run:
        """The same for each choice of allowed values: what holds in all."""
        choices = parameter_choices(one for _, one in read_inputs(self.options, regions, self.progress))
        worlds = [(choice, replace(self, options=self.options.with_parameters(choice)).run(regions)) for choice in choices]
        return in_all_worlds(worlds, self.policies)

    def estate(self, regions: RegionOf) -> _Estate:
        """The inputs and what stands outside, read and joined; anew as long as AWS is asked and may say more."""
        if self.outside is None:
            return self.joined(read_inputs(self.options, regions, self.progress))
        lookups = None
        while True:
            # What a template only looks up is settled while it is read.
            if self.outside.lookups != lookups:
                lookups = self.outside.lookups
                sources = read_inputs(self.options.with_lookups(lookups), regions, self.progress)
                inputs = [one for _, one in sources]
            self.progress("looking outside")
            estate = self.joined([*sources, *(("", one) for one in self.outside.configurations(inputs))])
            if not self.outside.ask(inputs, estate.topology, estate.intents):
                return estate

    def joined(self, sources: Sequence[tuple[str, Configuration]]) -> _Estate:
        self.progress("joining the estate")
        topology = convert([one for _, one in sources])
        intents = find_intents(topology, self.options.buckets, self.options.declared)
        if any(policy.subject == "table" for policy in self.policies):
            intents += find_table_intents(topology)
        return _Estate(sources, topology, intents)

    def judged(self, estate: _Estate) -> Judged:
        analysis = trace(estate.topology, estate.intents)
        owners = owners_of(self.options, estate.sources, analysis)
        return Judged(analysis, judged(self.options, owners, estate.topology, analysis, self.policies))


def _report(question: _Question, runs: Sequence[Run]) -> Report:
    options, outside = question.options, question.outside
    whole = in_all_regions(runs)
    findings, notes = accepted(whole, [run.configurations for run in runs], options, question.policies)
    report = Report(
        version=__version__,
        inputs=tuple(Input(one.path, one.kind.value, one.detail) for one in whole.configurations),
        analysis=whole.judged.analysis,
        findings=gated(findings, whole.owners, options),
        unread=whole.topology.unread,
        notes=(
            *whole.topology.notes,
            *unmatched(options.declared, whole.topology),
            *nobodys(options.all_parameters, whole.configurations),
            *unfamiliar(options.named_regions),
            *notes,
        ),
        dialect=whole.topology.dialect,
        policies=question.policies if options.sections else selected(question.policies, options.select, options.ignore),
        topologies=tuple(run.topology for run in runs),
        calls=tuple(call for one in whole.configurations for call in one.calls),
        remarks=outside.remarks if outside else (),
        network=outside.written if outside else "",
    )
    return without(report, secrets_of(one for run in runs for one in run.configurations))

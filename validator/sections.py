"""What holds for the inputs of some paths only: the policies that findings are judged by, and what fails the run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from validator.analysis.access import Analysis
from validator.conversion.identities import namings
from validator.judge.finding import Finding, Severity
from validator.judge.judge import judge, selected
from validator.judge.policy import Policy
from validator.model.network import Id
from validator.model.topology import Topology
from validator.options import FailOn, Options
from validator.report.report import fails
from validator.resource import Configuration


@dataclass(frozen=True, slots=True)
class Owners:
    """Which path each resource of an estate came from, and the workload of each access by id."""

    path_of: Mapping[Id, str] = field(default_factory=dict)
    workload_of: Mapping[str, Id] = field(default_factory=dict)

    def options(self, finding: Finding, options: Options) -> list[Options]:
        """What holds for a finding: for the input of its subject, and of the workloads whose accesses it explains."""
        names = {finding.subject.removesuffix("#main"), *(self.workload_of[one] for one in finding.accesses if one in self.workload_of)}
        paths = {self.path_of.get(name) for name in names}
        return [options if path is None else options.of(path) for path in sorted(paths, key=str)]

    def levels(self, finding: Finding, options: Options) -> set[FailOn]:
        """The gates that a finding stands before."""
        return {one.fail_on for one in self.options(finding, options)}


def owners_of(options: Options, sources: Sequence[tuple[str, Configuration]], analysis: Analysis) -> Owners:
    """The paths of all resources of an estate, by the path of each input; nobody's, where the same holds for all paths."""
    if not options.sections and all(one.paths is None for one in options.waivers):
        return Owners()
    names = zip(sources, namings([one for _, one in sources]), strict=True)
    path_of = {naming.name(address): path for (path, _), naming in names for address in naming.resources}
    return Owners(path_of, {access.id: access.workload.id for access in analysis.accesses})


def united(owners: Sequence[Owners]) -> Owners:
    """The owners of several runs on the same paths."""
    path_of = {name: path for one in owners for name, path in one.path_of.items()}
    return Owners(path_of, {name: workload for one in owners for name, workload in one.workload_of.items()})


def judged(options: Options, owners: Owners, topology: Topology, analysis: Analysis, policies: Sequence[Policy]) -> tuple[Finding, ...]:
    """The findings, each by the policies and severities that hold for its input; of one that concerns several, the gravest."""
    if not options.sections:
        return judge(topology, analysis, selected(policies, options.select, options.ignore), options.severities)
    found: dict[tuple[str, str], Finding] = {}
    for rules in _distinct([options, *options.sections.values()]):
        for finding in judge(topology, analysis, selected(policies, rules.select, rules.ignore), rules.severities):
            key = (finding.fingerprint, finding.verdict)
            concerned = any(_rules(one) == _rules(rules) for one in owners.options(finding, options))
            if concerned and (key not in found or _weight(finding) < _weight(found[key])):
                found[key] = finding
    return tuple(sorted(found.values(), key=lambda finding: finding.sort_key))


def gated(findings: Sequence[Finding], owners: Owners, options: Options) -> tuple[Finding, ...]:
    """The findings, each with whether it fails the run: by what holds for its input."""
    return tuple(
        replace(finding, fails=any(fails(finding, level, changed_only=options.changed_only) for level in owners.levels(finding, options)))
        for finding in findings
    )


def _distinct(listed: Iterable[Options]) -> list[Options]:
    kept: list[Options] = []
    for one in listed:
        if not any(_rules(one) == _rules(other) for other in kept):
            kept.append(one)
    return kept


def _rules(options: Options) -> tuple[tuple[str, ...], tuple[str, ...], Mapping[str, str]]:
    return (options.select, options.ignore, options.severities)


def _weight(finding: Finding) -> int:
    return list(Severity).index(finding.severity)

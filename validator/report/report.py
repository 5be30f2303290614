"""The report: everything that a run has to say, as data. Formats only render it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from validator.analysis.access import Access, Analysis
from validator.judge.finding import Finding, Severity
from validator.judge.policy import Policy
from validator.model.topology import Topology, Unread
from validator.options import FailOn
from validator.resource import Dialect
from validator.source import SourceLocation
from validator.values import Cause

_LEVELS: dict[FailOn, tuple[Severity, ...]] = {
    "error": (Severity.ERROR,),
    "warning": (Severity.ERROR, Severity.WARNING),
    "never": (),
}


@dataclass(frozen=True, slots=True)
class Input:
    """One input as the report names it."""

    path: str
    kind: str
    detail: str


@dataclass(frozen=True)  # without slots: there is no room for a cached property in them
class Report:
    """What a run found.

    ``topologies`` are the estates, one per Region judged; ``policies`` those that were asked, with the texts that explain them;
    ``calls`` the blocks that call downloaded modules. ``remarks`` are lines about the run for standard error, in no format;
    ``network`` is the snapshot that it rests on, as a file holds it.
    """

    version: str
    inputs: tuple[Input, ...]
    analysis: Analysis
    findings: tuple[Finding, ...]
    unread: tuple[Unread, ...]
    notes: tuple[Cause, ...]
    dialect: Dialect
    policies: tuple[Policy, ...] = ()
    topologies: tuple[Topology, ...] = ()
    calls: tuple[SourceLocation, ...] = ()
    remarks: tuple[str, ...] = ()
    network: str = ""

    @cached_property
    def access(self) -> dict[str, Access]:
        """The accesses by id."""
        return {access.id: access for access in self.analysis.accesses}

    @cached_property
    def compares(self) -> bool:
        """Whether some finding was there before a plan, so that it says something which are new."""
        return any(finding.change not in {None, "introduced"} for finding in self.findings)

    @property
    def dispositions(self) -> dict[str, int]:
        """How many accesses end how, sorted."""
        return dict(sorted(Counter(access.disposition.value for access in self.analysis.accesses).items()))

    @property
    def counts(self) -> dict[str, int]:
        """How many open findings there are of each severity."""
        counted = Counter(finding.severity for finding in self.findings if finding.status == "open")
        return {severity.value: counted[severity] for severity in Severity}

    @property
    def accepted(self) -> dict[str, int]:
        """How many findings are waived, and how many are in the baseline."""
        counted = Counter(finding.status for finding in self.findings)
        return {"waived": counted["waived"], "baseline": counted["baseline"]}

    @property
    def open(self) -> tuple[Finding, ...]:
        """The findings that nobody accepted."""
        return tuple(finding for finding in self.findings if finding.status == "open")

    @property
    def exit_code(self) -> int:
        """1 where a finding fails the run, else 0."""
        return int(any(finding.fails for finding in self.findings))


def fails(finding: Finding, fail_on: FailOn, *, changed_only: bool = False) -> bool:
    """The gate: whether an open finding is at or above ``fail_on``; with ``changed_only`` one that a change introduces or keeps."""
    counts = finding.status == "open" and not (changed_only and finding.change == "before")
    return counts and finding.severity in _LEVELS[fail_on]

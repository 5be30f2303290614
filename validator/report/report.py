"""The report: everything that a run has to say, as data. Formats only render it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from validator.analysis.access import Analysis
from validator.judge.finding import Finding, Severity
from validator.judge.policy import Policy
from validator.model.topology import Unread
from validator.options import FailOn
from validator.resource import Dialect
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


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found. ``exit_code`` is 1 where an open finding is at or above ``--fail-on``, else 0.

    ``policies`` are those that were asked, with the texts that explain them; ``changed_only``: findings that were there before do not count.
    """

    version: str
    inputs: tuple[Input, ...]
    analysis: Analysis
    findings: tuple[Finding, ...]
    unread: tuple[Unread, ...]
    notes: tuple[Cause, ...]
    dialect: Dialect
    exit_code: int
    policies: tuple[Policy, ...] = ()
    changed_only: bool = False

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


def exit_code(findings: Sequence[Finding], fail_on: FailOn, *, changed_only: bool = False) -> int:
    """The gate: 1 where an open finding is at or above ``fail_on``; with ``changed_only`` one that a change introduces or keeps."""
    counting = (one for one in findings if one.status == "open" and not (changed_only and one.change == "before"))
    return int(any(finding.severity in _LEVELS[fail_on] for finding in counting))

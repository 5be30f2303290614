"""A finding: one policy, one root cause."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from validator.analysis.access import Analysis
from validator.source import SourceLocation


class Severity(StrEnum):
    """How much a finding weighs, heaviest first."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Verdict(StrEnum):
    """What a policy says of a case."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"


Status: TypeAlias = Literal["open", "waived", "baseline"]
"""Whether a finding counts: open ones do, waived ones somebody accepted, those of the baseline were there before."""

Change: TypeAlias = Literal["introduced", "kept", "before"]
"""What a plan has to do with a finding: it makes it, it touches what it is about and leaves it, or it was there before (see ``change``)."""


_AGES: tuple[Change, ...] = ("introduced", "kept", "before")


@dataclass(frozen=True, slots=True)
class Waiver:
    """Why a finding was accepted, until when (an ISO date; None: for good) and where that is written."""

    reason: str
    expires: str | None = None
    location: SourceLocation | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, or not decided, with the accesses it concerns. ``verdict`` is fail or unknown.

    ``subject``: the address that the finding is about; ``workload`` and ``bucket`` are None where it is about an endpoint, a table or a VPC.
    ``location`` is what is to blame, down to the attribute where one is; ``resource`` the block of the workload or the subject.
    ``accesses`` are the ids of accesses, ``also`` other policies that describe the same. ``waiver`` is set where ``status`` is waived;
    ``change`` is None where the input is no plan. ``fails``: it makes the exit code 1.
    """

    policy: str
    severity: Severity
    verdict: Verdict
    subject: str
    workload: str | None
    bucket: str | None
    region: str | None
    accesses: tuple[str, ...]
    also: tuple[str, ...]
    message: str
    remedy: str
    location: SourceLocation | None
    resource: SourceLocation | None = None
    status: Status = "open"
    waiver: Waiver | None = None
    change: Change | None = None
    fails: bool = False

    @property
    def fingerprint(self) -> str:
        """Stable across runs, wordings and line moves."""
        return fingerprint_of(self.policy, self.subject, self.workload, self.bucket, self.region)

    @property
    def sort_key(self) -> tuple[int, int, str, str, str, str]:
        """Errors first, what a change introduces before what was there, then by policy and what it is about."""
        age = _AGES.index(self.change) if self.change else 0
        return (list(Severity).index(self.severity), age, self.policy, self.subject, self.bucket or "", self.region or "")


def fingerprint_of(policy: str, subject: str, workload: str | None, bucket: str | None, region: str | None) -> str:
    """The fingerprint of a finding about these."""
    parts = (policy, subject, workload or "", bucket or "", region or "")
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Judged:
    """An estate with what is found in it."""

    analysis: Analysis
    findings: tuple[Finding, ...]

"""A finding: one policy, one root cause."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

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


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, or not decided, with the accesses it concerns. ``verdict`` is fail or unknown.

    ``subject``: the address that the finding is about; ``workload`` and ``bucket`` are None where it is about an endpoint, a table or a VPC.
    ``accesses`` are the ids of accesses, ``also`` other policies that describe the same.
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

    @property
    def fingerprint(self) -> str:
        """Stable across runs, wordings and line moves."""
        parts = (self.policy, self.subject, self.workload or "", self.bucket or "", self.region or "")
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]

    @property
    def sort_key(self) -> tuple[int, str, str, str, str]:
        """Errors first, then by policy and what it is about."""
        return (list(Severity).index(self.severity), self.policy, self.subject, self.bucket or "", self.region or "")

"""GitLab's Code Quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format."""

from __future__ import annotations

import hashlib
from collections import Counter

import msgspec

from validator.judge.finding import Finding, Severity
from validator.report import words
from validator.report.places import place_of
from validator.report.report import Report
from validator.report.surroundings import Surroundings

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.NOTE: "info"}


def render(report: Report, around: Surroundings | None = None) -> str:
    """The open findings as a list of issues; what is accepted has no place in this format, so it is left out."""
    around = around or Surroundings()
    seen: Counter[str] = Counter()
    issues: list[object] = []
    for finding in report.open:
        seen[finding.fingerprint] += 1
        found = place_of(finding, report, around)
        issues.append(
            {
                "description": _description(finding),
                "check_name": finding.policy,
                "fingerprint": _fingerprint(finding, seen[finding.fingerprint]),
                "severity": _SEVERITIES[finding.severity],
                "location": {"path": found.path, "lines": {"begin": found.line}},
            }
        )
    return msgspec.json.format(msgspec.json.encode(issues), indent=2).decode() + "\n"


def _description(finding: Finding) -> str:
    """One line, as a merge request shows it."""
    return " ".join(f"{words.label(finding)}: {finding.message} Fix: {finding.remedy}".split())


def _fingerprint(finding: Finding, number: int) -> str:
    """GitLab drops all but one issue of a fingerprint: a second finding of the same thing, with another verdict, gets its own."""
    return finding.fingerprint if number == 1 else hashlib.sha256(f"{finding.fingerprint}:{number}".encode()).hexdigest()[:16]

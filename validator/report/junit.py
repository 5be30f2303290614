"""JUnit XML in the dialect that Jenkins reads: one test case per workload and bucket, and one per other subject of a finding.

Schema: junit-10.xsd of Jenkins' xUnit plug-in. GitLab shows the class name as suite and no attribute of a failure, so the text says all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from validator.analysis.access import Access
from validator.judge.finding import Finding
from validator.messages import REPLACEMENT, printable
from validator.report import words
from validator.report.places import accesses_of, place_of
from validator.report.report import Report
from validator.report.surroundings import Surroundings

_Key = tuple[str, str]


@dataclass(slots=True)
class _Case:
    """One test case; it passes where no finding of it fails the run."""

    findings: list[Finding] = field(default_factory=list)
    accesses: list[Access] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """``failure``, ``skipped`` where everything that would fail is accepted, or ``passed``."""
        if any(one.fails for one in self.findings):
            return "failure"
        return "skipped" if any(one.status != "open" for one in self.findings) else "passed"


def render(report: Report, around: Surroundings | None = None) -> str:
    """The report as test cases; a finding below ``--fail-on`` is told in the output of a case that passes."""
    around = around or Surroundings()
    cases = _cases(report)
    outcomes = [case.outcome for case in cases.values()]
    counts = f'tests="{len(cases)}" failures="{outcomes.count("failure")}" errors="0"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="s3reach" {counts}>',
        f'<testsuite name="s3reach" {counts} skipped="{outcomes.count("skipped")}">',
        *(line for (classname, name), case in cases.items() for line in _case(classname, name, case, report, around)),
        "</testsuite>",
        "</testsuites>",
    ]
    return "\n".join(lines) + "\n"


def _cases(report: Report) -> dict[_Key, _Case]:
    cases: defaultdict[_Key, _Case] = defaultdict(_Case)
    for access in report.analysis.accesses:
        cases[access.workload.id, access.bucket.id].accesses.append(access)
    for finding in report.findings:
        key = (finding.workload, finding.bucket or finding.policy) if finding.workload else (finding.subject, finding.policy)
        cases[key].findings.append(finding)
        if not finding.workload:
            # What an endpoint of the wrong Region spoils has no finding of its own.
            for access in accesses_of(finding, report):
                cases[access.workload.id, access.bucket.id].findings.append(finding)
    return dict(sorted(cases.items()))


def _case(classname: str, name: str, case: _Case, report: Report, around: Surroundings) -> Iterator[str]:
    yield f'<testcase classname={_quoted(classname)} name={_quoted(name)} time="0">'
    match case.outcome:
        case "failure":
            for finding in case.findings:
                if finding.fails:
                    kind = f"{finding.policy}, {words.label(finding)}"
                    yield f"<failure type={_quoted(kind)} message={_quoted(finding.message)}>{_told([finding], report, around)}</failure>"
        case "skipped":
            yield f"<skipped message={_quoted('; '.join(words.accepted(one) for one in case.findings if one.status != 'open'))}/>"
    others = [one for one in case.findings if not one.fails]
    ends = "\n".join(f"{' -> '.join(words.chain(access, path))}: {path.disposition.value}" for access in case.accesses for path in access.paths)
    text = "\n".join(part for part in (_escaped(ends), _told(others, report, around)) if part)
    if text:
        yield f"<system-out>{text}</system-out>"
    yield "</testcase>"


def _told(findings: Sequence[Finding], report: Report, around: Surroundings) -> str:
    return _escaped("\n\n".join("\n".join(_lines(finding, report, around)) for finding in findings))


def _lines(finding: Finding, report: Report, around: Surroundings) -> Iterator[str]:
    found = place_of(finding, report, around)
    yield f"{words.label(finding)} {finding.policy}: {words.about(finding)}"
    yield finding.message
    yield f"where: {found.path}:{found.line}" if found.exact else f"where: {found.path}"
    if since := words.since(finding, report):
        yield f"since: {since}"
    if finding.status != "open":
        yield words.accepted(finding)
    for access in accesses_of(finding, report):
        for path in access.paths:
            yield f"path: {' -> '.join(words.chain(access, path))}"
    yield f"fix:\n{finding.remedy}"


def _quoted(text: str) -> str:
    return quoteattr(_printable(text))


def _escaped(text: str) -> str:
    return escape("\n".join(map(_printable, text.split("\n"))))


def _printable(text: str) -> str:
    """XML 1.0 has no control characters, and a name from an input has no business to turn the direction of writing."""
    return printable(text, REPLACEMENT)

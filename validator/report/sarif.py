"""SARIF 2.1.0, within what GitHub's code scanning takes.

Limits: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias
from urllib.parse import quote

import msgspec

from validator.analysis.access import Access, Hop, Path
from validator.judge.finding import Finding, Severity, Verdict
from validator.judge.policy import Policy
from validator.messages import REPLACEMENT, printable
from validator.report import words
from validator.report.places import Place, accesses_of, place, place_of
from validator.report.report import Report
from validator.report.surroundings import Surroundings
from validator.source import SourceLocation

Json: TypeAlias = "str | int | bool | list[Json] | Mapping[str, Json] | None"

_MOST_RESULTS = 25_000
_MOST_RELATED = 100
_MOST_STEPS = 1_000
_MOST_FLOWS = 10
_LONGEST_TEXT = 1_024
_ROOT = "%SRCROOT%"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}
_LANGUAGES = (("terraform", "hcl", "Terraform"), ("cloudformation", "yaml", "CloudFormation"))


def render(report: Report, around: Surroundings | None = None) -> str:
    """The report as one SARIF run; the findings beyond 25,000 are left out, and a notification says so."""
    around = around or Surroundings()
    rules = {policy.id: index for index, policy in enumerate(report.policies)}
    run = {
        "tool": {
            "driver": {
                "name": "s3reach",
                "version": report.version,
                "semanticVersion": report.version,
                "rules": [_rule(policy) for policy in report.policies],
            }
        },
        "automationDetails": {"id": "s3reach/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [{"executionSuccessful": True, "exitCode": report.exit_code, "toolExecutionNotifications": list(_notifications(report))}],
        "results": [_result(one, report, around, rules) for one in report.findings[:_MOST_RESULTS]],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode() + "\n"


# --- rules ----------------------------------------------------------------------------------------------------------------------------


def _rule(policy: Policy) -> Json:
    rule: dict[str, Json] = {
        "id": policy.id,
        "name": "".join(part.capitalize() for part in policy.id.split("-")),
        "shortDescription": {"text": _cut(policy.title)},
        "fullDescription": {"text": _cut(policy.why or policy.title)},
        "help": {"text": f"{policy.why}\n\nTerraform:\n{_plain(policy.remedy['terraform'])}", "markdown": _help(policy)},
        "defaultConfiguration": {"level": _LEVELS[policy.severity]},
        "properties": {"tags": ["aws", "network", "s3"], "precision": "very-high", "problem.severity": _PROBLEMS[policy.severity]},
    }
    return {**rule, "helpUri": policy.references[0]} if policy.references else rule


def _help(policy: Policy) -> str:
    parts = [f"{policy.why}"]
    parts += [f"### Fix in {title}\n\n```{language}\n{_plain(policy.remedy[dialect])}\n```" for dialect, language, title in _LANGUAGES]
    if policy.references:
        parts.append("### References\n\n" + "\n".join(f"- <{reference}>" for reference in policy.references))
    return "\n\n".join(parts)


def _plain(template: str) -> str:
    """A remedy with the names of its words, as it stands in the policy."""
    return template.replace("{{", "{").replace("}}", "}")


def _text(text: str) -> str:
    """A text with names from inputs: no control characters, and no link where a viewer would see the syntax of one."""
    lines = (printable(line, REPLACEMENT) for line in text.split("\n"))
    return "\n".join(lines).replace("](", "] (")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"


# --- results --------------------------------------------------------------------------------------------------------------------------


def _result(finding: Finding, report: Report, around: Surroundings, rules: Mapping[str, int]) -> Json:
    concerned = accesses_of(finding, report)
    related = list(_related(finding, concerned, report, around))
    result: dict[str, Json] = {
        "ruleId": finding.policy,
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [_location(place_of(finding, report, around), finding.location.address if finding.location else finding.subject)],
        # Code scanning reads only the first of these, and counts equal ones of one file by the number behind the colon.
        "partialFingerprints": {"primaryLocationLineHash": f"{finding.fingerprint}:1", "s3reach/1": finding.fingerprint},
        "relatedLocations": related,
        "codeFlows": list(_flows(concerned, report, around)),
        "properties": {
            "verdict": finding.verdict.value,
            "status": finding.status,
            "change": finding.change,
            "workload": finding.workload,
            "bucket": finding.bucket,
            "region": finding.region,
            "also": list(finding.also),
        },
    }
    if finding.policy in rules:
        result["ruleIndex"] = rules[finding.policy]
    if finding.status != "open":
        result["suppressions"] = [_suppression(finding, report, around)]
    return {name: value for name, value in result.items() if value != []}


def _message(finding: Finding) -> str:
    undecided = "Not decided: " if finding.verdict is Verdict.UNKNOWN else ""
    return _text(f"{undecided}{finding.message}\n\nFix:\n{finding.remedy}")


def _location(found: Place, address: str | None, message: str | None = None, identity: int | None = None) -> dict[str, Json]:
    region: dict[str, Json] = {"startLine": found.line}
    if found.column:
        region["startColumn"] = found.column
    location: dict[str, Json] = {
        "physicalLocation": {"artifactLocation": {"uri": quote(found.path, safe="/"), "uriBaseId": _ROOT}, "region": region},
    }
    if address:
        location["logicalLocations"] = [{"fullyQualifiedName": address, "kind": "resource"}]
    if message:
        location["message"] = {"text": _text(message)}
    return location if identity is None else {"id": identity, **location}


def _related(finding: Finding, accesses: Iterable[Access], report: Report, around: Surroundings) -> Iterator[Json]:
    """The block that the finding is about, where it blames something else; every distinct hop and piece of evidence."""
    told: dict[tuple[SourceLocation, str], None] = {}
    if finding.resource and finding.resource != finding.location:
        told[finding.resource, finding.workload or finding.subject] = None
    for access in accesses:
        told.update({(one.location, one.text): None for one in access.evidence})
        told.update({(hop.location, _hop(hop)): None for path in access.paths for hop in path.hops if hop.location})
    for identity, (location, text) in enumerate(list(told)[:_MOST_RELATED], start=1):
        yield _location(place(location, report, around), location.address, text, identity)


def _flows(accesses: Sequence[Access], report: Report, around: Surroundings) -> Iterator[Json]:
    """The paths that explain the finding, each as a flow from the workload on."""
    paths = [path for access in accesses for path in words.ends_badly(access.paths)]
    for path in paths[:_MOST_FLOWS]:
        steps = [hop for hop in path.hops[:_MOST_STEPS] if hop.location]
        if steps:
            locations: list[Json] = [{"location": _step(hop, report, around), "kinds": [hop.kind], "importance": "essential"} for hop in steps]
            yield {"message": {"text": _text(_end(path))}, "threadFlows": [{"locations": locations}]}


def _step(hop: Hop, report: Report, around: Surroundings) -> Json:
    assert hop.location is not None
    return _location(place(hop.location, report, around), hop.address or hop.location.address, _hop(hop))


def _hop(hop: Hop) -> str:
    return f"{words.step(hop)}: {hop.why}"


def _end(path: Path) -> str:
    return f"{path.host.name}: {path.disposition.value}"


def _suppression(finding: Finding, report: Report, around: Surroundings) -> Json:
    waiver = finding.waiver
    suppression: dict[str, Json] = {"kind": "external", "status": "accepted", "justification": _text(words.accepted(finding))}
    if waiver is None or waiver.location is None:
        return suppression
    own = finding.resource.path if finding.resource else None
    # A waiver in the code itself stands beside what it waives; one in the configuration does not.
    suppression["kind"] = "inSource" if waiver.location.path == own else "external"
    return {**suppression, "location": _location(place(waiver.location, report, around), None)}


def _notifications(report: Report) -> Iterator[Json]:
    if len(report.findings) > _MOST_RESULTS:
        yield {"level": "warning", "message": {"text": f"{len(report.findings) - _MOST_RESULTS} more findings are left out"}}
    for note in report.notes:
        yield {"level": "note", "message": {"text": _text(f"{note.subject} {note.reason}")}}
    for one in report.unread:
        yield {"level": "note", "message": {"text": _text(f"not judged: {one.count} {one.type} ({one.why})")}}

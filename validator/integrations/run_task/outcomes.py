"""The answer to the platform: a verdict with an outcome per finding, as JSON:API, made of the JSON report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from validator.messages import printable

Json: TypeAlias = "Mapping[str, Any]"
Status: TypeAlias = Literal["running", "passed", "failed"]
_LEVELS = {"error": "error", "warning": "warning", "note": "info"}
_MOST_OUTCOMES = 100
_LONGEST = 8_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What the platform is told."""

    status: Status
    message: str
    outcomes: tuple[Json, ...] = ()

    def body(self) -> Json:
        """The body of the request."""
        attributes = {"status": self.status, "message": _line(self.message)}
        return {"data": {"type": "task-results", "attributes": attributes, "relationships": {"outcomes": {"data": list(self.outcomes)}}}}


def answer_of(report: Json) -> Answer:
    """The verdict of a report."""
    findings = report["findings"]
    shown = sorted(findings, key=lambda one: (not one["fails"], one["status"] != "open"))[:_MOST_OUTCOMES]
    failed = bool(report["summary"]["exit_code"])
    told = _counted(report["summary"]["findings"])
    more = f"; the {_MOST_OUTCOMES} gravest of {len(findings)} are shown" if len(findings) > _MOST_OUTCOMES else ""
    accesses = report["summary"]["accesses"]
    message = f"{told}; {accesses} access{'es' if accesses != 1 else ''} to S3{more}"
    return Answer("failed" if failed else "passed", message, tuple(_outcome(finding, report) for finding in shown))


def _counted(counts: Mapping[str, int]) -> str:
    named = [f"{counts[name]} {name}{'s' if counts[name] != 1 else ''}" for name in ("error", "warning", "note") if counts[name]]
    accepted = [f"{counts[name]} {words}" for name, words in (("waived", "waived"), ("baseline", "in the baseline")) if counts[name]]
    return ", ".join([*(named or ["no findings"]), *accepted])


def _outcome(finding: Json, report: Json) -> Json:
    about = f"{finding['workload']} -> {finding['bucket']}" if finding["workload"] else finding["subject"]
    severity = str(finding["severity"])
    tags = {
        "Status": [{"label": _status(finding), "level": "error" if finding["fails"] else "none"}],
        "Severity": [{"label": severity.capitalize(), "level": _LEVELS[severity]}],
    }
    attributes = {
        "outcome-id": f"{finding['policy']}-{finding['fingerprint']}",
        "description": _line(f"{finding['policy']}: {about}"),
        "tags": tags,
        "body": _body(finding, report),
    }
    return {"type": "task-result-outcomes", "attributes": attributes}


def _status(finding: Json) -> str:
    match finding["status"]:
        case "waived":
            return "Waived"
        case "baseline":
            return "In the baseline"
    return "Failed" if finding["verdict"] == "fail" else "Not decided"


def _body(finding: Json, report: Json) -> str:
    """Markdown in which everything from the input stands in fences: nothing in it can be markup."""
    parts = ["**What is wrong**", "", _fenced(finding["message"])]
    paths = list(_paths(finding, report))
    if paths:
        parts += ["", "**The way that the request takes**", "", _fenced("\n".join(paths))]
    if finding["waiver"]:
        parts += ["", "**Waived because**", "", _fenced(finding["waiver"]["reason"])]
    return "\n".join([*parts, "", "**What to change**", "", _fenced(finding["remedy"])])


def _paths(finding: Json, report: Json) -> Sequence[str]:
    named = set(finding["accesses"])
    return [_path(access) for access in report["accesses"] if access["id"] in named][:3]


def _path(access: Json) -> str:
    steps = [hop["address"] or hop["kind"] for hop in access["hops"] if hop["kind"] != "s3"]
    return " -> ".join([*steps, f"{', '.join(host['name'] for host in access['hosts'])}: {access['disposition']}"])


def _fenced(text: str) -> str:
    shown = "\n".join(printable(line, " ") for line in text[:_LONGEST].splitlines())
    fence = "```"
    while fence in shown:
        fence += "`"
    return f"{fence}text\n{shown}\n{fence}"


def _line(text: str) -> str:
    return printable(text, " ")[:500]

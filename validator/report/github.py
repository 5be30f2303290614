"""GitHub Actions: workflow commands that annotate the lines, and the whole as a folded group of the log.

Commands: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from validator.judge.finding import Finding, Severity
from validator.report import markdown, text, words
from validator.report.places import place_of
from validator.report.report import Report
from validator.report.surroundings import Surroundings

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_LARGEST_SUMMARY = 1024 * 1024


def render(report: Report, around: Surroundings | None = None) -> str:
    """Annotations of the open findings, worst first (GitHub shows ten of a kind), then the report as text, folded."""
    around = around or Surroundings()
    annotations = "".join(f"{_annotation(finding, report, around)}\n" for finding in report.open)
    return f"{annotations}::group::s3reach: {_data(words.verdict(report))}\n{text.render(report)}::endgroup::\n"


def summary(report: Report, around: Surroundings) -> str:
    """The job summary, in Markdown, within what GitHub takes of one step."""
    return markdown.render(report, around, most=_LARGEST_SUMMARY)


def _annotation(finding: Finding, report: Report, around: Surroundings) -> str:
    found = place_of(finding, report, around)
    properties = {"file": found.path, "line": str(found.line)}
    if found.column:
        properties["col"] = str(found.column)
    properties["title"] = f"{finding.policy}: {words.about(finding)}"
    message = f"{words.label(finding)}: {finding.message}\n\nFix:\n{finding.remedy}"
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {written}::{_data(message)}"


def _data(value: str) -> str:
    """As the runner decodes it; the per cent sign first. Without what a terminal would obey."""
    lines = "\n".join(map(text.safe, value.split("\n")))
    return lines.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")

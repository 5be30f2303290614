"""The formats that a report is written in; the module of each is imported when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from validator.errors import UsageError

if TYPE_CHECKING:
    from validator.report.report import Report
    from validator.report.surroundings import Surroundings

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "text": "validator.report.text",
        "json": "validator.report.json",
        "sarif": "validator.report.sarif",
        "junit": "validator.report.junit",
        "github": "validator.report.github",
        "gitlab": "validator.report.gitlab",
        "markdown": "validator.report.markdown",
        "html": "validator.report.html",
    }
)


def rendered(name: str, report: Report, around: Surroundings) -> str:
    """The report in the format ``name``. Raises UsageError where there is none of that name."""
    if name not in FORMATS:
        raise UsageError(f"--format must be one of {', '.join(FORMATS)}, got {name}")
    render: Callable[[Report, Surroundings], str] = importlib.import_module(FORMATS[name]).render
    return render(report, around)

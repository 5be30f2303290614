"""Where a command's output goes: formats, files, standard output, colours, progress."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from validator.errors import UsageError
from validator.messages import printable
from validator.report.formats import FORMATS

if TYPE_CHECKING:
    from validator.report.report import Report
    from validator.report.surroundings import Surroundings


def job_summary(report: Report) -> None:
    """Add the report to the summary of the GitHub job, where one runs us. Raises UsageError."""
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if file:
        from validator.report.github import summary  # noqa: PLC0415

        try:
            with Path(file).open("a", encoding="utf-8") as stream:
                stream.write(summary(report, surroundings(file)))
        except OSError as error:
            raise UsageError(f"GITHUB_STEP_SUMMARY: {file} cannot be written: {error.strerror or error}") from error


def surroundings(file: str | None, *, no_color: bool = False, quiet: bool = False, verbose: bool = False) -> Surroundings:
    """Where a report is read that goes to ``file``, None: to standard output."""
    from validator.report.surroundings import Surroundings, columns, files_url, repository  # noqa: PLC0415 - --help need not wait for it

    terminal = file is None and sys.stdout.isatty()
    plain = no_color or bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return Surroundings(
        root=repository(Path.cwd()),
        files=files_url(os.environ),
        color=terminal and not plain,
        hyperlinks=terminal and not plain,
        width=columns() if terminal else None,
        quiet=quiet,
        verbose=verbose,
    )


def targets(formats: Sequence[str]) -> list[tuple[str, str | None]]:
    """``NAME[=FILE]`` as name and file. Raises UsageError."""
    found: list[tuple[str, str | None]] = []
    for written in formats:
        name, equals, file = written.partition("=")
        if name not in FORMATS:
            raise UsageError(f"--format must be one of {', '.join(FORMATS)}, got {name}")
        if equals and not file:
            raise UsageError(f"--format {name}= names no file")
        found.append((name, file or None))
    if sum(file is None for _, file in found) > 1:
        raise UsageError("two formats go to standard output; give all but one a file: --format json=report.json")
    return found


def write(rendered: Sequence[tuple[str | None, str]]) -> None:
    """Files first: where one cannot be written, standard output holds nothing."""
    for file, text in sorted(rendered, key=lambda one: one[0] is None):
        if file is None:
            sys.stdout.buffer.write(text.encode("utf-8", "replace"))
            sys.stdout.flush()
            continue
        try:
            Path(file).write_text(text, "utf-8")
        except OSError as error:
            raise UsageError(f"{file}: cannot be written: {error.strerror or error}") from error


def tell(remarks: Iterable[str]) -> None:
    """Say something about the run on standard error, a line each."""
    for remark in remarks:
        sys.stderr.write(f"s3reach: {printable(remark)}\n")


def progress() -> Callable[[str], None]:
    """Tell the stage on standard error, on a terminal and once a run takes longer than a second."""
    started = time.monotonic()

    def tell(stage: str) -> None:
        if sys.stderr.isatty() and time.monotonic() - started > 1:
            sys.stderr.write(f"s3reach: {printable(stage)} ...\n")

    return tell

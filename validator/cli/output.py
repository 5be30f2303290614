"""Where a command's output goes: formats, files, standard output, colours, progress."""

from __future__ import annotations

import importlib
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from validator.errors import UsageError

if TYPE_CHECKING:
    from validator.report.report import Report

FORMATS = {
    "text": "validator.report.text",
    "json": "validator.report.json",
}
"""The module of each format; imported when it is asked for."""


def renderer(name: str) -> Callable[[Report], str]:
    """The function that writes a report in the format ``name``."""
    function: Callable[[Report], str] = importlib.import_module(FORMATS[name]).render
    return function


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


def is_colored(*, no_color: bool) -> bool:
    """Whether standard output wants colours."""
    return not no_color and not os.environ.get("NO_COLOR") and sys.stdout.isatty()


def progress() -> Callable[[str], None]:
    """Tell the stage on standard error, on a terminal and once a run takes longer than a second."""
    started = time.monotonic()

    def tell(stage: str) -> None:
        if sys.stderr.isatty() and time.monotonic() - started > 1:
            sys.stderr.write(f"s3reach: {printable(stage)} ...\n")

    return tell


def printable(text: str) -> str:
    """``text`` on one line, without anything that a terminal would obey."""
    return "".join(character if character.isprintable() else "?" for character in text)

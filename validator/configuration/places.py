"""Where things stand in a TOML file: tomllib gives values without places."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

_HEADER = re.compile(r"\s*\[(\[?)(.+?)\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'))*)\s*=""")
Steps = tuple[str | int, ...]


@dataclass(slots=True)
class Places:
    """The lines of a file's tables and keys, by their path from the top: ``("waiver", 0, "reason")``."""

    lines: list[str]
    spans: dict[Steps, tuple[int, int]] = field(default_factory=dict)

    def line(self, path: Steps, word: str | None = None) -> int:
        """The line, from 1, of ``path`` or of the nearest thing around it; of ``word`` in its value, where that is given."""
        while path and path not in self.spans:
            path = path[:-1]
        first, last = self.spans.get(path, (0, len(self.lines)))
        if word is not None:
            for number in range(first, last):
                if re.search(rf"""["']{re.escape(word)}["']""", self.lines[number]):
                    return number + 1
        return first + 1


def places(text: str) -> Places:
    """The places in ``text``, which tomllib can read."""
    found = Places(text.splitlines())
    here: Steps = ()
    counts: Counter[Steps] = Counter()
    number = 0
    while number < len(found.lines):
        line = found.lines[number]
        if header := _HEADER.match(line):
            here = _table(header, counts)
            found.spans.setdefault(here, (number, number + 1))
            number += 1
        elif key := _KEY.match(line):
            end = _end(found.lines, number, key.end())
            found.spans.setdefault((*here, *_steps(key[1])), (number, end))
            number = end
        else:
            number += 1
    return found


def _table(header: re.Match[str], counts: Counter[Steps]) -> Steps:
    """A table's path; of the tables of an array, the last that was begun."""
    path: Steps = ()
    steps = list(_steps(header[2]))
    for index, step in enumerate(steps):
        path = (*path, step)
        if header[1] and index == len(steps) - 1:
            counts[path] += 1
        if counts[path]:
            path = (*path, counts[path] - 1)
    return path


def _steps(written: str) -> Iterator[str]:
    """The names in a dotted key."""
    try:
        found: object = tomllib.loads(f"{written} = 0")
    except tomllib.TOMLDecodeError:
        return
    while isinstance(found, dict):
        ((name, found),) = found.items()
        yield str(name)


def _end(lines: list[str], first: int, column: int) -> int:
    """The line behind the value that begins in line ``first``: a value may go over several."""
    value = lines[first][column:]
    number = first + 1
    while number < len(lines) and not _is_whole(value):
        value += "\n" + lines[number]
        number += 1
    return number


def _is_whole(value: str) -> bool:
    try:
        tomllib.loads(f"_ = {value}")
    except tomllib.TOMLDecodeError:
        return False
    return True

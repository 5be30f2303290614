"""The place of a finding as platforms want it: a file of the repository, and a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePath

from validator.analysis.access import Access
from validator.judge.finding import Finding
from validator.report.report import Report
from validator.report.surroundings import Surroundings
from validator.source import SourceLocation

_DOWNLOADED = ".terraform"
_KEY = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|\d+)\]')


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file. ``path`` is relative to the repository, with slashes; ``line`` is 1 where only the file is known (``exact`` False)."""

    path: str
    line: int
    column: int | None
    exact: bool


def place(location: SourceLocation, report: Report, around: Surroundings) -> Place:
    """Where a location is in the repository; of a downloaded module, which nobody can edit, the block that calls it."""
    found = editable(location, report.calls)
    return Place(_relative(found.path, around.root, str(Path.cwd())), found.line or 1, found.column if found.line else None, found.line is not None)


def place_of(finding: Finding, report: Report, around: Surroundings) -> Place:
    """The place of a finding: its own, its resource's, or the first on its accesses, that is in a source; else the input that it was found in."""
    own = [one for one in (finding.location, finding.resource) if one]
    on_way = (location for access in accesses_of(finding, report) for location in _locations(access))
    known = next((one for one in (*own, *on_way) if one.line is not None), None)
    location = known or (own[0] if own else SourceLocation(report.inputs[0].path if report.inputs else "input"))
    return place(location, report, around)


def editable(location: SourceLocation, calls: Iterable[SourceLocation]) -> SourceLocation:
    """The location, or the innermost call in a file of the user's own that leads to it."""
    folder, downloaded, _ = location.path.partition(_DOWNLOADED)
    if not downloaded or location.address is None:
        return location
    names = _KEY.sub("", location.address).split(".")
    leading = [".".join(names[:end]) for end in range(2, len(names) + 1, 2)]
    own: Mapping[str, SourceLocation] = {
        one.address: one for one in calls if one.address and one.path.startswith(folder) and _DOWNLOADED not in one.path
    }
    return next((own[name] for name in reversed(leading) if name in own), location)


def accesses_of(finding: Finding, report: Report) -> tuple[Access, ...]:
    """The accesses that a finding concerns, in the finding's order."""
    return tuple(report.access[name] for name in finding.accesses if name in report.access)


def _locations(access: Access) -> Iterator[SourceLocation]:
    yield from (one.location for one in access.evidence)
    yield from (hop.location for path in access.paths for hop in path.hops if hop.location)


@lru_cache(maxsize=4096)
def _relative(path: str, root: Path | None, here: str) -> str:
    """``path`` below ``root``; what is elsewhere keeps its path without what would lead out of the repository."""
    if path in {"standard input", "-"}:
        return "standard-input"
    absolute = Path(here) / path if root else Path(path)
    if root and absolute.is_absolute() and _normal(absolute).is_relative_to(_normal(root)):
        return _normal(absolute).relative_to(_normal(root)).as_posix()
    parts = [part for part in PurePath(path).parts if part not in {"..", "/", "."}]
    return "/".join(parts) or "input"


def _normal(path: Path) -> PurePath:
    """Without ``..``, and without asking the disk: the sources may be gone."""
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return PurePath(*parts)

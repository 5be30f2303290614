"""What a configuration file says, as values."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from validator.globs import between_stars
from validator.options import Assignments, Declared, FailOn, Mention, Output, Waiver


@dataclass(frozen=True, slots=True)
class Section:
    """What holds for the inputs under one path, or for all; None: says nothing.

    ``parameters`` and ``variables`` are in the order in which they are read: the last that names a value wins.
    """

    fail_on: FailOn | None = None
    regions: tuple[str, ...] | None = None
    parameters: tuple[Assignments, ...] = ()
    source: Path | None = None
    variables: tuple[Assignments, ...] = ()
    variables_from_environment: bool | None = None
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    severities: Mapping[str, str] = field(default_factory=dict)

    def over(self, below: Section) -> Section:
        """What holds where it is laid over another: a value or list replaces, names in tables and in files of values are added and win."""
        return Section(
            self.fail_on or below.fail_on,
            below.regions if self.regions is None else self.regions,
            (*below.parameters, *self.parameters),
            self.source or below.source,
            (*below.variables, *self.variables),
            below.variables_from_environment if self.variables_from_environment is None else self.variables_from_environment,
            below.select if self.select is None else self.select,
            below.ignore if self.ignore is None else self.ignore,
            {**below.severities, **self.severities},
        )


@dataclass(frozen=True, slots=True)
class Settings:
    """A configuration file; the command line wins over it. ``sections`` are by path glob, from ``folder``, in the order of the file.

    ``waivers`` come with the path glob that they are limited to.
    """

    folder: Path | None = None
    whole: Section = field(default_factory=Section)
    sections: tuple[tuple[str, Section], ...] = ()
    every_allowed_value: bool = False
    network: Path | None = None
    max_age: float | None = None
    policies: tuple[Path, ...] = ()
    packs: tuple[str, ...] = ()
    buckets: Mapping[str, str] = field(default_factory=dict)
    baseline: Path | None = None
    changed_only: bool = False
    output: Output = field(default_factory=Output)
    declared: Declared = field(default_factory=Declared)
    waivers: tuple[tuple[str | None, Waiver], ...] = ()
    mentions: tuple[Mention, ...] = ()

    def waivers_for(self, paths: Sequence[str]) -> tuple[Waiver, ...]:
        """The waivers, each with those of ``paths`` that its glob matches."""
        return tuple(
            waiver if glob is None else replace(waiver, paths=frozenset(path for path in paths if self._is_at(glob, path)))
            for glob, waiver in self.waivers
        )

    def _is_at(self, glob: str, path: str) -> bool:
        return self.folder is not None and matches(glob, relative(path, self.folder))

    def section(self, path: str) -> Section:
        """What holds for the input at ``path``: every section whose glob matches, over what holds for all; later ones win."""
        found = self.whole
        for glob, section in self.sections:
            if self._is_at(glob, path):
                found = section.over(found)
        return found


def relative(path: str, folder: Path) -> str:
    """``path`` as seen from ``folder``, with slashes; standard input is ``-``."""
    return "-" if path == "-" else os.path.relpath(os.path.abspath(path), os.path.abspath(folder)).replace(os.sep, "/")  # noqa: PTH100 - links stay


def matches(glob: str, path: str) -> bool:
    """Whether ``glob`` matches ``path`` or a folder that it is in: ``*`` and ``?`` within a name, ``**`` over folders."""
    return re.fullmatch(_pattern(glob.removesuffix("/").removeprefix("./")) + "(?:/.*)?", path, re.DOTALL) is not None


def _pattern(glob: str) -> str:
    """``a/**`` takes ``a`` itself along."""
    if glob == "**":
        return ".*"
    if glob.endswith("/**"):
        return _pattern(glob.removesuffix("/**"))
    first, *rest = (_within(piece) for piece in re.split(r"(?:\*\*/)+", glob))
    # As in ``between_stars``: at the first folder where it fits.
    return first + "".join(f"(?>(?:.*?/)??{piece})" for piece in rest[:-1]) + "".join(f"(?:.*/)?{piece}" for piece in rest[-1:])


def _within(piece: str) -> str:
    """Folders and a name, without ``**``."""
    return "/".join(between_stars(re.split(r"\*+", name), "[^/]", _literal) for name in piece.split("/"))


def _literal(piece: str) -> str:
    return "[^/]".join(map(re.escape, piece.split("?")))

"""Reads every PATH of the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from validator.errors import InputError
from validator.frontends.reading import read
from validator.options import Options
from validator.resource import Configuration

RegionOf: TypeAlias = Mapping[str, str | None]
"""The Region that the input at each path is read in; None: nobody says."""


def read_inputs(options: Options, regions: RegionOf, progress: Callable[[str], None]) -> list[tuple[str, Configuration]]:
    """What each path declares, with the path. Raises InputError with the mistakes of all paths."""
    mistakes: list[str] = []
    found: list[tuple[str, Configuration]] = []
    for path in options.paths:
        progress(f"reading {path}")
        try:
            found += [(path, one) for one in read(path, options.of(path), region=regions[path])]
        except InputError as error:
            mistakes += error.mistakes
    if mistakes:
        raise InputError(*dict.fromkeys(mistakes))
    # A nested template that is given by itself too is part of its parent.
    nested = {path for _, one in found for path in one.includes}
    return [(path, one) for path, one in found if str(Path(one.path).resolve()) not in nested] if nested else found

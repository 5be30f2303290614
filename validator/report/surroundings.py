"""Where a report is read: the repository and the terminal around it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What formats know of the place they are written for; the defaults are of a file that is read nowhere in particular.

    ``root``: the folder that platforms know files by, the repository's. ``files``: what comes before a file's path in its URL on the
    platform, None: no links. ``width``: of the terminal in columns, None: lines are not wrapped. ``color``, ``hyperlinks``: the terminal
    shows them. ``quiet``: findings and verdict only; ``verbose``: all subnets.
    """

    root: Path | None = None
    files: str | None = None
    color: bool = False
    hyperlinks: bool = False
    width: int | None = None
    quiet: bool = False
    verbose: bool = False


def repository(start: Path) -> Path:
    """The work tree around ``start``, else ``start`` itself."""
    return next((folder for folder in (start, *start.parents) if (folder / ".git").exists()), start)


def files_url(environment: Mapping[str, str]) -> str | None:
    """Where the platform that runs us shows the files of this commit; None where it does not say."""
    if {"GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA"} <= environment.keys():
        return f"{environment['GITHUB_SERVER_URL']}/{quote(environment['GITHUB_REPOSITORY'])}/blob/{quote(environment['GITHUB_SHA'])}/"
    if {"CI_PROJECT_URL", "CI_COMMIT_SHA"} <= environment.keys():
        return f"{environment['CI_PROJECT_URL']}/-/blob/{quote(environment['CI_COMMIT_SHA'])}/"
    return None


def columns() -> int:
    """The width of the terminal."""
    return shutil.get_terminal_size((100, 24)).columns

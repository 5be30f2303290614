"""The configuration file: ``.s3reach.toml``, or ``[tool.s3reach]`` in ``pyproject.toml``."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

from validator.configuration.reader import read
from validator.configuration.settings import Settings
from validator.errors import ConfigurationError
from validator.files import bytes_of

NAME = ".s3reach.toml"
_PROJECT = "pyproject.toml"
_LARGEST = 1_000_000
_AT = re.compile(r" \((?:at line (\d+), column (\d+)|at end of document)\)")


def load(given: Path | None, start: Path) -> Settings:
    """The settings in ``given``, else in the nearest ``.s3reach.toml`` from ``start`` upwards, else in a ``pyproject.toml`` there.

    Raises ConfigurationError with every mistake of the file.
    """
    if given is not None:
        return _load(given)
    for name in (NAME, _PROJECT):
        for folder in (start, *start.parents):
            if _is_ours(folder / name):
                return _load(Path(os.path.relpath(folder / name)))
    return Settings()


def settings_in(folder: Path) -> Path | None:
    """The file in ``folder`` that holds settings; None where there is none."""
    return next((folder / name for name in (NAME, _PROJECT) if _is_ours(folder / name)), None)


def _is_ours(file: Path) -> bool:
    try:
        return file.is_file() and (file.name == NAME or b"[tool.s3reach" in bytes_of(file))
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read: {error.strerror or error}") from error


def _load(file: Path) -> Settings:
    try:
        data = bytes_of(file)
        text = data.decode("utf-8")
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read: {error.strerror or error}") from error
    except UnicodeError as error:
        raise ConfigurationError(f"{file}: is not UTF-8: {error}") from error
    if len(data) > _LARGEST:
        raise ConfigurationError(f"{file}: is larger than a megabyte")
    try:
        whole: dict[str, object] = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigurationError(_not_toml(file, str(error))) from error
    if file.name != _PROJECT:
        return read(file, text, whole, ())
    tool = whole.get("tool")
    found = tool.get("s3reach", {}) if isinstance(tool, dict) else {}
    if not isinstance(found, dict):
        raise ConfigurationError(f"{file}: [tool.s3reach] must be a table")
    return read(file, text, found, ("tool", "s3reach"))


def _not_toml(file: Path, said: str) -> str:
    place = _AT.search(said)
    return f"{file}:{place[1]}:{place[2]}: is not TOML: {_AT.sub('', said)}" if place and place[1] else f"{file}: is not TOML: {said}"

"""The configuration file: ``.s3reach.toml``, or ``[tool.s3reach]`` in ``pyproject.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from validator.errors import ConfigurationError
from validator.regions import is_region

_LEVELS = frozenset({"error", "warning", "note", "off"})
_FAIL_ON = frozenset({"error", "warning", "never"})


@dataclass(frozen=True, slots=True)
class Settings:
    """What a configuration file says; the command line wins over it."""

    path: str | None = None
    buckets: Mapping[str, str] = field(default_factory=dict)
    severities: Mapping[str, str] = field(default_factory=dict)
    policies: tuple[Path, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    fail_on: str | None = None


def load(given: Path | None, start: Path) -> Settings:
    """The settings in ``given``, else in the nearest ``.s3reach.toml`` from ``start`` upwards, else in a ``pyproject.toml`` there.

    Raises ConfigurationError with every mistake of the file.
    """
    if given is not None:
        return _read(given, _table(given, of_project=given.name == "pyproject.toml"))
    for folder in (start, *start.parents):
        if (file := folder / ".s3reach.toml").is_file():
            return _read(file, _table(file, of_project=False))
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        if file.is_file() and b"[tool.s3reach" in file.read_bytes():
            return _read(file, _table(file, of_project=True))
    return Settings()


def _table(file: Path, *, of_project: bool) -> dict[str, object]:
    try:
        whole: dict[str, object] = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeError) as error:
        raise ConfigurationError(f"{file}: cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{file}: is not TOML: {error}") from error
    if not of_project:
        return whole
    tool = whole.get("tool")
    found = tool.get("s3reach") if isinstance(tool, dict) else None
    return found if isinstance(found, dict) else {}


@dataclass(slots=True)
class _Checker:
    file: Path
    table: dict[str, object]
    mistakes: list[str]

    def names(self, key: str) -> tuple[str, ...]:
        """A list of strings, or one."""
        found = self.table.pop(key, [])
        listed = [found] if isinstance(found, str) else found
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            self.mistakes.append(f"{self.file}: {key} must be a list of strings")
            return ()
        return tuple(str(one) for one in listed)

    def mapping(self, key: str) -> dict[str, str]:
        """A table of strings."""
        found = self.table.pop(key, {})
        if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
            self.mistakes.append(f"{self.file}: [{key}] must hold strings")
            return {}
        return {str(name): str(value) for name, value in found.items()}


def _read(file: Path, table: dict[str, object]) -> Settings:
    check = _Checker(file, dict(table), [])
    buckets, severities = check.mapping("buckets"), check.mapping("severity")
    check.mistakes += [
        f'{file}: [buckets] "{name}" must be a Region such as "eu-west-1", got "{region}"'
        for name, region in buckets.items()
        if not is_region(region)
    ]
    check.mistakes += [
        f'{file}: [severity] {name} must be error, warning, note or off, got "{level}"' for name, level in severities.items() if level not in _LEVELS
    ]
    folders = tuple((file.parent / name).resolve() for name in check.names("policies"))
    select, ignore, regions = check.names("select"), check.names("ignore"), check.names("region")
    check.mistakes += [f'{file}: region must be a Region such as "eu-west-1", got "{name}"' for name in regions if not is_region(name)]
    fail_on = check.table.pop("fail-on", None)
    if fail_on is not None and fail_on not in _FAIL_ON:
        check.mistakes.append(f'{file}: fail-on must be error, warning or never, got "{fail_on}"')
    known = "buckets, fail-on, ignore, policies, region, select, severity"
    check.mistakes += [f"{file}: there is no setting {name}; there are {known}" for name in sorted(check.table)]
    if check.mistakes:
        raise ConfigurationError(*check.mistakes)
    return Settings(str(file), buckets, severities, folders, select, ignore, regions, str(fail_on) if fail_on is not None else None)

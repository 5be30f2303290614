"""Reads a configuration file by the table of settings, and gathers its mistakes with their lines."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from validator.analysis.matrix import SDKS
from validator.configuration.keys import ACCESS, BY_NAME, CLIENT, FAIL_ON, LEVELS, PER_PATH, RECORDS, WAIVER, Kind, Record
from validator.configuration.places import Places, Steps, places
from validator.configuration.settings import Section, Settings
from validator.errors import ConfigurationError
from validator.messages import did_you_mean
from validator.options import EVIDENCE, Assignments, Declared, DeclaredAccess, DeclaredClient, FailOn, Mention, Output, Waiver
from validator.regions import is_region
from validator.report.formats import FORMATS
from validator.source import SourceLocation

_PATH = "path"
# A configuration may be a stranger's: it cannot make the tool ask AWS, nor choose as whom.
_COMMAND_LINE = frozenset({"live", "record", "profile", "role-arn", "live-timeout", "write-baseline", "skip-others", "config"})
_ONLY_ASKED = ": that is an option of the command line alone"
_A_REGION = 'a Region such as "eu-west-1"'


def read(file: Path, text: str, table: Mapping[str, object], root: Steps) -> Settings:
    """The settings in ``table``, which stands at ``root`` in ``text``. Raises ConfigurationError with a line per mistake."""
    source = _Source(file, text)
    top = _Table(source, root, table)
    top.refuse_others({**BY_NAME, _PATH: None, **{record.name: None for record in RECORDS}})
    whole = _section(top)
    sections = tuple(
        (glob, _section(inner)) for glob, inner in top.tables(_PATH) if inner.refuse_others(PER_PATH, "may not be in a section of a path")
    )
    settings = Settings(
        folder=file.parent,
        whole=whole,
        sections=sections,
        every_allowed_value=top.flag("every-allowed-value") or False,
        network=top.path_of("network"),
        max_age=top.number("max-age"),
        policies=top.paths("policies") or (),
        packs=top.names("pack") or (),
        buckets=top.strings("buckets"),
        baseline=top.path_of("baseline"),
        changed_only=top.flag("changed-only") or False,
        output=Output(_formats(top), top.flag("quiet") or False, top.flag("verbose") or False, not top.flag("no-color")),
        declared=Declared(
            tuple(_access(inner) for inner in top.records(ACCESS)),
            tuple(_client(inner) for inner in top.records(CLIENT)),
            top.evidence("evidence"),
        ),
        waivers=tuple(_waiver(inner) for inner in top.records(WAIVER)),
        mentions=tuple(source.mentions),
    )
    if source.mistakes:
        raise ConfigurationError(*(f"{file}:{line}: {what}" for line, what in sorted(source.mistakes)))
    return settings


class _Source:
    """A file with its mistakes, each with its line."""

    def __init__(self, file: Path, text: str) -> None:
        self.file = file
        self.mistakes: list[tuple[int, str]] = []
        self.mentions: list[Mention] = []
        self._text = text

    @cached_property
    def places(self) -> Places:
        return places(self._text)


@dataclass(slots=True)
class _Table:
    """One table of the file: typed values by name."""

    source: _Source
    path: Steps
    found: Mapping[str, object]

    def wrong(self, key: str, what: str, word: str | None = None) -> None:
        line = self.source.places.line((*self.path, key), word)
        self.source.mistakes.append((line, what))

    def refuse_others(self, known: Mapping[str, object], elsewhere: str = "") -> bool:
        """Note every key that is not ``known``, with the one that was perhaps meant; True, so that it can stand in a comprehension."""
        for name in self.found:
            if name in known:
                continue
            if elsewhere and name in BY_NAME:
                self.wrong(name, f"{name} {elsewhere}; there may be {', '.join(sorted(known))}")
            else:
                told = _ONLY_ASKED if name in _COMMAND_LINE and not elsewhere else _did_you_mean(name, known)
                self.wrong(name, f"there is no setting {name}{told}")
        return True

    def tables(self, key: str) -> Iterable[tuple[str, _Table]]:
        found = self.found.get(key, {})
        if not isinstance(found, dict) or not all(isinstance(one, dict) for one in found.values()):
            self.wrong(key, f'{key} must be tables: [{key}."infra/**"]')
            return
        for name, inner in found.items():
            yield name, _Table(self.source, (*self.path, key, name), inner)

    def records(self, record: Record) -> Iterable[_Table]:
        """The tables of a ``[[record]]``, each with what it must hold."""
        found = self.found.get(record.name, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            self.wrong(record.name, f"{record.name} must be tables: [[{record.name}]]")
            return
        known = {key.name: key for key in record.keys}
        for number, inner in enumerate(found):
            table = _Table(self.source, (*self.path, record.name, number), inner)
            table.refuse_others(known)
            for key in record.keys:
                if key.required and not str(inner.get(key.name, "")).strip():
                    self.source.mistakes.append((table.line, f"[[{record.name}]] has no {key.name}: {key.about}"))
            yield table

    def place(self, record: str) -> SourceLocation:
        return SourceLocation(str(self.source.file), self.line, attribute=f"[[{record}]]")

    @property
    def line(self) -> int:
        return self.source.places.line(self.path)

    def day(self, key: str) -> date | None:
        """A date, or the text of one."""
        found = self.found.get(key)
        if isinstance(found, str):
            with contextlib.suppress(ValueError):
                return date.fromisoformat(found)
        if found is not None and (not isinstance(found, date) or isinstance(found, datetime)):
            self.wrong(key, f"{key} must be a date such as 2027-01-31, got {found}")
            return None
        return found

    def flag(self, key: str) -> bool | None:
        found = self.found.get(key)
        if found is not None and not isinstance(found, bool):
            self.wrong(key, f"{key} must be true or false")
        return found if isinstance(found, bool) else None

    def number(self, key: str) -> float | None:
        found = self.found.get(key)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, int | float):
            self.wrong(key, f"{key} must be a number")
            return None
        return float(found)

    def text(self, key: str) -> str | None:
        found = self.found.get(key)
        if found is not None and not isinstance(found, str):
            self.wrong(key, f"{key} must be a string")
        return found if isinstance(found, str) else None

    def names(self, key: str) -> tuple[str, ...] | None:
        """A list of strings, or one."""
        if key not in self.found:
            return None
        found = self.found[key]
        listed = [found] if isinstance(found, str) else found
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            self.wrong(key, f"{key} must be a list of strings")
            return ()
        return tuple(str(one) for one in listed)

    def regions(self, key: str) -> tuple[str, ...] | None:
        found = self.names(key)
        for name in found or ():
            if not is_region(name):
                self.wrong(key, f'{key} must be {_A_REGION}, got "{name}"', name)
        return found

    def region(self, key: str) -> str | None:
        found = self.text(key)
        if found is not None and not is_region(found):
            self.wrong(key, f'{key} must be {_A_REGION}, got "{found}"', found)
        return found

    def one_of(self, key: str, known: Iterable[str]) -> str | None:
        found = self.text(key)
        if found is not None and found not in known:
            self.wrong(key, f'{key} must be a name that is known, got "{found}"{_did_you_mean(found, known)}', found)
        return found

    def evidence(self, key: str) -> tuple[str, ...]:
        found = self.names(key) or ()
        for name in found:
            if name not in EVIDENCE:
                self.wrong(key, f'{key} must be kinds of evidence, got "{name}"{_did_you_mean(name, EVIDENCE)}', name)
        return found

    def policies(self, key: str) -> tuple[str, ...] | None:
        found = self.names(key)
        for name in found or ():
            self.mention(name, key, name)
        return found

    def mention(self, policy: str, key: str, word: str | None = None) -> None:
        line = self.source.places.line((*self.path, key), word)
        self.source.mentions.append(Mention(policy, f"{self.source.file}:{line}"))

    def path_of(self, key: str) -> Path | None:
        found = self.text(key)
        return self.source.file.parent / found if found else None

    def paths(self, key: str) -> tuple[Path, ...] | None:
        found = self.names(key)
        return None if found is None else tuple(self.source.file.parent / name for name in found)

    def strings(self, key: str) -> dict[str, str]:
        """A table of strings, each of what the setting's kind asks for."""
        found = self.found.get(key, {})
        if not isinstance(found, dict):
            self.wrong(key, f"[{key}] must be a table of strings")
            return {}
        inner = _Table(self.source, (*self.path, key), found)
        for name, value in found.items():
            if not isinstance(value, str):
                inner.wrong(name, f'[{key}] "{name}" must be a string')
            else:
                inner.check(BY_NAME[key].kind, name, value)
        return {str(name): str(value) for name, value in found.items()}

    def check(self, kind: Kind, name: str, value: str) -> None:
        if kind is Kind.BUCKETS and not is_region(value):
            self.wrong(name, f'[buckets] "{name}" must be {_A_REGION}, got "{value}"')
        if kind is Kind.SEVERITIES and value not in LEVELS:
            self.wrong(name, f'[severity] {name} must be error, warning, note or off, got "{value}"')
        if kind is Kind.SEVERITIES:
            self.mention(name, name)


def _section(table: _Table) -> Section:
    return Section(
        fail_on=_fail_on(table),
        regions=table.regions("region"),
        parameters=_assignments((table.path_of("parameters"),), table.strings("parameter")),
        source=table.path_of("source"),
        variables=_assignments(table.paths("var-file") or (), table.strings("var")),
        variables_from_environment=table.flag("var-env"),
        select=table.policies("select"),
        ignore=table.policies("ignore"),
        severities=table.strings("severity"),
    )


def _waiver(table: _Table) -> tuple[str | None, Waiver]:
    policy = table.text("policy") or ""
    if policy:
        table.mention(policy, "policy")
    place = SourceLocation(str(table.source.file), table.line)
    made = Waiver(policy, table.text("reason") or "", table.day("expires"), place, table.text("workload"), table.text("bucket"))
    return table.text("path"), made


def _access(table: _Table) -> DeclaredAccess:
    return DeclaredAccess(table.text("workload") or "", table.text("bucket") or "", table.place("access"), table.region("client_region"))


def _client(table: _Table) -> DeclaredClient:
    if "sdk" not in table.found and "region" not in table.found:
        table.source.mistakes.append((table.line, "[[client]] must say which: sdk, region or both"))
    return DeclaredClient(table.text("workload") or "", table.place("client"), table.one_of("sdk", SDKS), table.region("region"))


def _assignments(files: Iterable[Path | None], values: Mapping[str, str]) -> tuple[Assignments, ...]:
    return (*(file for file in files if file is not None), *((values,) if values else ()))


def _fail_on(table: _Table) -> FailOn | None:
    match table.text("fail-on"):
        case "error" | "warning" | "never" as found:
            return found
        case str() as other:
            table.wrong("fail-on", f'fail-on must be {", ".join(FAIL_ON[:-1])} or {FAIL_ON[-1]}, got "{other}"')
    return None


def _formats(table: _Table) -> tuple[str, ...]:
    """Formats with their files: below the folder of the configuration, for a stranger may have written it."""
    made: list[str] = []
    folder = table.source.file.parent
    for written in table.names("format") or ():
        name, equals, file = written.partition("=")
        if name not in FORMATS:
            table.wrong("format", f'format must be one of {", ".join(FORMATS)}, got "{name}"', written)
        if equals and not (folder / file).resolve().is_relative_to(folder.resolve()):
            table.wrong("format", f"format {name} writes outside the folder of the configuration: {file}", written)
        made.append(f"{name}={folder / file}" if file else written)
    return tuple(made)


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    """What was perhaps meant, else which there are."""
    return did_you_mean(name, known, f"; there are {', '.join(sorted(known))}")

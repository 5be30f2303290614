"""Which workload uses which DynamoDB table: read where its strings name a table of the inputs, an ARN, or a command on one.

DynamoDB has no global name and sends nobody on to another Region, and no SDK calls it without a Region: where nothing says which one a
client asks, the only one that can answer is the table's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from validator.analysis.access import Client, Evidence, Host, Intent
from validator.analysis.estate import equal
from validator.analysis.platforms import platform_client
from validator.dynamodb import STREAM_ATTRIBUTES, STREAMS, TABLES, dynamodb_host
from validator.model.storage import Bucket, BucketKind, Table
from validator.model.topology import Topology
from validator.model.workloads import EnvironmentVariable, Mention, Script, Workload
from validator.regions import is_region
from validator.symbols import SYMBOL, Symbols
from validator.values import Ref, Unknown, any_of, unite, unknown

_NAME = rf"[A-Za-z0-9_.{SYMBOL}-]{{1,255}}"
_ARN = re.compile(
    rf"arn:[a-z{SYMBOL}-]{{1,12}}:dynamodb:(?P<region>[a-z0-9{SYMBOL}-]{{0,32}}):[0-9{SYMBOL}]{{0,12}}:table/(?P<name>{_NAME})(?P<rest>/stream)?"
)
_COMMAND = re.compile(r"\baws\b[^\n;|&]{0,400}?\s(?P<service>dynamodb(?:streams)?)\s(?P<rest>[^\n;|&]{0,2000})")
_TABLE_NAME = re.compile(rf"--table-name[=\s]+[\"']?(?P<name>{_NAME})")
_REGION = re.compile(r"--region[=\s]+[\"']?(?P<region>[a-z0-9-]{1,32})")


@dataclass(frozen=True, slots=True)
class _Use:
    """A place that names a table. ``region``: one that it states; ``source`` is of what."""

    table: Table
    service: str
    region: str | None
    source: str


@dataclass(frozen=True, slots=True)
class _String:
    """A string of a workload, with the kind of evidence that it is, in words."""

    kind: str
    shown: str
    held: EnvironmentVariable | Script | Mention


def find_table_intents(topology: Topology) -> tuple[Intent, ...]:
    """Every use of a DynamoDB table that the inputs show, in the order of the workloads."""
    tables = _Tables(topology)
    found: dict[tuple[object, ...], Intent] = {}
    for workload in topology.workloads.values():
        if workload.exists is False or workload.placements == ():
            continue
        for string in _strings(workload):
            for use in tables.named_in(string.held):
                intent = _intent(workload, use, string)
                key = (workload.id, intent.bucket.id, intent.hosts)
                known = found.get(key)
                evidence = intent.evidence if known is None else tuple(dict.fromkeys((*known.evidence, *intent.evidence)))
                found[key] = replace(known or intent, evidence=evidence)
    return tuple(found.values())


def _strings(workload: Workload) -> Iterator[_String]:
    environment = () if isinstance(workload.environment, Unknown) else workload.environment
    yield from (_String("environment", f"variable {one.name}", one) for one in environment)
    yield from (_String("script", one.kind, one) for one in workload.scripts)
    yield from (_String("property", one.attribute, one) for one in workload.mentions)


class _Tables:
    """The tables of one estate, by id and by name."""

    def __init__(self, topology: Topology) -> None:
        self._by_id = topology.tables
        self._by_name = {table.name: table for table in topology.tables.values() if isinstance(table.name, str)}

    def named_in(self, held: EnvironmentVariable | Script | Mention) -> Iterator[_Use]:
        """The tables that a string names."""
        for reference in _references(held.value):
            if (table := self._by_id.get(reference.address)) is not None:
                yield _Use(table, STREAMS if reference.attribute in STREAM_ATTRIBUTES else TABLES, None, "none")
        if isinstance(held.value, Unknown | Ref):
            return
        symbols = Symbols()
        text = symbols.flat(held.value).replace("\\\n", " ")
        if isinstance(held, EnvironmentVariable) and text in self._by_name:
            yield _Use(self._by_name[text], TABLES, None, "none")
        yield from self._of_arns(text, symbols, held)
        yield from self._of_commands(text, symbols, held)

    def _of_arns(self, text: str, symbols: Symbols, held: EnvironmentVariable | Script | Mention) -> Iterator[_Use]:
        for found in _ARN.finditer(text):
            region = found["region"] if is_region(found["region"]) else None
            table = self._table(found["name"], region, symbols, held)
            if table is not None:
                yield _Use(table, STREAMS if found["rest"] else TABLES, region, "url")

    def _of_commands(self, text: str, symbols: Symbols, held: EnvironmentVariable | Script | Mention) -> Iterator[_Use]:
        for command in _COMMAND.finditer(text):
            named = _TABLE_NAME.search(command["rest"])
            stated = _REGION.search(command[0])
            region = stated["region"] if stated and is_region(stated["region"]) else None
            table = self._table(named["name"], region, symbols, held) if named else None
            if table is not None:
                yield _Use(table, TABLES if command["service"] == "dynamodb" else STREAMS, region, "flag")

    def _table(self, name: str, region: str | None, symbols: Symbols, held: EnvironmentVariable | Script | Mention) -> Table | None:
        """The table of this name: one of the inputs, else one outside. References are told by themselves."""
        parts = symbols.parts(name)
        if len(parts) != 1 or not isinstance(parts[0], str):
            return None
        if (known := self._by_name.get(name)) is not None and (region is None or any_of(equal(one, region) for one in known.regions) is not False):
            return known
        shown = f"a table in {held.location.attribute or 'a sensitive value'}" if held.sensitive else name
        outside = unknown("is a table outside the input, and nothing says which Region it is in", shown, held.location)
        return Table(shown, name, (region or outside,), "external", held.location, sensitive=held.sensitive)


def _references(value: object) -> tuple[Ref, ...]:
    match value:
        case Ref():
            return (value,)
        case Unknown(mentions=mentions):
            return mentions
        case _:
            return tuple(part for part in getattr(value, "parts", ()) if isinstance(part, Ref))


def _intent(workload: Workload, use: _Use, string: _String) -> Intent:
    table = use.table
    home = _region_of(table, use.region or workload.region)
    bucket = Bucket(
        table.id, table.name, home, "its Region" if isinstance(home, str) else None, table.owner, table.location, BucketKind.TABLE,
        table.exists, sensitive=table.sensitive,
    )  # fmt: skip
    client = _client(workload, use)
    region = home if _is_open(client.region) else client.region
    hosts = () if region is None or _is_open(region) else (Host(dynamodb_host(region, use.service), region),)
    told = f"{string.shown} names a table" if string.held.sensitive else f"{string.shown} names {table.id}"
    return Intent(workload, bucket, client, hosts, (Evidence(string.kind, told, string.held.location),))


def _client(workload: Workload, use: _Use) -> Client:
    """Every SDK refuses to call DynamoDB without a Region, and none goes on to another one."""
    if use.region is not None:
        return Client(None, use.region, "url" if use.source == "url" else "flag", follows_redirects=False)
    given = {} if isinstance(workload.environment, Unknown) else {one.name: one.value for one in workload.environment}
    client = platform_client(workload, None, given)
    region = unknown("is not shown: nothing says by which client", f"the client of {workload.id}") if client.region is None else client.region
    return replace(client, region=region, follows_redirects=False, refuses=False, note=None)


def _region_of(table: Table, wanted: str | Unknown) -> str | Unknown:
    """The Region in which the table is meant: ``wanted`` if it, or a replica, is there; else where it is made."""
    there = any_of(equal(one, wanted) for one in table.regions)
    if there is True:
        return wanted
    open_ones = [one for one in table.regions if isinstance(one, Unknown)]
    if isinstance(there, Unknown):
        return unite(open_ones) if open_ones else table.regions[0]
    return table.regions[0]


def _is_open(region: str | Unknown | None) -> bool:
    return isinstance(region, Unknown) and region.symbol is None

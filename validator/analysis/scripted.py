"""Intents from what a workload runs: user data, commands, steps, build specifications, inline code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from validator.analysis.access import Client, Evidence, Intent
from validator.analysis.buckets import Directory, mentioned_buckets
from validator.analysis.clients import Addressing, addressing, client_of, hosts_of
from validator.analysis.copies import sources_of
from validator.analysis.declared import Settled
from validator.analysis.environment import given_to, image_of
from validator.analysis.naming import by_url, of_unknown, region_behind, spelled, within
from validator.analysis.platforms import injected
from validator.analysis.scripts.machine import Use
from validator.analysis.scripts.reading import FILE, uses_in
from validator.analysis.strings import Naming
from validator.model.storage import Bucket
from validator.model.workloads import Script, Workload
from validator.symbols import Symbols, plain
from validator.values import Cause, Ref, Text, Unknown

_VARIABLES = ("AWS_REGION", "AWS_DEFAULT_REGION")
_EVERY = "every bucket"


@dataclass(frozen=True, slots=True)
class _Reading:
    """A script being read."""

    workload: Workload
    script: Script
    symbols: Symbols
    directory: Directory
    given: Mapping[str, object]
    settled: Settled


def of_script(workload: Workload, script: Script, directory: Directory, settled: Settled) -> Iterator[Intent]:
    """The intents of one script; of one that only deployment knows, the buckets that it is made from."""
    value = spelled(script.value, directory)
    if isinstance(value, Ref):
        value = Unknown((Cause("is known only after deployment", str(value), script.location),), None, (value,))
    if isinstance(value, Unknown):
        yield from of_unknown(workload, value, directory, Evidence("reference", f"{script.kind} refers to", script.location))
        return
    reading = _Reading(workload, script, Symbols(secret=script.sensitive), directory, given_to(workload, script.scope), settled)
    text = reading.symbols.flat(value)
    # Those of its environment come later, and are not what the script itself refers to.
    own = tuple(reading.symbols.pieces)
    kind = f"{FILE} {(script.location.attribute or '').removesuffix('.content')}" if script.kind == FILE else script.kind
    used: set[str] = set()
    for use in uses_in(text, reading.symbols, _environment(reading), kind, image_of(workload, script.scope), workload.system):
        for intent in _of_use(reading, use):
            used.update(bucket.id for bucket in (intent.bucket, *sources_of(intent)))
            yield intent
    yield from _of_references(reading, own, used)


def _environment(reading: _Reading) -> dict[str, str]:
    """The variables that the script sees: those that are set, and the Region where the platform sets it."""
    symbols = reading.symbols
    region = injected(reading.workload)
    by_platform = {} if region is None else dict.fromkeys(_VARIABLES, symbols.flat(region))
    return {**by_platform, **{name: symbols.flat(value) for name, value in reading.given.items() if isinstance(value, str | Ref | Text | Unknown)}}


def _of_use(reading: _Reading, use: Use) -> Iterator[Intent]:
    if use.naming is None:
        client = _client(reading, use)
        bucket = Bucket(
            _EVERY,
            Unknown((Cause("is not named: the request lists all", _EVERY, reading.script.location),)),
            _own(client),
            "any Region lists all",
            "external",
            None,
        )
        yield Intent(reading.workload, bucket, client, hosts_of(client, bucket, _addressing(reading, use)), (_evidence(reading, use, bucket),))
        return
    naming = within(use.naming, reading.symbols, reading.workload)
    for bucket in _named(reading, use.naming):
        if use.tool is None and naming.host is not None:
            yield by_url(reading.workload, bucket, naming, _evidence(reading, use, bucket), reading.symbols)
            continue
        client = _client(reading, use)
        yield Intent(reading.workload, bucket, client, hosts_of(client, bucket, _addressing(reading, use)), (_evidence(reading, use, bucket),))


def _named(reading: _Reading, naming: Naming) -> Iterator[Bucket]:
    """The buckets that a naming may mean; those of a sensitive script without their names."""
    script, directory = reading.script, reading.directory
    named = within(naming, reading.symbols, reading.workload)
    for bucket in directory.of_parts(reading.symbols.parts(named.bucket), named, script.location):
        yield directory.masked(bucket, f"a bucket in the {script.kind}", script.location) if script.sensitive else bucket


def _own(client: Client) -> str | Unknown:
    return "us-east-1" if client.region is None else client.region


def _addressing(reading: _Reading, use: Use) -> Addressing:
    variables = {**{name: value for name, value in reading.given.items() if isinstance(value, str)}, **use.environment}
    return addressing(variables, use.endpoint, bare=use.bare, settings=use.settings)


def _client(reading: _Reading, use: Use) -> Client:
    workload = reading.workload
    if use.source == "environment" and use.tool is not None and _from_platform(reading, use):
        return reading.settled.client(workload, use.tool, reading.given, use.note)
    if use.source != "none":
        return client_of(reading.settled.sdk_for(use.tool), region_behind(use.region, reading.symbols, workload), use.source, use.note)
    exported = {name: region_behind(use.environment[name], reading.symbols, workload) for name in _VARIABLES if use.environment.get(name)}
    own = {name: value for name, value in exported.items() if not _is_injected(reading, name, use)}
    return reading.settled.client(workload, use.tool, {**reading.given, **own}, use.note)


def _from_platform(reading: _Reading, use: Use) -> bool:
    """Whether the Region in the environment is the one that the platform puts there, unchanged."""
    assert use.tool is not None
    return all(_is_injected(reading, name, use) for name in use.tool.reads if use.environment.get(name))


def _is_injected(reading: _Reading, name: str, use: Use) -> bool:
    region = injected(reading.workload)
    return region is not None and name not in reading.given and use.environment.get(name) == reading.symbols.flat(region)


def _evidence(reading: _Reading, use: Use, bucket: Bucket) -> Evidence:
    script = reading.script
    kind = "url" if use.tool is None and use.naming is not None and use.naming.host is not None else "script"
    actions = use.actions if use.naming is not None else ("s3:ListAllMyBuckets",)
    sources = tuple(dict.fromkeys(source for naming in use.copied_from for source in _named(reading, naming)))
    if script.sensitive:
        return Evidence(kind, f"{script.kind} uses a bucket", script.location, actions, sources, use.key, use.signed)
    told = f"runs {plain(use.shown)} on" if use.tool is not None else "names"
    copied = f", from {', '.join(source.id for source in sources)}" if sources else ""
    return Evidence(kind, f"{script.kind} {told} {bucket.id}{copied}", script.location, actions, sources, use.key, use.signed)


def _of_references(reading: _Reading, own: Sequence[Ref | Unknown], used: set[str]) -> Iterator[Intent]:
    """Buckets of the inputs that the script is given, and hands to what cannot be followed."""
    for piece in own:
        if isinstance(piece, Ref):
            found = reading.directory.of_reference(piece)
            buckets = [] if found is None else [found]
        else:
            buckets = list(mentioned_buckets((piece,), reading.directory))
        for bucket in buckets:
            if bucket.id not in used:
                used.add(bucket.id)
                client = reading.settled.client(reading.workload, None, reading.given)
                evidence = Evidence("reference", f"{reading.script.kind} refers to {bucket.id}", reading.script.location)
                yield Intent(reading.workload, bucket, client, hosts_of(client, bucket), (evidence,))

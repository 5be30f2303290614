"""Which workload uses which bucket, by which client: read from environments, scripts and commands.

A name that a workload is given is taken as used. What a text says is evidence; the Region that a client gets has its own source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from validator.analysis.access import Client, Evidence, Host, Intent
from validator.analysis.buckets import Directory, mentioned_buckets
from validator.analysis.clients import Sdk, client_of, host_of_url, hosts_of, sdk_of_runtime
from validator.analysis.commands import Use, uses_in
from validator.analysis.needs import needed
from validator.analysis.permissions import Permissions, with_permissions
from validator.analysis.platforms import platform_client
from validator.analysis.strings import Naming, is_bucket_name, named_in
from validator.model.storage import Bucket
from validator.model.topology import Topology
from validator.model.workloads import EnvironmentVariable, Mention, Platform, Script, Workload
from validator.regions import is_region
from validator.source import SourceLocation
from validator.symbols import Symbols
from validator.values import Ref, Unknown, unite, unknown

_BUCKET_VARIABLE = re.compile(r"(?:^|_|(?<=[a-z]))(?:s3_?)?bucket(?:s?|_?(?:name|id|arn|uri|url|path))$", re.IGNORECASE)
_REGION_VARIABLE = re.compile(r"^(?P<stem>.*?)_?(?:S3_|BUCKET_)?(?:AWS_)?REGION(?:_NAME)?$", re.IGNORECASE)
_ENDPOINT_VARIABLES = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
_S3_REGION_VARIABLES = frozenset("S3_REGION BUCKET_REGION AWS_S3_REGION AWS_S3_REGION_NAME S3_BUCKET_REGION STORAGE_REGION".split())


def find_intents(topology: Topology, buckets: Mapping[str, str]) -> tuple[Intent, ...]:
    """Every use of a bucket that the inputs show, sorted. ``buckets``: name or glob to Region, of buckets outside the inputs."""
    directory = Directory(topology, buckets)
    found: dict[tuple[object, ...], Intent] = {}
    for workload in topology.workloads.values():
        if workload.exists is False or workload.placements == ():
            continue
        for intent in _of_workload(workload, directory):
            key = (workload.id, intent.bucket.id, intent.client.sdk, intent.client.region, intent.client.source, intent.hosts)
            known = found.get(key)
            found[key] = intent if known is None else replace(known, evidence=_merged(known.evidence, intent.evidence))
    running = [one for one in topology.workloads.values() if one.exists is not False and one.placements != ()]
    return with_permissions(tuple(_without_echoes(found.values())), running, Permissions(topology, directory))


def _merged(known: tuple[Evidence, ...], more: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys((*known, *more)))


def _without_echoes(intents: object) -> Iterator[Intent]:
    """Drop what only mentions a bucket, by a client that nothing describes, where the workload uses it by a known one anyway."""
    listed = list(intents)  # type: ignore[call-overload]
    used = {(one.workload.id, one.bucket.id) for one in listed if one.client.sdk is not None}
    for one in listed:
        if one.client.sdk is not None or one.hosts or (one.workload.id, one.bucket.id) not in used:
            yield one


def _of_workload(workload: Workload, directory: Directory) -> Iterator[Intent]:
    for script in workload.scripts:
        yield from _of_script(workload, script, directory)
    for mention in workload.mentions:
        yield from _of_mention(workload, mention, directory)
    if isinstance(workload.environment, Unknown):
        yield from _of_unknown(workload, workload.environment, directory, "its environment", workload.location)
    else:
        for scope in dict.fromkeys(one.scope for one in workload.environment):
            own = tuple(one for one in workload.environment if one.scope == scope)
            yield from _of_environment(workload, own, _given(workload, scope), directory)
    yield from needed(workload)


def _given(workload: Workload, scope: str) -> dict[str, object]:
    """The variables that a program is given, by name: its own over those of all."""
    if isinstance(workload.environment, Unknown):
        return {}
    seen = sorted((one for one in workload.environment if one.scope in ("", scope)), key=lambda one: one.scope != "")
    return {_name(one.name): one.value for one in seen}


def _name(written: str) -> str:
    """The name of a variable, or of a setting or argument as one: ``s3.bucket.name``, ``--source-bucket``."""
    return written if written.isidentifier() else re.sub(r"[.:\- ]+", "_", written.lstrip("-"))


# --- environment ---------------------------------------------------------------------------------------------------------------------


def _of_environment(
    workload: Workload, variables: tuple[EnvironmentVariable, ...], given: Mapping[str, object], directory: Directory
) -> Iterator[Intent]:
    named = [(one, bucket, naming) for one in variables for bucket, naming in _buckets_of(one, directory)]
    if not named or _is_elsewhere(given):
        return
    plain = {name: value for name, value in given.items() if isinstance(value, str)}
    sdk = sdk_of_runtime(workload.runtime)
    alone = len({bucket.id for _, bucket, _ in named}) == 1
    for variable, bucket, naming in named:
        evidence = (Evidence("environment", _environment_text(variable, bucket), variable.location),)
        if naming is not None and naming.host is not None and naming.host.bucket is not None:
            yield _by_url(workload, bucket, naming, evidence)
            continue
        client = _client_in_environment(workload, sdk, given, _name(variable.name), alone=alone)
        yield Intent(workload, bucket, client, hosts_of(client, bucket, plain), evidence)


def _is_elsewhere(given: Mapping[str, object]) -> bool:
    """Whether the clients are pointed at something that is not S3 of AWS."""
    value = next((given[name] for name in _ENDPOINT_VARIABLES if name in given), None)
    return isinstance(value, str) and "amazonaws" not in value and value != ""


def _environment_text(variable: EnvironmentVariable, bucket: Bucket) -> str:
    return f"variable {variable.name} names a bucket" if variable.sensitive else f"variable {variable.name} names {bucket.id}"


def _buckets_of(variable: EnvironmentVariable, directory: Directory) -> Iterator[tuple[Bucket, Naming | None]]:
    """The buckets that a variable's value names: by a reference, a URI, URL or ARN in it, or as a plain name."""
    match variable.value:
        case Ref() as reference:
            if (found := directory.of_reference(reference)) is not None:
                yield found, None
            return
        case Unknown() as value:
            for bucket in mentioned_buckets((value,), directory):
                yield bucket, None
            if _BUCKET_VARIABLE.search(_name(variable.name)) and not value.mentions:
                yield from ((bucket, None) for bucket in directory.of_parts((value,), None, variable.location))
            return
    symbols = Symbols()
    text = symbols.flat(variable.value)
    written = False
    for naming in named_in(text):
        written = True
        for bucket in directory.of_parts(symbols.parts(naming.bucket), naming, variable.location):
            yield _shown(variable, bucket, directory), naming
    if not written:
        yield from ((bucket, None) for bucket in _plain(variable, text, symbols, directory))


def _plain(variable: EnvironmentVariable, text: str, symbols: Symbols, directory: Directory) -> Iterator[Bucket]:
    """A value that is nothing but a name: a bucket of the inputs, or anything that a variable called ``...BUCKET`` holds."""
    if (known := directory.known(text)) is not None:
        yield known
        return
    parts = symbols.parts(text)
    symbolic = [bucket for bucket in directory.of_parts(parts, None, variable.location) if bucket.owner == "input"] if len(parts) > 1 else []
    yield from symbolic
    if not symbolic and _BUCKET_VARIABLE.search(_name(variable.name)) and is_bucket_name(text):
        yield from (_shown(variable, bucket, directory) for bucket in directory.of_parts(parts, None, variable.location))


def _shown(variable: EnvironmentVariable, bucket: Bucket, directory: Directory) -> Bucket:
    """The bucket, without its name where only a sensitive value holds it."""
    return directory.masked(bucket, f"the bucket in {variable.name}", variable.location) if variable.sensitive else bucket


def _client_in_environment(workload: Workload, sdk: Sdk | None, given: Mapping[str, object], name: str, *, alone: bool) -> Client:
    paired = _paired_region(given, name, alone=alone)
    if paired is not None:
        return client_of(sdk, paired, "environment")
    return platform_client(workload, sdk, given)


def _paired_region(given: Mapping[str, object], name: str, *, alone: bool) -> str | Unknown | None:
    """``DATA_BUCKET`` with ``DATA_REGION``; ``S3_REGION`` and the like for the only bucket (catalogue of references, section 4)."""
    stem = re.sub(r"_?(?:S3_?)?BUCKET.*$", "", name, flags=re.IGNORECASE).upper()
    for variable in sorted(given):
        value = given[variable]
        if variable in {"AWS_REGION", "AWS_DEFAULT_REGION"} or not (found := _REGION_VARIABLE.match(variable)):
            continue
        fits = (stem and found["stem"].upper() == stem) or (alone and variable.upper() in _S3_REGION_VARIABLES)
        if fits and isinstance(value, str) and is_region(value):
            return value
        if fits and not isinstance(value, str):
            return unknown("is not settled by the input", variable)
    return None


# --- scripts and commands ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Reading:
    """A script being read."""

    workload: Workload
    script: Script
    symbols: Symbols
    directory: Directory


def _of_script(workload: Workload, script: Script, directory: Directory) -> Iterator[Intent]:
    if isinstance(script.value, Unknown | Ref):
        value = (
            script.value
            if isinstance(script.value, Unknown)
            else Unknown(unknown("is known only after deployment", str(script.value), script.location).causes, None, (script.value,))
        )
        yield from _of_unknown(workload, value, directory, script.kind, script.location)
        return
    symbols = Symbols()
    reading = _Reading(workload, script, symbols, directory)
    text = symbols.flat(script.value)
    given = _given(workload, script.scope)
    for use in uses_in(text, symbols, {name: value for name, value in given.items() if isinstance(value, str)}):
        for bucket in directory.of_parts(symbols.parts(use.naming.bucket), use.naming, script.location):
            shown = directory.masked(bucket, f"a bucket in the {script.kind}", script.location) if script.sensitive else bucket
            yield _used(reading, use, shown, given)


def _used(reading: _Reading, use: Use, bucket: Bucket, given: Mapping[str, object]) -> Intent:
    workload, script = reading.workload, reading.script
    evidence = (Evidence("script", _script_text(script, use, bucket), script.location),)
    if use.tool is None and use.naming.host is not None:
        return _by_url(workload, bucket, use.naming, evidence)
    if use.tool is not None and use.source != "none":
        doubt = unknown("is read by AWS CLI 2 only; version 1 reads AWS_DEFAULT_REGION", "AWS_REGION", script.location)
        client = client_of(use.tool, doubt if use.newer_only else _settled(use.region, reading), use.source, use.note)
    elif use.tool is None or workload.platform is not Platform.EC2:
        client = platform_client(workload, use.tool, given)
    else:
        client = client_of(use.tool, None, "none", use.note)
    return Intent(workload, bucket, client, hosts_of(client, bucket), evidence)


def _settled(region: str | None, reading: _Reading) -> str | Unknown | None:
    """A Region as the script has it: text, the instance's own, or one that is filled in at run time."""
    if region is None:
        return None
    parts = reading.symbols.parts(region)
    if len(parts) == 1 and isinstance(parts[0], str):
        return parts[0]
    if len(parts) == 1 and isinstance(parts[0], Unknown) and any("instance's own Region" in cause.subject for cause in parts[0].causes):
        return reading.workload.region
    causes = [part for part in parts if isinstance(part, Unknown)]
    return unite(causes) if causes else unknown("is known only after deployment", "".join(map(str, parts)), reading.script.location)


def _script_text(script: Script, use: Use, bucket: Bucket) -> str:
    if script.sensitive:
        return f"{script.kind} uses a bucket"
    return f"{script.kind} runs {use.shown} on {bucket.id}" if use.tool is not None else f"{script.kind} names {bucket.id}"


def _by_url(workload: Workload, bucket: Bucket, naming: Naming, evidence: tuple[Evidence, ...]) -> Intent:
    """A URL is called as it stands; S3 answers for another Region with an error, not with a redirect that HTTP clients follow."""
    assert naming.host is not None
    host: Host = host_of_url(naming.host, bucket)
    region = host.region if isinstance(host.region, str) else None
    client = Client(None, region, "url", follows_redirects=False)
    return Intent(workload, bucket, client, (host,), evidence)


def _of_mention(workload: Workload, mention: Mention, directory: Directory) -> Iterator[Intent]:
    # What follows a property is the platform's own, in the workload's Region.
    client = client_of(None, workload.region, "runtime")
    for bucket in _mentioned(mention, directory):
        shown = directory.masked(bucket, f"a bucket in {mention.attribute}", mention.location) if mention.sensitive else bucket
        evidence = (Evidence("property", f"{mention.attribute} names {'a bucket' if mention.sensitive else shown.id}", mention.location),)
        yield Intent(workload, shown, client, hosts_of(client, shown), evidence)


def _mentioned(mention: Mention, directory: Directory) -> Iterator[Bucket]:
    match mention.value:
        case Ref() as reference:
            if (found := directory.of_reference(reference)) is not None:
                yield found
            return
        case Unknown() as value:
            yield from mentioned_buckets((value,), directory)
            return
    symbols = Symbols()
    text = symbols.flat(mention.value)
    namings = list(named_in(text))
    for naming in namings:
        yield from directory.of_parts(symbols.parts(naming.bucket), naming, mention.location)
    name = text.partition("/")[0]
    if mention.plain and not namings and is_bucket_name(name):
        yield from directory.of_parts(symbols.parts(name), None, mention.location)


def _of_unknown(workload: Workload, value: Unknown, directory: Directory, what: str, location: SourceLocation) -> Iterator[Intent]:
    """A text that is known only after deployment: the buckets it is made from are used, by a client that it may describe."""
    for bucket in mentioned_buckets((value,), directory):
        evidence = (Evidence("reference", f"{what} refers to {bucket.id}", location),)
        if workload.platform in (Platform.LAMBDA, Platform.FARGATE) and what == "its environment":
            client = platform_client(workload, sdk_of_runtime(workload.runtime), {})
        else:
            client = client_of(None, Unknown(value.causes), "none")
        yield Intent(workload, bucket, client, hosts_of(client, bucket), evidence)

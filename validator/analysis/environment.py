"""Intents from the environment of a workload: variables, settings and arguments whose values name buckets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from validator.analysis.access import Evidence, Intent
from validator.analysis.buckets import Directory, mentioned_buckets
from validator.analysis.clients import addressing, client_of, hosts_of
from validator.analysis.declared import Settled
from validator.analysis.matrix import sdk_of_image, sdk_of_runtime
from validator.analysis.naming import by_url, spelled, within
from validator.analysis.scripts.aws_cli import may_be_s3
from validator.analysis.scripts.machine import Machine
from validator.analysis.scripts.settings import uses_in_settings
from validator.analysis.strings import Naming, is_bucket_name, is_telling_name, named_in
from validator.analysis.variables import bucket_name_of, paired_region, variable_name
from validator.model.storage import Bucket
from validator.model.workloads import EnvironmentVariable, Workload
from validator.regions import is_region
from validator.symbols import Symbols
from validator.values import Ref, Unknown, unknown

_OF_PROGRAMS = ("S3_ENDPOINT", "S3_ENDPOINT_URL", "AWS_S3_ENDPOINT", "AWS_S3_ENDPOINT_URL")
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", *_OF_PROGRAMS)


def given_to(workload: Workload, scope: str) -> dict[str, object]:
    """The variables that a program is given, by name: its own over those of all."""
    if isinstance(workload.environment, Unknown):
        return {}
    seen = sorted((one for one in workload.environment if one.scope in ("", scope)), key=lambda one: one.scope != "")
    return {variable_name(one.name): one.value for one in seen}


def image_of(workload: Workload, scope: str) -> str:
    """The image of a program, as far as its name is text."""
    return next((Symbols().flat(one.name) for one in workload.images if one.scope == scope and isinstance(one.name, str)), "")


def of_environment(workload: Workload, scope: str, directory: Directory, settled: Settled) -> Iterator[Intent]:
    """The intents of the variables of one program."""
    assert not isinstance(workload.environment, Unknown)
    variables = [one for one in workload.environment if one.scope == scope]
    given = given_to(workload, scope)
    named = [(one, bucket, naming) for one in variables for bucket, naming in _buckets_of(workload, one, directory)]
    if not named or _is_elsewhere(given):
        return
    plain = {name: value for name, value in given.items() if isinstance(value, str)}
    sdk = sdk_of_runtime(workload.runtime) or sdk_of_image(image_of(workload, scope))
    alone = len({bucket.id for _, bucket, _ in named}) == 1
    asked = addressing(plain, _endpoint(plain))
    for variable, bucket, naming in named:
        text = f"variable {variable.name} names a bucket" if variable.sensitive else f"variable {variable.name} names {bucket.id}"
        if naming is not None and naming.host is not None:
            yield by_url(workload, bucket, naming, Evidence("url", text, variable.location))
            continue
        stated = _stated(given, variable, naming, alone=alone)
        client = settled.client(workload, sdk, given) if stated is None else client_of(settled.sdk_for(sdk), stated, "environment")
        yield Intent(workload, bucket, client, hosts_of(client, bucket, asked), (Evidence("environment", text, variable.location),))


def _endpoint(given: Mapping[str, str]) -> str | None:
    """The host of one Region's S3 that the program is pointed at by a variable of its own; the global name says no more than no variable."""
    for name in _OF_PROGRAMS:
        value = given.get(name)
        host = next((naming.host for naming in named_in(f"{value.rstrip('/')}/bucket")), None) if value else None
        if host is not None and host.region is not None:
            return value
    return None


def _is_elsewhere(given: Mapping[str, object]) -> bool:
    """Whether the clients are pointed at something that is not S3 of AWS."""
    value = next((given[name] for name in _ENDPOINTS if given.get(name, "") != ""), None)
    return isinstance(value, str) and not may_be_s3(value)


def _buckets_of(workload: Workload, variable: EnvironmentVariable, directory: Directory) -> Iterator[tuple[Bucket, Naming | None]]:
    """The buckets that a variable's value names: by a reference, a URI, URL or ARN in it, or as a plain name."""
    value = spelled(variable.value, directory)
    match value:
        case Ref() as reference:
            if (found := directory.of_reference(reference)) is not None:
                yield found, None
            return
        case Unknown():
            for bucket in mentioned_buckets((value,), directory):
                yield bucket, None
            if bucket_name_of(variable_name(variable.name)) and not value.mentions:
                yield from ((bucket, None) for bucket in directory.of_parts((value,), None, variable.location))
            return
    symbols = Symbols(secret=variable.sensitive)
    text = symbols.flat(value)
    namings = [within(naming, symbols, workload) for naming in _namings(text, symbols)]
    for naming in namings:
        for bucket in directory.of_parts(symbols.parts(naming.bucket), naming, variable.location):
            yield _shown(variable, bucket, directory), naming
    if not namings:
        yield from ((bucket, None) for bucket in _plain(variable, text, symbols, directory))


def _namings(text: str, symbols: Symbols) -> Iterator[Naming]:
    """What a value names; a document in it is read for the buckets in its members too."""
    if text.lstrip()[:1] in {"{", "["} and "bucket" in text.lower():
        for use in uses_in_settings(text, Machine(symbols, {}), {}, "s3"):
            if use.naming is not None:
                yield Naming(use.naming.form, use.naming.bucket, use.region or use.naming.region, use.naming.host, use.naming.access_point)
        return
    yield from named_in(text)


def _plain(variable: EnvironmentVariable, text: str, symbols: Symbols, directory: Directory) -> Iterator[Bucket]:
    """A value that is nothing but a name: a bucket of the inputs, or anything that a variable called ``...BUCKET`` holds."""
    if (known := directory.known(text)) is not None:
        yield known
        return
    parts = symbols.parts(text)
    symbolic = [bucket for bucket in directory.of_parts(parts, None, variable.location) if bucket.owner == "input"] if len(parts) > 1 else []
    yield from symbolic
    if symbolic:
        return
    if is_telling_name(text) or (bucket_name_of(variable_name(variable.name)) and is_bucket_name(text)):
        yield from (_shown(variable, bucket, directory) for bucket in directory.of_parts(parts, None, variable.location))
    elif "," in text and bucket_name_of(variable_name(variable.name)):
        for name in text.split(","):
            if is_bucket_name(name.strip()):
                yield from directory.of_parts(symbols.parts(name.strip()), None, variable.location)


def _shown(variable: EnvironmentVariable, bucket: Bucket, directory: Directory) -> Bucket:
    """The bucket, without its name where only a sensitive value holds it."""
    return directory.masked(bucket, f"the bucket in {variable.name}", variable.location) if variable.sensitive else bucket


def _stated(given: Mapping[str, object], variable: EnvironmentVariable, naming: Naming | None, *, alone: bool) -> str | Unknown | None:
    """The Region that stands beside the bucket: in its URI, or in a variable that goes with its own; None: nothing states one."""
    if naming is not None and naming.form in {"uri", "name"} and naming.region is not None and is_region(naming.region):
        return naming.region
    paired = paired_region(given, variable_name(variable.name), alone=alone)
    if paired is None or (isinstance(paired, str) and not is_region(paired)):
        return None
    return paired if isinstance(paired, str) else unknown("is not settled by the input", "the Region beside the bucket")

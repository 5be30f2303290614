"""Which workload uses which bucket, by which client, and how that is known.

A name that a workload is given is taken as used. What a text says is evidence; the Region that a client gets has its own source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from validator.analysis.access import Evidence, Intent
from validator.analysis.buckets import Directory, mentioned_buckets
from validator.analysis.clients import client_of, hosts_of
from validator.analysis.declared import NOTHING, Settled, counts, declared_intents, settled_for
from validator.analysis.environment import of_environment
from validator.analysis.matrix import sdk_of_runtime
from validator.analysis.naming import by_url, of_unknown, spelled, within
from validator.analysis.needs import needed
from validator.analysis.permissions import Permissions, with_permissions
from validator.analysis.strings import Naming, is_bucket_name, named_in
from validator.model.storage import Bucket
from validator.model.topology import Topology
from validator.model.workloads import PROGRAM, Mention, Platform, Script, Workload
from validator.options import Declared
from validator.symbols import Symbols
from validator.values import Ref, Unknown


def find_intents(topology: Topology, buckets: Mapping[str, str], declared: Declared = NOTHING) -> tuple[Intent, ...]:
    """Every use of a bucket that the inputs or the configuration show, sorted.

    ``buckets``: name or glob to Region, of buckets outside the inputs. ``declared``: what the configuration says of accesses.
    """
    directory = Directory(topology, buckets)
    found: dict[tuple[object, ...], Intent] = {}
    for workload in topology.workloads.values():
        if workload.exists is False or workload.placements == ():
            continue
        settled = settled_for(workload, declared)
        for intent in (*_of_workload(workload, directory, settled), *declared_intents(workload, directory, declared, settled)):
            key = _key(intent)
            known = found.get(key)
            found[key] = intent if known is None else replace(known, evidence=_merged(known.evidence, intent.evidence))
    running = [one for one in topology.workloads.values() if one.exists is not False and one.placements != ()]
    intents = with_permissions(tuple(_without_echoes(tuple(found.values()))), running, Permissions(topology, directory))
    return tuple(one for one in intents if counts(one, declared))


def _key(intent: Intent) -> tuple[object, ...]:
    """What makes a use another one; of a bucket of AWS's, whose name says the Region, the hosts alone."""
    client, of_bucket = intent.client, (intent.workload.id, intent.bucket.id)
    if intent.bucket.owner == "aws":
        return (*of_bucket, *(host.name for host in intent.hosts))
    return (*of_bucket, client.sdk, client.region, client.source, intent.hosts)


def _merged(known: tuple[Evidence, ...], more: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys((*known, *more)))


def _without_echoes(intents: Sequence[Intent]) -> Iterator[Intent]:
    """Drop what only mentions a bucket, by a client that nothing describes, where the workload uses it by a known one anyway."""
    used = {(one.workload.id, one.bucket.id) for one in intents if one.client.sdk is not None}
    for one in intents:
        if one.client.sdk is not None or one.hosts or (one.workload.id, one.bucket.id) not in used:
            yield one


def _of_workload(workload: Workload, directory: Directory, settled: Settled) -> Iterator[Intent]:
    programs: list[Intent] = []
    for script in workload.scripts:
        found = _of_script(workload, script, directory, settled)
        programs += found if script.kind == PROGRAM else ()
        yield from found
    for mention in workload.mentions:
        yield from _of_mention(workload, mention, directory)
    if isinstance(workload.environment, Unknown):
        known = workload.platform in (Platform.LAMBDA, Platform.FARGATE) or settled.sdk or settled.region
        client = settled.client(workload, sdk_of_runtime(workload.runtime), {}) if known else None
        told = Evidence("reference", "its environment refers to", workload.location)
        yield from of_unknown(workload, workload.environment, directory, told, client)
    else:
        for scope in dict.fromkeys(one.scope for one in workload.environment):
            yield from (one for one in of_environment(workload, scope, directory, settled) if not _is_read_by(programs, one))
    yield from needed(workload)


def _of_script(workload: Workload, script: Script, directory: Directory, settled: Settled) -> list[Intent]:
    from validator.analysis.scripted import of_script  # noqa: PLC0415 - readers of scripts are many, and wanted where there is a script

    return list(of_script(workload, script, directory, settled))


def _is_read_by(programs: Sequence[Intent], intent: Intent) -> bool:
    """Whether a variable is one that the whole program, which is there to read, hands to another client than the variables suggest."""
    of_bucket = [one for one in programs if one.bucket.id == intent.bucket.id and one.client.sdk is not None]
    return (
        bool(of_bucket) and intent.client.source == "runtime" and all((one.client, one.hosts) != (intent.client, intent.hosts) for one in of_bucket)
    )


def _of_mention(workload: Workload, mention: Mention, directory: Directory) -> Iterator[Intent]:
    # What follows a property is the platform's own, in the workload's Region.
    client = client_of(None, workload.region, "runtime")
    symbols = Symbols()
    for bucket, naming in _mentioned(mention, directory, symbols):
        shown = directory.masked(bucket, f"a bucket in {mention.attribute}", mention.location) if mention.sensitive else bucket
        evidence = Evidence("property", f"{mention.attribute} names {'a bucket' if mention.sensitive else shown.id}", mention.location)
        if naming is not None and naming.host is not None:
            yield by_url(workload, shown, within(naming, symbols, workload), evidence, symbols)
        else:
            yield Intent(workload, shown, client, hosts_of(client, shown), (evidence,))


def _mentioned(mention: Mention, directory: Directory, symbols: Symbols) -> Iterator[tuple[Bucket, Naming | None]]:
    match spelled(mention.value, directory):
        case Ref() as reference:
            if (found := directory.of_reference(reference)) is not None:
                yield found, None
            return
        case Unknown() as value:
            yield from ((bucket, None) for bucket in mentioned_buckets((value,), directory))
            return
        case value:
            text = symbols.flat(value)
    namings = list(named_in(text))
    for naming in namings:
        yield from ((bucket, naming) for bucket in directory.of_parts(symbols.parts(naming.bucket), naming, mention.location))
    name = text.partition("/")[0]
    if mention.plain and not namings and is_bucket_name(name):
        yield from ((bucket, None) for bucket in directory.of_parts(symbols.parts(name), None, mention.location))

"""Settings of programs, in JSON, YAML, sections or properties: a bucket with the Region and endpoint that stand beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from validator.aliases import is_written_out
from validator.analysis.matrix import SDKS, Sdk
from validator.analysis.scripts.aws_cli import may_be_s3
from validator.analysis.scripts.machine import Machine, Use
from validator.analysis.strings import Naming, is_bucket_name, named_in
from validator.regions import is_region
from validator.symbols import has_symbol

Tree: TypeAlias = "str | list[Tree] | dict[str, Tree] | None"

_LONGEST = 65_536
_MOST_NODES = 20_000
_DEEP = re.compile(r"(?:- ){40}|[\[{][^\]}\"'\n]{0,3}(?:[\[{][^\]}\"'\n]{0,3}){40}")
_BUCKET = re.compile(r"(?:^|[._-]|(?<=[a-z0-9])(?=B))bucket(?:s|[._-]?names?|[._-]?id)?$", re.IGNORECASE)
_REGION = re.compile(r"(?:^|[._-]|(?<=[a-z0-9])(?=R))region(?:[._-]?name)?$", re.IGNORECASE)
_ENDPOINT = re.compile(r"(?:^|[._-])(?:endpoint(?:[._-]?ur[li])?|host_?base|s3_?url|store\.url)$", re.IGNORECASE)
_ABOUT_S3 = re.compile(r"s3|aws", re.IGNORECASE)
_NOT_S3 = re.compile(r"gcs|google|azure|couchbase|minio|histogram", re.IGNORECASE)
_SECTION = re.compile(r"^[ \t]*(?:\[{1,2}([^\]\n]{1,100})\]{1,2}|<(\w+)[^>\n]{0,200}>)[ \t]*$", re.MULTILINE)
_SETTING = re.compile(r"^[ \t]*([@A-Za-z_][\w.@-]{0,100})[ \t]*(?:[=:]|[ \t])[ \t]*(\S[^\n]{0,500}?)[ \t]*,?$", re.MULTILINE)
_VARIABLE = re.compile(r"\$\{([A-Za-z_]\w{0,80})(?::-?([^}]{0,100}))?\}|\$([A-Za-z_]\w{0,80})")


@dataclass(frozen=True, slots=True)
class _Stanza:
    """Settings that stand together. ``about`` is what stands around them: their section, their parents' names."""

    values: Mapping[str, str]
    about: str


def tree_of(text: str) -> Tree:
    """JSON or YAML as texts, lists and mappings; None where it is neither, or nested as no settings are."""
    text = text[:_LONGEST]
    if _DEEP.search(text):
        return None
    if text.lstrip()[:1] in {"{", "["}:
        try:
            return _texts(json.loads(text))
        except (ValueError, RecursionError):
            pass
    import yaml  # noqa: PLC0415 - only where there is something to read

    try:
        # Scalars stay the texts that they are: no dates, no yes and no.
        tree = yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506 - makes texts only
        return _texts(tree) if is_written_out(tree, _MOST_NODES) else None
    except (yaml.YAMLError, RecursionError, ValueError):
        return None


def _texts(node: object) -> Tree:
    match node:
        case dict():
            return {str(name): _texts(value) for name, value in node.items()}
        case list():
            return [_texts(value) for value in node]
        case None:
            return None
        case bool():
            return "true" if node else "false"
    return str(node)


def uses_in_settings(text: str, machine: Machine, environment: Mapping[str, str], about: str = "") -> Iterator[Use]:
    """The uses that the settings in flat ``text`` describe, then the URIs and URLs in it. ``about``: the name of the file."""
    text = _VARIABLE.sub(lambda found: _held(found, machine, environment), text[:_LONGEST])
    seen: set[str] = set()
    foreign = False
    for stanza in _stanzas(text, about):
        for use in _of_stanza(stanza, environment):
            if use is None:
                foreign = True
            elif use.naming is not None:
                seen.add(use.naming.bucket)
                yield use
    if foreign:
        return
    for naming in named_in(text):
        if naming.bucket not in seen:
            yield Use(naming, None, naming.region if naming.host else None, "url" if naming.host else "none", "a setting", environment=environment)


def _held(found: re.Match[str], machine: Machine, environment: Mapping[str, str]) -> str:
    name, default = found[1] or found[3], found[2]
    value = environment.get(name, default)
    return value if value is not None else machine.symbols.open("is a variable that nothing sets", f"${name}")


def _stanzas(text: str, about: str) -> Iterator[_Stanza]:
    tree = tree_of(text) if not _SECTION.search(text) or text.lstrip().startswith(("{", "[{")) else None
    if isinstance(tree, dict | list):
        yield from _of_tree(tree, about)
        return
    starts = [(0, 0, "")] + [(found.start(), found.end(), found[1] or found[2]) for found in _SECTION.finditer(text)]
    for index, (_, start, name) in enumerate(starts):
        end = starts[index + 1][0] if index + 1 < len(starts) else len(text)
        values = {found[1]: found[2].strip("\"'") for found in _SETTING.finditer(text, start, end)}
        if values:
            yield _Stanza(values, f"{about} {name}")


def _of_tree(tree: Tree, about: str) -> Iterator[_Stanza]:
    """The mappings of a tree, each with its own texts; visited at most so many."""
    waiting: list[tuple[Tree, str]] = [(tree, about)]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        node, names = waiting.pop()
        if isinstance(node, list):
            waiting += [(member, names) for member in reversed(node)]
        elif isinstance(node, dict):
            values = {name: _listed(value) for name, value in node.items() if isinstance(value, str) or _plain_list(value)}
            waiting += [(_pairs(value), f"{names[-200:]} {name}") for name, value in node.items() if name == "environment" and _plain_list(value)]
            if values:
                yield _Stanza(values, names)
            kind = values.get("type") or values.get("@type") or values.get("name") or ""
            waiting += [(value, f"{names[-200:]} {kind[:40]} {name}") for name, value in reversed(node.items()) if isinstance(value, dict | list)]


def _pairs(value: Tree) -> Tree:
    """``[NAME=VALUE, ...]`` as a mapping: how Compose takes variables."""
    members = [member.partition("=") for member in value if isinstance(member, str)] if isinstance(value, list) else []
    return {name: held for name, equals, held in members if equals}


def _plain_list(value: Tree) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(member, str) for member in value)


def _listed(value: Tree) -> str:
    return value if isinstance(value, str) else ",".join(str(member) for member in value or ())


def _of_stanza(stanza: _Stanza, environment: Mapping[str, str]) -> Iterator[Use | None]:
    """The buckets of one stanza; None where it is about another store that speaks S3's protocol."""
    buckets = [(name, value) for name, value in stanza.values.items() if _BUCKET.search(name)]
    if not buckets:
        return
    endpoint = next((value for name, value in stanza.values.items() if _ENDPOINT.search(name) and value), None)
    regions = {name: value for name, value in stanza.values.items() if _REGION.search(name) and (is_region(value) or has_symbol(value))}
    if endpoint is not None and not may_be_s3(endpoint):
        yield None
        return
    words = (
        f"{stanza.about} {' '.join(name for name, _ in buckets)} {stanza.values.get('type', '')} {stanza.values.get('@type', '')} {endpoint or ''}"
    )
    if _NOT_S3.search(stanza.about) or not (regions or _ABOUT_S3.search(words) or (stanza.values.get("Name") or stanza.values.get("name")) == "s3"):
        return
    sdk = _tool(stanza)
    for name, value in buckets:
        region = _beside(name, regions)
        for one in value.split(","):
            yield from _named(one.strip(), sdk, region, endpoint, environment)


def _named(value: str, sdk: Sdk | None, region: str | None, endpoint: str | None, environment: Mapping[str, str]) -> Iterator[Use]:
    named = list(named_in(value))
    if not named and is_bucket_name(value):
        named = [Naming("name", value)]
    for naming in named:
        if naming.host is not None:
            yield Use(naming, None, naming.region, "url", "a setting")
        else:
            source = "configuration" if region else "none"
            yield Use(naming, sdk, region, source, "a setting", None, environment, endpoint)  # type: ignore[arg-type]


def _beside(bucket: str, regions: Mapping[str, str]) -> str | None:
    """The Region for a bucket: of several, that whose name begins as the bucket's does."""
    if len(regions) <= 1:
        return next(iter(regions.values()), None)
    stem = _BUCKET.sub("", bucket).lower()
    return next((value for name, value in regions.items() if _REGION.sub("", name).lower() == stem), next(iter(regions.values())))


def _tool(stanza: _Stanza) -> Sdk | None:
    lowered = {name.lower(): value.lower() for name, value in stanza.values.items()}
    if lowered.get("name") == "s3" and re.search(r"output", stanza.about, re.IGNORECASE):
        return SDKS["fluent-bit"]
    if lowered.get("@type") == "s3":
        return SDKS["fluentd"]
    if re.search(r"\bS3 config$", stanza.about):
        return SDKS["minio-go"]
    return None

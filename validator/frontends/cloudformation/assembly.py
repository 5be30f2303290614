"""CDK cloud assemblies (``cdk.out``): every stack with the Region of its environment, stages too."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from validator.errors import InputError
from validator.files import bytes_of
from validator.frontends.cloudformation.template import read_template
from validator.frontends.encoding import to_utf8
from validator.regions import is_region
from validator.resource import Configuration, InputKind, Resource
from validator.source import SourceLocation
from validator.values import Value

_DEEPEST = 8
_Document = TypeVar("_Document")


class _Properties(Struct, rename="camel"):
    template_file: str = ""
    directory_name: str = ""
    file: str = ""
    stack_name: str = ""
    parameters: dict[str, str] = {}  # msgspec copies it


class _Entry(Struct):
    type: str = ""
    trace: list[str] = []


class _Artifact(Struct):
    type: str
    environment: str = ""
    properties: _Properties = msgspec.field(default_factory=_Properties)
    metadata: dict[str, list[_Entry]] = {}


class _Manifest(Struct):
    version: str
    artifacts: dict[str, _Artifact]


class _Source(Struct):
    path: str = ""


class _File(Struct):
    source: _Source = msgspec.field(default_factory=_Source)


class _Assets(Struct):
    files: dict[str, _File] = {}


@dataclass(frozen=True, slots=True)
class _Stack:
    """A stack of a manifest. ``assets``: the files of its folder by hash; ``traces``: how the app came to each construct, by its path."""

    folder: Path
    template: Path
    region: str | None
    account: str
    parameters: Mapping[str, str]
    assets: Mapping[str, str]
    traces: Mapping[str, Sequence[str]]


_MANIFEST = msgspec.json.Decoder(_Manifest)
_ASSETS = msgspec.json.Decoder(_Assets)
# An entry of a stack trace of Node.js: "new Network (/app/lib/network.ts:12:5)".
_PLACE = re.compile(r"\(?((?:/|[A-Za-z]:[\\/])[^():]{1,1000}\.[cm]?[jt]sx?):(\d{1,7}):(\d{1,7})\)?$")


def read_assembly(
    folder: Path, *, region: str | None, parameters: Mapping[str, str], lookups: Mapping[tuple[str, str], Value]
) -> tuple[Configuration, ...]:
    """The stacks of the assembly in ``folder``; ``region`` is for those whose environment names none.

    Raises InputError with a line per mistake.
    """
    mistakes: list[str] = []
    found: list[Configuration] = []
    for one in sorted(_stacks(folder, 0), key=lambda stack: stack.template):
        try:
            data = to_utf8(str(one.template), bytes_of(one.template))
            if b'"Resources"' not in data:
                # CDK writes templates of empty stacks, and deploys nothing of them.
                continue
            given = {**one.parameters, **parameters}
            stack = read_template(str(one.template), data, region=one.region or region, parameters=given, lookups=lookups, assets=one.assets)
            resources = tuple(_placed(resource, one) for resource in stack.resources)
            found.append(replace(stack, kind=InputKind.CDK_ASSEMBLY, account=one.account, resources=resources))
        except OSError as error:
            mistakes.append(f"{one.template}: {error.strerror or error}, expected a template that {one.folder / 'manifest.json'} names")
        except InputError as error:
            mistakes += error.mistakes
    if mistakes:
        raise InputError(*mistakes)
    if not found:
        raise InputError(f"{folder / 'manifest.json'}: names no stack with resources, expected a CDK cloud assembly")
    return tuple(found)


def _stacks(folder: Path, depth: int) -> Iterator[_Stack]:
    """The stacks of the manifest in ``folder``, each once, those of nested assemblies too."""
    manifest = _decoded(folder / "manifest.json", _MANIFEST, "the manifest of a CDK cloud assembly")
    assets = dict(_assets(folder, manifest))
    seen: set[Path] = set()
    for name, artifact in manifest.artifacts.items():
        properties = artifact.properties
        if artifact.type == "aws:cloudformation:stack" and properties.template_file:
            template = _inside(folder, properties.template_file)
            if template not in seen:
                seen.add(template)
                yield _stack(name, folder, template, artifact, assets)
        elif artifact.type == "cdk:cloud-assembly" and properties.directory_name and depth < _DEEPEST:
            yield from _stacks(_inside(folder, properties.directory_name), depth + 1)


def _stack(name: str, folder: Path, template: Path, artifact: _Artifact, assets: Mapping[str, str]) -> _Stack:
    account, _, region = artifact.environment.removeprefix("aws://").partition("/")
    # Source of the stack's name: cloud-assembly-schema, AwsCloudFormationStackProperties.
    given = {"AWS::StackName": artifact.properties.stack_name or name, **artifact.properties.parameters}
    known = account if account.isdigit() else ""
    parameters = {**given, "AWS::AccountId": known} if known else given
    traces = {path: next((one.trace for one in entries if one.trace), ()) for path, entries in artifact.metadata.items()}
    return _Stack(folder, template, region if is_region(region) else None, known, parameters, assets, traces)


def _assets(folder: Path, manifest: _Manifest) -> Iterator[tuple[str, str]]:
    """Files that the assembly uploads, by the hash that stands in their URL."""
    for artifact in manifest.artifacts.values():
        if artifact.type == "cdk:asset-manifest" and artifact.properties.file:
            file = _inside(folder, artifact.properties.file)
            if file.is_file():
                listed = _decoded(file, _ASSETS, "the asset manifest of a CDK cloud assembly")
                yield from ((name, one.source.path) for name, one in listed.files.items() if one.source.path)


def _decoded(file: Path, decoder: msgspec.json.Decoder[_Document], expected: str) -> _Document:
    try:
        return decoder.decode(to_utf8(str(file), bytes_of(file)))
    except OSError as error:
        raise InputError(f"{file}: {error.strerror or error}, expected {expected}") from error
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise InputError(f"{file}: {error}, expected {expected}") from error


def _placed(resource: Resource, stack: _Stack) -> Resource:
    """The resource at the line of the app that makes it, where a trace leads to one that is there."""
    for entry in stack.traces.get(f"/{resource.path_of_construct}", ()):
        found = _PLACE.search(entry.strip())
        if found is None or "node_modules" in found[1]:
            continue
        file = Path(found[1])
        if not file.is_file():
            return resource
        shown = os.path.relpath(file) if file.resolve().is_relative_to(Path.cwd()) else str(file)
        return replace(resource, location=SourceLocation(shown, int(found[2]), int(found[3]), resource.address))
    return resource


def _inside(folder: Path, name: str) -> Path:
    """A path in the assembly; a manifest from a stranger does not lead out of it."""
    place = Path(os.path.normpath(folder / name))
    if not place.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"{folder / 'manifest.json'}: names a file outside its folder: {name[:80]!r}")
    return place

"""CDK cloud assemblies (``cdk.out``): every stack with the Region of its environment, stages too."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import msgspec
from msgspec import Struct

from validator.errors import InputError
from validator.frontends.cloudformation.template import read_template
from validator.frontends.encoding import to_utf8
from validator.regions import is_region
from validator.resource import Configuration, InputKind
from validator.values import Value

_DEEPEST = 8


class _Properties(Struct, rename="camel"):
    template_file: str = ""
    directory_name: str = ""


class _Artifact(Struct):
    type: str
    environment: str = ""
    properties: _Properties = msgspec.field(default_factory=_Properties)


class _Manifest(Struct):
    version: str
    artifacts: dict[str, _Artifact]


_MANIFEST = msgspec.json.Decoder(_Manifest)


def read_assembly(
    folder: Path, *, region: str | None, parameters: Mapping[str, str], lookups: Mapping[tuple[str, str], Value]
) -> tuple[Configuration, ...]:
    """The stacks of the assembly in ``folder``; ``region`` is for those whose environment names none.

    Raises InputError with a line per mistake.
    """
    mistakes: list[str] = []
    found: list[Configuration] = []
    for file, own, account in sorted(set(_stacks(folder, 0))):
        try:
            data = to_utf8(str(file), file.read_bytes())
            if b'"Resources"' not in data:
                # CDK writes templates of empty stacks, and deploys nothing of them.
                continue
            stack = read_template(str(file), data, region=own or region, parameters=parameters, lookups=lookups)
            found.append(replace(stack, kind=InputKind.CDK_ASSEMBLY, account=account))
        except OSError as error:
            mistakes.append(f"{file}: {error.strerror or error}, expected a template that {folder / 'manifest.json'} names")
        except InputError as error:
            mistakes += error.mistakes
    if mistakes:
        raise InputError(*mistakes)
    if not found:
        raise InputError(f"{folder / 'manifest.json'}: names no stack with resources, expected a CDK cloud assembly")
    return tuple(found)


def _stacks(folder: Path, depth: int) -> Iterator[tuple[Path, str, str]]:
    """Template, Region and account ("" where the environment names none) of each stack, those of nested assemblies too."""
    file = folder / "manifest.json"
    try:
        manifest = _MANIFEST.decode(to_utf8(str(file), file.read_bytes()))
    except OSError as error:
        raise InputError(f"{file}: {error.strerror or error}, expected the manifest of a CDK cloud assembly") from error
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise InputError(f"{file}: {error}, expected the manifest of a CDK cloud assembly") from error
    for artifact in manifest.artifacts.values():
        properties = artifact.properties
        if artifact.type == "aws:cloudformation:stack" and properties.template_file:
            account, _, region = artifact.environment.removeprefix("aws://").partition("/")
            yield _inside(folder, properties.template_file), region if is_region(region) else "", account if account.isdigit() else ""
        elif artifact.type == "cdk:cloud-assembly" and properties.directory_name and depth < _DEEPEST:
            yield from _stacks(_inside(folder, properties.directory_name), depth + 1)


def _inside(folder: Path, name: str) -> Path:
    """A path in the assembly; a manifest from a stranger does not lead out of it."""
    place = Path(os.path.normpath(folder / name))
    if not place.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"{folder / 'manifest.json'}: names a file outside its folder: {name[:80]!r}")
    return place

"""Reads one PATH of the command line: what a file is, is decided by its content, not by its name."""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from typing import Any

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from validator.errors import InputError
from validator.files import bytes_of
from validator.frontends.encoding import to_utf8
from validator.frontends.sources import has_sources
from validator.messages import printable
from validator.options import Options
from validator.resource import Configuration

_SUFFIXES = frozenset({".json", ".yaml", ".yml", ".template"})
_MAXIMUM = 2 * 1024**3
_HCL = (b'resource "', b'module "', b'variable "', b'provider "', b"terraform {", b'data "', b"locals {")
_PLAN_TEXT = (
    b"Terraform will perform the following actions",
    b"OpenTofu will perform the following actions",
    b"Terraform used the selected providers",
)


class _Shape(Struct):
    """The top-level keys that tell what a JSON document is; their values are skipped."""

    format_version: Raw | UnsetType = UNSET
    resource_changes: Raw | UnsetType = UNSET
    planned_values: Raw | UnsetType = UNSET
    values: Raw | UnsetType = UNSET
    lineage: Raw | UnsetType = UNSET
    resources: Raw | UnsetType = UNSET
    Resources: Raw | UnsetType = UNSET
    level: Raw | UnsetType = msgspec.field(default=UNSET, name="@level")


_SHAPE = msgspec.json.Decoder(_Shape)


def read(path: str, options: Options, *, region: str | None) -> tuple[Configuration, ...]:
    """What PATH declares, judged in ``region``.

    PATH: a file, a Terraform module directory, a directory of templates and plans, a CDK cloud assembly, or ``-``.

    Raises InputError with a line per file that cannot be read.
    """
    if path == "-":
        return (_read_bytes("-", sys.stdin.buffer.read(), options, region),)
    place = _place_of(path)
    try:
        if place.is_dir() and is_assembly(place):
            return _read_assembly(place, options, region)
        if place.is_dir() and has_sources(place):
            return (_read_module(place, path, options, region),)
        if place.is_dir():
            return _read_directory(place, options, region)
        return (_read_bytes(path, _bytes_of(place), options, region),)
    except OSError as error:
        message = f"{printable(path)}: {error.strerror or error}"
        raise InputError(message) from error


def _place_of(path: str) -> Path:
    place = Path(path)
    try:
        place.lstat()
    except OSError:
        pass  # Whoever opens it says why it cannot be.
    except ValueError as error:
        message = f"{printable(path)}: not a path: {error}"
        raise InputError(message) from error
    return place


def _read_assembly(place: Path, options: Options, region: str | None) -> tuple[Configuration, ...]:
    from validator.frontends.cloudformation.assembly import read_assembly  # noqa: PLC0415

    return read_assembly(place, region=region, parameters=options.parameters, lookups=options.lookups)


def _read_module(place: Path, shown: str, options: Options, region: str | None) -> Configuration:
    from validator.frontends.terraform.reader import read_module  # noqa: PLC0415
    from validator.frontends.terraform.variables import Given  # noqa: PLC0415

    given = Given(options.variable_files, options.variables, options.variables_from_environment, options.configured_variables)
    return read_module(place, printable(shown), given, fallback_region=region)


def is_assembly(place: Path) -> bool:
    """Whether a directory is a CDK cloud assembly."""
    try:
        return b'"artifacts"' in bytes_of(place / "manifest.json")
    except OSError:
        return False


def _bytes_of(place: Path) -> bytes:
    status = place.stat()
    if stat.S_ISREG(status.st_mode) and status.st_size > _MAXIMUM:
        message = f"{printable(str(place))}: is larger than 2 GiB"
        raise InputError(message)
    # A pipe has no size to ask for, and a device no end.
    return place.read_bytes() if stat.S_ISREG(status.st_mode) else bytes_of(place, _MAXIMUM // 2)


def _read_directory(place: Path, options: Options, region: str | None) -> tuple[Configuration, ...]:
    """The plans and templates directly in a directory; other files beside them are left alone."""
    found: list[Configuration] = []
    mistakes: list[str] = []
    for file in sorted(one for one in place.iterdir() if one.suffix in _SUFFIXES and one.is_file()):
        data = _bytes_of(file)
        if not _is_input(data):
            continue
        try:
            found.append(_read_bytes(str(file), data, options, region))
        except InputError as error:
            mistakes += error.mistakes
    if mistakes:
        raise InputError(*mistakes)
    if not found:
        raise InputError(_empty_directory(place))
    return tuple(found)


def _empty_directory(place: Path) -> str:
    return f"{printable(str(place))}: holds no Terraform sources, no plan and no template, expected *.tf, *.json, *.yaml, *.yml or *.template files"


def _is_input(data: bytes) -> bool:
    """Whether a file in a directory is one of ours: a template or a plan by its keys."""
    return b"Resources" in data or b"format_version" in data or b"R\0e\0s\0o\0u\0r\0c\0e\0s\0" in data


def _read_bytes(path: str, data: bytes, options: Options, region: str | None) -> Configuration:
    shown = "standard input" if path == "-" else printable(path)
    text = to_utf8(shown, data)
    start = text[:4096].lstrip()
    if problem := _not_an_input(text, start):
        message = f"{shown}: {problem}"
        raise InputError(message)
    if start[:1] in (b"{", b"["):
        return _read_json(shown, text, options, region)
    return _read_template(shown, text, options, region)


def _not_an_input(text: bytes, start: bytes) -> str | None:
    """What a file is that is plainly not an input, and what to run instead."""
    if text.startswith(b"PK\x03\x04"):
        return "this is Terraform's binary plan file; make JSON of it with: terraform show -json FILE > plan.json"
    if not start:
        return "is empty, expected a Terraform plan or a CloudFormation template"
    if b"\0" in start:
        return "is a binary file, expected a Terraform plan in JSON or a CloudFormation template"
    if any(phrase in text[:65536] for phrase in _PLAN_TEXT):
        return "this is a plan as people read it; make JSON of it with: terraform show -json FILE > plan.json"
    if start.startswith(_HCL) or any(b"\n" + word in text[:65536] for word in _HCL):
        return "is a Terraform source file; give the module directory that it is in, or the plan: terraform show -json plan.out > plan.json"
    return None


def _read_json(shown: str, text: bytes, options: Options, region: str | None) -> Configuration:
    try:
        shape = _SHAPE.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        return _malformed(shown, text, options, region, error)
    if _given(shape.level):
        message = f"{shown}: this is the event stream of terraform plan -json; save a plan and use: terraform show -json FILE > plan.json"
        raise InputError(message)
    if _given(shape.Resources):
        return _read_template(shown, text, options, region)
    if _given(shape.format_version):
        return _read_plan(shown, text, options, region)
    raise InputError(f"{shown}: {_unknown_json(shape)}")


def _malformed(shown: str, text: bytes, options: Options, region: str | None, error: Exception) -> Configuration:
    """JSON that msgspec refuses: a stream of events, a cut or doubled file, or YAML in flow style."""
    lines = text.split(b"\n", 1)
    if b'"@level"' in lines[0]:
        message = f"{shown}: this is the event stream of terraform plan -json; save a plan and use: terraform show -json FILE > plan.json"
        raise InputError(message) from error
    if b'"format_version"' in text[:65536] or b'"planned_values"' in text[:65536]:
        raise InputError(f"{shown}: {_reason(str(error))}") from error
    return _read_template(shown, text, options, region)


def _reason(said: str) -> str:
    if "truncated" in said:
        return "the JSON ends in the middle, expected all that terraform show -json writes"
    if "trailing characters" in said:
        return f"more than one JSON document ({said}), expected the output of a single terraform show -json"
    return f"{said}, expected the JSON of: terraform show -json"


def _unknown_json(shape: _Shape) -> str:
    if _given(shape.lineage):
        return "this is a raw state file; make JSON of it with: terraform show -json terraform.tfstate > state.json"
    if _given(shape.resource_changes) or _given(shape.planned_values):
        return "has no format_version, expected the JSON of: terraform show -json"
    return "is JSON, but neither a Terraform plan (terraform show -json) nor a CloudFormation template (no Resources)"


def _read_plan(shown: str, text: bytes, options: Options, region: str | None) -> Configuration:
    # Read one plan, pay for one reader: each is imported when asked for.
    from validator.frontends.terraform_plan.reader import read_plan  # noqa: PLC0415

    return read_plan(shown, text, fallback_region=region, source=options.source)


def _read_template(shown: str, text: bytes, options: Options, region: str | None) -> Configuration:
    from validator.frontends.cloudformation.template import read_template  # noqa: PLC0415

    return read_template(shown, text, region=region, parameters=options.parameters, lookups=options.lookups)


def _given(part: Any) -> bool:  # noqa: ANN401 - whatever the key holds
    return not isinstance(part, UnsetType)

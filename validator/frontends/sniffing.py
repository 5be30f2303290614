"""What a path is worth judging as, from a look at its first bytes: for lists of changed files, and for what ``init`` finds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from validator.frontends.sources import is_source

Kind: TypeAlias = Literal["CDK cloud assembly", "CloudFormation template", "Terraform plan", "Terraform root module"]
_HEAD = 262_144
_SUFFIXES = frozenset({".yaml", ".yml", ".json", ".template"})
_VARIABLES = (".tfvars", ".tfvars.json")
_ROOT = re.compile(rb'^[ \t]*+(?:provider\s+"|backend\s+"|cloud\s*\{)|"provider"\s*:', re.MULTILINE)
_YAML = re.compile(rb"^[\"']?Resources[\"']?\s*:", re.MULTILINE)
_TYPE = re.compile(rb"AWSTemplateFormatVersion|\bAWS::|\bAlexa::|\bCustom::")
_JSON = re.compile(rb'"Resources"\s*:\s*\{')
_PLAN = re.compile(rb'\{\s*"format_version"\s*:')
_STATE = re.compile(rb'"(?:terraform_version|planned_values|resource_changes|values)"\s*:')


def kind_of(file: Path) -> Kind | None:
    """What a file is, None where it is no input: a plan or state, or a template. Whether it can be read, reading tells."""
    if file.suffix not in _SUFFIXES:
        return None
    head = _head(file)
    start = head.lstrip()[:1]
    if start == b"{":
        if _PLAN.match(head.lstrip()) and _STATE.search(head):
            return "Terraform plan"
        return "CloudFormation template" if _JSON.search(head) and _TYPE.search(head) else None
    return "CloudFormation template" if _YAML.search(head) and _TYPE.search(head) else None


def is_root_module(folder: Path) -> bool:
    """Whether a folder is a module that is planned by itself: one with a provider or a backend of its own."""
    try:
        return any(_ROOT.search(_head(one)) for one in sorted(folder.iterdir()) if is_source(one.name) and one.is_file())
    except OSError:
        return False


def worth_judging(paths: Iterable[str]) -> Sequence[str]:
    """Of changed files, those that are inputs; a Terraform source stands for the root module that it is in. Folders stay as they are."""
    found: dict[str, None] = {}
    for path in paths:
        place = Path(path)
        if path == "-" or place.is_dir() or kind_of(place):
            found[path] = None
        elif (is_source(place.name) or place.name.endswith(_VARIABLES)) and is_root_module(place.parent):
            found[str(place.parent)] = None
    return tuple(found)


def _head(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            data = opened.read(_HEAD)
    except OSError:
        return b""
    # UTF-16 is ASCII with zeros in between, as far as the words go that are looked for here.
    return data.lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\0", b"")

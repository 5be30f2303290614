"""Documents around scripts: MIME parts, cloud-config, Ignition, build specifications, extensions of Elastic Beanstalk."""

from __future__ import annotations

import base64
import binascii
import re
import shlex
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import unquote

from validator.analysis.matrix import SDKS
from validator.analysis.scripts.arguments import namings
from validator.analysis.scripts.commands import followed, uses_of
from validator.analysis.scripts.files import uses_in_file
from validator.analysis.scripts.machine import OWN_REGION, OWN_ZONE, Command, Machine, Use
from validator.analysis.scripts.mounts import fstab
from validator.analysis.scripts.packages import yum
from validator.analysis.scripts.powershell import of_powershell
from validator.analysis.scripts.settings import Tree, tree_of, uses_in_settings
from validator.analysis.scripts.writing import write
from validator.analysis.strings import named_in

_LARGEST = 1_000_000
_BOUNDARY = re.compile(r"boundary\s*=\s*\"?([^\"\s;]{1,200})", re.IGNORECASE)
_TYPE = re.compile(r"^Content-Type\s*:\s*([\w./+-]+)", re.IGNORECASE | re.MULTILINE)
_ENCODED = re.compile(r"^Content-Transfer-Encoding\s*:\s*base64", re.IGNORECASE | re.MULTILINE)
_MOST_PARTS = 64
_DOCUMENT = re.compile(r"^(?:schemaVersion\s*:|(?:phases|commands|container_commands|files|option_settings|packages)\s*:\s*$)", re.MULTILINE)
_PARAMETER = re.compile(r"\{\{\s*([\w:.-]{1,100})\s*\}\}")
_PHASES = ("install", "pre_build", "build", "post_build")


def parts_of(text: str) -> list[tuple[str, str]]:
    """Content type and text of the parts of a MIME document; empty where it is none."""
    head = text[:2_000]
    boundary = _BOUNDARY.search(head)
    if boundary is None or "multipart/" not in head.lower():
        return []
    found: list[tuple[str, str]] = []
    for piece in re.split(rf"^[ \t]*+--{re.escape(boundary[1])}(?:--)?[ \t]*\r?$", text, flags=re.MULTILINE)[1 : _MOST_PARTS + 1]:
        header, _, body = re.sub(r"\r\n", "\n", piece).lstrip("\n").partition("\n\n")
        kind = _TYPE.search(header)
        if kind is None:
            continue
        found.append((kind[1].lower(), (decoded(body) or body) if _ENCODED.search(header) else body))
    return found


def decoded(text: str) -> str | None:
    """The text in base64, gzip inside it unpacked; None where it is not that."""
    try:
        raw = base64.b64decode(re.sub(r"\s", "", text), validate=True)
        if raw[:2] == b"\x1f\x8b":
            raw = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(raw, _LARGEST)
        return raw.decode()
    except (binascii.Error, ValueError, zlib.error):
        return None


def _mapping(tree: Tree, name: str) -> Mapping[str, Tree]:
    found = tree.get(name) if isinstance(tree, dict) else None
    return found if isinstance(found, dict) else {}


def _list(tree: Tree, name: str) -> list[Tree]:
    found = tree.get(name) if isinstance(tree, dict) else None
    return found if isinstance(found, list) else []


def _member(tree: Tree, name: str) -> Tree:
    return tree.get(name) if isinstance(tree, dict) else None


def _text(tree: Tree, name: str) -> str:
    found = tree.get(name) if isinstance(tree, dict) else None
    return found if isinstance(found, str) else ""


def _lines(commands: Tree) -> str:
    """A list of commands as a script: each a text, or a list of words."""
    members = commands if isinstance(commands, list) else [commands]
    lines = [member if isinstance(member, str) else shlex.join(str(word) for word in member) for member in members if isinstance(member, str | list)]
    return "\n".join(lines)


# --- cloud-config


def of_cloud_config(text: str, machine: Machine) -> Iterator[Use]:
    """The uses in a cloud-config: files first, for commands read them. One that is no YAML is read as lines of shell."""
    if re.match(r"\s*##\s*template:\s*jinja", text):
        text = _PARAMETER.sub(lambda found: _instance_data(found[1], machine), text)
    tree = tree_of(text)
    if not isinstance(tree, dict):
        yield from uses_of(re.sub(r"^[ \t]*+- ", "", text, flags=re.MULTILINE), machine)
        return
    for file in _list(tree, "write_files"):
        write(machine, _text(file, "path"), _content(file))
    for name in ("bootcmd", "runcmd"):
        yield from uses_of(_lines(tree.get(name)), machine)
    for mount in _list(tree, "mounts"):
        if isinstance(mount, list):
            yield from fstab(" ".join(str(word) for word in mount), Command(("mount",), machine.environment), machine)
    if any(_text(tree, name) == "true" for name in ("package_update", "package_upgrade")) or _list(tree, "packages"):
        yield from yum(Command(("yum",), machine.environment), machine)
    rest: Tree = {name: value for name, value in tree.items() if name not in {"write_files", "bootcmd", "runcmd", "mounts"}}
    yield from _named(rest)


def _instance_data(name: str, machine: Machine) -> str:
    """What cloud-init fills in from what it knows of the instance."""
    if re.search(r"(?:^|\.)region$", name):
        return machine.symbols.character(OWN_REGION)
    if re.search(r"availability[._-]zone$", name):
        return machine.symbols.character(OWN_ZONE)
    return machine.symbols.open("is filled in by cloud-init", name)


def _content(file: Tree) -> str:
    content, encoding = _text(file, "content"), _text(file, "encoding").lower()
    return (decoded(content) or "") if encoding in {"b64", "base64", "gz+b64", "gzip+base64", "gz+base64", "gzip+b64"} else content


def _named(tree: Tree) -> Iterator[Use]:
    """What any text of a tree names."""
    waiting: list[Tree] = [tree]
    for _ in range(20_000):
        if not waiting:
            return
        match waiting.pop():
            case dict() as node:
                waiting += reversed(node.values())
            case list() as node:
                waiting += reversed(node)
            case str() as text:
                yield from (followed(naming) for naming in named_in(text))


# --- Ignition


def of_ignition(tree: Tree, machine: Machine) -> Iterator[Use]:
    """The uses in a configuration of Ignition: sources that it fetches, files and units that it writes."""
    waiting: list[tuple[str, Tree]] = [("", tree)]
    for _ in range(20_000):
        if not waiting:
            return
        match waiting.pop():
            case (path, dict() as node):
                own = _text(node, "path") or _text(node, "name") or path
                waiting += [(own if name != "source" else f"{own}\0source", value) for name, value in reversed(node.items())]
            case (path, list() as node):
                waiting += [(path, member) for member in reversed(node)]
            case (path, str() as text) if path.endswith("\0source"):
                yield from _of_source(path.removesuffix("\0source"), text, machine)
            case (path, str() as text) if "[Service]" in text:
                yield from uses_in_file(path, text, machine)


def _of_source(path: str, source: str, machine: Machine) -> Iterator[Use]:
    if source.startswith("data:"):
        kind, _, body = source.removeprefix("data:").partition(",")
        yield from uses_in_file(path, (decoded(body) or "") if kind.endswith("base64") else unquote(body), machine)
        return
    for naming in named_in(source):
        yield replace(followed(naming), tool=None if naming.host else SDKS["ignition"], shown="Ignition")


# --- build specifications, extensions


def of_build(tree: Tree, machine: Machine) -> Iterator[Use]:
    """The uses in a build specification: its variables, then the commands of its phases in order."""
    variables = {name: value for name, value in _mapping(_member(tree, "env"), "variables").items() if isinstance(value, str)}
    environment = {**machine.environment, **variables}
    phases = dict(_mapping(tree, "phases"))
    ordered = [*(name for name in _PHASES if name in phases), *(name for name in phases if name not in _PHASES)]
    script = "\n".join(_lines(_member(phases[name], part)) for name in ordered for part in ("commands", "finally"))
    yield from uses_of(script, machine, environment)


def of_extension(tree: Tree, machine: Machine) -> Iterator[Use]:
    """The uses in a configuration of Elastic Beanstalk's or of cfn-init: sources, packages, files, commands."""
    for name in ("sources", "packages"):
        yield from _named(dict(_mapping(tree, name)))
    for path, file in _mapping(tree, "files").items():
        write(machine, path, _content(file))
        yield from _named(_text(file, "source"))
    for name in ("commands", "container_commands"):
        for _, command in sorted(_mapping(tree, name).items()):
            words = command.get("command") if isinstance(command, dict) else command
            environment = {key: value for key, value in _mapping(command, "env").items() if isinstance(value, str)}
            yield from uses_of(words if isinstance(words, str) else _lines([words]), machine, {**machine.environment, **environment})


# --- components of Image Builder, documents of Systems Manager


def of_component(tree: Tree, machine: Machine) -> Iterator[Use]:
    """The uses in a component of Image Builder's: the commands of its steps, and what they move."""
    for step in [step for phase in _list(tree, "phases") for step in _list(phase, "steps")]:
        inputs = _member(step, "inputs")
        commands = _lines(_member(inputs, "commands") or [])
        if _text(step, "action") == "ExecutePowerShell":
            yield from of_powershell(commands, machine)
        elif commands:
            yield from uses_of(commands, machine)
        else:
            yield from _named(inputs)


def of_systems_manager(tree: Tree, machine: Machine) -> Iterator[Use]:
    """The uses in a document of Systems Manager: the commands of its steps, what they download, where sessions are kept."""
    steps = [_mapping(step, "inputs") for step in _list(tree, "mainSteps")]
    steps += [part for plugin in _mapping(tree, "runtimeConfig").values() for part in _list(plugin, "properties") if isinstance(part, dict)]
    for inputs in steps:
        commands = _PARAMETER.sub(lambda found: _given(found[1], machine), _lines(inputs.get("runCommand")))
        yield from uses_of(commands, machine)
        yield from _named({name: value for name, value in inputs.items() if name != "runCommand"})
    for naming in namings(_text(_member(tree, "inputs"), "s3BucketName"), plain=True):
        yield Use(naming, SDKS["ssm-agent"], None, "none", "a session's log")


def _given(name: str, machine: Machine) -> str:
    """What stands in commands for a parameter."""
    if name == "global:REGION":
        return machine.symbols.character(OWN_REGION)
    return machine.symbols.open("is a parameter of the document", name)


def document_reader(text: str, kind: str) -> Callable[[Machine], Iterator[Use]] | None:
    """How a document is read that is no script; None where it is none."""
    start = text.lstrip()[:400]
    if re.match(r"(?:##\s*template:\s*jinja\s*\n)?\s*#cloud-config", start):
        return lambda machine: of_cloud_config(text, machine)
    looks = start.startswith("{") or _DOCUMENT.search(text)
    tree = tree_of(text) if looks else None
    if not isinstance(tree, dict):
        return None
    if "ignition" in tree:
        return lambda machine: of_ignition(tree, machine)
    if isinstance(tree.get("phases"), dict):
        return lambda machine: of_build(tree, machine)
    if kind != "command" and {"commands", "container_commands", "files", "sources"} & set(tree):
        return lambda machine: of_extension(tree, machine)
    if isinstance(tree.get("phases"), list):
        return lambda machine: of_component(tree, machine)
    if "schemaVersion" in tree:
        return lambda machine: of_systems_manager(tree, machine)
    if re.match(r"\{\s*\"", start):
        return lambda machine: uses_in_settings(text, machine, machine.environment)
    return None

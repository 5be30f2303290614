"""Modules as they are declared: a folder's files put together, the modules it calls found on disk.

Source: https://developer.hashicorp.com/terraform/language/files
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal as OneOf

import msgspec

from validator.errors import InputError
from validator.files import bytes_of
from validator.frontends.sources import is_source
from validator.frontends.terraform.constraints import Constraint, constraint_of
from validator.frontends.terraform.json_syntax import parse_json
from validator.frontends.terraform.parse import parse_file
from validator.frontends.terraform.syntax import Attribute, Block, Body, Expression, Literal, ObjectOf, written
from validator.source import SourceLocation
from validator.values import Cause

Mode = OneOf["managed", "data"]
ResourceName = tuple[str, str, str]
"""Mode, type, name."""

_LARGEST = 32 * 1024**2
_STRAY = "waives nothing: it must stand right above a resource, data or module block"
_META = frozenset({"count", "for_each", "provider", "depends_on"})
META_BLOCKS = frozenset({"lifecycle", "provisioner", "connection"})
_META_CALL = frozenset({"source", "version", "providers", "count", "for_each", "depends_on"})


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable block."""

    name: str
    constraint: Constraint
    default: Attribute | None
    nullable: bool
    sensitive: bool
    location: SourceLocation


@dataclass(frozen=True, slots=True)
class Declared:
    """A resource, data or module block, without its meta-arguments in ``body``."""

    block: Block
    body: Body
    count: Attribute | None
    for_each: Attribute | None
    provider: Attribute | None = None


@dataclass(frozen=True, slots=True)
class Module:
    """What one folder declares. ``folder`` is its path as Terraform writes it, ``place`` where it is."""

    folder: str
    place: Path
    variables: Mapping[str, Variable]
    locals: Mapping[str, Attribute]
    outputs: Mapping[str, Block]
    resources: Mapping[ResourceName, Declared]
    calls: Mapping[str, Declared]
    providers: Mapping[str, Block]
    moves: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Library:
    """Finds and reads modules, each once. ``installed`` are the folders of downloaded modules by the path of calls: ``vpc.subnets``.

    ``notes`` are facts for the reader of a report.
    ``boundary`` is the work tree: nothing outside it is read. Without one, modules are where the sources say.
    """

    boundary: Path | None
    root: Path
    shown: str
    installed: Mapping[str, str] = field(default_factory=dict)
    notes: list[Cause] = field(default_factory=list)
    _read: dict[Path, Module] = field(default_factory=dict)

    @property
    def folders(self) -> Collection[Path]:
        """Where files may be read: in the work tree; without one, in the folders of the modules that were read."""
        return (self.boundary,) if self.boundary else self._read.keys()

    def load(self, place: Path, folder: str) -> Module:
        """The module in a folder. Raises InputError with a line per mistake."""
        if place not in self._read:
            self._read[place] = _module(place, folder, self.shown_path, self.notes)
        return self._read[place]

    def called(self, caller: Module, name: str, path: tuple[str, ...]) -> Module | Cause:
        """The module that a call calls, ``path`` being the names of the calls down to it; or why it is not there."""
        call = caller.calls[name]
        source = call.block.body.attributes.get("source")
        location = SourceLocation(call.block.path, *call.block.at)
        found = source.expression.value if source and isinstance(source.expression, Literal) else None
        if not isinstance(found, str):
            return Cause("calls a module whose source is not a plain string", f"module.{name}.source", location)
        if found.startswith(("./", "../")) or found in {".", ".."}:
            place = (caller.place / found).resolve()
            folder = _joined(caller.folder, found)
        elif ".".join(path) in self.installed:
            folder = self.installed[".".join(path)]
            place = (self.root / folder).resolve()
        else:
            return Cause("is a module that is not downloaded; run terraform init", f"module.{name}", location)
        if self.boundary and not place.is_relative_to(self.boundary):
            return Cause("is a module outside the tree that may be read", f"module.{name}", location)
        if not place.is_dir():
            return Cause("is a module whose folder is not there", f"module.{name}", location)
        return self.load(place, folder)

    def shown_path(self, file: Path) -> str:
        """A file's path as people know it: from the folder that they gave."""
        try:
            return str(Path(self.shown) / file.relative_to(self.root))
        except ValueError:
            return _upwards(Path(self.shown), self.root, file)


def _upwards(shown: Path, root: Path, file: Path) -> str:
    for steps, parent in enumerate(root.parents, 1):
        if file.is_relative_to(parent):
            return str(Path(_normal(shown, steps)) / file.relative_to(parent))
    return str(file)


def _normal(shown: Path, steps: int) -> Path:
    parts = list(shown.parts)
    while steps and parts and parts[-1] not in {"..", "/"}:
        parts.pop()
        steps -= 1
    return Path(*parts, *[".."] * steps)


def library_of(folder: Path, shown: str) -> Library:
    """The library of a root module; its boundary is the git work tree that it is in."""
    root = folder.resolve()
    boundary = next((parent for parent in (root, *root.parents) if (parent / ".git").exists()), None)
    return Library(boundary, root, shown, _installed(root))


class _Entry(msgspec.Struct):
    key: str = msgspec.field(name="Key", default="")
    folder: str = msgspec.field(name="Dir", default="")


class _Manifest(msgspec.Struct):
    modules: list[_Entry] = msgspec.field(name="Modules", default_factory=list)


def _installed(root: Path) -> Mapping[str, str]:
    try:
        data = bytes_of(root / ".terraform" / "modules" / "modules.json")
        return {entry.key: entry.folder for entry in msgspec.json.decode(data, type=_Manifest).modules}
    except (OSError, msgspec.MsgspecError):
        return {}


def source_files(folder: Path) -> list[Path]:
    """The source files of a module in the order in which they are read: overrides last; ``a.tofu`` hides ``a.tf``."""
    names = sorted(one.name for one in folder.iterdir() if is_source(one.name) and one.is_file())
    hidden = {name.replace(".tofu", ".tf") for name in names if ".tofu" in name}
    kept = [name for name in names if name not in hidden]
    return [folder / name for name in sorted(kept, key=lambda name: (_is_override(name), name))]


def _is_override(name: str) -> bool:
    stem = name.partition(".")[0]
    return stem == "override" or stem.endswith("_override")


def _module(place: Path, folder: str, shown_path: Callable[[Path], str], notes: list[Cause]) -> Module:
    declarations = _Declarations()
    mistakes: list[str] = []
    for file in source_files(place):
        shown = shown_path(file)
        try:
            body = read_source(file, shown)
            declarations.add(body, shown, overrides=_is_override(file.name))
            notes += [Cause(_STRAY, f"the waiver in {one.location}", one.location) for one in body.allowances]
        except InputError as error:
            mistakes += error.mistakes
    if mistakes:
        raise InputError(*mistakes)
    return declarations.module(folder, place)


def read_source(file: Path, shown: str) -> Body:
    """The body of one file. Raises InputError."""
    try:
        if file.stat().st_size > _LARGEST:
            raise InputError(f"{shown}: is larger than 32 MiB")
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{shown}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{shown}: is not UTF-8 at byte {error.start}") from error
    return parse_json(shown, text) if file.name.endswith(".json") else parse_file(shown, text)


def _joined(folder: str, source: str) -> str:
    """A module's path as ``path.module`` gives it."""
    parts = [part for part in folder.split("/") if part not in {"", "."}]
    for part in source.split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts) or "."


@dataclass(slots=True)
class _Declarations:
    """The blocks of a module by what they declare; overriding ones are merged in."""

    blocks: dict[tuple[str, ...], Block] = field(default_factory=dict)
    locals: dict[str, Attribute] = field(default_factory=dict)
    moves: list[tuple[str, str]] = field(default_factory=list)

    def add(self, body: Body, path: str, *, overrides: bool) -> None:
        mistakes: list[str] = []
        for block in body.blocks:
            if block.type == "locals":
                self.locals |= block.body.attributes
                continue
            ends = [block.body.attributes.get(end) for end in ("from", "to")] if block.type == "moved" else []
            self.moves += [(written(old.expression), written(new.expression)) for old, new in [ends] if old and new] if ends else []
            name = _identity(block)
            if name is None:
                continue
            first = self.blocks.get(name)
            if first is not None and not overrides and block.type not in {"terraform", "check", "moved", "import", "removed"}:
                line, column = block.at
                shown = " ".join((block.type, *(f'"{label}"' for label in block.labels)))
                mistakes.append(f"{path}:{line}:{column}: {shown} is declared twice, first at {first.path}:{first.at[0]}")
            self.blocks[name] = block if first is None or not overrides else _overridden(first, block)
        if mistakes:
            raise InputError(*mistakes)

    def module(self, folder: str, place: Path) -> Module:
        of_type = self._of_type
        resources: dict[ResourceName, Declared] = {}
        for mode, kind in (("managed", "resource"), ("data", "data")):
            resources |= {(mode, block.labels[0], block.labels[1]): _declared(block, _META) for block in of_type(kind, 2)}
        return Module(
            folder,
            place,
            {block.labels[0]: _variable(block) for block in of_type("variable", 1)},
            self.locals,
            {block.labels[0]: block for block in of_type("output", 1)},
            resources,
            {block.labels[0]: _declared(block, _META_CALL) for block in of_type("module", 1)},
            {_provider_key(block): block for block in of_type("provider", 1)},
            tuple(self.moves),
        )

    def _of_type(self, kind: str, labels: int) -> Iterator[Block]:
        return (block for block in self.blocks.values() if block.type == kind and len(block.labels) == labels)


def _identity(block: Block) -> tuple[str, ...] | None:
    if block.type == "provider" and block.labels:
        return ("provider", _provider_key(block))
    return (block.type, *block.labels) if block.labels else None


def _provider_key(block: Block) -> str:
    alias = block.body.attributes.get("alias")
    name = alias.expression.value if alias and isinstance(alias.expression, Literal) else None
    return f"{block.labels[0]}.{name}" if name else block.labels[0]


def _overridden(first: Block, override: Block) -> Block:
    """Attributes replaced one by one, nested blocks by type."""
    replaced = {block.type for block in override.body.blocks} | {label for block in override.body.of_type("dynamic") for label in block.labels[:1]}
    kept = tuple(block for block in first.body.blocks if block.type not in replaced)
    body = Body({**first.body.attributes, **override.body.attributes}, (*kept, *override.body.blocks))
    return Block(first.at, first.type, first.labels, body, first.path, (*first.allowances, *override.allowances))


def _declared(block: Block, meta: frozenset[str]) -> Declared:
    attributes = block.body.attributes
    plain = {name: attribute for name, attribute in attributes.items() if name not in meta}
    blocks = tuple(one for one in block.body.blocks if one.type not in META_BLOCKS)
    return Declared(block, Body(plain, blocks), attributes.get("count"), attributes.get("for_each"), attributes.get("provider"))


def _variable(block: Block) -> Variable:
    attributes = block.body.attributes
    kind = attributes.get("type")
    return Variable(
        block.labels[0],
        constraint_of(kind.expression if kind else None),
        attributes.get("default"),
        nullable=not _is(attributes.get("nullable"), value=False),
        # An ephemeral value is nobody's to keep either.
        sensitive=any(_is(attributes.get(mark), value=True) for mark in ("sensitive", "ephemeral")),
        location=SourceLocation(block.path, *block.at),
    )


def _is(attribute: Attribute | None, *, value: bool) -> bool:
    return attribute is not None and isinstance(attribute.expression, Literal) and attribute.expression.value is value


def providers_of(call: Declared) -> Mapping[str, Expression]:
    """The providers that a module call passes: the name inside to the reference outside."""
    given = call.block.body.attributes.get("providers")
    if given is None or not isinstance(given.expression, ObjectOf):
        return {}
    return {provider_name(key): value for key, value in given.expression.items}


def provider_name(expression: Expression) -> str:
    """``aws`` or ``aws.west``, from a reference or a string."""
    return str(expression.value) if isinstance(expression, Literal) else written(expression)

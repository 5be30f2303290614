"""The paths of the catalogue: every place in a resource to which one leads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from validator.conversion.fields import Fields
from validator.conversion.kinds.entry import Condition
from validator.model.network import Link
from validator.symbols import from_json
from validator.values import Cause, Ref, Text, Truth, Unknown, Value, index_of, unknown

_DEPTH = 12
_JSON = "|json"
_REGION = "{region}"


@dataclass(frozen=True, slots=True)
class Place:
    """One attribute that is there: the block that it stands in, and its name."""

    block: Fields
    name: str

    @property
    def value(self) -> Value:
        """What stands there, never None."""
        return self.block.value(self.name)

    def links(self, kinds: Mapping[str, object] | None = None) -> tuple[Link, ...] | Unknown:
        """The entities that it names."""
        return self.block.links(self.name, kinds)


def places(fields: Fields, path: str) -> Iterator[Place | Unknown]:
    """Every place that ``path`` leads to where something stands; Unknown where what is on the way is not known."""
    if not path:
        return
    step, dot, rest = path.partition(".")
    if not dot:
        if fields.value(step) is not None:
            yield Place(fields, step)
        return
    for block in blocks(fields, step):
        if isinstance(block, Unknown):
            yield block
        elif rest == "*":
            yield from (Place(block, name) for name in sorted(block.values) if block.value(name) is not None)
        else:
            yield from places(block, rest)


def known_places(fields: Fields, path: str) -> Iterator[Place]:
    """The places whose way is known."""
    yield from (found for found in places(fields, path) if isinstance(found, Place))


def blocks(fields: Fields, path: str) -> Iterator[Fields | Unknown]:
    """Every block that ``path`` leads to; the resource itself for the empty path."""
    if not path:
        yield fields
        return
    step, dot, rest = path.partition(".")
    for block in _step(fields, step):
        if isinstance(block, Unknown) or not dot:
            yield block
        else:
            yield from blocks(block, rest)


def _step(fields: Fields, step: str) -> Iterator[Fields | Unknown]:
    if step == "*":
        for name in sorted(fields.values):
            yield from _blocks_at(fields, name, fields.value(name))
    elif step == "**":
        yield from _below(fields, 0)
    elif "?" in step:
        name, _, wanted = step.partition("?")
        yield from (block for block in _blocks_at(fields, name, fields.value(name)) if isinstance(block, Unknown) or _is_option(block, wanted))
    elif step.endswith(_JSON):
        name = step.removesuffix(_JSON)
        yield from _blocks_at(fields, name, _decoded(fields, name))
    else:
        yield from _blocks_at(fields, step, fields.value(step))


def _below(fields: Fields, depth: int) -> Iterator[Fields]:
    """The block and every block in it."""
    yield fields
    if depth < _DEPTH:
        for name, value in fields.values.items():
            if isinstance(value, Mapping | tuple):
                yield from (inner for block in _blocks_at(fields, name, value) if isinstance(block, Fields) for inner in _below(block, depth + 1))


def _blocks_at(fields: Fields, name: str, value: Value) -> Iterator[Fields | Unknown]:
    where = f"{fields.prefix}.{name}" if fields.prefix else name
    match value:
        case Mapping():
            yield Fields(fields.resource, fields.naming, value, where)
        case tuple():
            for index, member in enumerate(value):
                if isinstance(member, Mapping):
                    yield Fields(fields.resource, fields.naming, member, f"{where}.{index}")
                elif isinstance(member, tuple):
                    yield from _blocks_at(fields, f"{name}.{index}", member)
                elif isinstance(member, Unknown | Ref | Text):
                    yield opened(member, fields, name)
        case Unknown() | Ref() | Text():
            yield opened(value, fields, name)


def _decoded(fields: Fields, name: str) -> Value:
    """JSON in a string; a mapping or list that stands there as such is taken too."""
    written = fields.value(name)
    if not isinstance(written, str | Text):
        return written
    found = from_json(written)
    return unknown("is not JSON", f"{fields.id}.{name}", fields.place(name)) if found is None else found


def opened(value: Unknown | Ref | Text, fields: Fields, name: str) -> Unknown:
    """What stands in the place of a block, and says nothing of what is in it, but what it is made from."""
    match value:
        case Unknown():
            return value
        case Ref():
            return Unknown((Cause("is known only after deployment", str(value), fields.place(name)),), None, (value,))
        case Text(parts=parts):
            mentions = tuple(part for part in parts if isinstance(part, Ref))
            return Unknown((Cause("is made of several pieces", f"{fields.id}.{name}", fields.place(name)),), None, mentions)


def _is_option(block: Fields, wanted: str) -> bool:
    """Whether an option setting has the namespace and, where one is wanted, the name ``namespace/name``."""
    namespace, _, name = wanted.partition("/")
    return namespace in (block.value("namespace"), block.value("Namespace")) and (
        not name or name in (block.value("name"), block.value("OptionName"))
    )


def holds(condition: Condition | None, block: Fields, resource: Fields, workload: Fields) -> Truth:
    """Whether ``condition`` holds for what stands in ``block`` of ``resource``, a part of ``workload``; True without one."""
    if condition is None:
        return True
    start = {"/": resource, "^": workload, "<": _around(block)}.get(condition.path[0], block)
    found = next(places(start, condition.path.lstrip("/^<")), None)
    if found is None:
        return condition.default
    if isinstance(found, Unknown):
        return Unknown(found.causes)
    held = found.block.text(found.name)
    if isinstance(held, Unknown):
        return Unknown(held.causes)
    region = resource.resource.region
    wanted = [region if value == _REGION else value for value in condition.values]
    if held is not None and any(isinstance(one, str) and fnmatchcase(held.lower(), one) for one in wanted):
        return True
    return next((Unknown(one.causes) for one in wanted if isinstance(one, Unknown)), False)


def _around(block: Fields) -> Fields:
    """The block that a block stands in; the resource where it stands in none."""
    steps = block.prefix.split(".")[:-1]
    found: Value = block.resource.attributes
    for step in steps:
        if isinstance(found, tuple) and (index := index_of(step)) is not None and index < len(found):
            found = found[index]
        else:
            found = found.get(step) if isinstance(found, Mapping) else None
    return Fields(block.resource, block.naming, found if isinstance(found, Mapping) else block.resource.attributes, ".".join(steps))

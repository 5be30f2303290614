"""The bodies of blocks as values: attributes, nested blocks, and those that ``dynamic`` makes; with their places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from validator.frontends.terraform.evaluate import Scope, value_of
from validator.frontends.terraform.members import entries
from validator.frontends.terraform.modules import META_BLOCKS
from validator.frontends.terraform.symbolic import Instance, Result, unsettled
from validator.frontends.terraform.syntax import Block, Body, Literal, Name, ObjectOf, TupleOf
from validator.source import SourceLocation
from validator.values import Ref, Text, Unknown

_PLACED = 200


def member_value(body: Body, name: str, scope: Scope) -> Result:
    """An attribute, or a tuple of the nested blocks of that name; None where there is neither."""
    if name in body.attributes:
        return value_of(body.attributes[name].expression, scope)
    found: list[Result] = []
    for block in body.blocks:
        if block.type == name:
            found.append(body_value(block.body, scope))
        elif block.type == "dynamic" and block.labels[:1] == (name,):
            made = _dynamic(block, scope)
            if isinstance(made, Unknown):
                return made
            found += made
    return tuple(found) if found or _has_block(body, name) else None


def _has_block(body: Body, name: str) -> bool:
    return any(block.type == "dynamic" and block.labels[:1] == (name,) for block in body.blocks)


def names_of(body: Body) -> tuple[str, ...]:
    """The attributes and nested blocks that a body sets, each once."""
    nested = (block.labels[0] if block.type == "dynamic" and block.labels else block.type for block in body.blocks if block.type not in META_BLOCKS)
    return tuple(dict.fromkeys([*body.attributes, *nested]))


def body_value(body: Body, scope: Scope) -> Mapping[str, Result]:
    """Everything that a body sets."""
    return {name: member_value(body, name, scope) for name in names_of(body)}


def _dynamic(block: Block, scope: Scope) -> list[Result] | Unknown:
    """The blocks that a ``dynamic`` block makes."""
    over = block.body.attributes.get("for_each")
    content = next(block.body.of_type("content"), None)
    if over is None or content is None:
        return []
    collection = value_of(over.expression, scope)
    if isinstance(collection, Unknown | Ref | Text | Instance):
        return unsettled(collection)
    if not isinstance(collection, tuple | Mapping):
        return []
    iterator = _iterator(block)
    return [body_value(content.body, scope.inside(**{iterator: {"key": key, "value": value}})) for key, value in entries(collection)]


def _iterator(block: Block) -> str:
    named = block.body.attributes.get("iterator")
    match named.expression if named else None:
        case Name(name=name):
            return name
        case Literal(value=str(name)):
            return name
    return block.labels[0]


def positions(body: Body, address: str, prefix: str = "") -> Iterator[tuple[str, SourceLocation]]:
    """The places of attributes and nested blocks by dotted path; one block alone stands for its type too."""
    for name, attribute in body.attributes.items():
        yield f"{prefix}{name}", SourceLocation(attribute.path, *attribute.at, address, f"{prefix}{name}")
        if isinstance(attribute.expression, ObjectOf | TupleOf):
            yield from _inside(attribute.expression, attribute.path, address, f"{prefix}{name}")
    counts: dict[str, int] = {}
    for block in body.blocks:
        name, inner = _named(block)
        index = counts.get(name, 0)
        counts[name] = index + 1
        place = SourceLocation(block.path, *block.at, address, f"{prefix}{name}")
        if index == 0:
            yield f"{prefix}{name}", place
            yield from positions(inner, address, f"{prefix}{name}.")
        if index < _PLACED:
            yield f"{prefix}{name}.{index}", place
            yield from positions(inner, address, f"{prefix}{name}.{index}.")


def _inside(expression: ObjectOf | TupleOf, path: str, address: str, prefix: str) -> Iterator[tuple[str, SourceLocation]]:
    """The places of the members of objects and lists as they are written."""
    if isinstance(expression, ObjectOf):
        members = [(str(key.value), key.at, value) for key, value in expression.items if isinstance(key, Literal)]
    else:
        members = [(str(index), item.at, item) for index, item in enumerate(expression.items[:_PLACED])]
    for name, at, value in members:
        yield f"{prefix}.{name}", SourceLocation(path, *at, address, f"{prefix}.{name}")
        if isinstance(value, ObjectOf | TupleOf):
            yield from _inside(value, path, address, f"{prefix}.{name}")


def _named(block: Block) -> tuple[str, Body]:
    if block.type == "dynamic" and block.labels:
        content = next(block.body.of_type("content"), None)
        return block.labels[0], content.body if content else Body({}, ())
    return block.type, block.body

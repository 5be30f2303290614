"""Terraform's JSON syntax (``.tf.json``) as the same bodies, blocks and expressions.

Whether an object is a nested block or a map cannot be told without the provider's schema; both come out as an attribute, which reads the same.
Source: https://developer.hashicorp.com/terraform/language/syntax/json
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import yaml

from validator.allowances import Allowance, of_comment
from validator.errors import InputError
from validator.frontends.terraform.numerals import numeral
from validator.frontends.terraform.parse import parse_template
from validator.frontends.terraform.syntax import Attribute, Block, Body, Expression, Literal, Name, ObjectOf, Place, TupleOf
from validator.source import SourceLocation

_LABELS: Mapping[str, int] = MappingProxyType(
    {"resource": 2, "data": 2, "ephemeral": 2, "variable": 1, "output": 1, "module": 1, "provider": 1, "check": 1, "locals": 0, "terraform": 0,
     "moved": 0, "import": 0, "removed": 0}
)  # fmt: skip
_REFERENCES = frozenset({"provider"})
_TYPE = "type"


def parse_json(path: str, text: str) -> Body:
    """The body of a ``.tf.json`` file. Raises InputError."""
    root = _composed(path, text)
    return Body({}, tuple(block for name, value, at in _members(root) for block in _blocks(path, name, value, at)))


def _composed(path: str, text: str) -> yaml.MappingNode:
    try:
        # JSON is YAML, and the composer keeps places; it refuses tabs, which stand for white space only.
        root = yaml.compose(text.replace("\t", " "), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else path
        raise InputError(f"{place}: is not JSON, expected Terraform's JSON syntax") from error
    if not isinstance(root, yaml.MappingNode):
        raise InputError(f"{path}: is not an object, expected Terraform's JSON syntax")
    return root


def _at(node: yaml.Node) -> Place:
    return (node.start_mark.line + 1, node.start_mark.column + 1)


def _members(node: yaml.Node) -> Iterator[tuple[str, yaml.Node, Place]]:
    """Name, value and place of the members of an object, or of each object in a list."""
    if isinstance(node, yaml.SequenceNode):
        for one in node.value:
            yield from _members(one)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value != "//":
                yield str(key.value), value, _at(key)


def _blocks(path: str, name: str, node: yaml.Node, at: Place, labels: tuple[str, ...] = ()) -> Iterator[Block]:
    if name not in _LABELS:
        return
    if len(labels) < _LABELS[name]:
        for label, value, place in _members(node):
            yield from _blocks(path, name, value, place, (*labels, label))
        return
    for one in node.value if isinstance(node, yaml.SequenceNode) else [node]:
        yield Block(at, name, labels, _body(path, one, in_variable=name == "variable"), path, tuple(_allowances(path, one)))


def _allowances(path: str, node: yaml.Node) -> Iterator[Allowance]:
    """The waivers in the comments of a block: strings under "//"."""
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        for one in (value.value if isinstance(value, yaml.SequenceNode) else [value]) if key.value == "//" else ():
            found = of_comment(f"# {one.value}", SourceLocation(path, *_at(one))) if isinstance(one, yaml.ScalarNode) else None
            if found:
                yield found


def _body(path: str, node: yaml.Node, *, in_variable: bool = False) -> Body:
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    for name, value, at in _members(node):
        if name == "dynamic":
            for label, content, place in _members(value):
                blocks += [_dynamic(path, label, one, place) for one in (content.value if isinstance(content, yaml.SequenceNode) else [content])]
        elif name == "provider" or (name == _TYPE and in_variable):
            attributes[name] = Attribute(at, name, _reference(path, value), path)
        else:
            attributes[name] = Attribute(at, name, _expression(path, value), path)
    return Body(attributes, tuple(blocks))


def _dynamic(path: str, label: str, node: yaml.Node, at: Place) -> Block:
    body = _body(path, node)
    content = next((value for name, value, _ in _members(node) if name == "content"), None)
    inner = (Block(at, "content", (), _body(path, content), path),) if content is not None else ()
    kept = {name: attribute for name, attribute in body.attributes.items() if name != "content"}
    return Block(at, "dynamic", (label,), Body(kept, inner), path)


def _reference(path: str, node: yaml.Node) -> Expression:
    """A string that is an expression, not a template: a provider, a type."""
    if not isinstance(node, yaml.ScalarNode):
        return _expression(path, node)
    text = str(node.value)
    return parse_template(path, text if text.startswith("${") else "${" + text + "}", _at(node)) if text else Name(_at(node), text)


def _expression(path: str, node: yaml.Node) -> Expression:
    at = _at(node)
    if isinstance(node, yaml.MappingNode):
        return ObjectOf(at, tuple((parse_template(path, key.value, _at(key)), _expression(path, value)) for key, value in node.value))
    if isinstance(node, yaml.SequenceNode):
        return TupleOf(at, tuple(_expression(path, member) for member in node.value))
    text = str(node.value)
    if _is_quoted(node):
        return parse_template(path, text, at)
    if text in {"true", "false", "null"}:
        return Literal(at, {"true": True, "false": False}.get(text))
    try:
        return Literal(at, numeral(text))
    except (ValueError, OverflowError) as error:
        raise InputError(f"{path}:{at[0]}:{at[1]}: is not JSON, expected a value") from error


def parse_values(path: str, text: str) -> Mapping[str, Attribute]:
    """The attributes of a ``.tfvars.json`` file, constants all. Raises InputError."""
    root = _composed(path, text)
    return {name: Attribute(at, name, _constant(path, value), path) for name, value, at in _members(root)}


def _is_quoted(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style == '"'


def _constant(path: str, node: yaml.Node) -> Expression:
    if isinstance(node, yaml.MappingNode):
        return ObjectOf(_at(node), tuple((Literal(_at(key), str(key.value)), _constant(path, value)) for key, value in node.value))
    if isinstance(node, yaml.SequenceNode):
        return TupleOf(_at(node), tuple(_constant(path, member) for member in node.value))
    return Literal(_at(node), str(node.value)) if _is_quoted(node) else _expression(path, node)

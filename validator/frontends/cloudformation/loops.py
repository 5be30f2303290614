"""``Fn::ForEach`` of the language extensions: what it makes, written out.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from validator.errors import InputError
from validator.frontends.cloudformation.functions import refs_in
from validator.frontends.cloudformation.parse import placed_like
from validator.source import SourceLocation
from validator.values import Cause, Ref, Unknown, Value

_PREFIX = "Fn::ForEach"
_MOST = 20_000
_DEEPEST = 8
_PARTS = 3


def has_loops(mapping: Mapping[str, Any]) -> bool:
    """Whether a mapping holds a loop."""
    return any(str(name).startswith(_PREFIX) for name in mapping)


class Loops:
    """Writes loops out; ``causes`` are why some could not be, ``mentions`` what those refer to."""

    def __init__(self, value_of: Callable[[Any], Value], place: Callable[[Any], SourceLocation]) -> None:
        """``value_of`` evaluates a collection, ``place`` tells where a node stands."""
        self._value_of = value_of
        self._place = place
        self._made = 0
        self.causes: list[Cause] = []
        self.mentions: list[Ref] = []

    def expanded(self, mapping: Mapping[str, Any]) -> Mapping[str, Any]:
        """The mapping with every loop in it replaced by what it makes."""
        return placed_like(mapping, dict(self._members(mapping, 0))) if has_loops(mapping) else mapping

    def _members(self, mapping: Mapping[str, Any], depth: int) -> Iterator[tuple[str, Any]]:
        for name, body in mapping.items():
            if not str(name).startswith(_PREFIX):
                yield name, body
            else:
                yield from self._loop(name, body, depth)

    def _loop(self, name: str, body: Any, depth: int) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
        if not isinstance(body, list) or len(body) != _PARTS or not isinstance(body[0], str) or not isinstance(body[2], dict) or depth > _DEEPEST:
            self.causes.append(Cause("is not a loop: it needs a name, a list and a mapping", str(name), self._place(name)))
            return
        collection = self._value_of(body[1])
        if isinstance(collection, Unknown):
            told = f", so {name} makes what is not known"
            self.causes.extend(Cause(cause.reason + told, cause.subject, cause.location) for cause in collection.causes)
            self.mentions += refs_in(self._value_of(body[2]))
            return
        if not isinstance(collection, tuple) or not all(isinstance(member, str) for member in collection):
            self.causes.append(Cause("goes over what is known only at deployment", str(name), self._place(name)))
            self.mentions += refs_in(self._value_of(body[2]))
            return
        for member in collection:
            self._made += 1
            if self._made > _MOST:
                raise InputError(f"{self._place(name)}: {name} makes more than {_MOST} members, which no template can hold")
            yield from self._members(_substituted(body[2], str(body[0]), str(member)), depth + 1)


def _substituted(node: Any, identifier: str, member: str) -> Any:  # noqa: ANN401
    """A node with the loop's variable replaced: ``${Name}``, ``&{Name}`` (letters and digits only), and a Ref to it."""
    if isinstance(node, str):
        if identifier not in node:
            return node
        plain = re.sub(r"[^A-Za-z0-9]", "", member)
        return placed_like(node, node.replace(f"${{{identifier}}}", member).replace(f"&{{{identifier}}}", plain))
    if isinstance(node, list):
        return placed_like(node, [_substituted(one, identifier, member) for one in node])
    if isinstance(node, dict):
        if len(node) == 1 and node.get("Ref") == identifier:
            return placed_like(node["Ref"], member) if isinstance(node["Ref"], str) else member
        made = {_substituted(key, identifier, member): _substituted(one, identifier, member) for key, one in node.items()}
        return placed_like(node, made)
    return node

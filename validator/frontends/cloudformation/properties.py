"""The properties of one resource: their values, where they stand, and which hold what is not to be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from validator.frontends.cloudformation.functions import refs_in
from validator.frontends.cloudformation.includes import is_include
from validator.frontends.cloudformation.intrinsics import Scope
from validator.frontends.cloudformation.parse import position_of
from validator.frontends.lazy import OpenMapping
from validator.source import SourceLocation
from validator.values import Unknown, Value

_DEEPEST = 8
_MACRO = "Fn::Transform"


class Properties:
    """Evaluates the properties of one resource and keeps where they stand and which hold NoEcho values."""

    def __init__(self, scope: Scope, address: str) -> None:
        self._scope = scope
        self._address = address
        self.positions: dict[str, SourceLocation] = {}
        self.sensitive: set[str] = set()

    def read(self, properties: Mapping[str, Any]) -> Mapping[str, Value]:
        """The values of ``properties``; what is AWS::NoValue is not there. Where a macro may add some, an absent one is unknown."""
        open_rest = self._scope.value({_MACRO: properties[_MACRO]}) if _MACRO in properties else None
        if isinstance(open_rest, Unknown) and not is_include(properties[_MACRO]):
            return OpenMapping({}, lambda _: open_rest)
        made, looped = self._scope.written_out({name: node for name, node in properties.items() if name != _MACRO})
        known = self._members(made, "", 0)
        rest = open_rest if isinstance(open_rest, Unknown) else looped
        return known if rest is None else OpenMapping(known, lambda _: rest)

    def _members(self, node: Mapping[str, Any], path: str, depth: int) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for name, member in node.items():
            inner = f"{path}.{name}" if path else str(name)
            self._keep_position(name, member, inner)
            value = self._part(member, inner, depth)
            if value is not None:
                found[str(name)] = value
        return found

    def _part(self, node: Any, path: str, depth: int) -> Value:  # noqa: ANN401
        """Mappings, lists and choices that are decided are walked, so that what is in them keeps its place; all else is evaluated whole."""
        if depth < _DEEPEST:
            if isinstance(node, list):
                return tuple(self._listed(node, path, depth + 1))
            if isinstance(node, dict):
                chosen = self._scope.chosen(node)
                if chosen is not node:
                    return self._part(chosen, path, depth + 1)
                if not any(_is_function(str(key)) for key in node):
                    made, rest = self._scope.written_out(node)
                    known = self._members(made, path, depth + 1)
                    return known if rest is None else Unknown(rest.causes, None, (*rest.mentions, *refs_in(known)))
        self._scope.hidden = False
        value = self._scope.value(node)
        if self._scope.hidden:
            self.sensitive.add(path)
        return value

    def _listed(self, node: list[Any], path: str, depth: int) -> Iterator[Value]:
        position = 0
        for member in node:
            inner = f"{path}.{position}"
            self._keep_position(member, None, inner)
            value = self._part(member, inner, depth)
            if value is not None:
                yield value
                position += 1

    def _keep_position(self, name: object, node: object, path: str) -> None:
        line, column = position_of(name)
        if line is None:
            line, column = position_of(node)
        if line is not None:
            self.positions[path] = SourceLocation(self._scope.path, line, column, self._address, path)


def _is_function(name: str) -> bool:
    return name == "Ref" or (name.startswith("Fn::") and not name.startswith("Fn::ForEach::"))

"""Conditions of a template, in three values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from validator.source import SourceLocation
from validator.values import Ref, Text, Truth, Unknown, Value, all_of, any_of, negate, unknown

_DEPTH = 64


class Conditions:
    """The conditions of one template; each is decided once, when it is asked for."""

    def __init__(self, definitions: Mapping[str, Any], value_of: Callable[[Any], Value], place: Callable[[Any], SourceLocation]) -> None:
        self._definitions = definitions
        self._value_of = value_of
        self._place = place
        self._known: dict[str, Truth] = {}

    def truth(self, name: str) -> Truth:
        """Whether the condition holds."""
        if name not in self._known:
            if name not in self._definitions:
                return unknown("is not in the template", f"Condition {name}")
            # While it is being decided: a condition made from itself, which CloudFormation refuses.
            self._known[name] = unknown("refers to itself", f"Condition {name}", self._place(self._definitions[name]))
            self._known[name] = self.decide(self._definitions[name], 0)
        return self._known[name]

    def decide(self, node: Any, depth: int) -> Truth:  # noqa: ANN401
        """The truth of a condition function."""
        if depth > _DEPTH:
            return unknown("is nested too deeply", "a condition", self._place(node))
        if isinstance(node, str):
            return self.truth(str(node))
        if not isinstance(node, dict) or len(node) != 1:
            return unknown("is not a condition function", "a condition", self._place(node))
        ((function, argument),) = node.items()
        members = argument if isinstance(argument, list) else [argument]
        match str(function):
            case "Condition":
                return self.truth(str(argument))
            case "Fn::And":
                return all_of(self.decide(member, depth + 1) for member in members)
            case "Fn::Or":
                return any_of(self.decide(member, depth + 1) for member in members)
            case "Fn::Not" if len(members) == 1:
                return negate(self.decide(members[0], depth + 1))
            case "Fn::Equals" if len(members) == 2:  # noqa: PLR2004
                return same(self._value_of(members[0]), self._value_of(members[1]), self._place(node))
            case name:
                return self.further(name, members, node)

    def further(self, name: str, members: Sequence[Any], node: Any) -> Truth:  # noqa: ANN401, ARG002 - rules know more
        """The truth of a function that conditions do not have."""
        return unknown("is a condition function that is not read", name, self._place(node))


def same(left: Value, right: Value, location: SourceLocation) -> Truth:
    """Whether two values are equal text: CloudFormation compares strings, case and all."""
    if isinstance(left, Unknown) and left.same_as(right):
        return True
    match _plain(left), _plain(right):
        case str() as one, str() as other:
            return one == other
        case (Unknown() as one, str() as other) | (str() as other, Unknown() as one):
            if not one.may_be(other):
                return False
            return Unknown(one.causes)
    causes = [cause for value in (left, right) if isinstance(value, Unknown) for cause in value.causes]
    if isinstance(left, Ref | Text) or isinstance(right, Ref | Text) or not causes:
        causes += unknown("compares values that are known only after deployment", "a condition", location).causes
    return Unknown(tuple(causes))


def _plain(value: Value) -> Value:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value

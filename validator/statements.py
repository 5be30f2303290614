"""The blocks of Terraform's data source ``aws_iam_policy_document``: what a plan and what sources hold of it is read by the same words."""

from __future__ import annotations

from types import MappingProxyType
from typing import TypeVar

from validator.values import Text

_Held = TypeVar("_Held")

ELEMENTS = MappingProxyType(
    {"sid": "Sid", "effect": "Effect", "actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource"}
)
"""The element of a statement by the argument of its block."""
PRINCIPALS = MappingProxyType({"principals": "Principal", "not_principals": "NotPrincipal"})
"""The same for its nested blocks."""


def unescaped(value: _Held) -> _Held | str | Text | tuple[_Held | str | Text, ...]:
    """A value, or a list of them, as the document has it: ``&{aws:username}`` is written for a policy variable, as ``${`` is Terraform's own."""
    return tuple(_unescaped(member) for member in value) if isinstance(value, tuple) else _unescaped(value)


def _unescaped(value: _Held) -> _Held | str | Text:
    match value:
        case str():
            return value.replace("&{", "${")
        case Text(parts=parts):
            return Text(tuple(part.replace("&{", "${") if isinstance(part, str) else part for part in parts))
    return value

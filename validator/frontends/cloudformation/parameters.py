"""The parameters of a template: what is given, else the default, else what nobody has chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from validator.frontends.cloudformation.intrinsics import is_list_type
from validator.frontends.cloudformation.parse import position_of
from validator.frontends.cloudformation.store import STORED, Store
from validator.source import SourceLocation
from validator.values import Cause, Ref, Text, Unknown, Value

_LOOKED_UP = "AWS::SSM::Parameter::Value"


def parameter(path: str, name: str, body: Any, given: Mapping[str, Value], store: Store) -> Value:  # noqa: ANN401
    """What is given (by a parent: any value), else the default, else one of the allowed values that nobody has chosen.

    ``store``: what a parameter may name an entry of.
    """
    declared = body if isinstance(body, dict) else {}
    kind = str(declared.get("Type", "String"))
    location = SourceLocation(path, *position_of(body))
    value: Any = given.get(name, declared.get("Default"))
    if kind.startswith(_LOOKED_UP):
        entry = value
        value = store.value(str(entry)) if isinstance(entry, str) and entry else None
        if value is None:
            told = f"is looked up in the parameter store at deployment; give what is there with -P {STORED}NAME=VALUE"
            return Unknown((Cause(told, f"Parameter {name}" + (f" ({entry})" if isinstance(entry, str) else ""), location),))
    if isinstance(value, Ref | Text | Unknown):
        return value
    if value is None or isinstance(value, dict):
        allowed = declared.get("AllowedValues")
        among = tuple(scalar(one) for one in allowed) if isinstance(allowed, list) and not is_list_type(kind) else None
        return Unknown((Cause("has no default; give it with -P NAME=VALUE", f"Parameter {name}", location),), among)
    if is_list_type(kind):
        if isinstance(value, tuple):
            return value
        # Of an empty text, CloudFormation makes a list of one empty text: templates ask for it with Fn::Select.
        members = value if isinstance(value, list) else str(value).split(",")
        return tuple(scalar(member).strip() for member in members)
    return scalar(value)


def choices(declared: Mapping[str, Any], given: Mapping[str, Value]) -> Mapping[str, tuple[str, ...]]:
    """The allowed values of the parameters that have neither a value nor a default."""
    found: dict[str, tuple[str, ...]] = {}
    for name, body in declared.items():
        allowed = body.get("AllowedValues") if isinstance(body, dict) and "Default" not in body and str(name) not in given else None
        if isinstance(allowed, list) and allowed:
            found[str(name)] = tuple(dict.fromkeys(scalar(one) for one in allowed))
    return found


def scalar(value: object) -> str:
    """A value as the text that CloudFormation takes it for."""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)

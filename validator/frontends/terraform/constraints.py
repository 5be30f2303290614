"""Type constraints of variables and the conversions they ask for.

Source: https://developer.hashicorp.com/terraform/language/expressions/type-constraints
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from validator.frontends.terraform.symbolic import (
    EvaluationError,
    Instance,
    Result,
    SetOf,
    as_number,
    as_text,
    as_truth,
    kind_of,
    set_of,
    unified,
)
from validator.frontends.terraform.syntax import Call, Expression, Literal, Name, ObjectOf, TupleOf
from validator.values import Ref, Text, Unknown


@dataclass(frozen=True, slots=True)
class Simple:
    """``string``, ``number``, ``bool`` or ``any``."""

    name: str


@dataclass(frozen=True, slots=True)
class Collection:
    """``list(T)``, ``set(T)`` or ``map(T)``."""

    kind: str
    of: Constraint


@dataclass(frozen=True, slots=True)
class TupleType:
    """``tuple([A, B])``."""

    members: tuple[Constraint, ...]


@dataclass(frozen=True, slots=True)
class ObjectType:
    """``object({...})``; ``optional`` names the attributes that may be left out, ``defaults`` what they are then."""

    members: Mapping[str, Constraint]
    optional: frozenset[str] = frozenset()
    defaults: Mapping[str, Expression] = field(default_factory=dict)


Constraint: TypeAlias = Simple | Collection | TupleType | ObjectType
Evaluate: TypeAlias = Callable[[Expression], Result]
ANY = Simple("any")
_OPTIONAL = "optional"
_OLD = {"list": "list", "map": "map", "set": "set"}


def constraint_of(expression: Expression | None) -> Constraint:
    """The constraint that an expression writes; ``any`` for what is none."""
    match expression:
        case Name(name=("list" | "map" | "set") as name):
            return Collection(name, ANY)
        case Literal(value=str(name)):
            # Terraform 0.11 wrote them in quotes.
            return Collection(name, ANY) if name in _OLD else Simple(name)
        case Name(name=name):
            return Simple(name)
        case Call(name=("list" | "map" | "set") as kind, arguments=(inner,)):
            return Collection(kind, constraint_of(inner))
        case Call(name="tuple", arguments=(TupleOf(items=items),)):
            return TupleType(tuple(constraint_of(item) for item in items))
        case Call(name="object", arguments=(ObjectOf(items=items),)):
            return _object(items)
    return ANY


def _object(items: tuple[tuple[Expression, Expression], ...]) -> ObjectType:
    members: dict[str, Constraint] = {}
    optional: set[str] = set()
    defaults: dict[str, Expression] = {}
    for key, written in items:
        name = str(key.value) if isinstance(key, Literal) else ""
        inner = written
        if isinstance(written, Call) and written.name == _OPTIONAL and written.arguments:
            inner = written.arguments[0]
            optional.add(name)
            if len(written.arguments) > 1:
                defaults[name] = written.arguments[1]
        members[name] = constraint_of(inner)
    return ObjectType(members, frozenset(optional), defaults)


def convert(value: Result, constraint: Constraint, evaluate: Evaluate) -> Result:
    """``value`` as the constraint wants it; ``evaluate`` makes values of defaults. Raises EvaluationError."""
    if value is None or isinstance(value, Unknown | Instance):
        return value
    match constraint:
        case Simple(name="string"):
            return as_text(value)
        case Simple(name="number"):
            return as_number(value)
        case Simple(name="bool"):
            return value if isinstance(value, Ref | Text) else as_truth(value)
        case Simple():
            return value
    if isinstance(value, Ref | Text):
        return value
    match constraint:
        case Collection(kind="map", of=inner):
            given = mapping_of(value)
            return dict(zip(given, _converted(tuple(given.values()), inner, evaluate), strict=True))
        case Collection(kind=kind, of=inner):
            converted = _converted(members_of(value), inner, evaluate)
            return set_of(converted) if kind == "set" else converted
        case TupleType(members=types):
            listed = members_of(value)
            if len(listed) != len(types):
                message = f"needs {len(types)} members, got {len(listed)}"
                raise EvaluationError(message)
            return tuple(convert(member, inner, evaluate) for member, inner in zip(listed, types, strict=True))
        case ObjectType():
            return _converted_object(mapping_of(value), constraint, evaluate)


def _converted(members: tuple[Result, ...], inner: Constraint, evaluate: Evaluate) -> tuple[Result, ...]:
    return unified(members) if inner == ANY else tuple(convert(member, inner, evaluate) for member in members)


def _converted_object(value: Mapping[str, Result], constraint: ObjectType, evaluate: Evaluate) -> Result:
    made: dict[str, Result] = {}
    for name, inner in constraint.members.items():
        given = value.get(name)
        if given is None and name in constraint.defaults:
            given = evaluate(constraint.defaults[name])
        elif name not in value and name not in constraint.optional:
            message = f'needs an attribute "{name}"'
            raise EvaluationError(message)
        made[name] = convert(given, inner, evaluate)
    return made


def mapping_of(value: Result) -> Mapping[str, Result]:
    """A map or object. Raises EvaluationError."""
    if isinstance(value, Mapping):
        return value
    message = f"needs a map, got {kind_of(value)}"
    raise EvaluationError(message)


def members_of(value: Result) -> tuple[Result, ...]:
    """The members of a list or set. Raises EvaluationError."""
    if isinstance(value, tuple):
        return tuple(value) if isinstance(value, SetOf) else value
    message = f"needs a list, got {kind_of(value)}"
    raise EvaluationError(message)

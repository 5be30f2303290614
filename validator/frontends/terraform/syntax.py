"""The syntax of the Terraform language as plain values: bodies, blocks, attributes, expressions, each with its place.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import TypeAlias

from validator.allowances import Allowance

Place: TypeAlias = tuple[int, int]
"""Line and column, from 1."""


@dataclass(frozen=True, slots=True)
class Literal:
    """``12``, ``true``, ``null``, or a string without interpolation."""

    at: Place
    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Template:
    """A string with interpolations and directives. One interpolation alone is not a template: it is its expression."""

    at: Place
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class TemplateIf:
    """``%{ if test }yes%{ else }no%{ endif }``."""

    at: Place
    test: Expression
    yes: Template
    no: Template


@dataclass(frozen=True, slots=True)
class TemplateFor:
    """``%{ for key, value in collection }body%{ endfor }``."""

    at: Place
    key: str | None
    value: str
    collection: Expression
    body: Template


@dataclass(frozen=True, slots=True)
class Name:
    """The first word of a reference: ``var``, ``aws_vpc``, a variable of a for expression."""

    at: Place
    name: str


@dataclass(frozen=True, slots=True)
class GetAttribute:
    """``base.name``."""

    at: Place
    base: Expression
    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """``base[key]``; ``base.0`` too."""

    at: Place
    base: Expression
    key: Expression


@dataclass(frozen=True, slots=True)
class Splat:
    """``base[*].a[0]`` or ``base.*.a``: ``each`` is applied to every member, which it calls ``Member``."""

    at: Place
    base: Expression
    each: Expression


@dataclass(frozen=True, slots=True)
class Member:
    """The member that a splat is at."""

    at: Place


@dataclass(frozen=True, slots=True)
class Call:
    """``name(arguments...)``; ``expands``: the last argument is a list of arguments."""

    at: Place
    name: str
    arguments: tuple[Expression, ...]
    expands: bool = False


@dataclass(frozen=True, slots=True)
class Unary:
    """``-x`` or ``!x``."""

    at: Place
    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    """An arithmetic, comparison or logical operation."""

    at: Place
    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Conditional:
    """``test ? yes : no``."""

    at: Place
    test: Expression
    yes: Expression
    no: Expression


@dataclass(frozen=True, slots=True)
class TupleOf:
    """``[a, b]``."""

    at: Place
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class ObjectOf:
    """``{ a = b }``, in the order of the source."""

    at: Place
    items: tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True, slots=True)
class ForTuple:
    """``[for key, value in collection : result if condition]``."""

    at: Place
    key: str | None
    value: str
    collection: Expression
    result: Expression
    condition: Expression | None


@dataclass(frozen=True, slots=True)
class ForObject:
    """``{for key, value in collection : name => result... if condition}``."""

    at: Place
    key: str | None
    value: str
    collection: Expression
    name: Expression
    result: Expression
    groups: bool
    condition: Expression | None


Expression: TypeAlias = (
    Literal | Template | TemplateIf | TemplateFor | Name | GetAttribute | Index | Splat | Member | Call | Unary | Binary
    | Conditional | TupleOf | ObjectOf | ForTuple | ForObject
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attribute:
    """``name = expression``."""

    at: Place
    name: str
    expression: Expression
    path: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """``type "label" { body }``; ``path`` is the file it stands in, ``allowances`` are the waivers right above it."""

    at: Place
    type: str
    labels: tuple[str, ...]
    body: Body
    path: str = ""
    allowances: tuple[Allowance, ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """What stands between braces, or in a file; ``allowances`` are the waivers of a file that stand above no block."""

    attributes: Mapping[str, Attribute]
    blocks: tuple[Block, ...]
    allowances: tuple[Allowance, ...] = ()

    def of_type(self, name: str) -> Iterator[Block]:
        """The blocks of one type, in their order."""
        return (block for block in self.blocks if block.type == name)


def children(expression: Expression) -> Iterator[Expression]:
    """The expressions directly inside one."""
    for field in fields(expression):
        held = getattr(expression, field.name)
        for member in held if isinstance(held, tuple) and field.name != "at" else (held,):
            for one in member if isinstance(member, tuple) else (member,):
                if hasattr(one, "at"):
                    yield one


def references(expression: Expression) -> Iterator[tuple[str, ...]]:
    """The references in an expression as far as they are literal: ``("var", "x", "y")``; names of for expressions too."""
    stack = [expression]
    while stack:
        here = stack.pop()
        names: list[str] = []
        base: Expression = here
        while isinstance(base, GetAttribute | Index):
            if isinstance(base, GetAttribute):
                names.append(base.name)
            else:
                stack.append(base.key)
            base = base.base
        if isinstance(base, Name):
            yield (base.name, *reversed(names))
        elif base is not here:
            stack.append(base)
        else:
            stack.extend(children(here))


def written(expression: Expression) -> str:
    """A reference as people write it, shortened; "an expression" for anything else."""
    match expression:
        case Name():
            return expression.name
        case GetAttribute():
            return f"{written(expression.base)}.{expression.name}"
        case Index(key=Literal(value=value)):
            key = f'"{value}"' if isinstance(value, str) else str(value)
            return f"{written(expression.base)}[{key}]"
        case Index():
            return f"{written(expression.base)}[{written(expression.key)}]"
        case Splat():
            return f"{written(expression.base)}[*]"
        case Member():
            return "each member"
        case Call():
            return f"{expression.name}(...)"
        case _:
            return "an expression"

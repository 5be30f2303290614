"""What shell text is made of: words of pieces, commands, loops, branches, groups, functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Variable:
    """``$NAME`` or ``${NAME OPERATOR OPERAND}``. ``quoted``: its value stays one word."""

    name: str
    operator: str
    operand: Word
    quoted: bool


@dataclass(frozen=True, slots=True)
class Substitution:
    """``$(...)`` or its older spelling. ``text`` is what it is made of, for people."""

    body: Body
    text: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """The members of an array, ``(a b c)`` behind ``NAME=``."""

    words: tuple[Word, ...]


Piece: TypeAlias = "str | Variable | Substitution | Listed"
Word: TypeAlias = "tuple[Piece, ...]"


@dataclass(frozen=True, slots=True)
class Document:
    """A here-document, or a here-string. ``body`` is what the command reads."""

    body: Word


@dataclass(frozen=True, slots=True)
class Simple:
    """One command with its words. ``outputs`` are the files that its output goes to. ``documents`` are filled where the line ends."""

    words: tuple[Word, ...]
    outputs: tuple[Word, ...]
    documents: Sequence[Document]


@dataclass(frozen=True, slots=True)
class Loop:
    """``for``, with the words that its variable takes in turn; ``while`` and ``until`` have no variable."""

    variable: str | None
    words: tuple[Word, ...]
    body: Body


@dataclass(frozen=True, slots=True)
class Branch:
    """What runs under a condition: the commands of ``if``, or what the subject of ``case`` must look like; of ``else``, neither."""

    condition: Body
    body: Body
    patterns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Branches:
    """``if`` and ``case``, which has a subject: the first branch whose condition holds is the one that runs."""

    branches: tuple[Branch, ...]
    subject: Word | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Commands in parentheses or braces. ``apart``: in a shell of their own, whose variables are gone at its end."""

    body: Body
    outputs: tuple[Word, ...]
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A function's definition."""

    name: str
    body: Body


@dataclass(frozen=True, slots=True)
class Statement:
    """Something that runs. ``piped``: what it writes is read by the next one. ``after``: the ``&&`` or ``||`` before it; ``negated``: a ``!``."""

    node: Simple | Loop | Branches | Group | Function
    piped: bool
    after: str = ""
    negated: bool = False


Body: TypeAlias = "tuple[Statement, ...]"

"""Conditions of shell scripts that their texts decide: what ``[``, ``[[`` and ``test`` say, and which pattern of ``case`` a text matches."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from operator import eq, ge, gt, le, lt, ne
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeGuard

from validator.analysis.scripts.machine import OWN_DOCUMENT, OWN_REGION, OWN_ZONE
from validator.analysis.scripts.syntax import Branches, Function, Group, Loop, Simple, Statement, Substitution, Variable, Word
from validator.symbols import SYMBOL, Symbols, has_symbol

if TYPE_CHECKING:
    from collections.abc import Callable

# The commands that test, each with the word that closes it.
_TESTS: Mapping[str, str] = MappingProxyType({"[": "]", "[[": "]]", "test": ""})
_SUCCEEDING = frozenset({("export",), ("echo",), ("printf",), ("true",), (":",)})
_FEW = 8
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
_NUMBERS: Mapping[str, Callable[[int, int], bool]] = MappingProxyType({"-eq": eq, "-ne": ne, "-gt": gt, "-ge": ge, "-lt": lt, "-le": le})
_GLOB = re.compile(r"[*?\[\\]")


def holds(words: Sequence[str], symbols: Symbols) -> bool | None:
    """What a test comes to; None where only run time knows."""
    name, closing = words[0], _TESTS[words[0]]
    if closing and words[-1] != closing:
        # The rest of it stands behind an operator.
        return None
    operands = list(words[1:-1] if closing else words[1:])
    negated = bool(operands) and operands[0] == "!"
    found = _plain(operands[1:] if negated else operands, symbols, patterns=name == "[[")
    return found if found is None else found is not negated


def _plain(operands: Sequence[str], symbols: Symbols, *, patterns: bool) -> bool | None:
    match operands:
        case ["-z", text]:
            return _is_empty(text, symbols)
        case ["-n", text] | [text]:
            empty = _is_empty(text, symbols)
            return None if empty is None else not empty
        case [first, "=" | "==" | "!=" as operator, second] if not has_symbol(first + second) and not (patterns and _GLOB.search(second)):
            return (first == second) is (operator != "!=")
        case [first, operator, second] if operator in _NUMBERS and re.fullmatch(r"-?\d{1,9}", first) and re.fullmatch(r"-?\d{1,9}", second):
            return _NUMBERS[operator](int(first), int(second))
    return None


def _is_empty(text: str, symbols: Symbols) -> bool | None:
    own = [symbols.character(one) for one in (OWN_REGION, OWN_ZONE, OWN_DOCUMENT)]
    if re.sub(rf"[{SYMBOL}]", "", text) or any(one in text for one in own):
        return False
    return None if text else True


def matches(text: str, patterns: Sequence[str]) -> bool | None:
    """Whether a text is of one of the patterns of ``case``; None where only run time knows."""
    if "*" in patterns:
        return True
    if has_symbol(text) or any("$" in pattern or "\\" in pattern or has_symbol(pattern) for pattern in patterns):
        return None
    return any(fnmatchcase(text, pattern) for pattern in patterns)


@dataclass(slots=True)
class Chain:
    """Statements between which ``&&`` and ``||`` stand, as they are followed.

    ``succeeded``: what has run, None where nobody knows; ``assumed``: nobody knows that it has, but what stands behind ``&&`` is written for
    that case.
    """

    succeeded: bool | None = True
    assumed: bool = False
    statements: list[Statement] = field(default_factory=list)

    def runs(self, statement: Statement) -> bool | None:
        """Whether the next statement runs; None where nobody knows."""
        if not statement.after:
            self.succeeded, self.assumed, self.statements = True, False, []
        self.statements = [*self.statements[-_FEW:], statement]
        if statement.after != "||":
            return self.succeeded
        return None if self.succeeded is None or self.assumed else not self.succeeded

    def ran(self, statement: Statement, tested: bool | None) -> None:  # noqa: FBT001 - what a test has come to
        """Take note of how the last one has ended."""
        node = statement.node
        if is_test(node):
            self.succeeded, self.assumed = tested, False
        else:
            self.succeeded, self.assumed = True, not (isinstance(node, Simple) and _succeeds(node))

    def guards(self) -> frozenset[str]:
        """The variables that decide whether the last one runs."""
        return variables_in(self.statements[:-1])


def is_test(node: Simple | Loop | Branches | Group | Function) -> TypeGuard[Simple]:
    """Whether a statement is nothing but a test."""
    return isinstance(node, Simple) and bool(node.words) and any(node.words[0] == (name,) for name in _TESTS)


def _succeeds(node: Simple) -> bool:
    return any(node.words[:1] == (word,) for word in _SUCCEEDING) or all(_is_plain_assignment(word) for word in node.words)


def _is_plain_assignment(word: Word) -> bool:
    start = word[0]
    return isinstance(start, str) and _ASSIGNMENT.match(start) is not None and not any(isinstance(piece, Substitution) for piece in word)


def variables_in(statements: Sequence[Statement]) -> frozenset[str]:
    """The variables that the words of statements name."""
    words = [word for one in statements if isinstance(one.node, Simple) for word in one.node.words]
    return frozenset(piece.name for word in words for piece in word if isinstance(piece, Variable))

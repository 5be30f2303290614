"""CEL expressions over fact records, in three values: a fact that is not in the record is unknown.

CEL's own rule, that ``||`` and ``&&`` (and ``exists`` and ``all``) absorb an error where another operand decides, is Kleene's logic.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

from validator.values import Truth, unknown

_WORDS = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|(?<![\w.])([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*)*)(\()?")
_MACRO = re.compile(r"([A-Za-z_]\w*(?:\.\w+)*)\.(?:exists|all|exists_one|filter|map)\(\s*([A-Za-z_]\w*)\s*,")
# What CEL raises for an expression that has no value. It evaluates by recursion, and some thousand operators in a row end the process.
_FAILURES = (RuntimeError, TypeError, ValueError, ArithmeticError)
_LONGEST = 2_000
_SHOWN = 200
_CONSTANTS = frozenset({"true", "false", "null", "in"})


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression with its text."""

    text: str
    program: Any

    def truth(self, facts: Mapping[str, object]) -> Truth:
        """What it says of ``facts``."""
        try:
            found = self.program.execute(facts)
        except KeyError as error:
            return unknown("is not settled by the input", str(error.args[0]))
        except _FAILURES as error:
            return unknown(f"cannot be evaluated: {_first_line(error)}", "the policy's expression")
        return bool(found)


class ExpressionError(Exception):
    """What is wrong with an expression, in one line, and the column in its text where, from 1."""

    def __init__(self, message: str, column: int = 1) -> None:
        super().__init__(message)
        self.column = column


def compiled(text: str, specimen: Mapping[str, object]) -> Expression:
    """Compile ``text``, whose every fact must be in ``specimen``. Raises ExpressionError."""
    if len(text) > _LONGEST:
        message = f"is longer than {_LONGEST} characters"
        raise ExpressionError(message)
    if "has(" in text.replace(" ", ""):
        message = "has() is refused: it reports an unknown fact as absent"
        raise ExpressionError(message, text.find("has") + 1)
    _check_names(text, specimen)
    try:
        expression = Expression(text, _cel().compile(text))
    except ValueError as error:
        reason = next((line for line in str(error).splitlines() if "rror: " in line), _first_line(error))
        raise ExpressionError(reason.rpartition("rror: ")[2][:_SHOWN]) from None
    try:
        found = expression.program.execute(specimen)
    except (KeyError, *_FAILURES) as error:
        raise ExpressionError(_first_line(error)) from None
    if not isinstance(found, bool):
        message = f"must be true or false, is a {type(found).__name__}"
        raise ExpressionError(message)
    return expression


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:_SHOWN]


def _check_names(text: str, specimen: Mapping[str, object]) -> None:
    """Every fact by name, also in operands that an evaluation would skip."""
    scope = dict(specimen)
    for macro in _MACRO.finditer(text):
        listed = _dig(scope, macro[1].split("."))
        if isinstance(listed, list | tuple) and listed:
            scope[macro[2]] = listed[0]
    for found in _WORDS.finditer(text):
        if found[1] is None or found[1] in _CONSTANTS:
            continue
        path = [found[1], *(found[2].split(".")[1:] if found[2] else [])]
        if found[3]:
            # The last word is a function.
            path = path[:-1]
        if path and _dig(scope, path) is _MISSING:
            message = f"there is no fact {'.'.join(path)[:_SHOWN]}"
            raise ExpressionError(message, found.start() + 1)


_MISSING = object()


def _dig(record: object, path: list[str]) -> object:
    for step in path:
        if not isinstance(record, Mapping) or step not in record:
            return _MISSING
        record = record[step]
    return record


@cache
def _cel() -> ModuleType:
    """The extension module by itself: the package around it imports a command line, 0.1 s of every start."""
    if "cel" in sys.modules:
        return sys.modules["cel"]
    package = importlib.util.find_spec("cel")
    for place in package.submodule_search_locations or () if package else ():
        spec = importlib.machinery.PathFinder.find_spec("cel", [place])
        if spec is not None and spec.loader is not None and (spec.origin or "").endswith(tuple(importlib.machinery.EXTENSION_SUFFIXES)):
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module
    import cel  # noqa: PLC0415 - a build of it that is laid out otherwise

    return cel

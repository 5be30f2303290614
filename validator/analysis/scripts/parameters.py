"""The expansion of ``$NAME`` and ``${NAME...}``, as far as it can be told before run time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol, TypeAlias

from validator.analysis.scripts.machine import OWN_REGION, OWN_ZONE, Machine
from validator.analysis.scripts.syntax import Variable, Word
from validator.symbols import has_symbol
from validator.values import index_of

Held: TypeAlias = "str | tuple[str, ...]"
"""What a variable holds: a string, or a list of them."""


class Scope(Protocol):
    """What expansion asks of the shell that follows the script."""

    @property
    def machine(self) -> Machine:
        """The machine that the script runs on."""

    def held(self, name: str) -> Held | None:
        """What a variable holds; None: nothing has set it."""

    def assign(self, name: str, value: Held) -> None:
        """Set a variable."""

    def either(self, name: str, values: Sequence[Held]) -> Held:
        """One of several values, where nobody knows which."""

    def joined(self, word: Word) -> str:
        """A word as one string."""


_NUMBERS = re.compile(r"\s*(-?\d{1,5})(?::(-?\d{1,5}))?")


def expanded(variable: Variable, shell: Scope) -> Held:
    """What the variable comes to; a symbol where only run time knows."""
    symbols = shell.machine.symbols
    if variable.name in {"?", "#", "$", "!", "-"}:
        return symbols.open("is known at run time only", f"${variable.name}")
    value = shell.held(variable.name)
    operator = variable.operator
    if operator.startswith("!"):
        value = shell.held(value) if isinstance(value, str) else None
        operator = operator[1:]
    if operator.lstrip(":")[:1] in {"-", "=", "?", "+"} and operator:
        return _defaulted(variable, operator, value, shell)
    if value is None:
        return symbols.open("is a variable that the script does not set" if not variable.name.isdigit() else "is an argument", f"${variable.name}")
    if operator.startswith("#") and variable.operand == () and operator == "#":
        return symbols.open("is known at run time only", f"${{#{variable.name}}}")
    if isinstance(value, tuple):
        return _of_list(variable, operator, value, shell)
    changed = _changed(operator, value, shell.joined(variable.operand), shell) if operator else value
    return changed if changed is not None else symbols.open("is made at run time", f"${{{variable.name}{operator}...}}")


def _defaulted(variable: Variable, operator: str, value: Held | None, shell: Scope) -> Held:
    absent = value is None or (operator.startswith(":") and value == "")
    if operator.endswith("+"):
        return "" if absent else shell.joined(variable.operand)
    if not absent:
        assert value is not None
        return value
    if operator.endswith("?"):
        return shell.machine.symbols.open("is a variable that the script does not set", f"${variable.name}")
    default = shell.joined(variable.operand)
    if operator.endswith("="):
        shell.assign(variable.name, default)
    return default


def unquoted(key: str) -> str:
    """The key of a member of an array."""
    return key.strip("\"'")


def _of_list(variable: Variable, operator: str, value: tuple[str, ...], shell: Scope) -> Held:
    index = operator[1:-1] if operator.startswith("[") else ""
    if index in {"@", "*"} or variable.name in {"@", "*"}:
        return value
    key = shell.held(re.sub(r"[${}]", "", index)) if index.startswith("$") else unquoted(index)
    if isinstance(key, str) and (member := shell.held(f"{variable.name}[{key}]")) is not None:
        return member
    if index.isdecimal():
        number = index_of(index)
        return value[number] if number is not None and number < len(value) else ""
    if not operator:
        return value[0] if value else ""
    return shell.either(variable.name, value) if value else ""


def _changed(operator: str, value: str, operand: str, shell: Scope) -> str | None:
    """``value`` after the operator; None where that cannot be told."""
    character = shell.machine.symbols.character
    if value in {character(OWN_ZONE), character(OWN_REGION)}:
        return character(OWN_REGION)
    match operator:
        case "%" | "%%":
            return _without_end(value, operand, longest=operator == "%%")
        case "#" | "##":
            return _without_start(value, operand, longest=operator == "##")
        case "/" | "//":
            old, _, new = operand.partition("/")
            return value.replace(old, new, -1 if operator == "//" else 1) if old and not re.search(r"[*?\[]", old) else None
        case "," | ",,":
            return value.lower()
        case "^" | "^^":
            return value.upper() if operator == "^^" else value[:1].upper() + value[1:]
        case ":" if not has_symbol(value):
            return _sliced(value, operand)
        case "[@]" | "[*]" | "[0]":
            return value
    return None


def _without_end(value: str, pattern: str, *, longest: bool) -> str | None:
    """Patterns that people write: a literal, a literal and a star, question marks."""
    if pattern.endswith("*") and not re.search(r"[*?\[]", pattern[:-1]) and pattern != "*":
        found = value.find(pattern[:-1]) if longest else value.rfind(pattern[:-1])
        return value[:found] if found >= 0 else value
    if pattern and not pattern.strip("?") and not has_symbol(value[-len(pattern) :]):
        return value[: -len(pattern)]
    return None if re.search(r"[*?\[]", pattern) else value.removesuffix(pattern)


def _without_start(value: str, pattern: str, *, longest: bool) -> str | None:
    if pattern.startswith("*") and not re.search(r"[*?\[]", pattern[1:]) and pattern != "*":
        found = value.rfind(pattern[1:]) if longest else value.find(pattern[1:])
        return value[found + len(pattern) - 1 :] if found >= 0 else value
    return None if re.search(r"[*?\[]", pattern) else value.removeprefix(pattern)


def _sliced(value: str, operand: str) -> str | None:
    found = _NUMBERS.fullmatch(operand)
    if found is None:
        # ${X::-1}: nothing for zero.
        found = _NUMBERS.fullmatch(f"0{operand}") if operand.startswith(":") else None
    if found is None:
        return None
    start = int(found[1])
    if found[2] is None:
        return value[start:]
    length = int(found[2])
    return value[start:][:length]

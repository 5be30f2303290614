"""How a function is declared, and how arguments come to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from validator.frontends.terraform.constraints import mapping_of, members_of
from validator.frontends.terraform.symbolic import (
    EvaluationError,
    Result,
    as_number,
    as_text,
    as_truth,
    is_settled,
    unsettled,
)


@dataclass(frozen=True, slots=True)
class Plain:
    """A function of settled values; of others its result is unknown.

    ``takes`` has a letter per argument: s string, n number, b bool, l list or set, m map, a anything; ``?`` behind a letter makes it
    optional, ``*`` repeats the last. ``null`` among the arguments is an error except for ``a``.
    """

    takes: str
    call: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Symbolic:
    """A function that knows what to do with symbolic arguments; it gets all of them as they are."""

    call: Callable[..., Result]


@dataclass(frozen=True, slots=True)
class World:
    """A function whose value is not in the sources: ``reason`` completes "unknown because it ..."."""

    reason: str


Function = Plain | Symbolic | World


_CONVERT: Mapping[str, Callable[[Result], Any]] = MappingProxyType(
    {"s": as_text, "n": as_number, "b": as_truth, "l": members_of, "m": mapping_of, "a": lambda value: value}
)


def letters(takes: str) -> tuple[list[str], int, bool]:
    """The letter of each argument, how many are needed, whether the last repeats."""
    repeats = takes.endswith("*")
    plain = takes.rstrip("*")
    found = [letter for letter in plain if letter != "?"]
    needed = len(found) - plain.count("?") - repeats
    return found, needed, repeats


def call_plain(function: Plain, arguments: Sequence[Result]) -> Result:
    """The result of a function of settled values. Raises EvaluationError."""
    wanted, needed, repeats = letters(function.takes)
    if len(arguments) < needed or (len(arguments) > len(wanted) and not repeats):
        message = f"takes {needed if needed == len(wanted) else f'{needed} or more'} arguments, got {len(arguments)}"
        raise EvaluationError(message)
    if not all(is_settled(argument) for argument in arguments):
        return unsettled(*arguments)
    given: list[Any] = []
    for index, argument in enumerate(arguments):
        letter = wanted[min(index, len(wanted) - 1)]
        if argument is None and letter != "a":
            message = "must not get null"
            raise EvaluationError(message)
        given.append(_CONVERT[letter](argument))
    try:
        result: Result = function.call(*given)
    except (ValueError, OverflowError, ArithmeticError, IndexError, KeyError, RecursionError, MemoryError) as error:
        message = f"cannot be computed: {type(error).__name__}"
        raise EvaluationError(message) from error
    return result

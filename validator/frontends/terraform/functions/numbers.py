"""Functions of numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Context, Decimal

from validator.frontends.terraform.functions.signature import Function, Plain
from validator.frontends.terraform.numerals import whole
from validator.frontends.terraform.symbolic import EvaluationError, Result, as_number

# Terraform computes with 512 bits: about 154 decimal digits.
_PRECISE = Context(prec=154, Emax=20_000, Emin=-20_000)
_LARGEST_BASE = 62
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def exact(number: float) -> Decimal:
    """A number as it is written, not as its binary fraction."""
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)


def inexact(number: Decimal) -> int | float:
    """The nearest number of ours."""
    if not number.is_finite():
        message = "is not a finite number"
        raise EvaluationError(message)
    return int(number) if number == number.to_integral_value() and abs(number.adjusted()) < 400 else whole(float(number))  # noqa: PLR2004


def arithmetic(operator: str, left: float, right: float) -> int | float:
    """One of + - * / %. Raises EvaluationError for a division by zero."""
    if isinstance(left, int) and isinstance(right, int) and operator in "+-*" and max(left.bit_length(), right.bit_length()) < 512:  # noqa: PLR2004
        return left + right if operator == "+" else left - right if operator == "-" else left * right
    a, b = exact(left), exact(right)
    if operator in "/%" and not b:
        message = "divides by zero"
        raise EvaluationError(message)
    match operator:
        case "+":
            return inexact(_PRECISE.add(a, b))
        case "-":
            return inexact(_PRECISE.subtract(a, b))
        case "*":
            return inexact(_PRECISE.multiply(a, b))
        case "/":
            return inexact(_PRECISE.divide(a, b))
        case _:
            return inexact(_PRECISE.remainder(a, b))


def parseint(digits: str, base: float) -> int:
    """A whole number in a base from 2 to 62."""
    if not 2 <= base <= _LARGEST_BASE or len(digits) > 1000:  # noqa: PLR2004 - a base has two digits at least
        message = "needs a base from 2 to 62"
        raise EvaluationError(message)
    sign, plain = (-1, digits[1:]) if digits.startswith("-") else (1, digits)
    plain = plain if base > 36 else plain.lower()  # noqa: PLR2004 - letters of both cases count from 37 on
    value = 0
    for digit in plain:
        found = _DIGITS.find(digit)
        if not 0 <= found < base:
            message = "is not a number in that base"
            raise EvaluationError(message)
        value = value * int(base) + found
    if not plain:
        message = "is not a number in that base"
        raise EvaluationError(message)
    return sign * value


def power(base: float, exponent: float) -> int | float:
    """``base`` to the power of ``exponent``."""
    return inexact(_PRECISE.power(exact(base), exact(exponent)))


def total(members: tuple[Result, ...]) -> int | float:
    """The sum of a list that is not empty."""
    if not members:
        message = "needs a list with members"
        raise EvaluationError(message)
    found: int | float = 0
    for member in members:
        number = as_number(member)
        found = arithmetic("+", found, number) if isinstance(number, int | float) else found
    return found


def logarithm(number: float, base: float) -> int | float:
    """The logarithm of a number in a base."""
    return whole(math.log(number) / math.log(base))


TABLE: Mapping[str, Function] = {
    "abs": Plain("n", abs),
    "ceil": Plain("n", math.ceil),
    "floor": Plain("n", math.floor),
    "log": Plain("nn", logarithm),
    "max": Plain("nn*", max),
    "min": Plain("nn*", min),
    "parseint": Plain("sn", parseint),
    "pow": Plain("nn", power),
    "signum": Plain("n", lambda number: (number > 0) - (number < 0)),
    "sum": Plain("l", total),
}

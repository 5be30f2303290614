"""Functions of times."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from validator.frontends.terraform.functions.signature import Function, Plain, World
from validator.frontends.terraform.symbolic import EvaluationError

_DURATION = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h)")
_UNITS = MappingProxyType({"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0})
_TOKEN = re.compile(r"'(?:[^']|'')*'|([YMDEhHAamsZ])\1*|[^A-Za-z']+|.")
_NOON = 12
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _time(written: str) -> datetime:
    try:
        found = datetime.fromisoformat(written)
    except ValueError as error:
        message = "needs a time as RFC 3339 writes it"
        raise EvaluationError(message) from error
    if found.tzinfo is None:
        message = "needs a time with a zone"
        raise EvaluationError(message)
    return found


def _offset(when: datetime, colon: str) -> str:
    minutes = int((when.utcoffset() or timedelta()).total_seconds() // 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}{colon}{abs(minutes) % 60:02d}"


_FORMATS: Mapping[str, Callable[[datetime], str]] = MappingProxyType(
    {
        "YYYY": lambda when: f"{when.year:04d}", "YY": lambda when: f"{when.year % 100:02d}",
        "MMMM": lambda when: _MONTHS[when.month - 1], "MMM": lambda when: _MONTHS[when.month - 1][:3],
        "MM": lambda when: f"{when.month:02d}", "M": lambda when: str(when.month),
        "DD": lambda when: f"{when.day:02d}", "D": lambda when: str(when.day),
        "EEEE": lambda when: _DAYS[when.weekday()], "EEE": lambda when: _DAYS[when.weekday()][:3],
        "hh": lambda when: f"{when.hour:02d}", "h": lambda when: str(when.hour),
        "HH": lambda when: f"{when.hour % 12 or 12:02d}", "H": lambda when: str(when.hour % 12 or 12),
        "AA": lambda when: "PM" if when.hour >= _NOON else "AM", "aa": lambda when: "pm" if when.hour >= _NOON else "am",
        "mm": lambda when: f"{when.minute:02d}", "m": lambda when: str(when.minute),
        "ss": lambda when: f"{when.second:02d}", "s": lambda when: str(when.second),
        "ZZZZZ": lambda when: _offset(when, ":"), "ZZZZ": lambda when: _offset(when, ""),
        "ZZZ": lambda when: "UTC" if _offset(when, ":") == "+00:00" else _offset(when, ""),
        "Z": lambda when: "Z" if _offset(when, ":") == "+00:00" else _offset(when, ":"),
    }
)  # fmt: skip


def formatdate(pattern: str, written: str) -> str:
    """A time in a format."""
    when = _time(written)
    made: list[str] = []
    for match in _TOKEN.finditer(pattern):
        token = match.group()
        if token.startswith("'"):
            made.append(token[1:-1].replace("''", "'"))
        elif token[0].isalpha():
            if token not in _FORMATS:
                message = "has an unknown verb"
                raise EvaluationError(message)
            made.append(_FORMATS[token](when))
        else:
            made.append(token)
    return "".join(made)


def timeadd(written: str, duration: str) -> str:
    """A time so much later."""
    pieces = _DURATION.findall(duration)
    if "".join(pieces) != duration or not pieces:
        message = "needs a duration such as 1h30m"
        raise EvaluationError(message)
    sign = -1 if duration.startswith("-") else 1
    seconds = 0.0
    for piece in pieces:
        unit = piece.lstrip("+-0123456789.")
        seconds += float(piece.removesuffix(unit).lstrip("+-")) * _UNITS[unit]
    moved = _time(written) + timedelta(seconds=sign * seconds)
    return moved.strftime("%Y-%m-%dT%H:%M:%S") + _FORMATS["Z"](moved)


def timecmp(one: str, other: str) -> int:
    """-1, 0 or 1."""
    left, right = _time(one).astimezone(UTC), _time(other).astimezone(UTC)
    return (left > right) - (left < right)


TABLE: Mapping[str, Function] = {
    "formatdate": Plain("ss", formatdate),
    "plantimestamp": World("is the time of the plan"),
    "timeadd": Plain("ss", timeadd),
    "timecmp": Plain("ss", timecmp),
    "timestamp": World("is the time of the apply"),
    "uuid": World("is made by chance at apply"),
}

"""Values as an input settles them: known, symbolic (``Ref``, ``Text``) or ``Unknown`` with its causes; three-valued logic.

``None`` means known to be absent, never "unknown".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from validator.source import SourceLocation


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something is not known.

    ``reason`` completes "unknown because it ...": "is known only after apply". ``subject`` is what would settle it, in the
    words of the input: ``var.enable_endpoint``, ``Parameter VpcId``, ``aws_vpc_endpoint.s3.route_table_ids``.
    """

    reason: str
    subject: str
    location: SourceLocation | None = None

    @property
    def sort_key(self) -> tuple[str, str, tuple[str, int, int, str, str]]:
        """A total order, for reports that are the same byte for byte."""
        return (self.subject, self.reason, self.location.sort_key if self.location else ("", 0, 0, "", ""))


@dataclass(frozen=True, slots=True)
class Ref:
    """The identity of a resource's attribute, known before its text is: ``Ref("aws_vpc.main", "id")``."""

    address: str
    attribute: str

    def __str__(self) -> str:
        """As the input would write it."""
        return f"{self.address}.{self.attribute}"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that the input does not settle.

    ``among``, where given, bounds it: the value (of a collection: each member) is one of these. None: it may be anything.
    ``mentions`` are the resource attributes that its expression refers to: what it is made from, in an order and way not known.
    ``symbol`` names a value that is the same wherever the symbol stands, though nobody knows it: the Region of a stack.
    ``bool()`` of it raises: a decision on an unknown value is a mistake in the program.
    """

    causes: tuple[Cause, ...]
    among: tuple[str | Ref, ...] | None = None
    mentions: tuple[Ref, ...] = ()
    symbol: str | None = None

    def __post_init__(self) -> None:
        """Sort and deduplicate, so that equal unknowns are equal values."""
        if not self.causes:
            message = "an Unknown needs a cause"
            raise ValueError(message)
        object.__setattr__(self, "causes", tuple(sorted(set(self.causes), key=lambda cause: cause.sort_key)))
        if self.among is not None:
            object.__setattr__(self, "among", tuple(sorted(set(self.among), key=str)))
        object.__setattr__(self, "mentions", tuple(sorted(set(self.mentions), key=str)))

    def __bool__(self) -> NoReturn:
        """Raise: whoever asks must say what to do about the unknown."""
        message = f"an Unknown has no truth: {self.causes}"
        raise TypeError(message)

    def same_as(self, other: object) -> bool:
        """Whether ``other`` is certainly the same value: the same symbol."""
        return self.symbol is not None and isinstance(other, Unknown) and other.symbol == self.symbol

    def may_be(self, candidate: str | Ref) -> bool:
        """Whether ``candidate`` is not excluded by ``among``."""
        return self.among is None or candidate in self.among


@dataclass(frozen=True, slots=True)
class Text:
    """A string with symbolic pieces: ``"arn:aws:s3:::" + Ref(bucket, "id") + "/*"``. Make it with ``text``."""

    parts: tuple[str | Ref | Unknown, ...]


_LONGEST_INDEX = 9
Scalar: TypeAlias = "bool | int | float | str | None"
Value: TypeAlias = "Scalar | Ref | Text | Unknown | tuple[Value, ...] | Mapping[str, Value]"
Truth: TypeAlias = "bool | Unknown"


def index_of(written: str) -> int | None:
    """The number that a step of a path, or an index, writes; None where it is none, or one that no list has."""
    return int(written) if written.isdecimal() and len(written) <= _LONGEST_INDEX else None


def unknown(reason: str, subject: str, location: SourceLocation | None = None) -> Unknown:
    """An Unknown with a single cause."""
    return Unknown((Cause(reason, subject, location),))


def unite(unknowns: Iterable[Unknown]) -> Unknown:
    """One Unknown with the causes of all; bounded only if every one is. Needs at least one."""
    members = tuple(unknowns)
    causes = tuple(cause for member in members for cause in member.causes)
    bounds = [member.among for member in members]
    among = None if None in bounds else tuple(value for bound in bounds if bound is not None for value in bound)
    return Unknown(causes, among, tuple(mention for member in members for mention in member.mentions))


def text(parts: Iterable[str | Ref | Unknown | Text]) -> str | Ref | Unknown | Text:
    """The concatenation of ``parts``, as simple as it can be: a str if all are, the piece itself if it is the only one."""
    flat: list[str | Ref | Unknown] = []
    for part in parts:
        for piece in part.parts if isinstance(part, Text) else (part,):
            if piece == "":
                continue
            if isinstance(piece, str) and flat and isinstance(flat[-1], str):
                flat[-1] += piece
            else:
                flat.append(piece)
    if not flat:
        return ""
    return flat[0] if len(flat) == 1 else Text(tuple(flat))


def is_exact(value: Value) -> bool:
    """Whether nothing in a value is unknown."""
    match value:
        case Unknown():
            return False
        case Text(parts=parts):
            return not any(isinstance(part, Unknown) for part in parts)
        case tuple():
            return all(is_exact(member) for member in value)
        case Mapping():
            return all(is_exact(member) for member in value.values())
    return True


def all_of(truths: Iterable[Truth]) -> Truth:
    """Kleene's *and*: False wins over unknown. True of nothing."""
    open_ones: list[Unknown] = []
    for truth in truths:
        if isinstance(truth, Unknown):
            open_ones.append(truth)
        elif not truth:
            return False
    return _truth_of(open_ones, otherwise=True)


def any_of(truths: Iterable[Truth]) -> Truth:
    """Kleene's *or*: True wins over unknown. False of nothing."""
    open_ones: list[Unknown] = []
    for truth in truths:
        if isinstance(truth, Unknown):
            open_ones.append(truth)
        elif truth:
            return True
    return _truth_of(open_ones, otherwise=False)


def negate(truth: Truth) -> Truth:
    """Kleene's *not*."""
    return truth if isinstance(truth, Unknown) else not truth


def _truth_of(open_ones: list[Unknown], *, otherwise: bool) -> Truth:
    # A truth's bound would be {true, false}: it says nothing, and the bounds of what it was asked about do not apply to it.
    return Unknown(tuple(cause for one in open_ones for cause in one.causes)) if open_ones else otherwise

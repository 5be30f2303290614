"""Globs over addresses and names, where brackets stand for themselves: ``aws_instance.web["a"]`` is an address."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache


def is_glob(pattern: str) -> bool:
    """Whether ``pattern`` may match more than itself."""
    return "*" in pattern or "?" in pattern


def matches(pattern: str, name: str) -> bool:
    """Whether ``pattern`` matches all of ``name``: ``*`` is any text, ``?`` one character."""
    return _compiled(pattern).fullmatch(name) is not None


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(between_stars(re.split(r"\*+", pattern), ".", _literal), re.DOTALL)


def between_stars(pieces: Sequence[str], anything: str, expression: Callable[[str], str]) -> str:
    """A regular expression for pieces with stars between them; ``anything`` is what a star takes one of.

    Each piece but the last is taken where it fits first: that loses no match, and a hostile pattern has nowhere to go back to.
    """
    first, *rest = map(expression, pieces)
    middle = "".join(f"(?>{anything}*?{piece})" for piece in rest[:-1])
    return first + middle + "".join(f"{anything}*{piece}" for piece in rest[-1:])


def _literal(piece: str) -> str:
    return ".".join(map(re.escape, piece.split("?")))

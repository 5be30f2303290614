"""Pieces of what is told: text that strangers wrote, and what was perhaps meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def printable(text: str, instead: str = "?") -> str:
    """``text`` on one line, without anything that a terminal, a log or a viewer would obey: such characters become ``instead``."""
    return "".join(character if character.isprintable() else instead for character in text)


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """``; did you mean X?`` where one of ``known`` is close, else ``otherwise``."""
    close = difflib.get_close_matches(name, sorted(known), n=1)
    return f"; did you mean {close[0]}?" if close else otherwise

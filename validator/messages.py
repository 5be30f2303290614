"""Pieces of what is told: text that strangers wrote, and what was perhaps meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

# Runners take ##[command] and ##vso[command] wherever they stand in a line of the log.
_COMMAND = re.compile(r"#(?=#\w*\[)")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def printable(text: str, instead: str = "?") -> str:
    """``text`` on one line, without anything that a terminal, a log or a viewer would obey: such characters become ``instead``."""
    shown = "".join(character if character.isprintable() else instead for character in text)
    return _COMMAND.sub(instead, shown) if "##" in shown else shown


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """``; did you mean X?`` where one of ``known`` is close, else ``otherwise``."""
    close = difflib.get_close_matches(name, sorted(known), n=1)
    return f"; did you mean {close[0]}?" if close else otherwise

"""Globs over addresses and names, where brackets stand for themselves: ``aws_instance.web["a"]`` is an address."""

from __future__ import annotations

import re
from functools import lru_cache


def is_glob(pattern: str) -> bool:
    """Whether ``pattern`` may match more than itself."""
    return "*" in pattern or "?" in pattern


def matches(pattern: str, name: str) -> bool:
    """Whether ``pattern`` matches all of ``name``: ``*`` is any text, ``?`` one character."""
    return _compiled(pattern).fullmatch(name) is not None


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    # Stars in a row are one: else a hostile pattern takes exponential time.
    parts = re.split(r"(\*|\?)", re.sub(r"\*+", "*", pattern))
    return re.compile("".join({"*": ".*", "?": "."}.get(part, re.escape(part)) for part in parts), re.DOTALL)

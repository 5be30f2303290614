"""The reference strings of a plan's configuration: ``aws_route_table.p["a"].id``, ``module.net.vpc_id``, ``each.value.id``."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from validator.frontends.terraform_plan.document import Key

_STEP = re.compile(r'\.?([^\W\d][\w-]*|\*)|\[("(?:[^"\\]|\\.)*"|\d{1,9})\]|\.(\d{1,9})')

# Roots whose values are settled before a plan is made.
SETTLED = frozenset({"path", "terraform", "self"})


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference. ``root``: resource, data, module, var, local, each, count, or another first word.

    ``type`` and ``name`` of a resource; ``name`` of anything else. ``key`` is the instance's key, None if none is written. ``rest`` are the
    attribute names and list positions behind it.
    """

    text: str
    root: str
    name: str
    type: str = ""
    key: Key = None
    rest: tuple[str | int, ...] = ()

    @property
    def attribute(self) -> str:
        """The attribute behind the instance as a dotted path; ``*`` where none is written."""
        return ".".join(str(step) for step in self.rest) or "*"


def is_constant(expression: object) -> bool:
    """Whether a literal stands there. Of JSON syntax a plan shows the text of what refers to something as a constant too."""
    return isinstance(expression, dict) and "constant_value" in expression and not expression.get("references")


def steps(text: str) -> list[tuple[bool, str | int]] | None:
    """The names and, marked True, the instance keys of a reference or address; None if it is not of that form."""
    found_steps: list[tuple[bool, str | int]] = []
    position = 0
    while position < len(text):
        found = _STEP.match(text, position)
        if found is None:
            return None
        position = found.end()
        name, index, legacy = found.groups()
        if name is not None:
            found_steps.append((False, name))
        else:
            found_steps.append((True, _key(index if index is not None else legacy)))
    return found_steps


@lru_cache(maxsize=65536)
def parse_reference(text: str) -> Reference | None:
    """Read one reference string; None if it is not of a known form."""
    found = steps(text)
    return _of_steps(text, found) if found else None


def _key(written: str) -> str | int:
    if not written.startswith('"'):
        return int(written)
    try:
        return str(json.loads(written))
    except ValueError:
        return written[1:-1]


def _of_steps(text: str, found: list[tuple[bool, str | int]]) -> Reference | None:
    words = [str(step) for _, step in found]
    if len(words) < 2:  # noqa: PLR2004 - every reference has a root and a name
        return None
    root = words[0]
    named = {"data": 3, "var": 2, "local": 2, "module": 2, "each": 2, "count": 2, "path": 2, "terraform": 2, "self": 1, "ephemeral": 3}
    length = named.get(root, 2)
    if len(words) < length:
        return None
    keyed = root in {"data", "module"} or root not in named
    key: Key = None
    rest = found[length:]
    if keyed and rest and rest[0][0]:
        key = rest[0][1]
        rest = rest[1:]
    behind = tuple(step for _, step in rest)
    if root == "data":
        return Reference(text, "data", words[2], words[1], key, behind)
    if root not in named:
        return Reference(text, "resource", words[1], root, key, behind)
    return Reference(text, root, words[length - 1], "", key, behind)


def written(references: Sequence[str]) -> list[Reference | str]:
    """The references that the expression has: a plan lists each with all its prefixes behind it. Unreadable ones stay strings."""
    result: list[Reference | str] = []
    last = ""
    for text in references:
        if last and len(text) < len(last) and last.startswith(text) and last[len(text)] in ".[":
            last = text
            continue
        last = text
        result.append(parse_reference(text) or text)
    return result

"""Waivers that stand in an input, beside what they are for: ``s3reach: allow POLICY -- REASON [until DATE]``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from validator.source import SourceLocation

MARK = "s3reach:"
_COMMENT = re.compile(r"\s*+(?:#|//)\s*+s3reach:\s*+allow\b(.*)", re.DOTALL)
# "until" is a word of the reason where no date follows.
_WRITTEN = re.compile(r"(\S*) ?(?:-- ?(.*?) ?)?(?:\buntil (\d\S*))?$")


@dataclass(frozen=True, slots=True)
class Allowance:
    """One waiver as it is written, mistakes and all; "" for what is missing."""

    policy: str
    reason: str
    until: str
    location: SourceLocation


def allowance(text: str, location: SourceLocation) -> Allowance:
    """What ``POLICY -- REASON [until DATE]`` says."""
    found = _WRITTEN.match(" ".join(text.split()))
    policy, reason, until = found.groups() if found else (text, "", "")
    return Allowance(policy, reason or "", until or "", location)


def of_comment(line: str, location: SourceLocation) -> Allowance | None:
    """The waiver in a comment, None where the line is none."""
    found = _COMMENT.match(line)
    return allowance(found[1], location) if found else None

"""Copies that S3 makes itself, from one bucket into another: what is copied from is named in a request to the other's host.

CopyObject and UploadPartCopy carry their source in the header ``x-amz-copy-source``; nothing of it passes the client.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from validator.analysis.scripts.machine import Use

_TEXT = r"[rbuf]{0,2}(?:\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'|`[^`\n]{0,300}`)"
_WORD = rf"(?:{_TEXT}|[A-Za-z_$][\w.$]{{0,80}}(?:\[{_TEXT}\])?)"
_SOURCE = re.compile(rf"\bCopySource['\"]?\s*[=:]\s*(?:\w{{1,40}}\()?(?P<source>\{{|{_WORD})")
_HELD = re.compile(rf"(?P<name>\b[A-Za-z_$][\w$]{{0,80}})\s*=\s*\{{[^{{}}]{{0,300}}?['\"]?Bucket['\"]?\s*:\s*(?P<bucket>{_WORD})")
_BUCKET = re.compile(rf"\bBucket['\"]?\s*[=:]\s*({_WORD})")
# The transfer method asks for the object's size first, at the host of the bucket that it is in.
_MANAGED = re.compile(rf"\.copy\(\s*(?P<source>\{{[^{{}}]{{0,300}}\}}|{_WORD})\s*,\s*(?P<target>{_WORD})\s*,")
# Of the AWS CLI, s5cmd, s4cmd, s3cmd and rclone; sync copies, and mv and move delete afterwards.
_COPYING = frozenset("cp mv sync copy move copyto moveto bisync".split())
_OPENING, _CLOSING = "([{", ")]}"
_FARTHEST = 800


def into_last(uses: Sequence[Use], words: Sequence[str]) -> Iterator[Use]:
    """The uses of a command by its ``words``; one that copies does it into the last bucket that it names, from the others."""
    if not _COPYING.intersection(words):
        yield from uses
        return
    yield from uses[:-1]
    for last in uses[-1:]:
        sources = [use.naming for use in uses[:-1] if use.naming is not None]
        yield replace(last, copied_from=tuple(dict.fromkeys(sources)))


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy in a program: the words for the buckets that it copies from and into.

    ``asks``: whether the client asks the first for the object, too; else it calls the second alone, and where the source is
    spelled (``start`` to ``end`` in the text) nothing calls it.
    """

    source: str
    target: str
    asks: bool
    start: int
    end: int


def copies_in(text: str) -> Iterator[Copy]:
    """The copies in a program of Python or JavaScript whose two buckets it says in one place."""
    held = {found["name"]: found for found in _HELD.finditer(text)}
    for found in _MANAGED.finditer(text):
        source = _BUCKET.search(found["source"]) or held.get(found["source"])
        if source is not None:
            yield Copy(source[source.lastindex or 0], found["target"], asks=True, start=0, end=0)
    for found in _SOURCE.finditer(text):
        start, end = _around(text, found.start())
        source_end = _closed(text, found.start("source")) if found["source"] == "{" else found.end()
        target = _BUCKET.search(text[start : found.start()]) or _BUCKET.search(text[source_end:end])
        asks = text[:start].endswith(".copy(")
        if target is None:
            continue
        if found["source"] == "{":
            inner = _BUCKET.search(text, found.start("source"), source_end)
            if inner is not None:
                yield Copy(inner[1], target[1], asks, found.start(), source_end)
        elif (known := held.get(found["source"])) is not None:
            yield Copy(known["bucket"], target[1], asks, known.start(), known.end())
        else:
            yield Copy(found["source"], target[1], asks, found.start(), source_end)


def without(text: str, copies: Sequence[Copy]) -> str:
    """The text without the places where buckets are spelled that are copied from and not called; as long as before."""
    asked = {copy.source for copy in copies if copy.asks}
    for copy in copies:
        if copy.source not in asked:
            text = text[: copy.start] + " " * (copy.end - copy.start) + text[copy.end :]
    return text


def _around(text: str, position: int) -> tuple[int, int]:
    """Where the innermost brackets around a position begin and end; the whole text's neighbourhood where there are none."""
    depth, start = 0, position
    first = max(0, position - _FARTHEST)
    while start > first:
        start -= 1
        if text[start] in _CLOSING:
            depth += 1
        elif text[start] in _OPENING:
            if depth == 0:
                return start + 1, _closed(text, start)
            depth -= 1
    return position, position


def _closed(text: str, opening: int) -> int:
    """Where the bracket at ``opening`` closes."""
    depth = 0
    for position in range(opening, min(len(text), opening + 2 * _FARTHEST)):
        if text[position] in _OPENING:
            depth += 1
        elif text[position] in _CLOSING:
            depth -= 1
            if depth == 0:
                return position
    return min(len(text), opening + 2 * _FARTHEST)

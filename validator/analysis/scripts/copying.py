"""Copies that S3 makes itself, from one bucket into another: what is copied from is named in a request to the other's host.

CopyObject and UploadPartCopy carry their source in the header ``x-amz-copy-source``; nothing of it passes the client.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from validator.analysis.scripts.machine import Use

TEXT = r"[rbuf]{0,2}(?:\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'|`[^`\n]{0,300}`)"
_WORD = rf"(?:{TEXT}|[A-Za-z_$][\w.$]{{0,80}}(?:\[{TEXT}\])?)"
_ANY = re.compile(_WORD)
_SOURCE = re.compile(rf"\bCopySource['\"]?\s*[=:]\s*(?:\w{{1,40}}\()?(?=\{{|{_WORD})")
_HELD = re.compile(rf"(?P<name>\b[A-Za-z_$][\w$]{{0,80}})\s*=\s*\{{[^{{}}]{{0,300}}?['\"]?Bucket['\"]?\s*:\s*(?P<bucket>{_WORD})")
_BUCKET = re.compile(rf"\bBucket['\"]?\s*[=:]\s*({_WORD})")
# The transfer method asks for the object's size first, at the host of the bucket that it is in.
_MANAGED = re.compile(rf"\.copy(?P<alone>)\(\s*(?P<source>\{{[^{{}}]{{0,300}}\}}|{_WORD})\s*,\s*(?P<target>{_WORD})\s*,")
# Of the AWS CLI, s5cmd, s4cmd, s3cmd and rclone; sync copies, and mv and move delete afterwards.
_COPYING = frozenset("cp mv sync copy move copyto moveto bisync".split())
# Of the resources of boto3, which hold their bucket.
_HOLDER = re.compile(
    rf"\b(?:Bucket|Object)\(\s*(?P<target>{_WORD})[^()\n]{{0,200}}\)\.copy(?P<alone>_from)?\(\s*(?:CopySource\s*=\s*)?"
    rf"(?P<source>\{{[^{{}}]{{0,300}}\}}|{_WORD})"
)
_OPENING, _CLOSING = "([{", ")]}"
_FARTHEST = 800
_MOST = 200


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
    for pattern in (_MANAGED, _HOLDER):
        for found in pattern.finditer(text):
            source = _spelled(text, found.start("source"), held)
            if source is not None and source.mapping:
                yield Copy(source.word, found["target"], not found["alone"], source.start, source.end)
    for found in islice(_SOURCE.finditer(text), _MOST):
        source = _spelled(text, found.end(), held)
        if source is None:
            continue
        start, end = _around(text, found.start())
        behind = _closed(text, found.end()) if text[found.end()] in _OPENING else found.end()
        target = _BUCKET.search(text, start, found.start()) or _BUCKET.search(text, behind, end)
        if target is not None:
            yield Copy(source.word, target[1], text.endswith(".copy(", 0, start), source.start, source.end)


@dataclass(frozen=True, slots=True)
class _Spelled:
    """The word for the bucket of a source, and where the source is spelled. ``mapping``: as ``{"Bucket": ...}``; else as BUCKET/KEY."""

    word: str
    start: int
    end: int
    mapping: bool


def _spelled(text: str, position: int, held: Mapping[str, re.Match[str]]) -> _Spelled | None:
    """What stands at ``position``: a mapping, the name of one, or a text."""
    if text.startswith("{", position):
        end = _closed(text, position)
        inner = _BUCKET.search(text, position, end)
        return _Spelled(inner[1], position, end, mapping=True) if inner else None
    word = _ANY.match(text, position)
    if word is None:
        return None
    if (known := held.get(word[0])) is not None:
        return _Spelled(known["bucket"], known.start(), known.end(), mapping=True)
    return _Spelled(word[0], position, word.end(), mapping=False)


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

"""Baselines: the findings of an earlier run, written to a file; a later run counts only what is new."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from validator.errors import InputError
from validator.files import bytes_of
from validator.judge.finding import Finding, Verdict, fingerprint_of
from validator.model.network import Id
from validator.source import SourceLocation
from validator.values import Cause

_SCHEMA: Final = "s3reach/baseline/1"
_Verdict: TypeAlias = Literal["fail", "unknown"]
_Left: TypeAlias = dict[tuple[str, str], "Entry"]
# The input's name, where several inputs have the same address; then the modules (or the stacks).
_AROUND = re.compile(r'(?:[^"\[]*/)?(?:module\.[^.\[]+(?:\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?\.)*')
_INPUT = re.compile(r'[^"\[]*/')
_MOST_NAMES = 16


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """One finding as a baseline keeps it: what it is about, in words for whoever reads the file, and its fingerprint."""

    fingerprint: str
    policy: str
    verdict: _Verdict
    subject: str
    workload: str | None
    bucket: str | None
    region: str | None


class _Document(Struct, frozen=True, forbid_unknown_fields=True):
    schema: Literal["s3reach/baseline/1"]
    findings: tuple[Entry, ...]


_DECODER = msgspec.json.Decoder(_Document)


def render(findings: Iterable[Finding]) -> str:
    """The baseline of ``findings``: all but the waived ones, which their waivers take care of."""
    entries = {_entry(finding) for finding in findings if finding.status != "waived"}
    document = _Document(_SCHEMA, tuple(sorted(entries, key=_sort_key)))
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def held(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings as they are once their baseline is written."""
    return tuple(replace(one, status="baseline", fails=False) if one.status == "open" else one for one in findings)


def read(file: Path) -> tuple[Entry, ...]:
    """The entries in a file. Raises InputError where it is no baseline."""
    try:
        return _DECODER.decode(bytes_of(file)).findings
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror or error}") from error
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise InputError(f"{file}: is no baseline, expected what --write-baseline writes: {error}") from error


@dataclass(frozen=True, slots=True)
class Estate:
    """What a comparison needs of the estate: the ids in it, and the earlier names of an id where something was moved."""

    ids: frozenset[Id]
    earlier: Callable[[Id], Sequence[Id]]


def compared(findings: Sequence[Finding], entries: Sequence[Entry], file: Path, estate: Estate) -> tuple[tuple[Finding, ...], tuple[Cause, ...]]:
    """The findings, those that ``entries`` hold with the status of the baseline; and what is to be said of entries that match nothing.

    An entry is a finding's own by its fingerprint; else by that of what was moved; else where all but the modules around it is the
    same, what it was about is gone, and no other entry or finding could be meant. One that was not decided does not cover a failure.
    """
    left: _Left = {(entry.fingerprint, entry.verdict): entry for entry in entries}
    open_ones = [finding for finding in findings if finding.status == "open"]
    matched: set[int] = set()
    for names in (_own, lambda finding: _moved(finding, estate)):
        for finding in open_ones:
            if id(finding) not in matched and _take(left, names(finding), finding.verdict):
                matched.add(id(finding))
    matched |= _renamed([finding for finding in open_ones if id(finding) not in matched], left, estate)
    held = tuple(replace(finding, status="baseline") if id(finding) in matched else finding for finding in findings)
    return held, tuple(_stale(len(left), file))


def _own(finding: Finding) -> Iterable[str]:
    return (finding.fingerprint,)


def _moved(finding: Finding, estate: Estate) -> Iterable[str]:
    """The fingerprints that a finding had before its resources were moved."""
    names = [(name, *estate.earlier(name)) if name else (name,) for name in (finding.subject, finding.workload, finding.bucket)]
    for subject, workload, bucket in itertools.islice(itertools.product(*names), _MOST_NAMES):
        yield fingerprint_of(finding.policy, subject or "", workload, bucket, finding.region)


def _take(left: _Left, fingerprints: Iterable[str], verdict: Verdict) -> bool:
    """Take the entry for one of ``fingerprints`` out of ``left``: of the same verdict, or of a failure that is no longer certain."""
    for fingerprint in fingerprints:
        for known in (verdict.value, "fail"):
            if left.pop((fingerprint, known), None) is not None:
                return True
    return False


def _renamed(findings: Sequence[Finding], left: _Left, estate: Estate) -> set[int]:
    """The findings whose modules were renamed, by ``id()``; their entries are taken out of ``left``."""
    gone: defaultdict[tuple[str | None, ...], list[Entry]] = defaultdict(list)
    for entry in left.values():
        if entry.subject.removesuffix("#main") not in estate.ids:
            gone[_inner(entry)].append(entry)
    new: defaultdict[tuple[str | None, ...], list[Finding]] = defaultdict(list)
    for finding in findings:
        new[_inner(finding)].append(finding)
    matched: set[int] = set()
    for key, members in new.items():
        known = gone.get(key, [])
        if len(members) == len(known) == 1 and known[0].verdict in {members[0].verdict.value, "fail"}:
            del left[known[0].fingerprint, known[0].verdict]
            matched.add(id(members[0]))
    return matched


def _inner(one: Entry | Finding) -> tuple[str | None, ...]:
    """What stays of a finding when its modules are renamed."""
    return (one.policy, one.region, *(name and _AROUND.sub("", name, count=1) for name in (one.subject, one.workload, one.bucket)))


def _stale(count: int, file: Path) -> Iterable[Cause]:
    if count:
        told = f"{count} {'entries' if count > 1 else 'entry'} of {file}"
        yield Cause(f"match{'' if count > 1 else 'es'} nothing any more; write it anew with --write-baseline", told, SourceLocation(str(file)))


def _entry(finding: Finding) -> Entry:
    verdict: _Verdict = "fail" if finding.verdict is Verdict.FAIL else "unknown"
    return Entry(finding.fingerprint, finding.policy, verdict, finding.subject, finding.workload, finding.bucket, finding.region)


def _sort_key(entry: Entry) -> tuple[str, ...]:
    return (entry.policy, entry.subject, entry.bucket or "", entry.region or "", entry.verdict)


def earlier_names(moves: Iterable[tuple[str, str]]) -> Callable[[Id], Sequence[Id]]:
    """How ids were called before: ``moves`` are addresses of resources and modules as they were and as they are."""
    exact: defaultdict[str, list[str]] = defaultdict(list)
    for old, new in moves:
        exact[new].append(old)
    return lambda name: _earlier(name, exact)


def _earlier(name: Id, moves: Mapping[str, Sequence[str]]) -> Sequence[Id]:
    """The names before each move, nearest first. A move takes everything along that is inside what was moved."""
    input_name = _INPUT.match(name)
    around = input_name[0] if input_name else ""
    found: dict[str, None] = {name.removeprefix(around): None}
    waiting = list(found)
    while waiting and len(found) <= _MOST_NAMES:
        here = waiting.pop(0)
        for end in _ends(here):
            for old in moves.get(here[:end], ()):
                if (before := old + here[end:]) not in found:
                    found[before] = None
                    waiting.append(before)
    return [around + one for one in found][1:]


def _ends(address: str) -> Iterable[int]:
    """Where the addresses of what a resource is inside of end, the whole address first."""
    yield len(address)
    quoted = False
    cuts: list[int] = []
    for place, character in enumerate(address):
        if character == '"' and (place == 0 or address[place - 1] != "\\"):
            quoted = not quoted
        elif character in ".[" and not quoted:
            cuts.append(place)
    yield from reversed(cuts)

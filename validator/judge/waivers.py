"""Waivers: findings that somebody accepted, with a reason and until a day; in the configuration, or in the input beside what they are for."""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from validator.allowances import Allowance
from validator.analysis.access import Analysis
from validator.errors import ConfigurationError
from validator.globs import is_glob, matches
from validator.judge.finding import Finding
from validator.judge.finding import Waiver as Shown
from validator.model.network import Id
from validator.options import Waiver
from validator.values import Cause

_EXPECTED = "expected: s3reach: allow POLICY -- REASON [until YYYY-MM-DD]"


@dataclass(frozen=True, slots=True)
class Placed:
    """A waiver and what it is for: ``ids``, where it stands beside them in an input; None: what its globs match."""

    waiver: Waiver
    ids: frozenset[Id] | None = None


@dataclass(slots=True)
class _Use:
    """What became of a waiver."""

    waives: int = 0
    would: int = 0


@dataclass(slots=True)
class Waivers:
    """The waivers of a run, by the day that it is; says afterwards which of them are expired or waive nothing."""

    placed: Sequence[Placed]
    today: date
    analysis: Analysis
    path_of: Mapping[Id, str] = field(default_factory=dict)
    _used: dict[int, _Use] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Buckets are known by their names too, but for secret ones."""
        for access in self.analysis.accesses:
            if isinstance(access.bucket.name, str) and not access.bucket.sensitive:
                self._names[access.bucket.id] = access.bucket.name

    def applied(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings, waived ones with their waiver; where only an expired one is for it, the message says so."""
        return tuple(self._applied(finding) for finding in findings)

    def _applied(self, finding: Finding) -> Finding:
        expired: Waiver | None = None
        for number, one in enumerate(self.placed):
            if not self._is_for(one, finding):
                continue
            use = self._used.setdefault(number, _Use())
            if one.waiver.expires is None or one.waiver.expires >= self.today:
                use.waives += 1
                until = one.waiver.expires.isoformat() if one.waiver.expires else None
                return replace(finding, status="waived", waiver=Shown(one.waiver.reason, until, one.waiver.location))
            use.would += 1
            expired = one.waiver
        if expired is None:
            return finding
        return replace(finding, message=f"{finding.message} (its waiver in {expired.location} expired on {expired.expires})")

    def _is_for(self, one: Placed, finding: Finding) -> bool:
        waiver = one.waiver
        about = {name for name in (finding.workload, finding.subject) if name}
        if not matches(waiver.policy, finding.policy):
            return False
        if one.ids is not None:
            return not one.ids.isdisjoint({name.removesuffix("#main") for name in about})
        if waiver.paths is not None and waiver.paths.isdisjoint({self.path_of.get(name.removesuffix("#main"), "") for name in about}):
            return False
        if waiver.subject is not None and not any(matches(waiver.subject, name) for name in about):
            return False
        if waiver.bucket is None:
            return True
        return finding.bucket is not None and any(
            matches(waiver.bucket, name) for name in (finding.bucket, self._names.get(finding.bucket, "")) if name
        )

    def notes(self, asked: Iterable[str]) -> tuple[Cause, ...]:
        """What is to be said of waivers of the policies that were ``asked``: those that are expired, and those that waive nothing."""
        known = list(asked)
        expired: list[Cause] = []
        unused: list[Waiver] = []
        for number, one in enumerate(self.placed):
            waiver, use = one.waiver, self._used.get(number, _Use())
            if use.would and waiver.expires is not None:
                expired.append(
                    Cause(f"expired on {waiver.expires}, so what it waived counts again", f"the waiver in {waiver.location}", waiver.location)
                )
            elif not use.waives and any(matches(waiver.policy, policy) for policy in known):
                unused.append(waiver)
        return (*expired, *_unused(unused))


def _unused(waivers: Sequence[Waiver]) -> Iterable[Cause]:
    """One note per file: the configuration of a whole repository holds waivers for other inputs too."""
    by_file: dict[str, list[Waiver]] = {}
    for waiver in waivers:
        by_file.setdefault(waiver.location.path, []).append(waiver)
    for file, listed in by_file.items():
        lines = ", ".join(str(one.location.line) for one in listed if one.location.line is not None)
        several = len(listed) > 1
        places = f", lines {lines}," if lines and several else f":{lines}" if lines else ""
        subject = f"{'waivers' if several else 'the waiver'} in {file}{places}"
        yield Cause("waive nothing here" if several else "waives nothing here", subject, listed[0].location)


def placed(waivers: Iterable[Waiver], allowances: Mapping[Allowance, frozenset[Id]], policies: Iterable[str]) -> tuple[Placed, ...]:
    """All waivers of a run: those in the inputs first, for they are the nearer ones.

    Raises ConfigurationError for every one in an input that has no reason, an unknown policy or no date where one must be.
    """
    known = tuple(policies)
    mistakes: list[str] = []
    found: list[Placed] = []
    for one in sorted(allowances, key=lambda one: (one.location.sort_key, one.policy)):
        expires = _day(one.until)
        mistakes += _mistakes(one, expires, known)
        found.append(Placed(Waiver(one.policy, one.reason, expires, one.location), allowances[one]))
    if mistakes:
        raise ConfigurationError(*dict.fromkeys(mistakes))
    return (*found, *(Placed(waiver) for waiver in waivers))


def _mistakes(one: Allowance, expires: date | None, known: Sequence[str]) -> Iterable[str]:
    if not one.policy or not one.reason:
        yield f"{one.location}: a waiver needs a {'policy and a ' if not one.policy else ''}reason, {_EXPECTED}"
    elif not is_known(one.policy, known):
        close = difflib.get_close_matches(one.policy, known, n=1)
        yield f"{one.location}: there is no policy {one.policy}, " + (f"did you mean {close[0]}?" if close else _EXPECTED)
    if one.until and expires is None:
        yield f"{one.location}: {one.until} is no date, {_EXPECTED}"


def is_known(policy: str, known: Iterable[str]) -> bool:
    """Whether ``policy`` is one of ``known``, or a glob that matches one."""
    return any(matches(policy, one) for one in known) if is_glob(policy) else policy in known


def _day(written: str) -> date | None:
    with contextlib.suppress(ValueError):
        return date.fromisoformat(written)
    return None

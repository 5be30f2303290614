"""What a person reads in a terminal or a CI log: findings with path, reason and fix, then coverage, then one line."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from validator.analysis.access import Access, Coverage, Tier
from validator.judge.finding import Finding, Severity
from validator.messages import REPLACEMENT, printable
from validator.model.network import Link
from validator.report import words
from validator.report.places import accesses_of, editable
from validator.report.report import Report
from validator.report.surroundings import Surroundings
from validator.source import SourceLocation
from validator.values import Unknown

_COLORS = {Severity.ERROR: "31;1", Severity.WARNING: "33;1", Severity.NOTE: "36;1"}
_SHOWN_PATHS = 3
_SHOWN_ROWS = 40
_SHORT = 3
_NARROWEST = 40
# Runners of CI obey lines that start with "::" and, anywhere in a line, "##[...]", "##vso[...]" and "##teamcity[...]".
_COMMAND = re.compile(r"#(?=#\w*\[)")
_PLAIN = Surroundings()


def render(report: Report, around: Surroundings = _PLAIN) -> str:
    """The report for people: plain and unwrapped, unless the surroundings are a terminal."""
    page = _Page(report, around)
    lines: list[str] = []
    for finding in report.open:
        lines += [*page.finding(finding), ""]
    if not around.quiet:
        lines += page.accepted()
        lines += page.coverage()
        lines += page.notes()
    lines.append(page.summary())
    return _inert(lines)


def explain(report: Report, around: Surroundings = _PLAIN, *, others: Sequence[str] = ()) -> str:
    """Every access: each hop with its reason, and the evidence for it. ``others``: what is there, where nothing is what was asked for."""
    page = _Page(report, around)
    lines: list[str] = []
    named = {name: finding for finding in report.findings for name in finding.accesses}
    for access in report.analysis.accesses:
        lines += [*page.explained(access, named.get(access.id)), ""]
    if not lines and others:
        lines = ["no access is what --workload and --bucket ask for; there are:", *(f"  {safe(one)}" for one in others), ""]
    lines += page.unnamed()
    if not others:
        lines.append(page.summary())
    return _inert(lines)


def catalogue(rows: Sequence[tuple[str, str, str]]) -> str:
    """The policies as a table: id, severity, title."""
    widths = [max(len(row[index]) for row in rows) for index in range(2)] if rows else [0, 0]
    return "".join(f"{row[0].ljust(widths[0])}  {row[1].ljust(widths[1])}  {row[2]}\n" for row in rows)


def safe(text: str) -> str:
    """``text`` on one line without anything that a terminal or a log would take for a command: names come from strangers."""
    shown = printable(text, REPLACEMENT)
    return _COMMAND.sub("# ", shown) if "##" in shown else shown


def _inert(lines: Sequence[str]) -> str:
    """The lines as one text; none of them is a command of a CI runner."""
    return "".join(f"{'. ' if line.lstrip().startswith('::') else ''}{line}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class _Page:
    """Writes the parts of a report for its surroundings."""

    report: Report
    around: Surroundings
    _told: dict[tuple[str, str], Finding] = field(default_factory=dict)

    # --- findings ---------------------------------------------------------------------------------------------------------------------

    def finding(self, finding: Finding) -> Iterator[str]:
        """One finding with where, how and what to do."""
        head = f"{words.label(finding)} {finding.policy}: {safe(words.about(finding))}"
        first, *rest = self._wrapped(head, "", "    ")
        paint = self._paint
        yield first.replace(words.label(finding), paint(words.label(finding), _COLORS[finding.severity]), 1).replace(
            finding.policy, paint(finding.policy, "1"), 1
        )
        yield from rest
        yield from self._wrapped(safe(finding.message), "  ", "  ")
        if since := words.since(finding, self.report):
            yield from self._field("since", since)
        if finding.location:
            yield f"  where  {self._where(finding.location)}"
        yield from self._paths(finding)
        label = "fix    "
        for line in self._remedy(finding):
            yield f"  {label}{safe(line)}"
            label = "       "
        if finding.also:
            yield from self._field("also", ", ".join(finding.also))

    def _remedy(self, finding: Finding) -> Sequence[str]:
        """The remedy; where it stands word for word above already, and is long, only where."""
        first = self._told.setdefault((finding.policy, finding.remedy), finding)
        lines = finding.remedy.splitlines()
        return lines if first is finding or len(lines) <= _SHORT else [f"# as for {words.about(first)} above"]

    def _paths(self, finding: Finding) -> Iterator[str]:
        concerned = accesses_of(finding, self.report)
        for access in concerned[:_SHOWN_PATHS]:
            for path in access.paths:
                yield from self._field("path", safe(" -> ".join(words.chain(access, path))))
        if len(concerned) > _SHOWN_PATHS:
            yield f"         and from {len(concerned) - _SHOWN_PATHS} more placements"

    def _where(self, location: SourceLocation) -> str:
        own = editable(location, self.report.calls)
        shown = self._linked(own)
        if own is not location:
            return f"{shown}, which calls {safe(str(location))}"
        return f"{shown}, {safe(own.address)}" if own.address and own.line is None else shown

    def _linked(self, location: SourceLocation) -> str:
        """The place, as a link that terminals open where they show links (OSC 8)."""
        shown = safe(str(location))
        if not self.around.hyperlinks or not FilePath(location.path).is_file():
            return shown
        line = f"#{location.line}" if location.line else ""
        return f"\x1b]8;;{FilePath(location.path).absolute().as_uri()}{line}\x1b\\{shown}\x1b]8;;\x1b\\"

    def accepted(self) -> Iterator[str]:
        """Waived findings in a line each; those of the baseline only where all is asked for."""
        shown = [one for one in self.report.findings if one.status == "waived" or (one.status == "baseline" and self.around.verbose)]
        for one in shown:
            yield from self._wrapped(f"accepted {one.policy}: {safe(words.about(one))}, {safe(words.accepted(one))}", "", "    ")
        if shown:
            yield ""

    # --- the rest ---------------------------------------------------------------------------------------------------------------------

    def coverage(self) -> Iterator[str]:
        """Private subnets and their endpoints; public ones only where all is asked for."""
        verbose = self.around.verbose
        rows = [one for one in self.report.analysis.coverage if verbose or one.tier is not Tier.PUBLIC]
        if not rows:
            return
        titles = ("private subnet" if not verbose else "subnet", "tier", "route table", "S3 gateway endpoint", "S3 interface endpoint")
        shown = rows if verbose else rows[:_SHOWN_ROWS]
        cells = [titles, *(_row(one) for one in shown)]
        widths = [max(len(row[index]) for row in cells) for index in range(len(titles))]
        if self.around.width is not None and sum(widths) + 2 * len(widths) > self.around.width:
            for row in cells[1:]:
                yield from self._wrapped(f"{row[0]} ({row[1]}): {row[2]}, gateway endpoint {row[3]}, interface endpoint {row[4]}", "", "    ")
        else:
            for row in cells:
                yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        if len(rows) > len(shown):
            yield f"and {len(rows) - len(shown)} more subnets (-v shows all)"
        yield ""

    def notes(self) -> Iterator[str]:
        """What the reader should know of the inputs, and what was seen and not judged."""
        for note in self.report.notes:
            yield from self._wrapped(f"note: {safe(note.subject)} {safe(note.reason)}", "", "    ")
        if self.report.unread:
            shown = ", ".join(f"{one.count} {one.type} ({one.why})" for one in self.report.unread)
            yield from self._wrapped(f"not judged: {safe(shown)}", "", "    ")
        counted = words.by_policy(self.report)
        if counted:
            yield from self._wrapped(f"by policy: {counted}", "", "    ")
        if self.report.notes or self.report.unread or counted:
            yield ""

    def summary(self) -> str:
        """The verdict in one line. Only that of a run that does not pass has the word "failed": there are gates that search for it."""
        failed = bool(self.report.exit_code)
        told = ("failed: " if failed else "") + words.verdict(self.report)
        first, *rest = self._wrapped(f"{told}; {words.accesses(self.report) if self.report.analysis.accesses else words.UNUSED}", "", "    ")
        return "\n".join([first.replace(told, self._paint(told, "31;1" if failed else "32;1"), 1), *rest])

    def explained(self, access: Access, finding: Finding | None) -> Iterator[str]:
        """One access, hop by hop."""
        subnet = access.position.subnet if isinstance(access.position.subnet, str) else "a subnet that is not settled"
        head = f"{access.workload.id} in {subnet} -> {access.bucket.id}"
        yield f"{self._paint(safe(head), '1')}: {access.disposition.value}"
        source = access.bucket.region_source
        yield f"  bucket    {safe(_known(access.bucket.region))}" + (f", from {source}" if source else "")
        yield f"  client    {safe(_client(access))}"
        for path in access.paths:
            yield f"  host      {safe(path.host.name)} in {safe(_known(path.host.region))}: {path.disposition.value}"
            for hop in path.hops:
                place = f" ({self._linked(hop.location)})" if hop.location and hop.location.line else ""
                yield f"    {safe(words.step(hop))}: {safe(hop.why)}{place}"
        yield from self._because(access)
        if finding is not None:
            yield f"  finding   {words.label(finding)} {finding.policy}" + ("" if finding.status == "open" else f", {safe(words.accepted(finding))}")

    def unnamed(self) -> Iterator[str]:
        """Workloads whose roles may use buckets by wildcard: which ones they do use, nothing shows."""
        for workload, grant in self.report.analysis.unnamed:
            yield f"note: {safe(workload)} is shown no bucket by this: {safe(grant.text)} ({self._linked(grant.location)})"
        if self.report.analysis.unnamed:
            yield ""

    def _because(self, access: Access) -> Iterator[str]:
        for cause in access.causes:
            place = f" ({self._linked(cause.location)})" if cause.location else ""
            yield f"  open      {safe(cause.subject)} {safe(cause.reason)}{place}"
        for one in access.evidence:
            attribute = f", {safe(one.location.attribute)}" if one.location.attribute else ""
            yield f"  evidence  {safe(one.text)} ({self._linked(one.location)}{attribute})"

    # --- lines ------------------------------------------------------------------------------------------------------------------------

    def _field(self, name: str, text: str) -> Iterator[str]:
        return iter(self._wrapped(text, f"  {name.ljust(7)}", " " * 9))

    def _wrapped(self, text: str, start: str, hanging: str) -> list[str]:
        width = self.around.width
        if width is None or len(start) + len(text) <= width:
            return [start + text]
        return textwrap.wrap(
            text, max(width, _NARROWEST), initial_indent=start, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False
        ) or [start]

    @property
    def _paint(self) -> Callable[[str, str], str]:
        return (lambda text, code: f"\x1b[{code}m{text}\x1b[0m") if self.around.color else (lambda text, _: text)


def _row(one: Coverage) -> tuple[str, ...]:
    table = words.step_name(one.route_table) if isinstance(one.route_table, str) else _cell(one.route_table)
    return tuple(safe(cell) for cell in (one.subnet, one.tier.value, table, _cell(one.gateway_endpoint), _cell(one.interface_endpoint)))


def _cell(link: Link) -> str:
    return "-" if link is None else "?" if isinstance(link, Unknown) else link


def _client(access: Access) -> str:
    client = access.client
    name = client.sdk or "a client that nothing names"
    region = "names no Region" if client.region is None else f"Region {_known(client.region)} from its {client.source}"
    return f"{name}, {region}" + (f" ({client.note})" if client.note else "")


def _known(value: str | Unknown | None) -> str:
    if isinstance(value, Unknown):
        return " or ".join(map(str, value.among)) if value.among else "a Region that is not settled"
    return value or "no Region"

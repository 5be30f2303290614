"""What a person reads in a CI log: findings with path, reason and fix, then coverage, then one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from validator.analysis.access import Access, Coverage, Disposition, Hop, Path, Tier
from validator.judge.finding import Finding, Severity, Verdict
from validator.model.network import Link
from validator.report.report import Report
from validator.values import Unknown

_COLORS = {Severity.ERROR: "31;1", Severity.WARNING: "33;1", Severity.NOTE: "36;1"}
_SHOWN_PATHS = 3
_SHOWN_ROWS = 40
_ENDS = {
    Disposition.NO_ROUTE: "no route to",
    Disposition.BLACKHOLE: "goes nowhere:",
    Disposition.DNS_UNRESOLVED: "cannot resolve",
    Disposition.UNKNOWN: "not settled:",
}


def render(report: Report, *, color: bool = False, quiet: bool = False, verbose: bool = False) -> str:
    """The report for people. ``color``: with terminal colours; ``quiet``: findings and the last line only; ``verbose``: all subnets."""
    paint = _painter(color=color)
    accesses = {access.id: access for access in report.analysis.accesses}
    lines: list[str] = []
    for finding in report.findings:
        lines += _finding(finding, accesses, paint)
        lines.append("")
    if not quiet:
        lines += _coverage(report, verbose=verbose)
        lines += _notes(report)
    lines.append(_summary(report, paint))
    return "\n".join(lines) + "\n"


def explain(report: Report, *, color: bool = False) -> str:
    """Every access: each hop with its reason, and the evidence for it."""
    paint = _painter(color=color)
    lines: list[str] = []
    named = {name: finding for finding in report.findings for name in finding.accesses}
    for access in report.analysis.accesses:
        lines += [*_explained(access, named.get(access.id), paint), ""]
    if not lines:
        lines = ["no workload in a VPC is seen to use S3", ""]
    lines.append(_summary(report, paint))
    return "\n".join(lines) + "\n"


def safe(text: str) -> str:
    """``text`` without anything that a terminal or a log would take for a command: names come from strangers."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def _painter(*, color: bool) -> Callable[[str, str], str]:
    return (lambda text, code: f"\x1b[{code}m{text}\x1b[0m") if color else (lambda text, _: text)


def _finding(finding: Finding, accesses: Mapping[str, Access], paint: Callable[[str, str], str]) -> Iterator[str]:
    label = finding.severity.value + (" (not decided)" if finding.verdict is Verdict.UNKNOWN else "")
    about = f"{finding.workload} -> {finding.bucket}" if finding.workload else finding.subject
    yield f"{paint(label, _COLORS[finding.severity])} {paint(finding.policy, '1')}: {safe(about)}"
    yield f"  {safe(finding.message)}"
    if finding.location:
        yield f"  where  {safe(_where(finding))}"
    concerned = [accesses[name] for name in finding.accesses if name in accesses]
    for access in concerned[:_SHOWN_PATHS]:
        for path in access.paths:
            yield f"  path   {safe(chain(access, path))}"
    if len(concerned) > _SHOWN_PATHS:
        yield f"         and from {len(concerned) - _SHOWN_PATHS} more placements"
    label = "fix    "
    for line in finding.remedy.splitlines():
        yield f"  {label}{safe(line)}"
        label = "       "
    if finding.also:
        yield f"  also   {', '.join(finding.also)}"


def _where(finding: Finding) -> str:
    assert finding.location is not None
    place = str(finding.location)
    return f"{place}, {finding.location.address}" if finding.location.address and finding.location.line is None else place


def chain(access: Access, path: Path) -> str:
    """The path in one line: ``workload -> subnet -> route table -> ... -> end``."""
    steps = [_step(hop) for hop in path.hops if hop.kind not in {"s3", "nothing"}]
    if not isinstance(access.position.subnet, str):
        steps.append("a subnet that is not settled")
    host = path.host.name
    if path.disposition.delivered:
        steps.append(host)
    else:
        steps.append(f"{_ENDS.get(path.disposition, path.disposition.value)} {host}")
    return " -> ".join(steps)


def _step(hop: Hop) -> str:
    if hop.address is None:
        return hop.kind
    return f"main route table of {hop.address.removesuffix('#main')}" if hop.address.endswith("#main") else hop.address


def _coverage(report: Report, *, verbose: bool) -> Iterator[str]:
    """Private subnets and their endpoints; public ones only where all is asked for."""
    rows = [one for one in report.analysis.coverage if verbose or one.tier is not Tier.PUBLIC]
    if not rows:
        return
    titles = ("private subnet" if not verbose else "subnet", "tier", "route table", "S3 gateway endpoint", "S3 interface endpoint")
    shown = rows if verbose else rows[:_SHOWN_ROWS]
    cells = [titles, *(_row(one) for one in shown)]
    widths = [max(len(row[index]) for row in cells) for index in range(len(titles))]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    if len(rows) > len(shown):
        yield f"and {len(rows) - len(shown)} more subnets (-v shows all)"
    yield ""


def _row(one: Coverage) -> tuple[str, ...]:
    table = _step(Hop("route table", one.route_table, "", None)) if isinstance(one.route_table, str) else _cell(one.route_table)
    return tuple(safe(cell) for cell in (one.subnet, one.tier.value, table, _cell(one.gateway_endpoint), _cell(one.interface_endpoint)))


def _cell(link: Link) -> str:
    return "-" if link is None else "?" if isinstance(link, Unknown) else link


def _notes(report: Report) -> Iterator[str]:
    for note in report.notes:
        yield f"note: {safe(note.subject)} {safe(note.reason)}"
    if report.unread:
        shown = ", ".join(f"{one.count} {one.type} ({one.why})" for one in report.unread)
        yield f"not judged: {safe(shown)}"
    if report.notes or report.unread:
        yield ""


def _summary(report: Report, paint: Callable[[str, str], str]) -> str:
    counts = [f"{count} {name}{'s' if count != 1 else ''}" for name, count in report.counts.items() if count]
    ends = ", ".join(f"{count} {name}" for name, count in report.dispositions.items())
    accesses = len(report.analysis.accesses)
    told = f"{accesses} access{'es' if accesses != 1 else ''} to S3" + (f" ({ends})" if ends else "")
    verdict = ", ".join(counts) if counts else "no findings"
    return f"{paint(verdict, '31;1' if report.exit_code else '32;1')}; {told}"


def _explained(access: Access, finding: Finding | None, paint: Callable[[str, str], str]) -> Iterator[str]:
    subnet = access.position.subnet if isinstance(access.position.subnet, str) else "a subnet that is not settled"
    head = f"{access.workload.id} in {subnet} -> {access.bucket.id}"
    yield f"{paint(safe(head), '1')}: {access.disposition.value}"
    yield f"  bucket    {safe(_known(access.bucket.region))}" + (f", from {access.bucket.region_source}" if access.bucket.region_source else "")
    yield f"  client    {safe(_client(access))}"
    for path in access.paths:
        yield f"  host      {safe(path.host.name)} in {safe(_known(path.host.region))}: {path.disposition.value}"
        for hop in path.hops:
            place = f" ({hop.location})" if hop.location and hop.location.line else ""
            yield f"    {safe(_step(hop))}: {safe(hop.why)}{safe(place)}"
    yield from _because(access)
    if finding is not None:
        yield f"  finding   {finding.severity.value} {finding.policy}"


def _because(access: Access) -> Iterator[str]:
    for cause in access.causes:
        yield f"  open      {safe(cause.subject)} {safe(cause.reason)}" + (f" ({safe(str(cause.location))})" if cause.location else "")
    for one in access.evidence:
        yield f"  evidence  {safe(one.text)} ({safe(str(one.location))}{', ' + safe(one.location.attribute) if one.location.attribute else ''})"


def _client(access: Access) -> str:
    client = access.client
    name = client.sdk or "a client that nothing names"
    region = "names no Region" if client.region is None else f"Region {_known(client.region)} from its {client.source}"
    return f"{name}, {region}" + (f" ({client.note})" if client.note else "")


def _known(value: str | Unknown | None) -> str:
    if isinstance(value, Unknown):
        return " or ".join(map(str, value.among)) if value.among else "a Region that is not settled"
    return value or "no Region"


def catalogue(rows: Sequence[tuple[str, str, str]]) -> str:
    """The policies as a table: id, severity, title."""
    widths = [max(len(row[index]) for row in rows) for index in range(2)] if rows else [0, 0]
    return "".join(f"{row[0].ljust(widths[0])}  {row[1].ljust(widths[1])}  {row[2]}\n" for row in rows)

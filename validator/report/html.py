"""One self-contained page: findings to search and filter, the network with paths that light up, for a screen or for paper.

Nothing comes from elsewhere: the Content Security Policy in the page allows its own script and styles by their sums, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.resources
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from validator.analysis.access import Access, Hop, Path
from validator.judge.finding import Finding, Severity, Verdict
from validator.messages import REPLACEMENT, printable
from validator.report import words
from validator.report.diagram import drawing, svg
from validator.report.diagram.model import MEANINGS, decisive, ended, look_of
from validator.report.places import accesses_of, place, place_of
from validator.report.report import Report
from validator.report.surroundings import Surroundings
from validator.source import SourceLocation
from validator.values import Unknown

_MOST_FINDINGS = 2_000
_MOST_ROWS = 2_000
_SHOWN_INPUTS = 8
_OPENED = 3
_FEW = 10
_PLACEMENTS = 4
_SIGNS = {Severity.ERROR: "✕", Severity.WARNING: "!", Severity.NOTE: "i"}


def render(report: Report, around: Surroundings | None = None) -> str:
    """The report as a page."""
    page = _Page(report, around or Surroundings())
    style, script = _asset("html.css") + svg.styles(), _asset("html.js")
    policy = f"default-src 'none'; style-src 'sha256-{_sum(style)}'; script-src 'sha256-{_sum(script)}'; base-uri 'none'; form-action 'none'"
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_e(policy)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>s3reach: {_e(words.verdict(report))}</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
        *page.body(),
        f"<script>{script}</script>",
        "</body>",
        "</html>",
    ]
    return "\n".join(parts) + "\n"


def _asset(name: str) -> str:
    return (importlib.resources.files("validator.report") / name).read_text("utf-8")


def _sum(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@dataclass(frozen=True, slots=True)
class _Page:
    report: Report
    around: Surroundings

    def body(self) -> Iterator[str]:
        """Everything that is seen."""
        yield '<a class="skip" href="#findings">To the findings</a>'
        yield from self._header()
        yield "<main>"
        yield from self._network()
        yield from self._findings()
        yield from self._accesses()
        yield from self._coverage()
        yield from self._notes()
        yield "</main>"
        yield f"<footer>s3reach {_e(self.report.version)}</footer>"

    # --- the verdict ------------------------------------------------------------------------------------------------------------------

    def _header(self) -> Iterator[str]:
        report = self.report
        failed = sum(finding.fails for finding in report.findings)
        kind = "failed" if failed else "open" if report.open else "passed"
        told = f"{words.plural(failed, 'finding')} {'fails' if failed == 1 else 'fail'} this run" if failed else "Nothing fails this run"
        yield f'<header class="{kind}"><h1>s3reach <span class="verdict">{_e(told)}</span></h1>'
        yield f"<p>{_e(words.verdict(report))}. {_e(self._ends())}</p>"
        yield from self._inputs()
        yield "</header>"

    def _inputs(self) -> Iterator[str]:
        inputs = self.report.inputs
        folded = len(inputs) > _SHOWN_INPUTS
        yield f'<details class="inputs"><summary>{len(inputs)} inputs</summary>' if folded else ""
        yield '<ul class="inputs">'
        yield from (f"<li>{_code(one.path)} {_e(one.kind)} {_e(one.detail)}</li>" for one in inputs)
        yield "</ul>" + ("</details>" if folded else "")

    def _ends(self) -> str:
        told = ended(Counter(look_of(access.disposition) for access in self.report.analysis.accesses))
        return f"{words.plural(len(self.report.analysis.accesses), 'access', 'es')} to S3" + (f": {told}." if told else ".")

    # --- findings ---------------------------------------------------------------------------------------------------------------------

    def _findings(self) -> Iterator[str]:
        shown = (*self.report.open, *(one for one in self.report.findings if one.status != "open"))[:_MOST_FINDINGS]
        yield '<section id="findings" aria-labelledby="findings-title"><h2 id="findings-title">Findings</h2>'
        if not shown:
            yield "<p>None.</p></section>"
            return
        yield from self._overview(shown)
        yield from self._filters(shown)
        yield '<div class="list">'
        for number, finding in enumerate(shown):
            yield from self._finding(finding, number, opened=finding.fails and number < (_OPENED if len(shown) <= _FEW else 1))
        yield "</div>"
        if len(self.report.findings) > len(shown):
            yield f"<p>and {len(self.report.findings) - len(shown)} more, which the JSON report holds</p>"
        yield "</section>"

    def _overview(self, shown: Sequence[Finding]) -> Iterator[str]:
        """How many findings there are of each policy; a click shows them alone."""
        counts = Counter(one.policy for one in shown)
        if len(counts) in {1, len(shown)}:
            return
        worst = {one.policy: one.severity for one in reversed(shown)}
        yield '<table class="overview"><thead><tr><th>findings</th><th>policy</th><th></th></tr></thead><tbody>'
        for name, count in sorted(counts.items(), key=lambda pair: (list(Severity).index(worst[pair[0]]), -pair[1])):
            button = f'<button type="button" class="only" data-policy="{_e(name)}">show only these</button>'
            yield f'<tr><td class="number">{count}</td><td>{_sign(worst[name])} {_e(self._title(name))} {_code(name)}</td><td>{button}</td></tr>'
        yield "</tbody></table>"

    def _filters(self, shown: Sequence[Finding]) -> Iterator[str]:
        severities, statuses, changes = ({str(getattr(one, name)) for one in shown} for name in ("severity", "status", "change"))
        yield '<form class="filters" role="search" aria-label="Filter the findings">'
        yield '<label class="search">Search <input type="search" id="search" autocomplete="off" spellcheck="false"></label>'
        for name, title, values in (
            ("severity", "Severity", [one.value for one in Severity if one.value in severities]),
            ("status", "Status", [one for one in ("open", "waived", "baseline") if one in statuses]),
            ("change", "Change", [one for one in ("introduced", "kept", "before") if one in changes]),
        ):
            if len(values) > 1:
                boxes = " ".join(f'<label><input type="checkbox" name="{name}" value="{value}" checked> {value}</label>' for value in values)
                yield f"<fieldset><legend>{title}</legend>{boxes}</fieldset>"
        names = "".join(f'<option value="{_e(name)}">{_e(name)}</option>' for name in sorted({one.policy for one in shown}))
        yield f'<label>Policy <select id="policy"><option value="">all</option>{names}</select></label>'
        yield '<button type="button" id="unfold">Open all</button> <button type="reset" id="reset">Reset</button>'
        yield '<output id="count" aria-live="polite"></output></form>'

    def _title(self, name: str) -> str:
        title = next((policy.title for policy in self.report.policies if policy.id == name), name)
        return title[:1].upper() + title[1:]

    def _finding(self, finding: Finding, number: int, *, opened: bool) -> Iterator[str]:
        accesses = " ".join(name for name in finding.accesses if name in self.report.access)
        data = {"severity": finding.severity.value, "status": finding.status, "change": finding.change or "", "policy": finding.policy}
        data["accesses"] = accesses
        written = " ".join(f'data-{name}="{_e(value)}"' for name, value in data.items() if value)
        kind = finding.severity.value if finding.status == "open" else "accepted"
        yield f'<details class="finding {kind}" id="finding-{number}" {written}{" open" if opened else ""}>'
        yield f'<summary>{_sign(finding.severity)}<span class="what"><b>{_e(self._title(finding.policy))}</b>{self._marks(finding)}</span>'
        yield f'<span class="who">{self._about(finding)}</span><span class="where">{self._where(finding)}</span></summary>'
        yield f'<p class="message">{_e(finding.message)}</p>'
        yield from self._ways(finding)
        yield f"<h3>{'What would settle or mend it' if finding.verdict is Verdict.UNKNOWN else 'What to change'}</h3>"
        yield from _fix(finding)
        yield from self._background(finding)
        yield "</details>"

    def _marks(self, finding: Finding) -> str:
        marks = ["not decided"] if finding.verdict is Verdict.UNKNOWN else []
        marks += [finding.status] if finding.status != "open" else []
        marks += [finding.change] if finding.change and words.since(finding, self.report) else []
        return "".join(f' <span class="mark">{_e(mark)}</span>' for mark in marks)

    def _about(self, finding: Finding) -> str:
        names = (finding.workload, finding.bucket or "") if finding.workload else (words.step_name(finding.subject),)
        return ' <span class="to">→</span> '.join(_code(name) for name in names)

    def _where(self, finding: Finding) -> str:
        found = place_of(finding, self.report, self.around)
        return _code(f"{found.path}:{found.line}" if found.exact else found.path)

    def _ways(self, finding: Finding) -> Iterator[str]:
        concerned = accesses_of(finding, self.report)
        for access in concerned[:_PLACEMENTS]:
            path = decisive(access)
            if path is not None:
                yield f"<h3>The way to {_code(path.host.name)}</h3>"
                yield from self._way(access, path)
        if len(concerned) > _PLACEMENTS:
            yield f"<p>and from {words.plural(len(concerned) - _PLACEMENTS, 'more placement')}</p>"

    def _way(self, access: Access, path: Path) -> Iterator[str]:
        yield '<ol class="way">'
        yield from (self._hop(hop) for hop in path.hops if hop.kind not in {"s3", "nothing"})
        look = look_of(access.disposition)
        told = path.hops[-1].why if path.hops and path.hops[-1].kind == "nothing" else access.disposition.value.replace("-", " ")
        causes = "; ".join(f"{cause.subject} {cause.reason}" for cause in access.causes[:_PLACEMENTS])
        yield f'<li class="end {look.value}"><b>{_e(MEANINGS[look])}</b>: {_e(causes or told)}</li></ol>'

    def _hop(self, hop: Hop) -> str:
        return f"<li>{_code(words.step(hop))} <span>{_e(hop.why)}</span> {self._place(hop.location)}</li>"

    def _place(self, location: SourceLocation | None) -> str:
        if location is None:
            return ""
        found = place(location, self.report, self.around)
        return f'<span class="where">{_e(found.path)}:{found.line}</span>' if found.exact else ""

    def _background(self, finding: Finding) -> Iterator[str]:
        policy = next((one for one in self.report.policies if one.id == finding.policy), None)
        if policy is not None and policy.why:
            yield f"<h3>Why it matters</h3><p>{_e(policy.why)}</p>"
        evidence = {(one.text, one.location): None for access in accesses_of(finding, self.report) for one in access.evidence}
        yield '<dl class="facts">'
        yield f"<dt>policy</dt><dd>{_code(finding.policy)} {_references(policy.references if policy else ())}</dd>"
        for text, location in list(evidence)[:_PLACEMENTS]:
            yield f"<dt>evidence</dt><dd>{_e(text)} {self._place(location)}</dd>"
        if finding.also:
            yield f"<dt>also</dt><dd>{' '.join(map(_code, finding.also))}</dd>"
        if finding.status != "open":
            yield f"<dt>accepted</dt><dd>{_e(words.accepted(finding))}</dd>"
        if since := words.since(finding, self.report):
            yield f"<dt>change</dt><dd>{_e(since)}</dd>"
        yield "</dl>"

    # --- the network ------------------------------------------------------------------------------------------------------------------

    def _network(self) -> Iterator[str]:
        drawn = drawing.diagram(self.report)
        if not drawn.nodes:
            return
        yield '<section id="network" aria-labelledby="network-title"><h2 id="network-title">The network</h2>'
        yield '<p class="hint">Point at a line, a thing or a finding, or move to it with the Tab key, to follow its accesses; Enter keeps them.</p>'
        yield f'<div class="picture" tabindex="0" role="region" aria-label="Picture of the network">{svg.inline(drawn)}</div>'
        yield '<p id="followed" aria-live="polite"></p></section>'

    # --- tables -----------------------------------------------------------------------------------------------------------------------

    def _accesses(self) -> Iterator[str]:
        accesses = self.report.analysis.accesses
        if not accesses:
            return
        yield f'<section id="accesses"><details><summary><h2>All {words.plural(len(accesses), "access", "es")}</h2></summary>'
        yield from _table(("workload", "subnet", "bucket", "client Region", "ends"), map(self._access, accesses[:_MOST_ROWS]))
        if len(accesses) > _MOST_ROWS:
            yield f"<p>and {len(accesses) - _MOST_ROWS} more</p>"
        yield "</details></section>"

    def _access(self, access: Access) -> Sequence[str]:
        look = look_of(access.disposition)
        ends = f'<span class="ends {look.value}" data-accesses="{_e(access.id)}">{_e(access.disposition.value)}</span>'
        subnet = f"{_cell(access.position.subnet)} ({access.position.tier.value})"
        region = _cell(access.client.region) if access.client.region is not None else "none"
        return (_code(access.workload.id), subnet, _code(access.bucket.id), region, ends)

    def _coverage(self) -> Iterator[str]:
        rows = self.report.analysis.coverage
        if not rows:
            return
        yield f'<section id="coverage"><details><summary><h2>All {words.plural(len(rows), "subnet")}</h2></summary>'
        cells = (
            (_code(one.subnet), one.tier.value, _cell(one.route_table), _cell(one.gateway_endpoint), _cell(one.interface_endpoint))
            for one in rows[:_MOST_ROWS]
        )
        yield from _table(("subnet", "tier", "route table", "S3 gateway endpoint", "S3 interface endpoint"), cells)
        yield "</details></section>"

    def _notes(self) -> Iterator[str]:
        if not self.report.notes and not self.report.unread:
            return
        title = "Not judged, and notes" if self.report.unread else "Notes"
        yield f'<section id="notes"><details><summary><h2>{title}</h2></summary><ul>'
        yield from (f"<li>{_code(note.subject)} {_e(note.reason)}</li>" for note in self.report.notes)
        yield from (f"<li>{one.count} {_code(one.type)}: {_e(one.why)}</li>" for one in self.report.unread)
        yield "</ul></details></section>"


def _fix(finding: Finding) -> Iterator[str]:
    yield '<pre class="fix"><code>'
    for line in finding.remedy.splitlines():
        kind = "aside" if line.lstrip().startswith("#") or not line.strip() else "added"
        yield f'<span class="{kind}">{_e(line)}</span>'
    yield "</code></pre>"


def _references(urls: Iterable[str]) -> str:
    links = (url for url in urls if url.startswith("https://"))
    return " ".join(f'<a href="{_e(url)}" rel="noreferrer noopener">reference {number}</a>' for number, url in enumerate(links, start=1))


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    heads = "".join(f'<th scope="col">{title}</th>' for title in titles)
    yield f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>'
    yield from (f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    yield "</tbody></table></div>"


def _cell(value: str | Unknown | None) -> str:
    if isinstance(value, Unknown):
        return '<span class="open">not settled</span>'
    return "-" if value is None else _code(words.step_name(value))


def _sign(severity: Severity) -> str:
    return f'<span class="sign {severity.value}"><span aria-hidden="true">{_SIGNS[severity]}</span> {severity.value}</span>'


def _code(text: str) -> str:
    """A name; its direction of writing stays its own."""
    return f"<code><bdi>{_e(text)}</bdi></code>"


def _e(text: str) -> str:
    """Text for HTML, in or out of an attribute."""
    return escape(printable(text, REPLACEMENT))

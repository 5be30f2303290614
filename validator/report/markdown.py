"""The comment on a pull or merge request: what fails, why, and what to change, in GitHub's and GitLab's Markdown."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from validator.analysis.access import Access
from validator.judge.finding import Change, Finding, Severity, Verdict
from validator.judge.policy import Policy
from validator.messages import REPLACEMENT, printable
from validator.report import words
from validator.report.diagram import drawing, mermaid
from validator.report.diagram.model import ended, look_of
from validator.report.places import Place, accesses_of, place_of
from validator.report.report import Report
from validator.report.surroundings import Surroundings

MARKER = "<!-- s3reach -->"
"""The first line: a bot finds its comment by it, to update it."""

_LARGEST_COMMENT = 65_000
_ROWS = 50
_OPENED = 3
_PICTURES = 10
_PLACEMENTS = 4
_SIGNS = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.NOTE: "\N{INFORMATION SOURCE}\N{VARIATION SELECTOR-16}"}
_PUNCTUATION = re.compile(r"([\\`*_{}\[\]<>!|~$&^]|^[-+=])")
_CHANGES: Mapping[Change, str] = {"introduced": "introduced by this change", "kept": "kept by it", "before": "there before"}
# GitHub and GitLab make links of these in the finished text, where no backslash helps.
_MAGIC = re.compile(r"(@|\bhttps?(?=:)|\bwww(?=\.)|\bGH(?=-)|:(?=[\w+-]+:))", re.IGNORECASE)


def render(report: Report, around: Surroundings | None = None, *, most: int = _LARGEST_COMMENT) -> str:
    """The comment, at most ``most`` bytes: details that do not fit are counted instead."""
    page = _Page(report, around or Surroundings(), {policy.id: policy for policy in report.policies})
    head = "\n".join([MARKER, *page.verdict(), *page.table()])
    tail = "\n".join(page.rest())
    left = most - len(head.encode()) - len(tail.encode()) - 200
    details: list[str] = []
    for number, finding in enumerate(report.open):
        detail = "\n".join(page.detail(finding, number))
        left -= len(detail.encode()) + 1
        if left < 0:
            details.append(
                f"\n*The details of {words.plural(len(report.open) - number, 'more finding')} are left out: they are in the full report.*\n"
            )
            break
        details.append(detail)
    return "\n".join(part for part in (head, *details, tail) if part) + "\n"


@dataclass(frozen=True, slots=True)
class _Page:
    report: Report
    around: Surroundings
    policies: Mapping[str, Policy]
    _told: dict[tuple[str, str], Finding] = field(default_factory=dict)

    # --- the verdict ------------------------------------------------------------------------------------------------------------------

    def verdict(self) -> Iterator[str]:
        """The heading and a sentence."""
        worst = min((one.severity for one in self.report.open), key=list(Severity).index, default=None)
        sign = "❌" if self.report.exit_code else _SIGNS[worst] if worst else "✅"
        yield f"### {sign} s3reach: {_plain(words.verdict(self.report))}"
        yield ""
        counted = words.by_policy(self.report)
        yield _sentence(self.report) + (f" By policy: {_plain(counted)}." if counted else "")
        yield ""

    def table(self) -> Iterator[str]:
        """One row per open finding."""
        if not self.report.open:
            return
        changes = any(words.since(one, self.report) for one in self.report.open)
        titles = ["", "finding", "workload → bucket", "where", *(["change"] if changes else [])]
        yield f"| {' | '.join(titles)} |"
        yield f"|{'---|' * len(titles)}"
        for finding in self.report.open[:_ROWS]:
            cells = [self._sign(finding), f"**{_plain(self._title(finding))}**", _about(finding, cell=True), self._where(finding, cell=True)]
            yield f"| {' | '.join([*cells, *([finding.change or '-'] if changes else [])])} |"
        if len(self.report.open) > _ROWS:
            yield ""
            yield f"*and {len(self.report.open) - _ROWS} more*"
        yield ""

    def _sign(self, finding: Finding) -> str:
        return f"{_SIGNS[finding.severity]} {words.label(finding)}"

    def _title(self, finding: Finding) -> str:
        policy = self.policies.get(finding.policy)
        title = policy.title if policy else finding.policy
        return title[:1].upper() + title[1:]

    def _where(self, finding: Finding, *, cell: bool = False) -> str:
        found = place_of(finding, self.report, self.around)
        shown = _code(f"{found.path}:{found.line}" if found.exact else found.path, cell=cell)
        return f"[{shown}]({self._url(found)})" if self.around.files else shown

    def _url(self, found: Place) -> str:
        return f"{self.around.files}{quote(found.path, safe='/')}" + (f"#L{found.line}" if found.exact else "")

    # --- details ----------------------------------------------------------------------------------------------------------------------

    def detail(self, finding: Finding, number: int) -> Iterator[str]:
        """A finding in full, folded unless it is one of the first that fail the run."""
        opened = " open" if finding.fails and number < _OPENED else ""
        about = " → ".join(f"<code>{_html(name)}</code>" for name in _names(finding))
        yield f"<details{opened}><summary>{_SIGNS[finding.severity]} <b>{_html(self._title(finding))}</b>: {about}</summary>"
        yield ""
        yield _prose(finding, self.report)
        yield ""
        yield from self._paths(finding, pictured=number < _PICTURES)
        yield f"**{'What would settle or mend it' if finding.verdict is Verdict.UNKNOWN else 'Fix'}**, {self._where(finding)}:"
        yield ""
        first = self._told.setdefault((finding.policy, finding.remedy), finding)
        if first is finding:
            yield from _diff(finding)
        else:
            yield f"as for {_about(first, cell=False)} above."
        yield ""
        yield from self._why(finding, told=first is not finding)
        yield "</details>"
        yield ""

    def _paths(self, finding: Finding, *, pictured: bool) -> Iterator[str]:
        concerned = accesses_of(finding, self.report)
        if not concerned:
            return
        if pictured:
            drawn = drawing.picture(concerned[:_PLACEMENTS])
            yield from ("```mermaid", mermaid.render(drawn).rstrip(), "```", "")
        else:
            for access in concerned[:_PLACEMENTS]:
                yield from (f"- {_chain(access, index)}" for index in range(len(access.paths)))
            yield ""
        if len(concerned) > _PLACEMENTS:
            yield f"and from {words.plural(len(concerned) - _PLACEMENTS, 'more placement')}"
            yield ""

    def _why(self, finding: Finding, *, told: bool) -> Iterator[str]:
        """Why it matters, unless that is told already, and what there is to say of this finding alone."""
        policy = None if told else self.policies.get(finding.policy)
        since = words.since(finding, self.report)
        links = " ".join(f"[{index}]({_href(url)})" for index, url in enumerate(policy.references, start=1)) if policy else ""
        sentences = [f"**Why it matters**: {_plain(policy.why)}"] if policy and policy.why else []
        sentences += [f"Change: {since}."] if since else []
        sentences.append(f"Policy {_code(finding.policy)}" + (f", read more: {links}" if links else "") + ".")
        if finding.also:
            sentences.append(f"Also: {', '.join(map(_code, finding.also))}.")
        yield " ".join(sentences)
        yield ""

    # --- the rest ---------------------------------------------------------------------------------------------------------------------

    def rest(self) -> Iterator[str]:
        """What is accepted, and what was seen and not judged."""
        waived = [one for one in self.report.findings if one.status == "waived"]
        if waived:
            yield f"<details><summary>{len(waived)} waived</summary>"
            yield from ("", "| finding | workload → bucket | reason | until |", "|---|---|---|---|")
            for finding in waived[:_ROWS]:
                reason, until = (finding.waiver.reason, finding.waiver.expires) if finding.waiver else ("", None)
                yield f"| {_code(finding.policy)} | {_about(finding, cell=True)} | {_plain(reason)} | {_plain(until or 'for good')} |"
            yield from ("", "</details>", "")
        if self.report.notes or self.report.unread:
            yield f"<details><summary>{'Not judged, and notes' if self.report.unread else 'Notes'}</summary>"
            yield ""
            for note in self.report.notes[:_ROWS]:
                yield f"- {_code(note.subject)} {_plain(note.reason)}"
            for one in self.report.unread[:_ROWS]:
                yield f"- {one.count} {_code(one.type)}: {_plain(one.why)}"
            yield from ("", "</details>", "")


def _sentence(report: Report) -> str:
    told = ended(Counter(look_of(access.disposition) for access in report.analysis.accesses))
    sentence = (
        f"{words.plural(len(report.analysis.accesses), 'access', 'es')} to S3: {told}." if told else f"{words.UNUSED[:1].upper()}{words.UNUSED[1:]}."
    )
    changes = Counter(one.change for one in report.open if words.since(one, report))
    if not changes:
        return sentence
    told = ", ".join(f"{changes[name]} {text}" for name, text in _CHANGES.items() if changes[name])
    return f"{sentence} Of the findings, {told}."


def _names(finding: Finding) -> tuple[str, ...]:
    return (finding.workload, finding.bucket or "") if finding.workload else (words.step_name(finding.subject),)


def _about(finding: Finding, *, cell: bool) -> str:
    return " → ".join(_code(name, cell=cell) for name in _names(finding))


def _prose(finding: Finding, report: Report) -> str:
    """The message, with the names in it as code."""
    names = {finding.subject, *_names(finding)}
    for access in accesses_of(finding, report):
        names |= {access.bucket.id, *(host.name for host in access.hosts)}
        names |= {hop.address for path in access.paths for hop in path.hops if hop.address}
    known = sorted((name for name in names if name), key=len, reverse=True)
    pieces = re.split("(" + "|".join(map(re.escape, known)) + ")", finding.message) if known else [finding.message]
    return "".join(_code(piece) if index % 2 else _plain(piece) for index, piece in enumerate(pieces))


def _chain(access: Access, index: int) -> str:
    return " → ".join(map(_code, words.chain(access, access.paths[index])))


def _diff(finding: Finding) -> Iterator[str]:
    """The remedy as lines to add; its comments as context."""
    lines = [_clean(line) for line in finding.remedy.splitlines()]
    fence = _fence(lines, 3)
    yield f"{fence}diff"
    yield from (f"  {line}" if line.lstrip().startswith("#") or not line.strip() else f"+ {line}" for line in lines)
    yield fence


def _fence(lines: Iterable[str], least: int) -> str:
    """A run of backticks longer than any inside."""
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    return "`" * max(least, longest + 1)


def _code(text: str, *, cell: bool = False) -> str:
    """A code span; in a cell of a table, a bar would end the cell even there."""
    shown = _clean(text)
    fence = _fence([shown], 1)
    padding = " " if shown.startswith("`") or shown.endswith("`") or not shown else ""
    return f"{fence}{padding}{shown.replace('|', chr(92) + '|') if cell else shown}{padding}{fence}"


def _plain(text: str) -> str:
    """Text that says nothing but itself: no markup, no mention of people, issues or addresses."""
    escaped = _PUNCTUATION.sub(r"\\\1", _clean(text)).replace("#", "&#35;<!-- -->")
    return _quiet(escaped)


def _html(text: str) -> str:
    """Text inside HTML, which says nothing but itself either."""
    return _quiet(html.escape(_clean(text), quote=False).replace("#", "#<!-- -->"))


def _quiet(text: str) -> str:
    return _MAGIC.sub(lambda found: f"{found[0]}<!-- -->", text)


def _href(url: str) -> str:
    return quote(_clean(url), safe=":/?#&=%@+,;~-._")


def _clean(text: str) -> str:
    return printable(text, REPLACEMENT)

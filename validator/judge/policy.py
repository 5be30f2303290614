"""Policies as YAML files: read, checked against the specimens of the facts, ready to judge."""

from __future__ import annotations

import importlib.resources
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from types import MappingProxyType

import yaml

from validator.errors import PolicyError, UsageError
from validator.files import bytes_of
from validator.judge.blame import Blame, blames_of
from validator.judge.expression import Expression, ExpressionError, compiled
from validator.judge.facts import SPECIMENS
from validator.judge.finding import Severity

# What a message or remedy may name.
PLACEHOLDERS = frozenset(
    """
    workload bucket bucket_name bucket_region client_region hosts subnet route_table vpc vpc_region endpoint service_region way path causes
    subject tier uncovered holder statement actions partition filter direction is_egress first_port last_port peer endpoints region_label
    bucket_causes replica unanswered filter_id rule_kind rule_peer resources endpoint_id source source_region
    leaves names vpc_id vpc_cidr subnet_ids route_table_ids more_route_table_ids
    """.split()
)
_KEYS = frozenset(
    """
    id title subject severity unknown verdict since when require escalate message undecided why remedy instead references
    examples blames
    """.split()
)
_REQUIRED = ("id", "title", "subject", "severity", "since", "when", "require", "message", "why", "remedy")
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy. ``unknown``: what an undecidable case counts as; None: such a case is not reported.

    ``verdict``: the verdict of every finding, where it is always the same. ``escalate``: where it holds, the severity is error.
    ``remedy`` by dialect; the first of ``instead`` whose expression holds takes its place.
    ``blames``: where its findings are shown.
    ``order``: its place in the table of the contract; users' own come after.
    """

    id: str
    title: str
    subject: str
    severity: Severity
    unknown: Severity | None
    verdict: str | None
    since: str
    when: Expression
    require: Expression
    escalate: Expression | None
    message: str
    undecided: str
    why: str
    remedy: Mapping[str, str]
    instead: tuple[tuple[Expression, Mapping[str, str]], ...]
    references: tuple[str, ...]
    examples: Mapping[str, tuple[str, ...]]
    blames: Blame
    order: int
    path: str


@dataclass(frozen=True, slots=True)
class _Written:
    """One value with its place."""

    value: object
    line: int
    column: int


def load_policies(folders: Sequence[Path] = (), packs: Sequence[str] = ()) -> tuple[Policy, ...]:
    """The shipped policies in the order of the contract, then those of ``folders`` and shipped ``packs`` by id.

    Raises PolicyError with every mistake, UsageError for a pack that is not there.
    """
    mistakes: list[str] = []
    found: list[Policy] = []
    shipped = importlib.resources.files("validator.policies")
    texts = [(entry.name, entry.name, entry.read_text("utf-8")) for entry in shipped.iterdir() if entry.name.endswith(".yaml")]
    order = {name: index for index, name in enumerate(shipped_order())}
    for pack in dict.fromkeys(packs):
        texts += _of_pack(pack)
    for folder in folders:
        texts += list(_of_folder(folder))
    for shown, name, text in sorted(texts):
        try:
            found.append(_read(shown, text, order.get(name.removesuffix(".yaml"), len(order))))
        except PolicyError as error:
            mistakes += error.mistakes
    twice = sorted({one.id for one in found if sum(other.id == one.id for other in found) > 1})
    mistakes += [f"policy {name}: there is more than one of this id" for name in twice]
    if mistakes:
        raise PolicyError(*mistakes)
    return tuple(sorted(found, key=lambda one: (one.order, one.id)))


def shipped_order() -> tuple[str, ...]:
    """The ids of the shipped policies in the order in which they explain an access."""
    text = (importlib.resources.files("validator.policies") / "ORDER").read_text("utf-8")
    return tuple(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


PACKS = ("dynamodb",)
"""Policies that ship and are off unless asked for: each a folder of the shipped policies."""


def _of_pack(pack: str) -> list[tuple[str, str, str]]:
    if pack not in PACKS:
        raise UsageError(f"there is no pack of policies {pack}; there is {', '.join(PACKS)}")
    folder = importlib.resources.files("validator.policies") / pack
    return [(f"{pack}/{entry.name}", f"{pack}/{entry.name}", entry.read_text("utf-8")) for entry in folder.iterdir() if entry.name.endswith(".yaml")]


def _of_folder(folder: Path) -> Iterable[tuple[str, str, str]]:
    if not folder.is_dir():
        raise PolicyError(f"{folder}: is not a folder of policies")
    files = sorted(file for file in folder.iterdir() if file.suffix in {".yaml", ".yml"})
    if not files:
        raise PolicyError(f"{folder}: holds no policies, expected *.yaml files")
    for file in files:
        try:
            # A user's file never takes a shipped policy's place in the order.
            yield str(file), f"./{file.name}", bytes_of(file).decode()
        except (OSError, UnicodeError) as error:
            raise PolicyError(f"{file}: cannot be read: {getattr(error, 'strerror', None) or error}") from error


def _read(shown: str, text: str, order: int) -> Policy:
    written = _mapping(shown, text)
    mistakes = [f"{shown}: {name} is missing" for name in _REQUIRED if name not in written]
    mistakes += [f"{shown}:{one.line}:{one.column}: there is no key {name}" for name, one in written.items() if name not in _KEYS]
    if mistakes:
        raise PolicyError(*mistakes)
    return _checked(shown, written, order)


def _mapping(shown: str, text: str) -> dict[str, _Written]:
    try:
        node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{shown}:{mark.line + 1}:{mark.column + 1}" if mark else shown
        raise PolicyError(f"{place}: is not YAML: {getattr(error, 'problem', None) or error}") from error
    except RecursionError as error:
        raise PolicyError(f"{shown}: is nested too deeply") from error
    if not isinstance(node, yaml.MappingNode):
        raise PolicyError(f"{shown}: must be a mapping with the keys {', '.join(sorted(_KEYS))}")
    try:
        return {str(key.value): _Written(_plain(value), value.start_mark.line + 1, value.start_mark.column + 1) for key, value in node.value}
    except RecursionError as error:
        raise PolicyError(f"{shown}: is nested too deeply, or holds itself by an alias") from error


def _plain(node: yaml.Node) -> object:
    match node:
        case yaml.MappingNode():
            return {str(key.value): _plain(value) for key, value in node.value}
        case yaml.SequenceNode():
            return [_plain(member) for member in node.value]
        case _:
            return str(node.value)


@dataclass(slots=True)
class _Checker:
    """Reads typed values of one file and gathers its mistakes."""

    shown: str
    written: Mapping[str, _Written]
    mistakes: list[str]

    def wrong(self, name: str, what: str, column: int = 0) -> None:
        one = self.written.get(name)
        place = f"{self.shown}:{one.line}:{one.column + column}" if one else self.shown
        self.mistakes.append(f"{place}: {name} {what}")

    def text(self, name: str) -> str:
        one = self.written.get(name)
        if one is not None and not isinstance(one.value, str):
            self.wrong(name, "must be text")
        return one.value.strip() if one is not None and isinstance(one.value, str) else ""

    def severity(self, name: str) -> Severity | None:
        found = self.text(name)
        if name not in self.written or found == "none":
            return None
        if found not in {one.value for one in Severity}:
            self.wrong(name, f"must be error, warning or note, got {found!r}")
            return None
        return Severity(found)

    def blame(self, subject: str) -> Blame:
        possible = blames_of(subject)
        found = self.text("blames") or possible[0].value
        if found not in {one.value for one in possible}:
            self.wrong("blames", f"must be one of {', '.join(one.value for one in possible)} for the subject {subject}, got {found!r}")
            return possible[0]
        return Blame(found)

    def expression(self, name: str, subject: str, text: str | None = None) -> Expression | None:
        if name not in self.written or subject not in SPECIMENS:
            return None
        try:
            return compiled(self.text(name) if text is None else text, SPECIMENS[subject])
        except ExpressionError as error:
            self.wrong(name, str(error), error.column - 1)
        return None

    def template(self, name: str, found: str) -> str:
        try:
            fields = [(field, spec, conversion) for _, field, spec, conversion in Formatter().parse(found) if field is not None]
        except ValueError as error:
            self.wrong(name, f"is not a template: {error}")
            return found
        for field, spec, conversion in fields:
            if field not in PLACEHOLDERS or spec or conversion:
                self.wrong(name, f"names {{{field}}}, which is not one of {', '.join(sorted(PLACEHOLDERS))}")
        return found

    def texts(self, name: str) -> tuple[str, ...]:
        one = self.written.get(name)
        if one is None:
            return ()
        if not isinstance(one.value, list):
            self.wrong(name, "must be a list")
            return ()
        return tuple(str(member) for member in one.value)

    def remedy(self, name: str, written: Mapping[str, object] | None = None) -> dict[str, str]:
        by_dialect = self.mapping(name) if written is None else written
        found = {dialect: self.template(name, str(text).strip()) for dialect, text in by_dialect.items() if dialect != "when"}
        if set(found) != {"terraform", "cloudformation"}:
            self.wrong(name, "must have terraform and cloudformation")
        return found

    def instead(self, name: str, subject: str) -> tuple[tuple[Expression, Mapping[str, str]], ...]:
        """Other remedies, each with when it is the one: a mapping, or a list of them."""
        one = self.written.get(name)
        members = one.value if one is not None and isinstance(one.value, list) else [self.mapping(name)] if one is not None else []
        found = list[tuple[Expression, Mapping[str, str]]]()
        for member in members:
            if not isinstance(member, dict):
                self.wrong(name, "must be a mapping, or a list of them")
                continue
            when, remedy = self.expression(name, subject, str(member.get("when", ""))), self.remedy(name, member)
            if when is not None:
                found.append((when, MappingProxyType(remedy)))
        return tuple(found)

    def mapping(self, name: str) -> Mapping[str, object]:
        one = self.written.get(name)
        if one is None:
            return {}
        if not isinstance(one.value, dict):
            self.wrong(name, "must be a mapping")
            return {}
        return one.value


def _checked(shown: str, written: Mapping[str, _Written], order: int) -> Policy:
    check = _Checker(shown, written, [])
    if not _ID.fullmatch(check.text("id")):
        check.wrong("id", "must be kebab-case")
    subject = check.text("subject")
    if subject not in SPECIMENS:
        check.wrong("subject", f"must be one of {', '.join(sorted(SPECIMENS))}, got {subject!r}")
    when, require = check.expression("when", subject), check.expression("require", subject)
    escalate = check.expression("escalate", subject)
    remedy = check.remedy("remedy")
    instead = check.instead("instead", subject)
    examples = {name: tuple(map(str, names)) if isinstance(names, list) else () for name, names in check.mapping("examples").items()}
    severity = check.severity("severity")
    blames = check.blame(subject)
    policy_unknown = check.severity("unknown")
    message = check.template("message", check.text("message"))
    undecided = check.template("undecided", check.text("undecided")) or message
    if check.mistakes or when is None or require is None or severity is None:
        raise PolicyError(*(check.mistakes or [f"{shown}: severity must be error, warning or note"]))
    return Policy(
        check.text("id"), check.text("title"), subject, severity, policy_unknown, check.text("verdict") or None, check.text("since"),
        when, require, escalate, message, undecided, check.text("why"), MappingProxyType(remedy), instead,
        check.texts("references"),
        MappingProxyType(examples), blames, order, shown,
    )  # fmt: skip

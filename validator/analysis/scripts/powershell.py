"""PowerShell and the Windows command line: AWS's tools, the AWS CLI, downloads by URL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from validator.analysis.access import RegionSource
from validator.analysis.matrix import SDKS
from validator.analysis.scripts import aws_cli
from validator.analysis.scripts.arguments import namings
from validator.analysis.scripts.commands import of_variables
from validator.analysis.scripts.copying import into_last
from validator.analysis.scripts.machine import OWN_REGION, Command, Machine, Use
from validator.analysis.strings import named_in
from validator.symbols import has_symbol
from validator.values import Unknown, unknown

_LONGEST = 65_536
_COMMENTS = re.compile(r"<#.{0,8000}?#>|(?:(?<=\n)|(?<=^))[ \t]*#[^\n]{0,4000}|(?<=\s)#(?!>)[^\n\"']{0,4000}(?=\n|$)", re.DOTALL)
_CONTINUED = re.compile(r"`[ \t]*\r?\n|(?<=\|)[ \t]*\r?\n")
_WORD = re.compile(r"\"(?:[^\"`]|`.|\"\")*\"|'(?:[^']|'')*'|@\{[^}]{0,2000}\}|(?:[^\s\"';|&(){},]|,(?=\S))+|[;|&\n(){}]", re.DOTALL)
_ASSIGNED = re.compile(r"\$(?:(?P<scope>env|global|script|local):)?(?P<name>[A-Za-z_]\w{0,80})$", re.IGNORECASE)
_VARIABLE = re.compile(
    r"\$\(\s*\$(?:(env|global|script):)?([A-Za-z_]\w{0,80})\s*\)|\$\{?(?:(env|global|script):)?([A-Za-z_]\w{0,80})\}?", re.IGNORECASE
)
_SETS = re.compile(r"(\$(?:env:|global:|script:)?[A-Za-z_]\w{0,80})[ \t]{0,20}(\+?=)(?!=)", re.IGNORECASE)
_TOOL = re.compile(r"(?:Read|Copy|Write|Get|Remove|Set|New|Test)-S3\w{2,40}", re.IGNORECASE)
_SAYING = frozenset("write-host write-output write-verbose write-log echo".split())
_PAIR = re.compile(r"['\"]?(\w+)['\"]?\s*=\s*(\"[^\"\n]*\"|'[^'\n]*'|\$\w+)")
_PERSISTENT = re.compile(r"SetEnvironmentVariable\(\s*['\"](\w{1,80})['\"]\s*,\s*['\"]([^'\"\n]{1,300})['\"]", re.IGNORECASE)
_SCRIPT = re.compile(r"\baws(?:\.exe)? s3|-S3Object\b", re.IGNORECASE)
_FARTHEST = 300
_OWN = re.compile(r"placement/region|identity[-/]document|-Category\s+Region|EC2InstanceMetadata|placement/availability-zone", re.IGNORECASE)
_SEPARATORS = frozenset(";|&\n(){}")
_TAGS = re.compile(r"<(?P<tag>powershell|script)>(?P<body>.*?)(?:</(?P=tag)>|\Z)", re.IGNORECASE | re.DOTALL)
_CMD_VARIABLE = re.compile(r"%([A-Za-z_]\w{0,80})%")
_CMD_SET = re.compile(r"^\s*@?set\s+\"?([A-Za-z_]\w{0,80})=([^\"\r\n]*)\"?", re.IGNORECASE)


def tagged(text: str) -> list[tuple[str, str]]:
    """The parts of Windows user data: "powershell" or "script", and the text; empty where there are no tags."""
    return [(found["tag"].lower(), found["body"]) for found in _TAGS.finditer(text)]


@dataclass(slots=True)
class _Session:
    machine: Machine
    variables: dict[str, str] = field(default_factory=dict)
    tables: dict[str, Mapping[str, str]] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    region: str | None = None
    # Of braces. What is set inside them may be set, or what was set before still hold.
    depth: int = 0

    def set(self, target: re.Match[str], value: str) -> None:
        """Set a variable, or one of the environment."""
        environment = (target["scope"] or "").lower() == "env"
        held, name = (self.environment, target["name"]) if environment else (self.variables, target["name"].lower())
        before = held.get(name)
        held[name] = value if before in {None, value} or not self.depth else self._either(str(before), value, target[0])

    def _either(self, before: str, value: str, subject: str) -> str:
        symbols = self.machine.symbols
        plain = tuple(one for one in (before, value) if not has_symbol(one))
        cause = unknown("is set differently in branches of the script", "a variable" if symbols.secret else subject).causes
        return symbols.character(Unknown(cause, plain if len(plain) == 2 else None))  # noqa: PLR2004 - both


def of_powershell(text: str, machine: Machine) -> Iterator[Use]:
    """The uses in a script of PowerShell."""
    session = _Session(machine, environment=dict(machine.environment))
    text = _CONTINUED.sub(" ", _COMMENTS.sub(" ", text[:_LONGEST].replace("\r\n", "\n")))
    text = _SETS.sub(r"\1 \2 ", text)
    yield from of_variables(dict(_PERSISTENT.findall(text)), [name for name, _ in _PERSISTENT.findall(text)])
    statement: list[str] = []
    for found in (*_WORD.finditer(text), None):
        word = found[0] if found else "\n"
        if word in _SEPARATORS:
            if statement:
                rest = text[found.start() : found.start() + _FARTHEST].partition("\n")[0] if found else ""
                yield from _statement(statement, session, rest)
            statement = []
            session.depth = max(0, session.depth + (word == "{") - (word == "}"))
        else:
            statement.append(word)


def _statement(words: Sequence[str], session: _Session, rest: str = "") -> Iterator[Use]:
    """A statement; ``rest`` is what stands behind it on its line, as the brackets of which it is the value."""
    target = _ASSIGNED.match(words[0])
    if target is not None and len(words) > 2 and words[1] in {"=", "+="}:  # noqa: PLR2004 - NAME = VALUE
        yield from _assigned(target, words[2:], session)
        return
    if target is not None and len(words) > 1 and words[1] == "=":
        symbols = session.machine.symbols
        session.set(target, symbols.character(OWN_REGION) if _OWN.search(rest) else symbols.open("is made at run time", words[0]))
        return
    filled = [_filled(word, session) for word in words]
    command = filled[0].lower()
    if _TOOL.fullmatch(words[0]):
        yield from _of_tool(words, filled, session)
    elif command in {"set-defaultawsregion", "initialize-awsdefaultconfiguration", "initialize-awsdefaults"}:
        session.region = _parameter(filled, "-region") or (filled[1] if len(filled) > 1 and not filled[1].startswith("-") else session.region)
    elif command in {"start-process", "start", "saps"}:
        yield from _of_process(filled, session)
    elif aws_cli.is_aws(filled[0]):
        yield from aws_cli.uses(Command(tuple(filled), session.environment), session.machine)
    elif command not in _SAYING:
        # A text that is a script has been read where it was made.
        yield from (_followed(word, session) for word in filled if any(True for _ in named_in(word)) and not _is_script(word))


def _of_process(filled: Sequence[str], session: _Session) -> Iterator[Use]:
    """``Start-Process [-FilePath] PROGRAM -ArgumentList WORDS``."""
    names = [index for index, word in enumerate(filled) if word.lower().startswith("-arg")]
    program = _parameter(filled, "-filepath", "-path") or (filled[1] if len(filled) > 1 else "")
    behind = filled[names[0] + 1 :] if names else ()
    arguments = [part for word in takewhile(lambda word: not re.match(r"-[A-Z][a-z]", word), behind) for part in word.split()]
    if aws_cli.is_aws(program):
        yield from aws_cli.uses(Command((program, *arguments), session.environment), session.machine)
    else:
        yield from (_followed(word, session) for word in filled if any(True for _ in named_in(word)))


def _followed(word: str, session: _Session) -> Use:
    naming = next(iter(named_in(word)))
    if naming.host is not None:
        return Use(naming, None, naming.region, "url", "a URL")
    return Use(naming, None, None, "none", "a URI", environment=session.environment)


def _assigned(target: re.Match[str], words: Sequence[str], session: _Session) -> Iterator[Use]:
    name = target["name"].lower()
    symbols = session.machine.symbols
    # @" and "@ around a text of several lines.
    words = [word for word in words if word != "@"] or words
    if words[0].startswith("@{"):
        session.tables[name] = {key.lower(): _filled(value, session) for key, value in _PAIR.findall(words[0])}
        return
    if len(words) == 1:
        value = _filled(words[0], session)
        if _is_script(value):
            yield from of_powershell(value, session.machine)
    elif _OWN.search(" ".join(words)):
        value = symbols.character(OWN_REGION)
    else:
        value = symbols.open("is made at run time", f"${target['name']}")
        yield from _statement(words, session)
    session.set(target, value)


def _is_script(text: str) -> bool:
    return "\n" in text and _SCRIPT.search(text) is not None


def _filled(word: str, session: _Session) -> str:
    """A word without its quotes, its variables filled in; in single quotes there are none."""
    if word[:1] == "'":
        return word[1:-1].replace("''", "'")
    inner = word[1:-1].replace('""', '"') if word[:1] == '"' and len(word) > 1 else word
    return _VARIABLE.sub(lambda found: _held(found, session), inner) if "$" in inner else inner


def _held(found: re.Match[str], session: _Session) -> str:
    scope, name = found[1] or found[3], found[2] or found[4]
    value = session.environment.get(name) if (scope or "").lower() == "env" else session.variables.get(name.lower())
    return value if value is not None else session.machine.symbols.open("is a variable that the script does not set", f"${name}")


def _of_tool(words: Sequence[str], filled: Sequence[str], session: _Session) -> Iterator[Use]:
    parameters: dict[str, str] = {}
    for word in words:
        if word.startswith("@") and (table := session.tables.get(word[1:].lower())):
            parameters = {**parameters, **table}
    bucket = _parameter(filled, "-bucketname", "-bucket") or parameters.get("bucketname")
    if bucket is None and len(filled) > 1 and not words[1].startswith(("-", "@")):
        bucket = filled[1]
    region, source = _parameter(filled, "-region") or parameters.get("region"), "flag"
    endpoint = _parameter(filled, "-endpointurl")
    if bucket is None or (endpoint and not aws_cli.may_be_s3(endpoint)):
        return
    if region is None:
        region, source = session.region, "configuration"
    sdk = SDKS["powershell"]
    if region is None:
        region, source = aws_cli.region_from_environment(sdk, session.environment, session.machine), "environment"
    stated: RegionSource = source if region else "none"  # type: ignore[assignment]
    uses = [Use(naming, sdk, region, stated, words[0], None, session.environment, endpoint) for naming in namings(bucket, plain=True)]
    target = _parameter(filled, "-destinationbucket") or parameters.get("destinationbucket")
    if target is None:
        yield from uses
        return
    uses += [replace(uses[0], naming=naming) for naming in namings(target, plain=True)] if uses else []
    yield from into_last(uses, ("copy",))


def _parameter(words: Sequence[str], *names: str) -> str | None:
    for index, word in enumerate(words):
        name, colon, value = word.partition(":")
        if name.lower() in names:
            return value if colon and value else words[index + 1] if index + 1 < len(words) else None
    return None


def of_cmd(text: str, machine: Machine) -> Iterator[Use]:
    """The uses in a batch file: ``set``, ``%NAME%``, lines continued by a caret."""
    variables: dict[str, str] = {}
    for line in re.sub(r"\^[ \t]*\r?\n", " ", text[:_LONGEST]).splitlines():
        stripped = line.strip()
        if re.match(r"(?:@?rem\b|::)", stripped, re.IGNORECASE):
            continue
        if found := _CMD_SET.match(stripped):
            variables[found[1].lower()] = _of_percent(found[2], variables, machine)
            # What is set is in the environment of what runs.
            machine = replace(machine, environment={**machine.environment, found[1].upper(): variables[found[1].lower()]})
            continue
        yield from of_powershell(_of_percent(stripped, variables, machine), machine)


def _of_percent(text: str, variables: Mapping[str, str], machine: Machine) -> str:
    def held(found: re.Match[str]) -> str:
        value = variables.get(found[1].lower())
        return value if value is not None else machine.symbols.open("is a variable that the script does not set", f"%{found[1]}%")

    return _CMD_VARIABLE.sub(held, text)

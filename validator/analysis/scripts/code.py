"""Programs inlined into scripts: what the SDKs for Python and JavaScript are told in them.

Read by their calls, not parsed: a client's construction and its Region, the buckets in arguments, names that hold literal texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from validator.analysis.matrix import SDKS, Sdk
from validator.analysis.scripts.aws_cli import may_be_s3, region_from_environment
from validator.analysis.scripts.constructions import Construction, Program, javascript_program, python_program
from validator.analysis.scripts.copying import TEXT, Copy, copies_in, without
from validator.analysis.scripts.machine import ADDRESSING, Command, Machine, Use
from validator.analysis.strings import Naming, is_bucket_name, named_in
from validator.symbols import has_symbol
from validator.values import Unknown, unknown

_LONGEST = 65_536
_WORD = rf"(?:{TEXT}|[A-Za-z_$][\w.$]{{0,80}}(?:\[{TEXT}\]|\({TEXT}(?:\s*,\s*{TEXT})?\))?)"
_PYTHON = re.compile(r"\b(?:boto3|aiobotocore|s3fs|smart_open|awswrangler)\b")
_ASSIGNED = re.compile(
    rf"^[ \t]*+(?:const |let |var |export )?[ \t]*+([A-Za-z_$][\w$]{{0,80}})\s*(?::\s*\w+\s*)?=\s*"
    rf"({_WORD})[ \t\r]*+(?:\|\|\s*{_WORD}[ \t\r]*+)?;?[ \t\r]*+(?:#.*|//.*)?$",
    re.MULTILINE,
)
_ENVIRONMENT = re.compile(rf"(?:os\.environ(?:\.get)?|os\.getenv|process\.env)(?:\.([A-Za-z_]\w*)|[\[(]({TEXT})(?:\s*,\s*({TEXT}))?[\])])")
_REGION = re.compile(rf"\bregion(?:_name)?['\"]?\s*[=:]\s*({_WORD})")
_ENDPOINT = re.compile(rf"\b(?:endpoint_url|endpoint)['\"]?\s*[=:]\s*({_WORD})")
_SECOND_ARGUMENT = re.compile(rf"\s*,\s*({_WORD})\s*(?:,|$)")
_BUCKET = re.compile(rf"(?:\bBucket\s*(?:=|:|\()|['\"]Bucket['\"]\s*:|\bbucket_name\s*=)\s*({_WORD})")
# The bucket's place among the arguments of the transfer methods.
_FIRST = re.compile(rf"\.(?:download_file|download_fileobj|generate_presigned_post|Object|ObjectSummary)\(\s*({_WORD})\s*,")
_SECOND = re.compile(rf"\.(?:upload_file|upload_fileobj)\(\s*[^,\n]{{1,200}},\s*({_WORD})\s*,")
_LISTS = re.compile(r"\.list_buckets\(|ListBucketsCommand\(")
_JS_GLOBAL = re.compile(rf"config\.update\(\s*\{{[^}}]{{0,200}}?region\s*:\s*({_WORD})")
_SHORTHAND = re.compile(r"(?:^|[{,\s])region(?=\s*(?:,|\}|$))")
_CONFIGURED = re.compile(r"\bconfig\s*=\s*([A-Za-z_]\w{0,80})\b(?!\s*[.(])")
_NAME = re.compile(r"\s*([A-Za-z_$][\w$]{0,80})\s*")
_MODULE = re.compile(r"^\s*import\s+([\w.]{1,80})(?:\s+as\s+(\w{1,80}))?", re.MULTILINE)
_SETTING = re.compile(r"[\"']?(?P<name>\w{8,40})[\"']?\s*[:=]\s*[\"']?(?P<value>\w{1,20})")
# What the SDK for JavaScript calls the settings of the AWS configuration.
_SPELLED = {
    "useAccelerateEndpoint": "use_accelerate_endpoint", "useDualstackEndpoint": "use_dualstack_endpoint", "useDualstack": "use_dualstack_endpoint",
    "useFipsEndpoint": "use_fips_endpoint", "s3UsEast1RegionalEndpoint": "us_east_1_regional_endpoint",
}  # fmt: skip
_PATH_STYLE = frozenset({"forcePathStyle", "s3ForcePathStyle"})
_FOLLOWS = re.compile(r"\bfollowRegionRedirects\s*:\s*true\b")
_HOLE = re.compile(r"\$?\{([^{}]{1,60})\}")


def python(command: Command, machine: Machine) -> Iterator[Use]:
    """``python -c TEXT``, or a program on standard input; of a file that the script writes, its own reading tells."""
    yield from _inline(command, machine, "-c", of_python)


def javascript(command: Command, machine: Machine) -> Iterator[Use]:
    """``node -e TEXT``, or a program on standard input."""
    yield from _inline(command, machine, "-e", of_javascript)


def _inline(command: Command, machine: Machine, flag: str, read: object) -> Iterator[Use]:
    words = command.words
    text = next((words[index + 1] for index, word in enumerate(words[:-1]) if word == flag), command.given)
    if text is not None and callable(read):
        yield from read(text, machine, command.environment)
    for word in words[1:]:
        if word is not text:
            yield from (
                Use(naming, None, naming.region, "url" if naming.host else "none", words[0], environment=command.environment)
                for naming in named_in(word)
            )


def is_python(text: str) -> bool:
    """Whether a text is a program in Python that uses S3."""
    return _PYTHON.search(text) is not None and re.search(r"^[ \t]*+(?:import|from) \w|^#!.*python", text, re.MULTILINE) is not None


def is_javascript(text: str) -> bool:
    """Whether a text is a program in JavaScript that uses AWS's SDK."""
    return re.search(r"['\"](?:aws-sdk|@aws-sdk/[a-z0-9-]+)['\"/]", text) is not None


@dataclass(frozen=True, slots=True)
class _Client:
    """What a program tells a client: its Region and endpoint, flat text; settings by their names in the AWS configuration."""

    region: str | None = None
    endpoint: str | None = None
    settings: tuple[tuple[str, str], ...] = ()
    follows: bool = False


def of_python(text: str, machine: Machine, environment: Mapping[str, str]) -> Iterator[Use]:
    """The uses in a program in Python, by boto3 or what is built on it."""
    text = text[:_LONGEST]
    yield from _Names(text, machine, environment).uses(SDKS["boto3"], python_program(text), _of_boto3)


def of_javascript(text: str, machine: Machine, environment: Mapping[str, str]) -> Iterator[Use]:
    """The uses in a program in JavaScript; its version by the package that it requires."""
    text = text[:_LONGEST]
    sdk = SDKS["js-v3" if "@aws-sdk/" in text else "js-v2"]
    yield from _Names(text, machine, environment).uses(sdk, javascript_program(text), _of_javascript)


def _of_boto3(made: Construction, program: Program, names: _Names) -> _Client:
    """What a client is told: by its own arguments, then by its configuration, then by its session."""
    configurations = [text for found in _CONFIGURED.finditer(made.arguments) for text in program.arguments_of(found[1])]
    own = re.sub(r"\bConfig\([^)]{0,300}\)?", "", made.arguments)
    beside = _SECOND_ARGUMENT.match(own.partition(",")[1] + own.partition(",")[2])
    told = (own, made.arguments, *configurations, made.session)
    region = next((found for text in told if (found := names.argument(_REGION, text)) is not None), None)
    if region is None and beside is not None and "=" not in own.partition(",")[2].partition(",")[0]:
        region = names.value(beside[1])
    return _Client(region, names.argument(_ENDPOINT, own), _settings("\n".join((made.arguments, *configurations))))


def _of_javascript(made: Construction, program: Program, names: _Names) -> _Client:
    """What a client is told by its argument, spelled there or where it is assigned; in version 2 by the configuration of all, too."""
    by_name = _NAME.fullmatch(made.arguments)
    told = "\n".join(program.arguments_of(by_name[1])) if by_name else made.arguments
    region = names.argument(_REGION, told) or (names.held("region") if _SHORTHAND.search(told) else None)
    return _Client(region or names.argument(_JS_GLOBAL, names.text), names.argument(_ENDPOINT, told), _settings(told), bool(_FOLLOWS.search(told)))


def _settings(text: str) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for one in _SETTING.finditer(text):
        name = _SPELLED.get(one["name"], one["name"])
        if name in ADDRESSING:
            found[name] = one["value"]
        if name in _PATH_STYLE and one["value"] == "true":
            found["addressing_style"] = "path"
    return tuple(sorted(found.items()))


class _Names:
    """The names of a program that hold literal texts, or variables of its environment."""

    def __init__(self, text: str, machine: Machine, environment: Mapping[str, str]) -> None:
        self.text = text
        self.machine = machine
        self.environment = environment
        self.known: dict[str, str] = {}
        self.modules = {found[2] or found[1] for found in _MODULE.finditer(text)} - {"boto3"}
        for found in _ASSIGNED.finditer(text):
            if (value := self.value(found[2])) is not None:
                self.known[found[1]] = value

    def value(self, word: str) -> str | None:
        """What a word of the program comes to; None where it is no text."""
        if found := _ENVIRONMENT.fullmatch(word):
            name = found[1] or self._literal(found[2])
            default = self._literal(found[3]) if found[3] else None
            held = self.environment.get(name, default)
            return held if held is not None else self.machine.symbols.open("is a variable of the environment that nothing sets", name)
        if re.fullmatch(TEXT, word):
            return self._literal(word)
        return self.known.get(word)

    def _literal(self, word: str) -> str:
        """A text without its quotes; the holes of an f-string or a template filled."""
        mark = re.match(r"[rbuf]*", word)
        inner = word[mark.end() if mark else 0 :][1:-1]
        if "f" in (mark[0] if mark else "") or word.startswith("`"):
            return _HOLE.sub(lambda hole: self.held(hole[1]), inner)
        return inner

    def held(self, expression: str) -> str:
        """What an expression comes to; a symbol where it is no text."""
        value = self.value(expression.strip())
        return value if value is not None else self.machine.symbols.open("is made at run time", expression.strip())

    def argument(self, pattern: re.Pattern[str], text: str) -> str | None:
        """The value of the last argument that ``pattern`` finds."""
        found = [self.held(one[1]) for one in pattern.finditer(text)]
        return found[-1] if found else None

    def uses(self, sdk: Sdk, program: Program, read: Callable[[Construction, Program, _Names], _Client]) -> Iterator[Use]:
        """A use for every bucket that a client is asked for, each once."""
        told = {made: read(made, program, self) for made in program.clients if made.service == "s3"}
        copies = list(copies_in(self.text))
        copied = self._copied(copies)
        found: dict[tuple[Naming | None, _Client], None] = {}
        for naming, position in self._named(without(self.text, copies)):
            caller = program.caller(position)
            if caller is None or caller in told:
                found[naming, told[caller] if caller else self._one_of(program, position, tuple(told.values()))] = None
        for naming, client in found:
            if naming is not None and naming.host is not None:
                yield Use(naming, None, naming.region, "url", "a URL")
            elif client.endpoint is None or may_be_s3(client.endpoint):
                use = self._use(naming, SDKS["js-v3-following"] if client.follows and sdk.name == "js-v3" else sdk, client)
                yield replace(use, copied_from=copied.get(naming.bucket, ()) if naming is not None else ())

    def _use(self, naming: Naming | None, sdk: Sdk, client: _Client) -> Use:
        region, source = client.region, "code" if client.region else "none"
        if region is None and (given := region_from_environment(sdk, self.environment, self.machine)) is not None:
            region, source = given, "environment"
        if region is None and (configured := self.machine.regions.get("default")):
            region, source = configured, "configuration"
        settings = {**self.machine.addressing.get("default", {}), **dict(client.settings)} if sdk.profile else dict(client.settings)
        bare = naming is None
        return Use(naming, sdk, region, source, sdk.name, None, self.environment, client.endpoint, bare=bare, settings=settings)  # type: ignore[arg-type]

    def _one_of(self, program: Program, position: int, clients: Sequence[_Client]) -> _Client:
        """The client where the call does not say which: that of a module has the Region of its surroundings, else it is one of the program's."""
        distinct = list(dict.fromkeys(clients))
        if not distinct or self._of_module(program, position):
            return _Client()
        regions = dict.fromkeys(one.region for one in distinct)
        if len(regions) == 1:
            return distinct[0]
        cause = unknown("is that of one of several clients of the program", "the client's Region").causes
        among = tuple(region for region in regions if region is not None and not has_symbol(region))
        return _Client(self.machine.symbols.character(Unknown(cause, among if len(among) == len(regions) else None)))

    def _of_module(self, program: Program, position: int) -> bool:
        """Whether a function of an imported module is called around a position, as ``pandas.read_csv``."""
        before = (self.text[max(0, opening - 100) : opening] for opening in program.enclosing(position))
        return any((found := re.search(r"(?<![\w.])([A-Za-z_]\w*)(?:\.\w+)+\Z", text)) is not None and found[1] in self.modules for text in before)

    def _copied(self, copies: Sequence[Copy]) -> Mapping[str, tuple[Naming, ...]]:
        """What is copied into each bucket."""
        found: dict[str, tuple[Naming, ...]] = {}
        for copy in copies:
            source, target = self._bucket(copy.source), self._bucket(copy.target)
            if source is not None and target is not None:
                found[target] = (*found.get(target, ()), Naming("name", source))
        return found

    def _bucket(self, word: str) -> str | None:
        """The bucket that a word names, the key behind it apart; a name that holds no literal text may be any. None: it names none."""
        value = self.value(word)
        if value is None and re.match(r"[A-Za-z_]", word):
            return self.machine.symbols.open("is made at run time", word)
        name = (value or "").lstrip("/").partition("/")[0]
        return name if is_bucket_name(name) or has_symbol(name) else None

    def _named(self, text: str) -> Iterator[tuple[Naming | None, int]]:
        for pattern in (_BUCKET, _FIRST, _SECOND):
            for found in pattern.finditer(text):
                if (name := self._bucket(found[1])) is not None and (pattern is _BUCKET or self.value(found[1]) is not None):
                    yield Naming("name", name), found.start(1)
        for literal in re.finditer(TEXT, self.text):
            if "s3" in literal[0] or "{" in literal[0]:
                yield from ((naming, literal.start()) for naming in named_in(self._literal(literal[0])))
        yield from ((None, found.end()) for found in _LISTS.finditer(self.text))

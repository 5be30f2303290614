"""Programs inlined into scripts: what the SDKs for Python and JavaScript are told in them.

Read by their calls, not parsed: a client's construction and its Region, the buckets in arguments, names that hold literal texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from validator.analysis.matrix import SDKS, Sdk
from validator.analysis.scripts.aws_cli import may_be_s3, region_from_environment
from validator.analysis.scripts.copying import TEXT, Copy, copies_in, without
from validator.analysis.scripts.machine import Command, Machine, Use
from validator.analysis.strings import Naming, is_bucket_name, named_in
from validator.symbols import has_symbol

_LONGEST = 65_536
_WORD = rf"(?:{TEXT}|[A-Za-z_$][\w.$]{{0,80}}(?:\[{TEXT}\]|\({TEXT}(?:\s*,\s*{TEXT})?\))?)"
_PYTHON = re.compile(r"\b(?:boto3|aiobotocore|s3fs|smart_open|awswrangler)\b")
_ASSIGNED = re.compile(
    rf"^\s*(?:const |let |var |export )?\s*([A-Za-z_$][\w$]{{0,80}})\s*(?::\s*\w+\s*)?=\s*({_WORD})\s*(?:\|\|\s*{_WORD}\s*)?;?\s*(?:#.*|//.*)?$",
    re.MULTILINE,
)
_ENVIRONMENT = re.compile(rf"(?:os\.environ(?:\.get)?|os\.getenv|process\.env)(?:\.([A-Za-z_]\w*)|[\[(]({TEXT})(?:\s*,\s*({TEXT}))?[\])])")
_CLIENT = re.compile(
    r"\.(?:client|resource)\(\s*(?:service_name\s*=\s*)?['\"]s3['\"](?P<rest>[^)\n]{0,300})|\bSession\((?P<session>[^)\n]{0,300})|S3FileSystem\((?P<fs>[^)\n]{0,300})"
)
_REGION = re.compile(rf"\bregion(?:_name)?['\"]?\s*[=:]\s*({_WORD})")
_ENDPOINT = re.compile(rf"\b(?:endpoint_url|endpoint)['\"]?\s*[=:]\s*({_WORD})")
_SECOND_ARGUMENT = re.compile(rf"\s*,\s*({_WORD})\s*(?:,|$)")
_BUCKET = re.compile(rf"(?:\bBucket\s*(?:=|:|\()|['\"]Bucket['\"]\s*:|\bbucket_name\s*=)\s*({_WORD})")
# The bucket's place among the arguments of the transfer methods.
_FIRST = re.compile(rf"\.(?:download_file|download_fileobj|generate_presigned_post|Object|ObjectSummary)\(\s*({_WORD})\s*,")
_SECOND = re.compile(rf"\.(?:upload_file|upload_fileobj)\(\s*[^,\n]{{1,200}},\s*({_WORD})\s*,")
_LISTS = re.compile(r"\.list_buckets\(|ListBucketsCommand\(")
_JS_CLIENT = re.compile(r"new\s+(?:S3Client|S3|AWS\.S3)\s*\((?P<rest>[^)]{0,300})")
_JS_GLOBAL = re.compile(rf"config\.update\(\s*\{{[^}}]{{0,200}}?region\s*:\s*({_WORD})")
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
    return _PYTHON.search(text) is not None and re.search(r"^\s*(?:import|from) \w|^#!.*python", text, re.MULTILINE) is not None


def is_javascript(text: str) -> bool:
    """Whether a text is a program in JavaScript that uses AWS's SDK."""
    return re.search(r"['\"](?:aws-sdk|@aws-sdk/[a-z0-9-]+)['\"/]", text) is not None


def of_python(text: str, machine: Machine, environment: Mapping[str, str]) -> Iterator[Use]:
    """The uses in a program in Python, by boto3 or what is built on it."""
    text = text[:_LONGEST]
    names = _Names(text, machine, environment)
    region, endpoint = None, None
    for found in _CLIENT.finditer(text):
        rest = found["rest"] or found["session"] or found["fs"] or ""
        beside = _SECOND_ARGUMENT.match(rest)
        region = names.argument(_REGION, rest) or (names.value(beside[1]) if beside else None) or region
        endpoint = names.argument(_ENDPOINT, rest) or endpoint
    yield from names.uses(SDKS["boto3"], region, endpoint)


def of_javascript(text: str, machine: Machine, environment: Mapping[str, str]) -> Iterator[Use]:
    """The uses in a program in JavaScript; its version by the package that it requires."""
    text = text[:_LONGEST]
    names = _Names(text, machine, environment)
    sdk = SDKS["js-v3" if "@aws-sdk/" in text else "js-v2"]
    region = names.argument(_JS_GLOBAL, text)
    endpoint = None
    for found in _JS_CLIENT.finditer(text):
        region = names.argument(_REGION, found["rest"]) or region
        endpoint = names.argument(_ENDPOINT, found["rest"]) or endpoint
    yield from names.uses(sdk, region, endpoint)


class _Names:
    """The names of a program that hold literal texts, or variables of its environment."""

    def __init__(self, text: str, machine: Machine, environment: Mapping[str, str]) -> None:
        self.text = text
        self.machine = machine
        self.environment = environment
        self.known: dict[str, str] = {}
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
            return _HOLE.sub(lambda hole: self._held(hole[1]), inner)
        return inner

    def _held(self, expression: str) -> str:
        value = self.value(expression.strip())
        return value if value is not None else self.machine.symbols.open("is made at run time", expression.strip())

    def argument(self, pattern: re.Pattern[str], text: str) -> str | None:
        """The value of the last argument that ``pattern`` finds."""
        found = [self._held(one[1]) for one in pattern.finditer(text)]
        return found[-1] if found else None

    def uses(self, sdk: Sdk, region: str | None, endpoint: str | None) -> Iterator[Use]:
        """A use for every bucket that is named, each once."""
        if endpoint is not None and not may_be_s3(endpoint):
            return
        source = "code" if region else "none"
        if region is None and (given := region_from_environment(sdk, self.environment, self.machine)) is not None:
            region, source = given, "environment"
        if region is None and (configured := self.machine.regions.get("default")):
            region, source = configured, "configuration"
        copies = list(copies_in(self.text))
        copied = self._copied(copies)
        for naming in dict.fromkeys(self._named(without(self.text, copies))):
            by_url = naming is not None and naming.host is not None
            if by_url:
                assert naming is not None
                yield Use(naming, None, naming.region, "url", "a URL")
            else:
                sources = copied.get(naming.bucket, ()) if naming is not None else ()
                yield Use(naming, sdk, region, source, sdk.name, None, self.environment, endpoint, bare=naming is None, copied_from=sources)  # type: ignore[arg-type]

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

    def _named(self, text: str) -> Iterator[Naming | None]:
        for pattern in (_BUCKET, _FIRST, _SECOND):
            for found in pattern.finditer(text):
                if (name := self._bucket(found[1])) is not None and (pattern is _BUCKET or self.value(found[1]) is not None):
                    yield Naming("name", name)
        for literal in re.finditer(TEXT, self.text):
            if "s3" in literal[0] or "{" in literal[0]:
                yield from named_in(self._literal(literal[0]))
        if _LISTS.search(self.text):
            yield None

"""Commands that use S3: the AWS CLI, downloads by URL, the AWS tools for PowerShell, and file systems on buckets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from validator.analysis.access import RegionSource
from validator.analysis.clients import SDKS, Sdk
from validator.analysis.shell import Command, commands
from validator.analysis.strings import Naming, is_bucket_name, named_in
from validator.symbols import Symbols

_NESTING = 3
_TAKES_VALUE = frozenset("--region --profile --endpoint-url --output --query --ca-bundle --cli-read-timeout --cli-connect-timeout --color".split())
_CONFIGURED = re.compile(r"^\s*region\s*=\s*([a-z0-9-]{5,25})\s*$", re.MULTILINE)
_POWERSHELL = re.compile(r"\b((?:Read|Copy|Write|Get|Remove|Set)-S3\w{2,40})\b([^\r\n;|]{0,500})", re.IGNORECASE)
_NOTE = "without --region, AWS CLI 2 asks the instance for its Region, AWS CLI 1 calls the global name"
_V1_NOTE = "AWS CLI 1 does not read AWS_REGION, AWS CLI 2 does"


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a bucket. ``tool`` None: something calls the URL or URI. ``region`` is flat text; ``source`` where it came from.

    ``newer_only``: it is set in a way that only newer versions of the tool read.
    """

    naming: Naming
    tool: Sdk | None
    region: str | None
    source: RegionSource
    shown: str
    note: str | None = None
    newer_only: bool = False


@dataclass(slots=True)
class _Settings:
    """What ``aws configure`` has set so far, by profile."""

    regions: dict[str, str] = field(default_factory=dict)


def uses_in(text: str, symbols: Symbols, environment: Mapping[str, str]) -> Iterator[Use]:
    """The uses of buckets in a script, in its order. ``environment``: what the platform's configuration sets for it."""
    settings = _Settings()
    if ".aws/config" in text and (found := _CONFIGURED.search(text)):
        settings.regions["default"] = found[1]
    if "aws" not in text and "s3" not in text.lower():
        return
    for powershell in _POWERSHELL.finditer(text):
        yield from _powershell(powershell[1], powershell[2])
    yield from _uses(text, symbols, environment, settings, 0)


def _uses(text: str, symbols: Symbols, environment: Mapping[str, str], settings: _Settings, depth: int) -> Iterator[Use]:
    for command in commands(text, symbols):
        index = next((index for index, word in enumerate(command.words) if _is_aws(word)), None)
        if index is not None:
            given = {**environment, **command.environment}
            yield from _aws(Command(command.words[index + 1 :], given), settings)
            continue
        for word in command.words:
            if depth < _NESTING and " " in word and "aws " in word:
                # sh -c "aws s3 ..."
                yield from _uses(word, symbols, {**environment, **command.environment}, settings, depth + 1)
            else:
                yield from (Use(naming, None, None, "none", command.words[0]) for naming in named_in(word))


def _is_aws(word: str) -> bool:
    return re.split(r"[/\\]", word)[-1].lower() in {"aws", "aws.exe", "aws-cli", "aws2"}


def _aws(command: Command, settings: _Settings) -> Iterator[Use]:
    options, positional = _options(command.words)
    match positional:
        case ["configure", "set", key, value, *_]:
            profile = key.removeprefix("profile.").partition(".")[0] if "." in key else options.get("--profile", "default")
            if key.rpartition(".")[2] == "region":
                settings.regions[profile] = value
        case ["s3", verb, *arguments]:
            namings = [naming for word in arguments for naming in named_in(word)]
            if verb in {"ls", "rb", "mb", "presign", "rm"} and not namings:
                namings = [Naming("uri", word.partition("/")[0]) for word in arguments[:1] if is_bucket_name(word.partition("/")[0])]
            yield from _cli_uses(command, options, namings, f"aws s3 {verb}", settings)
        case ["s3api", verb, *_]:
            bucket = options.get("--bucket", "")
            namings = list(named_in(bucket)) or ([Naming("uri", bucket)] if is_bucket_name(bucket) else [])
            yield from _cli_uses(command, options, namings, f"aws s3api {verb}", settings)


def _options(words: tuple[str, ...]) -> tuple[dict[str, str], list[str]]:
    """Options with their values, and the positional words; an option that is not known takes a value if no option follows."""
    options: dict[str, str] = {}
    positional: list[str] = []
    position = 0
    while position < len(words):
        word = words[position]
        position += 1
        if not word.startswith("--"):
            positional.append(word)
            continue
        name, equals, value = word.partition("=")
        takes_next = position < len(words) and (name in _TAKES_VALUE or name in {"--bucket", "--key", "--source-region"})
        if not equals and takes_next:
            value = words[position]
            position += 1
        options[name] = value
    return options, positional


def _cli_uses(command: Command, options: Mapping[str, str], namings: list[Naming], shown: str, settings: _Settings) -> Iterator[Use]:
    endpoint = options.get("--endpoint-url", "")
    hosts = list(named_in(f"{endpoint.rstrip('/')}/bucket")) if endpoint else []
    if endpoint and not hosts:
        return
    region, source, note = _cli_region(command, options, settings)
    for index, naming in enumerate(namings):
        if "--source-region" in options and len(namings) > 1 and index == 0:
            yield Use(naming, SDKS["aws-cli"], options["--source-region"], "flag", shown)
        else:
            yield Use(naming, SDKS["aws-cli"], region, source, shown, note, newer_only=note == _V1_NOTE)


def _cli_region(command: Command, options: Mapping[str, str], settings: _Settings) -> tuple[str | None, RegionSource, str | None]:
    """--region, then the environment, then the configuration (aws-facts C.1)."""
    if options.get("--region"):
        return options["--region"], "flag", None
    default, newer = command.environment.get("AWS_DEFAULT_REGION"), command.environment.get("AWS_REGION")
    if default and (newer is None or newer == default):
        return default, "environment", None
    if newer:
        return newer, "environment", _V1_NOTE
    configured = settings.regions.get(options.get("--profile", "default"))
    if configured:
        return configured, "configuration", None
    return None, "none", _NOTE


def _powershell(verb: str, rest: str) -> Iterator[Use]:
    bucket = re.search(r"-BucketName\s+[\"']?([A-Za-z0-9.-]{3,63})", rest, re.IGNORECASE)
    region = re.search(r"-Region\s+[\"']?([a-z0-9-]{5,25})", rest, re.IGNORECASE)
    if bucket:
        # Without -Region the tools ask the instance; that they do is the SDK's documentation, not run (aws-facts C.4).
        yield Use(Naming("uri", bucket[1]), SDKS["dotnet"] if region else None, region[1] if region else None, "flag" if region else "none", verb)

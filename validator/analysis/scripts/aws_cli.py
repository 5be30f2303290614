"""The AWS CLI: which of its commands call S3 themselves, for which bucket, with which Region."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from validator.analysis.access import RegionSource
from validator.analysis.matrix import SDKS, Sdk, members_of, region_given
from validator.analysis.scripts.actions import actions_of
from validator.analysis.scripts.arguments import Arguments, arguments, namings
from validator.analysis.scripts.machine import ADDRESSING, Command, Machine, Use
from validator.analysis.strings import Naming, named_in
from validator.symbols import has_symbol
from validator.values import unknown

_VALUED = frozenset(
    """
    --region --profile --endpoint-url --output --query --ca-bundle --cli-read-timeout --cli-connect-timeout --color --source-region --bucket
    --key --copy-source --s3-bucket --s3-prefix --template-file --output-template-file --stack-name --acl --sse --sse-kms-key-id --exclude
    --include --storage-class --content-type --cache-control --metadata --expires-in --page-size --body --prefix --cli-input-json --name
    --s3-location --kms-key-id --expected-size --grants --request-payer --registry-ids --repository-name
    """.split()
)
_WITHOUT_SCHEME = frozenset("ls rb mb rm presign website".split())
# Commands of other services that put objects into S3 by themselves, before the service is asked to use them.
_UPLOADING = frozenset(
    {("cloudformation", "package"), ("cloudformation", "deploy"), ("deploy", "push"), ("gamelift", "upload-build"), ("ecs", "deploy")}
)
_OF_ONE_OBJECT = frozenset("cp mv rm get-object head-object put-object delete-object".split())
# A key as it stands: no folder that a file's name is put behind, nothing that a shell fills in.
_KEY = re.compile(r"[A-Za-z0-9!_.()/-]*[A-Za-z0-9!_.()-]")
# Path style, whatever the bucket is called (aws-facts C.2).
_BARE = frozenset({"get-bucket-location", "list-buckets", "list-directory-buckets"})
_NOTE = "without --region, AWS CLI 2 asks the instance for its Region, AWS CLI 1 calls the global name"
_PRESIGNED = "signs a URL and sends nothing; who calls the URL calls its host"
_LOCATED = "asks for the bucket's location at the host without its name"


def is_aws(word: str) -> bool:
    """Whether a word is the command, wherever it is installed."""
    return re.split(r"[/\\]", word)[-1].lower() in {"aws", "aws.exe", "aws-cli", "aws2"}


def uses(command: Command, machine: Machine) -> Iterator[Use]:
    """The uses of S3 by ``aws``, whose words are behind the command's own."""
    found = arguments(command.words[1:], _VALUED)
    sdk = SDKS["aws-cli-v2"] if "awscliv2" in command.words[0].lower() else machine.cli
    match found.words:
        case ["configure", "set", key, value, *_]:
            _configure(found, key, value, machine)
        case ["s3", verb, *words]:
            yield from _finished(command, found, _of_s3(verb, words), f"aws s3 {verb}", sdk, machine)
        case ["s3api", verb, *_]:
            yield from _finished(command, found, _of_s3api(verb, found), f"aws s3api {verb}", sdk, machine)
        case ["ecr", verb, *_] if verb in {"get-login", "get-login-password", "get-authorization-token"}:
            yield from _of_registry(command, found, sdk, machine)
        case [service, verb, *words] if (service, verb) in _UPLOADING:
            named = [naming for name in ("--s3-bucket", "--s3-location") if (given := found.value(name)) for naming in namings(given, plain=True)]
            named += [naming for word in words for naming in named_in(word)]
            yield from _finished(command, found, named, f"aws {service} {verb}", sdk, machine)


def _configure(found: Arguments, key: str, value: str, machine: Machine) -> None:
    profile, _, setting = key.removeprefix("profile.").rpartition(".")
    profile = re.sub(r"(?:^|\.)s3$", "", profile) or found.value("--profile") or "default"
    if setting == "region":
        machine.regions[profile] = value
    if setting == "endpoint_url":
        machine.endpoints[profile] = value
    if setting in ADDRESSING:
        machine.addressing.setdefault(profile, {})[setting] = value


def _of_s3(verb: str, words: Sequence[str]) -> list[Naming | None]:
    named: list[Naming | None] = [naming for word in words for naming in named_in(word)]
    if not named and verb in _WITHOUT_SCHEME:
        named = [naming for word in words[:1] for naming in namings(word.removeprefix("s3://"), plain=True)]
    if not named and verb == "ls" and not words:
        return [None]
    return named


def _of_s3api(verb: str, found: Arguments) -> list[Naming | None]:
    if verb in {"list-buckets", "list-directory-buckets"}:
        return [None]
    bucket = found.value("--bucket")
    return [*namings(bucket, plain=True)] if bucket else []


def _of_registry(command: Command, found: Arguments, sdk: Sdk, machine: Machine) -> Iterator[Use]:
    """A login to ECR: what is pulled then comes from the layer bucket of the registry's Region."""
    region, _, _ = region_of(command, found, sdk, machine)
    if region is not None:
        yield Use(Naming("name", f"prod-{region}-starport-layer-bucket"), SDKS["container-runtime"], region, "url", "aws ecr login")


def _finished(command: Command, found: Arguments, named: Sequence[Naming | None], shown: str, sdk: Sdk, machine: Machine) -> Iterator[Use]:
    verb = shown.rpartition(" ")[2]
    profile = found.value("--profile") or command.environment.get("AWS_PROFILE") or "default"
    endpoint = found.value("--endpoint-url") or machine.endpoints.get(profile)
    if endpoint is not None and not may_be_s3(endpoint):
        return
    region, source, note = region_of(command, found, sdk, machine)
    note = _PRESIGNED if verb == "presign" else _LOCATED if verb in _BARE and named and named[0] else note
    for index, naming in enumerate(named):
        actions = actions_of(shown, from_first=_is_source(found, naming, index))
        bare = verb in _BARE or naming is None
        copied = _copied(found, named[:index])
        use = Use(naming, sdk, region, source, shown, note, command.environment, endpoint, bare=bare, actions=actions, copied_from=copied)
        use = replace(use, key=_key(found, index))
        if "--source-region" in found.options and len(named) > 1 and index == 0:
            use = replace(use, region=found.options["--source-region"], source="flag", note=None)
        yield replace(use, settings=machine.addressing.get(profile, {}), signed="--no-sign-request" not in found.options)


def _key(found: Arguments, index: int) -> str | None:
    """The object that a command for one object is about; ``index``: in which of the places that it names."""
    service, verb, *words = found.words
    key: str | None = None
    if service == "s3api" and verb in _OF_ONE_OBJECT:
        key = found.value("--key")
    elif service == "s3" and verb in _OF_ONE_OBJECT and "--recursive" not in found.options:
        places = [word.removeprefix("s3://") for word in words if word.startswith("s3://") and not word.startswith("s3://arn:")]
        key = places[index].partition("/")[2] if index < len(places) else None
    return key if key and _KEY.fullmatch(key) else None


def _is_source(found: Arguments, naming: Naming | None, index: int) -> bool:
    """Whether a bucket is the one that is copied from: named first, before what is copied to."""
    first = found.words[2] if len(found.words) > 2 else ""  # noqa: PLR2004 - aws, s3, verb
    return index == 0 and naming is not None and any(True for _ in named_in(first))


def _copied(found: Arguments, before: Sequence[Naming | None]) -> tuple[Naming, ...]:
    """What S3 itself copies into a bucket that is named after those ``before``; s3api names it apart, and asks it for nothing."""
    if stated := found.value("--copy-source"):
        return tuple(namings(stated.lstrip("/"), plain=True))
    return tuple(naming for naming in before if naming is not None) if found.words[0] == "s3" else ()


def may_be_s3(endpoint: str) -> bool:
    """Whether a URL that a client is pointed at is, or may be, S3 of AWS."""
    return has_symbol(endpoint) or any(True for _ in named_in(f"{endpoint.rstrip('/')}/bucket"))


def region_of(command: Command, found: Arguments, sdk: Sdk, machine: Machine) -> tuple[str | None, RegionSource, str | None]:
    """The Region, what it comes from, and a note: --region, then the environment, then the configuration (aws-facts C.1)."""
    if flag := found.value("--region"):
        return flag, "flag", None
    given = region_from_environment(sdk, command.environment, machine)
    if given is not None:
        return given, "environment", None
    profile = found.value("--profile") or command.environment.get("AWS_PROFILE") or command.environment.get("AWS_DEFAULT_PROFILE") or "default"
    if configured := machine.regions.get(profile):
        return configured, "configuration", None
    return None, "none", _NOTE if sdk.name == "aws-cli" else None


def region_from_environment(sdk: Sdk, environment: Mapping[str, str], machine: Machine) -> str | None:
    """The Region that ``sdk`` takes from variables, a symbol where its versions differ; None: from none."""
    regions = {region_given(member, environment) for member in members_of(sdk)}
    if len(regions) == 1:
        return regions.pop()
    if has_symbol("".join(region or "" for region in regions)) and None not in regions:
        return machine.symbols.open("differs between versions of the client", f"the Region of {sdk.name}")
    read = "AWS_REGION" if "AWS_REGION" in environment else "AWS_DEFAULT_REGION"
    return machine.symbols.character(unknown(f"is read by some versions of {sdk.name} only", read))

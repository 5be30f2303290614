"""File systems on buckets, and copiers other than AWS's: s3fs, goofys, mount-s3, rclone, s3cmd, s5cmd, mc, and lines of fstab."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from validator.analysis.access import RegionSource
from validator.analysis.matrix import SDKS, Sdk
from validator.analysis.scripts.arguments import arguments, comma_options, namings
from validator.analysis.scripts.aws_cli import may_be_s3, region_from_environment
from validator.analysis.scripts.copying import into_last
from validator.analysis.scripts.machine import Command, Machine, Use
from validator.analysis.scripts.writing import sections
from validator.analysis.strings import Naming, named_in

_FSTAB = re.compile(
    r"^[ \t]*+(?P<device>[^\s#]\S*)[ \t]+(?P<place>/\S*)[ \t]+"
    r"(?P<type>fuse(?:\.s3fs|\.goofys)?|mount-s3|fuse\.mount-s3|s3fs|goofys)[ \t]+(?P<options>\S+)",
    re.MULTILINE,
)
_REMOTE = re.compile(r"(?P<remote>:?[A-Za-z0-9_][A-Za-z0-9_.+=,/'\" -]*?):(?P<path>[^:]*)\Z")


def s3fs(command: Command, machine: Machine) -> Iterator[Use]:
    """``s3fs BUCKET[:/PATH] PLACE -o OPTIONS``."""
    found = arguments(command.words[1:], frozenset({"-o"}))
    options = comma_options(found.repeated.get("-o", ()))
    bucket = found.words[0] if found.words else options.get("bucket")
    if bucket:
        yield from _of_s3fs(bucket, options, command, machine)


def _of_s3fs(bucket: str, options: Mapping[str, str], command: Command, machine: Machine) -> Iterator[Use]:
    url = options.get("url") or options.get("host")
    if url and not may_be_s3(url):
        return
    region = options.get("endpoint") or options.get("region") or _stated(url)
    for naming in namings(bucket, plain=True):
        yield _use(naming, SDKS["s3fs"], region, command, machine, url)


def _stated(url: str | None) -> str | None:
    """The Region that an endpoint's name states."""
    return next((naming.region for naming in named_in(f"{url.rstrip('/')}/bucket")), None) if url else None


def _use(naming: Naming, sdk: Sdk, region: str | None, command: Command, machine: Machine, endpoint: str | None = None) -> Use:
    source: RegionSource = "flag" if region else "none"
    if region is None and (given := region_from_environment(sdk, command.environment, machine)) is not None:
        region, source = given, "environment"
    if region is None and sdk.profile and (configured := machine.regions.get(command.environment.get("AWS_PROFILE", "default"))):
        region, source = configured, "configuration"
    return Use(naming, sdk, region, source, sdk.name, None, command.environment, endpoint)


def goofys(command: Command, machine: Machine) -> Iterator[Use]:
    """``goofys [--region R] BUCKET[:PREFIX] PLACE``."""
    found = arguments(command.words[1:], frozenset("--region --endpoint -o --uid --gid --dir-mode --file-mode --profile --cache --acl --sse".split()))
    endpoint = found.value("--endpoint")
    if endpoint and not may_be_s3(endpoint):
        return
    for naming in namings(found.words[0], plain=True) if found.words else ():
        yield _use(naming, SDKS["goofys"], found.value("--region") or _stated(endpoint), command, machine, endpoint)


def mountpoint(command: Command, machine: Machine) -> Iterator[Use]:
    """``mount-s3 BUCKET PLACE [--region R]``."""
    valued = frozenset(
        "--region --endpoint-url --prefix --profile --uid --gid --dir-mode --file-mode --cache --metadata-ttl -l --log-directory".split()
    )
    found = arguments(command.words[1:], valued)
    endpoint = found.value("--endpoint-url")
    if endpoint and not may_be_s3(endpoint):
        return
    for naming in namings(found.words[0], plain=True) if found.words else ():
        yield _use(naming, SDKS["mountpoint"], found.value("--region") or _stated(endpoint), command, machine, endpoint)


def fstab(text: str, command: Command, machine: Machine) -> Iterator[Use]:
    """The lines of fstab that mount buckets."""
    for line in _FSTAB.finditer(text):
        options, device = comma_options((line["options"],)), line["device"]
        if device.startswith(("s3fs#", "goofys#")):
            tool, _, bucket = device.partition("#")
        else:
            tool = "mount-s3" if "mount-s3" in line["type"] else line["type"].rpartition(".")[2]
            bucket = device
        if tool == "s3fs":
            yield from _of_s3fs(bucket, options, command, machine)
        elif tool in {"goofys", "mount-s3"}:
            sdk = SDKS["mountpoint" if tool == "mount-s3" else "goofys"]
            for naming in namings(bucket, plain=True):
                yield _use(naming, sdk, options.get("region"), command, machine)


def rclone(command: Command, machine: Machine) -> Iterator[Use]:
    """``rclone VERB REMOTE:BUCKET/PATH ...``; remotes from a configuration that the script writes, or on the spot."""
    by_remote: dict[str, list[Use]] = {}
    for word in command.words[2:]:
        found = _REMOTE.match(word) if not word.startswith("-") else None
        if found is None:
            continue
        remote = found["remote"]
        if remote.startswith(":"):
            settings, source = {**comma_options((remote[1:],)), "type": remote[1:].partition(",")[0]}, "flag"
        elif remote in machine.remotes:
            settings, source = dict(machine.remotes[remote]), "configuration"
        else:
            continue
        by_remote.setdefault(remote, []).extend(_of_remote(settings, source, found["path"], command))
    # Between two remotes it fetches and puts by itself.
    for uses in by_remote.values():
        yield from into_last(uses, command.words[1:2])


def _of_remote(settings: Mapping[str, str], source: str, path: str, command: Command) -> Iterator[Use]:
    endpoint = settings.get("endpoint")
    if settings.get("type") != "s3" or settings.get("provider", "AWS").upper() != "AWS" or (endpoint and not may_be_s3(endpoint)):
        return
    region = settings.get("region") or _stated(endpoint)
    for naming in namings(path.lstrip("/"), plain=True):
        yield Use(
            naming,
            SDKS["rclone"],
            region,
            ("flag" if source == "flag" else "configuration") if region else "none",
            "rclone",
            None,
            command.environment,
            endpoint,
        )


def s3cmd(command: Command, machine: Machine) -> Iterator[Use]:
    """``s3cmd VERB s3://...``; another host makes it another S3, named by an option or in its configuration."""
    found = arguments(command.words[1:], frozenset("--region --host --host-bucket -c --config --access_key --secret_key --bucket-location".split()))
    written = found.value("-c", "--config")
    files = [text for path, text in machine.files.items() if path == written or (written is None and path.endswith(".s3cfg"))]
    configured = sections("".join(files)).get("default", {})
    host = found.value("--host") or configured.get("host_base")
    if host and not may_be_s3(host):
        return
    region = found.value("--region") or _stated(host)
    yield from into_last(
        [_use(naming, SDKS["s3cmd"], region, command, machine, host) for word in found.words for naming in named_in(word)], found.words
    )


def mc(command: Command, machine: Machine) -> Iterator[Use]:
    """``mc VERB ALIAS/BUCKET/PATH ...``, after ``mc alias set ALIAS URL``."""
    words = arguments(command.words[1:], frozenset({"--api", "--path", "-C", "--config-dir"})).words
    match words:
        case ["alias", "set" | "s", alias, url, *_] | ["config", "host", "add", alias, url, *_]:
            machine.remotes[f"mc {alias}"] = {"url": url}
            return
    found: list[Use] = []
    for word in words[1:]:
        alias, _, path = word.partition("/")
        url = machine.remotes.get(f"mc {alias}", {}).get("url") or re.sub(r"//[^/@]*@", "//", command.environment.get(f"MC_HOST_{alias}", ""))
        if url and may_be_s3(url):
            found += [_use(naming, SDKS["minio-go"], _stated(url), command, machine) for naming in namings(path, plain=True)]
    yield from into_last(found, words)


def s4cmd(command: Command, machine: Machine) -> Iterator[Use]:
    """``s4cmd`` is built on boto3."""
    uses = [_use(naming, SDKS["boto3"], None, command, machine) for word in command.words[1:] for naming in named_in(word)]
    yield from into_last(uses, command.words)


def s5cmd(command: Command, machine: Machine) -> Iterator[Use]:
    """``s5cmd [OPTIONS] VERB s3://...``."""
    found = arguments(command.words[1:], frozenset("--endpoint-url --numworkers -r --profile --source-region --destination-region --log".split()))
    endpoint = found.value("--endpoint-url") or command.environment.get("S3_ENDPOINT_URL")
    if endpoint and not may_be_s3(endpoint):
        return
    region = found.value("--source-region", "--destination-region")
    uses = [_use(naming, SDKS["s5cmd"], region, command, machine, endpoint) for word in found.words for naming in named_in(word)]
    yield from into_last(uses, found.words)

"""The commands that use S3, as a table: the name of a program, and how its words are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from validator.analysis.scripts import aws_cli, code, containers, hadoop, mounts, packages
from validator.analysis.scripts.arguments import bucket_options, namings
from validator.analysis.scripts.machine import Command, Machine, Use
from validator.analysis.scripts.running import Shell
from validator.analysis.strings import Naming, is_bucket_name, named_in
from validator.analysis.variables import bucket_name_of, paired_region
from validator.regions import is_region
from validator.symbols import has_symbol
from validator.values import Unknown

Reader = Callable[[Command, Machine], Iterator[Use]]
_NESTING = 4
_MOST_EXPORTED = 200
_MOST_ALTERNATIVES = 4

TOOLS: Mapping[str, Reader] = MappingProxyType(
    {
        "aws": aws_cli.uses, "aws.exe": aws_cli.uses, "aws2": aws_cli.uses, "aws-cli": aws_cli.uses,
        "s3fs": mounts.s3fs, "goofys": mounts.goofys, "mount-s3": mounts.mountpoint, "rclone": mounts.rclone, "s3cmd": mounts.s3cmd,
        "s5cmd": mounts.s5cmd, "s4cmd": mounts.s4cmd, "mc": mounts.mc, "mcli": mounts.mc,
        "spark-submit": hadoop.uses, "spark-shell": hadoop.uses, "spark-sql": hadoop.uses, "pyspark": hadoop.uses, "hadoop": hadoop.uses,
        "hdfs": hadoop.uses, "hive": hadoop.uses, "s3-dist-cp": hadoop.uses, "flink": hadoop.uses, "yarn": hadoop.uses, "pig": hadoop.uses,
        "docker": containers.uses, "podman": containers.uses, "nerdctl": containers.uses, "crictl": containers.uses,
        "ctr": containers.uses, "finch": containers.uses,
        "/etc/eks/bootstrap.sh": containers.node, "nodeadm": containers.node,
        "yum": packages.yum, "dnf": packages.yum, "microdnf": packages.yum, "amazon-linux-extras": packages.yum, "yumdownloader": packages.yum,
        "python": code.python, "python2": code.python, "python3": code.python, "node": code.javascript, "nodejs": code.javascript,
    }
)  # fmt: skip
_SHELLS = frozenset("sh bash dash ash zsh ksh su runuser ssh busybox".split())
_SAYING = frozenset("echo printf logger wall : true false test [ [[ exit return cd mkdir chmod chown rm ls touch sleep grep sed awk case".split())
_REGION_OPTION = re.compile(r"(?:^|[-_.=])region=?$", re.IGNORECASE)
# Programs of CloudFormation's and of others that take --region for another service.
_OTHER_SERVICES = frozenset("cfn-init cfn-signal cfn-hup cfn-get-metadata ecs-cli eksctl kubectl amazon-cloudwatch-agent-ctl".split())


def uses_of(text: str, machine: Machine, environment: Mapping[str, str] | None = None, depth: int = 0) -> Iterator[Use]:
    """The uses in flat shell text, in its order; then those that exported variables suggest."""
    shell = Shell(machine, environment)
    seen: set[str] = set()
    for command in shell.commands(text):
        for use in of_command(command, machine, depth):
            if use.naming is not None:
                seen.add(use.naming.bucket)
            yield use
    for use in _exported(shell):
        if use.naming is not None and use.naming.bucket not in seen:
            yield use


def of_command(command: Command, machine: Machine, depth: int = 0) -> Iterator[Use]:
    """The uses of one command: by the table, inside what it wraps, else whatever its words name."""
    first = machine.symbols.value(command.words[0])
    if isinstance(first, Unknown) and first.among and len(first.among) <= _MOST_ALTERNATIVES:
        # One of several programs, as run time decides.
        for alternative in first.among:
            if isinstance(alternative, str) and alternative:
                yield from of_command(replace(command, words=(*alternative.split(), *command.words[1:])), machine, depth)
        return
    name = re.split(r"[/\\]", command.words[0])[-1]
    reader = TOOLS.get(name) or TOOLS.get(command.words[0])
    if reader is not None:
        yield from reader(command, machine)
    elif name in _SHELLS and depth < _NESTING:
        yield from _of_shell(command, machine, depth)
    elif name == "crontab" and command.given:
        yield from uses_of(f"set -a\n{command.given}", machine, command.environment, depth + 1)
    elif name not in _OTHER_SERVICES:
        yield from _of_others(command, machine, depth)


def _of_shell(command: Command, machine: Machine, depth: int) -> Iterator[Use]:
    """``sh -c TEXT``, ``su USER -c TEXT``, a script that is read from standard input."""
    flag = next((index for index, word in enumerate(command.words) if index and re.fullmatch(r"-[a-z]*c|--command", word)), None)
    if flag is not None and flag + 1 < len(command.words):
        yield from uses_of(command.words[flag + 1], machine, command.environment, depth + 1)
    elif command.given is not None:
        yield from uses_of(command.given, machine, command.environment, depth + 1)
    else:
        yield from _of_others(command, machine, depth)


def _of_others(command: Command, machine: Machine, depth: int) -> Iterator[Use]:
    """A program that is not in the table: it may run one that is, or follow what its words name."""
    words = command.words
    for index, word in enumerate(words[1:], 1):
        reader = TOOLS.get(re.split(r"[/\\]", word)[-1])
        if (
            reader is not None
            and (reader is not aws_cli.uses or _is_call(words[index + 1 :]))
            and reader not in {code.python, code.javascript, packages.yum}
        ):
            yield from reader(replace(command, words=words[index:]), machine)
            return
    if words[0].rpartition("/")[2] in _SAYING:
        return
    # What is run may be no program, but the first argument of one that is said elsewhere.
    for word in words:
        if depth < _NESTING and " " in word and re.search(r"\b(?:aws|s3cmd|s5cmd|rclone) ", word):
            yield from uses_of(word, machine, command.environment, depth + 1)
        else:
            yield from (replace(followed(naming), environment=command.environment) for naming in named_in(word))
    yield from _by_options(command)
    if command.given is not None:
        yield from (replace(followed(naming), environment=command.environment) for naming in named_in(command.given))


def followed(naming: Naming) -> Use:
    """A URL is called as it stands; by whom a URI or ARN is followed is not known."""
    if naming.host is not None:
        return Use(naming, None, naming.region, "url", "a URL")
    return Use(naming, None, None, "none", "a URI")


def _is_call(words: Sequence[str]) -> bool:
    """Whether what stands behind ``aws`` is a command of its: the word is also a folder's name, and a package's."""
    services = {"s3", "s3api", "configure", "ecr", "cloudformation", "deploy"}
    return any(word in services for word in words[:6])


def _by_options(command: Command) -> Iterator[Use]:
    """``--bucket NAME`` of any program, with the Region that stands in an option beside it."""
    words = [part for word in command.words for part in (re.split(r"[,\s]", word) if "=" in word else (word,))]
    regions = [
        value
        for index, word in enumerate(words)
        for value in (word.rpartition("=")[2] if "=" in word else words[index + 1] if index + 1 < len(words) else "",)
        if _REGION_OPTION.search(word.rpartition("=")[0] if "=" in word else word) and (is_region(value) or has_symbol(value))
    ]
    for _, value in bucket_options(command.words):
        for naming in namings(value, plain=True):
            if naming.form == "name":
                region = regions[0] if regions else None
                yield Use(naming, None, region, "flag" if region else "none", "an option", environment=command.environment)


def _exported(shell: Shell) -> Iterator[Use]:
    """What exported variables name: whatever runs later may use it."""
    yield from of_variables(shell.environment(), shell.exported & shell.set_by_script)


def of_variables(environment: Mapping[str, str], names: Iterable[str]) -> Iterator[Use]:
    """What the variables of ``names`` name, for whatever program is given them."""
    for name in sorted(names)[:_MOST_EXPORTED]:
        value = environment.get(name)
        if value is None or name.startswith("AWS_ENDPOINT"):
            continue
        named = list(named_in(value))
        if not named and bucket_name_of(name) and is_bucket_name(value):
            named = namings(value, plain=True)
        for naming in named:
            if naming.host is not None:
                yield replace(followed(naming), environment=environment)
                continue
            region = paired_region(environment, name, alone=len(named) == 1)
            yield Use(naming, None, region, "environment" if region else "none", f"sets {name}", environment=environment)

"""What fetches from buckets of AWS's without naming them: package managers on Amazon Linux, pulls from ECR."""

from __future__ import annotations

import re
from collections.abc import Iterator

from validator.analysis.matrix import SDKS
from validator.analysis.scripts.machine import OWN_REGION, Command, Machine, Use
from validator.analysis.strings import Naming, named_in
from validator.symbols import SYMBOL

# The repositories of Amazon Linux (its user guides; aws-facts E).
REPOSITORIES = {"al1": "packages.{region}.amazonaws.com", "al2": "amazonlinux-2-repos-{region}", "al2023": "al2023-repos-{region}-de612dc2"}
_REGISTRY = re.compile(rf"(?:\d{{12}}|[{SYMBOL}]+)\.dkr\.ecr(?:-fips)?\.(?P<region>[a-z0-9{SYMBOL}-]{{1,25}})\.amazonaws\.com(?:\.cn)?")
_PULLING = frozenset("pull run create login build buildx compose".split())


def linux_of(text: str) -> str | None:
    """The release of Amazon Linux that a script is written for, where something in it shows one."""
    if re.search(r"releasever=2023|\bal2023\b|amazon-linux-2023|amzn2023", text, re.IGNORECASE):
        return "al2023"
    if re.search(r"amazon-linux-extras|\bamzn2-|amazonlinux2\b|amazon-linux-2\b", text, re.IGNORECASE):
        return "al2"
    return None


def yum(command: Command, machine: Machine) -> Iterator[Use]:
    """Repositories of the instance's Region, where the system is known to be Amazon Linux; and packages by URL."""
    if machine.linux is not None and not any("://" in word for word in command.words):
        bucket = REPOSITORIES[machine.linux].format(region=machine.symbols.character(OWN_REGION))
        yield Use(Naming("name", bucket), SDKS["packages"], machine.symbols.character(OWN_REGION), "runtime", command.words[0])
    for word in command.words[1:]:
        for naming in named_in(word):
            yield Use(naming, None, naming.region, "url" if naming.host else "none", "a URL", environment=command.environment)


def containers(command: Command, machine: Machine) -> Iterator[Use]:
    """The layers of images in ECR; the AWS CLI in a container."""
    words = command.words
    if not any(word in _PULLING for word in words[1:4]):
        return
    for index, word in enumerate(words[1:], 1):
        if re.search(r"(?:^|/)aws-cli(?::[\w.-]+)?$", word):
            yield from _cli_in(command, index, machine)
            return
        if found := _REGISTRY.search(word):
            region = found["region"]
            yield Use(Naming("name", f"prod-{region}-starport-layer-bucket"), SDKS["container-runtime"], region, "url", " ".join(words[:2]))


def _cli_in(command: Command, index: int, machine: Machine) -> Iterator[Use]:
    """``docker run [-e NAME=VALUE] amazon/aws-cli WORDS``: the image's tags before 2 hold version 2 as well."""
    from validator.analysis.scripts import aws_cli  # noqa: PLC0415 - it has this module's use for its own

    environment: dict[str, str] = {}
    for before, word in zip(command.words, command.words[1:index], strict=False):
        setting = word if before in {"-e", "--env"} else word.removeprefix("--env=") if word.startswith("--env=") else ""
        name, equals, value = setting.partition("=")
        if equals:
            environment[name] = value
        elif name and name in command.environment:
            environment[name] = command.environment[name]
    inner = Machine(machine.symbols, environment, SDKS["aws-cli-v2"])
    yield from aws_cli.uses(Command(("aws", *command.words[index + 1 :]), environment), inner)

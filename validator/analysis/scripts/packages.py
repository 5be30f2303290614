"""What fetches from buckets of AWS's without naming them: package managers on Amazon Linux."""

from __future__ import annotations

import re
from collections.abc import Iterator

from validator.analysis.matrix import SDKS
from validator.analysis.scripts.machine import OWN_REGION, Command, Machine, Use
from validator.analysis.strings import Naming, named_in

# The repositories of Amazon Linux (its user guides; aws-facts E).
REPOSITORIES = {"al1": "packages.{region}.amazonaws.com", "al2": "amazonlinux-2-repos-{region}", "al2023": "al2023-repos-{region}-de612dc2"}


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

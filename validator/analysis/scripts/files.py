"""What scripts write into files: configuration that later commands read, and programs that run later."""

from __future__ import annotations

import re
from collections.abc import Iterator

from validator.analysis.scripts import code, containers, hadoop
from validator.analysis.scripts.commands import uses_of
from validator.analysis.scripts.machine import Command, Machine, Use
from validator.analysis.scripts.mounts import fstab
from validator.analysis.scripts.powershell import of_powershell
from validator.analysis.scripts.settings import uses_in_settings

_SCRIPT = re.compile(r"\A\s*#!\s*\S*(?:/|\s)(?:env\s+)?(?:ba|da|a|z|k)?sh\b")
_SCRIPT_PATH = re.compile(r"\.(?:sh|bash)$|/cron|/profile|\.bash|\.profile|/rc\.local$|/per-(?:boot|instance)/")
# Of cron's tables every assignment is in the environment of the jobs behind it.
_TABLE_PATH = re.compile(r"/cron\.d/|/crontabs?(?:/|$)")
_VARIABLES_PATH = re.compile(r"/etc/environment$|\.env$|/etc/default/|/etc/sysconfig/|/environment\.d/")
_SILENT_PATH = re.compile(r"\.aws/(?:config|credentials)$|(?:authorized_keys|/motd)$|rclone\.conf$|\.s3cfg$|\.(?:html?|css|md|pem|crt|key|log)$")
_COMPOSE_PATH = re.compile(r"compose[\w.-]*\.ya?ml$")
_IMAGE = re.compile(r"^\s*image:\s*[\"']?([^\s\"']{1,300})", re.MULTILINE)
_UNIT_LINE = re.compile(r"^[ \t]*+(Exec\w+|Environment(?:File)?)[ \t]*=[ \t]*[-@+!]*(.*)$", re.MULTILINE)
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'|(\S+)")


def uses_in_files(machine: Machine, done: frozenset[str] = frozenset()) -> Iterator[Use]:
    """The uses in the files that have been written, but for those in ``done``; in the order of their writing."""
    for path, text in list(machine.files.items()):
        if path not in done:
            yield from uses_in_file(path, text, machine)


def uses_in_file(path: str, text: str, machine: Machine) -> Iterator[Use]:
    """The uses in one file, read as what its name and first line say."""
    if _SILENT_PATH.search(path):
        return
    if path.endswith("fstab"):
        yield from fstab(text, Command(("mount",), machine.environment), machine)
    elif _SCRIPT.match(text) or (_SCRIPT_PATH.search(path) and not _TABLE_PATH.search(path)):
        yield from uses_of(text, machine)
    elif _VARIABLES_PATH.search(path) or _TABLE_PATH.search(path):
        yield from uses_of(f"set -a\n{text}", machine)
    elif "[Service]" in text:
        yield from _of_unit(text, machine)
    elif path.endswith(".py") or code.is_python(text):
        yield from code.of_python(text, machine, machine.environment)
    elif path.endswith((".js", ".mjs", ".ts")) or code.is_javascript(text):
        yield from code.of_javascript(text, machine, machine.environment)
    elif path.endswith(".ps1"):
        yield from of_powershell(text, machine)
    elif _COMPOSE_PATH.search(path):
        for image in _IMAGE.findall(text):
            yield from containers.layers(Command(("docker", "compose", image), machine.environment))
        yield from uses_in_settings(text, machine, machine.environment, "aws")
    elif not hadoop.settings_in(text):
        yield from uses_in_settings(text, machine, machine.environment, path)


def _of_unit(text: str, machine: Machine) -> Iterator[Use]:
    """A unit of systemd: its environment, and the commands that it starts."""
    environment = dict(machine.environment)
    lines = _UNIT_LINE.findall(re.sub(r"\\\n", " ", text))
    for name, value in lines:
        assigned = machine.files.get(value.strip(), "").replace("\n", " ") if name == "EnvironmentFile" else value
        if name.startswith("Environment"):
            for found in _QUOTED.finditer(assigned):
                variable, equals, held = (found[1] or found[2] or found[3]).partition("=")
                if equals:
                    environment[variable] = held
    exports = "".join(f"export {name}='{value}'\n" for name, value in environment.items() if name not in machine.environment and "'" not in value)
    commands = "\n".join(value for name, value in lines if name.startswith("Exec"))
    yield from uses_of(exports + commands, machine, environment)

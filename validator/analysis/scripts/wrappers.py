"""Programs that run the words behind them: ``sudo``, ``env``, ``xargs``, ``timeout`` and the like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from validator.analysis.scripts.machine import Command

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]{0,127})=(.*)", re.DOTALL)
_COUNT = re.compile(r"\d+[smhd]?|\{\}")
# Programs that run the words behind them, with the options of theirs that take a value.
_WRAPPERS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        **dict.fromkeys("nohup chroot setsid time systemd-run command builtin tini dumb-init unbuffer".split(), frozenset[str]()),
        "sudo": frozenset({"-u", "--user", "-g", "-h", "-p", "-C", "-T"}),
        "doas": frozenset({"-u"}),
        "env": frozenset({"-u", "-C", "-S"}),
        "exec": frozenset({"-a"}),
        "nice": frozenset({"-n"}),
        "ionice": frozenset({"-c", "-n", "-p"}),
        "timeout": frozenset({"-s", "-k"}),
        "stdbuf": frozenset({"-o", "-i", "-e"}),
        "xargs": frozenset({"-I", "-n", "-P", "-L", "-d", "-a", "-s", "-E"}),
        "parallel": frozenset({"-j"}),
        "flock": frozenset({"-w"}),
        "watch": frozenset({"-n"}),
        "strace": frozenset({"-o", "-e"}),
    }
)


def unwrapped(command: Command) -> Command:
    """The command that runs in the end: what ``sudo``, ``env``, ``xargs`` and the like have behind them."""
    for _ in range(6):
        name = re.split(r"[/\\]", command.words[0])[-1] if command.words else ""
        valued = _WRAPPERS.get(name)
        if valued is None:
            break
        words = command.words[1:]
        environment = dict(command.environment)
        while words:
            if found := _ASSIGNMENT.fullmatch(words[0]):
                environment[found[1]] = found[2]
            elif words[0] in valued:
                words = words[1:]
            elif not words[0].startswith("-") and not _COUNT.fullmatch(words[0]):
                break
            words = words[1:]
        if name == "chroot":
            words = words[1:]
        command = replace(command, words=words, environment=environment)
    return command

"""The builtins of a shell that set variables: ``export`` and its like, ``unset``, ``set``, ``shift``, ``read``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from validator.analysis.scripts.machine import Command
    from validator.analysis.scripts.running import Shell

DECLARING = frozenset("export local declare readonly typeset".split())
SETTING = DECLARING | {"unset", "set", "shift", "read"}
_LOCAL = frozenset("local declare typeset".split())
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]{0,127})=")
_READ_VALUED = frozenset("-d -n -N -p -t -u -i".split())


def declare(command: Command, shell: Shell) -> None:
    """Follow a builtin of ``SETTING``; options are passed over."""
    words = command.words
    match words[0]:
        case "set":
            _set(words, shell)
        case "shift":
            number = int(words[1]) if len(words) > 1 and re.fullmatch(r"[0-9]{1,4}", words[1]) else 1
            shell.arguments = shell.arguments[number:] if shell.arguments is not None else None
        case "unset":
            for name in words[1:]:
                shell.forget(name)
        case "read":
            _read(command, shell)
        case _:
            _export(words, shell)


def _set(words: Sequence[str], shell: Shell) -> None:
    shell.all_exported = shell.all_exported or "-a" in words or "allexport" in words
    if "--" in words:
        shell.arguments = tuple(words[words.index("--") + 1 :])


def _export(words: Sequence[str], shell: Shell) -> None:
    exports = words[0] == "export" or "-x" in words
    for word in words[1:]:
        if word.startswith("-"):
            continue
        found = _ASSIGNMENT.match(word)
        name = found[1] if found else word
        if words[0] in _LOCAL and shell.own:
            shell.own[-1].setdefault(name, shell.variables.get(name))
        if found:
            shell.assign(name, word[found.end() :])
        if exports:
            shell.export(name)


def _read(command: Command, shell: Shell) -> None:
    """A line that is known is split; the last variable takes what is left."""
    names: list[str] = []
    words = iter(command.words[1:])
    for word in words:
        if word in _READ_VALUED:
            next(words, None)
        elif not word.startswith("-"):
            names.append(word)
    line = command.given.partition("\n")[0] if command.given is not None else None
    separators = command.environment.get("IFS", " \t")
    pieces = _split(line, separators, len(names)) if line and names else []
    for index, name in enumerate(names):
        if line is None:
            shell.assign(name, shell.machine.symbols.open("is read at run time", f"${name}"))
        else:
            shell.assign(name, pieces[index] if index < len(pieces) else "")


def _split(line: str, separators: str, most: int) -> list[str]:
    if not separators:
        return [line]
    return re.split(f"[{re.escape(separators)}]+", line.strip(separators), maxsplit=most - 1) if most > 1 else [line.strip(separators)]

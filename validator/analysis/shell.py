"""Shell text as the commands that it runs: words with quotes taken off, variables of the script filled in.

Not a shell: control flow is ignored, every command counts as run. What a variable holds at run time only stays symbolic.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from validator.symbols import Symbols
from validator.values import Unknown, unknown

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]{0,127})=(.*)", re.DOTALL)
_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-=])([^}]*)|[^}]*)?\}|([A-Za-z_][A-Za-z0-9_]*))")
_TOKEN = re.compile(
    r"""(?P<word>(?:[^\s;&|()<>"'`\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+)|(?P<open>\$\(|`)|(?P<end>[;&|()`<>])|(?P<rest>.)""",
    re.DOTALL,
)
_QUOTED = re.compile(r"""\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'""", re.DOTALL)
# How a script asks the instance for its own Region (catalogue of references, section 0.4).
_OWN_REGION = re.compile(r"placement/region|placement/availability-zone|instance-identity/document|ec2-metadata|query region|imds/region")
_KEYWORDS = frozenset("export local declare readonly typeset".split())
OWN_REGION = Unknown(unknown("is asked of the instance metadata at run time", "the instance's own Region").causes)
_MAXIMUM = 200_000


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command: its words, and the variables that are set for it (exported earlier, or in front of it)."""

    words: tuple[str, ...]
    environment: Mapping[str, str]


def commands(text: str, symbols: Symbols) -> Iterator[Command]:
    """The simple commands of flat ``text`` in order."""
    variables: dict[str, str] = {}
    exported: dict[str, str] = {}
    for line in _lines(text[:_MAXIMUM]):
        if _OWN_REGION.search(line) and (asked := _assignments_in(line)):
            for name in asked:
                variables[name] = symbols.character(OWN_REGION)
                if name in exported or line.lstrip().startswith("export"):
                    exported[name] = variables[name]
            continue
        for words in _simple(line, variables, symbols):
            yield from _command(words, variables, exported)


def _assignments_in(line: str) -> list[str]:
    return re.findall(r"(?:^|[\s;])([A-Za-z_][A-Za-z0-9_]{0,127})=[\"']?(?:\$\(|`)", line)


def _lines(text: str) -> Iterator[str]:
    for line in re.sub(r"\\\r?\n", " ", text).splitlines():
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            yield re.sub(r"^- ", "", stripped)


def _command(words: list[str], variables: dict[str, str], exported: dict[str, str]) -> Iterator[Command]:
    own: dict[str, str] = {}
    while words and (found := _ASSIGNMENT.fullmatch(words[0])):
        own[found[1]] = found[2]
        words = words[1:]
    if words and words[0] in _KEYWORDS:
        for word in words[1:]:
            if found := _ASSIGNMENT.fullmatch(word):
                variables[found[1]] = found[2]
                exported[found[1]] = found[2]
            elif word in variables and words[0] == "export":
                exported[word] = variables[word]
        return
    if not words:
        variables.update(own)
        exported.update({name: value for name, value in own.items() if name in exported})
        return
    yield Command(tuple(words), {**exported, **own})


def _simple(line: str, variables: Mapping[str, str], symbols: Symbols) -> Iterator[list[str]]:
    """The words of each simple command in a line; a command substitution is a command of its own."""
    words: list[str] = []
    for token in _TOKEN.finditer(line):
        if token["word"] is not None:
            if token["word"].startswith("#") and token.start() > 0 and line[token.start() - 1].isspace():
                break
            words.append(_unquoted(token["word"], variables, symbols))
        elif token["open"] is not None or token["end"] is not None:
            if words:
                yield words
            words = []
    if words:
        yield words


def _unquoted(word: str, variables: Mapping[str, str], symbols: Symbols) -> str:
    pieces: list[str] = []
    position = 0
    for quoted in _QUOTED.finditer(word):
        pieces.append(_filled(word[position : quoted.start()], variables, symbols))
        escaped, double, single = quoted.groups()
        pieces.append(escaped if escaped is not None else single if single is not None else _filled(double, variables, symbols))
        position = quoted.end()
    pieces.append(_filled(word[position:], variables, symbols))
    return "".join(pieces)


def _filled(text: str, variables: Mapping[str, str], symbols: Symbols) -> str:
    if "$" not in text:
        return text

    def value(found: re.Match[str]) -> str:
        name = found[1] or found[4]
        if name in variables:
            return variables[name]
        if found[2] and found[3] and "$" not in found[3]:
            return found[3]
        return symbols.character(unknown("is a variable that the script does not set", f"${name}"))

    return _VARIABLE.sub(value, text)

"""The words behind a command, as options with their values and the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from validator.analysis.strings import Naming, is_bucket_name, named_in

_SHORT = re.compile(r"-[A-Za-z]")
_BUCKET_OPTION = re.compile(r"(?:^|[-_.])bucket(?:[-_.]?name)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Arguments:
    """``options`` by name with their dashes, last one wins; ``repeated`` all values of each; ``words`` are the rest."""

    options: Mapping[str, str]
    repeated: Mapping[str, tuple[str, ...]]
    words: tuple[str, ...]

    def value(self, *names: str) -> str | None:
        """The value of the first of ``names`` that is given and not empty."""
        return next((self.options[name] for name in names if self.options.get(name)), None)


def arguments(words: Sequence[str], valued: frozenset[str]) -> Arguments:
    """Read ``words``. ``valued``: options that take the next word; of others only ``--name=value`` has one."""
    found: dict[str, list[str]] = {}
    rest: list[str] = []
    position = 0
    while position < len(words):
        word = words[position]
        position += 1
        if not word.startswith("-") or word == "-":
            rest.append(word)
            continue
        name, equals, value = word.partition("=")
        if not equals and name in valued and position < len(words):
            value = words[position]
            position += 1
        elif not equals and (short := _SHORT.match(word)) and short[0] in valued and len(word) > len(short[0]) and not word.startswith("--"):
            # -oOPTIONS
            name, value = short[0], word[len(short[0]) :]
        found.setdefault(name, []).append(value)
    return Arguments({name: values[-1] for name, values in found.items()}, {name: tuple(values) for name, values in found.items()}, tuple(rest))


def comma_options(texts: Sequence[str]) -> dict[str, str]:
    """``a=1,b,c=2`` as mount options are written, quotes taken off."""
    found: dict[str, str] = {}
    for text in texts:
        for part in text.split(","):
            name, _, value = part.strip().partition("=")
            found[name] = value.strip("'\"")
    return found


def namings(word: str, *, plain: bool = False) -> list[Naming]:
    """What a word names; ``plain``: it is a bucket's name itself where nothing else is in it, a path behind it apart."""
    found = list(named_in(word))
    if found or not plain:
        return found
    name = re.split(r"[/:]", word, maxsplit=1)[0]
    return [Naming("name", name)] if is_bucket_name(name) else []


def bucket_options(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Name and value of the options that are called after buckets, however they are written."""
    for index, word in enumerate(words):
        name, equals, value = word.partition("=")
        if not equals and word.startswith("-") and index + 1 < len(words):
            value = words[index + 1]
        if "=" in value and not equals:
            # --set a.bucket=x,a.region=y, -a "bucket=x region=y"
            pairs = (part.partition("=") for part in re.split(r"[,\s]", value))
            yield from ((inner, held) for inner, _, held in pairs if held and _BUCKET_OPTION.search(inner))
            continue
        # -backend-config=bucket=x
        inner, again, last = value.partition("=")
        if again and _BUCKET_OPTION.search(inner):
            yield inner, last
        elif word.startswith("-") and _BUCKET_OPTION.search(name.lstrip("-")):
            yield name, value

"""The last door before a report is written: no value that an input marks sensitive goes through it, whoever quotes it."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import TypeVar

from validator.regions import is_region
from validator.resource import Configuration, Resource
from validator.values import Text, Value, index_of

T = TypeVar("T")
_HIDDEN = "(sensitive)"
# A shorter one is in half of all words: hiding it everywhere would tell what it is.
_SHORTEST = 6


def secrets_of(configurations: Iterable[Configuration]) -> tuple[str, ...]:
    """The texts that inputs mark sensitive, the longest first, without those that stand in an address or are the name of a Region."""
    resources = [resource for one in configurations for resource in (*one.resources, *(one.before or ()))]
    marked = {text for resource in resources if resource.sensitive for text in _marked(resource)}
    found = {text for text in marked if len(text) >= _SHORTEST and not is_region(text)}
    addresses = "\n".join(resource.address for resource in resources) if found else ""
    return tuple(sorted((text for text in found if text not in addresses), key=lambda text: (-len(text), text)))


def without(thing: T, secrets: tuple[str, ...]) -> T:
    """``thing`` (of values and frozen dataclasses) with "(sensitive)" in the place of each secret."""
    return _Hiding(secrets).hidden(thing) if secrets else thing


def _marked(resource: Resource) -> Iterator[str]:
    for path in resource.sensitive:
        yield from _texts(resource.attributes, tuple(path.split(".")))


def _texts(value: Value, path: tuple[str, ...]) -> Iterator[str]:
    """The texts at a path, in which the positions of list members may be left out."""
    match value:
        case str():
            yield value.strip()
        case Text(parts=parts):
            yield from (part.strip() for part in parts if isinstance(part, str))
        case tuple() if path and (index := index_of(path[0])) is not None:
            yield from _texts(value[index], path[1:]) if index < len(value) else ()
        case tuple():
            yield from (text for member in value for text in _texts(member, path))
        case Mapping() if path:
            yield from _texts(value.get(path[0]), path[1:])
        case Mapping():
            yield from (text for member in value.values() for text in _texts(member, ()))


class _Hiding:
    """Remembers what it has gone through: the parts of a report share most of what they hold."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = secrets
        self._known: dict[int, tuple[object, object]] = {}

    def hidden(self, thing: T) -> T:
        if id(thing) not in self._known:
            self._known[id(thing)] = (thing, self._changed(thing))
        return self._known[id(thing)][1]  # type: ignore[return-value]

    def _changed(self, thing: object) -> object:
        match thing:
            case Enum():
                return thing
            case str():
                return self._text(thing)
            case tuple() | frozenset():
                members = [self.hidden(member) for member in thing]
                return thing if all(map(operator.is_, members, thing)) else type(thing)(members)
            case Mapping():
                items = {self.hidden(name): self.hidden(member) for name, member in thing.items()}
                return thing if all(map(operator.is_, items.values(), thing.values())) and items.keys() == thing.keys() else items
        if not is_dataclass(thing) or isinstance(thing, type):
            return thing
        held = {one.name: getattr(thing, one.name) for one in fields(thing) if one.init}
        changed = {name: made for name, value in held.items() if (made := self.hidden(value)) is not value}
        return replace(thing, **changed) if changed else thing

    def _text(self, text: str) -> str:
        for secret in self._secrets:
            if secret in text:
                text = text.replace(secret, _HIDDEN)
        return text

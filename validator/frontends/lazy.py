"""Attributes that are made when they are asked for: most of an input is never looked into."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from validator.values import Value


class LazyMapping(Mapping[str, Value]):
    """A mapping with known names whose values are made once, on demand."""

    __slots__ = ("_made", "_make", "_names")

    def __init__(self, names: Sequence[str], make: Callable[[str], Value]) -> None:
        self._names = dict.fromkeys(names)
        self._make = make
        self._made: dict[str, Value] = {}

    def get(self, key: str, default: Any = None) -> Any:
        """The value, without an exception for what is absent."""
        return self[key] if key in self._names else default

    def __getitem__(self, key: str) -> Value:
        if key not in self._made:
            if key not in self._names:
                raise KeyError(key)
            self._made[key] = self._make(key)
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        return key in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@dataclass(frozen=True, slots=True)
class OpenMapping(Mapping[str, Value]):
    """A mapping of which only some is known; ``rest`` says what is under any other name."""

    known: Mapping[str, Value]
    rest: Callable[[str], Value]

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ARG002
        """The value: there always is one."""
        return self[key]

    def __getitem__(self, key: str) -> Value:
        return self.known[key] if key in self.known else self.rest(key)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str)

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)

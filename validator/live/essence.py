"""The least of a workload's texts that still says what it uses of S3: the rest may be secret, and is not recorded.

Nothing here knows shells, tools or variables: a piece is left out where the analysis of what remains comes to the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Texts = Mapping[str, str]
_WORD = re.compile(r"\S+")
_PART = re.compile(r"[A-Za-z0-9_-]+")
# Enough for some hundred lines; each look takes about a millisecond.
_MOST_LOOKS = 4000
_LONGEST = 65536
_PLACEHOLDER = "x"


class TooLongError(Exception):
    """A text that would take too many looks to cut."""


def essence(texts: Texts, uses: Callable[[Texts], object]) -> dict[str, str]:
    """The texts that ``uses`` needs to give what it gives for all of ``texts``, cut as far as it allows. Raises TooLongError."""
    if any(len(text) > _LONGEST for text in texts.values()):
        raise TooLongError
    cutting = _Cutting(dict(texts), uses, uses(texts))
    for name in sorted(texts):
        cutting.without(name)
    for name in sorted(cutting.texts):
        cutting.cut(name)
    return cutting.texts


@dataclass(slots=True)
class _Cutting:
    texts: dict[str, str]
    uses: Callable[[Texts], object]
    wanted: object
    looks: int = field(default=0)

    def without(self, name: str) -> None:
        """Leave a whole text out, if it is not needed."""
        kept = {other: text for other, text in self.texts.items() if other != name}
        if self._same(kept):
            self.texts = kept

    def cut(self, name: str) -> None:
        """Leave lines out, then put a placeholder for words, then for parts of words."""
        self._lines(name)
        for pattern in (_WORD, _PART):
            self._pieces(name, pattern)

    def _lines(self, name: str) -> None:
        lines = self.texts[name].split("\n")
        size = len(lines) // 2
        while size:
            start = 0
            while start < len(lines):
                left = [*lines[:start], *lines[start + size :]]
                if left and self._is_enough(name, "\n".join(left)):
                    lines = left
                else:
                    start += size
            size //= 2

    def _pieces(self, name: str, pattern: re.Pattern[str]) -> None:
        position = 0
        while (found := pattern.search(self.texts[name], position)) is not None:
            text = self.texts[name]
            shorter = text[: found.start()] + _PLACEHOLDER + text[found.end() :]
            cut = found[0] != _PLACEHOLDER and self._is_enough(name, shorter)
            position = found.start() + 1 if cut else found.end()

    def _is_enough(self, name: str, text: str) -> bool:
        if self._same({**self.texts, name: text}):
            self.texts[name] = text
            return True
        return False

    def _same(self, texts: Texts) -> bool:
        self.looks += 1
        if self.looks > _MOST_LOOKS:
            raise TooLongError
        return self.uses(texts) == self.wanted

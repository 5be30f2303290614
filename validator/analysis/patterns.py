"""Whether a pattern of a policy document matches a text, in three values: either may have pieces that nobody knows.

Both are sequences of tokens: a character, a wildcard (in patterns only), a ``Hole`` (any text) or a ``Name`` (the text of one thing's
identity). What is decided holds whatever the pieces turn out to be.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import TypeAlias

_SEPARATORS = frozenset("/:*?")
# AWS takes ARNs of at most 2048 characters, and hardly any pattern is as long.
_MOST_PLACES = 1 << 21


class Wild(Enum):
    """Wildcards: any run of characters, also none; exactly one character."""

    RUN = "*"
    ONE = "?"


@dataclass(frozen=True, slots=True)
class Hole:
    """A text that is not known. The same ``key`` is the same text; None: one of its own."""

    key: str | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """The text of an identity: not empty, without separators; another ``key`` is another text.

    ``fresh``: it is chosen only when the thing is made, so no text that stands in an input spells it. ``digits``: it has nothing else.
    """

    key: str
    fresh: bool = False
    digits: bool = False

    def may_hold(self, character: str) -> bool:
        """Whether ``character`` of a text that stands in an input can be one of its own."""
        return not self.fresh and character not in _SEPARATORS and (character.isdigit() or not self.digits)


NEVER = Name("what is not there", fresh=True)
"""A piece of a pattern that matches nothing, whatever the text turns out to be."""

Piece: TypeAlias = "str | Wild | Hole | Name"
Tokens: TypeAlias = "tuple[Piece, ...]"


def literal(text: str) -> Tokens:
    """``text`` as it stands, without wildcards."""
    return tuple(text)


def globbed(text: str) -> Tokens:
    """``text`` with its wildcards."""
    return tuple(Wild.RUN if one == "*" else Wild.ONE if one == "?" else one for one in text)


def plain(tokens: Tokens) -> str | None:
    """The text, where every token is a character; else None."""
    return "".join(map(str, tokens)) if all(isinstance(token, str) for token in tokens) else None


@lru_cache(maxsize=1 << 12)
def lowered(tokens: Tokens) -> Tokens:
    """Without regard to case."""
    return tuple(token.lower() if isinstance(token, str) else token for token in tokens)


def shown(tokens: Iterable[Piece]) -> str:
    """For people: what is not known as ``...``."""
    return "".join(token if isinstance(token, str) else token.value if isinstance(token, Wild) else "..." for token in tokens)


@lru_cache(maxsize=1 << 16)
def matches(pattern: Tokens, text: Tokens) -> bool | None:
    """Whether ``pattern`` matches ``text``; None: that depends on their unknown pieces, or they are too long to be compared."""
    if NEVER in pattern:
        return False
    if (len(pattern) + 1) * (len(text) + 1) > _MOST_PLACES:
        return None
    if _must(pattern, text):
        return True
    if all(isinstance(token, str | Wild) for token in (*pattern, *text)):
        return False
    return None if _may(pattern, text) else False


def _must(pattern: Tokens, text: Tokens) -> bool:
    """Whether it matches for every text that the unknown pieces may be: each stands for itself, and only a run takes in others."""
    states = _onward({0}, pattern)
    for token in text:
        reached: set[int] = set()
        for state in states:
            if state < len(pattern):
                reached |= _taken(pattern[state], token, state)
        states = _onward(reached, pattern)
    return len(pattern) in states


def _taken(wanted: Piece, token: Piece, state: int) -> set[int]:
    match wanted:
        case Wild.RUN:
            return {state}
        case Wild.ONE:
            return {state + 1} if isinstance(token, str) else set()
        case Hole(key=None):
            return set()
    return {state + 1} if wanted == token else set()


def _onward(states: set[int], pattern: Tokens) -> set[int]:
    """``states`` and those that are reached past runs that take nothing."""
    found = set(states)
    for state in states:
        after = state
        while after < len(pattern) and pattern[after] is Wild.RUN:
            after += 1
            found.add(after)
    return found


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a reading of pattern and text side by side has come to; ``begun`` names of which a part is behind it."""

    pattern: int
    text: int
    pattern_begun: bool = False
    text_begun: bool = False


def _may(pattern: Tokens, text: Tokens) -> bool:
    """Whether it matches for some text that the unknown pieces may be: a search of all readings of both side by side."""
    seen = {_Place(0, 0)}
    waiting = [_Place(0, 0)]
    while waiting:
        place = waiting.pop()
        if place.pattern == len(pattern) and place.text == len(text):
            return True
        wanted = pattern[place.pattern] if place.pattern < len(pattern) else None
        token = text[place.text] if place.text < len(text) else None
        for reached in _reached(place, wanted, token):
            if reached not in seen:
                seen.add(reached)
                waiting.append(reached)
    return False


def _reached(place: _Place, wanted: Piece | None, token: Piece | None) -> tuple[_Place, ...]:
    """The places one step further: past a piece of the pattern, of the text, or of both."""
    here, there = place.pattern, place.text
    past_both = _Place(here + 1, there + 1)
    # A name that goes on behind the other side's token.
    past_pattern = _Place(here + 1, there, text_begun=True)
    past_text = _Place(here, there + 1, pattern_begun=True)
    match wanted, token:
        case Wild.RUN | Hole(), _:
            skipped = replace(place, pattern=here + 1, pattern_begun=False)
            taken = (_Place(here, there + 1),) if token is not None else ()
            return (skipped, *taken, past_pattern) if isinstance(token, Name) else (skipped, *taken)
        case _, Hole():
            skipped = replace(place, text=there + 1, text_begun=False)
            made = (_Place(here + 1, there),) if wanted is not None else ()
            return (skipped, *made, past_text) if isinstance(wanted, Name) else (skipped, *made)
        case (None, _) | (_, None):
            return ()
        case Name(key=one), Name(key=other):
            begun = place.pattern_begun or place.text_begun
            if one == other and not begun:
                return (past_both,)
            # Two identities are never the same text, but parts of them may be.
            return (past_pattern, past_text, past_both) if begun else (past_pattern, past_text)
        case Name() as name, str(character):
            return (past_text, past_both) if name.may_hold(character) else ()
        case str(character), Name() as name:
            return (past_pattern, past_both) if name.may_hold(character) else ()
        case Wild.ONE, Name():
            return (past_pattern, past_both)
    return (past_both,) if wanted in (token, Wild.ONE) else ()

"""Text with symbolic pieces, written so that a pattern or a parser can step over them.

A symbolic piece stands in the text as one character of private use.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from validator.values import Ref, Text, Unknown, Value, text, unknown

_FIRST = 0x100000
_MOST = 0xFF00
_LONGEST_SUBJECT = 60
SYMBOL = "\U00100000-\U0010fffd"
"""The characters that stand for pieces, as a range for a regular expression's set."""


@dataclass(slots=True)
class Symbols:
    """The symbolic pieces of a text, by the character that stands for each.

    ``secret``: the text is marked sensitive, and no subject of a cause may quote it.
    """

    pieces: list[Ref | Unknown] = field(default_factory=list)
    secret: bool = False
    _places: dict[Ref | Unknown, int] = field(default_factory=dict)

    def character(self, piece: Ref | Unknown) -> str:
        """The character that stands for ``piece``."""
        place = self._places.get(piece)
        if place is None:
            if len(self.pieces) >= _MOST:
                piece = unknown("is one of too many", "an expression")
            place = self._places.setdefault(piece, len(self.pieces))
            if place == len(self.pieces):
                self.pieces.append(piece)
        return chr(_FIRST + place)

    def open(self, reason: str, subject: str) -> str:
        """The character for something that the text itself leaves open. ``subject``: the expression, as the text has it."""
        shown = subject if len(subject) <= _LONGEST_SUBJECT else subject[: _LONGEST_SUBJECT - 3] + "..."
        return self.character(unknown(reason, "an expression in it" if self.secret else plain(shown)))

    def flat(self, value: str | Ref | Text | Unknown) -> str:
        """``value`` as text with characters for its symbolic pieces. Characters of private use in the text itself are dropped."""
        match value:
            case str():
                return "".join(character for character in value if ord(character) < _FIRST) if not value.isascii() else value
            case Text():
                return "".join(self.flat(part) for part in value.parts)
            case _:
                return self.character(value)

    def parts(self, text: str) -> tuple[str | Ref | Unknown, ...]:
        """A piece of flat text, with its symbols back in their places."""
        if text.isascii():
            return (text,) if text else ()
        found: list[str | Ref | Unknown] = []
        for character in text:
            if ord(character) >= _FIRST and ord(character) - _FIRST < len(self.pieces):
                found.append(self.pieces[ord(character) - _FIRST])
            elif found and isinstance(found[-1], str):
                found[-1] += character
            else:
                found.append(character)
        return tuple(found)

    def value(self, flat: str) -> str | Ref | Unknown | Text:
        """A piece of flat text as the value that it stands for."""
        return text(self.parts(flat))

    def document(self, flat: str) -> Value:
        """Flat text read as JSON, with the symbols back in its strings.

        Raises ValueError where it is not JSON, names a member twice, or has a symbol outside its strings.
        """
        try:
            return self._restored(json.loads(flat, object_pairs_hook=_once))
        except RecursionError:
            message = "nested too deeply"
            raise ValueError(message) from None

    def _restored(self, node: object) -> Value:
        match node:
            case str():
                return self.value(node)
            case list():
                return tuple(self._restored(member) for member in node)
            case dict():
                # A name with a symbol in it stays flat: no name of ours has one.
                return {str(name): self._restored(member) for name, member in node.items()}
            case bool() | int() | float() | None:
                return node
        return str(node)


def has_symbol(flat: str) -> bool:
    """Whether flat text has a symbolic piece."""
    return not flat.isascii() and any(ord(character) >= _FIRST for character in flat)


def plain(flat: str) -> str:
    """Flat text for people: an ellipsis for each symbol."""
    return flat if flat.isascii() else "".join("..." if ord(character) >= _FIRST else character for character in flat)


def from_json(written: str | Text) -> Value:
    """The value that JSON text holds; its symbolic pieces stay in their places. None where it is not JSON."""
    symbols = Symbols()
    flat = symbols.flat(written) if isinstance(written, str) else _quoted(written, symbols)
    try:
        return symbols.document(flat)
    except ValueError:
        return None


def _quoted(written: Text, symbols: Symbols) -> str:
    """Flat text with each symbolic piece in quotes where JSON has no string around it: a number, a list."""
    flat: list[str] = []
    inside = False
    for part in written.parts:
        if isinstance(part, str):
            flat.append(symbols.flat(part))
            inside = _ends_inside_string(part, inside=inside)
        else:
            flat.append(symbols.character(part) if inside else f'"{symbols.character(part)}"')
    return "".join(flat)


def _ends_inside_string(part: str, *, inside: bool) -> bool:
    """Whether a quoted string is open after ``part``."""
    position = 0
    while position < len(part):
        if part[position] == "\\" and inside:
            position += 1
        elif part[position] == '"':
            inside = not inside
        position += 1
    return inside


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "a member is named twice"
        raise ValueError(message)
    return found

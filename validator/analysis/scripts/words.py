"""Words of shell text: quotes taken off, variables and substitutions kept as pieces.

Tolerant, and linear in the text: what is not closed ends with the text, what is nested deeper than people write stays text.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from validator.analysis.scripts.syntax import Body, Document, Listed, Piece, Substitution, Variable, Word

DEEPEST = 24
_MOST_MENDED = 4
_BLANK = re.compile(r"(?:[ \t\r]|\\\r?\n)*")
_OPERATOR = re.compile(r"\n|;;&|;;|;&|;|&&|&>>?|&|\|\||\|&|\||\(|\)")
_PLAIN = re.compile(r"[^\s;&|()<>\"'`\\$#]+|#")
_IN_DOUBLE = re.compile(r"[^\"\\$`]+")
_IN_BRACES = re.compile(r"[^\"'\\$`}]+")
_IN_DOCUMENT = re.compile(r"[^\\$`]+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?!$-]")
_OPERATORS = re.compile(r":[-=+?]|[-=+?]|%%?|##?|//?|\^\^?|,,?|:|\[[^\]]{0,60}\]|@")
_BACKQUOTED = re.compile(r"`((?:[^`\\]|\\.)*)`?", re.DOTALL)
_MARK = re.compile(r"[#!](?=[A-Za-z_@*])")
_SPACE = re.compile(r"\s+")
_ASSIGNED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=\Z")


class Words(ABC):
    """Reads words from ``position`` on."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.depth = 0
        self._mended = 0
        # The here-documents of the line: delimiter, whether it was quoted, whether tabs go, where the body belongs.
        self.waiting: list[tuple[str, bool, bool, list[Document]]] = []

    @abstractmethod
    def body(self, ends: frozenset[str], closing: str = "") -> Body:
        """Statements up to a word of ``ends`` or the operator ``closing``, which stay unread."""

    def at_end(self) -> bool:
        """Whether everything is read."""
        return self.position >= len(self.text)

    def take(self, pattern: re.Pattern[str]) -> str | None:
        """What ``pattern`` finds here, read; None: nothing."""
        found = pattern.match(self.text, self.position)
        if found is None:
            return None
        self.position = found.end()
        return found[0]

    def looks(self, literal: str) -> bool:
        """Whether ``literal`` stands here."""
        return self.text.startswith(literal, self.position)

    def blanks(self) -> None:
        """Read blanks, lines that go on, and a comment."""
        self.take(_BLANK)
        if self.looks("#") and (self.position == 0 or self.text[self.position - 1] in " \t\n;&|()"):
            end = self.text.find("\n", self.position)
            self.position = len(self.text) if end < 0 else end

    # --- statements

    def inner(self, text: str) -> Words:
        """A reader of a piece of the text, one level deeper."""
        found = type(self)(text)
        found.depth = self.depth + 1
        return found

    def document(self) -> Word:
        """The whole text as the inside of a here-document: variables count, quotes do not."""
        pieces: list[Piece] = []
        while not self.at_end():
            if plain := self.take(_IN_DOCUMENT):
                pieces.append(plain)
            elif self.looks("\\"):
                following = self.text[self.position + 1 : self.position + 2]
                pieces.append("" if following == "\n" else following if following in "$`\\" else f"\\{following}")
                self.position += 2
            else:
                self._dollar(pieces, quoted=True)
        return _merged(pieces)

    def words(self) -> tuple[Word, ...]:
        """Words up to the end of the line or a separator."""
        found: list[Word] = []
        while not self.at_end():
            self.blanks()
            if self.at_end() or _OPERATOR.match(self.text, self.position):
                break
            before = self.position
            found.append(self.word())
            if self.position == before:
                self.position += 1
        return tuple(found)

    def word(self) -> Word:
        """The word that stands here, without its quotes."""
        pieces: list[Piece] = []
        while not self.at_end():
            if plain := self.take(_PLAIN):
                pieces.append(plain)
                if self.looks("(") and len(pieces) == 1 and self.depth < DEEPEST and _ASSIGNED.match(plain):
                    self.depth += 1
                    pieces.append(self._listed())
                    self.depth -= 1
            elif not self._quoted(pieces):
                break
        return _merged(pieces)

    def _quoted(self, pieces: list[Piece]) -> bool:
        """Read something quoted, or with a dollar in front; False where the word ends."""
        character = self.text[self.position]
        match character:
            case "'":
                end = self.text.find("'", self.position + 1)
                pieces.append(self.text[self.position + 1 : end] if end >= 0 else character)
                self.position = (end if end >= 0 else self.position) + 1
            case '"':
                self._double(pieces)
            case "\\":
                following = self.text[self.position + 1 : self.position + 2]
                pieces.append("" if following == "\n" else following)
                self.position += 2
            case "$" | "`":
                self._dollar(pieces, quoted=False)
            case "<" | ">" if self.text[self.position + 1 : self.position + 2] == "(":
                self.position += 2
                self._substituted(pieces, ")", self.position, quoted=True)
            case _:
                return False
        return True

    def _double(self, pieces: list[Piece]) -> None:
        """In double quotes; the quote alone where they are not closed, so that what follows is read."""
        start = self.position
        self.position += 1
        found: list[Piece] = [""]
        if self._inside(found, _IN_DOUBLE, '"', quoted=True) or self._mended >= _MOST_MENDED:
            pieces += found
            return
        self._mended += 1
        self.position = start + 1
        pieces.append('"')

    def _inside(self, pieces: list[Piece], plain: re.Pattern[str], closing: str, *, quoted: bool) -> bool:
        """Up to ``closing``, which is read; False where there is none."""
        while not self.at_end():
            if found := self.take(plain):
                pieces.append(found)
            elif self.looks(closing):
                self.position += 1
                return True
            elif self.looks("\\"):
                following = self.text[self.position + 1 : self.position + 2]
                pieces.append("" if following == "\n" else following if following in '$`"\\}' else f"\\{following}")
                self.position += 2
            elif self.looks("'") or self.looks('"'):
                self._quoted(pieces)
            else:
                self._dollar(pieces, quoted=quoted)
        return False

    def _dollar(self, pieces: list[Piece], *, quoted: bool) -> None:
        """A variable, a substitution, or a dollar that is only itself."""
        if self.looks("`"):
            self._backquoted(pieces, quoted=quoted)
            return
        self.position += 1
        if self.looks("((") or (self.depth >= DEEPEST and (self.looks("(") or self.looks("{"))):
            pieces.append("$")
        elif self.looks("("):
            self.position += 1
            self._substituted(pieces, ")", self.position, quoted=quoted)
        elif self.looks("{"):
            self._braced(pieces, quoted=quoted)
        elif self.looks("'") and not quoted:
            self._quoted(pieces)
        elif name := self.take(_NAME):
            pieces.append(Variable(name, "", (), quoted))
        else:
            pieces.append("$")

    def _substituted(self, pieces: list[Piece], closing: str, start: int, *, quoted: bool) -> None:
        self.depth += 1
        waiting, self.waiting = self.waiting, []
        body = self.body(frozenset(), closing)
        self.waiting = waiting
        self.depth -= 1
        pieces.append(Substitution(body, f"$({self.text[start : self.position]})", quoted))
        self.position += 1

    def _backquoted(self, pieces: list[Piece], *, quoted: bool) -> None:
        """Backquotes do not nest without a backslash, which is taken off."""
        found = _BACKQUOTED.match(self.text, self.position)
        assert found is not None
        self.position = found.end()
        inner = self.inner(re.sub(r"\\([$`\\\"])", r"\1", found[1]))
        body = inner.body(frozenset()) if inner.depth < DEEPEST else ()
        pieces.append(Substitution(body, f"$({found[1]})", quoted))

    def _braced(self, pieces: list[Piece], *, quoted: bool) -> None:
        self.position += 1
        mark = self.take(_MARK) or ""
        name = self.take(_NAME)
        if name is None:
            pieces.append("${")
            return
        operator = self.take(_OPERATORS) or ""
        operand: list[Piece] = []
        self.depth += 1
        if operator.endswith("}"):
            operator = operator[:-1]
        else:
            self._inside(operand, _IN_BRACES, "}", quoted=True)
        self.depth -= 1
        pieces.append(Variable(name, mark + operator, _merged(operand), quoted))

    def _listed(self) -> Listed:
        """An array; new lines are blanks in it."""
        self.position += 1
        found: list[Word] = []
        while not self.at_end() and not self.looks(")"):
            if self.take(_SPACE) is None:
                self.blanks()
                before = self.position
                found.append(self.word())
                self.position += self.position == before
        self.position += 1
        return Listed(tuple(word for word in found if word))


def _merged(pieces: list[Piece]) -> Word:
    """Neighbouring texts as one; an empty text stays where it is all there is: it is a word."""
    merged: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    return tuple(merged)

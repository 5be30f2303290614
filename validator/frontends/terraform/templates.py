"""Strings with interpolations and directives: split into pieces, put together with the white space that ``~`` strips gone.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#template-expressions
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn, TypeAlias

from validator.errors import InputError
from validator.frontends.terraform.syntax import Expression, Literal, Place, Template, TemplateFor, TemplateIf


@dataclass(frozen=True, slots=True)
class Directive:
    """``%{ ... }``, or an interpolation with strip markers (kind "value"). ``kind``: if, else, endif, for, endfor, value."""

    kind: str
    at: Place
    strips_before: bool
    strips_after: bool
    names: tuple[str, ...] = ()
    expression: Expression | None = None


Piece: TypeAlias = str | Expression | Directive
Parse: TypeAlias = Callable[[str, Place], Expression]

_START = re.compile(r"\$\$\{|%%\{|\$\{|%\{")
_INSIDE = re.compile(r'"|\{|\}|<<-?[A-Za-z]|#|//|/\*')
_FOR = re.compile(r"for\s+([\w-]+)\s*(?:,\s*([\w-]+)\s*)?\s+in\s+(.*)\Z", re.DOTALL)
_TRAILING = re.compile(r"[ \t]*\r?\n?[ \t]*\Z|\s+\Z")


def split(text: str, at: Place, parse: Parse, path: str) -> list[Piece]:
    """The pieces of a template as it stands in a file; ``parse`` makes expressions of what stands between braces."""
    pieces: list[Piece] = []
    start = seen = 0
    plain: list[str] = []
    while match := _START.search(text, start):
        plain.append(text[start : match.start()])
        if len(match.group()) == len("$${"):
            plain.append(match.group()[1:])
            start = match.end()
            continue
        at, seen = _moved(at, text, seen, match.end()), match.end()
        where = at
        end = _closing(text, match.end())
        if end is None:
            raise InputError(f'{path}:{where[0]}:{where[1]}: "{match.group()}" is never closed')
        pieces += _joined(plain)
        plain = []
        pieces.append(_piece(text[match.end() : end], where, directive=match.group() == "%{", parse=parse, path=path))
        start = end + 1
    plain.append(text[start:])
    pieces += _joined(plain)
    return pieces


def _joined(plain: list[str]) -> list[Piece]:
    together = "".join(plain)
    return [together] if together else []


def _moved(at: Place, text: str, start: int, end: int) -> Place:
    """The place of ``end``, ``at`` being that of ``start``."""
    lines = text.count("\n", start, end)
    return (at[0] + lines, end - text.rfind("\n", start, end) if lines else at[1] + end - start)


def _closing(text: str, position: int) -> int | None:
    """Where the brace that is open at ``position`` closes: strings and braces inside are stepped over."""
    depth = 1
    while match := _INSIDE.search(text, position):
        position = match.end()
        match match.group():
            case "{":
                depth += 1
            case "}":
                depth -= 1
                if depth == 0:
                    return match.start()
            case '"':
                found = _end_of_string(text, position)
                if found is None:
                    return None
                position = found
            case _:
                pass
    return None


def _end_of_string(text: str, position: int) -> int | None:
    """Behind the closing quote of a string whose inside starts at ``position``."""
    while position < len(text):
        character = text[position]
        if character == "\\":
            position += 2
        elif character == '"':
            return position + 1
        elif character in "$%" and text.startswith("{", position + 1) and text[position - 1] != character:
            inner = _closing(text, position + 2)
            if inner is None:
                return None
            position = inner + 1
        else:
            position += 1
    return None


def _piece(inside: str, where: Place, *, directive: bool, parse: Parse, path: str) -> Piece:
    before, after = inside.startswith("~"), inside.endswith("~")
    inside = inside[1 if before else 0 : -1 if after else None]
    if not directive:
        made = parse(inside, (where[0], where[1] + before))
        return Directive("value", where, before, after, (), made) if before or after else made
    words = inside.strip()
    kind = re.match(r"[a-z]*", words)
    match kind.group() if kind else "":
        case "if":
            return Directive("if", where, before, after, (), parse(words[2:], where))
        case "for" if found := _FOR.match(words):
            names = tuple(name for name in found.groups()[:2] if name)
            return Directive("for", where, before, after, names, parse(found.group(3), where))
        case "else" | "endif" | "endfor" as word:
            return Directive(word, where, before, after)
        case _:
            raise InputError(f"{path}:{where[0]}:{where[1]}: is not a directive, expected if, else, endif, for or endfor")


def by_line(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces of a heredoc: a literal for each line, so that ``~`` strips no more than the line that it is in."""
    return [line for piece in pieces for line in (piece.splitlines(keepends=True) if isinstance(piece, str) else [piece])]


def without_indent(pieces: Sequence[Piece]) -> list[Piece]:
    """The lines of a ``<<-`` heredoc, stripped, without the indentation that all of them share (hclsyntax's flushHeredocTemplateParts)."""
    least: int | None = None
    adjusted: list[int] = []
    fresh = True
    for index, piece in enumerate(pieces):
        if fresh:
            fresh = False
            indent = 0
            if isinstance(piece, str):
                rest = piece.lstrip()
                blank = not rest and piece.endswith("\n")
                if not blank:
                    adjusted.append(index)
                indent = -1 if blank else len(piece) - len(rest)
            if indent >= 0:
                least = indent if least is None else min(least, indent)
        fresh = isinstance(piece, str) and piece.endswith("\n")
    return [piece[least or 0 :] if index in adjusted and isinstance(piece, str) else piece for index, piece in enumerate(pieces)]


def assemble(pieces: Sequence[Piece], at: Place, path: str) -> Expression:
    """One expression of all pieces, stripped already. Raises InputError where directives do not match."""
    if not pieces:
        return Literal(at, "")
    walk = _Walk(list(pieces), path, at)
    body, _ = walk.until(())
    if len(body.parts) == 1 and not isinstance(body.parts[0], TemplateIf | TemplateFor):
        return body.parts[0]
    return body


def stripped(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces with the white space gone that strip markers take."""
    for index, piece in enumerate(pieces):
        if isinstance(piece, str):
            before = pieces[index - 1] if index else None
            after = pieces[index + 1] if index + 1 < len(pieces) else None
            if isinstance(before, Directive) and before.strips_after:
                piece = piece.lstrip()  # noqa: PLW2901 - the same piece, shorter
            if isinstance(after, Directive) and after.strips_before:
                piece = piece.rstrip()  # noqa: PLW2901
            if piece:
                yield piece
        else:
            yield piece


class _Walk:
    """Reads pieces in order, nesting what stands between directives."""

    __slots__ = ("_at", "_path", "_pieces", "_position")

    def __init__(self, pieces: list[Piece], path: str, at: Place) -> None:
        self._pieces = pieces
        self._position = 0
        self._path = path
        self._at = at

    def until(self, ends: tuple[str, ...]) -> tuple[Template, str]:
        """The template up to a directive of ``ends`` and which it was; "" at the end of the text."""
        parts: list[Expression] = []
        while self._position < len(self._pieces):
            piece = self._pieces[self._position]
            self._position += 1
            if isinstance(piece, str):
                self._add(parts, piece)
            elif not isinstance(piece, Directive):
                parts.append(piece)
            elif piece.kind in ends:
                return Template(self._at, tuple(parts)), piece.kind
            else:
                parts.append(self._nested(piece))
        if ends:
            self._refuse(self._at, f"a directive is never closed, expected %{{ {ends[-1]} }}")
        return Template(self._at, tuple(parts)), ""

    def _add(self, parts: list[Expression], piece: str) -> None:
        last = parts[-1] if parts else None
        if isinstance(last, Literal) and isinstance(last.value, str):
            parts[-1] = replace(last, value=last.value + piece)
        else:
            parts.append(Literal(self._at, piece))

    def _nested(self, piece: Directive) -> Expression:
        if piece.kind == "value" and piece.expression is not None:
            return piece.expression
        if piece.kind == "if" and piece.expression is not None:
            yes, end = self.until(("else", "endif"))
            no = self.until(("endif",))[0] if end == "else" else Template(piece.at, ())
            return TemplateIf(piece.at, piece.expression, yes, no)
        if piece.kind == "for" and piece.expression is not None:
            body, _ = self.until(("endfor",))
            key = piece.names[0] if len(piece.names) > 1 else None
            return TemplateFor(piece.at, key, piece.names[-1], piece.expression, body)
        return self._refuse(piece.at, f"%{{ {piece.kind} }} has no beginning")

    def _refuse(self, at: Place, what: str) -> NoReturn:
        raise InputError(f"{self._path}:{at[0]}:{at[1]}: {what}")

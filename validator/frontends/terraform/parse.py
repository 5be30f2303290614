"""Reads the Terraform language with python-hcl2's grammar; the only module that knows that package.

We read its parse tree, where every node has its place, not what ``loads`` makes of it (strings with ``${...}`` in them).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from hcl2.api import parses_to_tree
from lark import Token, Tree
from lark.exceptions import LarkError, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from validator.errors import InputError
from validator.frontends.terraform import templates
from validator.frontends.terraform.comments import with_allowances
from validator.frontends.terraform.numerals import whole
from validator.frontends.terraform.syntax import (
    Attribute,
    Binary,
    Block,
    Body,
    Call,
    Conditional,
    Expression,
    ForObject,
    ForTuple,
    GetAttribute,
    Index,
    Literal,
    Member,
    Name,
    ObjectOf,
    Place,
    Splat,
    TupleOf,
    Unary,
)
from validator.frontends.terraform.templates import Directive, Piece
from validator.messages import printable
from validator.values import index_of

_WORDS: Mapping[str, bool | None] = MappingProxyType({"true": True, "false": False, "null": None})
_ESCAPE = re.compile(r"\\(?:[nrt\"\\]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})")
_ESCAPES = MappingProxyType({"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"})
_HEREDOC = re.compile(r"<<(-?)[^\r\n]*\r?\n((?:[^\n]*\n)*)[ \t]*[^\s]+\r?\n\Z")
_LAST_CODE_POINT = 0x10FFFF
# The line of an expression's first character: one stands before it.
_FIRST = 2


def parse_file(path: str, text: str) -> Body:
    """The body of a ``.tf`` file. Raises InputError with file, line and column."""
    try:
        return with_allowances(_Builder(path).body(_only(parses_to_tree(text), "body")), path, text)
    except UnexpectedInput as error:
        raise InputError(f"{path}:{error.line}:{error.column}: {_wrong(error, text)}") from error
    except LarkError as error:
        raise InputError(f"{path}: is not Terraform: {str(error).splitlines()[0][:200]}") from error
    except RecursionError as error:
        raise InputError(f"{path}: is nested too deeply to be read") from error


def parse_expression(path: str, text: str, at: Place) -> Expression:
    """A single expression that starts at ``at``. Raises InputError."""
    shown = f"{path}:{at[0]}:{at[1]}"
    try:
        tree = parses_to_tree(f"_ = (\n{text}\n)")
        return _Builder(path, (at[0] - 2, at[1] - 1)).expression(_only(_only(_only(tree, "body"), "attribute"), "expr_term"))
    except (LarkError, StopIteration) as error:
        raise InputError(f"{shown}: is not an expression of the Terraform language") from error
    except RecursionError as error:
        raise InputError(f"{shown}: is nested too deeply to be read") from error


def parse_template(path: str, text: str, at: Place) -> Expression:
    """A template without quotes around it: a heredoc's body, a template file, a string of JSON syntax. Raises InputError."""
    pieces = templates.split(text, at, lambda inside, where: parse_expression(path, inside, where), path)
    return templates.assemble(list(templates.stripped(templates.by_line(pieces))), at, path)


def _wrong(error: UnexpectedInput, text: str) -> str:
    if isinstance(error, UnexpectedToken):
        found = "the end of the file" if error.token.type == "$END" else f'"{(str(error.token).split() or ["a line break"])[0][:40]}"'
        return f"{printable(found, ' ')} is not expected here, in the Terraform language"
    if isinstance(error, UnexpectedCharacters):
        place = error.pos_in_stream or 0
        return f'"{printable(text[place : place + 1], " ")}" is not expected here, in the Terraform language'
    return "the file ends in the middle, expected the rest of a block or an expression"


def _only(tree: Tree[Token], rule: str) -> Tree[Token]:
    return next(child for child in tree.children if isinstance(child, Tree) and child.data == rule)


def _trees(tree: Tree[Token]) -> list[Tree[Token]]:
    """The children that mean something."""
    return [child for child in tree.children if isinstance(child, Tree) and child.data != "new_line_or_comment"]


def _word(tree: Tree[Token]) -> str:
    return str(tree.children[0])


class _Builder:
    """Makes our syntax of a parse tree; ``offset`` is added to the places of a text inside another."""

    __slots__ = ("_offset", "_path")

    def __init__(self, path: str, offset: Place = (0, 0)) -> None:
        self._path = path
        self._offset = offset

    def _at(self, tree: Tree[Token] | Token) -> Place:
        where = tree if isinstance(tree, Token) else tree.meta
        # An empty rule has no place of its own.
        line, column = int(getattr(where, "line", None) or 1), int(getattr(where, "column", None) or 1)
        lines, columns = self._offset
        return (line + lines, column + columns if line == _FIRST and lines else column)

    def body(self, tree: Tree[Token]) -> Body:
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        for child in _trees(tree):
            if child.data == "attribute":
                name, value = _trees(child)
                line, column = self._at(child)
                word = _word(name)
                if word in attributes:
                    raise InputError(f'{self._path}:{line}:{column}: "{word}" is set twice, first in line {attributes[word].at[0]}')
                attributes[word] = Attribute((line, column), word, self.expression(value), self._path)
            else:
                blocks.append(self._block(child))
        return Body(attributes, tuple(blocks))

    def _block(self, tree: Tree[Token]) -> Block:
        *labels, body = _trees(tree)
        words = [self._label(label) for label in labels]
        return Block(self._at(tree), words[0], tuple(words[1:]), self.body(body), self._path)

    def _label(self, tree: Tree[Token]) -> str:
        if tree.data != "string":
            return _word(tree)
        made = self.string(tree)
        return str(made.value) if isinstance(made, Literal) else ""

    def expression(self, tree: Tree[Token]) -> Expression:
        maker = _MAKERS.get(str(tree.data))
        if maker is None:
            line, column = self._at(tree)
            raise InputError(f"{self._path}:{line}:{column}: {tree.data} is not expected here, in the Terraform language")
        return maker(self, tree)

    def term(self, tree: Tree[Token]) -> Expression:
        return self.expression(_trees(tree)[0])

    def name(self, tree: Tree[Token]) -> Expression:
        return Name(self._at(tree), _word(tree))

    def literal(self, tree: Tree[Token]) -> Expression:
        return Literal(self._at(tree), _WORDS[_word(tree)])

    def integer(self, tree: Tree[Token]) -> Expression:
        return Literal(self._at(tree), int(_word(tree)[:400]))

    def float(self, tree: Tree[Token]) -> Expression:
        number = float(_word(tree))
        return Literal(self._at(tree), whole(number))

    def string(self, tree: Tree[Token]) -> Expression:
        pieces = [self._piece(part) for part in tree.children if isinstance(part, Tree)]
        return templates.assemble(list(templates.stripped(pieces)), self._at(tree), self._path)

    def _piece(self, part: Tree[Token]) -> Piece:
        inner = part.children[0]
        if isinstance(inner, Token):
            return self._unescaped(inner) if inner.type == "STRING_CHARS" else inner[1:]
        if inner.data == "interpolation":
            return self.expression(_trees(inner)[0])
        return self._directive(inner)

    def _directive(self, tree: Tree[Token]) -> Directive:
        words = [child for child in tree.children if isinstance(child, Token)]
        strips = [index for index, word in enumerate(words) if word.type == "STRIP_MARKER"]
        left, right = bool(strips) and strips[0] == 1, bool(strips) and strips[-1] == len(words) - 2
        parts = _trees(tree)
        kind = str(tree.data).removeprefix("template_").removesuffix("_start")
        names = tuple(_word(part) for part in parts if part.data == "identifier") if kind == "for" else ()
        expression = self.expression(parts[-1]) if kind in {"if", "for"} else None
        return Directive(kind, self._at(tree), left, right, names, expression)

    def escaped_string(self, tree: Tree[Token]) -> Expression:
        return Literal(self._at(tree), _word(tree)[2:-2])

    def _unescaped(self, token: Token) -> str:
        if "\\" not in token:
            return str(token)
        return _ESCAPE.sub(_character, str(token))

    def heredoc(self, tree: Tree[Token]) -> Expression:
        line, column = self._at(tree)
        match = _HEREDOC.match(_word(tree))
        if match is None:
            return Literal((line, column), "")
        dash, text = match.groups()
        text = text.replace("\r\n", "\n")
        pieces = templates.split(text, (line + 1, 1), lambda inside, where: parse_expression(self._path, inside, where), self._path)
        lines = list(templates.stripped(templates.by_line(pieces)))
        return templates.assemble(templates.without_indent(lines) if dash else lines, (line, column), self._path)

    def tuple_of(self, tree: Tree[Token]) -> Expression:
        return TupleOf(self._at(tree), tuple(self.expression(member) for member in _trees(tree)))

    def object_of(self, tree: Tree[Token]) -> Expression:
        items: list[tuple[Expression, Expression]] = []
        for member in _trees(tree):
            key, value = _trees(member)
            items.append((self._key(key), self.expression(value)))
        return ObjectOf(self._at(tree), tuple(items))

    def _key(self, tree: Tree[Token]) -> Expression:
        """A bare word is a string; anything in parentheses an expression."""
        term = _trees(tree)[0]
        if term.data == "keyword":
            return Literal(self._at(tree), _word(term))
        inner = _trees(term)[0] if term.data == "expr_term" and len(term.children) == 1 else None
        if inner is not None and inner.data in {"identifier", "literal_value"}:
            return Literal(self._at(tree), _word(inner))
        return self.expression(term)

    def call(self, tree: Tree[Token]) -> Expression:
        parts = _trees(tree)
        name = "::".join(_word(part) for part in parts if part.data == "identifier")
        given = parts[-1] if parts[-1].data == "arguments" else None
        if given is None:
            return Call(self._at(tree), name, ())
        expands = any(isinstance(child, Token) and child.type == "ELLIPSIS" for child in given.children)
        return Call(self._at(tree), name, tuple(self.expression(one) for one in _trees(given)), expands)

    def attribute(self, tree: Tree[Token]) -> Expression:
        base, step = _trees(tree)
        return self._step(self.expression(base), step)

    def _step(self, base: Expression, step: Tree[Token]) -> Expression:
        if step.data == "get_attr":
            return GetAttribute(base.at, base, _word(_trees(step)[0]))
        if step.data == "short_index":
            token = next(child for child in step.children if isinstance(child, Token) and child.type == "INT_LITERAL")
            return Index(base.at, base, Literal(self._at(token), index_of(token)))
        return Index(base.at, base, self.expression(_trees(step)[0]))

    def full_splat(self, tree: Tree[Token]) -> Expression:
        base, splat = _trees(tree)
        each: Expression = Member(self._at(splat))
        for step in _trees(splat):
            each = self._step(each, step)
        return self._splat(base, each)

    def attribute_splat(self, tree: Tree[Token]) -> Expression:
        """``.*`` takes attributes (and ``.0``) with it; what follows in brackets is for the list."""
        base, splat = _trees(tree)
        steps = _trees(splat)
        end = next((index for index, step in enumerate(steps) if step.data == "braces_index"), len(steps))
        each: Expression = Member(self._at(splat))
        for step in steps[:end]:
            each = self._step(each, step)
        whole = self._splat(base, each)
        for step in steps[end:]:
            whole = self._step(whole, step)
        return whole

    def _splat(self, base: Tree[Token], each: Expression) -> Expression:
        inner = _trees(base)[0] if base.data == "expr_term" and len(base.children) == 1 else None
        made = self.expression(base)
        if inner is not None and inner.data == "full_splat_expr_term" and isinstance(made, Splat):
            # a[*].b[*].c: the second splat is part of what the first does with each member.
            return Splat(made.at, made.base, Splat(made.at, made.each, each))
        return Splat(made.at, made, each)

    def unary(self, tree: Tree[Token]) -> Expression:
        operand = self.expression(_trees(tree)[0])
        operator = str(tree.children[0])
        if operator == "-" and isinstance(operand, Literal) and isinstance(operand.value, int | float) and not isinstance(operand.value, bool):
            return Literal(self._at(tree), -operand.value)
        return Unary(self._at(tree), operator, operand)

    def binary(self, tree: Tree[Token]) -> Expression:
        left, term = _trees(tree)
        operator, right = _trees(term)
        return Binary(self._at(tree), _word(operator).strip().rsplit(None, 1)[-1], self.expression(left), self.expression(right))

    def conditional(self, tree: Tree[Token]) -> Expression:
        test, yes, no = (self.expression(part) for part in _trees(tree))
        return Conditional(self._at(tree), test, yes, no)

    def for_tuple(self, tree: Tree[Token]) -> Expression:
        intro, result, *rest = _trees(tree)
        key, value, collection = self._intro(intro)
        return ForTuple(self._at(tree), key, value, collection, self.expression(result), self._condition(rest))

    def for_object(self, tree: Tree[Token]) -> Expression:
        intro, name, result, *rest = _trees(tree)
        key, value, collection = self._intro(intro)
        groups = any(isinstance(child, Token) and child.type == "ELLIPSIS" for child in tree.children)
        return ForObject(self._at(tree), key, value, collection, self.expression(name), self.expression(result), groups, self._condition(rest))

    def _intro(self, tree: Tree[Token]) -> tuple[str | None, str, Expression]:
        *names, collection = _trees(tree)
        words = [_word(name) for name in names]
        return (words[0] if len(words) > 1 else None), words[-1], self.expression(collection)

    def _condition(self, rest: list[Tree[Token]]) -> Expression | None:
        return self.expression(_trees(rest[0])[0]) if rest else None


def _character(match: re.Match[str]) -> str:
    escape = match.group()[1:]
    if escape[0] in "uU":
        code = int(escape[1:], 16)
        return chr(code) if code <= _LAST_CODE_POINT else "\ufffd"
    return _ESCAPES[escape]


_MAKERS: Mapping[str, Callable[[_Builder, Tree[Token]], Expression]] = MappingProxyType(
    {
        "expr_term": _Builder.term,
        "identifier": _Builder.name,
        "literal_value": _Builder.literal,
        "int_lit": _Builder.integer,
        "float_lit": _Builder.float,
        "string": _Builder.string,
        "template_string": _Builder.escaped_string,
        "heredoc_template": _Builder.heredoc,
        "heredoc_template_trim": _Builder.heredoc,
        "tuple": _Builder.tuple_of,
        "object": _Builder.object_of,
        "function_call": _Builder.call,
        "get_attr_expr_term": _Builder.attribute,
        "index_expr_term": _Builder.attribute,
        "attr_splat_expr_term": _Builder.attribute_splat,
        "full_splat_expr_term": _Builder.full_splat,
        "unary_op": _Builder.unary,
        "binary_op": _Builder.binary,
        "conditional": _Builder.conditional,
        "for_tuple_expr": _Builder.for_tuple,
        "for_object_expr": _Builder.for_object,
    }
)

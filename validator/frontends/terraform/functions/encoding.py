"""Functions that encode, decode and hash."""

from __future__ import annotations

import base64
import codecs
import csv
import gzip
import hashlib
import io
import json
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote_plus, unquote_plus

import yaml

from validator.aliases import is_written_out
from validator.frontends.terraform.functions.signature import Function, Plain, Symbolic, World
from validator.frontends.terraform.numerals import number_text, whole
from validator.frontends.terraform.symbolic import EvaluationError, Instance, Result, unsettled
from validator.values import Ref, Text, Unknown, text

_HTML = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
# Stand for symbolic pieces while a text is written around them; private characters that no encoder changes.
_OPEN, _CLOSE = "\ue0f0", "\ue0f1"


def _carried(encode: Callable[[Result], str]) -> Callable[[Result], Result]:
    """An encoder whose symbolic pieces stay in its text."""

    def call(value: Result) -> Result:
        symbols: list[Ref | Unknown] = []
        marked = _marked(value, symbols)
        if isinstance(marked, Unknown):
            return marked
        written = encode(marked)
        if not symbols:
            return written
        parts: list[str | Ref | Unknown] = []
        for index, piece in enumerate(written.split(_OPEN)):
            number, _, rest = piece.partition(_CLOSE)
            parts += [symbols[int(number)], rest] if index else [piece]
        return text(parts)

    return call


def _marked(value: Result, symbols: list[Ref | Unknown]) -> Result:
    match value:
        case Ref() | Unknown():
            symbols.append(value)
            return f"{_OPEN}{len(symbols) - 1}{_CLOSE}"
        case Text(parts=parts):
            return "".join(part if isinstance(part, str) else str(_marked(part, symbols)) for part in parts)
        case Instance():
            return unsettled(value)
        case tuple():
            members = [_marked(member, symbols) for member in value]
            return next((member for member in members if isinstance(member, Unknown)), tuple(members))
        case Mapping():
            named = {name: _marked(member, symbols) for name, member in value.items()}
            return next((member for member in named.values() if isinstance(member, Unknown)), named)
    return value


def plain_json(value: Result) -> str:
    """A settled value as Terraform's jsonencode writes it."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{plain_json(str(name))}:{plain_json(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, tuple):
        return "[" + ",".join(plain_json(member) for member in value) + "]"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number_text(value)
    written = json.dumps(value, ensure_ascii=False)
    for character, escape in _HTML.items():
        written = written.replace(character, escape)
    return written


def plain_yaml(value: Result, depth: int = 0) -> str:
    """A settled value as Terraform's yamlencode writes it: block style, every string in quotes."""
    pad = "  " * depth
    if isinstance(value, Mapping) and value:
        lines = [f"{pad}{plain_json(str(name))}:{_under(value[name], depth)}" for name in sorted(value)]
        return "".join(lines)
    if isinstance(value, tuple) and value:
        return "".join(f"{pad}- {plain_yaml(member, depth + 1).lstrip(' ')}" for member in value)
    if isinstance(value, str) and value.endswith("\n") and value.strip("\n"):
        body = "".join(f"{pad}{line}\n" if line else "\n" for line in value[:-1].split("\n"))
        return f"|\n{body}"
    return f"{plain_json(value)}\n"


def _under(value: Result, depth: int) -> str:
    if isinstance(value, Mapping) and value:
        return f"\n{plain_yaml(value, depth + 1)}"
    if isinstance(value, tuple) and value:
        return f"\n{plain_yaml(value, depth)}"
    return f" {plain_yaml(value, depth + 1)}"


def thawed(value: Any) -> Result:
    """Plain Python as values."""
    if isinstance(value, list):
        return tuple(thawed(member) for member in value)
    if isinstance(value, dict):
        return {str(name): thawed(member) for name, member in value.items()}
    if isinstance(value, float):
        return whole(value)
    return value if isinstance(value, str | int | bool | None) else str(value)


def _json(written: str) -> Result:
    try:
        return thawed(json.loads(written))
    except (ValueError, RecursionError) as error:
        message = "is not JSON"
        raise EvaluationError(message) from error


def _yaml(written: str) -> Result:
    try:
        found = yaml.load(written, Loader=yaml.CSafeLoader)
        if is_written_out(found):
            return thawed(found)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        message = "is not YAML"
        raise EvaluationError(message) from error
    message = "has aliases that make too much"
    raise EvaluationError(message)


def _csv(written: str) -> Result:
    return tuple({str(name): cell for name, cell in row.items()} for row in csv.DictReader(io.StringIO(written)))


def _decoded(written: str) -> str:
    try:
        return base64.b64decode(written, validate=True).decode()
    except (ValueError, UnicodeDecodeError) as error:
        message = "is not base64 of text"
        raise EvaluationError(message) from error


def _base64(found: bytes) -> str:
    return base64.b64encode(found).decode()


def _codec(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError as error:
        message = "needs a character encoding"
        raise EvaluationError(message) from error


def _url(found: str) -> str:
    return quote_plus(found, safe="-_.~")


def _unurl(found: str) -> str:
    # Go's url.QueryUnescape: a percent sign stands before two hexadecimal digits, or it is an error.
    if _BARE_PERCENT.search(found):
        message = "is not URL-encoded"
        raise EvaluationError(message)
    return unquote_plus(found)


def _uuid5(namespace: str, name: str) -> str:
    known = {"dns": uuid.NAMESPACE_DNS, "url": uuid.NAMESPACE_URL, "oid": uuid.NAMESPACE_OID, "x500": uuid.NAMESPACE_X500}
    return str(uuid.uuid5(known.get(namespace) or uuid.UUID(namespace), name))


def digest(name: str, found: bytes, *, encoded: bool) -> str:
    """A hash in hexadecimal, or in base64."""
    made = hashlib.new(name, found, usedforsecurity=False)
    return _base64(made.digest()) if encoded else made.hexdigest()


def _hash(name: str, *, encoded: bool = False) -> Plain:
    return Plain("s", lambda found: digest(name, found.encode(), encoded=encoded))


TABLE: Mapping[str, Function] = {
    "base64decode": Plain("s", _decoded),
    "base64encode": Plain("s", lambda found: _base64(found.encode())),
    "base64gzip": Plain("s", lambda found: _base64(gzip.compress(found.encode(), mtime=0))),
    "base64sha256": _hash("sha256", encoded=True),
    "base64sha512": _hash("sha512", encoded=True),
    "bcrypt": World("is salted by chance"),
    "csvdecode": Plain("s", _csv),
    "jsondecode": Plain("s", _json),
    "jsonencode": Symbolic(_carried(plain_json)),
    "md5": _hash("md5"),
    "rsadecrypt": World("needs a private key"),
    "sha1": _hash("sha1"),
    "sha256": _hash("sha256"),
    "sha512": _hash("sha512"),
    "textdecodebase64": Plain("ss", lambda found, name: base64.b64decode(found).decode(_codec(name))),
    "textencodebase64": Plain("ss", lambda found, name: _base64(found.encode(_codec(name)))),
    "urldecode": Plain("s", _unurl),
    "urlencode": Plain("s", _url),
    "uuidv5": Plain("ss", _uuid5),
    "yamldecode": Plain("s", _yaml),
    "yamlencode": Symbolic(_carried(plain_yaml)),
}

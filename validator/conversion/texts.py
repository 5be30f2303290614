"""Values as text to be read: references in the topology's names, base64 undone, words joined to a command line."""

from __future__ import annotations

import base64
import binascii
import zlib

from validator.conversion.identities import Naming
from validator.model.workloads import Readable
from validator.values import Ref, Text, Unknown, Value, text

_MAXIMUM_TEXT = 1_000_000
_SHELL_TEXT_FOLLOWS = frozenset({"-c", "-ec", "-lc", "-exc", "-ce", "-euxc", "-xc"})


def readable(value: Value, naming: Naming) -> Readable:
    """A value as text to be read: references followed as far as they are settled, then in the topology's ids."""
    match value:
        case str():
            return value
        case Ref():
            followed = naming.follow(value)
            return readable(followed, naming) if not isinstance(followed, Ref) else Ref(naming.name(followed.address), followed.attribute)
        case Text():
            pieces = [readable(part, naming) for part in value.parts]
            return text(pieces)
        case Unknown():
            mentions = tuple(Ref(naming.name(one.address), one.attribute) for one in value.mentions)
            return Unknown(value.causes, value.among, mentions, value.symbol)
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
    return ""


def decoded_text(value: Readable) -> Readable:
    """User data as its text, where it is base64, and gzip inside that; else as it is."""
    if not isinstance(value, str) or " " in value.strip() or "\n" in value.strip():
        return value
    try:
        raw = base64.b64decode(value, validate=True)
        if raw[:2] == b"\x1f\x8b":
            raw = _unzipped(raw)
        decoded = raw.decode()
    except (binascii.Error, ValueError, OSError, EOFError, zlib.error):
        return value
    return decoded if decoded.isprintable() or "\n" in decoded or "\t" in decoded else value


def _unzipped(raw: bytes) -> bytes:
    """At most a megabyte: EC2 takes 16 kB, and a small file can hold gigabytes."""
    return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(raw, _MAXIMUM_TEXT)


def joined(words: tuple[Value, ...], naming: Naming) -> Readable:
    """A command line of its words. Words with blanks are shell text (``sh -c "..."``) and stay as they are."""
    parts: list[str | Ref | Unknown] = []
    for word in words:
        found = readable(word, naming)
        parts += found.parts if isinstance(found, Text) else (found,)
        parts.append("\n" if isinstance(found, str) and found in _SHELL_TEXT_FOLLOWS else " ")
    return "".join(str(part) for part in parts) if all(isinstance(part, str) for part in parts) else Text(tuple(parts))

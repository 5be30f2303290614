"""Bytes of text files as people really have them: UTF-8, with a byte order mark, or UTF-16 from PowerShell's redirection."""

from __future__ import annotations

import codecs

from validator.errors import InputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def to_utf8(path: str, data: bytes) -> bytes:
    """The text of ``data`` as UTF-8 without a mark. Raises InputError where it is not in the encoding that its mark names."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            body = data[len(mark) :]
            return body if encoding == "utf-8" else _recode(path, body, encoding)
    if unmarked := _unmarked_utf16(data):
        return _recode(path, data, unmarked)
    return data


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 without a mark: every input starts with an ASCII character, so one of its first two bytes is zero."""
    start = data[:2]
    if len(start) < len(b"{}") or start.count(0) != 1:
        return None
    return "utf-16-be" if start[0] == 0 else "utf-16-le"


def _recode(path: str, data: bytes, encoding: str) -> bytes:
    try:
        return data.decode(encoding).encode()
    except UnicodeError as error:
        message = f"{path}: not valid {encoding.upper()} text, expected UTF-8 or UTF-16"
        raise InputError(message) from error

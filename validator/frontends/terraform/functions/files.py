"""Functions of files and paths. Only files inside the module tree are read, and only the real ones: no link leads out."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from validator.frontends.terraform.functions.encoding import digest
from validator.frontends.terraform.functions.signature import Plain
from validator.frontends.terraform.symbolic import EvaluationError, SetOf

_LARGEST = 16 * 1024**2
_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Tree:
    """What may be read: everything in ``folders`` (resolved; more may come); relative paths start at ``start``, the root module's folder."""

    folders: Collection[Path]
    start: Path

    def find(self, written: str) -> Path:
        """The file at a path. Raises EvaluationError where it is outside the tree, or no file."""
        try:
            found = (self.start / written).resolve()
            inside = any(found.is_relative_to(folder) for folder in self.folders)
        except (OSError, ValueError, RuntimeError):
            inside = False
        if not inside:
            message = "is outside the module tree, and only files inside are read"
            raise EvaluationError(message)
        return found

    def read(self, written: str) -> bytes:
        """The bytes of a file. Raises EvaluationError."""
        found = self.find(written)
        try:
            if not found.is_file() or found.stat().st_size > _LARGEST:
                message = f'needs a file of at most 16 MiB, "{written[-80:]}" is none'
                raise EvaluationError(message)
            return found.read_bytes()
        except OSError as error:
            message = f'"{written[-80:]}" cannot be read: {error.strerror}'
            raise EvaluationError(message) from error

    def text(self, written: str) -> str:
        """The text of a file. Raises EvaluationError."""
        try:
            return self.read(written).decode()
        except UnicodeDecodeError as error:
            message = f'"{written[-80:]}" is not UTF-8'
            raise EvaluationError(message) from error

    def exists(self, written: str) -> bool:
        """Whether a file is there. Raises EvaluationError where it is outside the tree."""
        return self.find(written).is_file()

    def matching(self, folder: str, pattern: str) -> SetOf:
        """The files below a folder whose path matches a glob, relative to it."""
        top = self.find(folder)
        wanted = re.compile(_glob(pattern))
        found: list[str] = []
        seen = 0
        for place, folders, files in os.walk(top):
            folders[:] = sorted(name for name in folders if not name.startswith(".terraform"))
            seen += len(files)
            if seen > _MOST:
                message = f"looks at more than {_MOST} files"
                raise EvaluationError(message)
            relative = os.path.relpath(place, top)
            for name in files:
                path = name if relative == "." else f"{relative}/{name}".replace(os.sep, "/")
                if wanted.fullmatch(path) and self.exists(f"{folder}/{path}"):
                    found.append(path)
        return SetOf(sorted(found))


def _glob(pattern: str) -> str:
    """A glob as a regular expression: ``**``, ``*``, ``?``, ``[a-z]``, ``{a,b}``."""
    pieces = re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]]*\]|\{[^}]*\})", pattern)
    made = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(made.get(piece) or _glob_part(piece) for piece in pieces)


def _glob_part(piece: str) -> str:
    if piece.startswith("{"):
        return "(?:" + "|".join(_glob(option) for option in piece[1:-1].split(",")) + ")"
    if piece.startswith("["):
        return piece.replace("[!", "[^", 1)
    return re.escape(piece)


def _hash(name: str, *, encoded: bool = False) -> Callable[[Tree, str], str]:
    return lambda tree, path: digest(name, tree.read(path), encoded=encoded)


def _dirname(path: str) -> str:
    return os.path.normpath(path.rsplit("/", 1)[0] or "/") if "/" in path else "."


PLAIN: Mapping[str, Plain] = {
    "basename": Plain("s", lambda path: path.rstrip("/").rpartition("/")[2] or ("/" if path else ".")),
    "dirname": Plain("s", _dirname),
}
READERS: Mapping[str, Callable[[Tree, str], object]] = {
    "file": Tree.text,
    "filebase64": lambda tree, path: base64.b64encode(tree.read(path)).decode(),
    "filebase64sha256": _hash("sha256", encoded=True),
    "filebase64sha512": _hash("sha512", encoded=True),
    "fileexists": Tree.exists,
    "filemd5": _hash("md5"),
    "filesha1": _hash("sha1"),
    "filesha256": _hash("sha256"),
    "filesha512": _hash("sha512"),
}

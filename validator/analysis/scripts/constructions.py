"""Clients that a program in Python or JavaScript constructs, and which of them a place in the program calls.

Read by brackets and names, not parsed: the client of ``Bucket=`` is what the call around it is a method of.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

_OPENING, _CLOSING = "([{", ")]}"
_DEEPEST = 8
_FARTHEST = 400
_LONGEST = 4_000
_MOST_CLIENTS = 100
_MOST_TEXTS = 4
_CALLEE = re.compile(r"(?:(?<![\w$.])|(?<=[)\]]\.))(?P<owner>(?:[A-Za-z_$][\w$]{0,80}\.)+)?(?P<method>[A-Za-z_$][\w$]{0,80})\s*\Z")
_GIVEN = re.compile(
    r"\b(?P<owner>[A-Za-z_$][\w$]{0,80})\.[A-Za-z_$][\w$]{0,80}\(\s*(?:new\s+\w{1,60}\(\s*)?(?:\*\*)?(?P<name>[A-Za-z_$][\w$]{0,80})\b"
)
_HELD = re.compile(r"\b(?P<name>[A-Za-z_$][\w$]{0,80})\s*(?::\s*\w{1,60}\s*)?=\s*(?:new\s+)?[\w.]{0,80}\s*(?P<opening>[({])")
_ASSIGNED = re.compile(r"(?:^|[\s(,.])([A-Za-z_$][\w$]{0,80})\s*(?::\s*[\w.\[\]\"']{1,60}\s*)?=(?![=>])")
_PYTHON = re.compile(r"\.(?:client|resource)\(\s*")
_SERVICE = re.compile(r"(?:service_name\s*=\s*)?['\"]([\w-]{1,60})['\"]")
_SESSION = re.compile(r"\b(?:Session|get_session|setup_default_session)\(")
_JAVASCRIPT = re.compile(r"\bnew\s+(?:[A-Za-z_$][\w$]*\.)?(?P<kind>[A-Z]\w{1,60})\s*\(")
_NO_CLIENT = re.compile(r"(?:Command|Error|Agent|Date|Map|Set|Promise|URL|Config|Handler|Credentials|Upload|Buffer)\Z")
_S3 = frozenset({"S3", "S3Client"})
_UPLOAD = re.compile(r"\bclient\s*(?::\s*([A-Za-z_$][\w$.]*)|(?=\s*[,}]))")
_ANY = "s3"


@dataclass(frozen=True, slots=True)
class Construction:
    """A client that is constructed: the name that it is given, its service, the text of its arguments, and where it ends.

    ``session``: the arguments of the session that it is made from.
    """

    name: str | None
    service: str
    arguments: str
    start: int
    end: int
    session: str = ""


class Program:
    """A program's brackets and the clients that it constructs."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._opened, self._around, self._closed = _brackets(text)
        self.clients: tuple[Construction, ...] = ()
        # By name: whose method is given it; where the brackets open that hold it.
        self._given = {found["name"]: found["owner"] for found in _GIVEN.finditer(text)}
        self._held: dict[str, list[int]] = {}
        for found in _HELD.finditer(text):
            self._held.setdefault(found["name"], []).append(found.start("opening"))
        self._callers: dict[int, Construction | None] = {}

    def inside(self, opening: int) -> tuple[str, int]:
        """The text in the brackets that open at ``opening``, as far as anybody writes it, and where they end."""
        end = self._closed.get(opening, min(len(self.text), opening + _FARTHEST))
        return self.text[opening + 1 : min(end, opening + _LONGEST)], end + 1

    def arguments_of(self, name: str) -> Iterator[str]:
        """What stands in the brackets of whatever is assigned to ``name``: ``name = Config(...)``, ``name = {...}``."""
        yield from (self.inside(opening)[0] for opening in self._held.get(name, ())[:_MOST_TEXTS])

    def assigned(self, position: int) -> str | None:
        """The name that is given to what is constructed at ``position``."""
        line = self.text[max(self.text.rfind("\n", 0, position) + 1, position - _FARTHEST) : position]
        names = _ASSIGNED.findall(line)
        if not names:
            return None
        return str(names[-1] if line.lstrip().startswith(("def ", "async def ")) else names[0])

    def enclosing(self, position: int) -> Sequence[int]:
        """The brackets around a position, the innermost first."""
        index = bisect_right(self._opened, position) - 1
        return self._around[index] if index >= 0 else ()

    def caller(self, position: int) -> Construction | None:
        """The client whose method is called around ``position``; None where that cannot be told."""
        for opening in self.enclosing(position):
            if opening not in self._callers:
                self._callers[opening] = self._called(opening, position) or self._handed_on(opening, position)
            if (found := self._callers[opening]) is not None:
                return found
        return None

    def _called(self, opening: int, position: int) -> Construction | None:
        """The client of which what opens at ``opening`` is a call."""
        found = _CALLEE.search(self.text[max(0, opening - _FARTHEST) : opening])
        if found is None:
            return None
        dot = opening - len(found[0]) - 1
        if found["owner"] is not None:
            return self._named(found["owner"].rstrip("."), position)
        if self.text[dot : dot + 1] == ".":
            # A method of what is constructed on the spot.
            return next((one for one in self.clients if one.end == dot), None)
        given = _UPLOAD.search(self.inside(opening)[0]) if found["method"] == "Upload" else None
        return self._named(given[1] or "client", position) if given else None

    def _handed_on(self, opening: int, position: int) -> Construction | None:
        """The client whose method is given what ``opening`` begins, by the name that it has been assigned to."""
        owner = self._given.get(self.assigned(opening) or "")
        return self._named(owner, position) if owner else None

    def _named(self, owner: str, position: int) -> Construction | None:
        """The client of this name: the last one before a position, else the first behind it."""
        name = owner.rpartition(".")[2]
        found = [one for one in self.clients if one.name == name]
        before = [one for one in found if one.start <= position]
        return before[-1] if before else next(iter(found), None)


def _brackets(text: str) -> tuple[list[int], list[tuple[int, ...]], dict[int, int]]:
    """Where brackets open or close, what is open behind each of these places, and where each closes."""
    places: list[int] = []
    around: list[tuple[int, ...]] = []
    closed: dict[int, int] = {}
    stack: list[int] = []
    for found in re.finditer(r"[()\[\]{}]", text):
        if found[0] in _OPENING:
            stack.append(found.start())
        elif stack:
            closed[stack.pop()] = found.start()
        places.append(found.start())
        around.append(tuple(reversed(stack[-_DEEPEST:])))
    return places, around, closed


def python_program(text: str) -> Program:
    """A program with the clients that it makes by boto3."""
    program = Program(text)
    sessions: list[Construction] = []
    for found in islice(_SESSION.finditer(text), _MOST_CLIENTS):
        arguments, end = program.inside(found.end() - 1)
        name = "boto3" if found[0].startswith("setup") else program.assigned(found.start())
        sessions.append(Construction(name, "", arguments, found.start(), end))
    clients: list[Construction] = []
    for found in islice(_PYTHON.finditer(text), _MOST_CLIENTS):
        arguments, end = program.inside(text.index("(", found.start()))
        service = _SERVICE.match(arguments.lstrip())
        session = _session(text, found.start(), sessions)
        kind = service[1] if service else _ANY
        clients.append(Construction(program.assigned(found.start()), kind, arguments, found.start(), end, session))
    program.clients = tuple(clients)
    return program


def _session(text: str, dot: int, sessions: Sequence[Construction]) -> str:
    """The arguments of the session whose method is called at ``dot``."""
    owner = _CALLEE.search(text[max(0, dot - _FARTHEST) : dot])
    for one in reversed(sessions):
        if one.end == dot or (owner is not None and one.name == owner["method"] and one.start < dot):
            return one.arguments
    return ""


def javascript_program(text: str) -> Program:
    """A program with the clients that it makes by AWS's SDK, whose service is ``s3`` where it is that."""
    program = Program(text)
    clients: list[Construction] = []
    for found in islice(_JAVASCRIPT.finditer(text), _MOST_CLIENTS):
        if not _NO_CLIENT.search(found["kind"]):
            arguments, end = program.inside(found.end() - 1)
            service = _ANY if found["kind"] in _S3 else found["kind"]
            clients.append(Construction(program.assigned(found.start()), service, arguments, found.start(), end))
    program.clients = tuple(clients)
    return program

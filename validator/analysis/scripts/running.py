"""The commands that a shell script comes to: variables filled in, loops over literal lists unrolled, functions called.

Not a shell: no command runs, every branch counts as taken whose condition its texts do not decide, and what only run time knows stays
symbolic. Steps, and the text that expansion makes, are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from validator.analysis.scripts.deciding import Chain, holds, is_test, matches, variables_in
from validator.analysis.scripts.declaring import SETTING, declare
from validator.analysis.scripts.machine import Command, Machine
from validator.analysis.scripts.outputs import WRITING, output_of
from validator.analysis.scripts.parameters import Held, expanded, unquoted
from validator.analysis.scripts.shell import body_of
from validator.analysis.scripts.syntax import Body, Branch, Branches, Function, Group, Listed, Loop, Simple, Statement, Substitution, Variable, Word
from validator.analysis.scripts.wrappers import unwrapped
from validator.analysis.scripts.writing import write
from validator.values import Ref, Unknown, index_of, unknown

# What a statement writes, where that is known.
Running: TypeAlias = "Generator[Command, None, str | None]"

_MOST_STEPS = 4_000
_MOST_TEXT = 1_000_000
_LONGEST_VALUE = 16_384
_MOST_TURNS = 32
_DEEPEST_CALL = 6
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]{0,127})(?:\[([^\]=]{0,60})\])?(\+?)=")
_MEMBER = re.compile(r"\[([^\]=]{0,60})\]=")
# Not to be set means something to clients.
_READ_BY_CLIENTS = frozenset("AWS_REGION AWS_DEFAULT_REGION AWS_PROFILE AWS_DEFAULT_PROFILE".split())


class Shell:
    """A shell's state while a script is followed."""

    def __init__(self, machine: Machine, environment: Mapping[str, str] | None = None) -> None:
        given = machine.environment if environment is None else environment
        self.machine = machine
        self.variables: dict[str, Held] = dict(given)
        self.exported: set[str] = set(given)
        self.set_by_script: set[str] = set()
        self.functions: dict[str, Body] = {}
        self.called: set[str] = set()
        self.arguments: tuple[str, ...] | None = None
        self.all_exported = False
        self.steps = 0
        self.text = 0
        self.calls = 0
        # Commands inside the words of the command that is being expanded.
        self.inner: list[Command] = []
        # Made again where a variable has changed since.
        self._environment: Mapping[str, str] | None = None
        # What the branch that is being followed has replaced, by name.
        self.undo: list[dict[str, Held | None]] = []
        # What the function that is being followed has made its own, by name, as it was before.
        self.own: list[dict[str, Held | None]] = []

    def commands(self, text: str) -> Iterator[Command]:
        """The commands of flat ``text`` in order; functions that nothing calls come last, with arguments that nobody knows."""
        yield from self.run(body_of(text))
        yield from self._waiting()
        for name in [name for name in self.functions if name not in self.called]:
            self.arguments = None
            yield from self.run(self.functions[name])
            yield from self._waiting()

    def environment(self) -> Mapping[str, str]:
        """The exported variables."""
        if self._environment is None:
            found = {name: self.variables.get(name) for name in self.exported}
            self._environment = {name: value for name, value in found.items() if isinstance(value, str)}
        return self._environment

    # --- statements

    def run(self, body: Body, given: str | None = None) -> Running:
        """The commands of statements; what the last one writes is the generator's value. ``given``: what the first one reads."""
        output: str | None = None
        chain = Chain()
        for statement in body:
            runs = chain.runs(statement)
            if runs is None:
                yield from self._one_of(((replace(statement, after=""),),), chain.guards(), whole=False)
                output = None
            elif runs:
                output = yield from self._statement(statement, given)
                chain.ran(statement, self._tested(statement))
            given = output if statement.piped else None
            if self.steps > _MOST_STEPS:
                return None
        return output

    def _tested(self, statement: Statement) -> bool | None:
        """What a statement that is a test comes to; None for what is none, or nobody knows."""
        node = statement.node
        if not is_test(node) or any(isinstance(piece, Listed) for word in node.words for piece in word):
            return None
        found = holds([self.joined(word) for word in node.words], self.machine.symbols)
        return found if found is None else found is not statement.negated

    def _statement(self, statement: Statement, given: str | None) -> Running:
        match statement.node:
            case Simple() as node:
                return (yield from self._simple(node, given))
            case Group() as node:
                output = yield from (self._apart(node.body, given) if node.apart else self.run(node.body, given))
                self._put(node.outputs, output)
                return output
            case Loop() as node:
                yield from self._loop(node)
            case Branches() as node:
                yield from self._branches(node)
            case Function() as node:
                self.functions[node.name] = node.body
        return None

    def _loop(self, node: Loop) -> Iterator[Command]:
        if node.variable is None:
            yield from self.run(node.body)
            return
        turns = [value for word in node.words for value in self.fields(word)]
        yield from self._waiting()
        if len(turns) > _MOST_TURNS or not turns:
            turns = [self.machine.symbols.open("takes its values at run time", f"${node.variable}")]
        for value in turns:
            if self.steps > _MOST_STEPS:
                return
            self.assign(node.variable, value)
            yield from self.run(node.body)

    def _apart(self, body: Body, given: str | None) -> Running:
        """In a shell of its own: what it sets is gone at its end."""
        before = dict(self.variables), set(self.exported), self.all_exported
        output = yield from self.run(body, given)
        self.variables, self.exported, self.all_exported = before
        self._environment = None
        return output

    def _branches(self, node: Branches) -> Iterator[Command]:
        subject = self.joined(node.subject) if node.subject is not None else None
        possible: list[Body] = []
        whole = False
        for branch in node.branches:
            yield from self.run(branch.condition)
            runs = self._runs(branch, subject)
            if runs is not False:
                possible.append(branch.body)
            if runs:
                whole = True
                break
        yield from self._one_of(tuple(possible), variables_in([one for branch in node.branches for one in branch.condition]), whole=whole)

    def _runs(self, branch: Branch, subject: str | None) -> bool | None:
        """Whether a branch is the one that runs, where none before it is; None where only run time knows."""
        if subject is not None:
            return matches(subject, branch.patterns)
        if not branch.condition:
            return True
        return self._tested(branch.condition[0]) if len(branch.condition) == 1 else None

    def _one_of(self, bodies: Sequence[Body], guards: frozenset[str], *, whole: bool) -> Iterator[Command]:
        """Follow bodies of which one runs, or none where they are not ``whole``. ``guards``: the variables that decide which."""
        if whole and len(bodies) == 1:
            yield from self.run(bodies[0])
            return
        taken: list[dict[str, Held]] = []
        for body in bodies:
            self.undo.append({})
            yield from self.run(body)
            replaced = self.undo.pop()
            taken.append({name: self.variables[name] for name in replaced if name in self.variables})
            for name, value in replaced.items():
                if value is None:
                    self.variables.pop(name, None)
                else:
                    self.variables[name] = value
            self._environment = None
        for name in sorted({name for changed in taken for name in changed}):
            before = self.variables.get(name)
            values = [changed.get(name, before) for changed in taken]
            if not whole:
                values.append(before)
            if None in values and name in _READ_BY_CLIENTS and name not in guards:
                values.append(self.machine.symbols.open("is set in some branches of the script only", f"${name}"))
            self.assign(name, self.either(name, [value for value in values if value is not None]))

    def either(self, name: str, values: Sequence[Held]) -> Held:
        """One of ``values``, which of them only run time knows."""
        distinct = list(dict.fromkeys(values))
        if len(distinct) == 1:
            return distinct[0]
        symbols = self.machine.symbols
        cause = unknown("is set differently in branches of the script", "a variable" if symbols.secret else f"${name}")
        among: list[str | Ref] = []
        bounded = True
        for value in distinct:
            held = symbols.value(value if isinstance(value, str) else " ".join(value))
            if isinstance(held, str | Ref):
                among.append(held)
            elif isinstance(held, Unknown) and held.among is not None:
                among += held.among
            else:
                bounded = False
        return symbols.character(Unknown(cause.causes, tuple(among) if bounded else None))

    # --- commands

    def _simple(self, node: Simple, given: str | None) -> Running:
        self.steps += 1
        own: dict[str, str] = {}
        position = 0
        while position < len(node.words) and (found := self._assigned(node.words[position])) is not None:
            name, value = found
            if isinstance(value, str):
                own[name] = value
            else:
                self.assign(name, value)
            position += 1
        if position == len(node.words):
            for name, value in own.items():
                self.assign(name, value)
            yield from self._waiting()
            return None
        words = [field for word in node.words[position:] for field in self._command_fields(word)]
        read = "".join(self.joined(document.body) for document in node.documents) if node.documents else given
        yield from self._waiting()
        outputs = tuple(self.joined(word) for word in node.outputs)
        command = unwrapped(Command(tuple(words), {**self.environment(), **own} if own else self.environment(), read, outputs))
        return (yield from self._one(command)) if command.words else None

    def _one(self, command: Command) -> Running:
        """A builtin, a function, or a program."""
        words = command.words
        match words[0]:
            case name if name in SETTING:
                declare(command, self)
            case "eval" if len(words) > 1 and self.calls < _DEEPEST_CALL:
                return (yield from self._called_text(" ".join(words[1:])))
            case "source" | "." if len(words) > 1 and words[1] in self.machine.files and self.calls < _DEEPEST_CALL:
                yield from self._called_text(self.machine.files[words[1]])
            case name if name in self.functions and self.calls < _DEEPEST_CALL:
                return (yield from self._call(name, words[1:], command.given))
            case _:
                output = output_of(command, self.machine)
                if output is not None and self._put_text(command, output):
                    return output
                yield command
                return output
        return None

    def _called_text(self, text: str) -> Running:
        self.calls += 1
        output = yield from self.run(body_of(text))
        self.calls -= 1
        return output

    def _call(self, name: str, arguments: tuple[str, ...], given: str | None) -> Running:
        self.called.add(name)
        self.calls += 1
        before, self.arguments = self.arguments, arguments
        self.own.append({})
        output = yield from self.run(self.functions[name], given)
        for variable, value in self.own.pop().items():
            if value is None:
                self.variables.pop(variable, None)
            else:
                self.variables[variable] = value
        self._environment = None
        self.arguments = before
        self.calls -= 1
        return output

    def export(self, name: str) -> None:
        """Hand a variable to the commands from now on."""
        self.exported.add(name)
        self._environment = None

    def forget(self, name: str) -> None:
        """Unset a variable."""
        self.variables.pop(name, None)
        self.exported.discard(name)
        self._environment = None

    def assign(self, name: str, value: Held) -> None:
        """Set a variable; inside a branch, remember what it was."""
        if self.undo:
            self.undo[-1].setdefault(name, self.variables.get(name))
        self.variables[name] = value[:_LONGEST_VALUE]
        self._environment = None
        self.set_by_script.add(name)
        if self.all_exported:
            self.exported.add(name)

    def _assigned(self, word: Word) -> tuple[str, Held] | None:
        """Name and value of a word that is an assignment."""
        start = word[0]
        found = _ASSIGNMENT.match(start) if isinstance(start, str) else None
        if found is None or not isinstance(start, str):
            return None
        name, member, more = found[1], found[2], found[3]
        rest = start[found.end() :]
        if len(word) == 2 and isinstance(word[1], Listed) and not rest:  # noqa: PLR2004 - NAME= and the list
            fields = [field for inner in word[1].words for field in self.fields(inner)]
            for field in fields:
                if found := _MEMBER.match(field):
                    self.assign(f"{name}[{unquoted(found[1])}]", field[found.end() :])
            listed = tuple(_MEMBER.sub("", field) for field in fields)
            return name, (*self._held_list(name), *listed) if more else listed
        value = self.joined((rest, *word[1:]))
        if member is not None:
            self.assign(f"{name}[{unquoted(member)}]", value)
            return name, (*self._held_list(name), value)
        before = self.variables.get(name) if more else None
        return name, f"{before}{value}" if isinstance(before, str) else value

    def _held_list(self, name: str) -> tuple[str, ...]:
        held = self.variables.get(name, ())
        return held if isinstance(held, tuple) else (held,)

    def _put(self, outputs: Sequence[Word], output: str | None) -> None:
        if output is not None:
            for word in outputs:
                write(self.machine, self.joined(word), output)

    def _put_text(self, command: Command, output: str) -> bool:
        """Write what is known of the output into its files; whether that is all that the command does."""
        name = command.words[0].rpartition("/")[2]
        files = [*command.outputs]
        if name == "tee":
            files += [word for word in command.words[1:] if not word.startswith("-")]
        for path in files:
            write(self.machine, path, output)
        return name in WRITING

    # --- words

    def _waiting(self) -> Iterator[Command]:
        """The commands inside the words that have been expanded."""
        while self.inner:
            found, self.inner = self.inner, []
            yield from found

    def _command_fields(self, word: Word) -> list[str]:
        """As ``fields``; behind ``export`` and the like a word may be an assignment with a list."""
        if isinstance(word[0], str) and any(isinstance(piece, Listed) for piece in word):
            found = self._assigned(word)
            if found is not None:
                self.assign(*found)
                return [found[0]]
        return self.fields(word)

    def fields(self, word: Word) -> list[str]:
        """The words that a word becomes: an unquoted variable may hold several, or none."""
        found: list[str] = [""]
        some = False
        for piece in word:
            value = self._piece(piece)
            quoted = isinstance(piece, str) or (isinstance(piece, Variable | Substitution) and piece.quoted)
            if isinstance(value, tuple):
                parts = list(value)
                some = some or bool(parts)
            elif quoted:
                found[-1] += value
                some = True
                continue
            else:
                parts = value.split()
            if parts:
                some = True
                found[-1] += parts[0]
                found += parts[1:]
        return found if some else []

    def joined(self, word: Word) -> str:
        """The word as one text."""
        values = [self._piece(piece) for piece in word]
        return "".join(value if isinstance(value, str) else " ".join(value) for value in values)[: _LONGEST_VALUE * 4]

    def _piece(self, piece: str | Variable | Substitution | Listed) -> Held:
        match piece:
            case str():
                return piece
            case Variable():
                value = expanded(piece, self)
            case Substitution():
                value = self._substituted(piece)
            case Listed():
                value = tuple(field for inner in piece.words for field in self.fields(inner))
        self.text += len(value)
        if self.text > _MOST_TEXT:
            return self.machine.symbols.open("is more than can be followed", "the script")
        return value

    def _substituted(self, piece: Substitution) -> str:
        before, self.inner = self.inner, []
        running = self._apart(piece.body, None)
        found: list[Command] = []
        while True:
            try:
                found.append(next(running))
            except StopIteration as stopped:
                output: str | None = stopped.value
                break
        self.inner = before + found
        if output is None:
            return self.machine.symbols.open("is made at run time", piece.text)
        return output.rstrip("\n")[:_LONGEST_VALUE]

    def held(self, name: str) -> Held | None:
        """The value of a variable or argument; None where the script does not set it."""
        if (number := index_of(name)) is not None:
            if self.arguments is not None and 0 < number <= len(self.arguments):
                return self.arguments[number - 1]
            return None if self.arguments is None or number == 0 else ""
        if name in {"@", "*"}:
            return self.arguments
        return self.variables.get(name)

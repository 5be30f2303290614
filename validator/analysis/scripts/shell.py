"""The statements of shell text: commands, loops, branches, functions, here-documents.

Tolerant, and linear in the text: what does not belong is passed over. ``running`` says what the statements come to.
"""

from __future__ import annotations

import re

from validator.analysis.scripts.syntax import Body, Branch, Branches, Document, Function, Group, Loop, Simple, Statement, Word
from validator.analysis.scripts.words import DEEPEST, Words

LONGEST = 65_536
_OPERATOR = re.compile(r"\n|;;&|;;|;&|;|&&|&>>?|&|\|\||\|&|\||\(|\)")
_REDIRECTION = re.compile(r"(?:\d+|&)?(?P<operator><<<|<<-|<<|>>|>\||>&|<&|<>|>(?!\()|<(?!\())")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?!$-]")
_KEYWORD = re.compile(r"[a-z]++(?![^\s;&|()<>])|[{}](?=[\s;&|)]|\Z)|!(?=\s)")
_FUNCTION_NAME = re.compile(r"[^\s;&|()<>{}]+")
_PATTERN = re.compile(r"\(?[^()\n;]{0,400}+\)")
_ARM_END = re.compile(r";;&|;;|;&")
_ARM_SEPARATOR = re.compile(r"\n|;|&&|&|\|\||\|&|\||\)")
_FUNCTION = re.compile(r"[ \t]*\([ \t]*\)")
_OPENERS = frozenset("if for while until case select { function".split())
_ENDS = frozenset("then elif else fi do done esac }".split())


def body_of(text: str) -> Body:
    """The commands of flat ``text``; of its first ``LONGEST`` characters."""
    return _Statements(text[:LONGEST].replace("\r\n", "\n")).body(frozenset())


class _Statements(Words):
    """Reads every character once, but for those of ``<<`` bodies, which are read where their line ends."""

    def body(self, ends: frozenset[str], closing: str = "") -> Body:
        """Statements up to a word of ``ends`` or the operator ``closing``, which stay unread."""
        found: list[Statement] = []
        after, negated = "", False
        while True:
            after = self._separators(closing) or (after if negated else "")
            if self.at_end() or (closing and self.looks(closing)):
                break
            word = self._keyword()
            if word in ends:
                break
            if self.looks(")") or (word in _ENDS and word != "}"):
                # It closes nothing of ours: pass over it.
                self.position += max(len(word), 1)
                continue
            before = self.position
            node = self._node(word, ends, closing)
            if self.position == before:
                self.position += 1
                continue
            if node is not None:
                self.blanks()
                found.append(Statement(node, self.looks("|") and not self.looks("||"), after, negated))
            negated = node is None and word == "!"
        return tuple(found)

    def _separators(self, closing: str) -> str:
        """Pass over what separates statements; the ``&&`` or ``||`` among it."""
        after = ""
        while not self.at_end():
            self.blanks()
            if closing and self.looks(closing):
                break
            if self.looks("(") or self.looks(")") or (operator := self.take(_OPERATOR)) is None:
                break
            if operator in {"&&", "||"}:
                after = operator
            if operator == "\n":
                self._documents()
        return after

    def _keyword(self) -> str:
        """The bare word that stands here, unread."""
        found = _KEYWORD.match(self.text, self.position)
        return found[0] if found else ""

    def _node(self, word: str, ends: frozenset[str], closing: str) -> Simple | Loop | Branches | Group | Function | None:
        if word in {"!", "time", "coproc"}:
            self.position += len(word)
            return None
        if self.depth >= DEEPEST or (word not in _OPENERS and not self.looks("(")):
            return self._simple(ends, closing)
        self.depth += 1
        try:
            return self._compound(word, ends, closing)
        finally:
            self.depth -= 1

    def _compound(self, word: str, ends: frozenset[str], closing: str) -> Simple | Loop | Branches | Group | Function | None:
        if self.looks("("):
            self.position += 1
            inner = self.body(frozenset(), ")")
            self.position += 1
            return Group(inner, self._outputs(), apart=True)
        self.position += len(word)
        match word:
            case "{":
                inner = self.body(frozenset({"}"}), closing)
                self._skip("}")
                return Group(inner, self._outputs())
            case "if":
                return self._branches(closing)
            case "case":
                return self._cases(closing)
            case "function":
                self.blanks()
                name = self.take(_FUNCTION_NAME) or ""
                self.take(_FUNCTION)
                return self._function(name, ends, closing)
            case _:
                return self._loop(word, closing)

    def _skip(self, word: str) -> None:
        if self._keyword() == word:
            self.position += len(word)

    def _outputs(self) -> tuple[Word, ...]:
        found: list[Word] = []
        self.blanks()
        while self._redirection(found, []):
            self.blanks()
        return tuple(found)

    def _loop(self, word: str, closing: str) -> Loop:
        variable: str | None = None
        words: tuple[Word, ...] = ()
        if word in {"for", "select"}:
            self.blanks()
            variable = self.take(_NAME)
            self.blanks()
            if self._keyword() == "in":
                self._skip("in")
                words = self.words()
        before = self.body(frozenset({"do", "done"}), closing)
        self._skip("do")
        inner = self.body(frozenset({"done"}), closing)
        self._skip("done")
        self._outputs()
        return Loop(variable, words, before + inner)

    def _branches(self, closing: str) -> Branches:
        ends = frozenset({"then", "elif", "else", "fi"})
        found: list[Branch] = []
        condition = self.body(ends, closing)
        while not self.at_end() and (word := self._keyword()) in ends:
            self.position += len(word)
            if word == "fi":
                break
            if word == "elif":
                condition = self.body(ends, closing)
                continue
            body = self.body(ends, closing)
            found.append(Branch(condition if word == "then" else (), body))
        self._outputs()
        return Branches(tuple(found))

    def _cases(self, closing: str) -> Branches:
        self.blanks()
        subject = self.word()
        self._separators(closing)
        self._skip("in")
        found: list[Branch] = []
        while True:
            self._separators(closing)
            if self.at_end() or self._keyword() == "esac" or (closing and self.looks(closing)):
                break
            pattern = self.take(_PATTERN)
            if pattern is None:
                self.position += 1
                continue
            patterns = tuple(one.strip(" \t\"'") for one in pattern.strip("( )").split("|"))
            found.append(Branch((), self._arm(closing), patterns=patterns))
        self._skip("esac")
        self._outputs()
        return Branches(tuple(found), subject)

    def _arm(self, closing: str) -> Body:
        """Up to ``;;``: statements are read one by one, for a separator may be it."""
        found: list[Statement] = []
        after, negated = "", False
        while not self.at_end():
            self.blanks()
            if self.take(_ARM_END) or self._keyword() == "esac" or (closing and self.looks(closing)):
                break
            if operator := self.take(_ARM_SEPARATOR):
                after = operator if operator in {"&&", "||"} else after if operator == "\n" else ""
                if operator == "\n":
                    self._documents()
                continue
            before = self.position
            word = self._keyword()
            node = self._node(word, frozenset({"esac"}), closing)
            if node is not None:
                self.blanks()
                found.append(Statement(node, self.looks("|") and not self.looks("||"), after, negated))
                after, negated = "", False
            elif word == "!":
                negated = True
            elif self.position == before:
                self.position += 1
        return tuple(found)

    def _function(self, name: str, ends: frozenset[str], closing: str) -> Function:
        self._separators(closing)
        word = self._keyword()
        inner = self._node(word, ends, closing) if word == "{" or self.looks("(") else None
        return Function(name, inner.body if isinstance(inner, Group) else ())

    def _simple(self, ends: frozenset[str], closing: str) -> Simple | Function | None:
        words: list[Word] = []
        outputs: list[Word] = []
        documents: list[Document] = []
        while not self.at_end():
            self.blanks()
            if self.at_end() or (closing and self.looks(closing)):
                break
            if self._redirection(outputs, documents):
                continue
            if _OPERATOR.match(self.text, self.position):
                if len(words) == 1 and self.take(_FUNCTION) and isinstance(words[0][0], str):
                    return self._function(words[0][0], ends, closing)
                break
            before = self.position
            words.append(self.word())
            if self.position == before:
                self.position += 1
        return Simple(tuple(word for word in words if word), tuple(outputs), documents) if words or documents or outputs else None

    def _redirection(self, outputs: list[Word], documents: list[Document]) -> bool:
        """Read a redirection, if one stands here."""
        found = _REDIRECTION.match(self.text, self.position)
        if found is None:
            return False
        operator = found["operator"]
        self.position = found.end()
        self.blanks()
        start = self.position
        target = self.word()
        if operator in {"<<", "<<-"}:
            raw = self.text[start : self.position]
            delimiter = "".join(piece for piece in target if isinstance(piece, str))
            if delimiter:
                self.waiting.append((delimiter, any(mark in raw for mark in "'\"\\"), operator == "<<-", documents))
        elif operator == "<<<":
            documents.append(Document(target))
        elif operator in {">", ">>", ">|"} and target and not found[0].startswith("2"):
            outputs.append(target)
        return True

    def _documents(self) -> None:
        """The bodies of the here-documents of the line that has ended."""
        waiting, self.waiting = self.waiting, []
        for delimiter, quoted, tabs, owner in waiting:
            start = self.position
            lines: list[str] = []
            while not self.at_end():
                end = self.text.find("\n", self.position)
                end = len(self.text) if end < 0 else end
                line = self.text[self.position : end]
                self.position = min(end + 1, len(self.text))
                # An indented end is an error that people make, in templates above all.
                if line.strip() == delimiter:
                    break
                lines.append(line.lstrip("\t") if tabs else line)
            text = "".join(f"{line}\n" for line in lines)
            owner.append(Document((text,) if quoted or start == self.position else self.inner(text).document()))

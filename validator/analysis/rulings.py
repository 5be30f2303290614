"""Whether a workload's question gets past policy documents, where most of it is not in the inputs.

Which action a workload asks for, on which object, with which headers, is mostly not known. So the question is whether *some* request of
its kind gets through. It is refused only where none can: not one of the usual actions, on no key, however it is asked. Where some do and
others may not, it gets through ``in_part``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product

from validator.analysis.authorization import Caller, Decision, Guard, Request, decide, variables_of
from validator.analysis.condition_keys import OfAction
from validator.analysis.conditions import Context, Fact
from validator.analysis.patterns import NEVER, Hole, Name, Tokens, Wild
from validator.analysis.terms import Filled, Terms
from validator.model.iam import Statement
from validator.values import Truth, Unknown, all_of

# What a client sends as it likes, or what objects have: a request can be made that meets any one condition on these.
_CHOSEN = re.compile(
    r"s3:(?:x-amz-.*|authtype|signatureage|signatureversion|prefix|delimiter|max-keys|versionid|requestobjecttag.*|existingobjecttag/.*|object-lock-.*|if-none-match|if-match)"
    r"|aws:(?:requesttag/.*|tagkeys)"
)
_MOST_TRIES = 256
_KEY = Hole("the key of the object")
_ANY = Name("any text that no document spells", fresh=True)


@dataclass(frozen=True, slots=True)
class Ask:
    """An action on a bucket, or on an object in it: then ``resource`` ends in its key, or in one that is not known."""

    action: str
    resource: Tokens
    on_object: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What a caller needs: one ask of each group."""

    caller: Caller
    context: Context
    groups: tuple[tuple[Ask, ...], ...]


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether the question gets past all guards. ``guard`` and ``statement`` are those that refuse it, or keep it open.

    ``ask`` is an example of what gets through, or does not, one of so many ``asks``.
    """

    truth: Truth
    ask: Ask
    asks: int
    guard: Guard | None = None
    statement: Statement | None = None
    in_part: bool = False


@dataclass(frozen=True, slots=True)
class _Heard:
    """An ask with what each guard says of it."""

    ask: Ask
    decisions: tuple[Decision, ...]

    @property
    def truth(self) -> Truth:
        return all_of(decision.truth for decision in self.decisions)

    @property
    def refusing(self) -> int:
        """How many guards it gets past, or may, before the first that refuses."""
        return next(index for index, decision in enumerate(self.decisions) if decision.truth is False)

    @property
    def open(self) -> int:
        """The first guard that does not decide."""
        return next(index for index, decision in enumerate(self.decisions) if isinstance(decision.truth, Unknown))


def on_object(action: str, bucket: Tokens) -> Ask:
    """``action`` on some object of the bucket with this ARN."""
    return Ask(action, (*bucket, "/", _KEY), on_object=True)


def rule(guards: Sequence[Guard], question: Question, terms: Terms) -> Ruling:
    """Whether ``question`` gets past ``guards``, in their order: the first group that does not says why."""
    rulings = [_of_group(guards, question, group, terms) for group in question.groups]
    refused = [one for one in rulings if one.truth is False]
    doubtful = [one for one in rulings if isinstance(one.truth, Unknown)]
    partial = [one for one in rulings if one.in_part]
    return (refused or doubtful or partial or rulings)[0]


def _of_group(guards: Sequence[Guard], question: Question, group: Sequence[Ask], terms: Terms) -> Ruling:
    heard = [_heard(guards, question, ask, {}, terms) for ask in group]
    some = next((one for one in heard if one.truth is True), None)
    if some is not None:
        return Ruling(True, some.ask, len(group), in_part=any(one.truth is not True for one in heard))
    doubtful = [one for one in heard if isinstance(one.truth, Unknown)]
    if not doubtful:
        # The one that comes furthest: some request gets as far as the document that refuses it.
        last = max(heard, key=lambda one: one.refusing)
        return Ruling(False, last.ask, len(group), guards[last.refusing], last.decisions[last.refusing].statement)
    for ask, chosen in islice(_examples(guards, question, [one.ask for one in doubtful], terms), _MOST_TRIES):
        if _heard(guards, question, ask, chosen, terms).truth is True:
            return Ruling(True, ask, len(group), in_part=True)
    first = doubtful[0]
    return Ruling(first.truth, first.ask, len(group), guards[first.open], first.decisions[first.open].statement)


def _heard(guards: Sequence[Guard], question: Question, ask: Ask, chosen: Mapping[str, Fact], terms: Terms) -> _Heard:
    request = Request(ask.action, ask.resource, question.caller, OfAction({**question.context, **chosen}, ask.action))
    return _Heard(ask, tuple(decide(guard, request, terms) for guard in guards))


# --- examples -------------------------------------------------------------------------------------------------------------------------


def _examples(guards: Sequence[Guard], question: Question, asks: Sequence[Ask], terms: Terms) -> Iterator[tuple[Ask, Mapping[str, Fact]]]:
    """Requests of the kind of ``asks`` with everything chosen that the client can choose, from what the documents speak of."""
    statements = [one for guard in guards if not isinstance(guard.document.statements, Unknown) for one in guard.document.statements]
    known = [one for one in statements if isinstance(one, Statement)]
    spelt = tuple(_spelt(known, variables_of(question.context), terms))
    parameters = _parameters(known, terms)
    for values in product(*parameters.values()):
        chosen = dict(zip(parameters, values, strict=True))
        for ask in asks:
            for resource in _resources(spelt, ask.resource):
                yield replace(ask, resource=resource), chosen


def _spelt(statements: Sequence[Statement], variables: Filled, terms: Terms) -> Iterator[Tokens]:
    """The resources that documents name, with what their variables stand for; not those with one that may stand for nothing."""

    def settled(variable: str) -> Tokens:
        found = variables(variable)
        return (NEVER,) if any(isinstance(piece, Hole) for piece in found) else found

    for statement in statements:
        named = statement.resources.terms if statement.resources is not None else ()
        patterns = (terms.tokens(term, wild=True, variables=settled) for term in (() if isinstance(named, Unknown) else named))
        yield from (pattern for pattern in patterns if NEVER not in pattern)


def _resources(spelt: Sequence[Tokens], resource: Tokens) -> Iterator[Tokens]:
    """``resource`` with a key that no document speaks of, then with those that they do."""
    if resource[-1:] != (_KEY,):
        yield resource
        return
    bucket = resource[:-1]
    yield (*bucket, _ANY)
    yield from (_instance(pattern) for pattern in spelt if pattern[: len(bucket)] == bucket and len(pattern) > len(bucket))


def _parameters(statements: Sequence[Statement], terms: Terms) -> dict[str, tuple[Fact, ...]]:
    """The keys that a client may fill as it likes, with what is worth trying: nothing, what the conditions name, something else."""
    found: dict[str, dict[Fact, None]] = {}
    for statement in statements:
        for condition in () if isinstance(statement.conditions, Unknown) else statement.conditions:
            key = condition.key.lower()
            if _CHOSEN.fullmatch(key):
                values = found.setdefault(key, {None: None, ((_ANY,),): None})
                for term in () if isinstance(condition.values, Unknown) else condition.values:
                    values[(_instance(terms.tokens(term, wild=True)),)] = None
    return {key: tuple(values) for key, values in found.items()}


def _instance(pattern: Tokens) -> Tokens:
    """A text that a pattern matches."""
    return tuple(_ANY if piece is Wild.RUN else "x" if piece is Wild.ONE else piece for piece in pattern)

"""Conditions of policy statements, in three values: the operators of IAM on what is known of one request.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html and
reference_policies_condition-single-vs-multi-valued-context-keys.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from operator import eq, ge, gt, le, lt
from types import MappingProxyType
from typing import TypeAlias

from validator.analysis.patterns import Hole, Name, Piece, Tokens, literal, lowered, matches, plain
from validator.analysis.terms import Filled, Terms
from validator.model.iam import Condition, Term
from validator.values import Cause, Text, Truth, Unknown, all_of, any_of, negate, unknown


@dataclass(frozen=True, slots=True)
class Address:
    """An address that is somewhere in ``block``; None: somewhere in the Internet's public space. ``spelt``: as documents may name it."""

    block: IPv4Network | None
    spelt: tuple[Tokens, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherThan:
    """A text that is not known but for not being this one."""

    tokens: Tokens


Given: TypeAlias = "Tokens | Address | OtherThan"
Fact: TypeAlias = "tuple[Given, ...] | Unknown | None"
"""What a request has under a key: its values, or None where it is known to have none."""

Context: TypeAlias = "Mapping[str, Fact]"
"""Keys in lower case. One that is missing is not known."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """The value of a condition as it is to be compared, and how its text is read."""

    term: Term
    terms: Terms
    variables: Filled | None

    def tokens(self, *, wild: bool) -> Tokens:
        return self.terms.tokens(self.term, wild=wild, variables=self.variables)


def holds(condition: Condition, context: Context, terms: Terms, *, variables: Filled | None) -> Truth:
    """Whether a request with ``context`` meets ``condition``."""
    found = _OPERATOR.fullmatch(condition.operator)
    if found is None:
        return unknown("is no operator that is known", condition.operator)
    fact = context.get(condition.key.lower(), unknown("is not settled by the input", condition.key))
    if found["name"] == "Null":
        return _is_null(condition, fact)
    compare, negated = _OPERATORS[found["name"]]
    quantifier = found["quantifier"]
    if fact is None:
        # A key that is not there meets what is negated, and nothing else; of no values, all do and none does.
        if quantifier == "ForAnyValue:" and found["lenient"] is not None:
            return unknown("is not there, and of ForAnyValue with IfExists AWS does not say what that means", condition.key)
        return quantifier == "ForAllValues:" or found["lenient"] is not None or (quantifier is None and negated)

    def met(given: Given) -> Truth:
        if isinstance(condition.values, Unknown):
            return Unknown(condition.values.causes)
        matched = any_of(compare(_Asked(term, terms, variables), given) for term in condition.values)
        return negate(matched) if negated else matched

    if isinstance(fact, Unknown):
        return _shared([met(literal(str(one))) for one in fact.among or ()], fact)
    if quantifier is None and len(fact) > 1:
        return unknown("has several values, and the condition is not for several", condition.key)
    return any_of(map(met, fact)) if quantifier == "ForAnyValue:" else all_of(map(met, fact))


def _shared(answers: Sequence[Truth], fact: Unknown) -> Truth:
    """Of a value that is not known: what all that it may be have in common."""
    if answers and not isinstance(answers[0], Unknown) and all(answer is answers[0] for answer in answers):
        return answers[0]
    return Unknown(fact.causes)


def _is_null(condition: Condition, fact: Fact) -> Truth:
    """``true`` is met by a key that is not there."""
    if isinstance(fact, Unknown) or isinstance(condition.values, Unknown):
        return Unknown((fact if isinstance(fact, Unknown) else condition.values).causes)  # type: ignore[union-attr]
    wanted = "true" if fact is None else "false"
    return any_of(value.lower() == wanted if isinstance(value, str) else _open(value) for value in condition.values)


def _open(term: Term, given: Given = ()) -> Unknown:
    """Unknown because of the pieces of a condition's value, and of the request's, that are."""
    found = (*causes_in(term), *(causes_of(given) if isinstance(given, tuple) else ()))
    return Unknown(found or (Cause("is not settled by the input", "a value of the request"),))


def causes_in(term: Term) -> tuple[Cause, ...]:
    """Why ``term`` is not text that is known."""
    match term:
        case str():
            return ()
        case Unknown():
            return term.causes
        case Text(parts=parts):
            return tuple(cause for part in parts for cause in causes_in(part))
    return (Cause("is known only after deployment", str(term)),)


def causes_of(tokens: Tokens) -> tuple[Cause, ...]:
    """Why ``tokens`` are not text that is known. The key of a stack's symbol begins with the stack's path."""
    keys = (token.key for token in tokens if isinstance(token, Hole | Name) and token.key)
    return tuple(Cause("is not settled by the input", key.rpartition("|")[2]) for key in keys)


# --- operators -----------------------------------------------------------------------------------------------------------------------


def _decided(asked: _Asked, pattern: Tokens, given: Given) -> Truth:
    """Whether ``pattern`` matches the request's value, with the causes where it depends."""
    if isinstance(given, OtherThan) and pattern == given.tokens:
        return False
    answer = matches(pattern, given if isinstance(given, tuple) else (Hole(),))
    return _open(asked.term, given) if answer is None else answer


def _equals(asked: _Asked, given: Given) -> Truth:
    return _decided(asked, asked.tokens(wild=False), given)


def _equals_in_any_case(asked: _Asked, given: Given) -> Truth:
    return _decided(asked, lowered(asked.tokens(wild=False)), lowered(given) if isinstance(given, tuple) else given)


def _like(asked: _Asked, given: Given) -> Truth:
    return _decided(asked, asked.tokens(wild=True), given)


def _arn_like(asked: _Asked, given: Given) -> Truth:
    """Each of the six fields by itself."""
    pattern = asked.tokens(wild=True)
    fields, others = _fields(pattern), _fields(given) if isinstance(given, tuple) else None
    if fields is None or others is None:
        # A piece that is not known may hold several fields: what differs as a whole differs.
        whole = True if pattern == given and Hole() not in pattern else _decided(asked, pattern, given)
        return whole if whole is False or pattern == given else _open(asked.term, given)
    return all_of(_decided(asked, one, other) for one, other in zip(fields, others, strict=True))


def _fields(tokens: Tokens) -> list[Tokens] | None:
    """An ARN's fields; None where it has not six of them, or a piece that is not known may be several."""
    fields: list[tuple[Piece, ...]] = [()]
    for piece in tokens:
        if piece == ":" and len(fields) < _ARN_FIELDS:
            fields.append(())
        else:
            fields[-1] += (piece,)
    several = any(isinstance(piece, Hole) for field in fields[:-1] for piece in field)
    return None if several or len(fields) < _ARN_FIELDS else list(fields)


def _in_block(asked: _Asked, given: Given) -> Truth:
    """Whether an address, or wherever it is, lies in a block; of IPv6 blocks, no IPv4 address does."""
    tokens = asked.tokens(wild=False)
    written = plain(tokens)
    if written is None or not isinstance(given, Address):
        named = isinstance(given, Address) and any(tokens in (one, (*one, *literal("/32"))) for one in given.spelt)
        return True if named else _open(asked.term, given)
    try:
        block = ip_network(written, strict=False)
    except ValueError:
        return unknown("is no block of addresses", written)
    if isinstance(block, IPv6Network):
        return False
    if given.block is None:
        return True if block.prefixlen == 0 else False if block.is_private else _open(asked.term, given)
    if given.block.subnet_of(block):
        return True
    return _open(asked.term, given) if given.block.overlaps(block) else False


def _numeric(wanted: Callable[[float, float], bool]) -> _Compare:
    def compare(asked: _Asked, given: Given) -> Truth:
        bound, value = plain(asked.tokens(wild=False)), plain(given) if isinstance(given, tuple) else None
        if bound is None or value is None:
            return _open(asked.term, given)
        try:
            return wanted(float(value), float(bound))
        except ValueError:
            return unknown("is no number", bound)

    return compare


def _never_decided(asked: _Asked, _: Given) -> Truth:
    return unknown("is compared with a value of the request that no input shows", str(asked.term))


_Compare = Callable[[_Asked, Given], Truth]
_ARN_FIELDS = 6
_OPERATORS: Mapping[str, tuple[_Compare, bool]] = MappingProxyType(
    {
        # name: how one value is compared, and whether the outcome is turned round
        "StringEquals": (_equals, False), "StringNotEquals": (_equals, True),
        "StringEqualsIgnoreCase": (_equals_in_any_case, False), "StringNotEqualsIgnoreCase": (_equals_in_any_case, True),
        "StringLike": (_like, False), "StringNotLike": (_like, True),
        "ArnEquals": (_arn_like, False), "ArnLike": (_arn_like, False), "ArnNotEquals": (_arn_like, True), "ArnNotLike": (_arn_like, True),
        "Bool": (_equals_in_any_case, False),
        "IpAddress": (_in_block, False), "NotIpAddress": (_in_block, True),
        "NumericEquals": (_numeric(eq), False), "NumericNotEquals": (_numeric(eq), True),
        "NumericLessThan": (_numeric(lt), False), "NumericLessThanEquals": (_numeric(le), False),
        "NumericGreaterThan": (_numeric(gt), False), "NumericGreaterThanEquals": (_numeric(ge), False),
        "DateEquals": (_never_decided, False), "DateNotEquals": (_never_decided, True),
        "DateLessThan": (_never_decided, False), "DateLessThanEquals": (_never_decided, False),
        "DateGreaterThan": (_never_decided, False), "DateGreaterThanEquals": (_never_decided, False),
        "BinaryEquals": (_never_decided, False),
    }
)  # fmt: skip
_OPERATOR = re.compile(rf"(?P<quantifier>ForAllValues:|ForAnyValue:)?(?P<name>{'|'.join(_OPERATORS)}|Null(?!I))(?P<lenient>IfExists)?")

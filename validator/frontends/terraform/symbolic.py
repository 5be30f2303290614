"""What expressions work with: values as ``validator.values`` has them, resources as a whole, sets; and what is true of unknown ones.

Three rules: an attribute of a resource that will exist is not null; ids and ARNs of different resources differ; anything else about a
value that nobody knows yet is unknown too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from validator.frontends.terraform.numerals import number_text, numeral
from validator.source import SourceLocation
from validator.values import Cause, Ref, Scalar, Text, Truth, Unknown, Value, all_of, any_of, text, unite

LONGEST = 4 * 1024**2
"""Characters of a string that an expression makes."""


class EvaluationError(Exception):
    """What Terraform would refuse too: the value of an expression that is wrong. ``try`` goes on to its next argument."""


class TooSlowError(EvaluationError):
    """What Terraform would do and we do not wait for."""


class SetOf(tuple["Result", ...]):
    """A set: its members in Terraform's order, each once."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Instance:
    """A resource instance, or a block inside one: ``attribute`` gives each of its attributes when asked for.

    ``address`` is that of the resource, ``prefix`` the path of the block in it ("" for the resource itself).
    ``names`` are the attributes that its configuration sets.
    """

    address: str
    attribute: Callable[[str], Result]
    prefix: str = ""
    names: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        """The same place is the same value."""
        return isinstance(other, Instance) and (self.address, self.prefix) == (other.address, other.prefix)

    def __hash__(self) -> int:
        """By place."""
        return hash((self.address, self.prefix))


Result: TypeAlias = "Scalar | Ref | Text | Unknown | Instance | tuple[Result, ...] | Mapping[str, Result]"

_CERTAIN = frozenset({"id", "arn", "bucket_regional_domain_name", "bucket_domain_name", "main_route_table_id", "default_route_table_id",
                      "default_security_group_id", "default_network_acl_id", "owner_id", "prefix_list_id", "account_id", "name"})  # fmt: skip
_OWN = frozenset({"id", "arn"})


def is_never_null(value: Result) -> bool:
    """Whether a value that is not known yet is certainly neither null nor empty."""
    match value:
        case Ref(attribute=attribute):
            return attribute in _CERTAIN
        case Text(parts=parts):
            return any(isinstance(part, str) or is_never_null(part) for part in parts)
        case Instance():
            return True
    return False


def is_null(value: Result) -> Truth:
    """Whether a value is null."""
    match value:
        case None:
            return True
        case Unknown():
            return Unknown(value.causes)
        case Ref() if not is_never_null(value):
            return Unknown((after_apply(value),))
    return False


def after_apply(reference: Ref) -> Cause:
    """Why the text of an attribute is not known."""
    return Cause("is known only after apply", str(reference))


def open_parts(value: Result) -> Iterator[Ref | Unknown]:
    """Everything in a value that is not settled."""
    match value:
        case Ref() | Unknown():
            yield value
        case Text(parts=parts):
            yield from (part for part in parts if not isinstance(part, str))
        case Instance(address=address, prefix=prefix):
            yield Ref(address, prefix or "*")
        case tuple():
            for member in value:
                yield from open_parts(member)
        case Mapping():
            for member in value.values():
                yield from open_parts(member)


def is_settled(value: Result) -> bool:
    """Whether nothing in a value is unknown or symbolic."""
    return next(open_parts(value), None) is None


def unsettled(*operands: Result, location: SourceLocation | None = None) -> Unknown:
    """The unknown result of an operation on ``operands``, at least one of which is not settled."""
    causes: list[Cause] = []
    mentions: list[Ref] = []
    for part in open_parts(operands):
        if isinstance(part, Unknown):
            causes += part.causes
            mentions += part.mentions
        else:
            causes.append(Cause("is known only after apply", str(part), location))
            mentions.append(part)
    return Unknown(tuple(causes), None, tuple(mentions))


def either(condition: Unknown, options: Sequence[Result]) -> Result:
    """The value that is one of ``options``, nobody knows which."""
    first = options[0]
    if all(_identical(first, other) for other in options[1:]):
        return first
    if all(isinstance(option, Mapping) for option in options):
        return _either_mapping(condition, [option for option in options if isinstance(option, Mapping)])
    found = [_bound(option) for option in options]
    bounds = None if None in found else [value for bound in found if bound is not None for value in bound]
    mentions = tuple(mention for option in options for mention in mentions_of(option))
    causes = condition.causes + tuple(cause for option in options if isinstance(option, Unknown) for cause in option.causes)
    return Unknown(causes, tuple(bounds) if bounds else None, mentions)


def _either_mapping(condition: Unknown, options: Sequence[Mapping[str, Result]]) -> Result:
    if any(option.keys() != options[0].keys() for option in options):
        return Unknown(condition.causes, None, tuple(mention for option in options for mention in mentions_of(option)))
    return {name: either(condition, [option[name] for option in options]) for name in options[0]}


def _identical(one: Result, other: Result) -> bool:
    return type(one) is type(other) and one == other


def _bound(option: Result) -> list[str | Ref] | None:
    match option:
        case str() | Ref():
            return [option]
        case Unknown(among=among):
            return None if among is None else list(among)
        case tuple():
            found: list[str | Ref] = []
            for member in option:
                inner = _bound(member) if not isinstance(member, tuple) else None
                if inner is None:
                    return None
                found += inner
            return found
    return None


def mentions_of(value: Result) -> tuple[Ref, ...]:
    """The attributes that a value is made from."""
    found: list[Ref] = []
    for part in open_parts(value):
        found += part.mentions if isinstance(part, Unknown) else (part,)
    return tuple(found)


def equal(one: Result, other: Result) -> Truth:
    """Terraform's ``==``."""
    match one, other:
        case (Unknown() as left, _) if left.same_as(other):
            return True
        case (Unknown(), _) | (_, Unknown()):
            return Unknown(unsettled(one, other).causes)
        case (None, _):
            return is_null(other)
        case (_, None):
            return is_null(one)
        case (Instance(), _) | (_, Instance()):
            return True if one == other else Unknown(unsettled(one, other).causes)
        case (Ref() | Text(), _) | (_, Ref() | Text()):
            return _equal_texts(one, other)
        case (SetOf(), SetOf()) if is_settled(one) and is_settled(other):
            return tuple(one) == tuple(other)
        case (tuple(), tuple()):
            return False if len(one) != len(other) else all_of(equal(a, b) for a, b in zip(one, other, strict=True))
        case (Mapping(), Mapping()):
            return False if one.keys() != other.keys() else all_of(equal(one[name], other[name]) for name in one)
    return kind_of(one) == kind_of(other) and one == other


def _equal_texts(one: Result, other: Result) -> Truth:
    if one == other:
        return True
    if isinstance(one, Ref) and isinstance(other, Ref) and one.attribute == other.attribute and one.attribute in _OWN and not _is_data(one, other):
        return False
    if (one == "" and is_never_null(other)) or (other == "" and is_never_null(one)):
        return False
    if isinstance(one, tuple | Mapping) or isinstance(other, tuple | Mapping):
        return Unknown(unsettled(one, other).causes)
    return False if _ends_differ(one, other) else Unknown(unsettled(one, other).causes)


def _ends_differ(one: Result, other: Result) -> bool:
    """Whether the known beginnings or ends already differ."""
    left, right = _parts(one), _parts(other)
    for first, second in ((left[0], right[0]), (left[-1][::-1] if isinstance(left[-1], str) else left[-1],
                                              right[-1][::-1] if isinstance(right[-1], str) else right[-1])):  # fmt: skip
        if isinstance(first, str) and isinstance(second, str):
            shared = min(len(first), len(second))
            if first[:shared] != second[:shared]:
                return True
    return False


def _parts(value: Result) -> tuple[object, ...]:
    return value.parts if isinstance(value, Text) else (value,)


def _is_data(*references: Ref) -> bool:
    return any(reference.address.startswith("data.") or ".data." in reference.address for reference in references)


def kind_of(value: Result) -> str:
    """The kind of a value, in Terraform's words."""
    match value:
        case None:
            return "null"
        case bool():
            return "bool"
        case int() | float():
            return "number"
        case str() | Text():
            return "string"
        case SetOf():
            return "set"
        case tuple():
            return "list"
        case Mapping() | Instance():
            return "object"
    return "unknown"


def contains(members: Iterable[Result], wanted: Result) -> Truth:
    """Whether a value is among others."""
    return any_of(equal(member, wanted) for member in members)


def as_text(value: Result) -> str | Ref | Unknown | Text:
    """A value as a string. Raises EvaluationError for what is none."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return number_text(value)
        case str() | Ref() | Unknown() | Text():
            return value
    message = f"needs a string, got {kind_of(value)}"
    raise EvaluationError(message)


def as_number(value: Result) -> int | float | Ref | Unknown | Text:
    """A value as a number. Raises EvaluationError for what is none."""
    match value:
        case bool():
            pass
        case int() | float() | Ref() | Unknown() | Text():
            return value
        case str():
            return number_of(value)
    message = f"needs a number, got {kind_of(value)}"
    raise EvaluationError(message)


def number_of(written: str) -> int | float:
    """The number that a string writes. Raises EvaluationError."""
    try:
        return numeral(written)
    except (ValueError, OverflowError):
        message = "needs a number, got a string that is none"
        raise EvaluationError(message) from None


def as_truth(value: Result) -> Truth:
    """A value as yes or no. Raises EvaluationError for what is neither."""
    match value:
        case bool():
            return value
        case "true" | "false":
            return value == "true"
        case Unknown():
            return Unknown(value.causes)
        case Ref() | Text():
            return Unknown(unsettled(value).causes)
    message = f"needs true or false, got {kind_of(value)}"
    raise EvaluationError(message)


def finished(value: Result) -> Value:
    """A value as the rest of the program takes it: a resource as a whole is the reference to it."""
    match value:
        case Instance(address=address, prefix=prefix):
            return Ref(address, prefix or "*")
        case tuple():
            return tuple(finished(member) for member in value)
        case Mapping():
            return {str(name): finished(member) for name, member in value.items()}
    return value


def concatenated(parts: Iterable[Result]) -> str | Ref | Unknown | Text:
    """The parts of a template in a row. Raises EvaluationError where one is no string, or all are too long together."""
    return text(_bounded(as_text(part) for part in parts))


def _bounded(parts: Iterable[str | Ref | Unknown | Text]) -> Iterator[str | Ref | Unknown | Text]:
    length = 0
    for part in parts:
        length += len(part) if isinstance(part, str) else 0
        if length > LONGEST:
            message = "makes a string that is too long"
            raise EvaluationError(message)
        yield part


def sort_key(value: Result) -> tuple[int, float, str]:
    """The order of the members of a set: numbers by size, strings by code point, then the rest."""
    if isinstance(value, bool):
        return (0, int(value), "")
    if isinstance(value, int | float):
        return (1, value, "")
    return (2, 0, value) if isinstance(value, str) else (3, 0, str(value))


def set_of(members: Iterable[Result]) -> SetOf | Unknown:
    """The members in order, each once; Unknown where nobody knows whether two are the same."""
    kept: list[Result] = []
    plain: set[tuple[str, Result]] = set()
    loose: list[Result] = []
    for member in members:
        if isinstance(member, str | bool | int | float):
            mark = (kind_of(member), member)
            if mark not in plain:
                plain.add(mark)
                kept.append(member)
        elif member not in loose:
            loose.append(member)
    same: list[Unknown] = []
    for index, member in enumerate(loose):
        for other in (*loose[:index], *kept):
            found = equal(member, other)
            if isinstance(found, Unknown):
                same.append(found)
    if same:
        bound = _bound((*kept, *loose))
        return Unknown(unite(same).causes, tuple(bound) if bound else None, mentions_of((*kept, *loose)))
    return SetOf((*sorted(kept, key=sort_key), *sorted(loose, key=sort_key)))


def unified(members: Sequence[Result]) -> tuple[Result, ...]:
    """The members of a list, set or map of one type: strings and numbers together become strings."""
    kinds = {kind_of(member) for member in members if isinstance(member, str | bool | int | float | Text)}
    if len(kinds) > 1:
        return tuple(as_text(member) if isinstance(member, str | bool | int | float) else member for member in members)
    return tuple(members)

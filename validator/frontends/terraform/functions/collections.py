"""Functions of lists, sets and maps; most keep symbolic members as they are."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence

from validator.frontends.terraform.constraints import members_of
from validator.frontends.terraform.functions.signature import Function, Plain, Symbolic
from validator.frontends.terraform.symbolic import (
    EvaluationError,
    Instance,
    Result,
    SetOf,
    as_number,
    as_text,
    as_truth,
    contains,
    either,
    equal,
    is_never_null,
    is_null,
    kind_of,
    set_of,
    unified,
    unsettled,
)
from validator.values import Ref, Text, Unknown, all_of, any_of, unite

_MOST = 100_000
_RANGE = 1024


def _wrong(message: str) -> EvaluationError:
    return EvaluationError(message)


def _open(*values: Result) -> bool:
    """Whether a list is wanted and not even its number of members is known."""
    return any(isinstance(value, Unknown | Ref | Text) for value in values)


def _each(call: Callable[..., Result]) -> Symbolic:
    """A function of lists: unknown where one of its arguments is unknown as a whole."""
    return Symbolic(lambda *arguments: _bounded(arguments) if _open(*arguments) else call(*arguments))


def _bounded(arguments: Sequence[Result]) -> Unknown:
    """A list made from others, one of them unknown: each member is one of theirs, if these are bounded."""
    opened = [argument for argument in arguments if isinstance(argument, Unknown | Ref | Text)]
    doubt = unsettled(*(opened or arguments))
    listed = [argument if isinstance(argument, Unknown) else unsettled(argument) for argument in opened]
    for argument in arguments:
        if isinstance(argument, tuple) and argument:
            found = either(doubt, [argument, ()])
            listed.append(found if isinstance(found, Unknown) else doubt)
    return unite(listed or [doubt])


def concat(*lists: Result) -> Result:
    """The members of all lists."""
    return tuple(member for listed in lists for member in members_of(listed))


def flatten(value: Result) -> Result:
    """The members of nested lists, however deep."""
    flat: list[Result] = []
    opened: list[Unknown] = []
    stack = [iter(members_of(value))]
    while stack:
        for member in stack[-1]:
            if isinstance(member, tuple):
                stack.append(iter(member))
                break
            if isinstance(member, Unknown):
                # It may be a list itself.
                opened.append(member)
            flat.append(member)
        else:
            stack.pop()
    return _bounded((*(tuple(one for one in flat if not isinstance(one, Unknown)),), *opened)) if opened else tuple(flat)


def compact(listed: Result) -> Result:
    """Without null and empty strings."""
    kept: list[Result] = []
    opened: list[Unknown] = []
    for member in members_of(listed):
        if member is None or member == "":
            continue
        if isinstance(member, Unknown) or (isinstance(member, Ref | Text) and not is_never_null(member)):
            opened.append(member if isinstance(member, Unknown) else unsettled(member))
        kept.append(as_text(member))
    return _bounded((tuple(one for one in kept if not isinstance(one, Unknown)), *opened)) if opened else tuple(kept)


def distinct(listed: Result) -> Result:
    """Each member once, in the order of the first."""
    kept: list[Result] = []
    for member in members_of(listed):
        found = contains(kept, member)
        if isinstance(found, Unknown):
            return _bounded((listed, unsettled(*members_of(listed))))
        if not found:
            kept.append(member)
    return tuple(kept)


def element(listed: Result, index: Result) -> Result:
    """The member at an index, counted round."""
    number = as_number(index)
    if isinstance(listed, Ref) and isinstance(number, int):
        return Ref(listed.address, f"{listed.attribute}.{number}")
    if isinstance(listed, Unknown | Ref | Text):
        return listed if isinstance(listed, Unknown) else unsettled(listed)
    members = members_of(listed)
    if not members:
        raise _wrong("needs a list with members")
    if not isinstance(number, int | float):
        return either(unsettled(index), members)
    return members[int(number) % len(members)]


def slice_(listed: Result, start: Result, end: Result) -> Result:
    """The members from start to before end. Of an attribute that is a list nobody knows: that many of its members."""
    first, last = as_number(start), as_number(end)
    if not isinstance(first, int) or not isinstance(last, int):
        return _bounded((listed, unsettled(start, end)))
    if isinstance(listed, Ref) and 0 <= first <= last < _RANGE:
        return tuple(Ref(listed.address, f"{listed.attribute}.{index}") for index in range(first, last))
    if isinstance(listed, Unknown | Ref | Text):
        return listed if isinstance(listed, Unknown) else unsettled(listed)
    members = members_of(listed)
    if not 0 <= first <= last <= len(members):
        raise _wrong(f"takes {first} to {last} of a list of {len(members)}")
    return members[first:last]


def length(value: Result) -> Result:
    """The number of members or characters."""
    match value:
        case str():
            return len(value)
        case tuple() | Mapping():
            return len(value)
        case Unknown() | Ref() | Text() | Instance():
            return unsettled(value)
    raise _wrong(f"needs a list, a map or a string, got {kind_of(value)}")


def lookup(mapping: Result, key: Result, *default: Result) -> Result:
    """The value of a key, else the default."""
    name = as_text(key)
    if isinstance(mapping, Instance) and isinstance(name, str):
        return mapping.attribute(name)
    if isinstance(mapping, Unknown | Ref | Text):
        return unsettled(mapping, *default)
    if not isinstance(mapping, Mapping):
        raise _wrong(f"needs a map, got {kind_of(mapping)}")
    if not isinstance(name, str):
        return either(unsettled(key), [*mapping.values(), *default] or [None])
    if name in mapping:
        return mapping[name]
    if default:
        return default[0]
    raise _wrong("has no such key")


def merge(*mappings: Result) -> Result:
    """One map; later ones win."""
    if any(isinstance(one, Unknown | Ref | Text | Instance) for one in mappings):
        return unsettled(*mappings)
    merged: dict[str, Result] = {}
    for one in mappings:
        if one is None:
            continue
        if not isinstance(one, Mapping):
            raise _wrong(f"needs maps, got {kind_of(one)}")
        merged.update(one)
    return merged


def keys(mapping: Result) -> Result:
    """The keys of a map in order."""
    if isinstance(mapping, Unknown | Ref | Text | Instance):
        return unsettled(mapping)
    if not isinstance(mapping, Mapping):
        raise _wrong(f"needs a map, got {kind_of(mapping)}")
    return tuple(sorted(mapping))


def values(mapping: Result) -> Result:
    """The values of a map in the order of its keys."""
    if isinstance(mapping, Unknown | Ref | Text | Instance):
        return unsettled(mapping)
    if not isinstance(mapping, Mapping):
        raise _wrong(f"needs a map, got {kind_of(mapping)}")
    return tuple(mapping[key] for key in sorted(mapping))


def zipmap(names: Result, listed: Result) -> Result:
    """A map of keys and values."""
    found = [as_text(name) for name in members_of(names)]
    if not all(isinstance(name, str) for name in found):
        return unsettled(names, listed)
    if len(found) != len(members_of(listed)):
        raise _wrong("needs as many keys as values")
    return dict(zip([str(name) for name in found], members_of(listed), strict=True))


def coalesce(*candidates: Result) -> Result:
    """The first that is neither null nor an empty string."""
    opened: list[Result] = []
    for candidate in unified(candidates):
        if candidate is None or candidate == "":
            continue
        null = is_null(candidate)
        if null is False:
            return either(unsettled(*opened), [*opened, candidate]) if opened else candidate
        opened.append(candidate)
    if opened:
        return unsettled(*opened)
    raise _wrong("has no argument that is neither null nor empty")


def coalescelist(*candidates: Result) -> Result:
    """The first list that has members."""
    opened: list[Result] = []
    for candidate in candidates:
        if isinstance(candidate, Unknown | Ref | Text):
            opened.append(candidate)
        elif candidate is not None and len(members_of(candidate)):
            return _bounded((*opened, candidate)) if opened else candidate
    if opened:
        return unsettled(*opened)
    raise _wrong("has no list with members")


def one(value: Result) -> Result:
    """The only member, or null of none."""
    if isinstance(value, Unknown | Ref | Text):
        return value if isinstance(value, Unknown) else unsettled(value)
    members = members_of(value)
    if len(members) > 1:
        raise _wrong(f"needs a list of at most one member, got {len(members)}")
    return members[0] if members else None


def index_of(listed: Result, wanted: Result) -> Result:
    """The position of the first member that is equal."""
    for position, member in enumerate(members_of(listed)):
        found = equal(member, wanted)
        if isinstance(found, Unknown):
            return found
        if found:
            return position
    raise _wrong("has no such member")


def matchkeys(wanted: Result, names: Result, search: Result) -> Result:
    """The values whose key is searched for."""
    kept: list[Result] = []
    for value, name in zip(members_of(wanted), members_of(names), strict=False):
        found = contains(members_of(search), name)
        if isinstance(found, Unknown):
            return _bounded((wanted, found))
        if found:
            kept.append(value)
    return tuple(kept)


def chunklist(listed: Result, size: Result) -> Result:
    """Lists of at most ``size`` members."""
    number = as_number(size)
    members = members_of(listed)
    if not isinstance(number, int) or number < 0:
        raise _wrong("needs a size of 0 or more")
    return tuple(members[start : start + number] for start in range(0, len(members), number)) if number else (members,)


def setproduct(*lists: Result) -> Result:
    """Every combination of one member of each."""
    members = [members_of(listed) for listed in lists]
    total = 1
    for one_list in members:
        total *= len(one_list)
    if total > _MOST:
        raise _wrong("makes too many combinations")
    return tuple(itertools.product(*members))


def _set_operation(keep: Callable[[list[bool | Unknown]], bool | Unknown]) -> Callable[..., Result]:
    """A set of the members of the first for which ``keep`` of "is in the others" holds."""

    def call(first: Result, *others: Result) -> Result:
        kept: list[Result] = []
        for member in members_of(first):
            found = keep([contains(members_of(other), member) for other in others])
            if isinstance(found, Unknown):
                return _bounded((first, found))
            if found:
                kept.append(member)
        return set_of(kept)

    return call


def range_(*bounds: float) -> tuple[int | float, ...]:
    """Numbers from start to before limit."""
    start, limit, *rest = bounds if len(bounds) > 1 else (0, *bounds)
    step = rest[0] if rest else (1 if limit >= start else -1)
    if step == 0 or (limit > start and step < 0) or (limit < start and step > 0):
        raise _wrong("never gets to its limit")
    found: list[int | float] = []
    while (start < limit) if step > 0 else (start > limit):
        found.append(start)
        start += step
        if len(found) > _RANGE:
            raise _wrong(f"has more than {_RANGE} members, which Terraform refuses")
    return tuple(found)


def transpose(mapping: Mapping[str, Result]) -> Result:
    """Members to the keys that have them."""
    swapped: dict[str, list[str]] = {}
    for name in sorted(mapping):
        for member in members_of(mapping[name]):
            swapped.setdefault(str(as_text(member)), []).append(name)
    return {name: tuple(swapped[name]) for name in sorted(swapped)}


def _truths(value: Result) -> list[bool | Unknown]:
    return [False if member is None else as_truth(member) for member in members_of(value)]


TABLE: Mapping[str, Function] = {
    "alltrue": _each(lambda listed: all_of(_truths(listed))),
    "anytrue": _each(lambda listed: any_of(_truths(listed))),
    "chunklist": _each(chunklist),
    "coalesce": Symbolic(coalesce),
    "coalescelist": Symbolic(coalescelist),
    "compact": _each(compact),
    "concat": _each(concat),
    "contains": Symbolic(lambda listed, wanted: unsettled(listed) if _open(listed) else contains(members_of(listed), wanted)),
    "distinct": _each(distinct),
    "element": Symbolic(element),
    "flatten": _each(flatten),
    "index": Symbolic(lambda listed, wanted: unsettled(listed, wanted) if _open(listed) else index_of(listed, wanted)),
    "keys": Symbolic(keys),
    "length": Symbolic(length),
    "list": _each(lambda *members: tuple(members)),
    "lookup": Symbolic(lookup),
    "map": Symbolic(lambda *pairs: zipmap(pairs[::2], pairs[1::2])),
    "matchkeys": _each(matchkeys),
    "merge": Symbolic(merge),
    "one": Symbolic(one),
    "range": Plain("nn?n?", range_),
    "reverse": _each(lambda listed: members_of(listed)[::-1]),
    "setintersection": _each(_set_operation(all_of)),
    "setproduct": _each(setproduct),
    "setsubtract": _each(_set_operation(lambda found: all_of(_not(one) for one in found))),
    "setunion": _each(lambda *sets: set_of(member for one in sets for member in members_of(one))),
    "slice": Symbolic(slice_),
    "transpose": Plain("m", transpose),
    "values": Symbolic(values),
    "zipmap": _each(zipmap),
}


def _not(truth: bool | Unknown) -> bool | Unknown:  # noqa: FBT001 - three values
    return truth if isinstance(truth, Unknown) else not truth


def to_set(value: Result) -> Result:
    """A set of the members."""
    if isinstance(value, Unknown | Ref | Text) or value is None:
        return value
    return value if isinstance(value, SetOf) else set_of(unified(members_of(value)))

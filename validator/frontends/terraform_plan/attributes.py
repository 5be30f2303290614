"""The attributes of one instance: known values as they are, unknown ones as identities or Unknowns with causes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from validator.frontends.terraform_plan.expressions import DYNAMIC, Sources, at
from validator.frontends.terraform_plan.references import is_constant
from validator.source import SourceLocation
from validator.values import Cause, Ref, Unknown, Value

Follow = Callable[[Any], Sources]
"""What an expression's value is made from, in the scope of the instance."""

_LITERAL_ID = re.compile(r"[a-z]+-[0-9a-f]{8,17}")


@dataclass(frozen=True, slots=True)
class Parts:
    """What a plan holds of one instance: known values, the mask of unknown ones, the expressions of its block. Each a dict, or nothing."""

    known: Mapping[str, Any]
    marked: Mapping[str, Any]
    written: Mapping[str, Any]

    @staticmethod
    def of(after: Any, mask: Any, expressions: Any) -> Parts:
        """Whatever is not a mapping holds nothing."""
        return Parts(*(part if isinstance(part, dict) else {} for part in (after, mask, expressions)))


class LazyAttributes(Mapping[str, Value]):
    """Attributes that are made when they are asked for: most of a plan is never looked into."""

    __slots__ = ("_load", "_made", "_parts", "_value")

    def __init__(self, load: Callable[[], tuple[Parts, Callable[[Parts, str], Value]]]) -> None:
        self._load = load
        self._parts: Parts | None = None
        self._made: dict[str, Value] = {}

    def _loaded(self) -> Parts:
        if self._parts is None:
            self._parts, self._value = self._load()
        return self._parts

    def get(self, key: str, default: Any = None) -> Any:
        """The value, without an exception for what is absent."""
        made = self._made
        if key in made:
            return made[key]
        parts = self._loaded()
        if key not in parts.known and key not in parts.marked:
            return default
        made[key] = found = self._value(parts, key)
        return found

    def __getitem__(self, key: str) -> Value:
        if key not in self:
            raise KeyError(key)
        found: Value = self.get(key)
        return found

    def __contains__(self, key: object) -> bool:
        parts = self._loaded()
        return key in parts.known or key in parts.marked

    def __iter__(self) -> Iterator[str]:
        parts = self._loaded()
        return iter([*parts.known, *(name for name in parts.marked if name not in parts.known)])

    def __len__(self) -> int:
        return len(list(iter(self)))


class Merger:
    """Puts what a plan knows of one instance together with what its expressions say of the rest."""

    __slots__ = ("_address", "_follow", "_path")

    def __init__(self, path: str, address: str, follow: Follow) -> None:
        self._path = path
        self._address = address
        self._follow = follow

    def attribute(self, parts: Parts, name: str) -> Value:
        """One attribute: the known value with everything that the mask marks filled in from the expressions."""
        return self._value(parts.known.get(name), parts.marked.get(name), parts.written.get(name), name)

    def _value(self, value: Any, mask: Any, expression: Any, place: str) -> Value:
        if mask is True:
            return self._unknown(expression, place)
        if not mask:
            return frozen(value) if isinstance(value, list | dict) else value
        if isinstance(mask, dict) and isinstance(value, dict | None):
            return self._members(value or {}, mask, expression, place)
        if isinstance(mask, list) and isinstance(value, list | None):
            return self._items(value or [], mask, expression, place)
        return frozen(value)

    def _members(self, value: dict[str, Any], mask: dict[str, Any], expression: Any, place: str) -> Value:
        names = [*value, *(name for name in mask if name not in value)]
        return {name: self._value(value.get(name), mask.get(name), _part(expression, name), f"{place}.{name}") for name in names}

    def _items(self, value: list[Any], mask: list[Any], expression: Any, place: str) -> Value:
        open_ones = [index for index, member in enumerate(mask) if member is True]
        exact = self._one_each(expression, len(open_ones)) if open_ones and _is_leaf(expression) else None
        if expression is None and any(isinstance(member, dict) for member in value):
            expression = DYNAMIC
        expression = _in_order_of(value, expression)
        items: list[Value] = []
        for index in range(max(len(value), len(mask))):
            member = value[index] if index < len(value) else None
            marked = mask[index] if index < len(mask) else None
            if exact is not None and marked is True:
                items.append(exact[open_ones.index(index)])
            else:
                items.append(self._value(member, marked, _part(expression, index), f"{place}.{index}"))
        return tuple(items)

    def _one_each(self, expression: Any, count: int) -> tuple[Ref, ...] | None:
        """As many attributes as the list has unknown members: each is one of them."""
        found = self._follow(expression)
        return found.refs if len(found.refs) == count and not found.causes else None

    def _unknown(self, expression: Any, place: str) -> Value:
        if isinstance(expression, list):
            expression = expression[0] if len(expression) == 1 else None
        if expression is None:
            return Ref(self._address, place)
        found = self._follow(expression)
        if not found.refs and not found.causes:
            # All that it refers to is settled, so it is the provider that fills the value in.
            return Ref(self._address, place)
        if _is_exact(found, place):
            return found.refs[0]
        if is_collection(place) and found.direct and not found.known and not found.causes and _same_attribute(found.refs):
            return found.refs
        return self._open(found, place)

    def _open(self, found: Sources, place: str) -> Unknown:
        location = at(self._path, self._address, place)
        if found.causes:
            subject = f"{self._address}.{place}"
            return Unknown(tuple(Cause(one.reason, subject if one.subject == "its value" else one.subject, location) for one in found.causes))
        named = " and ".join(sorted({str(ref) for ref in found.refs})[:4])
        reason = f"is known only after apply, and the plan does not say how it is made from {named}; its sources do, see --source"
        # A literal among the settled values may be the value too, and has no identity to mention.
        plain = [value for value in found.known if _is_member(value)]
        mentions = () if len(plain) > len(found.settled) else (*found.refs, *found.settled)
        return Unknown((Cause(reason, f"{self._address}.{place}", location),), None, mentions)


def is_collection(place: str) -> bool:
    """Whether an attribute holds several values, by its name: the plan does not say."""
    last = place.rpartition(".")[2]
    return last.endswith("s") or last == "vpc_zone_identifier"


def _is_exact(found: Sources, place: str) -> bool:
    if len(found.refs) != 1 or found.causes:
        return False
    # A settled list beside the reference, or a literal id, would be members of the collection too.
    return not (is_collection(place) and any(_is_member(value) for value in found.known))


def _is_member(value: Any) -> bool:
    return (isinstance(value, list) and bool(value)) or (isinstance(value, str) and _LITERAL_ID.fullmatch(value) is not None)


def _same_attribute(refs: tuple[Ref, ...]) -> bool:
    return len({ref.attribute for ref in refs}) == 1 and refs[0].attribute != "*"


def _is_leaf(expression: Any) -> bool:
    return isinstance(expression, dict) and expression.keys() <= {"references", "constant_value"}


def _part(expression: Any, step: str | int) -> Any:
    """The expression of a member: that of the whole where the plan flattens (maps, and blocks that are attributes)."""
    if expression is DYNAMIC or _is_leaf(expression):
        return expression
    if isinstance(expression, dict):
        return expression.get(str(step)) if isinstance(step, str) else expression
    if isinstance(expression, list) and isinstance(step, int):
        # A dynamic block is written once, or not at all, and makes several.
        return expression[step] if step < len(expression) else DYNAMIC
    return None


def _in_order_of(value: list[Any], expression: Any) -> Any:
    """The expressions of blocks in the order of the blocks: a plan sorts the members of a set, the configuration does not.

    Told by the constants that are written in each; blocks that these do not tell apart stay in their order.
    """
    if not isinstance(expression, list) or len(expression) != len(value) or len(value) < 2:  # noqa: PLR2004
        return expression
    if all(_fits(member, written) for member, written in zip(value, expression, strict=True)):
        return expression
    left = list(range(len(expression)))
    ordered: list[Any] = [DYNAMIC] * len(value)
    fitting = {index: [other for other in left if _fits(member, expression[other])] for index, member in enumerate(value)}
    for index in sorted(fitting, key=lambda one: len(fitting[one])):
        chosen = next((other for other in fitting[index] if other in left), None)
        if chosen is not None:
            left.remove(chosen)
            ordered[index] = expression[chosen]
    return ordered


def _fits(member: Any, written: Any) -> bool:
    """Whether a block may be the one that ``written`` makes: it has its constants."""
    if not isinstance(member, dict) or not isinstance(written, dict):
        return True
    constants = {name: one["constant_value"] for name, one in written.items() if is_constant(one)}
    return all(member.get(name) is None or str(member[name]) == str(constant) for name, constant in constants.items())


def frozen(value: Any) -> Value:
    """JSON as values: lists become tuples."""
    if isinstance(value, list):
        return tuple(frozen(member) for member in value)
    if isinstance(value, dict):
        return {str(name): frozen(member) for name, member in value.items()}
    return value  # type: ignore[no-any-return]


def marked_paths(mask: Any, prefix: str = "") -> Iterator[str]:
    """The dotted paths that a mask such as ``after_sensitive`` marks."""
    if mask is True:
        yield prefix
    elif isinstance(mask, dict):
        for name, member in mask.items():
            yield from marked_paths(member, f"{prefix}.{name}" if prefix else str(name))
    elif isinstance(mask, list):
        for index, member in enumerate(mask):
            yield from marked_paths(member, f"{prefix}.{index}" if prefix else str(index))


def location_of(path: str, address: str) -> SourceLocation:
    """The place of a resource in a plan."""
    return SourceLocation(path, None, None, address)

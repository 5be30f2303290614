"""The policy document of a core network: its segments, what they share, their static routes, and which attachment is in which."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from validator.conversion.fields import Fields
from validator.values import Truth, Value, all_of, any_of, index_of, unknown

_VERSION = "2021.12"
_SECTIONS = frozenset("version core-network-configuration segments segment-actions attachment-policies".split())
_OF_SEGMENTS = frozenset("name description edge-locations isolate-attachments require-attachment-acceptance".split())
_OF_SHARES = frozenset("action description mode segment share-with".split())
_OF_ROUTES = frozenset("action description segment destination-cidr-blocks destinations".split())
_OF_RULES = frozenset("rule-number description condition-logic conditions action".split())
_OF_ASSOCIATIONS = frozenset("association-method segment tag-value-of-key require-acceptance".split())
_OPERATORS: Mapping[str, Callable[[str, str], bool]] = MappingProxyType(
    {"equals": operator.eq, "not-equals": operator.ne, "contains": operator.contains, "begins-with": str.startswith}
)
_ALL = "*"


class _NotReadError(ValueError):
    """The document holds what is not known, or is not read here."""


@dataclass(frozen=True, slots=True)
class SegmentRoute:
    """A ``create-route``. ``destinations``: attachments as the document names them, or "blackhole"."""

    segment: str
    blocks: tuple[str, ...]
    destinations: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    number: int
    logic: str
    conditions: tuple[Mapping[str, Value], ...]
    action: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class CorePolicy:
    """A document that is read whole. ``isolated`` segments keep their attachments apart; ``shared`` are pairs that know each other's."""

    segments: frozenset[str]
    isolated: frozenset[str]
    shared: frozenset[tuple[str, str]]
    routes: tuple[SegmentRoute, ...]
    rules: tuple[_Rule, ...]

    def learning(self, segment: str) -> tuple[str, ...]:
        """The segments that have routes to the attachments of ``segment``."""
        own = () if segment in self.isolated else (segment,)
        return (*own, *sorted(other for one, other in self.shared if one == segment and other != segment))


def policy_of(written: Value) -> CorePolicy | None:
    """The document; None where anything in it is unknown or not read here."""
    try:
        return _policy(_mapping(written, _SECTIONS))
    except _NotReadError:
        return None


def _policy(document: Mapping[str, Value]) -> CorePolicy:
    if document.get("version") != _VERSION:
        raise _NotReadError
    segments = [_mapping(one, _OF_SEGMENTS) for one in _items(document.get("segments"))]
    names = frozenset(_string(one.get("name")) for one in segments)
    actions = [_mapping(one, _OF_SHARES | _OF_ROUTES) for one in _items(document.get("segment-actions"))]
    if any(one.get("action") not in ("share", "create-route") for one in actions):
        raise _NotReadError
    shares = [_mapping(one, _OF_SHARES) for one in actions if one["action"] == "share"]
    routes = [_mapping(one, _OF_ROUTES) for one in actions if one["action"] == "create-route"]
    return CorePolicy(
        segments=names,
        isolated=frozenset(_string(one["name"]) for one in segments if _switch(one.get("isolate-attachments"))),
        shared=frozenset(pair for one in shares for pair in _pairs(one, names)),
        routes=tuple(
            SegmentRoute(
                _string(one.get("segment")),
                tuple(_string(block) for block in _items(one.get("destination-cidr-blocks"))),
                _items(one.get("destinations")),
            )
            for one in routes
        ),
        rules=tuple(sorted((_rule(one) for one in _items(document.get("attachment-policies"))), key=lambda rule: rule.number)),
    )


def _pairs(share: Mapping[str, Value], names: frozenset[str]) -> set[tuple[str, str]]:
    """Who knows whose attachments: sharing gives routes there and back."""
    if share.get("mode") != "attachment-route":
        raise _NotReadError
    segment, shared_with = _string(share.get("segment")), share.get("share-with")
    if isinstance(shared_with, Mapping):
        left_out = {_string(one) for one in _items(_mapping(shared_with, frozenset({"except"})).get("except"))}
        others = names - left_out
    else:
        listed = {_string(one) for one in _items(shared_with)}
        others = names if _ALL in listed else frozenset(listed)
    return {pair for other in others for pair in ((segment, other), (other, segment))}


def _rule(written: Value) -> _Rule:
    rule = _mapping(written, _OF_RULES)
    conditions = tuple(_mapping(one, frozenset({"type", "operator", "key", "value"})) for one in _items(rule.get("conditions")))
    number, logic = rule.get("rule-number"), rule.get("condition-logic", "and")
    if isinstance(number, str):
        number = index_of(number)
    if not isinstance(number, int) or logic not in ("and", "or") or not conditions or (len(conditions) > 1 and "condition-logic" not in rule):
        raise _NotReadError
    return _Rule(number, str(logic), conditions, _mapping(rule.get("action"), None))


def _mapping(value: Value, known: frozenset[str] | None) -> Mapping[str, Value]:
    if isinstance(value, tuple) and len(value) == 1:
        value = value[0]
    if not isinstance(value, Mapping) or (known is not None and not known.issuperset(value)):
        raise _NotReadError
    return value


def _items(value: Value) -> tuple[Value, ...]:
    match value:
        case None:
            return ()
        case tuple():
            return value
        case str() | Mapping():
            return (value,)
    raise _NotReadError


def _string(value: Value) -> str:
    if not isinstance(value, str):
        raise _NotReadError
    return value


def _switch(value: Value) -> bool:
    if value in (None, False, "false"):
        return False
    if value in (True, "true"):
        return True
    raise _NotReadError


# --- which segment --------------------------------------------------------------------------------------------------------------------


def segment_of(policy: CorePolicy, attachment: Fields) -> str | None:
    """The segment of a VPC's attachment, by the first rule that fits; None where that is not settled, or none does."""
    for rule in policy.rules:
        both = all_of if rule.logic == "and" else any_of
        fits = both(_fits(one, attachment) for one in rule.conditions)
        if fits is not False:
            found = _associated(rule.action, attachment) if fits is True else None
            return found if found in policy.segments else None
    return None


def _associated(action: Mapping[str, Value], attachment: Fields) -> str | None:
    match action.get("association-method"):
        case _ if not _OF_ASSOCIATIONS.issuperset(action):
            return None
        case "constant":
            named = action.get("segment")
        case "tag":
            named = _tags(attachment).get(str(action.get("tag-value-of-key")))
        case _:
            return None
    return named if isinstance(named, str) else None


def _fits(condition: Mapping[str, Value], attachment: Fields) -> Truth:
    kind, key = condition.get("type"), condition.get("key")
    match kind:
        case "any":
            return True
        case "attachment-type":
            return _compared(condition, "vpc")
        case "region":
            return _compared(condition, attachment.resource.region)
        case "tag-exists" if key in _tags(attachment):
            return True
        case "tag-value" if key in _tags(attachment):
            return _compared(condition, _tags(attachment)[str(key)])
        case "tag-exists" | "tag-value" if isinstance(key, str) and isinstance(attachment.value("tags_all"), Mapping):
            return False
    # Tags may come from the provider or the stack too.
    return unknown("is a condition that is not settled", f"{kind} of {attachment.id}", attachment.place())


def _compared(condition: Mapping[str, Value], actual: Value) -> Truth:
    compare, wanted = _OPERATORS.get(str(condition.get("operator"))), condition.get("value")
    if compare is None or not isinstance(wanted, str) or not isinstance(actual, str):
        return unknown("is a condition that is not settled", str(condition.get("type")))
    return compare(actual, wanted)


def _tags(attachment: Fields) -> Mapping[str, Value]:
    for path in ("tags_all", "tags"):
        found = attachment.value(path)
        if isinstance(found, Mapping):
            return found
    listed = attachment.value("Tags")
    members = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, tuple) else []
    return {one["Key"]: one.get("Value") for one in members if isinstance(one.get("Key"), str)}  # type: ignore[misc]


# --- the data source of the provider --------------------------------------------------------------------------------------------------


def blocks_of_data_source(values: Mapping[str, Value]) -> Value:
    """``aws_networkmanager_core_network_policy_document`` as the document that it makes of its blocks."""
    sections = {key: value for key, value in _renamed(values).items() if key not in {"id", "json", "region"}}
    actions = sections.get("segment-actions")
    if isinstance(actions, tuple):
        sections["segment-actions"] = tuple(_with_exceptions(one) for one in actions)
    return {"version": _VERSION, **sections}


def _renamed(block: Mapping[str, Value]) -> dict[str, Value]:
    """Names with dashes; what is left empty is not there."""
    return {name.replace("_", "-"): _inside(value) for name, value in block.items() if value not in (None, "", (), {})}


def _inside(value: Value) -> Value:
    if isinstance(value, Mapping):
        return _renamed(value)
    return tuple(_inside(one) for one in value) if isinstance(value, tuple) else value


def _with_exceptions(action: Value) -> Value:
    if not isinstance(action, Mapping) or "share-with-except" not in action:
        return action
    return {**{key: value for key, value in action.items() if key != "share-with-except"}, "share-with": {"except": action["share-with-except"]}}

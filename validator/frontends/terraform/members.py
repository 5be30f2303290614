"""What stands inside a value, known or not: ``base.name`` and ``base[key]``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from validator.frontends.terraform.symbolic import EvaluationError, Instance, Result, SetOf, as_number, as_text, either, kind_of, unsettled
from validator.values import Ref, Unknown


def attribute_of(base: Result, name: str) -> Result:
    """``base.name``. Raises EvaluationError."""
    match base:
        case Instance():
            return base.attribute(name)
        case Mapping() if name in base:
            return base[name]
        case Ref():
            return Ref(base.address, f"{base.attribute}.{name}" if base.attribute != "*" else name)
        case Unknown():
            return _behind(base, name)
        case Mapping():
            message = f'has no attribute "{name}"'
            raise EvaluationError(message)
    message = f'is {kind_of(base)}, which has no attribute "{name}"'
    raise EvaluationError(message)


def _behind(base: Unknown, step: str) -> Unknown:
    """Something inside an unknown: what it mentions as a whole, it mentions by that attribute."""
    mentions = tuple(Ref(one.address, step) if one.attribute == "*" else one for one in base.mentions)
    among = base.among if base.among and step.isdigit() else None
    return Unknown(base.causes, among, mentions)


def member_of(base: Result, key: Result) -> Result:
    """``base[key]``. Raises EvaluationError."""
    if isinstance(base, Unknown):
        return Unknown(base.causes, base.among, base.mentions)
    if not isinstance(key, str | int | float) or isinstance(key, bool):
        return _member_unknown(base, key)
    if isinstance(base, tuple) and not isinstance(base, SetOf):
        number = as_number(key)
        if isinstance(number, int) and 0 <= number < len(base):
            return base[number]
        message = f"takes a member that a list of {len(base)} has not"
        raise EvaluationError(message)
    return attribute_of(base, str(as_text(key)))


def _member_unknown(base: Result, key: Result) -> Result:
    if key is None or isinstance(key, tuple | Mapping | bool):
        message = f"has {kind_of(key)} as an index"
        raise EvaluationError(message)
    options = list(base.values()) if isinstance(base, Mapping) else list(base) if isinstance(base, tuple) else []
    return either(unsettled(key), options) if options else unsettled(key, base)


def entries(collection: Result) -> Iterator[tuple[Result, Result]]:
    """The keys and values that for goes through, of a set each member twice. Raises EvaluationError."""
    match collection:
        case SetOf():
            yield from ((member, member) for member in collection)
        case tuple():
            yield from enumerate(collection)
        case Mapping():
            yield from ((name, collection[name]) for name in sorted(collection))
        case Instance():
            yield from ((name, collection.attribute(name)) for name in sorted(collection.names))
        case _:
            message = f"goes over {kind_of(collection)}, which is no collection"
            raise EvaluationError(message)

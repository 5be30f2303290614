"""How often a block occurs: the instances that count and for_each make, and what a reference to all of them is.

Source: https://developer.hashicorp.com/terraform/language/meta-arguments
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from validator.frontends.terraform.evaluate import Scope, evaluate, value_of
from validator.frontends.terraform.modules import Declared
from validator.frontends.terraform.symbolic import EvaluationError, Instance, Result, SetOf, as_truth
from validator.frontends.terraform.syntax import Conditional, Expression
from validator.values import Cause, Ref, Text, Truth, Unknown, index_of

Key: TypeAlias = str | int | None
OPEN = "*"
"""The key of the one instance that stands for all of a block whose keys nobody knows."""


@dataclass(frozen=True, slots=True)
class Repetition:
    """Which of a block's instances: its key, what ``each.value`` is, and whether it exists."""

    key: Key = None
    value: Result = None
    exists: Truth = True
    counted: bool = False


def together(declared: Declared, made: list[tuple[Repetition, Instance]]) -> Result:
    """What a reference to a block is: an instance, a list of them, a map of them."""
    doubts = [one for one, _ in made if one.exists is not True]
    if doubts:
        causes = tuple(cause for one in doubts if isinstance(one.exists, Unknown) for cause in one.exists.causes)
        if causes:
            return Unknown(causes, None, tuple(Ref(instance.address.removesuffix(".module"), "*") for _, instance in made))
    if declared.for_each is not None:
        return {str(one.key): instance for one, instance in made}
    if declared.count is not None or any(one.counted for one, _ in made):
        return tuple(instance for _, instance in sorted(made, key=lambda pair: pair[0].key if isinstance(pair[0].key, int) else 0))
    if made:
        return made[0][1]
    return Unknown((Cause("is not in the plan", f"{declared.block.labels[-1]}"),))


def of_collection(collection: Result, known: tuple[Key, ...] | None) -> Iterator[Repetition]:
    """The instances of ``for_each``."""
    if known is not None:
        for key in known:
            yield Repetition(key, _value_at(collection, key))
        return
    match collection:
        case Mapping():
            yield from (Repetition(name, collection[name]) for name in sorted(collection))
        case tuple() if all(isinstance(member, str) for member in collection):
            yield from (Repetition(str(member), member) for member in collection)
        case Unknown():
            yield Repetition(OPEN, collection, Unknown(collection.causes))
        case Ref() | Text() | tuple():
            yield Repetition(OPEN, None, Unknown((Cause("goes over keys that are known only after apply", str(collection)[:80]),)))
        case _:
            yield Repetition(OPEN, None, Unknown((Cause("goes over what is no set and no map", "for_each"),)))


def _value_at(collection: Result, key: Key) -> Result:
    if isinstance(collection, SetOf):
        return key
    if isinstance(collection, Mapping) and key in collection:
        return collection[str(key)]
    if isinstance(collection, Unknown):
        return collection
    return key if isinstance(collection, tuple) else Unknown((Cause("has a key in the plan that the sources do not give", str(key)),))


def of_count(expression: Expression, scope: Scope) -> Iterator[Repetition]:
    """The instances of ``count``: as many as are certain, then those that may be."""
    least, most, doubt = _bounds(expression, scope)
    yield from (Repetition(index, counted=True) for index in range(least))
    if doubt is not None and most is not None:
        yield from (Repetition(index, exists=doubt, counted=True) for index in range(least, most))
    elif doubt is not None:
        yield Repetition(OPEN, exists=doubt, counted=True)


def _bounds(expression: Expression, scope: Scope) -> tuple[int, int | None, Unknown | None]:
    """The least and the most instances, and the doubt between; None for no limit."""
    if isinstance(expression, Conditional):
        try:
            test = as_truth(evaluate(expression.test, scope))
        except EvaluationError:
            test = True
        if isinstance(test, Unknown):
            branches = [_bounds(branch, scope) for branch in (expression.yes, expression.no)]
            limits = [most for _, most, _ in branches]
            most = None if None in limits else max(limit for limit in limits if limit is not None)
            return min(least for least, _, _ in branches), most, Unknown(test.causes)
    found = value_of(expression, scope)
    if isinstance(found, str):
        found = index_of(found)
    if isinstance(found, bool) or not isinstance(found, int):
        causes = found.causes if isinstance(found, Unknown) else (Cause("is no number that is known", "count", scope.place(expression.at)),)
        return 0, None, Unknown(causes)
    return max(found, 0), max(found, 0), None


def written_key(key: Key) -> str:
    """An instance key as Terraform writes it in an address."""
    if key is None:
        return ""
    return f"[{key}]" if isinstance(key, int) or key == OPEN else f"[{json.dumps(key, ensure_ascii=False)}]"

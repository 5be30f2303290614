"""Rules of a template: with which parameters CloudFormation refuses the stack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from validator.frontends.cloudformation.conditions import Conditions, same
from validator.frontends.cloudformation.intrinsics import Scope
from validator.values import Cause, Truth, Unknown, all_of, any_of

_LONGEST = 300


class RuleFunctions(Conditions):
    """The functions that only rules know, beside those of conditions; a rule cannot name a condition."""

    def __init__(self, scope: Scope) -> None:
        super().__init__({}, scope.value, scope.place)

    def further(self, name: str, members: Sequence[Any], node: Any) -> Truth:  # noqa: ANN401
        """What a list says of a text, or of another list. RefAll, ValueOf and ValueOfAll ask the account: their values are unknown."""
        listed = _LISTS.get(name)
        if listed is None or len(members) != 2:  # noqa: PLR2004
            return super().further(name, members, node)
        first, second = (self._value_of(member) for member in members)
        # Of an empty list nothing is documented.
        if not isinstance(first, tuple) or not first or (name == "Fn::EachMemberIn") != isinstance(second, tuple):
            causes = [cause for value in (first, second) if isinstance(value, Unknown) for cause in value.causes]
            return Unknown(tuple(causes)) if causes else super().further(name, members, node)
        place = self._place(node)
        matches = [any_of(same(one, other, place) for other in (second if isinstance(second, tuple) else (second,))) for one in first]
        return listed(matches)


_LISTS = {"Fn::Contains": any_of, "Fn::EachMemberEquals": all_of, "Fn::EachMemberIn": all_of}


def refusals(scope: Scope, rules: Mapping[str, Any]) -> Iterator[Cause]:
    """A note for each assertion that certainly fails, of a rule that certainly applies; of what is not decided, nothing."""
    functions = RuleFunctions(scope)
    for name, body in rules.items():
        if not isinstance(body, dict) or ("RuleCondition" in body and functions.decide(body["RuleCondition"], 0) is not True):
            continue
        asserted = body.get("Assertions")
        for one in asserted if isinstance(asserted, list) else [asserted]:
            if isinstance(one, dict) and "Assert" in one and functions.decide(one["Assert"], 0) is False:
                told = " ".join(str(one.get("AssertDescription") or "").split())[:_LONGEST]
                yield Cause(f"refuses the stack with these parameters{told and f': {told}'}", f"Rule {name}", scope.place(one))

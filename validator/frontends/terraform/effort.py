"""How much one input may have evaluated: sources of a stranger can ask for more than any machine has."""

from __future__ import annotations

from dataclasses import dataclass, field

from validator.frontends.terraform.symbolic import EvaluationError, Result
from validator.values import Text

_STEPS = 2_000_000
_HEAVIEST = 250_000
_DEEPEST = 200
# What weighs no more is weighed anew each time.
_LIGHT = 32
# Characters of a string that weigh as much as a member of a list.
_CHARACTERS = 16
# Members that a function goes over in about the time of a step.
_MEMBERS = 32


@dataclass(slots=True)
class Effort:
    """The steps that are left, and the weights of values: their members and characters, with what they share counted each time.

    Evaluation makes values of values that it has, so each is weighed once.
    """

    _left: int = field(default_factory=lambda: _STEPS)
    _weights: dict[int, tuple[object, int]] = field(default_factory=dict)

    def spend(self, steps: int = 1) -> None:
        """Take steps. Raises EvaluationError where none are left."""
        self._left -= steps
        if self._left < 0:
            message = "is one of more steps than are taken here"
            raise EvaluationError(message)

    def lose_patience(self) -> None:
        """Take the steps of something that went on until it was stopped."""
        self.spend(_STEPS // 4)

    def weigh(self, *values: Result) -> None:
        """Take the steps of going over values. Raises EvaluationError where they are too big to be gone over."""
        weight = sum(self._weight(value, 0) for value in values)
        if weight > _HEAVIEST:
            message = "makes a value that is too big, or nested too deeply"
            raise EvaluationError(message)
        self.spend(weight // _MEMBERS)

    def _weight(self, value: Result, depth: int) -> int:
        if isinstance(value, str):
            return len(value) // _CHARACTERS + 1
        members = value if isinstance(value, tuple) else value.values() if isinstance(value, dict) else value.parts if isinstance(value, Text) else ()
        if not members:
            return 1
        if id(value) in self._weights:
            return self._weights[id(value)][1]
        weight = 1 if depth < _DEEPEST else _HEAVIEST
        for member in members:
            weight += self._weight(member, depth + 1)
            if weight > _HEAVIEST:
                break
        if weight > _LIGHT:
            # Held, so that no other value gets its id.
            self._weights[id(value)] = (value, weight)
        return weight

"""The parameter store: values that a template only names, as far as they are given or AWS was asked for them. Nothing is ever decrypted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from validator.values import Value

STORED = "resolve:ssm:"
"""Prefix of a given parameter that is a value in the parameter store: ``resolve:ssm:/network/vpc``."""


@dataclass(slots=True)
class Store:
    """Values by name, with the version where the template writes one; ``missing`` collects the names that have none.

    ``given``: values that the user says, of whatever version.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    given: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> Value:
        """What is stored under ``name``: text, or an Unknown with the reason; None where nobody asked."""
        found = self.given.get(name.partition(":")[0], self.values.get(name))
        if found is None:
            self.missing.add(name)
        return found


def store_of(lookups: Mapping[tuple[str, str], Value], region: str | None, parameters: Mapping[str, str]) -> Store:
    """The store of ``region``, of values by Region and name, and of those that are given like parameters."""
    given = {name.removeprefix(STORED): value for name, value in parameters.items() if name.startswith(STORED)}
    return Store({name: value for (place, name), value in lookups.items() if place == region}, given=given)

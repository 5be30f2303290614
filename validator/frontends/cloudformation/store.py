"""The parameter store: values that a template only names, as far as AWS was asked for them. Nothing is ever decrypted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from validator.values import Value


@dataclass(slots=True)
class Store:
    """Values by name, with the version where the template writes one; ``missing`` collects the names that have none."""

    values: Mapping[str, Value] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)

    def value(self, name: str) -> Value:
        """What is stored under ``name``: text, or an Unknown with the reason; None where nobody asked."""
        found = self.values.get(name)
        if found is None:
            self.missing.add(name)
        return found


def store_of(lookups: Mapping[tuple[str, str], Value], region: str | None) -> Store:
    """The store of ``region``, of values by Region and name."""
    return Store({name: value for (place, name), value in lookups.items() if place == region})

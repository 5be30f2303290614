"""Which instances a plan has, by module instance, and what of them is unknown until apply."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

from msgspec import UNSET

from validator.frontends.terraform_plan.document import Key, ResourceChange, StateModule, StateResource, decode_part
from validator.frontends.terraform_plan.references import steps

ModulePath: TypeAlias = "tuple[tuple[str, Key], ...]"
"""A module instance: the names and keys of the calls that lead to it; () is the root."""


@lru_cache(maxsize=65536)
def module_path(address: str) -> ModulePath:
    """Read a module instance's address: ``module.a["x"].module.b`` gives ``(("a", "x"), ("b", None))``."""
    path: list[tuple[str, Key]] = []
    named = False
    for is_key, word in steps(address) or []:
        if is_key and path:
            path[-1] = (path[-1][0], word)
        elif named:
            path.append((str(word), None))
            named = False
        else:
            named = word == "module"
    return tuple(path)


@dataclass(frozen=True, slots=True)
class Instance:
    """One resource instance: where it is, and its parts as they stand in the plan."""

    address: str
    mode: str
    type: str
    name: str
    module: ModulePath
    key: Key
    change: ResourceChange | None = None
    state: StateResource | None = None


@dataclass(slots=True)
class Instances:
    """All instances of a plan, filed by block and module; decodes what is unknown of one when asked."""

    path: str
    by_block: dict[tuple[ModulePath, str, str, str], dict[Key, Instance]] = field(default_factory=lambda: defaultdict(dict))
    modules: dict[tuple[ModulePath, str], set[Key]] = field(default_factory=lambda: defaultdict(set))
    _masks: dict[str, Any] = field(default_factory=dict)
    _values: dict[str, Any] = field(default_factory=dict)

    def add(self, instance: Instance) -> None:
        """File one instance, and the module instances that it shows to exist."""
        self.by_block[instance.module, instance.mode, instance.type, instance.name][instance.key] = instance
        for depth, (name, key) in enumerate(instance.module):
            self.modules[instance.module[:depth], name].add(key)

    def of_block(self, module: ModulePath, mode: str, kind: str, name: str) -> Mapping[Key, Instance]:
        """The instances of one resource block by key."""
        return self.by_block.get((module, mode, kind, name), {})

    def of_module(self, module: ModulePath, name: str) -> tuple[Key, ...]:
        """The keys of the instances of a module call, sorted; (None,) where nothing in it shows."""
        keys = self.modules.get((module, name), {None})
        return tuple(sorted(keys, key=sort_key))

    def value(self, instance: Instance, rest: tuple[str | int, ...]) -> Any:
        """The settled value of the attribute at ``rest``; None for the resource as a whole."""
        if not rest:
            return None
        if instance.address not in self._values:
            raw = instance.change.change.after if instance.change else instance.state.values if instance.state else UNSET
            self._values[instance.address] = decode_part(self.path, raw, instance.address)
        return dig(self._values[instance.address], rest)

    def is_unknown(self, instance: Instance, rest: tuple[str | int, ...]) -> bool:
        """Whether the attribute at ``rest`` is, or may hold something, known only after apply."""
        change = instance.change
        if change is None or change.change.actions == ["no-op"]:
            return False
        if instance.address not in self._masks:
            self._masks[instance.address] = decode_part(self.path, change.change.after_unknown, instance.address)
        mask = self._masks[instance.address]
        for step in rest:
            if isinstance(mask, dict):
                mask = mask.get(str(step))
            elif isinstance(mask, list) and isinstance(step, int) and step < len(mask):
                mask = mask[step]
            else:
                break
        return holds_unknown(mask)


def dig(value: Any, steps_behind: Sequence[str | int | None]) -> Any:
    """The member of nested JSON at a path; None where there is none."""
    for step in steps_behind:
        if isinstance(value, dict):
            value = value.get(str(step))
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def holds_unknown(mask: Any) -> bool:
    """Whether a mask of ``after_unknown`` marks anything."""
    if isinstance(mask, dict):
        return any(holds_unknown(member) for member in mask.values())
    if isinstance(mask, list):
        return any(holds_unknown(member) for member in mask)
    return mask is True


def sort_key(key: Key) -> tuple[int, int, str]:
    """Instance keys in Terraform's order: none, numbers, strings."""
    return (0, 0, "") if key is None else (1, key, "") if isinstance(key, int) else (2, 0, key)


def state_instances(module: StateModule) -> Iterable[Instance]:
    """The instances of a state, depth first."""
    stack = [module]
    while stack:
        here = stack.pop()
        path = module_path(here.address)
        for one in here.resources:
            yield Instance(one.address, one.mode, one.type, one.name, path, one.index, state=one)
        stack.extend(here.child_modules)

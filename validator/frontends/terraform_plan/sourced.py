"""The sources that a plan came from: places of everything, and the values that the plan leaves unknown.

The plan gives known values and instance keys; the sources give how the rest is made. Where they disagree, the plan wins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from msgspec import UnsetType

from validator.allowances import Allowance
from validator.errors import InputError
from validator.frontends.terraform.bodies import positions
from validator.frontends.terraform.expansion import Expansion, ModuleInstance
from validator.frontends.terraform.functions.encoding import thawed
from validator.frontends.terraform.known import MISSING, ModulePath
from validator.frontends.terraform.modules import Declared, Module, ResourceName, library_of
from validator.frontends.terraform.reader import workspace_of
from validator.frontends.terraform.repetitions import Key, Repetition
from validator.frontends.terraform.symbolic import Result, finished
from validator.frontends.terraform.syntax import Literal
from validator.frontends.terraform_plan.document import ConfiguredModule, Document, decode_part
from validator.frontends.terraform_plan.instances import Instance, Instances, sort_key
from validator.frontends.terraform_plan.references import is_constant
from validator.source import SourceLocation
from validator.values import Cause, Ref, Unknown, Value


class PlanFacts:
    """What a plan knows, as the expansion of its sources asks for it."""

    def __init__(self, document: Document, instances: Instances) -> None:
        """Look things up in ``instances`` by block and by address."""
        self._variables = document.variables
        self._instances = instances
        self._by_address = {one.address: one for block in instances.by_block.values() for one in block.values()}

    def keys(self, module: ModulePath, name: ResourceName) -> tuple[Key, ...] | None:
        """The keys in the plan; of data sources that it leaves out, what the sources say."""
        mode, kind, label = name
        found = tuple(sorted(self._instances.of_block(module, mode, kind, label), key=sort_key))
        return found if found or mode != "data" else None

    def module_keys(self, module: ModulePath, name: str) -> tuple[Key, ...] | None:
        """The keys of module instances that have resources; those without do not show in a plan."""
        found = self._instances.modules.get((module, name))
        return tuple(sorted(found, key=sort_key)) if found else None

    def attribute(self, address: str, name: str) -> Result:
        """A value that is known."""
        one = self._by_address.get(address)
        if one is None or self._instances.is_unknown(one, (name,)):
            return MISSING
        return thawed(self._instances.value(one, (name,)))

    def variable(self, name: str) -> Result:
        """The value in the plan."""
        given = (self._variables or {}).get(name)
        return thawed(given.value) if given is not None else MISSING


@dataclass(slots=True)
class Sourced:
    """The expansion of a plan's sources, by module instance."""

    expansion: Expansion
    _modules: dict[ModulePath, ModuleInstance | None] = field(default_factory=dict)
    _repetitions: dict[tuple[ModulePath, str, str, str], Mapping[Key, Repetition]] = field(default_factory=dict)

    def block(self, instance: Instance) -> tuple[ModuleInstance, Declared, Repetition] | None:
        """The block of a plan's instance with the module instance it is in; None where the sources have none."""
        module = self._module(instance.module)
        mode = "data" if instance.mode == "data" else "managed"
        declared = module.module.resources.get((mode, instance.type, instance.name)) if module else None
        if module is None or declared is None:
            return None
        name = (instance.module, mode, instance.type, instance.name)
        if name not in self._repetitions:
            self._repetitions[name] = {one.key: one for one in module.resource_repetitions((mode, instance.type, instance.name), declared)}
        found = self._repetitions[name].get(instance.key)
        return (module, declared, found) if found else None

    def _module(self, path: ModulePath) -> ModuleInstance | None:
        if path not in self._modules:
            if not path:
                self._modules[path] = self.expansion.root
            else:
                parent = self._module(path[:-1])
                name, key = path[-1]
                called = parent.called(name) if parent and name in parent.module.calls else ()
                self._modules[path] = next((one for one in called if one.path[-1][1] == key), None)
        return self._modules[path]

    def value(self, instance: Instance, name: str) -> Value:
        """What the sources make of an attribute, the attribute itself where they leave it to the provider; None without a block."""
        found = self.block(instance)
        if found is None:
            return None
        module, declared, repetition = found
        value = finished(module.configured(declared, repetition, name))
        return Ref(instance.address, name) if value is None else value

    def location(self, instance: Instance) -> SourceLocation | None:
        """Where the instance's block stands."""
        found = self.block(instance)
        return SourceLocation(found[1].block.path, *found[1].block.at, instance.address) if found else None

    def positions(self, instance: Instance) -> Mapping[str, SourceLocation]:
        """The places of its attributes."""
        found = self.block(instance)
        return dict(positions(found[1].body, instance.address)) if found else {}

    def allowances(self, instance: Instance) -> tuple[Allowance, ...]:
        """The waivers above its block, and above the calls that lead to it."""
        found = self.block(instance)
        return found[0].allowances(found[1]) if found else ()

    def region(self, instance: Instance) -> str | Unknown | None:
        """The Region that the sources give it."""
        found = self.block(instance)
        return found[0].region(found[1], found[2], instance.type) if found else None


def sources_of(
    path: str, document: Document, instances: Instances, candidates: Sequence[Path], region: str | None, *, named: bool
) -> tuple[Sourced | None, tuple[Cause, ...]]:
    """The first of the folders that holds the plan's sources, and what is to be said of them.

    ``named``: a user named the folder, so it is taken even where it differs. Raises InputError where a folder that was named cannot be read.
    """
    configured = document.configuration
    if configured is None:
        return None, ()
    for folder in candidates:
        try:
            library = library_of(folder, str(folder))
            expansion = Expansion(library, PlanFacts(document, instances), {}, region, workspace_of(library))
        except InputError:
            if named:
                raise
            continue
        differences = _differences(expansion.root.module, configured.root_module, path)
        if named or not differences:
            return Sourced(expansion), tuple(differences[:1])
    return None, ()


def _differences(module: Module, configured: ConfiguredModule, path: str) -> list[Cause]:
    """How the sources differ from what the plan was made of: the blocks of the root module, and constants in them."""
    planned = {("data" if one.mode == "data" else "managed", one.type, one.name): one for one in configured.resources}
    found = [
        Cause("is in the plan and not in the sources, so they are not what it was made of", ".".join(name[1:]))
        for name in planned
        if name not in module.resources
    ]
    found += [
        Cause("is in the sources and not in the plan, so they are not what it was made of", ".".join(name[1:]))
        for name in module.resources
        if name not in planned and name[0] == "managed"
    ]
    found += [Cause("is called in the plan and not in the sources", f"module.{name}") for name in configured.module_calls if name not in module.calls]
    found += [
        Cause("is another value in the plan than in the sources; the plan is taken", f"{name[1]}.{name[2]}.{attribute}")
        for name, one in planned.items()
        if name in module.resources and not isinstance(one.expressions, UnsetType)
        for attribute in _changed(module.resources[name], decode_part(path, one.expressions, name[2]))
    ]
    return found


def _changed(declared: Declared, written: object) -> list[str]:
    """The attributes that are a constant in both, and not the same."""
    changed: list[str] = []
    for name, attribute in declared.body.attributes.items():
        expression = written.get(name) if isinstance(written, dict) else None
        if isinstance(attribute.expression, Literal) and isinstance(expression, dict) and is_constant(expression):
            constant = expression["constant_value"]
            if constant is not None and attribute.expression.value is not None and str(constant).lower() != str(attribute.expression.value).lower():
                changed.append(name)
    return changed

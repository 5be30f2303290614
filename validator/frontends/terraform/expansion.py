"""Modules and resources as instances: count, for_each and module calls carried out, references between them followed.

Source: https://developer.hashicorp.com/terraform/language/meta-arguments
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from validator.allowances import Allowance
from validator.errors import InputError
from validator.frontends.terraform.bodies import body_value, member_value
from validator.frontends.terraform.constraints import convert
from validator.frontends.terraform.data_sources import Arguments, computed
from validator.frontends.terraform.effort import Effort
from validator.frontends.terraform.evaluate import Scope, evaluate, render, value_of
from validator.frontends.terraform.functions.files import Tree
from validator.frontends.terraform.known import MISSING, Facts, ModulePath
from validator.frontends.terraform.modules import Declared, Library, Module, provider_name, providers_of
from validator.frontends.terraform.repetitions import OPEN, Key, Repetition, of_collection, of_count, together, written_key
from validator.frontends.terraform.symbolic import EvaluationError, Instance, Result
from validator.frontends.terraform.syntax import Literal
from validator.regions import is_region
from validator.source import SourceLocation
from validator.values import Cause, Ref, Truth, Unknown, all_of

_DEEPEST = 40
_MOST = 50_000


@dataclass(slots=True)
class Expansion:
    """All there is to expand one root module."""

    library: Library
    facts: Facts
    given: Mapping[str, Result]
    fallback_region: str | None
    workspace: str
    notes: list[Cause] = field(default_factory=list)
    effort: Effort = field(default_factory=Effort)
    made: int = 0
    root: ModuleInstance = field(init=False)
    tree: Tree = field(init=False)

    def __post_init__(self) -> None:
        """Read the root module. Raises InputError."""
        self.tree = Tree(self.library.folders, self.library.root)
        self.root = ModuleInstance(self, (), self.library.load(self.library.root, "."), None, None, Repetition())

    def counted(self, repetitions: Iterator[Repetition], declared: Declared) -> Iterator[Repetition]:
        """The instances of a block. Raises InputError where all blocks have more of them than anybody has."""
        for one in repetitions:
            self.made += 1
            if self.made > _MOST:
                line, column = declared.block.at
                place = f"{declared.block.path}:{line}:{column}"
                raise InputError(f"{place}: makes more than {_MOST} instances together with what stands before it, which are too many to be judged")
            yield one

    def instances(self) -> Iterator[ModuleInstance]:
        """Every module instance, the root first."""
        stack = [self.root]
        while stack:
            here = stack.pop()
            yield here
            for name in here.module.calls:
                stack += here.called(name)

    def calls(self) -> tuple[SourceLocation, ...]:
        """The blocks that call modules, where any of the modules is a downloaded one: whoever calls it cannot edit it."""
        found: dict[str, SourceLocation] = {}
        for one in self.instances() if self.library.installed else ():
            if one.call is not None:
                address = ".".join(f"module.{name}" for name, _ in one.path)
                found[address] = SourceLocation(one.call.block.path, *one.call.block.at, address)
        return tuple(found[address] for address in sorted(found))

    def moves(self) -> tuple[tuple[str, str], ...]:
        """The addresses in ``moved`` blocks, as they were and as they are."""
        return tuple(dict.fromkeys((one.address + old, one.address + new) for one in self.instances() for old, new in one.module.moves))


@dataclass(eq=False, slots=True)
class ModuleInstance:
    """One instance of a module: what its names mean."""

    expansion: Expansion
    path: ModulePath
    module: Module
    parent: ModuleInstance | None
    call: Declared | None
    repetition: Repetition
    _values: dict[tuple[str, ...], Result] = field(default_factory=dict)
    _repeated: dict[tuple[str, ...], tuple[Repetition, ...]] = field(default_factory=dict)
    _called: dict[str, tuple[ModuleInstance, ...]] = field(default_factory=dict)
    _regions: dict[str, str | Unknown] = field(default_factory=dict)

    @property
    def exists(self) -> Truth:
        """Whether the module instance is there."""
        return self.repetition.exists if self.parent is None else all_of([self.parent.exists, self.repetition.exists])

    @property
    def address(self) -> str:
        """The module instance's address with a dot behind it; "" for the root."""
        return "".join(f"module.{name}{written_key(key)}." for name, key in self.path)

    def allowances(self, declared: Declared) -> tuple[Allowance, ...]:
        """The waivers above a block, and above the calls that lead to it."""
        above = self.parent.allowances(self.call) if self.parent is not None and self.call is not None else ()
        return (*above, *declared.block.allowances)

    def scope(self, path: str, repetition: Repetition | None = None) -> Scope:
        """The scope of an expression of this module in a file, inside a block with an instance key."""
        return Scope(lambda name: self._root(name, repetition, path), self.expansion.tree, path, self.expansion.effort)

    def _root(self, name: str, repetition: Repetition | None, path: str) -> Result:
        match name:
            case "var":
                return Instance(f"{self.address}var", self._variable)
            case "local":
                return Instance(f"{self.address}local", self._local)
            case "module":
                return Instance(f"{self.address}module", self._module)
            case "data":
                return Instance(f"{self.address}data", lambda kind: self._of_type("data", kind, path))
            case "path":
                return Instance("path", self._path)
            case "terraform":
                return Instance("terraform", self._terraform)
            case "each" | "count":
                return self._repetition(name, repetition)
            case "self":
                return Unknown((Cause("is the resource itself, after apply", "self"),))
        return self._of_type("managed", name, path)

    def _repetition(self, name: str, repetition: Repetition | None) -> Result:
        if repetition is None or repetition.key is None or repetition.counted != (name == "count"):
            message = f"refers to {name}, which has no value here"
            raise EvaluationError(message)
        if repetition.key == OPEN:
            doubt = repetition.exists if isinstance(repetition.exists, Unknown) else Unknown((Cause("is not known", name),))
            return Instance(name, lambda attribute: _doubtful(repetition.value) if attribute == "value" else Unknown(doubt.causes))
        return {"index": repetition.key} if name == "count" else {"key": repetition.key, "value": repetition.value}

    def _path(self, name: str) -> Result:
        match name:
            case "module":
                return self.module.folder
            case "root":
                return "."
        return Unknown((Cause("is the folder in which Terraform runs", f"path.{name}"),))

    def _terraform(self, name: str) -> Result:
        if name == "workspace":
            return self.expansion.workspace
        return Unknown((Cause("depends on the run", f"terraform.{name}"),))

    def _once(self, name: tuple[str, ...], compute: Callable[[], Result]) -> Result:
        if name not in self._values:
            self._values[name] = Unknown((Cause("refers to itself", ".".join(name)),))
            try:
                self._values[name] = compute()
            except EvaluationError as error:
                self._values[name] = Unknown((Cause(f"cannot be evaluated: it {error}", self.address + ".".join(name)),))
        return self._values[name]

    def _variable(self, name: str) -> Result:
        declared = self.module.variables.get(name)
        if declared is None:
            message = f'refers to a variable "{name}" that is not declared'
            raise EvaluationError(message)
        return self._once(("var", name), lambda: self._variable_value(name))

    def _variable_value(self, name: str) -> Result:
        declared = self.module.variables[name]
        given = self._given(name)
        default = declared.default
        if given is MISSING or (given is None and not declared.nullable):
            if default is None:
                subject = f"{self.address}var.{name}"
                return Unknown((Cause("has no value and no default; give one with --var or --var-file", subject, declared.location),))
            given = value_of(default.expression, self.scope(default.path))
        scope = self.scope(declared.location.path)
        try:
            return convert(given, declared.constraint, lambda expression: evaluate(expression, scope))
        except EvaluationError as error:
            return Unknown((Cause(f"is not of its type: it {error}", f"{self.address}var.{name}", declared.location),))

    def _given(self, name: str) -> Result:
        if self.parent is None or self.call is None:
            known = self.expansion.facts.variable(name)
            return self.expansion.given.get(name, MISSING) if known is MISSING else known
        argument = self.call.body.attributes.get(name)
        if argument is None:
            return MISSING
        return value_of(argument.expression, self.parent.scope(argument.path, self.repetition))

    def _local(self, name: str) -> Result:
        declared = self.module.locals.get(name)
        if declared is None:
            message = f'refers to a local value "{name}" that is not declared'
            raise EvaluationError(message)
        return self._once(("local", name), lambda: value_of(declared.expression, self.scope(declared.path)))

    def output(self, name: str) -> Result:
        """The value of an output. Raises EvaluationError."""
        block = self.module.outputs.get(name)
        value = block.body.attributes.get("value") if block else None
        if value is None:
            message = f'refers to an output "{name}" that is not declared'
            raise EvaluationError(message)
        return self._once(("output", name), lambda: value_of(value.expression, self.scope(value.path)))

    def _module(self, name: str) -> Result:
        if name not in self.module.calls:
            message = f'refers to a module "{name}" that is not called'
            raise EvaluationError(message)
        return self._once(("module", name), lambda: self._module_value(name))

    def _module_value(self, name: str) -> Result:
        call = self.module.calls[name]
        found = self._source(name)
        if isinstance(found, Cause):
            return Unknown((found,))
        made = [(one.repetition, Instance(f"{one.address}module", one.output, "", tuple(one.module.outputs))) for one in self.called(name)]
        return together(call, made)

    def called(self, name: str) -> tuple[ModuleInstance, ...]:
        """The instances of a module call; none where the module is not there."""
        if name not in self._called:
            found = self._source(name)
            if isinstance(found, Cause):
                self.expansion.notes.append(found)
                self._called[name] = ()
            else:
                call = self.module.calls[name]
                keys = self.repetitions(("module", name), call, None)
                known = self.expansion.facts.module_keys(self.path, name)
                if known is not None and any(one.exists is not True for one in keys):
                    keys = tuple(self._repetitions(call, known))
                self._called[name] = tuple(ModuleInstance(self.expansion, (*self.path, (name, one.key)), found, self, call, one) for one in keys)
        return self._called[name]

    def _source(self, name: str) -> Module | Cause:
        if len(self.path) > _DEEPEST:
            return Cause("is a module that calls itself", f"module.{name}")
        return self.expansion.library.called(self.module, name, (*(step for step, _ in self.path), name))

    def _of_type(self, mode: str, kind: str, path: str) -> Result:
        """The resources of a type, by name."""
        return Instance(f"{self.address}{kind}", lambda name: self._resource("data" if mode == "data" else "managed", kind, name, path))

    def _resource(self, mode: str, kind: str, name: str, path: str) -> Result:
        declared = self.module.resources.get(("data" if mode == "data" else "managed", kind, name))
        if declared is None:
            message = f'refers to "{kind}.{name}" in {path}, which is not declared'
            raise EvaluationError(message)
        return self._once((mode, kind, name), lambda: self._resource_value((mode, kind, name), declared))

    def _resource_value(self, name: tuple[str, str, str], declared: Declared) -> Result:
        made = [(one, self.instance(name, declared, one)) for one in self.resource_repetitions(name, declared)]
        return together(declared, made)

    def resource_repetitions(self, name: tuple[str, str, str], declared: Declared) -> tuple[Repetition, ...]:
        """The instances of a resource block."""
        mode, kind, label = name
        known = self.expansion.facts.keys(self.path, ("data" if mode == "data" else "managed", kind, label))
        return self.repetitions(name, declared, known)

    def repetitions(self, name: tuple[str, ...], declared: Declared, known: tuple[Key, ...] | None) -> tuple[Repetition, ...]:
        """The instances of a block; ``known`` are the keys that a plan has."""
        if name not in self._repeated:
            self._repeated[name] = (Repetition(OPEN, None, Unknown((Cause("depends on itself", ".".join(name)),))),)
            self._repeated[name] = tuple(self.expansion.counted(self._repetitions(declared, known), declared))
        return self._repeated[name]

    def _repetitions(self, declared: Declared, known: tuple[Key, ...] | None) -> Iterator[Repetition]:
        if declared.for_each is not None:
            yield from of_collection(value_of(declared.for_each.expression, self.scope(declared.for_each.path)), known)
        elif known is not None:
            yield from (Repetition(key, counted=isinstance(key, int)) for key in known)
        elif declared.count is not None:
            yield from of_count(declared.count.expression, self.scope(declared.count.path))
        else:
            yield Repetition()

    def resource_address(self, name: tuple[str, str, str], key: Key) -> str:
        """The address of a resource instance."""
        mode, kind, label = name
        return f"{self.address}{'data.' if mode == 'data' else ''}{kind}.{label}{written_key(key)}"

    def instance(self, name: tuple[str, str, str], declared: Declared, repetition: Repetition) -> Instance:
        """A resource instance as expressions see it."""
        address = self.resource_address(name, repetition.key)
        names = (*declared.body.attributes, *(block.type for block in declared.body.blocks))
        return Instance(address, lambda attribute: self.attribute(name, declared, repetition, attribute), "", names)

    def attribute(self, name: tuple[str, str, str], declared: Declared, repetition: Repetition, attribute: str) -> Result:
        """An attribute of a resource instance: what the plan knows, what the configuration sets, else what the provider will say."""
        address = self.resource_address(name, repetition.key)
        known = self.expansion.facts.attribute(address, attribute)
        if known is not MISSING:
            return known
        return self._once((address, attribute), lambda: self._attribute(name, declared, repetition, attribute))

    def _attribute(self, name: tuple[str, str, str], declared: Declared, repetition: Repetition, attribute: str) -> Result:
        address = self.resource_address(name, repetition.key)
        found = self.configured(declared, repetition, attribute)
        if name[0] == "data":
            try:
                made = computed(name[1], attribute, self._arguments(declared, repetition, name[1]))
            except EvaluationError as error:
                made = Unknown((Cause(f"cannot be evaluated: it {error}", f"{address}.{attribute}"),))
            found = made if made is not None else found
        if found is None:
            return Ref(address, attribute)
        nested = attribute not in declared.body.attributes
        return _as_blocks(found, address, attribute) if nested and isinstance(found, tuple) else found

    def configured(self, declared: Declared, repetition: Repetition, attribute: str) -> Result:
        """What the configuration sets an attribute to; None where it does not."""
        return member_value(declared.body, attribute, self.scope(declared.block.path, repetition))

    def attributes(self, declared: Declared, repetition: Repetition) -> Mapping[str, Result]:
        """Everything that the configuration sets."""
        return body_value(declared.body, self.scope(declared.block.path, repetition))

    def _arguments(self, declared: Declared, repetition: Repetition, kind: str) -> Arguments:
        path = declared.block.path

        def fill(template: str, variables: Mapping[str, Result]) -> Result:
            return render(template, variables, Literal(declared.block.at, template), self.scope(path, repetition))

        return Arguments(lambda name: self.configured(declared, repetition, name), self.region(declared, repetition, kind), fill)

    def region(self, declared: Declared, repetition: Repetition, kind: str) -> str | Unknown:
        """The Region of a resource: its own argument (AWS provider 6), else its provider's."""
        own = self.configured(declared, repetition, "region") if kind.startswith("aws_") else None
        if isinstance(own, str) and is_region(own):
            return own
        if isinstance(own, Unknown):
            return Unknown(own.causes)
        return self.provider_region(_provider_of(declared, kind))

    def provider(self, declared: Declared, kind: str) -> str:
        """The key of the provider configuration that makes a resource, as a plan writes it: ``aws.network``, ``module.net:aws``."""
        here, name = self, _provider_of(declared, kind)
        while here.parent is not None and here.call is not None:
            passed = providers_of(here.call)
            if name in passed:
                name = provider_name(passed[name])
            elif name in here.module.providers or "." in name:
                return f"{here.address.removesuffix('.')}:{name}"
            here = here.parent
        return name

    def provider_region(self, name: str) -> str | Unknown:
        """The Region of a provider configuration as this module calls it."""
        if name not in self._regions:
            self._regions[name] = Unknown((Cause("refers to itself", f"provider {name}"),))
            self._regions[name] = self._provider_region(name)
        return self._regions[name]

    def _provider_region(self, name: str) -> str | Unknown:
        if self.parent is not None and self.call is not None:
            passed = providers_of(self.call)
            if name in passed:
                return self.parent.provider_region(provider_name(passed[name]))
        block = self.module.providers.get(name)
        if block is None and self.parent is not None and "." not in name:
            return self.parent.provider_region(name)
        attribute = block.body.attributes.get("region") if block else None
        if attribute is None:
            location = SourceLocation(block.path, *block.at) if block else None
            cause = Cause("names no Region; give one with --region", f"{self.address}provider {name}", location)
            return self.expansion.fallback_region or Unknown((cause,))
        found = value_of(attribute.expression, self.scope(attribute.path))
        if isinstance(found, str) and is_region(found):
            return found
        if found is None and self.expansion.fallback_region:
            return self.expansion.fallback_region
        location = SourceLocation(attribute.path, *attribute.at)
        if isinstance(found, Unknown):
            return self.expansion.fallback_region or Unknown(found.causes, found.among)
        return Unknown((Cause("is not the name of a Region", f"{self.address}provider {name}.region", location),))


def _provider_of(declared: Declared, kind: str) -> str:
    """The provider configuration that a block names, else the one of its type's name."""
    return provider_name(declared.provider.expression) if declared.provider else kind.partition("_")[0]


def _doubtful(value: Result) -> Result:
    return value if isinstance(value, Unknown) else Unknown((Cause("depends on keys that are not known", "each.value"),))


def _as_blocks(found: tuple[Result, ...], address: str, prefix: str) -> Result:
    """Nested blocks as expressions see them: what the configuration leaves out, the provider may fill in."""

    def block(member: Result, index: int) -> Result:
        if not isinstance(member, Mapping):
            return member
        place = f"{prefix}.{index}"
        return Instance(address, lambda name: member[name] if member.get(name) is not None else Ref(address, f"{place}.{name}"), place, tuple(member))

    return tuple(block(member, index) for index, member in enumerate(found))

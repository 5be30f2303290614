"""What a value that is known only after apply is made from: the references of its expression, followed through modules.

A plan lists the references of an expression, not the expression. An identity is exact where a single unknown attribute remains once all
that is settled is left out; ``count.index`` and ``each.key`` pair instances, where nothing else stands beside them and there are not more
partners than instances (``x[count.index + 1]`` gives the same JSON as ``x[count.index]``). Everything else is named, never guessed
(``[for t in x : t.id if ...]`` and ``x[*].id`` give the same JSON).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from validator.frontends.terraform_plan.document import ConfiguredModule, Document, Key, ModuleCall
from validator.frontends.terraform_plan.instances import Instance, Instances, ModulePath, dig, sort_key
from validator.frontends.terraform_plan.references import SETTLED, Reference, is_constant, written
from validator.source import SourceLocation
from validator.values import Cause, Ref

DYNAMIC: dict[str, Any] = {"dynamic": True}
"""Stands for the expressions of a block that a ``dynamic`` block makes: a plan leaves them out."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What an expression's value comes from.

    ``refs`` are unknown attributes in the expression's order; ``known`` the values that are settled; ``causes`` what could not be followed
    (then ``refs`` is not all). ``settled`` are the attributes whose values are among ``known``.
    ``direct``: nothing but attributes of single instances, as in ``[a.id, b.id]``.
    """

    refs: tuple[Ref, ...] = ()
    known: tuple[Any, ...] = ()
    causes: tuple[Cause, ...] = ()
    direct: bool = True
    settled: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands: the module instance, and the instance key and ``for_each`` of its block; the keys of all its instances."""

    module: ModulePath
    key: Key = None
    for_each: Any = None
    keys: tuple[Key, ...] = (None,)


@dataclass(slots=True)
class Expressions:
    """Follows expressions in the configuration of one plan; each variable and output once."""

    document: Document
    instances: Instances
    _known: dict[tuple[ModulePath, str, str], Sources] = field(default_factory=dict)

    def sources(self, expression: Any, scope: Scope) -> Sources:
        """What the value of ``expression`` in ``scope`` is made from."""
        if not isinstance(expression, dict):
            return Sources(direct=False)
        if is_constant(expression):
            return Sources(known=(expression["constant_value"],))
        if expression is DYNAMIC:
            return _lost(Cause("is made by a dynamic block, whose expressions the plan does not show", "its value"))
        listed = expression.get("references")
        if not isinstance(listed, list):
            return self._nested(expression, scope)
        groups = written([text for text in listed if isinstance(text, str)])
        keys = [one for one in groups if isinstance(one, Reference) and (one.root, one.name) in {("count", "index"), ("each", "key")}]
        # Something else beside the index may turn it: x[var.single ? 0 : count.index], x[var.other[each.key]].
        paired = bool(keys) and len(groups) - len(keys) == 1
        return _united([self._follow(one, scope, paired=paired) for one in groups])

    def _nested(self, expression: dict[str, Any], scope: Scope) -> Sources:
        """A block: everything in it. Functions without references give an empty expression, so nothing."""
        return _united([self.sources(member, scope) for member in expression.values() if isinstance(member, dict)])

    def _follow(self, reference: Reference | str, scope: Scope, *, paired: bool) -> Sources:
        if isinstance(reference, str):
            return _lost(Cause("refers to something in a form that is not known", reference))
        match reference.root:
            case "resource" | "data":
                return self._resource(reference, scope, paired=paired)
            case "module":
                return self._module(reference, scope, paired=paired)
            case "var":
                if paired and not reference.rest:
                    return self._element(self._argument(scope.module, reference.name), scope.key) or self._variable(reference, scope)
                return self._variable(reference, scope)
            case "each" if reference.name == "value":
                return self._each_value(reference, scope)
            case "each" | "count":
                return Sources(known=(scope.key,))
            case root if root in SETTLED:
                return Sources(known=(None,), direct=False)
            case _:
                return _lost(
                    Cause(
                        "is computed by an expression that the plan does not show; its sources do, see --source",
                        _inside(scope.module, reference.text),
                    )
                )

    def _resource(self, reference: Reference, scope: Scope, *, paired: bool) -> Sources:
        mode = "data" if reference.root == "data" else "managed"
        block = self.instances.of_block(scope.module, mode, reference.type, reference.name)
        if reference.key is not None:
            chosen: Sequence[Instance] = [block[reference.key]] if reference.key in block else []
        elif paired and (partner := _partner(block, scope)) is not None:
            chosen = [partner]
        else:
            chosen = [block[key] for key in sorted(block, key=sort_key)]
        refs = tuple(Ref(one.address, reference.attribute) for one in chosen if self.instances.is_unknown(one, reference.rest))
        known = [one for one in chosen if not self.instances.is_unknown(one, reference.rest)]
        values = tuple(self.instances.value(one, reference.rest) for one in known)
        settled = tuple(Ref(one.address, reference.attribute) for one in known)
        return Sources(refs, values if chosen else (None,), (), direct=len(chosen) == 1, settled=settled)

    def _module(self, reference: Reference, scope: Scope, *, paired: bool) -> Sources:
        keys = self.instances.of_module(scope.module, reference.name)
        if reference.key is not None:
            keys = tuple(key for key in keys if key == reference.key)
        elif paired and scope.key in keys:
            keys = (scope.key,)
        call = self._call((*scope.module, (reference.name, None)))
        if call is None:
            return _lost(Cause("is a module that the plan does not describe", _inside(scope.module, reference.text)))
        names = [str(reference.rest[0])] if reference.rest else sorted(call.module.outputs)
        members = [self._output((*scope.module, (reference.name, key)), call.module, name) for key in keys for name in names]
        together = _united(members)
        return together if len(members) == 1 else replace(together, direct=False)

    def _output(self, module: ModulePath, called: ConfiguredModule, name: str) -> Sources:
        output = called.outputs.get(name)
        if output is None:
            return _lost(Cause("is an output that the plan does not describe", _inside(module, name)))
        return self._once((module, "output", name), output.expression, Scope(module))

    def _variable(self, reference: Reference, scope: Scope) -> Sources:
        expression, outer = self._argument(scope.module, reference.name)
        found = self._once((scope.module, "var", reference.name), expression, outer)
        return _behind(found, reference.rest)

    def _argument(self, module: ModulePath, name: str) -> tuple[Any, Scope]:
        """The expression that a variable gets, and where it stands; a constant for variables of the root."""
        if not module:
            given = (self.document.variables or {}).get(name)
            return ({"constant_value": given.value} if given else {"references": [f"ephemeral.variable.{name}"]}), Scope(())
        call = self._call(module)
        if call is not None and name in call.expressions:
            keys = self.instances.of_module(module[:-1], module[-1][0])
            return call.expressions[name], Scope(module[:-1], module[-1][1], call.for_each_expression, keys)
        default = call.module.variables[name].default if call is not None and name in call.module.variables else None
        return {"constant_value": default}, Scope(module[:-1])

    def _once(self, name: tuple[ModulePath, str, str], expression: Any, scope: Scope) -> Sources:
        if name not in self._known:
            # While it is being followed: a value made from itself, which no real plan has.
            self._known[name] = _lost(Cause("refers to itself", f"{name[1]}.{name[2]}"))
            self._known[name] = self.sources(expression, scope)
        return self._known[name]

    def _call(self, module: ModulePath) -> ModuleCall | None:
        """The module block of a module instance."""
        here = self.document.configuration.root_module if self.document.configuration else ConfiguredModule()
        call: ModuleCall | None = None
        for name, _ in module:
            call = here.module_calls.get(name)
            if call is None:
                return None
            here = call.module
        return call

    def _each_value(self, reference: Reference, scope: Scope) -> Sources:
        found = self._element((scope.for_each, scope), scope.key, reference.rest)
        return found or self.sources(scope.for_each, Scope(scope.module))

    def _element(self, where: tuple[Any, Scope], key: Key, rest: tuple[str | int, ...] = ()) -> Sources | None:
        """The member of a collection at ``key``: for maps and lists of instances and for constants; None where it cannot be told."""
        expression, scope = where
        if not isinstance(expression, dict):
            return None
        if is_constant(expression):
            return Sources(known=(dig(expression["constant_value"], (key if key is not None else 0, *rest)),))
        groups = written([text for text in expression.get("references") or [] if isinstance(text, str)])
        if len(groups) != 1 or not isinstance(groups[0], Reference):
            return self._listed(expression, scope, key)
        only = groups[0]
        if only.root == "var" and not only.rest:
            return self._element(self._argument(scope.module, only.name), key, rest)
        if only.root == "module" and only.key is None and not only.rest and rest and key is not None:
            return self._module(Reference(only.text, "module", only.name, "", key, rest), scope, paired=False)
        if only.root not in {"resource", "data"} or only.rest or only.key is not None:
            return None
        block = self.instances.of_block(scope.module, "data" if only.root == "data" else "managed", only.type, only.name)
        if key not in block:
            return None
        return self._resource(Reference(only.text, only.root, only.name, only.type, key, rest), scope, paired=False)

    def _listed(self, expression: Any, scope: Scope, key: Key) -> Sources | None:
        """The member of ``[a.id, b.id]`` at a position."""
        found = self.sources(expression, scope)
        if not found.direct or found.known or found.causes or not isinstance(key, int) or key >= len(found.refs):
            return None
        return Sources((found.refs[key],))


def _partner(block: Mapping[Key, Instance], scope: Scope) -> Instance | None:
    """The instance that ``x[each.key]``, ``x[count.index]`` or ``element(x, count.index)`` chooses; None where another may be meant."""
    if not isinstance(scope.key, int):
        return block.get(scope.key)
    if not block or len(block) > len(scope.keys) or not all(isinstance(one, int) for one in block):
        return None
    return block.get(scope.key, block.get(scope.key % len(block)))


def _united(members: Iterable[Sources]) -> Sources:
    listed = tuple(members)
    refs = tuple(dict.fromkeys(ref for one in listed for ref in one.refs))
    known = tuple(value for one in listed for value in one.known)
    causes = tuple(cause for one in listed for cause in one.causes)
    settled = tuple(dict.fromkeys(ref for one in listed for ref in one.settled))
    direct = all(one.direct and not one.known for one in listed) or (len(listed) == 1 and listed[0].direct)
    return Sources(refs, known, causes, direct=direct, settled=settled)


def _behind(found: Sources, rest: tuple[str | int, ...]) -> Sources:
    """What ``var.x.y`` is where ``var.x`` comes from ``found``."""
    if not rest:
        return found
    known = tuple(dig(value, rest) for value in found.known)
    attribute = ".".join(str(step) for step in rest)
    refs = tuple(Ref(ref.address, attribute) if ref.attribute == "*" else ref for ref in found.refs)
    return Sources(refs, known, found.causes, direct=found.direct and len(refs) <= 1, settled=found.settled)


def _lost(cause: Cause) -> Sources:
    return Sources((), (), (cause,), direct=False)


def _inside(module: ModulePath, text: str) -> str:
    prefix = "".join(f"module.{name}." if key is None else f'module.{name}["{key}"].' for name, key in module)
    return prefix + text


def at(path: str, address: str, attribute: str) -> SourceLocation:
    """A place in a plan: it has resources and attributes, no lines."""
    return SourceLocation(path, None, None, address, attribute)

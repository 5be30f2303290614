"""Which attributes hold something sensitive: everything that is made from a sensitive variable or output, or with ``sensitive()``.

More than Terraform would mark, never less: such values are used, and not printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from validator.frontends.terraform.bodies import names_of
from validator.frontends.terraform.expansion import ModuleInstance
from validator.frontends.terraform.syntax import Body, Call, Expression, Literal, children, references

_WHOLE = frozenset({"var", "local", "module"})


@dataclass(slots=True)
class Sensitivity:
    """Answers for one module instance; remembers what it has found."""

    module: ModuleInstance
    _known: dict[tuple[str, ...], bool] = field(default_factory=dict)

    def paths(self, body: Body) -> frozenset[str]:
        """The dotted paths of a body's sensitive attributes."""
        return frozenset(self._paths(body, ""))

    def _paths(self, body: Body, prefix: str) -> Iterator[str]:
        for name, attribute in body.attributes.items():
            if self.holds(attribute.expression):
                yield f"{prefix}{name}"
        for block in body.blocks:
            if block.type == "dynamic" and block.labels:
                for content in block.body.of_type("content"):
                    yield from self._paths(content.body, f"{prefix}{block.labels[0]}.")
                over = block.body.attributes.get("for_each")
                if over is not None and self.holds(over.expression):
                    yield f"{prefix}{block.labels[0]}"
            else:
                yield from self._paths(block.body, f"{prefix}{block.type}.")

    def holds(self, expression: Expression) -> bool:
        """Whether the value of an expression may hold something sensitive."""
        if isinstance(expression, Literal):
            return False
        return _calls_sensitive(expression) or any(self._reference(one) for one in references(expression))

    def _reference(self, reference: tuple[str, ...]) -> bool:
        if len(reference) < 2:  # noqa: PLR2004 - a name behind the word
            return False
        # A variable is followed whatever is taken of it, a resource by the attribute.
        followed = reference[:2] if reference[0] in _WHOLE else reference[:4] if reference[0] == "data" else reference[:3]
        if followed not in self._known:
            self._known[followed] = False
            try:
                self._known[followed] = self._follow(*followed)
            except RecursionError:
                # Too far to be followed: what is not known to be public is not printed.
                self._known[followed] = True
        return self._known[followed]

    def _follow(self, root: str, name: str, *more: str) -> bool:
        module = self.module
        if root not in _WHOLE:
            return self._of_resource(*(("data", name, *more) if root == "data" else ("managed", root, name, *more)))
        if root == "local":
            return name in module.module.locals and self.holds(module.module.locals[name].expression)
        if root == "module":
            return any(self._output(one) for one in module.called(name))
        declared = module.module.variables.get(name)
        if declared is not None and declared.sensitive:
            return True
        argument = module.call.body.attributes.get(name) if module.call is not None else None
        return argument is not None and module.parent is not None and Sensitivity(module.parent).holds(argument.expression)

    def _of_resource(self, mode: str, kind: str, name: str = "", attribute: str = "") -> bool:
        """What is taken of a resource, as far as its configuration sets it."""
        declared = self.module.module.resources.get(("data" if mode == "data" else "managed", kind, name))
        if declared is None:
            return False
        marked = {path.partition(".")[0] for path in self._paths(declared.body, "")}
        return attribute in marked if attribute in names_of(declared.body) else bool(marked) and not attribute

    def _output(self, called: ModuleInstance) -> bool:
        marks = (block.body.attributes.get("sensitive") for block in called.module.outputs.values())
        return any(mark is not None and isinstance(mark.expression, Literal) and mark.expression.value is True for mark in marks)


def _calls_sensitive(expression: Expression) -> bool:
    stack = [expression]
    while stack:
        here = stack.pop()
        if isinstance(here, Call) and here.name == "sensitive":
            return True
        stack.extend(children(here))
    return False

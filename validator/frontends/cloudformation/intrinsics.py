"""Intrinsic functions: what the values of a template are, as far as parameters, mappings and conditions settle them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from validator.frontends.cloudformation.conditions import Conditions
from validator.frontends.cloudformation.deployment import export_key
from validator.frontends.cloudformation.functions import (
    REPEATED,
    as_text,
    bounded,
    cidrs,
    entries,
    joined,
    json_parts,
    length,
    refs_in,
    selected,
    split,
)
from validator.frontends.cloudformation.includes import is_include
from validator.frontends.cloudformation.loops import Loops, has_loops
from validator.frontends.cloudformation.parse import position_of
from validator.frontends.cloudformation.store import STORED, Store
from validator.resource import EXPORT, HANDED_ON
from validator.source import SourceLocation
from validator.values import Cause, Ref, Text, Unknown, Value, text, unite, unknown

_DEPTH = 64
_MACRO = "Fn::Transform"
_LONGEST_BLOCK = 64
_READER = "Custom::CrossRegionExportReader"
_VARIABLE = re.compile(r"\$\{(!?)\s*([A-Za-z0-9:._ -]{1,255}?)\s*\}")
_DYNAMIC = re.compile(r"\{\{resolve:(ssm|ssm-secure|secretsmanager):([^{}]{1,2000})\}\}")
_LISTS = re.compile(r"CommaDelimitedList|List<")


class Absent:
    """``AWS::NoValue``: the property, or list member, is not there."""


ABSENT = Absent()


@dataclass(slots=True)
class Scope:
    """One template: what its functions can refer to.

    ``hidden`` collects whether a NoEcho value was met; ``repeated`` what is known of attributes that repeat a property.
    ``pseudo``: the pseudo parameters.
    ``output_of``: an output of a nested stack, by the logical id of the stack and the name of the output.
    """

    path: str
    stack: str
    region: str | Unknown
    pseudo: Mapping[str, Value]
    parameters: Mapping[str, Value]
    secret: frozenset[str]
    mappings: Mapping[str, Any]
    resources: Mapping[str, Any]
    output_of: Callable[[str, str, SourceLocation], Value]
    store: Store
    conditions: Conditions = field(init=False)
    hidden: bool = False
    repeated: dict[Ref, Value] = field(default_factory=dict)

    def place(self, node: object) -> SourceLocation:
        """Where ``node`` stands."""
        return SourceLocation(self.path, *position_of(node))

    def value(self, node: Any, depth: int = 0) -> Value:  # noqa: ANN401 - nodes of a template
        """The value of ``node``; None where it is AWS::NoValue."""
        found = self._value(node, depth)
        return None if isinstance(found, Absent) else found

    def _value(self, node: Any, depth: int) -> Value | Absent:  # noqa: ANN401
        if depth > _DEPTH:
            return unknown("is nested too deeply", self.stack, self.place(node))
        if isinstance(node, str):
            return self._dynamic(str(node), node) if "{{resolve:" in node else str(node)
        if isinstance(node, list):
            members = (self._value(member, depth + 1) for member in node)
            return tuple(member for member in members if not isinstance(member, Absent))
        if isinstance(node, dict):
            name = _function(node)
            if name is not None:
                return self._call(name, node[name], node, depth)
            made, rest = self.written_out(node)
            found = {str(key): self._value(member, depth + 1) for key, member in made.items()}
            known = {key: member for key, member in found.items() if not isinstance(member, Absent)}
            return known if rest is None else Unknown(rest.causes, None, (*rest.mentions, *refs_in(known)))
        return node if isinstance(node, int | float | bool | None) else str(node)

    def chosen(self, node: Mapping[str, Any]) -> Any:  # noqa: ANN401
        """The branch of an Fn::If that is decided; anything else as it is."""
        argument = node.get("Fn::If") if len(node) == 1 else None
        if not isinstance(argument, list) or len(argument) != 3 or not isinstance(argument[0], str):  # noqa: PLR2004
            return node
        truth = self.conditions.truth(str(argument[0]))
        return node if isinstance(truth, Unknown) else argument[1 if truth else 2]

    def written_out(self, node: Mapping[str, Any]) -> tuple[Mapping[str, Any], Unknown | None]:
        """A mapping with the loops in it written out, and what those that could not be may add to it."""
        if not has_loops(node):
            return node, None
        loops = Loops(self.value, self.place)
        made = loops.expanded(node)
        return made, Unknown(tuple(loops.causes), None, tuple(loops.mentions)) if loops.causes else None

    def _call(self, name: str, argument: Any, node: Any, depth: int) -> Value | Absent:  # noqa: ANN401
        match name:
            case "Ref":
                return self._reference(self._name(argument, depth), node)
            case "Fn::GetAtt":
                return self._attribute([self._name(part, depth) for part in argument] if isinstance(argument, list) else argument, node)
            case "Fn::Sub":
                return self._substituted(argument, node, depth)
            case "Fn::If":
                return self._chosen(argument, node, depth)
            case "Fn::Base64":
                return self._value(argument, depth + 1)
            case "Fn::Join":
                return joined(self._pieces(argument, depth), self.place(node))
            case "Fn::GetAZs":
                return unknown("are chosen at deployment", "the Availability Zones", self.place(node))
            case "Fn::ImportValue":
                return self._imported(argument, node, depth)
        return self._of_list(name, argument, node, depth)

    def _of_list(self, name: str, argument: Any, node: Any, depth: int) -> Value:  # noqa: ANN401
        """The functions that take the values of their arguments, and nothing else of them."""
        match name:
            case "Fn::Split":
                return self._split(self._arguments(argument, depth), node)
            case "Fn::Select":
                return selected(self._arguments(argument, depth), self.place(node))
            case "Fn::FindInMap":
                return self._mapped(self._arguments(argument, depth), node)
            case "Fn::Cidr":
                return cidrs(self._arguments(argument, depth), self.place(node))
            case "Fn::Length":
                return length(self.value(argument, depth + 1), self.place(node))
            case "Fn::ToJsonString":
                return text(json_parts(self.value(argument, depth + 1)))
            case "Fn::Transform":
                macro = argument.get("Name") if isinstance(argument, dict) else None
                return unknown("is made by a macro at deployment", f"the macro {macro or 'of Fn::Transform'}", self.place(node))
        return unknown("is a function that is not read", name, self.place(node))

    def _arguments(self, argument: Any, depth: int) -> list[Value]:  # noqa: ANN401
        members = argument if isinstance(argument, list) else [argument]
        return [self.value(member, depth + 1) for member in members]

    # --- references -------------------------------------------------------------------------------------------------------------------

    def _name(self, argument: Any, depth: int) -> Value:  # noqa: ANN401
        """A logical id; the language extensions let functions make it."""
        if isinstance(argument, dict):
            return self.value(argument, depth + 1)
        # Plain text, without the place that a template's has.
        return str(argument) if isinstance(argument, str) else argument

    def _reference(self, name: Value, node: object) -> Value | Absent:
        if not isinstance(name, str):
            return Unknown(name.causes) if isinstance(name, Unknown) else unknown("names what is not text", "Ref", self.place(node))
        if name in self.parameters:
            self.hidden = self.hidden or name in self.secret
            return self.parameters[name]
        if name in self.resources:
            return Ref(f"{self.stack}/{name}", "Ref")
        if name == "AWS::NoValue":
            return ABSENT
        if name in self.pseudo:
            return self.pseudo[name]
        return unknown("is neither a parameter nor a resource of the template", name, self.place(node))

    def _attribute(self, argument: Any, node: object) -> Value:  # noqa: ANN401
        parts = argument.split(".", 1) if isinstance(argument, str) else argument
        if not isinstance(parts, list) or len(parts) < 2 or not all(isinstance(part, str) for part in parts):  # noqa: PLR2004
            return unknown("is an attribute whose name is computed", "Fn::GetAtt", self.place(node))
        name = str(parts[0])
        if name not in self.resources:
            return unknown("is not a resource of the template", name, self.place(node))
        attribute = ".".join(str(part) for part in parts[1:])
        if attribute.startswith("Outputs."):
            return self.output_of(name, attribute.removeprefix("Outputs."), self.place(node))
        if attribute.startswith(HANDED_ON) and self._type(name) == _READER:
            return Ref(f"{EXPORT}{attribute}", "value")
        identity = Ref(f"{self.stack}/{name}", attribute)
        repeated = REPEATED.get((self._type(name), attribute))
        return identity if repeated is None else self._repeated(identity, self.resources[name].get("Properties"), repeated)

    def _repeated(self, identity: Ref, properties: Any, wanted: str) -> Value:  # noqa: ANN401
        """What a property says that the attribute repeats; the attribute's identity where it is more than an id or a block."""
        if identity not in self.repeated:
            # While it is being evaluated: resources made from themselves, which CloudFormation refuses.
            self.repeated[identity] = identity
            before, self.hidden = self.hidden, False
            found = self.value(properties.get(wanted)) if isinstance(properties, dict) else None
            hidden, self.hidden = self.hidden, before
            short = isinstance(found, Ref | Unknown) or (isinstance(found, str) and len(found) < _LONGEST_BLOCK)
            self.repeated[identity] = found if short and not hidden else identity
        return self.repeated[identity]

    def _type(self, name: str) -> str:
        body = self.resources.get(name)
        return str(body.get("Type")) if isinstance(body, dict) else ""

    def _split(self, arguments: Sequence[Value], node: object) -> Value:
        match arguments:
            case (delimiter, Ref(address=address, attribute=attribute) as whole) if address.startswith(f"{self.stack}/"):
                kind = self._type(address.rpartition("/")[2])
                if delimiter == "," and kind.startswith("AWS::") and (attribute == "Ref" or attribute.endswith(("Id", "Arn"))):
                    # No id and no ARN of AWS's own resources has a comma.
                    return (whole,)
                if kind == "AWS::S3::Bucket" and attribute == "Arn":
                    partition = as_text(self.pseudo["AWS::Partition"], self.place(node))
                    return split((delimiter, text(("arn:", partition, ":s3:::", Ref(address, "Ref")))), self.place(node))
        return split(arguments, self.place(node))

    def _imported(self, argument: Any, node: object, depth: int) -> Value:  # noqa: ANN401
        name = self.value(argument, depth + 1)
        if (key := export_key(name)) is not None:
            return Ref(f"{EXPORT}{key}", "value")
        told = ", which names an export"
        pieces = name.parts if isinstance(name, Text) else (name,)
        causes = tuple(replace(cause, reason=cause.reason + told) for part in pieces if isinstance(part, Unknown) for cause in part.causes)
        return Unknown(causes or (Cause("is exported under a name that is known only at deployment", "Fn::ImportValue", self.place(node)),))

    def _dynamic(self, written: str, node: object) -> Value:
        """``{{resolve:ssm:...}}``: looked up at deployment, so that no secret is known here."""
        parts: list[str | Ref | Unknown | Text] = []
        position = 0
        for found in _DYNAMIC.finditer(written):
            parts.append(written[position : found.start()])
            parts.append(self._looked_up(found[1], found[2], node))
            position = found.end()
        return text([*parts, written[position:]])

    def _looked_up(self, service: str, key: str, node: object) -> str | Unknown:
        stored = self.store.value(key) if service == "ssm" else None
        if isinstance(stored, str | Unknown):
            return stored
        settled = f"; give what is there with -P {STORED}NAME=VALUE" if service == "ssm" else ""
        return unknown(f"is looked up at deployment{settled}", f"{service}:{key}", self.place(node))

    # --- text -------------------------------------------------------------------------------------------------------------------------

    def _substituted(self, argument: Any, node: object, depth: int) -> Value:  # noqa: ANN401
        template, given = (argument[0], argument[1]) if isinstance(argument, list) and len(argument) == 2 else (argument, {})  # noqa: PLR2004
        if not isinstance(template, str) or not isinstance(given, dict):
            made = self.value(template, depth + 1)
            return made if isinstance(made, Unknown) else unknown("is not text", "Fn::Sub", self.place(node))
        written = str(template)
        parts: list[str | Ref | Unknown | Text] = []
        known: dict[str, str | Ref | Unknown | Text] = {}
        position = 0
        for found in _VARIABLE.finditer(written):
            name = found[2]
            if not found[1] and name not in known:
                known[name] = self._variable(name, given, node, depth)
            parts += [written[position : found.start()], f"${{{name}}}" if found[1] else known[name]]
            position = found.end()
        return bounded([*parts, written[position:]], self.place(node))

    def _variable(self, name: str, given: Mapping[str, Any], node: object, depth: int) -> str | Ref | Unknown | Text:
        if name in given:
            return as_text(self._piece(given[name], depth), self.place(node))
        return as_text(self._piece({"Fn::GetAtt" if "." in name else "Ref": name}, depth), self.place(node))

    def _piece(self, node: Any, depth: int) -> Value:  # noqa: ANN401
        """A piece of a longer text: a NoEcho value in it stays out, so that the rest of the text can be told."""
        before, self.hidden = self.hidden, False
        found = self.value(node, depth + 1)
        hidden, self.hidden = self.hidden, before
        return unknown("is marked NoEcho", "a part of the text", self.place(node)) if hidden else found

    def _pieces(self, argument: Any, depth: int) -> list[Value]:  # noqa: ANN401
        """The arguments of Fn::Join, with its list piece by piece."""
        match argument:
            case [delimiter, list() as members]:
                return [self.value(delimiter, depth + 1), tuple(one for one in (self._piece(member, depth) for member in members) if one is not None)]
        return self._arguments(argument, depth)

    # --- choices ----------------------------------------------------------------------------------------------------------------------

    def _mapped(self, arguments: Sequence[Value], node: object) -> Value:
        """Fn::FindInMap: what is under the keys; under keys that are not known, bounded by what is there."""
        match arguments:
            case [str() as table, first, second, *options]:
                rows = entries(self.mappings.get(table), first)
            case [Unknown() as table, *_]:
                return Unknown(table.causes)
            case _:
                return unknown("is not a mapping that can be found", "Fn::FindInMap", self.place(node))
        found = [self.value(cell) for row in rows for cell in entries(row, second)]
        open_keys = [key for key in (first, second) if isinstance(key, Unknown)]
        if not open_keys:
            missing = unknown("has no such entry", f"Mapping {table}", self.place(node))
            if len(found) == 1 and isinstance(first, str) and isinstance(second, str):
                return found[0]
            return next((option.get("DefaultValue", missing) for option in options if isinstance(option, Mapping)), missing)
        among = tuple(str(one) for one in found) if found and all(isinstance(one, str) for one in found) else None
        return Unknown(unite(open_keys).causes, among)

    def _chosen(self, argument: Any, node: object, depth: int) -> Value | Absent:  # noqa: ANN401
        if not isinstance(argument, list) or len(argument) != 3:  # noqa: PLR2004
            return unknown("needs a condition and two values", "Fn::If", self.place(node))
        truth = self.conditions.truth(str(argument[0]))
        if not isinstance(truth, Unknown):
            return self._value(argument[1] if truth else argument[2], depth + 1)
        both = [self._value(member, depth + 1) for member in argument[1:]]
        if both[0] == both[1]:
            return both[0]
        among = tuple(one for one in both if isinstance(one, str | Ref))
        mentions = tuple(ref for one in both if not isinstance(one, Absent) for ref in refs_in(one))
        return Unknown(truth.causes, among if len(among) == len(both) else None, mentions)


def _function(node: Mapping[Any, Any]) -> str | None:
    if len(node) != 1:
        # A macro is given what stands around it, and may change that.
        macro = node.get(_MACRO) if len(node) > 1 else None
        return _MACRO if macro is not None and not is_include(macro) else None
    name = str(next(iter(node)))
    return name if name == "Ref" or (name.startswith("Fn::") and not name.startswith("Fn::ForEach::")) else None


def is_list_type(kind: str) -> bool:
    """Whether a parameter of this type is a list."""
    return _LISTS.search(kind) is not None

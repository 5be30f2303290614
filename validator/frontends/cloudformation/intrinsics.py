"""Intrinsic functions: what the values of a template are, as far as parameters, mappings and conditions settle them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Any

from validator.frontends.cloudformation.conditions import Conditions
from validator.frontends.cloudformation.loops import Loops, has_loops
from validator.frontends.cloudformation.parse import position_of
from validator.frontends.cloudformation.store import Store
from validator.regions import partition_of
from validator.resource import EXPORT
from validator.source import SourceLocation
from validator.values import Cause, Ref, Text, Unknown, Value, text, unite, unknown

_DEPTH = 64
_VARIABLE = re.compile(r"\$\{(!?)\s*([A-Za-z0-9:._ -]{1,255}?)\s*\}")
_DYNAMIC = re.compile(r"\{\{resolve:(ssm|ssm-secure|secretsmanager):([^{}]{1,2000})\}\}")
_LISTS = re.compile(r"CommaDelimitedList|List<")
_SUFFIXES = {"aws": "amazonaws.com", "aws-cn": "amazonaws.com.cn", "aws-us-gov": "amazonaws.com", "aws-eusc": "amazonaws.eu"}
_MAXIMUM_CIDRS = 256


class Absent:
    """``AWS::NoValue``: the property, or list member, is not there."""


ABSENT = Absent()


@dataclass(slots=True)
class Scope:
    """One template: what its functions can refer to. ``hidden`` collects whether a NoEcho value was met.

    ``output_of``: an output of a nested stack, by the logical id of the stack and the name of the output.
    """

    path: str
    stack: str
    region: str | Unknown
    parameters: Mapping[str, Value]
    secret: frozenset[str]
    mappings: Mapping[str, Any]
    resources: Mapping[str, Any]
    output_of: Callable[[str, str, SourceLocation], Value]
    store: Store
    conditions: Conditions = field(init=False)
    hidden: bool = False

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
            found = {str(key): self._value(member, depth + 1) for key, member in self.written_out(node).items()}
            return {key: member for key, member in found.items() if not isinstance(member, Absent)}
        return node if isinstance(node, int | float | bool | None) else str(node)

    def written_out(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """A mapping with the loops in it written out."""
        return Loops(self.value, self.place).expanded(node) if has_loops(node) else node

    def _call(self, name: str, argument: Any, node: Any, depth: int) -> Value | Absent:  # noqa: ANN401
        match name:
            case "Ref" if isinstance(argument, str):
                return self._reference(str(argument), node)
            case "Fn::GetAtt":
                return self._attribute(argument, node)
            case "Fn::Sub":
                return self._substituted(argument, node, depth)
            case "Fn::If":
                return self._chosen(argument, node, depth)
            case "Fn::Base64":
                return self._value(argument, depth + 1)
            case "Fn::Join":
                return self._joined(self._pieces(argument, depth), node)
            case "Fn::GetAZs":
                return unknown("are chosen at deployment", "the Availability Zones", self.place(node))
            case "Fn::ImportValue":
                return self._imported(argument, node, depth)
        return self._of_list(name, argument, node, depth)

    def _of_list(self, name: str, argument: Any, node: Any, depth: int) -> Value:  # noqa: ANN401
        """The functions that take the values of a list of arguments, and nothing else of them."""
        match name:
            case "Fn::Split":
                return self._split(self._arguments(argument, depth), node)
            case "Fn::Select":
                return self._selected(self._arguments(argument, depth), node)
            case "Fn::FindInMap":
                return self._mapped(self._arguments(argument, depth), node)
            case "Fn::Cidr":
                return self._cidrs(self._arguments(argument, depth), node)
            case "Fn::Length":
                return self._length(self.value(argument, depth + 1), node)
            case "Fn::ToJsonString":
                return text(json_parts(self.value(argument, depth + 1)))
        return unknown("is a function that is not read", name, self.place(node))

    def _arguments(self, argument: Any, depth: int) -> list[Value]:  # noqa: ANN401
        members = argument if isinstance(argument, list) else [argument]
        return [self.value(member, depth + 1) for member in members]

    # --- references -------------------------------------------------------------------------------------------------------------------

    def _reference(self, name: str, node: object) -> Value | Absent:
        if name in self.parameters:
            self.hidden = self.hidden or name in self.secret
            return self.parameters[name]
        if name in self.resources:
            return Ref(f"{self.stack}/{name}", "Ref")
        return self._pseudo(name, node)

    def _pseudo(self, name: str, node: object) -> Value | Absent:
        partition = partition_of(self.region) if isinstance(self.region, str) else None
        match name:
            case "AWS::NoValue":
                return ABSENT
            case "AWS::Region":
                return self.region
            case "AWS::Partition" if partition is not None:
                return partition
            case "AWS::URLSuffix" if partition in _SUFFIXES:
                return _SUFFIXES[partition]
            case "AWS::Partition" | "AWS::URLSuffix" if isinstance(self.region, Unknown):
                return self.region
            case "AWS::AccountId" | "AWS::StackName" | "AWS::StackId" | "AWS::NotificationARNs" | "AWS::Partition" | "AWS::URLSuffix":
                return unknown("is given at deployment", name, SourceLocation(self.path))
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
        return Ref(f"{self.stack}/{name}", attribute)

    def _imported(self, argument: Any, node: object, depth: int) -> Value:  # noqa: ANN401
        name = self.value(argument, depth + 1)
        if isinstance(name, str):
            return Ref(f"{EXPORT}{name}", "value")
        return unknown("is exported under a name that is known only at deployment", "Fn::ImportValue", self.place(node))

    def _dynamic(self, written: str, node: object) -> Value:
        """``{{resolve:ssm:...}}``: looked up at deployment, so that no secret is known here."""
        parts: list[str | Ref | Unknown | Text] = []
        position = 0
        for found in _DYNAMIC.finditer(written):
            parts.append(written[position : found.start()])
            stored = self.store.value(found[2]) if found[1] == "ssm" else None
            otherwise = unknown("is looked up at deployment", f"{found[1]}:{found[2]}", self.place(node))
            parts.append(stored if isinstance(stored, str | Unknown) else otherwise)
            position = found.end()
        return text([*parts, written[position:]])

    # --- text -------------------------------------------------------------------------------------------------------------------------

    def _substituted(self, argument: Any, node: object, depth: int) -> Value:  # noqa: ANN401
        template, given = (argument[0], argument[1]) if isinstance(argument, list) and len(argument) == 2 else (argument, {})  # noqa: PLR2004
        if not isinstance(template, str) or not isinstance(given, dict):
            return unknown("is not text", "Fn::Sub", self.place(node))
        written = str(template)
        parts: list[str | Ref | Unknown | Text] = []
        position = 0
        for found in _VARIABLE.finditer(written):
            parts.append(written[position : found.start()])
            parts.append(f"${{{found[2]}}}" if found[1] else self._variable(found[2], given, node, depth))
            position = found.end()
        return text([*parts, written[position:]])

    def _variable(self, name: str, given: Mapping[str, Any], node: object, depth: int) -> str | Ref | Unknown | Text:
        if name in given:
            return self._as_text(self._piece(given[name], depth), node)
        return self._as_text(self._piece({"Fn::GetAtt" if "." in name else "Ref": name}, depth), node)

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

    def _as_text(self, value: Value, node: object) -> str | Ref | Unknown | Text:
        match value:
            case str() | Ref() | Unknown() | Text():
                return value
            case bool():
                return "true" if value else "false"
            case int() | float():
                return str(value)
            case tuple() if all(isinstance(member, str) for member in value):
                return ",".join(str(member) for member in value)
            case None:
                return ""
        return unknown("is not text", self.stack, self.place(node))

    def _joined(self, arguments: Sequence[Value], node: object) -> Value:
        match arguments:
            case (str() as delimiter, tuple() as members):
                parts: list[str | Ref | Unknown | Text] = []
                for index, member in enumerate(members):
                    parts += [delimiter, self._as_text(member, node)] if index else [self._as_text(member, node)]
                return text(parts)
            case (str(), Unknown() | Ref() as members):
                return _derived(members, "Fn::Join", self.place(node))
        return unknown("is not a list to join", "Fn::Join", self.place(node))

    def _split(self, arguments: Sequence[Value], node: object) -> Value:
        match arguments:
            case (str() as delimiter, str() as whole) if delimiter:
                return tuple(whole.split(delimiter))
            case (str() as delimiter, Text() as whole) if delimiter:
                return _split_text(whole, delimiter)
            case (",", Ref() as whole) if whole.address.startswith(EXPORT):
                # A list that another stack exports as one string: whoever joins the stacks takes it apart.
                return whole
            case (str(), Unknown() | Ref() as whole):
                return _derived(whole, "Fn::Split", self.place(node))
        return unknown("is not text to split", "Fn::Split", self.place(node))

    # --- collections ------------------------------------------------------------------------------------------------------------------

    def _selected(self, arguments: Sequence[Value], node: object) -> Value:
        match arguments:
            case (str() | int() as index, tuple() as members) if str(index).isdigit() and int(index) < len(members):
                chosen: Value = members[int(index)]
                return chosen
            case (_, Unknown() | Ref() as members):
                return _derived(members, "Fn::Select", self.place(node))
        return unknown("selects what is not in the list", "Fn::Select", self.place(node))

    def _mapped(self, arguments: Sequence[Value], node: object) -> Value:
        if len(arguments) < 3 or not isinstance(arguments[0], str):  # noqa: PLR2004
            return unknown("is not a mapping that can be found", "Fn::FindInMap", self.place(node))
        table = self.mappings.get(arguments[0])
        rows = _entries(table, arguments[1])
        found: list[Value] = [self.value(cell) for row in rows for cell in _entries(row, arguments[2])]
        if len(found) == 1 and isinstance(arguments[1], str) and isinstance(arguments[2], str):
            return found[0]
        open_keys = [argument for argument in arguments[1:3] if isinstance(argument, Unknown)]
        if not open_keys:
            missing = unknown("has no such entry", f"Mapping {arguments[0]}", self.place(node))
            return _default(arguments[3:], missing)
        among = tuple(str(one) for one in found) if found and all(isinstance(one, str) for one in found) else None
        return Unknown(unite(open_keys).causes, among)

    def _length(self, value: Value, node: object) -> Value:
        if isinstance(value, tuple):
            return len(value)
        if isinstance(value, Unknown | Ref):
            return Unknown(_derived(value, "Fn::Length", self.place(node)).causes)
        return unknown("is not a list", "Fn::Length", self.place(node))

    def _cidrs(self, arguments: Sequence[Value], node: object) -> Value:
        try:
            block, count, bits = (str(arguments[0]), int(str(arguments[1])), int(str(arguments[2])))
            network = IPv4Network(block)
            if not 0 <= bits <= network.max_prefixlen:
                return unknown("do not fit into their block", "the CIDR blocks", self.place(node))
        except (ValueError, IndexError):
            return unknown("are computed at deployment", "the CIDR blocks", self.place(node))
        if not 1 <= count <= _MAXIMUM_CIDRS or count << bits > network.num_addresses:
            return unknown("do not fit into their block", "the CIDR blocks", self.place(node))
        return tuple(f"{network[index << bits]}/{32 - bits}" for index in range(count))

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


def _default(options: Sequence[Value], missing: Value) -> Value:
    """The DefaultValue among the options of a function."""
    for option in options:
        if isinstance(option, Mapping):
            return option.get("DefaultValue", missing)
    return missing


def _function(node: Mapping[Any, Any]) -> str | None:
    if len(node) != 1:
        return None
    name = str(next(iter(node)))
    return name if name == "Ref" or (name.startswith("Fn::") and not name.startswith("Fn::ForEach::")) else None


def json_parts(value: Value) -> Iterator[str | Ref | Unknown | Text]:
    """A value as JSON without blanks; what is not known stays a piece of the text."""
    match value:
        case Ref() | Unknown() | Text():
            yield from ('"', value, '"')
        case Mapping():
            for index, (name, member) in enumerate(value.items()):
                yield f"{',' if index else '{'}{json.dumps(name)}:"
                yield from json_parts(member)
            yield "}" if value else "{}"
        case tuple():
            for index, member in enumerate(value):
                yield "," if index else "["
                yield from json_parts(member)
            yield "]" if value else "[]"
        case _:
            yield json.dumps(value, ensure_ascii=False)


def _entries(table: Any, key: Value) -> list[Any]:  # noqa: ANN401
    """The entries of a level of a mapping that ``key`` may name."""
    if not isinstance(table, dict):
        return []
    if isinstance(key, str):
        return [table[key]] if key in table else []
    if isinstance(key, Unknown):
        return [cell for name, cell in table.items() if key.may_be(str(name))]
    return list(table.values())


def _derived(value: Unknown | Ref, function: str, location: SourceLocation) -> Unknown:
    """What a function makes of a collection that is not known: one of its members, if it is bounded."""
    if isinstance(value, Ref):
        return Unknown((Cause(f"is taken by {function} from a list that is known only after deployment", str(value), location),), None, (value,))
    return value


def _split_text(whole: Text, delimiter: str) -> Value:
    fields: list[list[str | Ref | Unknown]] = [[]]
    for part in whole.parts:
        if isinstance(part, str):
            head, *rest = part.split(delimiter)
            fields[-1].append(head)
            fields += [[piece] for piece in rest]
        else:
            fields[-1].append(part)
    return tuple(text(one) for one in fields)


def refs_in(value: Value) -> Iterator[Ref]:
    """Every reference inside ``value``."""
    match value:
        case Ref():
            yield value
        case Text():
            for part in value.parts:
                yield from refs_in(part)
        case Unknown():
            yield from value.mentions
        case tuple():
            for member in value:
                yield from refs_in(member)
        case Mapping():
            for member in value.values():
                yield from refs_in(member)


def is_list_type(kind: str) -> bool:
    """Whether a parameter of this type is a list."""
    return _LISTS.search(kind) is not None

"""A template becomes a Configuration: one stack, judged in one Region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from validator.errors import InputError
from validator.frontends.cloudformation.conditions import Conditions
from validator.frontends.cloudformation.intrinsics import Scope, is_list_type
from validator.frontends.cloudformation.parse import parse, position_of
from validator.resource import Configuration, InputKind, Resource
from validator.source import SourceLocation
from validator.values import Cause, Truth, Unknown, Value, unknown

_SERVERLESS = "AWS::Serverless"
_POSITIONS_DEPTH = 4


def read_template(path: str, data: bytes, *, region: str | None, parameters: Mapping[str, str]) -> Configuration:
    """What the template in ``data`` declares, as a stack in ``region`` (None: nobody says) with ``parameters``.

    Raises InputError with a line per mistake.
    """
    template = parse(path, data)
    resources = _section(path, template, "Resources")
    if resources is None:
        raise InputError(f"{path}: has no Resources, expected a CloudFormation template or a Terraform plan")
    mistakes = list(_mistakes(path, resources))
    if mistakes:
        raise InputError(*mistakes)
    scope = _scope(path, template, resources, region, parameters)
    declared = (_resource(scope, name, body) for name, body in resources.items() if not str(name).startswith("Fn::"))
    return Configuration(
        path=path,
        kind=InputKind.CLOUDFORMATION_TEMPLATE,
        dialect="cloudformation",
        resources=tuple(sorted(declared, key=lambda resource: resource.address)),
        detail=f"stack {scope.stack}" + (f" in {region}" if region else ""),
        name=scope.stack,
        exports=dict(_exports(scope, _section(path, template, "Outputs") or {})),
        notes=tuple(_notes(scope, template, resources)),
    )


def _section(path: str, template: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    found = template.get(name)
    if found is None:
        return None
    if not isinstance(found, dict):
        line, column = position_of(found)
        raise InputError(f"{path}{f':{line}:{column}' if line else ''}: {name} must be a mapping")
    return found


def _mistakes(path: str, resources: Mapping[str, Any]) -> Iterator[str]:
    for name, body in resources.items():
        if str(name).startswith("Fn::"):
            continue
        line, column = position_of(name)
        place = f"{path}:{line}:{column}" if line else path
        if not isinstance(body, dict):
            yield f"{place}: resource {name} must be a mapping with Type and Properties"
        elif not isinstance(body.get("Type"), str):
            yield f"{place}: resource {name} has no Type"
        elif not isinstance(body.get("Properties", {}), dict | None):
            yield f"{place}: Properties of resource {name} must be a mapping"


def _scope(path: str, template: Mapping[str, Any], resources: Mapping[str, Any], region: str | None, given: Mapping[str, str]) -> Scope:
    declared = _section(path, template, "Parameters") or {}
    stack = PurePath(path).stem.removesuffix(".template") if path != "standard input" else "stack"
    here = region or unknown("is given at deployment; give it with --region", "AWS::Region", SourceLocation(path))
    scope = Scope(
        path=path,
        stack=stack,
        region=here,
        parameters={str(name): _parameter(path, str(name), body, given) for name, body in declared.items()},
        secret=frozenset(str(name) for name, body in declared.items() if isinstance(body, dict) and str(body.get("NoEcho")).lower() == "true"),
        mappings=_section(path, template, "Mappings") or {},
        resources=resources,
    )
    scope.conditions = Conditions(_section(path, template, "Conditions") or {}, scope.value, scope.place)
    return scope


def _parameter(path: str, name: str, body: Any, given: Mapping[str, str]) -> Value:  # noqa: ANN401
    """What is given, else the default, else one of the allowed values that nobody has chosen."""
    declared = body if isinstance(body, dict) else {}
    kind = str(declared.get("Type", "String"))
    location = SourceLocation(path, *position_of(body))
    value: Any = given.get(name, declared.get("Default"))
    if kind.startswith("AWS::SSM::Parameter::Value"):
        return unknown("is looked up in the parameter store at deployment", f"Parameter {name}", location)
    if value is None or isinstance(value, dict):
        allowed = declared.get("AllowedValues")
        among = tuple(_scalar(one) for one in allowed) if isinstance(allowed, list) and not is_list_type(kind) else None
        return Unknown((Cause("has no default; give it with -P NAME=VALUE", f"Parameter {name}", location),), among)
    if is_list_type(kind):
        members = value if isinstance(value, list) else str(value).split(",")
        return tuple(_scalar(member).strip() for member in members if _scalar(member).strip())
    return _scalar(value)


def _scalar(value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _resource(scope: Scope, name: str, body: Mapping[str, Any]) -> Resource:
    address = f"{scope.stack}/{name}"
    line, column = position_of(name)
    reader = _Properties(scope, address)
    properties = reader.read(body.get("Properties") or {})
    return Resource(
        address=address,
        type=str(body["Type"]),
        attributes=properties,
        region=scope.region,
        location=SourceLocation(scope.path, line, column, address),
        exists=_exists(scope, body),
        sensitive=frozenset(reader.sensitive),
        positions=reader.positions,
    )


def _exists(scope: Scope, body: Mapping[str, Any]) -> Truth:
    condition = body.get("Condition")
    return True if condition is None else scope.conditions.truth(str(condition))


class _Properties:
    """Evaluates the properties of one resource and keeps where they stand and which hold NoEcho values."""

    def __init__(self, scope: Scope, address: str) -> None:
        self._scope = scope
        self._address = address
        self.positions: dict[str, SourceLocation] = {}
        self.sensitive: set[str] = set()

    def read(self, properties: Mapping[str, Any]) -> Mapping[str, Value]:
        """The values of ``properties``; what is AWS::NoValue is not there."""
        found: dict[str, Value] = {}
        for name, node in properties.items():
            path = str(name)
            self._keep_position(name, node, path, 0)
            value = self._part(node, path, 0)
            if value is not None:
                found[path] = value
        return found

    def _part(self, node: Any, path: str, depth: int) -> Value:  # noqa: ANN401
        """A mapping is walked, so that its members keep their places; everything else is evaluated whole."""
        plain = isinstance(node, dict) and not any(str(key) == "Ref" or str(key).startswith("Fn::") for key in node)
        if plain and depth < _POSITIONS_DEPTH:
            found: dict[str, Value] = {}
            for name, member in node.items():
                inner = f"{path}.{name}"
                self._keep_position(name, member, inner, depth + 1)
                value = self._part(member, inner, depth + 1)
                if value is not None:
                    found[str(name)] = value
            return found
        self._scope.hidden = False
        value = self._scope.value(node)
        if self._scope.hidden:
            self.sensitive.add(path)
        return value

    def _keep_position(self, name: object, node: object, path: str, depth: int) -> None:
        line, column = position_of(name)
        if line is None:
            line, column = position_of(node)
        if line is not None and depth <= _POSITIONS_DEPTH:
            self.positions[path] = SourceLocation(self._scope.path, line, column, self._address, path)


def _exports(scope: Scope, outputs: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    for body in outputs.values():
        export = body.get("Export") if isinstance(body, dict) else None
        name = scope.value(export.get("Name")) if isinstance(export, dict) else None
        if isinstance(name, str):
            yield name, scope.value(body.get("Value"))


def _notes(scope: Scope, template: Mapping[str, Any], resources: Mapping[str, Any]) -> Iterator[Cause]:
    """What is not read of this template."""
    place = SourceLocation(scope.path)
    transforms = template.get("Transform") or []
    for transform in transforms if isinstance(transforms, list) else [transforms]:
        name = str(transform.get("Name", "a macro") if isinstance(transform, dict) else transform)
        if not name.startswith("AWS::LanguageExtensions"):
            yield Cause("changes the template at deployment, and is not run", f"the transform {name}", place)
    if any(str(name).startswith("Fn::ForEach") for name in resources):
        yield Cause("makes resources that are not read", "Fn::ForEach", place)

"""A template becomes a Configuration: one stack, judged in one Region."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Any

from validator.allowances import Allowance, allowance
from validator.errors import InputError
from validator.frontends.cloudformation.conditions import Conditions
from validator.frontends.cloudformation.deployment import Deployment, deployment_of, export_key, own
from validator.frontends.cloudformation.includes import included, mentions_include
from validator.frontends.cloudformation.intrinsics import Scope
from validator.frontends.cloudformation.loops import Loops, has_loops
from validator.frontends.cloudformation.parameters import choices, parameter
from validator.frontends.cloudformation.parse import parse, position_of
from validator.frontends.cloudformation.properties import Properties
from validator.frontends.cloudformation.rules import refusals
from validator.frontends.cloudformation.serverless import TRANSFORM, expanded
from validator.frontends.cloudformation.store import Store, store_of
from validator.frontends.encoding import to_utf8
from validator.resource import Configuration, InputKind, Resource
from validator.source import SourceLocation
from validator.values import Cause, Text, Truth, Unknown, Value, all_of, unknown

_STACK = "AWS::CloudFormation::Stack"
_WRITER = "Custom::CrossRegionExportWriter"
# Metadata that instances read: cfn-init follows it (CloudFormation guide, AWS::CloudFormation::Init).
_FOR_INSTANCES = ("AWS::CloudFormation::Init", "AWS::CloudFormation::Authentication")
_MOST_STACKS = 500
_DEEPEST = 8
# CloudFormation takes a megabyte.
_LARGEST_TEMPLATE = 4_000_000
_NO_LOOKUPS: Mapping[tuple[str, str], Value] = MappingProxyType({})
_NO_ASSETS: Mapping[str, str] = MappingProxyType({})
_HASH = re.compile(r"[0-9a-f]{64}")


def read_template(
    path: str,
    data: bytes,
    *,
    region: str | None,
    parameters: Mapping[str, str],
    lookups: Mapping[tuple[str, str], Value] = _NO_LOOKUPS,
    assets: Mapping[str, str] = _NO_ASSETS,
) -> Configuration:
    """What the template in ``data`` declares, as a stack in ``region`` (None: nobody says) with ``parameters``; nested stacks too.

    ``lookups``: values of the parameter store by Region and name; ``assets``: files beside the template by the hash in their URL.

    Raises InputError with a line per mistake.
    """
    name = PurePath(path).stem.removesuffix(".template") if path != "standard input" else "stack"
    given = own(parameters, name)
    deployment = deployment_of(path, region, given)
    tree = Tree(None if path == "standard input" else Path(path).parent, store=store_of(lookups, region, given), assets=assets)
    stack = Stack(path, data, name, deployment, given, tree)
    refused = tuple(stack.refusals())
    return Configuration(
        path=path,
        kind=InputKind.CLOUDFORMATION_TEMPLATE,
        dialect="cloudformation",
        resources=tuple(sorted(stack.resources(), key=lambda resource: resource.address)),
        detail=f"stack {name}" + (f" in {region}" if region else ""),
        name=name,
        region=deployment.region,
        account=deployment.account if isinstance(deployment.account, str) else "",
        choices=stack.choices(given),
        takes=stack.takes,
        exports=dict(stack.exports()),
        notes=(*refused, *stack.notes()),
        refused=bool(refused),
        includes=tuple(sorted(stack.tree.read)),
        lookups=tuple(sorted(stack.tree.store.missing)),
        stack=given.get("AWS::StackName", ""),
    )


@dataclass(slots=True)
class Tree:
    """What stands around the first template: the folder that nested templates are read from, what was read of it, the parameter store."""

    folder: Path | None
    read: set[str] = field(default_factory=set)
    stacks: int = 0
    store: Store = field(default_factory=Store)
    assets: Mapping[str, str] = field(default_factory=dict)

    def asset(self, url: Value) -> str | None:
        """The local file whose hash stands in a URL."""
        pieces = url.parts if isinstance(url, Text) else (url,)
        hashes = (found[0] for piece in pieces if isinstance(piece, str) and self.assets for found in _HASH.finditer(piece))
        return next((self.assets[one] for one in hashes if one in self.assets), None)

    def template(self, beside: str, url: str) -> tuple[str, bytes] | None:
        """The local template that ``url`` names from ``beside``; None where it is elsewhere, or not a file."""
        # One file may be the template of many stacks, which may nest it again.
        self.stacks += 1
        if self.folder is None or "://" in url or self.stacks > _MOST_STACKS:
            return None
        try:
            place = (Path(beside).parent / url).resolve()
            if not place.is_relative_to(self.folder.resolve()) or not place.is_file() or place.stat().st_size > _LARGEST_TEMPLATE:
                return None
            data = place.read_bytes()
        except (OSError, ValueError):
            return None
        self.read.add(str(place))
        return os.path.normpath(str(Path(beside).parent / url)), data


class Stack:
    """One stack: a template with its parameters, and the stacks nested in it, each read when something of it is asked for.

    ``secret`` are the parameters that hold a value marked NoEcho further up.
    """

    def __init__(
        self,
        path: str,
        data: bytes,
        name: str,
        deployment: Deployment,
        parameters: Mapping[str, Value],
        tree: Tree,
        depth: int = 0,
        secret: frozenset[str] = frozenset(),
    ) -> None:
        template = parse(path, to_utf8(path, data))
        if mentions_include(data):
            template = included(template, lambda url: _file(tree, path, url))
        self._template = expanded(template)
        resources = _section(path, self._template, "Resources")
        if resources is None:
            raise InputError(f"{path}: has no Resources, expected a CloudFormation template or a Terraform plan")
        outputs = _section(path, self._template, "Outputs") or {}
        self._loops: Loops | None = None
        if has_loops(resources) or has_loops(outputs):
            early = _scope(path, name, self._template, resources, deployment, parameters, self._output_of, tree.store)
            self._loops = Loops(early.value, early.place)
            resources, outputs = self._loops.expanded(resources), self._loops.expanded(outputs)
        mistakes = list(_mistakes(path, resources))
        if mistakes:
            raise InputError(*mistakes)
        self.tree = tree
        self._deployment = deployment
        self._resources = resources
        self._depth = depth
        self._nested: dict[str, Stack | Unknown] = {}
        self._outputs = outputs
        self._given_out: dict[str, tuple[Value, bool]] = {}
        self._scope = _scope(path, name, self._template, resources, deployment, parameters, self._output_of, tree.store)
        self._scope.secret |= secret

    def resources(self) -> Iterator[Resource]:
        """The resources of the stack and of those nested in it, which exist only if their stack does."""
        for name, body in self._resources.items():
            if str(name).startswith("Fn::"):
                continue
            yield _resource(self._scope, name, body)
            exists = _exists(self._scope, body)
            if body["Type"] == _STACK and exists is not False:
                nested = self._stack(str(name))
                if isinstance(nested, Stack):
                    yield from (replace(one, exists=all_of((exists, one.exists))) for one in nested.resources())

    @property
    def takes(self) -> frozenset[str]:
        """The parameters that the template declares."""
        return frozenset(map(str, _section(self._scope.path, self._template, "Parameters") or {}))

    def choices(self, given: Mapping[str, Value]) -> Mapping[str, tuple[str, ...]]:
        """The allowed values of the parameters that have neither a value nor a default."""
        return choices(_section(self._scope.path, self._template, "Parameters") or {}, given)

    def exports(self) -> Iterator[tuple[str, Value]]:
        """What the stack and those nested in it export, by name; what CDK hands to stacks in other Regions too."""
        yield from _exports(self._scope, self._outputs)
        yield from _handed_on(self._scope, self._resources)
        for name in self._stacks():
            nested = self._stack(name)
            if isinstance(nested, Stack):
                yield from nested.exports()

    def refusals(self) -> Iterator[Cause]:
        """The rules that refuse the stack with its parameters, or one nested in it that certainly exists."""
        yield from refusals(self._scope, _section(self._scope.path, self._template, "Rules") or {})
        for name in self._stacks():
            if _exists(self._scope, self._resources[name]) is True and isinstance(nested := self._stack(name), Stack):
                yield from nested.refusals()

    def notes(self) -> Iterator[Cause]:
        """What is not read of the stack and of those nested in it."""
        yield from _notes(self._scope, self._template)
        if self._loops is not None:
            yield from self._loops.causes
        for name in self._stacks():
            nested = self._stack(name)
            yield from nested.causes if isinstance(nested, Unknown) else nested.notes()

    def output(self, name: str, location: SourceLocation) -> tuple[Value, bool]:
        """The value of an output, and whether it has something of a NoEcho parameter in it."""
        body = self._outputs.get(name)
        if not isinstance(body, dict):
            return unknown("is not an output of the nested stack", name, location), False
        if name not in self._given_out:
            self._given_out[name] = _noticed(self._scope, body.get("Value"))
        return self._given_out[name]

    def _stacks(self) -> Iterator[str]:
        for name, body in self._resources.items():
            if isinstance(body, dict) and body.get("Type") == _STACK and _exists(self._scope, body) is not False:
                yield str(name)

    def _output_of(self, stack: str, output: str, location: SourceLocation) -> Value:
        nested = self._stack(stack)
        if isinstance(nested, Unknown):
            return Unknown(nested.causes)
        value, hidden = nested.output(output, location)
        self._scope.hidden = self._scope.hidden or hidden
        return value

    def _stack(self, name: str) -> Stack | Unknown:
        if name not in self._nested:
            # While it is being read: stacks that need each other's outputs, which CloudFormation refuses.
            place = self._scope.place(self._resources[name])
            self._nested[name] = unknown("needs its own outputs", f"{self._scope.stack}/{name}", place)
            self._nested[name] = self._read(name, place)
        return self._nested[name]

    def _read(self, name: str, place: SourceLocation) -> Stack | Unknown:
        address = f"{self._scope.stack}/{name}"
        properties = self._resources[name].get("Properties")
        written = properties if isinstance(properties, dict) else {}
        given = self._scope.value(written.get("TemplateURL"))
        url = _asset(self._resources[name]) or self.tree.asset(given) or given
        found = self.tree.template(self._scope.path, url) if isinstance(url, str) and self._depth < _DEEPEST else None
        if found is None:
            return unknown("is a nested stack whose template is not a file beside its parent's", address, place)
        parameters, secret = self._given(written.get("Parameters"))
        return Stack(*found, address, self._deployment, parameters, self.tree, self._depth + 1, secret)

    def _given(self, nodes: Any) -> tuple[dict[str, Value], frozenset[str]]:  # noqa: ANN401
        """The parameters that a nested stack is given, and which of them hold a NoEcho value of this one."""
        parameters: dict[str, Value] = {}
        secret: set[str] = set()
        for name, node in nodes.items() if isinstance(nodes, dict) else ():
            parameters[str(name)], hidden = _noticed(self._scope, node)
            if hidden:
                secret.add(str(name))
        return parameters, frozenset(secret)


def _noticed(scope: Scope, node: Any) -> tuple[Value, bool]:  # noqa: ANN401
    """The value of a node, and whether it has something of a NoEcho parameter in it."""
    before, scope.hidden = scope.hidden, False
    value = scope.value(node)
    hidden, scope.hidden = scope.hidden, before
    return value, hidden


def _file(tree: Tree, path: str, url: str) -> bytes | None:
    found = tree.template(path, url)
    return found[1] if found else None


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


def _scope(
    path: str,
    stack: str,
    template: Mapping[str, Any],
    resources: Mapping[str, Any],
    deployment: Deployment,
    given: Mapping[str, Value],
    output_of: Callable[[str, str, SourceLocation], Value],
    store: Store,
) -> Scope:
    declared = _section(path, template, "Parameters") or {}
    scope = Scope(
        path=path,
        stack=stack,
        region=deployment.region,
        pseudo=deployment.pseudo_parameters(path, stack, str(given["AWS::StackName"]) if "AWS::StackName" in given else None),
        parameters={str(name): parameter(path, str(name), body, given, store) for name, body in declared.items()},
        secret=frozenset(str(name) for name, body in declared.items() if isinstance(body, dict) and str(body.get("NoEcho")).lower() == "true"),
        mappings=_section(path, template, "Mappings") or {},
        resources=resources,
        output_of=output_of,
        store=store,
    )
    scope.conditions = Conditions(_section(path, template, "Conditions") or {}, scope.value, scope.place)
    return scope


def _resource(scope: Scope, name: str, body: Mapping[str, Any]) -> Resource:
    address = f"{scope.stack}/{name}"
    line, column = position_of(name)
    reader = Properties(scope, address)
    properties = reader.read({**(body.get("Properties") or {}), **_instructions(body)})
    return Resource(
        address=address,
        type=str(body["Type"]),
        attributes=properties,
        region=scope.region,
        location=SourceLocation(scope.path, line, column, address),
        exists=_exists(scope, body),
        sensitive=frozenset(reader.sensitive),
        positions=reader.positions,
        path_of_construct=_construct(body),
        allowances=tuple(_allowances(scope.path, address, body)),
    )


def _allowances(path: str, address: str, body: Mapping[str, Any]) -> Iterator[Allowance]:
    """The waivers in ``Metadata: {s3reach: {allow: [...]}}``, as text or as mappings; any other shape is one without reason."""
    metadata = body.get("Metadata")
    own = metadata.get("s3reach") if isinstance(metadata, dict) else None
    listed = own.get("allow") if isinstance(own, dict) else None
    for one in listed if isinstance(listed, list) else [] if listed is None else [listed]:
        line, column = position_of(one)
        place = SourceLocation(path, *((line, column) if line else position_of(own)), address)
        if isinstance(one, dict):
            policy, reason, until = (str(one.get(name) or "").strip() for name in ("policy", "reason", "until"))
            yield Allowance(policy, reason, until, place)
        else:
            yield allowance(str(one), place)


def _construct(body: Mapping[str, Any]) -> str:
    metadata = body.get("Metadata")
    path = metadata.get("aws:cdk:path") if isinstance(metadata, dict) else None
    return str(path) if isinstance(path, str) else ""


def _instructions(body: Mapping[str, Any]) -> dict[str, Any]:
    """What cfn-init on an instance does, as its metadata says: read like properties, under the names of the metadata."""
    metadata = body.get("Metadata")
    return {name: metadata[name] for name in _FOR_INSTANCES if isinstance(metadata.get(name), dict)} if isinstance(metadata, dict) else {}


def _exists(scope: Scope, body: Mapping[str, Any]) -> Truth:
    condition = body.get("Condition")
    return True if condition is None else scope.conditions.truth(str(condition))


def _asset(body: Mapping[str, Any]) -> str | None:
    """The local file that CDK's metadata names for a template that it uploads as an asset."""
    metadata = body.get("Metadata")
    path = metadata.get("aws:asset:path") if isinstance(metadata, dict) and metadata.get("aws:asset:property") == "TemplateURL" else None
    return str(path) if isinstance(path, str) else None


def _handed_on(scope: Scope, resources: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    """What a custom resource of CDK writes to the parameter store of another Region, for a stack there to read."""
    for body in resources.values():
        if isinstance(body, dict) and body.get("Type") == _WRITER:
            properties = body.get("Properties")
            written = properties.get("WriterProps") if isinstance(properties, dict) else None
            exports = written.get("exports") if isinstance(written, dict) else None
            yield from ((str(name), scope.value(node)) for name, node in (exports if isinstance(exports, dict) else {}).items())


def _exports(scope: Scope, outputs: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    for body in outputs.values():
        export = body.get("Export") if isinstance(body, dict) else None
        name = export_key(scope.value(export.get("Name"))) if isinstance(export, dict) else None
        if name is not None:
            value, hidden = _noticed(scope, body.get("Value"))
            yield name, unknown("is marked NoEcho", f"the export {name}", scope.place(body)) if hidden else value


def _notes(scope: Scope, template: Mapping[str, Any]) -> Iterator[Cause]:
    """What is not read of this template."""
    place = SourceLocation(scope.path)
    transforms = template.get("Transform") or []
    for transform in transforms if isinstance(transforms, list) else [transforms]:
        name = str(transform.get("Name", "a macro") if isinstance(transform, dict) else transform)
        if not name.startswith(("AWS::LanguageExtensions", TRANSFORM)):
            yield Cause("changes the template at deployment, and is not run", f"the transform {name}", place)
    macro = template["Resources"].get("Fn::Transform")
    if macro is not None:
        named = macro.get("Name") if isinstance(macro, dict) else None
        yield Cause("may make resources at deployment, and is not run", f"the macro {named or 'of Fn::Transform'}", scope.place(macro))

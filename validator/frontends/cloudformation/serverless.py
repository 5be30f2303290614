"""SAM's resources as the transform would expand them, as far as networks, environments and nested applications go.

Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from validator.frontends.cloudformation.parse import placed_like
from validator.frontends.cloudformation.sam_policies import role_of

TRANSFORM = "AWS::Serverless"
_FUNCTION = "AWS::Serverless::Function"
_APPLICATION = "AWS::Serverless::Application"
# Properties that the function of the transform has under the same name; the rest is events, roles and deployment.
_SAME = frozenset(
    "FunctionName Handler Runtime Description MemorySize Timeout Role VpcConfig Environment Tags Layers Architectures KmsKeyArn ImageConfig"
    " EphemeralStorage FileSystemConfigs ReservedConcurrentExecutions PackageType SnapStart LoggingConfig CapacityProviderConfig".split()
)
_KEPT = ("Condition", "DependsOn", "Metadata", "DeletionPolicy", "UpdateReplacePolicy")
_SECTIONS = MappingProxyType({_FUNCTION: "Function", "AWS::Serverless::StateMachine": "StateMachine"})


def expanded(template: Mapping[str, Any]) -> Mapping[str, Any]:
    """The template with functions and applications of SAM as CloudFormation's own resources."""
    resources = template.get("Resources")
    if not isinstance(resources, dict) or not any(_type(body).startswith(TRANSFORM) for body in resources.values()):
        return template
    shared = template.get("Globals")
    globals_of = shared if isinstance(shared, dict) else {}
    made = {name: _resource(body, globals_of) for name, body in resources.items()}
    made.update({name: role for name, role in _roles(made, resources, globals_of) if name not in made})
    whole: Mapping[str, Any] = placed_like(template, {**template, "Resources": placed_like(resources, made)})
    return whole


def _roles(made: dict[str, Any], resources: Mapping[str, Any], globals_of: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The role that SAM makes for each function with policies and without a role of its own; the function is given it."""
    found: list[tuple[str, Any]] = []
    for name, body in resources.items():
        properties = _properties(body, globals_of) if _type(body) == _FUNCTION else {}
        if "Policies" in properties and "Role" not in properties:
            found.append((f"{name}Role", placed_like(body, {**role_of(properties["Policies"]), **_kept(body)})))
            made[name]["Properties"]["Role"] = {"Fn::GetAtt": [f"{name}Role", "Arn"]}
    return found


def _kept(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in _KEPT if name in body}


def _properties(body: Mapping[str, Any], globals_of: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """A function's own properties over those that it shares with others."""
    own = body.get("Properties")
    own = own if isinstance(own, dict) else {}
    shared = globals_of.get(_SECTIONS[_type(body)])
    return _merged(shared, own) if isinstance(shared, dict) else own


def _type(body: Any) -> str:  # noqa: ANN401
    kind = body.get("Type") if isinstance(body, dict) else None
    return str(kind) if isinstance(kind, str) else ""


def _resource(body: Any, globals_of: Mapping[str, Any]) -> Any:  # noqa: ANN401
    kind = _type(body)
    if kind not in {_FUNCTION, _APPLICATION}:
        return body
    own = body.get("Properties")
    own = own if isinstance(own, dict) else {}
    kept = _kept(body)
    if kind == _APPLICATION:
        location = own.get("Location")
        properties = {"TemplateURL": location, "Parameters": own.get("Parameters", {})} if isinstance(location, str) else {}
        return placed_like(body, {"Type": "AWS::CloudFormation::Stack", "Properties": properties, **kept})
    properties = {name: value for name, value in _properties(body, globals_of).items() if str(name) in _SAME}
    return placed_like(body, {"Type": "AWS::Lambda::Function", "Properties": placed_like(own, properties), **kept})


def _merged(shared: Any, own: Any) -> Any:  # noqa: ANN401
    """Globals and a resource's own: mappings are merged, lists put one behind the other, anything else is the resource's."""
    if isinstance(shared, dict) and isinstance(own, dict) and not _is_function(shared) and not _is_function(own):
        left = {name: value for name, value in shared.items() if name not in own}
        return placed_like(own, {**left, **{name: _merged(shared[name], value) if name in shared else value for name, value in own.items()}})
    if isinstance(shared, list) and isinstance(own, list):
        return placed_like(own, [*shared, *own])
    return own


def _is_function(node: Mapping[Any, Any]) -> bool:
    return len(node) == 1 and str(next(iter(node))).startswith(("Ref", "Fn::"))

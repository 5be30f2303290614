"""SAM's resources as the transform would expand them, as far as networks, environments, permissions and nested applications go.

Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from validator.frontends.cloudformation.parse import placed_like
from validator.frontends.cloudformation.serverless_roles import connected, role

TRANSFORM = "AWS::Serverless"
_FUNCTION = "AWS::Serverless::Function"
_STATE_MACHINE = "AWS::Serverless::StateMachine"
_APPLICATION = "AWS::Serverless::Application"
_CONNECTOR = "AWS::Serverless::Connector"
# What a resource becomes, and its properties that stay under their names; the rest is events, roles and deployment.
_MADE = MappingProxyType(
    {
        _FUNCTION: (
            "AWS::Lambda::Function",
            frozenset(
                "FunctionName Handler Runtime Description MemorySize Timeout VpcConfig Environment Tags Layers Architectures KmsKeyArn ImageConfig"
                " EphemeralStorage FileSystemConfigs ReservedConcurrentExecutions PackageType SnapStart LoggingConfig CapacityProviderConfig".split()
            ),
        ),
        _STATE_MACHINE: ("AWS::StepFunctions::StateMachine", frozenset({"Name", "Type", "Logging", "Tracing", "DefinitionSubstitutions"})),
        "AWS::Serverless::Api": ("AWS::ApiGateway::RestApi", frozenset({"Name"})),
        "AWS::Serverless::GraphQLApi": ("AWS::AppSync::GraphQLApi", frozenset({"Name"})),
        "AWS::Serverless::HttpApi": ("AWS::ApiGatewayV2::Api", frozenset({"Name"})),
        "AWS::Serverless::LayerVersion": ("AWS::Lambda::LayerVersion", frozenset({"LayerName", "CompatibleRuntimes"})),
        "AWS::Serverless::SimpleTable": ("AWS::DynamoDB::Table", frozenset({"TableName"})),
    }
)
_PRINCIPALS = MappingProxyType({_FUNCTION: ("lambda.amazonaws.com", "Role"), _STATE_MACHINE: ("states.amazonaws.com", "RoleArn")})
_KEPT = ("Condition", "DependsOn", "Metadata", "DeletionPolicy", "UpdateReplacePolicy")
_SECTIONS = MappingProxyType({_FUNCTION: "Function", _STATE_MACHINE: "StateMachine"})


def expanded(template: Mapping[str, Any]) -> Mapping[str, Any]:
    """The template with SAM's resources as CloudFormation's own, and the roles and policies that come with them."""
    resources = template.get("Resources")
    if not isinstance(resources, dict) or not any(_type(body).startswith(TRANSFORM) for body in resources.values()):
        return template
    shared = template.get("Globals")
    globals_of = shared if isinstance(shared, dict) else {}
    made: dict[str, Any] = {}
    for name, body in resources.items():
        made.update(_resources(name, body, globals_of))
    for name, body in resources.items():
        made.update(_connections(name, body, resources))
    whole: Mapping[str, Any] = placed_like(template, {**template, "Resources": placed_like(resources, {**made, **_own(resources)})})
    return whole


def _own(resources: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is not SAM's stays as it is, whatever SAM would call its own."""
    return {name: body for name, body in resources.items() if not _type(body).startswith(TRANSFORM)}


def _type(body: Any) -> str:  # noqa: ANN401
    kind = body.get("Type") if isinstance(body, dict) else None
    return str(kind) if isinstance(kind, str) else ""


def _properties(body: Mapping[str, Any]) -> Mapping[str, Any]:
    own = body.get("Properties")
    return own if isinstance(own, dict) else {}


def _resources(name: str, body: Any, globals_of: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    """What a resource becomes, with the role that it is given where it names none."""
    kind = _type(body)
    if kind == _APPLICATION:
        yield name, _application(body)
    elif kind not in _MADE:
        if kind != _CONNECTOR:
            yield name, body
    else:
        shared = globals_of.get(_SECTIONS.get(kind, ""))
        own = _properties(body)
        merged = _merged(shared, own) if isinstance(shared, dict) else own
        made, kept = _MADE[kind]
        properties = {key: value for key, value in merged.items() if str(key) in kept}
        if "InlineCode" in merged:
            properties["Code"] = {"ZipFile": merged["InlineCode"]}
        if kind in _PRINCIPALS:
            principal, attribute = _PRINCIPALS[kind]
            given = merged.get("Role")
            properties[attribute] = {"Fn::GetAtt": [f"{name}Role", "Arn"]} if given is None else given
            if given is None:
                yield _named_like(name, "Role"), _like(body, "AWS::IAM::Role", role(str(name), merged, principal))
        yield name, _like(body, made, placed_like(own, properties))


def _application(body: Mapping[str, Any]) -> Any:  # noqa: ANN401
    own = _properties(body)
    location = own.get("Location")
    properties = {"TemplateURL": location, "Parameters": own.get("Parameters", {})} if isinstance(location, str) else {}
    return _like(body, "AWS::CloudFormation::Stack", properties)


def _connections(name: str, body: Any, resources: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    """The policies of connectors: resources of their own, and those inside the resource that they start from."""
    if _type(body) == _CONNECTOR:
        own = _properties(body)
        source = own.get("Source")
        yield from _policy(name, own, str(source.get("Id")) if isinstance(source, dict) else "", resources, body)
    inner = body.get("Connectors") if isinstance(body, dict) else None
    for connector, content in inner.items() if isinstance(inner, dict) else ():
        yield from _policy(_named_like(name, str(connector)), _properties(content) if isinstance(content, dict) else {}, str(name), resources, body)


def _policy(name: str, own: Mapping[str, Any], source: str, resources: Mapping[str, Any], body: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    origin = resources.get(source)
    given = _properties(origin).get("Role") if isinstance(origin, dict) else None
    document = connected(own, {str(one) for one, content in resources.items() if _type(content) == "AWS::S3::Bucket"})
    holder = _role_of(source, given)
    if document and holder is not None:
        yield _named_like(name, "Policy"), _like(body, "AWS::IAM::ManagedPolicy", {"PolicyDocument": document, "Roles": [holder]})


def _role_of(source: str, given: Any) -> Any:  # noqa: ANN401
    """The name of a resource's role: the one that the transform makes, or one of the template; None: it is elsewhere."""
    if given is None:
        return {"Ref": f"{source}Role"}
    attribute = given.get("Fn::GetAtt") if isinstance(given, dict) else None
    return {"Ref": attribute[0]} if isinstance(attribute, list) and attribute else None


def _like(body: Mapping[str, Any], kind: str, properties: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """A resource that stands where ``body`` does, and exists where that does."""
    return placed_like(body, {"Type": kind, "Properties": properties, **{name: body[name] for name in _KEPT if name in body}})


def _named_like(name: str, suffix: str) -> str:
    """A logical id made from ``name``, at its place."""
    made: str = placed_like(name, f"{name}{suffix}")
    return made


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

"""Workloads: EC2 instances, Auto Scaling groups, Lambda functions and ECS services, with the strings in which they name S3."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from validator.conversion.fields import Fields
from validator.conversion.identities import Naming
from validator.conversion.sources import Sources
from validator.conversion.vocabulary import SUBNET
from validator.model.network import Id, Link
from validator.model.workloads import EnvironmentVariable, Mention, Placement, Platform, Script, Workload
from validator.source import SourceLocation
from validator.values import Cause, Ref, Text, Truth, Unknown, Value, text, unknown

_MAXIMUM_TEXT = 1_000_000
Readable = str | Ref | Text | Unknown


@dataclass(frozen=True, slots=True)
class _Kind:
    """Where a type of workload keeps its facts; every path is dotted, "" where it has none."""

    title: str
    platform: Platform
    subnets: str = ""
    groups: str = ""
    public: str = ""
    interfaces: str = ""
    interface: str = ""
    environment: str = ""
    scripts: tuple[str, ...] = ()
    encoded: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    runtime: str = ""
    role: str = ""


_TF_INSTANCE = _Kind(
    "EC2 instance", Platform.EC2, "subnet_id", "vpc_security_group_ids", "associate_public_ip_address", "network_interface",
    "network_interface_id", scripts=("user_data",), encoded=("user_data_base64",),
    templates=("launch_template.id", "launch_template.name"), role="iam_instance_profile",
)  # fmt: skip
_KINDS: Mapping[str, _Kind] = MappingProxyType(
    {
        "aws_instance": _TF_INSTANCE,
        "AWS::EC2::Instance": _Kind(
            "EC2 instance", Platform.EC2, "SubnetId", "SecurityGroupIds", "", "NetworkInterfaces", "NetworkInterfaceId",
            scripts=("UserData",), templates=("LaunchTemplate.LaunchTemplateId", "LaunchTemplate.LaunchTemplateName"), role="IamInstanceProfile",
        ),
        "aws_autoscaling_group": _Kind(
            "Auto Scaling group", Platform.EC2, "vpc_zone_identifier",
            templates=(
                "launch_template.id", "launch_template.name", "launch_configuration",
                "mixed_instances_policy.launch_template.launch_template_specification.launch_template_id",
                "mixed_instances_policy.launch_template.launch_template_specification.launch_template_name",
            ),
        ),
        "AWS::AutoScaling::AutoScalingGroup": _Kind(
            "Auto Scaling group", Platform.EC2, "VPCZoneIdentifier",
            templates=(
                "LaunchTemplate.LaunchTemplateId", "LaunchTemplate.LaunchTemplateName", "LaunchConfigurationName",
                "MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateId",
                "MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateName",
            ),
        ),
        "aws_lambda_function": _Kind(
            "Lambda function", Platform.LAMBDA, "vpc_config.subnet_ids", "vpc_config.security_group_ids",
            environment="environment.variables", runtime="runtime", role="role",
        ),
        "AWS::Lambda::Function": _Kind(
            "Lambda function", Platform.LAMBDA, "VpcConfig.SubnetIds", "VpcConfig.SecurityGroupIds",
            environment="Environment.Variables", runtime="Runtime", role="Role",
        ),
        "aws_ecs_service": _Kind(
            "ECS service", Platform.ECS_EC2, "network_configuration.subnets", "network_configuration.security_groups",
            "network_configuration.assign_public_ip", templates=("task_definition",),
        ),
        "AWS::ECS::Service": _Kind(
            "ECS service", Platform.ECS_EC2, "NetworkConfiguration.AwsvpcConfiguration.Subnets",
            "NetworkConfiguration.AwsvpcConfiguration.SecurityGroups", "NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp",
            templates=("TaskDefinition",),
        ),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Template:
    """Where a launch template, launch configuration or network interface keeps what an instance takes from it."""

    interfaces: str = ""
    public: str = ""
    scripts: tuple[str, ...] = ()
    encoded: tuple[str, ...] = ()


_TEMPLATES: Mapping[str, _Template] = MappingProxyType(
    {
        "aws_launch_template": _Template("network_interfaces", "", (), ("user_data",)),
        "AWS::EC2::LaunchTemplate": _Template("LaunchTemplateData.NetworkInterfaces", "", ("LaunchTemplateData.UserData",)),
        "aws_launch_configuration": _Template("", "associate_public_ip_address", ("user_data",), ("user_data_base64",)),
        "AWS::AutoScaling::LaunchConfiguration": _Template("", "AssociatePublicIpAddress", ("UserData",)),
    }
)
_TASKS: Mapping[str, str] = MappingProxyType({"aws_ecs_task_definition": "container_definitions", "AWS::ECS::TaskDefinition": "ContainerDefinitions"})
_INTERFACES: Mapping[str, str] = MappingProxyType({"aws_network_interface": "subnet_id", "AWS::EC2::NetworkInterface": "SubnetId"})
_ADDRESSES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "aws_eip": {"instance": "instance"},
        "aws_eip_association": {"instance": "instance_id"},
        "AWS::EC2::EIP": {"instance": "InstanceId"},
        "AWS::EC2::EIPAssociation": {"instance": "InstanceId"},
    }
)
# Attributes of one block in either vocabulary.
_SUBNET_KEYS = ("subnet_id", "SubnetId")
_PUBLIC_KEYS = ("associate_public_ip_address", "AssociatePublicIpAddress")
_NAME_KEYS = ("name", "Name")
_VALUE_KEYS = ("value", "Value")


def workloads(sources: Sources) -> dict[Id, Workload]:
    """Everything that runs in subnets. A function or service outside every VPC is not among them."""
    with_address = _with_elastic_address(sources)
    found: dict[Id, Workload] = {}
    for fields, _ in sources.of({name: {} for name in _KINDS}):
        if fields.resource.mode == "managed":
            workload = _workload(sources, fields, _KINDS[fields.resource.type], with_address.get(fields.id))
            if workload is not None:
                found[workload.id] = workload
    return found


def _with_elastic_address(sources: Sources) -> dict[Id, Truth]:
    """Instances with an Elastic IP address, by an attribute of the address or an association."""
    found: dict[Id, Truth] = {}
    for fields, terms in sources.of(_ADDRESSES):
        instance = fields.link(terms["instance"])
        if isinstance(instance, str):
            found[instance] = fields.resource.exists
    return found


def _workload(sources: Sources, fields: Fields, kind: _Kind, elastic: Truth | None) -> Workload | None:
    templates = _templates(sources, fields, kind)
    platform = _platform(fields, kind, templates)
    placements = _placements(sources, fields, kind, templates, platform, elastic)
    if placements == ():
        return None
    return Workload(
        id=fields.id,
        kind=kind.title,
        platform=platform,
        region=fields.resource.region,
        placements=placements,
        location=fields.place(),
        environment=_environment(fields, kind, templates),
        scripts=tuple(_scripts(fields, kind, templates)),
        mentions=tuple(_mentions(fields, kind, templates)),
        runtime=fields.text(kind.runtime) if kind.runtime else None,
        role=fields.link(kind.role) if kind.role else None,
        exists=fields.resource.exists,
        action=fields.resource.action,
    )


def _templates(sources: Sources, fields: Fields, kind: _Kind) -> tuple[Fields | Unknown, ...]:
    """The launch template, launch configuration or task definition, where one is named."""
    wanted: Mapping[str, object] = {**_TEMPLATES, **_TASKS}
    for path in kind.templates:
        match fields.link(path, wanted):
            case None:
                continue
            case Unknown() as link:
                named = [sources.by_id(str(one)) for one in link.among or ()]
                return tuple(one for one in named if one) if named and all(named) else (Unknown(link.causes),)
            case link:
                declared = sources.by_id(link)
                if declared is not None and declared.resource.type in wanted:
                    return (declared,)
                return (unknown("is outside the input, and so is what it runs", link, fields.place(path)),)
    return ()


def _platform(fields: Fields, kind: _Kind, templates: tuple[Fields | Unknown, ...]) -> Platform | Unknown:
    """Fargate or EC2, of a service: its launch type, its capacity providers, else what its task definition can only be."""
    if kind.platform is not Platform.ECS_EC2:
        return kind.platform
    launch_type = fields.text("launch_type" if fields.resource.type.startswith("aws_") else "LaunchType")
    if isinstance(launch_type, Unknown):
        return launch_type
    providers = [block.text("capacity_provider") for block in fields.known_blocks("capacity_provider_strategy")]
    providers += [block.text("CapacityProvider") for block in fields.known_blocks("CapacityProviderStrategy")]
    if launch_type is None and providers:
        launch_type = "FARGATE" if all(isinstance(one, str) and one.startswith("FARGATE") for one in providers) else None
    if launch_type is None and not providers:
        # The API's default is EC2, or the cluster's default strategy; the console's is not (ECS API CreateService).
        compatible = [_compatible(one) for one in templates if isinstance(one, Fields)]
        launch_type = "FARGATE" if compatible and all(one == ("FARGATE",) for one in compatible) else "EC2"
    return Platform.FARGATE if launch_type == "FARGATE" else Platform.ECS_EC2


def _compatible(task: Fields) -> Value:
    found = task.value("requires_compatibilities")
    return found if found is not None else task.value("RequiresCompatibilities")


def _placements(
    sources: Sources,
    fields: Fields,
    kind: _Kind,
    templates: tuple[Fields | Unknown, ...],
    platform: Platform | Unknown,
    elastic: Truth | None,
) -> tuple[Placement, ...] | Unknown:
    public = _public(fields, kind, templates, platform, elastic)
    groups = fields.links(kind.groups) if kind.groups else ()
    named = fields.links(kind.subnets, SUBNET)
    if named == ():
        named = _subnets_of_interfaces(sources, fields, kind, templates)
    if isinstance(named, Unknown):
        return (Placement(named, groups, public, fields.place(kind.subnets)),) if named.among else Unknown(named.causes)
    if not named:
        return _unplaced(fields, platform)
    return tuple(Placement(subnet, groups, public, fields.place(kind.subnets)) for subnet in named)


def _unplaced(fields: Fields, platform: Platform | Unknown) -> tuple[Placement, ...] | Unknown:
    """No subnet: a function is in no VPC; an instance is in the default VPC, a task of a service on its cluster's instances."""
    if platform is Platform.LAMBDA:
        return ()
    if platform is Platform.EC2:
        return unknown("names no subnet, so it runs in one of the account's default VPC", fields.id, fields.place())
    return unknown("names no subnets: its tasks use the network of the cluster's instances", fields.id, fields.place())


def _subnets_of_interfaces(sources: Sources, fields: Fields, kind: _Kind, templates: tuple[Fields | Unknown, ...]) -> tuple[Link, ...] | Unknown:
    """The subnet of the first network interface: in the workload, or in its launch template."""
    blocks = [*(fields.known_blocks(kind.interfaces) if kind.interfaces else ())]
    for template in templates:
        if isinstance(template, Fields) and template.resource.type in _TEMPLATES and (path := _TEMPLATES[template.resource.type].interfaces):
            blocks += template.known_blocks(path)
    for block in blocks:
        for key in _SUBNET_KEYS:
            if block.value(key) is not None:
                return (block.link(key, SUBNET),)
        for key in ("network_interface_id", "NetworkInterfaceId"):
            if block.value(key) is not None:
                return (_of_interface(sources, block.link(key, _INTERFACES), block.place(key)),)
    return ()


def _of_interface(sources: Sources, link: Link, location: SourceLocation) -> Link:
    declared = sources.by_id(link) if isinstance(link, str) else None
    if declared is None or declared.resource.type not in _INTERFACES:
        return link if isinstance(link, Unknown) else unknown("is outside the input, and so is its subnet", str(link), location)
    return declared.link(_INTERFACES[declared.resource.type], SUBNET)


def _public(
    fields: Fields, kind: _Kind, templates: tuple[Fields | Unknown, ...], platform: Platform | Unknown, elastic: Truth | None
) -> Truth | None:
    """Whether interfaces get a public IPv4 address; None: as their subnet gives them (aws-facts G1, G2)."""
    if platform is Platform.LAMBDA or platform is Platform.ECS_EC2:
        return False
    if platform is Platform.FARGATE:
        assigned = fields.text(kind.public)
        return Unknown(assigned.causes) if isinstance(assigned, Unknown) else (assigned or "").lower() in {"true", "enabled"}
    if elastic is not None:
        return elastic
    if kind.public and fields.value(kind.public) is not None:
        return fields.truth(kind.public)
    return _public_of_interfaces(fields, kind, templates)


def _public_of_interfaces(fields: Fields, kind: _Kind, templates: tuple[Fields | Unknown, ...]) -> Truth | None:
    places = [(block, key) for block in (fields.known_blocks(kind.interfaces) if kind.interfaces else ()) for key in _PUBLIC_KEYS]
    for template in templates:
        if isinstance(template, Unknown):
            return Unknown(template.causes)
        terms = _TEMPLATES.get(template.resource.type)
        if terms is None:
            continue
        if terms.public:
            places.append((template, terms.public))
        if terms.interfaces:
            places += [(block, key) for block in template.known_blocks(terms.interfaces) for key in _PUBLIC_KEYS]
    for block, attribute in places:
        if block.value(attribute) is not None:
            return block.truth(attribute)
    return None


def _environment(fields: Fields, kind: _Kind, templates: tuple[Fields | Unknown, ...]) -> tuple[EnvironmentVariable, ...] | Unknown:
    if kind.environment:
        return _variables(fields, kind.environment)
    found: list[EnvironmentVariable] = []
    for task in templates:
        if isinstance(task, Unknown):
            return task
        if task.resource.type in _TASKS:
            containers = _containers(task)
            if isinstance(containers, Unknown):
                return containers
            found += [one for container in containers for one in _listed_variables(container)]
    return tuple(found)


def _variables(fields: Fields, path: str) -> tuple[EnvironmentVariable, ...] | Unknown:
    match fields.value(path):
        case Mapping() as variables:
            return tuple(
                EnvironmentVariable(name, readable(value, fields.naming), fields.place(f"{path}.{name}"), fields.sensitive(f"{path}.{name}"))
                for name, value in sorted(variables.items())
                if value is not None
            )
        case Unknown() as found:
            return found
        case Ref() as found:
            return Unknown((Cause("is known only after deployment", str(found), fields.place(path)),), None, (found,))
    return ()


def _listed_variables(container: Fields) -> Iterator[EnvironmentVariable]:
    for path in ("environment", "Environment"):
        for variable in container.known_blocks(path):
            name = next((found for key in _NAME_KEYS if isinstance(found := variable.text(key), str)), None)
            value = next((held for key in _VALUE_KEYS if (held := variable.value(key)) is not None), None)
            if name is not None and value is not None:
                yield EnvironmentVariable(
                    name, readable(value, container.naming), variable.place(), variable.sensitive("value") or variable.sensitive("Value")
                )


def _containers(task: Fields) -> tuple[Fields, ...] | Unknown:
    """The containers of a task definition; Terraform keeps them as a JSON string."""
    path = _TASKS[task.resource.type]
    match task.value(path):
        case str() as written:
            try:
                decoded: Value = _frozen(json.loads(written))
            except (ValueError, RecursionError):
                return unknown("is not JSON", f"{task.id}.{path}", task.place(path))
            members = decoded if isinstance(decoded, tuple) else (decoded,)
            where = path
            return tuple(Fields(task.resource, task.naming, one, where) for one in members if isinstance(one, Mapping))
        case Unknown() as found:
            return found
        case Ref() as found:
            return Unknown((Cause("is known only after deployment", str(found), task.place(path)),), None, (found,))
    return tuple(task.known_blocks(path))


def _frozen(value: object) -> Value:
    if isinstance(value, list):
        return tuple(_frozen(member) for member in value)
    if isinstance(value, dict):
        return {str(name): _frozen(member) for name, member in value.items()}
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _scripts(fields: Fields, kind: _Kind, templates: tuple[Fields | Unknown, ...]) -> Iterator[Script]:
    own = list(_own_scripts(fields, kind.scripts, kind.encoded))
    yield from own
    for template in templates:
        if isinstance(template, Unknown):
            yield Script("user data", template, fields.place())
        elif template.resource.type in _TEMPLATES and not own:
            terms = _TEMPLATES[template.resource.type]
            yield from _own_scripts(template, terms.scripts, terms.encoded)
        elif template.resource.type in _TASKS:
            yield from _commands(template)


def _own_scripts(fields: Fields, plain: tuple[str, ...], encoded: tuple[str, ...]) -> Iterator[Script]:
    for path in (*plain, *encoded):
        value = fields.value(path)
        if value is not None:
            # EC2 takes user data as base64 only; what is not that was encoded on the way.
            yield Script("user data", decoded_text(readable(value, fields.naming)), fields.place(path), fields.sensitive(path))


def _commands(task: Fields) -> Iterator[Script]:
    containers = _containers(task)
    if isinstance(containers, Unknown):
        return
    for container in containers:
        for path in ("command", "Command", "entryPoint", "EntryPoint"):
            value = container.value(path)
            if isinstance(value, tuple):
                yield Script("command", _joined(value, container.naming), container.place(path), container.sensitive(path))
            elif isinstance(value, Unknown):
                yield Script("command", value, container.place(path))


def _joined(words: tuple[Value, ...], naming: Naming) -> Readable:
    """A command line of its words. Words with blanks are shell text (``sh -c "..."``) and stay as they are."""
    parts: list[str | Ref | Unknown] = []
    for word in words:
        found = readable(word, naming)
        parts += found.parts if isinstance(found, Text) else (found,)
        parts.append("\n" if isinstance(found, str) and found in {"-c", "-ec", "-lc", "-exc"} else " ")
    return "".join(str(part) for part in parts) if all(isinstance(part, str) for part in parts) else Text(tuple(parts))


def _mentions(fields: Fields, kind: _Kind, templates: tuple[Fields | Unknown, ...]) -> Iterator[Mention]:
    """S3 objects that a task reads on its own interface: environment files (Fargate: the task's; EC2: the host's, so not there)."""
    grouped: defaultdict[str, list[Mention]] = defaultdict(list)
    for task in templates:
        if isinstance(task, Unknown) or task.resource.type not in _TASKS or _platform(fields, kind, templates) is not Platform.FARGATE:
            continue
        containers = _containers(task)
        if isinstance(containers, Unknown):
            continue
        for container in containers:
            for path in ("environmentFiles", "EnvironmentFiles"):
                for block in container.known_blocks(path):
                    value = next((found for key in _VALUE_KEYS if (found := block.value(key)) is not None), None)
                    if value is not None:
                        grouped[path].append(Mention(path, readable(value, task.naming), block.place()))
    for path in sorted(grouped):
        yield from grouped[path]


def readable(value: Value, naming: Naming) -> Readable:
    """A value as text to be read: references followed as far as they are settled, then in the topology's ids."""
    match value:
        case str():
            return value
        case Ref():
            followed = naming.follow(value)
            return readable(followed, naming) if not isinstance(followed, Ref) else Ref(naming.name(followed.address), followed.attribute)
        case Text():
            pieces = [readable(part, naming) for part in value.parts]
            return text(pieces)
        case Unknown():
            mentions = tuple(Ref(naming.name(one.address), one.attribute) for one in value.mentions)
            return Unknown(value.causes, value.among, mentions)
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
    return ""


def decoded_text(value: Readable) -> Readable:
    """User data as its text, where it is base64, and gzip inside that; else as it is."""
    if not isinstance(value, str) or " " in value.strip() or "\n" in value.strip():
        return value
    try:
        raw = base64.b64decode(value, validate=True)
        if raw[:2] == b"\x1f\x8b":
            raw = _unzipped(raw)
        decoded = raw.decode()
    except (binascii.Error, ValueError, OSError, EOFError, zlib.error):
        return value
    return decoded if decoded.isprintable() or "\n" in decoded or "\t" in decoded else value


def _unzipped(raw: bytes) -> bytes:
    """At most a megabyte: EC2 takes 16 kB, and a small file can hold gigabytes."""
    return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(raw, _MAXIMUM_TEXT)

"""Containers on ECS."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from validator.conversion.kinds.entry import Addresses, Coding, Follower, Form, Kind, Lines, Part, Program, Reference, Unplaced, Variables
from validator.model.workloads import Platform

_COMMAND = "command"
# Container definitions as the API spells them, which Terraform keeps as JSON, and as CloudFormation does.
_IN_JSON = Program(
    "container_definitions|json",
    environment=(Variables("environment", Form.PAIRS), Variables("secrets", Form.PARAMETERS)),
    scripts=(Lines("command", _COMMAND, Coding.WORDS), Lines("entryPoint", _COMMAND, Coding.WORDS)),
    # ECS reads environment files on the task's interface on Fargate; on EC2 the host's agent does.
    references=(Reference("environmentFiles.value", Follower.TASK),),
    image="image",
)
_IN_TEMPLATE = Program(
    "ContainerDefinitions",
    environment=(Variables("Environment", Form.PAIRS), Variables("Secrets", Form.PARAMETERS)),
    scripts=(Lines("Command", _COMMAND, Coding.WORDS), Lines("EntryPoint", _COMMAND, Coding.WORDS)),
    references=(Reference("EnvironmentFiles.Value", Follower.TASK),),
    image="Image",
)

KINDS: tuple[Kind, ...] = (
    Kind(
        "ECS service", Platform.ECS_EC2, addresses=Addresses.ASSIGNED, unplaced=Unplaced.HOSTS, pulls_images=True,
        types={
            "aws_ecs_service": Part(
                subnets=("network_configuration.subnets",), groups=("network_configuration.security_groups",),
                public=("network_configuration.assign_public_ip",), templates=("task_definition",), launch="launch_type",
                providers="capacity_provider_strategy.capacity_provider",
            ),
            "AWS::ECS::Service": Part(
                subnets=("NetworkConfiguration.AwsvpcConfiguration.Subnets",),
                groups=("NetworkConfiguration.AwsvpcConfiguration.SecurityGroups",),
                public=("NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp",), templates=("TaskDefinition",), launch="LaunchType",
                providers="CapacityProviderStrategy.CapacityProvider",
            ),
        },
    ),
)  # fmt: skip

PARTS: Mapping[str, Part] = MappingProxyType(
    {
        "aws_ecs_task_definition": Part(programs=(_IN_JSON,), role=("task_role_arn",), compatible="requires_compatibilities"),
        "AWS::ECS::TaskDefinition": Part(programs=(_IN_TEMPLATE,), role=("TaskRoleArn",), compatible="RequiresCompatibilities"),
    }
)

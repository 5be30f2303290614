"""What runs in a recorded network: functions, instances and services, with the texts in which they name S3."""

from __future__ import annotations

import json

from validator.frontends.snapshot.reading import Attributes, Reading
from validator.frontends.snapshot.running import Container, Function, Instance, Service
from validator.values import Cause, Unknown

_GONE = frozenset({"terminated", "shutting-down"})


def function(reading: Reading, one: Function) -> None:
    """Add a function."""
    address = f"function:{one.function_name}"
    variables = _withheld(reading, address, one.withheld) if one.withheld else one.environment.variables
    attributes: Attributes = {
        "id": one.function_name,
        "function_name": one.function_name,
        "runtime": one.runtime,
        "role": one.role,
        "package_type": one.package_type,
        "vpc_config": ({"subnet_ids": one.vpc_config.subnet_ids, "security_group_ids": one.vpc_config.security_group_ids},),
        "environment": ({"variables": variables},),
    }
    reading.add(address, "aws_lambda_function", attributes)


def instance(reading: Reading, one: Instance) -> None:
    """Add an instance that is there, running or not."""
    if one.state.name in _GONE:
        return
    untold = reading.unanswered.get(("ec2:DescribeInstanceAttribute", one.instance_id))
    attributes: Attributes = {
        "id": one.instance_id,
        "subnet_id": one.subnet_id,
        "vpc_security_group_ids": tuple(group.group_id for group in one.security_groups),
        "associate_public_ip_address": one.public,
        "source_dest_check": one.source_dest_check,
        "user_data": _withheld(reading, one.instance_id, one.withheld) if one.withheld else one.user_data if untold is None else untold,
    }
    if one.iam_instance_profile is not None:
        attributes["iam_instance_profile"] = one.iam_instance_profile.arn.rpartition("/")[2]
    reading.add(one.instance_id, "aws_instance", attributes)


def service(reading: Reading, one: Service) -> None:
    """Add a service with its task definition."""
    address = f"service:{one.cluster_arn.rpartition('/')[2]}/{one.service_name}"
    task = f"{address}/task"
    network: Attributes = {
        "subnets": one.subnet_ids,
        "security_groups": one.security_group_ids,
        "assign_public_ip": one.assign_public_ip == "ENABLED",
    }
    attributes: Attributes = {
        "id": one.service_arn,
        "name": one.service_name,
        "launch_type": one.launch_type,
        "capacity_provider_strategy": tuple({"capacity_provider": name} for name in one.capacity_providers),
        "network_configuration": (network,),
        "task_definition": task,
    }
    containers = _withheld(reading, task, one.withheld) if one.withheld else json.dumps([_container(container) for container in one.containers])
    definition: Attributes = {
        "container_definitions": containers,
        "requires_compatibilities": one.requires_compatibilities,
        "task_role_arn": one.task_role_arn,
    }
    reading.add(address, "aws_ecs_service", attributes)
    reading.add(task, "aws_ecs_task_definition", definition)


def _container(container: Container) -> dict[str, object]:
    return {
        "name": container.name,
        "image": container.image,
        "environment": [{"name": name, "value": value} for name, value in container.environment.items()],
        "entryPoint": list(container.entry_point),
        "command": list(container.command),
        "environmentFiles": [{"value": value, "type": "s3"} for value in container.environment_files],
    }


def _withheld(reading: Reading, subject: str, what: str) -> Unknown:
    return Unknown((Cause(f"has {what}", subject, reading.location(subject)),))

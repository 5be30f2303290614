"""ECS services whose tasks have interfaces in the VPCs that are recorded, with their task definitions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from validator.frontends.snapshot.facts import Subnet
from validator.frontends.snapshot.running import Container, Service
from validator.live import calls
from validator.live.clients import Answer, Clients
from validator.live.rooms import Job, Room, batches, run
from validator.live.workloads import cut_service

# The most that DescribeServices takes.
_MOST_SERVICES = 10


@dataclass(slots=True)
class _Found:
    """What the steps pass on: clusters, services by cluster, descriptions, definitions by ARN."""

    clusters: defaultdict[Room, list[str]] = field(default_factory=lambda: defaultdict(list))
    services: defaultdict[tuple[Room, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    described: defaultdict[Room, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    tasks: dict[tuple[Room, str], Answer] = field(default_factory=dict)

    def keep_clusters(self, room: Room, pages: list[Answer]) -> None:
        self.clusters[room] += [arn for page in pages for arn in page["clusterArns"]]

    def keep_described(self, room: Room, pages: list[Answer]) -> None:
        self.described[room] += [one for page in pages for one in page["services"] if _subnets(one) & _known(room)]

    def keep_task(self, room: Room, pages: list[Answer]) -> None:
        task = pages[0]["taskDefinition"]
        self.tasks[room, task["taskDefinitionArn"]] = task


def ask_services(clients: Clients, rooms: Mapping[Room, Collection[str]]) -> None:
    """Ask for the services in the VPCs of each room, whose subnets are known already."""
    found = _Found()
    named = {room: tuple(sorted(vpcs)) for room, vpcs in rooms.items() if vpcs}
    run(clients, [Job(room, calls.CLUSTERS, vpcs, {}, found.keep_clusters) for room, vpcs in named.items()])
    run(clients, [_listed(found, room, vpcs, cluster) for room, vpcs in named.items() for cluster in found.clusters[room]])
    run(clients, [job for (room, cluster), arns in found.services.items() for job in _described(found, room, cluster, arns)])
    tasks = {(room, one["taskDefinition"]) for room, many in found.described.items() for one in many}
    run(clients, [Job(room, calls.TASK, (arn,), {"taskDefinition": arn}, found.keep_task) for room, arn in sorted(tasks, key=lambda one: one[1])])
    for room, services in found.described.items():
        for one in services:
            service = _service(room, one, found.tasks.get((room, one["taskDefinition"])))
            room.found["services"][service.service_arn] = service


def _listed(found: _Found, room: Room, vpcs: tuple[str, ...], cluster: str) -> Job:
    def keep(room: Room, pages: list[Answer]) -> None:
        found.services[room, cluster] += [arn for page in pages for arn in page["serviceArns"]]

    return Job(room, calls.SERVICES, vpcs, {"cluster": cluster}, keep)


def _described(found: _Found, room: Room, cluster: str, arns: Collection[str]) -> Iterator[Job]:
    for batch in batches(sorted(arns), _MOST_SERVICES):
        yield Job(room, calls.SERVICE, tuple(batch), {"cluster": cluster, "services": batch}, found.keep_described)


def _known(room: Room) -> set[str]:
    return set(room.found["subnets"])


def _network(service: Answer) -> Answer:
    found: Answer = (service.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
    return found


def _subnets(service: Answer) -> set[str]:
    return set(_network(service).get("subnets", ()))


def _service(room: Room, service: Answer, definition: Answer | None) -> Service:
    task = definition or {}
    network = _network(service)
    subnets = tuple(sorted(network.get("subnets", ())))
    vpcs = {subnet.vpc_id for name in subnets if isinstance(subnet := room.found["subnets"].get(name), Subnet)}
    made = Service(
        service_arn=service["serviceArn"],
        service_name=service["serviceName"],
        cluster_arn=service.get("clusterArn", ""),
        vpc_id=min(vpcs, default=""),
        launch_type=service.get("launchType", ""),
        capacity_providers=tuple(one["capacityProvider"] for one in service.get("capacityProviderStrategy", ())),
        subnet_ids=subnets,
        security_group_ids=tuple(sorted(network.get("securityGroups", ()))),
        assign_public_ip=network.get("assignPublicIp", ""),
        task_role_arn=task.get("taskRoleArn", ""),
        requires_compatibilities=tuple(task.get("requiresCompatibilities", ())),
        containers=tuple(_container(one) for one in task.get("containerDefinitions", ())),
    )
    return cut_service(made) if definition is not None else msgspec.structs.replace(made, withheld="a task definition that was not told")


def _container(container: Answer) -> Container:
    return Container(
        name=container.get("name", ""),
        image=container.get("image", ""),
        environment={one["name"]: one["value"] for one in container.get("environment", ())},
        entry_point=tuple(container.get("entryPoint", ())),
        command=tuple(container.get("command", ())),
        environment_files=tuple(one["value"] for one in container.get("environmentFiles", ())),
    )

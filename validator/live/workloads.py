"""What runs in the VPCs that are recorded. Environments, scripts and commands are cut to what names S3 before anything keeps them."""

from __future__ import annotations

import base64
import binascii
import gzip
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TypeAlias, TypeVar

import msgspec

from validator.analysis.intents import find_intents
from validator.conversion.convert import convert
from validator.frontends.snapshot.document import SCHEMA, Place, Snapshot
from validator.frontends.snapshot.facts import Subnet
from validator.frontends.snapshot.overlay import Overlay
from validator.frontends.snapshot.reader import configurations_of
from validator.frontends.snapshot.running import Container, Environment, Function, Instance, Service
from validator.live import calls
from validator.live.clients import Answer, Clients
from validator.live.essence import Texts, TooLongError, essence
from validator.live.rooms import Job, Room, batches, run

Workload: TypeAlias = "Function | Instance | Service"
T = TypeVar("T", Function, Instance, Service)
_MOST_IDS = 200
_LONGEST_SCRIPT = 65536
_EPOCH = "1970-01-01T00:00:00Z"
_SCRIPT = "user data"
_TOO_LONG = "texts that could not be cut to what names S3"


def ask_workloads(clients: Clients, rooms: Mapping[Room, Collection[str]]) -> None:
    """Ask for the functions and instances in the VPCs of each room."""
    run(clients, [job for room, vpcs in rooms.items() for job in _functions_and_instances(room, vpcs)])
    run(clients, [job for room in rooms for job in _user_data(room)])


def _functions_and_instances(room: Room, vpcs: Collection[str]) -> Iterator[Job]:
    if vpcs:
        yield Job(room, calls.FUNCTIONS, tuple(sorted(vpcs)), {}, _keep_functions)
    for batch in batches(sorted(vpcs), _MOST_IDS):
        yield Job(room, calls.INSTANCES, tuple(batch), {"Filters": [{"Name": "vpc-id", "Values": list(batch)}]}, _keep_instances)


def _keep_functions(room: Room, pages: list[Answer]) -> None:
    for item in (one for page in pages for one in page["Functions"]):
        network = item.get("VpcConfig") or {}
        vpcs = {subnet.vpc_id for name in network.get("SubnetIds", ()) if isinstance(subnet := room.found["subnets"].get(name), Subnet)}
        if vpcs:
            placed = {**item, "VpcConfig": {**network, "VpcId": min(vpcs)}, "Environment": item.get("Environment") or {}}
            found = msgspec.convert(placed, Function, strict=False)
            room.found["functions"][found.function_name] = cut_function(found)


def _keep_instances(room: Room, pages: list[Answer]) -> None:
    for item in (one for page in pages for reservation in page["Reservations"] for one in reservation["Instances"]):
        room.keep("instances", [{**item, "Public": bool(item.get("PublicIpAddress"))}])


def _user_data(room: Room) -> Iterator[Job]:
    for identity in room.found["instances"]:
        parameters = {"InstanceId": identity, "Attribute": "userData"}
        yield Job(room, calls.INSTANCE_ATTRIBUTE, (identity,), parameters, _keep_user_data)


def _keep_user_data(room: Room, pages: list[Answer]) -> None:
    found = room.found["instances"][pages[0]["InstanceId"]]
    value = (pages[0].get("UserData") or {}).get("Value")
    if isinstance(found, Instance) and value:
        room.found["instances"][found.instance_id] = cut_instance(found, _decoded(value))


def _decoded(value: str) -> str | None:
    """The script, None where it is none: of a binary, or longer than anything that AWS takes."""
    try:
        data = base64.b64decode(value)
        if data.startswith(b"\x1f\x8b"):
            data = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(data, _LONGEST_SCRIPT + 1)
        return data.decode() if len(data) <= _LONGEST_SCRIPT else None
    except (binascii.Error, zlib.error, gzip.BadGzipFile, UnicodeDecodeError, ValueError):
        return None


def cut_function(found: Function) -> Function:
    """The function with what its environment says of S3."""

    def made(texts: Texts) -> Function:
        return msgspec.structs.replace(found, environment=Environment(dict(texts)))

    return _cut(found.environment.variables, made)


def cut_instance(found: Instance, script: str | None) -> Instance:
    """The instance with what its user data says of S3."""

    def made(texts: Texts) -> Instance:
        return msgspec.structs.replace(found, user_data=texts.get(_SCRIPT))

    return msgspec.structs.replace(found, withheld=_TOO_LONG) if script is None else _cut({_SCRIPT: script}, made)


def cut_service(found: Service) -> Service:
    """The service with what its containers' environments and commands say of S3."""
    texts = {name: text for index, one in enumerate(found.containers) for name, text in _texts_of(index, one)}

    def made(texts: Texts) -> Service:
        return msgspec.structs.replace(found, containers=tuple(_with_texts(index, one, texts) for index, one in enumerate(found.containers)))

    return _cut(texts, made)


def _texts_of(index: int, container: Container) -> Iterator[tuple[str, str]]:
    yield from ((f"{index} environment {name}", value) for name, value in container.environment.items())
    for field in ("entry_point", "command", "environment_files"):
        yield from ((f"{index} {field} {place}", text) for place, text in enumerate(getattr(container, field)))


def _with_texts(index: int, container: Container, texts: Texts) -> Container:
    """A word of a command that is left out keeps its place."""
    prefix = f"{index} environment "
    return msgspec.structs.replace(
        container,
        environment={name.removeprefix(prefix): text for name, text in texts.items() if name.startswith(prefix)},
        entry_point=tuple(texts.get(f"{index} entry_point {place}", "x") for place in range(len(container.entry_point))),
        command=tuple(texts.get(f"{index} command {place}", "x") for place in range(len(container.command))),
        environment_files=tuple(
            texts[key] for place in range(len(container.environment_files)) if (key := f"{index} environment_files {place}") in texts
        ),
    )


def _cut(texts: Texts, made: Callable[[Texts], T]) -> T:
    try:
        return made(essence(texts, lambda some: _uses(made(some))))
    except TooLongError:
        return msgspec.structs.replace(made({}), withheld=_TOO_LONG)


def _uses(workload: Workload) -> object:
    """What the analysis makes of a workload: its uses of S3, without the texts that show them."""
    kind = {Function: "functions", Instance: "instances", Service: "services"}[type(workload)]
    place = Place("", "us-east-1", _EPOCH, **{kind: (workload,)})  # type: ignore[arg-type]
    topology = convert(configurations_of(Snapshot(SCHEMA, _EPOCH, (place,)), Overlay()))
    return tuple((one.bucket, one.client, one.hosts, one.evidence) for one in find_intents(topology, {}))

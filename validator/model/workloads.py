"""What runs in subnets, and the strings in which it names S3."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from validator.model.network import Id, Link
from validator.source import SourceLocation
from validator.values import Ref, Text, Truth, Unknown


class Platform(StrEnum):
    """Where a client runs: decides which Region its environment gives it (aws-facts D)."""

    EC2 = "ec2"
    LAMBDA = "lambda"
    FARGATE = "fargate"
    ECS_EC2 = "ecs-ec2"


@dataclass(frozen=True, slots=True)
class Placement:
    """One subnet that a workload's interface may be in.

    ``public_address``: the interface has a public IPv4 address; None: as the subnet gives them (EC2).
    """

    subnet: Link
    security_groups: tuple[Link, ...] | Unknown
    public_address: Truth | None
    location: SourceLocation


@dataclass(frozen=True, slots=True)
class EnvironmentVariable:
    """An environment variable of a workload. A sensitive value may be read, never quoted."""

    name: str
    value: str | Ref | Text | Unknown
    location: SourceLocation
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """Text that the workload runs: user data, a command, an entry point. ``kind`` names it for people ("user data")."""

    kind: str
    value: str | Ref | Text | Unknown
    location: SourceLocation
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """A value elsewhere in the configuration that the workload itself follows, e.g. an S3 URI in a property."""

    attribute: str
    value: str | Ref | Text | Unknown
    location: SourceLocation
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Workload:
    """Something that runs: the service, the group, the function; its definition or template is where evidence stands.

    ``placements`` Unknown: it runs in a VPC, in subnets that are not known. A workload outside every VPC is not in the topology.
    ``runtime`` is the language runtime as the input spells it ("python3.12"), None where there is none to read.
    """

    id: Id
    kind: str
    platform: Platform | Unknown
    region: str | Unknown
    placements: tuple[Placement, ...] | Unknown
    location: SourceLocation
    environment: tuple[EnvironmentVariable, ...] | Unknown = ()
    scripts: tuple[Script, ...] = ()
    mentions: tuple[Mention, ...] = ()
    runtime: str | Unknown | None = None
    role: Link = None
    exists: Truth = True
    action: str | None = None

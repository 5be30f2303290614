"""What runs in subnets, and the strings in which it names S3."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from validator.model.filters import AttachedGroup
from validator.model.network import Id, Link
from validator.source import SourceLocation
from validator.values import Ref, Text, Truth, Unknown

LOG_OPTIONS = "log options"
"""The kind of a script that is the settings of a log router's output."""
PROGRAM = "code"
"""The kind of a script that is the whole program."""
Readable: TypeAlias = "str | Ref | Text | Unknown"
"""Text of the input, with symbolic pieces."""


class Platform(StrEnum):
    """Where a client runs: decides which Region its environment gives it (aws-facts D). ``SERVICE``: the client is a managed engine's own."""

    EC2 = "ec2"
    LAMBDA = "lambda"
    FARGATE = "fargate"
    ECS_EC2 = "ecs-ec2"
    EKS = "eks"
    CODEBUILD = "codebuild"
    EMR = "emr"
    GLUE = "glue"
    MWAA = "mwaa"
    SAGEMAKER = "sagemaker"
    APP_RUNNER = "app-runner"
    FLINK = "flink"
    MSK_CONNECT = "msk-connect"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Placement:
    """One subnet that a workload's interface may be in.

    ``public_address``: the interface has a public IPv4 address; None: as the subnet gives them (EC2).
    ``attached``: groups that it has beside ``security_groups``, or beside its VPC's default one where those are none.
    """

    subnet: Link
    security_groups: tuple[Link, ...] | Unknown
    public_address: Truth | None
    location: SourceLocation
    attached: tuple[AttachedGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class EnvironmentVariable:
    """A variable, setting or argument of what a workload runs. A sensitive value may be read, never quoted.

    ``scope``: the program that it is given to, of those that run side by side (a container of a task); "": all of them.
    """

    name: str
    value: Readable
    location: SourceLocation
    sensitive: bool = False
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """Text that the workload runs: user data, a command, an entry point. ``kind`` names it for people ("user data").

    ``scope``: of the program whose variables it sees; those of "" it sees too.
    """

    kind: str
    value: Readable
    location: SourceLocation
    sensitive: bool = False
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A property that names S3 and that the workload's own interfaces follow. What AWS follows for it is not among them.

    ``plain``: the value is a bucket's name, which a prefix may follow after a slash; else a URI, URL or ARN is somewhere in it.
    """

    attribute: str
    value: Readable
    location: SourceLocation
    sensitive: bool = False
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Image:
    """A container image. ``pulled``: by the workload's own interfaces. ``registry``: the Region of ECR's that holds it; None: another's.

    ``scope``: of the program that it holds.
    """

    name: Readable
    location: SourceLocation
    pulled: bool
    registry: str | Unknown | None
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """A bucket of AWS's that the workload cannot do without: ``{region}`` in its name is the workload's, ``{compact}`` that without dashes.

    ``why`` is for people.
    """

    bucket: str
    why: str


@dataclass(frozen=True, slots=True)
class Workload:
    """Something that runs: the service, the group, the function; its definition or template is where evidence stands.

    ``placements`` Unknown: it runs in a VPC, in subnets that are not known. A workload outside every VPC is not in the topology.
    ``runtime`` is the language runtime as the input spells it ("python3.12"), None where there is none to read.
    ``system`` is the release of Amazon Linux that its instances run ("al1", "al2", "al2023"), None where nothing says so.
    ``role``: whose permissions its code has; its ARN or name where it is outside the inputs.
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
    system: str | None = None
    role: Link = None
    images: tuple[Image, ...] = ()
    needs: tuple[Need, ...] = ()
    exists: Truth = True
    action: str | None = None

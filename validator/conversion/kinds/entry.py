"""What an entry of the catalogue says.

A path is dotted. Lists on the way are stepped into, all of their members. ``name|json`` reads a JSON string; ``*`` is every key of a
mapping, ``**`` every mapping at any depth; ``setting?namespace/name`` is the member of a list of option settings with these two.

Structs, not dataclasses: every run makes all of them at its start, in a fifth of the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from validator.model.workloads import Need, Platform


class Form(StrEnum):
    """How variables are written: a mapping; a list of blocks with name and value; the same with the name of an SSM parameter."""

    MAP = "map"
    PAIRS = "pairs"
    PARAMETERS = "parameters"


class Coding(StrEnum):
    """How a script is written: as it is; base64, and gzip in that, where it is that; a list of words; a list of lines; settings by name.

    ``PACKAGES``: what yum is to install, by name.
    """

    PLAIN = "plain"
    BASE64 = "base64"
    WORDS = "words"
    LINES = "lines"
    SETTINGS = "settings"
    PACKAGES = "packages"


class Follower(StrEnum):
    """Who follows a reference to S3. Only what the subnet's own interfaces do is an access of the workload.

    ``TASK``: the task's interface on Fargate, the host's agent on EC2. ``SERVICE``: the service's own network, or the control
    plane at deployment.
    """

    SUBNET = "subnet"
    TASK = "task"
    SERVICE = "service"


class Named(StrEnum):
    """How a reference names its bucket: by a URI, URL or ARN; by its plain name, which a prefix may follow after a slash."""

    URI = "uri"
    NAME = "name"


class Addresses(StrEnum):
    """Whether interfaces have public IPv4 addresses (aws-facts G1, G2): never; as an attribute says; as instances get them."""

    NEVER = "never"
    ASSIGNED = "assigned"
    AS_INSTANCES = "as instances"


class Unplaced(StrEnum):
    """Where it runs if it names no subnet: outside every VPC; in the default VPC; in the network of the cluster's instances."""

    OUTSIDE = "outside"
    DEFAULT_VPC = "default VPC"
    HOSTS = "hosts"


class Condition(Struct, frozen=True):
    """That the text at ``path`` is one of ``values``, which are globs in lower case; ``default`` where it is absent.

    Relative to the block in which the thing stands that depends on it; from the block around that with a leading ``<``, from the resource
    with ``/``, from the workload with ``^``. ``{region}`` in a value is the resource's Region.
    """

    path: str
    values: tuple[str, ...]
    default: bool = False


class Variables(Struct, frozen=True):
    """Variables, settings or arguments; ``omit`` are names that the service itself reads."""

    path: str
    form: Form = Form.MAP
    omit: tuple[str, ...] = ()


class Lines(Struct, frozen=True):
    """Text that the workload runs; ``kind`` names it for people."""

    path: str
    kind: str
    coding: Coding = Coding.PLAIN


class Reference(Struct, frozen=True):
    """A property that names a bucket, and who follows it."""

    path: str
    by: Follower = Follower.SUBNET
    naming: Named = Named.URI
    only: Condition | None = None


class Program(Struct, frozen=True):
    """What runs together with an environment of its own: a container. ``path`` leads to it, all other paths start there."""

    path: str
    environment: tuple[Variables, ...] = ()
    scripts: tuple[Lines, ...] = ()
    references: tuple[Reference, ...] = ()
    image: str = ""


class Part(Struct, frozen=True):
    """What one resource type says about the workload that it is, or is part of.

    Other resources: ``templates``: of several ways to name one, the first that does. ``parts``: all that is named there counts;
    ``asides`` too, but one that is outside the inputs leaves nothing open. ``network``: what is named there holds the subnets.
    ``hosts``: groups of instances, on whose network it is where it has none of its own.
    ``interfaces``: blocks of network interfaces. ``group_names``: groups by name, asked where ``groups`` says nothing.

    ``named_by``: types, with the path in which they name this one. ``runs_all``: types of which it may run every one, as nothing in the
    inputs says which.

    Roles: ``role``; ``profile``, an instance profile; ``host_role``, either, where none of its parts has one of its own.

    ``inside``: without it, S3 is reached through the service's network, and not from the subnets. ``launch``, ``providers`` and
    ``compatible`` tell Fargate from EC2. ``data``: a data source of Terraform's that starts it.
    """

    subnets: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    public_default: bool = False
    group_names: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = ()
    environment: tuple[Variables, ...] = ()
    scripts: tuple[Lines, ...] = ()
    references: tuple[Reference, ...] = ()
    programs: tuple[Program, ...] = ()
    images: tuple[str, ...] = ()
    runtime: str = ""
    role: tuple[str, ...] = ()
    profile: tuple[str, ...] = ()
    host_role: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()
    network: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    named_by: tuple[tuple[str, str], ...] = ()
    runs_all: tuple[str, ...] = ()
    inside: Condition | None = None
    launch: str = ""
    providers: str = ""
    compatible: str = ""
    data: bool = False
    needs: tuple[Need, ...] = ()


class Kind(Struct, frozen=True):
    """A kind of workload, in both vocabularies: by resource type. ``pulls_images``: who does."""

    title: str
    platform: Platform
    types: Mapping[str, Part]
    addresses: Addresses = Addresses.NEVER
    unplaced: Unplaced = Unplaced.OUTSIDE
    pulls_images: Follower = Follower.SERVICE

"""VPCs, subnets, route tables, routes and who is associated with which table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from validator.source import SourceLocation
from validator.values import Truth, Unknown

Id: TypeAlias = "str"
"""An entity: its address in the inputs, or a literal AWS id of something that they only refer to."""

Link: TypeAlias = "Id | Unknown | None"
"""Another entity; None: known that there is none. ``Unknown.among`` holds Ids (as str)."""


@dataclass(frozen=True, slots=True)
class Vpc:
    """A VPC. ``closed``: the inputs create it, so what they do not show is not there (an adopted default VPC is open).

    ``custom_resolver``: DHCP options name a DNS server other than Amazon's. ``physical``: its AWS id, where an input holds it;
    ``new``: the inputs' change makes it, so no id that stands in them is its own. ``dns_location``: where its DNS support is switched.
    """

    id: Id
    region: str | Unknown
    closed: bool
    dns_support: Truth
    dns_hostnames: Truth
    cidrs: tuple[str | Unknown, ...]
    location: SourceLocation
    exists: Truth = True
    default: Truth = False
    custom_resolver: Truth = False
    physical: str | None = None
    new: bool = False
    dns_location: SourceLocation | None = None


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet. ``public_addresses``: new EC2 interfaces get a public IPv4 address by default. ``closed`` as for Vpc.

    ``ipv6``: interfaces may have IPv6 addresses; ``ipv6_only``: and no IPv4 ones. ``dns64``: names without IPv6 addresses get made-up ones.
    """

    id: Id
    vpc: Link
    region: str | Unknown
    closed: bool
    public_addresses: Truth
    location: SourceLocation
    zone: str | Unknown | None = None
    cidr: str | Unknown | None = None
    exists: Truth = True
    ipv6: Truth = False
    ipv6_only: Truth = False
    dns64: Truth = False


class TargetKind(StrEnum):
    """What a route leads to."""

    LOCAL = "local"
    INTERNET_GATEWAY = "internet-gateway"
    EGRESS_ONLY_GATEWAY = "egress-only-internet-gateway"
    NAT_GATEWAY = "nat-gateway"
    TRANSIT_GATEWAY = "transit-gateway"
    CORE_NETWORK = "core-network"
    VIRTUAL_PRIVATE_GATEWAY = "virtual-private-gateway"
    PEERING = "peering-connection"
    ENDPOINT = "vpc-endpoint"
    NETWORK_INTERFACE = "network-interface"
    INSTANCE = "instance"
    CARRIER_GATEWAY = "carrier-gateway"
    LOCAL_GATEWAY = "local-gateway"
    BLACKHOLE = "blackhole"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a route leads: the kind may be known although the entity is not (a plan says "some NAT gateway")."""

    kind: TargetKind | Unknown
    entity: Link


@dataclass(frozen=True, slots=True)
class Cidr:
    """A literal destination, IPv4 or IPv6, such as ``0.0.0.0/0``."""

    block: str


@dataclass(frozen=True, slots=True)
class PrefixList:
    """A prefix list as destination. ``service``/``region`` are set where it is AWS's own (``s3``, ``s3express``, ``dynamodb``).

    ``entries`` are the CIDR blocks of a customer-managed list in the inputs; None: not in the inputs.
    """

    id: Id
    service: str | None = None
    region: str | Unknown | None = None
    entries: tuple[str | Unknown, ...] | None = None


Destination: TypeAlias = "Cidr | PrefixList | Unknown"


@dataclass(frozen=True, slots=True)
class Route:
    """One route, inline or separate. ``propagated``: learned, so a static one of equal length wins."""

    destination: Destination
    target: Target
    location: SourceLocation
    address: str
    exists: Truth = True
    propagated: bool = False


@dataclass(frozen=True, slots=True)
class RouteTable:
    """A route table; the local routes of its VPC are implied, gateway-endpoint routes are not in it (see Association).

    ``closed``: the inputs create it or take it over whole. ``main``: it is the main table of its VPC.
    """

    id: Id
    vpc: Link
    region: str | Unknown
    routes: tuple[Route, ...]
    closed: bool
    main: Truth
    location: SourceLocation
    exists: Truth = True


@dataclass(frozen=True, slots=True)
class LooseRoute:
    """A separate route whose table is not known: a rival in every table that it may be in."""

    table: Unknown
    route: Route


@dataclass(frozen=True, slots=True)
class TableAssociation:
    """A subnet uses a table explicitly."""

    subnet: Link
    table: Link
    location: SourceLocation
    address: str
    exists: Truth = True


@dataclass(frozen=True, slots=True)
class MainAssociation:
    """A VPC's main table was replaced (``aws_main_route_table_association``)."""

    vpc: Link
    table: Link
    location: SourceLocation
    address: str
    exists: Truth = True

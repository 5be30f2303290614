"""What routes lead to, and VPC endpoints with the ways in which tables are associated with them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from validator.model.filters import AttachedGroup
from validator.model.iam import PolicyDocument
from validator.model.network import Id, Link
from validator.source import SourceLocation
from validator.values import Ref, Truth, Unknown


@dataclass(frozen=True, slots=True)
class InternetGateway:
    """An Internet gateway; ``vpc`` None: attached to none, so a route to it is a blackhole."""

    id: Id
    vpc: Link
    location: SourceLocation
    exists: Truth = True


@dataclass(frozen=True, slots=True)
class NatGateway:
    """A NAT gateway. ``public``: connectivity type public. ``regional`` ones have no subnet and a way out of their own.

    ``addresses``: the one by which it leaves, in each way in which an input can name it; (): not known.
    """

    id: Id
    subnet: Link
    vpc: Link
    public: Truth
    regional: Truth
    location: SourceLocation
    exists: Truth = True
    addresses: tuple[str | Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherGateway:
    """A virtual private gateway, peering connection, egress-only gateway, interface, instance ... : a thing a route names.

    ``kind`` is the resource's type in the input; ``vpc`` where it is attached, if that is a property of it. ``checks``: it is an
    instance or interface that certainly drops what is not from or for itself.
    """

    id: Id
    kind: str
    vpc: Link
    location: SourceLocation
    exists: Truth = True
    checks: bool = False


class ListKind(StrEnum):
    """What a list of domains does to requests: drop those for other names, those for its names, or none."""

    ALLOW = "ALLOWLIST"
    DENY = "DENYLIST"
    REJECT = "REJECTLIST"
    ALERT = "ALERTLIST"


@dataclass(frozen=True, slots=True)
class InspectedDomains:
    """A list of domains in the policy of a Network Firewall ("." in front for all below, too), for ``protocols``: TLS_SNI, HTTP_HOST.

    ``home``: it says whose traffic it looks at; else at that of the firewall's own VPC.
    """

    kind: ListKind | Unknown
    domains: tuple[str | Unknown, ...] | Unknown
    protocols: tuple[str | Unknown, ...] | Unknown
    home: Truth
    location: SourceLocation
    address: str
    exists: Truth = True


@dataclass(frozen=True, slots=True)
class Firewall:
    """A Network Firewall, with an endpoint in each of ``subnets``.

    ``lists``: those of its policy, where that is in the inputs; ``strict``: they are asked in order, instead of what lets through first.
    """

    id: Id
    vpc: Link
    subnets: tuple[Link, ...] | Unknown
    location: SourceLocation
    exists: Truth = True
    lists: tuple[InspectedDomains, ...] = ()
    strict: Truth = False


@dataclass(frozen=True, slots=True)
class PublicAccessBlock:
    """VPC Block Public Access of a Region. ``mode``: off, block-ingress or block-bidirectional."""

    region: str | Unknown
    mode: str | Unknown
    location: SourceLocation
    exists: Truth = True


@dataclass(frozen=True, slots=True)
class PublicAccessExclusion:
    """A VPC or subnet that the block does not concern. ``mode``: allow-bidirectional or allow-egress."""

    id: Id
    vpc: Link
    subnet: Link
    mode: str | Unknown
    location: SourceLocation
    exists: Truth = True


class EndpointType(StrEnum):
    """Types of VPC endpoints, as AWS spells them."""

    GATEWAY = "Gateway"
    INTERFACE = "Interface"
    GATEWAY_LOAD_BALANCER = "GatewayLoadBalancer"
    OTHER = "Other"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A VPC endpoint.

    ``service`` is the service's short name and ``service_region`` the Region that the service name or the service-Region
    setting names: (``s3``, ``ap-northeast-1``), ``s3express``, ``dynamodb``, ``s3-global.accesspoint`` (region None).
    ``service_name`` is as written. ``cross_region``: the cross-Region setting is there. ``region`` is the VPC's side.
    ``inbound_only``: private DNS only for inbound resolver endpoints; None: not specified (see aws-facts B7).
    ``attached``: groups beside ``security_groups``; ``default_replaced``: they take the place of the VPC's default one, which stands for none.
    ``names_in``: further VPCs, in which a profile makes its private DNS answer. ``policy`` None: the default, full access.
    ``service_location``: where the service is named. ``physical`` and ``new`` as for Vpc.
    """

    id: Id
    vpc: Link
    region: str | Unknown
    type: EndpointType | Unknown
    service: str | Unknown
    service_region: str | Unknown | None
    service_name: str | Unknown
    location: SourceLocation
    cross_region: Truth = False
    private_dns: Truth = False
    inbound_only: Truth | None = None
    subnets: tuple[Link, ...] | Unknown = ()
    security_groups: tuple[Link, ...] | Unknown = ()
    attached: tuple[AttachedGroup, ...] = ()
    default_replaced: Truth = False
    ip_address_type: str | Unknown | None = None
    exists: Truth = True
    closed: bool = True
    policy: PolicyDocument | None = None
    physical: str | None = None
    new: bool = False
    names_in: tuple[Link, ...] = ()
    service_location: SourceLocation | None = None


@dataclass(frozen=True, slots=True)
class EndpointAssociation:
    """A gateway endpoint is on a route table: from its own list or from a separate association resource.

    A list that is unknown as a whole is one association whose ``table`` is Unknown.
    """

    endpoint: Link
    table: Link
    location: SourceLocation
    address: str
    exists: Truth = True

"""The estate as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from validator.model.filters import AclAssociation, LooseEntry, LooseRule, NetworkAcl, SecurityGroup
from validator.model.gateways import (
    Endpoint,
    EndpointAssociation,
    Firewall,
    InternetGateway,
    NatGateway,
    OtherGateway,
    PublicAccessBlock,
    PublicAccessExclusion,
)
from validator.model.iam import BucketPolicy, Role
from validator.model.names import DomainRule, LooseRecord, PrivateZone, ResolverRule
from validator.model.network import Id, LooseRoute, MainAssociation, RouteTable, Subnet, TableAssociation, Vpc
from validator.model.storage import Bucket, Table
from validator.model.transit import TransitAttachment, TransitGateway, TransitLink, TransitRoute
from validator.model.workloads import Workload
from validator.resource import BucketRegion, Dialect
from validator.values import Cause, Unknown


@dataclass(frozen=True, slots=True)
class Unread:
    """A resource type that was seen and is not modelled."""

    type: str
    count: int
    why: str


@dataclass(frozen=True, slots=True)
class Topology:
    """Everything that decides how a request travels. Mappings are sorted by Id, tuples by address.

    Entities that the inputs only refer to are in the mappings too, with ``closed=False``, wherever an input says something
    about them (a subnet id that a workload uses has a Subnet with ``vpc`` Unknown, unless a data source says more).
    ``bucket_regions`` are Regions of buckets outside the inputs, by name. ``account`` is the id of the account that the inputs
    are applied to, Unknown: they are of several, None: no input holds it; ``organization`` that of its organization.
    ``service_blocks`` are the addresses of a service in a Region, where an input shows them.
    ``constructs`` are the names that people know of what a CDK app makes ("Network/Vpc").
    """

    vpcs: Mapping[Id, Vpc] = field(default_factory=dict)
    subnets: Mapping[Id, Subnet] = field(default_factory=dict)
    route_tables: Mapping[Id, RouteTable] = field(default_factory=dict)
    loose_routes: tuple[LooseRoute, ...] = ()
    associations: tuple[TableAssociation, ...] = ()
    main_associations: tuple[MainAssociation, ...] = ()
    internet_gateways: Mapping[Id, InternetGateway] = field(default_factory=dict)
    nat_gateways: Mapping[Id, NatGateway] = field(default_factory=dict)
    other_gateways: Mapping[Id, OtherGateway] = field(default_factory=dict)
    endpoints: Mapping[Id, Endpoint] = field(default_factory=dict)
    endpoint_associations: tuple[EndpointAssociation, ...] = ()
    firewalls: Mapping[Id, Firewall] = field(default_factory=dict)
    public_access_blocks: tuple[PublicAccessBlock, ...] = ()
    public_access_exclusions: tuple[PublicAccessExclusion, ...] = ()
    transit_gateways: Mapping[Id, TransitGateway] = field(default_factory=dict)
    transit_attachments: Mapping[Id, TransitAttachment] = field(default_factory=dict)
    transit_tables: frozenset[Id] = frozenset()
    transit_routes: tuple[TransitRoute, ...] = ()
    transit_associations: tuple[TransitLink, ...] = ()
    transit_propagations: tuple[TransitLink, ...] = ()
    private_zones: Mapping[Id, PrivateZone] = field(default_factory=dict)
    loose_records: tuple[LooseRecord, ...] = ()
    resolver_rules: tuple[ResolverRule, ...] = ()
    domain_rules: tuple[DomainRule, ...] = ()
    security_groups: Mapping[Id, SecurityGroup] = field(default_factory=dict)
    loose_rules: tuple[LooseRule, ...] = ()
    network_acls: Mapping[Id, NetworkAcl] = field(default_factory=dict)
    loose_entries: tuple[LooseEntry, ...] = ()
    acl_associations: tuple[AclAssociation, ...] = ()
    service_blocks: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    workloads: Mapping[Id, Workload] = field(default_factory=dict)
    buckets: Mapping[Id, Bucket] = field(default_factory=dict)
    tables: Mapping[Id, Table] = field(default_factory=dict)
    bucket_regions: Mapping[str, BucketRegion] = field(default_factory=dict)
    bucket_policies: tuple[BucketPolicy, ...] = ()
    roles: Mapping[Id, Role] = field(default_factory=dict)
    account: str | Unknown | None = None
    organization: str | None = None
    constructs: Mapping[Id, str] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()
    dialect: Dialect = "terraform"
    notes: tuple[Cause, ...] = ()

"""Joins what the inputs declare into one estate: the only place where a dialect's names become the model's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from validator.conversion import filters, gateways, iam, network, storage, transit, workloads
from validator.conversion.core_networks import core_networks
from validator.conversion.domain_rules import domain_rules
from validator.conversion.endpoints import associations_of, endpoints_of, refused
from validator.conversion.lists import service_blocks
from validator.conversion.names import resolver_rules, zones
from validator.conversion.profiles import memberships
from validator.conversion.roles import roles
from validator.conversion.sources import Sources, sources_of
from validator.conversion.tables import tables as tables_of
from validator.conversion.unread import unread
from validator.model.gateways import EndpointAssociation
from validator.model.network import Id, Link, RouteTable, Subnet, TableAssociation, Vpc
from validator.model.topology import Topology
from validator.model.workloads import Workload
from validator.resource import Configuration, Dialect, InputKind
from validator.source import SourceLocation
from validator.values import Unknown, unknown

T = TypeVar("T")


def convert(configurations: Sequence[Configuration]) -> Topology:
    """The estate that ``configurations`` would make together."""
    sources = sources_of(configurations)
    profiled = memberships(sources)
    vpcs = network.vpcs(sources)
    tables = network.tables(sources, vpcs)
    subnets = network.subnets(sources)
    associations = network.associations(sources)
    endpoints = iam.with_policies(sources, endpoints_of(sources, profiled))
    buckets = storage.buckets(sources)
    dynamodb = tables_of(sources)
    endpoint_associations = associations_of(sources, tables.tables)
    placed = workloads.workloads(sources)
    _add_outside_subnets(subnets, associations, placed.values())
    _add_outside_vpcs(vpcs, subnets.values())
    _add_outside_tables(tables.tables, subnets, associations, endpoint_associations)
    groups = filters.security_groups(sources, vpcs)
    private = zones(sources, profiled)
    acls = filters.network_acls(sources, vpcs)
    wan = core_networks(sources)
    return Topology(
        vpcs=_sorted(vpcs),
        subnets=_sorted(subnets),
        route_tables=_sorted(tables.tables),
        loose_routes=tables.loose,
        associations=tuple(sorted(associations, key=lambda one: (one.address, str(one.subnet)))),
        main_associations=tuple(sorted(network.main_associations(sources), key=lambda one: one.address)),
        internet_gateways=_sorted(gateways.internet_gateways(sources)),
        nat_gateways=_sorted(gateways.nat_gateways(sources)),
        other_gateways=_sorted(gateways.other_gateways(sources)),
        endpoints=_sorted(endpoints),
        endpoint_associations=tuple(sorted(endpoint_associations, key=lambda one: (one.address, str(one.table)))),
        firewalls=_sorted(gateways.firewalls(sources)),
        public_access_blocks=gateways.public_access_blocks(sources),
        public_access_exclusions=gateways.public_access_exclusions(sources),
        transit_gateways=_sorted({**transit.gateways(sources), **wan.gateways}),
        transit_attachments=_sorted({**transit.attachments(sources), **wan.attachments}),
        transit_tables=transit.tables(sources),
        transit_routes=(*transit.routes(sources), *wan.routes),
        transit_associations=(*transit.associations(sources), *wan.associations),
        transit_propagations=(*transit.propagations(sources), *wan.propagations),
        private_zones=_sorted(private.zones),
        loose_records=private.loose,
        resolver_rules=resolver_rules(sources, profiled),
        domain_rules=domain_rules(sources, profiled),
        security_groups=_sorted(groups.groups),
        loose_rules=groups.loose,
        network_acls=_sorted(acls.acls),
        loose_entries=acls.loose,
        acl_associations=tuple(sorted(acls.associations, key=lambda one: (one.address, str(one.subnet)))),
        service_blocks=service_blocks(sources),
        workloads=_sorted(placed),
        buckets=_sorted(buckets),
        tables=_sorted(dynamodb),
        bucket_regions=sources.bucket_regions,
        bucket_policies=iam.bucket_policies(sources, buckets, dynamodb),
        roles=_sorted(roles(sources)),
        account=iam.account(sources, configurations),
        organization=iam.organization(sources),
        constructs=_constructs(sources),
        unread=unread(configurations),
        dialect=_dialect(configurations),
        notes=(*(note for configuration in configurations for note in configuration.notes), *refused(endpoints, vpcs)),
    )


def _constructs(sources: Sources) -> Mapping[Id, str]:
    """Of what a CDK app makes, its path in the app; a construct of its own class calls the resource in it "Resource"."""
    paths = {identity: fields.resource.path_of_construct.removesuffix("/Resource") for identity, fields in sources.ids.items()}
    return {identity: path for identity, path in sorted(paths.items()) if path}


def _sorted(entities: Mapping[Id, T]) -> Mapping[Id, T]:
    return dict(sorted(entities.items()))


def _dialect(configurations: Sequence[Configuration]) -> Dialect:
    # What AWS shows is in the words of Terraform, whatever the inputs are written in.
    counts = Counter(configuration.dialect for configuration in configurations if configuration.kind is not InputKind.NETWORK_SNAPSHOT)
    return counts.most_common(1)[0][0] if counts else "terraform"


def _add_outside_subnets(subnets: dict[Id, Subnet], associations: Iterable[TableAssociation], placed: Iterable[Workload]) -> None:
    """Subnets that are only referred to: open, and in a VPC that is not known."""
    named: list[tuple[Link, str | Unknown, SourceLocation]] = []
    for workload in placed:
        if not isinstance(workload.placements, Unknown):
            named += [(placement.subnet, workload.region, placement.location) for placement in workload.placements]
    for one in associations:
        named.append((one.subnet, unknown("is outside the input", str(one.subnet), one.location), one.location))
    for link, region, location in named:
        for identity in _ids(link):
            if identity not in subnets:
                vpc = unknown("is outside the input, and so is its VPC", identity, location)
                public = unknown("is outside the input, and may give public addresses", identity, location)
                subnets[identity] = Subnet(identity, vpc, region, closed=False, public_addresses=public, location=location, ipv6=vpc)


def _add_outside_vpcs(vpcs: dict[Id, Vpc], subnets: Iterable[Subnet]) -> None:
    for subnet in subnets:
        for identity in _ids(subnet.vpc):
            if identity not in vpcs:
                open_switch = unknown("is outside the input, and so are its DNS settings", identity, subnet.location)
                vpcs[identity] = Vpc(identity, subnet.region, False, open_switch, open_switch, (), subnet.location)


def _add_outside_tables(
    tables: dict[Id, RouteTable],
    subnets: Mapping[Id, Subnet],
    associations: Iterable[TableAssociation],
    endpoint_associations: Iterable[EndpointAssociation],
) -> None:
    """Tables that are only referred to. Of one that a subnet of a known VPC uses, the VPC is known: AWS refuses anything else."""
    for one in associations:
        for identity in _ids(one.table):
            if identity not in tables:
                subnet = subnets.get(one.subnet) if isinstance(one.subnet, str) else None
                region = subnet.region if subnet else unknown("is outside the input", identity, one.location)
                table = network.outside_table(identity, region, one.location)
                tables[identity] = replace(table, vpc=subnet.vpc) if subnet and isinstance(one.table, str) else table
    for other in endpoint_associations:
        for identity in _ids(other.table):
            if identity not in tables:
                tables[identity] = network.outside_table(identity, unknown("is outside the input", identity, other.location), other.location)


def _ids(link: Link) -> tuple[Id, ...]:
    match link:
        case str():
            return (link,)
        case Unknown():
            return tuple(str(one) for one in link.among or ())
    return ()

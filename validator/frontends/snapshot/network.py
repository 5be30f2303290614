"""The network of one account's Region, as Terraform would declare it under its ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TypeVar

from validator.frontends.snapshot.document import Place
from validator.frontends.snapshot.facts import (
    Fact,
    InternetGateway,
    NatGateway,
    PrefixList,
    Route,
    RouteTable,
    Subnet,
    TransitGateway,
    Vpc,
    VpcEndpoint,
)
from validator.frontends.snapshot.filters import network_acl, security_group
from validator.frontends.snapshot.names import name_servers, rule, zone
from validator.frontends.snapshot.reading import Attributes, Reading
from validator.frontends.snapshot.workloads import function, instance, service
from validator.values import Cause, Unknown, Value

F = TypeVar("F", bound=Fact)
_GONE = frozenset({"deleted", "deleting", "failed", "rejected", "expired"})
_BLOCKED = "block-bidirectional"


def network(reading: Reading, seen: set[str]) -> None:
    """Add everything of the network. ``seen``: the accounts that have answered: what one of them owns, it tells itself."""
    place = reading.place
    _each(reading, seen, place.vpcs, _vpc)
    _each(reading, seen, place.subnets, _subnet)
    _each(reading, seen, place.route_tables, _table)
    _each(reading, seen, place.vpc_endpoints, _endpoint)
    _each(reading, seen, place.prefix_lists, _prefix_list)
    _each(reading, seen, place.security_groups, security_group)
    _each(reading, seen, place.network_acls, network_acl)
    _each(reading, seen, place.nat_gateways, _nat)
    _each(reading, seen, place.internet_gateways, _internet_gateway)
    _each(reading, seen, place.transit_gateways, _transit_gateway)
    _each(reading, seen, place.dhcp_options, name_servers)
    _each(reading, seen, place.hosted_zones, zone)
    _each(reading, seen, place.resolver_rules, rule)
    _each(reading, seen, place.functions, function)
    _each(reading, seen, place.instances, instance)
    _each(reading, seen, place.services, service)
    _kept_associations(reading)
    _endpoints_shown_by_routes(reading)


def _each(reading: Reading, seen: set[str], facts: Iterable[F], read: Callable[[Reading, F], None]) -> None:
    for fact in facts:
        if not reading.overlay.covers(fact) and not _is_told_by_its_owner(fact, reading.place, seen):
            read(reading, fact)


def _is_told_by_its_owner(fact: Fact, place: Place, seen: set[str]) -> bool:
    """Whether another account of the snapshot owns it, and so sees all of it."""
    owner = getattr(fact, "owner_id", "")
    return owner != place.account and owner in seen


def _vpc(reading: Reading, vpc: Vpc) -> None:
    # Of a VPC that is shared with the account, it sees neither endpoints nor all route tables.
    whole = vpc.vpc_id in reading.place.whole and vpc.owner_id in ("", reading.place.account)
    recorded = Unknown((Cause("has DNS attributes that were not recorded", vpc.vpc_id, reading.location(vpc.vpc_id)),))
    untold = reading.open("ec2:DescribeVpcAttribute", vpc.vpc_id, recorded)
    attributes: Attributes = {
        "id": vpc.vpc_id,
        "cidr_block": vpc.cidr_block,
        "enable_dns_support": vpc.enable_dns_support if vpc.enable_dns_support is not None else untold,
        "enable_dns_hostnames": vpc.enable_dns_hostnames if vpc.enable_dns_hostnames is not None else untold,
    }
    reading.add(vpc.vpc_id, "aws_vpc", attributes, "managed" if whole else "data")
    for one in vpc.cidr_block_association_set:
        if one.cidr_block != vpc.cidr_block and one.cidr_block_state.state == "associated":
            attributes = {"vpc_id": vpc.vpc_id, "cidr_block": one.cidr_block}
            reading.add(f"{vpc.vpc_id}/{one.cidr_block}", "aws_vpc_ipv4_cidr_block_association", attributes)
    attributes = {"vpc_id": vpc.vpc_id, "dhcp_options_id": vpc.dhcp_options_id or "default"}
    reading.add(f"{vpc.vpc_id}/{vpc.dhcp_options_id or 'default'}", "aws_vpc_dhcp_options_association", attributes)


def _subnet(reading: Reading, subnet: Subnet) -> None:
    attributes: Attributes = {
        "id": subnet.subnet_id,
        "vpc_id": subnet.vpc_id,
        "cidr_block": subnet.cidr_block,
        "availability_zone": subnet.availability_zone,
        "map_public_ip_on_launch": subnet.map_public_ip_on_launch,
    }
    reading.add(subnet.subnet_id, "aws_subnet", attributes)


def _table(reading: Reading, table: RouteTable) -> None:
    overlay, identity = reading.overlay, table.route_table_id
    main = any(one.main for one in table.associations)
    routes = tuple(_route(one) for one in table.routes if not _is_of_endpoint(reading, one) and not overlay.replaces_route(identity, one.destination))
    attributes: Attributes = {"id": identity, "vpc_id": table.vpc_id, "route": routes}
    if main:
        attributes["default_route_table_id"] = identity
    reading.add(identity, "aws_default_route_table" if main else "aws_route_table", attributes)
    _associations(reading, table)


def _kept_associations(reading: Reading) -> None:
    """A table that the inputs manage keeps the subnets that use it."""
    for table in reading.place.route_tables:
        if table.route_table_id in reading.overlay.own:
            _associations(reading, table)


def _associations(reading: Reading, table: RouteTable) -> None:
    for one in table.associations:
        if one.subnet_id and not reading.overlay.replaces_association(one.route_table_association_id, one.subnet_id):
            attributes: Attributes = {"subnet_id": one.subnet_id, "route_table_id": table.route_table_id}
            reading.add(one.route_table_association_id or f"{one.subnet_id}/table", "aws_route_table_association", attributes)


_DESTINATIONS = {
    "destination_cidr_block": "cidr_block",
    "destination_ipv6_cidr_block": "ipv6_cidr_block",
    "destination_prefix_list_id": "destination_prefix_list_id",
}
_TARGETS = {
    "gateway_id": "gateway_id", "nat_gateway_id": "nat_gateway_id", "egress_only_internet_gateway_id": "egress_only_gateway_id",
    "transit_gateway_id": "transit_gateway_id", "vpc_peering_connection_id": "vpc_peering_connection_id",
    "network_interface_id": "network_interface_id", "instance_id": "instance_id", "carrier_gateway_id": "carrier_gateway_id",
    "local_gateway_id": "local_gateway_id", "core_network_arn": "core_network_arn",
}  # fmt: skip


def _route(route: Route) -> Attributes:
    found: Attributes = {name: value for field_, name in _DESTINATIONS.items() if (value := getattr(route, field_))}
    found |= {name: value for field_, name in _TARGETS.items() if (value := getattr(route, field_))}
    gateway = found.get("gateway_id")
    if isinstance(gateway, str) and gateway.startswith("vpce-"):
        # The API files a Gateway Load Balancer's endpoint under gateways.
        found["vpc_endpoint_id"] = found.pop("gateway_id")
    if route.state == "blackhole":
        found["state"] = route.state
    return found


def _is_of_endpoint(reading: Reading, route: Route) -> bool:
    """Whether it is the route that a gateway endpoint puts into its tables (aws-facts A2): the endpoint says so itself."""
    if not (route.destination_prefix_list_id and route.gateway_id.startswith("vpce-")):
        return False
    types = {one.vpc_endpoint_id: one.vpc_endpoint_type for one in reading.place.vpc_endpoints}
    return types.get(route.gateway_id, "Gateway") == "Gateway"


def _endpoints_shown_by_routes(reading: Reading) -> None:
    """Gateway endpoints that only their routes show: those of a VPC that another account shares."""
    told = {one.vpc_endpoint_id for one in reading.place.vpc_endpoints}
    names = {one.prefix_list_id: one.prefix_list_name for one in reading.place.prefix_lists}
    shown: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for table in reading.place.route_tables:
        for route in table.routes:
            identity = route.gateway_id
            if _is_of_endpoint(reading, route) and identity not in told and not reading.overlay.owns(identity):
                shown[identity, table.vpc_id, route.destination_prefix_list_id].append(table.route_table_id)
    for (identity, vpc, listed), tables in shown.items():
        other = Unknown((Cause("is of another account, which alone sees it", identity, reading.location(identity)),))
        why = reading.open("ec2:DescribeVpcEndpoints", vpc, other)
        attributes: Attributes = {"id": identity, "vpc_id": vpc, "vpc_endpoint_type": "Gateway", "policy": why}
        attributes |= {"service_name": names.get(listed, why), "route_table_ids": tuple(tables)}
        reading.add(identity, "aws_vpc_endpoint", attributes)


def _endpoint(reading: Reading, endpoint: VpcEndpoint) -> None:
    if endpoint.state.lower() in _GONE:
        return
    attributes: Attributes = {
        "id": endpoint.vpc_endpoint_id,
        "vpc_id": endpoint.vpc_id,
        "service_name": endpoint.service_name,
        "service_region": endpoint.service_region,
        "vpc_endpoint_type": endpoint.vpc_endpoint_type,
        "route_table_ids": endpoint.route_table_ids,
        "subnet_ids": endpoint.subnet_ids,
        "security_group_ids": tuple(one.group_id for one in endpoint.groups),
        "private_dns_enabled": endpoint.private_dns_enabled,
        "ip_address_type": endpoint.ip_address_type,
        "policy": endpoint.policy_document,
    }
    inbound = endpoint.dns_options.private_dns_only_for_inbound_resolver_endpoint
    if inbound is not None:
        attributes["dns_options"] = ({"private_dns_only_for_inbound_resolver_endpoint": inbound},)
    reading.add(endpoint.vpc_endpoint_id, "aws_vpc_endpoint", attributes)


def _prefix_list(reading: Reading, listed: PrefixList) -> None:
    attributes: Attributes = {"id": listed.prefix_list_id, "name": listed.prefix_list_name}
    if listed.entries is not None:
        attributes["entry"] = tuple({"cidr": one.cidr} for one in listed.entries)
    elif listed.owner_id != "AWS":
        untold = Unknown((Cause("is a prefix list whose blocks were not recorded", listed.prefix_list_id, reading.location(listed.prefix_list_id)),))
        attributes["entry"] = reading.open("ec2:GetManagedPrefixListEntries", listed.prefix_list_id, untold)
    reading.add(listed.prefix_list_id, "aws_ec2_managed_prefix_list", attributes)


def _nat(reading: Reading, nat: NatGateway) -> None:
    attributes: Attributes = {
        "id": nat.nat_gateway_id,
        "vpc_id": nat.vpc_id,
        "subnet_id": nat.subnet_id,
        "connectivity_type": nat.connectivity_type,
        "availability_mode": nat.availability_mode,
    }
    reading.add(nat.nat_gateway_id, "aws_nat_gateway", attributes, exists=nat.state not in _GONE)


def _internet_gateway(reading: Reading, gateway: InternetGateway) -> None:
    identity = gateway.internet_gateway_id
    vpc: Value = gateway.attachments[0].vpc_id if gateway.attachments else None
    if vpc in _blocked(reading.place):
        # VPC Block Public Access stops what goes by Internet and NAT gateways (aws-facts G11); what it excludes is not followed.
        vpc = Unknown((Cause("is closed by VPC Block Public Access, or excluded from it", identity, reading.location(identity)),))
    reading.add(identity, "aws_internet_gateway", {"id": identity, "vpc_id": vpc})


def _blocked(place: Place) -> set[str]:
    modes = [(one.vpc_id, one.block_public_access_states) for one in place.vpcs]
    modes += [(one.vpc_id, one.block_public_access_states) for one in place.subnets]
    return {vpc for vpc, mode in modes if mode.internet_gateway_block_mode == _BLOCKED}


def _transit_gateway(reading: Reading, gateway: TransitGateway) -> None:
    # Looked up, not whole: what is attached to it is not asked.
    identity = gateway.transit_gateway_id
    reading.add(identity, "aws_ec2_transit_gateway", {"id": identity}, "data", exists=gateway.state not in _GONE)

"""A recorded network becomes Configurations, one per account and Region: what is there, as Terraform would declare it under its ids.

An id that was asked for in vain stands for itself, with the reason as the cause of everything that it leaves open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, TypeAlias, TypeVar

from validator.frontends.snapshot.document import (
    PARAMETER,
    AclEntry,
    DhcpOptions,
    Fact,
    Failure,
    InternetGateway,
    NatGateway,
    NetworkAcl,
    Place,
    PrefixList,
    Route,
    RouteTable,
    SecurityGroup,
    Snapshot,
    Subnet,
    TransitGateway,
    Vpc,
    VpcEndpoint,
)
from validator.frontends.snapshot.overlay import Overlay, traffic
from validator.regions import is_known_region
from validator.resource import EXPORT, BucketRegion, Configuration, InputKind, Resource
from validator.source import SourceLocation
from validator.values import Cause, Truth, Unknown, Value

Attributes: TypeAlias = "dict[str, Value]"
F = TypeVar("F", bound=Fact)
Mode: TypeAlias = Literal["managed", "data"]

_GONE = frozenset({"deleted", "deleting", "failed", "rejected", "expired"})
_LAST_RULE = 32767
_BLOCKED = "block-bidirectional"


@dataclass(slots=True)
class _Reading:
    """One place being read. ``unanswered``: by call and subject, why AWS did not say."""

    place: Place
    overlay: Overlay
    source: str
    unanswered: Mapping[tuple[str, str], Unknown]
    resources: list[Resource] = field(default_factory=list)

    def location(self, address: str) -> SourceLocation:
        """AWS itself, on the day it was asked."""
        return SourceLocation(self.source, address=address)

    def add(self, address: str, kind: str, attributes: Attributes, mode: Mode = "managed", exists: Truth = True) -> None:
        """One more resource."""
        self.resources.append(Resource(address, kind, attributes, self.place.region, self.location(address), mode, exists))

    def open(self, call: str, subject: str) -> Unknown | None:
        """Why ``call`` said nothing about ``subject``; None where it was answered."""
        return self.unanswered.get((call, subject))


def configurations_of(snapshot: Snapshot, overlay: Overlay) -> tuple[Configuration, ...]:
    """What ``snapshot`` holds, without what the inputs themselves make, change or take away (``overlay``)."""
    seen = {place.account for place in snapshot.places}
    lone = [one for one in snapshot.failures if not any(_is_of(one, place) for place in snapshot.places)]
    found = [_configuration(place, snapshot.failures, overlay, seen) for place in snapshot.places]
    regions = sorted({(one.account, one.region) for one in lone})
    empty = (Place(account, region, snapshot.taken) for account, region in regions)
    return (*found, *(_configuration(place, snapshot.failures, overlay, seen) for place in empty))


def source_of(taken: str) -> str:
    """How reports name AWS as a source: with the minute in which it was asked."""
    return f"AWS on {taken[:16]}Z"


def _network(reading: _Reading, seen: set[str]) -> None:
    place = reading.place
    _each(reading, seen, place.vpcs, _vpc)
    _each(reading, seen, place.subnets, _subnet)
    _each(reading, seen, place.route_tables, _table)
    _each(reading, seen, place.vpc_endpoints, _endpoint)
    _each(reading, seen, place.prefix_lists, _prefix_list)
    _each(reading, seen, place.security_groups, _group)
    _each(reading, seen, place.network_acls, _acl)
    _each(reading, seen, place.nat_gateways, _nat)
    _each(reading, seen, place.internet_gateways, _internet_gateway)
    _each(reading, seen, place.transit_gateways, _transit_gateway)
    _each(reading, seen, place.dhcp_options, _resolver)


def _each(reading: _Reading, seen: set[str], facts: Iterable[F], read: Callable[[_Reading, F], None]) -> None:
    for fact in facts:
        if not reading.overlay.covers(fact) and not _is_told_by_its_owner(fact, reading.place, seen):
            read(reading, fact)


def _is_told_by_its_owner(fact: Fact, place: Place, seen: set[str]) -> bool:
    """Whether another account of the snapshot owns it, and so sees all of it."""
    owner = getattr(fact, "owner_id", "")
    return owner != place.account and owner in seen


def _is_of(failure: Failure, place: Place) -> bool:
    return (failure.account, failure.region) == (place.account, place.region)


def _configuration(place: Place, failures: Iterable[Failure], overlay: Overlay, seen: set[str]) -> Configuration:
    source = source_of(place.taken)
    own = [one for one in failures if _is_of(one, place)]
    reading = _Reading(place, overlay, source, dict(_unanswered(own, source)))
    _network(reading, seen)
    _kept_associations(reading)
    _endpoints_shown_by_routes(reading)
    _stand_ins(reading)
    return Configuration(
        path=source,
        kind=InputKind.NETWORK_SNAPSHOT,
        dialect="terraform",
        resources=tuple(sorted(reading.resources, key=lambda resource: resource.address)),
        detail=", ".join(part for part in (place.account and f"account {place.account}", place.region) if part),
        region=place.region,
        exports=dict(_exports(reading)),
        notes=tuple(_notes(own, source)),
        bucket_regions=dict(_buckets(reading)),
    )


# --- what was not answered -----------------------------------------------------------------------------------------------------------


def _unanswered(failures: Iterable[Failure], source: str) -> Iterator[tuple[tuple[str, str], Unknown]]:
    causes: defaultdict[tuple[str, str], list[Cause]] = defaultdict(list)
    for one in failures:
        for subject in one.subjects:
            causes[one.call, subject].append(Cause(_reason(one), subject, SourceLocation(source, address=subject)))
    for key, found in causes.items():
        yield key, Unknown(tuple(found))


def _reason(failure: Failure) -> str:
    return f"is not known: {failure.call} in {failure.region} {failure.reason}" if failure.call else f"was not asked about: {failure.reason}"


def _notes(failures: Iterable[Failure], source: str) -> Iterator[Cause]:
    """A note per call and reason, however many things it leaves open."""
    for one in dict.fromkeys((one.call, one.reason, one.region, one.account) for one in failures):
        call, reason, region, account = one
        who = f"AWS in {region}" + (f" (account {account})" if account else "")
        yield Cause(f"did not say: {call} {reason}" if call else f"was not asked: {reason}", who, SourceLocation(source))


def _open_of(reading: _Reading, call: str) -> Iterator[tuple[str, Unknown]]:
    yield from ((subject, why) for (named, subject), why in reading.unanswered.items() if named == call)


def _stand_ins(reading: _Reading) -> None:
    """Resources for ids that were asked for in vain: what they are is unknown, and why is known."""
    known = {resource.address for resource in reading.resources}
    for identity in reading.place.absent:
        if not reading.overlay.owns(identity):
            _stand_in(reading, identity, _absent(reading.place, identity, "is not there", reading.source))
    for (call, subject), why in sorted(reading.unanswered.items(), key=lambda item: item[0]):
        if reading.overlay.owns(subject):
            continue
        if subject.startswith("vpc-"):
            _open_vpc(reading, call, subject, why, known=subject in known)
        elif subject not in known:
            _stand_in(reading, subject, why)


def _stand_in(reading: _Reading, identity: str, why: Unknown) -> None:
    kind = identity.partition("-")[0]
    match kind:
        case "subnet":
            reading.add(identity, "aws_subnet", {"id": identity, "vpc_id": why}, "data")
            reading.add(f"{identity}/table", "aws_route_table_association", {"subnet_id": identity, "route_table_id": why})
        case "rtb":
            reading.add(identity, "aws_route_table", {"id": identity, "vpc_id": why, "route": why}, "data")
        case "vpce":
            reading.add(identity, "aws_vpc_endpoint", {"id": identity, "vpc_id": why, **_unknown_endpoint(why)}, "data")
        case "nat":
            reading.add(identity, "aws_nat_gateway", {"id": identity, "vpc_id": why, "subnet_id": why, "connectivity_type": why})
        case "sg":
            reading.add(identity, "aws_security_group", {"id": identity, "vpc_id": why, "ingress": why, "egress": why})
        case "dopt":
            reading.add(identity, "aws_vpc_dhcp_options", {"id": identity, "domain_name_servers": why})
        case "vpc":
            attributes: Attributes = {"id": identity, "enable_dns_support": why, "enable_dns_hostnames": why}
            reading.add(identity, "aws_vpc", attributes, "data")


def _unknown_endpoint(why: Unknown) -> Attributes:
    return {"service_name": why, "vpc_endpoint_type": why, "route_table_ids": why, "private_dns_enabled": why, "policy": why}


def _open_vpc(reading: _Reading, call: str, vpc: str, why: Unknown, *, known: bool) -> None:
    """What a call that failed leaves open of a VPC."""
    match call:
        case "ec2:DescribeVpcs" if not known:
            _stand_in(reading, vpc, why)
        case "ec2:DescribeRouteTables":
            reading.add(f"{vpc}/main", "aws_main_route_table_association", {"vpc_id": vpc, "route_table_id": why})
            for subnet in reading.place.subnets:
                if subnet.vpc_id == vpc and not reading.overlay.owns(subnet.subnet_id):
                    identity = subnet.subnet_id
                    reading.add(f"{identity}/table", "aws_route_table_association", {"subnet_id": identity, "route_table_id": why})
        case "ec2:DescribeVpcEndpoints":
            reading.add(f"{vpc}/endpoints", "aws_vpc_endpoint", {"vpc_id": vpc, **_unknown_endpoint(why)}, exists=why)
        case "ec2:DescribeNetworkAcls":
            attributes: Attributes = {"vpc_id": vpc, "default_network_acl_id": vpc, "subnet_ids": why, "ingress": why, "egress": why}
            reading.add(f"{vpc}/acls", "aws_default_network_acl", attributes)
        case "ec2:DescribeSecurityGroups":
            reading.add(f"{vpc}/group", "aws_default_security_group", {"vpc_id": vpc, "ingress": why, "egress": why})
        case "ec2:DescribeNatGateways":
            mentioned = {route.nat_gateway_id for table in reading.place.route_tables if table.vpc_id == vpc for route in table.routes}
            for identity in sorted(mentioned - {""}):
                if not reading.overlay.owns(identity):
                    _stand_in(reading, identity, why)


def _exports(reading: _Reading) -> Iterator[tuple[str, Value]]:
    yield from ((one.name, one.value) for one in reading.place.exports)
    yield from _open_of(reading, "cloudformation:ListExports")
    for name in reading.place.absent:
        if name.startswith(EXPORT):
            yield name.removeprefix(EXPORT), _absent(reading.place, name.removeprefix(EXPORT), "is not exported", reading.source)


def lookups_of(snapshot: Snapshot) -> dict[tuple[str, str], Value]:
    """Values of the parameter store by Region and name; unknown, with the reason, where the store did not say."""
    found: dict[tuple[str, str], Value] = {}
    for failure in snapshot.failures:
        if failure.call == "ssm:GetParameters":
            source = source_of(snapshot.taken)
            found |= {(failure.region, name): Unknown((Cause(_reason(failure), name, SourceLocation(source)),)) for name in failure.subjects}
    for place in snapshot.places:
        source = source_of(place.taken)
        for name in (one.removeprefix(PARAMETER) for one in place.absent if one.startswith(PARAMETER)):
            found[place.region, name] = _absent(place, name, "is not in the parameter store", source)
        for one in place.parameters:
            withheld = Unknown((Cause(f"is not recorded: it is a {one.type} that may be a secret", one.name, SourceLocation(source)),))
            found[place.region, one.name] = withheld if one.value is None else one.value
    return found


def _absent(place: Place, subject: str, what: str, source: str) -> Unknown:
    where = f"account {place.account}" if place.account else "the account"
    return Unknown((Cause(f"{what}: {where} has none of that name in {place.region}", subject, SourceLocation(source, address=subject)),))


def _buckets(reading: _Reading) -> Iterator[tuple[str, BucketRegion]]:
    """Buckets with the Region that S3 names; one that is not there has none."""
    states = {one.region_name: one.opt_in_status for one in reading.place.regions}
    for name, why in _open_of(reading, "s3:HeadBucket"):
        yield name, BucketRegion(why, reading.source)
    for one in reading.place.buckets:
        if one.bucket_region is None:
            cause = Cause("does not exist: S3 answered that there is no such bucket", one.name, reading.location(one.name))
            yield one.name, BucketRegion(Unknown((cause,)), reading.source)
        else:
            yield one.name, BucketRegion(one.bucket_region, reading.source + _of_region(one.bucket_region, states.get(one.bucket_region, "")))


def _of_region(region: str, state: str) -> str:
    """What there is to say of a Region that not everybody can use."""
    if state == "not-opted-in":
        return "; the account has not enabled that Region"
    return "" if is_known_region(region) else "; a Region that this version does not know"


# --- the network -----------------------------------------------------------------------------------------------------------------------


def _vpc(reading: _Reading, vpc: Vpc) -> None:
    # Of a VPC that is shared with the account, it sees neither endpoints nor all route tables.
    whole = vpc.vpc_id in reading.place.whole and vpc.owner_id in ("", reading.place.account)
    recorded = Unknown((Cause("has DNS attributes that were not recorded", vpc.vpc_id, reading.location(vpc.vpc_id)),))
    untold = reading.open("ec2:DescribeVpcAttribute", vpc.vpc_id) or recorded
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


def _subnet(reading: _Reading, subnet: Subnet) -> None:
    attributes: Attributes = {
        "id": subnet.subnet_id,
        "vpc_id": subnet.vpc_id,
        "cidr_block": subnet.cidr_block,
        "availability_zone": subnet.availability_zone,
        "map_public_ip_on_launch": subnet.map_public_ip_on_launch,
    }
    reading.add(subnet.subnet_id, "aws_subnet", attributes)


def _table(reading: _Reading, table: RouteTable) -> None:
    overlay, identity = reading.overlay, table.route_table_id
    main = any(one.main for one in table.associations)
    routes = tuple(_route(one) for one in table.routes if not _is_of_endpoint(reading, one) and not overlay.replaces_route(identity, one.destination))
    attributes: Attributes = {"id": identity, "vpc_id": table.vpc_id, "route": routes}
    if main:
        attributes["default_route_table_id"] = identity
    reading.add(identity, "aws_default_route_table" if main else "aws_route_table", attributes)
    _associations(reading, table)


def _kept_associations(reading: _Reading) -> None:
    """A table that the inputs manage keeps the subnets that use it."""
    for table in reading.place.route_tables:
        if table.route_table_id in reading.overlay.own:
            _associations(reading, table)


def _associations(reading: _Reading, table: RouteTable) -> None:
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


def _is_of_endpoint(reading: _Reading, route: Route) -> bool:
    """Whether it is the route that a gateway endpoint puts into its tables (aws-facts A2): the endpoint says so itself."""
    if not (route.destination_prefix_list_id and route.gateway_id.startswith("vpce-")):
        return False
    types = {one.vpc_endpoint_id: one.vpc_endpoint_type for one in reading.place.vpc_endpoints}
    return types.get(route.gateway_id, "Gateway") == "Gateway"


def _endpoints_shown_by_routes(reading: _Reading) -> None:
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
        why = reading.open("ec2:DescribeVpcEndpoints", vpc) or other
        attributes: Attributes = {"id": identity, "vpc_id": vpc, "vpc_endpoint_type": "Gateway", "policy": why}
        attributes |= {"service_name": names.get(listed, why), "route_table_ids": tuple(tables)}
        reading.add(identity, "aws_vpc_endpoint", attributes)


def _endpoint(reading: _Reading, endpoint: VpcEndpoint) -> None:
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


def _prefix_list(reading: _Reading, listed: PrefixList) -> None:
    attributes: Attributes = {"id": listed.prefix_list_id, "name": listed.prefix_list_name}
    if listed.entries is not None:
        attributes["entry"] = tuple({"cidr": one.cidr} for one in listed.entries)
    elif listed.owner_id != "AWS":
        attributes["entry"] = reading.open("ec2:GetManagedPrefixListEntries", listed.prefix_list_id)
    reading.add(listed.prefix_list_id, "aws_ec2_managed_prefix_list", attributes)


def _group(reading: _Reading, group: SecurityGroup) -> None:
    attributes: Attributes = {
        "id": group.group_id,
        "name": group.group_name,
        "vpc_id": group.vpc_id,
        "ingress": tuple(_rules(reading, group, egress=False)),
        "egress": tuple(_rules(reading, group, egress=True)),
    }
    reading.add(group.group_id, "aws_default_security_group" if group.group_name == "default" else "aws_security_group", attributes)


def _rules(reading: _Reading, group: SecurityGroup, *, egress: bool) -> Iterator[Attributes]:
    """The rules of a group with the peers that the inputs do not take away; one without any peer left is gone."""
    for rule in group.ip_permissions_egress if egress else group.ip_permissions:
        peers = {
            "cidr_blocks": [one.cidr_ip for one in rule.ip_ranges],
            "ipv6_cidr_blocks": [one.cidr_ipv6 for one in rule.ipv6_ranges],
            "prefix_list_ids": [one.prefix_list_id for one in rule.prefix_list_ids],
            "security_groups": [one.group_id for one in rule.user_id_group_pairs],
        }
        is_gone = partial(reading.overlay.removes_rule, group.group_id, traffic(rule.ip_protocol, rule.from_port, rule.to_port))
        left = {name: tuple(one for one in listed if not is_gone(one)) for name, listed in peers.items()}
        if any(left.values()) or not any(peers.values()):
            ports: Attributes = {"protocol": rule.ip_protocol, "from_port": rule.from_port or 0, "to_port": rule.to_port or 0}
            own = group.group_id in left["security_groups"]
            others = tuple(one for one in left["security_groups"] if one != group.group_id)
            yield {**ports, **left, "security_groups": others, "self": own}


def _acl(reading: _Reading, acl: NetworkAcl) -> None:
    kept = [one for one in acl.entries if one.rule_number != _LAST_RULE]
    kept = [one for one in kept if not reading.overlay.replaces_entry(acl.network_acl_id, one.rule_number, egress=one.egress)]
    attributes: Attributes = {
        "id": acl.network_acl_id,
        "vpc_id": acl.vpc_id,
        "subnet_ids": tuple(one.subnet_id for one in acl.associations),
        "ingress": tuple(_entry(one) for one in kept if not one.egress),
        "egress": tuple(_entry(one) for one in kept if one.egress),
    }
    if acl.is_default:
        attributes["default_network_acl_id"] = acl.network_acl_id
    reading.add(acl.network_acl_id, "aws_default_network_acl" if acl.is_default else "aws_network_acl", attributes)


def _entry(entry: AclEntry) -> Attributes:
    ports = entry.port_range
    return {
        "rule_no": entry.rule_number,
        "action": entry.rule_action,
        "protocol": entry.protocol,
        "cidr_block": entry.cidr_block,
        "ipv6_cidr_block": entry.ipv6_cidr_block,
        "from_port": ports.from_ if ports else 0,
        "to_port": ports.to if ports else 0,
    }


def _nat(reading: _Reading, nat: NatGateway) -> None:
    attributes: Attributes = {
        "id": nat.nat_gateway_id,
        "vpc_id": nat.vpc_id,
        "subnet_id": nat.subnet_id,
        "connectivity_type": nat.connectivity_type,
        "availability_mode": nat.availability_mode,
    }
    reading.add(nat.nat_gateway_id, "aws_nat_gateway", attributes, exists=nat.state not in _GONE)


def _internet_gateway(reading: _Reading, gateway: InternetGateway) -> None:
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


def _transit_gateway(reading: _Reading, gateway: TransitGateway) -> None:
    identity = gateway.transit_gateway_id
    reading.add(identity, "aws_ec2_transit_gateway", {"id": identity}, exists=gateway.state not in _GONE)


def _resolver(reading: _Reading, options: DhcpOptions) -> None:
    servers = tuple(value.value for one in options.dhcp_configurations if one.key == "domain-name-servers" for value in one.values)
    reading.add(options.dhcp_options_id, "aws_vpc_dhcp_options", {"id": options.dhcp_options_id, "domain_name_servers": servers or None})

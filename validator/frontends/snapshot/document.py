"""The recorded network, ``s3reach/network/1``: what AWS answered, in the words of its API, cut to what decides a path.

Every answer is decoded into these types, and so loses what is not among them: names, descriptions, tags, addresses of interfaces.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args, get_type_hints

import msgspec
from msgspec import Struct, field

from validator.errors import InputError

SCHEMA: Literal["s3reach/network/1"] = "s3reach/network/1"
PARAMETER = "parameter:"
"""Prefix of names of the parameter store where they stand beside ids and exports."""
_LARGEST = 1024**3
TAGS = frozenset({"aws:cloudformation:stack-name", "aws:cloudformation:logical-id"})
"""The tags that are kept: CloudFormation's own, which say which stack made a thing."""


class Fact(Struct, frozen=True, rename="pascal", omit_defaults=True):
    """One answer, or a part of one."""


class Tag(Fact, frozen=True):
    """A tag, of ``TAGS``."""

    key: str
    value: str


class CidrState(Fact, frozen=True):
    """Whether a VPC has a block, or is about to."""

    state: str = "associated"


class CidrAssociation(Fact, frozen=True):
    """One of the IPv4 blocks of a VPC."""

    cidr_block: str
    cidr_block_state: CidrState = CidrState()


class Blocked(Fact, frozen=True):
    """VPC Block Public Access: ``off``, ``block-ingress`` or ``block-bidirectional``."""

    internet_gateway_block_mode: str = "off"


class Vpc(Fact, frozen=True):
    """DescribeVpcs, and DescribeVpcAttribute where it was told."""

    vpc_id: str
    owner_id: str = ""
    cidr_block: str = ""
    cidr_block_association_set: tuple[CidrAssociation, ...] = ()
    dhcp_options_id: str = "default"
    is_default: bool = False
    enable_dns_support: bool | None = None
    enable_dns_hostnames: bool | None = None
    block_public_access_states: Blocked = Blocked()
    tags: tuple[Tag, ...] = ()


class Subnet(Fact, frozen=True):
    """DescribeSubnets."""

    subnet_id: str
    vpc_id: str
    owner_id: str = ""
    cidr_block: str = ""
    availability_zone: str = ""
    map_public_ip_on_launch: bool = False
    block_public_access_states: Blocked = Blocked()
    tags: tuple[Tag, ...] = ()


class TableAssociation(Fact, frozen=True):
    """Who uses a route table: a subnet, or the VPC as its main table."""

    route_table_association_id: str = ""
    subnet_id: str = ""
    main: bool = False


class Route(Fact, frozen=True):
    """One route, those of gateway endpoints too."""

    destination_cidr_block: str = ""
    destination_ipv6_cidr_block: str = ""
    destination_prefix_list_id: str = ""
    gateway_id: str = ""
    nat_gateway_id: str = ""
    egress_only_internet_gateway_id: str = ""
    transit_gateway_id: str = ""
    vpc_peering_connection_id: str = ""
    network_interface_id: str = ""
    instance_id: str = ""
    carrier_gateway_id: str = ""
    local_gateway_id: str = ""
    core_network_arn: str = ""
    origin: str = ""
    state: str = "active"

    @property
    def destination(self) -> str:
        """What it is a route to, in whatever form."""
        return self.destination_cidr_block or self.destination_ipv6_cidr_block or self.destination_prefix_list_id


class RouteTable(Fact, frozen=True):
    """DescribeRouteTables."""

    route_table_id: str
    vpc_id: str
    owner_id: str = ""
    associations: tuple[TableAssociation, ...] = ()
    routes: tuple[Route, ...] = ()
    tags: tuple[Tag, ...] = ()


class Group(Fact, frozen=True):
    """A security group that is named."""

    group_id: str


class DnsOptions(Fact, frozen=True):
    """Whom the private DNS of an interface endpoint answers."""

    private_dns_only_for_inbound_resolver_endpoint: bool | None = None


class VpcEndpoint(Fact, frozen=True):
    """DescribeVpcEndpoints, with the policy document as AWS gives it."""

    vpc_endpoint_id: str
    vpc_id: str
    service_name: str
    owner_id: str = ""
    vpc_endpoint_type: str = "Gateway"
    service_region: str = ""
    state: str = "available"
    policy_document: str = ""
    route_table_ids: tuple[str, ...] = ()
    subnet_ids: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    private_dns_enabled: bool = False
    ip_address_type: str = ""
    dns_options: DnsOptions = DnsOptions()
    tags: tuple[Tag, ...] = ()


class Entry(Fact, frozen=True):
    """A block of a prefix list."""

    cidr: str


class PrefixList(Fact, frozen=True):
    """DescribeManagedPrefixLists; the entries of lists that are not AWS's own."""

    prefix_list_id: str
    prefix_list_name: str
    owner_id: str = ""
    entries: tuple[Entry, ...] | None = None


class CidrRange(Fact, frozen=True):
    """IPv4 addresses of a rule."""

    cidr_ip: str


class Cidr6Range(Fact, frozen=True):
    """IPv6 addresses of a rule."""

    cidr_ipv6: str = field(name="CidrIpv6")


class ListedRange(Fact, frozen=True):
    """The addresses of a prefix list."""

    prefix_list_id: str


class Permission(Fact, frozen=True):
    """A rule of a security group."""

    ip_protocol: str
    from_port: int | None = None
    to_port: int | None = None
    ip_ranges: tuple[CidrRange, ...] = ()
    ipv6_ranges: tuple[Cidr6Range, ...] = ()
    prefix_list_ids: tuple[ListedRange, ...] = ()
    user_id_group_pairs: tuple[Group, ...] = ()


class SecurityGroup(Fact, frozen=True):
    """DescribeSecurityGroups."""

    group_id: str
    group_name: str = ""
    vpc_id: str = ""
    owner_id: str = ""
    ip_permissions: tuple[Permission, ...] = ()
    ip_permissions_egress: tuple[Permission, ...] = ()
    tags: tuple[Tag, ...] = ()


class PortRange(Fact, frozen=True):
    """Ports of a rule; from is a word of Python's."""

    from_: int = field(name="From")
    to: int


class AclAssociation(Fact, frozen=True):
    """A subnet that uses a network ACL."""

    subnet_id: str


class AclEntry(Fact, frozen=True):
    """A rule of a network ACL; 32767 is the one that denies the rest."""

    rule_number: int
    egress: bool
    protocol: str
    rule_action: str
    cidr_block: str = ""
    ipv6_cidr_block: str = ""
    port_range: PortRange | None = None


class NetworkAcl(Fact, frozen=True):
    """DescribeNetworkAcls."""

    network_acl_id: str
    vpc_id: str
    owner_id: str = ""
    is_default: bool = False
    associations: tuple[AclAssociation, ...] = ()
    entries: tuple[AclEntry, ...] = ()
    tags: tuple[Tag, ...] = ()


class NatGateway(Fact, frozen=True):
    """DescribeNatGateways."""

    nat_gateway_id: str
    vpc_id: str
    subnet_id: str = ""
    connectivity_type: str = "public"
    availability_mode: str = "zonal"
    state: str = "available"
    tags: tuple[Tag, ...] = ()


class Attachment(Fact, frozen=True):
    """The VPC of an Internet gateway."""

    vpc_id: str


class InternetGateway(Fact, frozen=True):
    """DescribeInternetGateways."""

    internet_gateway_id: str
    attachments: tuple[Attachment, ...] = ()
    tags: tuple[Tag, ...] = ()


class TransitGateway(Fact, frozen=True):
    """DescribeTransitGateways."""

    transit_gateway_id: str
    state: str = "available"


class DhcpValue(Fact, frozen=True):
    """A value of a DHCP option."""

    value: str


class DhcpConfiguration(Fact, frozen=True):
    """A DHCP option; only the name servers decide anything."""

    key: str
    values: tuple[DhcpValue, ...] = ()


class DhcpOptions(Fact, frozen=True):
    """DescribeDhcpOptions."""

    dhcp_options_id: str
    dhcp_configurations: tuple[DhcpConfiguration, ...] = ()


class Export(Fact, frozen=True):
    """ListExports."""

    name: str
    value: str


class Parameter(Fact, frozen=True):
    """GetParameters, never decrypted: a SecureString has no value here."""

    name: str
    type: str = "String"
    value: str | None = None


class Bucket(Fact, frozen=True):
    """HeadBucket: the Region in its answer, whatever else that was; null: there is no such bucket."""

    name: str
    bucket_region: str | None = None


class RegionState(Fact, frozen=True):
    """DescribeRegions, of a Region that a bucket is in and that an account may have to enable."""

    region_name: str
    opt_in_status: str = ""


class Failure(Struct, frozen=True, omit_defaults=True):
    """A question without an answer: the call, why, and what stays open. ``region`` may be one that no answer came from at all."""

    call: str
    reason: str
    region: str
    subjects: tuple[str, ...] = ()
    account: str = ""


class Place(Struct, frozen=True, omit_defaults=True):
    """What one account said in one Region. ``whole``: the VPCs of which everything was told. ``absent``: ids that it does not have."""

    account: str
    region: str
    taken: str
    whole: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    vpcs: tuple[Vpc, ...] = ()
    subnets: tuple[Subnet, ...] = ()
    route_tables: tuple[RouteTable, ...] = ()
    vpc_endpoints: tuple[VpcEndpoint, ...] = ()
    prefix_lists: tuple[PrefixList, ...] = ()
    security_groups: tuple[SecurityGroup, ...] = ()
    network_acls: tuple[NetworkAcl, ...] = ()
    nat_gateways: tuple[NatGateway, ...] = ()
    internet_gateways: tuple[InternetGateway, ...] = ()
    transit_gateways: tuple[TransitGateway, ...] = ()
    dhcp_options: tuple[DhcpOptions, ...] = ()
    exports: tuple[Export, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    buckets: tuple[Bucket, ...] = ()
    regions: tuple[RegionState, ...] = ()


class Snapshot(Struct, frozen=True, omit_defaults=True):
    """Everything that was asked in one run; ``taken`` is when it began, in UTC: ``2026-11-23T10:00:00Z``."""

    schema: Literal["s3reach/network/1"]
    taken: str
    places: tuple[Place, ...] = ()
    failures: tuple[Failure, ...] = ()


KINDS: dict[str, type[Fact]] = {
    name: get_args(hint)[0]
    for name, hint in get_type_hints(Place).items()
    if get_args(hint) and isinstance(get_args(hint)[0], type) and issubclass(get_args(hint)[0], Fact)
}
"""The kinds of fact by the field of a Place that holds them."""


def identity(fact: Fact) -> str:
    """What tells a fact from others of its kind: its id or name, which every type has first."""
    found: str = getattr(fact, fact.__struct_fields__[0])
    return found


def merged(*snapshots: Snapshot) -> Snapshot:
    """One snapshot of all: places of the same account and Region are one, and of two answers about one thing the later counts."""
    places: dict[tuple[str, str], Place] = {}
    for place in (one for snapshot in snapshots for one in snapshot.places):
        key = (place.account, place.region)
        places[key] = _united(places[key], place) if key in places else _united(place)
    failures = {msgspec.json.encode(one): one for snapshot in snapshots for one in snapshot.failures}
    return Snapshot(
        SCHEMA,
        min((one.taken for one in snapshots), default=""),
        tuple(places[key] for key in sorted(places)),
        tuple(failures[key] for key in sorted(failures)),
    )


def _united(*places: Place) -> Place:
    facts = {name: _of_kind(getattr(place, name) for place in places) for name in KINDS}
    return Place(
        places[0].account,
        places[0].region,
        min(one.taken for one in places),
        tuple(sorted({name for one in places for name in one.whole})),
        tuple(sorted({name for one in places for name in one.absent})),
        **facts,  # type: ignore[arg-type]
    )


def _of_kind(lists: Iterable[tuple[Fact, ...]]) -> tuple[Fact, ...]:
    found = {identity(fact): fact for facts in lists for fact in facts}
    return tuple(found[name] for name in sorted(found))


def read(file: Path) -> Snapshot:
    """The snapshot in ``file``. Raises InputError."""
    try:
        if file.stat().st_size > _LARGEST:
            raise InputError(f"{file}: is larger than 1 GiB")
        data = file.read_bytes()
    except (OSError, ValueError) as error:
        raise InputError(f"{file}: {getattr(error, 'strerror', None) or error}, expected a snapshot: s3reach snapshot -o {file.name}") from error
    try:
        found = msgspec.json.decode(data, type=Snapshot)
        for taken in (found.taken, *(place.taken for place in found.places)):
            datetime.fromisoformat(taken)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file}: {_mistake(error)}, expected a snapshot of schema {SCHEMA}") from error
    return merged(found)


def _mistake(error: Exception) -> str:
    return "is nested too deeply" if isinstance(error, RecursionError) else str(error).splitlines()[0]


def written(snapshot: Snapshot) -> str:
    """The snapshot as the file holds it: sorted, ending in a newline."""
    return msgspec.json.format(msgspec.json.encode(merged(snapshot)), indent=2).decode() + "\n"


def age(taken: str, now: datetime) -> float:
    """Days since a snapshot was taken."""
    then = datetime.fromisoformat(taken)
    return (now - (then if then.tzinfo else then.replace(tzinfo=UTC))).total_seconds() / 86400


def schema() -> str:
    """The JSON Schema of the file; members that it does not name are left aside by who reads it."""
    made = msgspec.json.schema(Snapshot)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA}
    return msgspec.json.format(msgspec.json.encode({**head, **made}), indent=2).decode() + "\n"

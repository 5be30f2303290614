"""What AWS answers, in the words of its API, cut to what decides a path.

Every answer is decoded into these types, and so loses what is not among them: names, descriptions, tags, addresses of interfaces.
"""

from __future__ import annotations

from msgspec import Struct, field

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


class Alias(Fact, frozen=True):
    """What a record stands for."""

    dns_name: str = field(default="", name="DNSName")


class RecordValue(Fact, frozen=True):
    """A value of a record."""

    value: str


class Record(Fact, frozen=True):
    """A record of a zone."""

    name: str
    type: str
    alias_target: Alias | None = None
    resource_records: tuple[RecordValue, ...] = ()


class HostedZone(Fact, frozen=True):
    """ListHostedZonesByVPC and ListResourceRecordSets, of zones that stand in front of S3's names; ``records`` null: not told."""

    hosted_zone_id: str
    name: str
    vpc_ids: tuple[str, ...] = ()
    records: tuple[Record, ...] | None = None


class ResolverRule(Fact, frozen=True):
    """ListResolverRules, with the VPCs that it is associated with (ListResolverRuleAssociations). ``domain_name`` null: not told."""

    id: str
    domain_name: str | None = None
    rule_type: str = "FORWARD"
    vpc_ids: tuple[str, ...] = ()


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

"""Small networks, told in a table: as the model's own entities; ``situations_written`` writes them as CloudFormation templates.

Of every subnet there is a route table of the same name, unless ``table`` says which it uses ("main": none, so the VPC's main one).
"""

from validator.analysis.access import Host, Path, Position, Tier
from validator.analysis.estate import estate_of
from validator.analysis.exposure import exposed
from validator.analysis.filtering import Filters
from validator.analysis.paths import path
from validator.analysis.routing import Router
from validator.analysis.steps import Origin
from validator.model.filters import (
    AclAssociation,
    AclEntry,
    AttachedGroup,
    GroupPeer,
    NetworkAcl,
    Rule,
    SecurityGroup,
    default_acl_of,
    default_group_of,
)
from validator.model.gateways import (
    Endpoint,
    EndpointAssociation,
    EndpointType,
    Firewall,
    InspectedDomains,
    InternetGateway,
    ListKind,
    NatGateway,
    PublicAccessBlock,
    PublicAccessExclusion,
)
from validator.model.names import DomainAction, DomainRule, PrivateZone, ResolverRule, ZoneRecord
from validator.model.network import Cidr, PrefixList, Route, RouteTable, Subnet, TableAssociation, Target, TargetKind, Vpc
from validator.model.topology import Topology
from validator.model.transit import TransitAttachment, TransitGateway, TransitLink, TransitRoute
from validator.model.workloads import Placement, Platform, Workload
from validator.regions import parse_s3_host
from validator.source import SourceLocation
from validator.values import all_of, unknown

HERE = SourceLocation("table")
REGION = "eu-west-1"
LITERAL = {
    "igw": ("internet-gateway", "GatewayId", None),
    "nat": ("nat-gateway", "NatGatewayId", None),
    "tgw": ("transit-gateway", "TransitGatewayId", "tgw-0123456789abcdef0"),
    "pcx": ("peering-connection", "VpcPeeringConnectionId", "pcx-0123456789abcdef0"),
    "vgw": ("virtual-private-gateway", "GatewayId", "vgw-0123456789abcdef0"),
    "eigw": ("egress-only-internet-gateway", "EgressOnlyInternetGatewayId", "eigw-0123456789abcdef0"),
    "eni": ("network-interface", "NetworkInterfaceId", "eni-0123456789abcdef0"),
    "instance": ("instance", "InstanceId", "i-0123456789abcdef0"),
    "cagw": ("carrier-gateway", "CarrierGatewayId", "cagw-0123456789abcdef0"),
    "lgw": ("local-gateway", "LocalGatewayId", "lgw-0123456789abcdef0"),
    "core": ("core-network", "CoreNetworkArn", "arn:aws:networkmanager::123456789012:core-network/core-network-0"),
    "firewall": ("vpc-endpoint", "VpcEndpointId", None),
    "appliance": ("vpc-endpoint", "VpcEndpointId", "vpce-0123456789abcdef0"),
}


class Situation:
    """One row."""

    def __init__(self, row):
        self.row = row
        self.region = row.get("region", REGION)
        self.host = row.get("host", f"data.s3.{self.region}.amazonaws.com")
        self.subnets = {name: dict(one or {}) for name, one in {"app": {"cidr": "10.0.1.0/24"}, **row.get("subnets", {})}.items()}
        self.vpcs = {"main": "10.0.0.0/16", **row.get("vpcs", {})}
        self.tables = {name: one.get("vpc", "main") for name, one in self.subnets.items() if "table" not in one}
        self.tables.update(dict.fromkeys(row.get("tables", []), "main"))
        self.attached = tuple(AttachedGroup(name) for name in row.get("attached", ()))

    def of(self, name):
        return self.row.get(name, {})

    # --- the model --------------------------------------------------------------------------------------------------------------------

    def path(self) -> Path:
        topology = self.topology()
        estate = estate_of(topology)
        router = Router(estate)
        subnet = topology.subnets["app"]
        groups = tuple(self.row.get("uses", ()))
        placement = Placement("app", groups, None, HERE, self.attached)
        platform = Platform.LAMBDA if self.row.get("function") else Platform.EC2
        workload = Workload("w", "instance", platform, self.region, (placement,), HERE)
        table = self.subnets["app"].get("table", "app")
        position = Position(placement, "app", "vpc#main" if table == "main" else table, "main", self.region, Tier.PRIVATE)
        public = all_of((self.row.get("public", False), exposed(estate, subnet.id, "main", direct=True)))
        read = parse_s3_host(self.host)
        host = Host(self.host, read.address_region, self.row.get("port", 443))
        return path(estate, router, Filters(estate), Origin(workload, position, public), host)

    def topology(self) -> Topology:
        dns = self.of("dns")
        vpcs = {
            name: Vpc(name, self.region, True, dns.get("support", True), dns.get("hostnames", True), (cidr,), HERE, custom_resolver=_custom(dns))
            for name, cidr in self.vpcs.items()
        }
        subnets = {
            name: Subnet(
                name, one.get("vpc", "main"), self.region, True, False, HERE, cidr=one["cidr"], ipv6=one.get("ipv6", False),
                ipv6_only=one.get("ipv6_only", False), zone=one.get("zone"),
            )
            for name, one in self.subnets.items()
        }  # fmt: skip
        routes = [(table, self.route(table, to, target)) for table, to, target in self.row.get("routes", ())]
        entities = {
            name: RouteTable(name, vpc, self.region, tuple(one for table, one in routes if table == name), True, False, HERE)
            for name, vpc in self.tables.items()
        }
        main = tuple(one for table, one in routes if table == "main")
        entities["vpc#main"] = RouteTable("vpc#main", "main", self.region, main, True, True, HERE)
        associations = tuple(
            TableAssociation(name, one.get("table", name), HERE, f"{name}-table") for name, one in self.subnets.items() if one.get("table") != "main"
        )
        endpoints = {name: self.endpoint(name, one) for name, one in self.of("endpoints").items()}
        acls = {name: _acl(name, one, one.get("vpc", "main")) for name, one in self.of("acls").items()}
        return Topology(
            vpcs=vpcs,
            subnets=subnets,
            route_tables=entities,
            associations=associations,
            internet_gateways={f"igw-{name}": InternetGateway(f"igw-{name}", name, HERE) for name in self.vpcs},
            nat_gateways={name: _nat(name, one) for name, one in self.of("nats").items()},
            firewalls={
                "firewall": Firewall(
                    "firewall",
                    "main",
                    tuple(self.row.get("firewall", ())),
                    HERE,
                    lists=tuple(map(_inspected, self.row.get("lists", ()))),
                    strict=self.row.get("strict", False),
                )
            },
            endpoints=endpoints,
            endpoint_associations=tuple(
                EndpointAssociation(name, "vpc#main" if table == "main" else table, HERE, name)
                for name, one in self.of("endpoints").items()
                for table in one.get("tables", ())
            ),
            public_access_blocks=tuple(PublicAccessBlock(self.region, mode, HERE) for mode in self.row.get("blocked", ())),
            public_access_exclusions=tuple(
                PublicAccessExclusion(f"x{index}", one.get("vpc"), one.get("subnet"), one["mode"], HERE)
                for index, one in enumerate(self.row.get("excluded", ()))
            ),
            private_zones={name: _zone(name, one) for name, one in self.of("zones").items()},
            resolver_rules=tuple(
                ResolverRule(f"rule{index}", domain, ("main",), kind == "FORWARD", HERE)
                for index, (domain, kind) in enumerate(self.row.get("rules", ()))
            ),
            domain_rules=tuple(_domain_rule(order, one) for order, one in self.domain_rules()),
            security_groups={**self.defaults(), **{name: _group(name, one) for name, one in self.of("groups").items()}},
            network_acls={
                **{default_acl_of(name): _acl(default_acl_of(name), OPEN_ACL, name) for name in self.vpcs},
                **acls,
            },
            acl_associations=tuple(AclAssociation(name, one["acl"], HERE, f"{name}-acl") for name, one in self.subnets.items() if "acl" in one),
            **self.transit(),
        )

    def domain_rules(self):
        """Rules of DNS Firewall as (group's priority, own), action, domains, and what else there is to them."""
        for group, rules in enumerate(self.row.get("dns_firewall", ()), 1):
            yield from (((group * 100, own), one) for own, one in enumerate(rules, 1))

    def defaults(self):
        made = {}
        for name in self.vpcs:
            identity = default_group_of(name)
            everything = tuple(Rule(Cidr(block), True, None, HERE, identity) for block in ("0.0.0.0/0", "::/0"))
            inside = (Rule(GroupPeer(identity), True, None, HERE, identity),)
            made[identity] = SecurityGroup(identity, name, everything, inside, True, HERE, default=True)
        return made

    def transit(self):
        told = self.of("transit")
        if not told:
            return {}
        attachments = {
            name: TransitAttachment(name, "tgw", one["vpc"], tuple(one["subnets"]), True, True, HERE) for name, one in told["attachments"].items()
        }
        routes = tuple(
            TransitRoute(table, Cidr(to), None if target == "blackhole" else target, target == "blackhole", HERE, table)
            for table, to, target in told.get("routes", ())
        )
        return {
            "transit_gateways": {"tgw": TransitGateway("tgw", False, False, HERE, knows_groups=told.get("groups", False))},
            "transit_attachments": attachments,
            "transit_tables": frozenset(told.get("tables", ())),
            "transit_routes": routes,
            "transit_associations": tuple(TransitLink(table, name, HERE, name) for name, table in told.get("associations", {}).items()),
            "transit_propagations": tuple(TransitLink(table, name, HERE, name) for table, name in told.get("propagations", ())),
        }

    def route(self, table, to, target):
        kind = TargetKind(LITERAL.get(target, ("nat-gateway",))[0]) if target != "blackhole" else TargetKind.BLACKHOLE
        vpc = self.tables.get(table, "main")
        entity = {"igw": f"igw-{vpc}", "tgw": "tgw", "firewall": "firewall", "blackhole": None}.get(
            target, target if target in self.of("nats") else f"{target}-0"
        )
        return Route(_destination(to), Target(kind, entity), HERE, f"{table}-{to}")

    def endpoint(self, name, one):
        service, region = one.get("service", "s3"), one.get("region", self.region)
        kind = EndpointType(one.get("type", "Gateway"))
        where = None if service == "s3-global.accesspoint" else region
        return Endpoint(
            name, one.get("vpc", "main"), self.region, kind, service, where, f"com.amazonaws.{region}.{service}", HERE,
            cross_region="region" in one and kind is EndpointType.INTERFACE, private_dns=one.get("private_dns", False),
            inbound_only=one.get("inbound_only"), subnets=tuple(one.get("subnets", ())), security_groups=tuple(one.get("groups", ())),
            ip_address_type=one.get("addresses", "ipv4"), attached=tuple(AttachedGroup(name) for name in one.get("attached", ())),
            default_replaced=one.get("replaced", False), names_in=tuple(one.get("names_in", ())),
        )  # fmt: skip


OPEN = [[100, "allow", "all", None, "0.0.0.0/0"], [101, "allow", "all", None, "::/0"]]
OPEN_ACL = {"egress": OPEN, "ingress": OPEN}


def _custom(dns):
    return dns.get("server", "AmazonProvidedDNS") != "AmazonProvidedDNS"


def _nat(name, one):
    return NatGateway(name, one.get("subnet"), one.get("vpc", "main"), not one.get("private", False), one.get("regional", False), HERE)


def _destination(to):
    if to.startswith("pl:"):
        _, service, region = to.split(":")
        return PrefixList("pl", service, region)
    if to.startswith("list:"):
        return PrefixList("pl-customer", entries=tuple(to.removeprefix("list:").split(",")))
    return unknown("is outside", to) if to == "pl-unknown" else Cidr(to)


def _peer(to):
    return GroupPeer(to.removeprefix("group:")) if to.startswith("group:") else PrefixList("pl-0a") if to == "pl-unknown" else _destination(to)


def _ports(protocol, ports):
    if protocol == "all":
        return None
    return tuple(map(int, str(ports).split("-"))) if "-" in str(ports) else (int(ports), int(ports))


def _group(name, one):
    def rules(direction):
        return tuple(
            Rule(_peer(peer), protocol in {"all", "tcp"}, _ports(protocol, ports), HERE, name) for protocol, ports, peer in one.get(direction, ())
        )

    return SecurityGroup(name, "main", rules("egress"), rules("ingress"), True, HERE)


def _acl(name, one, vpc="main"):
    def entries(direction):
        return tuple(
            AclEntry(number, action == "allow", Cidr(cidr), protocol in {"all", "tcp"}, _ports(protocol, ports), HERE, name)
            for number, action, protocol, ports, cidr in one.get(direction, ())
        )

    return NetworkAcl(name, vpc, entries("egress"), entries("ingress"), True, HERE, default=name == default_acl_of(vpc))


def _inspected(one):
    kind, domains, *more = one
    told = more[0] if more else {}
    protocols = tuple(name.lower() for name in told.get("protocols", ["TLS_SNI"]))
    return InspectedDomains(ListKind(kind), tuple(domains), protocols, told.get("home", False), HERE, "list")


def _domain_rule(order, one):
    action, domains, more = one[0], one[1], one[2] if len(one) > 2 else {}
    name = f"rule-{order[0]}-{order[1]}"
    return DomainRule("main", order, DomainAction(action), tuple(domains), more.get("query"), more.get("trusts", False), "firewall", HERE, name)


def _zone(name, one):
    records = tuple(ZoneRecord(record, endpoint, HERE, record) for record, endpoint in one.get("records", {}).items())
    return PrivateZone(name, one["name"], ("main",), records, True, HERE)

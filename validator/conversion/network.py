"""VPCs, subnets, route tables, routes and associations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_network

from validator.conversion.destinations import destination
from validator.conversion.fields import Fields, known_items
from validator.conversion.identities import main_table_of
from validator.conversion.lists import is_cidr
from validator.conversion.sources import Sources
from validator.conversion.vocabulary import (
    ASSOCIATION,
    DEFAULTS,
    ENDPOINT,
    FIREWALL,
    GATEWAY_KINDS,
    ID_KINDS,
    MAIN_ASSOCIATION,
    NAT_GATEWAY,
    PROPAGATION,
    RESOLVER_ASSOCIATION,
    RESOLVER_OPTIONS,
    ROUTE,
    ROUTE_TABLE,
    SUBNET,
    SUBNET_BLOCK6,
    TARGETS,
    TRANSIT_GATEWAY,
    VPC,
    VPC_BLOCK,
    Terms,
)
from validator.model.network import (
    Cidr,
    Destination,
    Id,
    Link,
    LooseRoute,
    MainAssociation,
    Route,
    RouteTable,
    Subnet,
    TableAssociation,
    Target,
    TargetKind,
    Vpc,
)
from validator.source import SourceLocation
from validator.values import Ref, Truth, Unknown, Value, any_of, negate, unknown

# How Amazon's DNS server is called in DHCP options; it is also at the base of the VPC's block plus two (VPC guide, "Amazon DNS server").
_AMAZON, _LINK_LOCAL = "AmazonProvidedDNS", "169.254.169.253"
# The third address of a VPC is its resolver's.
_RESOLVER = 2


@dataclass(frozen=True, slots=True)
class Tables:
    """The route tables, and the separate routes whose table is not known."""

    tables: dict[Id, RouteTable]
    loose: tuple[LooseRoute, ...]


def vpcs(sources: Sources) -> dict[Id, Vpc]:
    """The VPCs that the inputs make or look up."""
    resolvers = _custom_resolvers(sources)
    more = _secondary_blocks(sources)
    found: dict[Id, Vpc] = {}
    for fields, terms in sources.of(VPC):
        closed = fields.resource.mode == "managed" and fields.resource.type != "aws_default_vpc"
        found[fields.id] = Vpc(
            id=fields.id,
            region=fields.resource.region,
            closed=closed,
            dns_support=_switch(fields, terms["dns_support"], "dns_support"),
            dns_hostnames=_switch(fields, terms["dns_hostnames"], "dns_hostnames"),
            cidrs=(*(cidr for cidr in (_block(fields, terms["cidr"]),) if cidr is not None), *more.get(fields.id, ())),
            location=fields.place(),
            exists=fields.resource.exists,
            default=fields.resource.type == "aws_default_vpc",
            custom_resolver=resolvers.get(fields.id, False),
            physical=fields.physical,
            new=fields.new,
            dns_location=fields.place(terms["dns_support"]),
        )
    return found


def _block(fields: Fields, path: str) -> str | Unknown | None:
    found = fields.text(path)
    return unknown("is not a CIDR block", fields.id, fields.place(path)) if isinstance(found, str) and not is_cidr(found) else found


def _secondary_blocks(sources: Sources) -> dict[Id, list[str | Unknown]]:
    """By VPC, the IPv4 blocks that were added to it."""
    found: defaultdict[Id, list[str | Unknown]] = defaultdict(list)
    for fields, terms in sources.of(VPC_BLOCK):
        vpc, cidr = fields.link(terms["vpc"], VPC), _block(fields, terms["cidr"])
        if isinstance(vpc, str) and cidr is not None:
            found[vpc].append(cidr)
    return found


def _switch(fields: Fields, path: str, fact: str) -> Truth:
    default = DEFAULTS.get((fields.resource.type, fact), False)
    if fields.resource.mode == "data" and fields.value(path) is None:
        return unknown("is not shown by the data source", f"{fields.id}.{path}", fields.place(path))
    return fields.truth(path, default is True)


def _custom_resolvers(sources: Sources) -> dict[Id, Truth]:
    """By VPC, whether its DHCP options name a DNS server other than Amazon's."""
    servers = {fields.id: fields.texts(terms["servers"]) for fields, terms in sources.of(RESOLVER_OPTIONS)}
    blocks = {fields.id: _block(fields, terms["cidr"]) for fields, terms in sources.of(VPC)}
    found: dict[Id, Truth] = {}
    for fields, terms in sources.of(RESOLVER_ASSOCIATION):
        vpc, options = fields.link(terms["vpc"], VPC), fields.link(terms["options"], RESOLVER_OPTIONS)
        if not isinstance(vpc, str):
            continue
        if options == "default":
            found[vpc] = False
        elif isinstance(options, str) and options in servers:
            found[vpc] = _is_custom(servers[options], blocks.get(vpc), fields)
        else:
            found[vpc] = unknown("are DHCP options outside the input", str(options), fields.place())
    return found


def _is_custom(servers: Sequence[str | Unknown], block: str | Unknown | None, fields: Fields) -> Truth:
    """Whether none of ``servers`` is Amazon's; with some of both, which is asked first is up to the client."""
    network = ip_network(block, strict=False) if isinstance(block, str) else None
    own = {_AMAZON, _LINK_LOCAL, *([str(network[_RESOLVER])] if network is not None and network.num_addresses > _RESOLVER else [])}
    of_amazon = [Unknown(one.causes) if isinstance(one, Unknown) else one in own for one in servers]
    if all(one is True for one in of_amazon):
        return False
    mixed = unknown("names Amazon's DNS server beside another", fields.id, fields.place())
    return mixed if any_of(of_amazon) is True else negate(any_of(of_amazon))


def subnets(sources: Sources) -> dict[Id, Subnet]:
    """The subnets that the inputs make or look up."""
    with_block: dict[Id, Truth] = {}
    for fields, terms in sources.of(SUBNET_BLOCK6):
        subnet = fields.link(terms["subnet"], SUBNET)
        if isinstance(subnet, str):
            with_block[subnet] = fields.resource.exists
    found: dict[Id, Subnet] = {}
    for fields, terms in sources.of(SUBNET):
        closed = fields.resource.mode == "managed" and fields.resource.type != "aws_default_subnet"
        vpc = fields.link(terms["vpc"], VPC)
        found[fields.id] = Subnet(
            id=fields.id,
            vpc=unknown("names no VPC", fields.id, fields.place()) if vpc is None else vpc,
            region=fields.resource.region,
            closed=closed,
            public_addresses=_switch(fields, terms["public"], "public"),
            location=fields.place(),
            zone=fields.text(terms["zone"]),
            cidr=_block(fields, terms["cidr"]),
            exists=fields.resource.exists,
            ipv6=_has_ipv6(fields, terms, with_block),
            ipv6_only=fields.truth(terms["only6"]),
            dns64=fields.truth(terms["dns64"]),
        )
    return found


def _has_ipv6(fields: Fields, terms: Terms, with_block: Mapping[Id, Truth]) -> Truth:
    """Whether the subnet has an IPv6 block, its own or a separate one."""
    if fields.resource.mode == "data" and fields.value(terms["block6"]) is None:
        return unknown("may have an IPv6 block that is not shown", fields.id, fields.place())
    # A block that is not known yet is a block all the same.
    own = fields.value(terms["block6"]) is not None
    return any_of((own, fields.truth(terms["only6"]), fields.truth(terms["assigned6"]), with_block.get(fields.id, False)))


def tables(sources: Sources, made: dict[Id, Vpc]) -> Tables:
    """Route tables with their inline and separate routes; a VPC that the inputs make brings its main table."""
    gone = {(link, route.destination) for link, route, _ in _separate(sources.past)}
    found = {table.id: _without(table, gone) for table in _declared(sources)}
    adopted = {table.vpc for table in found.values() if table.main is True}
    for vpc in made.values():
        if vpc.closed and vpc.id not in adopted:
            identity = main_table_of(vpc.id)
            found[identity] = RouteTable(identity, vpc.id, vpc.region, (), closed=True, main=True, location=vpc.location, exists=vpc.exists)
    separate: defaultdict[Id, list[Route]] = defaultdict(list)
    loose: list[LooseRoute] = []
    aliases = {main_table_of(table.vpc): table.id for table in found.values() if table.main is True and isinstance(table.vpc, str)}
    for link, route, region in _separate(sources):
        match link:
            case str():
                identity = aliases.get(link, link)
                found.setdefault(identity, outside_table(identity, region, route.location))
                separate[identity].append(route)
            case Unknown():
                loose.append(LooseRoute(link, route))
            case None:
                pass
    for identity, routes in separate.items():
        found[identity] = replace(found[identity], routes=(*found[identity].routes, *routes))
    return Tables(found, tuple(loose))


def _without(table: RouteTable, gone: Collection[tuple[Link, Destination]]) -> RouteTable:
    """The table without the routes that a plan takes away as resources of their own: its attribute still shows them."""
    return replace(table, routes=tuple(route for route in table.routes if (table.id, route.destination) not in gone)) if gone else table


def outside_table(identity: Id, region: str | Unknown, location: SourceLocation) -> RouteTable:
    """A route table that the inputs only refer to."""
    vpc = unknown("is outside the input, and so is its VPC", identity, location)
    main = unknown("is outside the input, and may be a main table", identity, location)
    return RouteTable(identity, vpc, region, (), closed=False, main=main, location=location)


def _declared(sources: Sources) -> Iterator[RouteTable]:
    for fields, terms in sources.of(ROUTE_TABLE):
        adopted = fields.resource.type == "aws_default_route_table"
        looked_up = fields.resource.mode == "data"
        vpc = _vpc_of_default(fields) if adopted else fields.link(terms["vpc"], VPC)
        main: Truth = adopted
        if looked_up:
            main = unknown("is looked up, and may be a main table", fields.id, fields.place())
        yield RouteTable(
            id=fields.id,
            vpc=vpc,
            region=fields.resource.region,
            routes=(*_inline(fields, terms.get("routes", ""), sources), *_propagated(fields, terms.get("propagating", ""))),
            closed=not looked_up,
            main=main,
            location=fields.place(),
            exists=fields.resource.exists,
        )


def _vpc_of_default(fields: Fields) -> Link:
    """The VPC whose default table is adopted: named through the VPC's attribute, or a literal id of a table."""
    match fields.value("default_route_table_id"):
        case Ref() as reference:
            return fields.naming.link(Ref(reference.address, "id"), VPC, fields.place("default_route_table_id"))
        case _:
            vpc = fields.link("vpc_id", VPC)
            return unknown("names no VPC", fields.id, fields.place()) if vpc is None else vpc


def _inline(fields: Fields, path: str, sources: Sources) -> Iterator[Route]:
    blocks = fields.blocks(path)
    if isinstance(blocks, Unknown):
        yield _undecided_route(fields, path, blocks)
        return
    for block in blocks:
        if isinstance(block, Unknown):
            yield _undecided_route(fields, path, block)
        else:
            yield _route(block, fields.id, sources)


def _undecided_route(fields: Fields, path: str, cause: Unknown) -> Route:
    return Route(Unknown(cause.causes), Target(Unknown(cause.causes), Unknown(cause.causes)), fields.place(path), fields.id, Unknown(cause.causes))


def _propagated(fields: Fields, path: str) -> Iterator[Route]:
    for gateway in known_items(fields.links(path)):
        yield learned_route(gateway, fields.place(path), fields.id)


def learned_route(gateway: Link, location: SourceLocation, address: str) -> Route:
    """What a virtual private gateway may propagate: a default route, which is all that could take S3's addresses off a static one."""
    doubt = unknown("may learn a default route, which is not in the input", str(gateway) if isinstance(gateway, str) else address, location)
    return Route(Cidr("0.0.0.0/0"), Target(TargetKind.VIRTUAL_PRIVATE_GATEWAY, gateway), location, address, doubt, propagated=True)


def _separate(sources: Sources) -> Iterator[tuple[Link, Route, str | Unknown]]:
    for fields, terms in sources.of(ROUTE):
        if fields.resource.mode == "managed":
            yield fields.link(terms["table"], ROUTE_TABLE), _route(fields, fields.id, sources), fields.resource.region
    for fields, terms in sources.of(PROPAGATION):
        gateway = fields.link(terms["gateway"])
        for table in known_items(fields.links(terms["tables"], ROUTE_TABLE)):
            yield table, learned_route(gateway, fields.place(), fields.id), fields.resource.region


def _route(fields: Fields, address: str, sources: Sources) -> Route:
    return Route(destination(fields, sources), _target(fields), fields.place(), address, fields.resource.exists)


def _target(fields: Fields) -> Target:
    if fields.value("state") == "blackhole":
        # Only AWS itself says so: what the route names is gone.
        return Target(TargetKind.BLACKHOLE, None)
    for path, kind in TARGETS.items():
        value = fields.value(path)
        if value is None:
            continue
        if kind is not None:
            return Target(kind, fields.link(path, _kinds_of(kind)))
        return _gateway_target(fields, path, value)
    # A route that names nothing: its target is gone (AWS shows it as a blackhole), or it stands in an attribute that is not known here.
    return Target(unknown("names no target", fields.id, fields.place()), None)


def _kinds_of(kind: TargetKind) -> Mapping[str, object] | None:
    return _KINDS.get(kind)


# What a target's attribute can name, where it is followed; of others only the kind is needed.
_KINDS: Mapping[TargetKind, Mapping[str, object]] = {
    TargetKind.NAT_GATEWAY: NAT_GATEWAY,
    TargetKind.TRANSIT_GATEWAY: TRANSIT_GATEWAY,
    TargetKind.ENDPOINT: {**ENDPOINT, **FIREWALL},
}


# What ``gateway_id`` takes; everything else has an attribute of its own.
_BY_GATEWAY_ID = frozenset({TargetKind.INTERNET_GATEWAY, TargetKind.VIRTUAL_PRIVATE_GATEWAY, TargetKind.ENDPOINT})
_GATEWAYS: dict[str, object] = {name: True for name, kind in GATEWAY_KINDS.items() if kind in _BY_GATEWAY_ID}


def _gateway_target(fields: Fields, path: str, value: Value) -> Target:
    """``gateway_id`` takes Internet and virtual private gateways, endpoints and ``local``: what it names tells which."""
    link = fields.link(path, _GATEWAYS)
    if isinstance(link, str):
        declared = _type_of(fields, value)
        if declared in GATEWAY_KINDS:
            return Target(GATEWAY_KINDS[declared], _attached(fields, value, link))
        for prefix, kind in ID_KINDS.items():
            if link.startswith(prefix):
                return Target(kind, link)
        return Target(unknown("is a gateway outside the input", link, fields.place(path)), link)
    kinds = _types_among(fields, value)
    if len(kinds) == 1:
        return Target(kinds.pop(), link)
    causes = link.causes if isinstance(link, Unknown) else unknown("names no gateway", fields.id, fields.place(path)).causes
    return Target(Unknown(causes), link)


def _type_of(fields: Fields, value: Value) -> str:
    """The type of what a gateway attribute names, before an attribute of it is followed."""
    resource = fields.naming.declared(value.address) if isinstance(value, Ref) else None
    if resource is None or resource.type not in GATEWAY_KINDS:
        link = fields.naming.link(value, _GATEWAYS, fields.place())
        resource = fields.naming.entities.get(link) if isinstance(link, str) else None
    return resource.type if resource else ""


def _attached(fields: Fields, value: Value, link: Id) -> Link:
    """An attachment stands for the gateway that it attaches."""
    if _type_of(fields, value) not in {"AWS::EC2::VPCGatewayAttachment", "aws_internet_gateway_attachment"} or not isinstance(value, Ref):
        return link
    resource = fields.naming.declared(value.address)
    if resource is None:
        return link
    attribute = "InternetGatewayId" if resource.type.startswith("AWS::") else "internet_gateway_id"
    return fields.naming.link(resource.attributes.get(attribute), _GATEWAYS, fields.place())


def _types_among(fields: Fields, value: Value) -> set[TargetKind]:
    mentions = value.mentions if isinstance(value, Unknown) else ()
    types = {resource.type for one in mentions if (resource := fields.naming.declared(one.address)) is not None}
    return {GATEWAY_KINDS[one] for one in types if one in _GATEWAYS}


def associations(sources: Sources) -> tuple[TableAssociation, ...]:
    """Subnets with the tables they are explicitly associated with."""
    return tuple(
        TableAssociation(
            fields.link(terms["subnet"], SUBNET),
            fields.link(terms["table"], ROUTE_TABLE),
            fields.place(),
            fields.id,
            fields.resource.exists,
        )
        for fields, terms in sources.of(ASSOCIATION)
        if fields.value(terms["subnet"]) is not None
    )


def main_associations(sources: Sources) -> tuple[MainAssociation, ...]:
    """VPCs with the tables that were made their main ones."""
    return tuple(
        MainAssociation(fields.link(terms["vpc"], VPC), fields.link(terms["table"], ROUTE_TABLE), fields.place(), fields.id, fields.resource.exists)
        for fields, terms in sources.of(MAIN_ASSOCIATION)
    )

"""Gateways and VPC endpoints, with the tables that endpoints are associated with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from validator.conversion.fields import Fields, known_items
from validator.conversion.identities import main_table_of
from validator.conversion.sources import Sources
from validator.conversion.vocabulary import (
    DEFAULTS,
    ENDPOINT,
    ENDPOINT_ASSOCIATION,
    ENDPOINT_GROUP,
    ENDPOINT_PRIVATE_DNS,
    FIREWALL,
    GATEWAY_ATTACHMENT,
    INTERNET_GATEWAY,
    NAT_GATEWAY,
    OTHER_GATEWAY,
    PUBLIC_ACCESS_BLOCK,
    PUBLIC_ACCESS_EXCLUSION,
    ROUTE_TABLE,
    SECURITY_GROUP,
    SUBNET,
    VPC,
    Terms,
)
from validator.model.filters import default_group_of
from validator.model.gateways import (
    Endpoint,
    EndpointAssociation,
    EndpointType,
    Firewall,
    InternetGateway,
    NatGateway,
    OtherGateway,
    PublicAccessBlock,
    PublicAccessExclusion,
)
from validator.model.network import Id, Link, RouteTable
from validator.regions import is_region
from validator.values import Ref, Text, Truth, Unknown, Value, unknown

# Values of CloudFormation's DnsOptions (the resource schema).
_INBOUND_ONLY = {"OnlyInboundResolver": True, "AllResolvers": False, "NotSpecified": None}


def internet_gateways(sources: Sources) -> dict[Id, InternetGateway]:
    """Internet gateways with the VPC that each is attached to, by its own attribute or an attachment."""
    attached: dict[Id, Link] = {}
    for fields, terms in sources.of(GATEWAY_ATTACHMENT):
        gateway = fields.link(terms["gateway"], INTERNET_GATEWAY)
        if isinstance(gateway, str):
            attached[gateway] = fields.link(terms["vpc"], VPC)
    found: dict[Id, InternetGateway] = {}
    for fields, terms in sources.of(INTERNET_GATEWAY):
        vpc = attached.get(fields.id)
        if fields.value(terms["vpc"]) is not None:
            vpc = fields.link(terms["vpc"], VPC)
        if vpc is None and fields.resource.mode == "data":
            vpc = unknown("is looked up, and so is its VPC", fields.id, fields.place())
        found[fields.id] = InternetGateway(fields.id, vpc, fields.place(), fields.resource.exists)
    return found


def nat_gateways(sources: Sources) -> dict[Id, NatGateway]:
    """NAT gateways."""
    return {fields.id: _nat_gateway(fields, terms) for fields, terms in sources.of(NAT_GATEWAY)}


def _nat_gateway(fields: Fields, terms: Terms) -> NatGateway:
    return NatGateway(
        id=fields.id,
        subnet=fields.link(terms["subnet"], SUBNET),
        vpc=fields.link(terms["vpc"], VPC),
        public=_is(fields, terms, "connectivity", "public"),
        regional=_is(fields, terms, "mode", "regional"),
        location=fields.place(),
        exists=fields.resource.exists,
    )


def _is(fields: Fields, terms: Terms, fact: str, wanted: str) -> Truth:
    match fields.text(terms[fact]):
        case Unknown() as found:
            return Unknown(found.causes)
        case None:
            return DEFAULTS.get((fields.resource.type, fact)) == wanted
        case found:
            return found.lower() == wanted


def other_gateways(sources: Sources) -> dict[Id, OtherGateway]:
    """Everything else that a route can name."""
    return {
        fields.id: OtherGateway(fields.id, fields.resource.type, fields.link(terms["vpc"], VPC), fields.place(), fields.resource.exists)
        for fields, terms in sources.of(OTHER_GATEWAY)
    }


def firewalls(sources: Sources) -> dict[Id, Firewall]:
    """Network Firewalls."""
    return {
        fields.id: Firewall(fields.id, fields.link(terms["vpc"], VPC), _mapped(fields, terms), fields.place(), fields.resource.exists)
        for fields, terms in sources.of(FIREWALL)
    }


def _mapped(fields: Fields, terms: Terms) -> tuple[Link, ...] | Unknown:
    blocks = fields.blocks(terms["mappings"])
    if isinstance(blocks, Unknown):
        return blocks
    return tuple(one if isinstance(one, Unknown) else one.link(terms["subnet"], SUBNET) for one in blocks)


def public_access_blocks(sources: Sources) -> tuple[PublicAccessBlock, ...]:
    """What VPC Block Public Access is set to."""
    return tuple(
        PublicAccessBlock(fields.resource.region, _mode(fields, terms), fields.place(), fields.resource.exists)
        for fields, terms in sources.of(PUBLIC_ACCESS_BLOCK)
    )


def public_access_exclusions(sources: Sources) -> tuple[PublicAccessExclusion, ...]:
    """What VPC Block Public Access does not concern."""
    return tuple(
        PublicAccessExclusion(
            id=fields.id,
            vpc=fields.link(terms["vpc"], VPC),
            subnet=fields.link(terms["subnet"], SUBNET),
            mode=_mode(fields, terms),
            location=fields.place(),
            exists=fields.resource.exists,
        )
        for fields, terms in sources.of(PUBLIC_ACCESS_EXCLUSION)
    )


def _mode(fields: Fields, terms: Terms) -> str | Unknown:
    found = fields.text(terms["mode"])
    return unknown("names no mode", fields.id, fields.place()) if found is None else found


def endpoints(sources: Sources) -> dict[Id, Endpoint]:
    """VPC endpoints of every service and type."""
    found = {fields.id: endpoint(fields, terms) for fields, terms in sources.of(ENDPOINT)}
    for fields, terms in sources.of(ENDPOINT_PRIVATE_DNS):
        link = fields.link(terms["endpoint"], ENDPOINT)
        if isinstance(link, str) and link in found:
            found[link] = replace(found[link], private_dns=fields.truth(terms["enabled"]))
    for fields, terms in sources.of(ENDPOINT_GROUP):
        link = fields.link(terms["endpoint"], ENDPOINT)
        if isinstance(link, str) and link in found:
            found[link] = replace(found[link], security_groups=_with_group(found[link], fields, terms))
    return found


def _with_group(gateway: Endpoint, fields: Fields, terms: Terms) -> tuple[Link, ...] | Unknown:
    """The endpoint's groups and the associated one, which takes the place of the VPC's default group where it is said to."""
    replaces = fields.truth(terms["replaces"])
    if isinstance(gateway.security_groups, Unknown):
        return gateway.security_groups
    if isinstance(replaces, Unknown):
        return Unknown(replaces.causes)
    default = (default_group_of(gateway.vpc),) if isinstance(gateway.vpc, str) and not gateway.security_groups and not replaces else ()
    return (*gateway.security_groups, *default, fields.link(terms["group"], SECURITY_GROUP))


def endpoint(fields: Fields, terms: Terms) -> Endpoint:
    """One VPC endpoint."""
    service_name = _service_name(fields, terms)
    service, region = _service(fields, terms, service_name)
    stated = fields.text(terms["service_region"])
    addresses = fields.text(terms["addresses"])
    return Endpoint(
        id=fields.id,
        vpc=fields.link(terms["vpc"], VPC),
        region=fields.resource.region,
        type=_type(fields, terms),
        service=service,
        service_region=stated if stated is not None else region,
        service_name=service_name if isinstance(service_name, str) else Unknown(service_name.causes),
        location=fields.place(),
        cross_region=_cross_region(fields, stated),
        private_dns=fields.truth(terms["private_dns"], DEFAULTS[fields.resource.type, "private_dns"] is True),
        inbound_only=_inbound_only(fields, terms),
        subnets=fields.links(terms["subnets"], SUBNET),
        security_groups=fields.links(terms["groups"]),
        ip_address_type="ipv4" if addresses is None else addresses,
        exists=fields.resource.exists,
        closed=fields.resource.mode == "managed",
        physical=fields.physical,
        new=fields.new,
        service_location=fields.place(terms["service"]),
    )


def _cross_region(fields: Fields, stated: str | Unknown | None) -> Truth:
    if stated is None:
        return False
    if isinstance(stated, Unknown) or isinstance(fields.resource.region, Unknown):
        return unknown("may name another Region", f"{fields.id}.service_region", fields.place())
    return stated != fields.resource.region


def _type(fields: Fields, terms: Terms) -> EndpointType | Unknown:
    match fields.text(terms["type"]):
        case Unknown() as found:
            return found
        case None:
            return EndpointType.GATEWAY
        case found:
            return next((one for one in EndpointType if one.value.lower() == found.lower()), EndpointType.OTHER)


def _inbound_only(fields: Fields, terms: Terms) -> Truth | None:
    path = terms["inbound_only"]
    match fields.value(path):
        case None:
            return None
        case str() as found if found in _INBOUND_ONLY:
            return _INBOUND_ONLY[found]
    return fields.truth(path)


def _service_name(fields: Fields, terms: Terms) -> str | Unknown:
    match fields.value(terms["service"]):
        case Text() as found if (known := _of_pieces(fields, found)) is not None:
            return known
        case Ref(address) if (looked_up := _looked_up(fields, address)) is not None:
            return looked_up
    written = fields.text(terms["service"])
    return written if written is not None else unknown("names no service", fields.id, fields.place())


def _looked_up(fields: Fields, address: str) -> str | None:
    """``data.aws_vpc_endpoint_service`` that is not read yet: its ``service`` names it all the same."""
    resource = fields.naming.declared(address)
    if resource is None or resource.type != "aws_vpc_endpoint_service" or isinstance(resource.region, Unknown):
        return None
    service = resource.attributes.get("service")
    return f"com.amazonaws.{resource.region}.{service}" if isinstance(service, str) and service else None


def _of_pieces(fields: Fields, found: Text) -> str | None:
    pieces = [fields.naming.follow(part) if isinstance(part, Ref) else part for part in found.parts]
    return "".join(str(piece) for piece in pieces) if all(isinstance(piece, str) for piece in pieces) else None


def _service(fields: Fields, terms: Terms, name: str | Unknown) -> tuple[str | Unknown, str | Unknown | None]:
    """The short service name and the Region in a service name (aws-facts H9: told by ``.REGION.s3``, not by the prefix)."""
    if isinstance(name, Unknown):
        return _service_of_text(fields.value(terms["service"]), name, fields.resource.region)
    labels = name.split(".")
    index = next((index for index, label in enumerate(labels) if is_region(label)), None)
    if index is None:
        return ".".join(labels[2:]) or name, None
    return ".".join(labels[index + 1 :]), labels[index]


def _service_of_text(value: Value, name: Unknown, own: str | Unknown) -> tuple[str | Unknown, str | Unknown | None]:
    """``com.amazonaws.`` + a Region that is not known + ``.s3``: the service is, and that it is the stack's own Region may be."""
    match value:
        case Text((str(), Ref() | Unknown() as piece, str() as service)) if service.startswith("."):
            return service[1:], own if piece is own else Unknown(name.causes)
    return Unknown(name.causes), Unknown(name.causes)


def endpoint_associations(sources: Sources, tables: Mapping[Id, RouteTable]) -> tuple[EndpointAssociation, ...]:
    """Which tables have which endpoints: from the endpoints' own lists and from separate associations."""
    aliases = {main_table_of(table.vpc): table.id for table in tables.values() if table.main is True and isinstance(table.vpc, str)}
    return tuple(replace(one, table=aliases.get(one.table, one.table)) if isinstance(one.table, str) else one for one in _associations(sources))


def _associations(sources: Sources) -> Iterator[EndpointAssociation]:
    for fields, terms in sources.of(ENDPOINT):
        for table in known_items(fields.links(terms["tables"], ROUTE_TABLE)):
            yield EndpointAssociation(fields.id, table, fields.place(terms["tables"]), fields.id, fields.resource.exists)
    for fields, terms in sources.of(ENDPOINT_ASSOCIATION):
        endpoint, table = fields.link(terms["endpoint"], ENDPOINT), fields.link(terms["table"], ROUTE_TABLE)
        yield EndpointAssociation(endpoint, table, fields.place(), fields.id, fields.resource.exists)

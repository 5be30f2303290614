"""VPC endpoints, with what separate resources say of them, and the tables that they are associated with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from validator.conversion.fields import Fields, known_items
from validator.conversion.identities import main_table_of
from validator.conversion.profiles import Membership, vpcs_with
from validator.conversion.sources import Sources
from validator.conversion.vocabulary import (
    DEFAULTS,
    ENDPOINT,
    ENDPOINT_ASSOCIATION,
    ENDPOINT_GROUP,
    ENDPOINT_PRIVATE_DNS,
    ENDPOINT_SUBNET,
    ROUTE_TABLE,
    SECURITY_GROUP,
    SUBNET,
    VPC,
    Terms,
)
from validator.model.filters import AttachedGroup
from validator.model.gateways import Endpoint, EndpointAssociation, EndpointType
from validator.model.network import Id, Link, RouteTable, Vpc
from validator.regions import is_region
from validator.values import Cause, Ref, Text, Truth, Unknown, Value, all_of, any_of, unite, unknown

# Values of CloudFormation's DnsOptions (the resource schema).
_INBOUND_ONLY = {"OnlyInboundResolver": True, "AllResolvers": False, "NotSpecified": None}


def endpoints_of(sources: Sources, profiled: Sequence[Membership] = ()) -> dict[Id, Endpoint]:
    """VPC endpoints of every service and type."""
    found = {fields.id: endpoint(fields, terms) for fields, terms in sources.of(ENDPOINT)}
    for fields, terms, identity, certain in _said_of(sources, ENDPOINT_PRIVATE_DNS, found):
        found[identity] = replace(found[identity], private_dns=_switched(found[identity].private_dns, fields.truth(terms["enabled"]), certain))
    for fields, terms, identity, certain in _said_of(sources, ENDPOINT_SUBNET, found):
        link = fields.link(terms["subnet"], SUBNET)
        found[identity] = replace(found[identity], subnets=_with_subnet(found[identity].subnets, link, certain))
    for fields, terms, identity, certain in _said_of(sources, ENDPOINT_GROUP, found):
        one = found[identity]
        attached = AttachedGroup(fields.link(terms["group"], SECURITY_GROUP), certain)
        replaced = any_of((one.default_replaced, all_of((certain, fields.truth(terms["replaces"])))))
        found[identity] = replace(one, attached=(*one.attached, attached), default_replaced=replaced)
    if profiled:
        found = {identity: replace(one, names_in=vpcs_with(profiled, identity)) for identity, one in found.items()}
    return found


def refused(found: Mapping[Id, Endpoint], vpcs: Mapping[Id, Vpc]) -> Iterator[Cause]:
    """The endpoints that AWS refuses to set up: private DNS for inbound resolvers only needs a gateway endpoint in the VPC (aws-facts B6)."""
    gateways = [one for one in found.values() if one.type is not EndpointType.INTERFACE and one.service == "s3" and one.exists is not False]
    for one in found.values():
        asked = one.type is EndpointType.INTERFACE and one.service == "s3" and one.private_dns is True and one.inbound_only is True
        vpc = vpcs.get(one.vpc) if isinstance(one.vpc, str) else None
        if asked and one.exists is True and vpc is not None and vpc.closed and all(isinstance(it.vpc, str) and it.vpc != vpc.id for it in gateways):
            reason = f"asks for private DNS for inbound resolvers only, which AWS refuses: {vpc.id} has no S3 gateway endpoint"
            yield Cause(reason, one.id, one.location)


def _said_of(sources: Sources, vocabulary: Mapping[str, Terms], found: Mapping[Id, Endpoint]) -> Iterator[tuple[Fields, Terms, Id, Truth]]:
    """The resources of ``vocabulary`` with each endpoint that they are for, or may be, and whether they are there and are for it."""
    for fields, terms in sources.of(vocabulary):
        match fields.link(terms["endpoint"], ENDPOINT):
            case str() as link if link in found:
                yield fields, terms, link, fields.resource.exists
            case Unknown() as link:
                yield from ((fields, terms, one, all_of((fields.resource.exists, Unknown(link.causes)))) for one in found if link.may_be(one))


def _switched(before: Truth, after: Truth, certain: Truth) -> Truth:
    """A switch, once a resource of its own has set it."""
    if certain is True:
        return after
    return before if before is after or certain is False else unite([one for one in (before, after, certain) if isinstance(one, Unknown)])


def _with_subnet(subnets: tuple[Link, ...] | Unknown, link: Link, certain: Truth) -> tuple[Link, ...] | Unknown:
    """The subnets that the endpoint is in, with one more. Whether that is one of them at all may be open: then they all are."""
    if isinstance(certain, Unknown) and not isinstance(subnets, Unknown):
        among = (*subnets, link)
        named = tuple(one for one in among if isinstance(one, str))
        return Unknown(certain.causes, named if len(named) == len(among) else None)
    return subnets if isinstance(subnets, Unknown) else tuple(dict.fromkeys((*subnets, link)))


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
        # The name says it, whatever is stated: AWS has no service of that name elsewhere (aws-facts B15).
        service_region=region if isinstance(region, str) or stated is None else stated,
        service_name=service_name if isinstance(service_name, str) else Unknown(service_name.causes),
        location=fields.place(),
        cross_region=_cross_region(fields, stated),
        private_dns=fields.truth(terms["private_dns"], DEFAULTS[fields.resource.type, "private_dns"] is True),
        inbound_only=_inbound_only(fields, terms),
        subnets=_subnets(fields, terms),
        security_groups=fields.links(terms["groups"]),
        ip_address_type="ipv4" if addresses is None else addresses,
        exists=fields.resource.exists,
        closed=fields.resource.mode == "managed",
        physical=fields.physical,
        new=fields.new,
        service_location=fields.place(terms["service"]),
    )


def _subnets(fields: Fields, terms: Terms) -> tuple[Link, ...] | Unknown:
    """The subnets that it is in: of its list, else of the blocks that choose addresses in them."""
    listed = fields.links(terms["subnets"], SUBNET)
    blocks = fields.blocks(terms["chosen"]) if listed == () and "chosen" in terms else ()
    if isinstance(blocks, Unknown):
        return Unknown(blocks.causes)
    return tuple(one if isinstance(one, Unknown) else one.link(terms["chosen_subnet"], SUBNET) for one in blocks) or listed


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


def associations_of(sources: Sources, tables: Mapping[Id, RouteTable]) -> tuple[EndpointAssociation, ...]:
    """Which tables have which endpoints: from the endpoints' own lists and from separate associations."""
    aliases = {main_table_of(table.vpc): table.id for table in tables.values() if table.main is True and isinstance(table.vpc, str)}
    return tuple(replace(one, table=aliases.get(one.table, one.table)) if isinstance(one.table, str) else one for one in _associations(sources))


def _associations(sources: Sources) -> Iterator[EndpointAssociation]:
    gone = {(one.endpoint, one.table) for one in _separate_associations(sources.past)}
    for fields, terms in sources.of(ENDPOINT):
        for table in known_items(fields.links(terms["tables"], ROUTE_TABLE)):
            if (fields.id, table) not in gone:
                yield EndpointAssociation(fields.id, table, fields.place(terms["tables"]), fields.id, fields.resource.exists)
    yield from _separate_associations(sources)


def _separate_associations(sources: Sources) -> Iterator[EndpointAssociation]:
    for fields, terms in sources.of(ENDPOINT_ASSOCIATION):
        endpoint, table = fields.link(terms["endpoint"], ENDPOINT), fields.link(terms["table"], ROUTE_TABLE)
        yield EndpointAssociation(endpoint, table, fields.place(), fields.id, fields.resource.exists)

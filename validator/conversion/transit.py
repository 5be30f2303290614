"""Transit gateways, their VPC attachments and their route tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from validator.conversion.destinations import block
from validator.conversion.fields import Fields
from validator.conversion.lists import LISTS, prefix_list
from validator.conversion.sources import Sources
from validator.conversion.vocabulary import (
    SUBNET,
    TRANSIT_ASSOCIATION,
    TRANSIT_ATTACHMENT,
    TRANSIT_GATEWAY,
    TRANSIT_LIST,
    TRANSIT_PROPAGATION,
    TRANSIT_ROUTE,
    TRANSIT_TABLE,
    VPC,
    Terms,
)
from validator.model.network import Cidr, Id, Link, PrefixList
from validator.model.transit import TransitAttachment, TransitGateway, TransitLink, TransitRoute, default_table_of
from validator.values import Truth, Unknown, unknown

_TABLES: Mapping[str, object] = {**TRANSIT_TABLE, **TRANSIT_GATEWAY}


def gateways(sources: Sources) -> dict[Id, TransitGateway]:
    """The transit gateways that the inputs make; of others nobody knows what is attached."""
    return {
        fields.id: TransitGateway(
            id=fields.id,
            default_association=_enabled(fields, terms["association"]),
            default_propagation=_enabled(fields, terms["propagation"]),
            location=fields.place(),
            knows_groups=_enabled(fields, terms["groups"], default="disable"),
        )
        for fields, terms in sources.of(TRANSIT_GATEWAY)
        if fields.resource.mode == "managed"
    }


def _enabled(fields: Fields, path: str, default: str = "enable") -> Truth:
    """A setting that is on unless it is "disable"; that for groups is off by default (EC2 API TransitGatewayRequestOptions)."""
    found = fields.text(path)
    match default if found is None else found:
        case Unknown() as found:
            return Unknown(found.causes)
        case found:
            return found != "disable"


def attachments(sources: Sources) -> dict[Id, TransitAttachment]:
    """The attachments of VPCs."""
    return {
        fields.id: TransitAttachment(
            id=fields.id,
            gateway=fields.link(terms["gateway"], TRANSIT_GATEWAY),
            vpc=fields.link(terms["vpc"], VPC),
            subnets=fields.links(terms["subnets"], SUBNET),
            default_association=fields.truth(terms.get("association", ""), default=True),
            default_propagation=fields.truth(terms.get("propagation", ""), default=True),
            location=fields.place(),
            exists=fields.resource.exists,
        )
        for fields, terms in sources.of(TRANSIT_ATTACHMENT)
    }


def tables(sources: Sources) -> frozenset[Id]:
    """The route tables that the inputs make, so know whole."""
    return frozenset(fields.id for fields, _ in sources.of(TRANSIT_TABLE) if fields.resource.mode == "managed")


def routes(sources: Sources) -> tuple[TransitRoute, ...]:
    """Static routes, and those to the entries of prefix lists."""
    return (*(_route(fields, terms) for fields, terms in sources.of(TRANSIT_ROUTE)), *_to_lists(sources))


def _to_lists(sources: Sources) -> Iterator[TransitRoute]:
    for fields, terms in sources.of(TRANSIT_LIST):
        listed = prefix_list(fields.link(terms["list"], LISTS), fields, terms["list"], sources)
        known = listed.entries if isinstance(listed, PrefixList) else None
        for entry in (unknown("is a route to a prefix list outside the input", fields.id, fields.place()),) if known is None else known:
            yield _led(fields, terms, Cidr(entry) if isinstance(entry, str) else entry)


def _route(fields: Fields, terms: Terms) -> TransitRoute:
    written = fields.text(terms["destination"])
    destination = unknown("names no destination", fields.id, fields.place()) if written is None else written
    return _led(fields, terms, block(destination, fields, terms["destination"]))


def _led(fields: Fields, terms: Terms, destination: Cidr | Unknown) -> TransitRoute:
    return TransitRoute(
        table=_table(fields, terms),
        destination=destination,
        attachment=fields.link(terms["attachment"], TRANSIT_ATTACHMENT),
        blackhole=fields.truth(terms["blackhole"]),
        location=fields.place(),
        address=fields.id,
        exists=fields.resource.exists,
    )


def _table(fields: Fields, terms: Terms) -> Link:
    """The table; an attribute of the gateway names the one that came with it."""
    link = fields.link(terms["table"], _TABLES)
    named = fields.naming.entities.get(link) if isinstance(link, str) else None
    return default_table_of(link) if isinstance(link, str) and named is not None and named.type in TRANSIT_GATEWAY else link


def associations(sources: Sources) -> tuple[TransitLink, ...]:
    """Attachments with the tables that they use."""
    return tuple(_links(sources, TRANSIT_ASSOCIATION))


def propagations(sources: Sources) -> tuple[TransitLink, ...]:
    """Attachments with the tables that learn their routes."""
    return tuple(_links(sources, TRANSIT_PROPAGATION))


def _links(sources: Sources, vocabulary: Mapping[str, Terms]) -> Iterator[TransitLink]:
    for fields, terms in sources.of(vocabulary):
        table = _table(fields, terms)
        attachment = fields.link(terms["attachment"], TRANSIT_ATTACHMENT)
        yield TransitLink(table, attachment, fields.place(), fields.id, fields.resource.exists)

"""Where routes and rules point: CIDR blocks and prefix lists."""

from __future__ import annotations

from validator.conversion.fields import Fields
from validator.conversion.lists import LISTS, is_cidr, prefix_list
from validator.conversion.sources import Sources
from validator.conversion.vocabulary import DESTINATION_CIDR, DESTINATION_CIDR6, DESTINATION_LIST
from validator.model.network import Cidr, Destination
from validator.values import Unknown, unknown


def destination(fields: Fields, sources: Sources) -> Destination:
    """Where a route points."""
    for path in DESTINATION_LIST:
        if fields.value(path) is not None:
            return prefix_list(fields.link(path, LISTS), fields, path, sources)
    for path in (*DESTINATION_CIDR, *DESTINATION_CIDR6):
        match fields.text(path):
            case None:
                continue
            case found:
                return block(found, fields, path)
    return unknown("names no destination", fields.id, fields.place())


def block(found: str | Unknown, fields: Fields, path: str) -> Cidr | Unknown:
    """A CIDR block, IPv4 or IPv6; what is none is not decided."""
    if isinstance(found, Unknown):
        return found
    return Cidr(found) if is_cidr(found) else unknown("is not a CIDR block", fields.id, fields.place(path))

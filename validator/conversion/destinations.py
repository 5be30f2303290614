"""Where routes and rules point: CIDR blocks and prefix lists, AWS's own by the Region and service in their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from types import MappingProxyType

from validator.conversion.endpoints import endpoint
from validator.conversion.fields import Fields
from validator.conversion.sources import Sources
from validator.conversion.vocabulary import DESTINATION_CIDR, DESTINATION_CIDR6, DESTINATION_LIST, ENDPOINT, PREFIX_LIST
from validator.model.network import Cidr, Destination, Link, PrefixList
from validator.regions import is_region
from validator.values import Unknown, unknown

# What names a prefix list: a list, or the gateway endpoint that has it as an attribute.
LISTS: Mapping[str, object] = MappingProxyType({**PREFIX_LIST, **ENDPOINT})

# The ids of AWS's S3 lists, as describe-prefix-lists shows them in each Region. The same id may be another service's elsewhere.
_S3_LISTS: Mapping[str, str] = MappingProxyType(
    {
        "us-east-1": "pl-63a5400a", "us-east-2": "pl-7ba54012", "us-west-1": "pl-6ba54002", "us-west-2": "pl-68a54001",
        "ca-central-1": "pl-7da54014", "sa-east-1": "pl-6aa54003", "eu-west-1": "pl-6da54004", "eu-west-2": "pl-7ca54015",
        "eu-central-1": "pl-6ea54007", "ap-south-1": "pl-78a54011", "ap-northeast-1": "pl-61a54008", "ap-northeast-2": "pl-78a54011",
        "ap-southeast-1": "pl-6fa54006", "ap-southeast-2": "pl-6ca54005",
    }
)  # fmt: skip
# Ids of 8 digits are AWS's own lists of that time; those that customers make have 17.
_OF_AWS = re.compile(r"pl-[0-9a-f]{8}")


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
    return Cidr(found) if is_cidr(found) else unknown(f"is not a CIDR block: {found[:40]!r}", fields.id, fields.place(path))


def is_cidr(text: str) -> bool:
    """Whether ``text`` is a block of addresses, IPv4 or IPv6."""
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def prefix_list(link: Link, fields: Fields, path: str, sources: Sources) -> PrefixList | Unknown:
    """The list that ``link``, found at ``path``, names."""
    if link is None:
        return unknown("names no prefix list", fields.id, fields.place(path))
    if isinstance(link, Unknown):
        return link
    declared = sources.by_id(link)
    if declared is None:
        return _literal(link, fields.resource.region)
    if declared.resource.type in ENDPOINT:
        gateway = endpoint(declared, ENDPOINT[declared.resource.type])
        service = gateway.service
        return service if isinstance(service, Unknown) else PrefixList(link, service, gateway.service_region)
    terms = PREFIX_LIST[declared.resource.type]
    name = declared.text(terms["name"])
    if isinstance(name, str) and (managed := _managed(name)):
        return PrefixList(link, *managed)
    if declared.resource.mode == "data" and not isinstance(name, str):
        return PrefixList(link)
    return PrefixList(link, entries=tuple(_entries(declared)))


def _literal(identity: str, region: str | Unknown) -> PrefixList:
    """A list by its bare id: S3's of the Region, another one of AWS's, or one that only the account knows."""
    own = _S3_LISTS.get(region) if isinstance(region, str) else None
    if own is None or not _OF_AWS.fullmatch(identity):
        return PrefixList(identity)
    return PrefixList(identity, "s3" if identity == own else "another service", region)


def _managed(name: str) -> tuple[str, str] | None:
    """The service and Region of an AWS-managed list, ``com.amazonaws.REGION.SERVICE`` (aws-facts A6)."""
    labels = name.split(".")
    index = next((index for index, label in enumerate(labels) if is_region(label)), None)
    return None if index is None or "amazonaws" not in labels else (".".join(labels[index + 1 :]), labels[index])


def _entries(fields: Fields) -> Iterator[str | Unknown]:
    names = PREFIX_LIST[fields.resource.type]
    blocks = fields.blocks(names["entries"])
    if isinstance(blocks, Unknown):
        yield Unknown(blocks.causes)
        return
    for member in blocks:
        entry = member if isinstance(member, Unknown) else member.text(names["cidr"])
        if isinstance(entry, Unknown) or (entry is not None and is_cidr(entry)):
            yield entry

"""Prefix lists: AWS's own by the Region and service in their names, those of the inputs with their entries, wherever these stand."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from types import MappingProxyType

from validator.conversion.endpoints import endpoint
from validator.conversion.fields import Fields
from validator.conversion.sources import Sources
from validator.conversion.vocabulary import ENDPOINT, LIST_ENTRY, PREFIX_LIST
from validator.model.network import Id, Link, PrefixList
from validator.regions import is_region
from validator.values import Ref, Unknown, Value, unknown

LISTS: Mapping[str, object] = MappingProxyType({**PREFIX_LIST, **ENDPOINT})
"""What names a prefix list: a list, or the gateway endpoint that has it as an attribute."""

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
_BLOCKS = "cidr_blocks"
_DEPTH = 8


def is_cidr(text: str) -> bool:
    """Whether ``text`` is a block of addresses, IPv4 or IPv6."""
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def prefix_list(link: Link, fields: Fields, path: str, sources: Sources, depth: int = 0) -> PrefixList | Unknown:
    """The list that ``link``, found at ``path``, names."""
    if link is None:
        return unknown("names no prefix list", fields.id, fields.place(path))
    if isinstance(link, Unknown) and link.among and len(link.among) == 1:
        # Bounded by a single list, it can be no other.
        link = str(link.among[0])
    if isinstance(link, Unknown):
        return link
    declared = sources.by_id(link)
    if declared is None:
        return _literal(link, fields.resource.region)
    if declared.resource.type in ENDPOINT:
        gateway = endpoint(declared, ENDPOINT[declared.resource.type])
        service = gateway.service
        return service if isinstance(service, Unknown) else PrefixList(link, service, gateway.service_region)
    if declared.resource.type not in PREFIX_LIST:
        return unknown("is no prefix list", link, fields.place(path))
    if (managed := _managed(_name(declared))) is not None:
        return PrefixList(link, *managed)
    if declared.resource.mode == "data":
        return _looked_up(link, declared, sources, depth)
    return PrefixList(link, entries=(*_shown(declared), *_separate(declared.id, sources)))


def lists_of_blocks(value: Value, fields: Fields, path: str, sources: Sources) -> Iterator[PrefixList | Unknown]:
    """The lists whose blocks are named at ``path`` as a whole, by reference: ``data.aws_prefix_list.s3.cidr_blocks``."""
    for one in value if isinstance(value, tuple) else (value,):
        if isinstance(one, Ref) and one.attribute == _BLOCKS:
            declared = fields.naming.declared(one.address)
            if declared is not None and declared.type in LISTS:
                yield prefix_list(fields.naming.name(one.address), fields, path, sources)


def service_blocks(sources: Sources) -> dict[tuple[str, str], tuple[str, ...]]:
    """The addresses of services, by service and Region, as far as an input shows the whole list: one that was looked up, or an endpoint's."""
    found: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for fields, _ in sources.of(PREFIX_LIST):
        if (managed := _managed(_name(fields))) is not None:
            found[managed].update(dict.fromkeys(_known(fields)))
    for fields, terms in sources.of(ENDPOINT):
        if _known(fields):
            one = endpoint(fields, terms)
            if isinstance(one.service, str) and isinstance(one.service_region, str):
                found[one.service, one.service_region].update(dict.fromkeys(_known(fields)))
    return {service: tuple(sorted(blocks)) for service, blocks in sorted(found.items()) if blocks}


def _name(fields: Fields) -> str | Unknown | None:
    """Its name, or the one that a data source filters by."""
    named = fields.text(PREFIX_LIST[fields.resource.type]["name"])
    if isinstance(named, str):
        return named
    filters = [block.texts("values") for block in fields.known_blocks("filter") if block.text("name") == "prefix-list-name"]
    return filters[0][0] if len(filters) == 1 and len(filters[0]) == 1 else named


def _looked_up(link: Id, declared: Fields, sources: Sources, depth: int) -> PrefixList | Unknown:
    """A list that a data source looks up: by the id of another one, or with what it has found."""
    for path in ("prefix_list_id", "id"):
        other = declared.link(path, LISTS)
        if isinstance(other, str) and other != link and depth < _DEPTH:
            return prefix_list(other, declared, path, sources, depth + 1)
    shown = any(declared.value(path) is not None for path in ("entries", "entry", _BLOCKS))
    return PrefixList(link, entries=tuple(_shown(declared))) if shown else PrefixList(link)


def _shown(fields: Fields) -> Iterator[str | Unknown]:
    """The blocks that the resource itself shows."""
    names = PREFIX_LIST[fields.resource.type]
    for path in dict.fromkeys((names["entries"], "entries")):
        blocks = fields.blocks(path)
        if isinstance(blocks, Unknown):
            yield Unknown(blocks.causes)
            continue
        for member in blocks:
            entry = member if isinstance(member, Unknown) else member.text(names["cidr"])
            if isinstance(entry, Unknown) or (entry is not None and is_cidr(entry)):
                yield entry
    yield from (one for one in fields.texts(_BLOCKS) if isinstance(one, Unknown) or is_cidr(one))


def _separate(identity: Id, sources: Sources) -> Iterator[str | Unknown]:
    """The entries that are resources of their own, and those that may be of this list."""
    for fields, terms in sources.of(LIST_ENTRY):
        link, cidr = fields.link(terms["list"], PREFIX_LIST), fields.text(terms["cidr"])
        doubts = [one for one in (link, cidr, fields.resource.exists) if isinstance(one, Unknown)]
        if link != identity and not (isinstance(link, Unknown) and link.may_be(identity)):
            continue
        if doubts:
            yield Unknown(tuple(cause for one in doubts for cause in one.causes))
        elif isinstance(cidr, str) and is_cidr(cidr):
            yield cidr


def _known(fields: Fields) -> tuple[str, ...]:
    """The blocks that it shows, if all are known; of IPv4."""
    found = tuple(_shown(fields)) if fields.resource.type in PREFIX_LIST else fields.texts(_BLOCKS)
    known = tuple(one for one in found if isinstance(one, str) and is_cidr(one))
    return tuple(one for one in known if ":" not in one) if len(known) == len(found) else ()


def _literal(identity: str, region: str | Unknown) -> PrefixList:
    """A list by its bare id: S3's of the Region, another one of AWS's, or one that only the account knows."""
    own = _S3_LISTS.get(region) if isinstance(region, str) else None
    if own is None or not _OF_AWS.fullmatch(identity):
        return PrefixList(identity)
    return PrefixList(identity, "s3" if identity == own else "another service", region)


def _managed(name: str | Unknown | None) -> tuple[str, str] | None:
    """The service and Region of an AWS-managed list, ``com.amazonaws.REGION.SERVICE`` (aws-facts A6)."""
    if not isinstance(name, str):
        return None
    labels = name.split(".")
    index = next((index for index, label in enumerate(labels) if is_region(label)), None)
    return None if index is None or "amazonaws" not in labels else (".".join(labels[index + 1 :]), labels[index])

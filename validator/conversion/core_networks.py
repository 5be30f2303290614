"""Cloud WAN in the terms of transit: a segment is a table, with which the core network's policy document associates attachments.

The document: https://docs.aws.amazon.com/network-manager/latest/cloudwan/cloudwan-policies-json.html. A core network whose document holds
anything that is not read here is left out, and an attachment whose segment is not settled: what lies behind is then not in the input.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from validator.conversion.fields import Fields
from validator.conversion.lists import is_cidr
from validator.conversion.segments import CorePolicy, blocks_of_data_source, policy_of, segment_of
from validator.conversion.sources import Sources
from validator.conversion.vocabulary import CORE_ATTACHMENT, CORE_NETWORK, CORE_POLICY, SUBNET, VPC
from validator.model.network import Cidr, Id, Link, TargetKind
from validator.model.transit import TransitAttachment, TransitGateway, TransitLink, TransitRoute
from validator.symbols import from_json
from validator.values import Ref, Text, Value

_BLACKHOLE = ("blackhole",)


@dataclass(frozen=True, slots=True)
class CoreNetworks:
    """What the core networks of the inputs add to the transit gateways, with all that belongs to them."""

    gateways: Mapping[Id, TransitGateway]
    attachments: Mapping[Id, TransitAttachment]
    routes: tuple[TransitRoute, ...]
    associations: tuple[TransitLink, ...]
    propagations: tuple[TransitLink, ...]


def core_networks(sources: Sources) -> CoreNetworks:
    """The core networks whose policy document is in the inputs, and read whole."""
    policies = _policies(sources)
    gateways = {
        fields.id: TransitGateway(fields.id, False, False, fields.place(), TargetKind.CORE_NETWORK)
        for fields, _ in sources.of(CORE_NETWORK)
        if fields.id in policies
    }
    placed = list(_attachments(sources, policies))
    return CoreNetworks(
        gateways=gateways,
        attachments={one.id: one for one, _ in placed},
        routes=tuple(route for network, (policy, fields) in policies.items() for route in _routes(network, policy, fields)),
        associations=tuple(_link(one, segment) for one, segment in placed),
        propagations=tuple(_link(one, learning) for one, segment in placed for learning in policies[str(one.gateway)][0].learning(segment)),
    )


def _policies(sources: Sources) -> dict[Id, tuple[CorePolicy, Fields]]:
    """The document of each core network that the inputs make, where it certainly has one and that is read whole."""
    found: defaultdict[Id, list[tuple[CorePolicy | None, Fields]]] = defaultdict(list)
    made = [fields for fields, _ in sources.of(CORE_NETWORK) if fields.resource.mode == "managed"]
    for fields, terms in sources.of(CORE_POLICY):
        network = fields.link(terms["network"], CORE_NETWORK) if terms["network"] else fields.id
        if not terms["network"] and fields.value(terms["document"]) is None:
            continue
        policy = policy_of(_document(fields, terms["document"])) if fields.resource.exists is True else None
        for one in made:
            if network == one.id or (not isinstance(network, str | None) and network.may_be(one.id)):
                found[one.id].append((policy if network == one.id else None, fields))
    certain = {network: several[0] for network, several in found.items() if len(several) == 1}
    return {network: (policy, fields) for network, (policy, fields) in certain.items() if policy is not None}


def _document(fields: Fields, path: str) -> Value:
    """The document as a mapping: JSON text, a template's own mapping, or the blocks of the provider's data source."""
    value = fields.value(path)
    if isinstance(value, Ref):
        followed = fields.naming.follow(value)
        named = followed if isinstance(followed, Ref) else value
        declared = fields.naming.declared(named.address)
        if isinstance(followed, Ref):
            is_source = declared is not None and declared.type == "aws_networkmanager_core_network_policy_document"
            return blocks_of_data_source(declared.attributes) if declared is not None and is_source and named.attribute == "json" else None
        value = followed
    return from_json(value) if isinstance(value, str | Text) else value


def _attachments(sources: Sources, policies: Mapping[Id, tuple[CorePolicy, Fields]]) -> Iterator[tuple[TransitAttachment, str]]:
    """The attachments that are settled, each with its segment."""
    for fields, terms in sources.of(CORE_ATTACHMENT):
        network = fields.link(terms["network"], CORE_NETWORK)
        vpc, subnets = _identity(fields, fields.value(terms["vpc"]), VPC), _identities(fields, fields.value(terms["subnets"]))
        if not isinstance(network, str) or network not in policies or not isinstance(vpc, str) or not subnets:
            continue
        segment = segment_of(policies[network][0], fields)
        if segment is not None:
            exists = fields.resource.exists
            yield TransitAttachment(fields.id, network, vpc, subnets, False, False, fields.place(), exists), segment


def _identities(fields: Fields, value: Value) -> tuple[Link, ...]:
    """The subnets; none where not all are known."""
    found = tuple(_identity(fields, one, SUBNET) for one in value) if isinstance(value, tuple) else ()
    return found if all(isinstance(one, str) for one in found) else ()


def _identity(fields: Fields, value: Value, kinds: Mapping[str, object]) -> Link:
    """What an ARN names, written out, by reference or as a text that ends in one."""
    match value:
        case Text(parts=(*_, str() as before, Ref() as last)) if before.endswith("/"):
            return fields.naming.link(last, kinds, fields.place())
        case str():
            return fields.naming.link(value.rpartition("/")[2], kinds, fields.place())
    return fields.naming.link(value, kinds, fields.place())


def _routes(network: Id, policy: CorePolicy, fields: Fields) -> Iterator[TransitRoute]:
    for route in policy.routes:
        blackhole = route.destinations == _BLACKHOLE
        attachment = _next_hop(fields, route.destinations) if not blackhole else None
        for block in route.blocks:
            if is_cidr(block):
                yield TransitRoute(_table(network, route.segment), Cidr(block), attachment, blackhole, fields.place(), fields.id)


def _next_hop(fields: Fields, destinations: Sequence[Value]) -> Link:
    """The attachment; None where there are several, of which each Region takes its nearest, or it is not in the inputs."""
    if len(destinations) != 1:
        return None
    link = fields.naming.link(destinations[0], CORE_ATTACHMENT, fields.place())
    return link if isinstance(link, str) else None


def _table(network: Id, segment: str) -> Id:
    return f"{network}#{segment}"


def _link(attachment: TransitAttachment, segment: str) -> TransitLink:
    return TransitLink(_table(str(attachment.gateway), segment), attachment.id, attachment.location, attachment.id)

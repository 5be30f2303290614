"""Gateways, firewalls, and what blocks public access."""

from __future__ import annotations

from ipaddress import IPv4Address

from validator.conversion.fields import Fields
from validator.conversion.inspection import inspection
from validator.conversion.sources import Sources
from validator.conversion.vocabulary import (
    DEFAULTS,
    FIREWALL,
    GATEWAY_ATTACHMENT,
    INTERNET_GATEWAY,
    NAT_GATEWAY,
    OTHER_GATEWAY,
    PUBLIC_ACCESS_BLOCK,
    PUBLIC_ACCESS_EXCLUSION,
    SUBNET,
    VPC,
    Terms,
)
from validator.model.gateways import (
    Firewall,
    InternetGateway,
    NatGateway,
    OtherGateway,
    PublicAccessBlock,
    PublicAccessExclusion,
)
from validator.model.network import Id, Link
from validator.values import Ref, Truth, Unknown, Value, unknown

# An instance with a role may switch its check off when it starts; interfaces and templates of their own say otherwise.
_SWITCHES = (
    "iam_instance_profile", "network_interface", "primary_network_interface", "launch_template",
    "IamInstanceProfile", "NetworkInterfaces", "LaunchTemplate",
)  # fmt: skip
# What an elastic address is called by; and where a NAT gateway has more than one, any of which it may leave by.
_ADDRESS_NAMES = ("public_ip", "PublicIp", "Ref")
_MORE_ADDRESSES = (
    "secondary_allocation_ids", "availability_zone_address", "SecondaryAllocationIds", "AvailabilityZoneAddresses",
)  # fmt: skip
_NOTHING: tuple[Value, ...] = (None, "", ())


def internet_gateways(sources: Sources) -> dict[Id, InternetGateway]:
    """Internet gateways with the VPC that each is attached to, by its own attribute or an attachment."""
    attached, gone = _attachments(sources), _attachments(sources.past)
    found: dict[Id, InternetGateway] = {}
    for fields, terms in sources.of(INTERNET_GATEWAY):
        vpc = attached.get(fields.id)
        if fields.value(terms["vpc"]) is not None and (stated := fields.link(terms["vpc"], VPC)) != gone.get(fields.id):
            vpc = stated
        if vpc is None and fields.resource.mode == "data":
            vpc = unknown("is looked up, and so is its VPC", fields.id, fields.place())
        found[fields.id] = InternetGateway(fields.id, vpc, fields.place(), fields.resource.exists)
    return found


def _attachments(sources: Sources) -> dict[Id, Link]:
    """Internet gateways with the VPC that a separate resource attaches each to."""
    found = ((fields.link(terms["gateway"], INTERNET_GATEWAY), fields.link(terms["vpc"], VPC)) for fields, terms in sources.of(GATEWAY_ATTACHMENT))
    return {gateway: vpc for gateway, vpc in found if isinstance(gateway, str)}


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
        addresses=_addresses(fields, terms),
    )


def _addresses(fields: Fields, terms: Terms) -> tuple[str | Ref, ...]:
    """Its public address: of a zonal one without further addresses, the one that its allocation is."""
    if any(fields.value(path) not in (None, ()) for path in _MORE_ADDRESSES):
        return ()
    allocation = fields.value(terms["allocation"])
    eip = fields.naming.declared(allocation.address) if isinstance(allocation, Ref) else None
    named = [Ref(fields.id, "public_ip"), *(Ref(fields.naming.name(eip.address), name) for name in _ADDRESS_NAMES if eip is not None)]
    stated = (fields.values.get("public_ip"), eip.attributes.get("public_ip") if eip is not None else None)
    return (*(one for one in stated if isinstance(one, str) and _is_address(one)), *named)


def _is_address(text: str) -> bool:
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return True


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
    return {fields.id: _other_gateway(fields, terms) for fields, terms in sources.of(OTHER_GATEWAY)}


def _other_gateway(fields: Fields, terms: Terms) -> OtherGateway:
    return OtherGateway(
        id=fields.id,
        kind=fields.resource.type,
        vpc=fields.link(terms["vpc"], VPC),
        location=fields.place(terms.get("check", "")),
        exists=fields.resource.exists,
        checks=_checks(fields, terms),
    )


def _checks(fields: Fields, terms: Terms) -> bool:
    """Whether the source/destination check is on, as it is by default, and nothing shown here may switch it off.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/work-with-nat-instances.html
    """
    ours = "check" in terms and fields.resource.mode == "managed"
    return ours and fields.truth(terms["check"], default=True) is True and all(fields.value(path) in _NOTHING for path in _SWITCHES)


def firewalls(sources: Sources) -> dict[Id, Firewall]:
    """Network Firewalls, and further endpoints of theirs."""
    return {fields.id: _firewall(fields, terms, sources) for fields, terms in sources.of(FIREWALL)}


def _firewall(fields: Fields, terms: Terms, sources: Sources) -> Firewall:
    lists, strict = inspection(fields, terms, sources)
    return Firewall(fields.id, fields.link(terms["vpc"], VPC), _mapped(fields, terms), fields.place(), fields.resource.exists, lists, strict)


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

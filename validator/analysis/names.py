"""What the name of an S3 host resolves to inside a VPC: public addresses, or an interface endpoint's (aws-facts B, rules 7, 8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from validator.analysis.access import Hop, Host
from validator.analysis.covering import ServiceAddresses
from validator.analysis.domain_rules import ruling
from validator.analysis.estate import Estate, equal
from validator.analysis.zones import Shadow, forwarded, shadow
from validator.dynamodb import service_of_host
from validator.model.gateways import Endpoint, EndpointType
from validator.model.network import Vpc
from validator.regions import HostForm, S3Host, is_answered, parse_s3_host
from validator.values import Cause, Truth, Unknown, all_of, any_of, negate, unknown

_EXPRESS = frozenset({HostForm.EXPRESS, HostForm.EXPRESS_CONTROL})
# Whose addresses may or may not be in the prefix list of S3.
_UNDOCUMENTED = frozenset({HostForm.CONTROL, HostForm.WEBSITE, HostForm.OBJECT_LAMBDA, HostForm.OUTPOSTS})
# Forms of names that private DNS of an S3 interface endpoint answers (aws-facts B4, B5); dual-stack ones only if the endpoint is (B11).
_ANSWERED = frozenset({HostForm.REGIONAL, HostForm.ACCESS_POINT, HostForm.CONTROL})
_MULTI_REGION_SERVICE = "s3-global.accesspoint"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a name resolves to. ``resolves``: to anything at all; ``hop``: who says so, where it is not the public name servers.

    ``endpoint``: the interface endpoint that ``by_endpoint`` speaks of. ``private``: it leads to no public address in any case.
    """

    resolves: Truth
    by_endpoint: Truth
    endpoint: Endpoint | None
    hop: Hop | None = None
    private: bool = False


def addresses_of(host: Host, version: int = 4) -> ServiceAddresses:
    """The public addresses that answer ``host``, by the prefix list that they are in (aws-facts A17, C.3.6)."""
    if (service := service_of_host(host.name)) is not None:
        return ServiceAddresses(service, host.region)
    read = parse_s3_host(host.name)
    form = read.form if read is not None else HostForm.REGIONAL
    if form in _EXPRESS:
        return ServiceAddresses("s3express", host.region, version)
    if form in _UNDOCUMENTED:
        return ServiceAddresses(unknown("is not documented to be in a prefix list", host.name), host.region, version)
    return ServiceAddresses("s3", host.region, version)


def is_dualstack(host: Host) -> bool:
    """Whether the name has IPv6 addresses too."""
    read = parse_s3_host(host.name)
    return read is not None and (read.form is HostForm.DUALSTACK or ".dualstack." in host.name)


def resolve(estate: Estate, vpc: Vpc, host: Host) -> Answer:
    """How ``host`` resolves for an interface in ``vpc``."""
    answer = _answered(estate, vpc, host)
    if not estate.topology.domain_rules or answer.resolves is False:
        return answer
    name = host.name.lower()
    # What private DNS answers with are addresses; a record of somebody's zone may be an alias.
    aliased = answer.by_endpoint is not True or answer.hop is not None
    found = ruling(estate, vpc, name, dualstack=is_dualstack(host), aliased=aliased)
    if found.blocked is True:
        return replace(answer, resolves=False, hop=found.hop(name))
    return replace(answer, resolves=all_of((answer.resolves, negate(found.blocked))))


def _answered(estate: Estate, vpc: Vpc, host: Host) -> Answer:
    """How ``host`` resolves where nothing filters names."""
    read = parse_s3_host(host.name)
    public = _publicly(estate, vpc, host, read)
    found = shadow(estate, vpc, host.name.lower())
    if found is None or (isinstance(found, Shadow) and _is_longer(read, public, found)):
        return public
    asked = _asked(estate, vpc, host)
    if isinstance(found, Unknown) or isinstance(asked, Unknown):
        doubt = Unknown((*_causes(found), *_causes(asked)))
        return replace(public, resolves=all_of((public.resolves, doubt)), by_endpoint=doubt)
    if found.endpoint is None:
        return Answer(False, False, None, found.hop)
    if isinstance(found.endpoint, Unknown):
        return Answer(vpc.dns_support, Unknown(found.endpoint.causes), public.endpoint, found.hop, private=True)
    endpoint = estate.topology.endpoints.get(found.endpoint)
    leads: Truth = True if endpoint is not None else unknown("is outside the input, and so is where it is", found.endpoint)
    return Answer(vpc.dns_support, leads, endpoint, found.hop, private=True)


def _is_longer(read: S3Host | None, public: Answer, found: Shadow) -> bool:
    """Whether the zone that an endpoint's private DNS makes is longer than ``found``, and so is the one that is asked."""
    return public.by_endpoint is True and read is not None and len(found.zone) < len(f"s3.{read.region}.amazonaws.com")


def _asked(estate: Estate, vpc: Vpc, host: Host) -> Truth:
    """Whether Amazon's resolver answers by itself: another one, or one that a rule forwards to, may say anything (decision rule 7)."""
    if vpc.custom_resolver is not False:
        return unknown("resolves names by a DNS server of its own, which is not in the input", vpc.id, vpc.location)
    match forwarded(estate, vpc, host.name.lower()):
        case True:
            return unknown("forwards the name to DNS servers that are not in the input", vpc.id, vpc.location)
        case False:
            return True
        case Unknown() as open_one:
            return open_one


def _publicly(estate: Estate, vpc: Vpc, host: Host, read: S3Host | None) -> Answer:
    """How ``host`` resolves without private zones that somebody made."""
    near = (*estate.interface_endpoints.possible(vpc.id), *_by_profiles(estate, vpc))
    candidates = [(endpoint, all_of((named, answers(endpoint, vpc, host)))) for endpoint, named in near]
    answering = next((endpoint for endpoint, truth in candidates if truth is True), None)
    perhaps = next((endpoint for endpoint, truth in candidates if truth is not False), None)
    by_endpoint = any_of((*(truth for _, truth in candidates), _outside(vpc, host)))
    own_name = read is not None and read.form is HostForm.ENDPOINT
    asked = _asked(estate, vpc, host)
    if isinstance(asked, Unknown) and not own_name and (by_endpoint is not False or any(_is_s3(one) for one, _ in near)):
        # Another name server may know private DNS, or say what it would.
        by_endpoint = Unknown((*_causes(by_endpoint), *asked.causes))
    return Answer(_resolves(vpc, asked, read), by_endpoint, answering or perhaps, _nobody(vpc, read), own_name)


def _by_profiles(estate: Estate, vpc: Vpc) -> Iterator[tuple[Endpoint, Truth]]:
    """The endpoints of other VPCs whose private DNS a profile brings to ``vpc``, or may."""
    for endpoint in estate.endpoints_of_profiles:
        truth = any_of(equal(link, vpc.id) for link in endpoint.names_in)
        if truth is not False:
            yield endpoint, truth


def _resolves(vpc: Vpc, asked: Truth, read: S3Host | None) -> Truth:
    """Whether the name has an answer: Amazon's resolver needs DNS support (aws-facts A10)."""
    if vpc.custom_resolver is False and vpc.dns_support is False:
        return False
    answered = is_answered(read) if read is not None else True
    known = unknown("may be the name of no host", read.name) if answered is None and read is not None else answered is not False
    return all_of((asked, vpc.dns_support if vpc.custom_resolver is False else True, known))


def _nobody(vpc: Vpc, read: S3Host | None) -> Hop | None:
    """Why a name does not resolve, where the public name servers do not know it."""
    if read is None or is_answered(read) is not False:
        return None
    return Hop("nothing", vpc.id, f"there is no host {read.name}: it does not resolve", vpc.location)


def _is_s3(endpoint: Endpoint) -> bool:
    """Whether it may be an interface endpoint of S3's."""
    interface = isinstance(endpoint.type, Unknown) or endpoint.type is EndpointType.INTERFACE
    return endpoint.exists is not False and interface and equal(endpoint.service, "s3") is not False


def _causes(value: object) -> tuple[Cause, ...]:
    return value.causes if isinstance(value, Unknown) else ()


def _outside(vpc: Vpc, host: Host) -> Truth:
    """Whether an endpoint that no input shows may answer: in a VPC that the inputs do not create, for names that one can answer."""
    if vpc.closed or not _answerable(host):
        return False
    return unknown("is outside the input, and may have an interface endpoint that answers S3's names", vpc.id, vpc.location)


def _answerable(host: Host) -> bool:
    if service_of_host(host.name) is not None:
        return True
    read = parse_s3_host(host.name)
    return read is not None and read.form in _ANSWERED | {HostForm.DUALSTACK, HostForm.MULTI_REGION, HostForm.ENDPOINT}


def answers(endpoint: Endpoint, vpc: Vpc, host: Host) -> Truth:
    """Whether ``endpoint``'s private DNS, or its own name, answers ``host`` inside ``vpc``."""
    if (service := service_of_host(host.name)) is not None:
        return _answers_tables(endpoint, service, host)
    read = parse_s3_host(host.name)
    if read is None:
        return False
    interface = Unknown(endpoint.type.causes) if isinstance(endpoint.type, Unknown) else endpoint.type is EndpointType.INTERFACE
    there = all_of((endpoint.exists, interface))
    is_s3 = all_of((there, equal(endpoint.service, "s3"), equal(endpoint.service_region, host.region)))
    match read.form:
        case HostForm.ENDPOINT:
            return is_s3
        case HostForm.MULTI_REGION:
            # Only this endpoint reaches multi-Region access points (aws-facts B16).
            switches = (endpoint.private_dns, vpc.dns_support, vpc.dns_hostnames)
            return all_of((there, equal(endpoint.service, _MULTI_REGION_SERVICE), *switches))
        case HostForm.DUALSTACK:
            return all_of((is_s3, equal(endpoint.ip_address_type, "dualstack"), _private_dns(endpoint, vpc)))
        case form if form in _ANSWERED:
            return all_of((is_s3, _private_dns(endpoint, vpc)))
        case _:
            return False


def _answers_tables(endpoint: Endpoint, service: str, host: Host) -> Truth:
    """Interface endpoints of DynamoDB came without private DNS; whether one that asks for it answers is not documented in one place."""
    interface = Unknown(endpoint.type.causes) if isinstance(endpoint.type, Unknown) else endpoint.type is EndpointType.INTERFACE
    undocumented = unknown("has private DNS, which DynamoDB's endpoints have not always had", endpoint.id, endpoint.location)
    asked = all_of((endpoint.private_dns, undocumented))
    return all_of((endpoint.exists, interface, equal(endpoint.service, service), equal(endpoint.service_region, host.region), asked))


def _private_dns(endpoint: Endpoint, vpc: Vpc) -> Truth:
    """Whether names are answered for clients in the VPC, not only for those behind an inbound resolver endpoint."""
    return all_of((endpoint.private_dns, vpc.dns_support, vpc.dns_hostnames, negate(_inbound_only(endpoint))))


def _inbound_only(endpoint: Endpoint) -> Truth:
    """The setting, or what AWS makes of it where it is not specified: on (aws-facts B7); undocumented across Regions (B14)."""
    if endpoint.inbound_only is not None:
        return endpoint.inbound_only
    if endpoint.cross_region is False:
        return True
    return unknown("does not say whether its private DNS is for inbound resolvers only", endpoint.id, endpoint.location)

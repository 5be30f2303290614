"""What the name of an S3 host resolves to inside a VPC: public addresses, or an interface endpoint's (aws-facts B, rules 7, 8)."""

from __future__ import annotations

from dataclasses import dataclass

from validator.analysis.access import Host
from validator.analysis.covering import ServiceAddresses
from validator.analysis.estate import Estate, equal
from validator.model.gateways import Endpoint, EndpointType
from validator.model.network import Vpc
from validator.regions import HostForm, parse_s3_host
from validator.values import Truth, Unknown, all_of, any_of, negate, unknown

# Forms of names that private DNS of an S3 interface endpoint answers (aws-facts B4, B5); dual-stack ones only if the endpoint is (B11).
_EXPRESS = frozenset({HostForm.EXPRESS, HostForm.EXPRESS_CONTROL})
# Whose addresses may or may not be in the prefix list of S3.
_UNDOCUMENTED = frozenset({HostForm.CONTROL, HostForm.WEBSITE, HostForm.OBJECT_LAMBDA, HostForm.OUTPOSTS})
_ANSWERED = frozenset({HostForm.REGIONAL, HostForm.ACCESS_POINT, HostForm.CONTROL})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a name resolves to. ``resolves``: to anything at all. ``endpoint``: the interface endpoint that ``by_endpoint`` speaks of."""

    resolves: Truth
    by_endpoint: Truth
    endpoint: Endpoint | None


def addresses_of(host: Host) -> ServiceAddresses:
    """The public addresses that answer ``host``, by the prefix list that they are in (aws-facts A17, C.3.6)."""
    read = parse_s3_host(host.name)
    form = read.form if read is not None else HostForm.REGIONAL
    if form in _EXPRESS:
        return ServiceAddresses("s3express", host.region)
    if form in _UNDOCUMENTED:
        return ServiceAddresses(unknown("is not documented to be in a prefix list", host.name), host.region)
    return ServiceAddresses("s3", host.region)


def resolve(estate: Estate, vpc: Vpc, host: Host) -> Answer:
    """How ``host`` resolves for an interface in ``vpc``."""
    resolves = _resolves(vpc)
    candidates = [(endpoint, all_of((named, answers(endpoint, vpc, host)))) for endpoint, named in estate.interface_endpoints.possible(vpc.id)]
    answering = next((endpoint for endpoint, truth in candidates if truth is True), None)
    perhaps = next((endpoint for endpoint, truth in candidates if truth is not False), None)
    return Answer(resolves, any_of((*(truth for _, truth in candidates), _outside(vpc, host))), answering or perhaps)


def _resolves(vpc: Vpc) -> Truth:
    """Whether S3's names resolve: Amazon's resolver needs DNS support; another resolver is outside the input (decision rule 7)."""
    if vpc.custom_resolver is False:
        return vpc.dns_support
    return unknown("resolves names by a DNS server of its own, which is not in the input", vpc.id, vpc.location)


def _outside(vpc: Vpc, host: Host) -> Truth:
    """Whether an endpoint that no input shows may answer: in a VPC that the inputs do not create, for names that one can answer."""
    if vpc.closed or not _answerable(host):
        return False
    return unknown("is outside the input, and may have an interface endpoint that answers S3's names", vpc.id, vpc.location)


def _answerable(host: Host) -> bool:
    read = parse_s3_host(host.name)
    return read is not None and read.form in _ANSWERED | {HostForm.DUALSTACK}


def answers(endpoint: Endpoint, vpc: Vpc, host: Host) -> Truth:
    """Whether ``endpoint``'s private DNS, or its own name, answers ``host`` inside ``vpc``."""
    read = parse_s3_host(host.name)
    if read is None:
        return False
    interface = Unknown(endpoint.type.causes) if isinstance(endpoint.type, Unknown) else endpoint.type is EndpointType.INTERFACE
    is_s3 = all_of((endpoint.exists, interface, equal(endpoint.service, "s3"), equal(endpoint.service_region, host.region)))
    match read.form:
        case HostForm.ENDPOINT:
            return is_s3
        case HostForm.DUALSTACK:
            return all_of((is_s3, equal(endpoint.ip_address_type, "dualstack"), _private_dns(endpoint, vpc)))
        case form if form in _ANSWERED:
            return all_of((is_s3, _private_dns(endpoint, vpc)))
        case _:
            return False


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

"""The way of one request from a placement to one host, hop by hop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from validator.analysis.access import Disposition, Hop, Host, Path, Position
from validator.analysis.covering import IPV6
from validator.analysis.estate import Estate, equal
from validator.analysis.exposure import exposed
from validator.analysis.filtering import Filters
from validator.analysis.interconnection import between_vpcs
from validator.analysis.names import Answer, addresses_of, is_dualstack, resolve
from validator.analysis.positions import effective_table
from validator.analysis.routing import Router
from validator.analysis.steps import Origin, Step, combine, doubted, undecided
from validator.model.network import Subnet, Vpc
from validator.values import Cause, Unknown, negate

_ELSEWHERE = "a Region that nothing in the input names"


def path(estate: Estate, router: Router, filters: Filters, origin: Origin, host: Host) -> Path:
    """How a request of ``origin`` to ``host`` travels and ends, as far as the network decides it."""
    candidates = _candidates(estate, router, filters, origin, host)
    step = combine([step for _, step in candidates], host.region.causes if isinstance(host.region, Unknown) else ())
    hops = (*_start(estate, origin), *step.hops)
    if step.disposition.delivered:
        service = addresses_of(host)
        hops = (*hops, Hop("s3", host.name, str(service) if isinstance(host.region, str) else service.name, None))
    other = True if host.region is None else negate(equal(host.region, origin.position.region))
    several = tuple((region, one.disposition) for region, one in candidates) if len(candidates) > 1 else ()
    return Path(host, step.disposition, hops, step.causes, other, step.carrier, several, step.way, step.doubt, step.missing)


def _candidates(estate: Estate, router: Router, filters: Filters, origin: Origin, host: Host) -> list[tuple[str, Step]]:
    """Where the request goes for every Region that the host's addresses may be of."""
    if host.region is None or isinstance(host.region, str) or host.region.symbol is not None:
        return [("", _named(estate, router, filters, origin, host))]
    regions = [str(region) for region in host.region.among or _all_regions(estate, origin)]
    return [(region, _named(estate, router, filters, origin, replace(host, region=region))) for region in regions]


def _all_regions(estate: Estate, origin: Origin) -> list[str]:
    """Stand-ins for every Region: those that endpoints or the position name, and one that nothing names."""
    named = {endpoint.service_region for endpoint in estate.topology.endpoints.values()} | {origin.position.region}
    return [*sorted(region for region in named if isinstance(region, str)), _ELSEWHERE]


def _named(estate: Estate, router: Router, filters: Filters, origin: Origin, host: Host) -> Step:
    """Follow what the host's name, or the other name that it may be, resolves to."""
    if host.perhaps is not None:
        both = [_named(estate, router, filters, origin, replace(host, name=name, perhaps=None)) for name in (host.name, host.perhaps)]
        return combine(both, (Cause("decides by its version which name it calls", f"{host.name} or {host.perhaps}"),))
    position = origin.position
    vpc = estate.topology.vpcs.get(position.vpc) if isinstance(position.vpc, str) else None
    if vpc is None:
        return undecided(*(position.causes or (Cause("names no VPC that is in the input", _name(position)),)))
    answer = resolve(estate, vpc, host)
    if answer.resolves is False:
        hop = answer.hop or Hop("nothing", vpc.id, "no resolver answers in this VPC: its DNS support is off", vpc.dns_location or vpc.location)
        return Step(Disposition.DNS_UNRESOLVED, (hop,), (), vpc.id)
    steps: list[Step] = []
    if answer.by_endpoint is not False:
        steps.append(filters.applied(origin, host, _by_endpoint(estate, vpc, origin, answer), answer.endpoint))
    if answer.by_endpoint is not True:
        steps += _to_addresses(estate, router, filters, origin, host) if not answer.private else [_elsewhere(host)]
    step = combine(steps, answer.by_endpoint.causes if isinstance(answer.by_endpoint, Unknown) else ())
    if isinstance(answer.resolves, Unknown):
        return doubted(step, Disposition.DNS_UNRESOLVED, answer.resolves.causes)
    return step


def _to_addresses(estate: Estate, router: Router, filters: Filters, origin: Origin, host: Host) -> list[Step]:
    """By the route table to the public addresses: IPv4, and IPv6 where both ends have such."""
    position = origin.position
    subnet = estate.topology.subnets.get(position.subnet) if isinstance(position.subnet, str) else None
    only6, has6 = (subnet.ipv6_only, subnet.ipv6) if subnet is not None else (False, False)
    steps: list[Step] = []
    if only6 is not True:
        steps.append(filters.applied(origin, host, router.step(position.route_table, addresses_of(host), public=origin.public)))
    if is_dualstack(host):
        if has6 is not False or only6 is not False:
            steps.append(_by_ipv6(estate, router, filters, origin, host))
    elif only6 is not False and subnet is not None:
        steps.append(_without_ipv4(subnet, host))
    doubt = _doubt_of_family(steps, host)
    return [combine(steps, doubt)] if len(steps) > 1 else steps


def _by_ipv6(estate: Estate, router: Router, filters: Filters, origin: Origin, host: Host) -> Step:
    """By IPv6, which clients prefer: an IPv4 endpoint does not see it (aws-facts A14, A15)."""
    position = origin.position
    assert isinstance(position.subnet, str)
    public = exposed(estate, position.subnet, position.vpc, direct=False)
    step = router.step(position.route_table, addresses_of(host, IPV6), public=public)
    return filters.applied(origin, host, step, version=IPV6)


def _without_ipv4(subnet: Subnet, host: Host) -> Step:
    """From a subnet without IPv4 to a name without IPv6 addresses (aws-facts G5)."""
    if subnet.dns64 is not False:
        return undecided(Cause("may make up IPv6 addresses for names without, and a NAT gateway may translate them", subnet.id, subnet.location))
    why = f"{subnet.id} has IPv6 addresses only, and {host.name} has none"
    return Step(Disposition.NO_ROUTE, (Hop("nothing", subnet.id, why, subnet.location),))


def _doubt_of_family(steps: Sequence[Step], host: Host) -> tuple[Cause, ...]:
    return (Cause("may be called by IPv4 or by IPv6", host.name),) if len(steps) > 1 else ()


def _by_endpoint(estate: Estate, vpc: Vpc, origin: Origin, answer: Answer) -> Step:
    endpoint = answer.endpoint
    why = "the name resolves to the interface endpoint's private addresses"
    hop = Hop("vpc-endpoint", endpoint.id if endpoint else None, why, endpoint.location if endpoint else None)
    hops = (hop,) if answer.hop is None else (answer.hop, hop)
    step = Step(Disposition.VIA_INTERFACE_ENDPOINT, hops, (), endpoint.id if endpoint else None)
    if endpoint is None or endpoint.vpc == vpc.id:
        return step
    if isinstance(endpoint.vpc, Unknown):
        # What private DNS may answer is asked of an endpoint that is in this VPC, if it is one at all.
        return undecided(*endpoint.vpc.causes) if answer.private else step
    return between_vpcs(estate, origin, endpoint, step)


def _elsewhere(host: Host) -> Step:
    """The name of an endpoint that is not in the VPC: a private address, wherever that is."""
    return undecided(Cause("leads to an endpoint that is not in this VPC", host.name))


def _start(estate: Estate, origin: Origin) -> tuple[Hop, ...]:
    """The workload, the subnet and the route table, with the reason why it is that one."""
    workload, position = origin.workload, origin.position
    start = Hop("workload", workload.id, workload.kind, workload.location)
    if not isinstance(position.subnet, str):
        return (start,)
    choice = effective_table(estate, position.subnet)
    subnet = estate.topology.subnets.get(position.subnet)
    return (
        start,
        Hop("subnet", position.subnet, f"{position.tier.value} placement", subnet.location if subnet else None),
        Hop("route-table", choice.table if isinstance(choice.table, str) else None, choice.why, choice.location),
    )


def _name(position: Position) -> str:
    return position.subnet if isinstance(position.subnet, str) else "the subnet"

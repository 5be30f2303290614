"""The way of one request from a placement to one host, hop by hop."""

from __future__ import annotations

from dataclasses import replace

from validator.analysis.access import Disposition, Hop, Host, Path, Position
from validator.analysis.estate import Estate, equal
from validator.analysis.filtering import Filters
from validator.analysis.names import addresses_of, resolve
from validator.analysis.positions import effective_table
from validator.analysis.routing import Router
from validator.analysis.steps import Origin, Step, combine, doubted, undecided
from validator.model.gateways import Endpoint
from validator.model.network import Vpc
from validator.values import Cause, Unknown, negate

_ELSEWHERE = "a Region that nothing in the input names"


def path(estate: Estate, router: Router, filters: Filters, origin: Origin, host: Host) -> Path:
    """How a request of ``origin`` to ``host`` travels and ends, as far as the network decides it."""
    candidates = _candidates(estate, router, filters, origin, host)
    step = combine([step for _, step in candidates], host.region.causes if isinstance(host.region, Unknown) else ())
    hops = (*_start(estate, origin), *step.hops)
    if step.disposition.delivered:
        hops = (*hops, Hop("s3", host.name, f"S3 in {host.region}" if isinstance(host.region, str) else "S3", None))
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
        return _without_dns(vpc)
    steps: list[Step] = []
    if answer.by_endpoint is not False:
        steps.append(filters.applied(origin, host, _by_endpoint(answer.endpoint), answer.endpoint))
    if answer.by_endpoint is not True:
        steps.append(filters.applied(origin, host, _routed(router, origin, host)))
    step = combine(steps, answer.by_endpoint.causes if isinstance(answer.by_endpoint, Unknown) else ())
    if isinstance(answer.resolves, Unknown):
        return doubted(step, Disposition.DNS_UNRESOLVED, answer.resolves.causes)
    return step


def _routed(router: Router, origin: Origin, host: Host) -> Step:
    return router.step(origin.position.route_table, addresses_of(host), public=origin.public)


def _by_endpoint(endpoint: Endpoint | None) -> Step:
    hop = Hop(
        "vpc-endpoint",
        endpoint.id if endpoint else None,
        "the name resolves to the interface endpoint's private addresses",
        endpoint.location if endpoint else None,
    )
    return Step(Disposition.VIA_INTERFACE_ENDPOINT, (hop,), (), endpoint.id if endpoint else None)


def _without_dns(vpc: Vpc) -> Step:
    return Step(Disposition.DNS_UNRESOLVED, (Hop("nothing", vpc.id, "no resolver answers in this VPC", vpc.location),), (), vpc.id)


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

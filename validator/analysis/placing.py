"""Where a workload's interfaces are: subnet, table, VPC, and the tier that their default route and addresses make."""

from __future__ import annotations

from dataclasses import dataclass

from validator.analysis.access import Disposition, Position, Tier
from validator.analysis.estate import Estate
from validator.analysis.exposure import exposed
from validator.analysis.positions import effective_table
from validator.analysis.routing import Router
from validator.analysis.steps import Origin
from validator.model.network import Id, Link
from validator.model.workloads import Placement, Workload
from validator.values import Cause, Truth, Unknown, all_of, unknown


@dataclass(frozen=True, slots=True)
class _Spot:
    """A subnet's own facts, whoever runs in it."""

    table: Link
    vpc: Link
    region: str | Unknown
    causes: tuple[Cause, ...]


def origins(estate: Estate, router: Router, workload: Workload) -> tuple[Origin, ...]:
    """One per subnet that the workload's interfaces may be in; a single one of unknown position where no subnet is known."""
    if isinstance(workload.placements, Unknown):
        return _among(estate, router, workload, workload.placements, None)
    return tuple(origin for placement in workload.placements for origin in _of_placement(estate, router, workload, placement))


def _of_placement(estate: Estate, router: Router, workload: Workload, placement: Placement) -> tuple[Origin, ...]:
    if isinstance(placement.subnet, str):
        return (_origin(estate, router, workload, placement, placement.subnet),)
    link = placement.subnet if placement.subnet is not None else unknown("names no subnet", workload.id, placement.location)
    return _among(estate, router, workload, link, placement)


def _among(estate: Estate, router: Router, workload: Workload, link: Unknown, placement: Placement | None) -> tuple[Origin, ...]:
    """One origin of unknown subnet; its table is among those of the subnets that it may be in."""
    if not link.among:
        position = Position(placement, link, link, link, workload.region, Tier.UNKNOWN, link.causes)
        return (Origin(workload, position, Unknown(link.causes)),)
    spots = [_spot(estate, str(subnet)) for subnet in link.among]
    table = _shared([spot.table for spot in spots], link)
    vpc = _shared([spot.vpc for spot in spots], link)
    public = _shared_truth([_public(estate, placement, str(subnet)) for subnet in link.among], link)
    causes = (*link.causes, *(cause for spot in spots for cause in spot.causes))
    position = Position(placement, link, table, vpc, spots[0].region, tier_of(router, table, public), causes)
    return (Origin(workload, position, public),)


def _origin(estate: Estate, router: Router, workload: Workload, placement: Placement, subnet: Id) -> Origin:
    spot = _spot(estate, subnet)
    public = _public(estate, placement, subnet)
    region = workload.region if isinstance(spot.region, Unknown) else spot.region
    position = Position(placement, subnet, spot.table, spot.vpc, region, tier_of(router, spot.table, public), spot.causes)
    return Origin(workload, position, public)


def _spot(estate: Estate, subnet: Id) -> _Spot:
    entity = estate.topology.subnets.get(subnet)
    table = effective_table(estate, subnet).table
    vpc = entity.vpc if entity else unknown("is outside the input, and so is its VPC", subnet)
    region = entity.region if entity else unknown("is outside the input", subnet)
    causes = tuple(cause for link in (table, vpc) if isinstance(link, Unknown) for cause in link.causes)
    return _Spot(table, vpc, region, causes)


def _public(estate: Estate, placement: Placement | None, subnet: Id) -> Truth:
    """Whether an Internet gateway lets the interface through: it has a public address, and nothing blocks the subnet (aws-facts G1, G2, G11)."""
    entity = estate.topology.subnets.get(subnet)
    if placement is not None and placement.public_address is not None:
        address = placement.public_address
    else:
        address = entity.public_addresses if entity else unknown("is outside the input, and may give public addresses", subnet)
    return all_of((address, exposed(estate, subnet, entity.vpc if entity else None, direct=True)))


def tier_of(router: Router, table: Link, public: Truth) -> Tier:
    """The tier by where the default route leads (the contract's section 2); IPv4 only."""
    step = router.default_step(table, public=public)
    match step.disposition:
        case Disposition.VIA_INTERNET_GATEWAY:
            return Tier.PUBLIC
        case Disposition.NO_ROUTE:
            return Tier.ISOLATED
        case Disposition.UNKNOWN:
            # Where it leads may be open, as long as it is no direct way.
            return Tier.PRIVATE if router.leaves_indirectly(table) else Tier.UNKNOWN
        case _:
            return Tier.PRIVATE


def _shared(links: list[Link], between: Unknown) -> Link:
    first = links[0]
    if all(link == first for link in links):
        return first
    causes = (*between.causes, *(cause for link in links if isinstance(link, Unknown) for cause in link.causes))
    bounded = all(isinstance(link, str) for link in links)
    return Unknown(causes, tuple(str(link) for link in links) if bounded else None)


def _shared_truth(truths: list[Truth], between: Unknown) -> Truth:
    first = truths[0]
    return first if all(truth == first for truth in truths) else Unknown(between.causes)

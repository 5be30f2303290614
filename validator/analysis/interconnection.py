"""From one VPC to an interface endpoint in another, over a peering connection or a transit gateway (aws-facts B1, G8)."""

from __future__ import annotations

from ipaddress import IPv4Network, ip_network

from validator.analysis.access import Disposition, Hop
from validator.analysis.estate import Estate, equal
from validator.analysis.positions import effective_table
from validator.analysis.steps import Departure, Origin, Step, undecided
from validator.model.gateways import Endpoint
from validator.model.network import Cidr, Id, Link, Route, RouteTable, TargetKind
from validator.values import Cause, Truth, Unknown, all_of, any_of, unknown

_OPEN = unknown("may or may not tell the security groups of one VPC to the other", "what lies between the VPCs")
_CONNECTIONS = frozenset({TargetKind.PEERING, TargetKind.TRANSIT_GATEWAY, TargetKind.CORE_NETWORK})


def between_vpcs(estate: Estate, origin: Origin, endpoint: Endpoint, step: Step) -> Step:
    """``step`` to ``endpoint`` if the tables of both VPCs lead to each other; what lies between is taken to carry it."""
    there, here = _blocks(estate, endpoint.vpc), _blocks(estate, origin.position.vpc)
    subnets = endpoint.subnets if isinstance(endpoint.subnets, tuple) else ()
    if not there or not here or not subnets:
        return undecided(Cause("is in another VPC, and the way there is not settled", endpoint.id, endpoint.location))
    out = all_of(_leads(estate, origin.position.route_table, block) for block in there)
    back = all_of(_leads(estate, _table(estate, subnet), block) for subnet in subnets for block in here)
    match all_of((out, back)):
        case True:
            return step
        case False:
            why = f"no route leads to the VPC of {endpoint.id}" if out is False else f"no route leads back from the VPC of {endpoint.id}"
            return Step(Disposition.NO_ROUTE, (*step.hops, Hop("nothing", None, why, endpoint.location)), (), endpoint.id)
        case Unknown() as open_one:
            return undecided(*open_one.causes)


def knows_groups(estate: Estate, origin: Origin, endpoint: Endpoint) -> tuple[Truth, Truth]:
    """Whether rules of the one VPC know the groups of the other: rules that let out to ``endpoint``, and rules of its that let in.

    Over a peering connection inside a Region both do. Over a transit gateway only those that let in do, where it is told so, which it is
    not by default. Sources: VPC peering guide, "Update your security groups to reference peer security groups"; Transit Gateway guide,
    "Security group referencing".
    """
    near = equal(endpoint.region, origin.position.region)
    table = origin.position.route_table
    entity = estate.topology.route_tables.get(table) if isinstance(table, str) else None
    routes = [route for block in _blocks(estate, endpoint.vpc) for route in _longest(entity, block)] if entity is not None else []
    carried = [_carries_groups(estate, route) for route in routes] or [(_OPEN, _OPEN)]
    return all_of((near, *(out for out, _ in carried))), all_of((near, *(back for _, back in carried)))


def doors(estate: Estate, origin: Origin, endpoint: Endpoint) -> tuple[Departure | None, Departure | None]:
    """The attachments by which a request leaves its VPC and enters that of ``endpoint``; None where no transit gateway is on the way."""
    table = origin.position.route_table
    entity = estate.topology.route_tables.get(table) if isinstance(table, str) and endpoint.vpc != origin.position.vpc else None
    routes = [route for block in _blocks(estate, endpoint.vpc) for route in _longest(entity, block)] if entity is not None else []
    gateways = {route.target.entity for route in routes if route.target.kind is TargetKind.TRANSIT_GATEWAY}
    if not gateways:
        return None, None
    certain = len(gateways) == 1 and all(route.target.kind is TargetKind.TRANSIT_GATEWAY for route in routes)
    ends = [_door(estate, next(iter(gateways)), vpc) if certain else _some_door(vpc, endpoint) for vpc in (origin.position.vpc, endpoint.vpc)]
    return ends[0], ends[1]


def _door(estate: Estate, gateway: Link, vpc: Link) -> Departure | None:
    """The attachment of ``vpc``; where the input shows none, what it is asked for is not in the view."""
    found = [(one, all_of((one.exists, equal(one.gateway, gateway), equal(one.vpc, vpc)))) for one in estate.topology.transit_attachments.values()]
    possible = [(one, truth) for one, truth in found if truth is not False]
    if not possible:
        return None
    one, truth = possible[0]
    if len(possible) == 1 and truth is True:
        return Departure(one.subnets, vpc)
    return Departure(unknown("may be attached in several ways", str(vpc), one.location), vpc, certain=False)


def _some_door(vpc: Link, endpoint: Endpoint) -> Departure:
    return Departure(unknown("is reached in several ways", endpoint.id, endpoint.location), vpc, certain=False)


def _carries_groups(estate: Estate, route: Route) -> tuple[Truth, Truth]:
    match route.target.kind:
        case TargetKind.PEERING:
            return True, True
        case TargetKind.TRANSIT_GATEWAY:
            link = route.target.entity
            gateway = estate.topology.transit_gateways.get(link) if isinstance(link, str) else None
            return False, gateway.knows_groups if gateway is not None else _OPEN
    return _OPEN, _OPEN


def _table(estate: Estate, subnet: Link) -> Link:
    return effective_table(estate, subnet).table if isinstance(subnet, str) else unknown("is not known", "a subnet of the endpoint")


def _blocks(estate: Estate, vpc: Link) -> tuple[str, ...]:
    entity = estate.topology.vpcs.get(vpc) if isinstance(vpc, str) else None
    return tuple(one for one in entity.cidrs if isinstance(one, str)) if entity else ()


def _leads(estate: Estate, table: Link, block: str) -> Truth:
    """Whether a route of ``table`` takes what is for ``block`` to another VPC: the longest that holds it decides."""
    entity = estate.topology.route_tables.get(table) if isinstance(table, str) else None
    if entity is None or not entity.closed or any(one.table.may_be(entity.id) for one in estate.loose_routes):
        return unknown("may have a route to the other VPC", table if isinstance(table, str) else "the route table")
    for route in entity.routes:
        if not isinstance(route.destination, Cidr):
            return unknown("may be a route to the other VPC", route.address, route.location)
    return any_of(
        all_of((route.exists, Unknown(kind.causes) if isinstance(kind := route.target.kind, Unknown) else kind in _CONNECTIONS))
        for route in _longest(entity, block)
    )


def _longest(table: RouteTable, block: str) -> tuple[Route, ...]:
    """The routes whose blocks hold ``block`` and are the smallest that do."""
    holding = [
        (length, one) for one in table.routes if isinstance(one.destination, Cidr) and (length := _length(one.destination.block, block)) is not None
    ]
    longest = max((length for length, _ in holding), default=None)
    return tuple(one for length, one in holding if length == longest)


def _length(outer: Id, inner: str) -> int | None:
    """The prefix length of ``outer`` if it holds all of ``inner``."""
    network, wanted = ip_network(outer, strict=False), ip_network(inner, strict=False)
    if isinstance(network, IPv4Network) and isinstance(wanted, IPv4Network) and wanted.subnet_of(network):
        return network.prefixlen
    return None

"""From one VPC to an interface endpoint in another, over a peering connection or a transit gateway (aws-facts B1, G8)."""

from __future__ import annotations

from ipaddress import IPv4Network, ip_network

from validator.analysis.access import Disposition, Hop
from validator.analysis.estate import Estate
from validator.analysis.positions import effective_table
from validator.analysis.steps import Origin, Step, undecided
from validator.model.gateways import Endpoint
from validator.model.network import Cidr, Id, Link, TargetKind
from validator.values import Cause, Truth, Unknown, all_of, any_of, unknown

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
    longest, answers = -1, list[Truth]()
    for route in entity.routes:
        if not isinstance(route.destination, Cidr):
            return unknown("may be a route to the other VPC", route.address, route.location)
        length = _length(route.destination.block, block)
        if length is not None and length >= longest:
            kind = route.target.kind
            leads = Unknown(kind.causes) if isinstance(kind, Unknown) else kind in _CONNECTIONS
            answers = [*(answers if length == longest else []), all_of((route.exists, leads))]
            longest = length
    return any_of(answers)


def _length(outer: Id, inner: str) -> int | None:
    """The prefix length of ``outer`` if it holds all of ``inner``."""
    network, wanted = ip_network(outer, strict=False), ip_network(inner, strict=False)
    if isinstance(network, IPv4Network) and isinstance(wanted, IPv4Network) and wanted.subnet_of(network):
        return network.prefixlen
    return None

"""Transit gateways and core networks, followed from a VPC's attachment by the gateway's own route tables to an egress VPC (aws-facts A7, G7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from ipaddress import IPv4Network, ip_network
from types import MappingProxyType

from validator.analysis.access import Disposition, Hop
from validator.analysis.covering import IPV4, NEVER_PUBLIC, ServiceAddresses
from validator.analysis.estate import Estate, equal
from validator.analysis.positions import effective_table
from validator.analysis.steps import Crossing, Departure, Follow, Side, Step, combine, uncertain, undecided
from validator.model.network import Cidr, Id, Link, Route, RouteTable, TargetKind
from validator.model.transit import TransitAttachment, TransitGateway, TransitRoute, default_table_of
from validator.source import SourceLocation
from validator.values import Cause, Truth, Unknown, all_of, any_of, unknown

_MIDDLEBOXES = frozenset({TargetKind.ENDPOINT, TargetKind.NETWORK_INTERFACE, TargetKind.INSTANCE})
_OUTSIDE: Mapping[TargetKind, str] = MappingProxyType(
    {
        TargetKind.TRANSIT_GATEWAY: "leaves to a transit network; what lies behind it is not in the input",
        TargetKind.CORE_NETWORK: "leaves to a Cloud WAN; what lies behind it is not in the input",
    }
)
_NAMES: Mapping[TargetKind, str] = MappingProxyType({TargetKind.TRANSIT_GATEWAY: "the transit gateway", TargetKind.CORE_NETWORK: "the Cloud WAN"})


class Transit:
    """Follows the transit gateways of one estate."""

    def __init__(self, estate: Estate, follow: Follow) -> None:
        self._estate = estate
        self._topology = estate.topology
        self._follow = follow

    def step(self, table: RouteTable, kind: TargetKind, link: Link, place: SourceLocation, to: ServiceAddresses) -> Step:
        """Where a request goes that ``table`` sends to ``link``, a transit gateway or core network."""
        known = {one.id: one for one in self._topology.transit_gateways.values() if one.kind is kind}
        match link:
            case Unknown() if known and kind is TargetKind.TRANSIT_GATEWAY:
                among = link.among or tuple(known)
                return combine([self.step(table, kind, str(one), place, to) for one in among] + [_outside(kind, link, place)], link.causes)
            case str() if link in known and to.version == IPV4:
                return self._attached(known[link], table, place, to)
        return _outside(kind, link, place)

    def _attached(self, gateway: TransitGateway, table: RouteTable, place: SourceLocation, to: ServiceAddresses) -> Step:
        """From the VPC's attachment; where the input shows none, it does not show what lies behind the gateway either."""
        found = [
            (one, all_of((one.exists, equal(one.gateway, gateway.id), equal(one.vpc, table.vpc))))
            for one in self._topology.transit_attachments.values()
        ]
        possible = [(one, truth) for one, truth in found if truth is not False]
        if not possible:
            return _outside(gateway.kind, gateway.id, place)
        source, truth = possible[0]
        if len(possible) > 1 or isinstance(truth, Unknown):
            return undecided(Cause("may be attached in several ways", gateway.id, place))
        tables = list(self._tables_of(gateway, source))
        if not tables:
            return _dropped(gateway, f"the attachment is associated with no route table of {_NAMES[gateway.kind]}", source.location)
        if len(tables) > 1 or tables[0][1] is not True:
            return undecided(Cause("may be associated with several route tables", source.id, source.location))
        step = self._routed(gateway, tables[0][0], source, place, to)
        # What Cloud WAN's attachments make of a network ACL is not documented.
        departure = Departure(source.subnets, source.vpc, certain=gateway.kind is TargetKind.TRANSIT_GATEWAY)
        return replace(step, crossings=(departure, *step.crossings)) if step.disposition.delivered else step

    def _tables_of(self, gateway: TransitGateway, attachment: TransitAttachment) -> Iterator[tuple[Id, Truth]]:
        """The gateway's route tables that ``attachment`` may be associated with."""
        explicit = False
        for one in self._topology.transit_associations:
            named = all_of((one.exists, equal(one.attachment, attachment.id)))
            if named is not False:
                explicit = explicit or named is True
                yield str(one.table), True if named is True and isinstance(one.table, str) else unknown("may be its table", one.address, one.location)
        if not explicit:
            default = all_of((gateway.default_association, attachment.default_association))
            if default is not False:
                yield default_table_of(gateway.id), default

    def _routed(self, gateway: TransitGateway, table: Id, source: TransitAttachment, place: SourceLocation, to: ServiceAddresses) -> Step:
        routes = [one for one in self._topology.transit_routes if one.exists is not False and _is_of(one, table)]
        public = [one for one in routes if _may_be_public(one)]
        defaults = [one for one in public if one.destination == Cidr("0.0.0.0/0")]
        if len(public) != len(defaults) or len(defaults) > 1 or any(one.exists is not True or one.table != table for one in defaults):
            return undecided(Cause("has routes that are not settled", table, place))
        if not defaults:
            return self._without_default(gateway, table, place)
        return self._led(gateway, defaults[0], source, place, to)

    def _without_default(self, gateway: TransitGateway, table: Id, place: SourceLocation) -> Step:
        """No static default route. A VPN or Direct Connect may propagate one where the input does not show all that is attached."""
        learned = [one for one in self._topology.transit_propagations if one.exists is not False and one.table == table]
        vpcs = [one for one in learned if isinstance(one.attachment, str) and one.attachment in self._topology.transit_attachments]
        if table not in self._topology.transit_tables or len(vpcs) != len(learned):
            return _outside(gateway.kind, gateway.id, place)
        if any(one.exists is not True for one in learned):
            return undecided(Cause("has propagations that are not settled", table, place))
        return _dropped(gateway, f"{_NAMES[gateway.kind]}'s route table {table} has no route to the Internet", place)

    def _led(self, gateway: TransitGateway, route: TransitRoute, source: TransitAttachment, place: SourceLocation, to: ServiceAddresses) -> Step:
        match route.blackhole:
            case Unknown() as open_one:
                return undecided(*open_one.causes)
            case True:
                return _dropped(gateway, f"{_NAMES[gateway.kind]}'s route table drops it", route.location)
        if isinstance(route.attachment, Unknown):
            return undecided(*route.attachment.causes)
        target = self._topology.transit_attachments.get(route.attachment) if isinstance(route.attachment, str) else None
        if target is None:
            return _outside(gateway.kind, gateway.id, place)
        if isinstance(target.subnets, Unknown) or not target.subnets:
            return undecided(Cause("is in subnets that are not known", target.id, target.location))
        behind = combine([self._in_egress_vpc(subnet, gateway, source, to) for subnet in target.subnets], ())
        if behind.disposition is Disposition.UNKNOWN:
            return undecided(*behind.causes)
        back = self._way_back(gateway, target, source)
        if isinstance(back, Unknown):
            return undecided(*back.causes)
        towards = target.vpc if isinstance(target.vpc, str) else "another VPC"
        hop = _hop(gateway.kind, gateway.id, f"its route table leads to {towards}", route.location)
        if behind.disposition.delivered and back:
            certain = gateway.kind is TargetKind.TRANSIT_GATEWAY
            crossings = behind.crossings if certain else uncertain(behind.crossings)
            return Step(Disposition.VIA_TRANSIT_GATEWAY, (hop, *behind.hops), (), gateway.id, crossings=crossings)
        nothing = Hop("nothing", None, f"{_NAMES[gateway.kind]} has no route back to {source.vpc}", gateway.location)
        hops = behind.hops if not behind.disposition.delivered else (nothing,)
        return Step(Disposition.BLACKHOLE, (hop, *hops), (), gateway.id)

    def _in_egress_vpc(self, subnet: Link, through: TransitGateway, source: TransitAttachment, to: ServiceAddresses) -> Step:
        """The way out of the VPC that the gateway leads to. Its gateway endpoint is not for others (aws-facts A7)."""
        if not isinstance(subnet, str):
            return undecided(Cause("is not known", "the subnet of a transit gateway's attachment"))
        table = effective_table(self._estate, subnet).table
        step = self._follow(table, to, public=False)
        if step.disposition is Disposition.VIA_GATEWAY_ENDPOINT:
            return undecided(Cause("sends what comes from a transit gateway to a gateway endpoint, which is not documented", str(table)))
        step = self._nat_knows_the_way_back(step, through, source)
        # Transit gateway guide, "Network ACLs for transit gateways": asked for what goes on and what comes back, not for the gateway's side.
        arrival = Crossing(subnet, translates=False, sides=frozenset({Side.REQUEST_OUT, Side.REPLY_IN}))
        return replace(step, crossings=(arrival, *step.crossings)) if step.disposition.delivered else step

    def _nat_knows_the_way_back(self, step: Step, through: TransitGateway, source: TransitAttachment) -> Step:
        """Replies leave the NAT gateway by its subnet's table, which needs a route to the VPC that asked."""
        gateway = self._topology.nat_gateways.get(step.carrier) if isinstance(step.carrier, str) else None
        if step.disposition is not Disposition.VIA_NAT_GATEWAY or gateway is None or not isinstance(gateway.subnet, str):
            return step
        table = effective_table(self._estate, gateway.subnet).table
        entity = self._topology.route_tables.get(table) if isinstance(table, str) else None
        blocks = self._blocks(source)
        if entity is None or not entity.closed or not blocks or any(not isinstance(one.destination, Cidr) for one in entity.routes):
            return undecided(Cause("may have no route back to the VPC that asked", str(table)))
        known = any_of(self._leads_back(entity, through.kind, block) for block in blocks)
        if known is False:
            why = f"{entity.id} of the NAT gateway has no route back to {source.vpc}"
            return Step(Disposition.BLACKHOLE, (*step.hops, Hop("nothing", None, why, entity.location)), (), step.carrier)
        return step if known is True else undecided(*(known.causes if isinstance(known, Unknown) else ()))

    @staticmethod
    def _leads_back(table: RouteTable, through: TargetKind, block: str) -> Truth:
        holding = (route for route in table.routes if isinstance(route.destination, Cidr) and _holds(route.destination.block, block))
        return any_of(all_of((route.exists, _is_transit(route, through))) for route in holding)

    def _blocks(self, source: TransitAttachment) -> tuple[str, ...]:
        vpc = self._topology.vpcs.get(source.vpc) if isinstance(source.vpc, str) else None
        return tuple(one for one in vpc.cidrs if isinstance(one, str)) if vpc else ()

    def _way_back(self, gateway: TransitGateway, target: TransitAttachment, source: TransitAttachment) -> Truth:
        """Whether the table of the egress VPC's attachment knows the VPC that asked: propagated, or a static route."""
        tables = list(self._tables_of(gateway, target))
        if not tables:
            return False
        if len(tables) != 1 or tables[0][1] is not True:
            return unknown("may have no route back", target.id, target.location)
        table = tables[0][0]
        learned = [all_of((one.exists, equal(one.table, table), equal(one.attachment, source.id))) for one in self._topology.transit_propagations]
        if table == default_table_of(gateway.id):
            learned.append(all_of((gateway.default_propagation, source.default_propagation)))
        static = [
            all_of((one.exists, equal(one.table, table), equal(one.attachment, source.id), self._is_for(one, source)))
            for one in self._topology.transit_routes
        ]
        return any_of((*learned, *static))

    def _is_for(self, route: TransitRoute, source: TransitAttachment) -> Truth:
        blocks = self._blocks(source)
        if isinstance(route.destination, Unknown) or not blocks:
            return unknown("may be a route back", route.address, route.location)
        return any(_holds(route.destination.block, block) for block in blocks)


def _is_transit(route: Route, through: TargetKind) -> Truth:
    """Whether ``route`` leads back to what it came ``through``; by a firewall, an appliance or a network of the other kind it may."""
    kind = route.target.kind
    if isinstance(kind, Unknown):
        return Unknown(kind.causes)
    if kind in _MIDDLEBOXES or (kind in _NAMES and kind is not through):
        return unknown("leads to an appliance or another network, which may lead back", route.address, route.location)
    return kind is through


def _holds(outer: str, inner: str) -> bool:
    """Whether a route for ``outer``, which is not a default one, is for all of ``inner``."""
    network, wanted = ip_network(outer, strict=False), ip_network(inner, strict=False)
    return isinstance(network, IPv4Network) and isinstance(wanted, IPv4Network) and network.prefixlen > 0 and wanted.subnet_of(network)


def _is_of(route: TransitRoute, table: Id) -> bool:
    return route.table == table or (isinstance(route.table, Unknown) and route.table.may_be(table))


def _may_be_public(route: TransitRoute) -> bool:
    if isinstance(route.destination, Unknown):
        return True
    network = ip_network(route.destination.block, strict=False)
    return isinstance(network, IPv4Network) and not any(network.subnet_of(special) for special in NEVER_PUBLIC)


def _outside(kind: TargetKind, link: Link, place: SourceLocation) -> Step:
    entity = link if isinstance(link, str) else None
    return Step(Disposition.VIA_TRANSIT_GATEWAY, (_hop(kind, entity, _OUTSIDE[kind], place),), (), entity)


def _dropped(gateway: TransitGateway, why: str, place: SourceLocation) -> Step:
    return Step(Disposition.BLACKHOLE, (_hop(gateway.kind, gateway.id, why, place),), (), gateway.id)


def _hop(kind: TargetKind, gateway: Id | None, why: str, place: SourceLocation) -> Hop:
    return Hop(kind.value, gateway, why, place)

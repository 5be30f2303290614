"""Where a route table sends a request to the S3 addresses of a Region: longest prefix, with what is not settled kept as a rival.

S3 is a symbolic destination, the prefix list of one Region (aws-facts A1, A5, A6): its addresses are not needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Network, collapse_addresses, ip_network

from validator.analysis.access import Disposition, Hop
from validator.analysis.covering import NEVER_PUBLIC
from validator.analysis.estate import Estate, equal, serves_own_region
from validator.analysis.positions import effective_table
from validator.analysis.steps import Crossing, Step, combine, undecided
from validator.model.gateways import EndpointType, NatGateway
from validator.model.network import Cidr, Id, Link, PrefixList, Route, RouteTable, Target, TargetKind
from validator.source import SourceLocation
from validator.values import Cause, Truth, Unknown, all_of, unknown

# How specific a route is for S3's addresses. All of S3's ranges are longer than /8 (aws-facts A6: /15 to /21), so a shorter CIDR
# never beats the prefix list, and a longer one in public space may.
_PREFIX_LIST_RANK = 20
_PUBLIC_CIDR_RANK = 30
_LONGEST_COARSE_CIDR = 7

_DEFAULT = Cidr("0.0.0.0/0")

# Targets that end a path whatever they are (aws-facts G7 to G10, G6, G8).
_ENDS = {
    TargetKind.TRANSIT_GATEWAY: (Disposition.VIA_TRANSIT_GATEWAY, "leaves to a transit network; what lies behind it is not in the input"),
    TargetKind.CORE_NETWORK: (Disposition.VIA_TRANSIT_GATEWAY, "leaves to a Cloud WAN; what lies behind it is not in the input"),
    TargetKind.VIRTUAL_PRIVATE_GATEWAY: (Disposition.VIA_VIRTUAL_PRIVATE_GATEWAY, "leaves to a VPN or Direct Connect, outside the input"),
    TargetKind.ENDPOINT: (Disposition.VIA_FIREWALL, "leaves to a firewall's endpoint"),
    TargetKind.NETWORK_INTERFACE: (Disposition.VIA_NETWORK_INTERFACE, "leaves to an interface; what it does with it is not in the input"),
    TargetKind.INSTANCE: (Disposition.VIA_NETWORK_INTERFACE, "leaves to an instance; what it does with it is not in the input"),
    TargetKind.CARRIER_GATEWAY: (Disposition.VIA_INTERNET_GATEWAY, "leaves by a carrier gateway"),
    TargetKind.PEERING: (Disposition.BLACKHOLE, "a peering connection carries nothing on to the Internet or to an endpoint"),
    TargetKind.EGRESS_ONLY_GATEWAY: (Disposition.BLACKHOLE, "an egress-only Internet gateway carries IPv6 only"),
    TargetKind.LOCAL: (Disposition.BLACKHOLE, "the route stays in the VPC"),
    TargetKind.BLACKHOLE: (Disposition.BLACKHOLE, "the route leads to nothing"),
}


@dataclass(frozen=True, slots=True)
class _Rival:
    """A route that is, or may be (``doubt``), the most specific one for S3's addresses."""

    rank: int
    step: Step
    doubt: Unknown | None = None
    network: IPv4Network | None = None


class Router:
    """Answers for the tables of one estate, each question once."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._tables = estate.topology.route_tables
        self._steps: dict[tuple[Id, str | Unknown | None, Truth], Step] = {}
        self._nat_steps: dict[Id, Step] = {}

    def step(self, table: Link, region: str | Unknown | None, *, public: Truth) -> Step:
        """Where ``table`` sends a request for S3 in ``region`` (None: to the Internet in general).

        ``public``: the interface that sends it has a public IPv4 address.
        """
        match table:
            case None:
                return undecided(Cause("has no route table", "the subnet"))
            case Unknown() if table.among:
                return combine([self.step(str(one), region, public=public) for one in table.among], table.causes)
            case Unknown():
                return undecided(*table.causes)
        key = (table, region, public)
        if key not in self._steps:
            self._steps[key] = self._decide(table, region, public)
        return self._steps[key]

    def _decide(self, table: Id, region: str | Unknown | None, public: Truth) -> Step:
        entity = self._tables.get(table)
        if entity is None:
            return undecided(Cause("is outside the input, and so are its routes", table))
        rivals = [*self._endpoint_rivals(entity, region), *self._route_rivals(entity, region, public)]
        if not entity.closed and not any(rival.rank == _PREFIX_LIST_RANK and rival.doubt is None for rival in rivals):
            cause = Cause("is outside the input, and may have more routes than are shown", table, entity.location)
            rivals.append(_Rival(_PUBLIC_CIDR_RANK, undecided(cause), Unknown((cause,))))
        return _winner(rivals, self._nothing(entity, region))

    def default_step(self, table: Link, *, public: Truth) -> Step:
        """Where the default route of ``table`` leads, the Internet in general."""
        return self.step(table, None, public=public)

    def leaves_indirectly(self, table: Link) -> bool:
        """Whether the default route of ``table`` certainly leads to something other than an Internet gateway, whether that delivers or not."""
        match table:
            case Unknown() if table.among:
                return all(self.leaves_indirectly(str(one)) for one in table.among)
            case str() if (entity := self._tables.get(table)) is not None and entity.closed:
                loose = [one.route for one in self._estate.loose_routes if one.table.may_be(table)]
                defaults = [one for one in (*entity.routes, *loose) if one.exists is not False and one.destination == _DEFAULT]
                open_ones = [one for one in (*entity.routes, *loose) if isinstance(one.destination, Unknown)]
                certain = any(one.exists is True and not one.propagated for one in entity.routes if one.destination == _DEFAULT)
                return certain and not open_ones and all(_is_indirect(one.target.kind) for one in defaults)
        return False

    def _nothing(self, table: RouteTable, region: str | Unknown | None) -> Step:
        where = "the Internet" if region is None else f"S3 in {_shown(region)}"
        return Step(Disposition.NO_ROUTE, (Hop("nothing", None, f"{table.id} has no route to {where}", table.location),))

    def _endpoint_rivals(self, table: RouteTable, region: str | Unknown | None) -> Iterable[_Rival]:
        if region is None:
            return
        for association, named in self._estate.endpoint_associations.possible(table.id):
            serves = self._serves(table, region, association.endpoint)
            truth = all_of((association.exists, named, serves))
            if truth is False:
                continue
            why = f"the gateway endpoint's route to S3 in {_shown(region)}"
            address = association.endpoint if isinstance(association.endpoint, str) else None
            hop = Hop("vpc-endpoint", address, why, association.location)
            step = Step(Disposition.VIA_GATEWAY_ENDPOINT, (hop,), (), association.endpoint)
            yield _Rival(_PREFIX_LIST_RANK, step, truth if isinstance(truth, Unknown) else None)

    def _serves(self, table: RouteTable, region: str | Unknown, link: Link) -> Truth:
        """Whether the endpoint is an S3 gateway endpoint that serves ``region`` in the table's VPC (aws-facts A1)."""
        match link:
            case None:
                return False
            case Unknown():
                return Unknown(link.causes)
        endpoint = self._estate.topology.endpoints.get(link)
        if endpoint is None:
            return unknown("is outside the input, and so is the service it serves", link)
        gateway = Unknown(endpoint.type.causes) if isinstance(endpoint.type, Unknown) else endpoint.type is EndpointType.GATEWAY
        # An endpoint's tables are of its own VPC: where both are known and differ, AWS refuses the association.
        foreign = isinstance(endpoint.vpc, str) and isinstance(table.vpc, str) and endpoint.vpc != table.vpc
        here = serves_own_region(endpoint)
        return all_of((endpoint.exists, gateway, not foreign, equal(endpoint.service, "s3"), equal(endpoint.service_region, region), here))

    def _route_rivals(self, table: RouteTable, region: str | Unknown | None, public: Truth) -> Iterable[_Rival]:
        loose = (one.route for one in self._estate.loose_routes if one.table.may_be(table.id))
        doubts = {id(one.route): Unknown(one.table.causes) for one in self._estate.loose_routes if one.table.may_be(table.id)}
        for route in (*table.routes, *loose):
            doubt = doubts.get(id(route))
            exists = all_of((route.exists, True if doubt is None else doubt))
            if exists is not False:
                yield from self._rivals_of(table, route, exists, region=region, public=public)

    def _rivals_of(self, table: RouteTable, route: Route, exists: Truth, *, region: str | Unknown | None, public: Truth) -> Iterable[_Rival]:
        doubt = exists if isinstance(exists, Unknown) else None
        match route.destination:
            case Unknown() as unsettled:
                causes = unsettled.causes + (doubt.causes if doubt is not None else ())
                yield _Rival(_PUBLIC_CIDR_RANK, self._target_step(table, route, public), Unknown(causes))
            case PrefixList(service=None, entries=entries) as listed:
                for entry in entries if entries is not None else (unknown("is a prefix list outside the input", listed.id, route.location),):
                    destination = Cidr(entry) if isinstance(entry, str) else entry
                    yield from self._rivals_of(table, replace(route, destination=destination), exists, region=region, public=public)
            case PrefixList() as listed:
                named = all_of((equal(listed.service, "s3"), equal(listed.region, region), exists)) if region is not None else False
                if named is not False:
                    yield _Rival(_PREFIX_LIST_RANK, self._target_step(table, route, public), named if isinstance(named, Unknown) else None)
            case Cidr(block):
                yield from self._cidr_rivals(table, route, ip_network(block, strict=False), doubt, public)

    def _cidr_rivals(self, table: RouteTable, route: Route, network: object, doubt: Unknown | None, public: Truth) -> Iterable[_Rival]:
        if not isinstance(network, IPv4Network) or any(network.subnet_of(special) for special in NEVER_PUBLIC):
            return
        step = self._target_step(table, route, public)
        if network.prefixlen == 0:
            # A static route wins over a learned one of the same length (aws-facts A5).
            yield _Rival(-1 if route.propagated else 0, step, doubt, network)
        else:
            covers = unknown(f"covers {network}, which may hold addresses of S3", route.address, route.location)
            rank = network.prefixlen if network.prefixlen <= _LONGEST_COARSE_CIDR else _PUBLIC_CIDR_RANK
            causes = covers.causes + (doubt.causes if doubt is not None else ())
            yield _Rival(rank, step, Unknown(causes), network if doubt is None else None)

    def _target_step(self, table: RouteTable, route: Route, public: Truth) -> Step:
        return self._leads_to(table, route.target, route.address, route.location, public)

    def _leads_to(self, table: RouteTable, target: Target, address: str, location: SourceLocation, public: Truth) -> Step:
        match target.kind:
            case Unknown() as kind:
                return undecided(*kind.causes)
            case TargetKind.INTERNET_GATEWAY:
                return self._internet_gateway(table, target, location, public)
            case TargetKind.NAT_GATEWAY:
                return self._nat_gateway(target, address, location)
            case TargetKind.LOCAL_GATEWAY:
                return undecided(Cause("leads to an Outpost's local gateway, whose network is not in the input", address, location))
            case TargetKind.CARRIER_GATEWAY if public is not True:
                return undecided(Cause("may have no carrier address", address, location))
            case kind:
                disposition, why = _ENDS[kind]
                entity = target.entity if isinstance(target.entity, str) else None
                return Step(disposition, (Hop(kind.value, entity, why, location),), (), entity)

    def _internet_gateway(self, table: RouteTable, target: Target, location: SourceLocation, public: Truth) -> Step:
        if isinstance(target.entity, Unknown):
            return self._by_internet_gateway(None, location, public)
        gateway = self._estate.topology.internet_gateways.get(target.entity) if target.entity else None
        if gateway is not None:
            # AWS refuses a route to a gateway that is not attached to the table's VPC; a plan can ask for it all the same.
            attached = all_of((gateway.exists, equal(gateway.vpc, table.vpc)))
            if attached is False:
                hop = Hop("internet-gateway", gateway.id, "it is not attached to this VPC", gateway.location)
                return Step(Disposition.BLACKHOLE, (hop,), (), gateway.id)
            if isinstance(attached, Unknown):
                return undecided(*attached.causes)
        return self._by_internet_gateway(target.entity, location, public)

    def _by_internet_gateway(self, gateway: Id | None, location: SourceLocation, public: Truth) -> Step:
        match public:
            case True:
                hop = Hop("internet-gateway", gateway, "the interface has a public address", location)
                return Step(Disposition.VIA_INTERNET_GATEWAY, (hop,), (), gateway)
            case False:
                hop = Hop("internet-gateway", gateway, "the interface has no public address, so the Internet gateway drops it", location)
                return Step(Disposition.NO_ROUTE, (hop,), (), gateway)
        return undecided(*public.causes)

    def _nat_gateway(self, target: Target, address: str, location: SourceLocation) -> Step:
        match target.entity:
            case Unknown() as link if link.among:
                return combine([self._nat_step(str(one), location) for one in link.among], link.causes)
            case Unknown() as link:
                return undecided(*link.causes)
            case None:
                return undecided(Cause("names no NAT gateway", address, location))
            case entity:
                return self._nat_step(entity, location)

    def _nat_step(self, nat: Id, location: SourceLocation) -> Step:
        if nat not in self._nat_steps:
            # While it is being decided, a way out that leads back to itself is none.
            self._nat_steps[nat] = _nat_drops(nat, "its way out leads back to itself", location)
            self._nat_steps[nat] = self._nat_way_out(nat, location)
        return self._nat_steps[nat]

    def _nat_way_out(self, nat: Id, location: SourceLocation) -> Step:
        """A NAT gateway delivers if its own subnet has a way out.

        A private one has no public address for an Internet gateway; a regional one brings its own way out (aws-facts G3, G4).
        """
        gateway = self._estate.topology.nat_gateways.get(nat)
        if gateway is None:
            return undecided(Cause("is outside the input, and so is its way out", nat, location))
        if gateway.exists is False:
            return _nat_drops(nat, "it does not exist", location)
        if all_of((gateway.exists, gateway.regional, gateway.public)) is True:
            return _nat_delivers(nat, "a regional NAT gateway has a way out of its own", gateway.location)
        unsettled = [truth for truth in (gateway.exists, gateway.regional) if isinstance(truth, Unknown)]
        if unsettled:
            return undecided(*(cause for truth in unsettled for cause in truth.causes))
        return self._nat_in_subnet(gateway)

    def _nat_in_subnet(self, gateway: NatGateway) -> Step:
        match gateway.subnet:
            case None:
                return undecided(Cause("is in a subnet that the input does not name", gateway.id, gateway.location))
            case Unknown() as subnet:
                return undecided(*subnet.causes)
            case subnet:
                behind = self.default_step(effective_table(self._estate, subnet).table, public=gateway.public)
        if behind.disposition is Disposition.UNKNOWN:
            return undecided(*behind.causes)
        if behind.disposition.delivered:
            step = _nat_delivers(gateway.id, f"its subnet {subnet} has a way out: {behind.hops[-1].why}", gateway.location)
            return replace(step, crossings=(Crossing(subnet, translates=True), *behind.crossings))
        return _nat_drops(gateway.id, f"its subnet {subnet} has no way out: {behind.hops[-1].why}", gateway.location)


def _shown(region: str | Unknown) -> str:
    return "the stack's Region" if isinstance(region, Unknown) else region


def _is_indirect(kind: TargetKind | Unknown) -> bool:
    return isinstance(kind, TargetKind) and kind not in {TargetKind.INTERNET_GATEWAY, TargetKind.CARRIER_GATEWAY}


def _winner(rivals: Sequence[_Rival], nothing: Step) -> Step:
    """The most specific route; what all that may be it agree on, where it is not settled which one is."""
    certain = [rival for rival in rivals if rival.doubt is None]
    parts = [rival.network for rival in rivals if rival.network is not None and 0 < rival.network.prefixlen <= _LONGEST_COARSE_CIDR]
    if list(collapse_addresses(parts)) == [IPv4Network("0.0.0.0/0")]:
        # 0.0.0.0/1 and 128.0.0.0/1 leave nothing to a default route.
        certain = [rival for rival in certain if rival.rank > 0]
        fallback = []
    else:
        fallback = [] if certain else [nothing]
    top = max((rival.rank for rival in certain), default=-1)
    best = [rival.step for rival in certain if rival.rank == top]
    doubtful = [rival for rival in rivals if rival.doubt is not None and rival.rank >= top]
    causes = [cause for rival in doubtful if rival.doubt is not None for cause in rival.doubt.causes]
    steps = [*best, *fallback, *(rival.step for rival in doubtful)]
    if len(best) > 1 and not causes:
        causes = [Cause("are routes to the same destination", " and ".join(str(step.carrier) for step in best))]
    return combine(steps, causes)


def _nat_delivers(nat: Id, why: str, location: SourceLocation) -> Step:
    return Step(Disposition.VIA_NAT_GATEWAY, (Hop("nat-gateway", nat, why, location),), (), nat)


def _nat_drops(nat: Id, why: str, location: SourceLocation) -> Step:
    return Step(Disposition.BLACKHOLE, (Hop("nat-gateway", nat, why, location),), (), nat)

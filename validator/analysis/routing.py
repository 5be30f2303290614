"""Where a route table sends a request to the addresses of a service: longest prefix, with what is not settled kept as a rival.

S3 is a symbolic destination, the prefix list of one Region (aws-facts A1, A5, A6): its addresses are not needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network

from validator.analysis.access import Disposition, Hop
from validator.analysis.covering import BY_DEFAULT, EVERYWHERE, INTERNET, IPV4, NEVER_PUBLIC, ServiceAddresses
from validator.analysis.estate import Estate, equal, serves_own_region
from validator.analysis.steps import Step, combine, undecided
from validator.analysis.targets import Targets
from validator.model.gateways import Endpoint, EndpointType
from validator.model.network import Cidr, Id, Link, PrefixList, Route, RouteTable, TargetKind
from validator.values import Cause, Truth, Unknown, all_of, any_of, unknown

# How specific a route is for a service's addresses. All of S3's ranges are longer than /8 (aws-facts A6: /15 to /21), so a shorter
# CIDR never beats the prefix list, and a longer one in public space may.
_PREFIX_LIST_RANK = 200
_PUBLIC_CIDR_RANK = 300
_LONGEST_COARSE_CIDR = 7
# All that is routed on the Internet (RFC 4291, IANA's allocations).
_GLOBAL_IPV6 = IPv6Network("2000::/3")
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class _Rival:
    """A route that is, or may be (``doubt``), the most specific one for the addresses."""

    rank: int
    step: Step
    doubt: Unknown | None = None
    network: Network | None = None


class Router:
    """Answers for the tables of one estate, each question once."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._tables = estate.topology.route_tables
        self._steps: dict[tuple[Id, ServiceAddresses, Truth], Step] = {}
        self._targets = Targets(estate, self.step)

    def step(self, table: Link, to: ServiceAddresses, *, public: Truth) -> Step:
        """Where ``table`` sends a request to ``to``. ``public``: an Internet gateway lets the interface that sends it through."""
        match table:
            case None:
                return undecided(Cause("has no route table", "the subnet"))
            case Unknown() if table.among:
                return combine([self.step(str(one), to, public=public) for one in table.among], table.causes)
            case Unknown():
                return undecided(*table.causes)
        key = (table, to, public)
        if key not in self._steps:
            # While it is being decided, a way that leads back here is none.
            self._steps[key] = _back_to(table)
            self._steps[key] = self._decide(table, to, public)
        return self._steps[key]

    def default_step(self, table: Link, *, public: Truth) -> Step:
        """Where the default route of ``table`` leads."""
        return self.step(table, BY_DEFAULT, public=public)

    def leaves_indirectly(self, table: Link) -> bool:
        """Whether the default route of ``table`` certainly leads to something other than an Internet gateway, whether that delivers or not."""
        match table:
            case Unknown() if table.among:
                return all(self.leaves_indirectly(str(one)) for one in table.among)
            case str() if (entity := self._tables.get(table)) is not None and entity.closed:
                routes = [(route, known) for route, known in self._routes(entity) if route.exists is not False]
                defaults = [(route, known) for route, known in routes if route.destination == Cidr("0.0.0.0/0")]
                open_ones = [route for route, _ in routes if isinstance(route.destination, Unknown)]
                certain = any(known is True and route.exists is True and not route.propagated for route, known in defaults)
                return certain and not open_ones and all(_is_indirect(route.target.kind) for route, _ in defaults)
        return False

    def _decide(self, table: Id, to: ServiceAddresses, public: Truth) -> Step:
        entity = self._tables.get(table)
        if entity is None:
            return undecided(Cause("is outside the input, and so are its routes", table))
        rivals = [*self._endpoint_rivals(entity, to), *self._route_rivals(entity, to, public)]
        if not entity.closed and not any(rival.rank == _PREFIX_LIST_RANK and rival.doubt is None for rival in rivals):
            cause = Cause("is outside the input, and may have more routes than are shown", table, entity.location)
            rivals.append(_Rival(_PUBLIC_CIDR_RANK, undecided(cause), Unknown((cause,))))
        return _winner(rivals, _nothing(entity, to), to)

    def _endpoint_rivals(self, table: RouteTable, to: ServiceAddresses) -> Iterator[_Rival]:
        if to.region is None:
            return
        for association, named in self._estate.endpoint_associations.possible(table.id):
            truth = all_of((association.exists, named, self._serves(table, to, association.endpoint)))
            if truth is False:
                continue
            why = f"the gateway endpoint's route to {to}"
            address = association.endpoint if isinstance(association.endpoint, str) else None
            hop = Hop("vpc-endpoint", address, why, association.location)
            step = Step(Disposition.VIA_GATEWAY_ENDPOINT, (hop,), (), association.endpoint)
            yield _Rival(_PREFIX_LIST_RANK, step, truth if isinstance(truth, Unknown) else None)

    def _serves(self, table: RouteTable, to: ServiceAddresses, link: Link) -> Truth:
        """Whether the endpoint is a gateway endpoint that serves ``to`` in the table's VPC (aws-facts A1, A17)."""
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
        named = (equal(endpoint.service, to.service), equal(endpoint.service_region, to.region))
        return all_of((endpoint.exists, gateway, not foreign, *named, serves_own_region(endpoint), _has_addresses(endpoint, to.version)))

    def _routes(self, table: RouteTable) -> Iterator[tuple[Route, Truth]]:
        """The routes of ``table``, and those that may be in it."""
        yield from ((route, True) for route in table.routes)
        yield from ((one.route, Unknown(one.table.causes)) for one in self._estate.loose_routes if one.table.may_be(table.id))

    def _route_rivals(self, table: RouteTable, to: ServiceAddresses, public: Truth) -> Iterator[_Rival]:
        for route, known in self._routes(table):
            exists = all_of((route.exists, known))
            if exists is not False:
                for rank, matches, network in _matches(route, to):
                    truth = all_of((exists, matches))
                    if truth is not False:
                        step = self._targets.step(table, route, to, public=public)
                        yield _Rival(rank, step, truth if isinstance(truth, Unknown) else None, network if exists is True else None)


def _matches(route: Route, to: ServiceAddresses) -> Iterator[tuple[int, Truth, Network | None]]:
    """How specific ``route`` is for ``to``, whether it matches, and its block if that is one."""
    match route.destination:
        case Unknown() as unsettled:
            yield _PUBLIC_CIDR_RANK, Unknown(unsettled.causes), None
        case PrefixList(service=None, entries=None) as listed:
            yield _PUBLIC_CIDR_RANK, unknown("is a prefix list outside the input", listed.id, route.location), None
        case PrefixList(service=None, entries=tuple() as entries):
            for entry in entries:
                yield from _matches(replace(route, destination=Cidr(entry) if isinstance(entry, str) else entry), to)
        case PrefixList() as listed if to.region is not None:
            yield _PREFIX_LIST_RANK, all_of((equal(listed.service, to.service), equal(listed.region, to.region))), None
        case Cidr(block):
            yield from _block_matches(route, ip_network(block, strict=False), to)


def _block_matches(route: Route, network: Network, to: ServiceAddresses) -> Iterator[tuple[int, Truth, Network | None]]:
    if network.version != to.version or not _may_be_public(network):
        return
    if to == BY_DEFAULT and network.prefixlen > _LONGEST_COARSE_CIDR:
        return
    if isinstance(network, IPv6Network) and network.prefixlen > 0 and _GLOBAL_IPV6.subnet_of(network):
        yield network.prefixlen, True, network
    elif network.prefixlen == 0:
        # A static route wins over a learned one of the same length (aws-facts A5).
        yield -1 if route.propagated else 0, True, network
    else:
        covers = unknown(f"covers {network}, which may hold addresses of {to.name}", route.address, route.location)
        yield network.prefixlen if network.prefixlen <= _LONGEST_COARSE_CIDR else _PUBLIC_CIDR_RANK, covers, network


def _may_be_public(network: Network) -> bool:
    if isinstance(network, IPv6Network):
        return network.overlaps(_GLOBAL_IPV6)
    return not any(network.subnet_of(special) for special in NEVER_PUBLIC)


def _has_addresses(endpoint: Endpoint, version: int) -> Truth:
    """Whether the endpoint's route is for addresses of ``version`` too (aws-facts A14)."""
    family = "ipv4" if version == IPV4 else "ipv6"
    kind = "ipv4" if endpoint.ip_address_type is None else endpoint.ip_address_type
    return any_of((equal(kind, "dualstack"), equal(kind, family)))


def _nothing(table: RouteTable, to: ServiceAddresses) -> Step:
    where = "the Internet" if to == INTERNET else str(to)
    return Step(Disposition.NO_ROUTE, (Hop("nothing", None, f"{table.id} has no route to {where}", table.location),))


def _back_to(table: Id) -> Step:
    return Step(Disposition.BLACKHOLE, (Hop("nothing", None, f"the way leads back to {table}", None),))


def _is_indirect(kind: TargetKind | Unknown) -> bool:
    return isinstance(kind, TargetKind) and kind not in {TargetKind.INTERNET_GATEWAY, TargetKind.CARRIER_GATEWAY}


def _winner(rivals: Sequence[_Rival], nothing: Step, to: ServiceAddresses) -> Step:
    """The most specific route; what all that may be it agree on, where it is not settled which one is."""
    certain = [rival for rival in rivals if rival.doubt is None]
    fallback = [] if certain else [nothing]
    if _halves_cover(rivals, to):
        # 0.0.0.0/1 and 128.0.0.0/1 leave nothing to a default route.
        certain = [rival for rival in certain if rival.rank > 0]
        fallback = []
    top = max((rival.rank for rival in certain), default=-1)
    best = [rival.step for rival in certain if rival.rank == top]
    doubtful = [rival for rival in rivals if rival.doubt is not None and rival.rank >= top]
    causes = [cause for rival in doubtful if rival.doubt is not None for cause in rival.doubt.causes]
    steps = [*best, *fallback, *(rival.step for rival in doubtful)]
    if len(best) > 1 and not causes:
        causes = [Cause("are routes to the same destination", " and ".join(str(step.carrier) for step in best))]
    return combine(steps, causes)


def _halves_cover(rivals: Iterable[_Rival], to: ServiceAddresses) -> bool:
    """Whether IPv4 blocks longer than the default route are everything together."""
    blocks = [rival.network for rival in rivals if rival.network is not None and 0 < rival.network.prefixlen <= _LONGEST_COARSE_CIDR]
    return to.version == IPV4 and list(collapse_addresses(one for one in blocks if isinstance(one, IPv4Network))) == [EVERYWHERE]

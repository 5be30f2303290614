"""What the targets of routes lead to: gateways that carry a request out, those that drop it, and what stands behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from validator.analysis.access import Disposition, Hop
from validator.analysis.covering import INTERNET, IPV4, ServiceAddresses
from validator.analysis.estate import Estate, equal
from validator.analysis.exposure import exposed
from validator.analysis.positions import effective_table
from validator.analysis.steps import Crossing, Follow, Step, combine, undecided
from validator.analysis.transit import Transit
from validator.model.gateways import EndpointType, NatGateway, OtherGateway
from validator.model.network import Id, Link, Route, RouteTable, Target, TargetKind
from validator.source import SourceLocation
from validator.values import Cause, Truth, Unknown, all_of

# Targets that end a path whatever they are (aws-facts G8 to G10).
_ENDS: Mapping[TargetKind, tuple[Disposition, str]] = MappingProxyType(
    {
        TargetKind.CARRIER_GATEWAY: (Disposition.VIA_INTERNET_GATEWAY, "leaves by a carrier gateway"),
        TargetKind.VIRTUAL_PRIVATE_GATEWAY: (Disposition.VIA_VIRTUAL_PRIVATE_GATEWAY, "leaves to a VPN or Direct Connect, outside the input"),
        TargetKind.NETWORK_INTERFACE: (Disposition.VIA_NETWORK_INTERFACE, "leaves to an interface; what it does with it is not in the input"),
        TargetKind.INSTANCE: (Disposition.VIA_NETWORK_INTERFACE, "leaves to an instance; what it does with it is not in the input"),
        TargetKind.PEERING: (Disposition.BLACKHOLE, "a peering connection carries nothing on to the Internet or to an endpoint"),
        TargetKind.LOCAL: (Disposition.BLACKHOLE, "the route stays in the VPC"),
        TargetKind.BLACKHOLE: (Disposition.BLACKHOLE, "the route leads to nothing"),
    }
)

# Targets that a route reaches in its own VPC only (VPC guide, "Example routing options"; aws-facts G3).
_WITHIN_A_VPC = frozenset(
    {TargetKind.NAT_GATEWAY, TargetKind.ENDPOINT, TargetKind.EGRESS_ONLY_GATEWAY, TargetKind.VIRTUAL_PRIVATE_GATEWAY, TargetKind.CARRIER_GATEWAY}
)
_OTHER_ENDPOINTS = frozenset({EndpointType.GATEWAY, EndpointType.INTERFACE})


class Targets:
    """Answers for the gateways of one estate, each question once."""

    def __init__(self, estate: Estate, follow: Follow) -> None:
        self._estate = estate
        self._follow = follow
        self._nat_steps: dict[Id, Step] = {}
        self._transit = Transit(estate, follow)

    def step(self, table: RouteTable, route: Route, to: ServiceAddresses, *, public: Truth) -> Step:
        """Where ``route`` of ``table`` takes a request."""
        entity, place = route.target.entity, route.location
        if (foreign := self._in_another_vpc(table, route.target)) is not None:
            return foreign
        match route.target.kind:
            case Unknown() as kind:
                return undecided(*kind.causes)
            case TargetKind.INTERNET_GATEWAY:
                return self._internet_gateway(table, entity, place, public)
            case TargetKind.EGRESS_ONLY_GATEWAY:
                return self._egress_only(entity, place, to, public)
            case TargetKind.NAT_GATEWAY:
                return self._nat_gateway(route, to)
            case (TargetKind.TRANSIT_GATEWAY | TargetKind.CORE_NETWORK) as kind:
                return self._transit.step(table, kind, entity, place, to)
            case TargetKind.ENDPOINT:
                return self._firewall(route, to, public)
            case TargetKind.LOCAL_GATEWAY:
                return undecided(Cause("leads to an Outpost's local gateway, whose network is not in the input", route.address, place))
            case TargetKind.CARRIER_GATEWAY if public is not True:
                return undecided(Cause("may have no carrier address", route.address, place))
            case TargetKind.NETWORK_INTERFACE | TargetKind.INSTANCE if (machine := self._checking(entity)) is not None:
                why = "its source/destination check is on, so it drops what is not addressed to itself"
                return _end(route.target.kind, Disposition.BLACKHOLE, machine.id, why, machine.location)
            case kind:
                disposition, why = _ENDS[kind]
                return _end(kind, disposition, entity, why, place)

    def _in_another_vpc(self, table: RouteTable, target: Target) -> Step | None:
        """A dead end, where the target is certainly not in the table's VPC: AWS refuses such a route; a plan can ask for it all the same."""
        link = target.entity
        vpc = self._vpc_of(link) if isinstance(link, str) and target.kind in _WITHIN_A_VPC else None
        if not isinstance(vpc, str) or not isinstance(table.vpc, str) or vpc == table.vpc or not isinstance(target.kind, TargetKind):
            return None
        return _end(target.kind, Disposition.BLACKHOLE, link, f"it is in {vpc}, and no route of {table.vpc} can lead there", table.location)

    def _vpc_of(self, entity: Id) -> Link:
        """The VPC that a gateway or endpoint is in; None where that is no property of it."""
        topology = self._estate.topology
        nat = topology.nat_gateways.get(entity)
        if nat is not None:
            subnet = topology.subnets.get(nat.subnet) if isinstance(nat.subnet, str) else None
            return subnet.vpc if subnet is not None else nat.vpc
        found = topology.endpoints.get(entity) or topology.firewalls.get(entity) or topology.other_gateways.get(entity)
        return found.vpc if found is not None else None

    def _checking(self, link: Link) -> OtherGateway | None:
        machine = self._estate.topology.other_gateways.get(link) if isinstance(link, str) else None
        return machine if machine is not None and machine.checks else None

    # --- Internet gateways ------------------------------------------------------------------------------------------------------------

    def _internet_gateway(self, table: RouteTable, link: Link, place: SourceLocation, public: Truth) -> Step:
        kind = TargetKind.INTERNET_GATEWAY
        gateway = self._estate.topology.internet_gateways.get(link) if isinstance(link, str) else None
        if gateway is not None:
            # AWS refuses a route to a gateway that is not attached to the table's VPC; a plan can ask for it all the same.
            attached = all_of((gateway.exists, equal(gateway.vpc, table.vpc)))
            if attached is False:
                return _end(kind, Disposition.BLACKHOLE, gateway.id, "it is not attached to this VPC", gateway.location)
            if isinstance(attached, Unknown):
                return undecided(*attached.causes)
        match public:
            case True:
                return _end(kind, Disposition.VIA_INTERNET_GATEWAY, link, "the interface has a public address", place)
            case False:
                why = "the interface has no public address, so the Internet gateway drops it"
                if self._estate.topology.public_access_blocks:
                    why = "the interface has no public address, or VPC Block Public Access keeps it from the Internet gateway"
                return _end(kind, Disposition.NO_ROUTE, link, why, place)
            case Unknown():
                return undecided(*public.causes)

    @staticmethod
    def _egress_only(link: Link, place: SourceLocation, to: ServiceAddresses, public: Truth) -> Step:
        kind = TargetKind.EGRESS_ONLY_GATEWAY
        if to.version == IPV4:
            return _end(kind, Disposition.BLACKHOLE, link, "an egress-only Internet gateway carries IPv6 only", place)
        match public:
            case True:
                return _end(kind, Disposition.VIA_INTERNET_GATEWAY, link, "an egress-only Internet gateway lets IPv6 out", place)
            case False:
                return _end(kind, Disposition.NO_ROUTE, link, "VPC Block Public Access keeps it from the egress-only Internet gateway", place)
            case Unknown():
                return undecided(*public.causes)

    # --- NAT gateways -----------------------------------------------------------------------------------------------------------------

    def _nat_gateway(self, route: Route, to: ServiceAddresses) -> Step:
        place = route.location
        if to.version != IPV4:
            return _end(TargetKind.NAT_GATEWAY, Disposition.BLACKHOLE, route.target.entity, "a NAT gateway takes IPv6 only for NAT64", place)
        match route.target.entity:
            case Unknown() as link if link.among:
                return combine([self._nat_step(str(one), place) for one in link.among], link.causes)
            case Unknown() as link:
                return undecided(*link.causes)
            case None:
                return undecided(Cause("names no NAT gateway", route.address, place))
            case entity:
                return self._nat_step(entity, place)

    def _nat_step(self, nat: Id, place: SourceLocation) -> Step:
        if nat not in self._nat_steps:
            # While it is being decided, a way out that leads back to itself is none.
            self._nat_steps[nat] = _nat_drops(nat, "its way out leads back to itself", place)
            self._nat_steps[nat] = self._nat_way_out(nat, place)
        return self._nat_steps[nat]

    def _nat_way_out(self, nat: Id, place: SourceLocation) -> Step:
        """A NAT gateway delivers if its own subnet has a way out.

        A private one has no public address for an Internet gateway; a regional one brings its own way out (aws-facts G3, G4).
        """
        gateway = self._estate.topology.nat_gateways.get(nat)
        if gateway is None:
            return undecided(Cause("is outside the input, and so is its way out", nat, place))
        if gateway.exists is False:
            return _nat_drops(nat, "it does not exist", place)
        unsettled = [truth for truth in (gateway.exists, gateway.regional) if isinstance(truth, Unknown)]
        if unsettled:
            return undecided(*(cause for truth in unsettled for cause in truth.causes))
        return self._nat_regional(gateway) if gateway.regional is True else self._nat_in_subnet(gateway)

    def _nat_regional(self, gateway: NatGateway) -> Step:
        match all_of((gateway.public, exposed(self._estate, None, gateway.vpc, direct=False))):
            case True:
                return _nat_delivers(gateway.id, "a regional NAT gateway has a way out of its own", gateway.location)
            case False:
                return _nat_drops(gateway.id, "it has no way out", gateway.location)
            case Unknown() as open_one:
                return undecided(*open_one.causes)

    def _nat_in_subnet(self, gateway: NatGateway) -> Step:
        match gateway.subnet:
            case None:
                return undecided(Cause("is in a subnet that the input does not name", gateway.id, gateway.location))
            case Unknown() as subnet:
                return undecided(*subnet.causes)
            case subnet:
                pass
        entity = self._estate.topology.subnets.get(subnet)
        lets = exposed(self._estate, subnet, entity.vpc if entity else None, direct=False)
        public = all_of((gateway.public, lets))
        behind = self._follow(effective_table(self._estate, subnet).table, INTERNET, public=public)
        if behind.disposition is Disposition.UNKNOWN:
            return undecided(*behind.causes)
        if not behind.disposition.delivered:
            return _nat_drops(gateway.id, _without_way_out(subnet, behind, blocked=lets is False), gateway.location)
        step = _nat_delivers(gateway.id, f"the NAT gateway's subnet {subnet} has a way out: {_by(behind)}", gateway.location)
        return replace(step, crossings=(Crossing(subnet, translates=True), *behind.crossings))

    # --- firewalls --------------------------------------------------------------------------------------------------------------------

    def _firewall(self, route: Route, to: ServiceAddresses, public: Truth) -> Step:
        """A firewall's endpoint: followed onward from the subnets that it may be in (aws-facts G10)."""
        place = route.location
        match route.target.entity:
            case Unknown() as link:
                known = link.among or self._firewalls()
                steps = [self._behind_firewall(str(one), to, public, place) for one in known]
                return combine([*steps, *([] if link.among else [self._outside(None, place)])], link.causes)
            case str() as entity:
                return self._behind_firewall(entity, to, public, place)
            case None:
                return self._outside(None, place)

    def _firewalls(self) -> tuple[Id, ...]:
        """What may be meant: the firewalls of the input, and its Gateway Load Balancer endpoints."""
        balanced = (one.id for one in self._estate.topology.endpoints.values() if one.type not in _OTHER_ENDPOINTS)
        return (*self._estate.topology.firewalls, *balanced)

    @staticmethod
    def _outside(entity: Id | None, place: SourceLocation) -> Step:
        return _end(
            TargetKind.ENDPOINT, Disposition.VIA_FIREWALL, entity, "leaves to a firewall's endpoint; what lies behind it is not in the input", place
        )

    def _behind_firewall(self, entity: Id, to: ServiceAddresses, public: Truth, place: SourceLocation) -> Step:
        subnets = self._firewall_subnets(entity)
        if isinstance(subnets, Unknown):
            return undecided(*subnets.causes)
        if not subnets:
            return self._outside(entity, place)
        return combine([self._through_firewall(entity, subnet, to, public, place) for subnet in subnets], ())

    def _firewall_subnets(self, entity: Id) -> tuple[Link, ...] | Unknown:
        firewall = self._estate.topology.firewalls.get(entity)
        if firewall is not None:
            return firewall.subnets
        endpoint = self._estate.topology.endpoints.get(entity)
        return endpoint.subnets if endpoint is not None else ()

    def _through_firewall(self, entity: Id, subnet: Link, to: ServiceAddresses, public: Truth, place: SourceLocation) -> Step:
        if not isinstance(subnet, str):
            return undecided(Cause("is in a subnet that is not known", entity, place))
        behind = self._follow(effective_table(self._estate, subnet).table, to, public=public)
        if behind.disposition is Disposition.UNKNOWN:
            return undecided(*behind.causes)
        hop = Hop(TargetKind.ENDPOINT.value, entity, f"leaves to a firewall's endpoint in {subnet}", place)
        disposition = Disposition.VIA_FIREWALL if behind.disposition.delivered else Disposition.BLACKHOLE
        crossings = (Crossing(subnet, translates=False, firewall=entity), *behind.crossings)
        return Step(disposition, (hop, *behind.hops), (), entity, crossings=crossings)


def _by(behind: Step) -> str:
    """What takes a request on from a NAT gateway's subnet."""
    last = behind.hops[-1]
    return f"{last.address}" if last.kind == TargetKind.INTERNET_GATEWAY.value and last.address else last.why


def _without_way_out(subnet: Id, behind: Step, *, blocked: bool) -> str:
    """Why a NAT gateway in ``subnet`` drops what it gets: what is ``behind`` it takes nothing on."""
    last = behind.hops[-1]
    if last.kind != TargetKind.INTERNET_GATEWAY.value or behind.disposition is not Disposition.NO_ROUTE:
        return f"the NAT gateway's subnet {subnet} has no way out: {last.why}"
    if blocked:
        return f"VPC Block Public Access keeps the NAT gateway's subnet {subnet} from {last.address or 'the Internet gateway'}"
    return f"the NAT gateway is a private one: it has no public address for {last.address or 'the Internet gateway'}"


def _end(kind: TargetKind, disposition: Disposition, link: Link, why: str, place: SourceLocation) -> Step:
    entity = link if isinstance(link, str) else None
    return Step(disposition, (Hop(kind.value, entity, why, place),), (), entity)


def _nat_delivers(nat: Id, why: str, place: SourceLocation) -> Step:
    return _end(TargetKind.NAT_GATEWAY, Disposition.VIA_NAT_GATEWAY, nat, why, place)


def _nat_drops(nat: Id, why: str, place: SourceLocation) -> Step:
    return _end(TargetKind.NAT_GATEWAY, Disposition.BLACKHOLE, nat, why, place)

"""The filters on the way of a request: security groups at its ends, the ACL of every subnet whose edge it crosses, there and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from validator.analysis.access import Host
from validator.analysis.covering import IPV4, Groups, Interfaces, ServiceAddresses
from validator.analysis.estate import Estate, equal
from validator.analysis.names import addresses_of
from validator.analysis.network_acls import ask_acl, undecided_acl
from validator.analysis.passages import Passage, Question
from validator.analysis.security_groups import ask_groups, groups_of
from validator.analysis.steps import Crossing, Origin, Step, doubted, refused
from validator.model.gateways import Endpoint
from validator.model.network import Id, Link
from validator.model.workloads import Platform
from validator.values import Truth, Unknown, unknown

# The ports that replies come back to (VPC guide, "Ephemeral ports"): Linux and Windows take theirs from the upper range, Lambda and
# NAT gateways from the whole.
_UPPER_PORTS = (32768, 65535)
_EPHEMERAL_PORTS = (1024, 65535)


class Filters:
    """Answers for the groups and ACLs of one estate, each question once."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._by_groups: dict[tuple[Groups, Question], Passage] = {}
        self._by_acl: dict[tuple[Id, Question], Passage | None] = {}

    def applied(self, origin: Origin, host: Host, step: Step, endpoint: Endpoint | None = None, version: int = IPV4) -> Step:
        """``step`` with what the filters on its way make of it. ``endpoint``: the interface endpoint that it leads to.

        ``version``: of the addresses: IPv4 or IPv6.
        """
        if step.disposition.delivered is not True:
            return step
        passages = self._to_endpoint(origin, host, endpoint) if endpoint else self._to_service(origin, host, step, version)
        for passage in passages:
            step = _after(step, passage)
            if step.disposition.delivered is False:
                break
        return step

    # --- to the service's public addresses --------------------------------------------------------------------------------------------

    def _to_service(self, origin: Origin, host: Host, step: Step, version: int) -> Iterator[Passage]:
        service = self._shown(addresses_of(host, version))
        yield self._groups(self._groups_of(origin), Question(True, service, (host.port, host.port)))
        subnet = origin.position.subnet
        source = Interfaces(self._blocks(subnet, origin.position.vpc), ())
        back = _replies(origin)
        yield from self._acl(subnet, origin.position.vpc, Question(True, service, (host.port, host.port)))
        yield from self._acl(subnet, origin.position.vpc, Question(False, service, back))
        for crossing in step.crossings:
            for passage in self._crossed(crossing, source, service, (host.port, host.port), back):
                yield passage if crossing.certain else replace(passage, opened=_perhaps(passage.opened, crossing))
            if crossing.translates:
                source, back = Interfaces(self._blocks(crossing.subnet, origin.position.vpc), ()), _EPHEMERAL_PORTS

    def _shown(self, service: ServiceAddresses) -> ServiceAddresses:
        """``service`` with its addresses, where an input shows its prefix list."""
        if service.version != IPV4 or not isinstance(service.service, str) or not isinstance(service.region, str):
            return service
        return replace(service, blocks=self._estate.topology.service_blocks.get((service.service, service.region), ()))

    def _crossed(
        self, crossing: Crossing, source: Interfaces, service: ServiceAddresses, port: tuple[int, int], back: tuple[int, int]
    ) -> Iterator[Passage]:
        """Into the subnet of a gateway or firewall and out again; the replies likewise."""
        own_back = _EPHEMERAL_PORTS if crossing.translates else back
        yield from self._acl(crossing.subnet, None, Question(False, source, port))
        yield from self._acl(crossing.subnet, None, Question(True, service, port))
        yield from self._acl(crossing.subnet, None, Question(False, service, own_back))
        yield from self._acl(crossing.subnet, None, Question(True, source, back))

    # --- to an interface endpoint -----------------------------------------------------------------------------------------------------

    def _to_endpoint(self, origin: Origin, host: Host, endpoint: Endpoint) -> Iterator[Passage]:
        position = origin.position
        port = (host.port, host.port)
        theirs = self._endpoint_groups(endpoint)
        blocks = tuple(block for one in _listed(endpoint.subnets) for block in self._blocks(one, endpoint.vpc))
        ours = self._groups_of(origin)
        own = self._blocks(position.subnet, position.vpc)
        yield self._groups(ours, Question(True, Interfaces(blocks, theirs), port))
        yield self._groups(theirs, Question(False, Interfaces(own, ours), port))
        yield from self._between(origin, Interfaces(own, ()), port, endpoint)

    def _between(self, origin: Origin, own: Interfaces, port: tuple[int, int], endpoint: Endpoint) -> Iterator[Passage]:
        """From subnet to subnet and back. The name resolves to all of the endpoint's addresses, so what only some let pass is open."""
        lanes = [self._lane(origin, own, port, subnet, endpoint) for subnet in self._spread(endpoint)]
        worst = [_worst(lane) for lane in lanes]
        closed = [one for one in worst if one is not None and one.opened is not True]
        if not closed:
            yield from (one for one in worst[:1] if one is not None)
        elif len(closed) == len(lanes) and all(one.opened is False for one in closed):
            yield closed[0]
        else:
            undecided = unknown("is reached in some of its subnets and perhaps not in others", endpoint.id, endpoint.location)
            causes = (cause for one in closed if isinstance(one.opened, Unknown) for cause in one.opened.causes)
            yield replace(closed[0], opened=Unknown((*causes, *(undecided.causes if len(lanes) > 1 else ()))))

    def _spread(self, endpoint: Endpoint) -> tuple[Link, ...]:
        """The subnets that the endpoint is in, and all that those may be which are not known."""
        found: list[Link] = []
        for one in _listed(endpoint.subnets):
            found += [one] if isinstance(one, str) else self._candidates(one, endpoint.vpc) or [one]
        return tuple(dict.fromkeys(found))

    def _lane(self, origin: Origin, own: Interfaces, port: tuple[int, int], there: Link, endpoint: Endpoint) -> list[Passage]:
        """The ACLs between the workload and the endpoint's interface ``there``; inside one subnet none is asked."""
        here, back = origin.position.subnet, _replies(origin)
        if here == there:
            return []
        theirs = Interfaces(self._blocks(there, endpoint.vpc), ())
        return [
            *self._acl(here, origin.position.vpc, Question(True, theirs, port)),
            *self._acl(there, endpoint.vpc, Question(False, own, port)),
            *self._acl(there, endpoint.vpc, Question(True, own, back)),
            *self._acl(here, origin.position.vpc, Question(False, theirs, back)),
        ]

    def _endpoint_groups(self, endpoint: Endpoint) -> Groups:
        named = endpoint.security_groups
        if named == () and not endpoint.closed:
            named = unknown("is outside the input, and so are its security groups", endpoint.id, endpoint.location)
        return groups_of(self._estate, named, endpoint.vpc, endpoint.attached, endpoint.default_replaced)

    # --- each question once -----------------------------------------------------------------------------------------------------------

    def _groups_of(self, origin: Origin) -> Groups:
        placement = origin.position.placement
        if placement is None:
            return unknown("is in subnets and security groups that are not known", origin.workload.id, origin.workload.location)
        return groups_of(self._estate, placement.security_groups, origin.position.vpc, placement.attached)

    def _groups(self, groups: Groups, question: Question) -> Passage:
        if (groups, question) not in self._by_groups:
            self._by_groups[groups, question] = ask_groups(self._estate, groups, question)
        return self._by_groups[groups, question]

    def _acl(self, subnet: Link, vpc: Link, question: Question) -> Iterator[Passage]:
        """What the ACL of ``subnet``, in ``vpc``, says, if there is more to it than the default."""
        passage = self._ask_acl(subnet, question) if isinstance(subnet, str) else self._of_some_subnet(subnet, vpc, question)
        if passage is not None:
            yield passage

    def _ask_acl(self, subnet: Id, question: Question) -> Passage | None:
        if (subnet, question) not in self._by_acl:
            self._by_acl[subnet, question] = ask_acl(self._estate, subnet, question)
        return self._by_acl[subnet, question]

    def _of_some_subnet(self, subnet: Unknown | None, vpc: Link, question: Question) -> Passage | None:
        """What the ACLs of all subnets that it may be say, if they say the same."""
        found = [self._ask_acl(one, question) for one in self._candidates(subnet, vpc)]
        opened = {True if one is None else one.opened for one in found}
        if opened in ({True}, {False}):
            return found[0]
        return undecided_acl(question, unknown("is not known", "the subnet") if subnet is None else Unknown(subnet.causes))

    def _candidates(self, subnet: Unknown | None, vpc: Link) -> tuple[Id, ...]:
        """The subnets that an unknown one may be: of a VPC that the inputs make, its own."""
        if subnet is not None and subnet.among:
            return tuple(map(str, subnet.among))
        around = self._estate.topology.vpcs.get(vpc) if isinstance(vpc, str) else None
        if around is None or not around.closed:
            return ()
        return tuple(one.id for one in self._estate.topology.subnets.values() if equal(one.vpc, vpc) is not False)

    def _blocks(self, subnet: Link, vpc: Link) -> tuple[str | Unknown, ...]:
        """The block of ``subnet``; those of its VPC where that is not known."""
        entity = self._estate.topology.subnets.get(subnet) if isinstance(subnet, str) else None
        if entity is not None and isinstance(entity.cidr, str):
            return (entity.cidr,)
        around = self._estate.topology.vpcs.get(vpc) if isinstance(vpc, str) else None
        if around is not None and around.closed and around.cidrs:
            return around.cidrs
        return (unknown("has an address block that is not in the input", str(subnet) if isinstance(subnet, str) else "the subnet"),)


def _replies(origin: Origin) -> tuple[int, int]:
    """The ports that replies to the workload come back to."""
    platform = origin.workload.platform
    return _EPHEMERAL_PORTS if isinstance(platform, Unknown) or platform is Platform.LAMBDA else _UPPER_PORTS


def _after(step: Step, passage: Passage) -> Step:
    """``step`` once it has met one filter."""
    if isinstance(passage.opened, Unknown):
        return doubted(step, passage.refusal, passage.opened.causes, passage.hop, passage.missing)
    if not passage.opened:
        return refused(step, passage.refusal, passage.hop, passage.missing)
    # The last hop is the one that explains a doubt.
    return step if step.doubt is not None else replace(step, hops=(*step.hops, passage.hop))


def _worst(lane: list[Passage]) -> Passage | None:
    """The first that drops it, else the first that may, else the first."""
    ranked = sorted(lane, key=lambda one: 0 if one.opened is False else 1 if isinstance(one.opened, Unknown) else 2)
    return ranked[0] if ranked else None


def _perhaps(opened: Truth, crossing: Crossing) -> Truth:
    """What a filter says that may not be on the way."""
    return unknown("may or may not be crossed", str(crossing.subnet)) if opened is False else opened


def _listed(subnets: tuple[Link, ...] | Unknown) -> tuple[Link, ...]:
    return (subnets,) if isinstance(subnets, Unknown) else subnets or (None,)

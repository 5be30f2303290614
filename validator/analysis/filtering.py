"""The filters on the way of a request: security groups at its ends, the ACL of every subnet whose edge it crosses, there and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from validator.analysis.access import Hop, Host
from validator.analysis.covering import IPV4, Groups, Interfaces, Perhaps, ServiceAddresses
from validator.analysis.edges import Edges, agreed, is_beside, perhaps, worst
from validator.analysis.estate import Estate
from validator.analysis.inspection import objections
from validator.analysis.interconnection import doors, knows_groups
from validator.analysis.names import addresses_of
from validator.analysis.passages import Passage, Question
from validator.analysis.security_groups import ask_groups, groups_of
from validator.analysis.steps import Crossing, Departure, Either, Origin, Side, Step, Way, doubted, refused
from validator.model.gateways import Endpoint
from validator.model.network import Link
from validator.model.workloads import Platform
from validator.values import Truth, Unknown, unknown

# The ports that replies come back to (VPC guide, "Ephemeral ports"): Linux and Windows take theirs from the upper range, Lambda and
# NAT gateways from the whole.
_UPPER_PORTS = (32768, 65535)
_EPHEMERAL_PORTS = (1024, 65535)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request as the ACLs on its way see it: to ``port`` of ``service``, with replies to ``back``."""

    origin: Origin
    host: Host
    service: ServiceAddresses
    port: tuple[int, int]
    back: tuple[int, int]


class Filters:
    """Answers for the groups and ACLs of one estate, each question once."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._by_groups: dict[tuple[Groups, Question], Passage] = {}
        self._edges = Edges(estate)

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
        source = Interfaces(self._edges.blocks(subnet, origin.position.vpc), ())
        back = _replies(origin)
        yield from self._edges.acl(subnet, origin.position.vpc, Question(True, service, (host.port, host.port)))
        beside = is_beside(subnet, step.crossings)
        for passage in self._edges.acl(subnet, origin.position.vpc, Question(False, service, back)) if beside is not True else ():
            yield passage if beside is False else replace(passage, opened=perhaps(passage.opened, subnet))
        yield from self._along(step.crossings, subnet, source, _Asked(origin, host, service, (host.port, host.port), back))

    def _shown(self, service: ServiceAddresses) -> ServiceAddresses:
        """``service`` with its addresses, where an input shows its prefix list."""
        if service.version != IPV4 or not isinstance(service.service, str) or not isinstance(service.region, str):
            return service
        return replace(service, blocks=self._estate.topology.service_blocks.get((service.service, service.region), ()))

    def _along(self, way: Way, here: Link, source: Interfaces, asked: _Asked) -> Iterator[Passage]:
        """What the ACLs along ``way``, which begins in ``here``, say of a request that comes from ``source``."""
        for crossing in way:
            if isinstance(crossing, Either):
                yield from agreed([worst(list(self._along(one, here, source, asked))) for one in crossing.ways], None)
                return
            for one in self._edges.departing(here, crossing) if isinstance(crossing, Departure) else (crossing,):
                yield from self._inspected(one, asked)
                for passage in self._crossed(one, source, asked):
                    yield passage if one.certain else replace(passage, opened=perhaps(passage.opened, one.subnet))
            here = crossing.subnet if isinstance(crossing, Crossing) else here
            if isinstance(crossing, Crossing) and crossing.translates:
                source = Interfaces(self._edges.blocks(crossing.subnet, asked.origin.position.vpc), ())
                asked = replace(asked, back=_EPHEMERAL_PORTS)

    def _inspected(self, crossing: Crossing, asked: _Asked) -> Iterator[Passage]:
        """What a firewall on the way has against the name."""
        firewall = self._estate.topology.firewalls.get(crossing.firewall) if crossing.firewall is not None else None
        causes = objections(firewall, asked.host, asked.origin.position.vpc) if firewall is not None else ()
        if firewall is not None and causes:
            hop = Hop("firewall", causes[0].subject, f"{firewall.id} may drop a request to {asked.host.name}", causes[0].location)
            yield Passage(Unknown(causes), None, hop, None)

    def _crossed(self, crossing: Crossing, source: Interfaces, asked: _Asked) -> Iterator[Passage]:
        """Into the subnet of a gateway or firewall and out again; the replies likewise."""
        questions = (
            (Side.REQUEST_IN, Question(False, source, asked.port)),
            (Side.REQUEST_OUT, Question(True, asked.service, asked.port)),
            (Side.REPLY_IN, Question(False, asked.service, _EPHEMERAL_PORTS if crossing.translates else asked.back)),
            (Side.REPLY_OUT, Question(True, source, asked.back)),
        )
        for side, question in questions:
            if side in crossing.sides:
                yield from self._edges.acl(crossing.subnet, crossing.vpc, question)

    # --- to an interface endpoint -----------------------------------------------------------------------------------------------------

    def _to_endpoint(self, origin: Origin, host: Host, endpoint: Endpoint) -> Iterator[Passage]:
        position = origin.position
        port = (host.port, host.port)
        theirs = self._endpoint_groups(endpoint)
        blocks = tuple(block for one in _listed(endpoint.subnets) for block in self._edges.blocks(one, endpoint.vpc))
        ours = self._groups_of(origin)
        own = self._edges.blocks(position.subnet, position.vpc)
        there, here = self._told(origin, endpoint, ours, theirs)
        yield self._groups(ours, Question(True, Interfaces(blocks, there), port))
        yield self._groups(theirs, Question(False, Interfaces(own, here), port))
        yield from self._between(origin, Interfaces(own, ()), port, endpoint)

    def _told(self, origin: Origin, endpoint: Endpoint, ours: Groups, theirs: Groups) -> tuple[Groups, Groups]:
        """The groups at the endpoint that rules of the workload's know, and the workload's that rules at the endpoint know."""
        if endpoint.vpc == origin.position.vpc or isinstance(endpoint.vpc, Unknown):
            return theirs, ours
        let_out, let_in = knows_groups(self._estate, origin, endpoint)
        return _known(theirs, let_out), _known(ours, let_in)

    def _between(self, origin: Origin, own: Interfaces, port: tuple[int, int], endpoint: Endpoint) -> Iterator[Passage]:
        """From subnet to subnet and back. The name resolves to all of the endpoint's addresses, so what only some let pass is open."""
        lanes = [self._lane(origin, own, port, subnet, endpoint) for subnet in self._spread(endpoint)]
        undecided = unknown("is reached in some of its subnets and perhaps not in others", endpoint.id, endpoint.location)
        yield from agreed([worst(lane) for lane in lanes], undecided if len(lanes) > 1 else None)

    def _spread(self, endpoint: Endpoint) -> tuple[Link, ...]:
        """The subnets that the endpoint is in, and all that those may be which are not known."""
        found: list[Link] = []
        for one in _listed(endpoint.subnets):
            found += [one] if isinstance(one, str) else self._edges.candidates(one, endpoint.vpc) or [one]
        return tuple(dict.fromkeys(found))

    def _lane(self, origin: Origin, own: Interfaces, port: tuple[int, int], there: Link, endpoint: Endpoint) -> list[Passage]:
        """The ACLs between the workload and the endpoint's interface ``there``; inside one subnet none is asked."""
        here, back = origin.position.subnet, _replies(origin)
        if here == there:
            return []
        theirs = Interfaces(self._edges.blocks(there, endpoint.vpc), ())
        out, into = doors(self._estate, origin, endpoint)
        return [
            *self._edges.acl(here, origin.position.vpc, Question(True, theirs, port)),
            *self._at_door(here, out, Question(False, own, port), Question(True, own, back)),
            *self._at_door(there, into, Question(False, theirs, back), Question(True, theirs, port)),
            *self._unless_beside(there, into, self._edges.acl(there, endpoint.vpc, Question(False, own, port))),
            *self._edges.acl(there, endpoint.vpc, Question(True, own, back)),
            *self._unless_beside(here, out, self._edges.acl(here, origin.position.vpc, Question(False, theirs, back))),
        ]

    def _at_door(self, beside: Link, door: Departure | None, leaving: Question, entering: Question) -> Iterator[Passage]:
        """What the ACL of an attachment's subnet says of what leaves the VPC of ``beside`` by it, and of what enters by it."""
        for crossing in self._edges.departing(beside, door) if door is not None else ():
            question = leaving if Side.REQUEST_IN in crossing.sides else entering
            for passage in self._edges.acl(crossing.subnet, crossing.vpc, question):
                yield passage if crossing.certain else replace(passage, opened=perhaps(passage.opened, crossing.subnet))

    @staticmethod
    def _unless_beside(subnet: Link, door: Departure | None, passages: Iterator[Passage]) -> Iterator[Passage]:
        """``passages`` of what comes from a transit gateway: in one subnet with its attachment it is not asked about."""
        beside = is_beside(subnet, (door,)) if door is not None else False
        if beside is not True:
            yield from (one if beside is False else replace(one, opened=perhaps(one.opened, subnet)) for one in passages)

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


def _known(groups: Groups, known: Truth) -> Groups:
    """``groups`` as rules of another VPC know them."""
    if isinstance(groups, Unknown) or known is True:
        return groups
    if known is False:
        return ()
    return tuple(Perhaps(one.group if isinstance(one, Perhaps) else one, Unknown(known.causes)) for one in groups)


def _replies(origin: Origin) -> tuple[int, int]:
    """The ports that replies to the workload come back to."""
    platform = origin.workload.platform
    return _EPHEMERAL_PORTS if isinstance(platform, Unknown) or platform is Platform.LAMBDA else _UPPER_PORTS


def _after(step: Step, passage: Passage) -> Step:
    """``step`` once it has met one filter."""
    if isinstance(passage.opened, Unknown) or passage.refusal is None:
        causes = passage.opened.causes if isinstance(passage.opened, Unknown) else ()
        return doubted(step, passage.refusal, causes, passage.hop, passage.missing)
    if not passage.opened:
        return refused(step, passage.refusal, passage.hop, passage.missing)
    # The last hop is the one that explains a doubt.
    return replace(step, hops=(*step.hops, passage.hop)) if step.disposition.delivered else step


def _listed(subnets: tuple[Link, ...] | Unknown) -> tuple[Link, ...]:
    return (subnets,) if isinstance(subnets, Unknown) else subnets or (None,)

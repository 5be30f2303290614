"""The edges of subnets: what their network ACLs say, each question once, and whose edge it is that a request crosses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from validator.analysis.estate import Estate, equal
from validator.analysis.network_acls import ask_acl, undecided_acl
from validator.analysis.passages import Passage, Question
from validator.analysis.steps import Crossing, Departure, Either, Side, Way
from validator.model.network import Id, Link
from validator.values import Truth, Unknown, all_of, any_of, unknown


class Edges:
    """Answers for the ACLs of one estate."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._by_acl: dict[tuple[Id, Question], Passage | None] = {}

    def acl(self, subnet: Link, vpc: Link, question: Question) -> Iterator[Passage]:
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
        found = [self._ask_acl(one, question) for one in self.candidates(subnet, vpc)]
        opened = {True if one is None else one.opened for one in found}
        if opened in ({True}, {False}):
            return found[0]
        return undecided_acl(question, unknown("is not known", "the subnet") if subnet is None else Unknown(subnet.causes))

    def candidates(self, subnet: Unknown | None, vpc: Link) -> tuple[Id, ...]:
        """The subnets that an unknown one may be: of a VPC that the inputs make, its own."""
        if subnet is not None and subnet.among:
            return tuple(map(str, subnet.among))
        around = self._estate.topology.vpcs.get(vpc) if isinstance(vpc, str) else None
        if around is None or not around.closed:
            return ()
        return tuple(one.id for one in self._estate.topology.subnets.values() if equal(one.vpc, vpc) is not False)

    def blocks(self, subnet: Link, vpc: Link) -> tuple[str | Unknown, ...]:
        """The block of ``subnet``; those of its VPC where that is not known."""
        entity = self._estate.topology.subnets.get(subnet) if isinstance(subnet, str) else None
        if entity is not None and isinstance(entity.cidr, str):
            return (entity.cidr,)
        around = self._estate.topology.vpcs.get(vpc) if isinstance(vpc, str) else None
        if around is not None and around.closed and around.cidrs:
            return around.cidrs
        return (unknown("has an address block that is not in the input", str(subnet) if isinstance(subnet, str) else "the subnet"),)

    def departing(self, here: Link, departure: Departure) -> Iterator[Crossing]:
        """The attachment's subnet in the zone of ``here``: it is asked for what comes from the VPC, and what goes back to it.

        Transit gateway guide, "Network ACLs for transit gateways": in one subnet with the attachment it is not asked for what goes back.
        """
        subnet = self._in_zone_of(here, departure.subnets)
        into = Crossing(subnet, translates=False, certain=departure.certain, sides=frozenset({Side.REQUEST_IN}), vpc=departure.vpc)
        yield into
        same = equal(subnet, here)
        if same is not True:
            yield replace(into, certain=departure.certain and same is False, sides=frozenset({Side.REPLY_OUT}))

    def _in_zone_of(self, here: Link, subnets: tuple[Link, ...] | Unknown) -> Link:
        """The one of ``subnets`` that is in the same zone; of several that may be, an unknown one of them."""
        if isinstance(subnets, Unknown):
            return subnets
        if here in subnets:
            return here
        if open_ones := [one for one in subnets if isinstance(one, Unknown)]:
            return Unknown(tuple(cause for one in open_ones for cause in one.causes))
        near = [one for one in subnets if isinstance(one, str) and equal(self._zone(one), self._zone(here)) is not False]
        if len(near) == 1:
            return near[0]
        return Unknown(unknown("is in a zone that is not known", str(here)).causes, tuple(near or map(str, subnets)) or None)

    def _zone(self, subnet: Link) -> str | Unknown:
        entity = self._estate.topology.subnets.get(subnet) if isinstance(subnet, str) else None
        return entity.zone if entity is not None and entity.zone is not None else unknown("names no zone", str(subnet))


def worst(lane: list[Passage]) -> Passage | None:
    """The first that drops it, else the first that may, else the first."""
    ranked = sorted(lane, key=lambda one: 0 if one.opened is False else 1 if isinstance(one.opened, Unknown) else 2)
    return ranked[0] if ranked else None


def agreed(told: list[Passage | None], doubt: Unknown | None) -> Iterator[Passage]:
    """What the filters on several ways say, each told by its worst: where they differ it is open, because of theirs and ``doubt``."""
    closed = [one for one in told if one is not None and one.opened is not True]
    if not closed:
        yield from (one for one in told[:1] if one is not None)
    elif len(closed) == len(told) and all(one.opened is False for one in closed):
        yield closed[0]
    else:
        causes = [cause for one in closed if isinstance(one.opened, Unknown) for cause in one.opened.causes]
        causes += doubt.causes if doubt is not None else ()
        causes += (
            () if causes else unknown("drops what other ways let pass", str(closed[0].hop.address or "a network ACL"), closed[0].hop.location).causes
        )
        yield replace(closed[0], opened=Unknown(tuple(causes)))


def perhaps(opened: Truth, subnet: Link) -> Truth:
    """What a filter says that may not be on the way."""
    return unknown("may or may not be crossed", str(subnet) if isinstance(subnet, str) else "the subnet") if opened is False else opened


def is_beside(subnet: Link, way: Way) -> Truth:
    """Whether it leaves by a transit gateway's attachment in ``subnet`` itself, whose ACL is then not asked for what comes back."""
    departure = way[0] if way else None
    if isinstance(departure, Either):
        truths = [is_beside(subnet, one) for one in departure.ways]
        whole, some = all_of(truths), any_of(truths)
        return whole if whole is some else unknown("may be the subnet of the attachment", str(subnet))
    if not isinstance(departure, Departure):
        return False
    if isinstance(departure.subnets, Unknown):
        return Unknown(departure.subnets.causes) if not isinstance(subnet, str) or departure.subnets.may_be(subnet) else False
    beside = any_of(equal(subnet, one) for one in departure.subnets)
    return beside if departure.certain or beside is False else unknown("may be the subnet of the attachment", str(subnet))

"""What private hosted zones and resolver rules of a VPC make of a name, before the public name servers are asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from validator.analysis.access import Hop
from validator.analysis.estate import Estate, equal
from validator.model.names import PrivateZone
from validator.model.network import Id, Link, Vpc
from validator.values import Truth, Unknown, all_of, any_of, unknown


@dataclass(frozen=True, slots=True)
class Shadow:
    """A private zone that stands in front of a name. ``endpoint``: where its record leads; None: it has no record for the name."""

    zone: str
    endpoint: Id | Unknown | None
    hop: Hop


def shadow(estate: Estate, vpc: Vpc, name: str) -> Shadow | Unknown | None:
    """The private zone that answers ``name`` in ``vpc``; None: none does. Zones need both DNS switches (aws-facts A10, B4)."""
    asked = all_of((vpc.dns_support, vpc.dns_hostnames))
    if asked is False:
        return None
    certain: list[PrivateZone] = []
    for zone in estate.topology.private_zones.values():
        truth = all_of((asked, zone.exists, _is_in(zone.vpcs, vpc.id), _is_under(name, zone.name)))
        if isinstance(truth, Unknown):
            return truth
        if truth:
            certain.append(zone)
    # Of several, the one with the longest name is asked, and no other.
    deepest = max(certain, key=lambda zone: len(str(zone.name)), default=None)
    return _in_zone(estate, deepest, name) if deepest is not None else None


def _in_zone(estate: Estate, zone: PrivateZone, name: str) -> Shadow | Unknown:
    loose = [one for one in estate.topology.loose_records if one.zone.may_be(zone.id)]
    records = [(one, all_of((one.exists, _is_name(one.name, name)))) for one in zone.records]
    if unsettled := [truth for _, truth in records if isinstance(truth, Unknown)]:
        return unsettled[0]
    matching = [one for one, truth in records if truth is True]
    if not matching and (loose or not zone.closed):
        return unknown("may have a record that is not shown", zone.id, zone.location)
    if not matching:
        return Shadow(str(zone.name), None, Hop("private-zone", zone.id, f"{zone.id} has no record for {name}: it does not resolve", zone.location))
    # An exact name before a wildcard, a longer wildcard before a shorter.
    best = max(matching, key=lambda one: (not str(one.name).startswith("*."), len(str(one.name))))
    return Shadow(str(zone.name), best.endpoint, Hop("private-zone", zone.id, f"its record {best.name} answers", best.location))


def _is_name(written: str | Unknown, name: str) -> Truth:
    if isinstance(written, Unknown):
        return Unknown(written.causes)
    if written.startswith("*."):
        return name.endswith(written[1:])
    return name == written


def _is_under(name: str, domain: str | Unknown) -> Truth:
    if isinstance(domain, Unknown):
        return Unknown(domain.causes)
    return not domain or name == domain or name.endswith(f".{domain}")


def _is_in(vpcs: Iterable[Link] | Unknown, vpc: Id) -> Truth:
    return Unknown(vpcs.causes) if isinstance(vpcs, Unknown) else any_of(equal(one, vpc) for one in vpcs)


def forwarded(estate: Estate, vpc: Vpc, name: str) -> Truth:
    """Whether a resolver rule of ``vpc`` sends ``name`` to other name servers: of several rules, the one with the longest domain."""
    longest: tuple[int, Truth] = (-1, False)
    for rule in estate.topology.resolver_rules:
        applies = all_of((rule.exists, _is_in(rule.vpcs, vpc.id), _is_under(name, rule.domain)))
        if isinstance(applies, Unknown):
            return applies
        if applies:
            longest = max(longest, (len(str(rule.domain)), rule.forwards), key=lambda found: found[0])
    return longest[1]

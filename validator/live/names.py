"""Who answers names in a VPC: private hosted zones that stand in front of S3's names, and resolver rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from validator.frontends.snapshot.facts import HostedZone, ResolverRule
from validator.live import calls
from validator.live.clients import Answer, Clients
from validator.live.rooms import Job, Room, run

_S3_SUFFIXES = ("amazonaws.com", "amazonaws.com.cn", "amazonaws.eu")


@dataclass(slots=True)
class _Found:
    """Zones and rules with the VPCs that ask them, as the answers name them."""

    zones: defaultdict[tuple[Room, str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    rules: defaultdict[tuple[Room, str], set[str]] = field(default_factory=lambda: defaultdict(set))


def ask_names(clients: Clients, rooms: Mapping[Room, Collection[str]]) -> None:
    """Ask who answers names in the VPCs of each room, whose DNS attributes are known already."""
    found = _Found()
    jobs = [job for room, vpcs in rooms.items() for job in (*_zones(found, room, vpcs), *_associations(found, room, vpcs))]
    run(clients, jobs)
    for (room, zone, name), vpcs in found.zones.items():
        room.found["hosted_zones"][zone] = HostedZone(zone, name, tuple(sorted(vpcs)))
    zones = [(room, zone) for room, zone, _ in sorted(found.zones, key=lambda one: one[1:])]
    rules = dict.fromkeys(room for room, _ in found.rules)
    records = [Job(room, calls.RECORDS, (zone,), {"HostedZoneId": zone}, _keep_records(zone)) for room, zone in zones]
    run(clients, [*records, *(Job(room, calls.RULES, _rules_of(found, room), {}, _keep_rules(found)) for room in rules)])
    for (room, rule), vpcs in found.rules.items():
        room.found["resolver_rules"].setdefault(rule, ResolverRule(rule, None, "FORWARD", tuple(sorted(vpcs))))


def _zones(found: _Found, room: Room, vpcs: Collection[str]) -> Iterator[Job]:
    """Of each VPC where zones are asked at all: they need both DNS attributes."""
    for vpc in sorted(vpcs):
        if False not in room.attributes.get(vpc, {}).values():
            yield Job(room, calls.ZONES, (vpc,), {"VPCId": vpc, "VPCRegion": room.region}, _keep_zones(found, vpc))


def _keep_zones(found: _Found, vpc: str) -> Callable[[Room, list[Answer]], None]:
    def take(room: Room, pages: list[Answer]) -> None:
        for one in (zone for page in pages for zone in page["HostedZoneSummaries"]):
            if not one.get("Owner", {}).get("OwningService") and _hides_s3(one["Name"]):
                found.zones[room, one["HostedZoneId"].rpartition("/")[2], one["Name"]].add(vpc)

    return take


def _hides_s3(zone: str) -> bool:
    name = zone.lower().rstrip(".")
    return any(f".{name}".endswith(f".{suffix}") or f".{suffix}".endswith(f".{name}") for suffix in _S3_SUFFIXES)


def _associations(found: _Found, room: Room, vpcs: Collection[str]) -> Iterator[Job]:
    def take(room: Room, pages: list[Answer]) -> None:
        for one in (association for page in pages for association in page["ResolverRuleAssociations"]):
            if one["VPCId"] in vpcs:
                found.rules[room, one["ResolverRuleId"]].add(one["VPCId"])

    if vpcs:
        yield Job(room, calls.RULE_ASSOCIATIONS, tuple(sorted(vpcs)), {}, take)


def _keep_records(zone: str) -> Callable[[Room, list[Answer]], None]:
    def take(room: Room, pages: list[Answer]) -> None:
        known = room.found["hosted_zones"][zone]
        assert isinstance(known, HostedZone)
        records = [one for page in pages for one in page["ResourceRecordSets"]]
        room.keep("hosted_zones", [{"HostedZoneId": zone, "Name": known.name, "VpcIds": list(known.vpc_ids), "Records": records}])

    return take


def _rules_of(found: _Found, room: Room) -> tuple[str, ...]:
    return tuple(sorted(rule for place, rule in found.rules if place is room))


def _keep_rules(found: _Found) -> Callable[[Room, list[Answer]], None]:
    def take(room: Room, pages: list[Answer]) -> None:
        for one in (rule for page in pages for rule in page["ResolverRules"]):
            if vpcs := found.rules.get((room, one["Id"])):
                room.keep("resolver_rules", [{**one, "VpcIds": sorted(vpcs)}])

    return take

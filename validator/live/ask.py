"""Asks AWS: what the questions name, then the VPCs around it as a whole, then what those refer to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from types import MappingProxyType

from validator.frontends.snapshot.document import SCHEMA, Failure, Snapshot
from validator.frontends.snapshot.facts import PrefixList, RouteTable, SecurityGroup, Vpc, VpcEndpoint
from validator.frontends.snapshot.running import Function, Instance, Service
from validator.live import calls
from validator.live.buckets import ask_buckets
from validator.live.calls import Call
from validator.live.clients import Answer, Clients, Refusal, Who, who_of
from validator.live.containers import ask_services
from validator.live.names import ask_names
from validator.live.pool import Deadline
from validator.live.questions import Question
from validator.live.rooms import Job, Room, described, run
from validator.live.values import ask_values
from validator.live.workloads import ask_workloads
from validator.options import Live

_BY_ID = MappingProxyType(
    {
        "subnet": (calls.SUBNETS, "subnets"), "rtb": (calls.ROUTE_TABLES, "route_tables"), "vpce": (calls.ENDPOINTS, "vpc_endpoints"),
        "pl": (calls.PREFIX_LISTS, "prefix_lists"), "sg": (calls.GROUPS, "security_groups"), "acl": (calls.ACLS, "network_acls"),
        "nat": (calls.NAT_GATEWAYS, "nat_gateways"), "igw": (calls.INTERNET_GATEWAYS, "internet_gateways"),
        "tgw": (calls.TRANSIT_GATEWAYS, "transit_gateways"),
    }
)  # fmt: skip
# Everything of a VPC, by the filter that names it. What is there of the first is needed to say that anything is not there.
_OF_VPC = (
    (calls.SUBNETS, "subnets", "vpc-id"),
    (calls.ROUTE_TABLES, "route_tables", "vpc-id"),
    (calls.ENDPOINTS, "vpc_endpoints", "vpc-id"),
    (calls.ACLS, "network_acls", "vpc-id"),
    (calls.NAT_GATEWAYS, "nat_gateways", "vpc-id"),
    (calls.INTERNET_GATEWAYS, "internet_gateways", "attachment.vpc-id"),
)
_CLOSING = (calls.VPCS, calls.SUBNETS, calls.ROUTE_TABLES, calls.ENDPOINTS)
# A VPC is asked for as a whole where one of these is in it.
_IN_VPC = ("subnets", "route_tables", "vpc_endpoints")


def ask(questions: Collection[Question], live: Live, deadline: Deadline, taken: str, skipped: Callable[[str], bool]) -> Snapshot:
    """What AWS says to ``questions``, by the deadline; what it does not say is among the failures. ``skipped``: ids not to ask about."""
    clients = Clients(deadline)
    placed = [one for one in questions if one.region]
    rooms, refused = _rooms(clients, placed, live)
    asked = {place: _names([one for one in placed if _place(one, live) == place]) for place in rooms}
    run(clients, [job for place, room in rooms.items() for job in _by_id(room, asked[place])])
    for place, room in rooms.items():
        ask_values(clients, room, asked[place]["export"], asked[place]["parameter"])
    ask_buckets(clients, [(rooms[_place(one, live)], one.name) for one in placed if one.kind == "bucket" and _place(one, live) in rooms])
    vpcs = {place: {vpc for vpc in _vpcs(room, asked[place]["id"]) if not skipped(vpc)} for place, room in rooms.items()}
    run(clients, [job for place, room in rooms.items() for job in _whole(room, vpcs[place])])
    occupied = {room: vpcs[place] for place, room in rooms.items()}
    ask_names(clients, occupied)
    if live.workloads:
        ask_workloads(clients, occupied)
        ask_services(clients, occupied)
    for step in (_named_by_vpcs, _named_by_groups, _entries):
        run(clients, [job for room in rooms.values() for job in step(room)])
    places = tuple(room.place(taken, vpcs[place] - room.failed(*_CLOSING) - room.absent) for place, room in rooms.items())
    failures = [failure for room in rooms.values() for failure in room.failures]
    return Snapshot(SCHEMA, taken, places, (*failures, *refused, *_unplaced(questions)))


Placed = tuple[Who, str]


def _place(question: Question, live: Live) -> Placed:
    return who_of(live, question.asker), question.region


def _names(questions: Iterable[Question]) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one in questions:
        found[one.kind].add(one.name)
    return found


def _rooms(clients: Clients, questions: Iterable[Question], live: Live) -> tuple[dict[Placed, Room], list[Failure]]:
    """A room for each account and Region that is asked; the questions of those without credentials have all failed."""
    by_place: defaultdict[Placed, list[Question]] = defaultdict(list)
    for one in sorted(questions):
        by_place[_place(one, live)].append(one)
    accounts: dict[Who, str | Refusal] = {}
    rooms: dict[Placed, Room] = {}
    refused: list[Failure] = []
    for (who, region), members in by_place.items():
        if who not in accounts:
            accounts[who] = clients.account(who, region)
        account = accounts[who]
        if isinstance(account, Refusal) and account.fatal:
            refused += [Failure(call, account.reason, region, tuple(names)) for call, names in _calls_for(members).items()]
        else:
            rooms[who, region] = Room(who, region, "" if isinstance(account, Refusal) else account)
    return rooms, refused


def _calls_for(questions: Iterable[Question]) -> dict[str, list[str]]:
    """The calls that questions would have been asked by."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for one in questions:
        found[str(_first_call(one))].append(one.name)
    return found


def _first_call(question: Question) -> Call:
    match question.kind:
        case "bucket":
            return calls.HEAD_BUCKET
        case "export":
            return calls.EXPORTS
        case "parameter":
            return calls.PARAMETERS
    call, _ = _BY_ID.get(question.name.partition("-")[0], (calls.VPCS, ""))
    return call


def _unplaced(questions: Iterable[Question]) -> Iterator[Failure]:
    names = tuple(sorted(one.name for one in questions if not one.region))
    if names:
        yield Failure("", "nothing says in which Region", "", names)


def _by_id(room: Room, asked: Mapping[str, Collection[str]]) -> Iterator[Job]:
    if asked["region"]:
        yield Job(room, calls.VPCS, tuple(asked["region"]), {}, _keep_vpcs)
    sorted_out: defaultdict[str, set[str]] = defaultdict(set)
    for one in asked["id"]:
        sorted_out[one.partition("-")[0]].add(one)
    for prefix, (call, kind) in _BY_ID.items():
        yield from described(room, call, kind, sorted_out[prefix])


def _keep_vpcs(room: Room, pages: list[Answer]) -> None:
    for page in pages:
        room.keep("vpcs", page["Vpcs"])


def _vpcs(room: Room, asked: Iterable[str]) -> set[str]:
    named = {one for one in asked if one.startswith("vpc-")}
    named |= set(room.found["vpcs"])
    return named | {getattr(fact, "vpc_id") for kind in _IN_VPC for fact in room.found[kind].values()}  # noqa: B009 - facts of several types


def _whole(room: Room, vpcs: Collection[str]) -> Iterator[Job]:
    yield from described(room, calls.VPCS, "vpcs", set(vpcs) - set(room.found["vpcs"]))
    for call, kind, selector in _OF_VPC:
        yield from described(room, call, kind, vpcs, selector)
    yield from described(room, calls.GROUPS, "security_groups", vpcs, "vpc-id", {"group-name": ["default"]})
    for vpc in sorted(vpcs):
        for attribute, name in (("enableDnsSupport", "EnableDnsSupport"), ("enableDnsHostnames", "EnableDnsHostnames")):
            yield Job(room, calls.VPC_ATTRIBUTE, (vpc,), {"VpcId": vpc, "Attribute": attribute}, _attribute(vpc, name))


def _attribute(vpc: str, name: str) -> Callable[[Room, list[Answer]], None]:
    def take(room: Room, pages: list[Answer]) -> None:
        room.attributes.setdefault(vpc, {})[name] = bool(pages[0][name]["Value"])

    return take


def _named_by_vpcs(room: Room) -> Iterator[Job]:
    """What route tables, endpoints, VPCs and workloads refer to."""
    routes = [route for table in room.found["route_tables"].values() if isinstance(table, RouteTable) for route in table.routes]
    groups = {group.group_id for one in room.found["vpc_endpoints"].values() if isinstance(one, VpcEndpoint) for group in one.groups}
    groups |= set(_groups_of_workloads(room))
    options = {vpc.dhcp_options_id for vpc in room.found["vpcs"].values() if isinstance(vpc, Vpc)} - {"default", ""}
    yield from _missing(room, calls.PREFIX_LISTS, "prefix_lists", {route.destination_prefix_list_id for route in routes})
    yield from _missing(room, calls.TRANSIT_GATEWAYS, "transit_gateways", {route.transit_gateway_id for route in routes})
    yield from _missing(room, calls.GROUPS, "security_groups", groups)
    yield from _missing(room, calls.DHCP_OPTIONS, "dhcp_options", options)


def _groups_of_workloads(room: Room) -> Iterator[str]:
    for one in (*room.found["functions"].values(), *room.found["instances"].values(), *room.found["services"].values()):
        match one:
            case Function():
                yield from one.vpc_config.security_group_ids
            case Instance():
                yield from (group.group_id for group in one.security_groups)
            case Service():
                yield from one.security_group_ids


def _named_by_groups(room: Room) -> Iterator[Job]:
    """Prefix lists in the rules of security groups."""
    groups = [one for one in room.found["security_groups"].values() if isinstance(one, SecurityGroup)]
    rules = [rule for group in groups for rule in (*group.ip_permissions, *group.ip_permissions_egress)]
    yield from _missing(room, calls.PREFIX_LISTS, "prefix_lists", {listed.prefix_list_id for rule in rules for listed in rule.prefix_list_ids})


def _missing(room: Room, call: Call, kind: str, ids: set[str]) -> Iterator[Job]:
    return described(room, call, kind, ids - {""} - set(room.found[kind]) - room.absent - room.failed(call))


def _entries(room: Room) -> Iterator[Job]:
    """The blocks of lists that are not AWS's own: of those, the name says all."""
    for identity, listed in room.found["prefix_lists"].items():
        if isinstance(listed, PrefixList) and listed.owner_id != "AWS" and listed.entries is None:
            yield Job(room, calls.PREFIX_LIST_ENTRIES, (identity,), {"PrefixListId": identity}, _keep_entries(listed))


def _keep_entries(listed: PrefixList) -> Callable[[Room, list[Answer]], None]:
    def take(room: Room, pages: list[Answer]) -> None:
        entries = [entry for page in pages for entry in page.get("Entries", ())]
        item = {"PrefixListId": listed.prefix_list_id, "PrefixListName": listed.prefix_list_name, "OwnerId": listed.owner_id, "Entries": entries}
        room.keep("prefix_lists", [item])

    return take

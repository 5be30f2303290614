"""Do the laws of the network hold: an unknown filled in flips nothing, look-ups agree with brute force, opening a filter stops nobody?

The estates are the situations of the table, alone and thrown together by twos.
"""

import copy
from dataclasses import fields, is_dataclass, replace
from ipaddress import IPv4Address, ip_address, ip_network
from pathlib import Path

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from situations import HERE, Situation

from validator.analysis.access import Disposition
from validator.analysis.covering import Interfaces, ServiceAddresses
from validator.analysis.estate import estate_of
from validator.analysis.network_acls import ask_acl
from validator.analysis.passages import Question
from validator.analysis.routing import Router
from validator.analysis.security_groups import ask_groups
from validator.model.filters import AclAssociation, AclEntry, AttachedGroup, GroupPeer, NetworkAcl, Rule, SecurityGroup
from validator.model.gateways import Endpoint, EndpointAssociation, EndpointType
from validator.model.network import Cidr, PrefixList, Route, RouteTable, Subnet, Target, TargetKind, Vpc
from validator.model.topology import Topology
from validator.values import Unknown, unknown

ROWS = yaml.safe_load((Path(__file__).parent / "situations.yaml").read_text())
OPEN = unknown("is blurred", "it")
QUICK = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])

# What can be open of each kind of thing. Whatever it is, the value that is there is one that it may be.
BLURS = {
    "Rule": ("peer", "tcp", "ports", "exists"),
    "AclEntry": ("number", "allow", "peer", "tcp", "ports", "exists"),
    "SecurityGroup": ("exists",),
    "AclAssociation": ("acl", "subnet", "exists"),
    "AttachedGroup": ("group", "exists"),
    "Route": ("destination", "exists"),
    "Target": ("kind", "entity"),
    "TableAssociation": ("table", "subnet", "exists"),
    "Endpoint": ("exists", "type", "service", "service_region", "private_dns", "inbound_only", "subnets", "security_groups", "ip_address_type", "cross_region", "vpc", "default_replaced", "names_in"),
    "EndpointAssociation": ("endpoint", "table", "exists"),
    "NatGateway": ("subnet", "public", "regional", "exists"),
    "InternetGateway": ("vpc", "exists"),
    "Firewall": ("subnets", "strict"),
    "InspectedDomains": ("kind", "domains", "protocols", "home", "exists"),
    "Vpc": ("dns_support", "dns_hostnames", "custom_resolver"),
    "Subnet": ("cidr", "ipv6", "ipv6_only", "zone"),
    "PublicAccessBlock": ("mode", "exists"),
    "PublicAccessExclusion": ("mode", "vpc", "subnet", "exists"),
    "PrivateZone": ("name", "vpcs", "exists"),
    "ZoneRecord": ("name", "endpoint", "exists"),
    "DomainRule": ("vpc", "order", "action", "domains", "query", "trusts", "exists"),
    "ResolverRule": ("domain", "forwards", "exists"),
    "TransitAttachment": ("gateway", "vpc", "subnets", "exists"),
    "TransitRoute": ("table", "destination", "attachment", "blackhole", "exists"),
    "TransitLink": ("table", "attachment", "exists"),
}  # fmt: skip


def merged(one, other):
    """Both rows at once; where they tell of the same thing, both stand in it."""
    result = copy.deepcopy(one)
    for key, value in other.items():
        if isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = merged(result[key], value)
        elif isinstance(value, list) and isinstance(result.get(key), list):
            result[key] = result[key] + [member for member in value if member not in result[key]]
        elif key not in {"host", "region", "name", "table"} or key not in result:
            result[key] = copy.deepcopy(value)
    return result


def possible(row):
    """What AWS would take: an endpoint has tables of its own VPC only."""
    tables = Situation(row).tables
    for one in row.get("endpoints", {}).values():
        if "tables" in one:
            one["tables"] = [name for name in one["tables"] if tables.get(name, "main") == one.get("vpc", "main")]
    return row


rows = st.one_of(
    st.sampled_from(ROWS),
    st.tuples(st.sampled_from(ROWS), st.sampled_from(ROWS)).map(lambda two: possible(merged(*two))),
)


class Exact(Situation):
    """A situation whose topology is made once, and may be changed."""

    def __init__(self, row, change=lambda topology: topology):
        super().__init__(row)
        self.change = change

    def topology(self):
        return self.change(super().topology())


class Blur:
    """Makes the chosen of the things that can be open unknown, and remembers which they were."""

    def __init__(self, chosen=()):
        self.chosen = frozenset(chosen)
        self.count = 0
        self.told = []

    def __call__(self, value):
        if isinstance(value, dict):
            return {name: self(member) for name, member in value.items()}
        if isinstance(value, tuple):
            return tuple(self(member) for member in value)
        if not is_dataclass(value) or type(value).__name__ in {"SourceLocation", "Unknown"}:
            return value
        return replace(value, **{field.name: self.field(value, field.name) for field in fields(value) if self.concerns(value, field.name)})

    def concerns(self, value, name):
        here = getattr(value, name)
        return name in BLURS.get(type(value).__name__, ()) or is_dataclass(here) or isinstance(here, dict | tuple)

    def field(self, value, name):
        here = getattr(value, name)
        if name in BLURS.get(type(value).__name__, ()):
            self.count += 1
            if self.count - 1 in self.chosen:
                self.told.append((type(value).__name__, getattr(value, "id", getattr(value, "address", "")), name, here))
                # One more VPC that nobody knows.
                return (*here, OPEN) if name == "names_in" else OPEN
        return self(here)


@QUICK
@given(rows, st.data())
def test_does_filling_in_an_unknown_never_flip_where_a_request_ends(row, data):
    exact = Exact(row).path()
    counter = Blur()
    counter(Situation(row).topology())
    blur = Blur(data.draw(st.sets(st.integers(0, counter.count - 1), min_size=1, max_size=4)))
    open_one = Exact(row, blur).path()
    if open_one.disposition is not Disposition.UNKNOWN:
        assert open_one.disposition is exact.disposition, blur.told
    if open_one.way is not Disposition.UNKNOWN and exact.disposition is not Disposition.DNS_UNRESOLVED:
        assert open_one.way is exact.way, blur.told


@QUICK
@given(rows, st.data())
def test_does_attaching_a_group_never_stop_a_request_and_what_may_be_attached_leave_both_open(row, data):
    names = sorted(row.get("groups", {})) or ["main#default-group"]
    attached = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True))
    without, held, perhaps = Exact(row), Exact(row), Exact(row)
    held.attached = (*held.attached, *map(AttachedGroup, attached))
    perhaps.attached = (*perhaps.attached, *(AttachedGroup(name, OPEN) for name in attached))
    before, after, between = without.path(), held.path(), perhaps.path()
    if before.disposition.delivered:
        assert after.disposition is before.disposition
    if between.disposition is not Disposition.UNKNOWN:
        assert between.disposition is before.disposition is after.disposition


def opened(topology):
    """Everybody is let through: by a rule more in each group, by an entry in front of all others in each ACL."""
    every = (Cidr("0.0.0.0/0"), Cidr("::/0"))
    rules = tuple(Rule(peer, True, None, HERE, "opened") for peer in every)
    front = tuple(AclEntry(place, True, peer, True, None, HERE, "opened") for place, peer in enumerate(every))
    groups = {name: replace(one, egress=(*one.egress, *rules), ingress=(*one.ingress, *rules)) for name, one in topology.security_groups.items()}
    acls = {name: replace(one, egress=(*front, *one.egress), ingress=(*front, *one.ingress)) for name, one in topology.network_acls.items()}
    return replace(topology, security_groups=groups, network_acls=acls)


@QUICK
@given(rows)
def test_does_opening_the_filters_never_stop_a_request(row):
    before, after = Exact(row).path(), Exact(row, opened).path()
    assert after.way is before.way
    if before.disposition.delivered:
        assert after.disposition is before.disposition
    assert after.disposition not in {Disposition.SECURITY_GROUP_DENIES, Disposition.NETWORK_ACL_DENIES}


blocks = st.sampled_from(["0.0.0.0/0", "10.0.0.0/16", "10.0.0.0/24", "10.0.0.0/26", "10.0.0.64/26", "10.0.0.128/25", "10.0.1.0/24", "172.16.0.0/12"])
ranges = st.one_of(st.none(), st.tuples(st.integers(440, 446), st.integers(440, 446)).map(lambda two: (min(two), max(two))))
peers = st.one_of(blocks.map(Cidr), st.sampled_from(["mine", "theirs", "other"]).map(GroupPeer), st.just(PrefixList("pl", "s3", "eu-west-1")))
group_rules = st.builds(lambda peer, tcp, ports: Rule(peer, tcp, ports, HERE, "rule"), peers, st.booleans(), ranges)
entries = st.lists(
    st.builds(lambda allow, peer, tcp, ports: (allow, Cidr(peer), tcp, ports), st.booleans(), blocks, st.booleans(), ranges), max_size=5
)  # fmt: skip


def estate_with(group=None, acl=None):
    vpc = Vpc("vpc", "eu-west-1", True, True, True, ("10.0.0.0/16",), HERE)
    subnet = Subnet("app", "vpc", "eu-west-1", True, False, HERE, cidr="10.0.0.0/24")
    return estate_of(
        Topology(
            vpcs={"vpc": vpc},
            subnets={"app": subnet},
            security_groups={"mine": group} if group else {},
            network_acls={"acl": acl} if acl else {},
            acl_associations=(AclAssociation("app", "acl", HERE, "use"),),
        )
    )


@QUICK
@given(st.lists(group_rules, max_size=5), st.sampled_from(["10.0.0.0/26", "10.0.0.0/25", "10.0.1.0/28"]))
def test_does_a_group_let_through_what_its_rules_do_address_by_address(rules, block):
    estate = estate_with(SecurityGroup("mine", "vpc", tuple(rules), (), True, HERE))
    truth = ask_groups(estate, ("mine",), Question(True, Interfaces((block,), ("theirs",)), (443, 443))).opened
    answers = {_rules_allow(rules, address) for address in ip_network(block)}
    assert isinstance(truth, Unknown) or answers == {truth}


def _rules_allow(rules, address):
    return any(
        rule.tcp
        and (rule.ports is None or rule.ports[0] <= 443 <= rule.ports[1])
        and (
            address in ip_network(rule.peer.block)
            if isinstance(rule.peer, Cidr)
            else isinstance(rule.peer, GroupPeer) and rule.peer.group == "theirs"
        )
        for rule in rules
    )


@QUICK
@given(entries, st.sampled_from(["10.0.0.0/26", "10.0.0.0/25", "10.0.1.0/28"]), st.sampled_from([(443, 443), (441, 445)]), st.randoms())
def test_does_an_acl_let_through_what_its_entries_do_address_by_address(made, block, ports, shuffle):
    listed = [AclEntry(10 * place, allow, peer, tcp, known, HERE, "entry") for place, (allow, peer, tcp, known) in enumerate(made)]
    shuffle.shuffle(listed)
    estate = estate_with(acl=NetworkAcl("acl", "vpc", tuple(listed), (), True, HERE))
    passage = ask_acl(estate, "app", Question(True, Interfaces((block,), ()), ports))
    assert passage is not None
    answers = {_entries_allow(listed, address, port) for address in ip_network(block) for port in range(ports[0], ports[1] + 1)}
    assert isinstance(passage.opened, Unknown) or answers == {passage.opened}


def _entries_allow(listed, address, port):
    for one in sorted(listed, key=lambda entry: entry.number):
        if one.tcp and (one.ports is None or one.ports[0] <= port <= one.ports[1]) and address in ip_network(one.peer.block):
            return one.allow
    return False


# Two concrete worlds: the service's addresses are one of these sets.
WORLDS = (("52.218.0.0/20", "3.5.64.0/24"), ("52.92.16.0/22",), ("16.12.0.0/24", "52.218.64.0/22"))
destinations = st.sampled_from(
    ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "52.0.0.0/8", "52.218.0.0/16", "52.218.0.0/24", "3.0.0.0/9", "10.0.0.0/8", "16.0.0.0/5"]
)
kinds = st.sampled_from([TargetKind.TRANSIT_GATEWAY, TargetKind.VIRTUAL_PRIVATE_GATEWAY, TargetKind.NETWORK_INTERFACE, TargetKind.PEERING])
ENDS = {
    TargetKind.TRANSIT_GATEWAY: Disposition.VIA_TRANSIT_GATEWAY,
    TargetKind.VIRTUAL_PRIVATE_GATEWAY: Disposition.VIA_VIRTUAL_PRIVATE_GATEWAY,
    TargetKind.NETWORK_INTERFACE: Disposition.VIA_NETWORK_INTERFACE,
    TargetKind.PEERING: Disposition.BLACKHOLE,
}


@QUICK
@given(st.dictionaries(destinations, kinds, max_size=4), st.booleans(), st.booleans())
def test_does_the_longest_prefix_win_in_every_world_of_addresses(routes, endpoint, managed):
    listed = [Route(Cidr(to), Target(kind, "it"), HERE, to) for to, kind in routes.items()]
    if managed:
        listed.append(Route(PrefixList("pl", "s3", "eu-west-1"), Target(TargetKind.VIRTUAL_PRIVATE_GATEWAY, "it"), HERE, "list"))
    table = RouteTable("t", "vpc", "eu-west-1", tuple(listed), True, False, HERE)
    topology = Topology(
        route_tables={"t": table},
        endpoints={"s3": Endpoint("s3", "vpc", "eu-west-1", EndpointType.GATEWAY, "s3", "eu-west-1", "", HERE)},
        endpoint_associations=(EndpointAssociation("s3", "t", HERE, "s3"),) if endpoint else (),
    )
    found = Router(estate_of(topology)).step("t", ServiceAddresses("s3", "eu-west-1"), public=False).disposition
    for world in WORLDS:
        answers = {end for block in world for address in _some(block) for end in _longest(routes, address, endpoint, managed, world)}
        assert found is Disposition.UNKNOWN or answers <= {found}


def _some(block):
    network = ip_network(block)
    return (network[0], network[len(list(network.subnets(prefixlen_diff=1))) * 64 % network.num_addresses], network[-1])


def _longest(routes, address: IPv4Address, endpoint, managed, world):
    """How a request to ``address`` ends; two where two routes to the same list compete."""
    lengths = {}
    for to, kind in routes.items():
        if address in ip_network(to):
            lengths.setdefault(ip_network(to).prefixlen, set()).add(ENDS[kind])
    listed = max(ip_network(block).prefixlen for block in world if address in ip_network(block))
    of_lists = {Disposition.VIA_GATEWAY_ENDPOINT} if endpoint else set()
    of_lists |= {Disposition.VIA_VIRTUAL_PRIVATE_GATEWAY} if managed else set()
    if of_lists and listed not in lengths:
        lengths[listed] = of_lists
    return lengths[max(lengths)] if lengths else {Disposition.NO_ROUTE}


def test_is_an_address_of_the_worlds_public():
    assert all(ip_address(ip_network(block)[0]).is_global for world in WORLDS for block in world)

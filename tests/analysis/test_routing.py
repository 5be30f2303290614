"""Where does a route table send a request for S3? Asked of small estates made by hand."""

from dataclasses import replace

import pytest

from validator.analysis.access import Disposition, Tier
from validator.analysis.covering import INTERNET, ServiceAddresses
from validator.analysis.estate import estate_of
from validator.analysis.placing import tier_of
from validator.analysis.positions import effective_table
from validator.analysis.routing import Router
from validator.analysis.steps import Crossing, Either
from validator.model.gateways import Endpoint, EndpointAssociation, EndpointType, Firewall, InternetGateway, NatGateway
from validator.model.network import (
    Cidr,
    LooseRoute,
    MainAssociation,
    PrefixList,
    Route,
    RouteTable,
    Subnet,
    TableAssociation,
    Target,
    TargetKind,
    Vpc,
)
from validator.model.topology import Topology
from validator.source import SourceLocation
from validator.values import Unknown, unknown

HERE = SourceLocation("test")
REGION = "eu-west-1"
OPEN = unknown("is open", "it")


def table(name: str, *routes: Route, closed: bool = True, main: bool = False) -> RouteTable:
    return RouteTable(name, "vpc", REGION, routes, closed, main, HERE)


def route(kind: TargetKind, entity: str | Unknown | None = None, block: str = "0.0.0.0/0", **more: object) -> Route:
    return Route(Cidr(block), Target(kind, entity), HERE, f"{kind}-route", **more)


def subnet(name: str, *, closed: bool = True) -> Subnet:
    return Subnet(name, "vpc", REGION, closed, False, HERE)


def endpoint(name: str = "s3", *, region: str = REGION, service: str = "s3", kind: EndpointType = EndpointType.GATEWAY) -> Endpoint:
    return Endpoint(name, "vpc", REGION, kind, service, region, f"com.amazonaws.{region}.{service}", HERE)


def topology(*tables: RouteTable, associated: dict[str, str] | None = None, endpoints: dict[str, str] | None = None, **more: object) -> Topology:
    """``associated``: subnet to table; ``endpoints``: table to endpoint."""
    made = {"s3": endpoint(), "far": endpoint("far", region="us-west-2"), "other": endpoint("other", service="dynamodb")}
    base = Topology(
        vpcs={"vpc": Vpc("vpc", REGION, True, True, True, (), HERE)},
        subnets={name: subnet(name) for name in ("one", "two")},
        route_tables={one.id: one for one in tables},
        associations=tuple(TableAssociation(name, to, HERE, f"{name}-association") for name, to in (associated or {}).items()),
        internet_gateways={"igw": InternetGateway("igw", "vpc", HERE), "loose": InternetGateway("loose", None, HERE)},
        nat_gateways={"nat": NatGateway("nat", "one", "vpc", True, False, HERE)},
        endpoints=made,
        endpoint_associations=tuple(EndpointAssociation(name, to, HERE, name) for to, name in (endpoints or {}).items()),
    )
    return replace(base, **more)


def ends(estate: Topology, region: str = REGION, *, public: bool = False) -> Disposition:
    return Router(estate_of(estate)).step("t", ServiceAddresses("s3", region), public=public).disposition


@pytest.mark.parametrize(
    ("kind", "entity", "public", "disposition"),
    [
        (TargetKind.INTERNET_GATEWAY, "igw", True, Disposition.VIA_INTERNET_GATEWAY),
        (TargetKind.INTERNET_GATEWAY, "igw", False, Disposition.NO_ROUTE),
        (TargetKind.INTERNET_GATEWAY, "loose", True, Disposition.BLACKHOLE),
        (TargetKind.INTERNET_GATEWAY, "igw-0outside", True, Disposition.VIA_INTERNET_GATEWAY),
        (TargetKind.TRANSIT_GATEWAY, "tgw", False, Disposition.VIA_TRANSIT_GATEWAY),
        (TargetKind.CORE_NETWORK, "core", False, Disposition.VIA_TRANSIT_GATEWAY),
        (TargetKind.VIRTUAL_PRIVATE_GATEWAY, "vgw", False, Disposition.VIA_VIRTUAL_PRIVATE_GATEWAY),
        (TargetKind.ENDPOINT, "vpce", False, Disposition.VIA_FIREWALL),
        (TargetKind.NETWORK_INTERFACE, "eni", False, Disposition.VIA_NETWORK_INTERFACE),
        (TargetKind.INSTANCE, "i", False, Disposition.VIA_NETWORK_INTERFACE),
        (TargetKind.PEERING, "pcx", False, Disposition.BLACKHOLE),
        (TargetKind.EGRESS_ONLY_GATEWAY, "eigw", False, Disposition.BLACKHOLE),
        (TargetKind.BLACKHOLE, None, False, Disposition.BLACKHOLE),
        (TargetKind.NAT_GATEWAY, "nat-0outside", False, Disposition.UNKNOWN),
        (TargetKind.LOCAL_GATEWAY, "lgw", False, Disposition.UNKNOWN),
    ],
)
def test_does_every_target_end_as_the_facts_say(kind, entity, public, disposition):
    assert ends(topology(table("t", route(kind, entity))), public=public) is disposition


def test_is_a_table_without_routes_a_dead_end():
    assert ends(topology(table("t"))) is Disposition.NO_ROUTE


def test_is_a_table_outside_the_input_unknown():
    assert ends(topology()) is Disposition.UNKNOWN
    assert ends(topology(table("t", route(TargetKind.TRANSIT_GATEWAY, "tgw"), closed=False))) is Disposition.UNKNOWN


def test_does_the_prefix_list_beat_the_default_route_in_its_own_region_only():
    estate = topology(table("t", route(TargetKind.TRANSIT_GATEWAY, "tgw")), endpoints={"t": "s3"})
    assert ends(estate) is Disposition.VIA_GATEWAY_ENDPOINT
    assert ends(estate, "us-west-2") is Disposition.VIA_TRANSIT_GATEWAY


@pytest.mark.parametrize("name", ["far", "other"])
def test_does_an_endpoint_of_another_region_or_service_serve_nothing(name):
    estate = topology(table("t"), endpoints={"t": name})
    assert ends(estate) is Disposition.NO_ROUTE
    assert ends(estate, "us-west-2") is Disposition.NO_ROUTE


def test_is_an_endpoint_on_an_open_table_enough():
    assert ends(topology(table("t", closed=False), endpoints={"t": "s3"})) is Disposition.VIA_GATEWAY_ENDPOINT


def test_does_a_public_block_rival_the_endpoint_and_a_private_one_not():
    public, private = route(TargetKind.TRANSIT_GATEWAY, "tgw", "52.216.0.0/15"), route(TargetKind.TRANSIT_GATEWAY, "tgw", "10.0.0.0/8")
    assert ends(topology(table("t", public), endpoints={"t": "s3"})) is Disposition.UNKNOWN
    assert ends(topology(table("t", private), endpoints={"t": "s3"})) is Disposition.VIA_GATEWAY_ENDPOINT


def test_does_an_ipv6_default_route_carry_nothing_of_ipv4():
    assert ends(topology(table("t", route(TargetKind.EGRESS_ONLY_GATEWAY, "eigw", "::/0")))) is Disposition.NO_ROUTE


def test_do_two_halves_make_a_default_route():
    halves = [route(TargetKind.TRANSIT_GATEWAY, "tgw", block) for block in ("0.0.0.0/1", "128.0.0.0/1")]
    assert ends(topology(table("t", *halves))) is Disposition.VIA_TRANSIT_GATEWAY
    assert ends(topology(table("t", halves[0]))) is Disposition.UNKNOWN


def test_is_a_route_that_is_not_settled_kept_as_a_rival():
    open_route = Route(OPEN, Target(TargetKind.BLACKHOLE, None), HERE, "r")
    assert ends(topology(table("t", route(TargetKind.TRANSIT_GATEWAY, "tgw"), open_route))) is Disposition.UNKNOWN


def test_is_a_route_in_some_table_a_rival_in_each():
    loose = LooseRoute(OPEN, route(TargetKind.TRANSIT_GATEWAY, "tgw"))
    assert ends(topology(table("t"), loose_routes=(loose,))) is Disposition.UNKNOWN
    elsewhere = LooseRoute(replace(OPEN, among=("x",)), route(TargetKind.TRANSIT_GATEWAY, "tgw"))
    assert ends(topology(table("t"), loose_routes=(elsewhere,))) is Disposition.NO_ROUTE


def test_does_a_learned_default_route_lose_to_a_static_one():
    learned = route(TargetKind.VIRTUAL_PRIVATE_GATEWAY, "vgw", exists=OPEN, propagated=True)
    assert ends(topology(table("t", learned, route(TargetKind.TRANSIT_GATEWAY, "tgw")))) is Disposition.VIA_TRANSIT_GATEWAY
    assert ends(topology(table("t", learned))) is Disposition.UNKNOWN


def test_is_a_prefix_list_of_aws_its_region_and_service():
    listed = Route(PrefixList("pl", "s3", REGION), Target(TargetKind.TRANSIT_GATEWAY, "tgw"), HERE, "r")
    assert ends(topology(table("t", listed))) is Disposition.VIA_TRANSIT_GATEWAY
    assert ends(topology(table("t", listed)), "us-west-2") is Disposition.NO_ROUTE


def test_is_a_prefix_list_of_a_customer_its_entries():
    def listed(*entries: str) -> Route:
        return Route(PrefixList("pl", entries=entries), Target(TargetKind.TRANSIT_GATEWAY, "tgw"), HERE, "r")

    assert ends(topology(table("t", listed("10.0.0.0/8")))) is Disposition.NO_ROUTE
    assert ends(topology(table("t", listed("0.0.0.0/0")))) is Disposition.VIA_TRANSIT_GATEWAY


@pytest.mark.parametrize(
    ("nat", "routes", "disposition"),
    [
        ({}, [route(TargetKind.INTERNET_GATEWAY, "igw")], Disposition.VIA_NAT_GATEWAY),
        ({}, [], Disposition.BLACKHOLE),
        ({}, [route(TargetKind.NAT_GATEWAY, "nat")], Disposition.BLACKHOLE),
        ({}, [route(TargetKind.INTERNET_GATEWAY, "loose")], Disposition.BLACKHOLE),
        ({"public": False}, [route(TargetKind.INTERNET_GATEWAY, "igw")], Disposition.BLACKHOLE),
        ({"public": False}, [route(TargetKind.TRANSIT_GATEWAY, "tgw")], Disposition.VIA_NAT_GATEWAY),
        ({"regional": True, "subnet": None}, [], Disposition.VIA_NAT_GATEWAY),
        ({"public": OPEN}, [route(TargetKind.INTERNET_GATEWAY, "igw")], Disposition.UNKNOWN),
        ({"exists": False}, [route(TargetKind.INTERNET_GATEWAY, "igw")], Disposition.BLACKHOLE),
        ({"exists": OPEN}, [route(TargetKind.INTERNET_GATEWAY, "igw")], Disposition.UNKNOWN),
    ],
)
def test_does_a_nat_gateway_deliver_only_with_a_way_out(nat, routes, disposition):
    gateway = replace(NatGateway("nat", "one", "vpc", True, False, HERE), **nat)
    tables = (table("t", route(TargetKind.NAT_GATEWAY, "nat")), table("out", *routes))
    assert ends(topology(*tables, associated={"one": "out"}, nat_gateways={"nat": gateway})) is disposition


def test_is_a_nat_gateway_of_another_vpc_a_dead_end():
    away = replace(subnet("away"), vpc="other")
    gone = NatGateway("nat", "away", None, True, False, HERE)
    way_out = table("out", route(TargetKind.INTERNET_GATEWAY, "igw"))
    estate = topology(table("t", route(TargetKind.NAT_GATEWAY, "nat")), way_out, associated={"away": "out"}, nat_gateways={"nat": gone})
    found = Router(estate_of(replace(estate, subnets={"away": away}))).step("t", S3, public=False)
    assert (found.disposition, found.hops[-1].why) == (Disposition.BLACKHOLE, "it is in other, and no route of vpc can lead there")


def test_does_a_subnet_without_an_association_use_the_main_table():
    estate = topology(table("m", main=True), table("x"), associated={"two": "x"})
    assert effective_table(estate_of(estate), "one").table == "m"
    assert effective_table(estate_of(estate), "two").table == "x"
    replaced = replace(estate, main_associations=(MainAssociation("vpc", "x", HERE, "a"),))
    assert effective_table(estate_of(replaced), "one").table == "x"


def test_is_the_table_of_a_subnet_outside_the_input_unknown():
    estate = topology(table("m", main=True), subnets={"one": subnet("one", closed=False)})
    assert isinstance(effective_table(estate_of(estate), "one").table, Unknown)


def test_is_a_doubtful_association_one_of_two_tables():
    doubtful = TableAssociation("one", "x", HERE, "a", OPEN)
    estate = topology(table("m", main=True), table("x"), associations=(doubtful,))
    found = effective_table(estate_of(estate), "one").table
    assert isinstance(found, Unknown)
    assert found.among == ("m", "x")


@pytest.mark.parametrize(
    ("routes", "public", "tier"),
    [
        # A route to some of the Internet's addresses is no default route, and takes none away.
        ((route(TargetKind.TRANSIT_GATEWAY, "tgw", "52.218.0.0/17"),), False, Tier.ISOLATED),
        ((route(TargetKind.INTERNET_GATEWAY, "igw", "52.218.0.0/17"),), True, Tier.ISOLATED),
        ((route(TargetKind.INTERNET_GATEWAY, "igw"), route(TargetKind.VIRTUAL_PRIVATE_GATEWAY, "vgw", "129.10.0.0/16")), True, Tier.PUBLIC),
        ([], True, Tier.ISOLATED),
        ([route(TargetKind.INTERNET_GATEWAY, "igw")], True, Tier.PUBLIC),
        ([route(TargetKind.INTERNET_GATEWAY, "igw")], False, Tier.ISOLATED),
        ([route(TargetKind.INTERNET_GATEWAY, "igw")], OPEN, Tier.UNKNOWN),
        ([route(TargetKind.TRANSIT_GATEWAY, "tgw")], True, Tier.PRIVATE),
        ([route(TargetKind.PEERING, "pcx")], True, Tier.PRIVATE),
    ],
)
def test_is_the_tier_that_of_the_default_route_and_the_address(routes, public, tier):
    assert tier_of(Router(estate_of(topology(table("t", *routes)))), "t", public) is tier


def test_is_a_default_route_to_some_nat_gateway_private_though_nobody_knows_which():
    known = topology(table("t", route(TargetKind.NAT_GATEWAY, OPEN)))
    doubtful = topology(table("t", route(TargetKind.NAT_GATEWAY, OPEN, exists=OPEN)))
    either = topology(table("t", route(TargetKind.NAT_GATEWAY, OPEN), route(TargetKind.INTERNET_GATEWAY, "igw", exists=OPEN)))
    assert [tier_of(Router(estate_of(one)), "t", True) for one in (known, doubtful, either)] == [Tier.PRIVATE, Tier.UNKNOWN, Tier.UNKNOWN]


S3 = ServiceAddresses("s3", REGION)


def step(estate: Topology, where: object, to: ServiceAddresses = S3, *, public: object = False) -> Disposition:
    return Router(estate_of(estate)).step(where, to, public=public).disposition


def test_does_a_table_that_is_one_of_several_end_as_all_of_them():
    tables = (table("a", route(TargetKind.TRANSIT_GATEWAY, "tgw")), table("b", route(TargetKind.TRANSIT_GATEWAY, "tgw")), table("c"))
    assert step(topology(*tables), Unknown(OPEN.causes, ("a", "b"))) is Disposition.VIA_TRANSIT_GATEWAY
    assert step(topology(*tables), Unknown(OPEN.causes, ("a", "c"))) is Disposition.UNKNOWN
    assert step(topology(*tables), OPEN) is Disposition.UNKNOWN
    assert step(topology(*tables), None) is Disposition.UNKNOWN


def test_does_every_table_that_it_may_be_leave_indirectly():
    router = Router(estate_of(topology(table("a", route(TargetKind.TRANSIT_GATEWAY, "tgw")), table("b", route(TargetKind.INTERNET_GATEWAY, "igw")))))
    assert router.leaves_indirectly(Unknown(OPEN.causes, ("a",)))
    assert not router.leaves_indirectly(Unknown(OPEN.causes, ("a", "b")))
    assert not router.leaves_indirectly(OPEN)


@pytest.mark.parametrize("endpoint_of_table", [OPEN, "vpce-0outside"])
def test_is_an_endpoint_that_nobody_knows_a_rival(endpoint_of_table):
    associations = (EndpointAssociation(endpoint_of_table, "t", HERE, "a"),)
    assert ends(topology(table("t"), endpoint_associations=associations)) is Disposition.UNKNOWN
    assert ends(topology(table("t"), endpoint_associations=(EndpointAssociation(None, "t", HERE, "a"),))) is Disposition.NO_ROUTE


def test_is_a_route_that_does_not_exist_no_route():
    assert ends(topology(table("t", route(TargetKind.TRANSIT_GATEWAY, "tgw", exists=False)))) is Disposition.NO_ROUTE


def test_is_a_list_outside_the_input_a_rival_and_a_service_list_none_of_the_internet():
    outside = Route(PrefixList("pl-0"), Target(TargetKind.TRANSIT_GATEWAY, "tgw"), HERE, "r")
    assert ends(topology(table("t", outside))) is Disposition.UNKNOWN
    managed = Route(PrefixList("pl", "s3", REGION), Target(TargetKind.TRANSIT_GATEWAY, "tgw"), HERE, "r")
    assert step(topology(table("t", managed)), "t", INTERNET) is Disposition.NO_ROUTE
    assert step(topology(table("t", managed)), "t", ServiceAddresses("s3", None)) is Disposition.NO_ROUTE


def test_are_two_routes_to_the_same_destination_not_settled():
    two = (route(TargetKind.TRANSIT_GATEWAY, "tgw"), route(TargetKind.VIRTUAL_PRIVATE_GATEWAY, "vgw"))
    assert ends(topology(table("t", *two))) is Disposition.UNKNOWN


def test_is_all_that_is_routed_of_ipv6_a_default_route():
    to = ServiceAddresses("s3", REGION, 6)
    for block, disposition in (
        ("::/1", Disposition.VIA_INTERNET_GATEWAY),
        ("2000::/3", Disposition.VIA_INTERNET_GATEWAY),
        ("2600::/12", Disposition.UNKNOWN),
        ("fd00::/8", Disposition.NO_ROUTE),
    ):
        assert step(topology(table("t", route(TargetKind.EGRESS_ONLY_GATEWAY, "eigw", block))), "t", to, public=True) is disposition


@pytest.mark.parametrize(
    ("kind", "entity", "public", "disposition"),
    [
        (TargetKind.EGRESS_ONLY_GATEWAY, "eigw", True, Disposition.VIA_INTERNET_GATEWAY),
        (TargetKind.EGRESS_ONLY_GATEWAY, "eigw", False, Disposition.NO_ROUTE),
        (TargetKind.EGRESS_ONLY_GATEWAY, "eigw", OPEN, Disposition.UNKNOWN),
        (TargetKind.NAT_GATEWAY, "nat", True, Disposition.BLACKHOLE),
        (TargetKind.INTERNET_GATEWAY, OPEN, OPEN, Disposition.UNKNOWN),
        (TargetKind.TRANSIT_GATEWAY, "tgw", True, Disposition.VIA_TRANSIT_GATEWAY),
    ],
)
def test_where_does_ipv6_end(kind, entity, public, disposition):
    found = step(topology(table("t", route(kind, entity, "::/0"))), "t", ServiceAddresses("s3", REGION, 6), public=public)
    assert found is disposition


def test_is_a_firewall_that_is_not_known_one_of_those_in_the_input():
    to_firewall = table("t", route(TargetKind.ENDPOINT, OPEN))
    dead_end = Firewall("fw", "vpc", ("one",), HERE)
    assert ends(topology(to_firewall)) is Disposition.VIA_FIREWALL
    assert ends(topology(to_firewall, table("m", main=True), firewalls={"fw": dead_end})) is Disposition.UNKNOWN
    one_of = table("t", route(TargetKind.ENDPOINT, Unknown(OPEN.causes, ("fw",))))
    assert ends(topology(one_of, table("m", main=True), firewalls={"fw": dead_end})) is Disposition.BLACKHOLE
    by_name = table("t", route(TargetKind.ENDPOINT, "fw"))
    for subnets in (OPEN, (OPEN,)):
        assert ends(topology(by_name, firewalls={"fw": replace(dead_end, subnets=subnets)})) is Disposition.UNKNOWN
    assert ends(topology(by_name, table("m", main=True, closed=False), firewalls={"fw": dead_end})) is Disposition.UNKNOWN
    assert ends(topology(table("t", route(TargetKind.ENDPOINT, None)))) is Disposition.VIA_FIREWALL


def test_is_a_gateway_load_balancer_endpoint_followed_from_its_subnet():
    balancer = replace(endpoint("gwlbe", service="vpce-svc", kind=EndpointType.GATEWAY_LOAD_BALANCER), subnets=("one",))
    tables = (table("t", route(TargetKind.ENDPOINT, "gwlbe")), table("m", route(TargetKind.TRANSIT_GATEWAY, "tgw"), main=True))
    estate = topology(*tables)
    assert ends(estate) is Disposition.VIA_FIREWALL
    assert ends(replace(estate, endpoints={"gwlbe": balancer})) is Disposition.VIA_FIREWALL
    assert ends(replace(estate, endpoints={"gwlbe": balancer}, route_tables={"t": tables[0], "m": table("m", main=True)})) is Disposition.BLACKHOLE


@pytest.mark.parametrize(
    ("nat", "disposition"),
    [
        ({"regional": True, "subnet": None, "public": False}, Disposition.BLACKHOLE),
        ({"regional": True, "subnet": None, "public": OPEN}, Disposition.UNKNOWN),
        ({"regional": OPEN}, Disposition.UNKNOWN),
        ({"subnet": None}, Disposition.UNKNOWN),
        ({"subnet": OPEN}, Disposition.UNKNOWN),
    ],
)
def test_is_a_nat_gateway_that_is_not_settled_open(nat, disposition):
    gateway = replace(NatGateway("nat", "one", "vpc", True, False, HERE), **nat)
    assert ends(topology(table("t", route(TargetKind.NAT_GATEWAY, "nat")), nat_gateways={"nat": gateway})) is disposition


def test_is_the_subnet_of_one_of_several_nat_gateways_crossed():
    nats = {name: NatGateway(name, name, "vpc", True, False, HERE) for name in ("one", "two")}
    tables = (
        table("t", route(TargetKind.NAT_GATEWAY, Unknown(OPEN.causes, ("one", "two")))),
        table("m", route(TargetKind.INTERNET_GATEWAY, "igw"), main=True),
    )
    found = Router(estate_of(topology(*tables, nat_gateways=nats))).step("t", ServiceAddresses("s3", REGION), public=False)
    assert found.disposition is Disposition.VIA_NAT_GATEWAY
    assert found.crossings == (Either(tuple((Crossing(name, translates=True),) for name in ("one", "two"))),)
    nobody = topology(table("t", route(TargetKind.NAT_GATEWAY, None)), nat_gateways=nats)
    assert ends(nobody) is Disposition.UNKNOWN


def test_is_an_internet_gateway_that_may_be_of_another_vpc_open():
    estate = topology(table("t", route(TargetKind.INTERNET_GATEWAY, "igw")), internet_gateways={"igw": InternetGateway("igw", OPEN, HERE)})
    assert ends(estate, public=True) is Disposition.UNKNOWN

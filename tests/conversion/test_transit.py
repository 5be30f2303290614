"""Are the routes of a transit gateway to prefix lists read?"""

import pytest

from tests.conversion.test_filters import resource, terraform
from validator.model.network import Cidr
from validator.values import Ref, Unknown, unknown

OPEN = unknown("is open", "it")
LIST = resource(
    "aws_ec2_managed_prefix_list.sites", "create", name="sites", entry=({"cidr": "10.0.0.0/8"}, {"cidr": "0.0.0.0/0"}, {"cidr": OPEN})
)  # fmt: skip


def reference(listed, **more):
    return resource(
        "aws_ec2_transit_gateway_prefix_list_reference.one", "create", prefix_list_id=listed,
        transit_gateway_route_table_id=Ref("aws_ec2_transit_gateway_route_table.spokes", "id"), **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("listed", "destinations"),
    [
        (Ref("aws_ec2_managed_prefix_list.sites", "id"), [Cidr("10.0.0.0/8"), Cidr("0.0.0.0/0"), "?"]),
        ("pl-0123456789abcdef0", ["?"]),
        (OPEN, ["?"]),
        (None, ["?"]),
    ],
)
def test_is_every_entry_of_a_prefix_list_a_route_of_the_gateway(listed, destinations):
    table = resource("aws_ec2_transit_gateway_route_table.spokes", "create", transit_gateway_id="tgw-1")
    attached = resource(
        "aws_ec2_transit_gateway_vpc_attachment.egress", "create", transit_gateway_id="tgw-1", vpc_id="vpc-1", subnet_ids=("subnet-1",)
    )
    found = terraform(table, attached, LIST, reference(listed, transit_gateway_attachment_id=Ref(attached.address, "id"))).transit_routes
    assert ["?" if isinstance(one.destination, Unknown) else one.destination for one in found] == destinations
    assert {(one.table, one.attachment, one.blackhole) for one in found} == {(table.address, attached.address, False)}


def test_may_a_list_drop_what_it_lists():
    table = resource("aws_ec2_transit_gateway_route_table.spokes", "create", transit_gateway_id="tgw-1")
    (*_, last) = terraform(table, LIST, reference(Ref("aws_ec2_managed_prefix_list.sites", "id"), blackhole=True)).transit_routes
    assert last.blackhole is True

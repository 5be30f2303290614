"""Is what a remedy refers to written so that it can be pasted, and named where it cannot?"""

from pathlib import Path

import pytest

from validator.judge.handles import Handles
from validator.model.topology import Topology
from validator.options import Options
from validator.pipeline import check
from validator.values import unknown

SAMPLES = Path(__file__).parent.parent.parent / "samples"
OPEN = unknown("is not settled", "var.vpc")


@pytest.mark.parametrize(
    ("dialect", "home", "thing", "written"),
    [
        ("terraform", "aws_vpc.main", "aws_vpc.main", "aws_vpc.main.id"),
        ("terraform", "aws_vpc.main", 'aws_subnet.zones["a"]', 'aws_subnet.zones["a"].id'),
        ("terraform", "aws_vpc.main", "data.aws_subnet.there", "data.aws_subnet.there.id"),
        ("terraform", "aws_vpc.main", "aws_vpc.main#main", "aws_vpc.main.main_route_table_id"),
        ("terraform", "aws_vpc.main", "vpc-0123", '"vpc-0123"'),
        ("terraform", "aws_vpc.main", "module.vpc.aws_route_table.private[0]", "... # module.vpc.aws_route_table.private[0]"),
        ("terraform", "network/aws_vpc.main", "network/aws_route_table.private", "aws_route_table.private.id"),
        ("terraform", "network/aws_vpc.main", "app/aws_route_table.private", "... # app/aws_route_table.private"),
        ("terraform", "vpc-0123", "vpc-0123#main", "... # the main route table of vpc-0123"),
        ("terraform", OPEN, OPEN, "..."),
        ("cloudformation", "app/Main", "app/Main", "!Ref Main"),
        ("cloudformation", "app/Main", "subnet-0123", "subnet-0123"),
        ("cloudformation", "app/Main", "other/Routes", "... # other/Routes"),
        (
            "cloudformation",
            "app/Main",
            "app/Main#main",
            "... # the main route table of app/Main, which no template can name: give its subnets a table of their own",
        ),
        ("cloudformation", "cdk/Vpc8378EB38", "cdk/Vpc8378EB38", "... # Network/Vpc"),
    ],
)
def test_is_a_thing_written_as_beside_its_vpc(dialect, home, thing, written):
    topology = Topology(dialect=dialect, constructs={"cdk/Vpc8378EB38": "Network/Vpc"})
    assert Handles(topology, home).one(thing) == written


def test_does_a_list_keep_its_gaps_after_what_can_be_pasted():
    handles = Handles(Topology(dialect="terraform"), "aws_vpc.main")
    assert handles.several(["aws_route_table.b", "aws_route_table.a", "aws_route_table.b"]) == "[aws_route_table.a.id, aws_route_table.b.id]"
    assert handles.several(["aws_route_table.a", OPEN], beside=True) == "[..., aws_route_table.a.id, ...]"
    assert handles.several(["module.x.aws_route_table.a"]) == "[...] # module.x.aws_route_table.a"
    assert handles.several([f"rtb-{number}" for number in range(6)]) == '["rtb-0", "rtb-1", "rtb-2", "rtb-3", ...] # 2 more'
    assert handles.several([]) == "[...]"


@pytest.mark.parametrize(
    ("form", "line"),
    [("plan.json", "route_table_ids = [..., aws_route_table.private_routes.id]"), ("template.yaml", "RouteTableIds: [..., !Ref PrivateRoutes]")],
)
def test_is_the_table_added_to_the_endpoint_that_is_there(form, line):
    report = check(Options((str(SAMPLES / "nat-past-the-endpoint" / form),), regions=("ap-northeast-1",)))
    assert [one.remedy.splitlines()[1] for one in report.findings] == [line]

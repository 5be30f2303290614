"""Do inputs win over AWS for what they make, change and take away, and only for that?"""

import json
from pathlib import Path

import msgspec
import pytest

from validator.frontends.snapshot import facts, running
from validator.frontends.snapshot.document import SCHEMA, Failure, Place, Snapshot, written
from validator.options import Options
from validator.pipeline import check

HERE = Path(__file__).parent
TAKEN = "2026-11-24T10:00:00Z"
VPC = "vpc-00000000000000001"
SUBNETS = tuple(f"subnet-{number:017d}" for number in (1, 2, 3, 9))
OURS, THEIRS, EVERYBODYS = "subnet-00000000000000001", "subnet-00000000000000002", "subnet-00000000000000003"
TABLE, MAIN, PUBLIC = "rtb-00000000000000002", "rtb-00000000000000009", "rtb-00000000000000008"
NAT, GATEWAY = "nat-00000000000000001", "igw-00000000000000001"
LIST = "pl-00000000000000001"
ANYWHERE = (facts.CidrRange("0.0.0.0/0"),)


def ids(plan):
    """The ids that the plan itself says its resources have."""
    return {
        one["address"]: (one["change"]["before"] or {}).get("id") for one in json.loads((HERE / "changing" / plan).read_text())["resource_changes"]
    }


def place(plan, **more):
    """The VPC as AWS shows it after the first apply: two tables of its own, one of ours with our endpoint."""
    own = ids(plan)
    ours, endpoint = own["aws_route_table.ours"], own["aws_vpc_endpoint.s3"]
    default = facts.Route(destination_cidr_block="0.0.0.0/0", nat_gateway_id=NAT)
    to_s3 = facts.Route(destination_prefix_list_id=LIST, gateway_id=endpoint)
    out = facts.Route(destination_cidr_block="0.0.0.0/0", gateway_id=GATEWAY)
    allowed = facts.Permission("tcp", 443, 443, ANYWHERE)
    everything = facts.Permission("-1", None, None, ANYWHERE)
    found = Place(
        "123456789012", "eu-west-1", TAKEN, whole=(VPC,),
        vpcs=(facts.Vpc(VPC, "123456789012", "10.0.0.0/16", enable_dns_support=True, enable_dns_hostnames=True),),
        subnets=tuple(facts.Subnet(one, VPC, "123456789012") for one in SUBNETS),
        route_tables=(
            facts.RouteTable(
                ours, VPC, associations=(facts.TableAssociation(own["aws_route_table_association.ours"], OURS),), routes=(to_s3,)
            ),
            facts.RouteTable(TABLE, VPC, associations=(facts.TableAssociation("rtbassoc-2", THEIRS),), routes=(default,)),
            facts.RouteTable(MAIN, VPC, associations=(facts.TableAssociation("rtbassoc-9", main=True),), routes=(default,)),
            facts.RouteTable(PUBLIC, VPC, associations=(facts.TableAssociation("rtbassoc-8", SUBNETS[3]),), routes=(out,)),
        ),
        vpc_endpoints=(facts.VpcEndpoint(endpoint, VPC, "com.amazonaws.eu-west-1.s3", route_table_ids=(ours,)),),
        prefix_lists=(facts.PrefixList(LIST, "com.amazonaws.eu-west-1.s3", "AWS"),),
        security_groups=(
            facts.SecurityGroup("sg-00000000000000001", "open", VPC, ip_permissions_egress=(everything,)),
            facts.SecurityGroup("sg-00000000000000002", "ours", VPC, ip_permissions_egress=(allowed,)),
        ),
        network_acls=(
            facts.NetworkAcl("acl-1", VPC, is_default=True, entries=tuple(facts.AclEntry(100, egress, "-1", "allow", "0.0.0.0/0") for egress in (True, False))),
        ),
        nat_gateways=(facts.NatGateway(NAT, VPC, SUBNETS[3]),),
        internet_gateways=(facts.InternetGateway(GATEWAY, (facts.Attachment(VPC),)),),
        functions=(running.Function("reader-ours", vpc_config=running.VpcConfig(VPC, (OURS,)), environment=running.Environment({"DATA_BUCKET": "x-data"})),),
    )  # fmt: skip
    return replace_struct(found, **more)


def replace_struct(found, **more):
    return msgspec.structs.replace(found, **more)


def judged(plan, tmp_path, *places, failures=(), **options):
    (tmp_path / "network.json").write_text(written(Snapshot(SCHEMA, TAKEN, places, failures)))
    return check(Options((str(HERE / "changing" / plan),), network=tmp_path / "network.json", **options))


def ends(report):
    return {one.workload.id.partition('"')[2].removesuffix('"]'): one.disposition.value for one in report.analysis.accesses}


def test_is_nothing_there_twice_that_the_plan_manages(tmp_path):
    report = judged("unchanged.json", tmp_path, place("unchanged.json"))
    assert ends(report) == {"ours": "via-gateway-endpoint", "theirs": "via-nat-gateway", "closed": "via-nat-gateway"}
    assert "overlapping-gateway-endpoints" not in {one.policy for one in report.findings}
    assert [one.workload.id for one in report.analysis.accesses if "reader-ours" in one.workload.id] == []
    (ours,) = [one for one in report.analysis.accesses if "ours" in one.workload.id]
    assert (ours.position.route_table, ours.paths[0].carrier) == ("aws_route_table.ours", "aws_vpc_endpoint.s3")


def test_is_gone_what_the_plan_deletes_although_aws_still_shows_it(tmp_path):
    report = judged("after.json", tmp_path, place("after.json"))
    assert ends(report) == {"ours": "no-route", "theirs": "no-route", "closed": "security-group-denies"}
    changes = {one.workload: one.change for one in report.findings if one.workload}
    assert set(changes.values()) == {"introduced"}


def test_is_a_route_of_somebody_else_left_alone(tmp_path):
    found = place("after.json")
    more = facts.Route(destination_prefix_list_id=LIST, transit_gateway_id="tgw-00000000000000001")
    tables = tuple(replace_struct(one, routes=(*one.routes, more)) if one.route_table_id == TABLE else one for one in found.route_tables)
    assert ends(judged("after.json", tmp_path, replace_struct(found, route_tables=tables)))["theirs"] == "via-transit-gateway"


def test_is_the_subnet_of_a_vpc_that_another_account_shares_not_closed(tmp_path):
    """Of a shared VPC the account sees neither endpoints nor what else is there: only what a table shows is sure."""
    found = place("after.json")
    vpcs = tuple(replace_struct(one, owner_id="999999999999") for one in found.vpcs)
    shared = replace_struct(found, vpcs=vpcs, vpc_endpoints=(), whole=())
    report = judged("unchanged.json", tmp_path, shared)
    assert ends(report)["theirs"] == "unknown"


def test_does_the_owner_of_a_shared_vpc_tell_it_better(tmp_path):
    owner = replace_struct(place("unchanged.json"), account="999999999999")
    owned = {
        name: tuple(replace_struct(one, owner_id="999999999999") for one in getattr(owner, name)) for name in ("vpcs", "subnets", "route_tables")
    }
    guest = replace_struct(owner, account="123456789012", whole=(), vpc_endpoints=(), nat_gateways=(), internet_gateways=(), **owned)
    report = judged("unchanged.json", tmp_path, replace_struct(owner, **owned), guest)
    assert ends(report) == {"ours": "via-gateway-endpoint", "theirs": "via-nat-gateway", "closed": "via-nat-gateway"}


def test_does_block_public_access_leave_the_way_out_open(tmp_path):
    blocked = facts.Blocked("block-bidirectional")
    found = place("unchanged.json")
    vpcs = tuple(replace_struct(one, block_public_access_states=blocked) for one in found.vpcs)
    report = judged("unchanged.json", tmp_path, replace_struct(found, vpcs=vpcs))
    assert ends(report)["ours"] == "via-gateway-endpoint"
    assert ends(report)["theirs"] == "unknown"
    assert any("VPC Block Public Access" in cause.reason for one in report.analysis.accesses for cause in one.causes)


@pytest.mark.parametrize(("state", "end"), [("blackhole", "blackhole"), ("active", "via-nat-gateway")])
def test_is_a_blackhole_what_aws_calls_one(state, end, tmp_path):
    found = place("after.json")
    route = facts.Route(destination_cidr_block="0.0.0.0/0", nat_gateway_id=NAT, state=state)
    tables = tuple(replace_struct(one, routes=(route,)) if one.route_table_id == MAIN else one for one in found.route_tables)
    report = judged("unchanged.json", tmp_path, replace_struct(found, route_tables=tables))
    assert ends(report)["closed"] == end


def test_is_a_stack_among_the_inputs_not_there_as_aws_shows_it(tmp_path):
    """CloudFormation's tags say which stack made an endpoint: that of the template is the template's to tell."""
    template = """
    Resources:
      Data: {Type: AWS::S3::Bucket}
      Reader:
        Type: AWS::Lambda::Function
        Properties:
          Runtime: python3.13
          Environment: {Variables: {DATA_BUCKET: !Ref Data}}
          VpcConfig: {SubnetIds: [subnet-00000000000000001], SecurityGroupIds: [sg-00000000000000001]}
    """
    (tmp_path / "app.yaml").write_text(template)
    for stack, end in (("app", "no-route"), ("app-Network-1ABC", "no-route"), ("other", "via-gateway-endpoint")):
        found = place("unchanged.json")
        tags = (facts.Tag("aws:cloudformation:stack-name", stack), facts.Tag("aws:cloudformation:logical-id", "Endpoint"))
        endpoints = tuple(replace_struct(one, tags=tags) for one in found.vpc_endpoints)
        (tmp_path / "network.json").write_text(written(Snapshot(SCHEMA, TAKEN, (replace_struct(found, vpc_endpoints=endpoints, functions=()),))))
        report = check(Options((str(tmp_path / "app.yaml"),), network=tmp_path / "network.json", regions=("eu-west-1",)))
        assert [one.disposition.value for one in report.analysis.accesses] == [end]


def test_are_networks_that_the_inputs_do_not_name_left_out(tmp_path):
    other = replace_struct(
        place("unchanged.json"), region="us-east-1",
        vpcs=(facts.Vpc("vpc-00000000000000077", "123456789012", "10.7.0.0/16", enable_dns_support=True, enable_dns_hostnames=True),),
        subnets=(facts.Subnet("subnet-00000000000000077", "vpc-00000000000000077"),), whole=("vpc-00000000000000077",), route_tables=(),
        vpc_endpoints=(), prefix_lists=(), security_groups=(), network_acls=(), nat_gateways=(), internet_gateways=(), functions=(),
    )  # fmt: skip
    failure = Failure("ec2:DescribeRouteTables", "was denied (UnauthorizedOperation)", "us-east-1", ("vpc-00000000000000077",), "123456789012")
    report = judged("unchanged.json", tmp_path, place("unchanged.json"), other, failures=(failure,))
    assert {one.vpc for one in report.analysis.coverage} == {VPC}
    assert not any("us-east-1" in note.subject for note in report.notes)
    whole = check(Options((), network=tmp_path / "network.json"))
    assert {one.vpc for one in whole.analysis.coverage} == {VPC, "vpc-00000000000000077"}


def test_is_a_snapshot_that_was_read_twice_the_same(tmp_path):
    report = judged("unchanged.json", tmp_path, place("unchanged.json"), place("unchanged.json"))
    assert ends(report) == ends(judged("unchanged.json", tmp_path, place("unchanged.json")))

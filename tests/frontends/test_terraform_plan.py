"""What does a plan say? Real plans, with the traps that real providers set; the sources stand beside them."""

import json
from pathlib import Path

import pytest

from validator.errors import InputError
from validator.frontends.reading import read
from validator.options import Options
from validator.resource import Configuration, InputKind, Resource
from validator.values import Ref, Unknown

PLANS = Path(__file__).parent / "plans"


def plan(name: str, region: str | None = None) -> Configuration:
    (configuration,) = read(str(PLANS / f"{name}.json"), Options(()), region=region)
    return configuration


def resources(name: str) -> dict[str, Resource]:
    return {one.address: one for one in plan(name).resources}


def test_is_literal_user_data_read_where_provider_5_stores_its_sha1():
    assert resources("provider5")["aws_instance.literal"].attributes["user_data"] == "aws s3 cp s3://trap-data/x . --region eu-west-1"


def test_is_templated_user_data_of_provider_5_unknown_with_what_it_is_made_from():
    found = resources("provider5")["aws_instance.templated"].attributes["user_data"]
    assert isinstance(found, Unknown)
    assert [cause.reason for cause in found.causes] == ["is only a SHA-1 in plans of the AWS provider before version 6"]
    assert found.mentions == (Ref("aws_s3_bucket.data", "bucket"),)


@pytest.mark.parametrize(("index", "table"), [(0, 0), (1, 1), (2, 0)])
def test_does_count_index_pair_and_element_wrap(index, table):
    found = resources("counted")[f"aws_route_table_association.private[{index}]"].attributes
    assert found["subnet_id"] == Ref(f"aws_subnet.private[{index}]", "*")
    assert found["route_table_id"] == Ref(f"aws_route_table.private[{table}]", "*")


@pytest.mark.parametrize(("block", "keys"), [("counted", ("0", "1")), ("keyed", ('"a"', '"b"'))])
def test_does_an_index_pair_nothing_where_something_else_stands_beside_it(block, keys):
    # x[var.single ? 0 : count.index] and x[var.other[each.key]] are not what the plan shows: the index, and what it may be turned by.
    found = resources("switched")
    tables = tuple(Ref(f"aws_route_table.{block}[{key}]", "*") for key in keys)
    for key in keys:
        made = found[f"aws_route_table_association.{block}[{key}]"].attributes
        assert made["subnet_id"] == Ref(f"aws_subnet.{block}[{key}]", "*")
        assert isinstance(made["route_table_id"], Unknown)
        assert made["route_table_id"].mentions == tables


def test_is_an_explicit_index_exact_where_values_are_absent():
    found = resources("counted")["aws_vpc_endpoint_route_table_association.keyed"].attributes
    assert found["route_table_id"] == Ref("aws_route_table.private[1]", "id")
    assert found["vpc_endpoint_id"] == Ref("aws_vpc_endpoint.splat", "id")


def test_is_a_splat_bounded_by_its_instances_and_not_more():
    # [for t in x : t.id if ...] gives the same JSON, so all of them would be a guess.
    found = resources("counted")["aws_vpc_endpoint.splat"].attributes["route_table_ids"]
    assert isinstance(found, Unknown)
    assert found.mentions == (Ref("aws_route_table.private[0]", "*"), Ref("aws_route_table.private[1]", "*"))


def test_are_the_ids_known_after_an_apply():
    found = resources("counted-applied")
    tables = found["aws_vpc_endpoint.splat"].attributes["route_table_ids"]
    assert set(tables) == {found[f"aws_route_table.private[{index}]"].attributes["id"] for index in (0, 1)}
    assert found["aws_vpc.main"].action == "no-op"


def test_is_a_state_read_like_a_plan():
    state = plan("counted-state", "eu-west-1")
    assert state.kind is InputKind.TERRAFORM_STATE
    assert sorted(one.address for one in state.resources) == sorted(resources("counted-applied"))
    assert {one.region for one in state.resources} == {"eu-west-1"}


def test_does_an_inline_route_keep_the_attribute_of_its_target():
    routes = resources("inline-routes")["aws_route_table.two"].attributes["route"]
    by_cidr = {route["cidr_block"]: route for route in routes}
    both = (Ref("aws_ec2_transit_gateway.hub", "id"), Ref("aws_internet_gateway.main", "id"))
    assert isinstance(by_cidr["0.0.0.0/0"]["gateway_id"], Unknown)
    assert by_cidr["0.0.0.0/0"]["gateway_id"].mentions == both
    assert by_cidr["0.0.0.0/0"]["transit_gateway_id"] == ""
    assert isinstance(by_cidr["10.0.0.0/8"]["transit_gateway_id"], Unknown)


def test_is_the_target_of_a_dynamic_route_unknown_because_of_the_dynamic_block():
    (route,) = resources("inline-routes")["aws_route_table.dynamic"].attributes["route"]
    assert route["cidr_block"] == "10.1.0.0/16"
    assert [cause.reason for cause in route["transit_gateway_id"].causes] == ["is made by a dynamic block, whose expressions the plan does not show"]


def test_does_a_module_get_the_region_of_the_provider_passed_to_it():
    found = resources("modules")
    assert found["module.here.aws_vpc.main"].region == "eu-west-1"
    assert found["module.there.aws_vpc.main"].region == "ap-northeast-1"
    assert found["aws_subnet.outer"].attributes["vpc_id"] == Ref("module.there.aws_vpc.main", "id")


def test_does_the_region_argument_of_provider_6_win():
    assert {address: one.region for address, one in resources("region6").items()} == {
        "aws_s3_bucket.here": "eu-west-1",
        "aws_s3_bucket.there": "us-west-2",
    }


def test_is_a_providers_region_found_behind_a_data_source():
    assert resources("data-region")["aws_s3_bucket.same"].region == "eu-west-1"


def test_are_sensitive_values_marked():
    reader = resources("sensitive")["aws_lambda_function.reader"]
    assert reader.is_sensitive("environment.0.variables.DATA_BUCKET")
    assert not reader.is_sensitive("environment.0.variables.OTHER_BUCKET")


def test_is_what_is_deleted_gone(tmp_path):
    document = json.loads((PLANS / "counted-applied.json").read_text())
    for change in document["resource_changes"]:
        if change["address"] == "aws_route_table.private[1]":
            change["change"]["actions"] = ["delete"]
            change["change"]["after"] = None
    (tmp_path / "plan.json").write_text(json.dumps(document))
    (configuration,) = read(str(tmp_path / "plan.json"), Options(()), region=None)
    assert "aws_route_table.private[1]" not in {one.address for one in configuration.resources}


def test_does_the_plan_bound_what_sources_with_a_module_that_is_not_downloaded_leave_open(tmp_path):
    (tmp_path / "main.tf").write_text((PLANS / "far-module.tf").read_text())
    (configuration,) = read(str(PLANS / "far-module.json"), Options((), source=tmp_path), region=None)
    found = next(one for one in configuration.resources if one.address == "aws_lambda_function.reader").attributes["vpc_config"][0]
    assert found["security_group_ids"] == ()
    assert [cause.reason for cause in found["subnet_ids"].causes] == ["is a module that is not downloaded; run terraform init"]
    assert found["subnet_ids"].mentions == (Ref("module.far.aws_subnet.private[0]", "*"), Ref("module.far.aws_subnet.private[1]", "*"))


def test_are_references_of_json_syntax_followed_though_a_plan_shows_them_as_constants_too():
    found = resources("json-syntax")
    reader = found["aws_lambda_function.reader"].attributes
    assert reader["environment"][0]["variables"] == {"DATA": Ref("aws_s3_bucket.data", "id"), "PLAIN": "plain"}
    assert reader["vpc_config"][0]["subnet_ids"] == Ref("aws_subnet.private", "id")
    assert found["aws_subnet.private"].attributes["vpc_id"] == Ref("aws_vpc.main", "id")
    assert {one.region for one in found.values()} == {"eu-west-1"}


def test_is_what_a_targeted_plan_leaves_alone_there_as_it_is(tmp_path):
    # With -target, what the targets do not depend on is in the prior state alone.
    document = json.loads((PLANS / "counted-applied.json").read_text())
    left = {"aws_vpc_endpoint.splat", "aws_route_table.private[1]"}
    moved = next(one for one in document["resource_changes"] if one["address"] == "aws_subnet.private[2]")
    moved["previous_address"], moved["address"] = moved["address"], "aws_subnet.last"
    document["resource_changes"] = [one for one in document["resource_changes"] if one["address"] not in left]
    (tmp_path / "plan.json").write_text(json.dumps(document))
    (configuration,) = read(str(tmp_path / "plan.json"), Options(()), region=None)
    found = {one.address: one for one in configuration.resources}
    whole = resources("counted-applied")
    assert sorted(found) == sorted((set(whole) - {"aws_subnet.private[2]"}) | {"aws_subnet.last"})
    tables = set(found["aws_vpc_endpoint.splat"].attributes["route_table_ids"])
    assert tables == {whole[f"aws_route_table.private[{index}]"].attributes["id"] for index in (0, 1)}
    assert {one.region for one in found.values()} == {"eu-west-1"}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"PK\x03\x04rest", "this is Terraform's binary plan file; make JSON of it with: terraform show -json FILE > plan.json"),
        (b"", "is empty, expected a Terraform plan or a CloudFormation template"),
        (b'{"format_version":"1.2","resource_changes":[', "the JSON ends in the middle, expected all that terraform show -json writes"),
        (b'{"@level":"info","@message":"Terraform 1.11"}\n{"@level":"info"}\n', "this is the event stream of terraform plan -json"),
        (b'{"version":4,"lineage":"x","resources":[]}', "this is a raw state file; make JSON of it with: terraform show -json"),
        (b'resource "aws_vpc" "main" {\n}\n', "is a Terraform source file; give the module directory"),
        (b"{}", "is JSON, but neither a Terraform plan (terraform show -json) nor a CloudFormation template (no Resources)"),
        (b"\x7fELF\0\0", "is a binary file, expected a Terraform plan in JSON or a CloudFormation template"),
    ],
)
def test_does_other_input_say_in_one_line_what_to_run(tmp_path, data, told):
    file = tmp_path / "given"
    file.write_bytes(data)
    with pytest.raises(InputError) as raised:
        read(str(file), Options(()), region=None)
    (line,) = raised.value.mistakes
    assert line.startswith(f"{file}: {told}")
    assert "\n" not in line


def test_is_more_than_one_document_refused(tmp_path):
    text = (PLANS / "region6.json").read_bytes()
    (tmp_path / "two.json").write_bytes(text + text)
    with pytest.raises(InputError, match="more than one JSON document"):
        read(str(tmp_path / "two.json"), Options(()), region=None)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_are_the_encodings_of_powershell_read(tmp_path, encoding):
    (tmp_path / "plan.json").write_bytes((PLANS / "region6.json").read_text().encode(encoding))
    (configuration,) = read(str(tmp_path / "plan.json"), Options(()), region=None)
    assert [one.address for one in configuration.resources] == ["aws_s3_bucket.here", "aws_s3_bucket.there"]


def test_is_an_errored_plan_refused(tmp_path):
    document = json.loads((PLANS / "region6.json").read_text())
    document["errored"] = True
    (tmp_path / "plan.json").write_text(json.dumps(document))
    with pytest.raises(InputError) as raised:
        read(str(tmp_path / "plan.json"), Options(()), region=None)
    assert len(raised.value.mistakes) == 1


@pytest.mark.parametrize("version", ["0.1", "0.2", "1.0", "1.1", "1.2"])
def test_is_every_format_version_read(tmp_path, version):
    document = json.loads((PLANS / "region6.json").read_text())
    document["format_version"] = version
    (tmp_path / "plan.json").write_text(json.dumps(document))
    (configuration,) = read(str(tmp_path / "plan.json"), Options(()), region=None)
    assert configuration.detail.startswith(f"format {version}")

"""Are several inputs one estate: exports meet imports, ids of one plan meet another's data sources, equal addresses stay apart?"""

import json
from pathlib import Path

import pytest

from validator.conversion.convert import convert
from validator.errors import InputError
from validator.frontends.reading import read
from validator.options import Options
from validator.pipeline import check
from validator.report import json as as_json
from validator.report import text as as_text
from validator.values import Unknown

NETWORK = """
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Private: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}}
  Routes: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  PrivateRoutes: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref Private, RouteTableId: !Ref Routes}}
Outputs:
  Vpc: {Value: !Ref Vpc, Export: {Name: network-vpc}}
  Subnets: {Value: !Join [",", [!Ref Private]], Export: {Name: network-subnets}}
  Tables: {Value: !Ref Routes, Export: {Name: network-tables}}
"""
APPLICATION = """
Parameters: {Network: {Type: String, Default: network}}
Resources:
  Endpoint:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: !ImportValue network-vpc
      ServiceName: !Sub com.amazonaws.${AWS::Region}.s3
      RouteTableIds: [!ImportValue network-tables]
  Data: {Type: AWS::S3::Bucket}
  Reader:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Environment: {Variables: {DATA_BUCKET: !Ref Data}}
      VpcConfig:
        SubnetIds: !Split [",", {"Fn::ImportValue": !Sub "${Network}-subnets"}]
"""


def report(folder: Path, **texts: str):
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text)
    return check(Options(tuple(str(folder / f"{name}.yaml") for name in texts), regions=("eu-west-1",)))


def test_do_exports_meet_imports_whatever_the_order(tmp_path):
    for order in ({"network": NETWORK, "app": APPLICATION}, {"app": APPLICATION, "network": NETWORK}):
        found = report(tmp_path, **order)
        (access,) = found.analysis.accesses
        assert (access.workload.id, access.position.subnet, access.disposition.value) == ("app/Reader", "network/Private", "via-gateway-endpoint")
        assert found.findings == ()


def test_is_an_import_of_nobody_unknown_with_its_name(tmp_path):
    found = report(tmp_path, app=APPLICATION)
    (finding,) = [one for one in found.findings if one.workload]
    assert (finding.policy, finding.verdict.value) == ("s3-path-unresolved", "unknown")
    assert "the export network-subnets is exported by a stack that is not among the inputs" in finding.message


def test_do_the_ids_of_one_plan_meet_the_literals_of_another(tmp_path):
    plan = json.loads((Path(__file__).parent.parent / "frontends" / "plans" / "counted-applied.json").read_text())
    (tmp_path / "network.json").write_text(json.dumps(plan))
    subnet = next(one["change"]["after"]["id"] for one in plan["resource_changes"] if one["address"] == "aws_subnet.private[1]")
    (tmp_path / "app.yaml").write_text(APPLICATION.replace('!Split [",", {"Fn::ImportValue": !Sub "${Network}-subnets"}]', f"[{subnet}]"))
    found = check(Options((str(tmp_path / "network.json"), str(tmp_path / "app.yaml")), regions=("eu-west-1",)))
    (access,) = found.analysis.accesses
    assert (access.position.subnet, access.position.route_table) == ("aws_subnet.private[1]", "aws_route_table.private[1]")
    assert access.disposition.value == "via-gateway-endpoint"


def test_do_equal_addresses_of_two_plans_stay_apart(tmp_path):
    text = (Path(__file__).parent.parent.parent / "samples" / "gateway-endpoint" / "plan.json").read_text()
    (tmp_path / "one.json").write_text(text)
    (tmp_path / "two.json").write_text(text.replace("ap-northeast-1", "eu-west-1").replace("s3reach-sample-data", "other-data"))
    configurations = [one for name in ("one", "two") for one in read(str(tmp_path / f"{name}.json"), Options(()), region=None)]
    topology = convert(configurations)
    assert {one.id: one.region for one in topology.vpcs.values()} == {"one/aws_vpc.main": "ap-northeast-1", "two/aws_vpc.main": "eu-west-1"}
    assert {one.vpc for one in topology.subnets.values()} == {"one/aws_vpc.main", "two/aws_vpc.main"}
    found = check(Options((str(tmp_path / "one.json"), str(tmp_path / "two.json"))))
    assert [(one.workload.id, one.bucket.id, one.disposition.value) for one in found.analysis.accesses] == [
        ("one/aws_lambda_function.reader", "one/aws_s3_bucket.data", "via-gateway-endpoint"),
        ("two/aws_lambda_function.reader", "two/aws_s3_bucket.data", "via-gateway-endpoint"),
    ]


def test_is_a_literal_subnet_an_open_one(tmp_path):
    text = APPLICATION.replace('!Split [",", {"Fn::ImportValue": !Sub "${Network}-subnets"}]', "[subnet-0123456789abcdef0]")
    found = report(tmp_path, app=text)
    (access,) = found.analysis.accesses
    assert access.position.subnet == "subnet-0123456789abcdef0"
    assert isinstance(access.position.route_table, Unknown)
    assert access.disposition.value == "unknown"


PARENT = """
Resources:
  Network: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: children/network.yaml}}
  App:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: children/app.yaml
      Parameters:
        Vpc: !GetAtt Network.Outputs.Vpc
        Subnets: !GetAtt Network.Outputs.Subnets
        Table: !GetAtt Network.Outputs.Tables
"""
CHILD = APPLICATION.replace(
    "{Network: {Type: String, Default: network}}", "{Vpc: {Type: String}, Subnets: {Type: CommaDelimitedList}, Table: {Type: String}}"
)
CHILD = CHILD.replace("!ImportValue network-vpc", "!Ref Vpc").replace("!ImportValue network-tables", "!Ref Table")
CHILD = CHILD.replace('!Split [",", {"Fn::ImportValue": !Sub "${Network}-subnets"}]', "!Ref Subnets")


def parent(folder: Path, text: str = PARENT) -> Path:
    (folder / "children").mkdir()
    (folder / "children" / "network.yaml").write_text(NETWORK)
    (folder / "children" / "app.yaml").write_text(CHILD)
    (folder / "parent.yaml").write_text(text)
    return folder / "parent.yaml"


def test_do_nested_stacks_get_their_parameters_from_each_others_outputs(tmp_path):
    found = check(Options((str(parent(tmp_path)),), regions=("eu-west-1",)))
    (access,) = found.analysis.accesses
    assert (access.workload.id, access.position.subnet) == ("parent/App/Reader", "parent/Network/Private")
    assert (access.position.route_table, access.disposition.value) == ("parent/Network/Routes", "via-gateway-endpoint")
    assert access.workload.location.path == str(tmp_path / "children" / "app.yaml")
    assert (found.findings, found.notes) == ((), ())


def test_is_a_nested_template_that_is_given_too_not_judged_twice(tmp_path):
    path = parent(tmp_path)
    alone = check(Options((str(path),), regions=("eu-west-1",)))
    together = check(Options((str(path), str(tmp_path / "children")), regions=("eu-west-1",)))
    assert together.analysis == alone.analysis


def test_is_nothing_read_from_outside_the_tree_or_from_a_url(tmp_path):
    (tmp_path / "secret.yaml").write_text(NETWORK)
    (tmp_path / "inside").mkdir()
    for url in ("../secret.yaml", str(tmp_path / "secret.yaml"), "https://s3.amazonaws.com/b/network.yaml", "nowhere.yaml", "."):
        (tmp_path / "inside" / "parent.yaml").write_text(PARENT.replace("children/network.yaml", url).replace("children/app.yaml", url))
        found = check(Options((str(tmp_path / "inside" / "parent.yaml"),), regions=("eu-west-1",)))
        assert {(note.subject, note.reason) for note in found.notes} == {
            (f"parent/{name}", "is a nested stack whose template is not a file beside its parent's") for name in ("App", "Network")
        }


def test_does_a_stack_that_nests_itself_end(tmp_path):
    (tmp_path / "parent.yaml").write_text("Resources: {Again: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: parent.yaml}}}")
    assert check(Options((str(tmp_path / "parent.yaml"),))).exit_code == 0


def test_is_a_mistake_in_a_nested_template_told_with_its_file(tmp_path):
    path = parent(tmp_path)
    (tmp_path / "children" / "app.yaml").write_text("Resources: {A: {Properties: {}}}")
    with pytest.raises(InputError) as raised:
        check(Options((str(path),)))
    assert raised.value.mistakes == (f"{tmp_path / 'children' / 'app.yaml'}:1:13: resource A has no Type",)


def test_does_a_noecho_value_stay_hidden_in_a_nested_stack(tmp_path):
    text = "Parameters: {Hush: {Type: String, NoEcho: true, Default: hush-hush-bucket}}" + PARENT.replace(
        "Subnets: !G", "Bucket: !Ref Hush\n        Subnets: !G"
    )
    path = parent(tmp_path, text)
    child = CHILD.replace("{Vpc:", "{Bucket: {Type: String}, Vpc:").replace("DATA_BUCKET: !Ref Data", "DATA_BUCKET: !Ref Bucket")
    (tmp_path / "children" / "app.yaml").write_text(child)
    found = check(Options((str(path),), regions=("eu-west-1",)))
    assert [one.policy for one in found.findings] == ["s3-bucket-region-unknown"]
    assert "hush-hush" not in as_json.render(found) + as_text.render(found)


LOOKED_UP = """
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "private" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

data "aws_subnet" "again" {
  id = aws_subnet.private.id
}

resource "aws_route_table" "private" {
  vpc_id = data.aws_subnet.again.vpc_id
}

resource "aws_route_table_association" "private" {
  subnet_id      = data.aws_subnet.again.id
  route_table_id = aws_route_table.private.id
}
"""


def test_is_what_a_data_source_looks_up_by_its_id_the_resource_itself(tmp_path):
    (tmp_path / "main.tf").write_text(LOOKED_UP)
    topology = convert(read(str(tmp_path), Options((str(tmp_path),)), region="eu-west-1"))
    assert list(topology.subnets) == ["aws_subnet.private"]
    assert [(one.subnet, one.table) for one in topology.associations] == [("aws_subnet.private", "aws_route_table.private")]
    assert topology.route_tables["aws_route_table.private"].vpc == "aws_vpc.main"

"""Are several inputs one estate: exports meet imports, ids of one plan meet another's data sources, equal addresses stay apart?"""

import json
from pathlib import Path

from validator.conversion.convert import convert
from validator.frontends.reading import read
from validator.options import Options
from validator.pipeline import check
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

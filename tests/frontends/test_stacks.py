"""Is one estate judged alike, however it is cut into stacks?"""

import json
import shutil
from pathlib import Path

import pytest

from validator.frontends.cloudformation.parse import parse
from validator.frontends.cloudformation.template import read_template
from validator.options import Options
from validator.pipeline import check
from validator.report.report import Report

STACKS = Path(__file__).parent / "stacks"
ESTATE = {
    "accesses": [
        ("Everywhere", "Covered", "Data", "via-gateway-endpoint"),
        ("Everywhere", "Forgotten", "Data", "no-route"),
        ("First", "Covered", "Data", "via-gateway-endpoint"),
    ],
    "findings": [("route-table-without-gateway-endpoint", "fail", "Everywhere", "Data")],
}


def logical(address: object) -> str:
    return str(address).rpartition("/")[2]


def told(report: Report) -> dict[str, list[tuple[str, ...]]]:
    return {
        "accesses": sorted(
            (logical(one.workload.id), logical(one.position.subnet), logical(one.bucket.id), one.disposition.value)
            for one in report.analysis.accesses
        ),
        "findings": sorted((one.policy, one.verdict.value, logical(one.workload), logical(one.bucket)) for one in report.findings),
    }


def assembly(folder: Path) -> Path:
    """The same two stacks as a cloud assembly."""
    artifacts = {}
    for name in ("network", "app"):
        (folder / f"{name}.template.json").write_text(json.dumps(parse(name, (STACKS / f"{name}.yaml").read_bytes())))
        properties = {"templateFile": f"{name}.template.json"}
        artifacts[name] = {"type": "aws:cloudformation:stack", "environment": "aws://123456789012/eu-west-1", "properties": properties}
    (folder / "manifest.json").write_text(json.dumps({"version": "48.0.0", "artifacts": artifacts}))
    return folder


@pytest.mark.parametrize("paths", [("network.yaml", "app.yaml"), ("app.yaml", "network.yaml"), ("parent.yaml",), ("whole.yaml",)], ids="+".join)
def test_are_accesses_and_findings_the_same(paths):
    assert told(check(Options(tuple(str(STACKS / path) for path in paths), regions=("eu-west-1",)))) == ESTATE


def test_are_they_the_same_of_a_cloud_assembly(tmp_path):
    assert told(check(Options((str(assembly(tmp_path)),)))) == ESTATE


def test_is_an_export_of_another_region_not_seen(tmp_path):
    folder = assembly(tmp_path)
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace("eu-west-1", "us-east-1", 1))
    report = check(Options((str(folder),)))
    assert {one.disposition.value for one in report.analysis.accesses} == {"unknown"}
    causes = {(cause.subject, cause.reason) for one in report.analysis.accesses for cause in one.causes}
    assert causes == {
        ("the export shared-subnets", "is exported by a stack that is not among the inputs"),
        ("the export shared-first", "is exported by a stack that is not among the inputs"),
    }


def test_is_the_same_export_of_two_regions_each_for_its_own(tmp_path):
    folder = assembly(tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text())
    for name in ("network", "app"):
        shutil.copy(folder / f"{name}.template.json", folder / f"{name}2.template.json")
        properties = {"templateFile": f"{name}2.template.json"}
        manifest["artifacts"][f"{name}2"] = {**manifest["artifacts"][name], "environment": "aws://1/us-east-1", "properties": properties}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    report = check(Options((str(folder),)))
    pairs = {(str(one.workload.id).partition("/")[0], str(one.position.subnet).partition("/")[0]) for one in report.analysis.accesses}
    assert pairs == {("app", "network"), ("app2", "network2")}


NAMED = """
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Private: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}}
Outputs:
  Name: {Value: !Ref AWS::StackName}
  Private: {Value: !Ref Private, Export: {Name: !Sub "${AWS::StackName}-private"}}
"""
IMPORTING = """
Parameters: {Network: {Type: String}}
Resources:
  Reader:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Environment: {Variables: {BUCKET: !Ref Data}}
      VpcConfig: {SubnetIds: [!ImportValue {"Fn::Sub": "${Network}-private"}]}
  Data: {Type: AWS::S3::Bucket}
"""
AROUND = """
Resources:
  Net: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: net.yaml}}
  App: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: app.yaml, Parameters: {Network: !GetAtt Net.Outputs.Name}}}
"""


def placed(folder: Path, *paths: str, **parameters: str) -> object:
    for name, text in {"net.yaml": NAMED, "app.yaml": IMPORTING, "around.yaml": AROUND}.items():
        (folder / name).write_text(text)
    options = Options(tuple(str(folder / path) for path in paths), regions=("eu-west-1",), parameters=parameters)
    (access,) = check(options).analysis.accesses
    return access.position.subnet


def test_are_exports_named_after_their_stack_found(tmp_path):
    given = {"net/AWS::StackName": "production", "Network": "production"}
    assert placed(tmp_path, "net.yaml", "app.yaml", **given) == "net/Private"


def test_are_exports_named_after_a_nested_stack_that_nobody_names_found(tmp_path):
    assert placed(tmp_path, "around.yaml") == "around/Net/Private"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, ("Parameter Network", "has no default; give it with -P NAME=VALUE, which names an export")),
        (
            {"Network": "production"},
            ("the export production-private", "may be what net exports; give the stack's name with -P net/AWS::StackName=NAME"),
        ),
        (
            {"Network": "production", "net/AWS::StackName": "staging"},
            ("the export production-private", "is exported by a stack that is not among the inputs"),
        ),
    ],
)
def test_is_told_what_would_settle_which_export_is_meant(tmp_path, given, why):
    found = placed(tmp_path, "net.yaml", "app.yaml", **given)
    assert [(cause.subject, cause.reason) for cause in found.causes] == [why]


def test_are_stacks_that_nest_each_other_read_so_far(tmp_path):
    nested = "".join(f"  S{number}: {{Type: 'AWS::CloudFormation::Stack', Properties: {{TemplateURL: OTHER.yaml}}}}\n" for number in range(20))
    for name, other in (("one", "two"), ("two", "one")):
        (tmp_path / f"{name}.yaml").write_text("Resources:\n" + nested.replace("OTHER", other))
    found = read_template(str(tmp_path / "one.yaml"), (tmp_path / "one.yaml").read_bytes(), region=None, parameters={})
    assert 500 < len(found.resources) < 20_000
    assert any("whose template is not a file beside its parent's" in cause.reason for cause in found.notes)

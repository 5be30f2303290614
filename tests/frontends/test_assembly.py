"""Is a CDK cloud assembly read stack by stack, each in its own Region, and nothing outside its folder?"""

import json
from pathlib import Path

import pytest

from validator.errors import InputError
from validator.options import Options
from validator.pipeline import check

NETWORK = {
    "Resources": {
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        "Private": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.1.0/24"}},
    },
    "Outputs": {"Private": {"Value": {"Ref": "Private"}, "Export": {"Name": "Network:Private"}}},
}
APP = {
    "Resources": {
        "Data": {"Type": "AWS::S3::Bucket"},
        "Reader": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Environment": {"Variables": {"DATA_BUCKET": {"Ref": "Data"}}},
                "VpcConfig": {"SubnetIds": [{"Fn::ImportValue": "Network:Private"}]},
            },
        },
    }
}


def artifact(template: str, environment: str) -> dict[str, object]:
    return {"type": "aws:cloudformation:stack", "environment": environment, "properties": {"templateFile": template, "tags": {}}}


def assembly(folder: Path, **artifacts: object) -> Path:
    folder.mkdir(exist_ok=True)
    document = {"version": "54.0.0", "artifacts": {**artifacts, "Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}}}}
    (folder / "manifest.json").write_text(json.dumps(document))
    (folder / "Network.template.json").write_text(json.dumps(NETWORK))
    (folder / "App.template.json").write_text(json.dumps(APP))
    return folder


def test_is_each_stack_judged_in_its_own_region(tmp_path):
    out = assembly(
        tmp_path / "cdk.out",
        Network=artifact("Network.template.json", "aws://123456789012/eu-west-1"),
        App=artifact("App.template.json", "aws://unknown-account/unknown-region"),
    )
    found = check(Options((str(out),), regions=("eu-west-1",)))
    assert [(one.kind, one.detail) for one in found.inputs] == [
        ("cdk-assembly", "stack App in eu-west-1"),
        ("cdk-assembly", "stack Network in eu-west-1"),
    ]
    assert [(one.policy, one.workload) for one in found.findings] == [("s3-unreachable", "App/Reader")]
    (access,) = found.analysis.accesses
    assert (access.position.subnet, access.position.vpc) == ("Network/Private", "Network/Vpc")


def test_are_stages_read(tmp_path):
    out = assembly(tmp_path / "cdk.out", Stage={"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Stage"}})
    assembly(out / "assembly-Stage", Network=artifact("Network.template.json", "aws://1/us-west-2"))
    found = check(Options((str(out),)))
    assert [one.detail for one in found.inputs] == ["stack Network in us-west-2"]


def test_are_nested_stacks_read_where_their_assets_are(tmp_path):
    out = assembly(tmp_path / "cdk.out", Parent=artifact("Parent.template.json", "aws://1/eu-west-1"))
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::Region"}, "/x"]]}},
        "Metadata": {"aws:asset:path": "Network.template.json", "aws:asset:property": "TemplateURL"},
    }
    (out / "Parent.template.json").write_text(json.dumps({"Resources": {"Nested": nested}}))
    found = check(Options((str(out),)))
    assert [one.subnet for one in found.analysis.coverage] == ["Parent/Nested/Private"]


@pytest.mark.parametrize("name", ["../outside.json", "/etc/hostname"])
def test_does_a_manifest_not_lead_out_of_its_folder(tmp_path, name):
    out = assembly(tmp_path / "cdk.out", Bad=artifact(name, "aws://1/eu-west-1"))
    with pytest.raises(InputError) as raised:
        check(Options((str(out),)))
    assert raised.value.mistakes == (f"{out / 'manifest.json'}: names a file outside its folder: {name!r}",)


@pytest.mark.parametrize(
    ("manifest", "told"),
    [
        ('{"artifacts": 7}', "Expected `object`, got `int`"),
        ('{"version": "1", "artifacts": {}}', "names no stack with resources, expected a CDK cloud assembly"),
        ('{"version": "1", "artifacts": {"A": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "no.json"}}}}', ""),
    ],
)
def test_is_a_broken_assembly_one_line(tmp_path, manifest, told):
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(InputError) as raised:
        check(Options((str(tmp_path),)))
    (line,) = raised.value.mistakes
    assert told in line

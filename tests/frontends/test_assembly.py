"""Is a CDK cloud assembly read stack by stack, each in its own Region, and nothing outside its folder?"""

import json
from pathlib import Path

import pytest

from validator.errors import InputError
from validator.frontends.reading import read
from validator.options import Options
from validator.pipeline import check
from validator.resource import Configuration

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


def test_are_nested_stacks_found_by_the_hash_in_their_url(tmp_path):
    out = assembly(
        tmp_path / "cdk.out",
        Parent=artifact("Parent.template.json", "aws://1/eu-west-1"),
        Assets={"type": "cdk:asset-manifest", "properties": {"file": "Parent.assets.json"}},
    )
    (out / "Parent.assets.json").write_text(json.dumps({"files": {"ab" * 32: {"source": {"path": "Network.template.json", "packaging": "file"}}}}))
    url = {"Fn::Sub": f"https://s3.${{AWS::Region}}.${{AWS::URLSuffix}}/cdk-assets-${{AWS::AccountId}}-${{AWS::Region}}/{'ab' * 32}.json"}
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}
    (out / "Parent.template.json").write_text(json.dumps({"Resources": {"Nested": nested}}))
    found = check(Options((str(out),)))
    assert [one.subnet for one in found.analysis.coverage] == ["Parent/Nested/Private"]


def stacks(path: Path, **parameters: str) -> dict[str, Configuration]:
    return {one.name: one for one in read(str(path), Options((str(path),), parameters=parameters), region=None)}


def test_are_account_and_name_of_a_stack_those_of_the_manifest(tmp_path):
    out = assembly(
        tmp_path / "cdk.out",
        App={
            **artifact("Names.template.json", "aws://123456789012/eu-west-1"),
            "properties": {"templateFile": "Names.template.json", "stackName": "app-prod", "parameters": {"Given": "g"}},
        },
        Other=artifact("Other.template.json", "aws://unknown-account/unknown-region"),
    )
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::Sub": "${AWS::StackName}-${AWS::AccountId}-${AWS::Region}-${Given}"}}}
    for name in ("Names", "Other"):
        (out / f"{name}.template.json").write_text(
            json.dumps({"Parameters": {"Given": {"Type": "String", "Default": "d"}}, "Resources": {"Bucket": bucket}})
        )
    found = stacks(out)
    assert found["Names"].resources[0].attributes["BucketName"] == "app-prod-123456789012-eu-west-1-g"
    name = found["Other"].resources[0].attributes["BucketName"]
    assert [part if isinstance(part, str) else part.causes[0].subject for part in name.parts] == [
        "Other-",
        "AWS::AccountId",
        "-",
        "AWS::Region",
        "-d",
    ]


PATH = "/cdk/exports/Consumer/Producerapsoutheast2RefData0BCFC7C6"
PRODUCER = {
    "Resources": {
        "Data": {"Type": "AWS::S3::Bucket"},
        "Writer": {
            "Type": "Custom::CrossRegionExportWriter",
            "Properties": {"ServiceToken": "x", "WriterProps": {"region": "eu-west-1", "exports": {PATH: {"Ref": "Data"}}}},
        },
    }
}
CONSUMER = {
    "Resources": {
        **NETWORK["Resources"],
        "Exports": {
            "Type": "Custom::CrossRegionExportReader",
            "Properties": {
                "ServiceToken": "x",
                "ReaderProps": {"region": "eu-west-1", "prefix": "Consumer", "imports": {PATH: f"{{{{resolve:ssm:{PATH}}}}}"}},
            },
        },
        "Reader": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Environment": {"Variables": {"DATA_BUCKET": {"Fn::GetAtt": ["Exports", PATH]}}},
                "VpcConfig": {"SubnetIds": [{"Ref": "Private"}]},
            },
        },
    }
}


def test_is_a_bucket_of_another_region_known_through_what_is_handed_on(tmp_path):
    out = assembly(
        tmp_path / "cdk.out",
        Producer=artifact("Producer.template.json", "aws://123456789012/ap-southeast-2"),
        Consumer=artifact("Consumer.template.json", "aws://123456789012/eu-west-1"),
    )
    (out / "Producer.template.json").write_text(json.dumps(PRODUCER))
    (out / "Consumer.template.json").write_text(json.dumps(CONSUMER))
    (access,) = check(Options((str(out),))).analysis.accesses
    assert (access.bucket.id, access.bucket.region) == ("Producer/Data", "ap-southeast-2")


def test_is_a_resource_shown_where_the_app_makes_it(tmp_path):
    app = tmp_path / "lib" / "app.ts"
    app.parent.mkdir()
    app.write_text("new s3.Bucket(this, 'Data');\n")
    traces = ["new Bucket (/x/node_modules/aws-cdk-lib/aws-s3/lib/bucket.js:1:9)", f"new App ({app}:1:5)"]
    one = {
        **artifact("One.template.json", "aws://1/eu-west-1"),
        "metadata": {"/One/Data/Resource": [{"type": "aws:cdk:logicalId", "data": "Data0B", "trace": traces}]},
    }
    out = assembly(tmp_path / "cdk.out", One=one)
    data = {"Type": "AWS::S3::Bucket", "Metadata": {"aws:cdk:path": "One/Data/Resource"}}
    (out / "One.template.json").write_text(json.dumps({"Resources": {"Data0B": data, "Other": {"Type": "AWS::S3::Bucket"}}}, indent=1))
    made, other = stacks(out)["One"].resources
    assert (made.location.path, made.location.line, made.location.column, made.location.address) == (str(app), 1, 5, "One/Data0B")
    assert made.path_of_construct == "One/Data/Resource"
    assert other.location.path == str(out / "One.template.json")


def test_do_messages_call_a_resource_as_the_app_does(tmp_path):
    out = assembly(
        tmp_path / "cdk.out", App=artifact("App.template.json", "aws://1/eu-west-1"), Network=artifact("Network.template.json", "aws://1/eu-west-1")
    )
    app = {"Resources": {name: {**body, "Metadata": {"aws:cdk:path": f"App/{name}/Resource"}} for name, body in APP["Resources"].items()}}
    (out / "App.template.json").write_text(json.dumps(app).replace('"Ref": "Data"', '"Ref": "Data0B"').replace('"Data": {', '"Data0B": {'))
    (finding,) = check(Options((str(out),))).findings
    assert (finding.workload, finding.bucket) == ("App/Reader", "App/Data0B")
    assert "App/Data0B" not in finding.message
    assert "App/Data" in finding.message


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

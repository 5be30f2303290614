"""Do SAM's resources become what the transform itself makes of them? ``python -m tests.frontends.test_against_sam FOLDER`` asks that of a folder."""

import json
import logging
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import boto3
import pytest
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from validator.errors import InputError
from validator.frontends.cloudformation.functions import refs_in
from validator.frontends.cloudformation.parse import parse
from validator.frontends.cloudformation.template import read_template
from validator.resource import Resource
from validator.values import Value

COMPARED = {
    "AWS::Lambda::Function": ("FunctionName", "Handler", "Runtime", "VpcConfig", "Environment", "Role", "Code", "PackageType"),
    "AWS::StepFunctions::StateMachine": ("RoleArn",),
    "AWS::IAM::Role": ("ManagedPolicyArns", "AssumeRolePolicyDocument"),
    "AWS::IAM::ManagedPolicy": ("PolicyDocument", "Roles"),
}

TEMPLATES = {
    "policies": """
        Parameters: {Given: {Type: String, Default: x}}
        Conditions: {IsSo: !Equals [!Ref Given, x], Open: !Equals [!Ref "AWS::StackName", x]}
        Globals:
          Function:
            Runtime: python3.13
            Handler: a.b
            VpcConfig: {SubnetIds: [subnet-1], SecurityGroupIds: [sg-1]}
            Environment: {Variables: {A: "1", B: "2"}}
        Resources:
          Bucket: {Type: AWS::S3::Bucket}
          Role: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: []}}}
          All:
            Type: AWS::Serverless::Function
            Properties:
              InlineCode: "pass"
              AutoPublishAlias: live
              Environment: {Variables: {B: own}}
              Policies:
                - S3ReadPolicy: {BucketName: !Ref Bucket}
                - S3WritePolicy: {BucketName: one}
                - S3CrudPolicy: {BucketName: !Sub "two-${AWS::AccountId}"}
                - S3FullAccessPolicy: {BucketName: three}
                - SQSPollerPolicy: {QueueName: q}
                - AmazonS3ReadOnlyAccess
                - arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess
                - Version: "2012-10-17"
                  Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "*"}]
              Events:
                Up: {Type: S3, Properties: {Bucket: !Ref Bucket, Events: "s3:ObjectCreated:*"}}
          Own: {Type: AWS::Serverless::Function, Condition: IsSo, Properties: {InlineCode: "pass", Role: !GetAtt Role.Arn}}
          One: {Type: AWS::Serverless::Function, Properties: {CodeUri: "s3://code/key.zip", Policies: AmazonS3FullAccess}}
          Chosen:
            Type: AWS::Serverless::Function
            Properties: {InlineCode: "pass", Policies: [!If [IsSo, AmazonS3FullAccess, !Ref "AWS::NoValue"]]}
          Machine:
            Type: AWS::Serverless::StateMachine
            Properties:
              Definition: {StartAt: A, States: {A: {Type: Pass, End: true}}}
              Policies: [{S3ReadPolicy: {BucketName: !Ref Bucket}}]
    """,
    "connectors": """
        Resources:
          Bucket: {Type: AWS::S3::Bucket}
          Other: {Type: AWS::S3::Bucket}
          Table: {Type: AWS::Serverless::SimpleTable}
          Role: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: []}}}
          F:
            Type: AWS::Serverless::Function
            Connectors: {Reads: {Properties: {Destination: {Id: Bucket}, Permissions: [Read]}}}
            Properties: {InlineCode: "pass", Handler: a.b, Runtime: python3.13}
          G: {Type: AWS::Serverless::Function, Properties: {InlineCode: "pass", Handler: a.b, Runtime: python3.13, Role: !GetAtt Role.Arn}}
          Both: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: F}, Destination: {Id: Other}, Permissions: [Read, Write]}}
          Named: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: G}, Destination: {Id: Bucket}, Permissions: [Write]}}
    """,
}


def transformed(template: Mapping[str, Any]) -> dict[str, Any]:
    """What the transform makes of a template. Raises what it raises where the template is not valid."""
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name="eu-west-1"))
    made: dict[str, Any] = translator.translate(json.loads(json.dumps(template, default=str)), {})
    return made


def allowed_on_s3(value: Value) -> Value:
    """The statements of inline policies that speak of S3: of others we know no more than that."""
    documents = [one["PolicyDocument"] for one in value if isinstance(one, Mapping)] if isinstance(value, tuple) else []
    return [one for document in documents for one in document.get("Statement", ()) if "s3:" in json.dumps(one.get("Action"), default=str)]


def compared(resource: Resource) -> dict[str, Value]:
    found = {name: resource.attributes.get(name) for name in COMPARED[resource.type]}
    if resource.type == "AWS::IAM::Role":
        found["Policies"] = allowed_on_s3(resource.attributes.get("Policies"))
        found["ManagedPolicyArns"] = set(map(str, found["ManagedPolicyArns"] or ()))
    if resource.type == "AWS::Lambda::Function" and not (isinstance(found["Code"], Mapping) and "ZipFile" in found["Code"]):
        del found["Code"]
    return found


def resources(path: str, template: Mapping[str, Any]) -> dict[str, Resource]:
    text = json.dumps(template, default=str).encode()
    return {one.address: one for one in read_template(path, text, region="eu-west-1", parameters={}).resources if one.type in COMPARED}


def differences(path: str, template: Mapping[str, Any]) -> Iterator[str]:
    theirs, mine = resources(path, transformed(template)), resources(path, template)
    both = {**theirs, **mine}
    # The transform makes roles for other resources too, which have nothing to do with S3.
    named = {ref.address for one in both.values() for name in ("Role", "RoleArn") for ref in refs_in(one.attributes.get(name))}
    for address, resource in sorted(both.items()):
        if resource.type == "AWS::IAM::Role" and address not in named:
            continue
        if address not in mine or address not in theirs:
            yield f"{address} is only in {'the transform' if address in theirs else 'ours'}"
            continue
        one, other = compared(theirs[address]), compared(mine[address])
        yield from (
            f"{address}.{name}: the transform {one[name]}, ours {other.get(name)}" for name in one if _told(one[name]) != _told(other.get(name))
        )


def _told(value: object) -> str:
    """A value without the places that it comes from."""
    written = json.dumps(sorted(value) if isinstance(value, set) else value, default=repr, sort_keys=True)
    return re.sub(r"line=\d+, column=\d+", "", written)


@pytest.fixture(autouse=True)
def region(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


@pytest.mark.parametrize("name", TEMPLATES)
def test_are_sam_resources_what_the_transform_makes(name):
    template = parse(name, f"Transform: AWS::Serverless-2016-10-31\n{dedent(TEMPLATES[name])}".encode())
    assert list(differences(name, template)) == []


def main() -> None:
    """Ask of every template below a folder."""
    logging.disable(logging.CRITICAL)
    os.environ["AWS_DEFAULT_REGION"] = "eu-west-1"
    ends: Counter[str] = Counter()
    for path in sorted(Path(sys.argv[1]).rglob("*")):
        if path.suffix not in {".yaml", ".yml", ".json", ".template"} or b"AWS::Serverless::" not in path.read_bytes():
            continue
        if b"AWS::Serverless::Application" in path.read_bytes():
            # The transform asks AWS for them.
            continue
        try:
            lines = list(differences(str(path), parse(str(path), path.read_bytes())))
        except InputError:
            continue
        except (InvalidDocumentException, AttributeError, KeyError, TypeError, ValueError) as error:
            ends[f"not transformed: {type(error).__name__}"] += 1
            continue
        print("\n".join(f"{path}: {line[:400]}" for line in lines), end="\n" if lines else "")
        ends["otherwise" if lines else "the same"] += 1
    print(ends)


if __name__ == "__main__":
    main()

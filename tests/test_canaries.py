"""Is a sensitive value told anywhere: in a format, by explain, in a picture, in a baseline?

Every text of a sample is in turn taken for a secret, in each form that an input has.
"""

import json
import random
import re
from pathlib import Path

import pytest
import yaml

from validator.judge import baseline
from validator.options import Options
from validator.pipeline import check
from validator.report import text
from validator.report.diagram import dot, mermaid, svg
from validator.report.diagram.drawing import diagram
from validator.report.formats import FORMATS, rendered
from validator.report.surroundings import Surroundings

SAMPLES = Path(__file__).parent.parent / "samples"
NAMES = ("article", "bucket-policy-against-endpoints", "central-egress-without-nat", "security-group-to-the-s3-list", "scheduled-task", "image-build")
CANARY = "canary7f3a"
SCRIPT = f"""#!/bin/bash
export TOKEN={CANARY}tok
aws s3 cp s3://{CANARY}-bucket/{CANARY}key . --region {CANARY}reg
aws s3 ls s3://{CANARY}b2 --profile {CANARY} --endpoint-url https://{CANARY}.example.com
curl https://{CANARY}b3.s3.eu-west-1.amazonaws.com/x?X-Amz-Credential={CANARY}/20200101/eu-west-1/s3
aws s3 cp s3://$UNSET{CANARY}/x .
docker pull 123456789012.dkr.ecr.eu-west-1.amazonaws.com/{CANARY}
"""
SECRETS = (CANARY, f"s3://{CANARY}/x", f"arn:aws:s3:::{CANARY}/*", f"https://{CANARY}.s3.amazonaws.com/{CANARY}", f"{CANARY} {CANARY}", SCRIPT)


def told(path, **options):
    """Everything that is written about an input."""
    report = check(Options((str(path),), regions=("ap-northeast-1",), **options))
    drawn = diagram(report)
    around = Surroundings(verbose=True)
    formats = [rendered(name, report, around) for name in FORMATS]
    return "\n".join(
        [*formats, text.explain(report, around), svg.render(drawn), dot.render(drawn), mermaid.render(drawn), baseline.render(report.findings)]
    )


def leaves(node, path=()):
    """The texts in a document with their paths."""
    if isinstance(node, str):
        yield path, node
    for name, member in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from leaves(member, (*path, name))


def put(node, path, value):
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value


def mark(path):
    """The shape that marks one path sensitive."""
    if not path:
        return True
    return [False] * path[0] + [mark(path[1:])] if isinstance(path[0], int) else {path[0]: mark(path[1:])}


@pytest.mark.parametrize("name", NAMES)
def test_is_nothing_told_of_what_a_plan_marks_sensitive(tmp_path, name):
    chance = random.Random(name)
    written = (SAMPLES / name / "plan.json").read_text()
    numbers = [number for number, one in enumerate(json.loads(written)["resource_changes"]) if isinstance(one["change"].get("after"), dict)]
    for number in numbers:
        for path, _ in leaves(json.loads(written)["resource_changes"][number]["change"]["after"]):
            plan = json.loads(written)
            del plan["planned_values"]
            change = plan["resource_changes"][number]["change"]
            put(change["after"], path, chance.choice(SECRETS))
            change["after_sensitive"] = mark(path)
            (tmp_path / "plan.json").write_text(json.dumps(plan))
            assert CANARY not in told(tmp_path / "plan.json"), (number, path, change["after"])


class _Loader(yaml.SafeLoader):
    """Reads the short forms of functions as the long ones."""


def _function(loader, suffix, node):
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    return {name: loader.construct_sequence(node, deep=True) if isinstance(node, yaml.SequenceNode) else loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _function)
MADE = (
    {"Ref": "Secret"},
    {"Fn::Sub": "${Secret}"},
    {"Fn::Sub": "a-${Secret}"},
    {"Fn::Join": ["", ["a-", {"Ref": "Secret"}]]},
    {"Fn::Base64": {"Ref": "Secret"}},
    {"Fn::Select": [0, {"Fn::Split": ["|", {"Ref": "Secret"}]}]},
)


@pytest.mark.parametrize("name", NAMES)
def test_is_nothing_told_of_what_a_template_makes_of_a_noecho_parameter(tmp_path, name):
    chance = random.Random(name)
    written = (SAMPLES / name / "template.yaml").read_text()
    places = [
        path
        for path, _ in leaves(yaml.load(written, _Loader)["Resources"])  # noqa: S506 - a SafeLoader
        if path[1] == "Properties" and not {"Ref", "Fn::GetAtt", "Fn::Sub"} & set(path)
    ]
    for path in places:
        template = yaml.load(written, _Loader)  # noqa: S506 - a SafeLoader
        template.setdefault("Parameters", {})["Secret"] = {"Type": "String", "NoEcho": True}
        put(template["Resources"], path, chance.choice(MADE))
        (tmp_path / "template.json").write_text(json.dumps(template))
        assert CANARY not in told(tmp_path / "template.json", parameters={"Secret": chance.choice(SECRETS)}), path


HANDED = (
    "var.secret",
    "local.secret",
    "module.inner.secret",
    "var.fleeting",
    "var.record.a",
    "terraform_data.hold.input",
    '"a-${local.secret}"',
    'join("", [var.secret])',
)


@pytest.mark.parametrize("name", NAMES)
def test_is_nothing_told_of_what_sources_make_of_a_sensitive_variable(tmp_path, name):
    chance = random.Random(name)
    written = (SAMPLES / name / "main.tf").read_text()
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "main.tf").write_text('variable "given" {}\noutput "secret" {\n  value     = var.given\n  sensitive = true\n}\n')
    for literal in re.finditer(r'(?<== )"[^"\n$]*"(?=\n)', written):
        if "hashicorp" in literal.group() or 'provider "aws"' in written[: literal.start()].rpartition("}")[2]:
            continue
        secret = json.dumps(chance.choice(SECRETS)).replace("${", "$${")
        (tmp_path / "main.tf").write_text(
            written[: literal.start()]
            + chance.choice(HANDED)
            + written[literal.end() :]
            + f'\nvariable "secret" {{\n  sensitive = true\n  default   = {secret}\n}}\n'
            + f'variable "fleeting" {{\n  ephemeral = true\n  default   = {secret}\n}}\n'
            + f'variable "record" {{\n  sensitive = true\n  default   = {{ a = {secret} }}\n}}\n'
            + 'locals {\n  secret = var.secret\n}\nmodule "inner" {\n  source = "./inner"\n  given  = var.secret\n}\n'
            + 'resource "terraform_data" "hold" {\n  input = var.secret\n}\n'
        )
        assert CANARY not in told(tmp_path), literal.group()


CHILD = """
Parameters: {Given: {Type: String}, Own: {Type: String, NoEcho: true, Default: canary7f3a}}
Resources: {Topic: {Type: AWS::SNS::Topic}}
Outputs:
  Passed: {Value: !Ref Given}
  Kept: {Value: !Ref Own}
  Mixed: {Value: !Sub "a-${Own}"}
  Sent: {Value: !Ref Own, Export: {Name: sent}}
"""
PARENT = """
Parameters: {Secret: {Type: String, NoEcho: true, Default: canary7f3a}}
Resources:
  Child:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: child.yaml, Parameters: {Given: !Ref Secret}}
"""


@pytest.mark.parametrize(
    ("value", "told_of"),
    [
        ("!GetAtt Child.Outputs.Passed", "sensitive"),
        ("!GetAtt Child.Outputs.Kept", "sensitive"),
        ("!GetAtt Child.Outputs.Mixed", "is marked NoEcho"),
        ("!ImportValue sent", "the export sent"),
    ],
)
def test_is_nothing_told_of_a_noecho_parameter_by_way_of_outputs_and_exports(tmp_path, value, told_of):
    template = (SAMPLES / "gateway-endpoint" / "template.yaml").read_text()
    resources = PARENT + template.partition("Resources:\n")[2].replace("DATA_BUCKET: s3reach-sample-data", f"DATA_BUCKET: {value}")
    assert value in resources
    (tmp_path / "child.yaml").write_text(CHILD)
    (tmp_path / "parent.yaml").write_text(resources)
    written = told(tmp_path / "parent.yaml")
    assert CANARY not in written
    assert told_of in written

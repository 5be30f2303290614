"""Does the fix that a finding tells, taken at its word, make the finding go away?"""

import re
import shutil
from pathlib import Path

import pytest
import yaml

from validator.judge.finding import Finding, Verdict
from validator.options import Options
from validator.pipeline import check

SAMPLES = Path(__file__).parent.parent.parent / "samples"
# The list of S3 in the Region of the samples; it has no name in a template.
S3_LIST = "pl-61a54008"
TOLD = frozenset(
    "endpoint-policy-denies-bucket bucket-policy-denies-endpoint security-group-denies-s3 network-acl-denies-s3 aws-bucket-unreachable".split()
)
# What to do there is not a rule or a statement, but a route or another access point.
ELSEWHERE = frozenset({"aws-bucket", "eks-nodes", "access-point-of-another-vpc"})
MOST_STEPS = 4
# Before the fix of what may be.
PERHAPS = "# if it is so:\n"


def expected(folder: Path) -> dict[str, object]:
    return yaml.safe_load((folder / "expected.yaml").read_text())


def refused(folder: Path) -> list[str]:
    rows = expected(folder)["findings"]
    return [row["policy"] for row in rows if row["policy"] in TOLD] if folder.name not in ELSEWHERE else []


FOLDERS = [folder for folder in sorted(SAMPLES.iterdir()) if folder.is_dir() and refused(folder)]


def found(path: Path, folder: Path) -> list[Finding]:
    told = expected(folder)
    region = (str(told["region"]),) if path.is_file() else ()
    report = check(Options((str(path),), regions=region, buckets=told.get("buckets", {})))
    return [one for one in report.findings if one.policy in TOLD]


# --- Terraform ------------------------------------------------------------------------------------------------------------------------


def labelled(remedy: str, step: int) -> str:
    """The blocks of a fix under labels of their own, with a number for an entry that has none."""
    return re.sub(
        r"rule_number    = \.\.\. #.*", f"rule_number = {step}", re.sub(r'"s3" \{|\.s3\.', lambda it: it[0].replace("s3", f"fix{step}"), remedy)
    )


def with_statement(written: str, remedy: str) -> str:
    """The module with a statement more in the policy that the fix names, wherever that is written."""
    head, statement = remedy.split("\n", 1)
    kind, _, label = head.rpartition(" ")[2].partition(".")
    place = written.find("Statement = [", written.index(f'resource "{kind}" "{label}"'))
    if place >= 0:
        place += len("Statement = [")
        return f"{written[:place]}\n{statement},{written[place:]}"
    place = written.index("{", written.index('data "aws_iam_policy_document"')) + 1
    more = f'override_policy_documents = [jsonencode({{ Version = "2012-10-17", Statement = [{statement}] }})]'
    return f"{written[:place]}\n{more}{written[place:]}"


@pytest.mark.parametrize("folder", [one for one in FOLDERS if "bucket-policy-denies-endpoint" not in refused(one)], ids=lambda one: one.name)
def test_does_the_fix_in_terraform_help(folder, tmp_path):
    module = tmp_path / folder.name
    shutil.copytree(folder, module, ignore=shutil.ignore_patterns("plan.json", "template.yaml", "expected.yaml"))
    main = module / "main.tf"
    left = found(module, folder)
    assert left
    for step in range(1, MOST_STEPS):
        remedy = left[0].remedy.removeprefix(PERHAPS)
        assert "... # aws" not in remedy
        written = main.read_text()
        main.write_text(f"{written}\n{labelled(remedy, step)}\n" if remedy.startswith(("resource", "data")) else with_statement(written, remedy))
        left = found(module, folder)
        if not left:
            break
    outside = [one for one in left if one.verdict is Verdict.UNKNOWN and "outside the input" in one.message]
    assert left == outside


# --- CloudFormation -------------------------------------------------------------------------------------------------------------------


class Loader(yaml.SafeLoader):
    """Reads the short forms of functions."""


def _function(loader: yaml.Loader, tag: str, node: yaml.Node) -> dict[str, object]:
    value = loader.construct_sequence(node, deep=True) if isinstance(node, yaml.SequenceNode) else (
        loader.construct_mapping(node, deep=True) if isinstance(node, yaml.MappingNode) else loader.construct_scalar(node)
    )  # fmt: skip
    if tag == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {tag if tag in {"Ref", "Condition"} else f"Fn::{tag}": value}


Loader.add_multi_constructor("!", _function)


def applied(stack: dict[str, object], remedy: str, step: int) -> None:
    """Does to a template what the fix says."""
    resources = stack["Resources"]
    read = yaml.load(remedy, Loader)  # noqa: S506 - a SafeLoader with the tags of templates
    if remedy.startswith("Type:"):
        properties = read["Properties"]
        if "RuleNumber" in properties:
            properties["RuleNumber"] = step
        if "DestinationPrefixListId" in properties:
            properties["DestinationPrefixListId"] = S3_LIST
        resources[f"Fix{step}"] = read
    elif remedy.startswith("# a statement for"):
        holder = re.search(r"of the? ?\S*?/(\w+)", remedy.partition("\n")[0].replace("PolicyDocument of ", "of the "))[1]
        resources[holder]["Properties"]["PolicyDocument"]["Statement"] += read
    else:
        _exempted(resources, remedy, read["Condition"])


def _exempted(resources: dict[str, object], remedy: str, condition: dict[str, dict[str, list[object]]]) -> None:
    """The statement of a bucket's policy with a condition more; with the endpoint that it asks for, where there is none."""
    flat = remedy.replace("\n# ", " ")
    number = int(re.search(r"statement (\d+)", flat)[1])
    bucket = re.search(r"of the (?:policy|PolicyDocument) of \w+/(\w+)", flat)[1]
    (policy,) = [
        one["Properties"] for one in resources.values() if one["Type"] == "AWS::S3::BucketPolicy" and one["Properties"]["Bucket"] == {"Ref": bucket}
    ]
    statement = policy["PolicyDocument"]["Statement"][number - 1]
    for operator, keys in condition.items():
        for key, values in keys.items():
            known = statement.setdefault("Condition", {}).setdefault(operator, {})
            before = known.get(key, [])
            known[key] = [*(before if isinstance(before, list) else [before]), *(one for one in values if one != "...")]
    if (wanted := re.search(r"give \w+/(\w+) one", flat)) is not None:
        (vpc,) = [name for name, one in resources.items() if one["Type"] == "AWS::EC2::VPC"]
        properties = {"VpcId": {"Ref": vpc}, "ServiceName": {"Fn::Sub": "com.amazonaws.${AWS::Region}.s3"}, "RouteTableIds": [{"Ref": wanted[1]}]}
        resources["S3Endpoint"] = {"Type": "AWS::EC2::VPCEndpoint", "Properties": properties}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda one: one.name)
def test_does_the_fix_in_a_template_help(folder, tmp_path):
    stack = yaml.load((folder / "template.yaml").read_text(), Loader)  # noqa: S506 - a SafeLoader with the tags of templates
    path = tmp_path / "template.yaml"
    path.write_text(yaml.safe_dump(stack))
    left = found(path, folder)
    assert left
    for step in range(1, MOST_STEPS):
        applied(stack, left[0].remedy.removeprefix(PERHAPS), step)
        path.write_text(yaml.safe_dump(stack))
        left = found(path, folder)
        if not left:
            break
    outside = [one for one in left if one.verdict is Verdict.UNKNOWN and "outside the input" in one.message]
    assert left == outside

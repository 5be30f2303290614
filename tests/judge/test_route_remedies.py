"""Do the fixes that make or change an endpoint, taken at their word, make the finding go away, in both dialects?"""

import re
import shutil
from pathlib import Path

import pytest
import yaml

from tests.judge.test_remedies import SAMPLES, Loader
from validator.judge.finding import Finding
from validator.options import Options
from validator.pipeline import check

# The Region of the bucket that no template declares.
FAR = {"s3reach-sample-data": "us-west-2"}
CASES = [
    ("auto-scaling-group", "route-table-without-gateway-endpoint"),
    ("aws-bucket", "aws-bucket-unreachable"),
    ("central-egress-vpc", "s3-through-nat-gateway"),
    ("cross-region-bucket", "cross-region-s3-unreachable"),
    ("cross-region-through-nat", "cross-region-s3-outside-endpoint"),
    ("eks-nodes", "aws-bucket-unreachable"),
    ("endpoint-in-other-region", "gateway-endpoint-in-other-region"),
    ("interface-endpoint-without-private-dns", "interface-endpoint-without-private-dns"),
    ("main-route-table", "route-table-without-gateway-endpoint"),
    ("multi-region-access-point", "cross-region-s3-unreachable"),
    ("nat-gateway-only", "s3-through-nat-gateway"),
    ("nat-past-the-endpoint", "s3-through-nat-gateway"),
    ("peering-does-not-carry", "s3-unreachable"),
    ("route-table-not-associated", "route-table-without-gateway-endpoint"),
    ("uneven-coverage", "uneven-gateway-endpoint-coverage"),
    ("vpc-dns-disabled", "vpc-dns-disabled"),
]
UNNAMED = {"main-route-table"}
"""Where a template cannot name what the fix is for."""


def found(path: Path, policy: str) -> list[Finding]:
    report = check(Options((str(path),), regions=("ap-northeast-1",), buckets=FAR))
    return [one for one in report.findings if one.policy == policy]


def changed(module: str, remedy: str) -> str:
    """The module with what the fix says: blocks are added, arguments replace those of the same name, lists grow by what is named."""
    if 'resource "' in remedy:
        return f"{module}\n{remedy}\n"
    wanted = re.search(r"# in (\w+)\.(\w+)", remedy)
    kind, label = wanted.groups() if wanted else ("aws_vpc" if remedy.startswith("enable_dns") else "aws_vpc_endpoint", r"\w+")
    block = re.search(rf'resource "{kind}" "{label}" \{{\n(.*?)\n\}}\n', module, re.DOTALL)
    own = block[1]
    for name in re.findall(r"^(\w+) *(?:=|\{)", remedy, re.MULTILINE):
        own = re.sub(rf"\n *{name} *(?:=[^\n]*|\{{.*?\n  \}})", "", f"\n{own}", flags=re.DOTALL)
    there = re.search(r"route_table_ids *= \[(.*)\]", block[1])
    return module.replace(block[1], f"{own}\n{remedy.replace('..., ', f'{there[1]}, ' if there and there[1] else '')}")


@pytest.mark.parametrize(("sample", "policy"), CASES)
def test_does_the_fix_in_terraform_help(sample, policy, tmp_path):
    module = tmp_path / sample
    shutil.copytree(SAMPLES / sample, module, ignore=shutil.ignore_patterns("plan.json", "template.yaml", "expected.yaml"))
    [finding, *_] = found(module, policy)
    main = module / "main.tf"
    main.write_text(changed(main.read_text(), finding.remedy))
    assert finding.fingerprint not in {one.fingerprint for one in found(module, policy)}


@pytest.mark.parametrize(("sample", "policy"), [one for one in CASES if one[0] not in UNNAMED])
def test_does_the_fix_in_a_template_help(sample, policy, tmp_path):
    stack = yaml.load((SAMPLES / sample / "template.yaml").read_text(), Loader)  # noqa: S506 - a SafeLoader with the tags of templates
    [finding, *_] = found(SAMPLES / sample / "template.yaml", policy)
    read = yaml.load(finding.remedy, Loader)  # noqa: S506
    if any(isinstance(one, dict) and "Type" in one for one in read.values()):
        stack["Resources"] |= read
    else:
        kind = "AWS::EC2::VPC" if "EnableDnsSupport" in read else "AWS::EC2::VPCEndpoint"
        named = re.search(r"# in \w+/(\w+)", finding.remedy)
        (properties,) = [one["Properties"] for name, one in stack["Resources"].items() if one["Type"] == kind and (named is None or name == named[1])]
        added = [one for one in read.pop("RouteTableIds", []) if one != "..."]
        properties |= read | ({"RouteTableIds": [*properties.get("RouteTableIds", []), *added]} if added else {})
    path = tmp_path / "template.yaml"
    path.write_text(yaml.safe_dump(stack))
    assert finding.fingerprint not in {one.fingerprint for one in found(path, policy)}

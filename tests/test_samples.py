"""Does every sample give, in each form, the accesses and findings that its expected.yaml says?"""

import re
import shutil
from pathlib import Path

import pytest
import yaml

from validator.analysis.access import Access
from validator.judge.finding import Finding
from validator.options import Options
from validator.pipeline import check
from validator.report.report import Report
from validator.values import Unknown

SAMPLES = Path(__file__).parent.parent / "samples"
FOLDERS = sorted(folder for folder in SAMPLES.iterdir() if folder.is_dir())
FORMS = ("plan.json", "plan alone", "main.tf", "template.yaml")


def name(address: str | None) -> str | None:
    """What both dialects call a thing: module and resource names with their keys, in snake case, without types and stacks."""
    if address is None:
        return None
    if "/" in address:
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", address.partition("/")[2]).lower()
    parts = re.findall(r'[^.\["\]]+', address.removeprefix("data."))
    words = []
    while parts and parts[0] == "module":
        words.append(parts[1])
        parts = parts[2:]
        if parts[0] != "module" and not parts[0].startswith("aws_"):
            words.append(parts.pop(0))
    return "_".join([*words, *parts[1:]])


def told(value: object) -> object:
    return "unknown" if isinstance(value, Unknown) else value


def access(one: Access) -> dict[str, object]:
    return {
        "workload": name(one.workload.id),
        "subnet": name(one.position.subnet) if isinstance(one.position.subnet, str) else "unknown",
        "bucket": told(one.bucket.name),
        "tier": one.position.tier.value,
        "client": {"region": told(one.client.region), "source": one.client.source},
        "hosts": [host.name for host in one.hosts],
        "disposition": one.disposition.value,
    }


def finding(one: Finding) -> dict[str, object]:
    return {
        "policy": one.policy,
        "severity": one.severity.value,
        "verdict": one.verdict.value,
        "workload": name(one.workload),
        "subject": name(one.subject),
        "also": list(one.also),
    }


def ordered(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return sorted(rows, key=str)


def run(folder: Path, form: str, expected: dict[str, object], elsewhere: Path) -> Report:
    """Judge a sample as a plan with its sources beside it, as a plan without them, as a module directory, as a template."""
    region = (str(expected["region"]),) if form == "template.yaml" else ()
    path = folder if form == "main.tf" else folder / form
    if form == "plan alone":
        path = elsewhere / "plan.json"
        shutil.copy(folder / "plan.json", path)
    return check(Options((str(path),), regions=region, buckets=expected.get("buckets", {}), packs=expected.get("packs", ())))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_does_the_sample_give_what_it_expects(folder, form, tmp_path):
    expected = yaml.safe_load((folder / "expected.yaml").read_text())
    report = run(folder, form, expected, tmp_path)
    assert ordered([access(one) for one in report.analysis.accesses]) == ordered(expected["accesses"])
    assert ordered([finding(one) for one in report.findings]) == ordered(expected["findings"])
    assert report.exit_code == expected["exit_code"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_does_every_access_of_a_finding_belong_to_the_report(folder, tmp_path):
    expected = yaml.safe_load((folder / "expected.yaml").read_text())
    report = run(folder, "plan.json", expected, tmp_path)
    known = {one.id for one in report.analysis.accesses}
    assert {name for one in report.findings for name in one.accesses} <= known

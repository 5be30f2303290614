"""Does the real cfn-lint show what s3reach finds, at its place, and nothing on a clean template?"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parent.parent.parent / "samples"
RULES = "validator.integrations.cfn_lint"
CFN_LINT = str(Path(sys.executable).with_name("cfn-lint"))


def cfn_lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [CFN_LINT, "--append-rules", RULES, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)


def matches(folder: Path, *arguments: str) -> list[tuple[str, str, int, str]]:
    run = cfn_lint(folder, "--format", "json", *arguments)
    assert run.stderr == ""
    found = [
        (one["Rule"]["Id"], one["Filename"], one["Location"]["Start"]["LineNumber"], one["Message"].partition(":")[0])
        for one in json.loads(run.stdout)
    ]
    return sorted(found)


@pytest.fixture
def article(tmp_path):
    shutil.copy(SAMPLES / "article" / "template.yaml", tmp_path / "template.yaml")
    return tmp_path


FOUND = [("E9301", "template.yaml", 52, "s3-client-without-region"), ("E9301", "template.yaml", 63, "cross-region-s3-unreachable")]


def test_are_findings_shown_at_their_resources(article):
    assert matches(article, "-r", "ap-northeast-1", "--", "template.yaml") == FOUND
    run = cfn_lint(article, "-r", "ap-northeast-1", "--", "template.yaml")
    assert run.returncode == 2
    assert "template.yaml:52:3" in run.stdout


def test_is_a_clean_template_clean():
    run = cfn_lint(SAMPLES / "gateway-endpoint", "-r", "ap-northeast-1", "--", "template.yaml")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_does_the_configuration_hold(article):
    (article / ".s3reach.toml").write_text('region = "ap-northeast-1"\nignore = ["cross-region-s3-unreachable"]\n')
    assert matches(article, "--", "template.yaml") == FOUND[:1]
    (article / ".s3reach.toml").write_text('region = "ap-northeast-1"\n[severity]\ns3-client-without-region = "warning"\n')
    assert [one[0] for one in matches(article, "--", "template.yaml")] == ["E9301", "W9301"]


def test_do_waivers_hold_ours_and_those_of_cfn_lint(article):
    text = (article / "template.yaml").read_text()
    place = "  NoRegion:\n    Type: AWS::EC2::Instance\n"
    ours = "    Metadata: {s3reach: {allow: [s3-client-without-region -- accepted]}}\n"
    theirs = "    Metadata: {cfn-lint: {config: {ignore_checks: [E9301]}}}\n"
    for metadata in (ours, theirs):
        (article / "template.yaml").write_text(text.replace(place, place + metadata))
        assert [one[3] for one in matches(article, "-r", "ap-northeast-1", "--", "template.yaml")] == ["cross-region-s3-unreachable"]


def test_is_the_default_region_of_cfn_lint_not_taken_for_a_wish(article):
    run = cfn_lint(article, "--format", "json", "--", "template.yaml")
    assert "AWS::Region is given at deployment" in run.stdout


def test_is_a_finding_in_a_nested_stack_shown_at_the_stack(article):
    (article / "parent.yaml").write_text(
        "Resources:\n  Inner:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: template.yaml\n"
    )
    found = matches(article, "-r", "ap-northeast-1", "-i", "W3002", "--", "parent.yaml")
    assert [one[:3] for one in found] == [("E9301", "parent.yaml", 2)] * 2
    assert "(template.yaml:58:7)" in cfn_lint(article, "-r", "ap-northeast-1", "--", "parent.yaml").stdout


def test_is_a_mistake_of_the_configuration_a_match(article):
    (article / ".s3reach.toml").write_text("regin = 1\n")
    run = cfn_lint(article, "--format", "json", "--", "template.yaml")
    assert [one["Message"] for one in json.loads(run.stdout)] == ["s3reach: .s3reach.toml:1: there is no setting regin; did you mean region?"]


def test_is_standard_input_left_alone(article):
    run = subprocess.run(
        [CFN_LINT, "-a", RULES, "--", "-"],
        input=(article / "template.yaml").read_text(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Unknown exception" not in run.stdout

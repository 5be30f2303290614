"""Does the Python interface ask the same question as the command, cheaply and without side effects?"""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import validator
from validator import Report, S3ReachError, check, render

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
ARTICLE = SAMPLES / "article" / "plan.json"


def test_is_a_report_given_with_what_a_gate_asks_for(capfd):
    report = check(ARTICLE)
    assert isinstance(report, Report)
    assert report.exit_code == 1
    assert [(one.policy, one.severity, one.verdict, one.workload, one.status, one.fails) for one in report.findings] == [
        ("cross-region-s3-unreachable", "error", "fail", "aws_instance.other_region", "open", True),
        ("s3-client-without-region", "error", "fail", "aws_instance.no_region", "open", True),
    ]
    assert capfd.readouterr() == ("", "")


def test_is_what_it_renders_what_the_command_writes():
    command = [sys.executable, "-m", "validator", "check", str(ARTICLE), "-f"]
    for form in ("json", "text"):
        told = subprocess.run([*command, form], capture_output=True, text=True, check=False, cwd=ROOT).stdout
        assert render(check(str(ARTICLE)), form) == told
    assert json.loads(render(check([ARTICLE]), "json"))["schema"] == "s3reach/report/1"


def test_does_every_option_reach_the_question(tmp_path):
    template = SAMPLES / "conditional-endpoint" / "template.yaml"
    assert check(template, regions=["ap-northeast-1"]).exit_code == 1
    assert check(template, regions=["ap-northeast-1"], parameters={"WithEndpoint": "true"}).exit_code == 0
    assert check(SAMPLES / "nat-gateway-only" / "plan.json", fail_on="warning").exit_code == 1
    assert check(SAMPLES / "nat-gateway-only" / "plan.json", severities={"s3-through-nat-gateway": "error"}).exit_code == 1
    assert check(SAMPLES / "bucket-outside-the-input" / "plan.json", buckets={"somebody-*": "ap-northeast-1"}).exit_code == 0
    assert check(ARTICLE, select=["overlapping-gateway-endpoints"]).findings == ()
    assert len(check(ARTICLE, ignore=["s3-client-without-region"]).findings) == 2
    waiver = '[[waiver]]\npolicy = "*"\nreason = "r"\nexpires = 2026-01-01\n'
    (tmp_path / "s3reach.toml").write_text(waiver)
    assert check(ARTICLE, config=tmp_path / "s3reach.toml", today=date(2026, 1, 1)).exit_code == 0
    assert check(ARTICLE, config=tmp_path / "s3reach.toml", today=date(2026, 1, 2)).exit_code == 1


def test_is_no_configuration_read_that_nobody_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".s3reach.toml").write_text('fail-on = "never"\n')
    assert check(ARTICLE).exit_code == 1
    assert check(ARTICLE, config=".s3reach.toml").exit_code == 0


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"regions": ["tokyo"]}, "regions must be Regions such as eu-west-1, got tokyo"),
        ({"fail_on": "maybe"}, "fail_on must be one of error, warning, never, got maybe"),
        ({"severities": {"x": "fatal"}}, "severities['x'] must be one of error, warning, note, off, got fatal"),
        ({"buckets": {"x": "moon"}}, "buckets['x'] must be a Region such as eu-west-1, got moon"),
        ({"select": ["s3-typo"]}, "there is no policy s3-typo; see: s3reach policies"),
        ({"config": "nowhere.toml"}, "nowhere.toml: cannot be read: No such file or directory"),
    ],
)
def test_is_a_wrong_question_our_error(options, told):
    with pytest.raises(S3ReachError) as caught:
        check(ARTICLE, **options)
    assert caught.value.mistakes == (told,)
    with pytest.raises(S3ReachError):
        render(check(ARTICLE), "xml")


def test_is_importing_it_cheap():
    told = "import sys, validator; from validator import check; print(sorted(set(sys.modules) & {'msgspec', 'yaml', 'typer', 'cfnlint', 'validator.pipeline'}))"
    assert subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_is_nothing_else_public():
    assert validator.__all__ == ["Report", "S3ReachError", "__version__", "check", "render"]
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        validator.nothing  # noqa: B018

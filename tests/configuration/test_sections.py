"""Do sections of paths hold for the inputs under their paths, and for nothing else?"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SAMPLES = ROOT / "samples"


def s3reach(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "validator", *arguments], capture_output=True, text=True, cwd=folder, check=False)


def findings(folder: Path, *arguments: str) -> list[tuple[str, str, str]]:
    run = s3reach(folder, *arguments, "-f", "json")
    assert run.stderr == ""
    return [(one["subject"], one["policy"], one["severity"]) for one in json.loads(run.stdout)["findings"]]


@pytest.fixture
def monorepo(tmp_path):
    """Two stages with the same faults: a path by NAT that is paid for, and a client that names another Region."""
    for stage in ("prod", "test"):
        (tmp_path / "infra" / stage).mkdir(parents=True)
        shutil.copy(SAMPLES / "nat-gateway-only" / "plan.json", tmp_path / "infra" / stage / "plan.json")
    return tmp_path


PLANS = ("check", "infra/prod/plan.json", "infra/test/plan.json")
NAT = "s3-through-nat-gateway"


def subjects(monorepo: Path) -> tuple[str, str]:
    (prod, *_), (test, *_) = findings(monorepo, *PLANS)
    return prod, test


def test_is_a_severity_of_a_section_that_of_its_findings(monorepo):
    prod, test = subjects(monorepo)
    assert findings(monorepo, *PLANS) == [(prod, NAT, "warning"), (test, NAT, "warning")]
    (monorepo / ".s3reach.toml").write_text(f'[path."infra/prod/**".severity]\n{NAT} = "error"\n')
    assert findings(monorepo, *PLANS) == [(prod, NAT, "error"), (test, NAT, "warning")]
    assert s3reach(monorepo, *PLANS).returncode == 1
    assert s3reach(monorepo, "check", "infra/test/plan.json").returncode == 0


def test_is_a_policy_ignored_where_a_section_says_so(monorepo):
    prod, _ = subjects(monorepo)
    (monorepo / ".s3reach.toml").write_text(f'[path."infra/test"]\nignore = "{NAT}"\n')
    assert findings(monorepo, *PLANS) == [(prod, NAT, "warning")]
    (monorepo / ".s3reach.toml").write_text(f'[path."infra/test".severity]\n{NAT} = "off"\n')
    assert findings(monorepo, *PLANS) == [(prod, NAT, "warning")]


def test_does_the_command_line_win_over_sections(monorepo):
    prod, test = subjects(monorepo)
    (monorepo / ".s3reach.toml").write_text(f'[path."infra/test"]\nselect = ["s3-unreachable"]\nfail-on = "never"\n[severity]\n{NAT} = "error"')
    assert findings(monorepo, *PLANS) == [(prod, NAT, "error")]
    assert findings(monorepo, *PLANS, "--select", NAT) == [(prod, NAT, "error"), (test, NAT, "error")]
    assert s3reach(monorepo, "check", "infra/test/plan.json", "--select", NAT).returncode == 0
    assert s3reach(monorepo, "check", "infra/test/plan.json", "--select", NAT, "--fail-on", "error").returncode == 1


@pytest.mark.parametrize(("stage", "code"), [("prod", 1), ("test", 0)])
def test_does_each_input_stand_before_its_own_gate(monorepo, stage, code):
    (monorepo / ".s3reach.toml").write_text('[path."infra/prod"]\nfail-on = "warning"\n')
    assert s3reach(monorepo, "check", f"infra/{stage}/plan.json").returncode == code
    assert s3reach(monorepo, *PLANS).returncode == 1


def test_do_later_sections_win_and_earlier_ones_hold_for_the_rest(monorepo):
    prod, test = subjects(monorepo)
    (monorepo / ".s3reach.toml").write_text(
        f'[path."infra/**"]\nfail-on = "warning"\n[path."infra/**".severity]\n{NAT} = "note"\n[path."infra/prod".severity]\n{NAT} = "warning"\n'
    )
    assert findings(monorepo, *PLANS) == [(prod, NAT, "warning"), (test, NAT, "note")]
    assert s3reach(monorepo, "check", "infra/prod/plan.json").returncode == 1
    assert s3reach(monorepo, "check", "infra/test/plan.json").returncode == 0


def test_is_each_stack_judged_in_the_region_of_its_section(tmp_path):
    for stack in ("one", "two", "three"):
        (tmp_path / stack).mkdir()
        shutil.copy(SAMPLES / "nat-gateway-only" / "template.yaml", tmp_path / stack / f"{stack}.yaml")
    (tmp_path / ".s3reach.toml").write_text(
        'region = "eu-west-1"\n[path."two"]\nregion = ["us-west-2", "us-east-2"]\n[path."three"]\nregion = ["sa-east-1", "eu-north-1"]\n'
    )
    run = s3reach(tmp_path, "check", "one/one.yaml", "two/two.yaml", "-f", "json")
    regions = {(one["subject"].partition("/")[0], one["region"]) for one in json.loads(run.stdout)["findings"]}
    assert regions == {("one", "eu-west-1"), ("two", "us-west-2"), ("two", "us-east-2")}
    run = s3reach(tmp_path, "check", "one/one.yaml", "two/two.yaml", "three/three.yaml", "-f", "json")
    regions = {(one["subject"].partition("/")[0], one["region"]) for one in json.loads(run.stdout)["findings"]}
    assert regions == {
        ("one", "eu-west-1"),
        *(("two", name) for name in ("us-west-2", "us-east-2")),
        *(("three", name) for name in ("sa-east-1", "eu-north-1")),
    }
    run = s3reach(tmp_path, "check", "one/one.yaml", "two/two.yaml", "--region", "ca-central-1", "-f", "json")
    assert {one["region"] for one in json.loads(run.stdout)["findings"]} == {"ca-central-1"}


def test_do_parameters_and_variables_of_a_section_reach_their_input_only(tmp_path):
    template = (SAMPLES / "conditional-endpoint" / "template.yaml").read_text()
    for stack in ("with", "without"):
        (tmp_path / f"{stack}.yaml").write_text(template)
    (tmp_path / "parameters.json").write_text('{"WithEndpoint": "false"}')
    (tmp_path / ".s3reach.toml").write_text(
        'region = "ap-northeast-1"\nparameters = "parameters.json"\n[path."with.yaml".parameter]\nWithEndpoint = "true"\n'
    )
    run = s3reach(tmp_path, "check", "with.yaml", "without.yaml", "-f", "json")
    ends = {one["workload"]["address"].partition("/")[0]: one["disposition"] for one in json.loads(run.stdout)["accesses"]}
    assert ends == {"with": "via-gateway-endpoint", "without": "no-route"}


def test_do_variables_of_the_configuration_stand_below_those_of_the_command_line(tmp_path):
    (tmp_path / "infra").mkdir()
    source = (SAMPLES / "gateway-endpoint" / "main.tf").read_text().replace('region = "ap-northeast-1"', "region = var.region", 1)
    (tmp_path / "infra" / "main.tf").write_text(source + '\nvariable "region" {}\n')
    (tmp_path / "more.tfvars").write_text('region = "eu-west-1"\n')
    (tmp_path / ".s3reach.toml").write_text('[var]\nregion = "ap-northeast-1"\nelsewhere = "declared by another module"\n')
    told = {}
    for name, arguments in {"none": (), "file": ("--var-file", "more.tfvars"), "one": ("--var", "region=us-west-2")}.items():
        run = s3reach(tmp_path, "check", "infra", *arguments, "-f", "json")
        assert run.stderr == ""
        told[name] = {one["placement"]["region"] for one in json.loads(run.stdout)["accesses"]}
    assert told == {"none": {"ap-northeast-1"}, "file": {"eu-west-1"}, "one": {"us-west-2"}}


def test_is_a_policy_that_is_not_there_told_with_its_place(tmp_path):
    (tmp_path / ".s3reach.toml").write_text(
        'ignore = [\n  "s3-unreachabel",\n]\n[severity]\nnothing-like-it = "off"\n[path."x"]\nselect = "vpc-dns-disable"\n'
    )
    run = s3reach(tmp_path, "check", str(SAMPLES / "article" / "plan.json"))
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.splitlines() == [
        "s3reach: .s3reach.toml:2: there is no policy s3-unreachabel; did you mean s3-unreachable?",
        "s3reach: .s3reach.toml:5: there is no policy nothing-like-it",
        "s3reach: .s3reach.toml:7: there is no policy vpc-dns-disable; did you mean vpc-dns-disabled?",
    ]


def test_do_formats_of_the_configuration_go_to_their_files(tmp_path):
    (tmp_path / ".s3reach.toml").write_text('format = ["text", "json=report.json"]\nquiet = true\n')
    run = s3reach(tmp_path, "check", str(SAMPLES / "article" / "plan.json"))
    assert run.returncode == 1
    assert "private subnet" not in run.stdout
    assert json.loads((tmp_path / "report.json").read_text())["summary"]["exit_code"] == 1
    assert s3reach(tmp_path, "check", str(SAMPLES / "article" / "plan.json"), "-f", "json").stdout.startswith("{")

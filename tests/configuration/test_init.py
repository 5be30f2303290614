"""Does ``init`` write a file that teaches, changes nothing, and names what there is to judge?"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from validator.configuration import load
from validator.configuration.keys import KEYS, RECORDS
from validator.configuration.settings import Settings
from validator.configuration.starter import Found, found_in, starter

SAMPLES = Path(__file__).parent.parent.parent / "samples"


def s3reach(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "validator", *arguments], capture_output=True, text=True, cwd=folder, check=False)


def repository(folder: Path) -> Path:
    for name in ("infra/prod", "infra/modules/network", ".terraform/modules/x", "node_modules/x", "cdk.out", "stacks"):
        (folder / name).mkdir(parents=True)
    (folder / "infra" / "prod" / "main.tf").write_text('provider "aws" {\n  region = "eu-west-1"\n}\n')
    (folder / "infra" / "prod" / "prod.tfvars").write_text("")
    (folder / "infra" / "modules" / "network" / "main.tf").write_text('resource "aws_vpc" "x" {}\n')
    (folder / ".terraform" / "modules" / "x" / "main.tf").write_text('provider "aws" {}\n')
    (folder / "node_modules" / "x" / "template.yaml").write_text("AWSTemplateFormatVersion: x\nResources: {}\n")
    (folder / "cdk.out" / "manifest.json").write_text('{"artifacts": {}}')
    shutil.copy(SAMPLES / "article" / "template.yaml", folder / "stacks" / "network.yaml")
    shutil.copy(SAMPLES / "article" / "plan.json", folder / "plan.json")
    (folder / "stacks" / "values.yaml").write_text("replicas: 3\n")
    (folder / "package.json").write_text('{"name": "x"}')
    return folder


def test_is_what_there_is_to_judge_found(tmp_path):
    found = found_in(repository(tmp_path))
    assert found == (
        Found("cdk.out", "CDK cloud assembly"),
        Found("stacks/network.yaml", "CloudFormation template"),
        Found("plan.json", "Terraform plan"),
        Found("infra/prod", "Terraform root module", ("infra/prod/prod.tfvars",)),
    )
    assert [one.command for one in found] == [
        "s3reach check cdk.out",
        "s3reach check stacks/network.yaml --region REGION",
        "s3reach check plan.json",
        "s3reach check infra/prod --var-file infra/prod/prod.tfvars",
    ]


def test_does_the_file_change_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(repository(tmp_path))
    run = s3reach(tmp_path, "init")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.splitlines()[0] == "wrote .s3reach.toml: all of it is comments, so nothing changes yet"
    assert "judge Terraform plan: s3reach check plan.json" in run.stdout
    assert load(None, tmp_path) == Settings(folder=Path())


def test_is_every_line_of_the_file_a_setting_that_can_be_taken_in(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    written = starter(found_in(repository(tmp_path)))
    settings = {line.removeprefix("# ") for line in written.splitlines() if re.match(r"# (\[|[a-z-]+ = |\"[^\"]+\" = |[A-Za-z0-9-]+ = )", line)}
    names = [line.removeprefix("# ") for line in written.splitlines() if line.removeprefix("# ") in settings]
    (tmp_path / ".s3reach.toml").write_text("\n".join(names))
    found = load(None, tmp_path)
    assert found.whole.fail_on == "error"
    assert found.buckets == {"logs-*": "eu-west-1"}
    assert [glob for glob, _ in found.sections] == ["infra/prod/**"]
    assert found.sections[0][1].variables == (Path("infra/prod/prod.tfvars"),)
    assert len(found.waivers) == 1
    for key in (*KEYS, *(key for record in RECORDS for key in record.keys)):
        assert re.search(rf"^# (\[{key.name}\]$|{key.name} = )", written, re.MULTILINE), key.name


def test_is_a_file_that_is_there_left_alone(tmp_path):
    (tmp_path / ".s3reach.toml").write_text('fail-on = "never"\n')
    run = s3reach(tmp_path, "init")
    assert (run.returncode, run.stdout, run.stderr) == (2, "", "s3reach: .s3reach.toml: is there already, and stays as it is\n")
    assert (tmp_path / ".s3reach.toml").read_text() == 'fail-on = "never"\n'
    (tmp_path / ".s3reach.toml").rename(tmp_path / "pyproject.toml")
    (tmp_path / "pyproject.toml").write_text('[tool.s3reach]\nfail-on = "never"\n')
    assert s3reach(tmp_path, "init").stderr == "s3reach: pyproject.toml: is there already, and stays as it is\n"
    assert s3reach(tmp_path, "init", "nowhere").stderr == "s3reach: nowhere: is no folder\n"


def test_is_a_folder_without_anything_told(tmp_path):
    run = s3reach(tmp_path, "init", str(tmp_path))
    assert run.stdout.splitlines()[1] == "found nothing to judge here yet"


def test_is_a_hostile_name_no_setting(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    place = tmp_path / 'a\nfail-on = "never"\n#'
    place.mkdir()
    (place / "main.tf").write_text('provider "aws" {}\n')
    (tmp_path / 'b"]').mkdir()
    (tmp_path / 'b"]' / "main.tf").write_text('provider "aws" {}\n')
    run = s3reach(tmp_path, "init")
    assert load(None, tmp_path) == Settings(folder=Path())
    assert len(run.stdout.splitlines()) == 2

"""Does every command in the documents do what they say, and is everything in them that is made as it is made now?"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.documents import DOCUMENTS, ROOT, made
from validator.configuration import load
from validator.report.formats import FORMATS

_BLOCK = re.compile(r"(?:<!-- (?P<note>(?:not run|exit code)[^\n]*?) -->\n)?```(?P<language>sh|toml|yaml|hcl|python)\n(?P<text>.*?)```", re.DOTALL)
OFFLINE = ("Could not find a version", "No matching distribution", "Temporary failure in name resolution", "Connection refused")


@dataclass(frozen=True)
class Block:
    """A fenced block of a document."""

    document: str
    number: int
    note: str
    language: str
    text: str

    @property
    def code(self) -> int:
        return int(self.note.removeprefix("exit code ")) if self.note.startswith("exit code") else 0


def blocks(language: str) -> list[Block]:
    found = []
    for name in (*DOCUMENTS, "policies/README.md"):
        text = (ROOT / name).read_text()
        found += [Block(name, number, one["note"] or "", one["language"], one["text"]) for number, one in enumerate(_BLOCK.finditer(text))]
    return [one for one in found if one.language == language]


def named(block: Block) -> str:
    return f"{block.document}-{block.number}"


RUN = [one for one in blocks("sh") if not one.note.startswith("not run")]
IN_CHECKOUT = [one for one in RUN if "pip install" in one.text]


@pytest.fixture
def project(tmp_path):
    """A repository with what the documents speak of."""
    clean = ROOT / "samples" / "gateway-endpoint" / "template.yaml"
    shutil.copy(ROOT / "samples" / "gateway-endpoint" / "plan.json", tmp_path / "plan.json")
    (tmp_path / "environments" / "prod").mkdir(parents=True)
    shutil.copy(ROOT / "samples" / "gateway-endpoint" / "main.tf", tmp_path / "environments" / "prod" / "main.tf")
    (tmp_path / "environments" / "prod" / "prod.tfvars").write_text("")
    for name in ("template.yaml", "network.yaml"):
        shutil.copy(clean, tmp_path / name)
    (tmp_path / "app.yaml").write_text("Resources:\n  Topic: {Type: AWS::SNS::Topic}\n")
    (tmp_path / "template.yaml").write_text("Parameters:\n  Environment: {Type: String}\n" + clean.read_text())
    assembly = tmp_path / "cdk.out"
    assembly.mkdir()
    (assembly / "manifest.json").write_text(
        '{"version": "36.0.0", "artifacts": {"Stack": {"type": "aws:cloudformation:stack", "environment": "aws://123456789012/ap-northeast-1",'
        ' "properties": {"templateFile": "Stack.template.json"}}}}'
    )
    (assembly / "Stack.template.json").write_text('{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}')
    return tmp_path


def bash(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    beside = str(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": f"{beside}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(["bash", "-eo", "pipefail", "-c", text], cwd=folder, capture_output=True, text=True, check=False, env=environment)


@pytest.mark.parametrize("block", [one for one in RUN if one not in IN_CHECKOUT], ids=named)
def test_does_every_command_do_what_it_says(block, project):
    for line in block.text.replace("\\\n", "").splitlines():
        run = bash(line, project)
        assert run.returncode == block.code, f"{line}\n{run.stdout}{run.stderr}"


@pytest.mark.parametrize("block", IN_CHECKOUT[:1], ids=named)
def test_does_the_first_command_install_and_run_the_main_job(block, tmp_path):
    ignored = shutil.ignore_patterns(".*", "build", "*.egg-info", "tests", "__pycache__")
    folder = tmp_path / "checkout"
    shutil.copytree(ROOT, folder, ignore=ignored)
    run = bash(block.text, folder)
    if any(word in run.stderr + run.stdout for word in OFFLINE):
        pytest.skip("needs a package index")
    assert run.returncode == block.code, run.stderr
    assert run.stdout.splitlines()[-1].startswith("failed: 2 errors; 3 accesses to S3")


def test_is_the_first_command_the_same_in_every_language():
    assert len({one.text for one in IN_CHECKOUT}) == 1


@pytest.mark.parametrize("block", [one for one in blocks("sh") if one.note.startswith("not run")], ids=named)
def test_does_a_command_that_is_not_run_say_why(block):
    assert len(block.note.removeprefix("not run:").strip()) > len("because")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_is_what_is_made_as_it_is_made_now(name):
    text = (ROOT / name).read_text()
    assert made(text) == text, "python -m tests.documents writes it anew"


@pytest.mark.parametrize("block", blocks("toml"), ids=named)
def test_is_every_configuration_one(block, tmp_path):
    (tmp_path / "s3reach.toml").write_text(block.text)
    assert tomllib.loads(block.text)
    load(tmp_path / "s3reach.toml", tmp_path)


@pytest.mark.parametrize("block", blocks("python"), ids=named)
def test_does_every_piece_of_python_run(block, project):
    shutil.copy(ROOT / "samples" / "nat-gateway-only" / "plan.json", project / "plan.json")
    run = subprocess.run([sys.executable, "-c", block.text], cwd=project, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("warning s3-through-nat-gateway")


@pytest.mark.parametrize("block", [one for one in blocks("yaml") if one.document == "README.md"], ids=named)
def test_is_every_piece_of_yaml_what_its_reader_takes(block):
    found = yaml.safe_load(block.text)
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    hooks = {one["id"] for one in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    for step in found.get("steps", []):
        assert set(step.get("with", {})) <= set(action["inputs"])
    for repository in found.get("repos", []):
        assert {one["id"] for one in repository["hooks"]} <= hooks
    assert set(found) <= {"permissions", "steps", "repos", "Metadata"}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_does_every_link_lead_to_something(name):
    text = (ROOT / name).read_text()
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert ((ROOT / name).parent / target).exists(), target


def test_does_the_readme_name_every_format_and_every_file_that_it_speaks_of():
    text = (ROOT / "README.md").read_text()
    (formats,) = re.findall(r"^Formats \(.*?\n\n", text, re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"`([a-z]+)`", formats)) == set(FORMATS)
    assert set(re.findall(r"`(tests/[\w/]+\.py)`", text)) >= {"tests/test_five_faults.py"}
    for file in re.findall(r"`((?:tests|validator|policies|samples)/[\w/.-]+)`", text):
        assert (ROOT / file).exists(), file


def test_do_both_readmes_have_the_two_commands_where_they_are_looked_for():
    text = (ROOT / "README.md").read_text()
    assert len(re.findall(r"^.*-m pytest.*$", text, re.MULTILINE)) == 1
    assert "s3reach check samples/article/plan.json\n" in text

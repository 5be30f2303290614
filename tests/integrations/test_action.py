"""Do the steps of the GitHub action gate, report, upload and comment, run as a runner runs them?"""

import base64
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from tests.integrations.conftest import ROOT, skip_if_offline

ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS = ACTION["runs"]["steps"]
FAILING, CLEAN = "samples/article/plan.json", "samples/gateway-endpoint/plan.json"
GH = """#!{python}
import json, os, sys
arguments = sys.argv[1:]
body = json.load(open(arguments[arguments.index("--input") + 1])) if "--input" in arguments else None
with open(os.environ["GH_CALLS"], "a") as log:
    log.write(json.dumps({{"arguments": arguments, "body": body, "token": os.environ.get("GH_TOKEN")}}) + "\\n")
if "--jq" in arguments:
    sys.stdout.write("someone" if "user" in arguments else os.environ.get("GH_FOUND", ""))
sys.exit(int(os.environ.get("GH_CODE", "0")))
"""


@dataclass
class Runner:
    """Runs the steps of the action as GitHub's runner does: expressions filled in, bash with its flags, outputs from a file."""

    action: Path
    folder: Path
    temp: Path
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    log: str = ""

    def value(self, expression: str, inputs: dict[str, str]) -> str:
        match expression.strip().split("."):
            case ["inputs", name]:
                return inputs[name]
            case ["github", "token"]:
                return "the-token"
            case ["github", "action_path"]:
                return str(self.action)
            case ["steps", step, "outputs", name]:
                return self.outputs.get(step, {}).get(name, "")
        raise AssertionError(expression)

    def filled(self, text: str, inputs: dict[str, str]) -> str:
        return re.sub(r"\$\{\{(.*?)\}\}", lambda found: self.value(found[1], inputs), text)

    def holds(self, condition: str, inputs: dict[str, str]) -> bool:
        terms = [re.fullmatch(r"(\S+) (==|!=) '([^']*)'", term.strip()) for term in condition.strip("${} ").split("&&")]
        return all((self.value(term[1], inputs) == term[3]) == (term[2] == "==") for term in terms)

    def run(self, steps: list[dict[str, object]], environment: dict[str, str], **given: str) -> int:
        inputs = {name: self.filled(str(one.get("default", "")), {}) for name, one in ACTION["inputs"].items()} | given
        for step in steps:
            if "if" in step and not self.holds(step["if"], inputs):
                continue
            output = self.temp / "output"
            output.write_text("")
            script = self.temp / "script.sh"
            script.write_text(step["run"])
            own = {name: self.filled(value, inputs) for name, value in step.get("env", {}).items()}
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
                cwd=self.folder / self.filled(step.get("working-directory", "."), inputs),
                env={**os.environ, **environment, "RUNNER_TEMP": str(self.temp), "GITHUB_OUTPUT": str(output), **own},
                capture_output=True,
                text=True,
                check=False,
            )
            self.log += done.stdout + done.stderr
            self.outputs[step.get("id", "")] = dict(line.split("=", 1) for line in output.read_text().splitlines())
            if done.returncode:
                return done.returncode
        return 0


@pytest.fixture(scope="session")
def installed(clone, tmp_path_factory):
    """The first step: s3reach in the environment of the action."""
    temp = tmp_path_factory.mktemp("runner")
    runner = Runner(clone, clone, temp)
    if runner.run(STEPS[:1], {}):
        skip_if_offline(runner.log)
        pytest.fail(runner.log)
    return temp


@pytest.fixture
def ran(clone, installed, tmp_path):
    """Runs the other steps with a stand-in of GitHub's command line; gives the runner, the exit code and the calls."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "gh").write_text(GH.format(python=sys.executable))
    (tmp_path / "bin" / "gh").chmod(0o755)
    event = tmp_path / "event.json"
    event.write_text('{"pull_request": {"number": 7}}')

    def run(**given: str) -> tuple[Runner, int, list[dict[str, object]]]:
        environment = {
            "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}", "GH_CALLS": str(tmp_path / "calls"), "GITHUB_REPOSITORY": "some/repo",
            "GITHUB_SHA": "0" * 40, "GITHUB_REF": "refs/pull/7/merge", "GITHUB_EVENT_PATH": str(event), **environment_of(given),
        }  # fmt: skip
        runner = Runner(clone, given.pop("repository", clone), installed)
        code = runner.run(STEPS[1:], environment, **{name.replace("_", "-"): value for name, value in given.items()})
        calls = tmp_path / "calls"
        return runner, code, [json.loads(line) for line in calls.read_text().splitlines()] if calls.exists() else []

    return run


def environment_of(given: dict[str, str]) -> dict[str, str]:
    return {name: given.pop(name) for name in list(given) if name.isupper()}


def test_does_a_failing_input_fail_the_job(ran):
    runner, code, calls = ran(paths=FAILING)
    assert code == 1
    outputs = runner.outputs["check"]
    assert (outputs["violations"], outputs["undetermined"], outputs["exit-code"]) == ("2", "0", "1")
    assert json.loads(Path(outputs["sarif-file"]).read_text())["version"] == "2.1.0"
    assert runner.log.count("::error file=samples/article/main.tf,line=") == 2
    assert {call["token"] for call in calls} == {"the-token"}
    upload, login, found, comment = calls
    assert login["arguments"] == ["api", "user", "--jq", ".login"]
    # Another's comment could be changed afterwards.
    assert 'select(.user.type == "Bot" or .user.login == env.LOGIN)' in found["arguments"][found["arguments"].index("--jq") + 1]
    assert upload["arguments"][:5] == ["api", "--silent", "--method", "POST", "repos/some/repo/code-scanning/sarifs"]
    assert (upload["body"]["commit_sha"], upload["body"]["ref"]) == ("0" * 40, "refs/pull/7/merge")
    assert json.loads(gzip.decompress(base64.b64decode(upload["body"]["sarif"]))) == json.loads(Path(outputs["sarif-file"]).read_text())
    assert found["arguments"][2] == "repos/some/repo/issues/7/comments?per_page=100"
    assert comment["arguments"][3:5] == ["POST", "repos/some/repo/issues/7/comments"]
    assert comment["body"]["body"].startswith("<!-- s3reach -->\n")


def test_does_a_clean_input_pass_it(ran):
    runner, code, calls = ran(paths=CLEAN)
    assert (code, runner.outputs["check"]["violations"], runner.outputs["check"]["exit-code"]) == (0, "0", "0")
    assert len(calls) == 4


def test_is_a_question_that_cannot_be_asked_exit_2(ran):
    runner, code, calls = ran(paths="nowhere.json")
    assert (code, calls) == (2, [])
    assert "s3reach: nowhere.json: No such file or directory" in runner.log


def test_is_an_undecided_finding_counted_apart(ran):
    runner, code, _ = ran(paths="samples/article/template.yaml")
    assert code == 1
    assert (runner.outputs["check"]["violations"], runner.outputs["check"]["undetermined"]) == ("0", "3")


def test_do_several_paths_and_arguments_reach_the_command(ran):
    runner, code, _ = ran(paths=f"{CLEAN}\nsamples/article/template.yaml\n", arguments="--region=ap-northeast-1\n--ignore\ns3-client-without-region")
    assert (code, runner.outputs["check"]["violations"], runner.outputs["check"]["undetermined"]) == (1, "1", "1")
    runner, code, _ = ran(paths=FAILING, fail_on="never")
    assert (code, runner.outputs["check"]["violations"]) == (0, "0")
    assert ran(paths="plan.json", working_directory="samples/article")[1] == 1


def test_is_the_comment_that_is_there_updated(ran):
    _, _, calls = ran(paths=FAILING, GH_FOUND="4711\n4712\n")
    assert calls[-1]["arguments"][3:5] == ["PATCH", "repos/some/repo/issues/comments/4711"]


def test_does_a_refused_upload_or_comment_not_hide_the_verdict(ran):
    runner, code, _ = ran(paths=CLEAN, GH_CODE="1")
    assert code == 0
    assert runner.log.count("::warning title=s3reach::") == 2
    assert ran(paths=FAILING, GH_CODE="1")[1] == 1


def test_is_nothing_sent_that_is_not_wanted(ran, tmp_path):
    assert ran(paths=FAILING, sarif="false", comment="false")[2] == []
    (tmp_path / "push.json").write_text("{}")
    calls = ran(paths=FAILING, sarif="false", GITHUB_EVENT_PATH=str(tmp_path / "push.json"))[2]
    assert calls == []


def test_is_an_input_never_part_of_a_script(ran, tmp_path):
    marker = tmp_path / "was-here"
    hostile = f"$(touch {marker})\n`touch {marker}`\n'; touch {marker} #"
    _, code, _ = ran(paths=hostile, arguments="--fail-on=never", fail_on=f"$(touch {marker})")
    assert code == 2
    assert not marker.exists()
    assert all("${{" not in step["run"] for step in STEPS)


def test_is_a_module_of_the_repository_never_run_in_the_place_of_ours(clone, tmp_path, ran):
    repository, marker = tmp_path / "repository", tmp_path / "was-here"
    (repository / "validator" / "integrations").mkdir(parents=True)
    hostile = f"open({str(marker)!r}, 'a').write(__name__)\n"
    for name in (
        "validator/__init__",
        "validator/integrations/__init__",
        "validator/integrations/github",
        "venv",
        "json",
        "base64",
        "gzip",
        "sitecustomize",
    ):
        (repository / f"{name}.py").write_text(hostile)
    shutil.copy(ROOT / FAILING, repository / "plan.json")
    runner, code, calls = ran(paths="plan.json", repository=repository)
    assert (code, len(calls)) == (1, 4), runner.log
    (tmp_path / "elsewhere").mkdir()
    # Without an index, installing does not get far; the environment is made by then.
    Runner(clone, repository, tmp_path / "elsewhere").run(STEPS[:1], {"PIP_NO_INDEX": "1", "PIP_RETRIES": "0"})
    assert not marker.exists(), marker.read_text()


def test_does_every_step_say_its_shell_and_use_nothing_from_elsewhere():
    assert all(step["shell"] == "bash" and "uses" not in step for step in STEPS)


def test_does_zizmor_find_nothing(clone):
    zizmor = shutil.which("zizmor", path=str(Path(sys.executable).parent)) or shutil.which("zizmor")
    if zizmor is None:
        pytest.skip("needs zizmor")
    run = subprocess.run([zizmor, "--offline", "--no-progress", "action.yml"], cwd=clone, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout

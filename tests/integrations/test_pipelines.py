"""Do the hook, the job and the recipes gate a failing and a clean sample, from a clean clone?"""

import http.server
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml

from tests.integrations.conftest import ROOT, git, skip_if_offline

RECIPES = ROOT / "validator" / "integrations" / "recipes"
BESIDE = str(Path(sys.executable).parent)
HERE = {**os.environ, "PATH": f"{BESIDE}{os.pathsep}{os.environ['PATH']}"}


def bash(script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, text=True, check=False, env={**HERE, **environment})


def sample(name: str, folder: Path, file: str = "plan.json") -> Path:
    shutil.copy(ROOT / "samples" / name / file, folder / file)
    return folder


# --- pre-commit -----------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pre_commit(clone, tmp_path_factory):
    """Runs the real pre-commit in a repository that has our hooks, as installed from the clone."""
    command = shutil.which("pre-commit", path=BESIDE) or shutil.which("pre-commit")
    if command is None:
        pytest.skip("needs pre-commit")
    folder = tmp_path_factory.mktemp("consumer")
    git(folder, "init", "--quiet")
    hooks = [{"id": "s3reach", "args": ["--region=ap-northeast-1"]}, {"id": "s3reach-terraform"}]
    configuration = {"repos": [{"repo": str(clone), "rev": git(clone, "rev-parse", "HEAD").strip(), "hooks": hooks}]}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(configuration))
    environment = {**HERE, "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("home"))}

    def run(**files: str) -> subprocess.CompletedProcess[str]:
        for name in ("main.tf", "template.yaml", "values.yaml"):
            (folder / name).unlink(missing_ok=True)
        for name, text in files.items():
            (folder / name.replace("_", ".")).write_text(text)
        git(folder, "add", "--all")
        return subprocess.run(
            [command, "run", "--all-files", "--color=never"], cwd=folder, capture_output=True, text=True, check=False, env=environment
        )

    first = run(values_yaml="a: 1\n")
    if first.returncode:
        skip_if_offline(first.stdout + first.stderr)
    return run


def text(name: str, file: str) -> str:
    return (ROOT / "samples" / name / file).read_text()


def test_does_the_hook_leave_other_files_alone(pre_commit):
    run = pre_commit(values_yaml="a: 1\n")
    assert (run.returncode, run.stdout.count("Passed"), run.stdout.count("Skipped")) == (0, 1, 1), run.stdout


@pytest.mark.parametrize(("name", "code"), [("article", 1), ("gateway-endpoint", 0)])
def test_does_the_hook_gate_templates_and_modules(pre_commit, name, code):
    run = pre_commit(template_yaml=text(name, "template.yaml"), values_yaml="a: 1\n")
    assert run.returncode == code, run.stdout
    assert ("cross-region-s3-unreachable" in run.stdout) == bool(code)
    run = pre_commit(main_tf=text(name, "main.tf"))
    assert run.returncode == code, run.stdout
    assert ("cross-region-s3-unreachable" in run.stdout) == bool(code)


# --- GitLab ---------------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gitlab(clone, tmp_path_factory):
    """Runs the script of the job as GitLab's runner does: one shell, stopping at the first line that fails."""
    job = yaml.safe_load((clone / "validator" / "integrations" / "recipes" / "gitlab.yml").read_text())["s3reach"]
    folder = tmp_path_factory.mktemp("gitlab")

    def run(**variables: str) -> subprocess.CompletedProcess[str]:
        script = "\n".join(["set -eo pipefail", *job["script"]])
        return bash(script, folder, **{**job["variables"], "S3REACH_PACKAGE": str(clone), **variables})

    sample("gateway-endpoint", folder)
    first = run()
    if first.returncode:
        skip_if_offline(first.stdout + first.stderr)
    return folder, run, job


@pytest.mark.parametrize(("name", "code"), [("article", 1), ("gateway-endpoint", 0)])
def test_does_the_job_gate_and_leave_its_reports(gitlab, name, code):
    folder, run, job = gitlab
    done = run(S3REACH_PATHS=str(ROOT / "samples" / name / "plan.json"))
    assert done.returncode == code, done.stdout + done.stderr
    for file in (*job["artifacts"]["paths"], *job["artifacts"]["reports"].values()):
        assert (folder / file).stat().st_size
    done = run(S3REACH_PATHS=str(ROOT / "samples" / name / "template.yaml"), S3REACH_ARGUMENTS="--region ap-northeast-1")
    assert done.returncode == code, done.stdout + done.stderr


# --- recipes --------------------------------------------------------------------------------------------------------------------------


def atlantis(folder: Path) -> subprocess.CompletedProcess[str]:
    recipe = yaml.safe_load((RECIPES / "atlantis.yml").read_text())
    (step,) = (one["run"] for one in recipe["workflows"]["s3reach"]["policy_check"]["steps"] if isinstance(one, dict))
    return subprocess.run(
        ["sh", "-c", step], cwd=folder, capture_output=True, text=True, check=False, env={**HERE, "SHOWFILE": str(folder / "plan.json")}
    )


def test_does_atlantis_see_what_fails_and_only_that(tmp_path):
    run = atlantis(sample("article", tmp_path))
    assert run.returncode == 0
    assert "fail" in run.stdout
    assert "cross-region-s3-unreachable" in run.stdout
    sample("gateway-endpoint", tmp_path)
    plan = tmp_path / "plan.json"
    plan.write_text(plan.read_text().replace("aws_vpc.main", "aws_vpc.failover").replace('"name":"main"', '"name":"failover"'))
    run = atlantis(tmp_path)
    assert (run.returncode, run.stdout) == (0, "s3reach: every private workload reaches S3 inside its Region\n")
    assert "fail" not in run.stdout.lower()
    plan.write_text("")
    run = atlantis(tmp_path)
    assert run.returncode == 2
    assert "fail" in run.stdout


@pytest.mark.parametrize(("name", "code"), [("article", 1), ("gateway-endpoint", 0)])
def test_does_the_post_plan_script_fetch_and_gate(tmp_path, name, code):
    asked: list[tuple[str, str | None]] = []
    bearer = "4QEuyy.atlasv1.x"

    class Platform(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers["Authorization"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write((ROOT / "samples" / name / "plan.json").read_bytes())

        def log_message(self, *arguments: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Platform)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        command = f"{RECIPES / 'hcp-post-plan.sh'} run-1 -q"
        run = bash(command, tmp_path, TFC_TOKEN=bearer, TFC_ADDRESS=f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()
    assert run.returncode == code, run.stderr
    assert asked == [("/api/v2/runs/run-1/plan/json-output", f"Bearer {bearer}")]
    assert bearer not in run.stdout + run.stderr


@pytest.mark.parametrize(("name", "code"), [("article", 1), ("gateway-endpoint", 0)])
def test_do_codebuild_and_jenkins_gate(tmp_path, name, code):
    sample(name, tmp_path)
    sample(name, tmp_path, "template.yaml")
    build = yaml.safe_load((RECIPES / "codebuild.yml").read_text())
    assert build["phases"]["install"]["commands"] == ["pip install --quiet s3reach"]
    (command,) = build["phases"]["build"]["commands"]
    assert bash(command, tmp_path, AWS_REGION="ap-northeast-1").returncode == code
    assert (tmp_path / build["reports"]["s3reach"]["files"][0]).stat().st_size
    (line,) = (one for one in (RECIPES / "Jenkinsfile").read_text().splitlines() if "sh '" in one)
    install, check = line.partition("sh '")[2].rstrip("'").rsplit(" && ", 1)
    assert install == "python3 -I -m venv --clear .s3reach && .s3reach/bin/pip install --quiet s3reach"
    assert bash(check.removeprefix(".s3reach/bin/"), tmp_path).returncode == code
    assert (tmp_path / "s3reach.xml").stat().st_size


def test_does_hadolint_find_nothing_in_the_dockerfile():
    hadolint = shutil.which("hadolint", path=BESIDE) or shutil.which("hadolint")
    if hadolint is None:
        pytest.skip("needs hadolint")
    run = subprocess.run([hadolint, str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (0, "")


def test_is_all_that_the_image_is_built_of_let_through():
    kept = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert kept == {"LICENSE", "README.md", "policies", "pyproject.toml", "validator"}

"""Does the run task server keep the platform's protocol, over real HTTP, against a stand-in of the platform's side?"""

import contextlib
import hashlib
import hmac
import http.server
import json
import os
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from validator.integrations.run_task.outcomes import answer_of
from validator.integrations.run_task.protocol import RefusedError, is_at, origin_of, task_of

ROOT = Path(__file__).parent.parent.parent
KEY = b"our key"
BEARER = "4QEuyyxug1f2rw.atlasv1.very-secret"


@dataclass
class Platform:
    """The platform's side: gives plans, takes results."""

    plans: dict[str, bytes] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    refusals: list[int] = field(default_factory=list)
    slow: float = 0
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    results: list[dict[str, object]] = field(default_factory=list)
    heard: threading.Condition = field(default_factory=threading.Condition)
    url: str = ""

    def start(self) -> http.server.ThreadingHTTPServer:
        platform = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                platform.asked.append((self.path, self.headers["Authorization"]))
                time.sleep(platform.slow)
                if self.path in platform.redirects:
                    self.send_response(307)
                    self.send_header("Location", platform.redirects[self.path])
                    self.end_headers()
                    return
                plan = platform.plans.get(self.path)
                self.send_response(200 if plan is not None else 404)
                self.end_headers()
                # A server that stops does not wait for the plan.
                with contextlib.suppress(ConnectionError):
                    self.wfile.write(plan or b"")

            def do_PATCH(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with platform.heard:
                    running = body["data"]["attributes"]["status"] == "running"
                    code = 200 if running or not platform.refusals else platform.refusals.pop(0)
                    if code == 200:
                        platform.results.append(
                            {"path": self.path, "authorization": self.headers["Authorization"], **body["data"]["attributes"], **body}
                        )
                    platform.heard.notify_all()
                self.send_response(code)
                self.end_headers()

            def log_message(self, *arguments: object) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    def result(self, number: int = 1) -> dict[str, object]:
        """The last word on a task."""
        with self.heard:
            assert self.heard.wait_for(lambda: len(self.final()) >= number, timeout=60), self.results
            return self.final()[number - 1]

    def final(self) -> list[dict[str, object]]:
        return [one for one in self.results if one["status"] != "running"]


@pytest.fixture
def platform():
    made = Platform()
    server = made.start()
    yield made
    server.shutdown()
    server.server_close()


@dataclass
class Running:
    """The server under test."""

    process: subprocess.Popen[str]
    url: str
    lines: list[str]

    def log(self) -> str:
        return "".join(self.lines)


@pytest.fixture
def serve(platform, tmp_path):
    started: list[Running] = []

    def run(*arguments: str) -> Running:
        (tmp_path / "key").write_bytes(KEY + b"\n")
        command = [
            sys.executable,
            "-m",
            "validator",
            "serve",
            "--port",
            "0",
            "--origin",
            platform.url,
            "--key-file",
            str(tmp_path / "key"),
            *arguments,
        ]
        process = subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "LANG": "C.UTF-8"}
        )
        running = Running(process, "", [])
        started.append(running)
        found: threading.Event = threading.Event()

        def read() -> None:
            assert process.stdout is not None
            for line in process.stdout:
                running.lines.append(line)
                if told := re.search(r"running on (http://[\d.:]+)", line):
                    running.url = told[1]
                    found.set()

        threading.Thread(target=read, daemon=True).start()
        assert found.wait(60), running.log()
        return running

    yield run
    for running in started:
        running.process.terminate()
        running.process.wait(30)
        assert running.process.stdout is not None
        running.process.stdout.close()


def payload(platform: Platform, **changes: object) -> dict[str, object]:
    return {
        "payload_version": 1, "stage": "post_plan", "access_token": BEARER, "capabilities": {"outcomes": True}, "run_id": "run-1",
        "organization_name": "org", "workspace_name": "work space", "task_result_id": "taskrs-1", "task_result_enforcement_level": "mandatory",
        "task_result_callback_url": f"{platform.url}/api/v2/task-results/1/callback", "plan_json_api_url": f"{platform.url}/api/v2/plans/1/json-output",
        **changes,
    }  # fmt: skip


def ask(running: Running, body: object, key: bytes = KEY, **headers: str) -> int:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    signature = hmac.new(key, data, hashlib.sha512).hexdigest()
    return httpx.post(running.url, content=data, headers={"X-TFC-Task-Signature": signature, **headers}, timeout=30).status_code


def plan(name: str) -> bytes:
    return (ROOT / "samples" / name / "plan.json").read_bytes()


@pytest.mark.parametrize(("name", "status"), [("article", "failed"), ("gateway-endpoint", "passed"), ("nat-gateway-only", "passed")])
def test_is_a_plan_fetched_judged_and_answered(serve, platform, name, status):
    platform.plans["/api/v2/plans/1/json-output"] = plan(name)
    running = serve()
    assert ask(running, payload(platform)) == 200
    result = platform.result()
    assert result["status"] == status
    assert platform.results[0]["status"] == "running"
    assert {one["authorization"] for one in platform.results} == {f"Bearer {BEARER}"}
    assert {one["path"] for one in platform.results} == {"/api/v2/task-results/1/callback"}
    assert platform.asked == [("/api/v2/plans/1/json-output", f"Bearer {BEARER}")]
    outcomes = result["data"]["relationships"]["outcomes"]["data"]
    assert len(outcomes) == {"article": 2, "gateway-endpoint": 0, "nat-gateway-only": 1}[name]
    assert BEARER not in running.log()
    assert KEY.decode() not in running.log()
    assert "about=org/work_space/run-1" in running.log()


def test_are_outcomes_what_the_platform_documents(serve, platform):
    platform.plans["/api/v2/plans/1/json-output"] = plan("article")
    ask(serve(), payload(platform))
    result = platform.result()
    assert (result["message"], result["data"]["type"]) == ("2 errors; 3 accesses to S3", "task-results")
    for one in result["data"]["relationships"]["outcomes"]["data"]:
        assert one["type"] == "task-result-outcomes"
        assert set(one["attributes"]) == {"outcome-id", "description", "tags", "body"}
        assert one["attributes"]["tags"] == {"Status": [{"label": "Failed", "level": "error"}], "Severity": [{"label": "Error", "level": "error"}]}
        assert "**What to change**" in one["attributes"]["body"]


def test_is_a_request_without_our_signature_refused(serve, platform):
    running = serve()
    assert ask(running, payload(platform), key=b"another") == 401
    assert httpx.post(running.url, content=b"{}").status_code == 401
    assert httpx.post(running.url, content=b"{}", headers={b"X-TFC-Task-Signature": b"\xe9"}).status_code == 401
    assert platform.results == []


def test_is_the_address_confirmed_when_the_platform_tries_it(serve, platform):
    running = serve()
    trial = payload(platform, access_token="test-token", task_result_callback_url="https://example.com/", plan_json_api_url=None)  # noqa: S106
    assert ask(running, trial) == 200
    assert httpx.get(f"{running.url}/healthz").json()["running"] == 0
    assert (platform.asked, platform.results) == ([], [])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"task_result_callback_url": "https://evil.example/callback"}, 422),
        ({"plan_json_api_url": "http://169.254.169.254/latest/meta-data"}, 422),
        ({"task_result_callback_url": None}, 422),
        ({"payload_version": 2}, 422),
        ({"access_token": None}, 400),
    ],
)
def test_is_nothing_sent_to_any_other_place(serve, platform, changes, code):
    running = serve()
    assert ask(running, payload(platform, **changes)) == code
    assert ask(running, b"not json") == 400
    assert (platform.asked, platform.results) == ([], [])
    assert BEARER not in running.log()


def test_does_a_redirect_get_no_token_and_go_nowhere_else(serve, platform):
    archive = Platform(plans={"/archive": plan("gateway-endpoint")})
    server = archive.start()
    try:
        platform.redirects["/api/v2/plans/1/json-output"] = f"{archive.url}/archive"
        running = serve("--download-origin", archive.url)
        ask(running, payload(platform))
        assert platform.result()["status"] == "passed"
        assert archive.asked == [("/archive", None)]
        platform.redirects["/api/v2/plans/1/json-output"] = "http://169.254.169.254/latest"
        ask(running, payload(platform, task_result_id="2"))
        assert platform.result(2)["message"] == "s3reach: the plan cannot be fetched: the platform redirects to a host that is not allowed"
        platform.redirects["/api/v2/plans/1/json-output"] = "/api/v2/plans/1/json-output"
        ask(running, payload(platform, task_result_id="3"))
        assert platform.result(3)["message"] == "s3reach: the plan cannot be fetched: too many redirects"
        for number, broken in ((4, "https://[::1"), (5, "http://" + "a" * 70_000)):
            platform.redirects["/api/v2/plans/1/json-output"] = broken
            ask(running, payload(platform, task_result_id=str(number)))
            assert platform.result(number)["status"] == "failed"
    finally:
        server.shutdown()
        server.server_close()


def test_does_every_question_get_an_answer(serve, platform):
    running = serve("--max-plan", "1")
    ask(running, payload(platform))
    assert platform.result()["message"] == "s3reach: the plan cannot be fetched: the platform answered 404"
    platform.plans["/api/v2/plans/1/json-output"] = b" " * 1024 * 1024 + b" {}"
    ask(running, payload(platform, task_result_id="2"))
    assert platform.result(2)["message"] == "s3reach: the plan is larger than 1 MiB"
    platform.plans["/api/v2/plans/1/json-output"] = b"{}"
    ask(running, payload(platform, task_result_id="3"))
    third = platform.result(3)
    assert third["status"] == "failed"
    assert third["message"].startswith("s3reach: the plan: is JSON, but neither a Terraform plan")
    ask(running, payload(platform, task_result_id="4", stage="pre_plan", plan_json_api_url=None))
    assert platform.result(4)["message"].startswith("s3reach judges plans, and there is none in the stage pre_plan")


def test_is_a_plan_that_takes_too_long_answered(serve, platform):
    platform.plans["/api/v2/plans/1/json-output"] = plan("article")
    ask(serve("--timeout", "0.02"), payload(platform))
    result = platform.result()
    assert (result["status"], result["message"]) == ("failed", "s3reach: the plan was not judged within 0.02 seconds")


def test_is_progress_told_while_a_plan_is_fetched(serve, platform):
    platform.slow = 1.5
    platform.plans["/api/v2/plans/1/json-output"] = plan("gateway-endpoint")
    ask(serve("--progress", "0.3"), payload(platform))
    assert platform.result()["status"] == "passed"
    assert sum(one["status"] == "running" for one in platform.results) >= 3
    assert platform.results[-1]["status"] == "passed"


def test_is_an_answer_sent_again_until_it_is_taken(serve, platform):
    platform.refusals = [503, 429]
    platform.plans["/api/v2/plans/1/json-output"] = plan("gateway-endpoint")
    running = serve()
    ask(running, payload(platform))
    assert platform.result()["status"] == "passed"
    for _ in range(100):
        if "taken=True" in running.log():
            break
        time.sleep(0.1)
    assert "status=passed taken=True" in running.log()


def test_is_a_task_that_is_sent_twice_judged_once(serve, platform):
    platform.slow = 1
    platform.plans["/api/v2/plans/1/json-output"] = plan("gateway-endpoint")
    running = serve()
    assert [ask(running, payload(platform)) for _ in range(3)] == [200, 200, 200]
    platform.result()
    assert len(platform.asked) == 1


def test_is_the_platform_told_to_come_again_where_all_are_busy(serve, platform):
    platform.slow = 2
    platform.plans["/api/v2/plans/1/json-output"] = plan("gateway-endpoint")
    running = serve("--concurrency", "1", "--waiting", "1")
    codes = [ask(running, payload(platform, task_result_id=str(number))) for number in range(4)]
    assert codes[0] == 200
    assert codes[-1] == 503
    health = httpx.get(f"{running.url}/healthz").json()
    assert (health["status"], health["running"], health["waiting"]) == ("ok", 1, 1)
    for number in range(codes.count(200)):
        assert platform.result(number + 1)["status"] == "passed"


def test_are_tasks_told_when_the_server_stops(serve, platform):
    platform.slow = 20
    running = serve("--concurrency", "1")
    for number in range(2):
        ask(running, payload(platform, task_result_id=str(number)))
    for _ in range(100):
        if platform.asked:
            break
        time.sleep(0.1)
    running.process.terminate()
    assert running.process.wait(30) in (0, -15)
    assert {one["message"] for one in platform.final()} == {"s3reach stopped before the plan was judged; run the task again"}
    assert len(platform.final()) == 2


def test_does_the_configuration_hold(serve, platform, tmp_path):
    (tmp_path / "s3reach.toml").write_text('[[waiver]]\npolicy = "*"\nreason = "```\\n# accepted"\n')
    platform.plans["/api/v2/plans/1/json-output"] = plan("article")
    ask(serve("--config", "s3reach.toml"), payload(platform))
    result = platform.result()
    assert (result["status"], result["message"]) == ("passed", "no findings, 2 waived; 3 accesses to S3")
    body = result["data"]["relationships"]["outcomes"]["data"][0]["attributes"]["body"]
    assert "````text\n```\n# accepted\n````" in body


def test_is_a_request_that_is_too_large_or_slow_refused(serve, platform):
    running = serve()
    assert ask(running, b" " * (1024 * 1024 + 1)) == 413
    assert httpx.get(running.url).status_code == 405
    assert httpx.get(f"{running.url}/other").status_code == 404
    assert ask(running, payload(platform, workspace_name="a\nb\x1b[31m status=passed")) == 200
    platform.result()
    assert "\x1b" not in running.log()


@pytest.mark.parametrize(
    ("url", "at"),
    [
        ("https://app.terraform.io/api/v2/x", True),
        ("https://APP.terraform.io:443/api/v2/x", True),
        ("http://app.terraform.io/api/v2/x", False),
        ("https://app.terraform.io:8443/x", False),
        ("https://app.terraform.io.evil.example/x", False),
        ("https://app.terraform.io@evil.example/x", False),
        ("https://evil.example\\@app.terraform.io/x", False),
        ("https://evil.example#@app.terraform.io/", False),
        ("//app.terraform.io/x", False),
        ("file:///etc/passwd", False),
        ("https://app.terraform.io:99999/x", False),
        ("https://[::1/x", False),
        ("https://app.terraform.io/\r\nX: y", False),
        ("", False),
    ],
)
def test_is_a_place_told_by_scheme_host_and_port(url, at):
    assert is_at(url, {"https://app.terraform.io:443"}) is at


def test_may_only_the_own_machine_be_spoken_to_in_the_clear():
    assert origin_of("http://terraform.example") is None
    assert origin_of("http://localhost:8080") == "http://localhost:8080"


def test_are_only_a_hundred_outcomes_sent():
    finding = {
        "policy": "p", "severity": "note", "verdict": "unknown", "subject": "s", "workload": None, "bucket": None, "accesses": [], "fails": False,
        "status": "open", "waiver": None, "message": "m", "remedy": "r", "fingerprint": "f",
    }  # fmt: skip
    counts = {"error": 0, "warning": 0, "note": 250, "waived": 0, "baseline": 0}
    answer = answer_of({"findings": [finding] * 250, "accesses": [], "summary": {"exit_code": 0, "accesses": 0, "findings": counts}})
    assert (answer.status, len(answer.outcomes)) == ("passed", 100)
    assert answer.message == "250 notes; 0 accesses to S3; the 100 gravest of 250 are shown"


def test_does_random_input_raise_only_our_refusal():
    for body in (b"", b"[]", b"{}", b'{"payload_version": "1"}', b"\xff", b"[" * 100_000):
        with pytest.raises(RefusedError):
            task_of(body, {"https://app.terraform.io:443"})


def serving(*arguments: str, **environment: str) -> str:
    command = [sys.executable, "-m", "validator", "serve", *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})
    assert run.returncode == 2
    return run.stderr


def test_does_the_server_not_start_without_what_it_needs(tmp_path):
    assert serving().startswith("s3reach: no HMAC key: set S3REACH_HMAC_KEY, or name a file with --key-file")
    assert serving("--key-file", "nowhere") == "s3reach: nowhere: cannot be read: No such file or directory\n"
    told = serving("--origin", "http://tfe.example", S3REACH_HMAC_KEY="x")
    assert told == "s3reach: --origin must be an https address such as https://app.terraform.io, got http://tfe.example\n"
    (tmp_path / "bad.toml").write_text("regin = 1\n")
    assert "did you mean region?" in serving("--config", str(tmp_path / "bad.toml"), S3REACH_HMAC_KEY="x")

"""What the GitHub action asks between its steps: counts of a report, bodies of requests, the number of the pull request.

``python -m validator.integrations.github counts|upload|comment FILE``, or ``pull-request``.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path


def counts(report: Mapping[str, object]) -> str:
    """Outputs of the step: open findings that fail the run, the certain ones and those that are not decided."""
    findings = report["findings"]
    assert isinstance(findings, list)
    failing = [one["verdict"] for one in findings if one["fails"]]
    return f"violations={failing.count('fail')}\nundetermined={failing.count('unknown')}\n"


def upload(sarif: bytes, environment: Mapping[str, str]) -> str:
    """The body of a request to upload ``sarif`` for the commit that the job runs on."""
    packed = base64.b64encode(gzip.compress(sarif, mtime=0)).decode()
    body = {"commit_sha": environment["GITHUB_SHA"], "ref": environment["GITHUB_REF"], "sarif": packed, "tool_name": "s3reach"}
    return json.dumps(body) + "\n"


def pull_request(event: Mapping[str, object]) -> str:
    """The number of the pull request that an event is about; nothing where it is about none."""
    found = event.get("pull_request")
    return f"{int(found['number'])}\n" if isinstance(found, dict) else ""


def main(arguments: list[str], environment: Mapping[str, str]) -> str:
    """What the command line asks for."""
    match arguments:
        case ["counts", file]:
            return counts(json.loads(Path(file).read_bytes()))
        case ["upload", file]:
            return upload(Path(file).read_bytes(), environment)
        case ["comment", file]:
            return json.dumps({"body": Path(file).read_text("utf-8")}) + "\n"
        case ["pull-request"]:
            event = environment.get("GITHUB_EVENT_PATH")
            return pull_request(json.loads(Path(event).read_bytes())) if event else ""
    message = "usage: python -m validator.integrations.github counts|upload|comment FILE, or pull-request"
    raise SystemExit(message)


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1:], os.environ))

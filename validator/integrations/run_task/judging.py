"""A plan is judged by a process of its own: it can be stopped, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from pathlib import Path

from validator.integrations.run_task.outcomes import Answer, answer_of

# Nothing of the server's own environment: its key is in it.
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "SYSTEMROOT", "SOURCE_DATE_EPOCH")
_LONGEST = 2_000


async def judged(plan: Path, configuration: Path | None, timeout: float) -> Answer:  # noqa: ASYNC109 - it bounds the process, not the waiting
    """What s3reach finds in a plan, which is in a folder of its own."""
    folder = plan.parent
    if configuration is None:
        # Else one would be looked for in the folders above.
        configuration = folder / ".s3reach.toml"
        configuration.touch()
    report = folder / "s3reach-report.json"
    arguments = ["-P", "-m", "validator", "check", str(plan), "--config", str(configuration.resolve()), "-f", f"json={report}", "-f", "text"]
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=folder, env=environment, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        _, said = await asyncio.wait_for(process.communicate(), timeout)
    except TimeoutError:
        return Answer("failed", f"s3reach: the plan was not judged within {timeout:g} seconds")
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode in (0, 1) and report.is_file():
        return answer_of(json.loads(report.read_bytes()))
    told = said.decode("utf-8", "replace").replace(str(plan), "the plan")[:_LONGEST]
    return Answer("failed", "; ".join(told.split("\n")).strip("; ") or "s3reach: the plan could not be judged")

"""A clean clone of the project as somebody else has it, and what a runner does."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
OFFLINE = ("Could not find a version", "No matching distribution", "Temporary failure in name resolution", "Connection refused", "ConnectionError")
IDENTITY = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com"}


def git(folder: Path, *arguments: str) -> str:
    environment = {**os.environ, **IDENTITY, "GIT_CONFIG_GLOBAL": os.devnull}
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True, env=environment).stdout


def skip_if_offline(told: str) -> None:
    if any(word in told for word in OFFLINE):
        pytest.skip("needs a package index")


@pytest.fixture(scope="session")
def clone(tmp_path_factory):
    """The project, committed, in a repository of its own."""
    folder = tmp_path_factory.mktemp("clone") / "s3reach"
    if (ROOT / ".git").exists():
        listed = git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard", "-z").split("\0")
        for name in filter(None, listed):
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, folder / name)
    else:
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".venv", "__pycache__", "*.egg-info", ".*_cache", "build", ".hypothesis"))
    git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "all")
    return folder

"""Installs the Node packages of the tests once, into the folder for temporary files."""

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

NODE = Path(__file__).parent / "node"


def installed() -> Path:
    """The folder with ``node_modules``; skips the test where Node or the registry is not there."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("needs node and npm")
    wanted = (NODE / "package.json").read_bytes()
    folder = Path(tempfile.gettempdir()) / f"s3reach-node-{hashlib.sha256(wanted).hexdigest()[:12]}"
    if not (folder / "node_modules").is_dir():
        fresh = Path(tempfile.mkdtemp(prefix="s3reach-node-"))
        (fresh / "package.json").write_bytes(wanted)
        command = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
        run = subprocess.run(command, cwd=fresh, capture_output=True, text=True, check=False)
        if run.returncode:
            pytest.skip(f"npm cannot install what the test needs: {run.stderr.strip().splitlines()[-1:]}")
        try:
            fresh.rename(folder)
        except OSError:
            # Another worker was faster.
            shutil.rmtree(fresh)
    return folder

"""Does what is installed hold what the folder holds?"""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    # From a copy: setuptools leaves its build folder behind, and takes what is in one that is there.
    ignored = shutil.ignore_patterns(".*", "build", "*.egg-info", "samples", "tests", "__pycache__")
    shutil.copytree(ROOT, folder / "source", ignore=ignored)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(folder / "source")]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


def test_are_the_policies_in_the_wheel_those_of_the_folder(wheel):
    within = "validator/policies/"
    packed = {name.removeprefix(within): wheel.read(name) for name in wheel.namelist() if name.startswith(within)}
    folder = ROOT / "policies"
    kept = [file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    assert packed == {file.relative_to(folder).as_posix(): file.read_bytes() for file in kept}


def test_is_every_module_and_schema_in_the_wheel(wheel):
    packed = {name for name in wheel.namelist() if name.startswith("validator/") and not name.startswith("validator/policies/")}
    here = {str(file.relative_to(ROOT)) for suffix in ("*.py", "*.json", "*.css", "*.js", "py.typed") for file in (ROOT / "validator").rglob(suffix)}
    assert packed == here


def test_is_nothing_else_installed_at_the_top(wheel):
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"validator"}


def test_does_the_readme_name_files_that_are_there():
    text = (ROOT / "README.md").read_text()
    assert "samples/article/plan.json" in text
    assert (ROOT / "samples" / "article" / "plan.json").is_file()

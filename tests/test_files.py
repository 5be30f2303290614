"""Is a file that is a device, a pipe or a link in a checkout an error, and no end of memory?"""

import os
import shutil
import stat
from pathlib import Path

import pytest

from validator.configuration import load
from validator.errors import S3ReachError
from validator.files import bytes_of
from validator.options import Options
from validator.parameters import parameters_of
from validator.pipeline import check

ZERO = Path("/dev/zero")
ARTICLE = Path(__file__).parent.parent / "samples" / "article"
pytestmark = pytest.mark.skipif(not (ZERO.exists() and stat.S_ISCHR(ZERO.stat().st_mode)), reason="needs a device without an end")


def test_is_a_device_without_an_end_too_large():
    with pytest.raises(OSError, match="File too large"):
        bytes_of(ZERO, 1000)


@pytest.mark.parametrize("name", ["cdk.out/manifest.json", "policies/mine.yaml", "baseline.json", "network.json", "module/more.tfvars"])
def test_is_a_link_to_it_one_line(tmp_path, name):
    link = tmp_path / name
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(ZERO)
    shutil.copy(ARTICLE / "template.yaml", tmp_path / "template.yaml")
    (tmp_path / "module").mkdir(exist_ok=True)
    shutil.copy(ARTICLE / "main.tf", tmp_path / "module" / "main.tf")
    given = {
        "cdk.out": {},
        "policies": {"policies": (link.parent,)},
        "baseline.json": {"baseline": link},
        "network.json": {"network": link},
        "module": {"variable_files": (link,)},
    }[name.partition("/")[0]]
    path = {"cdk.out": "cdk.out", "module": "module"}.get(name.partition("/")[0], "template.yaml")
    with pytest.raises((S3ReachError, OSError), match=r"File too large|holds no Terraform sources"):
        check(Options((str(tmp_path / path),), regions=("eu-west-1",), **given))


def test_is_a_configuration_or_a_file_of_parameters_that_is_a_link_to_it_one_line(tmp_path):
    (tmp_path / ".s3reach.toml").symlink_to(ZERO)
    with pytest.raises(S3ReachError, match="File too large"):
        parameters_of(tmp_path / ".s3reach.toml")
    with pytest.raises(S3ReachError, match="File too large"):
        load(tmp_path / ".s3reach.toml", tmp_path)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to(ZERO)])
def test_is_a_folder_whose_only_source_is_no_file_not_fine(tmp_path, make):
    make(tmp_path / "main.tf")
    with pytest.raises(S3ReachError, match="holds no Terraform sources"):
        check(Options((str(tmp_path),)))

"""Are changed files that are inputs told from those that are none, at a glance?"""

import codecs
from pathlib import Path

import pytest

from validator.frontends.sniffing import is_root_module, kind_of, worth_judging

SAMPLES = Path(__file__).parent.parent.parent / "samples"


@pytest.mark.parametrize("folder", sorted(one for one in SAMPLES.iterdir() if one.is_dir()), ids=lambda folder: folder.name)
def test_is_every_sample_an_input(folder):
    assert kind_of(folder / "plan.json") == "Terraform plan"
    assert kind_of(folder / "template.yaml") == "CloudFormation template"
    assert kind_of(folder / "expected.yaml") is None
    assert is_root_module(folder)
    assert worth_judging([str(folder / name) for name in ("plan.json", "main.tf", "expected.yaml")]) == (str(folder / "plan.json"), str(folder))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("values.yaml", "replicaCount: 3\n"),
        ("deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\nspec:\n  Resources: {}\n"),
        ("serverless.yml", "service: x\nresources:\n  Resources:\n    Bucket:\n      Type: AWS::S3::Bucket\n"),
        ("package.json", '{"name": "x"}'),
        ("arm.json", '{"resources": [{"type": "Microsoft.Storage/storageAccounts"}]}'),
        ("list.json", '["Resources"]'),
        ("empty.yaml", ""),
        ("notes.md", "Resources:\n  Type: AWS::S3::Bucket\n"),
        ("format.json", '{"format_version": 3}'),
    ],
)
def test_is_another_file_left_alone(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    assert kind_of(tmp_path / name) is None
    assert worth_judging([str(tmp_path / name)]) == ()


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE])
def test_does_the_encoding_not_matter(tmp_path, mark):
    text = (SAMPLES / "article" / "plan.json").read_text()
    (tmp_path / "plan.json").write_bytes(mark + text.encode("utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-8"))
    assert kind_of(tmp_path / "plan.json") == "Terraform plan"


def test_is_a_module_that_others_call_no_root(tmp_path):
    (tmp_path / "main.tf").write_text('resource "aws_vpc" "x" {}\n')
    assert not is_root_module(tmp_path)
    assert worth_judging([str(tmp_path / "main.tf")]) == ()
    (tmp_path / "main.tf").write_text('terraform {\n  backend "s3" {}\n}\n')
    assert worth_judging([str(tmp_path / "main.tf"), str(tmp_path / "prod.tfvars")]) == (str(tmp_path),)


def test_do_folders_and_standard_input_stay(tmp_path):
    assert worth_judging(["-", str(tmp_path), "nowhere.yaml"]) == ("-", str(tmp_path))

"""Has every expression the value that Terraform gives it? ``answers.py`` asked Terraform and wrote down what it said."""

import base64
import gzip
import json
from pathlib import Path

import pytest

from validator.frontends.terraform.evaluate import evaluate
from validator.frontends.terraform.expansion import Expansion
from validator.frontends.terraform.known import NoFacts
from validator.frontends.terraform.modules import library_of
from validator.frontends.terraform.parse import parse_expression
from validator.frontends.terraform.symbolic import EvaluationError

HERE = Path(__file__).parent
ANSWERS = json.loads((HERE / "answers.json").read_text())


@pytest.fixture(scope="module")
def scope(tmp_path_factory):
    folder = tmp_path_factory.mktemp("module")
    (folder / "main.tf").write_text((HERE / "expressions.tf").read_text())
    return Expansion(library_of(folder, "."), NoFacts(), {}, None, "default").root.scope("main.tf")


def test_are_all_expressions_answered():
    assert list(ANSWERS) == (HERE / "expressions.txt").read_text().splitlines()


def unpacked(encoded: str) -> bytes:
    return gzip.decompress(base64.b64decode(json.loads(encoded)))


@pytest.mark.parametrize("written", ANSWERS, ids=lambda written: written[:60])
def test_is_the_value_the_one_of_terraform(written, scope):
    try:
        value = evaluate(parse_expression("x", f"jsonencode({written})", (1, 1)), scope)
    except EvaluationError:
        value = None
    expected = ANSWERS[written]
    # Two compressors, of which neither has to write what the other writes.
    if written.startswith("base64gzip("):
        value, expected = unpacked(value), unpacked(expected)
    assert value == expected

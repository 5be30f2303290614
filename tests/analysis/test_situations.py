"""Does every situation of AWS's documentation end as its page says, in the model and as a template through the whole pipeline?"""

import json
from pathlib import Path

import pytest
import yaml
from situations import Situation
from situations_written import template

from validator.options import Options
from validator.pipeline import check

ROWS = yaml.safe_load((Path(__file__).parent / "situations.yaml").read_text())
TEMPLATES = [row for row in ROWS if row.get("template", True)]


def test_are_there_enough_situations_each_with_its_page():
    assert len(ROWS) >= 80
    assert len(TEMPLATES) >= len(ROWS) / 2
    assert len({row["name"] for row in ROWS}) == len(ROWS)
    assert all(row["source"].startswith("https://docs.aws.amazon.com/") for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_does_the_model_end_as_the_page_says(row):
    found = Situation(row).path()
    assert (found.disposition.value, found.doubt and found.doubt.value) == (row["ends"], row.get("doubt"))


@pytest.mark.parametrize("row", TEMPLATES, ids=lambda row: row["name"])
def test_does_the_template_end_as_the_page_says(row, tmp_path):
    situation = Situation(row)
    path = tmp_path / "template.json"
    path.write_text(json.dumps(template(situation)))
    buckets = dict.fromkeys(("data", "logs"), situation.region)
    report = check(Options((str(path),), regions=(situation.region,), buckets=buckets))
    (access,) = report.analysis.accesses
    assert (access.paths[0].disposition.value, access.paths[0].doubt and access.paths[0].doubt.value) == (row["ends"], row.get("doubt"))
    reported = [one for finding in report.findings for one in finding.accesses]
    assert access.disposition.delivered or not access.position.private or access.id in reported

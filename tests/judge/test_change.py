"""Does each finding say whether the plan introduces it, keeps it or found it there?"""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from validator.options import Options
from validator.pipeline import check

CHANGES = Path(__file__).parent / "changes"


def changes(*plans: str, **options: object) -> dict[str, str | None]:
    report = check(Options(tuple(str(CHANGES / plan) for plan in plans), **options))
    return {one.subject: one.change for one in report.findings}


def test_is_what_the_plan_makes_told_from_what_it_touches_and_what_was_there():
    # The table of "cut" loses its endpoint by a deletion: nothing of it is left in the plan's outcome.
    assert changes("after.json") == {
        'aws_lambda_function.in["added"]': "introduced",
        'aws_lambda_function.in["cut"]': "introduced",
        'aws_lambda_function.in["forgotten"]': "before",
        'aws_lambda_function.in["touched"]': "kept",
    }


def test_was_everything_there_before_a_plan_that_changes_nothing():
    assert set(changes("unchanged.json").values()) == {"before"}


def test_is_all_of_a_new_estate_introduced():
    sample = Path(__file__).parent.parent.parent / "samples" / "article" / "plan.json"
    assert {one.change for one in check(Options((str(sample),))).findings} == {"introduced"}


@pytest.mark.parametrize("form", [".", "template.yaml"])
def test_does_an_input_that_is_no_plan_say_nothing_of_a_change(form):
    sample = Path(__file__).parent.parent.parent / "samples" / "article" / form
    assert {one.change for one in check(Options((str(sample),), regions=("ap-northeast-1",))).findings} == {None}


@pytest.mark.parametrize("hashed", [False, True])
def test_is_a_script_of_the_past_read_where_it_or_its_sum_says_that_it_is_the_same(hashed, tmp_path):
    plan = json.loads((CHANGES / "scripts.json").read_text())
    for one in plan["resource_changes"]:
        for side in (one["change"]["before"], one["change"]["after"]):
            if hashed and one["type"] == "aws_instance":
                side["user_data"] = hashlib.sha1(side["user_data"].encode(), usedforsecurity=False).hexdigest()
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    assert changes(tmp_path / "plan.json") == {
        "aws_instance.rewritten": "introduced",
        "aws_instance.tagged": "kept",
        "aws_instance.untouched": "before",
    }


def test_does_changed_only_count_what_the_plan_makes_or_keeps():
    everything = Options((str(CHANGES / "unchanged.json"),))
    assert check(everything).exit_code == 1
    assert check(replace(everything, changed_only=True)).exit_code == 0
    assert check(Options((str(CHANGES / "after.json"),), changed_only=True)).exit_code == 1

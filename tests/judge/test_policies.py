"""Are policies checked when they are loaded, and do the shipped ones do what their examples say?"""

from pathlib import Path

import pytest
import yaml

from validator.errors import PolicyError
from validator.judge.expression import compiled
from validator.judge.facts import SPECIMENS
from validator.judge.judge import verdict_of
from validator.judge.policy import PACKS, load_policies, shipped_order
from validator.options import Options
from validator.pipeline import check
from validator.values import Unknown

ROOT = Path(__file__).parent.parent.parent
GOOD = """\
id: no-buckets-of-strangers
title: a bucket of somebody else
subject: access
severity: warning
unknown: note
since: "1"
when: "true"
require: bucket.owner == 'input'
message: "{workload} uses {bucket}"
why: because
remedy: {terraform: t, cloudformation: c}
"""


def mistakes(folder: Path, text: str) -> list[str]:
    (folder / "own.yaml").write_text(text)
    with pytest.raises(PolicyError) as raised:
        load_policies((folder,))
    return [mistake.removeprefix(f"{folder}/") for mistake in raised.value.mistakes]


def test_do_the_shipped_policies_load_in_the_order_of_the_contract():
    found = load_policies()
    assert tuple(one.id for one in found) == shipped_order()
    assert {f"{one.id}.yaml" for one in found} == {file.name for file in (ROOT / "policies").glob("*.yaml")}


def test_is_a_policy_of_a_user_judged_like_the_shipped(tmp_path):
    (tmp_path / "own.yaml").write_text(GOOD)
    report = check(Options((str(ROOT / "samples/bucket-outside-the-input/plan.json"),), policies=(tmp_path,), select=("no-buckets-of-strangers",)))
    assert [(one.policy, one.severity.value, one.verdict.value, one.message) for one in report.findings] == [
        ("no-buckets-of-strangers", "warning", "fail", "aws_lambda_function.reader uses somebody-elses-bucket")
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("subject: access", "subject: access\nblames: service", "own.yaml:4:9: blames must be one of workload, client, placement, path"),
        ("bucket.owner ==", "bucket.ownr ==", "own.yaml:8:10: require there is no fact bucket.ownr"),
        ("bucket.owner == 'input'", "true || bucket.ownr == 'x'", "own.yaml:8:18: require there is no fact bucket.ownr"),
        ("bucket.owner == 'input'", "access.paths.exists(p, p.delivred)", "own.yaml:8:33: require there is no fact p.delivred"),
        ("bucket.owner == 'input'", "has(bucket.region)", "own.yaml:8:10: require has() is refused: it reports an unknown fact as absent"),
        ("bucket.owner == 'input'", "bucket.owner", "own.yaml:8:10: require must be true or false, is a str"),
        ("bucket.owner == 'input'", "bucket.owner ==", "own.yaml:8:10: require"),
        ("bucket.owner == 'input'", "1 / 0 == 1", "own.yaml:8:10: require division by zero"),
        ("bucket.owner == 'input'", "9223372036854775807 + 1 == 1", "own.yaml:8:10: require Arithmetic overflow"),
        ("bucket.owner == 'input'", "1" + " + 1" * 20_000 + " == 1", "own.yaml:8:10: require is longer than 2000 characters"),
        ("why: because", "why: &a [*a]", "own.yaml: is nested too deeply, or holds itself by an alias"),
        ("severity: warning", "severity: fatal", "own.yaml:4:11: severity must be error, warning or note, got 'fatal'"),
        ("{workload} uses", "{worklod} uses", "own.yaml:9:10: message names {worklod}, which is not one of"),
        ("{workload} uses", "{workload.__class__} uses", "own.yaml:9:10: message names {workload.__class__}, which is not one of"),
        ("{workload} uses", "{workload!r} uses", "own.yaml:9:10: message names {workload}, which is not one of"),
        ("subject: access", "subject: moon", "own.yaml:3:10: subject must be one of access, endpoint, route-table, table, vpc-tier, got 'moon'"),
        ("why: because", "wy: because", "own.yaml: why is missing"),
        ("id: no-buckets-of-strangers", "id: No_Buckets", "own.yaml:1:5: id must be kebab-case"),
        ("id: no-buckets-of-strangers", "id: [", "own.yaml:3:8: is not YAML: "),
        ("cloudformation: c", "cdk: c", "own.yaml:11:9: remedy must have terraform and cloudformation"),
    ],
)  # fmt: skip
def test_is_a_mistake_in_a_policy_told_with_its_place(tmp_path, old, new, told):
    assert mistakes(tmp_path, GOOD.replace(old, new))[0].startswith(told)


@pytest.mark.parametrize("expression", ["one.startsWith('a')", "10 / size(one) == 1", "one + 9223372036854775807 == 1"])
@pytest.mark.parametrize("value", [None, 7, (), {}, "", 1.5, True])
def test_is_an_expression_that_has_no_value_for_a_record_undecided(expression, value):
    specimen = {"startsWith": "abc", "size": "abc", "9223": -1}
    found = compiled(expression, {"one": next(one for name, one in specimen.items() if name in expression)}).truth({"one": value})
    assert isinstance(found, bool | Unknown)


def test_is_the_id_of_a_shipped_policy_taken(tmp_path):
    assert mistakes(tmp_path, GOOD.replace("no-buckets-of-strangers", "s3-unreachable")) == [
        "policy s3-unreachable: there is more than one of this id"
    ]


ALL = load_policies(packs=PACKS)


@pytest.mark.parametrize("policy", ALL, ids=lambda one: one.id)
def test_does_a_policy_pass_its_specimen(policy):
    assert verdict_of(policy, SPECIMENS[policy.subject]).value in {"pass", "not-applicable"}


@pytest.mark.parametrize(
    ("policy", "verdict", "sample"),
    [(policy.id, verdict, sample) for policy in ALL for verdict, samples in policy.examples.items() for sample in samples],
)
def test_does_a_policy_say_of_its_examples_what_it_claims(policy, verdict, sample):
    expected = yaml.safe_load((ROOT / "samples" / sample / "expected.yaml").read_text())
    options = Options(
        (str(ROOT / "samples" / sample / "plan.json"),), select=(policy,), buckets=expected.get("buckets", {}), packs=expected.get("packs", ())
    )
    found = {one.verdict.value for one in check(options).findings}
    assert found == set() if verdict == "pass" else verdict in found


@pytest.mark.parametrize("policy", ALL, ids=lambda one: one.id)
def test_does_every_policy_have_an_example_of_what_it_finds(policy):
    assert policy.examples["fail"] or policy.examples["unknown"]
    assert policy.examples["pass"]


def test_does_the_remedy_name_a_replica_that_lives_in_the_workloads_region():
    report = check(Options((str(ROOT / "samples/replica-here/plan.json"),), buckets={"s3reach-sample-copy": "us-west-2"}))
    [found] = report.findings
    assert found.remedy.startswith("# aws_s3_bucket.data is a replica of it in ap-northeast-1: use that\n# use a bucket in ap-northeast-1")


OTHERS = "instead:\n- {when: bucket.owner == 'input', terraform: a, cloudformation: a}\n- {when: bucket.owner == 'external', terraform: b, cloudformation: b}\n"


@pytest.mark.parametrize(
    ("others", "remedy"),
    [
        (OTHERS, "b"),
        (OTHERS.replace("external", "input"), "t"),
        (OTHERS.replace("'input'", "'external'"), "a"),
        ("instead: {when: bucket.owner == 'external', terraform: c, cloudformation: c}\n", "c"),
    ],
)
def test_does_the_first_other_remedy_that_fits_take_the_place_of_the_usual(tmp_path, others, remedy):
    (tmp_path / "own.yaml").write_text(GOOD + others)
    report = check(Options((str(ROOT / "samples/bucket-outside-the-input/plan.json"),), policies=(tmp_path,), select=("no-buckets-of-strangers",)))
    assert [one.remedy for one in report.findings] == [remedy]


def test_is_a_list_of_other_remedies_checked(tmp_path):
    found = mistakes(tmp_path, GOOD + "instead: [text, {when: bucket.ownr == 'x', terraform: a, cloudformation: a}, {when: 'true', terraform: a}]\n")
    assert [one.partition("instead")[2] for one in found] == [
        " must be a mapping, or a list of them",
        " there is no fact bucket.ownr",
        " must have terraform and cloudformation",
    ]


def test_does_the_remedy_for_a_closed_access_point_speak_of_no_statement():
    [found] = check(Options((str(ROOT / "samples/access-point-of-another-vpc/plan.json"),))).findings
    assert found.remedy.startswith("# aws_s3_access_point.point is for one VPC")


def test_does_the_remedy_without_a_region_ask_for_it_first():
    report = check(Options((str(ROOT / "samples/article/template.yaml"),)))
    assert {one.verdict.value for one in report.findings} == {"unknown"}
    assert {one.remedy.partition(",")[0] for one in report.findings} == {"# say which Region"}


def test_does_a_remedy_of_what_may_be_say_so():
    [found] = check(Options((str(ROOT / "samples/bucket-policy-of-an-organization/plan.json"),))).findings
    assert found.remedy.startswith("# if it is so:\n")

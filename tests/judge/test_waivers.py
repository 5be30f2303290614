"""Is a finding that somebody accepted waived, wherever that is written, and for no longer and nothing else than was meant?"""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from validator.configuration import load
from validator.configuration.merge import options_of
from validator.configuration.settings import Section
from validator.errors import ConfigurationError
from validator.globs import matches
from validator.options import Options, today
from validator.pipeline import check
from validator.report.report import Report

SAMPLES = Path(__file__).parent.parent.parent / "samples"
NO_REGION, ELSEWHERE = "s3-client-without-region", "cross-region-s3-unreachable"
TODAY = date(2026, 11, 25)


def judged(*paths: Path | str, **options: object) -> Report:
    return check(Options(tuple(map(str, paths)), **{"today": TODAY, "regions": ("ap-northeast-1",), **options}))


def statuses(report: Report) -> dict[str, str]:
    return {finding.policy: finding.status for finding in report.findings}


def told(report: Report) -> list[str]:
    return [f"{note.subject} {note.reason}" for note in report.notes]


def mistakes(*paths: Path, **options: object) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        judged(*paths, **options)
    return [line.rpartition("/")[2] for line in caught.value.mistakes]


def configured(folder: Path, text: str, *paths: Path | str) -> Report:
    (folder / ".s3reach.toml").write_text(text)
    options = options_of([str(path) for path in paths], Section(), load(folder / ".s3reach.toml", folder))
    return check(Options(options.paths, waivers=options.waivers, mentions=options.mentions, today=TODAY))


def module(folder: Path, comment: str, *, above: str = 'resource "aws_instance" "no_region"') -> Path:
    """The article's module with a comment above one of its blocks."""
    source = (SAMPLES / "article" / "main.tf").read_text()
    assert above in source
    (folder / "main.tf").write_text(source.replace(above, f"{comment}\n{above}", 1))
    return folder


def template(folder: Path, metadata: str) -> Path:
    source = (SAMPLES / "article" / "template.yaml").read_text()
    place = "  NoRegion:\n    Type: AWS::EC2::Instance\n"
    assert place in source
    (folder / "template.yaml").write_text(source.replace(place, f"{place}    Metadata: {metadata}\n", 1))
    return folder / "template.yaml"


def test_is_a_finding_waived_by_the_comment_above_its_block(tmp_path):
    report = judged(module(tmp_path, f"# s3reach: allow {NO_REGION} -- the agent retries elsewhere until 2027-01-31"))
    assert statuses(report) == {NO_REGION: "waived", ELSEWHERE: "open"}
    (waived,) = (one for one in report.findings if one.status == "waived")
    assert waived.waiver is not None
    assert (waived.waiver.reason, waived.waiver.expires) == ("the agent retries elsewhere", "2027-01-31")
    assert (waived.waiver.location.path, waived.waiver.location.line) == (str(tmp_path / "main.tf"), 47)
    assert report.counts == {"error": 1, "warning": 0, "note": 0}
    assert report.accepted == {"waived": 1, "baseline": 0}
    assert told(report) == []


def test_does_the_exit_code_follow(tmp_path):
    source = module(tmp_path, f"// s3reach: allow {NO_REGION} -- first")
    assert judged(source).exit_code == 1
    assert (
        judged(
            module(tmp_path, f"# why\n#   s3reach: allow s3-client-* -- a glob\n// s3reach:allow {NO_REGION} -- both"), ignore=(ELSEWHERE,)
        ).exit_code
        == 0
    )
    assert judged(module(tmp_path, ""), ignore=(ELSEWHERE,)).exit_code == 1


@pytest.mark.parametrize("plan", ["plan.json", "elsewhere/plan.json"])
def test_are_comments_of_a_plans_sources_read(tmp_path, plan):
    module(tmp_path, f"# s3reach: allow {NO_REGION} -- accepted")
    (tmp_path / plan).parent.mkdir(exist_ok=True)
    shutil.copy(SAMPLES / "article" / "plan.json", tmp_path / plan)
    source = None if plan == "plan.json" else tmp_path
    assert statuses(judged(tmp_path / plan, source=source)) == {NO_REGION: "waived", ELSEWHERE: "open"}
    assert statuses(judged(SAMPLES / "article" / "plan.json")) == {NO_REGION: "open", ELSEWHERE: "open"}


@pytest.mark.parametrize("between", ["", "\n", "\nlocals {}\n"])
def test_must_a_comment_stand_right_above(tmp_path, between):
    report = judged(module(tmp_path, f"# s3reach: allow {NO_REGION} -- accepted{between}"))
    assert statuses(report)[NO_REGION] == ("open" if between else "waived")
    expected = f"the waiver in {tmp_path}/main.tf:47 waives nothing: it must stand right above a resource, data or module block"
    assert told(report) == ([expected] if between else [])


def test_is_a_comment_inside_a_script_none_of_ours(tmp_path):
    source = (SAMPLES / "article" / "main.tf").read_text()
    (tmp_path / "main.tf").write_text(source.replace("    #!/bin/bash\n", f"    #!/bin/bash\n    # s3reach: allow {NO_REGION} -- accepted\n"))
    report = judged(tmp_path)
    assert statuses(report) == {NO_REGION: "open", ELSEWHERE: "open"}
    assert len(told(report)) == 3


@pytest.mark.parametrize(
    "metadata",
    [
        f"{{s3reach: {{allow: [{{policy: {NO_REGION}, reason: accepted, until: 2027-01-31}}]}}}}",
        f'{{s3reach: {{allow: [{{policy: {NO_REGION}, reason: accepted, until: "2027-01-31"}}]}}}}',
        f'{{s3reach: {{allow: ["{NO_REGION} -- accepted until 2027-01-31"]}}}}',
        f'{{s3reach: {{allow: "{NO_REGION} -- accepted until 2027-01-31"}}}}',
    ],
)
def test_is_a_finding_waived_by_the_metadata_of_its_resource(tmp_path, metadata):
    report = judged(template(tmp_path, metadata))
    assert statuses(report) == {NO_REGION: "waived", ELSEWHERE: "open"}
    (waived,) = (one for one in report.findings if one.status == "waived")
    assert (waived.waiver.reason, waived.waiver.expires, waived.waiver.location.line) == ("accepted", "2027-01-31", 54)


def test_is_a_finding_waived_in_json_syntax(tmp_path):
    (tmp_path / "main.tf.json").write_text(json.dumps({
        "provider": {"aws": {"region": "ap-northeast-1"}},
        "resource": {
            "aws_vpc": {"main": {"cidr_block": "10.0.0.0/16"}},
            "aws_subnet": {"a": {"vpc_id": "${aws_vpc.main.id}", "cidr_block": "10.0.1.0/24"}},
            "aws_instance": {"a": {
                "//": ["of the old fleet", "s3reach: allow s3-bucket-region-unknown -- nobody knows", "s3reach: allow s3-unreachable -- nor this"],
                "subnet_id": "${aws_subnet.a.id}", "user_data": "aws s3 ls s3://somebody-elses --region ap-northeast-1",
            }},
        },
    }))  # fmt: skip
    assert set(statuses(judged(tmp_path)).values()) == {"waived"}


def test_is_a_waiver_on_a_module_call_for_all_that_is_in_it(tmp_path):
    (tmp_path / "fleet").mkdir()
    module(tmp_path / "fleet", "")
    call = 'module "fleet" {\n  source = "./fleet"\n  count = 2\n}\n'
    (tmp_path / "main.tf").write_text(f"# s3reach: allow {NO_REGION} -- accepted\n{call}")
    report = judged(tmp_path)
    assert {(one.policy, one.status) for one in report.findings} == {(NO_REGION, "waived"), (ELSEWHERE, "open")}
    assert len(report.findings) == 4


def test_is_a_waiver_on_an_endpoint_or_a_table_for_findings_about_it(tmp_path):
    source = (SAMPLES / "endpoint-in-other-region" / "main.tf").read_text()
    marked = source.replace('resource "aws_vpc_endpoint"', '# s3reach: allow gateway-endpoint-in-other-region -- moves\nresource "aws_vpc_endpoint"')
    (tmp_path / "main.tf").write_text(marked)
    assert statuses(judged(tmp_path))["gateway-endpoint-in-other-region"] == "waived"
    source = (SAMPLES / "overlapping-endpoints" / "main.tf").read_text()
    marked = source.replace('resource "aws_route_table" ', '# s3reach: allow overlapping-gateway-endpoints -- moves\nresource "aws_route_table" ')
    assert marked != source
    (tmp_path / "main.tf").write_text(marked)
    assert statuses(judged(tmp_path))["overlapping-gateway-endpoints"] == "waived"


@pytest.mark.parametrize(
    ("comment", "wrong"),
    [
        ("allow", "a waiver needs a policy and a reason"),
        (f"allow {NO_REGION}", "a waiver needs a reason"),
        (f"allow {NO_REGION} --", "a waiver needs a reason"),
        (f"allow {NO_REGION} -- until 2027-01-31", "a waiver needs a reason"),
        ("allow -- all of it", "a waiver needs a policy and a reason"),
        ("allow s3-typo -- because", "there is no policy s3-typo"),
        ("allow typo-* -- because", "there is no policy typo-*"),
        (f"allow {NO_REGION} -- because until 2027-13-01", "2027-13-01 is no date"),
    ],
)
def test_is_a_waiver_that_says_too_little_an_error_with_its_place(tmp_path, comment, wrong):
    expected = ", expected: s3reach: allow POLICY -- REASON [until YYYY-MM-DD]"
    assert mistakes(module(tmp_path, f"# s3reach: {comment}")) == [f"main.tf:47: {wrong}{expected}"]
    text = comment.removeprefix("allow").strip()
    shown = "template.yaml:54:34"
    assert mistakes(template(tmp_path, f'{{s3reach: {{allow: ["{text}"]}}}}')) == [f"{shown}: {wrong}{expected}"]


def test_is_until_a_word_of_the_reason_where_no_date_follows(tmp_path):
    report = judged(module(tmp_path, f"# s3reach: allow {NO_REGION} -- not until the move is done"))
    (waived,) = (one for one in report.findings if one.status == "waived")
    assert (waived.waiver.reason, waived.waiver.expires) == ("not until the move is done", None)


@pytest.mark.parametrize(("day", "status"), [(date(2027, 1, 31), "waived"), (date(2027, 2, 1), "open")])
def test_does_an_expired_waiver_count_again_and_say_so(tmp_path, day, status):
    report = judged(module(tmp_path, f"# s3reach: allow {NO_REGION} -- accepted until 2027-01-31"), today=day)
    assert statuses(report)[NO_REGION] == status
    (finding,) = (one for one in report.findings if one.policy == NO_REGION)
    place = f"{tmp_path}/main.tf:47"
    if status == "open":
        assert finding.message.endswith(f"(its waiver in {place} expired on 2027-01-31)")
        assert told(report) == [f"the waiver in {place} expired on 2027-01-31, so what it waived counts again"]
    else:
        assert told(report) == []


def test_is_a_waiver_that_waives_nothing_noted(tmp_path):
    report = judged(module(tmp_path, "# s3reach: allow s3-unreachable -- long ago"))
    assert told(report) == [f"the waiver in {tmp_path}/main.tf:47 waives nothing here"]
    assert told(judged(tmp_path, ignore=("s3-unreachable",))) == []


@pytest.mark.parametrize(
    ("limits", "waived"),
    [
        ("", {NO_REGION}),
        ('workload = "aws_instance.no_region"', {NO_REGION}),
        ('workload = "aws_instance.*"\nbucket = "s3reach-article"', {NO_REGION}),
        ('bucket = "aws_s3_bucket.data"', {NO_REGION}),
        ('workload = "aws_instance.other_region"', set()),
        ('bucket = "another"', set()),
    ],
)
def test_is_a_waiver_of_the_configuration_for_what_its_globs_match(tmp_path, limits, waived):
    report = configured(tmp_path, f'[[waiver]]\npolicy = "{NO_REGION}"\nreason = "accepted"\n{limits}\n', SAMPLES / "article" / "plan.json")
    assert {finding.policy for finding in report.findings if finding.status == "waived"} == waived
    assert told(report) == ([] if waived else [f"the waiver in {tmp_path}/.s3reach.toml:1 waives nothing here"])


def test_are_several_unused_waivers_of_a_configuration_one_note(tmp_path):
    text = "".join(f'[[waiver]]\npolicy = "{policy}"\nreason = "r"\n' for policy in ("s3-unreachable", "s3-*", "vpc-dns-disabled"))
    report = configured(tmp_path, text, SAMPLES / "article" / "plan.json")
    assert told(report) == [f"waivers in {tmp_path}/.s3reach.toml, lines 1, 7, waive nothing here"]


def test_is_a_waiver_for_the_inputs_under_its_path_only(tmp_path):
    for stage in ("prod", "test"):
        (tmp_path / stage).mkdir()
        shutil.copy(SAMPLES / "article" / "plan.json", tmp_path / stage / "plan.json")
    text = '[[waiver]]\npolicy = "*"\npath = "test/**"\nreason = "accepted"\n'
    report = configured(tmp_path, text, tmp_path / "prod" / "plan.json", tmp_path / "test" / "plan.json")
    assert {(finding.subject.partition("/")[0], finding.status) for finding in report.findings} == {("prod", "open"), ("test", "waived")}


def test_is_a_sensitive_bucket_not_found_out_by_a_waiver(tmp_path):
    plan = Path(__file__).parent.parent / "frontends" / "plans" / "sensitive.json"
    report = configured(tmp_path, '[[waiver]]\npolicy = "*"\nbucket = "very-secret-*"\nreason = "a guess"\n', plan)
    assert report.accepted["waived"] == 0
    assert report.findings


def test_do_brackets_in_a_glob_stand_for_themselves():
    assert matches('aws_instance.web["a"]', 'aws_instance.web["a"]')
    assert matches("aws_instance.web[*]", 'aws_instance.web["a"]')
    assert not matches("aws_instance.web[a]", "aws_instance.weba")
    assert not matches("*" * 60 + "x", "a" * 2000)


def test_is_the_day_that_of_the_source_date(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    assert today() == date(2027, 1, 15)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    assert today() >= date(2026, 1, 1)

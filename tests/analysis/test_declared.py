"""What the configuration says of accesses: is it used, judged, and told where it fits nothing?"""

from pathlib import Path

import pytest

from validator.configuration import load
from validator.configuration.merge import options_of
from validator.configuration.settings import Section
from validator.errors import ConfigurationError
from validator.pipeline import check

SAMPLES = Path(__file__).parent.parent.parent / "samples"


def judged(folder, sample, text):
    (folder / ".s3reach.toml").write_text(text)
    settings = load(folder / ".s3reach.toml", folder)
    return check(options_of([str(SAMPLES / sample / "plan.json")], Section(), settings))


def accesses(report):
    return sorted((one.workload.id, one.bucket.id, one.client.region, one.client.source, one.evidence[0].kind) for one in report.analysis.accesses)


def test_is_a_declared_access_followed_and_judged(tmp_path):
    report = judged(tmp_path, "gateway-endpoint", '[[access]]\nworkload = "aws_*"\nbucket = "partner-drop"\nclient_region = "eu-central-1"\n')
    added = [one for one in report.analysis.accesses if one.bucket.id == "partner-drop"]
    assert [(one.client.region, one.client.source, one.evidence[0].kind) for one in added] == [("eu-central-1", "configuration", "configuration")]
    assert str(added[0].evidence[0].location) == f"{tmp_path / '.s3reach.toml'}:1"
    assert [(one.policy, one.also) for one in report.findings] == [("cross-region-s3-unreachable", ("s3-bucket-region-unknown",))]
    assert report.exit_code == 1


def test_does_a_declared_client_settle_one_that_names_no_region(tmp_path):
    before = judged(tmp_path, "article", "")
    after = judged(tmp_path, "article", '[[client]]\nworkload = "aws_instance.no_region"\nregion = "ap-northeast-1"\n')
    assert ("aws_instance.no_region", "aws_s3_bucket.data", None, "none", "script") in accesses(before)
    assert ("aws_instance.no_region", "aws_s3_bucket.data", "ap-northeast-1", "configuration", "script") in accesses(after)
    assert [one for one in accesses(before) if "no_region" not in one[0]] == [one for one in accesses(after) if "no_region" not in one[0]]


def test_does_a_declared_version_settle_what_the_tool_does(tmp_path):
    report = judged(tmp_path, "article", '[[client]]\nworkload = "aws_instance.*"\nsdk = "aws-cli-v2"\n')
    (of_none,) = [one for one in report.analysis.accesses if one.workload.id == "aws_instance.no_region"]
    # Version 2 asks the instance.
    assert (of_none.client.sdk, of_none.client.region, of_none.client.source) == ("aws-cli-v2", "ap-northeast-1", "runtime")


def test_is_a_glob_that_matches_nothing_told(tmp_path):
    report = judged(tmp_path, "article", '[[access]]\nworkload = "aws_instnace.*"\nbucket = "x"\n[[client]]\nworkload = "nobody"\nsdk = "boto3"\n')
    assert [(note.subject, note.reason) for note in report.notes if "workload =" in note.subject] == [
        ('[[access]] workload = "aws_instnace.*"', "names no workload of the inputs"),
        ('[[client]] workload = "nobody"', "names no workload of the inputs"),
    ]


def test_do_only_the_chosen_kinds_of_evidence_count(tmp_path):
    report = judged(tmp_path, "article", 'evidence = ["environment"]\n')
    assert report.analysis.accesses == ()
    report = judged(tmp_path, "article", 'evidence = ["script", "environment"]\n')
    assert {one[4] for one in accesses(report)} == {"script"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[access]]\nworkload = "a"\n', "1: [[access]] has no bucket: name of the bucket, or its address in the inputs"),
        ('[[access]]\nworkload = "a"\nbucket = "b"\nclient_region = "moon"\n', '4: client_region must be a Region such as "eu-west-1", got "moon"'),
        ('[[client]]\nworkload = "a"\n', "1: [[client]] must say which: sdk, region or both"),
        ('[[client]]\nworkload = "a"\nsdk = "boto"\n', '3: sdk must be a name that is known, got "boto"; did you mean boto3?'),
        ('evidence = ["scripts"]\n', '1: evidence must be kinds of evidence, got "scripts"; did you mean script?'),
    ],
)
def test_is_a_mistake_told_with_its_line(tmp_path, text, told):
    with pytest.raises(ConfigurationError) as raised:
        judged(tmp_path, "article", text)
    assert raised.value.mistakes == (f"{tmp_path / '.s3reach.toml'}:{told}",)

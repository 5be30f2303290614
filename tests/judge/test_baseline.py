"""Does a baseline hold what was there, survive what does not change a finding, and hold nothing that is new?"""

import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from validator.errors import InputError
from validator.judge.baseline import Estate, compared, earlier_names, read, render
from validator.judge.finding import Finding, Severity, Verdict
from validator.options import Options
from validator.pipeline import check
from validator.report.report import Report

SAMPLES = Path(__file__).parent.parent.parent / "samples"
FILE = Path("baseline.json")


def finding(subject: str, policy: str = "s3-unreachable", verdict: Verdict = Verdict.FAIL, bucket: str = "aws_s3_bucket.data") -> Finding:
    return Finding(policy, Severity.ERROR, verdict, subject, subject, bucket, "eu-west-1", (), (), "message", "remedy", None)


def statuses(findings: list[Finding], known: list[Finding], ids: set[str] | None = None, moves: tuple[tuple[str, str], ...] = ()):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "b.json").write_text(render(known))
        entries = read(Path(folder) / "b.json")
    estate = Estate(frozenset(ids if ids is not None else {one.subject for one in findings}), earlier_names(moves))
    held, notes = compared(findings, entries, FILE, estate)
    return [one.status for one in held], [f"{note.subject} {note.reason}" for note in notes]


STALE = "1 entry of baseline.json matches nothing any more; write it anew with --write-baseline"


def test_is_what_is_written_read_and_everything_in_it_held():
    known = [finding("aws_instance.a"), finding("aws_instance.b"), finding("aws_instance.a", "vpc-dns-disabled", Verdict.UNKNOWN)]
    assert statuses(known, known) == (["baseline"] * 3, [])
    assert statuses([*known, finding("aws_instance.new")], known) == (["baseline"] * 3 + ["open"], [])
    assert statuses(known[:2], known) == (["baseline"] * 2, [STALE])


def test_is_a_baseline_sorted_and_without_doubles():
    known = [finding("aws_instance.b"), finding("aws_instance.a"), finding("aws_instance.a")]
    assert render(known) == render(known[::-1])
    assert [one["subject"] for one in json.loads(render(known))["findings"]] == ["aws_instance.a", "aws_instance.b"]


def test_is_a_waived_finding_not_written():
    assert json.loads(render([replace(finding("aws_instance.a"), status="waived")]))["findings"] == []


def test_does_an_undecided_finding_not_cover_a_failure():
    undecided, failed = finding("aws_instance.a", verdict=Verdict.UNKNOWN), finding("aws_instance.a")
    assert statuses([failed], [undecided]) == (["open"], [STALE])
    assert statuses([undecided], [failed]) == (["baseline"], [])
    assert statuses([undecided, failed], [undecided, failed]) == (["baseline", "baseline"], [])


@pytest.mark.parametrize(
    ("old", "new", "moves"),
    [
        ("aws_instance.a", "aws_instance.b", (("aws_instance.a", "aws_instance.b"),)),
        ('aws_instance.a["x.y"]', 'aws_instance.b["x.y"]', (("aws_instance.a", "aws_instance.b"),)),
        ("aws_instance.a", "aws_instance.a[0]", (("aws_instance.a", "aws_instance.a[0]"),)),
        ("module.a.aws_instance.x", "module.b[0].module.c.aws_instance.x", (("module.a", "module.b[0].module.c"),)),
        ("module.a.aws_instance.x", "module.c.aws_instance.y", (("module.a", "module.b"), ("module.b.aws_instance.x", "module.c.aws_instance.y"))),
        ("plan/module.a.aws_instance.x", "plan/module.b.aws_instance.x", (("module.a", "module.b"),)),
    ],
)
def test_does_a_finding_that_was_moved_stay_known(old, new, moves):
    others = [finding("module.z.aws_instance.x"), finding("module.y.aws_instance.x")]
    assert statuses([finding(new), *others], [finding(old), *others], moves=moves) == (["baseline"] * 3, [])


def test_do_moves_in_a_circle_end():
    assert earlier_names((("a.x", "a.y"), ("a.y", "a.x")))("a.x") == ["a.y"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("module.a.aws_instance.x", "module.b.aws_instance.x"),
        ("aws_instance.x", "module.b.aws_instance.x"),
        ('module.a["p.q/r"].aws_instance.x[0]', "module.b.module.c[1].aws_instance.x[0]"),
        ("old/aws_instance.x", "new/aws_instance.x"),
        ("Old/Worker", "New/Nested/Worker"),
    ],
)
def test_does_a_finding_whose_modules_were_renamed_stay_known(old, new):
    assert statuses([finding(new)], [finding(old)]) == (["baseline"], [])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("module.a.aws_instance.x", "module.b.aws_instance.y"),
        ("module.a.aws_instance.x", "module.b.aws_instance.x[0]"),
        ("module.a.aws_instance.x", "module.b.aws_lambda_function.x"),
    ],
)
def test_is_another_resource_not_taken_for_a_renamed_one(old, new):
    assert statuses([finding(new)], [finding(old)]) == (["open"], [STALE])


def test_is_a_new_module_not_taken_for_a_mended_one():
    old, new = finding("module.a.aws_instance.x"), finding("module.b.aws_instance.x")
    assert statuses([new], [old], ids={"module.a.aws_instance.x", "module.b.aws_instance.x"}) == (["open"], [STALE])


def test_is_nothing_guessed_where_several_could_be_meant():
    old = [finding("module.a.aws_instance.x"), finding("module.b.aws_instance.x")]
    new = [finding("module.c.aws_instance.x"), finding("module.d.aws_instance.x")]
    told = "2 entries of baseline.json match nothing any more; write it anew with --write-baseline"
    assert statuses(new, old) == (["open", "open"], [told])
    assert statuses(new, old[:1]) == (["open", "open"], [STALE])
    assert statuses(new[:1], old) == (["open"], [told])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Input data was truncated"),
        ("{}", "Object missing required field `schema`"),
        ('{"schema": "s3reach/baseline/2", "findings": []}', "Invalid enum value 's3reach/baseline/2' - at `$.schema`"),
        ('{"schema": "s3reach/baseline/1", "findings": [{}]}', "Object missing required field `fingerprint` - at `$.findings[0]`"),
        ('{"schema": "s3reach/baseline/1", "findings": [], "x": 1}', "Object contains unknown field `x`"),
    ],
)
def test_is_a_file_that_is_no_baseline_told(tmp_path, text, told):
    (tmp_path / "b.json").write_text(text)
    with pytest.raises(InputError) as caught:
        read(tmp_path / "b.json")
    assert caught.value.mistakes == (f"{tmp_path}/b.json: is no baseline, expected what --write-baseline writes: {told}",)
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path / "nowhere.json")


def judged(path: Path, known: Path | None = None) -> Report:
    return check(Options((str(path),), baseline=known, today=date(2026, 11, 25)))


def module(folder: Path, name: str, more: str = "") -> Path:
    (folder / "fleet").mkdir(parents=True)
    (folder / "fleet" / "main.tf").write_text((SAMPLES / "article" / "main.tf").read_text())
    (folder / "main.tf").write_text(f'module "{name}" {{\n  source = "./fleet"\n}}\n{more}')
    return folder


@pytest.mark.parametrize("more", ["", "moved {\n  from = module.old\n  to   = module.new\n}\n"])
def test_does_a_baseline_survive_moved_lines_and_renamed_modules(tmp_path, more):
    (tmp_path / "b.json").write_text(render(judged(module(tmp_path / "one", "old")).findings))
    lines = "\n" * 20
    again = judged(module(tmp_path / "two", "old", lines), tmp_path / "b.json")
    assert ([one.status for one in again.findings], again.exit_code) == (["baseline"] * 2, 0)
    renamed = judged(module(tmp_path / "three", "new", more), tmp_path / "b.json")
    assert ([one.status for one in renamed.findings], renamed.exit_code, renamed.notes) == (["baseline"] * 2, 0, ())


def test_is_the_previous_address_of_a_plan_taken(tmp_path):
    text = (SAMPLES / "article" / "plan.json").read_text()
    (tmp_path / "b.json").write_text(render(judged(SAMPLES / "article" / "plan.json").findings))
    plan = json.loads(text.replace("aws_instance.no_region", "aws_instance.other").replace('"name": "no_region"', '"name": "other"'))
    plan = json.loads(json.dumps(plan).replace('"name": "no_region"', '"name": "other"'))
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    assert sorted(one.status for one in judged(tmp_path / "plan.json", tmp_path / "b.json").findings) == ["baseline", "open"]
    for one in plan["resource_changes"]:
        if one["name"] == "other":
            one["previous_address"] = "aws_instance.no_region"
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    assert sorted(one.status for one in judged(tmp_path / "plan.json", tmp_path / "b.json").findings) == ["baseline", "baseline"]


def s3reach(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "validator", *arguments], capture_output=True, text=True, cwd=folder, check=False)


def test_does_the_command_write_and_compare(tmp_path):
    article = str(SAMPLES / "article" / "plan.json")
    written = s3reach(tmp_path, "check", article, "--write-baseline", "b.json")
    assert (written.returncode, written.stdout.splitlines()[-1].partition(";")[0]) == (0, "no findings, 2 in the baseline")
    schema = json.loads(s3reach(tmp_path, "schema", "baseline").stdout)
    jsonschema.validate(json.loads((tmp_path / "b.json").read_text()), schema)
    assert s3reach(tmp_path, "check", article, "--baseline", "b.json").returncode == 0
    assert s3reach(tmp_path, "check", article).returncode == 1
    (tmp_path / ".s3reach.toml").write_text('baseline = "b.json"\n')
    report = json.loads(s3reach(tmp_path, "check", article, "-f", "json").stdout)
    assert [one["status"] for one in report["findings"]] == ["baseline", "baseline"]
    assert report["summary"]["findings"] == {"error": 0, "warning": 0, "note": 0, "waived": 0, "baseline": 2}
    other = s3reach(tmp_path, "check", str(SAMPLES / "cross-region-bucket" / "plan.json"))
    assert other.returncode == 1
    assert "2 entries of b.json match nothing any more" in other.stdout
    (tmp_path / "b.json").unlink()
    assert s3reach(tmp_path, "check", article).stderr == "s3reach: b.json: cannot be read: No such file or directory\n"
    assert s3reach(tmp_path, "check", article, "--write-baseline", "b.json").returncode == 0

"""Does AWS settle what the inputs leave open, and does a recorded network say the same without it?"""

import json
import subprocess
import sys
from dataclasses import replace

import jsonschema
import msgspec
import pytest

from validator.errors import UsageError
from validator.frontends.snapshot.document import SCHEMA, Snapshot, schema
from validator.live.calls import CALLS
from validator.options import Live, Options
from validator.pipeline import check
from validator.report import json as as_json
from validator.report.surroundings import Surroundings

READ_ONLY = {str(call) for call in CALLS}


def findings(report):
    return {(one.policy, one.workload, one.verdict.value) for one in report.findings if one.severity.value == "error"}


def ends(report):
    return {(one.workload.id.rpartition(".")[2], one.position.subnet): one.disposition.value for one in report.analysis.accesses}


def live(path, **options):
    return check(Options((str(path),), live=Live(timeout=30, **options)))


def test_is_what_aws_was_not_asked_about_unknown(aws, plan):
    report = check(Options((str(plan),)))
    assert findings(report) == {
        ("s3-bucket-region-unknown", "aws_lambda_function.reader", "fail"),
        ("s3-path-unresolved", "aws_lambda_function.writer", "unknown"),
    }
    assert aws.asked == []


def test_does_aws_settle_the_same_plan_exactly(network, plan):
    report = live(plan)
    assert ends(report) == {
        ("reader", network.covered): "via-gateway-endpoint",
        ("writer", network.covered): "via-gateway-endpoint",
        ("writer", network.forgotten): "no-route",
    }
    assert findings(report) == {("route-table-without-gateway-endpoint", "aws_lambda_function.writer", "fail")}
    assert report.remarks == ()
    (reader,) = [one for one in report.analysis.accesses if one.workload.id.endswith("reader")]
    assert (reader.bucket.region, reader.bucket.region_source) == ("eu-west-1", "AWS on 2026-11-24T10:00Z")
    (place,) = {hop.location.path for hop in reader.paths[0].hops if hop.kind == "vpc-endpoint"}
    assert place == "AWS on 2026-11-24T10:00Z"


def test_are_the_bytes_the_same_with_the_recorded_network(aws, plan, tmp_path):
    report = live(plan, record=tmp_path / "network.json")
    (tmp_path / "network.json").write_text(report.network)
    asked = len(aws.asked)
    offline = check(Options((str(plan),), network=tmp_path / "network.json"))
    assert as_json.render(offline, Surroundings()) == as_json.render(report, Surroundings())
    assert len(aws.asked) == asked


def test_does_snapshot_record_what_a_plan_asks_for(plan, tmp_path):
    shown = as_json.render(live(plan), Surroundings())
    run = subprocess.run(
        [sys.executable, "-m", "validator", "snapshot", str(plan), "-o", str(tmp_path / "network.json")], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    offline = check(Options((str(plan),), network=tmp_path / "network.json"))
    assert as_json.render(offline, Surroundings()) == shown


def test_is_every_call_one_that_only_reads(aws, plan):
    live(plan)
    assert {one.call for one in aws.asked if not one.call.startswith("s3:")} < READ_ONLY
    assert {one.call for one in aws.asked if one.call.startswith("s3:")} == {"s3:HEAD /another-teams-data"}
    assert all("testing" not in str(one.parameters) for one in aws.asked)


def test_is_nothing_imported_that_asks_where_nobody_asks(plan):
    code = f"import sys; from validator.cli import run; sys.argv = ['s3reach', 'check', {str(plan)!r}]; run(); print('boto3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.endswith("False\n")


def test_does_a_recorded_network_follow_its_schema(plan):
    jsonschema.validate(json.loads(live(plan).network), json.loads(schema()))


def test_is_an_old_network_refused(tmp_path, plan):
    file = tmp_path / "network.json"
    file.write_bytes(msgspec.json.encode(Snapshot(SCHEMA, "2026-11-20T10:00:00Z")))
    options = Options((str(plan),), network=file)
    assert check(options).remarks == (f"{file}: the network as AWS showed it on 2026-11-20T10:00:00Z, 4 days ago",)
    with pytest.raises(UsageError, match=r"was recorded 4\.0 days ago, expected at most 3"):
        check(replace(options, max_age=3))

"""Is what AWS does not answer unknown, with the reason, and never fine? Faults between the client and moto, call by call."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import Fault, refusal

from validator.live.calls import permissions
from validator.options import Live, Options
from validator.pipeline import check
from validator.values import Unknown


def live(path, timeout=30.0):
    return check(Options((str(path),), live=Live(timeout=timeout)))


def on(call, fault):
    return lambda asked: fault if asked.call.partition(" ")[0] == call else None


def dispositions(report):
    return {one.workload.id.rpartition(".")[2]: one.disposition.value for one in report.analysis.accesses if one.workload.id.endswith("writer")}


def causes(report):
    return {f"{cause.subject} {cause.reason}" for access in report.analysis.accesses for cause in access.causes}


def refused_by(call):
    """The refusal in the words of the service's protocol."""
    if call.startswith("ec2:"):
        return refusal("UnauthorizedOperation")
    return Fault(status=400, body='{"__type": "AccessDeniedException"}')


REFUSED = {
    "ec2:DescribeSubnets": "{covered} is not known: ec2:DescribeSubnets in eu-west-1 was denied (UnauthorizedOperation)",
    "ec2:DescribeRouteTables": "{vpc} is not known: ec2:DescribeRouteTables in eu-west-1 was denied (UnauthorizedOperation)",
    "ec2:DescribeVpcEndpoints": "{vpc} is not known: ec2:DescribeVpcEndpoints in eu-west-1 was denied (UnauthorizedOperation)",
    "ec2:DescribeVpcs": "{vpc} is not known: ec2:DescribeVpcs in eu-west-1 was denied (UnauthorizedOperation)",
    "ec2:DescribeVpcAttribute": "{vpc} is not known: ec2:DescribeVpcAttribute in eu-west-1 was denied (UnauthorizedOperation)",
    "ec2:DescribeSecurityGroups": "{group} is not known: ec2:DescribeSecurityGroups in eu-west-1 was denied (UnauthorizedOperation)",
    "route53resolver:ListResolverRuleAssociations": (
        "{vpc} is not known: route53resolver:ListResolverRuleAssociations in eu-west-1 was denied (AccessDeniedException)"
    ),
    "ec2:DescribeNetworkAcls": "{vpc} is not known: ec2:DescribeNetworkAcls in eu-west-1 was denied (UnauthorizedOperation)",
}


@pytest.mark.parametrize("call", REFUSED)
def test_is_what_a_denied_call_leaves_open_unknown_with_that_as_the_cause(call, aws, network, plan):
    aws.fault = on(call, refused_by(call))
    report = live(plan)
    covered = [one for one in report.analysis.accesses if one.position.subnet == network.covered]
    assert {one.disposition.value for one in covered} == {"unknown"}
    assert REFUSED[call].format(covered=network.covered, vpc=network.vpc, group=network.group) in causes(report)
    assert any(one.startswith(f"{call} in eu-west-1, account 123456789012 was denied (") for one in report.remarks)
    assert report.exit_code == 1


# A closed VPC is one of which nothing is missing: these calls say nothing that this plan's paths need.
@pytest.mark.parametrize("call", ["ec2:DescribeNatGateways", "ec2:DescribeInternetGateways"])
def test_does_a_denied_call_that_no_path_needs_leave_the_verdict(call, aws, plan):
    aws.fault = on(call, refusal("UnauthorizedOperation"))
    report = live(plan)
    assert dispositions(report)["writer"] in {"via-gateway-endpoint", "no-route"}
    assert report.remarks == (f"{call} in eu-west-1, account 123456789012 was denied (UnauthorizedOperation)",)


def test_is_the_region_of_a_bucket_known_although_it_is_forbidden(aws, plan):
    aws.fault = lambda asked: Fault(status=403, headers={"x-amz-bucket-region": "us-west-2"}) if asked.call.startswith("s3:HEAD") else None
    report = live(plan)
    (reader,) = [one for one in report.analysis.accesses if one.workload.id.endswith("reader")]
    assert (reader.bucket.region, report.remarks) == ("us-west-2", ())
    assert [one.policy for one in report.findings if one.workload == reader.workload.id] == ["cross-region-s3-unreachable"]


@pytest.mark.parametrize("status", [301, 307, 400])
def test_is_a_bucket_elsewhere_asked_once(status, aws, plan):
    aws.fault = lambda asked: Fault(status=status, headers={"x-amz-bucket-region": "eu-central-1"}) if asked.call.startswith("s3:HEAD") else None
    (reader,) = [one for one in live(plan).analysis.accesses if one.workload.id.endswith("reader")]
    assert reader.bucket.region == "eu-central-1"
    assert len([one for one in aws.asked if one.call.startswith("s3:HEAD")]) == 1


def test_is_a_bucket_that_does_not_exist_told_as_such(aws, plan):
    aws.fault = lambda asked: Fault(status=404) if asked.call.startswith("s3:HEAD") else None
    report = live(plan)
    (finding,) = [one for one in report.findings if one.workload and one.workload.endswith("reader")]
    assert (finding.policy, finding.verdict.value) == ("s3-bucket-region-unknown", "fail")
    assert "another-teams-data does not exist: S3 answered that there is no such bucket" in finding.message


def test_is_a_bucket_without_an_answer_unknown_and_spoken_for_by_the_configuration(aws, plan):
    aws.fault = lambda asked: Fault(status=403) if asked.call.startswith("s3:HEAD") else None
    report = live(plan)
    (finding,) = [one for one in report.findings if one.workload and one.workload.endswith("reader")]
    assert finding.policy == "s3-bucket-region-unknown"
    assert "another-teams-data is not known: s3:HeadBucket in eu-west-1 was answered with 403, without a Region" in finding.message
    options = Options((str(plan),), live=Live(timeout=30), buckets={"another-*": "eu-west-1"})
    (reader,) = [one for one in check(options).analysis.accesses if one.workload.id.endswith("reader")]
    assert (reader.bucket.region, reader.bucket.region_source) == ("eu-west-1", "[buckets] in the configuration")


def test_does_aws_know_better_than_the_configuration(plan):
    options = Options((str(plan),), live=Live(timeout=30), buckets={"another-*": "us-west-2"})
    (reader,) = [one for one in check(options).analysis.accesses if one.workload.id.endswith("reader")]
    assert reader.bucket.region == "eu-west-1"


@pytest.mark.parametrize(
    ("region", "told"), [("me-south-1", "the account has not enabled that Region"), ("eu-west-9", "a Region that this version does not know")]
)
def test_is_a_region_that_not_everybody_can_use_told_as_such(region, told, aws, plan):
    answer = f"<R><regionInfo><item><regionName>{region}</regionName><optInStatus>not-opted-in</optInStatus></item></regionInfo></R>"

    def fault(asked):
        if asked.call.startswith("s3:HEAD"):
            return Fault(status=403, headers={"x-amz-bucket-region": region})
        return Fault(status=200, body=answer if region == "me-south-1" else "<R><regionInfo/></R>") if asked.call == "ec2:DescribeRegions" else None

    aws.fault = fault
    (reader,) = [one for one in live(plan).analysis.accesses if one.workload.id.endswith("reader")]
    assert (reader.bucket.region, reader.bucket.region_source.partition("; ")[2]) == (region, told)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (Fault(hang_up=True), "did not get through (ConnectionClosedError)"),
        (Fault(cut=True), "has an answer that cannot be read"),
        (Fault(status=200, body="<DescribeRouteTablesRes"), "has an answer that cannot be read"),
        (Fault(status=200, body=""), "has an answer that cannot be read"),
        (refusal("InternalError", 500), "failed (InternalError)"),
        (Fault(status=503, body="Service Unavailable"), "has an answer that cannot be read"),
        (refusal("RequestLimitExceeded", 503), "was throttled (RequestLimitExceeded)"),
        (refusal("Throttling", 400), "was throttled (Throttling)"),
        (refusal("OptInRequired", 401), "does not know the credentials (OptInRequired): they are wrong, or the account has not enabled that Region"),
        (refusal("RequestExpired", 400), "was asked with credentials that have expired (RequestExpired)"),
    ],
    ids=lambda one: None if isinstance(one, Fault) else one.partition(" (")[0],
)
def test_is_a_spoilt_answer_none(fault, told, aws, plan):
    aws.fault = on("ec2:DescribeRouteTables", fault)
    report = live(plan)
    assert {one.disposition.value for one in report.analysis.accesses} == {"unknown"}
    assert report.exit_code == 1
    (remark,) = report.remarks
    assert remark.startswith(f"ec2:DescribeRouteTables in eu-west-1, account 123456789012 {told}")


def test_does_a_second_try_help(aws, plan):
    failed = []

    def once(asked):
        if asked.call == "ec2:DescribeRouteTables" and not failed:
            failed.append(asked)
            return refusal("RequestLimitExceeded", 503)
        return None

    aws.fault = once
    report = live(plan)
    assert report.remarks == ()
    assert dispositions(report) != {}


def test_does_a_run_end_by_its_deadline(aws, plan):
    aws.fault = on("ec2:DescribeRouteTables", Fault(seconds=20))
    started = time.monotonic()
    run = subprocess.run(
        [sys.executable, "-m", "validator", "check", str(plan), "--live", "--live-timeout", "4"], capture_output=True, text=True, check=False
    )
    assert time.monotonic() - started < 10
    assert run.returncode == 1
    assert "ec2:DescribeRouteTables in eu-west-1, account 123456789012 had no answer within 4 s" in run.stderr
    assert "not decided" in run.stdout


def test_is_everything_unknown_without_credentials(aws, plan, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    report = live(plan)
    assert {one.disposition.value for one in report.analysis.accesses} == {"unknown"}
    assert aws.asked == []
    assert "ec2:DescribeSubnets in eu-west-1 has no credentials to ask with" in report.remarks
    assert report.exit_code == 1


@pytest.mark.parametrize("code", ["InvalidClientTokenId", "ExpiredToken"])
def test_is_nobody_asked_further_with_credentials_that_are_refused(code, aws, plan):
    aws.fault = on("sts:GetCallerIdentity", refusal(code))
    report = live(plan)
    assert {one.call for one in aws.asked} == {"sts:GetCallerIdentity"}
    assert all(code in remark for remark in report.remarks)
    assert report.exit_code == 1


def test_is_a_profile_that_is_not_there_an_answer(plan):
    report = check(Options((str(plan),), live=Live(profiles={"": "nobody"})))
    assert any("could not be made (ProfileNotFound)" in remark for remark in report.remarks)
    assert report.exit_code == 1


def test_is_a_subnet_that_is_gone_told_as_such(network, plan):
    plan.write_text(plan.read_text().replace(network.forgotten, "subnet-0123456789abcdef0"))
    report = live(plan)
    (gone,) = [one for one in report.analysis.accesses if one.position.subnet == "subnet-0123456789abcdef0"]
    assert isinstance(gone.position.vpc, Unknown)
    told = "subnet-0123456789abcdef0 is not there: account 123456789012 has none of that name in eu-west-1"
    assert told in causes(report)


def test_do_the_documents_hold_the_permissions_that_asking_needs():
    written = (Path(__file__).parent.parent.parent / "validator" / "live" / "README.md").read_text()
    assert permissions() in written

"""Is each account asked with the credentials that are given for it, and what does the command record?"""

import json
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
from conftest import REGION, refusal

from validator.frontends.snapshot.document import Snapshot, read
from validator.options import Live, Options
from validator.pipeline import check

HERE = Path(__file__).parent
ROLE = "arn:aws:iam::999999999999:role/reader"


@pytest.fixture
def two_accounts(network, moto, tmp_path):
    """A plan for two accounts: the subnet of the other one has no endpoint. Both as a plan and as its sources."""
    url = f"http://{moto[0]}:{moto[1]}"
    taken = boto3.client("sts", region_name=REGION, endpoint_url=url).assume_role(RoleArn=ROLE, RoleSessionName="test")["Credentials"]
    session = boto3.Session(taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"])
    ec2 = session.client("ec2", region_name=REGION, endpoint_url=url)
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.1.0/24")["Subnet"]["SubnetId"]
    for name in ("plan.json", "main.tf"):
        text = (HERE / "accounts" / name).read_text()
        text = text.replace("subnet-00000000000000001", network.covered).replace("subnet-00000000000000002", subnet)
        (tmp_path / name.partition(".")[0]).mkdir()
        (tmp_path / name.partition(".")[0] / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize("form", ["plan/plan.json", "main"])
def test_is_each_provider_asked_with_its_own_role(form, two_accounts):
    live = Live(timeout=30, roles={"aws.other": ROLE})
    report = check(Options((str(two_accounts / form),), live=live))
    assert {one.workload.id.rpartition(".")[2]: one.disposition.value for one in report.analysis.accesses} == {
        "here": "via-gateway-endpoint",
        "there": "no-route",
    }
    places = json.loads(report.network)["places"]
    assert [(one["account"], len(one["vpcs"])) for one in places] == [("123456789012", 1), ("999999999999", 1)]


def test_does_an_account_without_its_role_not_have_the_subnet(two_accounts):
    report = check(Options((str(two_accounts / "plan" / "plan.json"),), live=Live(timeout=30)))
    ends = {one.workload.id.rpartition(".")[2]: one for one in report.analysis.accesses}
    assert (ends["here"].disposition.value, ends["there"].disposition.value) == ("via-gateway-endpoint", "unknown")
    assert any("account 123456789012 has none of that name" in cause.reason for cause in ends["there"].causes)


def test_is_a_role_that_cannot_be_taken_an_answer(two_accounts, aws):
    aws.fault = lambda asked: refusal("AccessDenied") if asked.call == "sts:AssumeRole" else None
    live = Live(timeout=30, roles={"aws.other": ROLE})
    report = check(Options((str(two_accounts / "plan" / "plan.json"),), live=live))
    ends = {one.workload.id.rpartition(".")[2]: one.disposition.value for one in report.analysis.accesses}
    assert ends == {"here": "via-gateway-endpoint", "there": "unknown"}
    assert report.remarks == ("ec2:DescribeSubnets in eu-west-1 has nobody to ask as: the role was not given (AccessDenied)",)


def run(*arguments):
    return subprocess.run([sys.executable, "-m", "validator", *arguments], capture_output=True, text=True, check=False)


def recorded(*arguments, file) -> Snapshot:
    done = run("snapshot", *arguments, "-o", str(file))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return read(file)


def test_does_the_command_record_vpcs_buckets_and_whole_regions(network, tmp_path):
    file = tmp_path / "network.json"
    (place,) = recorded("--region", REGION, "--vpc", network.vpc, "--bucket", "another-teams-data", file=file).places
    assert (place.whole, [one.vpc_id for one in place.vpcs]) == ((network.vpc,), [network.vpc])
    assert [(one.name, one.bucket_region) for one in place.buckets] == [("another-teams-data", REGION)]
    (place,) = recorded("--region", REGION, file=file).places
    # Every account has a default VPC.
    assert len(place.whole) == 2
    assert network.vpc in place.whole
    done = run("check", "--network", str(file))
    assert done.returncode == 0
    assert network.covered in done.stdout


def test_does_the_command_say_what_it_lacks():
    assert run("snapshot").stderr == "s3reach: nothing says what to record: give a PATH, or --region with --vpc, --bucket or by itself\n"
    assert run("check").stderr == "s3reach: no input is named: give a PATH, or a recorded network with --network FILE\n"
    assert run("check", "x.json", "--record", "y.json").stderr == "s3reach: --record writes what AWS said, and goes with --live\n"
    assert run("check", "--network", "nowhere.json").stderr.startswith("s3reach: nowhere.json: No such file or directory")


def test_does_a_network_that_lacks_answers_end_with_1(network, aws, tmp_path):
    aws.fault = lambda asked: refusal("UnauthorizedOperation") if asked.call == "ec2:DescribeRouteTables" else None
    done = run("snapshot", "--region", REGION, "--vpc", network.vpc, "-o", str(tmp_path / "network.json"))
    assert done.returncode == 1
    assert done.stderr == "s3reach: ec2:DescribeRouteTables in eu-west-1, account 123456789012 was denied (UnauthorizedOperation)\n"
    told = run("check", "--network", str(tmp_path / "network.json"))
    assert "ec2:DescribeRouteTables in eu-west-1, account 123456789012 was denied (UnauthorizedOperation)" in told.stderr

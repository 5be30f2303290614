"""Do our names agree with botocore's own rules, and does what they make read back?"""

import json
from pathlib import Path

import botocore
import pytest

from validator.analysis.clients import _host
from validator.analysis.trace import _regional_name
from validator.regions import (
    PLAIN,
    REGIONS,
    HostForm,
    HostOptions,
    is_region,
    parse_s3_host,
    partition_of,
    region_in_bucket_name,
    s3_host,
)

PARTITIONS = json.loads((Path(botocore.__file__).parent / "data" / "partitions.json").read_text())["partitions"]
KNOWN = {region: partition["id"] for partition in PARTITIONS for region in partition["regions"] if not region.endswith("-global")}


def test_are_the_regions_those_that_botocore_knows():
    assert set(REGIONS) == set(KNOWN)


@pytest.mark.parametrize("region", sorted(KNOWN))
def test_is_every_region_in_its_partition(region):
    assert partition_of(region) == KNOWN[region]


@pytest.mark.parametrize("region", sorted(KNOWN))
@pytest.mark.parametrize("bucket", ["data", "data-2026", "dotted.name", "UPPER"])
def test_is_the_short_way_to_a_host_the_rules_own(region, bucket):
    assert _host(bucket, region, PLAIN) == s3_host(bucket, region)


@pytest.mark.parametrize("region", sorted(KNOWN))
def test_is_the_name_without_a_bucket_the_rules_own(region):
    assert _regional_name(region) == s3_host(None, region)


def test_is_a_client_without_a_region_on_the_global_name():
    assert s3_host("data", None, HostOptions(global_name=True)) == "data.s3.amazonaws.com" == _host("data", None, HostOptions(global_name=True))
    assert s3_host("data", "us-east-1", HostOptions(global_name=True)) == "data.s3.amazonaws.com"


@pytest.mark.parametrize("region", sorted(KNOWN))
@pytest.mark.parametrize("options", [PLAIN, HostOptions(dualstack=True), HostOptions(path_style=True)])
def test_does_a_host_that_the_rules_make_read_back(region, options):
    try:
        host = s3_host("data", region, options)
    except ValueError:
        pytest.skip("the rules refuse it")
    read = parse_s3_host(host)
    assert read is not None
    assert read.region == region
    assert read.bucket == (None if options.path_style else "data")
    assert read.form is (HostForm.DUALSTACK if options.dualstack else HostForm.REGIONAL)


@pytest.mark.parametrize(
    ("host", "form", "bucket", "region", "answers"),
    [
        ("data.s3.amazonaws.com", HostForm.GLOBAL, "data", None, None),
        ("s3.amazonaws.com", HostForm.GLOBAL, None, None, "us-east-1"),
        ("data.s3-us-west-2.amazonaws.com", HostForm.DASH, "data", "us-west-2", "us-west-2"),
        ("s3-external-1.amazonaws.com", HostForm.EXTERNAL, None, None, "us-east-1"),
        ("data.s3-accelerate.amazonaws.com", HostForm.ACCELERATE, "data", None, None),
        ("data.s3-website.eu-central-1.amazonaws.com", HostForm.WEBSITE, "data", "eu-central-1", "eu-central-1"),
        ("bucket.vpce-0a1b-2c3d.s3.eu-west-1.vpce.amazonaws.com", HostForm.ENDPOINT, None, "eu-west-1", "eu-west-1"),
        ("a.s3.b.s3.eu-west-1.amazonaws.com", HostForm.REGIONAL, "a.s3.b", "eu-west-1", "eu-west-1"),
    ],
)
def test_is_every_form_of_host_read(host, form, bucket, region, answers):
    read = parse_s3_host(host)
    assert (read.form, read.bucket, read.region, read.address_region) == (form, bucket, region, answers)


@pytest.mark.parametrize("host", ["example.com", "s3amazonaws.com", "awscli.amazonaws.com", "s3.eu-west-1.amazonaws.com.evil.org", "x" * 300])
def test_is_what_is_not_s3_no_host_of_s3(host):
    assert parse_s3_host(host) is None


@pytest.mark.parametrize(("name", "known"), [("eu-west-1", True), ("eu-west-1a", False), ("moon", False), ("us-gov-west-1", True), ("", False)])
def test_is_a_region_told_from_other_words(name, known):
    assert is_region(name) is known


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("x--use1-az4--x-s3", "us-east-1"),
        ("logs-123456789012-eu-west-1-an", "eu-west-1"),
        ("cdk-hnb659fds-assets-123456789012-eu-west-1", "eu-west-1"),
        ("cdk-x-assets-1", None),
        ("logs-eu-west-1", None),
        ("x--zzz9-az1--x-s3", None),
    ],
)
def test_is_a_region_in_a_bucket_name_taken_only_where_aws_fixes_it(name, region):
    assert region_in_bucket_name(name) == region

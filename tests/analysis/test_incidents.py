"""Outages that people reported: is the root cause of each found, in a sample or in a network told like the situations?"""

import json
from pathlib import Path

import pytest
import yaml
from situations import Situation
from situations_written import template

from validator.options import Options
from validator.pipeline import check

ROOT = Path(__file__).parent.parent.parent
GITHUB = "https://github.com/"
INTERFACE = {"type": "Interface", "subnets": ["app"]}
PUBLIC = {"public": {"cidr": "10.0.0.0/24"}}

# What was reported, the sample that shows it, and the policy that names the cause.
IN_SAMPLES = [
    ("cds-snc/forms-terraform/pull/1296", "main-route-table", "route-table-without-gateway-endpoint"),
    ("cloud-gov/terraform-provision/pull/61", "uneven-coverage", "uneven-gateway-endpoint-coverage"),
    ("sassoftware/viya4-iac-aws/issues/180", "interface-endpoint-without-private-dns", "interface-endpoint-without-private-dns"),
    ("aws-samples/aws-secure-environment-accelerator/issues/1108", "private-zone-without-wildcard", "vpc-dns-disabled"),
    ("GuardBench/guardbench-iac/issues/4", "security-group-without-s3", "security-group-denies-s3"),
    ("cds-snc/covid-alert-server-staging-terraform/pull/87", "security-group-without-s3", "security-group-denies-s3"),
    ("ministryofjustice/modernisation-platform/issues/1199", "network-acl-denies", "network-acl-denies-s3"),
    ("amazonlinux/amazon-linux-2023/issues/535", "dualstack-name-past-the-endpoint", "interface-endpoint-without-private-dns"),
    ("grafana/mimir/issues/7382", "dualstack-name-past-the-endpoint", "interface-endpoint-without-private-dns"),
    ("fluxcd/source-controller/issues/826", "dualstack-name-past-the-endpoint", "interface-endpoint-without-private-dns"),
    ("bottlerocket-os/bottlerocket/issues/4372", "fips-name-past-the-endpoint", "interface-endpoint-without-private-dns"),
    ("data-dot-all/dataall/issues/618", "prefix-list-of-another-region", "security-group-denies-s3"),
    ("aws-solutions-library-samples/guidance-for-clickstream-analytics-on-aws/pull/446", "private-nat-gateway", "s3-unreachable"),
    ("awslabs/service-workbench-on-aws/pull/692", "cross-region-bucket", "cross-region-s3-unreachable"),
    ("data-science-on-aws/data-science-on-aws/issues/221", "copy-from-another-region", "cross-region-copy-refused"),
    ("boto/boto3/issues/720", "function-in-public-subnet", "s3-unreachable"),
]  # fmt: skip

# The same for networks that no sample shows.
IN_NETWORKS = [
    ("sassoftware/viya4-iac-aws/issues/272", "route-table-without-gateway-endpoint", {"endpoints": {"s3": {"tables": []}}}),
    (
        "terraform-aws-modules/terraform-aws-vpc/pull/618",
        "route-table-without-gateway-endpoint",
        {"subnets": {"other": {"cidr": "10.0.2.0/24"}}, "endpoints": {"s3": {"tables": ["other"]}}},
    ),
    (
        "terraform-aws-modules/terraform-aws-vpc/issues/1012",
        "s3-through-nat-gateway",
        {
            "subnets": PUBLIC, "nats": {"nat": {"subnet": "public"}}, "endpoints": {"s3": INTERFACE},
            "routes": [["public", "0.0.0.0/0", "igw"], ["app", "0.0.0.0/0", "nat"]],
        },
    ),
    (
        "terraform-aws-modules/terraform-aws-vpc/issues/1012",
        "interface-endpoint-without-private-dns",
        {"endpoints": {"s3": {**INTERFACE, "private_dns": True}}},
    ),
    ("aws/aws-sdk-go/issues/1891", "s3-unreachable", {"function": True}),
    ("serverless/serverless/issues/4362", "s3-unreachable", {"function": True}),
    ("brefphp/bref/issues/608", "s3-unreachable", {"function": True, "routes": [["app", "0.0.0.0/0", "igw"]]}),
    ("thephpleague/flysystem-aws-s3-v3/issues/179", "s3-unreachable", {"function": True}),
    (
        "awslabs/aws-transit-vpc/issues/26",
        "s3-unreachable",
        {"function": True, "region": "us-west-2", "host": "data.s3-us-west-2.amazonaws.com"},
    ),
    (
        "aws-solutions-library-samples/guidance-for-clickstream-analytics-on-aws/pull/446",
        "s3-unreachable",
        {"subnets": PUBLIC, "nats": {"nat": {"subnet": "public"}}, "routes": [["app", "0.0.0.0/0", "nat"]]},
    ),
    (
        "aws/sagemaker-spark-container/issues/99",
        "vpc-dns-disabled",
        {"region": "us-east-1", "host": "data.s3-us-east-1.amazonaws.com", "endpoints": {"s3": {"tables": ["app"]}}},
    ),
    (
        "hms-dbmi/hail-on-AWS-spot-instances/issues/6",
        "cross-region-s3-unreachable",
        {"region": "eu-central-1", "host": "data.s3.us-east-1.amazonaws.com", "endpoints": {"s3": {"tables": ["app"]}}},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("report", "sample", "policy"), IN_SAMPLES)
def test_does_the_sample_of_a_report_name_its_cause(report, sample, policy):
    expected = yaml.safe_load((ROOT / "samples" / sample / "expected.yaml").read_text())
    found = check(Options((str(ROOT / "samples" / sample / "plan.json"),), buckets=expected.get("buckets", {}))).findings
    assert policy in {one.policy for one in found}, GITHUB + report


@pytest.mark.parametrize(("report", "policy", "row"), IN_NETWORKS)
def test_does_the_network_of_a_report_name_its_cause(report, policy, row, tmp_path):
    situation = Situation(row)
    path = tmp_path / "template.json"
    path.write_text(json.dumps(template(situation)))
    found = check(Options((str(path),), regions=(situation.region,), buckets={"data": situation.region})).findings
    assert [one.policy for one in found if one.workload] == [policy], GITHUB + report

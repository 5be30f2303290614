"""Buckets of AWS's own that workloads use: by the pattern of their names, with their Region and the page that tells.

A bucket whose documented URL is ``https://s3.amazonaws.com/BUCKET/...`` can only be in us-east-1: path-style requests to the global name
reach no other Region (S3 guide, "Virtual hosting of buckets").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from validator.regions import REGIONS

_REGION = r"(?P<region>[a-z]{2,4}(?:-[a-z]+){1,2}-\d{1,2})"
_COMPACT = {region.replace("-", ""): region for region in REGIONS}
_US_EAST_1 = "us-east-1"


@dataclass(frozen=True, slots=True)
class AwsBuckets:
    """One family. ``region``: the only Region that has it; None: the one in the name, or one that nothing tells."""

    pattern: re.Pattern[str]
    source: str
    region: str | None = None


@dataclass(frozen=True, slots=True)
class AwsOwned:
    """That a bucket is AWS's. ``region`` None: nothing tells it; ``source`` says in words where it stands."""

    region: str | None
    source: str | None


def _rows(source: str, *patterns: str, region: str | None = None) -> tuple[AwsBuckets, ...]:
    return tuple(AwsBuckets(re.compile(pattern.replace("REGION", _REGION)), source, region) for pattern in patterns)


AWS_BUCKETS: tuple[AwsBuckets, ...] = (
    *_rows("ECR guide, Interface VPC endpoints", r"prod-REGION-starport-layer-bucket"),
    *_rows(
        "Amazon Linux guides, repositories",
        r"packages\.REGION\.amazonaws\.com", r"repo\.REGION\.amazonaws\.com", r"amazonlinux\.REGION\.amazonaws\.com",
        r"amazonlinux-2-repos-REGION", r"al2023-repos-REGION-de612dc2",
    ),
    *_rows(
        "Systems Manager guide, SSM Agent communications with AWS managed S3 buckets",
        r"amazon-ssm-REGION", r"aws-ssm-REGION", r"amazon-ssm-packages-REGION", r"REGION-birdwatcher-prod", r"aws-windows-downloads-REGION",
        r"aws-ssm-distributor-file-REGION", r"aws-ssm-document-attachments-REGION", r"patch-baseline-snapshot-REGION(?:-[a-z0-9]+)?",
        r"aws-patch-manager-REGION-[a-z0-9]+", r"aws-patchmanager-macos-REGION(?:-[a-z0-9]+)?",
    ),
    *_rows(
        "CloudFormation guide, VPC endpoints",
        r"cloudformation-waitcondition-REGION", r"cloudformation-custom-resource-response-(?P<compact>[a-z0-9]+)",
    ),
    *_rows("CodeDeploy guide, resource kit", r"aws-codedeploy-REGION"),
    *_rows("CloudWatch guide, downloading the agent", r"amazoncloudwatch-agent-REGION"),
    *_rows(
        "Image Builder guide, VPC endpoints", r"ec2imagebuilder-toe-REGION-prod", r"ec2imagebuilder-managed-resources-REGION-prod",
        r"ec2imagebuilder-[a-z-]+-REGION-prod",
    ),
    *_rows("EC2 guide, Nitro Enclaves", r"aws-ec2-enclave-certificate-REGION(?:-prod)?"),
    *_rows("X-Ray guide, running the daemon", r"aws-xray-assets\.REGION"),
    *_rows("ECS guide, installing the agent", r"amazon-ecs-agent-REGION"),
    *_rows(
        "Elastic Beanstalk guide, VPC endpoint policies",
        r"elasticbeanstalk-(?:platform-assets|env-resources|samples)-REGION(?:-[0-9a-f]{8})?", r"elasticbeanstalk-REGION",
    ),
    *_rows(
        "EMR guide, minimum S3 policy for private subnets",
        r"repo\.REGION\.emr\.amazonaws\.com", r"REGION\.elasticmapreduce", r"REGION\.elasticmapreduce\.samples", r"prod\.REGION\.appinfo\.src",
        r"aws157-(?:logs|instance-data-[01])-prod-REGION",
    ),
    *_rows("EMR guide, minimum S3 policy for private subnets", r"aws157-logs-prod", region=_US_EAST_1),
    *_rows(
        "Migration and disaster recovery guides, network requirements",
        r"aws-(?:mgn|drs)-(?:clients|internal)-REGION(?:-[0-9a-z]+)?", r"aws-(?:application-migration-service|elastic-disaster-recovery)-REGION",
    ),
    *_rows("SageMaker guide, JumpStart in a VPC", r"jumpstart-cache-prod-REGION"),
    *_rows("Lambda guide, code of functions", r"awslambda-REGION-tasks"),
    *_rows("Athena guide, sample data", r"athena-examples-REGION"),
    *_rows("Neptune guide, notebooks", r"aws-neptune-notebook-REGION"),
    *_rows("Kubernetes, registry.k8s.io on AWS", r"prod-registry-k8s-io-REGION"),
    *_rows(
        "documented at https://s3.amazonaws.com/BUCKET",
        r"ec2-downloads-windows", r"ec2-windows-drivers-downloads", r"amazon-ec2launch-v2", r"ec2rescue", r"ec2rescuelinux", r"aws-cloudwatch",
        r"ec2-downloads", r"cloudformation-examples", r"session-manager-downloads", r"redshift-downloads", r"amazoncloudwatch-agent",
        r"prod-04-2014-tasks", region=_US_EAST_1,
    ),
    *_rows(
        "EC2 guide, NVIDIA drivers: with --region us-east-1", r"ec2-(?:windows|linux)-nvidia-drivers", r"nvidia-gaming", region=_US_EAST_1,
    ),
    # AWS's, in a Region that no page tells.
    *_rows("EKS guide, installing kubectl", r"amazon-eks"),
    *_rows("ECS guide, installing the agent", r"amazon-ecs-agent"),
    *_rows("CloudFormation guide, examples", r"aws-cloudformation-.*-examples"),
)  # fmt: skip


@cache
def aws_owned(name: str) -> AwsOwned | None:
    """Whether ``name`` is a bucket of AWS's, and in which Region; None: it is not."""
    for row in AWS_BUCKETS:
        if found := row.pattern.fullmatch(name):
            if row.region is not None:
                return AwsOwned(row.region, row.source)
            groups = found.groupdict()
            region = groups.get("region") or _COMPACT.get(groups.get("compact") or "")
            return AwsOwned(region, "its name" if region else None)
    return None

"""The buckets of AWS's that a workload cannot do without: image layers of ECR, packages, the answers of custom resources."""

from __future__ import annotations

from collections.abc import Iterator

from validator.analysis.access import Client, Evidence, Host, Intent
from validator.model.storage import Bucket
from validator.model.workloads import Workload
from validator.source import SourceLocation
from validator.values import Unknown

# ECR answers a pull with presigned URLs into this bucket of the registry's Region (ECR guide, "Interface VPC endpoints").
_LAYERS = "prod-{region}-starport-layer-bucket"


def needed(workload: Workload) -> Iterator[Intent]:
    """An intent for each bucket that the workload's kind needs, and for the layers of each image that it pulls itself."""
    for need in workload.needs:
        yield _intent(workload, need.bucket, workload.region, need.why, workload.location)
    for image in workload.images:
        if image.pulled and image.registry is not None:
            yield _intent(workload, _LAYERS, image.registry, "it pulls an image from ECR, whose layers are there", image.location)


def _intent(workload: Workload, pattern: str, region: str | Unknown, why: str, location: SourceLocation) -> Intent:
    shown = region if isinstance(region, str) else "REGION"
    name = pattern.format(region=shown, compact=shown.replace("-", ""))
    bucket = Bucket(name, name if isinstance(region, str) else region, region, "its name" if isinstance(region, str) else None, "aws", None)
    # A name that is a host name is called as such; what AWS hands out is a URL in the Region's form, or the global one's in us-east-1.
    host = name if name.endswith(".amazonaws.com") else f"{name}.s3.{shown}.amazonaws.com"
    perhaps = f"{name}.s3.amazonaws.com" if host != name and region == "us-east-1" else None
    client = Client(None, region, "url", follows_redirects=False)
    return Intent(workload, bucket, client, (Host(host, region, perhaps=perhaps),), (Evidence("property", why, location),))

"""Copies that S3 makes itself, through an endpoint: it refuses those whose source is in another Region than the endpoint.

Source: aws-facts F9 and B5; https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from validator.analysis.access import Access, Disposition, Evidence, Hop, Intent, Path
from validator.analysis.estate import equal
from validator.model.storage import Bucket, BucketKind
from validator.values import Truth, Unknown, unknown


def sources_of(use: Intent | Access) -> tuple[Bucket, ...]:
    """The buckets that the workload has S3 copy from into this one."""
    return tuple(dict.fromkeys(source for one in use.evidence for source in one.copied_from))


def readings(intent: Intent) -> Iterator[Intent]:
    """What such a request asks of each bucket that it copies from: the object is read in the same request (S3 guide, "CopyObject")."""
    for source in sources_of(intent):
        reading = next(
            Evidence(one.kind, one.text, one.location, ("s3:GetObject",), signed=one.signed) for one in intent.evidence if source in one.copied_from
        )
        yield replace(intent, bucket=source, evidence=(reading,))


def copied(intent: Intent, path: Path) -> Path:
    """``path``, refused where S3 certainly refuses to copy through its endpoint, unknown with a doubt where it may.

    What lies behind a transit gateway or a firewall may be an endpoint, too; that is outside the inputs' view, as is the rest of that way.
    """
    if not path.disposition.by_endpoint or path.host.region is None:
        return path
    asked = [(source, _same(source, path)) for source in sources_of(intent)]
    for source, same in asked:
        if same is False:
            return _ended(path, source, Disposition.COPY_REFUSED, "through an endpoint S3 copies nothing from another Region")
    for source, same in asked:
        if isinstance(same, Unknown):
            ended = _ended(path, source, Disposition.UNKNOWN, "through an endpoint S3 copies only what is in the endpoint's Region")
            return replace(ended, causes=same.causes, doubt=Disposition.COPY_REFUSED)
    return path


def _same(source: Bucket, path: Path) -> Truth:
    """Whether what is copied from is in the Region that is asked."""
    if source.kind is BucketKind.MULTI_REGION_ACCESS_POINT:
        return unknown("leads to buckets in several Regions", source.id)
    return equal(source.region, path.host.region)


def _ended(path: Path, source: Bucket, disposition: Disposition, why: str) -> Path:
    arrived = tuple(hop for hop in path.hops if hop.kind != "s3")
    return replace(path, disposition=disposition, hops=(*arrived, Hop("copy", source.id, why, source.location)))

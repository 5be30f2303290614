"""Buckets that the inputs make or look up."""

from __future__ import annotations

from validator.conversion.fields import Fields
from validator.conversion.sources import Sources
from validator.conversion.vocabulary import BUCKET, Terms
from validator.model.network import Id
from validator.model.storage import Bucket, BucketKind
from validator.regions import is_region, region_in_bucket_name
from validator.values import Ref, Text, Unknown, unknown

_DIRECTORY = frozenset({"aws_s3_directory_bucket", "AWS::S3Express::DirectoryBucket"})


def buckets(sources: Sources) -> dict[Id, Bucket]:
    """Buckets by id, with their Region and what says so (decision rule 2 of the facts)."""
    return {fields.id: _bucket(sources, fields, terms) for fields, terms in sources.of(BUCKET)}


def _bucket(sources: Sources, fields: Fields, terms: Terms) -> Bucket:
    name = fields.text(terms["name"])
    if name is None:
        name = unknown("is chosen only when it is made", f"{fields.id}.{terms['name']}", fields.place())
    written = fields.value(terms["name"])
    looked_up = fields.resource.mode == "data"
    region, source = _looked_up_region(sources, fields, name) if looked_up else _made_in(fields)
    return Bucket(
        id=fields.id,
        name=name,
        region=region,
        region_source=source,
        owner="external" if looked_up else "input",
        location=fields.place(),
        kind=BucketKind.DIRECTORY if fields.resource.type in _DIRECTORY else BucketKind.GENERAL,
        exists=fields.resource.exists,
        sensitive=fields.sensitive(terms["name"]),
        written=written if isinstance(written, Text) else None,
    )


def _made_in(fields: Fields) -> tuple[str | Unknown, str | None]:
    region = fields.resource.region
    if isinstance(region, Unknown):
        return region, None
    return region, "the stack's Region" if fields.resource.type.startswith("AWS::") else "its provider's Region"


def _looked_up_region(sources: Sources, fields: Fields, name: str | Unknown) -> tuple[str | Unknown, str | None]:
    """A data source reads a bucket wherever it is: only what it has read says where (``region`` may be the provider's)."""
    for attribute in ("bucket_region", "region"):
        found = fields.value(attribute)
        # From version 6 on, ``region`` is an argument of the data source; the bucket's is in ``bucket_region``.
        if isinstance(found, str) and is_region(found) and (attribute == "bucket_region" or "bucket_region" not in fields.values):
            return found, "the data source"
    if isinstance(name, str) and (region := region_in_bucket_name(name)):
        return region, "its name"
    if isinstance(name, str) and (known := sources.bucket_regions.get(name)) is not None:
        return known.region, None if isinstance(known.region, Unknown) else known.source
    return unknown("is looked up only at apply", str(Ref(fields.id, "bucket_region")), fields.place()), None

"""Buckets that the inputs make or look up, what leads to them (access points), and which of them replicate to which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from validator.conversion.fields import Fields, known_items
from validator.conversion.linking import Links
from validator.conversion.sources import Sources
from validator.conversion.vocabulary import ACCESS_POINT, BUCKET, BUCKET_ASPECTS, MULTI_REGION_ACCESS_POINT, REPLICATION, VPC, Terms
from validator.conversion.walking import known_places
from validator.model.network import Id, Link
from validator.model.storage import Bucket, BucketKind
from validator.regions import is_region, region_in_bucket_name, region_of_zone
from validator.values import Ref, Text, Unknown, unknown

_DIRECTORY = frozenset({"aws_s3_directory_bucket", "AWS::S3Express::DirectoryBucket"})
_ACCOUNT_REGIONAL = "account-regional"


def buckets(sources: Sources) -> dict[Id, Bucket]:
    """Buckets and access points by id, with their Region and what says so (decision rule 2 of the facts)."""
    links = Links(sources)
    found = {fields.id: _bucket(sources, fields, terms) for fields, terms in sources.of(BUCKET)}
    for identity, replicas in _replicas(links).items():
        if identity in found:
            found[identity] = replace(found[identity], replicas=tuple(dict.fromkeys(replicas)))
    for identity, aspects in _aspects(links).items():
        if identity in found:
            found[identity] = replace(found[identity], aspects=tuple(sorted(aspects)))
    found |= {fields.id: _access_point(links, fields, terms) for fields, terms in sources.of(ACCESS_POINT)}
    found |= {fields.id: _multi_region(links, fields, terms) for fields, terms in sources.of(MULTI_REGION_ACCESS_POINT)}
    return found


def _bucket(sources: Sources, fields: Fields, terms: Terms) -> Bucket:
    name = fields.text(terms["name"])
    if name is None:
        name = _chosen(fields, terms)
    written = fields.value(terms["name"])
    looked_up = fields.resource.mode == "data"
    region, source = _looked_up_region(sources, fields, name) if looked_up else _made_in(fields, name, terms)
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


def _chosen(fields: Fields, terms: Terms) -> Unknown:
    """A name that is not given: made of a prefix, with the account and the Region in the account's own namespace (aws-facts H4)."""
    prefix = fields.text(terms.get("prefix", ""))
    namespace = fields.text(terms.get("namespace", ""))
    if isinstance(prefix, str) and namespace == _ACCOUNT_REGIONAL:
        return unknown(f"is {prefix}, the account and the Region", f"{fields.id}.{terms['name']}", fields.place())
    if isinstance(prefix, str):
        return unknown(f"starts with {prefix}, and is chosen only when it is made", f"{fields.id}.{terms['name']}", fields.place())
    return unknown("is chosen only when it is made", f"{fields.id}.{terms['name']}", fields.place())


def _made_in(fields: Fields, name: str | Unknown, terms: Terms) -> tuple[str | Unknown, str | None]:
    region = fields.resource.region
    if isinstance(region, str):
        return region, "the stack's Region" if fields.resource.type.startswith("AWS::") else "its provider's Region"
    if isinstance(name, str) and (named := region_in_bucket_name(name)):
        return named, "its name"
    zone = fields.text(terms.get("zone", ""))
    if isinstance(zone, str) and (of_zone := region_of_zone(zone)):
        return of_zone, "its zone"
    return region, None


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


def _access_point(links: Links, fields: Fields, terms: Terms) -> Bucket:
    """An access point: its Region is its bucket's, as AWS makes it nowhere else; it is called by its ARN or alias."""
    arn, region = fields.text("arn"), fields.resource.region
    looked_up = fields.resource.mode == "data"
    behind = tuple(_bucket_links(links, fields, terms["bucket"]))
    return Bucket(
        id=fields.id,
        name=arn if isinstance(arn, str) else unknown("is known only after deployment", f"{fields.id}.arn", fields.place()),
        region=region,
        region_source="the access point's Region" if isinstance(region, str) else None,
        owner="external" if looked_up else "input",
        location=fields.place(),
        kind=BucketKind.ACCESS_POINT,
        exists=fields.resource.exists,
        behind=behind,
        only_from=fields.link(terms["vpc"], VPC),
    )


def _multi_region(links: Links, fields: Fields, terms: Terms) -> Bucket:
    """An access point before buckets of several Regions: which one answers is decided by each request."""
    alias = fields.text(terms["alias"])
    spread = unknown("is that of whichever of its buckets answers", f"the Region of {fields.id}", fields.place())
    return Bucket(
        id=fields.id,
        name=alias if isinstance(alias, str) else unknown("is known only after deployment", f"{fields.id}.{terms['alias']}", fields.place()),
        region=Unknown(spread.causes, symbol=f"whichever of {fields.id}"),
        region_source=None,
        owner="input",
        location=fields.place(),
        kind=BucketKind.MULTI_REGION_ACCESS_POINT,
        exists=fields.resource.exists,
        behind=tuple(link for path in (terms["bucket"],) for link in _bucket_links(links, fields, path)),
    )


def _bucket_links(links: Links, fields: Fields, path: str) -> Iterator[Link]:
    """The buckets that are named there, by reference, name or ARN: ids in the topology, else as they are written."""
    for place in known_places(fields, path):
        for link in known_items(place.links(BUCKET)):
            if not isinstance(link, str):
                yield link
                continue
            name = link.rpartition(":::")[2]
            declared = links.declared(link, BUCKET) or links.declared(name, BUCKET)
            yield declared.id if declared else name


def _replicas(links: Links) -> dict[Id, list[Link]]:
    """Which bucket is copied to which, by S3 itself."""
    found: defaultdict[Id, list[Link]] = defaultdict(list)
    for fields, terms in links.sources.of(REPLICATION):
        sources = tuple(_bucket_links(links, fields, terms["bucket"])) if terms["bucket"] else (fields.id,)
        for source in sources:
            if isinstance(source, str):
                found[source] += _bucket_links(links, fields, terms["destination"])
    return found


def _aspects(links: Links) -> dict[Id, list[Id]]:
    """Resources that are settings of a bucket: their id is its name."""
    found: defaultdict[Id, list[Id]] = defaultdict(list)
    for fields, terms in links.sources.of(BUCKET_ASPECTS):
        for link in _bucket_links(links, fields, terms["bucket"]):
            if isinstance(link, str):
                found[link].append(fields.id)
    return found

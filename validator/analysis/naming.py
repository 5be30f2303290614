"""From what a text names to intents: symbols put back, the workload's own Region filled in, URLs called as they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from validator.analysis.access import Client, Evidence, Intent
from validator.analysis.buckets import Directory, mentioned_buckets
from validator.analysis.clients import client_of, host_of_url, hosts_of
from validator.analysis.scripts.machine import OWN_REGION
from validator.analysis.strings import Naming
from validator.model.storage import Bucket
from validator.model.workloads import Readable, Workload
from validator.regions import is_region
from validator.symbols import Symbols, has_symbol
from validator.values import Ref, Text, Unknown, text, unite, unknown

# Attributes of a bucket that are host names, with what stands behind the bucket's name in them.
_DOMAINS: Mapping[str, str] = MappingProxyType(
    {
        "bucket_domain_name": ".s3.amazonaws.com",
        "DomainName": ".s3.amazonaws.com",
        "bucket_regional_domain_name": ".s3.{region}.amazonaws.com",
        "RegionalDomainName": ".s3.{region}.amazonaws.com",
        "DualStackDomainName": ".s3.dualstack.{region}.amazonaws.com",
        "website_endpoint": ".s3-website.{region}.amazonaws.com",
    }
)


def spelled(value: Readable, directory: Directory) -> Readable:
    """``value`` with the host names of buckets written out, where it refers to them by an attribute."""
    match value:
        case Ref() if value.attribute in _DOMAINS and (bucket := directory.of_reference(value)) is not None:
            domain = _DOMAINS[value.attribute]
            if "{region}" not in domain:
                return text((Ref(value.address, "id"), domain))
            before, _, after = domain.partition("{region}")
            return text((Ref(value.address, "id"), before, bucket.region, after))
        case Text():
            return text(spelled(part, directory) for part in value.parts)
    return value


def within(naming: Naming, symbols: Symbols, workload: Workload) -> Naming:
    """``naming`` with the workload's Region in the place of the instance's own."""
    own = symbols.character(OWN_REGION)
    region = symbols.flat(workload.region)
    if not any(own in (part or "") for part in (naming.bucket, naming.region, naming.host and naming.host.name)):
        return naming
    host = naming.host
    if host is not None:
        bucket = host.bucket.replace(own, region) if host.bucket else None
        host = replace(host, name=host.name.replace(own, region), bucket=bucket, region=host.region.replace(own, region) if host.region else None)
    return replace(naming, bucket=naming.bucket.replace(own, region), region=naming.region.replace(own, region) if naming.region else None, host=host)


def region_behind(written: str | None, symbols: Symbols, workload: Workload) -> str | Unknown | None:
    """A Region as a text has it: plain, the instance's own, or one that only deployment or run time knows."""
    if written is None:
        return None
    parts = symbols.parts(written)
    if len(parts) == 1 and isinstance(parts[0], str):
        return parts[0] if is_region(parts[0]) or not symbols.secret else unknown("is marked sensitive, and no Region", "the client's Region")
    if len(parts) == 1 and isinstance(parts[0], Unknown):
        return workload.region if parts[0] == OWN_REGION else parts[0]
    causes = [part for part in parts if isinstance(part, Unknown)]
    if causes:
        return unite(Unknown(one.causes) for one in causes)
    return unknown("is known only after deployment", "".join(map(str, parts)) or "the Region")


def by_url(workload: Workload, bucket: Bucket, naming: Naming, evidence: Evidence, symbols: Symbols | None = None) -> Intent:
    """A URL is called as it stands; S3 answers for another Region with an error, not with a redirect that HTTP clients follow."""
    assert naming.host is not None
    stated = naming.host.region
    behind = region_behind(stated, symbols, workload) if symbols is not None and stated is not None and has_symbol(stated) else None
    host = replace(host_of_url(naming.host, bucket, behind), port=80 if naming.plain else 443)
    region = host.region if isinstance(host.region, str) else None
    client = Client(None, region, "url", follows_redirects=False)
    return Intent(workload, bucket, client, (host,), (evidence,))


def of_unknown(workload: Workload, value: Unknown, directory: Directory, evidence: Evidence, client: Client | None = None) -> Iterator[Intent]:
    """A text that is known only after deployment: the buckets it is made from are used, by a client that it may describe."""
    for bucket in mentioned_buckets((value,), directory):
        found = client or client_of(None, Unknown(value.causes), "none")
        told = Evidence(evidence.kind, f"{evidence.text} {bucket.id}", evidence.location)
        yield Intent(workload, bucket, found, hosts_of(found, bucket), (told,))

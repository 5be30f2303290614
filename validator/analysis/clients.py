"""What S3 clients do: which variables give them a Region, what they call without one, whether they follow a redirect.

The matrix is aws-facts C.1 and C.4 (run there against the real clients, or read in their sources); None: not known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from validator.analysis.access import Client, Host
from validator.model.storage import Bucket, BucketKind
from validator.regions import PLAIN, HostForm, HostOptions, S3Host, global_name_follows_bucket, is_region, partition_of, s3_host
from validator.values import Truth, Unknown, unknown


@dataclass(frozen=True, slots=True)
class Sdk:
    """One row of the matrix. ``reads``: the environment variables it takes a Region from, first hit wins."""

    name: str
    reads: tuple[str, ...] | None
    follows_redirects: bool | None
    global_in_us_east_1: bool | None
    refuses_without_region: bool | None


# Stands in host names for a bucket whose name is not known or not for printing.
_UNNAMED = "BUCKET"
_PLAIN_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_BOTH = ("AWS_REGION", "AWS_DEFAULT_REGION")
SDKS: Mapping[str, Sdk] = MappingProxyType(
    {
        sdk.name: sdk
        for sdk in (
            Sdk("boto3", ("AWS_DEFAULT_REGION",), True, True, False),
            # Which version is on the machine is not in the input: version 1 reads only AWS_DEFAULT_REGION and calls the global name in us-east-1.
            Sdk("aws-cli", None, True, None, False),
            Sdk("js-v3", ("AWS_REGION",), False, False, True),
            Sdk("js-v2", ("AWS_REGION",), None, True, False),
            Sdk("go", ("AWS_REGION",), None, None, True),
            Sdk("java", ("AWS_REGION",), None, None, True),
            Sdk("ruby", _BOTH, None, True, True),
            Sdk("dotnet", ("AWS_REGION",), None, None, True),
        )
    }
)
_RUNTIMES = (
    ("python", "boto3"), ("nodejs4", "js-v2"), ("nodejs6", "js-v2"), ("nodejs8", "js-v2"), ("nodejs10", "js-v2"), ("nodejs12", "js-v2"),
    ("nodejs14", "js-v2"), ("nodejs16", "js-v2"), ("nodejs", "js-v3"), ("java", "java"), ("go", "go"), ("ruby", "ruby"), ("dotnet", "dotnet"),
)  # fmt: skip


def sdk_of_runtime(runtime: str | Unknown | None) -> Sdk | None:
    """The SDK that comes with a Lambda runtime; None where the runtime does not say."""
    if not isinstance(runtime, str):
        return None
    return next((SDKS[name] for prefix, name in _RUNTIMES if runtime.startswith(prefix)), None)


def client_of(sdk: Sdk | None, region: str | Unknown | None, source: str, note: str | None = None) -> Client:
    """The client with ``region`` (None: it is given none)."""
    subject = sdk.name if sdk else "the S3 client"
    follows: Truth = _known(sdk.follows_redirects if sdk else None, "follows S3's redirects to another Region or not", subject)
    refuses: Truth = False
    if region is None:
        refuses = _known(sdk.refuses_without_region if sdk else None, "sends nothing without a Region, or calls the global name", subject)
    return Client(sdk.name if sdk else None, region, source, follows, refuses, note)  # type: ignore[arg-type]


def _known(fact: bool | None, reason: str, subject: str) -> Truth:  # noqa: FBT001 - a fact of the matrix
    return unknown(reason, subject) if fact is None else fact


def hosts_of(client: Client, bucket: Bucket, variables: Mapping[str, str] = MappingProxyType({})) -> tuple[Host, ...]:
    """Every host that ``client`` contacts for ``bucket``, redirect targets included; empty where it refuses or nothing says which."""
    if client.refuses is True:
        return ()
    if bucket.kind in {BucketKind.ACCESS_POINT, BucketKind.MULTI_REGION_ACCESS_POINT}:
        return _by_access_point(bucket)
    if isinstance(client.region, Unknown) and client.region.symbol is None:
        return ()
    name = bucket.name if isinstance(bucket.name, str) and not bucket.sensitive else _UNNAMED
    if client.region is None:
        return _without_region(name, bucket)
    if isinstance(client.region, Unknown):
        return _in_open_region(client.region, name, bucket)
    if not is_region(client.region):
        return (Host(f"{name}.s3.{client.region}.amazonaws.com", unknown("is not the name of a Region", client.region)),)
    first = _first(client, name, bucket, variables)
    if isinstance(bucket.region, Unknown) or bucket.region == client.region or isinstance(first.region, Unknown):
        return (first,)
    if client.follows_redirects is False:
        return (first,)
    return (first, Host(_host(name, bucket.region, PLAIN), bucket.region))


def _by_access_point(bucket: Bucket) -> tuple[Host, ...]:
    """An access point's own host, whatever Region the client was given (aws-facts C.2); before several Regions it is at the edge (B16)."""
    if bucket.kind is BucketKind.MULTI_REGION_ACCESS_POINT or (isinstance(bucket.name, str) and ".mrap" in bucket.name):
        alias = bucket.name.rpartition("/")[2].removesuffix(".mrap") if isinstance(bucket.name, str) and not bucket.sensitive else "ALIAS"
        return (Host(f"{alias}.mrap.accesspoint.s3-global.amazonaws.com", None),)
    if isinstance(bucket.region, str) and isinstance(bucket.name, str) and not bucket.sensitive:
        return (Host(_host(bucket.name, bucket.region, PLAIN), bucket.region),)
    shown = bucket.region if isinstance(bucket.region, str) else "REGION"
    return (Host(f"ACCESS-POINT.s3-accesspoint.{shown}.amazonaws.com", bucket.region),)


def _in_open_region(region: Unknown, name: str, bucket: Bucket) -> tuple[Host, ...]:
    """The Region of a stack that nobody has named: its regional name, or the global one should it be us-east-1."""
    first = Host(f"{name}.s3.REGION.amazonaws.com", region, perhaps=f"{name}.s3.amazonaws.com")
    if isinstance(bucket.region, Unknown):
        return (first,)
    return (first, Host(_host(name, bucket.region, PLAIN), bucket.region))


def _first(client: Client, name: str, bucket: Bucket, variables: Mapping[str, str]) -> Host:
    region = str(client.region)
    host = Host(_host(name, region, PLAIN), region)
    if region != "us-east-1" or variables.get("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT") == "regional":
        return host
    sdk = SDKS.get(client.sdk or "")
    legacy = sdk.global_in_us_east_1 if sdk else None
    whole = _global_host(name, bucket)
    if legacy:
        return whole
    return host if legacy is False else replace(host, perhaps=whole.name)


def _without_region(name: str, bucket: Bucket) -> tuple[Host, ...]:
    """The global name first; where its addresses are us-east-1's and the bucket is not there, the bucket's own host after it."""
    first = _global_host(name, bucket)
    if isinstance(first.region, Unknown) or isinstance(bucket.region, Unknown) or bucket.region == first.region:
        return (first,)
    return (first, Host(_host(name, bucket.region, PLAIN), bucket.region))


def _global_host(name: str, bucket: Bucket) -> Host:
    """``BUCKET.s3.amazonaws.com``, whose addresses are us-east-1's or, for older Regions and after some time, the bucket's (C.3.2)."""
    host = _host(name, None, HostOptions(global_name=True))
    if bucket.region == "us-east-1":
        return Host(host, "us-east-1")
    if isinstance(bucket.region, Unknown):
        return Host(host, Unknown(bucket.region.causes))
    if not global_name_follows_bucket(bucket.region):
        return Host(host, "us-east-1")
    cause = unknown("has addresses of us-east-1 or, after some time, of the bucket's Region", host).causes
    return Host(host, Unknown(cause, ("us-east-1", bucket.region)))


def host_of_url(read: S3Host, bucket: Bucket) -> Host:
    """The host that a URL names; without the bucket's name where that is not for printing."""
    if read.bucket is not None and (bucket.sensitive or not isinstance(bucket.name, str)):
        read = replace(read, name=read.name.replace(read.bucket, _UNNAMED, 1))
    if read.form is HostForm.GLOBAL and read.bucket is not None:
        return replace(_global_host(bucket.id, bucket), name=read.name)
    if read.form in (HostForm.ACCELERATE, HostForm.MULTI_REGION):
        return Host(read.name, None)
    if read.address_region is not None and not is_region(read.address_region):
        return Host(read.name, unknown("has a Region that is filled in at run time", "the URL"))
    return Host(read.name, read.address_region)


def _host(bucket: str, region: str | None, options: HostOptions) -> str:
    """The name by botocore's rules for plain names in the commercial partition, which need no rules; by the rules for all others."""
    if (
        options in (PLAIN, HostOptions(global_name=True))
        and (bucket == _UNNAMED or _PLAIN_NAME.fullmatch(bucket))
        and not bucket.endswith("--x-s3")
        and (region is None or partition_of(region) == "aws")
    ):
        # Compared with botocore for every Region in the tests.
        return f"{bucket}.s3.amazonaws.com" if region is None else f"{bucket}.s3.{region}.amazonaws.com"
    try:
        return s3_host(bucket, region, options)
    except ValueError:
        return f"{bucket}.s3.amazonaws.com" if region is None else f"{bucket}.s3.{region}.amazonaws.com"

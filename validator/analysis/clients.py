"""Which hosts an S3 client calls for a bucket: its Region, its options, the redirects that it follows (the matrix says what it does)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from validator.analysis.access import Client, Host, RegionSource
from validator.analysis.matrix import SDKS, Sdk, Unnamed
from validator.analysis.strings import named_in
from validator.model.storage import Bucket, BucketKind
from validator.regions import (
    PLAIN,
    HostForm,
    HostOptions,
    S3Host,
    global_name_follows_bucket,
    is_directory_bucket_name,
    is_region,
    parse_s3_host,
    partition_of,
    s3_host,
)
from validator.symbols import has_symbol, plain
from validator.values import Truth, Unknown, unknown

# Stands in host names for a bucket whose name is not known or not for printing.
_UNNAMED = "BUCKET"
_PLAIN_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_GLOBAL = HostOptions(global_name=True)
_NONE: Mapping[str, str] = MappingProxyType({})
_ON = frozenset({"true", "1", "yes", "on"})


@dataclass(frozen=True, slots=True)
class Addressing:
    """How a client addresses S3 beyond its Region. ``endpoint``: the URL that it is pointed at. ``regional``: never the global name."""

    options: HostOptions = PLAIN
    endpoint: str | None = None
    regional: bool = False


def addressing(variables: Mapping[str, str], endpoint: str | None = None, *, bare: bool = False, settings: Mapping[str, str] = _NONE) -> Addressing:
    """The addressing that environment variables ask of a client, and ``settings`` by their names in the AWS configuration.

    ``bare``: the request goes to the host without the bucket's name.
    """
    path = variables.get("AWS_S3_ADDRESSING_STYLE") == "path" or _on(variables, "AWS_S3_FORCE_PATH_STYLE") or _on(variables, "S3_FORCE_PATH_STYLE")
    options = HostOptions(
        path_style=bare or path or settings.get("addressing_style") == "path",
        dualstack=_on(variables, "AWS_USE_DUALSTACK_ENDPOINT") or _on(settings, "use_dualstack_endpoint"),
        fips=_on(variables, "AWS_USE_FIPS_ENDPOINT") or _on(settings, "use_fips_endpoint"),
        # Requests that name no bucket go to the Region (aws-facts C.2).
        accelerate=_on(settings, "use_accelerate_endpoint") and not bare,
    )
    given = endpoint or variables.get("AWS_ENDPOINT_URL_S3") or variables.get("AWS_ENDPOINT_URL")
    regional = variables.get("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT") or settings.get("us_east_1_regional_endpoint")
    return Addressing(options, given or None, regional == "regional")


def _on(variables: Mapping[str, str], name: str) -> bool:
    return variables.get(name, "").lower() in _ON


def client_of(sdk: Sdk | None, region: str | Unknown | None, source: RegionSource, note: str | None = None) -> Client:
    """The client with ``region`` (None: it is given none)."""
    subject = sdk.name if sdk else "the S3 client"
    follows: Truth = _known(sdk.follows_redirects if sdk else None, "follows S3's redirects to another Region or not", subject)
    refuses: Truth = False
    if region is None:
        stops = None if sdk is None or sdk.unnamed is None else sdk.unnamed is Unnamed.REFUSES
        refuses = _known(stops, "sends nothing without a Region, or calls the global name", subject)
    return Client(sdk.name if sdk else None, region, source, follows, refuses, note)


def _known(fact: bool | None, reason: str, subject: str) -> Truth:  # noqa: FBT001 - a fact of the matrix
    return unknown(reason, subject) if fact is None else fact


def hosts_of(client: Client, bucket: Bucket, asked: Addressing | None = None) -> tuple[Host, ...]:
    """Every host that ``client`` contacts for ``bucket``, redirect targets included; empty where it refuses or nothing says which."""
    asked = asked or Addressing()
    if client.refuses is True:
        return ()
    if bucket.kind in {BucketKind.ACCESS_POINT, BucketKind.MULTI_REGION_ACCESS_POINT}:
        return _by_access_point(bucket)
    if asked.endpoint is not None:
        # The host is kept, whatever S3 answers (aws-facts C.4).
        return _of_endpoint(asked.endpoint)
    name = bucket.name if isinstance(bucket.name, str) and not bucket.sensitive else _UNNAMED
    if asked.options.accelerate and "." not in name:
        # At the edge, whatever Region the client was given.
        return (Host(_host(name, "us-east-1", HostOptions(accelerate=True, dualstack=asked.options.dualstack)), None),)
    if isinstance(client.region, Unknown) and client.region.symbol is None:
        return ()
    if client.sdk == "packages" and name.endswith(".amazonaws.com"):
        # The mirrors of the first Amazon Linux are called by the names of their buckets.
        return (Host(name, client.region),)
    if client.sdk == "packages" and bucket.id.startswith("al2023-repos-"):
        # Its mirror list has the dual-stack names (aws-facts E, I17).
        asked = replace(asked, options=replace(asked.options, dualstack=True))
    if client.region is None:
        return _without_region(client, name, bucket, asked)
    if isinstance(client.region, Unknown):
        # A directory bucket's name is made of its zone and the client's Region: of most Regions there is none.
        return () if is_directory_bucket_name(name) else _in_open_region(client, client.region, name, bucket, asked.options)
    if not is_region(client.region):
        return (Host(f"{name}.s3.{client.region}.amazonaws.com", unknown("is not the name of a Region", client.region)),)
    return _and_redirect(client, _first(client, name, bucket, asked), bucket, asked)


def _and_redirect(client: Client, first: Host, bucket: Bucket, asked: Addressing) -> tuple[Host, ...]:
    """The first host, and the bucket's own where the first is another Region's and the client may follow the redirect there."""
    if isinstance(bucket.region, Unknown) or isinstance(first.region, Unknown) or first.region in {None, bucket.region}:
        return (first,)
    if client.follows_redirects is False:
        return (first,)
    name = bucket.name if isinstance(bucket.name, str) and not bucket.sensitive else _UNNAMED
    return (first, Host(_host(name, bucket.region, _kept(asked.options)), bucket.region))


def _kept(options: HostOptions) -> HostOptions:
    """What a redirected request keeps (aws-facts C.4): dual-stack names; it is made in virtual-hosted style."""
    return HostOptions(dualstack=options.dualstack)


def _of_endpoint(endpoint: str) -> tuple[Host, ...]:
    """The host that a client is pointed at; none where only run time knows it."""
    read = next((naming.host for naming in named_in(f"{endpoint.rstrip('/')}/{_UNNAMED.lower()}") if naming.host is not None), None)
    if read is None or has_symbol(read.name):
        return ()
    return (Host(read.name, read.address_region),)


def _by_access_point(bucket: Bucket) -> tuple[Host, ...]:
    """An access point's own host, whatever Region the client was given (aws-facts C.2); before several Regions it is at the edge (B16)."""
    if bucket.kind is BucketKind.MULTI_REGION_ACCESS_POINT or (isinstance(bucket.name, str) and ".mrap" in bucket.name):
        alias = bucket.name.rpartition("/")[2].removesuffix(".mrap") if isinstance(bucket.name, str) and not bucket.sensitive else "ALIAS"
        return (Host(f"{alias}.mrap.accesspoint.s3-global.amazonaws.com", None),)
    if isinstance(bucket.region, str) and isinstance(bucket.name, str) and not bucket.sensitive:
        return (Host(_host(bucket.name, bucket.region, PLAIN), bucket.region),)
    shown = bucket.region if isinstance(bucket.region, str) else "REGION"
    return (Host(f"ACCESS-POINT.s3-accesspoint.{shown}.amazonaws.com", bucket.region),)


def _in_open_region(client: Client, region: Unknown, name: str, bucket: Bucket, options: HostOptions) -> tuple[Host, ...]:
    """The Region of a stack that nobody has named: its regional name, or the global one should it be us-east-1."""
    if options.fips:
        # A few Regions have such names, and others do not.
        return ()
    sdk = SDKS.get(client.sdk or "")
    if options.dualstack or (sdk is not None and sdk.dualstack):
        first = Host(f"{name}.s3.dualstack.REGION.amazonaws.com", region)
    else:
        first = Host(f"{name}.s3.REGION.amazonaws.com", region, perhaps=f"{name}.s3.amazonaws.com")
    if isinstance(bucket.region, Unknown):
        return (first,)
    return (first, Host(_host(name, bucket.region, _kept(options)), bucket.region))


def _first(client: Client, name: str, bucket: Bucket, asked: Addressing) -> Host:
    region = str(client.region)
    sdk = SDKS.get(client.sdk or "")
    options = replace(asked.options, dualstack=True) if sdk is not None and sdk.dualstack else asked.options
    host = Host(_host(name, region, options), region)
    if region != "us-east-1" or asked.regional or options.dualstack or options.fips:
        return host
    legacy = sdk.legacy if sdk else None
    whole = _global_host(name, bucket, options)
    if legacy:
        return whole
    return host if legacy is False else replace(host, perhaps=whole.name)


def _without_region(client: Client, name: str, bucket: Bucket, asked: Addressing) -> tuple[Host, ...]:
    """What the client's matrix says of a client without a Region; where nothing does, the global name."""
    sdk = SDKS.get(client.sdk or "")
    match sdk.unnamed if sdk else None:
        case Unnamed.US_EAST_1 | Unnamed.US_EAST_2 as where:
            region = "us-east-1" if where is Unnamed.US_EAST_1 else "us-east-2"
            host = Host(_host(name, region, asked.options), region)
            if region == "us-east-1" and sdk is not None and sdk.legacy is not False:
                host = (
                    _global_host(name, bucket, asked.options) if sdk.legacy else replace(host, perhaps=_global_host(name, bucket, asked.options).name)
                )
            return _and_redirect(client, host, bucket, asked)
        case Unnamed.LOOKS_UP:
            return () if isinstance(bucket.region, Unknown) else (Host(_host(name, bucket.region, asked.options), bucket.region),)
    return _and_redirect(client, _global_host(name, bucket, asked.options), bucket, asked)


def _global_host(name: str, bucket: Bucket, options: HostOptions = PLAIN) -> Host:
    """``BUCKET.s3.amazonaws.com``, whose addresses are us-east-1's or, for older Regions and after some time, the bucket's (C.3.2).

    Without the bucket in it, as path style and names with dots make it, the addresses are us-east-1's. Directory buckets have no global
    name: clients call the one of us-east-1 (botocore 1.44).
    """
    host = _host(name, "us-east-1" if is_directory_bucket_name(name) else None, replace(options, global_name=True))
    read = parse_s3_host(host)
    if bucket.region == "us-east-1" or read is None or read.bucket is None or read.form is not HostForm.GLOBAL:
        return Host(host, "us-east-1")
    if isinstance(bucket.region, Unknown):
        return Host(host, Unknown(bucket.region.causes))
    if not global_name_follows_bucket(bucket.region):
        return Host(host, "us-east-1")
    cause = unknown("has addresses of us-east-1 or, after some time, of the bucket's Region", host).causes
    return Host(host, Unknown(cause, ("us-east-1", bucket.region)))


def host_of_url(read: S3Host, bucket: Bucket, region: str | Unknown | None = None) -> Host:
    """The host that a URL names; without the bucket's name where that is not for printing.

    ``region``: what a Region comes to that stands in the URL as a symbol.
    """
    shown = (
        plain(read.name) if region is None or isinstance(region, Unknown) or read.region is None else plain(read.name.replace(read.region, region))
    )
    if read.bucket is not None and (bucket.sensitive or not isinstance(bucket.name, str)):
        shown = shown.replace(plain(read.bucket), _UNNAMED, 1)
    if read.form is HostForm.GLOBAL and read.bucket is not None:
        return replace(_global_host(bucket.id if isinstance(bucket.name, str) else _UNNAMED, bucket), name=shown)
    if read.form in (HostForm.ACCELERATE, HostForm.MULTI_REGION):
        return Host(shown, None)
    if region is not None:
        return Host(shown.replace("...", "REGION") if isinstance(region, Unknown) else shown, region)
    if read.address_region is not None and not is_region(read.address_region):
        return Host(shown, unknown("has a Region that is filled in at run time", "the URL"))
    return Host(shown, read.address_region)


def _host(bucket: str, region: str | None, options: HostOptions) -> str:
    """The name by botocore's rules for plain names in the commercial partition, which need no rules; by the rules for all others."""
    if (
        options in (PLAIN, _GLOBAL)
        and (bucket == _UNNAMED or _PLAIN_NAME.fullmatch(bucket))
        and not bucket.endswith("--x-s3")
        and (region is None or partition_of(region) == "aws")
    ):
        # Compared with botocore for every Region in the tests.
        return f"{bucket}.s3.amazonaws.com" if region is None else f"{bucket}.s3.{region}.amazonaws.com"
    try:
        return s3_host(bucket.lower() if bucket == _UNNAMED else bucket, region, options).replace(
            f"{_UNNAMED.lower()}.", f"{_UNNAMED}.", bucket == _UNNAMED
        )
    except ValueError:
        return f"{bucket}.s3.amazonaws.com" if region is None else f"{bucket}.s3.{region}.amazonaws.com"

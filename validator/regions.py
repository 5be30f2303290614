"""AWS Regions and partitions, and S3 host names: made by botocore's own endpoint rules, read back in every form that AWS documents.

The tables hold what botocore 1.44 knows (a test compares them); a Region that is newer is recognised by its partition's pattern.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from validator.values import Cause

if TYPE_CHECKING:
    from botocore.endpoint_provider import EndpointProvider

# id, pattern of its Regions, DNS suffix (botocore's partitions.json). China before the commercial one: its suffix is the longer.
_PARTITIONS = (
    ("aws-cn", re.compile(r"cn-[a-z]+-\d{1,2}"), "amazonaws.com.cn"),
    ("aws", re.compile(r"(?:us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-\d{1,2}"), "amazonaws.com"),
    ("aws-us-gov", re.compile(r"us-gov-[a-z]+-\d{1,2}"), "amazonaws.com"),
    ("aws-eusc", re.compile(r"eusc-de-[a-z]+-\d{1,2}"), "amazonaws.eu"),
    ("aws-iso", re.compile(r"us-iso-[a-z]+-\d{1,2}"), "c2s.ic.gov"),
    ("aws-iso-b", re.compile(r"us-isob-[a-z]+-\d{1,2}"), "sc2s.sgov.gov"),
    ("aws-iso-e", re.compile(r"eu-isoe-[a-z]+-\d{1,2}"), "cloud.adc-e.uk"),
    ("aws-iso-f", re.compile(r"us-isof-[a-z]+-\d{1,2}"), "csp.hci.ic.gov"),
)

REGIONS = tuple(
    """
    af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2
    ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 cn-north-1 cn-northwest-1
    eu-central-1 eu-central-2 eu-isoe-west-1 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 eusc-de-east-1 il-central-1
    me-central-1 me-south-1 me-west-1 mx-central-1 sa-east-1 sa-west-1 us-east-1 us-east-2 us-gov-east-1 us-gov-west-1 us-iso-east-1
    us-iso-west-1 us-isob-east-1 us-isob-west-1 us-isof-east-1 us-isof-south-1 us-west-1 us-west-2
    """.split()
)

# Launched before 2019-03-20: S3 points BUCKET.s3.amazonaws.com at the bucket's own Region (aws-facts C.3.2).
_BEFORE_2019_03_20 = frozenset(
    """
    us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 sa-east-1 eu-west-1 eu-west-2 eu-west-3 eu-central-1 eu-north-1
    ap-south-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-southeast-1 ap-southeast-2
    """.split()
)

# Prefixes of Availability Zone ids, in the names of directory buckets: "--use1-az4--x-s3" (aws-facts H5, botocore's zone ids).
_ZONE_REGIONS = {
    "use1": "us-east-1",
    "use2": "us-east-2",
    "usw2": "us-west-2",
    "aps1": "ap-south-1",
    "apne1": "ap-northeast-1",
    "euw1": "eu-west-1",
    "eun1": "eu-north-1",
}
_DIRECTORY_BUCKET = re.compile(r"--([a-z]{3,4}\d)-[a-z0-9-]{2,12}--xa?-s3\Z")
# The bucket that CDK makes in each Region for what it deploys (CDK guide, "Customize bootstrapping"): "cdk-hnb659fds-assets-ACCOUNT-REGION".
_CDK_ASSETS = re.compile(r"cdk-[a-z0-9]{1,10}-assets-.{1,64}-([a-z]{2,4}(?:-[a-z]+){1,2}-\d{1,2})\Z")
_ACCOUNT_REGIONAL = re.compile(r"-\d{12}-([a-z]{2,4}(?:-[a-z]+){1,2}-\d{1,2})-an\Z")


@cache
def dns_suffix(region: str) -> str:
    """The suffix of the host names of ``region``: the commercial partition's where none has such a Region."""
    return next((suffix for _, pattern, suffix in _PARTITIONS if pattern.fullmatch(region)), "amazonaws.com")


def partition_of(region: str) -> str | None:
    """The id of the partition that ``region`` is in ("aws", "aws-cn"), None if no partition has such a Region name."""
    return next((name for name, pattern, _ in _PARTITIONS if pattern.fullmatch(region)), None)


def is_region(name: str) -> bool:
    """Whether ``name`` is spelled like a Region. Unknown but well-formed ones count: AWS adds Regions."""
    return partition_of(name) is not None


def is_known_region(name: str) -> bool:
    """Whether ``name`` is a Region that botocore knows; a misspelt or future one is not."""
    return name in REGIONS


def unfamiliar(named: Iterable[tuple[str, str]]) -> tuple[Cause, ...]:
    """A note on each Region that nobody knows, given by where it is named: a new one is judged as any other, a misspelt one wrongly."""
    found: list[Cause] = []
    for place, region in dict.fromkeys(named):
        if not is_known_region(region):
            close = difflib.get_close_matches(region, REGIONS, n=1)
            meant = f"; did you mean {close[0]}?" if close else ""
            found.append(Cause(f"is no Region that is known here, new or misspelt{meant}", f"{place} {region}"))
    return tuple(found)


def is_enabled_everywhere(region: str) -> bool:
    """Whether every account is in ``region``: those launched from 2019-03-20 on have to be enabled (Account Management, "Regions")."""
    return region in _BEFORE_2019_03_20 or partition_of(region) != "aws"


def global_name_follows_bucket(region: str) -> bool:
    """Whether DNS points ``BUCKET.s3.amazonaws.com`` of buckets in ``region`` there: only where launched before 2019-03-20."""
    return region in _BEFORE_2019_03_20


def region_in_bucket_name(bucket: str) -> str | None:
    """The Region that ``bucket``'s name fixes: a directory bucket's zone, the account-regional namespace (aws-facts H4, H5), CDK's own."""
    if zone := _DIRECTORY_BUCKET.search(bucket):
        return _ZONE_REGIONS.get(zone[1])
    if suffix := _ACCOUNT_REGIONAL.search(bucket) or _CDK_ASSETS.match(bucket):
        return suffix[1] if is_region(suffix[1]) else None
    return None


def region_of_zone(zone: str) -> str | None:
    """The Region of an Availability Zone id ("use1-az4"), of those that hold directory buckets."""
    return _ZONE_REGIONS.get(zone.partition("-")[0])


def is_directory_bucket_name(bucket: str) -> bool:
    """Whether ``bucket`` is named like an S3 Express directory bucket or an access point of one."""
    return _DIRECTORY_BUCKET.search(bucket) is not None


class HostForm(StrEnum):
    """The forms of S3 host names, which differ in whose addresses answer and which endpoints cover them."""

    REGIONAL = "regional"
    GLOBAL = "global"
    DUALSTACK = "dualstack"
    FIPS = "fips"
    DASH = "dash"
    EXTERNAL = "external"
    ACCELERATE = "accelerate"
    WEBSITE = "website"
    ACCESS_POINT = "access-point"
    MULTI_REGION = "multi-region-access-point"
    OBJECT_LAMBDA = "object-lambda"
    OUTPOSTS = "outposts"
    EXPRESS = "express"
    EXPRESS_CONTROL = "express-control"
    CONTROL = "control"
    ENDPOINT = "vpc-endpoint"


@dataclass(frozen=True, slots=True)
class S3Host:
    """A host name that was read. ``bucket`` None: the host names none (path style). ``region`` None: it names none."""

    name: str
    form: HostForm
    bucket: str | None
    region: str | None

    @property
    def address_region(self) -> str | None:
        """The Region whose addresses answer for certain; None: the edge, or the global name of a bucket (us-east-1 or the bucket's)."""
        bare = self.form in (HostForm.GLOBAL, HostForm.EXTERNAL) and (self.bucket is None or self.form is HostForm.EXTERNAL)
        return "us-east-1" if bare else self.region


SUFFIXES = tuple(sorted({suffix for _, _, suffix in _PARTITIONS}, key=lambda suffix: (-len(suffix), suffix)))
# REGION stands for the Region of a stack that nobody has named.
# A Region label may hold placeholders of private use where a variable stands in the text (analysis.strings).
_R = r"(?P<region>(?:REGION|[a-z]{2,4}(?:-[a-z]+){1,2}-\d{1,2}|[a-z0-9-]{0,20}[\U00100000-\U0010fffd][a-z0-9\U00100000-\U0010fffd-]{0,20}))"
_B = r"(?:(?P<bucket>.+)\.)?"
# Tried in this order on the host without its suffix; the bucket is greedy, so that names with ".s3." in them are read whole.
_FORMS = tuple(
    (form, re.compile(pattern, re.DOTALL))
    for form, pattern in (
        (HostForm.ENDPOINT, rf"{_B}(?:bucket|accesspoint|control)\.vpce-[0-9a-z-]+\.s3\.{_R}\.vpce"),
        (HostForm.DUALSTACK, rf"{_B}s3\.dualstack\.{_R}"),
        (HostForm.FIPS, rf"{_B}s3-fips(?:\.dualstack\.|\.|-){_R}"),
        (HostForm.ACCESS_POINT, rf"(?P<bucket>[^.]+)\.s3-accesspoint(?:-fips)?(?:\.dualstack)?\.{_R}"),
        (HostForm.OBJECT_LAMBDA, rf"(?P<bucket>[^.]+)\.s3-object-lambda(?:-fips)?\.{_R}"),
        (HostForm.OUTPOSTS, rf"{_B}s3-outposts(?:-fips)?\.{_R}"),
        (HostForm.EXPRESS_CONTROL, rf"s3express-control(?:-fips)?(?:\.dualstack)?\.{_R}"),
        (HostForm.EXPRESS, rf"(?P<bucket>[^.]+)\.s3express(?:-fips)?-[a-z0-9-]+(?:\.dualstack)?\.{_R}"),
        (HostForm.CONTROL, rf"(?:[^.]+\.)?s3-control(?:-fips)?(?:\.dualstack)?\.{_R}"),
        (HostForm.MULTI_REGION, r"(?P<bucket>[^.]+)(?:\.mrap)?\.accesspoint\.s3-global"),
        (HostForm.ACCELERATE, rf"{_B}s3-accelerate(?:\.dualstack)?"),
        (HostForm.WEBSITE, rf"{_B}s3-website[.-]{_R}"),
        (HostForm.EXTERNAL, rf"{_B}s3-external-1"),
        (HostForm.REGIONAL, rf"{_B}s3\.{_R}"),
        (HostForm.DASH, rf"{_B}s3-{_R}"),
        (HostForm.GLOBAL, rf"{_B}s3"),
    )
)


def parse_s3_host(host: str) -> S3Host | None:
    """What a host name says: its form, bucket and Region (references.md section 2). None: not a host of S3."""
    # DNS names have at most 255 octets; longer ones are nobody's host and not worth the time.
    if len(host) > 255:  # noqa: PLR2004
        return None
    lowered = host.lower().removesuffix(".")
    suffix = next((suffix for suffix in SUFFIXES if lowered.endswith("." + suffix)), None)
    if suffix is None:
        return None
    labels = host[: len(lowered) - len(suffix) - 1]
    for form, pattern in _FORMS:
        if found := pattern.fullmatch(labels):
            return _host_of(host, form, found.groupdict())
    return None


def _host_of(host: str, form: HostForm, groups: dict[str, str | None]) -> S3Host:
    return S3Host(host, form, groups.get("bucket"), groups.get("region"))


# S3's FIPS endpoints (general reference, "Amazon S3 endpoints and quotas"); elsewhere clients make up names that nobody answers.
_FIPS_REGIONS = frozenset("us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 ca-west-1 us-gov-east-1 us-gov-west-1".split())
_ZONE_OF_EXPRESS = re.compile(r"\.s3express(?:-fips)?-([a-z]+\d)-")


def is_answered(host: S3Host) -> bool | None:
    """Whether the public name servers know ``host``; None: nothing says. A made-up Region is not told from one that is new."""
    region = host.region
    if region is None or not is_known_region(region):
        return True
    match host.form:
        case HostForm.FIPS:
            return region in _FIPS_REGIONS
        case HostForm.DASH if region == "us-east-1":
            # s3-us-east-1.amazonaws.com does not exist (aws-facts C.3.3).
            return False
        case HostForm.DASH:
            return True if global_name_follows_bucket(region) else None
        case HostForm.EXPRESS:
            zone = _ZONE_OF_EXPRESS.search(host.name.lower())
            return _ZONE_REGIONS.get(zone[1], region) == region if zone else True
    return True


@dataclass(frozen=True, slots=True)
class HostOptions:
    """What a client can ask of a host name. ``global_name``: the legacy global name, where the partition has one."""

    path_style: bool = False
    dualstack: bool = False
    fips: bool = False
    accelerate: bool = False
    global_name: bool = False


PLAIN = HostOptions()


@lru_cache(maxsize=65536)
def s3_host(bucket: str | None, region: str | None, options: HostOptions = PLAIN) -> str:
    """The host that botocore's rules give for ``bucket`` (None: a request without one) and a client's ``region`` (None: none).

    Raises ValueError where the rules refuse: FIPS in China, a malformed Region or access point ARN.
    """
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - 0.2 s that runs without S3 need not pay

    try:
        url: str = _rules().resolve_endpoint(**_parameters(bucket, region, options)).url
    except BotoCoreError as error:
        raise ValueError(str(error)) from error
    return url.partition("://")[2].partition("/")[0]


def _parameters(bucket: str | None, region: str | None, options: HostOptions) -> dict[str, str | bool]:
    parameters: dict[str, str | bool] = {
        "Region": region or "aws-global",
        "UseFIPS": options.fips,
        "UseDualStack": options.dualstack,
        "ForcePathStyle": options.path_style,
        "Accelerate": options.accelerate,
        "UseGlobalEndpoint": options.global_name,
        "UseArnRegion": True,
    }
    if bucket is not None:
        parameters["Bucket"] = bucket
    return parameters


@cache
def _rules() -> EndpointProvider:
    from botocore.endpoint_provider import EndpointProvider  # noqa: PLC0415
    from botocore.loaders import Loader  # noqa: PLC0415

    loader = Loader()
    return EndpointProvider(loader.load_service_model("s3", "endpoint-rule-set-1"), loader.load_data("partitions"))

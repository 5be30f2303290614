"""What S3 clients do, as data: one row per client with the source of what it says.

Sources: "run" was run against the client with the request held back; "source" was read in the client's source or manual; "maintainers"
is what they answered in an issue. None in a row: not known, and never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

T = TypeVar("T")


class Unnamed(StrEnum):
    """What a client calls to which nothing gives a Region."""

    GLOBAL = "the global name"
    REFUSES = "nothing: it stops"
    US_EAST_1 = "s3.us-east-1"
    US_EAST_2 = "s3.us-east-2"
    LOOKS_UP = "the bucket's Region, which it looks up"


@dataclass(frozen=True, slots=True)
class Sdk:
    """One row of the matrix.

    ``reads``: the environment variables that it takes a Region from, first hit wins. ``profile``: whether it reads the AWS configuration
    file. ``metadata``: whether it asks the instance for its Region. ``unnamed``: what it calls without one. ``legacy``: whether it calls the
    global name where its Region is us-east-1. ``follows_redirects``: whether it goes on to another Region by itself. ``dualstack``:
    whether it calls dual-stack names unasked. ``members``: for a name of several clients, those that it may be.
    """

    name: str
    reads: tuple[str, ...]
    metadata: bool | None
    unnamed: Unnamed | None
    legacy: bool | None
    follows_redirects: bool | None
    source: str
    profile: bool = True
    dualstack: bool = False
    members: tuple[str, ...] = ()


_DEFAULT, _PLAIN = ("AWS_DEFAULT_REGION",), ("AWS_REGION",)
_BOTH = ("AWS_REGION", "AWS_DEFAULT_REGION")
_GLOBAL, _REFUSES = Unnamed.GLOBAL, Unnamed.REFUSES

_ROWS = (
    # name, reads, asks the instance, without a Region, global name in us-east-1, follows redirects, source
    Sdk("boto3", _DEFAULT, False, _GLOBAL, True, True, "run: botocore 1.44"),
    Sdk("aws-cli-v1", _DEFAULT, False, _GLOBAL, True, True, "run: awscli 1.46"),
    Sdk("aws-cli-v2", _BOTH, True, _GLOBAL, False, True, "run: aws-cli 2.36"),
    Sdk("js-v3", _PLAIN, False, _REFUSES, False, False, "run: @aws-sdk/client-s3 3.1000"),
    Sdk("js-v3-following", _PLAIN, False, _REFUSES, False, True, "run: the same with followRegionRedirects"),
    Sdk("js-v2", _PLAIN, False, _GLOBAL, True, None, "run: aws-sdk 2.1693"),
    Sdk("go-v1", _PLAIN, False, _REFUSES, True, None, "source: aws-sdk-go; AWS_DEFAULT_REGION only with AWS_SDK_LOAD_CONFIG"),
    Sdk("go-v2", _BOTH, False, _REFUSES, False, None, "source: aws-sdk-go-v2 config/env_config.go"),
    Sdk("java-v1", _PLAIN, True, _REFUSES, None, None, "maintainers: aws-sdk-java#793"),
    Sdk("java-v2", _PLAIN, True, _REFUSES, True, False, "source: UseGlobalEndpointResolver.java; crossRegionAccessEnabled is off by default"),
    Sdk("dotnet", _PLAIN, True, _REFUSES, None, None, "source: FallbackRegionFactory; in us-east-1 version 3 calls the global name; 4 not verified"),
    Sdk("powershell", _PLAIN, True, _REFUSES, None, None, "source: the tools' manual, as .NET, which they are built on"),
    Sdk("ruby", _BOTH, False, _REFUSES, True, True, "source: iad_regional_endpoint.rb, s3 plugins"),
    Sdk("php", _BOTH, False, _REFUSES, True, None, "source: RegionalEndpoint/ConfigurationProvider.php: a Region is mandatory"),
    Sdk("rust", _BOTH, True, _REFUSES, False, None, "source: aws-config, environment region provider"),
    Sdk("cpp", _BOTH, None, Unnamed.US_EAST_1, None, None, "source: the SDK's manual; not verified"),
    Sdk("hadoop-s3a", (), False, Unnamed.US_EAST_2, True, True, "source: DefaultS3ClientFactory.java, 3.4 and later; across Regions", profile=False),
    Sdk("emrfs", (), True, None, None, None, "nothing documented: it works in the cluster's Region", profile=False),
    Sdk("mountpoint", _PLAIN, True, Unnamed.LOOKS_UP, False, True, "source: mountpoint-s3 CONFIGURATION.md"),
    Sdk("s3fs", (), False, _GLOBAL, True, True, "source: man s3fs: url https://s3.amazonaws.com, endpoint us-east-1", profile=False),
    Sdk("goofys", _PLAIN, False, None, True, True, "source: its manual; what it calls to find the Region is not verified"),
    Sdk("rclone", (), False, _GLOBAL, True, None, "source: rclone backend/s3: endpoint https://s3.amazonaws.com/, us-east-1", profile=False),
    Sdk("s3cmd", (), False, _GLOBAL, True, None, "source: .s3cfg: host_base s3.amazonaws.com", profile=False),
    Sdk("s5cmd", _PLAIN, False, _GLOBAL, True, True, "maintainers: s5cmd#325: AWS_REGION, profile, the bucket's own Region, us-east-1"),
    Sdk("fluent-bit", (), False, Unnamed.US_EAST_1, False, None, "source: out_s3: region us-east-1 by default; helm-charts#136", profile=False),
    Sdk("fluentd", (), False, Unnamed.US_EAST_1, True, True, "source: fluent-plugin-s3: s3_region us-east-1 by default", profile=False),
    Sdk("minio-go", (), False, None, None, None, "maintainers: mimir#7382, source-controller#826", profile=False, dualstack=True),
    Sdk("ignition", (), True, _GLOBAL, None, None, "source: its manual: a hint in the URL, else it asks for the Region", profile=False),
    Sdk("ssm-agent", (), True, _GLOBAL, False, False, "maintainers: amazon-ssm-agent#93: the Region's name, then the global one", profile=False),
    # These call names that they are given with their Region in it, by services of the Region.
    Sdk("packages", (), True, None, None, False, "source: Amazon Linux: mirrors in buckets of the instance's Region", profile=False),
    Sdk("container-runtime", (), False, None, None, False, "source: ECR: layers come from a bucket of the registry's Region", profile=False),
    Sdk("http", (), False, None, None, False, "an HTTP client calls the URL as it stands", profile=False),
)  # fmt: skip
_FAMILIES = (
    ("aws-cli", ("aws-cli-v1", "aws-cli-v2")),
    ("js", ("js-v2", "js-v3")),
    ("go", ("go-v1", "go-v2")),
    ("java", ("java-v1", "java-v2")),
)


def _family(name: str, members: tuple[Sdk, ...]) -> Sdk:
    """The row that says what all ``members`` agree on. Of what they call without a Region, the worse: none is named in any case."""

    def shared(values: tuple[bool | None, ...]) -> bool | None:
        return values[0] if len(set(values)) == 1 else None

    calls = {one.unnamed for one in members}
    return Sdk(
        name,
        tuple(dict.fromkeys(variable for one in members for variable in one.reads)),
        shared(tuple(one.metadata for one in members)),
        calls.pop() if len(calls) == 1 else None,
        shared(tuple(one.legacy for one in members)),
        shared(tuple(one.follows_redirects for one in members)),
        "what its versions have in common",
        members=tuple(one.name for one in members),
    )


_BY_NAME = {one.name: one for one in _ROWS}
SDKS: Mapping[str, Sdk] = MappingProxyType(
    {**_BY_NAME, **{name: _family(name, tuple(_BY_NAME[member] for member in members)) for name, members in _FAMILIES}}
)

# The SDK that a Lambda runtime brings along, or that is usual in it (Lambda developer guide: runtimes).
_RUNTIMES = (
    ("python", "boto3"), ("nodejs4", "js-v2"), ("nodejs6", "js-v2"), ("nodejs8", "js-v2"), ("nodejs10", "js-v2"), ("nodejs12", "js-v2"),
    ("nodejs14", "js-v2"), ("nodejs16", "js-v2"), ("nodejs", "js-v3"), ("java", "java"), ("go", "go"), ("ruby", "ruby"), ("dotnet", "dotnet"),
)  # fmt: skip
# Images whose name says which client is in them.
_IMAGES = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"(?:^|/)(?:amazon|aws-cli)/aws-cli(?::(?!1\.)|@|$)", "aws-cli-v2"),
        (r"(?:^|/)(?:fluent/fluent-bit|aws-for-fluent-bit|fluent-bit)(?:[:@]|$)", "fluent-bit"),
        (r"(?:^|/)(?:fluent/fluentd|fluentd)(?:[:@]|$)", "fluentd"),
        (r"(?:^|/)rclone/rclone(?:[:@]|$)", "rclone"),
        (r"(?:^|/)(?:peakcom/)?s5cmd(?:[:@]|$)", "s5cmd"),
        (r"(?:^|/)(?:efrecon/)?s3fs(?:[:@]|$)", "s3fs"),
        (r"(?:^|/)thanos(?:io)?/thanos(?:[:@]|$)|(?:^|/)grafana/(?:mimir|tempo)(?:[:@]|$)", "minio-go"),
    )
)


def sdk_of_runtime(runtime: object) -> Sdk | None:
    """The SDK that comes with a Lambda runtime; None where the runtime does not say."""
    if not isinstance(runtime, str):
        return None
    return next((SDKS[name] for prefix, name in _RUNTIMES if runtime.startswith(prefix)), None)


def sdk_of_image(image: str) -> Sdk | None:
    """The client that an image of this name holds; None where the name does not say."""
    return next((SDKS[name] for pattern, name in _IMAGES if pattern.search(image)), None)


def region_given(sdk: Sdk, environment: Mapping[str, T]) -> T | None:
    """The value of the first variable that ``sdk`` reads and ``environment`` has; None: it finds none."""
    return next((value for name in sdk.reads if (value := environment.get(name)) not in (None, "")), None)


def members_of(sdk: Sdk) -> tuple[Sdk, ...]:
    """The clients that a row may be: itself, or the members of a family."""
    return tuple(SDKS[name] for name in sdk.members) or (sdk,)

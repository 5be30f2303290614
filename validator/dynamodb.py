"""Host names of DynamoDB: the other service of gateway endpoints, called by the same workloads over the same routes.

Gateway endpoints serve the tables' hosts, not those of their streams (DynamoDB guide, "AWS PrivateLink for DynamoDB Streams").
"""

from __future__ import annotations

import re

from validator.regions import dns_suffix
from validator.values import Unknown

TABLES, STREAMS = "dynamodb", "dynamodb-streams"
"""The services, by their names in endpoints and prefix lists."""

STREAM_ATTRIBUTES = frozenset({"stream_arn", "StreamArn", "LatestStreamArn"})
"""The attributes of a table that name its stream."""

_HOST = re.compile(r"(?P<streams>streams\.)?dynamodb\.(?P<region>[A-Za-z0-9-]+)\..+")


def dynamodb_host(region: str | Unknown, service: str = TABLES) -> str:
    """The name that SDKs call in ``region`` (botocore's rules); ``REGION`` stands for one that nobody has named."""
    name = region if isinstance(region, str) else "REGION"
    start = "streams." if service == STREAMS else ""
    return f"{start}dynamodb.{name}.{dns_suffix(name)}"


def service_of_host(host: str) -> str | None:
    """Whose name it is: the tables' or their streams'; None: neither's."""
    found = _HOST.fullmatch(host)
    return None if found is None else STREAMS if found["streams"] else TABLES

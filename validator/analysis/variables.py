"""Names of environment variables and settings: which hold buckets, and which Region belongs to which of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")
_LONGEST = 200
_BUCKET = re.compile(r"(?:^|_|(?<=[a-z0-9])(?=[BS]))(?:s3_?)?bucket(?:s?|_?(?:names?|id|arn|uri|url|path))$", re.IGNORECASE)
_REGION = re.compile(r"^(?P<stem>.*?)_?(?:S3_|BUCKET_)*(?:AWS_)?(?:DEFAULT_)?REGION(?:_NAME)?$", re.IGNORECASE)
_OF_S3 = frozenset(
    """
    S3_REGION BUCKET_REGION AWS_S3_REGION AWS_S3_REGION_NAME S3_BUCKET_REGION STORAGE_REGION S3_AWS_REGION S3_DEFAULT_REGION
    AWS_BUCKET_REGION
    """.split()
)
_OF_SDKS = frozenset({"AWS_REGION", "AWS_DEFAULT_REGION"})


def variable_name(written: str) -> str:
    """The name of a variable, or of a setting or argument as one: ``s3.bucket.name``, ``--source-bucket``."""
    return written if written.isidentifier() else re.sub(r"[.:\- ]+", "_", written.lstrip("-"))


def bucket_name_of(variable: str) -> bool:
    """Whether a variable of this name holds a bucket."""
    return _BUCKET.search(variable) is not None


def paired_region(given: Mapping[str, T], variable: str, *, alone: bool) -> T | None:
    """The value of the Region's variable that goes with ``variable``.

    ``DATA_BUCKET`` with ``DATA_REGION``; ``S3_REGION`` and the like with the only bucket (catalogue of references, section 4).
    """
    stem = re.sub(r"_?(?:S3_?)?BUCKET.*$", "", variable, flags=re.IGNORECASE).upper()
    for name in sorted(given):
        if name in _OF_SDKS or len(name) > _LONGEST or not (found := _REGION.match(name)):
            continue
        if (stem and found["stem"].upper() == stem) or (alone and name.upper() in _OF_S3):
            return given[name]
    return None

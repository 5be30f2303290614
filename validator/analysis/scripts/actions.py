"""What commands of the AWS CLI need to be allowed.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html, and the commands' own references.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_READ, _WRITE, _DELETE, _LIST = "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"
# Of the bucket that is copied from, and of the one that is copied to.
_COPYING: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = MappingProxyType(
    {"cp": ((_READ,), (_WRITE,)), "mv": ((_READ, _DELETE), (_WRITE,)), "sync": ((_LIST, _READ), (_LIST, _WRITE))}
)
_OTHERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "aws s3 ls": (_LIST,), "aws s3 rm": (_DELETE,),
        "aws s3api get-object": (_READ,), "aws s3api head-object": (_READ,), "aws s3api put-object": (_WRITE,),
        "aws s3api copy-object": (_WRITE,), "aws s3api upload-part-copy": (_WRITE,),
        "aws s3api delete-object": (_DELETE,), "aws s3api head-bucket": (_LIST,), "aws s3api list-objects": (_LIST,),
        "aws s3api list-objects-v2": (_LIST,), "aws cloudformation package": (_WRITE,), "aws deploy push": (_WRITE,),
    }
)  # fmt: skip


def actions_of(shown: str, *, from_first: bool) -> tuple[str, ...]:
    """The actions of ``shown`` ("aws s3 cp") on a bucket; ``from_first``: it is the one that is copied from. None where it is not known."""
    tool, _, verb = shown.rpartition(" ")
    if tool == "aws s3" and verb in _COPYING:
        return _COPYING[verb][0 if from_first else 1]
    return _OTHERS.get(shown, ())

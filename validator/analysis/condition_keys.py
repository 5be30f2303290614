"""Which condition keys of S3 a request has by its action: one for an object has no ``s3:prefix``, only one that writes names an encryption.

A condition on a key that an action does not have is one on a key that is not there. Source: Service Authorization Reference, "Actions,
resources, and condition keys for Amazon S3". A key that is not in the table may be there with any action.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from validator.analysis.conditions import Context, Fact

_LISTING = frozenset({"s3:listbucket", "s3:listbucketversions"})
_CREATING = frozenset({"s3:putobject"})
_OF_VERSIONS = re.compile(r"s3:.*version.*")
_TABLE: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (re.compile(r"s3:(?:prefix|delimiter|max-keys)"), _LISTING),
    (re.compile(r"s3:x-amz-server-side-encryption(?:-aws-kms-key-id)?"), _CREATING),
    (re.compile(r"s3:x-amz-(?:copy-source|metadata-directive|storage-class|website-redirect-location)"), _CREATING),
    (re.compile(r"s3:x-amz-(?:acl|grant-.*)"), _CREATING | {"s3:putobjectacl"}),
    (re.compile(r"s3:requestobjecttag(?:keys|/.*)"), _CREATING | {"s3:putobjecttagging"}),
)
# There is no object yet whose tags they could have.
_WITHOUT_TAGS = frozenset(
    "s3:putobject s3:abortmultipartupload s3:listmultipartuploadparts s3:listbucket s3:listbucketversions s3:listbucketmultipartuploads".split()
)


def may_have(action: str, key: str) -> bool:
    """Whether a request for ``action`` may have ``key``, both in any case."""
    action, key = action.lower(), key.lower()
    if not action.startswith("s3:"):
        return True
    if key.startswith("s3:existingobjecttag/"):
        return action not in _WITHOUT_TAGS
    if key == "s3:versionid":
        return _OF_VERSIONS.fullmatch(action) is not None
    return next((action in actions for pattern, actions in _TABLE if pattern.fullmatch(key)), True)


@dataclass(frozen=True, slots=True)
class OfAction(Mapping[str, Fact]):
    """``context`` as a request for ``action`` has it: keys of other actions are known not to be there."""

    context: Context
    action: str

    def __getitem__(self, key: str) -> Fact:
        """The fact; raises KeyError where nothing is known of it."""
        return self.context[key] if may_have(self.action, key) else None

    def __iter__(self) -> Iterator[str]:
        """The keys that are known."""
        return iter(self.context)

    def __len__(self) -> int:
        """How many are known."""
        return len(self.context)

"""The operating system of a machine, as far as the name of its image tells: Amazon Linux keeps its packages in S3."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from validator.conversion.gathering import Gathered
from validator.conversion.identities import Naming
from validator.conversion.sources import Sources
from validator.values import Ref, Text, Unknown, Value

_PATHS = ("ImageId", "ami", "image_id", "LaunchTemplateData.ImageId")
# Names of images, of the parameters of the parameter store that hold them, and of filters that look for them.
_RELEASES = (
    ("al2023", re.compile(r"al2023|amazon-?linux-?2023", re.IGNORECASE)),
    ("al2", re.compile(r"amzn2-|amazon-?linux-?2(?![0-9])|/amazon-linux-2/", re.IGNORECASE)),
    ("al1", re.compile(r"amzn-ami-", re.IGNORECASE)),
)
# The data sources that find images, with the attributes that are the image's id.
_SOURCES = {"aws_ssm_parameter": ("value", "insecure_value"), "aws_ami": ("id", "image_id")}
_MOST = 200


def system_of(found: Gathered, sources: Sources) -> str | None:
    """The release of Amazon Linux ("al1", "al2", "al2023") that a workload's instances run; None: another system, or nothing says which."""
    for member in found.members:
        for path in _PATHS:
            value = member.fields.value(path)
            if value is not None:
                told = " ".join((*_told(value, member.fields.naming), *_looked_up(value, sources)))
                return next((release for release, pattern in _RELEASES if pattern.search(told)), None)
    return None


def _looked_up(value: Value, sources: Sources) -> Iterator[str]:
    """The texts of the data sources that have found an image of this id, where a plan says no more than the id."""
    if not isinstance(value, str):
        return
    for kind, attributes in _SOURCES.items():
        for fields in sources.by_type.get(kind, ()):
            if fields.resource.mode == "data" and value in [fields.value(name) for name in attributes]:
                yield from _texts(fields.resource.attributes)


def _told(value: Value, naming: Naming) -> Iterator[str]:
    """The texts in what an image is named by: its own, those of the causes that keep it open, those of the data source that finds it."""
    match value:
        case str():
            yield value
        case Text():
            for part in value.parts:
                yield from _told(part, naming)
        case Unknown():
            yield from (f"{cause.subject} {cause.reason}" for cause in value.causes)
            for mention in value.mentions:
                yield from _of_source(mention, naming)
        case Ref():
            yield from _of_source(value, naming)


def _of_source(reference: Ref, naming: Naming) -> Iterator[str]:
    declared = naming.declared(reference.address)
    if declared is not None:
        yield from _texts(declared.attributes)


def _texts(attributes: Mapping[str, Value]) -> Iterator[str]:
    waiting: list[Value] = [dict(attributes)]
    for _ in range(_MOST):
        if not waiting:
            return
        match waiting.pop():
            case Mapping() as node:
                waiting += node.values()
            case tuple() as node:
                waiting += node
            case str() as text:
                yield text

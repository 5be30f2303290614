"""Buckets: ours, somebody's, or AWS's own; and tables of DynamoDB, which the other gateway endpoint serves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from validator.model.network import Id, Link
from validator.source import SourceLocation
from validator.values import Text, Truth, Unknown


class BucketKind(StrEnum):
    """Kinds of bucket that differ in their hosts or endpoints."""

    GENERAL = "general"
    DIRECTORY = "directory"
    ACCESS_POINT = "access-point"
    MULTI_REGION_ACCESS_POINT = "multi-region-access-point"
    # No bucket at all, but a place that a request goes to in the same ways.
    TABLE = "table"


Owner: TypeAlias = Literal["input", "aws", "external"]


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket. ``id`` is its address in the inputs, else its name.

    ``region_source`` is a sentence for people: "provider aws.data", "stack Region", "[buckets] in the configuration"; None: unknown.
    ``sensitive``: the name is marked so: it is used, never printed.
    ``written``: a name with symbolic pieces, as the input writes it.
    ``replicas``: the buckets that S3 copies it to. ``behind``: the buckets that an access point leads to; ``only_from``: the VPC from which
    alone it can be used. ``aspects``: resources that are settings of it, whose id is its name.
    """

    id: Id
    name: str | Unknown
    region: str | Unknown
    region_source: str | None
    owner: Owner
    location: SourceLocation | None
    kind: BucketKind = BucketKind.GENERAL
    exists: Truth = True
    written: Text | None = None
    sensitive: bool = False
    replicas: tuple[Link, ...] = ()
    behind: tuple[Link, ...] = ()
    only_from: Link = None
    aspects: tuple[Id, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A DynamoDB table. ``regions``: where it is made, first, and where its replicas are; Unknown members may be any."""

    id: Id
    name: str | Unknown
    regions: tuple[str | Unknown, ...]
    owner: Owner
    location: SourceLocation
    exists: Truth = True
    sensitive: bool = False

"""IAM policy documents, and what holds them: endpoints, buckets and roles."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from validator.model.network import Id, Link
from validator.source import SourceLocation
from validator.values import Ref, Text, Truth, Unknown

Term: TypeAlias = "str | Ref | Text | Unknown"
"""One text of a document, with ``*``, ``?`` and policy variables as written."""

Terms: TypeAlias = "tuple[Term, ...] | Unknown"
"""Several texts; Unknown where not even their number is known."""


class Effect(StrEnum):
    """What a statement does to the requests that it matches."""

    ALLOW = "Allow"
    DENY = "Deny"


@dataclass(frozen=True, slots=True)
class Clause:
    """``Action`` or ``NotAction``, ``Resource`` or ``NotResource``; ``negated`` is the second of each."""

    terms: Terms
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Principals:
    """``Principal`` or ``NotPrincipal``. ``named`` holds (kind, text) pairs, kind as written: AWS, Service, Federated, CanonicalUser.

    ``"*"`` alone is written as kind ``*``.
    """

    named: tuple[tuple[str, Term], ...] | Unknown
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator on one key: ``StringEqualsIfExists``, ``aws:SourceVpce``, its values. Both names as written."""

    operator: str
    key: str
    values: Terms


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. ``name`` is for people: its number from 1, and its Sid. A clause that is None is not written."""

    name: str
    effect: Effect | Unknown
    actions: Clause | None
    resources: Clause | None
    principals: Principals | None
    conditions: tuple[Condition, ...] | Unknown
    location: SourceLocation


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A document. ``statements`` Unknown: not even their number is known; an unknown one among them may do anything.

    ``variables``: ``${aws:username}`` and the like stand for values (Version 2012-10-17), instead of for themselves.
    ``exists`` unknown: it may not be there at all, and then refuses nothing.
    """

    statements: tuple[Statement | Unknown, ...] | Unknown
    location: SourceLocation
    variables: bool = True
    exists: Truth = True


@dataclass(frozen=True, slots=True)
class BucketPolicy:
    """A policy on a bucket: an id of the topology, or the name of a bucket outside the inputs."""

    bucket: Link
    document: PolicyDocument
    address: str


@dataclass(frozen=True, slots=True)
class Role:
    """An IAM role with the documents that grant it something. ``boundary``: what its grants are cut down to; None: nothing.

    ``unread`` are policies attached to it that no input shows, with the reason. ``path`` ends and begins with a slash.
    """

    id: Id
    name: str | Unknown
    path: str | Unknown
    location: SourceLocation
    documents: tuple[PolicyDocument, ...] = ()
    unread: tuple[Unknown, ...] = ()
    boundary: PolicyDocument | Unknown | None = None
    exists: Truth = True

"""Private hosted zones, resolver rules and DNS Firewall: what a VPC's resolver says instead of the public name servers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from validator.model.network import Id, Link
from validator.source import SourceLocation
from validator.values import Truth, Unknown


@dataclass(frozen=True, slots=True)
class ZoneRecord:
    """A record that leads to addresses, by its whole name in lower case ("*." in front for all below).

    ``endpoint``: the VPC endpoint whose name or addresses it holds.
    """

    name: str | Unknown
    endpoint: Id | Unknown
    location: SourceLocation
    address: str
    exists: Truth = True


@dataclass(frozen=True, slots=True)
class PrivateZone:
    """A private hosted zone: in its VPCs nothing below ``name`` resolves that it has no record for.

    ``closed``: the inputs make it, so a record that they do not show is not there.
    """

    id: Id
    name: str | Unknown
    vpcs: tuple[Link, ...] | Unknown
    records: tuple[ZoneRecord, ...]
    closed: bool
    location: SourceLocation
    exists: Truth = True


@dataclass(frozen=True, slots=True)
class LooseRecord:
    """A record whose zone is not known."""

    zone: Unknown
    record: ZoneRecord


@dataclass(frozen=True, slots=True)
class ResolverRule:
    """A rule of Route 53 Resolver for ``domain`` ("": every name) in ``vpcs``. ``forwards``: to other name servers; else as without it."""

    id: Id
    domain: str | Unknown
    vpcs: tuple[Link, ...]
    forwards: Truth
    location: SourceLocation
    exists: Truth = True


class DomainAction(StrEnum):
    """What DNS Firewall does with a query. ``OVERRIDE``: it answers with another name."""

    ALLOW = "ALLOW"
    ALERT = "ALERT"
    BLOCK = "BLOCK"
    OVERRIDE = "OVERRIDE"


@dataclass(frozen=True, slots=True)
class DomainRule:
    """A rule of DNS Firewall in ``vpc``; the first that matches decides, by the priority of its group, then its own.

    ``domains`` as written ("*." in front for all below, "*" for every name). ``query``: the type of record that is asked for; None: any.
    ``trusts``: names that the name is an alias of are not looked at. ``group`` is for people.
    """

    vpc: Link
    order: tuple[int, int] | Unknown
    action: DomainAction | Unknown
    domains: tuple[str | Unknown, ...] | Unknown
    query: str | Unknown | None
    trusts: Truth
    group: Id
    location: SourceLocation
    address: str
    exists: Truth = True

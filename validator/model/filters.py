"""Security groups and network ACLs: what lets a request out of an interface, into one, and across the edge of a subnet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from validator.model.network import Cidr, Id, Link, PrefixList
from validator.source import SourceLocation
from validator.values import Truth, Unknown


@dataclass(frozen=True, slots=True)
class GroupPeer:
    """The interfaces with a security group, as the other side of a rule."""

    group: Link


Peer: TypeAlias = "Cidr | PrefixList | GroupPeer | Unknown"

Ports: TypeAlias = "tuple[int, int] | Unknown | None"
"""The first and the last port; None: every port."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a security group, for one peer. ``tcp``: its protocol is TCP, or any."""

    peer: Peer
    tcp: Truth
    ports: Ports
    location: SourceLocation
    address: str
    exists: Truth = True


@dataclass(frozen=True, slots=True)
class SecurityGroup:
    """A security group with its inline and separate rules.

    ``closed``: the inputs make it or take it over whole, so a rule that they do not show is not there. ``default``: it is the one
    that came with its VPC.
    """

    id: Id
    vpc: Link
    egress: tuple[Rule, ...]
    ingress: tuple[Rule, ...]
    closed: bool
    location: SourceLocation
    default: bool = False
    exists: Truth = True


@dataclass(frozen=True, slots=True)
class AttachedGroup:
    """A group that a resource of its own adds to those of an interface. ``exists``: whether the interface has it."""

    group: Link
    exists: Truth = True


@dataclass(frozen=True, slots=True)
class LooseRule:
    """A separate rule whose group is not known."""

    group: Unknown
    egress: bool
    rule: Rule


@dataclass(frozen=True, slots=True)
class AclEntry:
    """One numbered entry of a network ACL; the lowest number that matches decides. ``peer`` is never a list or a group."""

    number: int | Unknown
    allow: Truth
    peer: Cidr | Unknown
    tcp: Truth
    ports: Ports
    location: SourceLocation
    address: str
    exists: Truth = True


@dataclass(frozen=True, slots=True)
class NetworkAcl:
    """A network ACL; what no entry matches is denied. ``closed`` and ``default`` as for SecurityGroup."""

    id: Id
    vpc: Link
    egress: tuple[AclEntry, ...]
    ingress: tuple[AclEntry, ...]
    closed: bool
    location: SourceLocation
    default: bool = False
    exists: Truth = True


@dataclass(frozen=True, slots=True)
class LooseEntry:
    """A separate entry whose ACL is not known."""

    acl: Unknown
    egress: bool
    entry: AclEntry


@dataclass(frozen=True, slots=True)
class AclAssociation:
    """A subnet uses an ACL other than its VPC's default one."""

    subnet: Link
    acl: Link
    location: SourceLocation
    address: str
    exists: Truth = True


def default_group_of(vpc: Id) -> Id:
    """The id of the security group that comes with a VPC."""
    return f"{vpc}#default-group"


def default_acl_of(vpc: Id) -> Id:
    """The id of the network ACL that comes with a VPC."""
    return f"{vpc}#default-acl"

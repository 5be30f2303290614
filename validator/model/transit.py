"""Transit gateways and core networks: what is attached to them, and their own route tables (of a core network, its segments)."""

from __future__ import annotations

from dataclasses import dataclass

from validator.model.network import Cidr, Id, Link, TargetKind
from validator.source import SourceLocation
from validator.values import Truth, Unknown


@dataclass(frozen=True, slots=True)
class TransitGateway:
    """A transit gateway, or a core network, that the inputs make.

    Attachments are associated with its default table, and propagate to it, unless switched off. ``knows_groups``: rules of one VPC may let
    in groups of another.
    """

    id: Id
    default_association: Truth
    default_propagation: Truth
    location: SourceLocation
    kind: TargetKind = TargetKind.TRANSIT_GATEWAY
    knows_groups: Truth = False


@dataclass(frozen=True, slots=True)
class TransitAttachment:
    """A VPC's attachment, with a subnet per zone."""

    id: Id
    gateway: Link
    vpc: Link
    subnets: tuple[Link, ...] | Unknown
    default_association: Truth
    default_propagation: Truth
    location: SourceLocation
    exists: Truth = True


@dataclass(frozen=True, slots=True)
class TransitRoute:
    """A static route in one of a gateway's tables; ``blackhole``: it drops."""

    table: Link
    destination: Cidr | Unknown
    attachment: Link
    blackhole: Truth
    location: SourceLocation
    address: str
    exists: Truth = True


@dataclass(frozen=True, slots=True)
class TransitLink:
    """An attachment is associated with a table, or propagates its routes to it."""

    table: Link
    attachment: Link
    location: SourceLocation
    address: str
    exists: Truth = True


def default_table_of(gateway: Id) -> Id:
    """The id of the route table that comes with a transit gateway."""
    return f"{gateway}#table"

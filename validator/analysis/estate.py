"""A Topology with the look-ups that every path needs, made once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from validator.model.filters import AclAssociation, NetworkAcl, SecurityGroup, default_acl_of, default_group_of
from validator.model.gateways import Endpoint, EndpointAssociation, EndpointType
from validator.model.network import Id, Link, LooseRoute, MainAssociation, RouteTable, TableAssociation
from validator.model.topology import Topology
from validator.values import Truth, Unknown

T = TypeVar("T")
F = TypeVar("F", SecurityGroup, NetworkAcl)


@dataclass(frozen=True, slots=True)
class Filed(Generic[T]):
    """Things filed under the entity that they name; ``loose`` are those whose entity is not known."""

    exact: Mapping[Id, tuple[T, ...]]
    loose: tuple[tuple[T, Unknown], ...]

    def certain(self, entity: Id) -> tuple[T, ...]:
        """Those that name ``entity``."""
        return self.exact.get(entity, ())

    def possible(self, entity: Id) -> tuple[tuple[T, Truth], ...]:
        """Those that name ``entity``, with True, and those that may, with the Unknown that keeps it open."""
        return (
            *((thing, True) for thing in self.certain(entity)),
            *((thing, Unknown(link.causes)) for thing, link in self.loose if link.may_be(entity)),
        )


@dataclass(frozen=True, slots=True)
class Estate:
    """The topology and its files: associations by subnet and by table, main tables and interface endpoints by VPC.

    ``endpoints_of_profiles`` answer names in further VPCs.
    ``groups`` and ``acls`` know those that come with a VPC also by that name, where the inputs adopt them under another.
    """

    topology: Topology
    associations: Filed[TableAssociation]
    main_associations: Filed[MainAssociation]
    main_tables: Filed[RouteTable]
    endpoint_associations: Filed[EndpointAssociation]
    interface_endpoints: Filed[Endpoint]
    endpoints_of_profiles: tuple[Endpoint, ...]
    loose_routes: tuple[LooseRoute, ...]
    groups: Mapping[Id, SecurityGroup]
    acls: Mapping[Id, NetworkAcl]
    acl_associations: Filed[AclAssociation]


def estate_of(topology: Topology) -> Estate:
    """File the topology's entities under what they name."""
    return Estate(
        topology,
        _file(topology.associations, lambda association: association.subnet),
        _file(topology.main_associations, lambda association: association.vpc),
        _file((table for table in topology.route_tables.values() if table.main is not False), lambda table: table.vpc),
        _file(topology.endpoint_associations, lambda association: association.table),
        _file((one for one in topology.endpoints.values() if one.type is not EndpointType.GATEWAY), lambda endpoint: endpoint.vpc),
        tuple(one for one in topology.endpoints.values() if one.names_in),
        topology.loose_routes,
        {**topology.security_groups, **{default_group_of(vpc): one for vpc, one in _brought(topology.security_groups)}},
        {**topology.network_acls, **{default_acl_of(vpc): one for vpc, one in _brought(topology.network_acls)}},
        _file(topology.acl_associations, lambda association: association.subnet),
    )


def _brought(filters: Mapping[Id, F]) -> Iterable[tuple[Id, F]]:
    """Those that came with a VPC, by the VPC."""
    return ((one.vpc, one) for one in filters.values() if one.default and isinstance(one.vpc, str))


def _file(things: Iterable[T], key: Callable[[T], Link]) -> Filed[T]:
    exact: defaultdict[Id, list[T]] = defaultdict(list)
    loose: list[tuple[T, Unknown]] = []
    for thing in things:
        match key(thing):
            case Unknown() as link:
                loose.append((thing, link))
            case None:
                pass
            case entity:
                exact[entity].append(thing)
    return Filed({entity: tuple(members) for entity, members in exact.items()}, tuple(loose))


def serves_own_region(endpoint: Endpoint) -> Truth:
    """Whether the service is of the VPC's own Region: also where a stack's Region is not known, and the service name is made with it."""
    return equal(endpoint.service_region, endpoint.region)


def equal(left: str | Unknown | None, right: str | Unknown | None) -> Truth:
    """Whether two names are the same; unknown if one of them is, unless its bound excludes the other."""
    match left, right:
        case Unknown(), Unknown():
            return True if left.same_as(right) else Unknown(left.causes + right.causes)
        case (Unknown() as one, str() as other) | (str() as other, Unknown() as one):
            return Unknown(one.causes) if one.may_be(other) else False
        case (Unknown(), None) | (None, Unknown()):
            return False
    return left == right

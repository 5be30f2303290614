"""The fact records, version 1, that policies speak about: one per access to a bucket or a table, endpoint, route table and VPC tier.

A fact that is unknown is not in the record. ``SPECIMENS`` hold every fact that there is, with its meaning beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from validator.analysis.access import Access, Analysis, Coverage, Disposition, Path, Tier
from validator.analysis.copies import sources_of
from validator.analysis.estate import equal, serves_own_region
from validator.dynamodb import TABLES
from validator.model.gateways import Endpoint, EndpointType
from validator.model.network import Id, Link
from validator.model.storage import BucketKind
from validator.model.topology import Topology
from validator.regions import HostForm, parse_s3_host
from validator.values import Truth, Unknown, all_of, any_of, negate, unknown

Facts: TypeAlias = "Mapping[str, object]"

_PATH: Facts = {
    "other_region": False,  # the host's addresses are of a Region other than the VPC's
    "way": "via-gateway-endpoint",  # how it ends by names and routes alone, before filters and policy documents
    "disposition": "via-gateway-endpoint",
    "delivered": True,
    "explicit_deny": False,  # a Deny of a policy document refuses it, or may; else nothing allows it
    "name_blocked": False,  # a rule of DNS Firewall keeps the name from resolving
    "inspected": False,  # the policy of a firewall on the way may drop it
    "network_origin": False,  # ... not a document, but that an access point is for one VPC alone
    "paid": False,  # carried by a NAT gateway, transit gateway, firewall or NAT instance
}
SPECIMENS: Mapping[str, Facts] = MappingProxyType(
    {
        "access": {
            "access": {
                "redirect_refused": False,  # S3 redirects to the bucket's Region, and the client does not follow
                "private": True,
                "disposition": "via-gateway-endpoint",
                "doubt": "",  # where it is not known only because of a filter or policy document: the refusal that it may be
                "delivered": True,
                "copies_across_regions": False,  # S3 itself copies into it from a bucket that is, or may be, in another Region
                "paths": [_PATH],  # one per host, in the order of contact
            },
            "bucket": {
                "owner": "input",
                "region": "us-east-1",
                "region_known": True,
                "multi_region": False,  # a Multi-Region Access Point, which is in no Region
            },
            "client": {
                "names_region": True,  # it is given a Region, by whatever
                "region": "us-east-1",
                "refuses": False,  # it sends nothing without a Region
                "on_global_name": False,  # the first host is the global name
            },
            "vpc": {
                "region": "us-east-1",
                "gateway_endpoint": True,  # it has an S3 gateway endpoint of its own Region
                "interface_endpoint": False,  # it has an S3 interface endpoint of its own Region
                "interface_endpoint_answers": False,  # ... to which the Region's own name resolves
                "dns_support": True,  # Amazon's resolver answers in it
            },
            "subnet": {"gateway_endpoint": True},  # its route table has the VPC's S3 gateway endpoint
        },
        "table": {
            "access": {
                "private": True,
                "disposition": "via-gateway-endpoint",
                "delivered": True,
                "by_endpoint": True,  # an endpoint delivers it
                "paths": [_PATH],
            },
            "table": {"owner": "input", "region": "us-east-1", "region_known": True},
            "client": {"region": "us-east-1", "redirect_refused": False},  # the host's Region does not hold the table
            "vpc": {"region": "us-east-1", "gateway_endpoint": True},  # it has a DynamoDB gateway endpoint of its own Region
        },
        "endpoint": {
            "endpoint": {
                "type": "Gateway",
                "service": "s3",
                "same_region": True,  # the service is of the VPC's Region
                "cross_region": False,  # the cross-Region setting is there
                "private_subnets": 2,  # subnets of the VPC, of any tier but public
                "serves_private_subnet": True,
            }
        },
        "route-table": {"route_table": {"s3_gateway_endpoints": 1}},
        "vpc-tier": {"tier": {"name": "private", "covered": 1, "uncovered": 0, "all_covered": True}},
    }
)
_PAID = frozenset({Disposition.VIA_NAT_GATEWAY, Disposition.VIA_TRANSIT_GATEWAY, Disposition.VIA_FIREWALL, Disposition.VIA_NETWORK_INTERFACE})


@dataclass(frozen=True, slots=True)
class VpcEndpoints:
    """Which endpoints of a service in its own Region a VPC has."""

    gateway: Truth
    interface: Truth


class Records:
    """Makes the records of one analysis."""

    def __init__(self, topology: Topology, analysis: Analysis) -> None:
        self._topology = topology
        self._coverage: dict[Id, Coverage] = {one.subnet: one for one in analysis.coverage}
        self._by_vpc: defaultdict[Id, list[Coverage]] = defaultdict(list)
        for one in analysis.coverage:
            if isinstance(one.vpc, str):
                self._by_vpc[one.vpc].append(one)
        self._associated = {(one.endpoint, one.table) for one in topology.endpoint_associations if one.exists is True}
        self._endpoints: dict[tuple[Id, str], VpcEndpoints] = {}
        self._in_vpc: defaultdict[Id, list[Endpoint]] = defaultdict(list)
        self._anywhere: list[Endpoint] = []
        for endpoint in topology.endpoints.values():
            if isinstance(endpoint.vpc, str):
                self._in_vpc[endpoint.vpc].append(endpoint)
            else:
                self._anywhere.append(endpoint)

    def of_access(self, access: Access) -> Facts:
        """The record of an access."""
        endpoints = self.endpoints_of(access.position.vpc)
        covered = self._coverage.get(access.position.subnet) if isinstance(access.position.subnet, str) else None
        client, bucket = access.client, access.bucket
        return {
            "access": _known(
                redirect_refused=_redirect_refused(access),
                private=access.position.private,
                disposition=_settled(access.disposition),
                doubt=access.doubt.value if access.doubt is not None else "",
                delivered=_open(access.disposition.delivered),
                copies_across_regions=any(equal(source.region, bucket.region) is not True for source in sources_of(access)),
                paths=[_path(path) for path in access.paths],
            ),
            "bucket": _known(
                owner=bucket.owner,
                region=bucket.region,
                region_known=_is_settled(bucket.region),
                multi_region=bucket.kind is BucketKind.MULTI_REGION_ACCESS_POINT,
            ),
            "client": _known(
                names_region=client.region is not None if _is_settled(client.region) else client.region,
                region=client.region,
                refuses=client.refuses,
                on_global_name=on_global_name(access),
            ),
            "vpc": _known(
                region=access.position.region,
                gateway_endpoint=endpoints.gateway,
                interface_endpoint=endpoints.interface,
                interface_endpoint_answers=_there(covered.interface_endpoint) if covered else _NOT_SETTLED,
                dns_support=self._dns_support(access.position.vpc),
            ),
            "subnet": _known(gateway_endpoint=_there(covered.gateway_endpoint) if covered else _shared_coverage(self._coverage, access)),
        }

    def _dns_support(self, vpc: Link) -> Truth:
        entity = self._topology.vpcs.get(vpc) if isinstance(vpc, str) else None
        return entity.dns_support if entity is not None else _NOT_SETTLED

    def of_table_access(self, access: Access) -> Facts:
        """The record of an access to a DynamoDB table."""
        table, delivered = access.bucket, access.disposition.delivered
        return {
            "access": _known(
                private=access.position.private,
                disposition=_settled(access.disposition),
                delivered=_open(delivered),
                by_endpoint=_NOT_SETTLED if delivered is None else access.disposition.by_endpoint,
                paths=[_path(path) for path in access.paths],
            ),
            "table": _known(owner=table.owner, region=table.region, region_known=_is_settled(table.region)),
            "client": _known(region=access.client.region, redirect_refused=_redirect_refused(access)),
            "vpc": _known(region=access.position.region, gateway_endpoint=self.endpoints_of(access.position.vpc, TABLES).gateway),
        }

    def of_endpoint(self, endpoint: Endpoint) -> Facts:
        """The record of an endpoint."""
        members = self._by_vpc.get(endpoint.vpc, []) if isinstance(endpoint.vpc, str) else []
        private = [one for one in members if one.tier is not Tier.PUBLIC]
        served = any_of(True if (endpoint.id, one.route_table) in self._associated else _serves(one, endpoint) for one in private)
        return {
            "endpoint": _known(
                type=endpoint.type if isinstance(endpoint.type, Unknown) else endpoint.type.value,
                service=endpoint.service,
                same_region=serves_own_region(endpoint) if endpoint.service_region is not None else True,
                cross_region=endpoint.cross_region,
                private_subnets=len(private),
                serves_private_subnet=served,
            )
        }

    def of_table(self, table: Id) -> Facts:
        """The record of a route table: how many S3 gateway endpoints are certainly on it."""
        on_it = {one.endpoint for one in self._topology.endpoint_associations if one.table == table and one.exists is True}
        certain = [one for one in sorted(str(link) for link in on_it if isinstance(link, str)) if self._is_s3_gateway(one)]
        return {"route_table": {"s3_gateway_endpoints": len(certain)}}

    def of_tier(self, members: Sequence[Coverage]) -> Facts:
        """The record of the subnets of one tier of a VPC."""
        there = [_there(one.gateway_endpoint) for one in members]
        covered = sum(1 for one in there if one is True)
        uncovered = sum(1 for one in there if one is False)
        return {"tier": _known(name=members[0].tier.value, covered=covered, uncovered=uncovered, all_covered=all_of(there))}

    def tiers(self) -> Iterable[tuple[Id, Tier, tuple[Coverage, ...]]]:
        """The subnets of each VPC by tier, private and isolated ones."""
        for vpc in sorted(self._by_vpc):
            for tier in (Tier.PRIVATE, Tier.ISOLATED):
                members = tuple(one for one in self._by_vpc[vpc] if one.tier is tier)
                if members:
                    yield vpc, tier, members

    def tables(self) -> Iterable[Id]:
        """Route tables that more than one endpoint association names."""
        counts: defaultdict[Id, set[str]] = defaultdict(set)
        for one in self._topology.endpoint_associations:
            if isinstance(one.table, str) and isinstance(one.endpoint, str):
                counts[one.table].add(one.endpoint)
        return sorted(table for table, endpoints in counts.items() if len(endpoints) > 1)

    def endpoints_of(self, vpc: Link, service: str = "s3") -> VpcEndpoints:
        """Which endpoints of ``service`` in its own Region ``vpc`` has."""
        if not isinstance(vpc, str):
            return VpcEndpoints(_NOT_SETTLED, _NOT_SETTLED)
        if (vpc, service) not in self._endpoints:
            gateway = [_is_of(one, service, EndpointType.GATEWAY) for one in self._in_vpc[vpc]]
            interface = [_is_of(one, service, EndpointType.INTERFACE) for one in self._in_vpc[vpc]]
            entity = self._topology.vpcs.get(vpc)
            if entity is None or not entity.closed or any(one.vpc is not None for one in self._anywhere):
                gateway.append(_NOT_SETTLED)
                interface.append(_NOT_SETTLED)
            self._endpoints[vpc, service] = VpcEndpoints(any_of(gateway), any_of(interface))
        return self._endpoints[vpc, service]

    def private_subnets(self, vpc: Link) -> list[Coverage]:
        """The private subnets of ``vpc``."""
        members = self._by_vpc.get(vpc, []) if isinstance(vpc, str) else []
        return [one for one in members if one.tier is not Tier.PUBLIC]

    def gateway_endpoints(self, vpc: Link) -> list[Id]:
        """The ids of the S3 gateway endpoints of ``vpc``."""
        members = self._in_vpc.get(vpc, []) if isinstance(vpc, str) else []
        return [one.id for one in members if one.service == "s3" and one.type is EndpointType.GATEWAY and one.exists is not False]

    def _is_s3_gateway(self, endpoint: Id) -> bool:
        entity = self._topology.endpoints.get(endpoint)
        return entity is not None and _is_of(entity, "s3", EndpointType.GATEWAY) is True


_NOT_SETTLED = unknown("is not settled", "the input")


def _is_of(endpoint: Endpoint, service: str, wanted: EndpointType) -> Truth:
    of_type = Unknown(endpoint.type.causes) if isinstance(endpoint.type, Unknown) else endpoint.type is wanted
    same = serves_own_region(endpoint)
    return all_of((endpoint.exists, of_type, equal(endpoint.service, service), same))


def _serves(coverage: Coverage, endpoint: Endpoint) -> Truth:
    match coverage.gateway_endpoint:
        case Unknown() as open_one:
            return Unknown(open_one.causes)
        case link:
            return link == endpoint.id


def _redirect_refused(access: Access) -> Truth:
    if access.disposition is not Disposition.UNKNOWN:
        return access.disposition is Disposition.REDIRECT_REFUSED
    elsewhere = any_of(path.other_region for path in access.paths)
    return all_of((elsewhere, negate(access.client.follows_redirects)))


def on_global_name(access: Access) -> Truth:
    """Whether the client calls S3's global name first."""
    if not _is_settled(access.client.region):
        return unknown("is not settled", "the client's Region")
    if not access.paths:
        return False
    host = access.paths[0].host
    forms = {read.form for name in (host.name, host.perhaps) if name and (read := parse_s3_host(name))}
    if len(forms) > 1:
        return unknown("is decided by the client's version", host.name)
    return forms == {HostForm.GLOBAL}


def _path(path: Path) -> Facts:
    return _known(
        other_region=path.other_region,
        way=_settled(path.way),
        disposition=_settled(path.disposition),
        delivered=_open(path.disposition.delivered),
        explicit_deny=path.refusal is not None and path.refusal.explicit,
        name_blocked=any(hop.kind == "dns-firewall" for hop in path.hops),
        inspected=any(hop.kind == "firewall" for hop in path.hops),
        network_origin=path.refusal is not None and path.refusal.origin,
        paid=_paid(path),
    )


def _paid(path: Path) -> Truth:
    """Whether a paid hop carries it: one that is refused costs nothing, and one that nobody knows the end of may be."""
    if path.way is Disposition.UNKNOWN or (path.disposition is Disposition.UNKNOWN and path.doubt is None):
        return _NOT_SETTLED
    return path.way in _PAID and path.disposition.delivered is not False


def _is_settled(region: str | Unknown | None) -> bool:
    """Whether it is known which Region it is, be it only that of the stack."""
    return not isinstance(region, Unknown) or region.symbol is not None


def _settled(disposition: Disposition) -> str | Unknown:
    return _NOT_SETTLED if disposition is Disposition.UNKNOWN else disposition.value


def _open(truth: bool | None) -> Truth:  # noqa: FBT001 - a disposition's three values
    return _NOT_SETTLED if truth is None else truth


def _there(link: Link) -> Truth:
    return Unknown(link.causes) if isinstance(link, Unknown) else link is not None


def _shared_coverage(coverage: Mapping[Id, Coverage], access: Access) -> Truth:
    """Of a subnet that is one of several: what they share."""
    subnet = access.position.subnet
    among = subnet.among if isinstance(subnet, Unknown) else None
    found = [_there(coverage[str(one)].gateway_endpoint) for one in among or () if str(one) in coverage]
    if not found or any(one is not found[0] for one in found) or isinstance(found[0], Unknown):
        return _NOT_SETTLED
    return found[0]


def _known(**facts: object) -> Facts:
    return {name: value for name, value in facts.items() if not isinstance(value, Unknown)}

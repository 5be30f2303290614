"""Why the names that a client calls do not lead to the interface endpoints of its VPC, in the words of a message (aws-facts B4 to B7)."""

from __future__ import annotations

from collections.abc import Iterable

from validator.analysis.access import Access
from validator.model.gateways import Endpoint, EndpointType
from validator.model.network import Vpc
from validator.model.topology import Topology


def why_unanswered(access: Access, topology: Topology) -> str:
    """What keeps S3's names from each S3 interface endpoint of the VPC; "" where there is none."""
    vpc = topology.vpcs.get(access.position.vpc) if isinstance(access.position.vpc, str) else None
    if vpc is None:
        return ""
    there = [one for one in topology.endpoints.values() if one.vpc == vpc.id and one.service == "s3" and one.exists is not False]
    gateway = any(one.type is EndpointType.GATEWAY for one in there)
    return "; ".join(_why(one, vpc, access, gateway=gateway) for one in there if one.type is EndpointType.INTERFACE)


def _why(endpoint: Endpoint, vpc: Vpc, access: Access, *, gateway: bool) -> str:
    if endpoint.private_dns is False:
        return f"the private DNS of {endpoint.id} is off"
    if vpc.dns_support is False or vpc.dns_hostnames is False:
        return f"private DNS needs the DNS support and the DNS host names of {vpc.id}, and they are not both on"
    if endpoint.inbound_only is not False and endpoint.cross_region is False:
        default = ", which it is unless it says otherwise" if endpoint.inbound_only is None else ""
        refused = "" if gateway else "; AWS refuses to set that up in a VPC without an S3 gateway endpoint"
        return f"the private DNS of {endpoint.id} is for inbound resolvers only{default}{refused}"
    return f"{endpoint.id} answers no {_hosts(access)}"


def _hosts(access: Access) -> str:
    names: Iterable[str] = dict.fromkeys(path.host.name for path in access.paths)
    return " and no ".join(names) or "such name"

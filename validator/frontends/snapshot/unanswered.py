"""What AWS was asked for in vain stands for itself, with the reason as the cause of everything that it leaves open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from validator.frontends.snapshot.document import Failure
from validator.frontends.snapshot.reading import Attributes, Reading, absent
from validator.source import SourceLocation
from validator.values import Cause, Unknown


def unanswered(failures: Iterable[Failure], source: str) -> Iterator[tuple[tuple[str, str], Unknown]]:
    """By call and subject, why AWS did not say."""
    causes: defaultdict[tuple[str, str], list[Cause]] = defaultdict(list)
    for one in failures:
        for subject in one.subjects:
            causes[one.call, subject].append(Cause(reason_of(one), subject, SourceLocation(source, address=subject)))
    for key, found in causes.items():
        yield key, Unknown(tuple(found))


def reason_of(failure: Failure) -> str:
    """The reason of a cause."""
    return f"is not known: {failure.call} in {failure.region} {failure.reason}" if failure.call else f"was not asked about: {failure.reason}"


def notes(failures: Iterable[Failure], source: str) -> Iterator[Cause]:
    """A note per call and reason, however many things it leaves open."""
    for one in dict.fromkeys((one.call, one.reason, one.region, one.account) for one in failures):
        call, reason, region, account = one
        who = f"AWS in {region}" + (f" (account {account})" if account else "")
        yield Cause(f"did not say: {call} {reason}" if call else f"was not asked: {reason}", who, SourceLocation(source))


def open_of(reading: Reading, call: str) -> Iterator[tuple[str, Unknown]]:
    """What one call did not say, by subject."""
    yield from ((subject, why) for (named, subject), why in reading.unanswered.items() if named == call)


def stand_ins(reading: Reading) -> None:
    """Resources for ids that were asked for in vain: what they are is unknown, and why is known."""
    known = {resource.address for resource in reading.resources}
    for identity in reading.place.absent:
        if not reading.overlay.owns(identity):
            _stand_in(reading, identity, absent(reading.place, identity, "is not there", reading.source))
    for (call, subject), why in sorted(reading.unanswered.items(), key=lambda item: item[0]):
        if reading.overlay.owns(subject):
            continue
        if subject.startswith("vpc-"):
            _open_vpc(reading, call, subject, why, known=subject in known)
        elif subject not in known:
            _stand_in(reading, subject, why)


def _stand_in(reading: Reading, identity: str, why: Unknown) -> None:
    kind = identity.partition("-")[0]
    match kind:
        case "subnet":
            reading.add(identity, "aws_subnet", {"id": identity, "vpc_id": why}, "data")
            reading.add(f"{identity}/table", "aws_route_table_association", {"subnet_id": identity, "route_table_id": why})
        case "rtb":
            reading.add(identity, "aws_route_table", {"id": identity, "vpc_id": why, "route": why}, "data")
        case "vpce":
            reading.add(identity, "aws_vpc_endpoint", {"id": identity, "vpc_id": why, **_unknown_endpoint(why)}, "data")
        case "nat":
            reading.add(identity, "aws_nat_gateway", {"id": identity, "vpc_id": why, "subnet_id": why, "connectivity_type": why})
        case "sg":
            reading.add(identity, "aws_security_group", {"id": identity, "vpc_id": why, "ingress": why, "egress": why})
        case "dopt":
            reading.add(identity, "aws_vpc_dhcp_options", {"id": identity, "domain_name_servers": why})
        case "vpc":
            attributes: Attributes = {"id": identity, "enable_dns_support": why, "enable_dns_hostnames": why}
            reading.add(identity, "aws_vpc", attributes, "data")


def _unknown_endpoint(why: Unknown) -> Attributes:
    return {"service_name": why, "vpc_endpoint_type": why, "route_table_ids": why, "private_dns_enabled": why, "policy": why}


def _open_vpc(reading: Reading, call: str, vpc: str, why: Unknown, *, known: bool) -> None:
    """What a call that failed leaves open of a VPC."""
    match call:
        case "ec2:DescribeVpcs" if not known:
            _stand_in(reading, vpc, why)
        case "ec2:DescribeRouteTables":
            reading.add(f"{vpc}/main", "aws_main_route_table_association", {"vpc_id": vpc, "route_table_id": why})
            for subnet in reading.place.subnets:
                if subnet.vpc_id == vpc and not reading.overlay.owns(subnet.subnet_id):
                    identity = subnet.subnet_id
                    reading.add(f"{identity}/table", "aws_route_table_association", {"subnet_id": identity, "route_table_id": why})
        case "ec2:DescribeVpcEndpoints":
            reading.add(f"{vpc}/endpoints", "aws_vpc_endpoint", {"vpc_id": vpc, **_unknown_endpoint(why)}, exists=why)
        case "route53:ListHostedZonesByVPC":
            reading.add(f"{vpc}/zones", "aws_route53_zone", {"name": why, "vpc": ({"vpc_id": vpc},)})
        case "route53resolver:ListResolverRuleAssociations":
            reading.add(f"{vpc}/rules", "aws_route53_resolver_rule", {"domain_name": why, "rule_type": "FORWARD"})
            reading.add(f"{vpc}/rules/{vpc}", "aws_route53_resolver_rule_association", {"resolver_rule_id": f"{vpc}/rules", "vpc_id": vpc})
        case "ec2:DescribeNetworkAcls":
            attributes: Attributes = {"vpc_id": vpc, "default_network_acl_id": vpc, "subnet_ids": why, "ingress": why, "egress": why}
            reading.add(f"{vpc}/acls", "aws_default_network_acl", attributes)
        case "ec2:DescribeSecurityGroups":
            reading.add(f"{vpc}/group", "aws_default_security_group", {"vpc_id": vpc, "ingress": why, "egress": why})
        case "ec2:DescribeNatGateways":
            mentioned = {route.nat_gateway_id for table in reading.place.route_tables if table.vpc_id == vpc for route in table.routes}
            for identity in sorted(mentioned - {""}):
                if not reading.overlay.owns(identity):
                    _stand_in(reading, identity, why)

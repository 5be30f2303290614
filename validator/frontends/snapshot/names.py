"""Who answers names in a recorded VPC: private hosted zones with their records, resolver rules, name servers of DHCP options."""

from __future__ import annotations

from validator.frontends.snapshot.facts import DhcpOptions, HostedZone, Record, ResolverRule
from validator.frontends.snapshot.reading import Attributes, Reading
from validator.values import Cause, Unknown, Value


def name_servers(reading: Reading, options: DhcpOptions) -> None:
    """Add DHCP options."""
    servers = tuple(value.value for one in options.dhcp_configurations if one.key == "domain-name-servers" for value in one.values)
    reading.add(options.dhcp_options_id, "aws_vpc_dhcp_options", {"id": options.dhcp_options_id, "domain_name_servers": servers or None})


def zone(reading: Reading, one: HostedZone) -> None:
    """Add a zone; one whose records were not told may have any."""
    identity = one.hosted_zone_id
    attributes: Attributes = {"id": identity, "name": one.name, "vpc": tuple({"vpc_id": vpc} for vpc in one.vpc_ids)}
    reading.add(identity, "aws_route53_zone", attributes, "managed" if one.records is not None else "data")
    for record in one.records or ():
        reading.add(f"{identity}/{record.name}/{record.type}", "aws_route53_record", {"zone_id": identity, **_record(record)})


def _record(record: Record) -> Attributes:
    found: Attributes = {"name": record.name, "type": record.type, "records": tuple(one.value for one in record.resource_records)}
    if record.alias_target is not None:
        found["alias"] = ({"name": record.alias_target.dns_name},)
    return found


def rule(reading: Reading, one: ResolverRule) -> None:
    """Add a resolver rule with its VPCs."""
    untold = Unknown((Cause("forwards names of a domain that was not told", one.id, reading.location(one.id)),))
    domain: Value = untold if one.domain_name is None else one.domain_name
    reading.add(one.id, "aws_route53_resolver_rule", {"id": one.id, "domain_name": domain, "rule_type": one.rule_type})
    for vpc in one.vpc_ids:
        reading.add(f"{one.id}/{vpc}", "aws_route53_resolver_rule_association", {"resolver_rule_id": one.id, "vpc_id": vpc})

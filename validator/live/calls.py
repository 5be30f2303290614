"""Every call that is ever made to AWS: nothing else is, and all of them only read. The permissions that they need are made from this table."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """An operation of a service, as its API spells it.

    ``action`` is the permission that it needs, None where it needs none. ``result`` is the list in its answer, ``selector`` the
    filter that takes ids, ``page`` the most that it gives at once where it has to be told. ``workloads``: only made with --workloads.
    """

    service: str
    operation: str
    action: str | None
    result: str = ""
    selector: str = ""
    page: int | None = None
    workloads: bool = False

    def __str__(self) -> str:
        """``ec2:DescribeVpcs``."""
        return f"{self.service}:{self.operation}"


# The Region stands in the header of every answer, so that not even permission to see the bucket is needed (S3 API, HeadBucket).
HEAD_BUCKET = Call("s3", "HeadBucket", None)
CALLER = Call("sts", "GetCallerIdentity", None)
# Only with --role-arn, and then allowed where the role is trusted; it changes nothing.
ASSUME_ROLE = Call("sts", "AssumeRole", None)
VPCS = Call("ec2", "DescribeVpcs", "ec2:DescribeVpcs", "Vpcs", "vpc-id", 1000)
VPC_ATTRIBUTE = Call("ec2", "DescribeVpcAttribute", "ec2:DescribeVpcAttribute")
SUBNETS = Call("ec2", "DescribeSubnets", "ec2:DescribeSubnets", "Subnets", "subnet-id", 1000)
ROUTE_TABLES = Call("ec2", "DescribeRouteTables", "ec2:DescribeRouteTables", "RouteTables", "route-table-id", 100)
ENDPOINTS = Call("ec2", "DescribeVpcEndpoints", "ec2:DescribeVpcEndpoints", "VpcEndpoints", "vpc-endpoint-id", 1000)
PREFIX_LISTS = Call("ec2", "DescribeManagedPrefixLists", "ec2:DescribeManagedPrefixLists", "PrefixLists", "prefix-list-id", 100)
PREFIX_LIST_ENTRIES = Call("ec2", "GetManagedPrefixListEntries", "ec2:GetManagedPrefixListEntries", "Entries", page=100)
GROUPS = Call("ec2", "DescribeSecurityGroups", "ec2:DescribeSecurityGroups", "SecurityGroups", "group-id", 1000)
ACLS = Call("ec2", "DescribeNetworkAcls", "ec2:DescribeNetworkAcls", "NetworkAcls", "network-acl-id", 1000)
NAT_GATEWAYS = Call("ec2", "DescribeNatGateways", "ec2:DescribeNatGateways", "NatGateways", "nat-gateway-id", 1000)
INTERNET_GATEWAYS = Call("ec2", "DescribeInternetGateways", "ec2:DescribeInternetGateways", "InternetGateways", "internet-gateway-id", 1000)
TRANSIT_GATEWAYS = Call("ec2", "DescribeTransitGateways", "ec2:DescribeTransitGateways", "TransitGateways", "transit-gateway-id", 1000)
DHCP_OPTIONS = Call("ec2", "DescribeDhcpOptions", "ec2:DescribeDhcpOptions", "DhcpOptions", "dhcp-options-id", 1000)
REGIONS = Call("ec2", "DescribeRegions", "ec2:DescribeRegions", "Regions", "region-name")
EXPORTS = Call("cloudformation", "ListExports", "cloudformation:ListExports", "Exports")
PARAMETERS = Call("ssm", "GetParameters", "ssm:GetParameters", "Parameters")
ZONES = Call("route53", "ListHostedZonesByVPC", "route53:ListHostedZonesByVPC")
RECORDS = Call("route53", "ListResourceRecordSets", "route53:ListResourceRecordSets", "ResourceRecordSets")
RULE_ASSOCIATIONS = Call(
    "route53resolver", "ListResolverRuleAssociations", "route53resolver:ListResolverRuleAssociations", "ResolverRuleAssociations", page=100
)
RULES = Call("route53resolver", "ListResolverRules", "route53resolver:ListResolverRules", "ResolverRules", page=100)
FUNCTIONS = Call("lambda", "ListFunctions", "lambda:ListFunctions", "Functions", workloads=True)
INSTANCES = Call("ec2", "DescribeInstances", "ec2:DescribeInstances", "Reservations", "instance-id", 1000, workloads=True)
INSTANCE_ATTRIBUTE = Call("ec2", "DescribeInstanceAttribute", "ec2:DescribeInstanceAttribute", workloads=True)
CLUSTERS = Call("ecs", "ListClusters", "ecs:ListClusters", "clusterArns", page=100, workloads=True)
SERVICES = Call("ecs", "ListServices", "ecs:ListServices", "serviceArns", page=100, workloads=True)
SERVICE = Call("ecs", "DescribeServices", "ecs:DescribeServices", workloads=True)
TASK = Call("ecs", "DescribeTaskDefinition", "ecs:DescribeTaskDefinition", workloads=True)

CALLS: tuple[Call, ...] = (
    HEAD_BUCKET, CALLER, ASSUME_ROLE, VPCS, VPC_ATTRIBUTE, SUBNETS, ROUTE_TABLES, ENDPOINTS, PREFIX_LISTS, PREFIX_LIST_ENTRIES, GROUPS, ACLS,
    NAT_GATEWAYS, INTERNET_GATEWAYS, TRANSIT_GATEWAYS, DHCP_OPTIONS, REGIONS, EXPORTS, PARAMETERS,
    ZONES, RECORDS, RULE_ASSOCIATIONS, RULES,
    FUNCTIONS, INSTANCES, INSTANCE_ATTRIBUTE, CLUSTERS, SERVICES, SERVICE, TASK,
)  # fmt: skip


def permissions() -> str:
    """The least that somebody who asks must be allowed, as an IAM policy document in JSON."""
    parts = (("Network", False), ("OnlyWithWorkloads", True))
    actions = {sid: sorted(call.action for call in CALLS if call.action and call.workloads is of) for sid, of in parts}
    statements = [{"Sid": sid, "Effect": "Allow", "Action": listed, "Resource": "*"} for sid, listed in actions.items()]
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2) + "\n"

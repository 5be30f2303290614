"""What the two vocabularies call the same facts: per resource type the attribute that holds each, and the defaults of AWS or the provider.

A type that is not here is not read. Paths are dotted; lists on the way are stepped into.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from validator.model.network import TargetKind

Terms: TypeAlias = "Mapping[str, str]"
"""A fact's name to the attribute that holds it."""


def _table(**types: Terms) -> Mapping[str, Terms]:
    return MappingProxyType({name.replace("__", "::"): terms for name, terms in types.items()})


VPC = _table(
    aws_vpc={"dns_support": "enable_dns_support", "dns_hostnames": "enable_dns_hostnames", "cidr": "cidr_block"},
    aws_default_vpc={"dns_support": "enable_dns_support", "dns_hostnames": "enable_dns_hostnames", "cidr": "cidr_block"},
    AWS__EC2__VPC={"dns_support": "EnableDnsSupport", "dns_hostnames": "EnableDnsHostnames", "cidr": "CidrBlock"},
)
_SUBNET6 = {"block6": "ipv6_cidr_block", "assigned6": "assign_ipv6_address_on_creation", "only6": "ipv6_native", "dns64": "enable_dns64"}
_SUBNET6_CFN = {"block6": "Ipv6CidrBlock", "assigned6": "AssignIpv6AddressOnCreation", "only6": "Ipv6Native", "dns64": "EnableDns64"}
SUBNET = _table(
    aws_subnet={"vpc": "vpc_id", "public": "map_public_ip_on_launch", "zone": "availability_zone", "cidr": "cidr_block", **_SUBNET6},
    aws_default_subnet={"vpc": "vpc_id", "public": "map_public_ip_on_launch", "zone": "availability_zone", "cidr": "cidr_block", **_SUBNET6},
    AWS__EC2__Subnet={"vpc": "VpcId", "public": "MapPublicIpOnLaunch", "zone": "AvailabilityZone", "cidr": "CidrBlock", **_SUBNET6_CFN},
)
ROUTE_TABLE = _table(
    aws_route_table={"vpc": "vpc_id", "routes": "route", "propagating": "propagating_vgws"},
    aws_default_route_table={"vpc": "default_route_table_id", "routes": "route", "propagating": "propagating_vgws"},
    AWS__EC2__RouteTable={"vpc": "VpcId"},
)
ROUTE = _table(aws_route={"table": "route_table_id"}, AWS__EC2__Route={"table": "RouteTableId"})
ASSOCIATION = _table(
    aws_route_table_association={"subnet": "subnet_id", "table": "route_table_id", "gateway": "gateway_id"},
    AWS__EC2__SubnetRouteTableAssociation={"subnet": "SubnetId", "table": "RouteTableId"},
)
MAIN_ASSOCIATION = _table(aws_main_route_table_association={"vpc": "vpc_id", "table": "route_table_id"})
PROPAGATION = _table(
    aws_vpn_gateway_route_propagation={"tables": "route_table_id", "gateway": "vpn_gateway_id"},
    AWS__EC2__VPNGatewayRoutePropagation={"tables": "RouteTableIds", "gateway": "VpnGatewayId"},
)
PREFIX_LIST = _table(
    aws_ec2_managed_prefix_list={"name": "name", "entries": "entry", "cidr": "cidr"},
    aws_prefix_list={"name": "name", "entries": "", "cidr": ""},
    AWS__EC2__PrefixList={"name": "PrefixListName", "entries": "Entries", "cidr": "Cidr"},
)
LIST_ENTRY = _table(aws_ec2_managed_prefix_list_entry={"list": "prefix_list_id", "cidr": "cidr"})
INTERNET_GATEWAY = _table(aws_internet_gateway={"vpc": "vpc_id"}, AWS__EC2__InternetGateway={"vpc": ""})
GATEWAY_ATTACHMENT = _table(
    aws_internet_gateway_attachment={"vpc": "vpc_id", "gateway": "internet_gateway_id"},
    AWS__EC2__VPCGatewayAttachment={"vpc": "VpcId", "gateway": "InternetGatewayId"},
)
NAT_GATEWAY = _table(
    aws_nat_gateway={
        "subnet": "subnet_id", "vpc": "vpc_id", "connectivity": "connectivity_type", "mode": "availability_mode", "allocation": "allocation_id",
    },
    AWS__EC2__NatGateway={
        "subnet": "SubnetId", "vpc": "VpcId", "connectivity": "ConnectivityType", "mode": "AvailabilityMode", "allocation": "AllocationId",
    },
)  # fmt: skip
OTHER_GATEWAY = _table(
    aws_vpn_gateway={"vpc": "vpc_id"},
    aws_egress_only_internet_gateway={"vpc": "vpc_id"},
    aws_vpc_peering_connection={"vpc": "vpc_id"},
    aws_networkmanager_core_network={"vpc": ""},
    aws_ec2_carrier_gateway={"vpc": "vpc_id"},
    aws_network_interface={"vpc": "", "check": "source_dest_check"},
    aws_instance={"vpc": "", "check": "source_dest_check"},
    AWS__EC2__VPNGateway={"vpc": ""},
    AWS__EC2__EgressOnlyInternetGateway={"vpc": "VpcId"},
    AWS__EC2__VPCPeeringConnection={"vpc": "VpcId"},
    AWS__NetworkManager__CoreNetwork={"vpc": ""},
    AWS__EC2__CarrierGateway={"vpc": "VpcId"},
    AWS__EC2__NetworkInterface={"vpc": "", "check": "SourceDestCheck"},
    AWS__EC2__Instance={"vpc": "", "check": "SourceDestCheck"},
)
TRANSIT_GATEWAY = _table(
    aws_ec2_transit_gateway={
        "association": "default_route_table_association", "propagation": "default_route_table_propagation",
        "groups": "security_group_referencing_support",
    },
    AWS__EC2__TransitGateway={
        "association": "DefaultRouteTableAssociation", "propagation": "DefaultRouteTablePropagation",
        "groups": "SecurityGroupReferencingSupport",
    },
)  # fmt: skip
TRANSIT_ATTACHMENT = _table(
    aws_ec2_transit_gateway_vpc_attachment={
        "gateway": "transit_gateway_id", "vpc": "vpc_id", "subnets": "subnet_ids",
        "association": "transit_gateway_default_route_table_association", "propagation": "transit_gateway_default_route_table_propagation",
    },
    AWS__EC2__TransitGatewayAttachment={"gateway": "TransitGatewayId", "vpc": "VpcId", "subnets": "SubnetIds"},
    AWS__EC2__TransitGatewayVpcAttachment={"gateway": "TransitGatewayId", "vpc": "VpcId", "subnets": "SubnetIds"},
)  # fmt: skip
TRANSIT_TABLE = _table(
    aws_ec2_transit_gateway_route_table={"gateway": "transit_gateway_id"}, AWS__EC2__TransitGatewayRouteTable={"gateway": "TransitGatewayId"}
)
TRANSIT_ROUTE = _table(
    aws_ec2_transit_gateway_route={
        "table": "transit_gateway_route_table_id", "destination": "destination_cidr_block",
        "attachment": "transit_gateway_attachment_id", "blackhole": "blackhole",
    },
    AWS__EC2__TransitGatewayRoute={
        "table": "TransitGatewayRouteTableId", "destination": "DestinationCidrBlock",
        "attachment": "TransitGatewayAttachmentId", "blackhole": "Blackhole",
    },
)  # fmt: skip
TRANSIT_LIST = _table(
    aws_ec2_transit_gateway_prefix_list_reference={
        "table": "transit_gateway_route_table_id", "list": "prefix_list_id", "attachment": "transit_gateway_attachment_id", "blackhole": "blackhole",
    }
)  # fmt: skip
TRANSIT_ASSOCIATION = _table(
    aws_ec2_transit_gateway_route_table_association={"table": "transit_gateway_route_table_id", "attachment": "transit_gateway_attachment_id"},
    AWS__EC2__TransitGatewayRouteTableAssociation={"table": "TransitGatewayRouteTableId", "attachment": "TransitGatewayAttachmentId"},
)
TRANSIT_PROPAGATION = _table(
    aws_ec2_transit_gateway_route_table_propagation={"table": "transit_gateway_route_table_id", "attachment": "transit_gateway_attachment_id"},
    AWS__EC2__TransitGatewayRouteTablePropagation={"table": "TransitGatewayRouteTableId", "attachment": "TransitGatewayAttachmentId"},
)
CORE_NETWORK = _table(aws_networkmanager_core_network={}, AWS__NetworkManager__CoreNetwork={})
# "network": what has the document, "" the resource itself.
CORE_POLICY = _table(
    aws_networkmanager_core_network_policy_attachment={"network": "core_network_id", "document": "policy_document"},
    AWS__NetworkManager__CoreNetwork={"network": "", "document": "PolicyDocument"},
)
CORE_ATTACHMENT = _table(
    aws_networkmanager_vpc_attachment={"network": "core_network_id", "vpc": "vpc_arn", "subnets": "subnet_arns"},
    AWS__NetworkManager__VpcAttachment={"network": "CoreNetworkId", "vpc": "VpcArn", "subnets": "SubnetArns"},
)
FIREWALL = _table(
    aws_networkfirewall_firewall={"vpc": "vpc_id", "mappings": "subnet_mapping", "subnet": "subnet_id", "policy": "firewall_policy_arn"},
    AWS__NetworkFirewall__Firewall={"vpc": "VpcId", "mappings": "SubnetMappings", "subnet": "SubnetId", "policy": "FirewallPolicyArn"},
    aws_networkfirewall_vpc_endpoint_association={
        "vpc": "vpc_id", "mappings": "subnet_mapping", "subnet": "subnet_id", "firewall": "firewall_arn",
    },
    AWS__NetworkFirewall__VpcEndpointAssociation={
        "vpc": "VpcId", "mappings": "SubnetMapping", "subnet": "SubnetId", "firewall": "FirewallArn",
    },
)  # fmt: skip
FIREWALL_POLICY = _table(
    aws_networkfirewall_firewall_policy={
        "order": "firewall_policy.stateful_engine_options.rule_order", "stateless": "firewall_policy.stateless_default_actions",
        "groups": "firewall_policy.stateful_rule_group_reference", "group": "resource_arn", "override": "override.action",
        "variables": "firewall_policy.policy_variables.rule_variables",
    },
    AWS__NetworkFirewall__FirewallPolicy={
        "order": "FirewallPolicy.StatefulEngineOptions.RuleOrder", "stateless": "FirewallPolicy.StatelessDefaultActions",
        "groups": "FirewallPolicy.StatefulRuleGroupReferences", "group": "ResourceArn", "override": "Override.Action",
        "variables": "FirewallPolicy.PolicyVariables.RuleVariables",
    },
)  # fmt: skip
FIREWALL_RULES = _table(
    aws_networkfirewall_rule_group={
        "list": "rule_group.rules_source.rules_source_list", "kind": "generated_rules_type", "protocols": "target_types", "domains": "targets",
        "variables": "rule_group.rule_variables.ip_sets",
    },
    AWS__NetworkFirewall__RuleGroup={
        "list": "RuleGroup.RulesSource.RulesSourceList", "kind": "GeneratedRulesType", "protocols": "TargetTypes", "domains": "Targets",
        "variables": "RuleGroup.RuleVariables.IPSets",
    },
)  # fmt: skip
PUBLIC_ACCESS_BLOCK = _table(
    aws_vpc_block_public_access_options={"mode": "internet_gateway_block_mode"},
    AWS__EC2__VPCBlockPublicAccessOptions={"mode": "InternetGatewayBlockMode"},
)
PUBLIC_ACCESS_EXCLUSION = _table(
    aws_vpc_block_public_access_exclusion={"vpc": "vpc_id", "subnet": "subnet_id", "mode": "internet_gateway_exclusion_mode"},
    AWS__EC2__VPCBlockPublicAccessExclusion={"vpc": "VpcId", "subnet": "SubnetId", "mode": "InternetGatewayExclusionMode"},
)
ENDPOINT = _table(
    aws_vpc_endpoint={
        "vpc": "vpc_id", "type": "vpc_endpoint_type", "service": "service_name", "service_region": "service_region",
        "tables": "route_table_ids", "subnets": "subnet_ids", "groups": "security_group_ids", "private_dns": "private_dns_enabled",
        "inbound_only": "dns_options.private_dns_only_for_inbound_resolver_endpoint", "addresses": "ip_address_type",
        "chosen": "subnet_configuration", "chosen_subnet": "subnet_id",
    },
    AWS__EC2__VPCEndpoint={
        "vpc": "VpcId", "type": "VpcEndpointType", "service": "ServiceName", "service_region": "ServiceRegion",
        "tables": "RouteTableIds", "subnets": "SubnetIds", "groups": "SecurityGroupIds", "private_dns": "PrivateDnsEnabled",
        "inbound_only": "DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint", "addresses": "IpAddressType",
    },
)  # fmt: skip
ENDPOINT_ASSOCIATION = _table(aws_vpc_endpoint_route_table_association={"endpoint": "vpc_endpoint_id", "table": "route_table_id"})
ENDPOINT_SUBNET = _table(aws_vpc_endpoint_subnet_association={"endpoint": "vpc_endpoint_id", "subnet": "subnet_id"})
ENDPOINT_PRIVATE_DNS = _table(aws_vpc_endpoint_private_dns={"endpoint": "vpc_endpoint_id", "enabled": "private_dns_enabled"})
RESOLVER_OPTIONS = _table(aws_vpc_dhcp_options={"servers": "domain_name_servers"}, AWS__EC2__DHCPOptions={"servers": "DomainNameServers"})
RESOLVER_ASSOCIATION = _table(
    aws_vpc_dhcp_options_association={"vpc": "vpc_id", "options": "dhcp_options_id"},
    AWS__EC2__VPCDHCPOptionsAssociation={"vpc": "VpcId", "options": "DhcpOptionsId"},
)
ZONE = _table(
    aws_route53_zone={"name": "name", "vpcs": "vpc", "vpc": "vpc_id"}, AWS__Route53__HostedZone={"name": "Name", "vpcs": "VPCs", "vpc": "VPCId"}
)
ZONE_ASSOCIATION = _table(aws_route53_zone_association={"zone": "zone_id", "vpc": "vpc_id"})
RECORD = _table(
    aws_route53_record={"zone": "zone_id", "name": "name", "type": "type"},
    AWS__Route53__RecordSet={"zone": "HostedZoneId", "zone_name": "HostedZoneName", "name": "Name", "type": "Type"},
)
RECORD_GROUP = _table(AWS__Route53__RecordSetGroup={"zone": "HostedZoneId", "zone_name": "HostedZoneName", "records": "RecordSets"})
RECORD_TARGETS = ("alias.name", "AliasTarget.DNSName", "records", "ResourceRecords")
RESOLVER_RULE = _table(
    aws_route53_resolver_rule={"domain": "domain_name", "kind": "rule_type"},
    AWS__Route53Resolver__ResolverRule={"domain": "DomainName", "kind": "RuleType"},
)
RESOLVER_RULE_ASSOCIATION = _table(
    aws_route53_resolver_rule_association={"rule": "resolver_rule_id", "vpc": "vpc_id"},
    AWS__Route53Resolver__ResolverRuleAssociation={"rule": "ResolverRuleId", "vpc": "VPCId"},
)
PROFILE = _table(aws_route53profiles_profile={}, AWS__Route53Profiles__Profile={})
PROFILE_ASSOCIATION = _table(
    aws_route53profiles_association={"profile": "profile_id", "vpc": "resource_id"},
    AWS__Route53Profiles__ProfileAssociation={"profile": "ProfileId", "vpc": "ResourceId"},
)
PROFILE_RESOURCE = _table(
    aws_route53profiles_resource_association={"profile": "profile_id", "resource": "resource_arn", "properties": "resource_properties"},
    AWS__Route53Profiles__ProfileResourceAssociation={"profile": "ProfileId", "resource": "ResourceArn", "properties": "ResourceProperties"},
)
DOMAIN_LIST = _table(
    aws_route53_resolver_firewall_domain_list={"domains": "domains", "file": "", "name": "name", "owner": "managed_owner_name"},
    AWS__Route53Resolver__FirewallDomainList={"domains": "Domains", "file": "DomainFileUrl", "name": "Name", "owner": "ManagedOwnerName"},
)
DOMAIN_GROUP = _table(aws_route53_resolver_firewall_rule_group={"rules": ""}, AWS__Route53Resolver__FirewallRuleGroup={"rules": "FirewallRules"})
DOMAIN_RULE = _table(
    aws_route53_resolver_firewall_rule={
        "group": "firewall_rule_group_id", "priority": "priority", "action": "action", "response": "block_response", "category": "",
        "list": "firewall_domain_list_id", "query": "q_type", "redirection": "firewall_domain_redirection_action", "name": "name",
    },
    # A block in its group.
    AWS__Route53Resolver__FirewallRuleGroup={
        "group": "", "priority": "Priority", "action": "Action", "response": "BlockResponse",
        "category": "FirewallRuleType.FirewallAdvancedContentCategory", "list": "FirewallDomainListId", "query": "Qtype",
        "redirection": "FirewallDomainRedirectionAction", "name": "",
    },
)  # fmt: skip
DOMAIN_GROUP_ASSOCIATION = _table(
    aws_route53_resolver_firewall_rule_group_association={"group": "firewall_rule_group_id", "vpc": "vpc_id", "priority": "priority"},
    AWS__Route53Resolver__FirewallRuleGroupAssociation={"group": "FirewallRuleGroupId", "vpc": "VpcId", "priority": "Priority"},
)
SECURITY_GROUP = _table(
    aws_security_group={"vpc": "vpc_id", "egress": "egress", "ingress": "ingress"},
    aws_default_security_group={"vpc": "vpc_id", "egress": "egress", "ingress": "ingress"},
    AWS__EC2__SecurityGroup={"vpc": "VpcId", "egress": "SecurityGroupEgress", "ingress": "SecurityGroupIngress"},
)
GROUP_ATTACHMENT = _table(aws_network_interface_sg_attachment={"group": "security_group_id", "interface": "network_interface_id"})
# ``direction``: the attribute that says it; else the type does.
GROUP_RULE = _table(
    aws_security_group_rule={"group": "security_group_id", "direction": "type"},
    aws_vpc_security_group_egress_rule={"group": "security_group_id"},
    aws_vpc_security_group_ingress_rule={"group": "security_group_id"},
    AWS__EC2__SecurityGroupEgress={"group": "GroupId"},
    AWS__EC2__SecurityGroupIngress={"group": "GroupId"},
)
# The whole set of a group's rules: what is not listed is taken away.
GROUP_RULES = _table(
    aws_vpc_security_group_rules_exclusive={"group": "security_group_id", "egress": "egress_rule_ids", "ingress": "ingress_rule_ids"}
)
NETWORK_ACL = _table(
    aws_network_acl={"vpc": "vpc_id", "subnets": "subnet_ids", "egress": "egress", "ingress": "ingress"},
    aws_default_network_acl={"vpc": "default_network_acl_id", "subnets": "subnet_ids", "egress": "egress", "ingress": "ingress"},
    AWS__EC2__NetworkAcl={"vpc": "VpcId"},
)
ACL_ENTRY = _table(
    aws_network_acl_rule={"acl": "network_acl_id", "egress": "egress"},
    AWS__EC2__NetworkAclEntry={"acl": "NetworkAclId", "egress": "Egress"},
)
ACL_ASSOCIATION = _table(
    aws_network_acl_association={"acl": "network_acl_id", "subnet": "subnet_id"},
    AWS__EC2__SubnetNetworkAclAssociation={"acl": "NetworkAclId", "subnet": "SubnetId"},
)
VPC_BLOCK = _table(
    aws_vpc_ipv4_cidr_block_association={"vpc": "vpc_id", "cidr": "cidr_block"},
    AWS__EC2__VPCCidrBlock={"vpc": "VpcId", "cidr": "CidrBlock"},
)
SUBNET_BLOCK6 = _table(AWS__EC2__SubnetCidrBlock={"subnet": "SubnetId", "cidr": "Ipv6CidrBlock"})
ENDPOINT_GROUP = _table(
    aws_vpc_endpoint_security_group_association={
        "endpoint": "vpc_endpoint_id",
        "group": "security_group_id",
        "replaces": "replace_default_association",
    }
)
BUCKET = _table(
    aws_s3_bucket={"name": "bucket", "prefix": "bucket_prefix"},
    aws_s3_directory_bucket={"name": "bucket", "zone": "location.name"},
    AWS__S3__Bucket={"name": "BucketName", "prefix": "BucketNamePrefix", "namespace": "BucketNamespace"},
    AWS__S3Express__DirectoryBucket={"name": "BucketName", "zone": "LocationName"},
)
ACCESS_POINT = _table(
    aws_s3_access_point={"bucket": "bucket", "vpc": "vpc_configuration.vpc_id"},
    AWS__S3__AccessPoint={"bucket": "Bucket", "vpc": "VpcConfiguration.VpcId"},
)
MULTI_REGION_ACCESS_POINT = _table(
    aws_s3control_multi_region_access_point={"bucket": "details.region.bucket", "alias": "alias"},
    AWS__S3__MultiRegionAccessPoint={"bucket": "Regions.Bucket", "alias": "Alias"},
)
# "bucket": what is copied, "" the resource itself.
REPLICATION = _table(
    aws_s3_bucket_replication_configuration={"bucket": "bucket", "destination": "rule.destination.bucket"},
    aws_s3_bucket={"bucket": "", "destination": "replication_configuration.rules.destination.bucket"},
    AWS__S3__Bucket={"bucket": "", "destination": "ReplicationConfiguration.Rules.Destination.Bucket"},
)
# Settings of a bucket that are resources of their own in the provider; the id of each is the bucket's name.
BUCKET_ASPECTS: Mapping[str, Terms] = MappingProxyType(
    {
        f"aws_s3_bucket_{aspect}": {"bucket": "bucket"}
        for aspect in """
        accelerate_configuration acl cors_configuration lifecycle_configuration logging notification object_lock_configuration
        ownership_controls policy public_access_block replication_configuration request_payment_configuration
        server_side_encryption_configuration versioning website_configuration
        """.split()
    }
)
# Replicas of a table: the list of them, and where each keeps its Region.
TABLE = _table(
    aws_dynamodb_table={"name": "name", "replicas": "replica", "region": "region_name"},
    aws_dynamodb_global_table={"name": "name", "replicas": "replica", "region": "region_name"},
    AWS__DynamoDB__Table={"name": "TableName", "replicas": "", "region": ""},
    AWS__DynamoDB__GlobalTable={"name": "TableName", "replicas": "Replicas", "region": "Region"},
    AWS__Serverless__SimpleTable={"name": "TableName", "replicas": "", "region": ""},
)

# Destinations and targets of a route: the attribute, in either vocabulary and in inline blocks, that each stands in.
DESTINATION_CIDR = ("destination_cidr_block", "cidr_block", "DestinationCidrBlock")
DESTINATION_CIDR6 = ("destination_ipv6_cidr_block", "ipv6_cidr_block", "DestinationIpv6CidrBlock")
DESTINATION_LIST = ("destination_prefix_list_id", "DestinationPrefixListId")
# The same for a rule of a security group or an entry of a network ACL.
PROTOCOL = ("protocol", "ip_protocol", "IpProtocol", "Protocol")
FIRST_PORT = ("from_port", "FromPort", "PortRange.From")
LAST_PORT = ("to_port", "ToPort", "PortRange.To")
RULE_CIDRS = ("cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6", "CidrIp", "CidrIpv6")
RULE_LISTS = ("prefix_list_ids", "prefix_list_id", "DestinationPrefixListId", "SourcePrefixListId")
RULE_GROUPS = (
    "security_groups", "source_security_group_id", "referenced_security_group_id", "DestinationSecurityGroupId", "SourceSecurityGroupId",
)  # fmt: skip
RULE_GROUP_NAMES = ("SourceSecurityGroupName",)
RULE_SELF = ("self",)
ENTRY_NUMBER = ("rule_no", "rule_number", "RuleNumber")
ENTRY_ACTION = ("action", "rule_action", "RuleAction")
ENTRY_CIDRS = ("cidr_block", "ipv6_cidr_block", "CidrBlock", "Ipv6CidrBlock")
TARGETS: Mapping[str, TargetKind | None] = MappingProxyType(
    {
        # None: told by what it names (an Internet or a virtual private gateway, "local").
        "gateway_id": None, "GatewayId": None,
        "nat_gateway_id": TargetKind.NAT_GATEWAY, "NatGatewayId": TargetKind.NAT_GATEWAY,
        "egress_only_gateway_id": TargetKind.EGRESS_ONLY_GATEWAY, "EgressOnlyInternetGatewayId": TargetKind.EGRESS_ONLY_GATEWAY,
        "transit_gateway_id": TargetKind.TRANSIT_GATEWAY, "TransitGatewayId": TargetKind.TRANSIT_GATEWAY,
        "vpc_peering_connection_id": TargetKind.PEERING, "VpcPeeringConnectionId": TargetKind.PEERING,
        "vpc_endpoint_id": TargetKind.ENDPOINT, "VpcEndpointId": TargetKind.ENDPOINT,
        "network_interface_id": TargetKind.NETWORK_INTERFACE, "NetworkInterfaceId": TargetKind.NETWORK_INTERFACE,
        "instance_id": TargetKind.INSTANCE, "InstanceId": TargetKind.INSTANCE,
        "core_network_arn": TargetKind.CORE_NETWORK, "CoreNetworkArn": TargetKind.CORE_NETWORK,
        "carrier_gateway_id": TargetKind.CARRIER_GATEWAY, "CarrierGatewayId": TargetKind.CARRIER_GATEWAY,
        "local_gateway_id": TargetKind.LOCAL_GATEWAY, "LocalGatewayId": TargetKind.LOCAL_GATEWAY,
    }
)  # fmt: skip
GATEWAY_KINDS: Mapping[str, TargetKind] = MappingProxyType(
    {
        "aws_internet_gateway": TargetKind.INTERNET_GATEWAY, "AWS::EC2::InternetGateway": TargetKind.INTERNET_GATEWAY,
        "AWS::EC2::VPCGatewayAttachment": TargetKind.INTERNET_GATEWAY, "aws_internet_gateway_attachment": TargetKind.INTERNET_GATEWAY,
        "aws_vpn_gateway": TargetKind.VIRTUAL_PRIVATE_GATEWAY, "AWS::EC2::VPNGateway": TargetKind.VIRTUAL_PRIVATE_GATEWAY,
        "aws_vpn_gateway_attachment": TargetKind.VIRTUAL_PRIVATE_GATEWAY,
        "aws_nat_gateway": TargetKind.NAT_GATEWAY, "AWS::EC2::NatGateway": TargetKind.NAT_GATEWAY,
        "aws_vpc_endpoint": TargetKind.ENDPOINT, "AWS::EC2::VPCEndpoint": TargetKind.ENDPOINT,
        "aws_egress_only_internet_gateway": TargetKind.EGRESS_ONLY_GATEWAY,
        "aws_ec2_transit_gateway": TargetKind.TRANSIT_GATEWAY, "AWS::EC2::TransitGateway": TargetKind.TRANSIT_GATEWAY,
    }
)  # fmt: skip
# Ids as AWS writes them: the prefix tells the kind (EC2's resource id formats).
ID_KINDS: Mapping[str, TargetKind] = MappingProxyType(
    {
        "igw-": TargetKind.INTERNET_GATEWAY, "vgw-": TargetKind.VIRTUAL_PRIVATE_GATEWAY, "nat-": TargetKind.NAT_GATEWAY,
        "vpce-": TargetKind.ENDPOINT, "eigw-": TargetKind.EGRESS_ONLY_GATEWAY, "tgw-": TargetKind.TRANSIT_GATEWAY,
        "pcx-": TargetKind.PEERING, "eni-": TargetKind.NETWORK_INTERFACE, "local": TargetKind.LOCAL, "i-": TargetKind.INSTANCE,
        "cagw-": TargetKind.CARRIER_GATEWAY, "lgw-": TargetKind.LOCAL_GATEWAY,
    }
)  # fmt: skip

# Attribute defaults, by type and fact, with their source.
DEFAULTS: Mapping[tuple[str, str], bool | str] = MappingProxyType(
    {
        # EC2 API CreateVpc / ModifyVpcAttribute and the resource schema: support on, host names off in VPCs that one makes.
        ("aws_vpc", "dns_support"): True, ("aws_vpc", "dns_hostnames"): False,
        ("AWS::EC2::VPC", "dns_support"): True, ("AWS::EC2::VPC", "dns_hostnames"): False,
        # VPC guide, "Default VPCs": both on; provider docs r/default_vpc.
        ("aws_default_vpc", "dns_support"): True, ("aws_default_vpc", "dns_hostnames"): True,
        # Resource schema and provider docs r/subnet; "Default subnets" for the other.
        ("aws_subnet", "public"): False, ("AWS::EC2::Subnet", "public"): False, ("aws_default_subnet", "public"): True,
        # EC2 API CreateNatGateway.
        ("aws_nat_gateway", "connectivity"): "public", ("AWS::EC2::NatGateway", "connectivity"): "public",
        ("aws_nat_gateway", "mode"): "zonal", ("AWS::EC2::NatGateway", "mode"): "zonal",
        # EC2 API CreateVpcEndpoint, provider docs r/vpc_endpoint.
        ("aws_vpc_endpoint", "type"): "Gateway", ("AWS::EC2::VPCEndpoint", "type"): "Gateway",
        ("aws_vpc_endpoint", "private_dns"): False, ("AWS::EC2::VPCEndpoint", "private_dns"): False,
        ("aws_vpc_endpoint", "addresses"): "ipv4", ("AWS::EC2::VPCEndpoint", "addresses"): "ipv4",
        ("aws_vpc_endpoint_private_dns", "enabled"): False,
    }
)  # fmt: skip

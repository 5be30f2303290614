"""Is a network that boto3 has made recorded so that its paths end as they must?"""

import base64
import json

import boto3
import pytest
from conftest import REGION

from validator.options import Live, Options
from validator.pipeline import check, snapshot

TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}


class Account:
    """The calls of boto3 that the cases need, past the proxy."""

    def __init__(self, moto):
        url = f"http://{moto[0]}:{moto[1]}"
        names = ("ec2", "lambda", "iam", "route53", "route53resolver")
        self.ec2, self.functions, self.iam, self.names, self.resolver = (boto3.client(one, region_name=REGION, endpoint_url=url) for one in names)

    def function(self, subnet, group):
        role = self.iam.create_role(RoleName="function", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
        self.functions.create_function(
            FunctionName="reader", Runtime="python3.13", Role=role, Handler="a.b", Code={"ZipFile": b"x"},
            VpcConfig={"SubnetIds": [subnet], "SecurityGroupIds": [group]}, Environment={"Variables": {"DATA_BUCKET": "another-teams-data"}},
        )  # fmt: skip

    def public_subnet(self, vpc):
        subnet = self.ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.9.0/24")["Subnet"]["SubnetId"]
        gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        table = self.ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        self.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
        self.ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        return subnet

    def main_table(self, vpc):
        tables = self.ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}, {"Name": "association.main", "Values": ["true"]}])
        return tables["RouteTables"][0]["RouteTableId"]

    def acl_of(self, vpc, subnet):
        """A network ACL of its own for a subnet."""
        acl = self.ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
        found = self.ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])["NetworkAcls"][0]
        (association,) = [one["NetworkAclAssociationId"] for one in found["Associations"] if one["SubnetId"] == subnet]
        self.ec2.replace_network_acl_association(AssociationId=association, NetworkAclId=acl)
        return acl

    def allow(self, acl, number, *, egress, first, last):
        ports = {"From": first, "To": last}
        self.ec2.create_network_acl_entry(
            NetworkAclId=acl, RuleNumber=number, Egress=egress, Protocol="6", RuleAction="allow", CidrBlock="0.0.0.0/0", PortRange=ports
        )


def as_it_is(_, network):
    return network.covered


def without_endpoint(_, network):
    return network.forgotten


def nothing_out(account, network):
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    account.ec2.revoke_security_group_egress(GroupId=network.group, IpPermissions=everything)
    return network.covered


def only_to_s3(account, network):
    nothing_out(account, network)
    lists = account.ec2.describe_managed_prefix_lists()["PrefixLists"]
    (listed,) = [one["PrefixListId"] for one in lists if one["PrefixListName"] == f"com.amazonaws.{REGION}.s3"]
    rule = [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "PrefixListIds": [{"PrefixListId": listed}]}]
    account.ec2.authorize_security_group_egress(GroupId=network.group, IpPermissions=rule)
    return network.covered


def acl_without_entries(account, network):
    account.acl_of(network.vpc, network.covered)
    return network.covered


def acl_without_replies(account, network):
    acl = account.acl_of(network.vpc, network.covered)
    account.allow(acl, 100, egress=True, first=443, last=443)
    return network.covered


def acl_with_replies(account, network):
    acl = account.acl_of(network.vpc, network.covered)
    account.allow(acl, 100, egress=True, first=443, last=443)
    account.allow(acl, 100, egress=False, first=1024, last=65535)
    return network.covered


def names_off(account, network):
    account.ec2.modify_vpc_attribute(VpcId=network.vpc, EnableDnsSupport={"Value": False})
    return network.covered


def names_on(account, network):
    account.ec2.modify_vpc_attribute(VpcId=network.vpc, EnableDnsHostnames={"Value": True})


def zone_without_a_record(account, network):
    """A hand-made zone hides the names that it has no record for."""
    names_on(account, network)
    name = f"s3.{REGION}.amazonaws.com"
    account.names.create_hosted_zone(
        Name=name, CallerReference="1", HostedZoneConfig={"PrivateZone": True}, VPC={"VPCRegion": REGION, "VPCId": network.vpc}
    )
    return network.covered


def zone_of_another_name(account, network):
    names_on(account, network)
    account.names.create_hosted_zone(
        Name="internal.example", CallerReference="1", HostedZoneConfig={"PrivateZone": True}, VPC={"VPCRegion": REGION, "VPCId": network.vpc}
    )
    return network.covered


def rule_that_forwards_everything(account, network):
    resolver = account.resolver
    ips = [{"SubnetId": one} for one in (network.covered, network.forgotten)]
    endpoint = resolver.create_resolver_endpoint(
        CreatorRequestId="1", Name="out", SecurityGroupIds=[network.group], Direction="OUTBOUND", IpAddresses=ips
    )["ResolverEndpoint"]["Id"]  # fmt: skip
    rule = resolver.create_resolver_rule(
        CreatorRequestId="1",
        Name="all",
        RuleType="FORWARD",
        DomainName="amazonaws.com",
        TargetIps=[{"Ip": "10.9.9.9", "Port": 53}],
        ResolverEndpointId=endpoint,
    )["ResolverRule"]["Id"]
    resolver.associate_resolver_rule(ResolverRuleId=rule, VPCId=network.vpc)
    return network.covered


def endpoint_policy_for_another_bucket(account, network):
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::nobodys-data", "arn:aws:s3:::nobodys-data/*"]}
    account.ec2.modify_vpc_endpoint(VpcEndpointId=network.endpoint, PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    return network.covered


def by_nat_gateway(account, network):
    address = account.ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = account.ec2.create_nat_gateway(SubnetId=account.public_subnet(network.vpc), AllocationId=address)["NatGateway"]["NatGatewayId"]
    account.ec2.create_route(RouteTableId=account.main_table(network.vpc), DestinationCidrBlock="0.0.0.0/0", NatGatewayId=gateway)
    return network.forgotten


def by_nat_gateway_without_a_way_out(account, network):
    address = account.ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = account.ec2.create_nat_gateway(SubnetId=network.covered, AllocationId=address)["NatGateway"]["NatGatewayId"]
    account.ec2.create_route(RouteTableId=account.main_table(network.vpc), DestinationCidrBlock="0.0.0.0/0", NatGatewayId=gateway)
    return network.forgotten


def by_nat_instance(account, network):
    """An instance with a public address that forwards what is not for it, once it does not check that."""
    placed = {"SubnetId": account.public_subnet(network.vpc), "DeviceIndex": 0, "AssociatePublicIpAddress": True, "Groups": [network.group]}
    made = account.ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, NetworkInterfaces=[placed])["Instances"][0]
    account.ec2.modify_instance_attribute(InstanceId=made["InstanceId"], SourceDestCheck={"Value": False})
    interface = made["NetworkInterfaces"][0]["NetworkInterfaceId"]
    account.ec2.create_route(RouteTableId=account.main_table(network.vpc), DestinationCidrBlock="0.0.0.0/0", NetworkInterfaceId=interface)
    return network.forgotten


def by_transit_gateway(account, network):
    gateway = account.ec2.create_transit_gateway(Description="hub")["TransitGateway"]["TransitGatewayId"]
    account.ec2.create_route(RouteTableId=account.main_table(network.vpc), DestinationCidrBlock="0.0.0.0/0", TransitGatewayId=gateway)
    return network.forgotten


def function_in_a_public_subnet(account, network):
    return account.public_subnet(network.vpc)


def endpoint_on_the_main_table(account, network):
    account.ec2.modify_vpc_endpoint(VpcEndpointId=network.endpoint, AddRouteTableIds=[account.main_table(network.vpc)])
    return network.forgotten


CASES = {
    as_it_is: "via-gateway-endpoint",
    without_endpoint: "no-route",
    nothing_out: "security-group-denies",
    only_to_s3: "via-gateway-endpoint",
    acl_without_entries: "network-acl-denies",
    acl_without_replies: "network-acl-denies",
    acl_with_replies: "via-gateway-endpoint",
    names_off: "dns-unresolved",
    zone_without_a_record: "dns-unresolved",
    zone_of_another_name: "via-gateway-endpoint",
    rule_that_forwards_everything: "unknown",
    endpoint_policy_for_another_bucket: "endpoint-policy-denies",
    by_nat_gateway: "via-nat-gateway",
    by_nat_gateway_without_a_way_out: "blackhole",
    by_nat_instance: "via-network-interface",
    by_transit_gateway: "via-transit-gateway",
    function_in_a_public_subnet: "no-route",
    endpoint_on_the_main_table: "via-gateway-endpoint",
}


@pytest.mark.parametrize("case", CASES, ids=lambda one: one.__name__.replace("_", " "))
def test_does_a_recorded_path_end_as_it_must(case, network, moto, tmp_path):
    account = Account(moto)
    account.function(case(account, network), network.group)
    recorded = snapshot(Options((), regions=(REGION,), live=Live(workloads=True)), (network.vpc,), ())
    assert recorded.remarks == ()
    (tmp_path / "network.json").write_text(recorded.written)
    report = check(Options((), network=tmp_path / "network.json"))
    assert [one.disposition.value for one in report.analysis.accesses] == [CASES[case]], [one.causes for one in report.analysis.accesses]


@pytest.mark.parametrize(("public", "end"), [(True, "via-internet-gateway"), (False, "no-route")])
def test_does_an_instance_need_a_public_address_for_an_internet_gateway(public, end, network, moto, tmp_path):
    account = Account(moto)
    script = base64.b64encode(b"aws s3 cp s3://another-teams-data/x . --region eu-west-1").decode()
    placed = {"SubnetId": account.public_subnet(network.vpc), "DeviceIndex": 0, "AssociatePublicIpAddress": public, "Groups": [network.group]}
    account.ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, NetworkInterfaces=[placed], UserData=script)
    recorded = snapshot(Options((), regions=(REGION,), live=Live(workloads=True)), (network.vpc,), ())
    (tmp_path / "network.json").write_text(recorded.written)
    report = check(Options((), network=tmp_path / "network.json"))
    assert [one.disposition.value for one in report.analysis.accesses] == [end]

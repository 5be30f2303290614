"""Does a Route 53 Profile bring what it holds to the VPCs that it is associated with, and is one outside the inputs open?"""

import json

import pytest

from tests.conversion.test_filters import REGION, logical, resource, stack, terraform
from validator.options import Options
from validator.pipeline import check
from validator.values import Ref, Unknown, unknown

OPEN = unknown("is open", "it")
VPC = resource("aws_vpc.main", "create", cidr_block="10.0.0.0/16")
PROFILE = resource("aws_route53profiles_profile.shared", "create", name="shared")
ZONE = resource("aws_route53_zone.s3", "create", name="s3.eu-west-1.amazonaws.com", vpc=({"vpc_id": "vpc-0hub"},))
RULE = resource("aws_route53_resolver_rule.out", "create", domain_name="amazonaws.com", rule_type="FORWARD")
GROUP = resource("aws_route53_resolver_firewall_rule_group.names", "create")
BLOCK = resource(
    "aws_route53_resolver_firewall_rule.all", "create", firewall_rule_group_id=Ref(GROUP.address, "id"), priority=1, block_response="NODATA",
    firewall_domain_list_id=Ref("aws_route53_resolver_firewall_domain_list.all", "id"),
)  # fmt: skip
ENDPOINT = resource(
    "aws_vpc_endpoint.s3", "create", vpc_id="vpc-0hub", service_name=f"com.amazonaws.{REGION}.s3", vpc_endpoint_type="Interface"
)  # fmt: skip


def into(vpc=None, profile=None, **more):
    attributes = {
        "profile_id": Ref(PROFILE.address, "id") if profile is None else profile,
        "resource_id": Ref("aws_vpc.main", "id") if vpc is None else vpc,
    }
    return resource("aws_route53profiles_association.main", "create", **attributes, **more)


def holding(held, profile=None, **more):
    attributes = {"profile_id": Ref(PROFILE.address, "id") if profile is None else profile, "resource_arn": held}
    return resource("aws_route53profiles_resource_association.it", "create", **attributes, **more)


def shown(links):
    return ["?" if isinstance(one, Unknown) else one for one in links]


@pytest.mark.parametrize(
    ("resources", "vpcs"),
    [
        ([PROFILE, holding(Ref(ZONE.address, "arn")), into()], ["vpc-0hub", "aws_vpc.main"]),
        ([PROFILE, holding(Ref(ZONE.address, "arn"))], ["vpc-0hub"]),
        ([PROFILE, into()], ["vpc-0hub"]),
        ([PROFILE, holding(Ref("aws_route53_zone.other", "arn")), into()], ["vpc-0hub"]),
        ([PROFILE, holding(OPEN), into()], ["vpc-0hub", "?"]),
        ([PROFILE, holding(Ref(ZONE.address, "arn"), profile=OPEN), into()], ["vpc-0hub", "?"]),
        ([PROFILE, holding(Ref(ZONE.address, "arn")), into(profile="rp-0other")], ["vpc-0hub"]),
        ([PROFILE, holding(Ref(ZONE.address, "arn")), into(vpc=OPEN)], ["vpc-0hub", "?"]),
    ],
)
def test_in_which_vpcs_is_a_zone_of_a_profile(resources, vpcs):
    other = resource("aws_route53_zone.other", "create", name="example.com")
    assert shown(terraform(VPC, ZONE, other, *resources).private_zones[ZONE.address].vpcs) == vpcs


def test_is_a_zone_known_by_the_id_in_its_arn_after_an_apply():
    zone = resource("aws_route53_zone.s3", "no-op", id="Z1", name="s3.eu-west-1.amazonaws.com", vpc=({"vpc_id": "vpc-0hub"},))
    profile = resource("aws_route53profiles_profile.shared", "no-op", id="rp-1")
    found = terraform(VPC, zone, profile, holding("arn:aws:route53:::hostedzone/Z1", profile="rp-1"), into(profile="rp-1"))
    assert shown(found.private_zones["aws_route53_zone.s3"].vpcs) == ["vpc-0hub", "aws_vpc.main"]


def test_are_rules_and_endpoints_of_a_profile_in_its_vpcs():
    (rule,) = terraform(VPC, PROFILE, RULE, holding(Ref(RULE.address, "arn")), into()).resolver_rules
    assert (rule.id, rule.vpcs, rule.domain) == (RULE.address, ("aws_vpc.main",), "amazonaws.com")
    endpoint = terraform(VPC, PROFILE, ENDPOINT, holding(Ref(ENDPOINT.address, "arn")), into()).endpoints[ENDPOINT.address]
    assert endpoint.names_in == ("aws_vpc.main",)


@pytest.mark.parametrize(
    ("properties", "beside", "order"),
    [
        (json.dumps({"priority": 102}), [], (102, 1)),
        (None, [], "?"),
        ("not JSON", [], "?"),
        (json.dumps({"priority": 102}), ["aws_vpc.main"], "?"),
        (json.dumps({"priority": 102}), ["aws_vpc.other"], (102, 1)),
    ],
)
def test_in_which_order_are_rules_of_dns_firewall_that_come_by_a_profile(properties, beside, order):
    direct = [
        resource(
            "aws_route53_resolver_firewall_rule_group_association.own", "create", vpc_id=Ref(vpc, "id"), priority=101,
            firewall_rule_group_id=Ref(GROUP.address, "id"),
        )
        for vpc in beside
    ]  # fmt: skip
    other = resource("aws_vpc.other", "create", cidr_block="10.1.0.0/16")
    held = holding(Ref(GROUP.address, "arn"), resource_properties=properties)
    found = [one for one in terraform(VPC, other, PROFILE, GROUP, BLOCK, held, into(), *direct).domain_rules if one.order != (101, 1)]
    assert [(one.vpc, "?" if isinstance(one.order, Unknown) else one.order) for one in found] == [("aws_vpc.main", order)]


def test_may_a_profile_outside_the_inputs_say_anything():
    (rule,) = terraform(VPC, into(profile="rp-0shared")).resolver_rules
    assert rule.vpcs == ("aws_vpc.main",)
    assert isinstance(rule.domain, Unknown)
    assert terraform(VPC, PROFILE, into()).resolver_rules == ()


def test_is_a_profile_of_a_template_read():
    found = stack(
        logical("Vpc", "AWS::EC2::VPC", CidrBlock="10.0.0.0/16"),
        logical("Profile", "AWS::Route53Profiles::Profile", Name="shared"),
        logical("Zone", "AWS::Route53::HostedZone", Name="s3.eu-west-1.amazonaws.com", VPCs=({"VPCId": "vpc-0hub", "VPCRegion": REGION},)),
        logical("In", "AWS::Route53Profiles::ProfileAssociation", ProfileId=Ref("Profile", "Ref"), ResourceId=Ref("Vpc", "Ref")),
        logical("Holds", "AWS::Route53Profiles::ProfileResourceAssociation", ProfileId=Ref("Profile", "Ref"), ResourceArn=Ref("Zone", "Arn")),
    )
    assert shown(found.private_zones["Zone"].vpcs) == ["vpc-0hub", "Vpc"]


HUB = """
Resources:
  Spoke: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16, EnableDnsHostnames: true}}
  App: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Spoke, CidrBlock: 10.0.1.0/24}}
  Routes: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Spoke}}
  Use: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref App, RouteTableId: !Ref Routes}}
  Hub: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.9.0.0/16, EnableDnsHostnames: true}}
  Shared: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Hub, CidrBlock: 10.9.1.0/24}}
  HubRoutes: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Hub}}
  HubUse: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref Shared, RouteTableId: !Ref HubRoutes}}
  Out: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref Routes, DestinationCidrBlock: 10.9.0.0/16, VpcPeeringConnectionId: !Ref Peering}}
  Back: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref HubRoutes, DestinationCidrBlock: 10.0.0.0/16, VpcPeeringConnectionId: !Ref Peering}}
  Peering: {Type: AWS::EC2::VPCPeeringConnection, Properties: {VpcId: !Ref Spoke, PeerVpcId: !Ref Hub}}
  In:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: endpoint
      VpcId: !Ref Hub
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/8}]
  Endpoint:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: !Ref Hub
      VpcEndpointType: Interface
      ServiceName: com.amazonaws.eu-west-1.s3
      SubnetIds: [!Ref Shared]
      SecurityGroupIds: [!Ref In]
      PrivateDnsEnabled: true
      DnsOptions: {PrivateDnsOnlyForInboundResolverEndpoint: AllResolvers}
  Profile: {Type: AWS::Route53Profiles::Profile, Properties: {Name: shared}}
  Holds:
    Type: AWS::Route53Profiles::ProfileResourceAssociation
    Properties:
      Name: s3
      ProfileId: !Ref Profile
      ResourceArn: !Sub arn:aws:ec2:eu-west-1:123456789012:vpc-endpoint/${Endpoint}
  InSpoke: {Type: AWS::Route53Profiles::ProfileAssociation, Properties: {Name: s, ProfileId: PROFILE, ResourceId: !Ref Spoke}}
  Data: {Type: AWS::S3::Bucket, Properties: {BucketName: data}}
  Reader:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Environment: {Variables: {DATA_BUCKET: data}}
      VpcConfig: {SubnetIds: [!Ref App], SecurityGroupIds: []}
"""


def ended(tmp_path, profile):
    path = tmp_path / "template.yaml"
    path.write_text(HUB.replace("PROFILE", profile))
    (access,) = check(Options((str(path),), regions=(REGION,))).analysis.accesses
    return access.paths[0]


def test_does_the_endpoint_of_a_hub_answer_in_the_spokes_of_its_profile(tmp_path):
    found = ended(tmp_path, "!Ref Profile")
    assert (found.disposition.value, found.carrier) == ("via-interface-endpoint", "template/Endpoint")


def test_is_where_a_name_leads_open_in_the_vpc_of_a_profile_outside_the_inputs(tmp_path):
    found = ended(tmp_path, "rp-0123456789abcdef")
    assert found.disposition.value == "unknown"
    assert any("is a profile outside the input" in cause.reason for cause in found.causes)

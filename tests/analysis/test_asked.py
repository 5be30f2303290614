"""Who asks a policy for what: commands, access points, tables, addresses, names of no Region."""

import pytest
import yaml

from tests.analysis.test_admission import (
    BUCKET,
    LOGS,
    NAT,
    OWN,
    REGION,
    SAMPLES,
    VPC,
    access,
    by_endpoint,
    document,
    encoded,
    gateway,
    on_bucket,
    statement,
    template,
)
from validator.analysis.conditions import holds
from validator.analysis.requests import directly
from validator.analysis.terms import Terms
from validator.model.gateways import NatGateway
from validator.model.iam import Condition
from validator.model.topology import Topology
from validator.options import Options
from validator.pipeline import check
from validator.source import SourceLocation

HERE = SourceLocation("main.tf")

INSTANCE = """
resource "aws_instance" "two" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.one.id
  user_data     = <<-EOT
    #!/bin/bash
    aws %s --region eu-west-1
  EOT
}
"""
READING = 'jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = "*", Action = ["s3:GetObject"], Resource = "arn:aws:s3:::data/*" }] })'


@pytest.mark.parametrize(
    ("command", "disposition"),
    [
        ("s3 cp s3://data/a .", "via-gateway-endpoint"),
        ("s3 cp . s3://data/a", "endpoint-policy-denies"),
        ("s3 sync s3://data/a .", "endpoint-policy-denies"),
        ("s3 mv s3://data/a .", "endpoint-policy-denies"),
        ("s3 ls s3://data/", "endpoint-policy-denies"),
        ("s3 rm s3://data/a", "endpoint-policy-denies"),
        ("s3 ls", "endpoint-policy-denies"),
        ("s3api get-object --bucket data --key a a", "via-gateway-endpoint"),
        ("s3api put-object --bucket data --key a", "endpoint-policy-denies"),
        ("s3api head-bucket --bucket data", "endpoint-policy-denies"),
        ("s3api put-object-tagging --bucket data --key a", "via-gateway-endpoint"),
    ],
)
def test_is_it_asked_for_what_a_command_needs(tmp_path, command, disposition):
    (tmp_path / "main.tf").write_text("\n".join([VPC, BUCKET, gateway(READING), INSTANCE % command]))
    report = check(Options((str(tmp_path),)))
    found = next(one for one in report.analysis.accesses if one.workload.id == "aws_instance.two")
    assert found.disposition.value == disposition


UNDER_IN = READING.replace("arn:aws:s3:::data/*", "arn:aws:s3:::data/in/*").replace('["s3:GetObject"]', '["s3:*Object"]')


@pytest.mark.parametrize(
    ("command", "disposition"),
    [
        ("s3 cp s3://data/in/a.csv .", "via-gateway-endpoint"),
        ("s3 cp s3://data/out/a.csv .", "endpoint-policy-denies"),
        ("s3 cp a.csv s3://data/out/a.csv", "endpoint-policy-denies"),
        ("s3 mv s3://data/in/a.csv s3://data/out/a.csv", "endpoint-policy-denies"),
        ("s3 rm s3://data/in/a.csv", "via-gateway-endpoint"),
        ("s3api get-object --bucket data --key out/a a", "endpoint-policy-denies"),
        ("s3api get-object --bucket data --key in/a a", "via-gateway-endpoint"),
        # What the key turns out to be is not known: some of them get through.
        ("s3 cp a.csv s3://data/out/", "via-gateway-endpoint"),
        ("s3 cp s3://data/out/$NAME .", "via-gateway-endpoint"),
        ("s3 cp --recursive s3://data/out .", "via-gateway-endpoint"),
    ],
)
def test_is_it_asked_for_the_object_that_a_command_names(tmp_path, command, disposition):
    (tmp_path / "main.tf").write_text("\n".join([VPC, BUCKET, gateway(UNDER_IN), INSTANCE % command]))
    report = check(Options((str(tmp_path),)))
    found = next(one for one in report.analysis.accesses if one.workload.id == "aws_instance.two")
    assert found.disposition.value == disposition


@pytest.mark.parametrize(
    ("sample", "disposition"),
    [("central-egress-vpc", "bucket-policy-denies"), ("firewall-before-nat", "bucket-policy-denies"), ("transit-gateway-egress", "unknown")],
)
def test_is_the_other_end_of_a_way_followed(tmp_path, sample, disposition):
    written = (SAMPLES / sample / "main.tf").read_text()
    (tmp_path / "main.tf").write_text(written + on_bucket(by_endpoint('"vpce-0123456789abcdef0"')))
    (found,) = check(Options((str(tmp_path),))).analysis.accesses
    assert found.disposition.value == disposition


POINT = """
resource "aws_s3_access_point" "ap" {
  name   = "ap"
  bucket = aws_s3_bucket.data.id
}
"""


@pytest.mark.parametrize(
    ("resource", "disposition"),
    [
        ('["${aws_s3_access_point.ap.arn}/object/*", "arn:aws:s3:::data/*"]', "via-gateway-endpoint"),
        ('["${aws_s3_access_point.ap.arn}/object/*"]', "endpoint-policy-denies"),
    ],
)
def test_must_an_access_point_and_its_bucket_both_be_let_through(tmp_path, resource, disposition):
    by_point = VPC.replace("DATA_BUCKET = aws_s3_bucket.data.id", "DATA_BUCKET = aws_s3_access_point.ap.arn")
    (tmp_path / "main.tf").write_text("\n".join([by_point, BUCKET, POINT, gateway(encoded("Allow", resource=resource))]))
    (found,) = check(Options((str(tmp_path),))).analysis.accesses
    assert found.bucket.id == "aws_s3_access_point.ap"
    assert found.disposition.value == disposition


ORIGIN = POINT.replace("\n}", "\n  vpc_configuration {\n    vpc_id = %s\n  }\n}")
OTHER = 'resource "aws_vpc" "other" {\n  cidr_block = "10.1.0.0/16"\n}\nvariable "vpc" {}\n'
INTERFACE = """
resource "aws_vpc_endpoint" "s3" {
  vpc_id              = aws_vpc.main.id
  vpc_endpoint_type   = "Interface"
  service_name        = "com.amazonaws.eu-west-1.s3"
  subnet_ids          = [aws_subnet.one.id]
  private_dns_enabled = true
  dns_options {
    private_dns_only_for_inbound_resolver_endpoint = false
  }
}
"""
TRANSIT = """
resource "aws_route" "transit" {
  route_table_id         = aws_route_table.one.id
  destination_cidr_block = "0.0.0.0/0"
  transit_gateway_id     = "tgw-0123456789abcdef0"
}
"""


@pytest.mark.parametrize(
    ("vpc", "way", "disposition", "doubt"),
    [
        ("aws_vpc.main.id", gateway(), "via-gateway-endpoint", None),
        ("aws_vpc.main.id", INTERFACE, "via-interface-endpoint", None),
        ("aws_vpc.main.id", NAT, "bucket-policy-denies", None),
        # No VPC: its network origin is the Internet.
        ("null", NAT, "via-nat-gateway", None),
        ("aws_vpc.other.id", gateway(), "bucket-policy-denies", None),
        ("aws_vpc.other.id", NAT, "bucket-policy-denies", None),
        # A NAT gateway is no endpoint of any VPC.
        ("var.vpc", NAT, "bucket-policy-denies", None),
        ("var.vpc", gateway(), "unknown", "bucket-policy-denies"),
        # Which VPC has this id is known only where the inputs hold the VPC's own.
        ('"vpc-0123456789abcdef0"', gateway(), "unknown", "bucket-policy-denies"),
        # There may be an endpoint of that VPC behind it.
        ("aws_vpc.other.id", TRANSIT, "unknown", "bucket-policy-denies"),
    ],
)  # fmt: skip
def test_is_an_access_point_of_a_vpc_closed_to_others(tmp_path, vpc, way, disposition, doubt):
    by_point = VPC.replace("DATA_BUCKET = aws_s3_bucket.data.id", "DATA_BUCKET = aws_s3_access_point.ap.arn")
    (tmp_path / "main.tf").write_text("\n".join([by_point, BUCKET, ORIGIN % vpc, OTHER, way]))
    (found,) = check(Options((str(tmp_path),))).analysis.accesses
    assert (found.disposition.value, found.doubt and found.doubt.value) == (disposition, doubt)
    if disposition in {"unknown", "bucket-policy-denies"}:
        assert "aws_s3_access_point.ap takes only requests that come through an S3 endpoint of" in found.paths[0].hops[-1].why


ON_POINT = 'resource "aws_s3control_access_point_policy" "ap" {\n  access_point_arn = aws_s3_access_point.ap.arn\n  policy = %s\n}\n'
INLINE = POINT.replace("\n}", "\n  policy = %s\n}")
OF_POINT = '[aws_s3_access_point.ap.arn, "${aws_s3_access_point.ap.arn}/object/*"]'
BY_POINT = '{ StringNotEquals = { "s3:DataAccessPointArn" = aws_s3_access_point.ap.arn } }'
BY_ORIGIN = '{ StringNotEquals = { "s3:AccessPointNetworkOrigin" = "VPC" } }'
BY_OWNER = '{ StringNotEquals = { "s3:DataAccessPointAccount" = data.aws_caller_identity.me.account_id } }'


@pytest.mark.parametrize(
    ("blocks", "disposition", "refuser"),
    [
        # The bucket's own policy is asked as well (S3 guide, "Configuring IAM policies for using access points").
        ([POINT, on_bucket(by_endpoint('"vpce-0123456789abcdef0"')), NAT], "bucket-policy-denies", "aws_s3_bucket.data"),
        ([POINT, on_bucket(by_endpoint("aws_vpc_endpoint.s3.id")), gateway()], "via-gateway-endpoint", None),
        ([POINT, on_bucket(BY_OWNER), gateway()], "via-gateway-endpoint", None),
        ([POINT, on_bucket(BY_POINT), gateway()], "via-gateway-endpoint", None),
        ([POINT, on_bucket(BY_ORIGIN), gateway()], "bucket-policy-denies", "aws_s3_bucket.data"),
        ([ORIGIN % "aws_vpc.main.id", on_bucket(BY_ORIGIN), gateway()], "via-gateway-endpoint", None),
        # So is the access point's.
        ([POINT, ON_POINT % encoded("Deny", by_endpoint('"vpce-0123456789abcdef0"'), OF_POINT), NAT], "bucket-policy-denies", "aws_s3_access_point.ap"),
        ([POINT, ON_POINT % encoded("Deny", by_endpoint("aws_vpc_endpoint.s3.id"), OF_POINT), gateway()], "via-gateway-endpoint", None),
        ([INLINE % encoded("Deny"), gateway()], "bucket-policy-denies", "aws_s3_access_point.ap"),
        ([INLINE % encoded("Allow"), gateway()], "via-gateway-endpoint", None),
        ([POINT, ON_POINT % "var.policy", 'variable "policy" {}', gateway()], "unknown", "aws_s3_access_point.ap"),
    ],
)  # fmt: skip
def test_do_the_policies_of_an_access_point_and_of_its_bucket_both_count(tmp_path, blocks, disposition, refuser):
    by_point = VPC.replace("DATA_BUCKET = aws_s3_bucket.data.id", "DATA_BUCKET = aws_s3_access_point.ap.arn")
    (tmp_path / "main.tf").write_text("\n".join([by_point, BUCKET, *blocks]))
    (found,) = check(Options((str(tmp_path),))).analysis.accesses
    assert found.disposition.value == disposition
    assert [path.refusal.holder for path in found.paths if path.refusal] == ([refuser] if refuser else [])


VERSIONING = (
    'resource "aws_s3_bucket_versioning" "%s" {\n  bucket = aws_s3_bucket.%s.id\n  versioning_configuration {\n    status = "Enabled"\n  }\n}\n'
)


@pytest.mark.parametrize(
    ("written", "disposition"),
    [
        ("aws_s3_bucket.data.id", "bucket-policy-denies"),
        ("aws_s3_bucket.data.arn", "bucket-policy-denies"),
        ("aws_s3_bucket_versioning.data.bucket", "bucket-policy-denies"),
        ("aws_s3_bucket_versioning.data.id", "bucket-policy-denies"),
        ("aws_s3_bucket_versioning.logs.id", "via-gateway-endpoint"),
    ],
)
def test_is_the_bucket_of_a_policy_found_by_its_settings(tmp_path, written, disposition):
    settings = "".join(VERSIONING % (name, name) for name in ("data", "logs"))
    assert access(tmp_path, BUCKET, LOGS, settings, gateway(), on_bucket("", written)).disposition.value == disposition


def test_are_the_policies_of_all_asked_that_a_bucket_may_be(tmp_path):
    either = VPC.replace("aws_s3_bucket.data.id", "var.first ? aws_s3_bucket.data.id : aws_s3_bucket.logs.id") + 'variable "first" {}\n'
    (tmp_path / "main.tf").write_text("\n".join([either, BUCKET, LOGS, gateway(), on_bucket("")]))
    found = {one.bucket.id: one.disposition.value for one in check(Options((str(tmp_path),))).analysis.accesses}
    assert found == {"aws_s3_bucket.data": "bucket-policy-denies", "aws_s3_bucket.logs": "via-gateway-endpoint"}


TABLE = """
resource "aws_dynamodb_table" "data" {
  name     = "data"
  hash_key = "id"
}
resource "aws_dynamodb_resource_policy" "data" {
  resource_arn = %s
  policy       = %s
}
"""


@pytest.mark.parametrize(
    ("resource", "policy", "disposition"),
    [
        ("aws_dynamodb_table.data.arn", encoded("Deny").replace("s3:*", "dynamodb:*"), "bucket-policy-denies"),
        ('"arn:aws:dynamodb:eu-west-1:111122223333:table/data"', encoded("Deny").replace("s3:*", "dynamodb:*"), "bucket-policy-denies"),
        ("aws_dynamodb_table.data.arn", encoded("Allow").replace("s3:*", "dynamodb:*"), "via-gateway-endpoint"),
        ("aws_dynamodb_table.data.stream_arn", encoded("Deny").replace("s3:*", "dynamodb:*"), "via-gateway-endpoint"),
        ('"arn:aws:dynamodb:eu-west-1:111122223333:table/other"', encoded("Deny").replace("s3:*", "dynamodb:*"), "via-gateway-endpoint"),
    ],
)
def test_is_the_policy_of_a_table_asked(tmp_path, resource, policy, disposition):
    by_table = VPC.replace("DATA_BUCKET = aws_s3_bucket.data.id", "DATA_TABLE = aws_dynamodb_table.data.arn")
    endpoint = gateway().replace('.s3"', '.dynamodb"')
    # A bucket that is called like the table has a policy of its own.
    (tmp_path / "main.tf").write_text("\n".join([by_table, BUCKET, TABLE % (resource, policy), endpoint, on_bucket("")]))
    found = {one.bucket.id: one.disposition.value for one in check(Options((str(tmp_path),), packs=("dynamodb",))).analysis.accesses}
    assert found == {"aws_dynamodb_table.data": disposition}


EIP = NAT.replace('"eipalloc-0123456789abcdef0"', "aws_eip.nat.id") + 'resource "aws_eip" "nat" {\n  domain = "vpc"\n}\n'
SECOND = 'resource "aws_eip" "second" {\n  domain = "vpc"\n}\n'
OFFICE = '{ NotIpAddress = { "aws:SourceIp" = ["198.51.100.0/24", %s] } }'


@pytest.mark.parametrize(
    ("blocks", "disposition"),
    [
        ([EIP, on_bucket(OFFICE % '"${aws_eip.nat.public_ip}/32"')], "via-nat-gateway"),
        ([EIP, on_bucket(OFFICE % "aws_eip.nat.public_ip")], "via-nat-gateway"),
        ([EIP, on_bucket(OFFICE % "aws_nat_gateway.nat.public_ip")], "via-nat-gateway"),
        ([EIP, SECOND, on_bucket(OFFICE % "aws_eip.second.public_ip")], "unknown"),
        ([EIP.replace("aws_eip.nat.id", "aws_eip.nat.id\n  secondary_allocation_ids = [aws_eip.second.id]"), SECOND, on_bucket(OFFICE % "aws_eip.nat.public_ip")], "unknown"),
        ([NAT, on_bucket(OFFICE % '"54.239.99.1"')], "unknown"),
        ([EIP, on_bucket(OFFICE % '"10.0.0.0/8"')], "bucket-policy-denies"),
    ],
)  # fmt: skip
def test_is_the_address_of_a_nat_gateway_known_by_its_allocation(tmp_path, blocks, disposition):
    assert access(tmp_path, BUCKET, *blocks).disposition.value == disposition


@pytest.mark.parametrize(
    ("block", "truth"), [("54.239.99.1/32", True), ("54.239.99.0/24", True), ("54.239.98.0/24", False), ("10.0.0.0/8", False), ("0.0.0.0/0", True)]
)
def test_is_a_public_address_that_the_inputs_hold_held_against_a_block(block, truth):
    gateway = NatGateway("nat", "public", "vpc", True, False, HERE, addresses=("54.239.99.1",))
    terms = Terms(Topology())
    assert holds(Condition("IpAddress", "aws:SourceIp", (block,)), directly(gateway, terms), terms, variables=None) is truth


ACCOUNT_ONLY = encoded("Allow", '{ StringEquals = { "aws:PrincipalAccount" = data.aws_caller_identity.me.account_id } }')


@pytest.mark.parametrize(
    ("command", "bucket", "disposition"),
    [
        # Nobody signs for packages; the CLI signs with the role, whoever owns the bucket.
        ("x\n    amazon-linux-extras install -y nginx1\n    yum install -y nginx", "amazonlinux-2-repos-eu-west-1", "endpoint-policy-denies"),
        ("s3 cp s3://aws-codedeploy-eu-west-1/latest/install . ", "aws-codedeploy-eu-west-1", "via-gateway-endpoint"),
        ("s3 cp --no-sign-request s3://aws-codedeploy-eu-west-1/latest/install . ", "aws-codedeploy-eu-west-1", "endpoint-policy-denies"),
        (
            "x\n    wget https://aws-codedeploy-eu-west-1.s3.eu-west-1.amazonaws.com/latest/install",
            "aws-codedeploy-eu-west-1",
            "endpoint-policy-denies",
        ),
    ],
)
def test_is_it_known_who_signs_for_a_bucket_of_aws(tmp_path, command, bucket, disposition):
    written = INSTANCE.replace("aws %s --region eu-west-1", command if command.startswith("x") else f"aws {command} --region eu-west-1")
    (tmp_path / "main.tf").write_text("\n".join([VPC, BUCKET, gateway(ACCOUNT_ONLY), written.replace("    x\n", "")]))
    found = [one for one in check(Options((str(tmp_path),))).analysis.accesses if one.bucket.id == bucket]
    assert [one.disposition.value for one in found] == [disposition]


@pytest.mark.parametrize(("who", "disposition"), [("aws_iam_user.anna.arn", "via-gateway-endpoint"), ('"*"', "bucket-policy-denies")])
def test_is_a_user_no_role(tmp_path, who, disposition):
    denied = on_bucket("").replace('Principal = "*"', f"Principal = {{ AWS = {who} }}")
    user = 'resource "aws_iam_user" "anna" {\n  name = "anna"\n}\n'
    assert access(tmp_path, BUCKET, gateway(), user, denied).disposition.value == disposition


@pytest.mark.parametrize(("ipv6", "disposition"), [("", "via-interface-endpoint"), ('\n  ipv6_cidr_block = "2001:db8::/64"', "unknown")])
def test_is_the_address_in_the_vpc_known_where_the_name_has_both_families(tmp_path, ipv6, disposition):
    network = VPC.replace('"10.0.1.0/24"', f'"10.0.1.0/24"{ipv6}').replace(
        "DATA_BUCKET = aws_s3_bucket.data.id", 'DATA_URL = "https://data.s3.dualstack.eu-west-1.amazonaws.com/a"'
    )
    both = INTERFACE.replace("private_dns_enabled", 'ip_address_type = "dualstack"\n  private_dns_enabled')
    (tmp_path / "main.tf").write_text("\n".join([network, BUCKET, both, on_bucket('{ NotIpAddress = { "aws:VpcSourceIp" = "10.0.0.0/16" } }')]))
    (found,) = check(Options((str(tmp_path),))).analysis.accesses
    assert found.disposition.value == disposition


@pytest.mark.parametrize(
    ("conditions", "disposition"),
    [(("", ""), "unknown"), (("", '{ Bool = { "aws:SecureTransport" = false } }'), "unknown"), (("",), "bucket-policy-denies")],
)
def test_does_a_bucket_with_several_policies_have_the_last(tmp_path, conditions, disposition):
    policies = [on_bucket(one).replace('"data" {', f'"p{index}" {{', 1) for index, one in enumerate(conditions)]
    assert access(tmp_path, BUCKET, gateway(), *policies).disposition.value == disposition


OF_MANY = [
    {"Fn::Sub": "arn:aws:s3::${AWS::AccountId}:accesspoint/${Many.Alias}"},
    {"Fn::Sub": "arn:aws:s3::${AWS::AccountId}:accesspoint/${Many.Alias}/object/*"},
]
ANYBODY = [{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}]


@pytest.mark.parametrize(
    ("endpoint", "point", "disposition"),
    [
        (None, None, "via-interface-endpoint"),
        # Both the access point and the buckets behind it must be let through.
        (OWN, None, "endpoint-policy-denies"),
        (OF_MANY, None, "endpoint-policy-denies"),
        ([*OWN, *OF_MANY], None, "via-interface-endpoint"),
        (None, "Deny", "bucket-policy-denies"),
        (None, "Allow", "via-interface-endpoint"),
    ],
)
def test_are_the_policies_asked_where_a_name_is_of_no_region(tmp_path, endpoint, point, disposition):
    stack = template()
    resources = stack["Resources"]
    resources["Vpc"]["Properties"]["EnableDnsHostnames"] = True
    here = {
        "VpcId": {"Ref": "Vpc"},
        "VpcEndpointType": "Interface",
        "SubnetIds": [{"Ref": "One"}],
        "SecurityGroupIds": [{"Ref": "Open"}],
        "PrivateDnsEnabled": True,
    }
    policy = {} if endpoint is None else {"PolicyDocument": document(statement("Allow", endpoint))}
    resources["Everywhere"] = {
        "Type": "AWS::EC2::VPCEndpoint",
        "Properties": {"ServiceName": "com.amazonaws.s3-global.accesspoint", **here, **policy},
    }
    resources["Open"] = {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {"GroupDescription": "open", "VpcId": {"Ref": "Vpc"}, "SecurityGroupIngress": ANYBODY},
    }
    resources["Many"] = {"Type": "AWS::S3::MultiRegionAccessPoint", "Properties": {"Regions": [{"Bucket": {"Ref": "Data"}}]}}
    if point is not None:
        on_many = {"MrapName": {"Ref": "Many"}, "Policy": document(statement(point, "*"))}
        resources["OnMany"] = {"Type": "AWS::S3::MultiRegionAccessPointPolicy", "Properties": on_many}
    resources["Function"]["Properties"]["Environment"]["Variables"]["DATA_BUCKET"] = OF_MANY[0]
    path = tmp_path / "stack.yaml"
    path.write_text(yaml.safe_dump(stack))
    (found,) = check(Options((str(path),), regions=(REGION,))).analysis.accesses
    assert found.disposition.value == disposition


def test_is_the_bucket_asked_for_what_comes_from_the_edge(tmp_path):
    fast = VPC.replace("DATA_BUCKET = aws_s3_bucket.data.id", 'DATA_URL = "https://data.s3-accelerate.amazonaws.com/a"')
    (tmp_path / "main.tf").write_text("\n".join([fast, BUCKET, NAT, on_bucket(by_endpoint('"vpce-0123456789abcdef0"'))]))
    (found,) = check(Options((str(tmp_path),))).analysis.accesses
    assert found.disposition.value == "bucket-policy-denies"

"""Who uses which bucket, by which client, with which Region, calling which hosts: workloads of every kind, through the whole pipeline."""

from pathlib import Path

import pytest
import yaml

from validator.options import Options
from validator.pipeline import check
from validator.values import Unknown

ROWS = yaml.safe_load((Path(__file__).parent / "workloads.yaml").read_text())
BUCKETS = {"acme-tokyo-*": "ap-northeast-1", "acme-oregon-*": "us-west-2", "acme-virginia-*": "us-east-1"}
NETWORK = """\
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.0.0.0/16, EnableDnsHostnames: true}
  Routes:
    Type: AWS::EC2::RouteTable
    Properties: {VpcId: !Ref Vpc}
  Isolated:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}
  Association:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {SubnetId: !Ref Isolated, RouteTableId: !Ref Routes}
  Endpoint:
    Type: AWS::EC2::VPCEndpoint
    Properties: {VpcId: !Ref Vpc, ServiceName: com.amazonaws.ap-northeast-1.s3, RouteTableIds: [!Ref Routes]}
  Sg:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: All the way out, VpcId: !Ref Vpc}
"""


def told(access):
    """An access as a row of the table has it."""
    client = access.client
    region = "?" if isinstance(client.region, Unknown) else client.region or "null"
    bucket = access.bucket.name if isinstance(access.bucket.name, str) else "?"
    return f"{bucket} {region} {client.source} {','.join(host.name for host in access.hosts) or '-'} {access.disposition.value}"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["is"])
def test_does_every_workload_use_its_buckets_by_its_client(row, tmp_path):
    path = tmp_path / "template.yaml"
    path.write_text(NETWORK + "".join(f"  {line}\n" for line in row["resources"].splitlines()))
    found = check(Options((str(path),), regions=("ap-northeast-1",), buckets=BUCKETS)).analysis.accesses
    assert sorted(told(access) for access in found) == sorted(row["accesses"])


def test_has_every_row_a_name_of_its_own():
    assert len({row["is"] for row in ROWS}) == len(ROWS)


def test_says_a_url_where_a_bucket_of_aws_is_whose_name_does_not(tmp_path):
    path = tmp_path / "template.yaml"
    user_data = "curl -O https://s3.us-west-2.amazonaws.com/amazon-eks/1.29.0/kubectl"
    path.write_text(
        f"{NETWORK}  one:\n    Type: AWS::EC2::Instance\n    Properties:\n      ImageId: ami-0123456789abcdef0\n      SubnetId: !Ref Isolated\n"
        f"      UserData: {{'Fn::Base64': '{user_data}'}}\n"
    )
    (access,) = check(Options((str(path),), regions=("ap-northeast-1",))).analysis.accesses
    assert (access.bucket.name, access.bucket.owner, access.bucket.region) == ("amazon-eks", "aws", "us-west-2")

"""How does a fix name what it is for: by a reference that can be written, else as what is missing?"""

import pytest

from validator.analysis.access import Missing
from validator.judge.handles import Handles
from validator.judge.references import endpoint_of, filter_of, peer_of, resources_of
from validator.model.filters import default_acl_of, default_group_of
from validator.model.storage import Bucket, BucketKind
from validator.model.topology import Topology
from validator.values import unknown

OPEN = unknown("is chosen only when it is made", "its name")


def beside(dialect: str) -> Handles:
    return Handles(Topology(dialect=dialect), None)


@pytest.mark.parametrize(
    ("identity", "dialect", "told"),
    [
        ("aws_security_group.app", "terraform", "aws_security_group.app.id"),
        ('aws_security_group.app["a"]', "terraform", 'aws_security_group.app["a"].id'),
        ("data.aws_security_group.app", "terraform", "data.aws_security_group.app.id"),
        ("module.net.aws_security_group.app", "terraform", "... # module.net.aws_security_group.app"),
        ("sg-0123456789abcdef0", "terraform", '"sg-0123456789abcdef0"'),
        (default_group_of("aws_vpc.main"), "terraform", "aws_vpc.main.default_security_group_id"),
        (default_group_of("module.net.aws_vpc.main"), "terraform", "... # the default security group of module.net.aws_vpc.main"),
        (default_acl_of("aws_vpc.main"), "terraform", "aws_vpc.main.default_network_acl_id"),
        ("aws_network_acl.app", "terraform", "aws_network_acl.app.id"),
        (None, "terraform", "... # the filter"),
        ("stack/Group", "cloudformation", "!GetAtt Group.GroupId"),
        ("sg-0123456789abcdef0", "cloudformation", "sg-0123456789abcdef0"),
        (default_group_of("stack/Vpc"), "cloudformation", "!GetAtt Vpc.DefaultSecurityGroup"),
        (default_acl_of("stack/Vpc"), "cloudformation", "!GetAtt Vpc.DefaultNetworkAcl"),
        ("the group of somebody", "cloudformation", "... # the group of somebody"),
    ],
)
def test_how_is_a_filter_named(identity, dialect, told):
    assert filter_of(identity, beside(dialect)) == told


@pytest.mark.parametrize(
    ("peer", "group", "direction", "dialect", "told"),
    [
        ("aws_security_group.app", "aws_security_group.app", "ingress", "terraform", "referenced_security_group_id = aws_security_group.app.id"),
        ("10.0.1.0/24", None, "ingress", "terraform", 'cidr_ipv4         = "10.0.1.0/24"'),
        ("10.0.1.0/24 and 10.0.2.0/24", None, "ingress", "terraform", 'cidr_ipv4         = "10.0.1.0/24"'),
        ("the interfaces", None, "ingress", "terraform", "referenced_security_group_id = ... # the interfaces"),
        ("stack/Group", "stack/Group", "ingress", "cloudformation", "SourceSecurityGroupId: !GetAtt Group.GroupId"),
        ("stack/Group", "stack/Group", "egress", "cloudformation", "DestinationSecurityGroupId: !GetAtt Group.GroupId"),
        ("10.0.1.0/24", None, "egress", "cloudformation", "CidrIp: 10.0.1.0/24"),
    ],
)
def test_how_is_the_other_side_of_a_rule_named(peer, group, direction, dialect, told):
    assert peer_of(Missing("f", direction, (443, 443), peer, group), beside(dialect)) == told


def bucket(identity, name=OPEN, kind=BucketKind.GENERAL, owner="input", **more):
    return Bucket(identity, name, "eu-west-1", None, owner, None, kind, **more)


POINT = "arn:aws:s3:eu-west-1:111122223333:accesspoint/ap"
FAST = "fast--euw1-az1--x-s3"


@pytest.mark.parametrize(
    ("asked", "dialect", "told"),
    [
        (bucket("aws_s3_bucket.data", "data"), "terraform", '"arn:aws:s3:::data", "arn:aws:s3:::data/*"'),
        (bucket("aws_s3_bucket.data"), "terraform", 'aws_s3_bucket.data.arn, "${aws_s3_bucket.data.arn}/*"'),
        (bucket("aws_s3_bucket.data", "secret", sensitive=True), "terraform", 'aws_s3_bucket.data.arn, "${aws_s3_bucket.data.arn}/*"'),
        (bucket("module.b.aws_s3_bucket.data"), "terraform", '"BUCKET"'),
        (bucket("${var.name}-data"), "terraform", '"BUCKET"'),
        (bucket("stack/Data"), "cloudformation", '!GetAtt Data.Arn, !Sub "${Data.Arn}/*"'),
        (bucket("data of somebody"), "cloudformation", '"BUCKET"'),
        (bucket("layers", "layers", owner="aws"), "terraform", '"arn:aws:s3:::layers/*"'),
        (bucket(POINT, POINT, BucketKind.ACCESS_POINT, "external"), "terraform", f'"{POINT}", "{POINT}/object/*"'),
        (
            bucket("aws_s3_access_point.ap", kind=BucketKind.ACCESS_POINT),
            "terraform",
            'aws_s3_access_point.ap.arn, "${aws_s3_access_point.ap.arn}/object/*"',
        ),
        (bucket("stack/Ap", kind=BucketKind.ACCESS_POINT), "cloudformation", '!GetAtt Ap.Arn, !Sub "${Ap.Arn}/object/*"'),
        (bucket("aws_s3_directory_bucket.d", FAST, BucketKind.DIRECTORY), "terraform", f'"arn:aws:s3express:eu-west-1:*:bucket/{FAST}"'),
        (bucket("aws_dynamodb_table.t", "t", BucketKind.TABLE), "terraform", '"arn:aws:dynamodb:eu-west-1:*:table/t"'),
        (bucket("aws_dynamodb_table.t", kind=BucketKind.TABLE), "terraform", "aws_dynamodb_table.t.arn"),
        (bucket("stack/Table", kind=BucketKind.TABLE), "cloudformation", "!GetAtt Table.Arn"),
    ],
)
def test_how_are_the_resources_of_a_statement_named(asked, dialect, told):
    assert resources_of(asked, "aws", beside(dialect)) == told


def test_how_is_an_endpoint_named():
    assert endpoint_of("aws_vpc_endpoint.s3", beside("terraform")) == "aws_vpc_endpoint.s3.id"
    assert endpoint_of("stack/S3", beside("cloudformation")) == "!Ref S3"
    assert endpoint_of("module.net.aws_vpc_endpoint.s3", beside("terraform")) == '"vpce-..."'

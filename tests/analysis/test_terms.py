"""Are references to the same thing the same tokens, however they are written?"""

import pytest

from validator.analysis.access import Client, Disposition, Host, Intent, Path
from validator.analysis.conditions import Address, OtherThan, causes_in, holds
from validator.analysis.patterns import Hole, Name, Tokens, Wild, literal
from validator.analysis.requests import question_of, through_endpoint
from validator.analysis.terms import ACCOUNT, Terms
from validator.model.gateways import Endpoint, EndpointType
from validator.model.iam import Condition, Role
from validator.model.network import Subnet, Vpc
from validator.model.storage import Bucket, BucketKind
from validator.model.topology import Topology
from validator.model.workloads import Platform, Workload
from validator.source import SourceLocation
from validator.values import Ref, Text, Unknown, unknown

HERE = SourceLocation("main.tf")
OPEN = unknown("is open", "it")
REGION = "eu-west-1"
VPCS = {"vpc": Vpc("vpc", REGION, True, True, True, (), HERE, new=True), "old": Vpc("old", REGION, True, True, True, (), HERE, physical="vpc-0a1")}


def endpoint(name: str, vpc: object, **more: object) -> Endpoint:
    return Endpoint(name, vpc, REGION, EndpointType.GATEWAY, "s3", REGION, "com.amazonaws.eu-west-1.s3", HERE, **more)


def bucket(
    name: object, *, kind: BucketKind = BucketKind.GENERAL, owner: str = "input", region: object = REGION, written: Text | None = None
) -> Bucket:
    return Bucket("aws_s3_bucket.data", name, region, None, owner, HERE, kind, written=written)


def terms(**more: object) -> Terms:
    return Terms(Topology(vpcs=VPCS, **more))


PARTS = Text(("data-", Ref("data.aws_caller_identity.me", "account_id")))


@pytest.mark.parametrize(
    ("made", "tokens"),
    [
        (bucket("data"), literal("arn:aws:s3:::data")),
        (bucket(OPEN), (*literal("arn:aws:s3:::"), Name("the name of aws_s3_bucket.data"))),
        (bucket(OPEN, written=PARTS), (*literal("arn:aws:s3:::data-"), ACCOUNT)),
        (bucket(OPEN, written=Text(("data-", OPEN))), (*literal("arn:aws:s3:::"), Name("the name of aws_s3_bucket.data"))),
        (bucket("arn:aws:s3:eu-west-1:1:accesspoint/a"), literal("arn:aws:s3:eu-west-1:1:accesspoint/a")),
        (bucket("d", kind=BucketKind.DIRECTORY), (*literal("arn:aws:s3express:eu-west-1:"), ACCOUNT, *literal(":bucket/d"))),
        (
            bucket("d", kind=BucketKind.DIRECTORY, owner="external", region=OPEN),
            (
                *literal("arn:aws:s3express:"), Hole("the Region of aws_s3_bucket.data"), ":", Hole("the account of aws_s3_bucket.data"),
                *literal(":bucket/d"),
            ),
        ),
    ],
)  # fmt: skip
def test_what_is_the_arn_of_a_bucket(made, tokens):
    assert terms().bucket_arn(made) == tokens


@pytest.mark.parametrize(
    ("reference", "tokens"),
    [
        (Ref("aws_s3_bucket.data", "id"), literal("data")),
        (Ref("aws_s3_bucket.data", "bucket_domain_name"), (Hole("aws_s3_bucket.data.bucket_domain_name"),)),
        (Ref("s3", "id"), (Name("the id of s3", fresh=True),)),
        (Ref("s3", "arn"), (Hole("s3.arn"),)),
        (Ref("vpc", "id"), (Name("the id of vpc", fresh=True),)),
        (Ref("old", "id"), literal("vpc-0a1")),
        (Ref("role", "arn"), (*literal("arn:aws:iam::"), ACCOUNT, *literal(":role/service/app"))),
        (Ref("nameless", "arn"), (*literal("arn:aws:iam::"), ACCOUNT, *literal(":role/"), Hole("the name of nameless"))),
        (Ref("role", "name"), (Hole("role.name"),)),
        (Ref("data.aws_caller_identity.me", "account_id"), (ACCOUNT,)),
        (Ref("somewhere", "id"), (Hole("somewhere.id"),)),
    ],
)
def test_what_does_a_reference_read_as(reference, tokens):
    roles = {"role": Role("role", "app", "/service/", HERE), "nameless": Role("nameless", OPEN, "/", HERE)}
    found = terms(buckets={"aws_s3_bucket.data": bucket("data")}, endpoints={"s3": endpoint("s3", "vpc", new=True)}, roles=roles)
    assert found.tokens(reference, wild=True) == tokens


@pytest.mark.parametrize(
    ("link", "tokens"),
    [
        ("role", (*literal("arn:aws:iam::"), ACCOUNT, *literal(":role/app"))),
        ("arn:aws:iam::1:role/x", literal("arn:aws:iam::1:role/x")),
        ("by-name", (*literal("arn:aws:iam::"), ACCOUNT, *literal(":role/"), Hole("the role of one"))),
        (None, (*literal("arn:aws:iam::"), ACCOUNT, *literal(":role/"), Hole("the role of one"))),
        (OPEN, (*literal("arn:aws:iam::"), ACCOUNT, *literal(":role/"), Hole("the role of one"))),
    ],
)
def test_what_is_the_arn_of_a_workloads_role(link, tokens):
    workload = Workload("one", "Lambda function", Platform.LAMBDA, REGION, (), HERE, role=link)
    assert terms(roles={"role": Role("role", "app", "/", HERE)}).role_of(workload) == tokens


@pytest.mark.parametrize(
    ("regions", "written", "tokens"),
    [
        ((REGION,), "arn:aws-cn:s3:::d", literal("arn:aws-cn:s3:::d")),
        (("cn-north-1",), Text(("arn:", OPEN, ":s3:::d")), literal("arn:aws-cn:s3:::d")),
        ((), "arn:aws-cn:s3:::d", literal("arn:aws:s3:::d")),
        ((REGION, "cn-north-1"), "arn:aws-cn:s3:::d", literal("arn:aws:s3:::d")),
        ((REGION,), "arn:*:s3:::d", (*literal("arn:"), Wild.RUN, *literal(":s3:::d"))),
        ((REGION,), "arn:", literal("arn:")),
        ((REGION,), "data", literal("data")),
    ],
)
def test_what_becomes_of_the_partition_of_an_arn(regions, written, tokens):
    vpcs = {region: Vpc(region, region, True, True, True, (), HERE) for region in regions}
    assert Terms(Topology(vpcs=vpcs)).tokens(written, wild=True) == tokens


def test_is_a_variable_filled_in_text_with_pieces():
    def filled(name: str) -> Tokens:
        return literal(f"<{name}>")

    assert terms().tokens(Text(("a${b}", Ref("c", "id"))), wild=True, variables=filled) == (*literal("a<b>"), Hole("c.id"))
    assert terms().tokens(Ref("c", "id"), wild=True, variables=filled) == (Hole("c.id"),)


# --- requests and conditions ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cidr", "fact"),
    [("10.0.1.0/24", Address), ("10.0.1.0/99", Unknown), (OPEN, Unknown), (None, Unknown)],
)
def test_which_addresses_does_a_request_through_an_endpoint_come_from(cidr, fact):
    subnet = Subnet("one", "vpc", REGION, True, False, HERE, cidr=cidr)
    found = through_endpoint(endpoint("s3", OPEN), subnet, terms())["aws:vpcsourceip"]
    assert isinstance(found[0] if isinstance(found, tuple) else found, fact)
    assert isinstance(through_endpoint(endpoint("s3", "vpc"), None, terms())["aws:vpcsourceip"], Unknown)


def test_is_a_url_on_an_own_bucket_perhaps_without_a_signature():
    workload = Workload("one", "Lambda function", Platform.LAMBDA, REGION, (), HERE)
    client = Client(None, REGION, "url", follows_redirects=False)
    path = Path(Host("host", OPEN), Disposition.VIA_GATEWAY_ENDPOINT, (), (), False)
    asked = question_of(Intent(workload, bucket("data"), client, path.hops, ()), path, {}, terms())
    assert isinstance(asked.caller.anonymous, Unknown)
    assert isinstance(asked.context["aws:principalarn"], Unknown)
    assert isinstance(asked.context["aws:requestedregion"], Unknown)


@pytest.mark.parametrize(
    ("operator", "value", "given", "answer"),
    [
        ("NumericEquals", Ref("a", "b"), (literal("1"),), None),
        ("NumericEquals", "1", (Address(None),), None),
        ("Null", OPEN, (literal("1"),), None),
        ("StringEquals", "other", (OtherThan(literal("mine")),), None),
        ("StringEquals", "mine", (OtherThan(literal("mine")),), False),
        ("StringLike", "*", (OtherThan(literal("mine")),), True),
        ("ArnLike", "arn:aws:iam::1:role/*", (OtherThan(literal("mine")),), None),
        ("ArnLike", "data", (literal("arn:aws:iam::1:role/a"),), False),
        ("ArnEquals", Ref("role", "arn"), ((Hole("role.arn"),),), True),
        ("StringEquals", "a", (Address(None),), None),
        ("StringEqualsIgnoreCase", "a", (Address(None),), None),
        ("IpAddress", "10.0.0.0/8", (literal("10.0.0.1"),), None),
        ("BinaryEquals", "a", (literal("a"),), None),
        ("StringEquals", "a", unknown("is open", "it"), None),
    ],
)
def test_is_a_condition_met(operator, value, given, answer):
    found = holds(Condition(operator, "k", (value,)), {"k": given}, terms(), variables=None)
    assert (None if isinstance(found, Unknown) else found) is answer


def test_why_is_a_text_not_known():
    assert causes_in("a") == ()
    assert causes_in(OPEN) == OPEN.causes
    assert [cause.subject for cause in causes_in(Text(("a", OPEN, Ref("b", "id"))))] == ["it", "b.id"]

"""Is a policy document read as it is written, and unknown as a whole where it cannot be?"""

import json

import pytest

from validator.conversion.convert import convert
from validator.model.iam import Effect, PolicyDocument, Statement
from validator.resource import Configuration, InputKind, Resource
from validator.source import SourceLocation
from validator.values import Ref, Text, Unknown, Value, unknown

HERE = SourceLocation("main.tf")
OPEN = unknown("is not settled", "var.x")
JSON = Ref("data.aws_iam_policy_document.one", "json")
ALLOW = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}


def resource(address: str, **attributes: Value) -> Resource:
    mode = "data" if address.startswith("data.") else "managed"
    return Resource(address, address.removeprefix("data.").partition(".")[0], attributes, "eu-west-1", HERE, mode, action="create")


def read(policy: Value, *more: Resource) -> PolicyDocument:
    """The document of an endpoint with ``policy``."""
    endpoint = resource("aws_vpc_endpoint.s3", service_name="com.amazonaws.eu-west-1.s3", policy=policy)
    resources = (endpoint, resource("aws_s3_bucket.data"), resource("aws_vpc_endpoint.other"), *more)
    topology = convert([Configuration("plan.json", InputKind.TERRAFORM_PLAN, "terraform", tuple(sorted(resources, key=lambda one: one.address)))])
    document = topology.endpoints["aws_vpc_endpoint.s3"].policy
    assert document is not None
    return document


def blocks(*statements: Value, **more: Value) -> Resource:
    """A data source that is read only at apply, as a plan shows it."""
    return resource("data.aws_iam_policy_document.one", statement=statements, json=JSON, version=None, **more)


def only(document: PolicyDocument) -> Statement:
    assert isinstance(document.statements, tuple)
    (statement,) = document.statements
    assert isinstance(statement, Statement)
    return statement


@pytest.mark.parametrize(
    "policy",
    [
        "", "{", "[]", '"text"', "null", '{"Version": "2012-10-17"}', '{"Statement": 1}', '{"Statement": [], "Statement": []}', "[" * 5000, " " * 300_000,
        7, (ALLOW,), OPEN, Ref("aws_s3_bucket.data", "arn"), Text(('{"Statement": ', OPEN, "}")), {"Statement": OPEN}, {"Version": "2012-10-17"},
    ],
)  # fmt: skip
def test_is_what_is_no_document_unknown_as_a_whole(policy):
    if policy == "":
        with pytest.raises(AssertionError):
            read(policy)
        return
    assert isinstance(read(policy).statements, Unknown)


@pytest.mark.parametrize(
    "policy",
    [
        json.dumps({"Version": "2012-10-17", "Statement": ALLOW}),
        json.dumps({"Version": "2012-10-17", "Statement": [ALLOW]}),
        {"Version": "2012-10-17", "Statement": (ALLOW,)},
        {"Version": "2012-10-17", "Statement": ALLOW},
        Ref("aws_ssm_parameter.policy", "value"),
    ],
)
def test_is_a_statement_read(policy):
    parameter = resource("aws_ssm_parameter.policy", value=json.dumps({"Version": "2012-10-17", "Statement": [ALLOW]}))
    statement = only(read(policy, parameter))
    assert (statement.effect, statement.name) == (Effect.ALLOW, "statement 1")
    assert statement.actions is not None
    assert statement.actions.terms == ("s3:GetObject",)


@pytest.mark.parametrize(
    "statement",
    [OPEN, "text", {**ALLOW, "NotAction": "s3:PutObject", "Foo": 1}, {"effect": "Allow"}],
)
def test_is_what_is_no_statement_unknown_by_itself(statement):
    document = read({"Version": "2012-10-17", "Statement": (statement, ALLOW)})
    assert isinstance(document.statements, tuple)
    assert isinstance(document.statements[0], Unknown)
    assert isinstance(document.statements[1], Statement)


@pytest.mark.parametrize(
    ("name", "value", "clause"),
    [
        ("Action", OPEN, "actions"),
        ("Action", {"a": 1}, "actions"),
        ("Resource", OPEN, "resources"),
        ("NotResource", "x", "resources"),
        ("Principal", OPEN, "principals"),
        ("Principal", 7, "principals"),
        ("Principal", {"AWS": OPEN}, "principals"),
    ],
)
def test_is_a_clause_that_is_not_known_unknown(name, value, clause):
    found = getattr(only(read({"Version": "2012-10-17", "Statement": {**ALLOW, name: value}})), clause)
    assert isinstance(found.named if clause == "principals" else found.terms, Unknown)


def test_are_numbers_and_truths_text():
    condition = {"Bool": {"aws:SecureTransport": False}, "NumericLessThan": {"s3:TlsVersion": 1.2}}
    found = only(read({"Version": "2012-10-17", "Statement": {**ALLOW, "Condition": condition}}))
    assert isinstance(found.conditions, tuple)
    assert [one.values for one in found.conditions] == [("false",), ("1.2",)]


# --- a data source that a plan has not read ----------------------------------------------------------------------------------------------


def test_is_the_data_source_of_a_plan_read_by_its_blocks():
    block = {
        "sid": "One", "effect": None, "actions": ("s3:*",), "not_actions": None, "resources": ("arn:aws:s3:::data/*",), "not_resources": None,
        "principals": ({"type": "AWS", "identifiers": ("*",)},), "not_principals": (),
        "condition": ({"test": "StringEquals", "variable": "aws:SourceVpce", "values": (Ref("aws_vpc_endpoint.other", "id"),)},),
    }  # fmt: skip
    found = only(read(JSON, blocks(block)))
    assert (found.name, found.effect) == ('statement 1 "One"', Effect.ALLOW)
    assert found.principals is not None
    assert found.principals.named == (("AWS", "*"),)
    assert isinstance(found.conditions, tuple)
    # What a condition compares is the identity itself; of a resource, a plan does not say what is made of it.
    assert found.conditions[0].values == (Ref("aws_vpc_endpoint.other", "id"),)


@pytest.mark.parametrize("sid", [OPEN, {}, ("x",), 7, ""])
@pytest.mark.parametrize("version", [OPEN, "", None])
def test_is_a_document_read_whose_version_or_sid_is_not_known(sid, version):
    source = json.dumps({"Version": "2012-10-17", "Statement": [{**ALLOW, "Sid": {"a": 1}}]})
    one = resource(
        "data.aws_iam_policy_document.one", json=JSON, version=version, source_policy_documents=(source,),
        statement=({"sid": sid, "actions": ("s3:*",), "resources": ("*",)},),
    )  # fmt: skip
    found = read(JSON, one).statements
    assert isinstance(found, tuple)
    assert len(found) == 2


@pytest.mark.parametrize(("attribute", "kind"), [("arn", Text), ("id", Unknown), ("bucket_domain_name", Unknown)])
def test_is_a_reference_of_a_plan_what_a_resource_is_made_from(attribute, kind):
    found = only(read(JSON, blocks({"actions": ("s3:*",), "resources": (Ref("aws_s3_bucket.data", attribute),)})))
    assert found.resources is not None
    assert isinstance(found.resources.terms, tuple)
    assert isinstance(found.resources.terms[0], kind)


def test_is_an_ampersand_a_policy_variable():
    block = {"actions": ("s3:*",), "resources": ("arn:aws:s3:::&{aws:username}", Text((Ref("aws_s3_bucket.data", "arn"), "/&{aws:username}")))}
    found = only(read(JSON, blocks(block)))
    assert found.resources is not None
    assert isinstance(found.resources.terms, tuple)
    assert found.resources.terms[0] == "arn:aws:s3:::${aws:username}"
    assert found.resources.terms[1] == Text((Ref("aws_s3_bucket.data", "arn"), "/${aws:username}"))


@pytest.mark.parametrize(
    ("block", "clause"),
    [
        ({"principals": OPEN}, "principals"),
        ({"principals": ({"type": OPEN, "identifiers": ("*",)},)}, "principals"),
        ({"principals": ({"type": "*", "identifiers": ("*",)},)}, None),
        ({"not_principals": ({"type": "AWS", "identifiers": OPEN},)}, "principals"),
        ({"condition": OPEN}, "conditions"),
        ({"condition": ({"test": OPEN, "variable": "a", "values": ()},)}, "conditions"),
    ],
)
def test_are_blocks_that_are_not_known_unknown(block, clause):
    found = only(read(JSON, blocks({"actions": ("*",), "resources": ("*",), **block})))
    assert found.principals is None or not isinstance(found.principals.named, Unknown) or clause == "principals"
    if clause == "conditions":
        assert isinstance(found.conditions, Unknown)
    elif clause == "principals":
        assert found.principals is not None
        assert isinstance(found.principals.named, Unknown)


FIRST = json.dumps({"Statement": [{**ALLOW, "Sid": "One", "Effect": "Deny"}, {**ALLOW, "Sid": "Two"}]})
OWN = {"sid": "One", "actions": ("s3:*",), "resources": ("*",)}


@pytest.mark.parametrize(
    ("more", "effects"),
    [
        ({"source_policy_documents": (FIRST,)}, ["Allow", "Allow"]),
        ({"override_policy_documents": (FIRST,)}, ["Deny", "Allow"]),
        ({"source_json": FIRST, "override_json": ""}, ["Allow", "Allow"]),
        ({"source_policy_documents": (json.dumps({"Statement": ALLOW}),)}, ["Allow", "Allow"]),
    ],
)
def test_are_documents_merged_by_sid(more, effects):
    found = read(JSON, blocks(OWN, **more))
    assert isinstance(found.statements, tuple)
    assert [one.effect.value for one in found.statements] == effects


@pytest.mark.parametrize("more", [{"source_policy_documents": (OPEN,)}, {"override_json": "{"}, {"override_json": OPEN}])
def test_is_a_document_that_builds_on_what_is_not_known_unknown(more):
    assert isinstance(read(JSON, blocks(OWN, **more)).statements, Unknown)


def test_are_statements_that_are_not_known_unknown():
    source = resource("data.aws_iam_policy_document.one", statement=OPEN, json=JSON)
    assert isinstance(read(JSON, source).statements, Unknown)
    assert isinstance(only_unknown(read(JSON, blocks(OPEN))), Unknown)
    assert isinstance(only_unknown(read(JSON, blocks("text"))), Unknown)


def only_unknown(document: PolicyDocument) -> Statement | Unknown:
    assert isinstance(document.statements, tuple)
    return document.statements[0]

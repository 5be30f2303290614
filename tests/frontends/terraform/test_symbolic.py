"""What do expressions give whose parts nobody knows yet?"""

import pytest

from validator.frontends.terraform.evaluate import value_of
from validator.frontends.terraform.expansion import Expansion
from validator.frontends.terraform.known import NoFacts
from validator.frontends.terraform.modules import library_of
from validator.frontends.terraform.parse import parse_expression
from validator.frontends.terraform.symbolic import finished
from validator.values import Ref, Text, Unknown

SOURCES = """
variable "on" {}
variable "names" {}
resource "a_b" "one" {
  set = "configured"
  in {
    x = 1
  }
}
resource "a_b" "two" {
  count = 2
}
resource "a_b" "map" {
  for_each = toset(["p", "q"])
}
data "a_look" "up" {}
"""
ONE, P, Q = Ref("a_b.one", "id"), Ref('a_b.map["p"]', "id"), Ref('a_b.map["q"]', "id")
FIRST, SECOND = Ref("a_b.two[0]", "id"), Ref("a_b.two[1]", "id")
UNKNOWN = "unknown"


@pytest.fixture(scope="module")
def scope(tmp_path_factory):
    folder = tmp_path_factory.mktemp("module")
    (folder / "main.tf").write_text(SOURCES)
    return Expansion(library_of(folder, "."), NoFacts(), {}, None, "default").root.scope("main.tf")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a_b.one.id", ONE),
        ("a_b.one.set", "configured"),
        ("a_b.one.in[0].x", 1),
        ("a_b.one.in[0].y", Ref("a_b.one", "in.0.y")),
        ("a_b.two[*].id", (FIRST, SECOND)),
        ("a_b.two.*.id[1]", SECOND),
        ("length(a_b.two)", 2),
        ('a_b.map["q"].id', Q),
        ("values(a_b.map)[*].id", (P, Q)),
        ("{ for k, v in a_b.map : k => v.id }", {"p": P, "q": Q}),
        ('"arn:${a_b.one.arn}/*"', Text(("arn:", Ref("a_b.one", "arn"), "/*"))),
        ('join(",", a_b.two[*].id)', Text((FIRST, ",", SECOND))),
        ('format("%s-%d", a_b.one.id, 2)', Text((ONE, "-2"))),
        ("jsonencode({ b = [a_b.one.id] })", Text(('{"b":["', ONE, '"]}'))),
        ("concat(a_b.two[*].id, [a_b.one.id])", (FIRST, SECOND, ONE)),
        ('compact([a_b.one.id, "", null])', (ONE,)),
        ("distinct([a_b.one.id, a_b.two[0].id, a_b.one.id])", (ONE, FIRST)),
        ("toset([a_b.one.id, a_b.one.id])", (ONE,)),
        ("coalesce(null, a_b.one.id, a_b.two[0].id)", ONE),
        ('try(a_b.two[2].id, a_b.one.id, "x")', ONE),
        ("one(a_b.two[*].id)", UNKNOWN),
        ("a_b.one.id == null", False),
        ('a_b.one.id == ""', False),
        ("a_b.one.id == a_b.one.id", True),
        ("a_b.one.id == a_b.two[0].id", False),
        ('a_b.one.id == "vpc-1"', UNKNOWN),
        ("a_b.one.other == null", UNKNOWN),
        ('"x-${a_b.one.id}" == "y-1"', False),
        ('startswith("x-${a_b.one.id}", "x")', True),
        ("var.on ? a_b.one.id : a_b.one.id", ONE),
        ("var.on || true", True),
        ("var.on && false", False),
        ("!var.on", UNKNOWN),
        ("contains([a_b.one.id], a_b.one.id)", True),
        ("contains(a_b.two[*].id, a_b.one.id)", False),
        ("element(a_b.two[*].id, 3)", SECOND),
        ("slice(data.a_look.up.names, 0, 2)", (Ref("data.a_look.up", "names.0"), Ref("data.a_look.up", "names.1"))),
        ("length(data.a_look.up.names)", UNKNOWN),
        ("upper(a_b.one.id)", UNKNOWN),
        ("[for n in var.names : n]", UNKNOWN),
        ("lookup({ a = a_b.one.id, b = 1 }, var.on)", UNKNOWN),
        ("keys({ a = a_b.one.id })", ("a",)),
        ("merge({ a = 1 }, { b = a_b.one.id })", {"a": 1, "b": ONE}),
        ("flatten([[a_b.one.id], a_b.two[*].id])", (ONE, FIRST, SECOND)),
        ('zipmap(["x"], [a_b.one.id]).x', ONE),
        ("[for s in a_b.two : s.id if s.id != a_b.one.id]", (FIRST, SECOND)),
        ('trimspace(" ${a_b.one.id} ")', ONE),
        ("nothing.at.all", UNKNOWN),
    ],
)  # fmt: skip
def test_is_the_value_what_follows_and_no_more(written, expected, scope):
    value = finished(value_of(parse_expression("x", written, (1, 1)), scope))
    assert (UNKNOWN if isinstance(value, Unknown) else value) == expected


@pytest.mark.parametrize(
    ("written", "among"),
    [
        ("var.on ? a_b.one.id : a_b.two[0].id", (ONE, FIRST)),
        ("var.on ? [a_b.one.id] : []", (ONE,)),
        ("concat(var.on ? [a_b.one.id] : [], [a_b.two[0].id])", (ONE, FIRST)),
    ],
)
def test_is_an_unknown_bounded_by_what_it_can_be(written, among, scope):
    value = finished(value_of(parse_expression("x", written, (1, 1)), scope))
    assert isinstance(value, Unknown)
    assert [cause.subject for cause in value.causes] == ["var.on"]
    assert value.among == tuple(sorted(among, key=str))


@pytest.mark.parametrize(
    ("written", "function"),
    [
        ("timestamp()", "timestamp()"),
        ("plantimestamp()", "plantimestamp()"),
        ("uuid()", "uuid()"),
        ('bcrypt("x")', "bcrypt()"),
        ('rsadecrypt("x", "y")', "rsadecrypt()"),
        ("issensitive(var.on)", "issensitive()"),
        ('formatdate("YYYY", timestamp())', "timestamp()"),
        ("upper(uuid())", "uuid()"),
        ('timestamp() == "x" ? 1 : 2', "timestamp()"),
        ("try(uuid(), 1)", "uuid()"),
        ("nosuch(1)", "nosuch()"),
    ],
)
def test_does_an_unknown_name_the_function_that_is_not_in_the_sources(written, function, scope):
    value = finished(value_of(parse_expression("x", written, (1, 1)), scope))
    assert isinstance(value, Unknown)
    assert [cause.subject for cause in value.causes] == [function]


def test_does_a_text_keep_what_is_known_around_such_a_function(scope):
    value = finished(value_of(parse_expression("x", '"data-${uuid()}"', (1, 1)), scope))
    assert isinstance(value, Text)
    assert value.parts[0] == "data-"
    assert [cause.subject for cause in value.parts[1].causes] == ["uuid()"]


# Of OpenTofu, which Terraform 1.11 cannot be asked about; it refuses a percent sign without two hexadecimal digits.
@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a%20b+c%2Fd", "a b c/d"),
        ("%E3%81%82", "あ"),
        ("", ""),
        ("a%2", "refused"),
        ("%zz", "refused"),
        ("100%", "refused"),
    ],
)
def test_is_urldecode_the_one_of_opentofu(written, expected, scope):
    assert value_of(parse_expression("x", f'try(urldecode("{written}"), "refused")', (1, 1)), scope) == expected

"""Do the laws of authorization hold: a Deny adds no access, an Allow takes none away, what is decided stays so?"""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.test_authorization import context_of, estate, guards_of, question, told
from validator.analysis.rulings import Question, Ruling, rule
from validator.analysis.terms import Terms

ACTIONS = ("s3:*", "s3:Get*", "s3:GetObject", "s3:PutObject", "s3:ListBucket", "*")
RESOURCES = ("*", "arn:aws:s3:::data", "arn:aws:s3:::data/*", "arn:aws:s3:::data/a/*", "arn:aws:s3:::other/*", "arn:aws:s3:::d*")
VALUES = {"aws:SourceVpce": ("vpce-0a1", "vpce-0b2"), "x:a": ("red", "r*"), "s3:prefix": ("a/", "b/*"), "aws:PrincipalOrgID": ("o-1", "o-2")}
OPERATORS = (
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringNotLike",
    "StringEqualsIfExists",
    "ForAnyValue:StringEquals",
    "ForAllValues:StringLike",
)
GIVEN = (None, "red", "green")
CLAUSES = {"Effect": ("Allow", "Deny"), "Action": ACTIONS, "Resource": RESOURCES}


def one_of(name: str, values: tuple[object, ...], holes: st.SearchStrategy[bool]):
    """A value, or a hole that is filled with one of ``values`` later."""
    return st.tuples(holes, st.sampled_from(values)).map(lambda it: {"unknown": name, "worth": it[1]} if it[0] else it[1])


def conditions(holes):
    pairs = [st.tuples(st.sampled_from(OPERATORS), st.just(key), one_of("value", values, holes)) for key, values in VALUES.items()]
    return st.lists(st.one_of(pairs), max_size=2).map(lambda listed: {operator: {key: given} for operator, key, given in listed})


def statements(holes, **fixed):
    clauses = {name: st.just(fixed[name]) if name in fixed else one_of(name, values, holes) for name, values in CLAUSES.items()}
    return st.fixed_dictionaries({**clauses, "Principal": st.just("*"), "Condition": conditions(holes)})


def filled(written):
    match written:
        case {"worth": worth}:
            return worth
        case dict():
            return {name: filled(member) for name, member in written.items()}
        case list():
            return [filled(member) for member in written]
    return written


SOLID = st.just(False)
MAYBE = st.booleans()
documents = st.lists(statements(SOLID), max_size=3)
contexts = st.fixed_dictionaries({"x:a": st.sampled_from(GIVEN)})
sides = st.sampled_from(["endpoint", "bucket"])
ways = st.sampled_from(["gateway", "nat"])


def ruled(case, context) -> Ruling | None:
    topology = estate(case)
    terms = Terms(topology)
    asked = question(case, topology, terms)
    guards = guards_of(case, topology)
    return rule(guards, Question(asked.caller, {**asked.context, **context_of(context)}, asked.groups), terms) if guards else None


def answer(case, context) -> str:
    return told(ruled(case, context)).replace("in part", "allowed")


@settings(deadline=None)
@given(documents, documents, sides, ways, statements(SOLID, Effect="Deny"), contexts)
def test_does_a_deny_never_add_access(endpoint, bucket, side, via, more, context):
    case = {"endpoint": endpoint, "bucket": bucket, "via": via}
    before, after = answer(case, context), answer({**case, side: [*case[side], more]}, context)
    assert before != "denied" or after == "denied"
    assert after != "allowed" or before != "denied"


@settings(deadline=None)
@given(documents, documents, sides, ways, statements(SOLID, Effect="Allow"), contexts)
def test_does_an_allow_never_take_access_away(endpoint, bucket, side, via, more, context):
    case = {"endpoint": endpoint, "bucket": bucket, "via": via}
    before, after = answer(case, context), answer({**case, side: [*case[side], more]}, context)
    assert before != "allowed" or after == "allowed"
    assert after != "denied" or before == "denied"


@settings(deadline=None)
@given(st.lists(statements(MAYBE), max_size=3), st.lists(statements(MAYBE), max_size=2), ways, st.booleans(), contexts)
def test_does_filling_in_never_flip_an_answer(endpoint, bucket, via, open_context, context):
    case = {"endpoint": endpoint, "bucket": bucket, "via": via}
    before = answer(case, {} if open_context else context)
    after = answer({**case, "endpoint": filled(endpoint), "bucket": filled(bucket)}, context)
    assert before in ("unknown", after)


@settings(deadline=None)
@given(documents, documents, ways, contexts)
def test_does_an_order_of_statements_not_matter(endpoint, bucket, via, context):
    case = {"endpoint": endpoint, "bucket": bucket, "via": via}
    turned = {**case, "endpoint": endpoint[::-1], "bucket": bucket[::-1]}
    assert answer(case, context) == answer(turned, context)

"""Do unknowns obey their laws: Kleene's logic, refinement, causes that unite?"""

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validator.analysis.estate import equal
from validator.values import Cause, Ref, Text, Truth, Unknown, all_of, any_of, negate, text, unite, unknown

truths = st.one_of(st.booleans(), st.sampled_from("abc").map(lambda name: unknown("is open", name)))
names = st.sampled_from(["x", "y", "z"])
links = st.one_of(
    names, st.none(), st.builds(lambda among: Unknown((Cause("is open", "it"),), among), st.one_of(st.none(), st.lists(names, min_size=1).map(tuple)))
)


def completions(members: list[Truth]) -> list[list[bool]]:
    """Every way to fill the unknowns in; each stands for itself."""
    return [list(one) for one in product(*[[True, False] if isinstance(member, Unknown) else [member] for member in members])]


@given(st.lists(truths, max_size=5))
def test_does_filling_in_an_unknown_never_flip_a_definite_answer(members):
    for function, plain in ((all_of, all), (any_of, any)):
        answer = function(members)
        possible = {plain(one) for one in completions(members)}
        if isinstance(answer, Unknown):
            assert possible == {True, False}
        else:
            assert possible == {answer}


@given(st.lists(truths, max_size=5))
def test_is_an_answer_unknown_exactly_because_of_what_is(members):
    for function in (all_of, any_of):
        answer = function(members)
        if isinstance(answer, Unknown):
            assert set(answer.causes) == {cause for one in members if isinstance(one, Unknown) for cause in one.causes}


@given(st.lists(truths, max_size=5))
def test_does_de_morgan_hold(members):
    assert negate(all_of(members)) == any_of(map(negate, members))


@given(st.permutations([True, unknown("is open", "a"), unknown("is open", "b")]))
def test_does_the_order_not_matter(members):
    assert all_of(members) == Unknown((Cause("is open", "a"), Cause("is open", "b")))


@given(links, links)
def test_is_equal_definite_only_where_every_completion_agrees(left, right):
    def values(link):
        return (link.among or ("x", "y", "z", "elsewhere")) if isinstance(link, Unknown) else (link,)

    answer = equal(left, right)
    possible = {one == other for one in values(left) for other in values(right)}
    if not isinstance(answer, Unknown):
        assert possible == {answer}


def test_does_an_unknown_refuse_to_be_asked():
    with pytest.raises(TypeError, match="has no truth"):
        bool(unknown("is open", "it"))


def test_does_an_unknown_need_a_cause():
    with pytest.raises(ValueError, match="needs a cause"):
        Unknown(())


@given(st.lists(st.builds(unknown, st.just("is open"), names), min_size=1))
def test_do_causes_unite_sorted_and_once(members):
    assert [cause.subject for cause in unite(members).causes] == sorted({one.causes[0].subject for one in members})


def test_is_a_union_bounded_only_if_every_member_is():
    bounded = Unknown((Cause("is open", "a"),), ("x",))
    assert unite([bounded, Unknown((Cause("is open", "b"),), ("y",))]).among == ("x", "y")
    assert unite([bounded, unknown("is open", "b")]).among is None


@given(st.lists(st.one_of(st.text(max_size=3), st.just(Ref("a", "id")), st.just(unknown("is open", "it"))), max_size=6))
def test_is_text_as_simple_as_it_can_be(parts):
    made = text(parts)
    pieces = made.parts if isinstance(made, Text) else (made,)
    assert "".join(str(piece) for piece in pieces) == "".join(str(part) for part in parts)
    assert all(not (isinstance(one, str) and isinstance(other, str)) for one, other in pairwise(pieces))
    assert not isinstance(made, Text) or len(pieces) > 1

"""Does a pattern match a text, whatever the pieces of both that nobody knows turn out to be?"""

import re
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from validator.analysis.patterns import Hole, Name, Tokens, Wild, globbed, literal, lowered, matches, plain, shown

A, B = Name("a"), Name("b")
FRESH = Name("fresh", fresh=True)
X = Hole("x")


def tokens(*pieces: object, wild: bool = False) -> Tokens:
    read = globbed if wild else literal
    return tuple(piece for one in pieces for piece in (read(one) if isinstance(one, str) else [one]))


def pattern(*pieces: object) -> Tokens:
    return tokens(*pieces, wild=True)


@pytest.mark.parametrize(
    ("wanted", "text", "answer"),
    [
        (pattern(), tokens(), True),
        (pattern("*"), tokens(), True),
        (pattern("?"), tokens(), False),
        (pattern("a*c"), tokens("abbc"), True),
        (pattern("a*c"), tokens("abbd"), False),
        (pattern("a**?"), tokens("ab"), True),
        (pattern("a.c"), tokens("abc"), False),
        (pattern("*"), tokens(X), True),
        (pattern("a*"), tokens("a", X), True),
        (pattern("b*"), tokens("a", X), False),
        (pattern("*b"), tokens("a", X), None),
        (pattern(X), tokens(X), True),
        (pattern(Hole()), tokens(Hole()), None),
        (pattern(Hole("y")), tokens(X), None),
        (pattern("a", Hole("y"), "c"), tokens("abd"), False),
        (pattern("a", Hole("y"), "c"), tokens("abc"), None),
        (pattern(A, "/*"), tokens(A, "/k"), True),
        (pattern(A, "/*"), tokens(B, "/k"), False),
        (pattern(A, "*"), tokens(B, "/k"), None),
        (pattern(A, "-x/*"), tokens(B, "/k"), None),
        (pattern("*"), tokens(A), True),
        (pattern("?"), tokens(A), None),
        (pattern("data/*"), tokens(A, "/k"), None),
        (pattern("data/*"), tokens(FRESH, "/k"), False),
        (pattern(A, "/*"), tokens("data/k"), None),
        (pattern(FRESH, "/*"), tokens("data/k"), False),
        (pattern(A), tokens("a/b"), False),
        (pattern(A), tokens(), False),
        (pattern(""), tokens(A), False),
        (pattern(A), tokens(X), None),
        (pattern("a?"), tokens(X), None),
        (pattern(A, B), tokens(A, B), True),
        (pattern("*", B), tokens(A), None),
        (pattern(A, B), tokens(Name("c")), None),
        (pattern("?b"), tokens(A), None),
        (pattern("/"), tokens(A), False),
        (pattern("a"), tokens("b"), False),
        (pattern("a"), tokens("ab"), False),
    ],
)
def test_does_it_match(wanted, text, answer):
    assert matches(wanted, text) is answer


def test_is_what_is_too_long_left_open():
    assert matches(pattern("a*" * 2000), tokens("a" * 2000)) is None


def test_how_do_tokens_read():
    assert plain(tokens("a*")) == "a*"
    assert plain(pattern("a*")) is None
    assert shown(pattern("a*?", X, A)) == "a*?......"
    assert lowered(tokens("Ab", A)) == tokens("ab", A)


LETTERS = "ab/"
KEYS = ("p", "q")
pieces = st.one_of(st.sampled_from(LETTERS), st.sampled_from([Wild.RUN, Wild.ONE]), st.sampled_from([*map(Hole, KEYS), *map(Name, KEYS)]))
texts_of_holes = ("", "a", "/b", "*")
texts_of_names = ("a", "b", "ab")


def filled(pieces_of: Tokens, worth: dict[object, str], *, wild: bool) -> Tokens:
    read = globbed if wild else literal
    return tuple(piece for one in pieces_of for piece in (read(worth[one]) if isinstance(one, Hole | Name) else [one]))


def brute(wanted: Tokens, text: Tokens) -> bool:
    expression = "".join(".*" if one is Wild.RUN else "." if one is Wild.ONE else re.escape(one) for one in wanted)
    return re.fullmatch(expression, plain(text), re.DOTALL) is not None


@settings(deadline=None)
@given(st.lists(pieces, max_size=5).map(tuple), st.lists(pieces.filter(lambda one: not isinstance(one, Wild)), max_size=5).map(tuple))
def test_does_an_answer_hold_for_every_completion(wanted, text):
    answer = matches(wanted, text)
    seen = set()
    for holes in product(texts_of_holes, repeat=2):
        for names in product(texts_of_names, repeat=2):
            if names[0] != names[1]:
                worth = dict(zip([*map(Hole, KEYS), *map(Name, KEYS)], [*holes, *names], strict=True))
                seen.add(brute(filled(wanted, worth, wild=True), filled(text, worth, wild=False)))
    assert answer is None or seen == {answer}

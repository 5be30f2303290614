"""Do globs match what they say, and never take longer than reading what they are held against?"""

import time
from itertools import product

import pytest

from validator import globs
from validator.configuration import settings


def matches(pattern: str, name: str, stops: str) -> bool:
    """By trying everything; no star or question mark goes over ``stops``."""
    if not pattern:
        return not name
    if stops and pattern.startswith("**/"):
        return any(matches(pattern[3:], name[end:], stops) for end in range(len(name) + 1) if end == 0 or name[end - 1] == "/")
    if pattern[0] == "*":
        return matches(pattern[1:], name, stops) or (bool(name) and name[0] not in stops and matches(pattern, name[1:], stops))
    return bool(name) and (pattern[0] == name[0] or (pattern[0] == "?" and name[0] not in stops)) and matches(pattern[1:], name[1:], stops)


def test_does_a_glob_match_what_trying_everything_matches():
    names = ["".join(one) for length in range(6) for one in product("ab", repeat=length)]
    for pattern in ("".join(one) for length in range(6) for one in product("ab*?", repeat=length)):
        assert [name for name in names if globs.matches(pattern, name)] == [name for name in names if matches(pattern, name, "")], pattern


def test_does_a_glob_of_paths_match_what_trying_everything_matches():
    paths = ["/".join(one) for length in range(1, 5) for one in product(("a", "b", "ab"), repeat=length)]
    for pattern in ("/".join(one) for length in range(1, 5) for one in product(("a", "*b", "?", "**"), repeat=length)):
        if not pattern.endswith("**"):
            expected = [path for path in paths if any(matches(pattern, path[:end], "/") for end in _ends(path))]
            assert [path for path in paths if settings.matches(pattern, path)] == expected, pattern


def _ends(path: str) -> list[int]:
    """Where a folder that a path is in ends, and the path itself."""
    return [*(end for end, character in enumerate(path) if character == "/"), len(path)]


@pytest.mark.parametrize(
    ("match", "pattern", "name"),
    [
        (globs.matches, "*a" * 30 + "b", "a" * 300),
        (globs.matches, "*?" * 30 + "b", "a" * 300),
        (settings.matches, "*a" * 30 + "b", "a" * 300),
        (settings.matches, "**/a/" * 30 + "b", "a/" * 300 + "c"),
        (settings.matches, "**/" * 60 + "b", "a/" * 300 + "c"),
    ],
)
def test_is_a_glob_of_many_stars_answered_at_once(match, pattern, name):
    started = time.monotonic()
    assert not match(pattern, name)
    assert time.monotonic() - started < 5

"""YAML whose aliases make more of it than is there: ten lines can stand for more than any machine holds."""

from __future__ import annotations

_MOST = 200_000


def is_written_out(document: object, most: int = _MOST) -> bool:
    """Whether a decoded document has at most ``most`` nodes with each alias written out, and none that holds itself.

    Raises RecursionError for one that is nested too deeply.
    """
    return _size(document, most, {}) <= most


def _size(node: object, most: int, known: dict[int, int]) -> int:
    if not isinstance(node, dict | list):
        return 1
    if id(node) not in known:
        # Until it is known: a node that holds itself has no end.
        known[id(node)] = most + 1
        known[id(node)] = 1 + sum(_size(member, most, known) for member in (node.values() if isinstance(node, dict) else node))
    return known[id(node)]

"""Waivers in comments right above a block. The grammar drops comments, so they are found in the text by the lines of blocks."""

from __future__ import annotations

from dataclasses import replace

from validator.allowances import MARK, Allowance, of_comment
from validator.frontends.terraform.syntax import Block, Body
from validator.source import SourceLocation

_TAKEN = frozenset({"resource", "data", "module"})


def with_allowances(body: Body, path: str, text: str) -> Body:
    """``body`` of a file, its blocks with the waivers above them, and with those that stand above none."""
    if MARK not in text:
        return body
    lines = text.split("\n")
    found = {number: one for number, line in enumerate(lines, 1) if MARK in line and (one := of_comment(line, SourceLocation(path, number)))}
    blocks = tuple(_with(block, lines, found) if block.type in _TAKEN else block for block in body.blocks)
    taken = {one for block in blocks for one in block.allowances}
    return replace(body, blocks=blocks, allowances=tuple(one for one in found.values() if one not in taken))


def _with(block: Block, lines: list[str], found: dict[int, Allowance]) -> Block:
    number = block.at[0] - 1
    above: list[Allowance] = []
    while number and lines[number - 1].lstrip().startswith(("#", "//")):
        if number in found:
            above.insert(0, found[number])
        number -= 1
    return replace(block, allowances=tuple(above)) if above else block

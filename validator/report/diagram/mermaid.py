"""Mermaid, as GitHub and GitLab render it inside Markdown (flowchart syntax: https://mermaid.js.org/syntax/flowchart.html)."""

from __future__ import annotations

from collections.abc import Iterator

from validator.report.diagram.model import COLORS, DASHES, Diagram, Edge, Group, Look, Node

# What tells the looks apart without colours: a head, a head on a dotted line, a cross, a circle, nothing.
_ARROWS = {Look.ENDPOINT: "-->", Look.OUTSIDE: "-.->", Look.STOPPED: "-->", Look.OPEN: "-.->", Look.STRUCTURE: "---"}
_FINAL = {**_ARROWS, Look.STOPPED: "--x", Look.OPEN: "-.-o"}
_SHAPES = {
    "workload": ("([", "])"),
    "route-table": ("[", "]"),
    "bucket": ("[(", ")]"),
    "subnet": ("[", "]"),
}
_LONGEST = 60


def render(diagram: Diagram) -> str:
    """A flowchart from left to right, ending in a newline. GitHub takes 500 lines and 50,000 characters of it."""
    names = {node.id: f"n{index}" for index, node in enumerate(diagram.nodes)}
    lines = ["flowchart LR", *_members(diagram, names, None, "  ")]
    lines += [f"  {names[edge.source]} {_arrow(edge)} {names[edge.target]}" for edge in diagram.edges]
    for look in Look:
        numbers = [str(index) for index, edge in enumerate(diagram.edges) if edge.look is look]
        if numbers:
            dashes = f",stroke-dasharray:{DASHES[look]}" if look in DASHES else ""
            width = 1 if look is Look.STRUCTURE else 2
            lines.append(f"  linkStyle {','.join(numbers)} stroke:{COLORS[look]},stroke-width:{width}px{dashes}")
    if diagram.left_out:
        lines.append(f'  more["and {diagram.left_out} more"]')
    return "\n".join(lines) + "\n"


def _members(diagram: Diagram, names: dict[str, str], parent: str | None, indent: str) -> Iterator[str]:
    """The boxes inside ``parent`` with what is in them, then the things that are in it themselves."""
    for index, group in enumerate(diagram.groups):
        if group.parent == parent:
            yield f'{indent}subgraph g{index}["{_title(group)}"]'
            yield from _members(diagram, names, group.id, indent + "  ")
            yield f"{indent}end"
    for node in diagram.nodes:
        if node.group == parent:
            yield f"{indent}{names[node.id]}{_box(node)}"


def _title(group: Group) -> str:
    return f"{_text(group.title)} ({_text(group.note)})" if group.note else _text(group.title)


def _box(node: Node) -> str:
    left, right = _SHAPES.get(node.kind, ("{{", "}}"))
    note = f"<br/>{_text(node.note)}" if node.note and node.note != node.title else ""
    return f'{left}"{_text(node.title)}{note}"{right}'


def _arrow(edge: Edge) -> str:
    arrow = (_FINAL if edge.final else _ARROWS)[edge.look]
    return f'{arrow}|"{_text(edge.label)}"|' if edge.label else arrow


def _text(name: str) -> str:
    """A name as label text: everything but letters, digits and what is plainly harmless as a character reference."""
    shown = name if len(name) <= _LONGEST else f"{name[: _LONGEST // 2 - 1]}…{name[-(_LONGEST // 2) :]}"
    return "".join(_character(one) for one in shown)


def _character(one: str) -> str:
    if one.isalnum() or one in " ._-/,:()…":
        return one
    return f"#{ord(one)};" if one.isprintable() else "\N{REPLACEMENT CHARACTER}"

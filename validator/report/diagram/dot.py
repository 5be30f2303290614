"""The language of Graphviz: https://graphviz.org/doc/info/lang.html."""

from __future__ import annotations

from collections.abc import Iterator

from validator.messages import REPLACEMENT, printable
from validator.report.diagram.model import COLORS, Diagram, Edge, Group, Look, Node

_STYLES = {
    Look.ENDPOINT: "style=solid",
    Look.OUTSIDE: "style=dashed",
    Look.STOPPED: "style=dashed",
    Look.OPEN: "style=dotted",
    Look.STRUCTURE: "style=solid, arrowhead=none",
}
_FINAL = {**_STYLES, Look.STOPPED: "style=dashed, arrowhead=tee", Look.OPEN: "style=dotted, arrowhead=odot"}
_SHAPES = {"workload": "ellipse", "bucket": "cylinder", "route-table": "box", "subnet": "box", "tier": "ellipse", "vpc": "box"}


def render(diagram: Diagram) -> str:
    """A digraph from left to right with a cluster for each box, ending in a newline."""
    names = {node.id: f"n{index}" for index, node in enumerate(diagram.nodes)}
    lines = [
        "digraph s3reach {",
        "  rankdir=LR;",
        '  graph [fontname="Helvetica", compound=true];',
        '  node [fontname="Helvetica", fontsize=11];',
        '  edge [fontname="Helvetica", fontsize=10];',
        *_members(diagram, names, None, "  "),
        *(f"  {names[edge.source]} -> {names[edge.target]} [{_line(edge)}];" for edge in diagram.edges),
    ]
    if diagram.left_out:
        lines.append(f'  more [shape=plaintext, label="and {diagram.left_out} more"];')
    return "\n".join([*lines, "}"]) + "\n"


def _members(diagram: Diagram, names: dict[str, str], parent: str | None, indent: str) -> Iterator[str]:
    for index, group in enumerate(diagram.groups):
        if group.parent == parent:
            yield f"{indent}subgraph cluster_{index} {{"
            yield f"{indent}  label={_quoted(_title(group))};"
            yield from _members(diagram, names, group.id, indent + "  ")
            yield f"{indent}}}"
    for node in diagram.nodes:
        if node.group == parent:
            yield f"{indent}{names[node.id]} [shape={_SHAPES.get(node.kind, 'hexagon')}, label={_quoted(_label(node))}];"


def _title(group: Group) -> str:
    return f"{group.title} ({group.note})" if group.note else group.title


def _label(node: Node) -> str:
    return f"{node.title}\n{node.note}" if node.note and node.note != node.title else node.title


def _line(edge: Edge) -> str:
    width = 1 if edge.look is Look.STRUCTURE else 2
    label = f", label={_quoted(edge.label)}" if edge.label else ""
    style = (_FINAL if edge.final else _STYLES)[edge.look]
    return f'color="{COLORS[edge.look]}", fontcolor="{COLORS[edge.look]}", penwidth={width}, {style}{label}'


def _quoted(text: str) -> str:
    """A string in quotes; a backslash would start one of Graphviz' own escapes, and there it is written twice."""
    lines = (printable(line, REPLACEMENT) for line in text.split("\n"))
    return '"' + "\\n".join(line.replace("\\", "\\\\").replace('"', '\\"') for line in lines) + '"'

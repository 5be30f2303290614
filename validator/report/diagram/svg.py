"""SVG that needs no other program: for a file of its own, or for a page that brings the styles."""

from __future__ import annotations

import importlib.resources
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from validator.messages import REPLACEMENT, printable
from validator.report.diagram.layout import LONGEST, LONGEST_TITLE, Layout, Line, Rect, layout, title_of
from validator.report.diagram.model import MEANINGS, Diagram, Edge, Look, Node

_LEGEND = 28.0
_SHORT = 16.0
_WIDE, _WIDER = 1000.0, 1500.0


def render(diagram: Diagram) -> str:
    """A file of its own, light or dark as its viewer is, ending in a newline."""
    return _svg(diagram, f"<style>{styles()}</style>", ' role="img"') + "\n"


def inline(diagram: Diagram) -> str:
    """For a page that has ``styles``; lines and things are focusable, and name their accesses in ``data-accesses``."""
    return _svg(diagram, "", ' role="group"', focusable=True)


def styles() -> str:
    """The styles of the drawing."""
    return (importlib.resources.files("validator.report.diagram") / "diagram.css").read_text("utf-8")


def _svg(diagram: Diagram, head: str, role: str, *, focusable: bool = False) -> str:
    laid = layout(diagram)
    width, height = max(laid.width, 560.0), laid.height + _LEGEND
    names, accesses = {node.id: node for node in diagram.nodes}, _accesses_of(diagram)
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    kind = "s3d wider" if width > _WIDER else "s3d wide" if width > _WIDE else "s3d"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{kind}" {size}{role} aria-label="The network and its paths to S3">',
        head,
        *_groups(diagram, laid),
        *(_line(line, names, focusable=focusable) for line in sorted(laid.lines, key=lambda line: line.edge.look is not Look.STRUCTURE)),
        *(_node(node, laid.nodes[node.id], accesses.get(node.id, ()), focusable=focusable) for node in diagram.nodes),
        *_legend(diagram, laid.height),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part)


def _groups(diagram: Diagram, laid: Layout) -> Iterator[str]:
    for group in sorted(diagram.groups, key=lambda one: one.parent is not None):
        rect = laid.groups[group.id]
        yield f'<g class="group {group.kind}">{_rectangle(rect, 8)}{_written(rect.x + 10, rect.y + 17, _short(title_of(group), LONGEST_TITLE))}</g>'


def _node(node: Node, rect: Rect, accesses: Sequence[str], *, focusable: bool) -> str:
    radius = rect.height / 2 if node.kind in {"workload", "tier"} else 4
    note = node.note if node.note != node.title else ""
    top = rect.middle - (2 if note else -4)
    text = _written(rect.x + 12, top, _short(node.title))
    if note:
        text += _written(rect.x + 12, top + 14, _short(note, int(LONGEST / 0.9)), "note")
    tooltip = f"<title>{_text(node.title)}{' - ' + _text(note) if note else ''}</title>"
    return f'<g class="node {_word(node.kind)}"{_data(accesses, focusable=focusable)}>{tooltip}{_rectangle(rect, min(radius, 14))}{text}</g>'


def _line(line: Line, names: dict[str, Node], *, focusable: bool) -> str:
    edge = line.edge
    told = _told(edge, names)
    points = list(line.points)
    shortened = _SHORT if edge.final and edge.look in {Look.STOPPED, Look.OPEN} else 7.0 if edge.look is not Look.STRUCTURE else 0.0
    points[-1] = (points[-1][0] - shortened, points[-1][1])
    way = _curve(points)
    label = _written(*line.label, edge.label) if edge.label else ""
    hit = f'<path class="hit" d="{way}"/>' if focusable else ""
    data = _data(edge.accesses, focusable=focusable)
    spoken = f" aria-label={_quoted(told)}" if focusable and edge.accesses else ""
    return f'<g class="line {edge.look.value}"{data}{spoken}><title>{_text(told)}</title>{hit}<path d="{way}"/>{_end(edge, *points[-1])}{label}</g>'


def _told(edge: Edge, names: dict[str, Node]) -> str:
    meaning = MEANINGS.get(edge.look, "belong together")
    return f"{names[edge.source].title} to {names[edge.target].title}: {edge.label or meaning}"


def _curve(points: Sequence[tuple[float, float]]) -> str:
    """Through the points, horizontal at each."""
    way = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for (x, y), (to_x, to_y) in pairwise(points):
        bend = (to_x - x) / 2
        way.append(f"H{to_x:.1f}" if y == to_y else f"C{x + bend:.1f} {y:.1f} {to_x - bend:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}")
    return "".join(way)


def _end(edge: Edge, x: float, y: float) -> str:
    """A head; a cross where the line does not arrive, a circle where nobody knows."""
    if edge.look is Look.STRUCTURE:
        return ""
    if edge.final and edge.look is Look.STOPPED:
        return f'<path class="end" d="M{x - 5:.1f} {y - 5:.1f}l10 10m0 -10l-10 10"/>'
    if edge.final and edge.look is Look.OPEN:
        return f'<circle class="end hollow" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'
    return f'<path class="end" d="M{x:.1f} {y - 4:.1f}l7 4l-7 4z"/>'


def _legend(diagram: Diagram, top: float) -> Iterator[str]:
    x, y = 24.0, top + _LEGEND / 2
    for look in diagram.looks:
        edge = Edge("", "", look, "", (), final=True)
        end = x + (26 if look in {Look.STOPPED, Look.OPEN} else 24)
        yield f'<g class="line {look.value}"><path d="M{x:.1f} {y:.1f}H{end:.1f}"/>{_end(edge, end, y)}</g>'
        yield _written(x + 38, y + 4, MEANINGS[look], "legend")
        x += 38 + len(MEANINGS[look]) * 6.2 + 22
    if diagram.left_out:
        yield _written(x, y + 4, f"and {diagram.left_out} more things that are not drawn", "legend")


def _accesses_of(diagram: Diagram) -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for edge in diagram.edges:
        for name in (edge.source, edge.target):
            found[name].update(dict.fromkeys(edge.accesses))
    return {name: tuple(accesses) for name, accesses in found.items()}


def _data(accesses: Sequence[str], *, focusable: bool) -> str:
    return f' tabindex="0" data-accesses={_quoted(" ".join(accesses))}' if focusable and accesses else ""


def _rectangle(rect: Rect, radius: float) -> str:
    return f'<rect x="{rect.x:.1f}" y="{rect.y:.1f}" width="{rect.width:.1f}" height="{rect.height:.1f}" rx="{radius:.0f}"/>'


def _written(x: float, y: float, text: str, kind: str = "") -> str:
    return f'<text{f" class={_quoted(kind)}" if kind else ""} x="{x:.1f}" y="{y:.1f}">{_text(text)}</text>'


def _short(text: str, longest: int = LONGEST) -> str:
    return text if len(text) <= longest else f"{text[: longest // 2 - 1]}…{text[-(longest - longest // 2) :]}"


def _word(kind: str) -> str:
    return "".join(one for one in kind if one.isalnum() or one == "-")


def _text(text: str) -> str:
    return escape(printable(text, REPLACEMENT))


def _quoted(text: str) -> str:
    return quoteattr(printable(text, REPLACEMENT))

"""Where each box, thing and line of a diagram stands: columns from left to right by rank, VPCs one below the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from validator.report.diagram.model import ABROAD, FIRST, Diagram, Edge, Group, Node

LETTER = 7.3
"""Width of a letter in the font of titles, in pixels."""
LONGEST = 46
"""Letters of a thing's title or note that are shown."""
LONGEST_TITLE = 58
"""Letters of a box's title that are shown."""

_HEIGHT = 40.0
_PORT = 16.0
_LANE = 12.0
_GAP = 10.0
_HEADER = 26.0
_PADDING = 12.0
_BETWEEN = 56.0
_LABEL = 6.2


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right side."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower side."""
        return self.y + self.height

    @property
    def middle(self) -> float:
        """Half way down."""
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Line:
    """An edge through points, each reached horizontally; ``label`` is where its label starts."""

    edge: Edge
    points: tuple[tuple[float, float], ...]
    label: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """A laid-out diagram."""

    width: float
    height: float
    groups: Mapping[str, Rect]
    nodes: Mapping[str, Rect]
    lines: tuple[Line, ...]


def layout(diagram: Diagram) -> Layout:
    """The places of everything in a diagram."""
    return _Layout(diagram).done()


@dataclass(slots=True)
class _Item:
    """Something in a column: a node, or the lane of a line that passes it."""

    key: tuple[str, ...]
    height: float
    y: float = 0.0

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(slots=True)
class _Column:
    rank: int
    x: float = 0.0
    width: float = 0.0
    items: list[_Item] = field(default_factory=list)


class _Layout:
    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self.node = {node.id: node for node in diagram.nodes}
        self.group = {group.id: group for group in diagram.groups}
        self.members: defaultdict[str | None, list[Node]] = defaultdict(list)
        for node in diagram.nodes:
            for group in {node.group, self._block(node)} - {None}:
                self.members[group].append(node)
        self.columns = [_Column(rank) for rank in sorted({node.rank for node in diagram.nodes})]
        self.index = {column.rank: number for number, column in enumerate(self.columns)}
        self.outgoing, self.incoming = _numbers(diagram.edges, outgoing=True), _numbers(diagram.edges, outgoing=False)
        self.lanes: defaultdict[int, list[_Item]] = defaultdict(list)
        self.ordered: dict[tuple[str, bool], dict[int, int]] = {}
        self.items: dict[tuple[str, ...], _Item] = {}
        self.boxes: dict[str, tuple[float, float]] = {}

    def done(self) -> Layout:
        self._measure()
        bottom = self._stack()
        nodes = {name: self._rect(self.node[name]) for name in sorted(self.node)}
        groups = {group.id: self._box(group, nodes) for group in self.diagram.groups}
        lines = tuple(self._line(number, edge, nodes) for number, edge in enumerate(self.diagram.edges))
        right = max([rect.right for rect in (*nodes.values(), *groups.values())], default=0.0)
        return Layout(right + _PADDING, bottom + _PADDING, groups, nodes, lines)

    # --- columns ----------------------------------------------------------------------------------------------------------------------

    def _measure(self) -> None:
        """Widths of the columns; the gap before the last has room for the labels."""
        x = 2 * _PADDING
        label = max((len(edge.label) for edge in self.diagram.edges), default=0) * _LABEL
        for number, column in enumerate(self.columns):
            column.x = x
            column.width = max(width_of(node) for node in self.diagram.nodes if node.rank == column.rank)
            if column.rank == FIRST:
                # A box around what runs in a subnet is as wide as its title, and ends before the route tables.
                titles = (_title_width(group) for group in self.diagram.groups if group.kind == "subnet")
                column.width = max([column.width, *(width - _PADDING for width in titles)])
            last = number == len(self.columns) - 2
            x += column.width + _BETWEEN + (label + 2 * _PADDING if last else 0.0)

    def _stack(self) -> float:
        """Place everything from top to bottom, block by block; the bottom."""
        y = _PADDING
        blocks: list[str | None] = [group.id for group in self.diagram.groups if group.parent is None and group.kind == "vpc"]
        for block in [*blocks, None]:
            members = self.members[block] if block else [one for one in self.diagram.nodes if self._block(one) is None and one.rank == FIRST]
            if members:
                y = self._place_block(block, members, y) + _GAP
        bottom = y
        for column in self.columns:
            if column.rank >= ABROAD:
                bottom = max(bottom, self._place_last(column))
        return bottom

    def _block(self, node: Node) -> str | None:
        """The VPC that a node is in."""
        group = self.group.get(node.group) if node.group else None
        while group is not None and group.parent is not None:
            group = self.group[group.parent]
        return group.id if group is not None and group.kind == "vpc" else None

    def _place_block(self, block: str | None, members: Sequence[Node], top: float) -> float:
        start = top + (_HEADER if block else 0.0)
        bottom = self._place_first([node for node in members if node.rank == FIRST], start)
        for column in self.columns:
            if FIRST < column.rank < ABROAD:
                items = [self._item(node) for node in members if node.rank == column.rank]
                items += self._lanes(column, {node.id for node in members})
                bottom = max(bottom, self._spread(column, items, start))
        if block:
            self.boxes[block] = (top, bottom + _PADDING)
        return bottom + (_PADDING if block else 0.0)

    def _place_first(self, members: Sequence[Node], top: float) -> float:
        """Subnets as boxes around what runs in them, then what stands by itself."""
        y = top
        by_box: defaultdict[str | None, list[Node]] = defaultdict(list)
        for node in members:
            group = self.group.get(node.group or "")
            by_box[group.id if group is not None and group.kind == "subnet" else None].append(node)
        for box in sorted(by_box, key=lambda name: (name is None, name or "")):
            start = y
            y += _HEADER if box else 0.0
            for node in by_box[box]:
                item = self._item(node)
                item.y = y
                y += item.height + _GAP
            if box:
                self.boxes[box] = (start, y)
                y += _GAP
        return y

    def _place_last(self, column: _Column) -> float:
        """What is in no VPC: gateways between them, then buckets, in boxes by Region. Boxes by where their lines come from."""
        lanes = self._lanes(column, set(self.node))
        by_box: defaultdict[str | None, list[_Item]] = defaultdict(list)
        for node in self.diagram.nodes:
            if node.rank == column.rank and self._block(node) is None:
                by_box[node.group].append(self._item(node))
        y = _PADDING
        for box in sorted(by_box, key=lambda name: (self._wish_of(column, by_box[name]), name or "")):
            header = _HEADER if box else 0.0
            start = max(y, self._wish_of(column, by_box[box]) - sum(item.height + _GAP for item in by_box[box]) / 2 - header)
            y = self._spread(column, [*by_box[box], *(lanes if box is None else [])], start + header)
            if box:
                self.boxes[box] = (min(item.y for item in by_box[box]) - header, y)
                y += _GAP
        return y if by_box else self._spread(column, lanes, y)

    def _wish_of(self, column: _Column, items: Sequence[_Item]) -> float:
        wishes = [self._wish(column, item) for item in items]
        return sum(wishes) / len(wishes)

    def _spread(self, column: _Column, items: list[_Item], top: float) -> float:
        """Each item as near to where its lines come from as the others let it; the bottom."""
        y = top
        for wish, item in sorted(((self._wish(column, item), item) for item in items), key=lambda pair: (pair[0], pair[1].key)):
            item.y = max(y, wish - item.height / 2)
            y = item.y + item.height + _GAP
            column.items.append(item)
        return y

    def _wish(self, column: _Column, item: _Item) -> float:
        """The middle of what the item's lines come from."""
        numbers = [int(item.key[1])] if item.key[0] == "lane" else self.incoming.get(item.key[1], [])
        middles = [self._before(column, number).middle for number in numbers]
        return sum(middles) / len(middles) if middles else 0.0

    def _before(self, column: _Column, number: int) -> _Item:
        """What a line comes through on the left of a column: a lane, or its source."""
        edge = self.diagram.edges[number]
        left = self.columns[max(self.index[column.rank] - 1, 0)]
        return self.items.get(("lane", str(number), str(left.rank))) or self.items.get(("node", edge.source)) or _Item(("nothing",), 0.0)

    def _lanes(self, column: _Column, sources: set[str]) -> list[_Item]:
        """The lines that pass a column."""
        found: list[_Item] = []
        for number in sorted(number for name in sources for number in self.outgoing.get(name, ())):
            edge = self.diagram.edges[number]
            if self.node[edge.source].rank < column.rank < self.node[edge.target].rank:
                key = ("lane", str(number), str(column.rank))
                self.items[key] = item = _Item(key, _LANE)
                self.lanes[number].append(item)
                found.append(item)
        return found

    def _item(self, node: Node) -> _Item:
        key = ("node", node.id)
        ports = max(len(self.outgoing.get(node.id, ())), len(self.incoming.get(node.id, ())))
        self.items[key] = item = _Item(key, max(_HEIGHT, _PORT * ports))
        return item

    # --- shapes -----------------------------------------------------------------------------------------------------------------------

    def _rect(self, node: Node) -> Rect:
        column = self.columns[self.index[node.rank]]
        item = self.items[("node", node.id)]
        return Rect(column.x, item.y, column.width, item.height)

    def _box(self, group: Group, nodes: Mapping[str, Rect]) -> Rect:
        rects = [nodes[node.id] for node in self.members[group.id]]
        top, bottom = self.boxes.get(group.id, (0.0, 0.0))
        padding = _PADDING / 2 if group.kind == "subnet" else _PADDING
        left, right = min(rect.x for rect in rects) - padding, max(rect.right for rect in rects) + padding
        return Rect(left, top, max(right - left, _title_width(group)), bottom - top)

    def _line(self, number: int, edge: Edge, nodes: Mapping[str, Rect]) -> Line:
        source, target = nodes[edge.source], nodes[edge.target]
        points = [(source.right, self._port(number, edge.source, source, outgoing=True))]
        for column in self.columns:
            lane = self.items.get(("lane", str(number), str(column.rank)))
            if lane is not None:
                points += [(column.x, lane.middle), (column.x + column.width, lane.middle)]
        x, y = points[-1]
        if edge.label:
            # Straight below its label.
            points.append((x + len(edge.label) * _LABEL + 2 * _PADDING, y))
        points.append((target.x, self._port(number, edge.target, target, outgoing=False)))
        return Line(edge, tuple(points), (x + 8, y - 4))

    def _port(self, number: int, name: str, rect: Rect, *, outgoing: bool) -> float:
        """Where a line leaves or meets a node: the lines of one side do not cross there."""
        key = (name, outgoing)
        if key not in self.ordered:
            numbers = sorted((self.outgoing if outgoing else self.incoming)[name], key=lambda n: (self._far(n, outgoing=outgoing), n))
            self.ordered[key] = {one: place for place, one in enumerate(numbers, start=1)}
        places = self.ordered[key]
        return rect.y + rect.height * places[number] / (len(places) + 1)

    def _far(self, number: int, *, outgoing: bool) -> float:
        edge = self.diagram.edges[number]
        if lanes := self.lanes.get(number):
            return (lanes[0] if outgoing else lanes[-1]).middle
        return self.items["node", edge.target if outgoing else edge.source].middle


def width_of(node: Node) -> float:
    """How wide a node is."""
    return min(max(len(node.title), len(node.note) * 0.9), LONGEST) * LETTER + 2 * _PADDING


def _title_width(group: Group) -> float:
    return (min(len(title_of(group)), LONGEST_TITLE) + 3) * LETTER


def title_of(group: Group) -> str:
    """What is written on a box."""
    return f"{group.title} ({group.note})" if group.note else group.title


def _numbers(edges: Sequence[Edge], *, outgoing: bool) -> dict[str, list[int]]:
    """The numbers of the edges that leave, or meet, each node."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for number, edge in enumerate(edges):
        found[edge.source if outgoing else edge.target].append(number)
    return found

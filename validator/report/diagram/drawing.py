"""Draws the estate of a report, or a few accesses: who is where, and every way to S3 with how it ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from validator.analysis.access import Access, Coverage, Disposition, Hop, Path, Tier
from validator.model.gateways import Endpoint, EndpointType
from validator.model.network import Link
from validator.model.storage import BucketKind
from validator.report import words
from validator.report.diagram.model import ABROAD, FIRST, GATEWAY, LAST, TABLE, Diagram, Edge, Fold, Group, Look, Node, decisive, look_of
from validator.report.report import Report
from validator.values import Unknown

_MOST_NODES = 60
_MOST_EDGES = 110
_MOST_FOLDED = 120
_LOST = "a subnet that is not settled"
_NO_VPC = "a VPC that is not settled"
_NO_REGION = "a Region that is not settled"
_ABROAD = frozenset({"transit-gateway", "core-network", "peering-connection", "local-gateway"})
"""Hops that belong to no VPC; what comes after them is in another one."""
_PASSED = frozenset({"workload", "subnet", "route-table", "s3", "nothing"})
_FILTERS = ("security-group", "network-acl", "firewall", "endpoint-policy", "bucket-policy", "copy", "role")
_OWNERS = {"input": "bucket", "aws": "bucket of AWS", "external": "bucket outside the inputs"}
_GRAVITY = (Look.STOPPED, Look.OPEN, Look.OUTSIDE, Look.ENDPOINT, Look.STRUCTURE)


def diagram(report: Report, *, fold: Fold | None = None, failing: bool = False) -> Diagram:
    """The estate of a report. ``failing``: only accesses with an open finding, or that do not arrive, or are not decided.

    Without ``fold``, as much is folded as it takes to be read; what is too much even so is left out, what reaches S3 first.
    """
    found = frozenset(name for finding in report.open for name in finding.accesses)
    accesses = [one for one in report.analysis.accesses if not failing or one.disposition.delivered is not True or one.id in found]
    for level in (fold,) if fold else Fold:
        drawing = _Drawing(level)
        for access in accesses:
            drawing.access(access)
        if not failing:
            _add_unused(drawing, report)
        drawn = drawing.finished()
        if len(drawn.nodes) <= _MOST_NODES and len(drawn.edges) <= _MOST_EDGES:
            break
    return drawn if fold is Fold.NONE else _cut(drawn)


def picture(accesses: Iterable[Access]) -> Diagram:
    """A few accesses by themselves."""
    drawing = _Drawing(Fold.NONE)
    for access in accesses:
        drawing.access(access)
    return drawing.finished()


def _add_unused(drawing: _Drawing, report: Report) -> None:
    """Subnets in which nothing is seen to use S3, and S3 endpoints that nobody uses."""
    for row in report.analysis.coverage:
        drawing.subnet(row)
    for topology in report.topologies if drawing.fold is not Fold.VPC else ():
        for endpoint in topology.endpoints.values():
            if endpoint.service in {"s3", "s3express"} and endpoint.exists is not False:
                drawing.endpoint(endpoint)
        for one in topology.endpoint_associations:
            if isinstance(one.endpoint, str) and isinstance(one.table, str):
                drawing.belongs(f"table {one.table}", f"vpc-endpoint {one.endpoint}")


@dataclass(slots=True)
class _Drawing:
    """Collects groups, nodes and edges; equal ones are drawn once."""

    fold: Fold
    groups: dict[str, Group] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: defaultdict[tuple[str, str, Look, str], dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    members: defaultdict[str, defaultdict[str, set[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))

    def finished(self) -> Diagram:
        """All of it, sorted, without empty boxes; what stands for several says for how many."""
        nodes = tuple(replace(node, note=self._told(node)) for _, node in sorted(self.nodes.items()))
        groups = _used([self.groups[key] for key in sorted(self.groups)], {node.group for node in nodes})
        return Diagram(groups, nodes, tuple(self._edge(*key, tuple(accesses)) for key, accesses in sorted(self.edges.items())))

    def _edge(self, source: str, target: str, look: Look, label: str, accesses: tuple[str, ...]) -> Edge:
        counted = f"{len(accesses)} {label}".strip() if self.fold is not Fold.NONE and accesses else label
        return Edge(source, target, look, counted, accesses, self.nodes[target].rank == LAST)

    def _told(self, node: Node) -> str:
        counts = (words.plural(len(names), kind) for kind, names in sorted(self.members.get(node.id, {}).items()))
        return ", ".join(part for part in (node.note, *counts) if part)

    # --- accesses ---------------------------------------------------------------------------------------------------------------------

    def access(self, access: Access) -> None:
        """One access: its way from thing to thing, and what becomes of it."""
        path = decisive(access)
        look = look_of(access.disposition)
        stops = [*self._start(access), *(self._gateways(access, path) if self.fold is not Fold.VPC else ())]
        if _stops_at_once(path) and self.fold is not Fold.VPC:
            stops = [stops[0], stops[-1]]
        for source, target in pairwise(stops):
            self.edges[source, target, look, ""][access.id] = None
        self.edges[stops[-1], self._bucket(access), look, self._label(access, path)][access.id] = None

    def _label(self, access: Access, path: Path | None) -> str:
        """Why the line does not lead to S3, and in which other Region it does."""
        ends = access.disposition
        label = ends.value if ends.delivered is not True or self.fold is Fold.VPC else ""
        label = "not decided" if ends is Disposition.UNKNOWN else label
        if path is not None and path.other_region is True and isinstance(path.host.region, str):
            return f"{label} to {_service(access)} in {path.host.region}".strip()
        return label

    def _start(self, access: Access) -> list[str]:
        match self.fold:
            case Fold.VPC:
                return [self._counted(self._whole_vpc(access.position.vpc, access.position.region), access.position.subnet, access.workload.id)]
            case Fold.TIER:
                position = access.position
                return [self._counted(self._tier(position.vpc, position.region, position.tier), position.subnet, access.workload.id)]
            case Fold.NONE:
                return self._workload_and_table(access)

    def _workload_and_table(self, access: Access) -> list[str]:
        position, workload = access.position, access.workload
        vpc = self._vpc(position.vpc, position.region)
        box = f"subnet {position.subnet}" if isinstance(position.subnet, str) else f"subnet {_LOST} {vpc}"
        title = position.subnet if isinstance(position.subnet, str) else _LOST
        self.groups.setdefault(box, Group(box, "subnet", title, position.tier.value, vpc))
        found = [self._node(f"workload {workload.id} {box}", "workload", workload.id, workload.kind, box, FIRST)]
        path = decisive(access)
        if path is not None and any(hop.kind == "route-table" for hop in path.hops):
            found.append(self._table(position.route_table, box, vpc))
        return found

    def _gateways(self, access: Access, path: Path | None) -> Iterable[str]:
        """What the path leads through behind the table; filters and policies only where they stop it."""
        vpc = self._vpc(access.position.vpc, access.position.region)
        hops = path.hops if path else ()
        shown = [hop for hop in hops if hop.kind not in _PASSED and (hop is hops[-1] or not hop.kind.startswith(_FILTERS))]
        left = next((index for index, hop in enumerate(shown) if hop.kind in _ABROAD), len(shown))
        own = [self._hop(hop, vpc, vpc, GATEWAY + index) for index, hop in enumerate(shown[:left])]
        return [*own, *(self._hop(hop, vpc, None, ABROAD + index) for index, hop in enumerate(shown[left:]))]

    def _hop(self, hop: Hop, vpc: str, box: str | None, rank: int) -> str:
        note = hop.kind.replace("-", " ")
        if hop.kind == "vpc-endpoint":
            note = "gateway endpoint" if "gateway endpoint" in hop.why else "interface endpoint"
        identity = f"{hop.kind} {hop.address or vpc}"
        return self._node(identity, hop.kind, hop.address or note, note, box, rank)

    def _bucket(self, access: Access) -> str:
        bucket = access.bucket
        region = bucket.region if isinstance(bucket.region, str) else _NO_REGION
        service = _service(access)
        box = f"{service} region {region}"
        if self.fold is not Fold.NONE:
            self.members[box]["bucket"].add(bucket.id)
            return self._node(box, "bucket", f"{service} in {region}", "", None, LAST)
        self.groups.setdefault(box, Group(box, "region", f"{service} in {region}"))
        name = bucket.name if isinstance(bucket.name, str) and not bucket.sensitive and bucket.name != bucket.id else ""
        return self._node(f"bucket {bucket.id} {region}", "bucket", bucket.id, f"{_kind(access)} {name}".strip(), box, LAST)

    # --- the network ------------------------------------------------------------------------------------------------------------------

    def subnet(self, row: Coverage) -> None:
        """A subnet, whoever runs in it."""
        match self.fold:
            case Fold.VPC:
                self._counted(self._whole_vpc(row.vpc, row.region), row.subnet)
            case Fold.TIER:
                self._counted(self._tier(row.vpc, row.region, row.tier), row.subnet)
            case Fold.NONE if f"subnet {row.subnet}" not in self.groups:
                vpc = self._vpc(row.vpc, row.region)
                subnet = self._node(f"subnet {row.subnet}", "subnet", row.subnet, f"{row.tier.value} subnet", vpc, FIRST)
                self.belongs(subnet, self._table(row.route_table, f"subnet {row.subnet}", vpc))

    def endpoint(self, endpoint: Endpoint) -> None:
        """An endpoint, whether it is used or not."""
        kind = "gateway endpoint" if endpoint.type is EndpointType.GATEWAY else "interface endpoint"
        elsewhere = isinstance(endpoint.service_region, str) and endpoint.service_region != endpoint.region
        note = f"{kind} for {endpoint.service_region}" if elsewhere else kind
        self._node(f"vpc-endpoint {endpoint.id}", "vpc-endpoint", endpoint.id, note, self._vpc(endpoint.vpc, endpoint.region), GATEWAY)

    def belongs(self, source: str, target: str) -> None:
        """That two things that are drawn belong together, unless some access says so already."""
        if source in self.nodes and target in self.nodes and not any((source, target, look, "") in self.edges for look in Look):
            self.edges[source, target, Look.STRUCTURE, ""].update({})

    def _table(self, table: Link, box: str, vpc: str) -> str:
        if isinstance(table, str):
            return self._node(f"table {table}", "route-table", words.step_name(table), "route table", vpc, TABLE)
        return self._node(f"table of {box}", "route-table", "not settled", "route table", vpc, TABLE)

    def _tier(self, vpc: Link, region: str | Unknown, tier: Tier) -> str:
        box = self._vpc(vpc, region)
        title = "subnets of an unknown tier" if tier is Tier.UNKNOWN else f"{tier.value} subnets"
        return self._node(f"tier {box} {tier.value}", "tier", title, "", box, FIRST)

    def _whole_vpc(self, vpc: Link, region: str | Unknown) -> str:
        name = vpc if isinstance(vpc, str) else _NO_VPC
        return self._node(f"vpc {name}", "vpc", name, region if isinstance(region, str) else "", None, FIRST)

    def _vpc(self, vpc: Link, region: str | Unknown) -> str:
        name = vpc if isinstance(vpc, str) else _NO_VPC
        box = f"vpc {name}"
        self.groups.setdefault(box, Group(box, "vpc", name, region if isinstance(region, str) else ""))
        return box

    def _counted(self, node: str, subnet: Link, workload: str | None = None) -> str:
        if isinstance(subnet, str):
            self.members[node]["subnet"].add(subnet)
        if workload is not None:
            self.members[node]["workload"].add(workload)
        return node

    def _node(self, identity: str, kind: str, title: str, note: str, group: str | None, rank: int) -> str:
        known = self.nodes.get(identity)
        if known is None or known.rank < rank:
            self.nodes[identity] = Node(identity, kind, title, note if known is None else known.note, group, rank)
        return identity


def _stops_at_once(path: Path | None) -> bool:
    """Whether the workload's own security group drops it, before anything routes it."""
    last = path.hops[-1] if path and path.hops else None
    return last is not None and last.kind == "security-group" and "egress" in last.why and path is not None and path.disposition.delivered is not True


def _cut(drawn: Diagram) -> Diagram:
    """The drawing without the things beyond what can be read: those go first whose lines all reach S3."""
    if len(drawn.nodes) <= _MOST_FOLDED:
        return drawn
    worst: dict[str, int] = {}
    for edge in drawn.edges:
        for name in (edge.source, edge.target):
            worst[name] = min(worst.get(name, len(_GRAVITY)), _GRAVITY.index(edge.look))
    kept = sorted(drawn.nodes, key=lambda node: (node.kind != "bucket", worst.get(node.id, len(_GRAVITY)), node.id))[:_MOST_FOLDED]
    names = {node.id for node in kept}
    edges = tuple(edge for edge in drawn.edges if edge.source in names and edge.target in names)
    groups = _used(drawn.groups, {node.group for node in kept})
    return Diagram(groups, tuple(node for node in drawn.nodes if node.id in names), edges, len(drawn.nodes) - len(kept))


def _used(groups: Sequence[Group], named: set[str | None]) -> tuple[Group, ...]:
    around = named | {group.parent for group in groups if group.id in named}
    return tuple(group for group in groups if group.id in around)


def _service(access: Access) -> str:
    return "DynamoDB" if access.bucket.kind is BucketKind.TABLE else "S3"


def _kind(access: Access) -> str:
    return "table" if access.bucket.kind is BucketKind.TABLE else _OWNERS[access.bucket.owner]

"""The words that messages and remedies may name, for each kind of subject. A word that has no value reads as what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from validator.analysis.access import FORBIDDEN, Access, Coverage, Disposition, Path
from validator.analysis.passages import shown
from validator.judge.handles import Handles
from validator.judge.policy import PLACEHOLDERS
from validator.judge.references import endpoint_of, filter_of, peer_of, resources_of
from validator.judge.unanswered import why_unanswered
from validator.model.gateways import Endpoint
from validator.model.network import Id, Link
from validator.model.storage import BucketKind
from validator.model.topology import Topology
from validator.regions import partition_of
from validator.values import Cause, Unknown

_MOST = 4
_MISSING = {
    "bucket_region": "REGION", "vpc_region": "REGION", "service_region": "REGION", "client_region": "REGION", "region_label": "region",
    "bucket_name": "BUCKET", "route_table": "its route table", "subnet": "its subnet", "vpc": "its VPC", "causes": "nothing says why",
    "filter": "the filter", "direction": "egress", "is_egress": "true", "source": "the other bucket", "source_region": "its Region",
    "first_port": "443", "last_port": "443", "peer": "0.0.0.0/0",
    "holder": "the policy", "statement": "a statement", "actions": '"s3:GetObject"', "partition": "aws", "endpoint": "the endpoint",
    "filter_id": "...", "rule_kind": "Egress", "rule_peer": "...", "resources": '"BUCKET"', "endpoint_id": "...",
    "way": "it takes no known way", "leaves": "it takes no known way", "hosts": "no host at all: it sends nothing", "replica": "",
    "unanswered": "it is not for them", "names": "the host", "vpc_id": "...", "vpc_cidr": '"..."',
    "subnet_ids": "[...]", "route_table_ids": "[...]", "more_route_table_ids": "[..., ...]",
}  # fmt: skip


def filled(template: str, words: Mapping[str, str]) -> str:
    """``template`` with its words. Words come from the input: they are values of the format, never part of it."""
    return template.format_map({name: words.get(name) or _MISSING.get(name, name) for name in PLACEHOLDERS})


FIRST_A_REGION = """\
# say which Region, then judge again: --region REGION for a stack, or for a provider that names none;
# for a bucket outside the inputs, in .s3reach.toml:
[buckets]
"NAME" = "REGION"
"""


def lacks_region(template: str, words: Mapping[str, str]) -> bool:
    """Whether ``template`` names a Region that nothing says."""
    return any(f"{{{name}}}" in template and not words.get(name) for name in ("vpc_region", "bucket_region"))


def of_access(accesses: Sequence[Access], endpoints: Sequence[Id], topology: Topology) -> Mapping[str, str]:
    """Words for accesses of one workload to one bucket, told by the first. ``endpoints``: the S3 gateway endpoints of its VPC."""
    access = accesses[0]
    position, bucket = access.position, access.bucket
    region, way = _text(bucket.region), _way(access)
    handles = Handles(topology, position.vpc)
    return {
        "workload": access.workload.id,
        "subject": access.workload.id,
        "bucket": bucket.id,
        "bucket_name": bucket.name if isinstance(bucket.name, str) and not bucket.sensitive else "",
        "bucket_region": region or ("several Regions" if bucket.kind is BucketKind.MULTI_REGION_ACCESS_POINT else ""),
        "region_label": region.replace("-", "_"),
        "client_region": _text(access.client.region),
        "hosts": listed(_host(path) for path in access.paths),
        "names": listed(dict.fromkeys(path.host.name for path in access.paths)),
        "subnet": listed(sorted({_text(one.position.subnet) for one in accesses} - {""})),
        "route_table": _table(position.route_table),
        "vpc": _text(position.vpc),
        "vpc_region": _text(position.region),
        "way": way,
        "path": way,
        "leaves": _leaves(access),
        "causes": causes(_causes(access)),
        "bucket_causes": causes(bucket.region.causes) if isinstance(bucket.region, Unknown) else "",
        "endpoints": listed(endpoints),
        "endpoint": _endpoint(access) or next(iter(endpoints), ""),
        "partition": (partition_of(region) if region else None) or "aws",
        "replica": "".join(f"# {one} is a replica of it in {_text(position.region)}: use that\n" for one in _replicas(access, topology)),
        "unanswered": why_unanswered(access, topology),
        **_handles(accesses, handles),
        **_missing(access, handles),
        **_refusal(access, handles),
        **_copied(access),
    }


def _handles(accesses: Sequence[Access], handles: Handles) -> Mapping[str, str]:
    """What the things of some accesses are called where a remedy is pasted."""
    tables = [one.position.route_table for one in accesses]
    return {
        "vpc_id": handles.one(handles.home),
        "vpc_cidr": handles.cidr(handles.home),
        "subnet_ids": handles.several(one.position.subnet for one in accesses),
        "route_table_ids": handles.several(tables),
        "more_route_table_ids": handles.several(tables, beside=True),
    }


def _endpoint(access: Access) -> str:
    """The VPC endpoint that it comes through."""
    return next((_text(path.carrier) for path in access.paths if path.way.value.endswith("-endpoint")), "")


def _refusal(access: Access, handles: Handles) -> Mapping[str, str]:
    """The statement that would let the request past the policy document that refuses it, or may."""
    refusal = next((path.refusal for path in access.paths if path.refusal is not None), None)
    if refusal is None:
        return {}
    target = access.bucket if refusal.target in ("", access.bucket.id) else handles.topology.buckets.get(refusal.target, access.bucket)
    partition = (partition_of(target.region) if isinstance(target.region, str) else None) or "aws"
    endpoint = _endpoint(access)
    return {
        "resources": resources_of(target, partition, handles),
        "endpoint_id": endpoint_of(endpoint, handles) if endpoint else "",
        "holder": refusal.holder,
        "statement": refusal.statement or "",
        "actions": ", ".join(f'"{action}"' for action in refusal.actions),
    }


def _copied(access: Access) -> Mapping[str, str]:
    """The bucket that S3 does not copy from, or may not."""
    named = next((hop.address for path in access.paths for hop in path.hops if hop.kind == "copy"), None)
    source = next((one for evidence in access.evidence for one in evidence.copied_from if one.id == named), None)
    return {} if source is None else {"source": source.id, "source_region": _text(source.region)}


def _replicas(access: Access, topology: Topology) -> Iterable[Id]:
    """The buckets in the workload's Region that S3 copies the bucket to, or from."""
    bucket, region = access.bucket, access.position.region
    pairs = [one.id for one in topology.buckets.values() if bucket.id in one.replicas or one.id in bucket.replicas]
    return [identity for identity in pairs if topology.buckets[identity].region == region and identity != bucket.id]


def _missing(access: Access, handles: Handles) -> Mapping[str, str]:
    """The rule that would let the request pass the filter that drops it, or may."""
    rule = next((path.missing for path in access.paths if path.missing is not None), None)
    if rule is None:
        return {}
    return {
        "filter": shown(rule.filter) if rule.filter else "",
        "filter_id": filter_of(rule.filter, handles),
        "rule_kind": rule.direction.capitalize(),
        "rule_peer": peer_of(rule, handles),
        "direction": rule.direction,
        "is_egress": "true" if rule.direction == "egress" else "false",
        "first_port": str(rule.ports[0]),
        "last_port": str(rule.ports[1]),
        "peer": rule.peer,
    }


def of_endpoint(endpoint: Endpoint, private: Sequence[Coverage], topology: Topology) -> Mapping[str, str]:
    """Words for an endpoint. ``private``: the private subnets of its VPC."""
    served = [one.gateway_endpoint for one in private]
    return {
        "causes": causes(cause for link in served if isinstance(link, Unknown) for cause in link.causes),
        "route_table_ids": Handles(topology, endpoint.vpc).several(one.route_table for one in private),
        "subject": endpoint.id,
        "endpoint": endpoint.id,
        "endpoints": endpoint.id,
        "vpc": _text(endpoint.vpc),
        "vpc_region": _text(endpoint.region),
        "service_region": _text(endpoint.service_region),
    }


def of_table(table: Id, topology: Topology) -> Mapping[str, str]:
    """Words for a route table."""
    endpoints = {one.endpoint for one in topology.endpoint_associations if one.table == table and isinstance(one.endpoint, str)}
    return {"subject": table, "route_table": _table(table), "endpoints": listed(sorted(endpoints, key=str))}


def of_tier(vpc: Id, tier: str, members: Iterable[Coverage], endpoints: Sequence[Id], topology: Topology) -> Mapping[str, str]:
    """Words for the subnets of one tier of a VPC. ``endpoints``: its S3 gateway endpoints."""
    uncovered = [one for one in members if one.gateway_endpoint is None]
    return {
        "subject": vpc,
        "vpc": vpc,
        "tier": tier,
        "uncovered": listed(one.subnet for one in uncovered),
        "endpoints": listed(endpoints),
        "more_route_table_ids": Handles(topology, vpc).several((one.route_table for one in uncovered), beside=True),
    }


def listed(words: Iterable[object]) -> str:
    """A few of ``words``, and how many more there are."""
    found = [str(word) for word in words]
    shown = ", ".join(found[:_MOST])
    return f"{shown} and {len(found) - _MOST} more" if len(found) > _MOST else shown


def causes(found: Iterable[Cause]) -> str:
    """``subject reason`` of a few causes."""
    return listed(dict.fromkeys(f"{cause.subject} {cause.reason}" for cause in found))


def _causes(access: Access) -> tuple[Cause, ...]:
    own = [cause for value in (access.client.region, access.client.refuses) if isinstance(value, Unknown) for cause in value.causes]
    return access.causes or tuple(own) or access.position.causes


def _text(value: Link) -> str:
    return value if isinstance(value, str) else ""


def _table(link: Link) -> str:
    name = _text(link)
    return f"the main route table of {name.removesuffix('#main')}" if name.endswith("#main") else name


def _host(path: Path) -> str:
    """A host with what becomes of the request, for every Region that its addresses may be of."""
    names = path.host.name if path.host.perhaps is None else f"{path.host.name} or {path.host.perhaps}"
    if path.candidates:
        ends = "; ".join(f"of {region}: {disposition.value}" for region, disposition in path.candidates)
        return f"{names} (with addresses {ends})"
    return f"{names} ({path.disposition.value})"


def _leaves(access: Access) -> str:
    """The first way by something that is no endpoint, by which the request leaves, whatever a filter or a policy makes of it."""
    ways = (path for path in access.paths if path.way.value.startswith("via-") and not path.way.value.endswith("-endpoint"))
    path = next(ways, None)
    return _way(access) if path is None else _carried(path)


def _carried(path: Path) -> str:
    """Where a request goes, and by what."""
    carrier = _text(path.carrier)
    told = "is reached" if path.disposition.delivered else "is asked"
    return f"{path.host.name} {told} {path.way.value.replace('-', ' ', 1)}" + (f" {carrier}" if carrier else "")


def _way(access: Access) -> str:
    """What the path that explains the access comes to: the first to another Region, or not delivered, else the last."""
    if access.disposition is Disposition.REDIRECT_REFUSED:
        return f"{access.hosts[0].name} redirects it to S3 in {_text(access.bucket.region)}, and its client does not follow"
    path = next(
        (one for one in access.paths if one.disposition.delivered is not True),
        next((one for one in access.paths if one.other_region is True), access.paths[-1] if access.paths else None),
    )
    if path is None:
        return ""
    if path.disposition.delivered:
        return _carried(path)
    if (path.doubt or path.disposition) in FORBIDDEN:
        told = "may answer 403" if path.doubt is not None else "answers 403"
        return f"{path.host.name} {told}: {path.hops[-1].why}"
    if path.doubt is not None:
        return f"{path.host.name} may not be reached ({path.doubt.value}): {path.hops[-1].why}"
    if path.disposition.delivered is None:
        return f"where {path.host.name} is reached is not settled"
    why = path.hops[-1].why if path.hops else path.disposition.value
    return f"{path.host.name} is not reached ({path.disposition.value}): {why}".replace("#main has", "'s main route table has")

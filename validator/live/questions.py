"""What the inputs leave open and AWS knows: ids of what they do not make, buckets, exports and parameters, each with its Region."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

from validator.analysis.access import Intent
from validator.analysis.aws_owned import aws_owned
from validator.analysis.copies import sources_of
from validator.frontends.snapshot.overlay import Overlay
from validator.model.storage import Bucket, BucketKind
from validator.model.topology import Topology
from validator.regions import is_directory_bucket_name, is_region, region_in_bucket_name
from validator.resource import EXPORT, Configuration, InputKind, Resource
from validator.values import Ref, Text, Unknown, Value

Kind: TypeAlias = Literal["id", "region", "bucket", "export", "parameter"]
KINDS_OF_ID = ("vpc", "subnet", "rtb", "vpce", "pl", "sg", "acl", "nat", "igw", "tgw")
_ID = re.compile(rf"(?:{'|'.join(KINDS_OF_ID)})-[0-9a-f]{{8}}(?:[0-9a-f]{{9}})?")
# What a provider computes about a VPC of its own, and policies, whose conditions name what is elsewhere.
_IGNORED = frozenset(
    """
    default_network_acl_id default_route_table_id default_security_group_id main_route_table_id dhcp_options_id prefix_list_id policy
    assume_role_policy PolicyDocument AssumeRolePolicyDocument Policies tags tags_all Tags Metadata
    """.split()
)
# Data sources that only ask for a value.
_LOOK_UPS: Mapping[str, Kind] = MappingProxyType({"aws_ssm_parameter": "parameter", "aws_cloudformation_export": "export"})
_DEEPEST = 12
# S3 takes any bucket there; partitions have their own.
_ANYWHERE = "us-east-1"


@dataclass(frozen=True, slots=True, order=True)
class Question:
    """One thing to ask; a "region": all of it.

    ``asker``: the names that credentials may be given for; ``region`` "": nothing says in which to ask.
    """

    kind: Kind
    name: str
    region: str
    asker: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Told:
    """Values that AWS has said so far, which may name more: exports by name, parameters by Region and name."""

    exports: Mapping[str, Value]
    parameters: Mapping[tuple[str, str], Value]


def questions(inputs: Sequence[Configuration], told: Sequence[Configuration], overlay: Overlay) -> frozenset[Question]:
    """What ``inputs`` leave open. ``told``: what AWS has said so far, which may name more; ``overlay``: what is not asked about."""
    found: set[Question] = set()
    said = _Told(
        {name: value for one in told for name, value in one.exports.items()},
        {(str(one.region), name): value for one in told for name, value in one.parameters.items()},
    )
    own = {(name, region) for one in inputs for name in one.exports for region in (_asked_in(one.region), "")}
    for configuration in inputs:
        for resource in configuration.resources:
            found |= {one for one in _of_resource(configuration, resource, said, overlay) if (one.name, one.region) not in own}
        region = _asked_in(configuration.region)
        found |= {Question("parameter", name, region, _askers(configuration)) for name in configuration.lookups}
    return frozenset(found)


def bucket_questions(topology: Topology, intents: Iterable[Intent]) -> frozenset[Question]:
    """Buckets outside the inputs whose Region their names do not fix: also those that only a configuration or a URL speaks for."""
    used = [(bucket, intent.workload.region) for intent in intents for bucket in (intent.bucket, *sources_of(intent))]
    used += [(bucket, bucket.region) for bucket in topology.buckets.values()]
    regions: dict[str, str] = {}
    for bucket, region in used:
        if isinstance(bucket.name, str) and _is_open(bucket):
            regions[bucket.name] = min(_asked_in(region) or _ANYWHERE, regions.get(bucket.name, "~"))
    return frozenset(Question("bucket", name, region) for name, region in regions.items())


def _is_open(bucket: Bucket) -> bool:
    # A name that is marked sensitive goes nowhere, and into no file.
    name = bucket.name
    if bucket.owner == "input" or bucket.sensitive or bucket.kind is BucketKind.TABLE or not isinstance(name, str):
        return False
    owned = aws_owned(name)
    told = region_in_bucket_name(name) or is_directory_bucket_name(name) or (owned is not None and owned.region is not None)
    return not told and not name.startswith("arn:")


def _of_resource(configuration: Configuration, resource: Resource, said: _Told, overlay: Overlay) -> Iterator[Question]:
    if resource.exists is False:
        return
    region, askers = _asked_in(resource.region), _askers(configuration, resource)
    values: list[Value] = [resource.attributes]
    name = resource.attributes.get("name")
    if resource.mode == "data" and resource.type in _LOOK_UPS and isinstance(name, str) and not isinstance(resource.attributes.get("value"), str):
        kind = _LOOK_UPS[resource.type]
        yield Question(kind, name, region, askers)
        values.append(said.exports.get(name) if kind == "export" else said.parameters.get((region, name)))
    for text in (text for value in values for text in _texts(value, said.exports, 0)):
        if text.startswith(EXPORT):
            exported = text.removeprefix(EXPORT)
            if not isinstance(said.exports.get(exported), str):
                yield Question("export", exported, region, askers)
        elif not overlay.owns(text):
            yield Question("id", text, region, askers)


def _texts(value: Value, exports: Mapping[str, Value], depth: int) -> Iterator[str]:
    """Every id and every export that is named in a value."""
    match value:
        case str():
            yield from (part for part in (one.strip() for one in value.split(",")) if _ID.fullmatch(part))
        case Ref(address) if address.startswith(EXPORT):
            yield address
            if depth < _DEEPEST:
                yield from _texts(exports.get(address.removeprefix(EXPORT)), exports, depth + 1)
        case Text(parts):
            for part in parts:
                yield from _texts(part, exports, depth + 1)
        case Unknown(among=among, mentions=mentions):
            for one in (*(among or ()), *mentions):
                yield from _texts(one, exports, depth + 1)
        case tuple() if depth < _DEEPEST:
            for member in value:
                yield from _texts(member, exports, depth + 1)
        case Mapping() if depth < _DEEPEST:
            for name, member in value.items():
                if name not in _IGNORED:
                    yield from _texts(member, exports, depth + 1)


def _asked_in(region: str | Unknown | None) -> str:
    return region if isinstance(region, str) and is_region(region) else ""


def _askers(configuration: Configuration, resource: Resource | None = None) -> tuple[str, ...]:
    """The names that credentials may be given for, the narrowest first."""
    names = (resource.provider if resource else "", configuration.stack, configuration.name, configuration.account)
    return tuple(name for name in names if name and configuration.kind is not InputKind.NETWORK_SNAPSHOT)

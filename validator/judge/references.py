"""How a fix names what it is for: by reference, in the dialect of the inputs, where that can be written; else as what is missing."""

from __future__ import annotations

from ipaddress import ip_network
from types import MappingProxyType

from validator.analysis.access import Missing
from validator.analysis.passages import shown
from validator.judge.handles import Handles
from validator.model.filters import default_acl_of, default_group_of
from validator.model.network import Id
from validator.model.storage import Bucket, BucketKind

_GROUP, _ACL = ("id", "GroupId"), ("id", "")
_BROUGHT = MappingProxyType(
    {
        default_group_of(""): ("default_security_group_id", "DefaultSecurityGroup"),
        default_acl_of(""): ("default_network_acl_id", "DefaultNetworkAcl"),
    }
)


def filter_of(identity: Id | None, handles: Handles) -> str:
    """A security group or a network ACL."""
    if identity is None:
        return "... # the filter"
    for suffix, attributes in _BROUGHT.items():
        if identity.endswith(suffix):
            return handles.attribute(identity.removesuffix(suffix), *attributes) or f"... # {shown(identity)}"
    attributes = _ACL if "NetworkAcl" in identity or "_network_acl" in identity else _GROUP
    return handles.attribute(identity, *attributes) or f"... # {shown(identity)}"


def endpoint_of(identity: Id, handles: Handles) -> str:
    """The id of a VPC endpoint."""
    return handles.attribute(identity, "id", "") or '"vpce-..."'


def peer_of(missing: Missing, handles: Handles) -> str:
    """The line of a rule that names the other side: a group, or the blocks of a subnet."""
    identity = missing.group
    if identity is None and (block := _first_block(missing.peer)) is not None:
        return f'cidr_ipv4         = "{block}"' if handles.terraform else f"CidrIp: {block}"
    end = "Destination" if missing.direction == "egress" else "Source"
    named = filter_of(identity, handles) if identity is not None else f"... # {missing.peer}"
    return f"referenced_security_group_id = {named}" if handles.terraform else f"{end}SecurityGroupId: {named}"


def resources_of(bucket: Bucket, partition: str, handles: Handles) -> str:
    """The resources of a statement that lets a request through: the bucket and its objects, as a list without its brackets."""
    named = _resources(bucket, partition)
    if named is not None:
        return ", ".join(f'"{one}"' for one in named)
    rest = _REST.get(bucket.kind, "")
    arn = handles.attribute(bucket.id, "arn", "Arn")
    if arn is None or not rest:
        return arn or '"BUCKET"'
    return f'{arn}, "${{{arn}}}{rest}"' if handles.terraform else f'{arn}, !Sub "${{{arn.removeprefix("!GetAtt ")}}}{rest}"'


def _resources(bucket: Bucket, partition: str) -> tuple[str, ...] | None:
    """The ARNs, where the name is known and may be told."""
    if not isinstance(bucket.name, str) or bucket.sensitive:
        return None
    if bucket.name.startswith("arn:"):
        return (bucket.name, f"{bucket.name}/object/*")
    if bucket.kind is BucketKind.GENERAL:
        arn = f"arn:{partition}:s3:::{bucket.name}"
        return (f"{arn}/*",) if bucket.owner == "aws" else (arn, f"{arn}/*")
    service, what = ("s3express", "bucket") if bucket.kind is BucketKind.DIRECTORY else ("dynamodb", "table")
    region = bucket.region if isinstance(bucket.region, str) else "*"
    return (f"arn:{partition}:{service}:{region}:*:{what}/{bucket.name}",) if bucket.kind in (BucketKind.DIRECTORY, BucketKind.TABLE) else None


# What follows the ARN for what is inside.
_REST = MappingProxyType({BucketKind.GENERAL: "/*", BucketKind.ACCESS_POINT: "/object/*", BucketKind.MULTI_REGION_ACCESS_POINT: "/object/*"})


def _first_block(text: str) -> str | None:
    first = text.split(" and ", maxsplit=1)[0]
    try:
        ip_network(first, strict=False)
    except ValueError:
        return None
    return first

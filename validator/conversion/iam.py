"""Who holds which policy document: buckets, endpoints, roles; and the account that the inputs are applied to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from validator.conversion.documents import read_document
from validator.conversion.fields import Fields
from validator.conversion.sources import Sources
from validator.conversion.vocabulary import ACCESS_POINT, BUCKET, BUCKET_ASPECTS, ENDPOINT, MULTI_REGION_ACCESS_POINT, TABLE, Terms
from validator.dynamodb import STREAM_ATTRIBUTES
from validator.model.gateways import Endpoint
from validator.model.iam import BucketPolicy, PolicyDocument
from validator.model.network import Id, Link
from validator.model.storage import Bucket, BucketKind, Table
from validator.resource import Configuration
from validator.values import Ref, Truth, Unknown, Value, all_of, unknown


def _table(**types: Terms) -> Mapping[str, Terms]:
    return MappingProxyType({name.replace("__", "::"): terms for name, terms in types.items()})


_BUCKET_POLICY = _table(
    aws_s3_bucket_policy={"bucket": "bucket", "policy": "policy"},
    AWS__S3__BucketPolicy={"bucket": "Bucket", "policy": "PolicyDocument"},
    AWS__S3Express__BucketPolicy={"bucket": "Bucket", "policy": "PolicyDocument"},
    aws_s3control_access_point_policy={"bucket": "access_point_arn", "policy": "policy"},
    aws_s3control_multi_region_access_point_policy={"bucket": "details.name", "policy": "details.policy", "kind": "point"},
    AWS__S3__MultiRegionAccessPointPolicy={"bucket": "MrapName", "policy": "Policy", "kind": "point"},
    aws_dynamodb_resource_policy={"bucket": "resource_arn", "policy": "policy"},
)
_INLINE_BUCKET_POLICY = _table(
    aws_s3_bucket={"policy": "policy"},
    aws_s3_access_point={"policy": "policy"},
    AWS__S3__AccessPoint={"policy": "Policy"},
    AWS__DynamoDB__Table={"policy": "ResourcePolicy.PolicyDocument"},
)
_HOLDERS: Mapping[str, Terms] = MappingProxyType({**BUCKET, **BUCKET_ASPECTS, **ACCESS_POINT, **MULTI_REGION_ACCESS_POINT, **TABLE})
_ENDPOINT_DOCUMENT = _table(aws_vpc_endpoint={"policy": "policy"}, AWS__EC2__VPCEndpoint={"policy": "PolicyDocument"})
_ENDPOINT_POLICY = _table(aws_vpc_endpoint_policy={"endpoint": "vpc_endpoint_id", "policy": "policy"})
_CALLER = _table(aws_caller_identity={"account": "account_id"})
_ORGANIZATION = _table(aws_organizations_organization={"id": "id"})


def account(sources: Sources, configurations: Sequence[Configuration]) -> str | Unknown | None:
    """The id of the account, where the inputs that look it up, or are deployed to it, agree; unknown where they are of several."""
    found = [fields.value(terms["account"]) for fields, terms in sources.of(_CALLER)]
    known = {one for one in found if isinstance(one, str)} | {one.account for one in configurations if one.account}
    if len(known) > 1:
        return unknown("is one of several accounts", "the account that this is applied to")
    return known.pop() if known else None


def organization(sources: Sources) -> str | None:
    """The id of the account's organization, where an input looks it up or makes it."""
    known = {found for fields, terms in sources.of(_ORGANIZATION) if isinstance(found := fields.value(terms["id"]), str)}
    return known.pop() if len(known) == 1 else None


def bucket_policies(sources: Sources, buckets: Mapping[Id, Bucket], tables: Mapping[Id, Table]) -> tuple[BucketPolicy, ...]:
    """The policies on buckets, access points and tables, sorted by address. A literal name of one of the inputs is its id."""
    names = {bucket.name: bucket.id for bucket in buckets.values() if isinstance(bucket.name, str)}
    names |= {aspect: bucket.id for bucket in buckets.values() for aspect in bucket.aspects}
    names |= {f"table/{table.name}": table.id for table in tables.values() if isinstance(table.name, str)}
    points = tuple(bucket.id for bucket in buckets.values() if bucket.kind is BucketKind.MULTI_REGION_ACCESS_POINT)
    found = [replace(one, bucket=_named(one.bucket, names)) for one in _separate(sources, points)]
    separate = {policy.bucket for policy in found}
    for fields, terms in sources.of(_INLINE_BUCKET_POLICY):
        # The attribute also shows what a separate resource has set.
        if fields.id not in separate and (document := _document(fields, terms["policy"])) is not None:
            found.append(BucketPolicy(fields.id, document, fields.id))
    return tuple(sorted(_with_rivals(found), key=lambda one: one.address))


def _with_rivals(found: Sequence[BucketPolicy]) -> Iterator[BucketPolicy]:
    """The policies, each in doubt where a bucket is given several: it has one, the last that is applied."""
    counts = Counter(one.bucket for one in found if isinstance(one.bucket, str) and one.document.exists is True)
    for one in found:
        if isinstance(one.bucket, str) and counts[one.bucket] > 1 and one.document.exists is True:
            rival = unknown("is one of several policies of one bucket, and their order is not in the input", one.address, one.document.location)
            yield replace(one, document=replace(one.document, exists=rival))
        else:
            yield one


def _separate(sources: Sources, points: tuple[Id, ...]) -> Iterator[BucketPolicy]:
    """``points``: the multi-Region access points, of which a policy is of one, whatever its name turns out to be."""
    for fields, terms in sources.of(_BUCKET_POLICY):
        if (document := _document(fields, terms["policy"])) is not None and not _is_of_stream(fields.value(terms["bucket"])):
            link = fields.link(terms["bucket"], _HOLDERS)
            if "kind" in terms and (isinstance(link, Unknown) or link not in points):
                doubt = link if isinstance(link, Unknown) else unknown("is the name of a multi-Region access point", str(link), fields.place())
                link = points[0] if len(points) == 1 else Unknown(doubt.causes, points)
            yield BucketPolicy(link, document, fields.id)


def _is_of_stream(value: Value) -> bool:
    """A table's stream has a policy of its own, and is read over other names."""
    return isinstance(value, Ref) and value.attribute in STREAM_ATTRIBUTES


def _named(link: Link, names: Mapping[str, Id]) -> Link:
    """What a name or an ARN means: of a table it ends in ``table/NAME``."""
    if not isinstance(link, str):
        return link
    return names.get(link) or names.get(link.rpartition(":")[2], link)


def _document(fields: Fields, path: str) -> PolicyDocument | None:
    """A document that the inputs write. Nothing says anything about the policy of what they only look up."""
    document = read_document(fields, path)
    if document is None or (fields.resource.mode == "data" and isinstance(document.statements, Unknown)):
        return None
    return replace(document, exists=fields.resource.exists)


def with_policies(sources: Sources, endpoints: Mapping[Id, Endpoint]) -> dict[Id, Endpoint]:
    """``endpoints`` with their policies. One by a separate resource is the one that counts: the attribute shows it too."""
    own = {fields.id: _document(fields, terms["policy"]) for fields, terms in sources.of(_ENDPOINT_DOCUMENT)}
    separate: defaultdict[Id, list[PolicyDocument]] = defaultdict(list)
    for fields, terms in sources.of(_ENDPOINT_POLICY):
        if (document := _document(fields, terms["policy"])) is not None:
            for endpoint, certain in _endpoints_of(fields, terms, endpoints):
                separate[endpoint].append(replace(document, exists=all_of((document.exists, certain))))
    return {identity: replace(one, policy=_only(separate[identity], own.get(identity))) for identity, one in endpoints.items()}


def _endpoints_of(fields: Fields, terms: Terms, endpoints: Mapping[Id, Endpoint]) -> list[tuple[Id, Truth]]:
    """The endpoints that a separate policy is on, or may be on."""
    link = fields.link(terms["endpoint"], ENDPOINT)
    if isinstance(link, Unknown):
        return [(identity, Unknown(link.causes)) for identity in endpoints if link.may_be(identity)]
    return [(link, True)] if link is not None else []


def _only(separate: list[PolicyDocument], own: PolicyDocument | None) -> PolicyDocument | None:
    if not separate:
        return own
    if len(separate) == 1 and own is not None and isinstance(separate[0].exists, Unknown):
        return replace(separate[0], statements=Unknown(separate[0].exists.causes))
    if len(separate) == 1:
        return separate[0]
    several = unknown("is one of several policies on one endpoint, and their order is not in the input", "a policy", separate[0].location)
    return replace(separate[0], statements=several)

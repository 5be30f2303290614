"""What a workload's request looks like to a policy document: who asks, for what, and with which condition keys.

Keys and when they are there: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html. A key that is not listed here is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Network
from types import MappingProxyType

from validator.analysis.access import Disposition, Intent, Path
from validator.analysis.authorization import Caller
from validator.analysis.conditions import Address, Context, Fact, OtherThan
from validator.analysis.patterns import Hole, Name, Tokens, literal
from validator.analysis.rulings import Ask, Question, on_object
from validator.analysis.terms import POINTS, Terms
from validator.model.gateways import Endpoint, NatGateway
from validator.model.network import Subnet
from validator.model.storage import Bucket, BucketKind
from validator.values import Cause, Ref, Unknown, unknown

_FOREIGN_ORGANIZATION = (Name("an organization of AWS's", fresh=True),)
_TRUE, _FALSE = (literal("true"),), (literal("false"),)
_HTTP = 80
# What a principal of an account brings along, and what only AWS's own services do.
_OF_PRINCIPALS = (
    "aws:principalarn",
    "aws:principalaccount",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:userid",
    "aws:username",
    "aws:multifactorauthage",
)
OF_SERVICES: Context = MappingProxyType(
    {
        "aws:principalisawsservice": _FALSE, "aws:viaawsservice": _FALSE,
        **dict.fromkeys(
            ("aws:calledvia", "aws:calledviafirst", "aws:calledvialast", "aws:principalservicename", "aws:principalservicenameslist",
             "aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths")
        ),
    }
)  # fmt: skip
_OF_ENDPOINTS = ("aws:sourcevpce", "aws:sourcevpc", "aws:sourcevpcarn", "aws:vpcsourceip", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths")
_OF_ACCESS_POINTS = ("s3:dataaccesspointarn", "s3:dataaccesspointaccount", "s3:accesspointnetworkorigin")
# The versions that S3 accepts; its interface endpoints have no 1.3 (S3 guide, "AWS PrivateLink for Amazon S3").
_TLS = Unknown((Cause("is chosen by the client", "the version of TLS"),), ("1.2", "1.3"))
_TLS_OF_INTERFACES = (literal("1.2"),)

# What moves or lists objects: who may do none of these cannot use a bucket. Service Authorization Reference, "Amazon S3".
ON_OBJECTS = (
    "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:GetObjectVersion", "s3:DeleteObjectVersion", "s3:GetObjectAttributes",
    "s3:GetObjectTagging", "s3:PutObjectTagging", "s3:GetObjectAcl", "s3:PutObjectAcl", "s3:RestoreObject", "s3:AbortMultipartUpload",
    "s3:ListMultipartUploadParts",
)  # fmt: skip
_LIST_ALL = "s3:ListAllMyBuckets"
ON_BUCKETS = ("s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads")
# Service Authorization Reference, "Amazon DynamoDB".
_ON_TABLES = (
    "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:Query", "dynamodb:Scan",
    "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:DescribeTable",
)  # fmt: skip
USUAL_ACTIONS = ("s3:GetObject", "s3:PutObject", "s3:ListBucket")
"""What lets a workload read, write and list."""
USUAL_ON_TABLES = ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query")
"""The same for a table."""

# Where CloudFormation takes the answers of custom resources and wait conditions by presigned URL (aws-facts E).
_WRITTEN_BY_URL = re.compile(r"cloudformation-(?:custom-resource-response|waitcondition)-.*")
# Package managers sign nothing: the repositories are for everybody (aws-facts F4).
_UNSIGNED = frozenset({"packages"})
# Image layers are fetched by URLs that the registry signs (aws-facts F4).
_SIGNED_BY_AWS = re.compile(r"prod-(?:[a-z0-9-]+|REGION)-starport-layer-bucket")


def question_of(intent: Intent, path: Path, network: Context, terms: Terms) -> Question:
    """What ``intent`` asks over ``path``. ``network``: the keys that the way gives (``through_endpoint``, ``directly``, ``unseen``)."""
    caller = _caller(intent, terms)
    context = {
        **OF_SERVICES,
        **network,
        **_of_principal(caller, terms),
        **_of_bucket(intent.bucket, terms),
        **_of_host(path),
    }
    return Question(caller, context, _groups(intent, terms))


# --- what is asked for ----------------------------------------------------------------------------------------------------------------


def _groups(intent: Intent, terms: Terms) -> tuple[tuple[Ask, ...], ...]:
    """Each action that the evidence shows; where it shows none, one of the usual.

    Of AWS's own buckets, reading, or writing where that is what they are for.
    """
    bucket = intent.bucket
    arn = terms.bucket_arn(bucket)
    if bucket.kind is BucketKind.TABLE:
        return (tuple(Ask(action, arn) for action in _ON_TABLES),)
    shown = tuple(dict.fromkeys((action, one.key) for one in intent.evidence for action in one.actions))
    if any(action == _LIST_ALL for action, _ in shown):
        return ((Ask(_LIST_ALL, literal("*")),),)
    if bucket.kind is BucketKind.DIRECTORY:
        # Every request needs a session of the bucket (S3 guide, "CreateSession authorization").
        return ((Ask("s3express:CreateSession", arn),),)
    if bucket.owner == "aws":
        writes = _WRITTEN_BY_URL.fullmatch(bucket.id)
        return ((on_object("s3:PutObject" if writes else "s3:GetObject", arn),),)
    # Through an access point, both it and the buckets behind it must be let through (aws-facts B16, F7).
    behind = [terms.bucket(link) for link in bucket.behind if isinstance(link, str)]
    return (*_on(bucket, shown, terms), *(group for one in behind if one is not None for group in _on(one, shown, terms)))


def _on(bucket: Bucket, shown: tuple[tuple[str, str | None], ...], terms: Terms) -> Iterator[tuple[Ask, ...]]:
    """Each of the actions, with the key of its object where that is known, or one of the usual, on a bucket or access point."""
    arn = terms.bucket_arn(bucket)
    objects = (*arn, *literal("/object")) if bucket.kind in POINTS else arn
    for action, key in shown:
        if action in ON_OBJECTS:
            yield (on_object(action, objects) if key is None else Ask(action, (*objects, "/", *literal(key)), on_object=True),)
        else:
            yield (Ask(action, arn),)
    if not shown:
        yield (*(on_object(action, objects) for action in ON_OBJECTS), *(Ask(action, arn) for action in ON_BUCKETS))


# --- who asks -------------------------------------------------------------------------------------------------------------------------


def _caller(intent: Intent, terms: Terms) -> Caller:
    if _is_signed_by_aws(intent.bucket):
        return Caller((Hole("the principal of AWS's that signs the URL"),), (Name("an account of AWS's", fresh=True),))
    role = terms.role_of(intent.workload)
    if intent.client.sdk in _UNSIGNED or not all(one.signed for one in intent.evidence):
        return Caller(role, terms.account, anonymous=True)
    if intent.client.source != "url" or intent.client.sdk is not None:
        return Caller(role, terms.account)
    # A URL that an input spells is called without a signature; one on a bucket of one's own may still be presigned.
    presigned = unknown("may be signed or not", "the URL")
    return Caller(role, terms.account, anonymous=True if intent.bucket.owner == "aws" else presigned)


def _is_signed_by_aws(bucket: Bucket) -> bool:
    return (_SIGNED_BY_AWS.fullmatch(bucket.id) or _WRITTEN_BY_URL.fullmatch(bucket.id)) is not None


def _of_principal(caller: Caller, terms: Terms) -> Context:
    match caller.anonymous:
        case True:
            return dict.fromkeys(_OF_PRINCIPALS)
        case Unknown(causes=causes):
            return dict.fromkeys(_OF_PRINCIPALS, Unknown(causes))
    if caller.account != terms.account:
        return {"aws:principalaccount": (OtherThan(terms.account),), "aws:principalorgid": (_FOREIGN_ORGANIZATION,)}
    # A workload's role is assumed by a service, without a second factor: then its age is not there (IAM guide, aws:MultiFactorAuthAge).
    role: dict[str, Fact] = {"aws:principalarn": (caller.role,), "aws:multifactorauthage": None}
    return {**role, "aws:principalaccount": (caller.account,), "aws:principalorgid": (terms.organization,)}


# --- the bucket and the host ----------------------------------------------------------------------------------------------------------


def _of_bucket(bucket: Bucket, terms: Terms) -> Context:
    found: dict[str, Fact] = dict(_of_point(bucket, terms)) if bucket.kind in POINTS else dict.fromkeys(_OF_ACCESS_POINTS)
    match bucket.owner:
        case "input":
            found |= dict.fromkeys(("aws:resourceaccount", "s3:resourceaccount"), (terms.account,))
            found["aws:resourceorgid"] = (terms.organization,)
        case "aws":
            found |= dict.fromkeys(("aws:resourceaccount", "s3:resourceaccount"), (OtherThan(terms.account),))
            found["aws:resourceorgid"] = (_FOREIGN_ORGANIZATION,)
    return found


def _of_point(bucket: Bucket, terms: Terms) -> Context:
    """The keys that an access point gives (S3 guide, "Configuring IAM policies for using access points"); of one outside the inputs, its ARN."""
    arn: dict[str, Fact] = {"s3:dataaccesspointarn": (terms.bucket_arn(bucket),)}
    if bucket.owner != "input":
        return arn
    origin: Fact = (
        Unknown(bucket.only_from.causes) if isinstance(bucket.only_from, Unknown) else (literal("VPC" if bucket.only_from else "Internet"),)
    )
    return {**arn, "s3:dataaccesspointaccount": (terms.account,), "s3:accesspointnetworkorigin": origin}


def _of_host(path: Path) -> Context:
    host = path.host
    region: Fact = (literal(host.region),) if isinstance(host.region, str) else unknown("is not settled", f"the Region of {host.name}")
    encrypted = host.port != _HTTP
    tls = _TLS_OF_INTERFACES if path.disposition is Disposition.VIA_INTERFACE_ENDPOINT else _TLS
    return {"aws:securetransport": _TRUE if encrypted else _FALSE, "s3:tlsversion": tls if encrypted else None, "aws:requestedregion": region}


# --- the way --------------------------------------------------------------------------------------------------------------------------


def through_endpoint(endpoint: Endpoint, subnet: Subnet | None, terms: Terms) -> Context:
    """The keys that a VPC endpoint gives; it hides the address that the Internet would see (aws-facts F2, F3, F5)."""
    vpc: Tokens = terms.vpc(endpoint.vpc) if isinstance(endpoint.vpc, str) else (Hole(f"the VPC of {endpoint.id}"),)
    return {
        "aws:sourcevpce": (terms.endpoint(endpoint),),
        "aws:sourcevpc": (vpc,),
        "aws:sourcevpcarn": (terms.vpc_arn(vpc, endpoint.region),),
        "aws:vpcsourceip": _addresses(subnet),
        "aws:sourceip": None,
        "aws:vpceaccount": (terms.account,),
        "aws:vpceorgid": (terms.organization,),
    }


def _addresses(subnet: Subnet | None) -> Fact:
    if subnet is not None and isinstance(subnet.cidr, str):
        try:
            return (Address(IPv4Network(subnet.cidr, strict=False)),)
        except ValueError:
            pass
    return unknown("is not settled by the input", f"the addresses of {subnet.id if subnet else 'the subnet'}")


def directly(gateway: NatGateway | None, terms: Terms) -> Context:
    """The keys of a request that comes from the Internet: those of endpoints are not there (aws-facts F2).

    ``gateway``: the NAT gateway by whose address it comes.
    """
    addresses = gateway.addresses if gateway is not None else ()
    known = next((IPv4Network(one) for one in addresses if isinstance(one, str)), None)
    spelt = tuple(terms.tokens(one, wild=False) for one in addresses if isinstance(one, Ref))
    return {**dict.fromkeys(_OF_ENDPOINTS), "aws:sourceip": (Address(known, spelt),)}


def unseen(disposition: Disposition, carrier: str) -> Context:
    """The keys of a request that takes a way whose other end is not in the inputs: there may be an endpoint."""
    doubt = unknown(f"leads to where the inputs do not show how S3 is reached ({disposition.value})", carrier)
    return dict.fromkeys((*_OF_ENDPOINTS, "aws:sourceip"), doubt)

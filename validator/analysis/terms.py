"""The texts of policy documents as tokens: every reference to the same thing, however it is written, becomes the same tokens."""

from __future__ import annotations

import re
from collections.abc import Callable

from validator.analysis.patterns import Hole, Name, Tokens, Wild, globbed, literal
from validator.model.gateways import Endpoint
from validator.model.iam import Role, Term
from validator.model.network import Id
from validator.model.storage import Bucket, BucketKind
from validator.model.topology import Topology
from validator.model.workloads import Workload
from validator.regions import partition_of
from validator.values import Ref, Text, Unknown

ACCOUNT = Name("the account that the inputs are applied to", digits=True)
ORGANIZATION = Name("the organization of the account")
_ACCOUNT_SOURCES = ("aws_caller_identity", "AWS::AccountId")
_ARNS = frozenset({"arn", "Arn"})
_NAMES = frozenset({"id", "Ref", "bucket", "name", "function_name", "BucketName", "VpcId", "Id", "RoleName"})
# Kinds whose ARN has a Region and an account: the service, and what comes before the name.
POINTS = frozenset({BucketKind.ACCESS_POINT, BucketKind.MULTI_REGION_ACCESS_POINT})
_REGIONAL = {BucketKind.DIRECTORY: ("s3express", "bucket"), BucketKind.TABLE: ("dynamodb", "table")}
_USER = re.compile(r"(?:^|\.)aws_iam_user\.")
_VARIABLE = re.compile(r"\$\{([^{}]{1,256})\}")

Filled = Callable[[str], Tokens]
"""What a policy variable stands for in one request."""


class Terms:
    """Reads the texts of one estate's documents."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._partition = _partition(topology)
        self._buckets = {**topology.buckets, **{aspect: bucket for bucket in topology.buckets.values() for aspect in bucket.aspects}}
        self._cache: dict[tuple[Term, bool], Tokens] = {}
        self.account: Tokens = _account(topology.account)
        self.organization: Tokens = literal(topology.organization) if topology.organization else (ORGANIZATION,)

    def tokens(self, term: Term, *, wild: bool, variables: Filled | None = None) -> Tokens:
        """A text as tokens. ``wild``: with its wildcards; ``variables``: what policy variables stand for, None: for themselves."""
        if variables is not None and _has_variables(term):
            return self._arn(self._read(term, wild=wild, variables=variables))
        key = (term, wild)
        if key not in self._cache:
            self._cache[key] = self._arn(self._read(term, wild=wild, variables=None))
        return self._cache[key]

    def bucket_arn(self, bucket: Bucket) -> Tokens:
        """The ARN of a bucket, access point or multi-Region access point, without an object's key."""
        if isinstance(bucket.name, str) and bucket.name.startswith("arn:"):
            return self._arn(self._text(bucket.name, wild=False, variables=None))
        if bucket.kind in POINTS:
            # Its own name is one that no ARN of a bucket holds; a multi-Region one has no Region.
            place = self._region(bucket) if bucket.kind is BucketKind.ACCESS_POINT else ()
            return (*self._start("s3"), *place, ":", *self._owner(bucket), *literal(":accesspoint/"), *self._point_name(bucket))
        if bucket.kind in _REGIONAL:
            service, resource = _REGIONAL[bucket.kind]
            return (*self._start(service), *self._region(bucket), ":", *self._owner(bucket), *literal(f":{resource}/"), *self.bucket_name(bucket))
        return (*self._start("s3"), *literal("::"), *self.bucket_name(bucket))

    def _point_name(self, bucket: Bucket) -> Tokens:
        """An access point's name, of a multi-Region one its alias, as its ARN has it."""
        known = isinstance(bucket.name, str) and bucket.kind is BucketKind.MULTI_REGION_ACCESS_POINT
        return literal(str(bucket.name)) if known else (Name(f"the name of {bucket.id}"),)

    def bucket(self, identity: Id) -> Bucket | None:
        """The bucket of the inputs with this id."""
        return self._buckets.get(identity)

    def bucket_name(self, bucket: Bucket) -> Tokens:
        """Its name: as text, as it is written, or as the identity of a bucket of the inputs."""
        if isinstance(bucket.name, str):
            return self._text(bucket.name, wild=False, variables=None)
        if bucket.written is not None and Hole() not in (written := self._read(bucket.written, wild=False, variables=None)):
            return written
        return (Name(f"the name of {bucket.id}"),)

    def endpoint(self, endpoint: Endpoint) -> Tokens:
        """The id of a VPC endpoint."""
        return literal(endpoint.physical) if endpoint.physical else (Name(f"the id of {endpoint.id}", fresh=endpoint.new),)

    def vpc(self, identity: Id) -> Tokens:
        """The id of a VPC."""
        vpc = self._topology.vpcs.get(identity)
        if vpc is not None and not identity.startswith("vpc-"):
            return literal(vpc.physical) if vpc.physical else (Name(f"the id of {identity}", fresh=vpc.new),)
        # A literal id in the inputs is an identity too.
        return literal(identity)

    def role_arn(self, role: Role) -> Tokens:
        """The ARN of a role."""
        if not isinstance(role.name, str) or not isinstance(role.path, str):
            return (*self._start("iam"), ":", *self.account, *literal(":role/"), Hole(f"the name of {role.id}"))
        return (*self._start("iam"), ":", *self.account, *literal(f":role{role.path}{role.name}"))

    def role_of(self, workload: Workload) -> Tokens:
        """The ARN of a workload's role, as far as the inputs show which it is."""
        role = self._topology.roles.get(workload.role) if isinstance(workload.role, str) else None
        if role is not None:
            return self.role_arn(role)
        if isinstance(workload.role, str) and workload.role.startswith("arn:"):
            return self._arn(literal(workload.role))
        return (*self._start("iam"), ":", *self.account, *literal(":role/"), Hole(f"the role of {workload.id}"))

    def vpc_arn(self, vpc: Tokens, region: str | Unknown) -> Tokens:
        """The ARN of a VPC by its id."""
        place: Tokens = literal(region) if isinstance(region, str) else (Hole("the Region of the VPC"),)
        return (*self._start("ec2"), *place, ":", *self.account, *literal(":vpc/"), *vpc)

    def root_arn(self, account: Tokens) -> Tokens:
        """The ARN that stands for an account."""
        return (*self._start("iam"), ":", *account, *literal(":root"))

    def session_arn(self, account: Tokens) -> Tokens:
        """The ARN of a role's session, up to the role's name."""
        return (*self._start("sts"), ":", *account, *literal(":assumed-role/"))

    def _region(self, bucket: Bucket) -> Tokens:
        return literal(bucket.region) if isinstance(bucket.region, str) else (Hole(f"the Region of {bucket.id}"),)

    def _owner(self, bucket: Bucket) -> Tokens:
        return self.account if bucket.owner == "input" else (Hole(f"the account of {bucket.id}"),)

    def _start(self, service: str) -> Tokens:
        return literal(f"arn:{self._partition or 'aws'}:{service}:")

    # --- reading ----------------------------------------------------------------------------------------------------------------------

    def _read(self, term: Term, *, wild: bool, variables: Filled | None) -> Tokens:
        match term:
            case str():
                return self._text(term, wild=wild, variables=variables)
            case Text(parts=parts):
                return tuple(token for part in parts for token in self._read(part, wild=wild, variables=variables))
            case Ref():
                return self._reference(term)
            case Unknown():
                if all(cause.subject in _ACCOUNT_SOURCES for cause in term.causes):
                    return self.account
                return (Hole(term.symbol),)

    def _text(self, text: str, *, wild: bool, variables: Filled | None) -> Tokens:
        read = globbed if wild else literal
        if variables is None or (variable := _VARIABLE.search(text)) is None:
            return read(text)
        rest = self._text(text[variable.end() :], wild=wild, variables=variables)
        return (*read(text[: variable.start()]), *variables(variable[1]), *rest)

    def _reference(self, reference: Ref) -> Tokens:
        """What is known of a reference's text: for every attribute that is an identity of something that documents speak of."""
        address, attribute = reference.address, reference.attribute
        topology = self._topology
        if "aws_caller_identity" in address and attribute in {"account_id", "id"}:
            return self.account
        if "aws_organizations_organization" in address and attribute == "id":
            return self.organization
        if (bucket := self._buckets.get(address)) is not None:
            if bucket.kind is BucketKind.MULTI_REGION_ACCESS_POINT and attribute.lower() == "alias":
                return self._point_name(bucket)
            return self.bucket_arn(bucket) if attribute in _ARNS else self.bucket_name(bucket) if attribute in _NAMES else (Hole(str(reference)),)
        if (endpoint := topology.endpoints.get(address)) is not None and attribute in _NAMES:
            return self.endpoint(endpoint)
        if address in topology.vpcs and attribute in _NAMES:
            return self.vpc(address)
        if _USER.search(address) and attribute in _ARNS:
            return (*self._start("iam"), ":", *self.account, *literal(":user/"), Hole(str(reference)))
        if (role := topology.roles.get(address)) is not None and attribute in _ARNS:
            return self.role_arn(role)
        return (Hole(str(reference)),)

    def _arn(self, tokens: Tokens) -> Tokens:
        """An ARN whose partition is a piece that is not known, as of the inputs' partition; every one, where their Regions are not known."""
        if tokens[:4] != tuple("arn:"):
            return tokens
        end = next((index for index, piece in enumerate(tokens[4:], 4) if piece == ":"), None)
        if end is None or tokens[4:end] == (Wild.RUN,):
            return tokens
        if self._partition is None or any(isinstance(token, Hole) for token in tokens[4:end]):
            return (*literal(f"arn:{self._partition or 'aws'}"), *tokens[end:])
        return tokens


def _account(known: str | Unknown | None) -> Tokens:
    if isinstance(known, Unknown):
        # Of several accounts nobody is certainly in the same one.
        return (Hole(),)
    return literal(known) if known else (ACCOUNT,)


def _partition(topology: Topology) -> str | None:
    """The partition of the Regions that the inputs name; None where they name none, or Regions of several."""
    found = {partition_of(vpc.region) for vpc in topology.vpcs.values() if isinstance(vpc.region, str)}
    return found.pop() if len(found) == 1 else None


def _has_variables(term: Term) -> bool:
    match term:
        case str():
            return "${" in term
        case Text(parts=parts):
            return any(isinstance(part, str) and "${" in part for part in parts)
    return False

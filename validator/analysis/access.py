"""The result of the analysis: who asks which S3 host for which bucket, and how the path ends."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from validator.model.network import Id, Link
from validator.model.storage import Bucket
from validator.model.workloads import Placement, Workload
from validator.source import SourceLocation
from validator.values import Cause, Truth, Unknown


class Disposition(StrEnum):
    """How the path of one access ends (the contract's table)."""

    VIA_GATEWAY_ENDPOINT = "via-gateway-endpoint"
    VIA_INTERFACE_ENDPOINT = "via-interface-endpoint"
    VIA_NAT_GATEWAY = "via-nat-gateway"
    VIA_INTERNET_GATEWAY = "via-internet-gateway"
    VIA_TRANSIT_GATEWAY = "via-transit-gateway"
    VIA_VIRTUAL_PRIVATE_GATEWAY = "via-virtual-private-gateway"
    VIA_FIREWALL = "via-firewall"
    VIA_NETWORK_INTERFACE = "via-network-interface"
    NO_ROUTE = "no-route"
    BLACKHOLE = "blackhole"
    DNS_UNRESOLVED = "dns-unresolved"
    SECURITY_GROUP_DENIES = "security-group-denies"
    NETWORK_ACL_DENIES = "network-acl-denies"
    ENDPOINT_POLICY_DENIES = "endpoint-policy-denies"
    BUCKET_POLICY_DENIES = "bucket-policy-denies"
    COPY_REFUSED = "copy-refused"
    CLIENT_REFUSES = "client-refuses"
    REDIRECT_REFUSED = "redirect-refused"
    UNKNOWN = "unknown"

    @property
    def delivered(self) -> bool | None:
        """Whether the request arrives; None: not decided."""
        if self is Disposition.UNKNOWN:
            return None
        return self.value.startswith("via-")

    @property
    def by_endpoint(self) -> bool:
        """Whether a VPC endpoint delivers the request."""
        return self in {Disposition.VIA_GATEWAY_ENDPOINT, Disposition.VIA_INTERFACE_ENDPOINT}


FORBIDDEN = frozenset({Disposition.ENDPOINT_POLICY_DENIES, Disposition.BUCKET_POLICY_DENIES, Disposition.COPY_REFUSED})
"""Where the request arrives, and S3 answers 403."""


class Tier(StrEnum):
    """What a placement's route table and interface give it (the contract's section 2)."""

    PUBLIC = "public"
    PRIVATE = "private"
    ISOLATED = "isolated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence with its place. ``kind``: environment, script, reference, property, url, configuration, permission.

    ``actions``: what it certainly asks S3 for (``s3:GetObject``), each of which it needs; none where it does not say.
    ``copied_from``: the buckets whose objects it has S3 itself copy into this one. ``key``: the one object that it is about, None: any.
    ``signed``: False, where it sends requests that nobody signs.
    """

    kind: str
    text: str
    location: SourceLocation
    actions: tuple[str, ...] = ()
    copied_from: tuple[Bucket, ...] = ()
    key: str | None = None
    signed: bool = True


RegionSource: TypeAlias = Literal["flag", "environment", "runtime", "code", "url", "configuration", "none"]


@dataclass(frozen=True, slots=True)
class Client:
    """The S3 client inside a workload.

    ``sdk`` is a name of the client matrix ("boto3", "aws-cli-v2", "curl") or None where nothing says which. ``region`` None: it names
    none. ``follows_redirects``: it retries in the bucket's Region when it asked another one. ``refuses``: without a Region it
    sends nothing. ``note`` tells people what the answer rests on ("if this is boto3, AWS_REGION alone is ignored").
    """

    sdk: str | None
    region: str | Unknown | None
    source: RegionSource
    follows_redirects: Truth
    refuses: Truth = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Host:
    """A host name that the client contacts.

    ``region`` is that of the addresses behind it; Unknown with ``among`` for the global name (us-east-1 or the bucket's);
    None: at the edge of no Region (transfer acceleration, multi-Region access points). ``perhaps``: another name for the same addresses
    that the client may call instead, where its version decides.
    """

    name: str
    region: str | Unknown | None
    port: int = 443
    perhaps: str | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """Why we think that a workload uses a bucket, by which client, calling which hosts in order.

    ``hosts`` are all hosts in the order of contact, redirect targets included; empty if the client refuses.
    """

    workload: Workload
    bucket: Bucket
    client: Client
    hosts: tuple[Host, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Hop:
    """One component on the way, with the reason for the step. ``kind``: workload, subnet, route-table, a target kind, s3, nothing."""

    kind: str
    address: str | None
    why: str
    location: SourceLocation | None


@dataclass(frozen=True, slots=True)
class Missing:
    """The rule of a filter that would let a request pass. ``peer``: a prefix list by its name, a group or a block, for people.

    ``group``: the id of the group that it is, None: it is none.
    """

    filter: str | None
    direction: str
    ports: tuple[int, int]
    peer: str
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a policy document refuses, or may. ``holder`` has the document; ``statement`` names the one that decides.

    ``explicit``: a Deny refuses it; else nothing allows it. ``actions`` are those that would have to be let through.
    ``origin``: no document does, but the VPC network origin of an access point. ``target``: the bucket or access point that is asked for.
    """

    holder: str
    statement: str | None
    explicit: bool
    actions: tuple[str, ...]
    origin: bool = False
    target: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    """The way of one request to one host. ``causes`` are given exactly where the disposition is unknown.

    ``way``: how it ends by names and routes alone, before filters and policy documents. ``doubt``: where the disposition is unknown
    only because a filter, a policy document or a resolver is not decided, the refusal that it may be. ``other_region``: the host's
    addresses are of a Region other than the VPC's. ``carrier``: the endpoint or gateway that delivers or drops it. ``candidates``:
    where the host's Region is one of several, how it ends for each. ``missing``: of the filter that drops it, or may.
    ``refusal``: of the policy document that refuses it, or may.
    """

    host: Host
    disposition: Disposition
    hops: tuple[Hop, ...]
    causes: tuple[Cause, ...]
    other_region: Truth
    carrier: Link = None
    candidates: tuple[tuple[str, Disposition], ...] = ()
    way: Disposition = Disposition.UNKNOWN
    doubt: Disposition | None = None
    missing: Missing | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """A placement with what the topology says about it: the effective route table, the VPC, the tier."""

    placement: Placement | None
    subnet: Link
    route_table: Link
    vpc: Link
    region: str | Unknown
    tier: Tier
    causes: tuple[Cause, ...] = ()

    @property
    def private(self) -> bool:
        """Any tier but public."""
        return self.tier is not Tier.PUBLIC


@dataclass(frozen=True, slots=True)
class Access:
    """Workload, position, bucket, client and the path. ``id`` is stable across runs and line moves.

    ``doubt`` is that of the path that decides the disposition.
    """

    id: str
    workload: Workload
    position: Position
    bucket: Bucket
    client: Client
    paths: tuple[Path, ...]
    disposition: Disposition
    causes: tuple[Cause, ...]
    evidence: tuple[Evidence, ...]
    doubt: Disposition | None = None

    @property
    def hosts(self) -> tuple[Host, ...]:
        """Every host contacted, in order."""
        return tuple(path.host for path in self.paths)


@dataclass(frozen=True, slots=True)
class Coverage:
    """One subnet's way to S3, whoever runs in it. Endpoints: address, None, or Unknown."""

    vpc: Link
    subnet: str
    region: str | Unknown
    tier: Tier
    route_table: Link
    gateway_endpoint: Link
    interface_endpoint: Link


@dataclass(frozen=True, slots=True)
class Analysis:
    """What ``trace`` returns: accesses and coverage, each sorted.

    ``unnamed`` are grants on buckets by wildcard, by workload: they show no access.
    """

    accesses: tuple[Access, ...]
    coverage: tuple[Coverage, ...]
    unnamed: tuple[tuple[Id, Evidence], ...] = ()

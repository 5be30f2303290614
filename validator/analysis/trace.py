"""Follow every intent from every placement, and say for every subnet which way to S3 it has."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeAlias

from validator.analysis.access import Access, Analysis, Client, Coverage, Disposition, Host, Intent, Path
from validator.analysis.admission import Admission
from validator.analysis.covering import ServiceAddresses
from validator.analysis.estate import Estate, equal, estate_of
from validator.analysis.filtering import Filters
from validator.analysis.names import resolve
from validator.analysis.paths import path
from validator.analysis.permissions import unnamed_grants
from validator.analysis.placing import origins, tier_of
from validator.analysis.positions import effective_table
from validator.analysis.routing import Router
from validator.analysis.steps import Origin
from validator.model.network import Id, Link, Subnet
from validator.model.storage import Bucket
from validator.model.topology import Topology
from validator.regions import partition_of, s3_host
from validator.values import Cause, Truth, Unknown, negate

_Ending: TypeAlias = tuple[Disposition, tuple[Cause, ...], Disposition | None]


def trace(topology: Topology, intents: Sequence[Intent]) -> Analysis:
    """Accesses, sorted by workload, subnet and bucket, and the coverage of every subnet of the input."""
    estate = estate_of(topology)
    router, filters = Router(estate), Filters(estate)
    admission = Admission(estate, router)
    placed: dict[Id, tuple[Origin, ...]] = {}
    accesses: dict[str, Access] = {}
    for intent in intents:
        if intent.workload.id not in placed:
            placed[intent.workload.id] = origins(estate, router, intent.workload)
        for origin in placed[intent.workload.id]:
            access = _access(estate, router, filters, admission, intent, origin)
            accesses[access.id] = access
    ordered = sorted(accesses.values(), key=lambda access: (access.workload.id, str(access.position.subnet), access.bucket.id, access.id))
    return Analysis(tuple(ordered), coverage(estate, router), unnamed_grants(topology))


def _access(estate: Estate, router: Router, filters: Filters, admission: Admission, intent: Intent, origin: Origin) -> Access:
    paths = tuple(admission.admitted(intent, origin, path(estate, router, filters, origin, host)) for host in intent.hosts)
    disposition, causes, doubt = _ends(intent, paths)
    identity = _identity(intent, origin)
    evidence = intent.evidence
    return Access(identity, intent.workload, origin.position, intent.bucket, intent.client, paths, disposition, causes, evidence, doubt)


def _identity(intent: Intent, origin: Origin) -> str:
    client = intent.client
    subnet = origin.position.subnet if isinstance(origin.position.subnet, str) else "?"
    parts = (intent.workload.id, subnet, str(intent.workload.region), intent.bucket.id, str(client.region), client.source, client.sdk or "")
    hosts = tuple(host.name for host in intent.hosts)
    return hashlib.sha256("\0".join((*parts, *hosts)).encode()).hexdigest()[:12]


def _ends(intent: Intent, paths: tuple[Path, ...]) -> _Ending:
    """The disposition of the whole: of several hosts, the first that is not delivered gives it, else the last."""
    client = intent.client
    if client.refuses is True:
        return Disposition.CLIENT_REFUSES, (), None
    if not paths:
        causes = _causes(client.refuses, client.region) or (Cause("is not known", f"the hosts that {intent.workload.id} calls"),)
        return Disposition.UNKNOWN, causes, None
    stopped = next((one for one in paths if one.disposition.delivered is not True), None)
    if stopped is not paths[0]:
        refused = _redirect_refused(client, paths[0].host, intent.bucket)
        if refused is True:
            return Disposition.REDIRECT_REFUSED, (), None
        if isinstance(refused, Unknown):
            return Disposition.UNKNOWN, refused.causes, None
    last = stopped or paths[-1]
    settles = _causes(client.refuses, intent.bucket.region if _redirects(paths[0].host, intent.bucket) else None)
    if settles and last.disposition.delivered is not False:
        return Disposition.UNKNOWN, Unknown((*last.causes, *settles)).causes, None
    later = paths[paths.index(last) + 1 :]
    alone = all(one.disposition.delivered is True or one.doubt is not None for one in later)
    return last.disposition, last.causes, last.doubt if alone else None


def _redirects(host: Host, bucket: Bucket) -> bool:
    """Whether a request to ``host`` may be redirected: not from the edge, nor where both are in the one Region of the same stack."""
    return host.region is not None and equal(host.region, bucket.region) is not True


def _redirect_refused(client: Client, host: Host, bucket: Bucket) -> Truth:
    """Whether the first host is of a Region that does not hold the bucket and the client stops at its redirect."""
    if host.region is None or isinstance(host.region, Unknown) or isinstance(bucket.region, Unknown):
        return False
    elsewhere = negate(equal(host.region, bucket.region))
    if elsewhere is not True:
        return False
    return negate(client.follows_redirects)


def _causes(*values: object) -> tuple[Cause, ...]:
    return tuple(cause for value in values if isinstance(value, Unknown) for cause in value.causes)


def coverage(estate: Estate, router: Router) -> tuple[Coverage, ...]:
    """Every existing subnet's tier, table and endpoints, sorted by address."""
    return tuple(_covered(estate, router, subnet) for _, subnet in sorted(estate.topology.subnets.items()) if subnet.exists is not False)


def _covered(estate: Estate, router: Router, subnet: Subnet) -> Coverage:
    table = effective_table(estate, subnet.id).table
    # Without an interface to ask, a default route to an Internet gateway makes a subnet public.
    tier = tier_of(router, table, public=True)
    return Coverage(subnet.vpc, subnet.id, subnet.region, tier, table, _gateway_endpoint(router, subnet, table), _interface_endpoint(estate, subnet))


def _gateway_endpoint(router: Router, subnet: Subnet, table: Link) -> Link:
    if isinstance(subnet.region, Unknown) and subnet.region.symbol is None:
        return subnet.region
    step = router.step(table, ServiceAddresses("s3", subnet.region), public=False)
    match step.disposition:
        case Disposition.VIA_GATEWAY_ENDPOINT:
            return step.carrier
        case Disposition.UNKNOWN:
            return Unknown(step.causes)
        case _:
            return None


def _regional_name(region: str | Unknown) -> str:
    """The name without a bucket; that the rules of botocore give the same is a test, and spares loading them."""
    if isinstance(region, Unknown):
        return "s3.REGION.amazonaws.com"
    return f"s3.{region}.amazonaws.com" if partition_of(region) == "aws" else s3_host(None, region)


def _interface_endpoint(estate: Estate, subnet: Subnet) -> Link:
    """The interface endpoint that answers the Region's own S3 name in the subnet's VPC."""
    vpc = estate.topology.vpcs.get(subnet.vpc) if isinstance(subnet.vpc, str) else None
    if vpc is None or (isinstance(subnet.region, Unknown) and subnet.region.symbol is None):
        return Unknown(_causes(subnet.vpc, subnet.region) or (Cause("is not in the input", f"the VPC of {subnet.id}"),))
    answer = resolve(estate, vpc, Host(_regional_name(subnet.region), subnet.region))
    match answer.by_endpoint:
        case Unknown() as open_one:
            return open_one
        case True if answer.endpoint is not None:
            return answer.endpoint.id
        case _:
            return None

"""Whether a request that arrives is let in: by the policy of the endpoint that it comes through, the bucket's, and that of one it copies from.

The role's own documents do not refuse here: what a workload lacks in permissions says nothing about its way to S3.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from validator.analysis.access import Disposition, Hop, Host, Intent, Path, Refusal
from validator.analysis.authorization import Guard
from validator.analysis.conditions import Context
from validator.analysis.copies import copied, readings
from validator.analysis.estate import Estate, equal
from validator.analysis.names import addresses_of, is_dualstack
from validator.analysis.positions import effective_table
from validator.analysis.requests import USUAL_ACTIONS, USUAL_ON_TABLES, directly, question_of, through_endpoint, unseen
from validator.analysis.routing import Router
from validator.analysis.rulings import Ask, Ruling, rule
from validator.analysis.steps import Origin, Step, combine
from validator.analysis.terms import Terms
from validator.model.gateways import Endpoint, EndpointType
from validator.model.iam import BucketPolicy, Clause, Condition, Effect, PolicyDocument, Principals, Statement, Term
from validator.model.network import Id, Link
from validator.model.storage import Bucket, BucketKind
from validator.values import Ref, Truth, Unknown, all_of, unknown

_LEAVING = frozenset({"nat-gateway", "internet-gateway"})


@dataclass(frozen=True, slots=True)
class _Way:
    """A way that a request may take to S3: the endpoint, if it comes through one, and the condition keys that the way gives."""

    endpoint: Endpoint | None
    context: Context


class Admission:
    """Asks the documents of one estate."""

    def __init__(self, estate: Estate, router: Router) -> None:
        self._estate = estate
        self._router = router
        self._terms = Terms(estate.topology)
        self._guards: dict[Id, tuple[Guard, ...]] = {}
        self._rulings: dict[tuple[object, ...], Ruling] = {}
        self._buckets = {aspect: one for one in estate.topology.buckets.values() for aspect in (one.id, *one.aspects)}
        self._by_bucket: defaultdict[str, list[BucketPolicy]] = defaultdict(list)
        self._on_some_bucket: list[tuple[BucketPolicy, Unknown]] = []
        for policy in estate.topology.bucket_policies:
            if isinstance(policy.bucket, Unknown):
                self._on_some_bucket.append((policy, policy.bucket))
            elif policy.bucket is not None:
                self._by_bucket[self._name_of(policy.bucket)].append(policy)

    def admitted(self, intent: Intent, origin: Origin, path: Path) -> Path:
        """``path``, refused by a policy where one certainly refuses it, unknown with a doubt where one may.

        A request that S3 answers with a redirect to another Region is not asked about: nothing is said about the order of the two.
        """
        if path.disposition.delivered is not True or _is_elsewhere(path.host, intent.bucket):
            return path
        copying = copied(intent, path)
        if copying.disposition is Disposition.COPY_REFUSED:
            return copying
        found = path
        for one in (intent, *readings(intent)):
            found = self._past_policies(one, origin, found)
        return found if copying is path or found.disposition.delivered is False else copying

    def _past_policies(self, intent: Intent, origin: Origin, path: Path) -> Path:
        if path.disposition.delivered is not True or _is_elsewhere(path.host, intent.bucket):
            return path
        on_bucket = self._on_bucket(intent.bucket)
        ways = self._ways(origin, path)
        if not on_bucket and all(way.endpoint is None or way.endpoint.policy is None for way in ways):
            return path
        ended = [self._through(intent, path, way, on_bucket) for way in ways]
        if all(one.disposition is ended[0].disposition for one in ended):
            return ended[0]
        steps = [Step(one.disposition, one.hops, one.causes, one.carrier, path.way, one.doubt) for one in ended]
        step = combine(steps, unknown("decides through which of several endpoints it goes", path.host.name).causes)
        return replace(path, disposition=step.disposition, hops=step.hops or path.hops, causes=step.causes, doubt=step.doubt)

    def _name_of(self, bucket: Id) -> str:
        """What tells a bucket: its name where it is known, since several inputs may declare or look up the same one."""
        if (table := self._estate.topology.tables.get(bucket)) is not None:
            return _key_of_table(table.id, table.name)
        known = self._buckets.get(bucket)
        if known is None:
            return bucket
        return known.name if isinstance(known.name, str) else known.id

    # --- the documents on the way -----------------------------------------------------------------------------------------------------

    def _on_bucket(self, bucket: Bucket) -> tuple[Guard, ...]:
        """The policies of a bucket, by its id or its name, and those that may be its."""
        if bucket.id not in self._guards:
            self._guards[bucket.id] = self._found_on(bucket)
        return self._guards[bucket.id]

    def _found_on(self, bucket: Bucket) -> tuple[Guard, ...]:
        behind = [policy for link in bucket.behind for policy in self._behind(link, bucket)]
        return (*_origin_of(bucket), *(guard for policy in (*self._policies_of(bucket), *behind) for guard in guard_of(policy)))

    def _policies_of(self, bucket: Bucket) -> Iterator[BucketPolicy]:
        if bucket.kind is BucketKind.TABLE:
            yield from self._by_bucket.get(_key_of_table(bucket.id, bucket.name), ())
        elif isinstance(bucket.name, Unknown) and bucket.name.among:
            # One of several that an input makes: each one's policies may be its.
            for one in bucket.name.among:
                yield from (_perhaps(policy, bucket.id, bucket.name) for policy in self._by_bucket.get(self._name_of(str(one)), ()))
        else:
            yield from self._by_bucket.get(bucket.name if isinstance(bucket.name, str) else bucket.id, ())
        for policy, link in self._on_some_bucket:
            if bucket.owner != "aws" and link.may_be(bucket.id):
                yield _perhaps(policy, bucket.id, link)

    def _behind(self, link: Link, point: Bucket) -> Iterator[BucketPolicy]:
        """The policies of a bucket behind an access point, which it must get past as well; of several, one answers."""
        if link is None:
            return
        possible = [link] if isinstance(link, str) else [str(one) for one in link.among or ()]
        for policy in (policy for one in possible for policy in self._by_bucket.get(self._name_of(one), ())):
            if isinstance(link, Unknown):
                yield _perhaps(policy, policy.bucket, link)
            elif len(point.behind) > 1:
                yield _perhaps(policy, policy.bucket, unknown("is answered by one of its buckets", point.id, point.location))
            else:
                yield policy

    def _ways(self, origin: Origin, path: Path) -> list[_Way]:
        """The ways that the path may stand for: several, where the host's addresses may be of several Regions."""
        if path.disposition.by_endpoint:
            return [_Way(one, self._through_endpoint(one, origin, path.host)) for one in self._endpoints(origin, path)] or [
                _Way(None, unseen(path.disposition, str(path.carrier or "the endpoint")))
            ]
        # Where it leaves to the Internet, be it behind a transit gateway or a firewall that the inputs show.
        leaving = next((hop for hop in reversed(path.hops) if hop.kind in _LEAVING), None)
        if leaving is None or self._hairpin(leaving.address, path.host):
            return [_Way(None, unseen(path.disposition, str(path.carrier or origin.workload.id)))]
        gateway = self._estate.topology.nat_gateways.get(leaving.address) if leaving.address is not None else None
        return [_Way(None, directly(gateway, self._terms))]

    def _endpoints(self, origin: Origin, path: Path) -> list[Endpoint]:
        topology = self._estate.topology
        if isinstance(path.carrier, str) and not path.candidates:
            return [topology.endpoints[path.carrier]] if path.carrier in topology.endpoints else []
        wanted = EndpointType.GATEWAY if path.disposition is Disposition.VIA_GATEWAY_ENDPOINT else EndpointType.INTERFACE
        service = addresses_of(path.host).service
        return [one for one in topology.endpoints.values() if one.vpc == origin.position.vpc and one.service == service and one.type is wanted]

    def _through_endpoint(self, endpoint: Endpoint, origin: Origin, host: Host) -> Context:
        link = origin.position.subnet
        subnet = self._estate.topology.subnets.get(link) if isinstance(link, str) else None
        context = through_endpoint(endpoint, subnet, self._terms)
        if is_dualstack(host) and (subnet is None or subnet.ipv6 is not False):
            return {**context, "aws:vpcsourceip": unknown("is of IPv4 or of IPv6", f"the address by which {host.name} is called")}
        return context

    def _hairpin(self, leaving: Id | None, host: Host) -> bool:
        """Whether a NAT gateway may pass on to a gateway endpoint of its own subnet: AWS does not say (aws-facts G7)."""
        gateway = self._estate.topology.nat_gateways.get(leaving) if leaving is not None else None
        if gateway is None or not isinstance(gateway.subnet, str):
            return False
        step = self._router.step(effective_table(self._estate, gateway.subnet).table, addresses_of(host), public=True)
        return step.disposition in {Disposition.VIA_GATEWAY_ENDPOINT, Disposition.UNKNOWN}

    # --- asking -----------------------------------------------------------------------------------------------------------------------

    def _through(self, intent: Intent, path: Path, way: _Way, on_bucket: Sequence[Guard]) -> Path:
        guards = [*(guard_of(way.endpoint) if way.endpoint else ()), *on_bucket]
        if not guards:
            return path
        asked = self._key(intent, path, way, guards)
        if asked not in self._rulings:
            self._rulings[asked] = rule(guards, question_of(intent, path, way.context, self._terms), self._terms)
        ruling = self._rulings[asked]
        return _ended(path, ruling, intent.bucket, self._target(ruling.ask, intent.bucket))

    def _target(self, ask: Ask, bucket: Bucket) -> Id:
        """The bucket that ``ask`` is about: the one that is called, or one behind that access point."""
        arn = self._terms.bucket_arn(bucket)
        if ask.resource[: len(arn)] == arn:
            return bucket.id
        return next((link for link in bucket.behind if isinstance(link, str)), bucket.id)

    def _key(self, intent: Intent, path: Path, way: _Way, guards: Sequence[Guard]) -> tuple[object, ...]:
        """All that a question is made of: in a large estate most are the same."""
        addresses = (way.context.get("aws:vpcsourceip"), way.context.get("aws:sourceip"))
        return (
            tuple(id(guard.document) for guard in guards),
            intent.bucket.id,
            intent.workload.role if isinstance(intent.workload.role, str) else intent.workload.id,
            (intent.client.source, intent.client.sdk),
            tuple((action, one.key) for one in intent.evidence for action in one.actions),
            (str(path.host.region), path.host.port),
            (way.endpoint.id if way.endpoint else None, path.disposition, str(path.carrier), addresses),
        )


def guard_of(holder: Endpoint | BucketPolicy) -> tuple[Guard, ...]:
    """The document of an endpoint, or on a bucket, as what requests have to get past; none where there is none."""
    if isinstance(holder, BucketPolicy):
        return (Guard(str(holder.bucket), holder.document, grants=False),)
    if holder.policy is None:
        return ()
    gateway: Truth = Unknown(holder.type.causes) if isinstance(holder.type, Unknown) else holder.type is EndpointType.GATEWAY
    return (Guard(holder.id, holder.policy, grants=True, gateway=gateway),)


def _is_elsewhere(host: Host, bucket: Bucket) -> bool:
    """Whether a host is of another Region than the bucket. One at the edge is of none: what it takes, it takes to the bucket."""
    return host.region is not None and equal(host.region, bucket.region) is False


def _perhaps(policy: BucketPolicy, bucket: Link, doubt: Unknown) -> BucketPolicy:
    """A policy that may be one of ``bucket``."""
    document = replace(policy.document, exists=all_of((policy.document.exists, Unknown(doubt.causes))))
    return replace(policy, bucket=bucket, document=document)


def _key_of_table(table: Id, name: str | Unknown) -> str:
    """Tables may be called like buckets."""
    return f"table/{name if isinstance(name, str) else table}"


def _origin_of(bucket: Bucket) -> tuple[Guard, ...]:
    """What the VPC network origin of an access point refuses: all that comes through no endpoint of that VPC (aws-facts F7).

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-vpc.html
    """
    if bucket.only_from is None or bucket.location is None:
        return ()
    vpc: Term = bucket.only_from if isinstance(bucket.only_from, Unknown) else Ref(bucket.only_from, "id")
    if isinstance(vpc, Ref) and vpc.address.startswith("vpc-"):
        vpc = vpc.address
    every = Clause(("*",))
    name = "the network origin"
    elsewhere = (Condition("StringNotEquals", "aws:SourceVpc", (vpc,)),)
    refusing = Statement(name, Effect.DENY, every, every, Principals((("*", "*"),)), elsewhere, bucket.location)
    where = bucket.only_from if isinstance(bucket.only_from, str) else "a VPC that is not known"
    told = f"{bucket.id} takes only requests that come through an S3 endpoint of {where}"
    return (Guard(bucket.id, PolicyDocument((refusing,), bucket.location), grants=False, origin=told),)


def _ended(path: Path, ruling: Ruling, bucket: Bucket, target: Id) -> Path:
    """The path as the ruling leaves it, with a hop that names the statement. ``target``: what the refused request is for."""
    guard = ruling.guard
    if guard is None:
        note = Hop("policy", None, f"the policies on the way let through {_asked(ruling, bucket)}, and not all else", None)
        return replace(path, hops=(*path.hops, note)) if ruling.in_part else path
    refusal, kind = _REFUSALS[guard.grants]
    holder = f"the policy of {guard.subject}"
    location = ruling.statement.location if ruling.statement else guard.document.location
    arrived = tuple(hop for hop in path.hops if not (guard.grants and hop.kind == "s3"))
    asked = _asked(ruling, bucket)
    statement = ruling.statement.name if ruling.statement else None
    explicit = ruling.statement is not None and ruling.statement.effect is Effect.DENY
    told = Refusal(guard.subject, statement, explicit, _actions(ruling, bucket), bool(guard.origin), target)
    if isinstance(ruling.truth, Unknown):
        by = f": {statement}" if statement else ""
        doubt = f"{guard.origin}, and whether it does is not settled" if guard.origin else f"whether {holder} lets through {asked} is not settled{by}"
        hop = Hop(kind, guard.subject, doubt, location)
        return replace(path, disposition=Disposition.UNKNOWN, hops=(*arrived, hop), causes=ruling.truth.causes, doubt=refusal, refusal=told)
    why = guard.origin or (f"{statement} of {holder} denies {asked}" if statement else f"no statement of {holder} allows {asked}")
    return replace(path, disposition=refusal, hops=(*arrived, Hop(kind, guard.subject, why, location)), refusal=told)


_REFUSALS = {
    True: (Disposition.ENDPOINT_POLICY_DENIES, "endpoint-policy"),
    False: (Disposition.BUCKET_POLICY_DENIES, "bucket-policy"),
}


def _actions(ruling: Ruling, bucket: Bucket) -> tuple[str, ...]:
    """What would have to be let through."""
    if ruling.asks == 1:
        return (ruling.ask.action,)
    return USUAL_ON_TABLES if bucket.kind is BucketKind.TABLE else USUAL_ACTIONS


def _asked(ruling: Ruling, bucket: Bucket) -> str:
    """The example in words; of a question that any of many actions would answer, where none does, all."""
    if ruling.truth is not True and ruling.asks > 1:
        return f"any use of {bucket.id}"
    return f"{ruling.ask.action} on {'objects in ' if ruling.ask.on_object else ''}{bucket.id}"

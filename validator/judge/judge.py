"""Judges an analysis by policies: each access gets one root cause, findings of one workload and destination are one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from validator.analysis.access import Access, Analysis, Coverage
from validator.errors import ConfigurationError, UsageError
from validator.judge import wording
from validator.judge.blame import place_of_access, place_of_endpoint, place_of_table
from validator.judge.facts import Facts, Records
from validator.judge.finding import Finding, Severity, Verdict
from validator.judge.policy import Policy
from validator.judge.waivers import is_known
from validator.messages import did_you_mean
from validator.model.gateways import Endpoint
from validator.model.network import Id
from validator.model.storage import BucketKind
from validator.model.topology import Topology
from validator.options import Mention
from validator.values import Unknown

_UNEVEN = "vpc-tier"
_ACCESS, _TABLE = "access", "table"


@dataclass(frozen=True, slots=True)
class _Opinion:
    """What one policy says of one case."""

    policy: Policy
    verdict: Verdict
    severity: Severity
    remedy: Mapping[str, str]


def judge(topology: Topology, analysis: Analysis, policies: Sequence[Policy], severities: Mapping[str, str]) -> tuple[Finding, ...]:
    """The findings, worst first. ``severities`` override the policies' own ("off" silences one)."""
    judge_of = _Judge(topology, analysis, [one for one in policies if severities.get(one.id) != "off"], severities)
    return tuple(sorted(judge_of.findings(), key=lambda finding: finding.sort_key))


def selected(policies: Sequence[Policy], select: Sequence[str], ignore: Sequence[str]) -> tuple[Policy, ...]:
    """The policies that ``select`` names (none: all) without those that ``ignore`` names. Raises UsageError for ids that are not there."""
    mistakes = [
        f"there is no policy {name}{did_you_mean(name, [policy.id for policy in policies])}; see: s3reach policies"
        for name in _strangers((*select, *ignore), policies)
    ]
    if mistakes:
        raise UsageError(*mistakes)
    return tuple(policy for policy in policies if (not select or policy.id in select) and policy.id not in ignore)


def check_mentions(mentions: Sequence[Mention], policies: Sequence[Policy]) -> None:
    """Raise ConfigurationError where a configuration names policies that are not there, with the place of each."""
    known = [policy.id for policy in policies]
    strangers = [one for one in mentions if not is_known(one.policy, known)]
    told = [f"{one.place}: there is no policy {one.policy}{did_you_mean(one.policy, known)}" for one in strangers]
    if told:
        raise ConfigurationError(*dict.fromkeys(told))


def _strangers(names: Iterable[str], policies: Sequence[Policy]) -> list[str]:
    known = {policy.id for policy in policies}
    return [name for name in names if name not in known]


class _Judge:
    def __init__(self, topology: Topology, analysis: Analysis, policies: Sequence[Policy], severities: Mapping[str, str]) -> None:
        self._topology = topology
        self._analysis = analysis
        self._records = Records(topology, analysis)
        self._severities = severities
        self._by_subject: defaultdict[str, list[Policy]] = defaultdict(list)
        for policy in policies:
            self._by_subject[policy.subject].append(policy)
        # Most records of a big estate are equal: each is judged once.
        self._opinions: dict[tuple[str, bytes], tuple[_Opinion, ...]] = {}

    def findings(self) -> Iterator[Finding]:
        spoiled: dict[str, Finding] = {}
        about_endpoints = list(self._about_endpoints())
        for finding in about_endpoints:
            spoiled.update(dict.fromkeys(finding.accesses, finding))
        yield from about_endpoints
        yield from self._about_tables()
        on_accesses = list(self._about_accesses(spoiled))
        yield from on_accesses
        yield from self._about_tiers(on_accesses)

    # --- accesses ---------------------------------------------------------------------------------------------------------------------

    def _about_accesses(self, spoiled: Mapping[str, Finding]) -> Iterator[Finding]:
        grouped: defaultdict[tuple[str, str, str, str, str], list[tuple[Access, _Opinion, tuple[str, ...]]]] = defaultdict(list)
        for access in self._analysis.accesses:
            if access.id in spoiled:
                continue
            opinions = self._opinions_on(*self._record_of(access))
            root = _root(opinions)
            if root is not None:
                also = tuple(one.policy.id for one in opinions if one.verdict is Verdict.FAIL and one is not root)
                key = (root.policy.id, root.verdict.value, access.workload.id, access.bucket.id, str(access.workload.region))
                grouped[key].append((access, root, also))
        for members in grouped.values():
            yield self._on_accesses(members)

    def _record_of(self, access: Access) -> tuple[str, Facts]:
        if access.bucket.kind is BucketKind.TABLE:
            return _TABLE, self._records.of_table_access(access)
        return _ACCESS, self._records.of_access(access)

    def _on_accesses(self, members: Sequence[tuple[Access, _Opinion, tuple[str, ...]]]) -> Finding:
        access, opinion, _ = members[0]
        words = wording.of_access([one for one, _, _ in members], self._records.gateway_endpoints(access.position.vpc), self._topology)
        return replace(
            self._finding(opinion, words, access.workload.id),
            severity=min((one.severity for _, one, _ in members), key=list(Severity).index),
            workload=access.workload.id,
            bucket=access.bucket.id,
            region=access.workload.region if isinstance(access.workload.region, str) else None,
            accesses=tuple(sorted(one.id for one, _, _ in members)),
            also=tuple(sorted({name for _, _, names in members for name in names})),
            location=place_of_access(opinion.policy.blames, access),
            resource=access.workload.location,
        )

    # --- endpoints, tables, VPCs ------------------------------------------------------------------------------------------------------

    def _about_endpoints(self) -> Iterator[Finding]:
        for endpoint in self._topology.endpoints.values():
            if endpoint.exists is False:
                continue
            for opinion in self._opinions_on("endpoint", self._records.of_endpoint(endpoint)):
                words = wording.of_endpoint(endpoint, self._records.private_subnets(endpoint.vpc), self._topology)
                region = endpoint.region if isinstance(endpoint.region, str) else None
                finding = self._finding(opinion, words, endpoint.id)
                place = place_of_endpoint(opinion.policy.blames, endpoint, self._topology.endpoint_associations)
                spoiled = self._spoiled_by(opinion, endpoint)
                yield replace(finding, region=region, location=place, resource=endpoint.location, accesses=spoiled)

    def _spoiled_by(self, opinion: _Opinion, endpoint: Endpoint) -> tuple[str, ...]:
        """The accesses that an endpoint of the wrong Region was meant for: from its tables, not by another endpoint."""
        if opinion.policy.id != "gateway-endpoint-in-other-region" or opinion.verdict is not Verdict.FAIL:
            return ()
        tables = {one.table for one in self._topology.endpoint_associations if one.endpoint == endpoint.id}
        return tuple(
            sorted(
                access.id
                for access in self._analysis.accesses
                if access.position.private
                and access.bucket.kind is not BucketKind.TABLE
                and access.position.vpc == endpoint.vpc
                and access.position.route_table in tables
                and any(path.way.delivered is False for path in access.paths)
                and all(path.other_region is False for path in access.paths)
            )
        )

    def _about_tables(self) -> Iterator[Finding]:
        for table in self._records.tables():
            for opinion in self._opinions_on("route-table", self._records.of_table(table)):
                entity = self._topology.route_tables.get(table)
                region = entity.region if entity and isinstance(entity.region, str) else None
                finding = self._finding(opinion, wording.of_table(table, self._topology), table)
                own = entity.location if entity else None
                place = place_of_table(opinion.policy.blames, table, own, self._topology.endpoint_associations)
                yield replace(finding, region=region, location=place, resource=own)

    def _about_tiers(self, on_accesses: Sequence[Finding]) -> Iterator[Finding]:
        told = {name for finding in on_accesses for name in finding.accesses if finding.verdict is Verdict.FAIL}
        subnets = {access.position.subnet for access in self._analysis.accesses if access.id in told and isinstance(access.position.subnet, str)}
        for vpc, tier, members in self._records.tiers():
            if any(one.subnet in subnets and one.gateway_endpoint is None for one in members):
                continue
            for opinion in self._opinions_on(_UNEVEN, self._records.of_tier(members)):
                yield self._on_tier(opinion, vpc, tier.value, members)

    def _on_tier(self, opinion: _Opinion, vpc: Id, tier: str, members: Sequence[Coverage]) -> Finding:
        entity = self._topology.vpcs.get(vpc)
        region = entity.region if entity and isinstance(entity.region, str) else None
        finding = self._finding(opinion, wording.of_tier(vpc, tier, members, self._records.gateway_endpoints(vpc), self._topology), vpc)
        own = entity.location if entity else None
        return replace(finding, region=region, location=own, resource=own)

    # --- opinions ---------------------------------------------------------------------------------------------------------------------

    def _opinions_on(self, subject: str, facts: Facts) -> tuple[_Opinion, ...]:
        key = (subject, msgspec.json.encode(facts))
        if key not in self._opinions:
            opinions = (self._opinion(policy, facts) for policy in self._by_subject[subject])
            self._opinions[key] = tuple(one for one in opinions if one is not None)
        return self._opinions[key]

    def _opinion(self, policy: Policy, facts: Facts) -> _Opinion | None:
        verdict = verdict_of(policy, facts)
        if verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE):
            return None
        if verdict is Verdict.UNKNOWN and policy.unknown is None:
            return None
        severity = policy.severity if verdict is Verdict.FAIL else policy.unknown or policy.severity
        if verdict is Verdict.FAIL and policy.escalate is not None and policy.escalate.truth(facts) is True:
            severity = Severity.ERROR
        if policy.id in self._severities:
            severity = Severity(self._severities[policy.id])
        remedy = next((other for when, other in policy.instead if when.truth(facts) is True), policy.remedy)
        return _Opinion(policy, verdict, severity, remedy)

    def _finding(self, opinion: _Opinion, words: Mapping[str, str], subject: str) -> Finding:
        policy = opinion.policy
        template = policy.message if opinion.verdict is Verdict.FAIL else policy.undecided
        words = {name: self._topology.constructs.get(word, word) for name, word in words.items()}
        return Finding(
            policy=policy.id,
            severity=opinion.severity,
            verdict=opinion.verdict,
            subject=subject,
            workload=None,
            bucket=None,
            region=None,
            accesses=(),
            also=(),
            message=wording.filled(template, words),
            remedy=self._remedy(opinion, words),
            location=None,
        )

    def _remedy(self, opinion: _Opinion, words: Mapping[str, str]) -> str:
        """The fix. Of what only may be it says so; without the Region that it is for, which comes first."""
        template = opinion.remedy[self._topology.dialect]
        # A policy that never decides has a remedy that says what settles it.
        perhaps = opinion.verdict is Verdict.UNKNOWN and opinion.policy.verdict != "unknown"
        if perhaps and wording.lacks_region(template, words):
            return wording.FIRST_A_REGION
        return ("# if it is so:\n" if perhaps else "") + wording.filled(template, words)


def verdict_of(policy: Policy, facts: Facts) -> Verdict:
    """What ``policy`` says of one record."""
    applicable = policy.when.truth(facts)
    if applicable is False:
        return Verdict.NOT_APPLICABLE
    holds = policy.require.truth(facts)
    if holds is True:
        return Verdict.PASS
    if isinstance(applicable, Unknown) or isinstance(holds, Unknown):
        return Verdict.UNKNOWN
    return Verdict.FAIL


def _root(opinions: Iterable[_Opinion]) -> _Opinion | None:
    """The first that explains the access: a definite failure before any unknown, of unknowns the gravest.

    Else a note of what may be would stand in front of a path that nobody has decided, and let it pass.
    """
    listed = list(opinions)
    failed = [one for one in listed if one.verdict is Verdict.FAIL]
    if failed:
        return failed[0]
    return min(listed, key=lambda one: list(Severity).index(one.severity), default=None)

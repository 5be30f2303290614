"""The words that every format uses for the same thing; none of them is escaped yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from validator.analysis.access import Access, Disposition, Hop, Path
from validator.analysis.passages import shown
from validator.judge.finding import Finding, Verdict
from validator.model.storage import BucketKind
from validator.report.report import Report

UNUSED = "no workload in a VPC is seen to use S3"
"""Told where there is no access: then nothing was judged but endpoints and route tables."""
_FEW = 10
_ENDS = {
    Disposition.NO_ROUTE: "no route to",
    Disposition.BLACKHOLE: "goes nowhere:",
    Disposition.DNS_UNRESOLVED: "cannot resolve",
    Disposition.SECURITY_GROUP_DENIES: "does not let through:",
    Disposition.NETWORK_ACL_DENIES: "does not let through:",
    Disposition.ENDPOINT_POLICY_DENIES: "refused by the endpoint's policy:",
    Disposition.BUCKET_POLICY_DENIES: "refused by the bucket's policy:",
    Disposition.COPY_REFUSED: "refuses to copy:",
    Disposition.UNKNOWN: "not settled:",
}
_FILTERS = frozenset({"security-group", "network-acl"})
_UNTOLD = _FILTERS | {"s3", "nothing", "policy", "endpoint-policy", "bucket-policy", "copy"}
_CHANGES = {
    "introduced": "this change introduces it",
    "kept": "it was there before, and this change touches it",
    "before": "it was there before, and this change has nothing to do with it",
}


def label(finding: Finding) -> str:
    """The severity, and that it is not decided."""
    return finding.severity.value + (" (not decided)" if finding.verdict is Verdict.UNKNOWN else "")


def about(finding: Finding) -> str:
    """What a finding is about: workload and bucket, else its subject."""
    return f"{finding.workload} -> {finding.bucket}" if finding.workload else step_name(finding.subject)


def since(finding: Finding, report: Report) -> str | None:
    """What the change has to do with it; None where that says nothing: without a plan, and where all there is is new."""
    return _CHANGES[finding.change] if finding.change is not None and report.compares else None


def accepted(finding: Finding) -> str:
    """Why and until when a finding is accepted."""
    if finding.waiver is None:
        return "in the baseline"
    return f"waived: {finding.waiver.reason}" + (f" (until {finding.waiver.expires})" if finding.waiver.expires else "")


def verdict(report: Report) -> str:
    """How many findings there are, in words: "2 errors, 1 note", "no findings"; with what is accepted."""
    counts = [plural(count, name) for name, count in report.counts.items() if count]
    told = [f"{count} {name}" if name == "waived" else f"{count} in the baseline" for name, count in report.accepted.items() if count]
    return ", ".join([*(counts or ["no findings"]), *told])


def by_policy(report: Report) -> str | None:
    """How many open findings each policy has, where they are many: "9 s3-unreachable, 3 s3-through-nat-gateway"; None where they are few."""
    if len(report.open) <= _FEW:
        return None
    return ", ".join(f"{count} {name}" for name, count in Counter(one.policy for one in report.open).most_common())


def accesses(report: Report) -> str:
    """How many accesses there are and how they end: "3 accesses to S3 (1 no-route, 2 via-gateway-endpoint)"."""
    ends = ", ".join(f"{count} {name}" for name, count in report.dispositions.items())
    tables = any(one.bucket.kind is BucketKind.TABLE for one in report.analysis.accesses)
    whither = " to S3 and DynamoDB" if tables else " to S3"
    return plural(len(report.analysis.accesses), "access", "es") + whither + (f" ({ends})" if ends else "")


def plural(count: int, noun: str, ending: str = "s") -> str:
    """``1 error``, ``2 errors``."""
    return f"{count} {noun}{ending if count != 1 else ''}"


def chain(access: Access, path: Path) -> tuple[str, ...]:
    """The steps of a path: workload, subnet, route table, ..., and how it ends."""
    # A filter is told of where it stops the request, or may.
    last = path.hops[-1] if path.hops and not path.disposition.delivered else None
    steps = [step(hop) for hop in path.hops if hop.kind not in _UNTOLD or (hop is last and hop.kind in _FILTERS)]
    if not isinstance(access.position.subnet, str):
        steps.append("a subnet that is not settled")
    host = path.host.name
    return (*steps, host if path.disposition.delivered else f"{_ENDS.get(path.disposition, path.disposition.value)} {host}")


def step(hop: Hop) -> str:
    """A hop by its address, or its kind where it has none."""
    return hop.kind if hop.address is None else step_name(hop.address)


def step_name(address: str) -> str:
    """An address for people: what comes with a VPC, such as the main route table, has none of its own."""
    return f"main route table of {address.removesuffix('#main')}" if address.endswith("#main") else shown(address)


def ends_badly(found: Iterable[Path]) -> tuple[Path, ...]:
    """The paths that explain a finding: what does not arrive or is not decided, else what leaves the Region, else all."""
    paths = tuple(found)
    stopped = tuple(one for one in paths if one.disposition.delivered is not True)
    return stopped or tuple(one for one in paths if one.other_region is not False) or paths

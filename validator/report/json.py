"""The JSON report, ``s3reach/report/1``: a frozen copy of the inside, so that the inside can change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from validator.analysis.access import Access, Coverage
from validator.judge.finding import Finding, Waiver
from validator.model.storage import Bucket
from validator.report.report import Report
from validator.report.surroundings import Surroundings
from validator.source import SourceLocation
from validator.values import Cause, Unknown

Json: TypeAlias = "str | int | bool | list[Json] | Mapping[str, Json] | None"


def render(report: Report, _around: Surroundings | None = None) -> str:
    """The report as JSON, sorted, ending in a newline; the same wherever it is read."""
    document = {
        "schema": "s3reach/report/1",
        "tool": {"name": "s3reach", "version": report.version},
        "inputs": [{"path": one.path, "kind": one.kind, "detail": one.detail} for one in report.inputs],
        "accesses": [_access(one) for one in report.analysis.accesses],
        "findings": [_finding(one) for one in report.findings],
        "coverage": [_coverage(one) for one in report.analysis.coverage],
        "unread": [{"type": one.type, "count": one.count, "why": one.why} for one in report.unread],
        "notes": [_cause(cause) for cause in report.notes],
        "summary": {
            "accesses": len(report.analysis.accesses),
            "dispositions": report.dispositions,
            "findings": {**report.counts, **report.accepted},
            "exit_code": report.exit_code,
        },
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _access(access: Access) -> Json:
    workload, position, bucket, client = access.workload, access.position, access.bucket, access.client
    return {
        "id": access.id,
        "workload": {
            "address": workload.id,
            "kind": workload.kind,
            "region": _value(workload.region),
            "location": _location(workload.location),
        },
        "placement": {
            "subnet": _value(position.subnet),
            "route_table": _value(position.route_table),
            "vpc": _value(position.vpc),
            "region": _value(position.region),
            "tier": position.tier.value,
            "private": position.private,
        },
        "bucket": {
            "name": _name(bucket),
            "address": bucket.id if bucket.location is not None else None,
            "region": _value(bucket.region),
            "region_source": bucket.region_source,
            "owner": bucket.owner,
            "kind": bucket.kind.value,
        },
        "client": {"region": _value(client.region), "source": client.source},
        "hosts": [{"name": host.name, "region": _value(host.region)} for host in access.hosts],
        "disposition": access.disposition.value,
        "delivered": access.disposition.delivered,
        "hops": [
            {"kind": hop.kind, "address": hop.address, "why": hop.why, "location": _location(hop.location)}
            for path in access.paths
            for hop in path.hops
        ],
        "evidence": [{"kind": one.kind, "text": one.text, "location": _location(one.location)} for one in access.evidence],
        "causes": [_cause(cause) for cause in access.causes],
    }


def _name(bucket: Bucket) -> Json:
    if bucket.sensitive and isinstance(bucket.name, str):
        return _value(Unknown((Cause("is marked sensitive", bucket.id, bucket.location),)))
    return _value(bucket.name)


def _finding(finding: Finding) -> Json:
    return {
        "policy": finding.policy,
        "severity": finding.severity.value,
        "verdict": finding.verdict.value,
        "subject": finding.subject,
        "workload": finding.workload,
        "bucket": finding.bucket,
        "region": finding.region,
        "accesses": list(finding.accesses),
        "also": list(finding.also),
        "message": finding.message,
        "remedy": finding.remedy,
        "location": _location(finding.location),
        "fingerprint": finding.fingerprint,
        "status": finding.status,
        "waiver": _waiver(finding.waiver),
        "change": finding.change,
        "fails": finding.fails,
    }


def _waiver(waiver: Waiver | None) -> Json:
    if waiver is None:
        return None
    return {"reason": waiver.reason, "expires": waiver.expires, "location": _location(waiver.location)}


def _coverage(coverage: Coverage) -> Json:
    return {
        "vpc": _value(coverage.vpc),
        "subnet": coverage.subnet,
        "region": _value(coverage.region),
        "tier": coverage.tier.value,
        "route_table": _value(coverage.route_table),
        "gateway_endpoint": _value(coverage.gateway_endpoint),
        "interface_endpoint": _value(coverage.interface_endpoint),
    }


def _value(value: str | Unknown | None) -> Json:
    return {"unknown": [_cause(cause) for cause in value.causes]} if isinstance(value, Unknown) else value


def _cause(cause: Cause) -> Json:
    return {"reason": cause.reason, "subject": cause.subject, "location": _location(cause.location)}


def _location(location: SourceLocation | None) -> Json:
    if location is None:
        return None
    return {
        "path": location.path,
        "line": location.line,
        "column": location.column,
        "address": location.address,
        "attribute": location.attribute,
    }

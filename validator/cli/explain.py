"""``s3reach explain``: the same analysis, access by access."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Optional

import typer

from validator.cli.arguments import NoColor, with_options
from validator.cli.output import progress, surroundings, tell, write
from validator.options import Options


@with_options
def explain(
    options: Options,
    workload: Annotated[Optional[str], typer.Option("--workload", metavar="TEXT", help="Only workloads whose address contains this.")] = None,
    bucket: Annotated[Optional[str], typer.Option("--bucket", help="Only buckets whose name or address contains this.")] = None,
    no_color: NoColor = False,
) -> None:
    """Tell every access hop by hop, with the evidence."""
    from validator.pipeline import check as run_check  # noqa: PLC0415 - --help need not wait for the stages
    from validator.report import text  # noqa: PLC0415

    report = run_check(replace(options, fail_on="never"), progress())
    tell(report.remarks)
    wanted = tuple(
        access
        for access in report.analysis.accesses
        if (workload or "") in access.workload.id and ((bucket or "") in access.bucket.id or (bucket or "") in str(access.bucket.name))
    )
    unnamed = tuple(one for one in report.analysis.unnamed if (workload or "") in one[0] and not bucket)
    others = () if wanted else tuple(dict.fromkeys(f"{one.workload.id} -> {one.bucket.id}" for one in report.analysis.accesses))
    told = {one.id for one in wanted}
    findings = tuple(one for one in report.findings if told.intersection(one.accesses)) if workload or bucket else report.findings
    report = replace(report, findings=findings, analysis=replace(report.analysis, accesses=wanted, unnamed=unnamed))
    write([(None, text.explain(report, surroundings(None, no_color=no_color), others=others))])

"""``s3reach check``: the gate."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Optional

import typer

from validator.cli.arguments import FailOn, NoColor, with_options
from validator.cli.output import job_summary, progress, surroundings, targets, tell, write
from validator.options import Options
from validator.report.formats import FORMATS, rendered


@with_options
def check(
    options: Options,
    fail_on: Annotated[Optional[FailOn], typer.Option("--fail-on", help="Findings from here on fail the run.  [default: error]")] = None,
    baseline: Annotated[Optional[Path], typer.Option("--baseline", metavar="FILE", help="Findings in this file do not count.")] = None,
    write_baseline: Annotated[
        Optional[Path], typer.Option("--write-baseline", metavar="FILE", help="Write all that is found to a baseline, and let it pass.")
    ] = None,
    changed_only: Annotated[bool, typer.Option("--changed-only", help="Findings that a plan has nothing to do with do not count.")] = False,
    formats: Annotated[
        Optional[list[str]],
        typer.Option("-f", "--format", metavar="NAME[=FILE]", help=f"{', '.join(FORMATS)}; repeatable, each to its own file.  [default: text]"),
    ] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Findings and the last line only.")] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Every subnet, public ones too.")] = False,
    no_color: NoColor = False,
) -> None:
    """Judge what the inputs would build; the exit code is the gate.

    Example: terraform plan -out plan.out && terraform show -json plan.out > plan.json && s3reach check plan.json
    """
    from validator.pipeline import check as run_check  # noqa: PLC0415 - --help need not wait for the stages

    output = options.output
    wanted = targets(formats or output.formats or ["text"])
    # What is written holds all that is found, whatever an older one holds.
    compared = None if write_baseline else baseline or options.baseline
    options = replace(options, changed_only=changed_only or options.changed_only, baseline=compared)
    report = run_check(options.with_fail_on(fail_on.value) if fail_on else options, progress())
    quiet, verbose, no_color = quiet or output.quiet, verbose or output.verbose, no_color or not output.color
    written: list[tuple[str | None, str]] = []
    if write_baseline is not None:
        from validator.judge import baseline as baselines  # noqa: PLC0415

        written.append((str(write_baseline), baselines.render(report.findings)))
        report = replace(report, findings=baselines.held(report.findings))
    if options.live and options.live.record:
        written.append((str(options.live.record), report.network))
    tell(report.remarks)
    if any(name == "github" for name, _ in wanted):
        job_summary(report)
    around = {"no_color": no_color, "quiet": quiet, "verbose": verbose}
    write([*written, *((file, rendered(name, report, surroundings(file, **around))) for name, file in wanted)])
    raise typer.Exit(report.exit_code)

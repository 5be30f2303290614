"""``s3reach graph``: the picture of the network and its paths to S3."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

from validator.cli.arguments import with_options
from validator.cli.output import progress, tell, write
from validator.options import Options


class Notation(StrEnum):
    """What a picture is written in."""

    MERMAID = "mermaid"
    DOT = "dot"
    SVG = "svg"


class Only(StrEnum):
    """Which accesses are drawn."""

    ALL = "all"
    FAILING = "failing"


class Folding(StrEnum):
    """What is drawn as one."""

    NONE = "none"
    TIER = "tier"
    VPC = "vpc"


@with_options
def graph(
    options: Options,
    notation: Annotated[Notation, typer.Option("-f", "--format", help="What it is written in.")] = Notation.MERMAID,
    output: Annotated[Optional[Path], typer.Option("-o", "--output", metavar="FILE", help="Write it there.  [default: standard output]")] = None,
    only: Annotated[Only, typer.Option("--only", help="Only accesses that do not arrive, are not decided or have a finding.")] = Only.ALL,
    fold: Annotated[
        Optional[Folding],
        typer.Option("--fold", help="Draw the subnets of a tier, or a VPC, as one.  [default: as much as it takes to be read]"),
    ] = None,
) -> None:
    """Draw the network and its paths to S3.

    Example: s3reach graph plan.json --only failing -f svg -o paths.svg
    """
    from validator.pipeline import check as run_check  # noqa: PLC0415 - --help need not wait for the stages
    from validator.report.diagram import dot, mermaid, svg  # noqa: PLC0415
    from validator.report.diagram.drawing import diagram  # noqa: PLC0415
    from validator.report.diagram.model import Fold  # noqa: PLC0415

    report = run_check(options.with_fail_on("never"), progress())
    tell(report.remarks)
    drawn = diagram(report, fold=Fold(fold.value) if fold else None, failing=only is Only.FAILING)
    if not drawn.nodes:
        tell(["nothing to draw: " + ("no access fails" if only is Only.FAILING else "the inputs show no subnet, no S3 endpoint and no use of S3")])
    writers = {Notation.MERMAID: mermaid.render, Notation.DOT: dot.render, Notation.SVG: svg.render}
    write([(str(output) if output else None, writers[notation](drawn))])

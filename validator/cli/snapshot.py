"""``s3reach snapshot``: record what AWS says about a network, for checks without credentials."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Optional

import typer

from validator.cli.arguments import asking, options_of
from validator.cli.output import progress, tell, write
from validator.errors import UsageError


def snapshot(
    paths: Annotated[Optional[list[str]], typer.Argument(metavar="PATH...", help="Inputs: what they leave open is recorded.")] = None,
    region: Annotated[
        Optional[list[str]], typer.Option("--region", metavar="REGION", help="A Region to ask in, repeatable; without a PATH or VPC: all of it.")
    ] = None,
    vpc: Annotated[Optional[list[str]], typer.Option("--vpc", metavar="ID", help="A VPC to record whole, repeatable.")] = None,
    bucket: Annotated[Optional[list[str]], typer.Option("--bucket", metavar="NAME", help="A bucket whose Region to record, repeatable.")] = None,
    output: Annotated[Optional[Path], typer.Option("-o", "--output", metavar="FILE", help="[default: standard output]")] = None,
    parameter: Annotated[Optional[list[str]], typer.Option("-P", metavar="NAME=VALUE", help="A CloudFormation parameter, repeatable.")] = None,
    parameters: Annotated[Optional[Path], typer.Option("--parameters", metavar="FILE", help="CloudFormation parameters.")] = None,
    var_file: Annotated[Optional[list[Path]], typer.Option("--var-file", metavar="FILE", help="Terraform variables for module directories.")] = None,
    var: Annotated[Optional[list[str]], typer.Option("--var", metavar="NAME=VALUE", help="A Terraform variable, repeatable.")] = None,
    config: Annotated[
        Optional[Path], typer.Option("--config", metavar="FILE", help="Default: the nearest .s3reach.toml, else [tool.s3reach].")
    ] = None,
    profile: Annotated[
        Optional[list[str]],
        typer.Option("--profile", metavar="[WHO=]NAME", help="Credentials to ask with; WHO: a provider (aws.network), a stack or an account."),
    ] = None,
    role_arn: Annotated[Optional[list[str]], typer.Option("--role-arn", metavar="[WHO=]ARN", help="A role to ask as; WHO as above.")] = None,
    live_timeout: Annotated[float, typer.Option("--live-timeout", metavar="SECONDS", help="For all questions together.")] = 60.0,
    workloads: Annotated[bool, typer.Option("--workloads", help="Record the functions, instances and services in the VPCs too.")] = False,
    show_permissions: Annotated[bool, typer.Option("--show-permissions", help="Print the IAM policy that asking needs, and ask nothing.")] = False,
) -> None:
    """Record what exists, to check offline by it.

    The network that the inputs refer to, the named VPCs, or a whole Region. Only reads; writes one file without secrets.

    Example: s3reach snapshot plan.json -o network.json && s3reach check plan.json --network network.json
    """
    if show_permissions:
        from validator.live.calls import permissions  # noqa: PLC0415

        write([(None, permissions())])
        return
    from validator.pipeline import snapshot as run_snapshot  # noqa: PLC0415 - --help need not wait for the stages

    if not (paths or region):
        raise UsageError("nothing says what to record: give a PATH, or --region with --vpc, --bucket or by itself")
    options = options_of(paths, region, parameter, parameters, var_file=var_file, var=var, config=config)
    options = replace(options, network=None, max_age=None, live=replace(asking(profile, role_arn, live_timeout), workloads=workloads))
    found = run_snapshot(options, tuple(vpc or ()), tuple(bucket or ()), progress())
    write([(str(output) if output else None, found.written)])
    tell(found.remarks)
    raise typer.Exit(0 if found.answered else 1)

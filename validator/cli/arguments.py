"""The options that say what is asked: written once, taken by every command that reads inputs."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Concatenate, Optional, ParamSpec

import typer

from validator.errors import UsageError
from validator.options import Options
from validator.regions import is_region

P = ParamSpec("P")


class FailOn(StrEnum):
    """From which severity on findings make the exit code 1."""

    ERROR = "error"
    WARNING = "warning"
    NEVER = "never"


Folders = Annotated[Optional[list[Path]], typer.Option("--policies", help="A folder with more policies, repeatable.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="No terminal colours (NO_COLOR does the same).")]


def options_of(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...",
            help="A Terraform plan or state (terraform show -json), a Terraform module directory, a CloudFormation template, "
            "a directory of templates, a cdk.out folder, or - for standard input.",
        ),
    ],
    region: Annotated[
        Optional[list[str]],
        typer.Option("--region", help="CloudFormation: the Region to judge in, repeatable. Terraform: of a provider that names none."),
    ] = None,
    parameter: Annotated[Optional[list[str]], typer.Option("-P", metavar="NAME=VALUE", help="A CloudFormation parameter, repeatable.")] = None,
    parameters: Annotated[
        Optional[Path],
        typer.Option("--parameters", help="CloudFormation parameters: a file of the AWS CLI, CodePipeline or git sync, or samconfig.toml."),
    ] = None,
    every_allowed_value: Annotated[
        bool,
        typer.Option("--every-allowed-value", help="CloudFormation: judge every allowed value of parameters without one; what differs is undecided."),
    ] = False,
    source: Annotated[
        Optional[Path],
        typer.Option("--source", metavar="DIR", help="The module directory that a plan came from.  [default: found beside the plan or here]"),
    ] = None,
    var_file: Annotated[Optional[list[Path]], typer.Option("--var-file", help="Terraform variables for module directories, repeatable.")] = None,
    var: Annotated[Optional[list[str]], typer.Option("--var", metavar="NAME=VALUE", help="A Terraform variable, repeatable.")] = None,
    var_env: Annotated[bool, typer.Option("--var-env", help="Take Terraform variables from TF_VAR_NAME too.")] = False,
    policies: Folders = None,
    select: Annotated[Optional[str], typer.Option("--select", metavar="ID,...", help="Only these policies.")] = None,
    ignore: Annotated[Optional[str], typer.Option("--ignore", metavar="ID,...", help="Not these policies.")] = None,
    config: Annotated[Optional[Path], typer.Option("--config", help="Default: the nearest .s3reach.toml, else [tool.s3reach].")] = None,
) -> Options:
    """What the command line and the configuration file ask for; the command line wins. Raises S3ReachError with every mistake."""
    from validator.configuration import load  # noqa: PLC0415 - --help need not wait for it
    from validator.configuration.merge import options_of as merged  # noqa: PLC0415
    from validator.configuration.settings import Section  # noqa: PLC0415
    from validator.parameters import pairs  # noqa: PLC0415

    mistakes = [f"--region must be a Region such as eu-west-1, got {name}" for name in region or () if not is_region(name)]
    if source is not None and not source.is_dir():
        mistakes.append(f"--source must be a module directory, got {source}")
    if mistakes:
        raise UsageError(*mistakes)
    section = Section(
        regions=tuple(region) if region else None,
        parameters=(*((parameters,) if parameters else ()), pairs(parameter or (), "-P")),
        source=source,
        variables=(*(var_file or ()), pairs(var or (), "--var")),
        variables_from_environment=var_env or None,
        select=_ids(select),
        ignore=_ids(ignore),
    )
    options = merged(paths, section, load(config, Path.cwd()), policies or ())
    return replace(options, every_allowed_value=True) if every_allowed_value else options


def with_options(command: Callable[Concatenate[Options, P], None]) -> Callable[..., None]:
    """``command`` as typer sees it: with the parameters of ``options_of``, which become its first argument, before its own."""
    shared = inspect.signature(options_of, eval_str=True).parameters
    _, *own = inspect.signature(command, eval_str=True).parameters.values()

    @functools.wraps(command)
    def asked(**given: object) -> None:
        options = options_of(**{name: given.pop(name) for name in shared})  # type: ignore[arg-type]
        command(options, **given)  # type: ignore[call-arg, arg-type]

    asked.__signature__ = inspect.Signature([*shared.values(), *own])  # type: ignore[attr-defined]
    return asked


def _ids(written: str | None) -> tuple[str, ...] | None:
    return tuple(part.strip() for part in (written or "").split(",") if part.strip()) or None

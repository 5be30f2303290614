"""The options that say what is asked: written once, taken by every command that reads inputs."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Concatenate, Optional, ParamSpec

import typer

from validator.errors import UsageError
from validator.options import EVIDENCE, Live, Options
from validator.regions import is_region

P = ParamSpec("P")
_LONGEST = 86400.0


class FailOn(StrEnum):
    """From which severity on findings make the exit code 1."""

    ERROR = "error"
    WARNING = "warning"
    NEVER = "never"


Folders = Annotated[Optional[list[Path]], typer.Option("--policies", metavar="DIR", help="A folder with more policies, repeatable.")]
Packs = Annotated[Optional[list[str]], typer.Option("--pack", metavar="NAME", help="Shipped policies that are off by default: dynamodb.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="No terminal colours (NO_COLOR does the same).")]

# Told with the command: click 8.3 forgets the help of an argument.
_PATHS = """PATH: a Terraform plan or state (terraform show -json), a Terraform module directory, a CloudFormation template, a directory of
templates, a cdk.out folder, or - for standard input. None, with --network: the recorded network itself."""


def options_of(
    paths: Annotated[
        Optional[list[str]],
        typer.Argument(metavar="PATH..."),
    ] = None,
    region: Annotated[
        Optional[list[str]],
        typer.Option(
            "--region", metavar="REGION", help="CloudFormation: the Region to judge in, repeatable. Terraform: of a provider that names none."
        ),
    ] = None,
    parameter: Annotated[
        Optional[list[str]], typer.Option("-P", metavar="NAME=VALUE", help="A CloudFormation parameter, of one stack STACK/NAME=VALUE, repeatable.")
    ] = None,
    parameters: Annotated[
        Optional[Path],
        typer.Option(
            "--parameters", metavar="FILE", help="CloudFormation parameters: a file of the AWS CLI, CodePipeline or git sync, or samconfig.toml."
        ),
    ] = None,
    every_allowed_value: Annotated[
        bool,
        typer.Option("--every-allowed-value", help="CloudFormation: judge every allowed value of parameters without one; what differs is undecided."),
    ] = False,
    source: Annotated[
        Optional[Path],
        typer.Option("--source", metavar="DIR", help="The module directory that a plan came from.  [default: found beside the plan or here]"),
    ] = None,
    var_file: Annotated[
        Optional[list[Path]], typer.Option("--var-file", metavar="FILE", help="Terraform variables for module directories, repeatable.")
    ] = None,
    var: Annotated[Optional[list[str]], typer.Option("--var", metavar="NAME=VALUE", help="A Terraform variable, repeatable.")] = None,
    var_env: Annotated[bool, typer.Option("--var-env", help="Take Terraform variables from TF_VAR_NAME too.")] = False,
    policies: Folders = None,
    pack: Packs = None,
    select: Annotated[Optional[str], typer.Option("--select", metavar="ID,...", help="Only these policies.")] = None,
    ignore: Annotated[Optional[str], typer.Option("--ignore", metavar="ID,...", help="Not these policies.")] = None,
    evidence: Annotated[
        Optional[str],
        typer.Option("--evidence", metavar="KIND,...", help=f"Only accesses with evidence of these kinds: {', '.join(EVIDENCE)}.  [default: all]"),
    ] = None,
    config: Annotated[
        Optional[Path], typer.Option("--config", metavar="FILE", help="Default: the nearest .s3reach.toml, else [tool.s3reach].")
    ] = None,
    skip_others: Annotated[
        bool, typer.Option("--skip-others", help="Leave files alone that are no input; of Terraform sources, judge the root module.")
    ] = False,
    network: Annotated[Optional[Path], typer.Option("--network", metavar="FILE", help="A recorded network: see s3reach snapshot.")] = None,
    max_age: Annotated[Optional[float], typer.Option("--max-age", metavar="DAYS", help="Refuse a recorded network that is older.")] = None,
    live: Annotated[bool, typer.Option("--live", help="Ask AWS, read-only, for what the inputs leave open.")] = False,
    record: Annotated[Optional[Path], typer.Option("--record", metavar="FILE", help="With --live: write what AWS said, for --network.")] = None,
    profile: Annotated[
        Optional[list[str]],
        typer.Option("--profile", metavar="[WHO=]NAME", help="Credentials to ask with; WHO: a provider (aws.network), a stack or an account."),
    ] = None,
    role_arn: Annotated[Optional[list[str]], typer.Option("--role-arn", metavar="[WHO=]ARN", help="A role to ask as; WHO as above.")] = None,
    live_timeout: Annotated[float, typer.Option("--live-timeout", metavar="SECONDS", help="For all questions to AWS together.")] = 60.0,
) -> Options:
    """What the command line and the configuration file ask for; the command line wins. Raises S3ReachError with every mistake."""
    from validator.configuration import load  # noqa: PLC0415 - --help need not wait for it
    from validator.configuration.merge import options_of as merged  # noqa: PLC0415
    from validator.configuration.settings import Section  # noqa: PLC0415
    from validator.parameters import pairs  # noqa: PLC0415

    _refuse(region or (), source, evidence, network, record, live=live)
    section = Section(
        regions=tuple(region) if region else None,
        parameters=(*((parameters,) if parameters else ()), pairs(parameter or (), "-P")),
        source=source,
        variables=(*(var_file or ()), pairs(var or (), "--var")),
        variables_from_environment=var_env or None,
        select=_ids(select),
        ignore=_ids(ignore),
    )
    if skip_others:
        from validator.frontends.sniffing import worth_judging  # noqa: PLC0415

        paths = list(worth_judging(paths or ()))
        if not paths:
            raise typer.Exit
    options = merged(paths or (), section, load(config, Path.cwd()), policies or ())
    options = replace(options, packs=(*options.packs, *(pack or ())))
    options = replace(options, every_allowed_value=True) if every_allowed_value else options
    kinds = _ids(evidence)
    options = replace(options, declared=replace(options.declared, evidence=kinds)) if kinds else options
    asked = asking(profile, role_arn, live_timeout, record) if live else None
    max_age = options.max_age if max_age is None else max_age
    return replace(options, network=network or options.network, max_age=max_age, live=asked)


def _refuse(regions: Sequence[str], source: Path | None, evidence: str | None, network: Path | None, record: Path | None, *, live: bool) -> None:
    """Raise UsageError with every option that cannot be used, or not with another."""
    mistakes = [f"--region must be a Region such as eu-west-1, got {name}" for name in regions if not is_region(name)]
    if source is not None and not source.is_dir():
        mistakes.append(f"--source must be a module directory, got {source}")
    mistakes += [f"--evidence must be of {', '.join(EVIDENCE)}, got {kind}" for kind in _ids(evidence) or () if kind not in EVIDENCE]
    if network is not None and live:
        mistakes.append("--live asks AWS anew, --network asks nobody: give one of them")
    if record is not None and not live:
        mistakes.append("--record writes what AWS said, and goes with --live")
    if mistakes:
        raise UsageError(*mistakes)


def asking(profiles: Sequence[str] | None, roles: Sequence[str] | None, timeout: float, record: Path | None = None) -> Live:
    """How AWS is asked. Raises UsageError."""
    if not 0 < timeout < _LONGEST:
        raise UsageError(f"--live-timeout must be a number of seconds above 0, got {timeout:g}")
    return Live(_by_asker(profiles), _by_asker(roles), timeout, record)


def _by_asker(written: Sequence[str] | None) -> dict[str, str]:
    """``WHO=VALUE``, or a value for all others."""
    pairs = [one.rpartition("=") for one in written or ()]
    return {who: value for who, _, value in pairs}


def with_options(command: Callable[Concatenate[Options, P], None]) -> Callable[..., None]:
    """``command`` as typer sees it: with the parameters of ``options_of``, which become its first argument, before its own."""
    shared = inspect.signature(options_of, eval_str=True).parameters
    _, *own = inspect.signature(command, eval_str=True).parameters.values()

    @functools.wraps(command)
    def asked(**given: object) -> None:
        options = options_of(**{name: given.pop(name) for name in shared})  # type: ignore[arg-type]
        if not options.paths and options.network is None:
            raise UsageError("no input is named: give a PATH, or a recorded network with --network FILE")
        command(options, **given)  # type: ignore[call-arg, arg-type]

    asked.__doc__ = f"{inspect.getdoc(command)}\n\n{_PATHS}"
    asked.__signature__ = inspect.Signature([*shared.values(), *own])  # type: ignore[attr-defined]
    return asked


def _ids(written: str | None) -> tuple[str, ...] | None:
    return tuple(part.strip() for part in (written or "").split(",") if part.strip()) or None

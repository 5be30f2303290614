"""The command line: options in, a report out, nothing decided here."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

from validator import __version__
from validator.errors import S3ReachError, UsageError
from validator.options import Options
from validator.regions import is_region

app = typer.Typer(
    name="s3reach",
    help="Prove, before anything is deployed, that every private workload reaches its S3 buckets inside its own Region.",
    epilog="Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 the question could not be asked.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


class FailOn(StrEnum):
    """From which severity on findings make the exit code 1."""

    ERROR = "error"
    WARNING = "warning"
    NEVER = "never"


class Document(StrEnum):
    """What ``schema`` describes."""

    REPORT = "report"
    POLICY = "policy"
    CONFIG = "config"


_FORMATS = ("text", "json")

Paths = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH...",
        help="A Terraform plan or state (terraform show -json), a Terraform module directory, a CloudFormation template, "
        "a directory of templates, a cdk.out folder, or - for standard input.",
    ),
]
Regions = Annotated[
    Optional[list[str]],
    typer.Option("--region", help="CloudFormation: the Region to judge in, repeatable. Terraform: of a provider that names none."),
]
Parameters = Annotated[Optional[list[str]], typer.Option("-P", metavar="NAME=VALUE", help="A CloudFormation parameter, repeatable.")]
ParameterFile = Annotated[
    Optional[Path],
    typer.Option("--parameters", help="CloudFormation parameters: a file of the AWS CLI, CodePipeline or git sync, or samconfig.toml."),
]
Source = Annotated[
    Optional[Path],
    typer.Option("--source", metavar="DIR", help="The module directory that a plan came from.  [default: found beside the plan or here]"),
]
VariableFiles = Annotated[Optional[list[Path]], typer.Option("--var-file", help="Terraform variables for module directories, repeatable.")]
Variables = Annotated[Optional[list[str]], typer.Option("--var", metavar="NAME=VALUE", help="A Terraform variable, repeatable.")]
VariableEnvironment = Annotated[bool, typer.Option("--var-env", help="Take Terraform variables from TF_VAR_NAME too.")]
EveryValue = Annotated[
    bool,
    typer.Option("--every-allowed-value", help="CloudFormation: judge every allowed value of parameters without one; what differs is undecided."),
]
Folders = Annotated[Optional[list[Path]], typer.Option("--policies", help="A folder with more policies, repeatable.")]
Select = Annotated[Optional[str], typer.Option("--select", metavar="ID,...", help="Only these policies.")]
Ignore = Annotated[Optional[str], typer.Option("--ignore", metavar="ID,...", help="Not these policies.")]
Config = Annotated[Optional[Path], typer.Option("--config", help="Default: the nearest .s3reach.toml, else [tool.s3reach].")]
NoColor = Annotated[bool, typer.Option("--no-color", help="No terminal colours (NO_COLOR does the same).")]


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    """Prove, before anything is deployed, that every private workload reaches its S3 buckets inside its own Region."""
    if version:
        typer.echo(f"s3reach {__version__}")
        raise typer.Exit


@app.command()
def check(
    paths: Paths,
    region: Regions = None,
    parameter: Parameters = None,
    parameters: ParameterFile = None,
    every_allowed_value: EveryValue = False,
    source: Source = None,
    var_file: VariableFiles = None,
    var: Variables = None,
    var_env: VariableEnvironment = False,
    policies: Folders = None,
    select: Select = None,
    ignore: Ignore = None,
    config: Config = None,
    fail_on: Annotated[Optional[FailOn], typer.Option("--fail-on", help="Findings from here on fail the run.  [default: error]")] = None,
    formats: Annotated[
        Optional[list[str]],
        typer.Option("-f", "--format", metavar="NAME[=FILE]", help="text or json, repeatable, each to its own file.  [default: text]"),
    ] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Findings and the last line only.")] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Every subnet, public ones too.")] = False,
    no_color: NoColor = False,
) -> None:
    """Judge what the inputs would build; the exit code is the gate.

    Example: terraform plan -out plan.out && terraform show -json plan.out > plan.json && s3reach check plan.json
    """
    from validator.pipeline import check as run_check  # noqa: PLC0415 - --help need not wait for the stages

    targets = _targets(formats or ["text"])
    options = _options(paths, region, parameter, parameters, policies, select, ignore, config, fail_on)
    options = _with_variables(options, source, var_file or (), var or (), environment=var_env)
    options = replace(options, every_allowed_value=every_allowed_value)
    report = run_check(options, _progress())
    color = _color(no_color=no_color)
    rendered: list[tuple[str | None, str]] = []
    for name, file in targets:
        if name == "json":
            from validator.report import json as as_json  # noqa: PLC0415

            rendered.append((file, as_json.render(report)))
        else:
            from validator.report import text  # noqa: PLC0415

            rendered.append((file, text.render(report, color=color and file is None, quiet=quiet, verbose=verbose)))
    _write(rendered)
    raise typer.Exit(report.exit_code)


@app.command()
def explain(
    paths: Paths,
    workload: Annotated[Optional[str], typer.Option("--workload", help="Only workloads whose address contains this.")] = None,
    bucket: Annotated[Optional[str], typer.Option("--bucket", help="Only buckets whose name or address contains this.")] = None,
    region: Regions = None,
    parameter: Parameters = None,
    parameters: ParameterFile = None,
    every_allowed_value: EveryValue = False,
    source: Source = None,
    var_file: VariableFiles = None,
    var: Variables = None,
    var_env: VariableEnvironment = False,
    policies: Folders = None,
    select: Select = None,
    ignore: Ignore = None,
    config: Config = None,
    no_color: NoColor = False,
) -> None:
    """Tell the same analysis access by access: every hop and the evidence for it."""
    from validator.pipeline import check as run_check  # noqa: PLC0415
    from validator.report import text  # noqa: PLC0415

    options = _options(paths, region, parameter, parameters, policies, select, ignore, config, FailOn.NEVER)
    options = _with_variables(options, source, var_file or (), var or (), environment=var_env)
    options = replace(options, every_allowed_value=every_allowed_value)
    report = run_check(options, _progress())
    wanted = tuple(
        access
        for access in report.analysis.accesses
        if (workload or "") in access.workload.id and ((bucket or "") in access.bucket.id or (bucket or "") in str(access.bucket.name))
    )
    report = replace(report, analysis=replace(report.analysis, accesses=wanted))
    _write([(None, text.explain(report, color=_color(no_color=no_color)))])


@app.command()
def policies(
    policy: Annotated[Optional[str], typer.Argument(metavar="[ID]", help="One policy in full.")] = None,
    folders: Folders = None,
    form: Annotated[str, typer.Option("--format", help="text, markdown or json.")] = "text",
) -> None:
    """Show the policy catalogue, or one policy in full."""
    from validator.judge.catalogue import as_json, as_markdown, in_full  # noqa: PLC0415
    from validator.judge.policy import load_policies  # noqa: PLC0415
    from validator.report.text import catalogue  # noqa: PLC0415

    found = load_policies(tuple(folders or ()))
    if policy is not None:
        found = tuple(one for one in found if one.id == policy)
        if not found:
            raise UsageError(f"there is no policy {policy}; see: s3reach policies")
    match form:
        case "json":
            written = as_json(found)
        case "markdown":
            written = as_markdown(found)
        case "text":
            written = in_full(found[0]) if policy else catalogue([(one.id, one.severity.value, one.title) for one in found])
        case _:
            raise UsageError(f"--format must be text, markdown or json, got {form}")
    _write([(None, written)])


@app.command()
def schema(document: Annotated[Document, typer.Argument(help="report, policy or config")]) -> None:
    """Print the JSON Schema of what s3reach writes and reads."""
    import importlib.resources  # noqa: PLC0415

    _write([(None, (importlib.resources.files("validator.report") / "schemas" / f"{document.value}.json").read_text("utf-8"))])


def run() -> int:
    """Run the command line; the exit code. Mistakes are one line each on standard error."""
    try:
        # click hands the code of typer.Exit back instead of raising it.
        code = app(standalone_mode=False)
    except S3ReachError as error:
        for mistake in error.mistakes:
            sys.stderr.write(f"s3reach: {_printable(mistake)}\n")
        return 2
    except typer.Exit as error:
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write("s3reach: stopped\n")
        return 2
    except BrokenPipeError:
        # Whoever read the report has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    except Exception as error:
        from click.exceptions import ClickException  # noqa: PLC0415

        if not isinstance(error, ClickException):
            raise
        error.show()
        return 2
    return code if isinstance(code, int) else 0


def _options(
    paths: Sequence[str],
    regions: Sequence[str] | None,
    parameter: Sequence[str] | None,
    parameters: Path | None,
    policies: Sequence[Path] | None,
    select: str | None,
    ignore: str | None,
    config: Path | None,
    fail_on: FailOn | None,
) -> Options:
    from validator.configuration import load  # noqa: PLC0415
    from validator.parameters import pairs, parameters_of  # noqa: PLC0415

    settings = load(config, Path.cwd())
    chosen = tuple(regions or settings.regions)
    mistakes = [f"--region must be a Region such as eu-west-1, got {name}" for name in chosen if not is_region(name)]
    if mistakes:
        raise UsageError(*mistakes)
    return Options(
        paths=tuple(dict.fromkeys(paths)),
        regions=tuple(dict.fromkeys(chosen)),
        parameters={**(parameters_of(parameters) if parameters else {}), **pairs(parameter or (), "-P")},
        policies=(*settings.policies, *(policies or ())),
        select=_ids(select) or settings.select,
        ignore=_ids(ignore) or settings.ignore,
        buckets=settings.buckets,
        severities=settings.severities,
        fail_on=(fail_on.value if fail_on else settings.fail_on or "error"),  # type: ignore[arg-type]
    )


def _with_variables(options: Options, source: Path | None, files: Sequence[Path], variables: Sequence[str], *, environment: bool) -> Options:
    from validator.parameters import pairs  # noqa: PLC0415

    if source is not None and not source.is_dir():
        raise UsageError(f"--source must be a module directory, got {source}")
    return replace(options, source=source, variable_files=tuple(files), variables=pairs(variables, "--var"), variables_from_environment=environment)


def _ids(written: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (written or "").split(",") if part.strip())


def _targets(formats: Sequence[str]) -> list[tuple[str, str | None]]:
    targets: list[tuple[str, str | None]] = []
    for written in formats:
        name, equals, file = written.partition("=")
        if name not in _FORMATS:
            raise UsageError(f"--format must be one of {', '.join(_FORMATS)}, got {name}")
        if equals and not file:
            raise UsageError(f"--format {name}= names no file")
        targets.append((name, file or None))
    if sum(file is None for _, file in targets) > 1:
        raise UsageError("two formats go to standard output; give all but one a file: --format json=report.json")
    return targets


def _write(rendered: Sequence[tuple[str | None, str]]) -> None:
    """Files first: where one cannot be written, standard output holds nothing."""
    for file, text in sorted(rendered, key=lambda one: one[0] is None):
        if file is None:
            sys.stdout.buffer.write(text.encode("utf-8", "replace"))
            sys.stdout.flush()
            continue
        try:
            Path(file).write_text(text, "utf-8")
        except OSError as error:
            raise UsageError(f"{file}: cannot be written: {error.strerror or error}") from error


def _color(*, no_color: bool) -> bool:
    return not no_color and not os.environ.get("NO_COLOR") and sys.stdout.isatty()


def _progress() -> Callable[[str], None]:
    """Tell the stage on standard error, on a terminal and once a run takes longer than a second."""
    started = time.monotonic()

    def tell(stage: str) -> None:
        if sys.stderr.isatty() and time.monotonic() - started > 1:
            sys.stderr.write(f"s3reach: {_printable(stage)} ...\n")

    return tell


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)

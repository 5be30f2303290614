"""The command line: options in, a report out, nothing decided here."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer
from typer.core import TyperCommand

from validator.cli.catalogue import policies, schema
from validator.cli.check import check
from validator.cli.explain import explain
from validator.cli.graph import graph
from validator.cli.init import init
from validator.cli.serve import serve
from validator.cli.snapshot import snapshot
from validator.errors import S3ReachError
from validator.messages import printable
from validator.version import __version__


class _Command(TyperCommand):
    """A command whose help is plain text: with rich installed, typer escapes brackets for a markup that is off."""

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]
        """The help, with brackets as they are meant."""
        return super().get_help(ctx).replace("\\[", "[")


app = typer.Typer(
    name="s3reach",
    help="Prove, before anything is deployed, that every private workload reaches its S3 buckets inside its own Region.",
    epilog="Begin with: s3reach check PLAN.json, template.yaml, cdk.out or a module directory.\n\n"
    "Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 the question could not be asked.",
    no_args_is_help=True,
    add_completion=False,
    # click makes the suggestion already.
    suggest_commands=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    """Prove, before anything is deployed, that every private workload reaches its S3 buckets inside its own Region."""
    if version:
        typer.echo(f"s3reach {__version__}")
        raise typer.Exit


for command in (check, explain, graph, policies, schema, init, snapshot, serve):
    app.command(cls=_Command)(command)


def run() -> int:
    """Run the command line; the exit code. Mistakes are one line each on standard error."""
    try:
        # click hands the code of typer.Exit back instead of raising it.
        code = app(standalone_mode=False)
    except S3ReachError as error:
        for mistake in error.mistakes:
            sys.stderr.write(f"s3reach: {printable(mistake)}\n")
        return 2
    except typer.Exit as error:
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write("s3reach: stopped\n")
        return 2
    except (RecursionError, MemoryError) as error:
        held = "is nested too deeply" if isinstance(error, RecursionError) else "takes more memory than there is"
        sys.stderr.write(f"s3reach: the input {held} to be judged\n")
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

"""``s3reach policies`` and ``s3reach schema``: what it looks for, and what it writes and reads."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Optional

import typer

from validator.cli.arguments import Folders, Packs
from validator.cli.output import write
from validator.errors import UsageError
from validator.messages import did_you_mean


class Document(StrEnum):
    """What ``schema`` describes."""

    REPORT = "report"
    POLICY = "policy"
    CONFIG = "config"
    BASELINE = "baseline"
    NETWORK = "network"


def policies(
    policy: Annotated[Optional[str], typer.Argument(metavar="[ID]", help="One policy in full.")] = None,
    folders: Folders = None,
    pack: Packs = None,
    form: Annotated[str, typer.Option("--format", metavar="NAME", help="text, markdown or json.")] = "text",
) -> None:
    """Show the policy catalogue, or one policy in full."""
    from validator.judge.catalogue import as_json, as_markdown, in_full  # noqa: PLC0415
    from validator.judge.policy import load_policies  # noqa: PLC0415
    from validator.report.text import catalogue  # noqa: PLC0415

    found = load_policies(tuple(folders or ()), tuple(pack or ()))
    if policy is not None:
        known, found = [one.id for one in found], tuple(one for one in found if one.id == policy)
        if not found:
            raise UsageError(f"there is no policy {policy}{did_you_mean(policy, known)}; see: s3reach policies")
    match form:
        case "json":
            written = as_json(found)
        case "markdown":
            written = as_markdown(found)
        case "text":
            written = in_full(found[0]) if policy else catalogue([(one.id, one.severity.value, one.title) for one in found])
        case _:
            raise UsageError(f"--format must be text, markdown or json, got {form}")
    write([(None, written)])


def schema(document: Annotated[Document, typer.Argument(help="report, policy, config, baseline or network")]) -> None:
    """Print the JSON Schema of what s3reach writes and reads."""
    if document is Document.CONFIG:
        from validator.configuration.schema import schema as of_configuration  # noqa: PLC0415

        write([(None, of_configuration())])
        return
    if document is Document.NETWORK:
        from validator.frontends.snapshot.document import schema as of_network  # noqa: PLC0415

        write([(None, of_network())])
        return
    import importlib.resources  # noqa: PLC0415

    write([(None, (importlib.resources.files("validator.report") / "schemas" / f"{document.value}.json").read_text("utf-8"))])

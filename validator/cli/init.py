"""``s3reach init``: a configuration file to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from validator.cli.output import write
from validator.errors import UsageError


def init(folder: Annotated[Path, typer.Argument(metavar="[FOLDER]", help="Where to write it.  [default: here]")] = Path()) -> None:
    """Write a commented configuration file.

    It names what is found in the folder to judge. A configuration that is there stays as it is.
    """
    from validator.configuration import NAME, settings_in  # noqa: PLC0415 - --help need not wait for it
    from validator.configuration.starter import found_in, starter  # noqa: PLC0415

    if not folder.is_dir():
        raise UsageError(f"{folder}: is no folder")
    file = folder / NAME
    there = settings_in(folder)
    if there is not None:
        raise UsageError(f"{there}: is there already, and stays as it is")
    found = found_in(folder)
    told = [f"wrote {file}: all of it is comments, so nothing changes yet"]
    told += [f"judge {one.kind}: {one.command}" for one in found if one.path.isprintable()] or ["found nothing to judge here yet"]
    write([(str(file), starter(found)), (None, "\n".join(told) + "\n")])

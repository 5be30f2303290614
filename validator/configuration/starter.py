"""The configuration file that ``init`` writes: every setting as a comment, and what is found in the folder."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from validator.configuration.keys import KEYS, RECORDS, Key
from validator.frontends.reading import is_assembly
from validator.frontends.sniffing import Kind, is_root_module, kind_of
from validator.frontends.sources import is_source

_SKIPPED = frozenset({"node_modules", "venv", "__pycache__", "build", "dist", "target", "vendor"})
_DEEPEST = 8
_MOST_FILES = 50_000
_MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Found:
    """Something that can be judged: its path from the folder, what it is, and files of variables beside it."""

    path: str
    kind: Kind
    variables: tuple[str, ...] = ()

    @property
    def command(self) -> str:
        """How to judge it."""
        variables = [part for one in self.variables for part in ("--var-file", one)]
        region = ["--region", "REGION"] if self.kind == "CloudFormation template" else []
        return shlex.join(["s3reach", "check", self.path, *variables, *region])


def found_in(folder: Path) -> tuple[Found, ...]:
    """What there is to judge in a folder and below it, sorted: cloud assemblies, root modules, templates, plans."""
    return tuple(sorted(_walked(folder), key=lambda one: (one.kind, one.path)))


def _walked(folder: Path) -> Iterator[Found]:
    seen = 0
    for place, folders, files in os.walk(folder):
        here = Path(place)
        depth = len(here.relative_to(folder).parts)
        assembly = "manifest.json" in files and is_assembly(here)
        folders[:] = [] if assembly or depth >= _DEEPEST else sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
        seen += len(files)
        if seen > _MOST_FILES:
            return
        if assembly:
            yield Found(_shown(here, folder), "CDK cloud assembly")
        else:
            yield from _of_files(here, folder, sorted(files))


def _of_files(here: Path, folder: Path, files: list[str]) -> Iterator[Found]:
    if any(is_source(name) for name in files) and is_root_module(here):
        named = [name for name in files if name.endswith(".tfvars") and name != "terraform.tfvars" and not name.endswith(".auto.tfvars")]
        yield Found(_shown(here, folder), "Terraform root module", (_shown(here / named[0], folder),) if len(named) == 1 else ())
    for name in files:
        kind = None if is_source(name) else kind_of(here / name)
        if kind:
            yield Found(_shown(here / name, folder), kind)


def _shown(place: Path, folder: Path) -> str:
    return place.relative_to(folder).as_posix()


def starter(found: Iterable[Found]) -> str:
    """The text of a configuration file in which everything is a comment."""
    listed = [one for one in found if one.path.isprintable()]
    lines = [
        "# s3reach: every setting, as it is called on the command line too; what stands here holds from this folder down.",
        "# Editors complete it by its schema: s3reach schema config > .s3reach.schema.json, and as the first line",
        "# #:schema ./.s3reach.schema.json",
        "#",
    ]
    if listed:
        lines += ["# Found here, and how to judge it:", *(f"#   {one.command}    # {one.kind}" for one in listed[:_MOST_SHOWN])]
        lines += [f"#   and {len(listed) - _MOST_SHOWN} more"] if len(listed) > _MOST_SHOWN else []
    else:
        lines += ["# No root module, template, plan or cloud assembly is found here yet."]
    lines += [line for key in KEYS if not key.is_table for line in ("", f"# {_sentence(key.about)}", f"# {key.name} = {key.example}")]
    lines += [line for key in KEYS if key.is_table for line in ("", *_table(key))]
    lines += ["", *_section(listed)]
    for record in RECORDS:
        lines += ["", f"# {_sentence(record.about)}", f"# [[{record.name}]]"]
        lines += [f"# {key.name} = {key.example}    # {key.about}{'' if key.required else ' (may be left out)'}" for key in record.keys]
    return "\n".join(lines) + "\n"


def _table(key: Key) -> Iterator[str]:
    yield f"# {_sentence(key.about)}"
    yield f"# [{key.name}]"
    yield f"# {key.example.removeprefix('{ ').removesuffix(' }')}"


def _section(found: Iterable[Found]) -> Iterator[str]:
    named = ", ".join(key.name for key in KEYS if key.per_path)
    example = next((one for one in found if one.kind == "Terraform root module" and one.path != "."), None)
    yield f"# What holds for the inputs under a path, over what stands above; later sections over earlier ones. There may be {named}."
    yield f"# [path.{_quoted(f'{example.path}/**' if example else 'infra/prod/**')}]"
    yield '# fail-on = "warning"'
    if example is not None and example.variables:
        yield f"# var-file = [{', '.join(map(_quoted, example.variables))}]"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."

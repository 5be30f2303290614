"""The values of a root module's variables, in Terraform's precedence.

Source: https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from validator.errors import InputError
from validator.files import bytes_of
from validator.frontends.terraform.constraints import Simple
from validator.frontends.terraform.evaluate import Scope, value_of
from validator.frontends.terraform.functions.files import Tree
from validator.frontends.terraform.json_syntax import parse_values
from validator.frontends.terraform.modules import Module
from validator.frontends.terraform.parse import parse_expression, parse_file
from validator.frontends.terraform.symbolic import EvaluationError, Result
from validator.options import Assignments


@dataclass(frozen=True, slots=True)
class Given:
    """What is said of variables: files, assignments ``NAME=VALUE``, and whether the environment counts; the ``configured`` ones below these."""

    files: tuple[Path, ...] = ()
    assignments: Mapping[str, str] | None = None
    environment: bool = False
    configured: tuple[Assignments, ...] = ()


def root_variables(module: Module, given: Given, tree: Tree, shown: str) -> Mapping[str, Result]:
    """The values that are given, not defaults. Raises InputError for files that cannot be read and names that are not declared."""
    found: dict[str, Result] = {}
    if given.environment:
        texts = {name: os.environ[f"TF_VAR_{name}"] for name in module.variables if f"TF_VAR_{name}" in os.environ}
        found |= _assigned(module, texts, tree, "TF_VAR_")
    for one in (*_automatic(module.place), *given.configured, *given.files):
        if isinstance(one, Path):
            found |= _of_file(one, tree, shown_of(one, module.place, shown))
        else:
            # A configuration speaks to every module below it; each takes what it declares.
            found |= _assigned(module, {name: text for name, text in one.items() if name in module.variables}, tree, "[var] ")
    assignments = given.assignments or {}
    unknown = sorted(name for name in assignments if name not in module.variables)
    if unknown:
        raise InputError(*(f'{shown}: has no variable "{name}", which --var sets' for name in unknown))
    return {name: value for name, value in {**found, **_assigned(module, assignments, tree, "--var ")}.items() if name in module.variables}


def shown_of(file: Path, place: Path, shown: str) -> str:
    """A file's path as people know it."""
    return f"{shown}/{file.name}" if file.parent == place and shown != "." else str(file) if file.parent != place else file.name


def _automatic(place: Path) -> Sequence[Path]:
    names = sorted(one.name for one in place.iterdir() if one.name.endswith((".auto.tfvars", ".auto.tfvars.json")))
    return [place / name for name in ("terraform.tfvars", "terraform.tfvars.json", *names) if (place / name).is_file()]


def _of_file(file: Path, tree: Tree, shown: str) -> Mapping[str, Result]:
    try:
        text = bytes_of(file).decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{shown}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{shown}: is not UTF-8 at byte {error.start}") from error
    attributes = parse_values(shown, text) if file.name.endswith(".json") else parse_file(shown, text).attributes
    return {name: value_of(attribute.expression, Scope(_nothing, tree, shown)) for name, attribute in attributes.items()}


def _assigned(module: Module, texts: Mapping[str, str], tree: Tree, where: str) -> Mapping[str, Result]:
    """Values of the command line: text for strings, expressions for all else."""
    found: dict[str, Result] = {}
    for name, text in texts.items():
        if isinstance(module.variables[name].constraint, Simple):
            found[name] = text
        else:
            found[name] = value_of(parse_expression(f"{where}{name}", text, (1, 1)), Scope(_nothing, tree, f"{where}{name}"))
    return found


def _nothing(name: str) -> Result:
    message = f'must be a constant, and refers to "{name}"'
    raise EvaluationError(message)

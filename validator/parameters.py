"""Files with the parameters of CloudFormation stacks, in every form that the tools around it write."""

from __future__ import annotations

import json
import shlex
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from validator.errors import InputError, UsageError

_EXPECTED = "expected a list of ParameterKey and ParameterValue, or a mapping"


def parameters_of(file: Path) -> dict[str, str]:
    """The parameters in a file. Raises InputError where it holds none.

    Forms: the AWS CLI's list of ParameterKey and ParameterValue, or of ``NAME=VALUE``; CodePipeline's template configuration
    (``Parameters``); a git-sync deployment file (``parameters``, YAML); ``samconfig.toml`` (``parameter_overrides`` of its default
    environment); a plain mapping.
    """
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeError) as error:
        raise InputError(f"{file}: cannot be read: {error}") from error
    if file.suffix == ".toml":
        return _of_sam(file, text)
    return _of_document(file, _decoded(file, text))


def pairs(written: Iterable[str], option: str) -> dict[str, str]:
    """``NAME=VALUE`` assignments. Raises UsageError for each that is none."""
    listed = list(written)
    mistakes = [f"{option} must be NAME=VALUE, got {one}" for one in listed if "=" not in one]
    if mistakes:
        raise UsageError(*mistakes)
    return {name: value for name, _, value in (one.partition("=") for one in listed)}


def _decoded(file: Path, text: str) -> Any:  # noqa: ANN401 - a document of any shape
    try:
        if file.suffix in {".yaml", ".yml"}:
            return yaml.load(text, yaml.CSafeLoader)
        return json.loads(text)
    except yaml.YAMLError as error:
        raise InputError(f"{file}: is not YAML: {' '.join(str(error).split())[:200]}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file}: is not JSON: {error}") from error


def _of_document(file: Path, found: Any) -> dict[str, str]:  # noqa: ANN401
    if isinstance(found, dict):
        found = found.get("Parameters", found.get("parameters", found))
    if isinstance(found, list) and all(isinstance(one, str) and "=" in one for one in found):
        return pairs(found, str(file))
    if isinstance(found, list) and all(isinstance(one, dict) and "ParameterKey" in one for one in found):
        return {str(one["ParameterKey"]): str(one.get("ParameterValue", "")) for one in found}
    if isinstance(found, dict) and not any(isinstance(one, dict) for one in found.values()):
        return {str(name): _text(value) for name, value in found.items()}
    raise InputError(f"{file}: holds no parameters, {_EXPECTED}")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(_text(member) for member in value) if isinstance(value, list) else str(value)


def _of_sam(file: Path, text: str) -> dict[str, str]:
    try:
        document: Mapping[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{file}: is not TOML: {error}") from error
    found: dict[str, str] = {}
    default = document.get("default")
    for command in ("global", "deploy"):
        section = default.get(command) if isinstance(default, dict) else None
        given = section.get("parameters") if isinstance(section, dict) else None
        overrides = given.get("parameter_overrides") if isinstance(given, dict) else None
        words = shlex.split(overrides) if isinstance(overrides, str) else overrides if isinstance(overrides, list) else []
        found |= pairs((str(word) for word in words), str(file))
    if not found:
        raise InputError(f"{file}: holds no parameters, expected parameter_overrides in [default.deploy.parameters]")
    return found

"""Files with the parameters of CloudFormation stacks, in every form that the tools around it write."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from validator.errors import InputError, UsageError
from validator.files import bytes_of
from validator.frontends.cloudformation.store import STORED
from validator.messages import did_you_mean
from validator.resource import Configuration
from validator.values import Cause

_EXPECTED = "expected a list of ParameterKey and ParameterValue, or a mapping"
_PAIR = re.compile(r"ParameterKey=([^,]+),ParameterValue=(.*)", re.DOTALL)
_DEFAULT = "default"


class _Loader(yaml.CSafeLoader):
    """Takes numbers and dates as they are written: an account's id may begin with a zero."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":int", ":float", ":timestamp"))]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def parameters_of(file: Path) -> dict[str, str]:
    """The parameters in a file. Raises InputError where it holds none.

    Forms: the AWS CLI's list of ParameterKey and ParameterValue, or of ``NAME=VALUE``; CodePipeline's template configuration
    (``Parameters``); a git-sync deployment file (``parameters``, YAML); ``samconfig.toml`` or ``.yaml`` (``parameter_overrides`` of
    its default environment); a plain mapping.
    """
    try:
        text = bytes_of(file).decode("utf-8-sig")
    except (OSError, UnicodeError) as error:
        raise InputError(f"{file}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    found = _decoded(file, text)
    return _of_sam(file, found) if file.suffix == ".toml" or file.stem == "samconfig" else _of_document(file, found)


def pairs(written: Iterable[str], option: str) -> dict[str, str]:
    """``NAME=VALUE`` assignments. Raises UsageError for each that is none."""
    listed = list(written)
    mistakes = [f"{option} must be NAME=VALUE, got {one}" for one in listed if "=" not in one]
    if mistakes:
        raise UsageError(*mistakes)
    return {name: value for name, _, value in (one.partition("=") for one in listed)}


def nobodys(given: Iterable[str], stacks: Iterable[Configuration]) -> tuple[Cause, ...]:
    """A note on each parameter that is ``given`` and that no stack declares: misspelt, it leaves another one at its default.

    Names of pseudo parameters and of the parameter store are not declared. Without a template there is nothing to ask.
    """
    takes = {one.name: one.takes for one in stacks if one.dialect == "cloudformation"}
    known = {name for names in takes.values() for name in names}
    strangers = [name for name in dict.fromkeys(given) if takes and not _is_declared(name, known, takes)]
    return tuple(Cause(f"is a parameter of no template{did_you_mean(name.rpartition('/')[2], known)}", f"-P {name}", None) for name in strangers)


def _is_declared(name: str, known: Collection[str], takes: Mapping[str, Collection[str]]) -> bool:
    if name.startswith(STORED) or "::" in name:
        return True
    stack, slash, own = name.rpartition("/")
    return name in known if not slash else own in takes.get(stack, ())


def _decoded(file: Path, text: str) -> Any:  # noqa: ANN401 - a document of any shape
    kind = {".toml": "TOML", ".yaml": "YAML", ".yml": "YAML"}.get(file.suffix, "JSON")
    try:
        match kind:
            case "TOML":
                return tomllib.loads(text)
            case "YAML":
                return yaml.load(text, _Loader)  # noqa: S506 - it is a SafeLoader
        return json.loads(text, parse_int=str, parse_float=str)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InputError(f"{file}: is not {kind}: {' '.join(str(error).split())[:200]}") from error


def _of_document(file: Path, found: Any) -> dict[str, str]:  # noqa: ANN401
    if isinstance(found, dict):
        inside = found.get("Parameters", found.get("parameters"))
        if inside is None and "template-file-path" in found:
            raise InputError(f"{file}: holds no parameters")
        found = found if inside is None else inside
    if isinstance(found, list) and all(isinstance(one, str) for one in found):
        return _assigned(file, found)
    if isinstance(found, list) and all(isinstance(one, dict) and "ParameterKey" in one for one in found):
        return _named(file, [(one["ParameterKey"], one.get("ParameterValue")) for one in found])
    if isinstance(found, dict) and not any(isinstance(one, dict) for one in found.values()):
        return _named(file, found.items())
    raise InputError(f"{file}: holds no parameters, {_EXPECTED}")


def _named(file: Path, found: Iterable[tuple[object, object]]) -> dict[str, str]:
    """Values as text. One that is not there (``UsePreviousValue``) is neither empty nor the default."""
    texts = {str(name): _text(value) for name, value in found}
    mistakes = [f"{file}: parameter {name} has no value; write the one that is deployed" for name, text in texts.items() if text is None]
    if mistakes:
        raise InputError(*mistakes)
    return {name: text for name, text in texts.items() if text is not None}


def _text(value: object) -> str | None:
    """A value as text, a list with commas; None of anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        members = [None if isinstance(member, list) else _text(member) for member in value]
        return None if None in members else ",".join(member for member in members if member is not None)
    return None if value is None or isinstance(value, dict) else str(value)


def _assigned(file: Path, words: Iterable[object]) -> dict[str, str]:
    """``NAME=VALUE``, or as the CLI's shorthand has it. A mistake is told by its position: the word may be half of a secret."""
    found: dict[str, str] = {}
    mistakes: list[str] = []
    for number, word in enumerate(words, 1):
        written = str(word)
        name, sign, value = matched.expand(r"\1=\2").partition("=") if (matched := _PAIR.fullmatch(written)) else written.partition("=")
        if not sign or not name or (matched is None and name == "ParameterKey"):
            mistakes.append(f"{file}: parameter {number} must be NAME=VALUE, or ParameterKey=NAME,ParameterValue=VALUE")
        found[name] = value
    if mistakes:
        raise InputError(*mistakes)
    return found


def _of_sam(file: Path, document: Any) -> dict[str, str]:  # noqa: ANN401
    """What ``sam deploy`` overrides: its own setting stands in place of the one for all commands."""
    found = {str(name): _overrides(environment) for name, environment in (document if isinstance(document, dict) else {}).items()}
    overrides = found.get(_DEFAULT)
    others = [name for name, given in found.items() if given and name != _DEFAULT]
    if isinstance(overrides, str):
        try:
            overrides = shlex.split(overrides)
        except ValueError as error:
            raise InputError(f"{file}: parameter_overrides cannot be split into words: {error}") from error
    if isinstance(overrides, list) and overrides:
        return _assigned(file, overrides)
    if isinstance(overrides, dict) and overrides:
        return _named(file, overrides.items())
    only = f", only in the environments {', '.join(others)}: give those with -P" if others else ""
    raise InputError(f"{file}: holds no parameters, expected parameter_overrides in [default.deploy.parameters]{only}")


def _overrides(environment: object) -> Any:  # noqa: ANN401
    for command in ("deploy", "global"):
        section = environment.get(command) if isinstance(environment, dict) else None
        given = section.get("parameters") if isinstance(section, dict) else None
        if isinstance(given, dict) and "parameter_overrides" in given:
            return given["parameter_overrides"]
    return None

"""The parts of the JSON of ``terraform show -json`` that we read (format versions 0.1 to 1.x); the rest is skipped undecoded.

Source: https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from validator.errors import InputError
from validator.messages import printable

Key = str | int | None
"""The key of an instance: a string of ``for_each``, a number of ``count``, None without either."""


class Change(Struct):
    """What happens to one resource instance; ``after`` lacks what is unknown, ``after_unknown`` marks it with true."""

    actions: list[str]
    before: Raw | UnsetType = UNSET
    before_sensitive: Raw | UnsetType = UNSET
    after: Raw | UnsetType = UNSET
    after_unknown: Raw | UnsetType = UNSET
    after_sensitive: Raw | UnsetType = UNSET


class ResourceChange(Struct):
    """One resource instance of a plan."""

    address: str
    type: str
    name: str
    change: Change
    mode: str = "managed"
    module_address: str = ""
    previous_address: str = ""
    index: Key = None
    deposed: str | None = None


class StateResource(Struct):
    """One resource instance of a state."""

    address: str
    type: str
    name: str
    mode: str = "managed"
    index: Key = None
    values: Raw | UnsetType = UNSET
    sensitive_values: Raw | UnsetType = UNSET


class StateModule(Struct):
    """A module instance of a state."""

    address: str = ""
    resources: list[StateResource] = []
    child_modules: list[StateModule] = []


class Values(Struct):
    """The values of a state, or the planned ones."""

    root_module: StateModule = msgspec.field(default_factory=StateModule)


class State(Struct):
    """A state inside a plan."""

    values: Values = msgspec.field(default_factory=Values)


class Variable(Struct):
    """A variable of the root module."""

    value: Any = None


class ConfiguredVariable(Struct):
    """A variable as a module declares it."""

    default: Any = None


class ConfiguredResource(Struct):
    """A resource block; ``expressions`` is decoded when an instance of it has something unknown."""

    type: str
    name: str
    mode: str = "managed"
    provider_config_key: str = ""
    expressions: Raw | UnsetType = UNSET
    count_expression: Any = None
    for_each_expression: Any = None


class Output(Struct):
    """An output of a module."""

    expression: Any = None


class ModuleCall(Struct):
    """A module block with the module that it calls."""

    expressions: dict[str, Any] = {}
    count_expression: Any = None
    for_each_expression: Any = None
    module: ConfiguredModule = msgspec.field(default_factory=lambda: ConfiguredModule())  # noqa: PLW0108 - the class stands below


class ConfiguredModule(Struct):
    """A module as it is written."""

    resources: list[ConfiguredResource] = []
    module_calls: dict[str, ModuleCall] = {}
    outputs: dict[str, Output] = {}
    variables: dict[str, ConfiguredVariable] = {}


class ProviderConfiguration(Struct):
    """A provider block."""

    name: str = ""
    module_address: str = ""
    expressions: dict[str, Any] = {}


class ConfigurationPart(Struct):
    """What the sources say, with values replaced by their references."""

    provider_config: dict[str, ProviderConfiguration] = {}
    root_module: ConfiguredModule = msgspec.field(default_factory=ConfiguredModule)


class Document(Struct):
    """A plan (``resource_changes`` or ``planned_values``) or a state (``values``)."""

    format_version: str = ""
    terraform_version: str = ""
    errored: bool = False
    complete: bool = True
    variables: dict[str, Variable] | None = None
    planned_values: Raw | UnsetType = UNSET
    resource_changes: list[ResourceChange] | UnsetType | None = UNSET
    prior_state: State | None = None
    configuration: ConfigurationPart | None = None
    values: Values | UnsetType | None = UNSET


_DOCUMENT = msgspec.json.Decoder(Document)
_VALUES = msgspec.json.Decoder(Values)
_ANYTHING = msgspec.json.Decoder()


def decode(path: str, data: bytes) -> Document:
    """The document in ``data``. Raises InputError where it is not a plan or state that can be judged."""
    try:
        document = _DOCUMENT.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        message = f"{path}: {_short(str(error))}, expected the JSON of: terraform show -json"
        raise InputError(message) from error
    _check(path, document)
    return document


def decode_values(path: str, data: Raw) -> Values:
    """Planned values, as a state."""
    try:
        return _VALUES.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        message = f"{path}: planned_values: {_short(str(error))}"
        raise InputError(message) from error


def decode_part(path: str, part: Raw | UnsetType, place: str) -> Any:
    """A part that was skipped at first, as plain Python; None where it is absent."""
    if isinstance(part, UnsetType):
        return None
    try:
        return _ANYTHING.decode(part)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        message = f"{path}: {_short(place)}: {_short(str(error))}"
        raise InputError(message) from error


def _short(text: str) -> str:
    return printable(text)[:300]


def _check(path: str, document: Document) -> None:
    version = _short(document.format_version)
    if document.errored:
        message = f"{path}: the plan ended in an error, so what it would build is not all in it; mend the error and plan again"
        raise InputError(message)
    if version.partition(".")[0] not in ("0", "1"):
        message = f"{path}: format_version is {version!r}, expected 0.1 to 1.x"
        raise InputError(message)

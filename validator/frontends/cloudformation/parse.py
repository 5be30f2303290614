"""Templates as text become nodes with their places, by cfn-lint's decoder: the only module that knows cfn-lint."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from threading import Lock
from types import ModuleType
from typing import Any, TypeAlias

from validator.errors import InputError

_Decode: TypeAlias = Callable[[str], tuple[Any, list[Any]]]
_IMPORTING = Lock()
_PLAIN = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "bool"))


def parse(path: str, data: bytes) -> Mapping[str, Any]:
    """The template in ``data`` (UTF-8): nested dicts, lists and strings that know where they stand.

    Raises InputError with a line per mistake where it is neither YAML nor JSON, has a key twice, or is not a mapping.
    """
    with _IMPORTING:
        decode = _decoder()
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not valid UTF-8 text at byte {error.start}, expected a CloudFormation template") from error
    try:
        # Between the tokens of JSON a tab is as good as a blank, and YAML takes no tabs.
        template, matches = decode(text.replace("\t", " ") if text.lstrip().startswith("{") else text)
    except RecursionError as error:
        raise InputError(f"{path}: is nested too deeply, expected a CloudFormation template") from error
    except Exception as error:
        raise InputError(f"{path}: cannot be read as YAML or JSON: {_one_line(error)}") from error
    if matches:
        raise InputError(*(f"{path}:{match.linenumber}:{match.columnnumber}: {_told(match.message)}" for match in matches))
    if not isinstance(template, dict):
        raise InputError(f"{path}: is not a mapping, expected a CloudFormation template with Resources")
    return template


@cache
def _decoder() -> _Decode:
    """cfn-lint's decoder, without the rest of cfn-lint where that can be: its rules take longer to import than a big template to judge."""
    logging.getLogger("cfnlint").setLevel(logging.CRITICAL)
    if "cfnlint" in sys.modules:
        return _imported()
    try:
        with _rules_left_out():
            return _imported()
    except (ImportError, AttributeError):
        # Another release of cfn-lint, with another layout.
        return _imported()


@contextmanager
def _rules_left_out() -> Iterator[None]:
    """Put empty packages in the place of cfn-lint's own and of its rules; whoever imports cfn-lint afterwards gets all of it.

    Its package imports everything. Of the rules, the decoder needs no more than a name for the mistakes that it finds.
    """
    package, rules, errors = (ModuleType(name) for name in ("cfnlint", "cfnlint.rules", "cfnlint.rules.errors"))
    spec = find_spec("cfnlint")
    package.__path__ = list(spec.submodule_search_locations or ()) if spec else []
    sys.modules |= {module.__name__: module for module in (package, rules, errors)}
    try:
        from cfnlint.match import Match  # noqa: PLC0415

        vars(rules).update(Match=Match)
        vars(errors).update(ParseError=type("ParseError", (), {"id": "E0000", "shortdesc": "Parsing error found when parsing the template"}))
        yield
    finally:
        for name in [name for name in sys.modules if name.split(".")[0] == "cfnlint"]:
            del sys.modules[name]


def _imported() -> _Decode:
    from cfnlint.decode import cfn_yaml  # noqa: PLC0415
    from cfnlint.decode.decode import decode_str  # noqa: PLC0415
    from cfnlint.decode.node import dict_node  # noqa: PLC0415

    def mapping(loader: Any, node: Any) -> Any:  # noqa: ANN401
        """A mapping, made at once where that loses no key: the decoder compares each key with all that stand before it."""
        if all(key.tag in _PLAIN for key, _ in node.value):
            made = {loader.construct_object(key): loader.construct_object(value) for key, value in node.value}
            if len(made) == len(node.value):
                return dict_node(made, node.start_mark, node.end_mark)
        return loader.construct_yaml_map(node)

    cfn_yaml.CfnFullLoader.add_constructor("tag:yaml.org,2002:map", mapping)
    decode: _Decode = decode_str
    return decode


def position_of(node: object) -> tuple[int | None, int | None]:
    """Line and column of a node, from 1; None where the decoder kept none."""
    mark = getattr(node, "start_mark", None)
    line, column = getattr(mark, "line", None), getattr(mark, "column", None)
    return (line + 1 if isinstance(line, int) else None, column + 1 if isinstance(column, int) else None)


def _told(message: str) -> str:
    """What cfn-lint says of a template; of its syntax it says only what the parser met."""
    told = _one_line(message)
    return told if told.startswith(("Duplicate", "Null value")) else f"is neither YAML nor JSON: {told}"


def _one_line(message: object) -> str:
    return " ".join(str(message).split())[:300]


def placed_like(node: Any, content: Any) -> Any:  # noqa: ANN401
    """``content`` (of the kind of ``node``) at the place of ``node``."""
    start, end = getattr(node, "start_mark", None), getattr(node, "end_mark", None)
    return type(node)(content, start, end) if start is not None else content

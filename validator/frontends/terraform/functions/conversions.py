"""Functions that convert, and marks of sensitivity, which do not change a value."""

from __future__ import annotations

from collections.abc import Mapping

from validator.frontends.terraform.constraints import members_of
from validator.frontends.terraform.functions.collections import to_set
from validator.frontends.terraform.functions.signature import Function, Plain, Symbolic, World
from validator.frontends.terraform.symbolic import EvaluationError, Result, as_number, as_text, as_truth, kind_of, unified
from validator.values import Ref, Text, Unknown

_ARN_PARTS = 6


def _to_list(value: Result) -> Result:
    if isinstance(value, Unknown | Ref | Text) or value is None:
        return value
    return unified(members_of(value))


def _to_map(value: Result) -> Result:
    if isinstance(value, Mapping):
        return dict(zip(value, unified(tuple(value.values())), strict=True))
    if isinstance(value, Unknown | Ref | Text) or value is None:
        return value
    message = f"needs a map, got {kind_of(value)}"
    raise EvaluationError(message)


def _to_bool(value: Result) -> Result:
    return value if value is None or isinstance(value, Ref | Text) else as_truth(value)


def _arn(written: str) -> Result:
    parts = written.split(":", _ARN_PARTS - 1)
    if len(parts) != _ARN_PARTS or parts[0] != "arn":
        message = "is not an ARN"
        raise EvaluationError(message)
    return dict(zip(("partition", "service", "region", "account_id", "resource"), parts[1:], strict=True))


TABLE: Mapping[str, Function] = {
    "ephemeralasnull": Symbolic(lambda value: value),
    "issensitive": World("depends on marks that are not followed"),
    "nonsensitive": Symbolic(lambda value: value),
    "provider::aws::arn_build": Plain("sssss", lambda *parts: ":".join(("arn", *parts))),
    "provider::aws::arn_parse": Plain("s", _arn),
    "sensitive": Symbolic(lambda value: value),
    "tobool": Symbolic(_to_bool),
    "tolist": Symbolic(_to_list),
    "tomap": Symbolic(_to_map),
    "tonumber": Symbolic(lambda value: None if value is None else as_number(value)),
    "toset": Symbolic(to_set),
    "tostring": Symbolic(lambda value: None if value is None else as_text(value)),
}

"""The JSON Schema of a configuration file, made of the table of settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeAlias

from validator.analysis.matrix import SDKS
from validator.configuration.keys import FAIL_ON, KEYS, LEVELS, RECORDS, Key, Kind
from validator.options import EVIDENCE

Json: TypeAlias = "str | bool | list[Json] | Mapping[str, Json]"

_STRING: Mapping[str, Json] = {"type": "string"}
_REGION: Mapping[str, Json] = {"type": "string", "examples": ["eu-west-1"]}


def _one_or_more(of: Mapping[str, Json]) -> Mapping[str, Json]:
    return {"anyOf": [of, {"type": "array", "items": of}]}


def _table(of: Mapping[str, Json]) -> Mapping[str, Json]:
    return {"type": "object", "additionalProperties": of}


_SHAPES: Mapping[Kind, Mapping[str, Json]] = {
    Kind.TEXT: _STRING,
    Kind.NAMES: _one_or_more(_STRING),
    Kind.POLICIES: _one_or_more(_STRING),
    Kind.REGIONS: _one_or_more(_REGION),
    Kind.FILE: _STRING,
    Kind.FILES: _one_or_more(_STRING),
    Kind.FOLDER: _STRING,
    Kind.FOLDERS: _one_or_more(_STRING),
    Kind.FORMATS: _one_or_more(_STRING),
    Kind.NUMBER: {"type": "number"},
    Kind.REGION: _REGION,
    Kind.SDK: {"enum": [*sorted(SDKS)]},
    Kind.EVIDENCE: _one_or_more({"enum": list(EVIDENCE)}),
    Kind.FLAG: {"type": "boolean"},
    Kind.FAIL_ON: {"enum": list(FAIL_ON)},
    Kind.STRINGS: _table(_STRING),
    Kind.BUCKETS: _table(_REGION),
    Kind.SEVERITIES: _table({"enum": list(LEVELS)}),
    # TOML has dates, JSON has not: editors that check TOML by a schema see them as strings.
    Kind.DATE: {"type": "string", "format": "date"},
}


def schema() -> str:
    """The schema as text."""
    sections: Mapping[str, Json] = {
        "type": "object",
        "description": "what holds for the inputs under a path: a glob from the folder of this file",
        "additionalProperties": _object([key for key in KEYS if key.per_path]),
    }
    records: dict[str, Json] = {
        record.name: {"type": "array", "description": record.about, "items": _object(list(record.keys))} for record in RECORDS
    }
    whole = _object(list(KEYS), {"path": sections, **records})
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "s3reach/config/1", "title": ".s3reach.toml, or [tool.s3reach]"}
    return json.dumps({**head, **whole}, indent=2) + "\n"


def _object(keys: list[Key], more: Mapping[str, Json] | None = None) -> dict[str, Json]:
    properties: dict[str, Json] = {key.name: {"description": key.about, **_SHAPES[key.kind]} for key in keys}
    required: list[Json] = [key.name for key in keys if key.required]
    return {"type": "object", "properties": {**properties, **(more or {})}, "required": required, "additionalProperties": False}

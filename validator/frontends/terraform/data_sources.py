"""Data sources whose values follow from their arguments alone. All others look into an account: their values are identities.

Source: the provider's documentation of each.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from validator.frontends.terraform.functions.signature import Symbolic
from validator.frontends.terraform.functions.table import FUNCTIONS
from validator.frontends.terraform.symbolic import EvaluationError, Result, is_settled, unsettled
from validator.regions import partition_of
from validator.statements import ELEMENTS, PRINCIPALS, unescaped
from validator.symbols import from_json
from validator.values import Text, Unknown

Template = Callable[[str, Mapping[str, Result]], Result]
_BOUNDARY = "MIMEBOUNDARY"


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a data source is asked with: its configured ``get``, the Region it is asked in, and how to fill a template."""

    get: Callable[[str], Result]
    region: str | Unknown
    render: Template


def _region(asked: Arguments) -> Result:
    named = asked.get("name")
    return named if named is not None else asked.region


def _partition(of: Callable[[str], str | None]) -> Callable[[Arguments], Result]:
    return lambda asked: asked.region if isinstance(asked.region, Unknown) else of(asked.region)


def _blocks(value: Result) -> tuple[Mapping[str, Result], ...] | Unknown:
    """Nested blocks; Unknown where not even their number is known."""
    if isinstance(value, Mapping):
        return (value,)
    if isinstance(value, tuple):
        return next((one for one in value if isinstance(one, Unknown)), tuple(one for one in value if isinstance(one, Mapping)))
    return unsettled(value) if value is not None else ()


def _listed(value: Result) -> Result:
    """As the provider writes a set of strings in a document: one alone is no list; more are in reverse order."""
    if not isinstance(value, tuple):
        return value
    return value[0] if len(value) == 1 else tuple(sorted(value, key=str, reverse=True)) if is_settled(value) else value


def _policy_document(asked: Arguments) -> Result:
    """The JSON of an ``aws_iam_policy_document``. Documents that it builds on are merged by Sid, as the provider does."""
    statements = _blocks(asked.get("statement"))
    if isinstance(statements, Unknown):
        return statements
    own = [_statement(one) for one in statements]
    merged: list[Result] = []
    for name in ("source_policy_documents", "source_json"):
        found = _statements_of(asked.get(name))
        if isinstance(found, Unknown):
            return found
        merged = _merged(merged, found)
    merged = _merged(merged, own)
    for name in ("override_policy_documents", "override_json"):
        found = _statements_of(asked.get(name))
        if isinstance(found, Unknown):
            return found
        merged = _merged(merged, found)
    document: dict[str, Result] = {"Version": _or(asked.get("version"), "2012-10-17"), "Statement": tuple(merged)}
    if (identity := asked.get("policy_id")) is not None:
        document["Id"] = identity
    return _encode(document)


def _or(value: Result, default: str) -> Result:
    return default if value is None else value


def _encode(value: Result) -> Result:
    encode = FUNCTIONS["jsonencode"]
    return encode.call(value) if isinstance(encode, Symbolic) else None


def _statements_of(value: Result) -> list[Result] | Unknown:
    documents = value if isinstance(value, tuple) else () if value is None else (value,)
    found: list[Result] = []
    for one in documents:
        if one is None or one == "":
            continue
        document = from_json(one) if isinstance(one, str | Text) else None
        inner = document.get("Statement") if isinstance(document, Mapping) else None
        if not isinstance(document, Mapping) or isinstance(inner, Unknown):
            return unsettled(one) if not is_settled(one) else []
        found += inner if isinstance(inner, tuple) else () if inner is None else (inner,)
    return found


def _merged(first: list[Result], second: list[Result]) -> list[Result]:
    kept = list(first)
    for statement in second:
        sid = statement.get("Sid") if isinstance(statement, Mapping) else None
        place = next((index for index, one in enumerate(kept) if sid and isinstance(one, Mapping) and one.get("Sid") == sid), None)
        if place is None:
            kept.append(statement)
        else:
            kept[place] = statement
    return kept


def _statement(block: Mapping[str, Result]) -> Result:
    made: dict[str, Result] = {"Effect": "Allow"}
    for name, key in ELEMENTS.items():
        value = block.get(name)
        if value is not None and value not in ("", ()):
            made[key] = _listed(unescaped(value))
    for name, key in PRINCIPALS.items():
        found = _blocks(block.get(name))
        if isinstance(found, Unknown):
            made[key] = found
        elif found:
            made[key] = _principals(found)
    conditions = _blocks(block.get("condition"))
    if isinstance(conditions, Unknown):
        made["Condition"] = conditions
    elif conditions:
        made["Condition"] = _conditions(conditions)
    return made


def _principals(blocks: tuple[Mapping[str, Result], ...]) -> Result:
    made: dict[str, Result] = {}
    for block in blocks:
        kind, names = block.get("type"), block.get("identifiers")
        if not isinstance(kind, str):
            return unsettled(kind)
        if kind == "*" and names in ("*", ("*",)) and len(blocks) == 1:
            return "*"
        made[kind] = _joined(made.get(kind), names)
    return {kind: _listed(unescaped(names)) for kind, names in made.items()}


def _joined(first: Result, second: Result) -> Result:
    """The strings of several blocks for the same: the provider puts them into one list."""
    if first is None:
        return second
    lists = [one if isinstance(one, tuple) else (one,) for one in (first, second)]
    # A list that is not known as a whole may be of any length.
    return next((one for one in (first, second) if isinstance(one, Unknown)), (*lists[0], *lists[1]))


def _conditions(blocks: tuple[Mapping[str, Result], ...]) -> Result:
    made: dict[str, dict[str, Result]] = {}
    for block in blocks:
        test, variable = block.get("test"), block.get("variable")
        if not isinstance(test, str) or not isinstance(variable, str):
            return unsettled(test, variable)
        named = made.setdefault(test, {})
        named[variable] = _joined(named.get(variable), unescaped(block.get("values")))
    return {
        test: {key: values[0] if isinstance(values, tuple) and len(values) == 1 else values for key, values in named.items()}
        for test, named in made.items()
    }


def _service_name(asked: Arguments) -> Result:
    service = asked.get("service")
    if not isinstance(service, str) or isinstance(asked.region, Unknown):
        return asked.region if isinstance(asked.region, Unknown) else None
    return f"com.amazonaws.{asked.region}.{service}"


def _rendered(asked: Arguments) -> Result:
    template, variables = asked.get("template"), asked.get("vars")
    if not isinstance(template, str) or not (variables is None or isinstance(variables, Mapping)):
        return unsettled(template, variables)
    return asked.render(template, variables or {})


def _cloudinit(asked: Arguments) -> Result:
    """The parts in a row, as MIME; in gzip and base64 unless that is switched off, as the provider does it."""
    parts = _blocks(asked.get("part"))
    if isinstance(parts, Unknown):
        return parts
    pieces: list[Result] = [f'Content-Type: multipart/mixed; boundary="{_BOUNDARY}"\nMIME-Version: 1.0\r\n\r\n']
    for part in parts:
        kind = _or(part.get("content_type"), "text/plain")
        pieces += [
            f"--{_BOUNDARY}\r\nContent-Transfer-Encoding: 7bit\r\nContent-Type: ",
            kind,
            "\r\nMime-Version: 1.0\r\n\r\n",
            _or(part.get("content"), ""),
            "\r\n",
        ]
    join = FUNCTIONS["join"]
    whole = join.call("", (*pieces, f"--{_BOUNDARY}--\r\n")) if isinstance(join, Symbolic) else None
    return (
        whole
        if not isinstance(whole, str)
        else _packed(whole, gzipped=asked.get("gzip") is not False, encoded=asked.get("base64_encode") is not False)
    )


def _packed(whole: str, *, gzipped: bool, encoded: bool) -> str:
    data = gzip.compress(whole.encode(), mtime=0) if gzipped else whole.encode()
    if encoded or gzipped:
        return base64.b64encode(data).decode()
    return whole


Attributes = Mapping[str, Callable[[Arguments], Result]]
_CLOUDINIT: Attributes = {"rendered": _cloudinit}
_SUFFIX = {"aws-cn": "amazonaws.com.cn"}

TABLE: Mapping[str, Attributes] = MappingProxyType(
    {
        "aws_region": {"name": _region, "id": _region, "region": lambda asked: asked.get("region") or _region(asked)},
        "aws_partition": {
            "partition": _partition(partition_of), "id": _partition(partition_of),
            "dns_suffix": _partition(lambda region: _SUFFIX.get(partition_of(region) or "", "amazonaws.com")),
            "reverse_dns_prefix": _partition(lambda region: "cn.com.amazonaws" if partition_of(region) == "aws-cn" else "com.amazonaws"),
        },
        "aws_iam_policy_document": {"json": _policy_document, "minified_json": _policy_document},
        "aws_vpc_endpoint_service": {"service_name": _service_name},
        "template_file": {"rendered": _rendered},
        "cloudinit_config": _CLOUDINIT,
        "template_cloudinit_config": _CLOUDINIT,
    }
)  # fmt: skip


def computed(kind: str, attribute: str, asked: Arguments) -> Result:
    """The value of a data source's attribute; None where it is not one that can be computed. Raises EvaluationError."""
    compute = TABLE.get(kind, {}).get(attribute)
    try:
        return compute(asked) if compute else None
    except TypeError as error:
        message = "has arguments of the wrong kind"
        raise EvaluationError(message) from error

"""Intrinsic functions that are made of the values of their arguments alone, known or not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Network
from types import MappingProxyType
from typing import Any

from validator.resource import EXPORT
from validator.source import SourceLocation
from validator.values import Cause, Ref, Text, Unknown, Value, index_of, text, unknown

_MAXIMUM_CIDRS = 256
_LONGEST = 1_000_000
REPEATED = MappingProxyType(
    {
        ("AWS::EC2::VPC", "CidrBlock"): "CidrBlock",
        ("AWS::EC2::Subnet", "CidrBlock"): "CidrBlock",
        ("AWS::EC2::Subnet", "VpcId"): "VpcId",
        ("AWS::EC2::Subnet", "AvailabilityZone"): "AvailabilityZone",
        ("AWS::EC2::SecurityGroup", "VpcId"): "VpcId",
    }
)
"""Attributes of Fn::GetAtt that are what a property of the resource says, where it says it."""


def as_text(value: Value, location: SourceLocation) -> str | Ref | Unknown | Text:
    """A value as a piece of a text."""
    match value:
        case str() | Ref() | Unknown() | Text():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case tuple() if all(isinstance(member, str) for member in value):
            return ",".join(str(member) for member in value)
        case None:
            return ""
    return unknown("is not text", "a part of it", location)


def bounded(parts: Sequence[str | Ref | Unknown | Text], location: SourceLocation) -> str | Ref | Unknown | Text:
    """The text of ``parts``, unknown where it is longer than any that AWS takes."""
    pieces = [piece for part in parts for piece in (part.parts if isinstance(part, Text) else (part,))]
    if sum(len(piece) if isinstance(piece, str) else 1 for piece in pieces) > _LONGEST:
        return unknown("is too long", "a text", location)
    return text(parts)


def joined(arguments: Sequence[Value], location: SourceLocation) -> Value:
    """Fn::Join."""
    match arguments:
        case (str() as delimiter, tuple() as members):
            parts: list[str | Ref | Unknown | Text] = []
            for index, member in enumerate(members):
                parts += [delimiter, as_text(member, location)] if index else [as_text(member, location)]
            return bounded(parts, location)
        case (str(), Unknown() as members):
            return Unknown(members.causes, None, members.mentions)
        case (str(), Ref() as members):
            return _taken(members, "Fn::Join", location)
    return unknown("is not a list to join", "Fn::Join", location)


def split(arguments: Sequence[Value], location: SourceLocation) -> Value:
    """Fn::Split."""
    match arguments:
        case (str() as delimiter, str() as whole) if delimiter:
            return tuple(whole.split(delimiter))
        case (str() as delimiter, Text() as whole) if delimiter:
            return _split_text(whole, delimiter)
        case (",", Ref() as whole) if whole.address.startswith(EXPORT):
            # A list that another stack exports as one string: whoever joins the stacks takes it apart.
            return whole
        case (str() as delimiter, Unknown() as whole) if delimiter:
            among = {piece for one in whole.among or () if isinstance(one, str) for piece in one.split(delimiter)}
            bounded = whole.among is not None and all(isinstance(one, str) for one in whole.among)
            symbol = f"Fn::Split({delimiter},{whole.symbol})" if whole.symbol else None
            return Unknown(whole.causes, tuple(among) if bounded else None, whole.mentions, symbol)
        case (str(), Ref() as whole):
            return _taken(whole, "Fn::Split", location)
    return unknown("is not text to split", "Fn::Split", location)


def selected(arguments: Sequence[Value], location: SourceLocation) -> Value:
    """Fn::Select."""
    match arguments:
        case (str() | int() as index, tuple() as members) if (number := index_of(str(index))) is not None and number < len(members):
            chosen: Value = members[number]
            return chosen
        case (index, Unknown() as members):
            symbol = f"Fn::Select({index},{members.symbol})" if members.symbol and isinstance(index, str | int) else None
            return Unknown(members.causes, members.among, members.mentions, symbol)
        case (_, Ref() as members):
            return _taken(members, "Fn::Select", location)
        case (Unknown() as index, tuple() as members):
            plain = tuple(one for one in members if isinstance(one, str | Ref))
            return Unknown(index.causes, plain if len(plain) == len(members) else None, tuple(refs_in(members)))
    return unknown("selects what is not in the list", "Fn::Select", location)


def length(value: Value, location: SourceLocation) -> Value:
    """Fn::Length."""
    match value:
        case tuple():
            return len(value)
        case Unknown():
            return Unknown(value.causes)
        case Ref():
            return Unknown(_taken(value, "Fn::Length", location).causes)
    return unknown("is not a list", "Fn::Length", location)


def cidrs(arguments: Sequence[Value], location: SourceLocation) -> Value:
    """Fn::Cidr, of IPv4 blocks."""
    open_ones = [one for one in arguments if isinstance(one, Unknown)]
    if open_ones:
        return Unknown(tuple(cause for one in open_ones for cause in one.causes))
    try:
        block, count, bits = (str(arguments[0]), int(str(arguments[1])), int(str(arguments[2])))
        network = IPv4Network(block)
        if not 0 <= bits <= network.max_prefixlen:
            return unknown("do not fit into their block", "the CIDR blocks", location)
    except (ValueError, IndexError):
        return unknown("are computed at deployment", "the CIDR blocks", location)
    if not 1 <= count <= _MAXIMUM_CIDRS or count << bits > network.num_addresses:
        return unknown("do not fit into their block", "the CIDR blocks", location)
    return tuple(f"{network[index << bits]}/{32 - bits}" for index in range(count))


def json_parts(value: Value) -> Iterator[str | Ref | Unknown | Text]:
    """A value as JSON without blanks; what is not known stays a piece of the text."""
    match value:
        case Ref() | Unknown() | Text():
            yield from ('"', value, '"')
        case Mapping():
            for index, (name, member) in enumerate(value.items()):
                yield f"{',' if index else '{'}{json.dumps(name)}:"
                yield from json_parts(member)
            yield "}" if value else "{}"
        case tuple():
            for index, member in enumerate(value):
                yield "," if index else "["
                yield from json_parts(member)
            yield "]" if value else "[]"
        case _:
            yield json.dumps(value, ensure_ascii=False)


def entries(table: Any, key: Value) -> list[Any]:  # noqa: ANN401
    """The entries of a level of a mapping that ``key`` may name."""
    if not isinstance(table, dict):
        return []
    if isinstance(key, str):
        return [table[key]] if key in table else []
    if isinstance(key, Unknown):
        return [cell for name, cell in table.items() if key.may_be(str(name))]
    return list(table.values())


def _taken(value: Ref, function: str, location: SourceLocation) -> Unknown:
    """What a function makes of a collection that only its identity is known of: something of it."""
    return Unknown((Cause(f"is taken by {function} from a list that is known only after deployment", str(value), location),), None, (value,))


def _split_text(whole: Text, delimiter: str) -> Value:
    fields: list[list[str | Ref | Unknown]] = [[]]
    for part in whole.parts:
        if isinstance(part, str):
            head, *rest = part.split(delimiter)
            fields[-1].append(head)
            fields += [[piece] for piece in rest]
        else:
            fields[-1].append(part)
    return tuple(text(one) for one in fields)


def refs_in(value: Value) -> Iterator[Ref]:
    """Every reference inside ``value``."""
    match value:
        case Ref():
            yield value
        case Text():
            for part in value.parts:
                yield from refs_in(part)
        case Unknown():
            yield from value.mentions
        case tuple():
            for member in value:
                yield from refs_in(member)
        case Mapping():
            for member in value.values():
                yield from refs_in(member)

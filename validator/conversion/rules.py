"""What a rule of a security group or an entry of a network ACL says: protocol, ports, and whom it is for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from validator.conversion.destinations import block
from validator.conversion.fields import Fields, known_items
from validator.conversion.lists import LISTS, lists_of_blocks, prefix_list
from validator.conversion.sources import Sources
from validator.conversion.vocabulary import (
    ENTRY_ACTION,
    ENTRY_CIDRS,
    ENTRY_NUMBER,
    FIRST_PORT,
    LAST_PORT,
    PROTOCOL,
    RULE_CIDRS,
    RULE_GROUP_NAMES,
    RULE_GROUPS,
    RULE_LISTS,
    RULE_SELF,
    SECURITY_GROUP,
)
from validator.model.filters import AclEntry, GroupPeer, Peer, Ports, Rule
from validator.model.network import Cidr, Id
from validator.source import SourceLocation
from validator.values import Truth, Unknown, unknown

EVERYWHERE = (Cidr("0.0.0.0/0"), Cidr("::/0"))
_EVERY_PROTOCOL = frozenset({"-1", "all"})
_TCP = frozenset({"tcp", "6"})


def rules(fields: Fields, group: Id | None, sources: Sources, exists: Truth = True) -> Iterator[Rule]:
    """The rules, one per peer, of a block or a separate resource. ``group``: the one that ``self`` means."""
    tcp, ports = _protocol(fields), _ports(fields)
    for peer in _peers(fields, group, sources):
        yield Rule(peer, tcp, ports, fields.place(), fields.id, exists)


def open_rule(cause: Unknown, location: SourceLocation, address: str) -> Rule:
    """A rule of which nothing is known: not even whether it is there."""
    doubt = Unknown(cause.causes)
    return Rule(doubt, doubt, doubt, location, address, doubt)


def every_destination(location: SourceLocation, address: str) -> tuple[Rule, ...]:
    """The rules that AWS adds to a new group: everything, to everywhere."""
    return tuple(Rule(peer, tcp=True, ports=None, location=location, address=address) for peer in EVERYWHERE)


def entry(fields: Fields, exists: Truth = True) -> AclEntry:
    """One entry of a network ACL."""
    number = _first(fields, ENTRY_NUMBER)
    peer: Cidr | Unknown = unknown("names no CIDR block", fields.id, fields.place())
    for path in ENTRY_CIDRS:
        if (written := fields.text(path)) is not None:
            peer = block(written, fields, path)
            break
    return AclEntry(
        number=_number(number, fields),
        allow=_allows(fields),
        peer=peer,
        tcp=_protocol(fields),
        ports=_ports(fields),
        location=fields.place(),
        address=fields.id,
        exists=exists,
    )


def open_entry(cause: Unknown, location: SourceLocation, address: str) -> AclEntry:
    """An entry of which nothing is known."""
    doubt = Unknown(cause.causes)
    return AclEntry(doubt, doubt, doubt, doubt, doubt, location, address, doubt)


def _peers(fields: Fields, group: Id | None, sources: Sources) -> Iterator[Peer]:
    for path in RULE_CIDRS:
        lists = tuple(lists_of_blocks(fields.value(path), fields, path, sources))
        yield from lists or (block(found, fields, path) for found in fields.texts(path))
    for path in RULE_LISTS:
        for link in known_items(fields.links(path, LISTS)):
            yield prefix_list(link, fields, path, sources)
    for path in RULE_GROUPS:
        for link in known_items(fields.links(path, SECURITY_GROUP)):
            yield GroupPeer(link)
    for path in RULE_GROUP_NAMES:
        if fields.value(path) is not None:
            yield unknown("names a group of the default VPC by its name", fields.id, fields.place(path))
    for path in RULE_SELF:
        match fields.truth(path):
            case True:
                yield GroupPeer(group)
            case Unknown() as open_one:
                yield open_one


def _first(fields: Fields, paths: Sequence[str]) -> str | Unknown | None:
    return next((found for path in paths if (found := fields.text(path)) is not None), None)


def _protocol(fields: Fields) -> Truth:
    """Whether the rule is for TCP."""
    match _first(fields, PROTOCOL):
        case None:
            return unknown("names no protocol", fields.id, fields.place())
        case Unknown() as found:
            return Unknown(found.causes)
        case found:
            return found.lower() in _TCP | _EVERY_PROTOCOL


def _ports(fields: Fields) -> Ports:
    """The ports; with any protocol AWS ignores them (EC2 API IpPermission)."""
    protocol = _first(fields, PROTOCOL)
    if isinstance(protocol, str) and protocol.lower() in _EVERY_PROTOCOL:
        return None
    first, last = _number(_first(fields, FIRST_PORT), fields), _number(_first(fields, LAST_PORT), fields)
    if isinstance(first, Unknown):
        return first
    if isinstance(last, Unknown):
        return last
    # AWS refuses TCP without ports, or with -1: what it would mean is not documented.
    return (first, last) if first >= 0 else unknown("names no ports", fields.id, fields.place())


def _number(found: str | Unknown | None, fields: Fields) -> int | Unknown:
    match found:
        case None:
            return unknown("names no number", fields.id, fields.place())
        case Unknown():
            return found
    try:
        return int(float(found))
    except (ValueError, OverflowError):
        return unknown("is not a number", fields.id, fields.place())


def _allows(fields: Fields) -> Truth:
    match _first(fields, ENTRY_ACTION):
        case None:
            return unknown("neither allows nor denies", fields.id, fields.place())
        case Unknown() as found:
            return Unknown(found.causes)
        case found:
            return found.lower() == "allow"

"""What the network ACL of a subnet lets through: the entry with the lowest number that matches, each way by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from validator.analysis.access import Disposition, Hop, Missing
from validator.analysis.covering import Interfaces, Party, covers, parts
from validator.analysis.estate import Estate
from validator.analysis.passages import Passage, Question, shown
from validator.analysis.security_groups import has
from validator.model.filters import AclEntry, NetworkAcl, default_acl_of
from validator.model.network import Id
from validator.values import Cause, Truth, Unknown, all_of, any_of, unknown

_Numbered = tuple[AclEntry, Truth]
_Decision = tuple[Truth, AclEntry | None]


def ask_acl(estate: Estate, subnet: Id, question: Question) -> Passage | None:
    """Whether the ACL of ``subnet`` lets it pass. None: it has its VPC's default ACL as it came, which always does."""
    options = [(acl, *_ask(estate, acl, question)) for acl in _acls_of(estate, subnet)]
    acl, opened, decided = options[0]
    if len(options) > 1 and (isinstance(opened, Unknown) or any(one != opened for _, one, _ in options)):
        doubts = (cause for one, truth, _ in options for cause in (*_causes(one), *_causes(truth)))
        opened = Unknown((Cause("is not settled", f"which network ACL {subnet} uses"), *doubts))
    entity = acl if isinstance(acl, NetworkAcl) else None
    if entity is not None and opened is True and entity.id == default_acl_of(str(entity.vpc)):
        return None
    return _passage(subnet, entity, opened, decided, question)


def undecided_acl(question: Question, doubt: Unknown) -> Passage:
    """The passage of a subnet of which nothing is known."""
    return _passage("a subnet that is not known", None, doubt, None, question)


def _passage(subnet: Id, acl: NetworkAcl | None, opened: Truth, decided: AclEntry | None, question: Question) -> Passage:
    name = shown(acl.id) if acl else f"the network ACL of {subnet}"
    verb = "may deny" if isinstance(opened, Unknown) else "allows" if opened else "denies"
    rule = f" by entry {decided.number}" if decided is not None and isinstance(decided.number, int) else ""
    location = decided.location if decided else acl.location if acl else None
    hop = Hop("network-acl", acl.id if acl else None, f"{question.direction} of {name} {verb} {question}{rule}", location)
    # A network ACL names no prefix list (aws-facts A9).
    peer = question.peer if isinstance(question.party, Interfaces) else "0.0.0.0/0"
    missing = Missing(acl.id if acl else None, question.direction, question.ports, peer)
    return Passage(opened, Disposition.NETWORK_ACL_DENIES, hop, missing)


def _acls_of(estate: Estate, subnet: Id) -> Iterator[NetworkAcl | Unknown]:
    """The ACLs that ``subnet`` may use. A subnet has one: of several that it certainly has, the last that is applied."""
    possible = [(one, used) for one, named in estate.acl_associations.possible(subnet) if (used := all_of((one.exists, named))) is not False]
    certain = [one for one, used in possible if used is True]
    first = possible.index((certain[0], True)) if certain else len(possible)
    for one in (*(one for one, _ in possible[:first]), *certain):
        yield _acl(estate, one.acl if one.acl is not None else unknown("names no network ACL", one.address, one.location))
    if certain:
        return
    entity = estate.topology.subnets.get(subnet)
    if entity is None or not entity.closed:
        yield unknown("is outside the input, and so is its network ACL", subnet, entity.location if entity else None)
    elif isinstance(entity.vpc, str):
        yield _acl(estate, default_acl_of(entity.vpc))
    else:
        yield unknown("is in a VPC that is not known", subnet, entity.location)


def _acl(estate: Estate, link: Id | Unknown) -> NetworkAcl | Unknown:
    if isinstance(link, Unknown):
        return link
    return estate.acls.get(link) or unknown("is outside the input, and so are its entries", link)


def _ask(estate: Estate, acl: NetworkAcl | Unknown, question: Question) -> _Decision:
    if isinstance(acl, Unknown):
        return Unknown(acl.causes), None
    entries: list[_Numbered] = [(one, acl.exists) for one in (acl.egress if question.egress else acl.ingress)]
    loose = (one for one in estate.topology.loose_entries if one.egress == question.egress and one.acl.may_be(acl.id))
    entries += [(one.entry, Unknown(one.acl.causes)) for one in loose]
    beyond: Truth = False if acl.closed else unknown("is outside the input, and may have more entries than are shown", acl.id, acl.location)
    said = _said(acl, entries, question, beyond)
    if not isinstance(said[0], Unknown):
        return said
    # Several entries may decide for it together.
    by_parts = [_said(acl, entries, replace(question, party=part), beyond) for part in parts(question.party, (one.peer for one, _ in entries))]
    return by_parts[0] if {truth for truth, _ in by_parts} in ({True}, {False}) else said


def _said(acl: NetworkAcl, entries: Sequence[_Numbered], question: Question, beyond: Truth) -> _Decision:
    pieces = [_first_match(entries, question.party, piece, beyond) for piece in _pieces(entries, question.ports)]
    whole, some = all_of(truth for truth, _ in pieces), any_of(truth for truth, _ in pieces)
    if whole is False and some is not False:
        first, last = question.ports
        return unknown(f"lets some of the ports {first}-{last} pass and not others", acl.id, acl.location), None
    return whole, next((decided for truth, decided in pieces if truth is whole), None)


def _pieces(entries: Iterable[_Numbered], ports: tuple[int, int]) -> list[tuple[int, int]]:
    """``ports`` cut where an entry begins or ends, so that each piece is inside an entry or outside."""
    first, last = ports
    bounds = {cut for one, _ in entries if isinstance(one.ports, tuple) for cut in (one.ports[0], one.ports[1] + 1)}
    starts = sorted({first, *(cut for cut in bounds if first < cut <= last)})
    return list(zip(starts, [*(start - 1 for start in starts[1:]), last], strict=True))


def _first_match(entries: Sequence[_Numbered], party: Party, ports: tuple[int, int], beyond: Truth) -> _Decision:
    """What the entry with the lowest number that matches says; ``beyond``: what is said where none does."""
    answer: _Decision = (beyond, None)
    numbered = [(one.number, one, known) for one, known in entries if isinstance(one.number, int)]
    for _, one, known in sorted(numbered, key=lambda row: row[0], reverse=True):
        answer = _before(one, _matches(one, known, party, ports), answer)
    for one, known in entries:
        if isinstance(one.number, Unknown):
            # It may stand anywhere, so what it says holds only where the others say the same.
            answer = _before(one, all_of((Unknown(one.number.causes), _matches(one, known, party, ports))), answer)
    return answer


def _matches(entry: AclEntry, known: Truth, party: Party, ports: tuple[int, int]) -> Truth:
    return all_of((known, entry.exists, entry.tcp, has(entry.ports, ports), covers(entry.peer, party)))


def _before(entry: AclEntry, matches: Truth, after: _Decision) -> _Decision:
    """What is said with ``entry`` in front of the entries that say ``after``."""
    if matches is False:
        return after
    if matches is True:
        return entry.allow, entry
    if isinstance(entry.allow, bool) and entry.allow is after[0]:
        return after
    return Unknown((*matches.causes, *_causes(entry.allow), *_causes(after[0]))), entry


def _causes(value: object) -> tuple[Cause, ...]:
    return value.causes if isinstance(value, Unknown) else ()

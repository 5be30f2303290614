"""What belongs to a workload: its own resource, and the definitions, templates, groups and connections that it names or that name it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from validator.conversion.fields import Fields
from validator.conversion.kinds.catalogue import PARTS, part_of
from validator.conversion.kinds.entry import Part
from validator.conversion.linking import Links
from validator.conversion.targeting import targeting
from validator.conversion.walking import known_places, places
from validator.values import Unknown, Value

_MOST = 2048
_JSON = "|json"


@dataclass(frozen=True, slots=True)
class Member:
    """One resource of a workload, with what its type says."""

    fields: Fields
    part: Part


@dataclass(frozen=True, slots=True)
class Gathered:
    """The members of a workload, its own resource first. ``open``: definitions, ``open_network``: holders of subnets, that are not known."""

    members: tuple[Member, ...]
    open: tuple[Unknown, ...] = ()
    open_network: tuple[Unknown, ...] = ()

    @property
    def own(self) -> Member:
        """The workload's own resource."""
        return self.members[0]


def gathered(links: Links, fields: Fields, part: Part) -> Gathered:
    """Everything that belongs to the workload that ``fields`` is, in a stable order; at most 2048 resources."""
    members: dict[str, Member] = {fields.id: Member(fields, part)}
    open_ones: list[Unknown] = []
    open_network: list[Unknown] = []
    waiting = [members[fields.id]]
    while waiting and len(members) < _MOST:
        member = waiting.pop(0)
        found = [*_named_at(links, member, member.part.network, open_network), *_templates(links, member, open_ones)]
        found += _named_at(links, member, member.part.parts, open_ones)
        found += _named_at(links, member, member.part.asides, [])
        found += [one for kind, path in member.part.named_by for one in links.naming(kind, path, member.fields)]
        found += _all_of(links, member)
        found += targeting(links, member.fields)
        for one in found:
            if one.id not in members and (known := part_of(one.resource.type)) is not None:
                members[one.id] = Member(one, known)
                waiting.append(members[one.id])
    return Gathered(tuple(members.values()), tuple(open_ones), tuple(open_network))


def _named_at(links: Links, member: Member, paths: Iterable[str], open_ones: list[Unknown]) -> Iterator[Fields]:
    for path in paths:
        for place in places(member.fields, path):
            named = _in_document(links, member.fields, place) if isinstance(place, Unknown) and _JSON in path else ()
            for one in named or links.resolved(place, PARTS):
                if isinstance(one, Unknown):
                    open_ones.append(one)
                else:
                    yield one


def _in_document(links: Links, fields: Fields, document: Unknown) -> tuple[Fields, ...]:
    """The definitions that a document is made from, where it is not known itself."""
    link = fields.naming.links(document, PARTS, fields.place())
    among = link.among or () if isinstance(link, Unknown) else ()
    return tuple(one for name in among if (one := links.declared(str(name), PARTS)) is not None)


def _templates(links: Links, member: Member, open_ones: list[Unknown]) -> list[Fields]:
    """Of several ways to name a template, what the first says that says anything."""
    for path in member.part.templates:
        before = len(open_ones)
        found = list(_named_at(links, member, (path,), open_ones))
        if found or len(open_ones) > before:
            return found
    return []


def _all_of(links: Links, member: Member) -> Iterator[Fields]:
    """Definitions that it may run: all that are not made for the other of Fargate and EC2."""
    launch = next((place.value for place in known_places(member.fields, member.part.launch)), None)
    for kind in member.part.runs_all:
        for one in links.sources.by_type.get(kind, ()):
            made_for = next((place.value for place in known_places(one, PARTS[kind].compatible)), None)
            if one.resource.exists is not False and one.resource.mode == "managed" and _fits(launch, made_for):
                yield one


def _fits(launch: Value, made_for: Value) -> bool:
    if not isinstance(launch, str) or not isinstance(made_for, tuple) or not all(isinstance(one, str) for one in made_for):
        return True
    return any(str(one).upper() == "FARGATE" for one in made_for) == launch.upper().startswith("FARGATE")

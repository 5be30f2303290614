"""One account's Region being read: what everything is added to, and how its sources and doubts are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from validator.frontends.snapshot.document import Place
from validator.frontends.snapshot.overlay import Overlay
from validator.resource import Resource
from validator.source import SourceLocation
from validator.values import Cause, Truth, Unknown, Value

Attributes: TypeAlias = "dict[str, Value]"
Mode: TypeAlias = Literal["managed", "data"]


@dataclass(slots=True)
class Reading:
    """One place being read. ``unanswered``: by call and subject, why AWS did not say."""

    place: Place
    overlay: Overlay
    source: str
    unanswered: Mapping[tuple[str, str], Unknown]
    resources: list[Resource] = field(default_factory=list)

    def location(self, address: str) -> SourceLocation:
        """AWS itself, on the day it was asked."""
        return SourceLocation(self.source, address=address)

    def add(self, address: str, kind: str, attributes: Attributes, mode: Mode = "managed", exists: Truth = True) -> None:
        """One more resource."""
        self.resources.append(Resource(address, kind, attributes, self.place.region, self.location(address), mode, exists))

    def open(self, call: str, subject: str, otherwise: Unknown) -> Unknown:
        """Why ``call`` said nothing about ``subject``; ``otherwise`` where it was answered."""
        return self.unanswered.get((call, subject), otherwise)


def source_of(taken: str) -> str:
    """How reports name AWS as a source: with the minute in which it was asked."""
    return f"AWS on {taken[:16]}Z"


def absent(place: Place, subject: str, what: str, source: str) -> Unknown:
    """What is known of something that an account does not have. ``what`` it is not: "is not there"."""
    where = f"account {place.account}" if place.account else "the account"
    return Unknown((Cause(f"{what}: {where} has none of that name in {place.region}", subject, SourceLocation(source, address=subject)),))

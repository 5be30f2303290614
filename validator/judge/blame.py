"""What a finding blames: the place that it is shown at, down to the attribute."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType

from validator.analysis.access import Access, Disposition, Path
from validator.model.gateways import Endpoint, EndpointAssociation
from validator.model.network import Id
from validator.source import SourceLocation

# Says who uses the bucket from outside the inputs; what is to blame is in them.
_OUTSIDE = "configuration"


class Blame(StrEnum):
    """What the findings of a policy blame.

    Of accesses: the workload; the client (what names its Region or bucket); its placement (what names its subnets); the path (the
    last thing on it: the table, filter, statement, endpoint). Of others: the subject; what names an endpoint's service; the
    association of an endpoint with a route table.
    """

    WORKLOAD = "workload"
    CLIENT = "client"
    PLACEMENT = "placement"
    PATH = "path"
    SUBJECT = "subject"
    SERVICE = "service"
    ASSOCIATION = "association"


_OF_ACCESSES = (Blame.WORKLOAD, Blame.CLIENT, Blame.PLACEMENT, Blame.PATH)
_OF_SUBJECTS: Mapping[str, tuple[Blame, ...]] = MappingProxyType(
    {
        "access": _OF_ACCESSES,
        "table": _OF_ACCESSES,
        "endpoint": (Blame.SUBJECT, Blame.SERVICE, Blame.ASSOCIATION),
        "route-table": (Blame.SUBJECT, Blame.ASSOCIATION),
    }
)


def blames_of(subject: str) -> tuple[Blame, ...]:
    """What policies on ``subject`` can blame; the first is what they blame where they do not say."""
    return _OF_SUBJECTS.get(subject, (Blame.SUBJECT,))


def place_of_access(blame: Blame, access: Access) -> SourceLocation:
    """The place of a finding on an access; the workload's where what is to blame stands nowhere."""
    own = access.workload.location
    match blame:
        case Blame.CLIENT:
            places = [one.location for one in access.evidence if one.kind != _OUTSIDE]
        case Blame.PLACEMENT:
            places = [access.position.placement.location] if access.position.placement else []
        case Blame.PATH:
            places = [place for path in _decisive(access) for place in _on(path)]
        case _:
            places = []
    return _best(places, own) or own


def _decisive(access: Access) -> list[Path]:
    """The path that ends as the access does."""
    ends = [path for path in access.paths if path.disposition is access.disposition and path.doubt is access.doubt]
    return (ends or list(access.paths))[:1]


def _on(path: Path) -> Iterator[SourceLocation]:
    """What stands at the end of a path; of an undecided one what leaves it open, for what it ends at may be fine."""
    if path.disposition is Disposition.UNKNOWN:
        yield from (cause.location for cause in path.causes if cause.location and cause.location.address)
        yield from (hop.location for hop in path.hops[-1:] if hop.location)
    else:
        yield from (hop.location for hop in reversed(path.hops) if hop.location)


def place_of_endpoint(blame: Blame, endpoint: Endpoint, associations: Iterable[EndpointAssociation]) -> SourceLocation:
    """The place of a finding on an endpoint."""
    places: list[SourceLocation] = []
    if blame is Blame.SERVICE and endpoint.service_location:
        places = [endpoint.service_location]
    if blame is Blame.ASSOCIATION:
        places = [one.location for one in associations if one.endpoint == endpoint.id and one.exists is not False]
    return _best(places, endpoint.location) or endpoint.location


def place_of_table(blame: Blame, table: Id, own: SourceLocation | None, associations: Iterable[EndpointAssociation]) -> SourceLocation | None:
    """The place of a finding on a route table: of its associations with endpoints, the last, for it comes on top of the others."""
    places = [one.location for one in associations if one.table == table and one.exists is not False] if blame is Blame.ASSOCIATION else []
    return _best(reversed(places), own)


def _best(places: Iterable[SourceLocation], own: SourceLocation | None) -> SourceLocation | None:
    """The first that is as exact as the resource's own, with an address in any case."""
    for one in places:
        if one.line is not None or own is None or own.line is None:
            return one if one.address or own is None else replace(one, address=own.address)
    return own

"""A recorded network becomes Configurations, one per account and Region: what is there, without what the inputs say themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from validator.frontends.snapshot.document import PARAMETER, Failure, Place, Snapshot
from validator.frontends.snapshot.network import network
from validator.frontends.snapshot.overlay import Overlay
from validator.frontends.snapshot.reading import Reading, absent, source_of
from validator.frontends.snapshot.unanswered import notes, open_of, reason_of, stand_ins, unanswered
from validator.regions import is_known_region
from validator.resource import EXPORT, BucketRegion, Configuration, InputKind
from validator.source import SourceLocation
from validator.values import Cause, Unknown, Value


def configurations_of(snapshot: Snapshot, overlay: Overlay) -> tuple[Configuration, ...]:
    """What ``snapshot`` holds, without what the inputs themselves make, change or take away (``overlay``)."""
    seen = {place.account for place in snapshot.places}
    lone = [one for one in snapshot.failures if not any(_is_of(one, place) for place in snapshot.places)]
    regions = sorted({(one.account, one.region) for one in lone})
    places = (*snapshot.places, *(Place(account, region, snapshot.taken) for account, region in regions))
    stored = lookups_of(snapshot)
    return tuple(
        replace(
            _configuration(place, snapshot.failures, overlay, seen),
            parameters={name: value for (region, name), value in stored.items() if region == place.region},
        )
        for place in places
    )


def _is_of(failure: Failure, place: Place) -> bool:
    return (failure.account, failure.region) == (place.account, place.region)


def _configuration(place: Place, failures: Iterable[Failure], overlay: Overlay, seen: set[str]) -> Configuration:
    source = source_of(place.taken)
    own = [one for one in failures if _is_of(one, place)]
    reading = Reading(place, overlay, source, dict(unanswered(own, source)))
    network(reading, seen)
    stand_ins(reading)
    return Configuration(
        path=source,
        kind=InputKind.NETWORK_SNAPSHOT,
        dialect="terraform",
        resources=tuple(sorted(reading.resources, key=lambda resource: resource.address)),
        detail=", ".join(part for part in (place.account and f"account {place.account}", place.region) if part),
        region=place.region,
        exports=dict(_exports(reading)),
        notes=tuple(notes(own, source)),
        bucket_regions=dict(_buckets(reading)),
    )


def _exports(reading: Reading) -> Iterator[tuple[str, Value]]:
    yield from ((one.name, one.value) for one in reading.place.exports)
    yield from open_of(reading, "cloudformation:ListExports")
    for name in reading.place.absent:
        if name.startswith(EXPORT):
            yield name.removeprefix(EXPORT), absent(reading.place, name.removeprefix(EXPORT), "is not exported", reading.source)


def lookups_of(snapshot: Snapshot) -> dict[tuple[str, str], Value]:
    """Values of the parameter store by Region and name; unknown, with the reason, where the store did not say."""
    found: dict[tuple[str, str], Value] = {}
    for failure in snapshot.failures:
        if failure.call == "ssm:GetParameters":
            source = source_of(snapshot.taken)
            found |= {(failure.region, name): Unknown((Cause(reason_of(failure), name, SourceLocation(source)),)) for name in failure.subjects}
    for place in snapshot.places:
        source = source_of(place.taken)
        for name in (one.removeprefix(PARAMETER) for one in place.absent if one.startswith(PARAMETER)):
            found[place.region, name] = absent(place, name, "is not in the parameter store", source)
        for one in place.parameters:
            withheld = Unknown((Cause(f"is not recorded: it is a {one.type} that may be a secret", one.name, SourceLocation(source)),))
            found[place.region, one.name] = withheld if one.value is None else one.value
    return found


def _buckets(reading: Reading) -> Iterator[tuple[str, BucketRegion]]:
    """Buckets with the Region that S3 names; one that is not there has none."""
    states = {one.region_name: one.opt_in_status for one in reading.place.regions}
    for name, why in open_of(reading, "s3:HeadBucket"):
        yield name, BucketRegion(why, reading.source)
    for one in reading.place.buckets:
        if one.bucket_region is None:
            cause = Cause("does not exist: S3 answered that there is no such bucket", one.name, reading.location(one.name))
            yield one.name, BucketRegion(Unknown((cause,)), reading.source)
        else:
            yield one.name, BucketRegion(one.bucket_region, reading.source + _of_region(one.bucket_region, states.get(one.bucket_region, "")))


def _of_region(region: str, state: str) -> str:
    """What there is to say of a Region that not everybody can use."""
    if state == "not-opted-in":
        return "; the account has not enabled that Region"
    return "" if is_known_region(region) else "; a Region that this version does not know"

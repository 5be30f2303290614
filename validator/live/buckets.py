"""Which Region buckets are in: one request each, whose header says it whatever else the answer is (aws-facts H7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from validator.frontends.snapshot.facts import Bucket
from validator.live import calls
from validator.live.clients import Clients, Refusal
from validator.live.pool import in_parallel
from validator.live.rooms import Room, described, run
from validator.regions import is_enabled_everywhere, is_region

_HEADER = "x-amz-bucket-region"
_NOT_FOUND = 404
Told: TypeAlias = "tuple[int, Mapping[str, str]] | Refusal"


def ask_buckets(clients: Clients, asked: Sequence[tuple[Room, str]]) -> None:
    """Ask for every bucket by name, and then about Regions that not every account is in."""

    def task(room: Room, name: str) -> Callable[[], Told]:
        return lambda: clients.headers(room.who, room.region, calls.HEAD_BUCKET, Bucket=name)

    for index, told in in_parallel([task(room, name) for room, name in asked], clients.deadline):
        room, name = asked[index]
        _keep(room, name, clients.too_late if told is None else told)
    rooms = {id(room): room for room, _ in asked}.values()
    run(clients, [job for room in rooms for job in described(room, calls.REGIONS, "regions", set(_to_enable(room)), "region-name")])


def _keep(room: Room, name: str, told: Told) -> None:
    if isinstance(told, Refusal):
        room.fail(str(calls.HEAD_BUCKET), told.reason, [name])
        return
    status, headers = told
    region = headers.get(_HEADER, "")
    if is_region(region):
        room.found["buckets"][name] = Bucket(name, region)
    elif status == _NOT_FOUND:
        room.found["buckets"][name] = Bucket(name)
    else:
        room.fail(str(calls.HEAD_BUCKET), f"was answered with {status}, without a Region", [name])


def _to_enable(room: Room) -> Iterator[str]:
    for fact in room.found["buckets"].values():
        if isinstance(fact, Bucket) and fact.bucket_region and not is_enabled_everywhere(fact.bucket_region):
            yield fact.bucket_region

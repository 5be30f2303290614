"""What is being asked of one account in one Region, and what it has answered so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from validator.frontends.snapshot.document import KINDS, Failure, Place, identity
from validator.frontends.snapshot.facts import TAGS, Fact, Vpc
from validator.live.calls import Call
from validator.live.clients import Answer, Clients, Refusal, Who
from validator.live.pool import in_parallel

_MOST_IDS = 200
UNREADABLE = "has an answer that cannot be read"


@dataclass(slots=True, eq=False)
class Room:
    """One account's Region. ``found``: facts by kind (a field of Place) and identity; ``attributes``: of VPCs, which are asked one by one."""

    who: Who
    region: str
    account: str
    found: dict[str, dict[str, Fact]] = field(default_factory=lambda: {name: {} for name in KINDS})
    failures: list[Failure] = field(default_factory=list)
    absent: set[str] = field(default_factory=set)
    attributes: dict[str, dict[str, bool]] = field(default_factory=dict)

    def fail(self, call: str, reason: str, subjects: Iterable[str]) -> None:
        """Note that there is no answer about ``subjects``."""
        self.failures.append(Failure(call, reason, self.region, tuple(sorted(subjects)), self.account))

    def failed(self, *named: Call) -> set[str]:
        """What one of these calls did not say."""
        names = {str(one) for one in named}
        return {subject for failure in self.failures if failure.call in names for subject in failure.subjects}

    def keep(self, kind: str, items: Iterable[Mapping[str, object]]) -> None:
        """Cut answers to facts and keep them. Raises msgspec.ValidationError."""
        for item in items:
            fact = _fact(KINDS[kind], item)
            self.found[kind][identity(fact)] = fact

    def place(self, taken: str, whole: Iterable[str]) -> Place:
        """What was found, as the snapshot holds it."""
        kinds = {kind: tuple(map(self._whole, facts.values())) for kind, facts in self.found.items()}
        return Place(self.account, self.region, taken, tuple(sorted(whole)), tuple(sorted(self.absent)), **kinds)  # type: ignore[arg-type]

    def _whole(self, fact: Fact) -> Fact:
        if not isinstance(fact, Vpc):
            return fact
        told = self.attributes.get(fact.vpc_id, {})
        return msgspec.structs.replace(fact, enable_dns_support=told.get("EnableDnsSupport"), enable_dns_hostnames=told.get("EnableDnsHostnames"))


def _fact(kind: type[Fact], item: Mapping[str, object]) -> Fact:
    tags = item.get("Tags")
    if isinstance(tags, list):
        item = {**item, "Tags": [tag for tag in tags if tag.get("Key") in TAGS]}
    return _sorted(msgspec.convert(item, kind, strict=False))


def _sorted(fact: Fact) -> Fact:
    """The order of members says nothing, and AWS does not promise one."""
    lists = {name: value for name in fact.__struct_fields__ if isinstance(value := getattr(fact, name), tuple)}
    return msgspec.structs.replace(fact, **{name: tuple(sorted(value, key=msgspec.json.encode)) for name, value in lists.items()})


@dataclass(frozen=True, slots=True)
class Job:
    """One call about ``subjects``; ``take`` keeps what the answer says. ``take`` may raise msgspec.ValidationError, LookupError or TypeError."""

    room: Room
    call: Call
    subjects: tuple[str, ...]
    parameters: Mapping[str, object]
    take: Callable[[Room, list[Answer]], None]


def run(clients: Clients, jobs: Sequence[Job]) -> None:
    """Make the calls side by side; what has no answer becomes a failure of its room."""

    def task(job: Job) -> Callable[[], list[Answer] | Refusal]:
        return lambda: clients.call(job.room.who, job.room.region, job.call, **job.parameters)

    for index, answer in in_parallel([task(job) for job in jobs], clients.deadline):
        job = jobs[index]
        match answer:
            case None:
                job.room.fail(str(job.call), clients.too_late.reason, job.subjects)
            case Refusal(reason):
                job.room.fail(str(job.call), reason, job.subjects)
            case _:
                try:
                    job.take(job.room, answer)
                except (msgspec.ValidationError, LookupError, TypeError, AttributeError):
                    job.room.fail(str(job.call), UNREADABLE, job.subjects)


def described(
    room: Room, call: Call, kind: str, ids: Iterable[str], selector: str = "", more: Mapping[str, Sequence[str]] | None = None
) -> Iterator[Job]:
    """Jobs that describe what ``selector`` (the call's own: ids) picks, as many at once as a filter takes."""
    own = not selector
    name = "Filter" if call.operation == "DescribeNatGateways" else "Filters"
    for batch in batches(sorted(ids), _MOST_IDS):
        picks = {selector or call.selector: batch, **(more or {})}
        filters = [{"Name": key, "Values": list(values)} for key, values in picks.items()]

        def take(room: Room, pages: list[Answer], batch: Sequence[str] = batch) -> None:
            for page in pages:
                room.keep(kind, page.get(call.result, ()))
            if own:
                room.absent.update(set(batch) - set(room.found[kind]))

        yield Job(room, call, tuple(batch), {name: filters}, take)


def batches(names: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """``names`` in pieces of at most ``size``."""
    return (names[start : start + size] for start in range(0, len(names), size))

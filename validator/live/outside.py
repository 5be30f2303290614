"""What stands outside the inputs: a recorded snapshot, and what AWS says while the run lasts, as one more source of values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from validator.analysis.access import Intent
from validator.errors import UsageError
from validator.frontends.snapshot.document import SCHEMA, Snapshot, age, merged, read, written
from validator.frontends.snapshot.overlay import Overlay, overlay_of
from validator.frontends.snapshot.reader import configurations_of, lookups_of
from validator.frontends.snapshot.selection import selected
from validator.live.pool import Deadline
from validator.live.questions import Question, bucket_questions, questions
from validator.model.topology import Topology
from validator.options import Options, now
from validator.resource import Configuration
from validator.values import Value


class Outside:
    """The network around the inputs of one run; grows as it is asked."""

    def __init__(self, options: Options) -> None:
        """Read the recorded snapshot, if there is one and AWS is not asked anew. Raises InputError, or UsageError where it is too old."""
        self._options = options
        self._asked: set[Question] = set()
        self._deadline = Deadline(options.live.timeout) if options.live else None
        self._now = now()
        self._remarks: list[str] = []
        self.snapshot = Snapshot(SCHEMA, _stamp(self._now))
        if options.network is not None and options.live is None:
            self.snapshot = read(options.network)
            self._check_age(self.snapshot, str(options.network))

    def _check_age(self, snapshot: Snapshot, name: str) -> None:
        days = age(snapshot.taken, self._now)
        limit = self._options.max_age
        if limit is not None and days > limit:
            raise UsageError(f"{name}: was recorded {days:.1f} days ago, expected at most {limit:g} (--max-age): record it again")
        self._remarks.append(f"{name}: the network as AWS showed it on {snapshot.taken}, {_told(days)} ago")

    @property
    def lookups(self) -> Mapping[tuple[str, str], Value]:
        """Values of the parameter store by Region and name."""
        return lookups_of(self.snapshot)

    @property
    def remarks(self) -> tuple[str, ...]:
        """Lines for standard error: how old what was recorded is, and what AWS did not say."""
        failed = dict.fromkeys((one.call, one.reason, one.region, one.account) for one in self.snapshot.failures)
        return (*self._remarks, *(_remark(*one) for one in failed))

    def configurations(self, inputs: Sequence[Configuration]) -> tuple[Configuration, ...]:
        """What stands outside ``inputs`` and concerns them; all of it, where there are none."""
        overlay = overlay_of(inputs)
        whole = configurations_of(self.snapshot, overlay)
        if not inputs:
            return whole
        names = {one.name for one in questions(inputs, whole, overlay)}
        return configurations_of(selected(self.snapshot, names), overlay)

    def ask(self, inputs: Sequence[Configuration], topology: Topology, intents: Sequence[Intent]) -> bool:
        """Ask AWS for what ``inputs`` leave open, if that is wanted; whether there was anything to ask that had not been.

        ``topology`` and ``intents`` are made of the inputs and of what is known outside: what they name outside is asked for too.
        """
        if self._options.live is None:
            return False
        overlay = overlay_of(inputs)
        told = configurations_of(self.snapshot, overlay)
        return self._ask({*questions(inputs, told, overlay), *bucket_questions(topology, intents)}, overlay)

    def ask_for(self, regions: Sequence[str], vpcs: Sequence[str], buckets: Sequence[str], *, whole: bool) -> None:
        """Ask for VPCs and buckets by name in every one of ``regions``, or for all that is in them (``whole``)."""
        found = {Question("id", vpc, region) for vpc in vpcs for region in regions}
        found |= {Question("bucket", name, regions[0]) for name in buckets}
        found |= {Question("region", region, region) for region in regions if whole}
        self._ask(found, Overlay())

    def _ask(self, wanted: set[Question], overlay: Overlay) -> bool:
        found = wanted - self._asked
        if not found or self._options.live is None or self._deadline is None:
            return False
        from validator.live.ask import ask  # noqa: PLC0415 - boto3 is imported only to ask

        self._asked |= found
        said = ask(found, self._options.live, self._deadline, _stamp(self._now), overlay.owns)
        self.snapshot = merged(self.snapshot, said)
        return True

    @property
    def answered(self) -> bool:
        """Whether nothing that was asked is left without an answer."""
        return not self.snapshot.failures

    @property
    def written(self) -> str:
        """The snapshot as a file holds it."""
        return written(self.snapshot)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _told(days: float) -> str:
    if days < 1 / 24:
        return "less than an hour"
    return f"{days * 24:.0f} hours" if days < 2 else f"{days:.0f} days"  # noqa: PLR2004


def _remark(call: str, reason: str, region: str, account: str) -> str:
    where = ", ".join(part for part in (region, account and f"account {account}") if part)
    return f"{call} in {where} {reason}" if call else f"AWS was not asked about everything: {reason}"

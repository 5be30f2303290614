"""What the configuration says of accesses: those that no input shows, clients, the kinds of evidence that count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from validator.analysis.access import Client, Evidence, Intent
from validator.analysis.buckets import Directory
from validator.analysis.clients import client_of, hosts_of
from validator.analysis.matrix import SDKS, Sdk, sdk_of_runtime
from validator.analysis.platforms import platform_client
from validator.analysis.strings import named_in
from validator.globs import matches
from validator.model.topology import Topology
from validator.model.workloads import EnvironmentVariable, Workload
from validator.options import Declared
from validator.values import Cause, Ref

NOTHING = Declared()
_NO_MATCH = "names no workload of the inputs"


@dataclass(frozen=True, slots=True)
class Settled:
    """What the configuration settles of a workload's clients; None: nothing."""

    sdk: Sdk | None = None
    region: str | None = None

    def sdk_for(self, shown: Sdk | None) -> Sdk | None:
        """The declared client in the place of one that nothing shows, or only by its family; others stay what they are."""
        if self.sdk is None or (shown is not None and self.sdk.name not in shown.members):
            return shown
        return self.sdk

    def client(self, workload: Workload, shown: Sdk | None, given: Mapping[str, object], note: str | None = None) -> Client:
        """The client where nothing in its command or code names a Region."""
        sdk = self.sdk_for(shown)
        concerned = self.sdk is None or sdk is self.sdk
        if self.region is not None and concerned:
            return client_of(sdk, self.region, "configuration")
        return platform_client(workload, sdk, given, note if sdk is shown else None)


def settled_for(workload: Workload, declared: Declared) -> Settled:
    """What the ``[[client]]`` tables that match say, later ones over earlier ones."""
    found = Settled()
    for one in declared.clients:
        if matches(one.workload, workload.id):
            found = Settled(SDKS[one.sdk] if one.sdk else found.sdk, one.region or found.region)
    return found


def declared_intents(workload: Workload, directory: Directory, declared: Declared, settled: Settled) -> Iterator[Intent]:
    """The accesses that ``[[access]]`` tables add to a workload."""
    for one in declared.accesses:
        if not matches(one.workload, workload.id):
            continue
        known = directory.of_reference(Ref(one.bucket, "id"))
        naming = next(iter(named_in(one.bucket)), None)
        buckets = (known,) if known is not None else directory.of_parts((naming.bucket if naming else one.bucket,), naming, one.location)
        for bucket in buckets:
            shown = sdk_of_runtime(workload.runtime)
            if one.region is not None:
                client = client_of(settled.sdk_for(shown), one.region, "configuration")
            else:
                client = settled.client(workload, shown, _given(workload))
            evidence = Evidence("configuration", f"the configuration says that it uses {bucket.id}", one.location)
            yield Intent(workload, bucket, client, hosts_of(client, bucket), (evidence,))


def _given(workload: Workload) -> Mapping[str, object]:
    listed = workload.environment if isinstance(workload.environment, tuple) else ()
    return {one.name: one.value for one in listed if isinstance(one, EnvironmentVariable) and not one.scope}


def counts(intent: Intent, declared: Declared) -> bool:
    """Whether an intent has evidence of a kind that counts."""
    return not declared.evidence or any(one.kind in declared.evidence for one in intent.evidence)


def unmatched(declared: Declared, topology: Topology) -> tuple[Cause, ...]:
    """A note for every table whose glob matches no workload."""
    tables = [*((one.workload, one.location) for one in declared.accesses), *((one.workload, one.location) for one in declared.clients)]
    return tuple(
        Cause(_NO_MATCH, f'{location.attribute} workload = "{glob}"', replace(location, attribute=None))
        for glob, location in tables
        if not any(matches(glob, workload) for workload in topology.workloads)
    )

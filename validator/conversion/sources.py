"""All resources of all inputs, filed by type, as fields in the names of their own configuration."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from validator.conversion.fields import Fields
from validator.conversion.identities import namings
from validator.conversion.vocabulary import Terms
from validator.model.network import Id
from validator.resource import BucketRegion, Configuration


@dataclass(frozen=True, slots=True)
class Sources:
    """Resources by type, and by id. ``bucket_regions`` are known by the buckets' names."""

    by_type: Mapping[str, Sequence[Fields]]
    ids: Mapping[Id, Fields]
    bucket_regions: Mapping[str, BucketRegion]

    def of(self, vocabulary: Mapping[str, Terms]) -> Iterator[tuple[Fields, Terms]]:
        """The resources of the types of ``vocabulary`` that are not known to be absent, with the terms of their type."""
        for name, terms in vocabulary.items():
            for fields in self.by_type.get(name, ()):
                if fields.resource.exists is not False:
                    yield fields, terms

    def by_id(self, identity: Id) -> Fields | None:
        """The resource whose id in the topology is ``identity``."""
        return self.ids.get(identity)


def sources_of(configurations: Sequence[Configuration]) -> Sources:
    """File the resources of ``configurations``."""
    by_type: defaultdict[str, list[Fields]] = defaultdict(list)
    ids: dict[Id, Fields] = {}
    for configuration, naming in zip(configurations, namings(configurations), strict=True):
        for resource in configuration.resources:
            if resource.address in naming.looked_up:
                continue
            fields = Fields(resource, naming, resource.attributes)
            by_type[resource.type].append(fields)
            ids[fields.id] = fields
    regions = {name: known for one in configurations for name, known in sorted(one.bucket_regions.items())}
    return Sources(by_type, ids, regions)

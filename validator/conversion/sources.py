"""All resources of all inputs, filed by type, as fields in the names of their own configuration.

What a plan deletes or changes is filed apart, as it was: attributes that the provider filled in by itself (a table's routes, an endpoint's
tables, the rules of a group or an ACL) still show it, unless the plan touches the resource that has them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from validator.conversion.fields import Fields
from validator.conversion.identities import namings
from validator.conversion.vocabulary import Terms
from validator.model.network import Id
from validator.resource import BucketRegion, Configuration


@dataclass(frozen=True, slots=True)
class Sources:
    """Resources by type, and by id. ``bucket_regions`` are known by the buckets' names. ``gone``: what plans change, as it was before."""

    by_type: Mapping[str, Sequence[Fields]]
    ids: Mapping[Id, Fields]
    bucket_regions: Mapping[str, BucketRegion]
    gone: Mapping[str, Sequence[Fields]] = field(default_factory=dict)

    @property
    def past(self) -> Sources:
        """What plans change, as it was before."""
        return Sources(self.gone, self.ids, self.bucket_regions)

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
    gone: defaultdict[str, list[Fields]] = defaultdict(list)
    ids: dict[Id, Fields] = {}
    for configuration, naming in zip(configurations, namings(configurations), strict=True):
        for resource in configuration.resources:
            if resource.address in naming.looked_up:
                continue
            fields = Fields(resource, naming, resource.attributes)
            by_type[resource.type].append(fields)
            ids[fields.id] = fields
        for resource in configuration.before or ():
            gone[resource.type].append(Fields(resource, naming, resource.attributes))
    regions = {name: known for one in configurations for name, known in sorted(one.bucket_regions.items())}
    return Sources(by_type, ids, regions, gone)

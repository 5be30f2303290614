"""Which bucket a name in a text means: one of the inputs, AWS's own, or somebody's whose Region may be known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from validator.analysis.aws_owned import aws_owned
from validator.analysis.strings import Naming
from validator.model.storage import Bucket, BucketKind, Owner
from validator.model.topology import Topology
from validator.regions import HostForm, is_directory_bucket_name, is_region, region_in_bucket_name
from validator.source import SourceLocation
from validator.values import Cause, Ref, Unknown, unknown

_MOST_NAMES = 16
_SPECIMEN_REGION, _SPECIMEN_ACCOUNT = "eu-west-1", "123456789012"


class Directory:
    """The buckets of one estate by name, by address and by how a symbolic name is written."""

    def __init__(self, topology: Topology, regions: Mapping[str, str]) -> None:
        self._by_id = {**topology.buckets, **{aspect: bucket for bucket in topology.buckets.values() for aspect in bucket.aspects}}
        self._told = topology.bucket_regions
        self._by_name = {bucket.name: bucket for bucket in topology.buckets.values() if isinstance(bucket.name, str)}
        self._by_writing = {signature(bucket.written.parts): bucket for bucket in topology.buckets.values() if bucket.written is not None}
        # The most specific pattern first: exact names, then the longest glob.
        self._regions = sorted(regions.items(), key=lambda item: ("*" in item[0] or "?" in item[0], -len(item[0]), item[0]))

    def of_reference(self, reference: Ref) -> Bucket | None:
        """The bucket whose attribute this is."""
        return self._by_id.get(reference.address)

    def known(self, name: str) -> Bucket | None:
        """The bucket of the inputs that has this name."""
        return self._by_name.get(name)

    def of_parts(self, parts: Sequence[str | Ref | Unknown], naming: Naming | None, location: SourceLocation) -> tuple[Bucket, ...]:
        """The buckets that a name of these parts means: one; of an unknown name made from buckets of the inputs, those."""
        match parts:
            case (str() as name,):
                return (self._named(name, naming, location),)
            case (Ref() as reference,) if (found := self.of_reference(reference)) is not None:
                return (found,)
        if (written := self._by_writing.get(signature(parts))) is not None:
            return (written,)
        if mentioned := mentioned_buckets(parts, self):
            return mentioned
        possible = [self._named(name, naming, location) for name in possible_names(parts)]
        if possible and all(bucket.owner == "input" for bucket in possible):
            return tuple(possible)
        return (self._symbolic(parts, naming, location, possible),)

    def masked(self, bucket: Bucket, what: str, location: SourceLocation) -> Bucket:
        """A bucket outside the inputs whose name only a sensitive value holds."""
        if bucket.owner == "input":
            return bucket
        outside = unknown("is outside the input, and nothing says which Region it is in", what, location)
        region = outside if isinstance(bucket.region, Unknown) else bucket.region
        return replace(bucket, id=what, name=unknown("is marked sensitive", what, location), region=region, sensitive=True)

    def _named(self, name: str, naming: Naming | None, location: SourceLocation) -> Bucket:
        if (found := self._by_name.get(name)) is not None:
            return found
        region, source = self._region_of(name, naming)
        told = self._told.get(name)
        settled = region or (told.region if told else unknown("is outside the input, and nothing says which Region it is in", name, location))
        return Bucket(name, name, settled, source, _owner(name), None, _kind(name, naming))

    def _region_of(self, name: str, naming: Naming | None) -> tuple[str | None, str | None]:
        if region := region_in_bucket_name(name):
            return region, "its name"
        owned = aws_owned(name)
        if owned is not None and owned.region is not None:
            return owned.region, owned.source
        # AWS knows; a configuration speaks for what AWS was not asked about, or did not say.
        if (told := self._told.get(name)) is not None and isinstance(told.region, str):
            return told.region, told.source
        for pattern, region in self._regions if owned is None else ():
            if name == pattern or fnmatchcase(name, pattern):
                return region, "[buckets] in the configuration"
        # A host that names a Region answers for buckets of that Region only; a client with a redirect to follow says nothing.
        if naming and naming.region and is_region(naming.region) and (naming.access_point or _states_region(naming)):
            return naming.region, "its URL" if naming.form == "url" else "its ARN"
        return None, None

    def _symbolic(self, parts: Sequence[str | Ref | Unknown], naming: Naming | None, location: SourceLocation, possible: Sequence[Bucket]) -> Bucket:
        """A bucket whose name is not known; its Region may be, where it is that of all that it may be."""
        causes = [cause for part in parts if isinstance(part, Unknown) for cause in part.causes]
        causes += [Cause("is known only after deployment", str(part), location) for part in parts if isinstance(part, Ref)]
        shown = "".join(part if isinstance(part, str) else f"${{{_subject(part)}}}" for part in parts)
        open_name = Unknown(tuple(causes), tuple(bucket.id for bucket in possible) or None)
        if len({(bucket.region, bucket.owner) for bucket in possible}) == 1 and isinstance(possible[0].region, str):
            return Bucket(shown, open_name, possible[0].region, possible[0].region_source, possible[0].owner, None)
        if naming and naming.region and is_region(naming.region) and _states_region(naming):
            return Bucket(shown, open_name, naming.region, "its URL", "external", None)
        if (region := region_in_bucket_name(shown)) is not None:
            return Bucket(shown, open_name, region, "its name", "external", None)
        if (found := _named_by_stack(parts)) is not None:
            return Bucket(shown, open_name, found[0], "its name", found[1], None)
        return Bucket(shown, open_name, Unknown(tuple(causes)), None, "external", None)


def _named_by_stack(parts: Sequence[str | Ref | Unknown]) -> tuple[Unknown, Owner] | None:
    """The Region of a stack that nobody has named, where it stands in a name in the place that tells the bucket's Region, and whose that is."""
    regions = [part for part in parts if isinstance(part, Unknown) and (part.symbol or "").endswith("|AWS::Region")]
    if not regions or not all(one.same_as(regions[0]) for one in regions):
        return None
    name = "".join(part if isinstance(part, str) else _SPECIMEN_REGION if part in regions else _SPECIMEN_ACCOUNT for part in parts)
    owned = aws_owned(name)
    told = region_in_bucket_name(name) if owned is None else owned.region
    return (regions[0], "external" if owned is None else "aws") if told == _SPECIMEN_REGION else None


def _states_region(naming: Naming) -> bool:
    return naming.host is not None and naming.host.form not in {HostForm.GLOBAL, HostForm.EXTERNAL}


def _subject(part: Ref | Unknown) -> str:
    return str(part) if isinstance(part, Ref) else part.causes[0].subject


def signature(parts: Sequence[str | Ref | Unknown]) -> tuple[str, ...]:
    """How a symbolic name is written; the same writing in one input is the same name."""
    return tuple(part if isinstance(part, str) else f"\0{_origin(part)}" for part in parts)


def _origin(part: Ref | Unknown) -> str:
    if isinstance(part, Ref):
        return str(part)
    return " ".join(f"{cause.location.path if cause.location else ''} {cause.subject}" for cause in part.causes)


def possible_names(parts: Sequence[str | Ref | Unknown]) -> tuple[str, ...]:
    """The names that a text with bounded pieces may come to; empty where a piece is not bounded, or there are many."""
    names = [""]
    for part in parts:
        choices = (part,) if isinstance(part, str) else part.among if isinstance(part, Unknown) else None
        if choices is None or not all(isinstance(choice, str) for choice in choices):
            return ()
        names = [f"{name}{choice}" for name in names for choice in choices]
        if len(names) > _MOST_NAMES:
            return ()
    return tuple(names)


def mentioned_buckets(parts: Sequence[str | Ref | Unknown], directory: Directory) -> tuple[Bucket, ...]:
    """The buckets of the inputs that unknown pieces are made from."""
    mentions = [mention for part in parts if isinstance(part, Unknown) for mention in part.mentions]
    mentions += [part for part in parts if isinstance(part, Ref)]
    found = {bucket.id: bucket for mention in mentions if (bucket := directory.of_reference(mention)) is not None}
    return tuple(found[identity] for identity in sorted(found))


def _owner(name: str) -> Owner:
    return "aws" if aws_owned(name) is not None else "external"


def _kind(name: str, naming: Naming | None) -> BucketKind:
    if naming is not None and naming.access_point:
        return BucketKind.ACCESS_POINT
    return BucketKind.DIRECTORY if is_directory_bucket_name(name) else BucketKind.GENERAL

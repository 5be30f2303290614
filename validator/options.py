"""What a run was asked to do: the options of the command line and the configuration file, merged."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal, TypeAlias

from validator.source import SourceLocation
from validator.values import Value

FailOn: TypeAlias = Literal["error", "warning", "never"]
Assignments: TypeAlias = "Path | Mapping[str, str]"
"""Values by name, or a file of them."""


def now() -> datetime:
    """The moment of ``SOURCE_DATE_EPOCH`` (seconds; reproducible runs), else this one, in UTC."""
    written = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(written), UTC) if written.isdigit() else datetime.now(UTC)


def today() -> date:
    """The day that it is."""
    return now().date()


@dataclass(frozen=True, slots=True)
class Mention:
    """A policy that a configuration file names, and where: ``.s3reach.toml:4``."""

    policy: str
    place: str


@dataclass(frozen=True, slots=True)
class Waiver:
    """Findings that somebody accepted: of ``policy`` (an id or glob), about ``subject`` and ``bucket`` (globs; None: whichever).

    ``paths`` are those of the run whose findings it is for; None: all. ``expires`` is the last day on which it holds; None: for good.
    ``location`` is where it is written.
    """

    policy: str
    reason: str
    expires: date | None
    location: SourceLocation
    subject: str | None = None
    bucket: str | None = None
    paths: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """How AWS is asked.

    ``profiles`` and ``roles`` (ARNs): credentials by provider configuration, stack or account; "" for all others. ``timeout``: seconds
    for all questions together. ``record``: the file that the answers are written to. ``workloads``: ask for what runs in the VPCs too.
    """

    profiles: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 60.0
    record: Path | None = None
    workloads: bool = False


@dataclass(frozen=True, slots=True)
class DeclaredAccess:
    """That workloads (a glob of their addresses) use a bucket, which no input shows; ``region``: that of their client."""

    workload: str
    bucket: str
    location: SourceLocation
    region: str | None = None


@dataclass(frozen=True, slots=True)
class DeclaredClient:
    """Which client workloads use (a name of the client matrix), with which Region; None: as the inputs show it."""

    workload: str
    location: SourceLocation
    sdk: str | None = None
    region: str | None = None


EVIDENCE = ("environment", "script", "reference", "property", "url", "configuration", "permission")
"""The kinds of evidence that a workload uses a bucket."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What the configuration says of accesses. ``evidence``: the kinds that count; empty: all."""

    accesses: tuple[DeclaredAccess, ...] = ()
    clients: tuple[DeclaredClient, ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Output:
    """How the report is written, as the configuration says it: ``formats`` are ``NAME`` or ``NAME=FILE``."""

    formats: tuple[str, ...] = ()
    quiet: bool = False
    verbose: bool = False
    color: bool = True


@dataclass(frozen=True, slots=True)
class Options:
    """Options of ``check``.

    ``regions``: Regions to judge CloudFormation stacks in, and the fallback of a Terraform provider without one.
    ``parameters``: CloudFormation parameters by name; ``every_allowed_value``: judge each allowed value of those without one.
    ``variables``, ``variable_files``, ``variables_from_environment``: Terraform variables
    of module directories. ``configured_variables``: from the configuration, below them; of these a module takes those that it declares.
    ``source``: the module directory that a plan came from.
    ``changed_only``: findings that a plan has nothing to do with do not count.
    ``policies``: folders with more of them; ``packs``: shipped ones that are off unless asked for.
    ``buckets``: bucket name or glob to Region, from the configuration. ``declared``: accesses and clients there.
    ``mentions``: the policies that it names.
    ``waivers``: those of the configuration; ``today``: the day by which they expire.
    ``baseline``: a file of findings that do not count.
    ``network``: a recorded snapshot, ``max_age`` its greatest age in days. ``live``: how to ask AWS; None: not at all.
    ``lookups``: values of the parameter store by Region and name.
    ``sections``: what holds for one of ``paths`` instead, where that is something else.
    """

    paths: tuple[str, ...]
    regions: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    every_allowed_value: bool = False
    variable_files: tuple[Path, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    configured_variables: tuple[Assignments, ...] = ()
    variables_from_environment: bool = False
    source: Path | None = None
    policies: tuple[Path, ...] = ()
    packs: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    buckets: Mapping[str, str] = field(default_factory=dict)
    declared: Declared = field(default_factory=Declared)
    severities: Mapping[str, str] = field(default_factory=dict)
    mentions: tuple[Mention, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    baseline: Path | None = None
    today: date = field(default_factory=today)
    fail_on: FailOn = "error"
    changed_only: bool = False
    output: Output = field(default_factory=Output)
    network: Path | None = None
    max_age: float | None = None
    live: Live | None = None
    lookups: Mapping[tuple[str, str], Value] = field(default_factory=dict)
    sections: Mapping[str, Options] = field(default_factory=dict)

    def of(self, path: str) -> Options:
        """What holds for one of ``paths``."""
        return self.sections.get(path, self)

    @property
    def all_parameters(self) -> tuple[str, ...]:
        """The names of the CloudFormation parameters that are given, for whatever path."""
        return tuple(dict.fromkeys(name for one in (self, *self.sections.values()) for name in one.parameters))

    @property
    def named_regions(self) -> tuple[tuple[str, str], ...]:
        """The Regions that the user names, each with where."""
        given = [("--region", region) for one in (self, *self.sections.values()) for region in one.regions]
        return (*given, *((f'[buckets] "{name}"', region) for name, region in self.buckets.items()))

    def with_fail_on(self, level: FailOn) -> Options:
        """The same with one gate for all paths."""
        return replace(self, fail_on=level, sections={path: replace(one, fail_on=level) for path, one in self.sections.items()})

    def with_lookups(self, found: Mapping[tuple[str, str], Value]) -> Options:
        """The same with values of the parameter store."""
        return replace(self, lookups=found, sections={path: one.with_lookups(found) for path, one in self.sections.items()})

    def with_parameters(self, chosen: Mapping[str, str]) -> Options:
        """The same with values for parameters that have none."""
        sections = {path: one.with_parameters(chosen) for path, one in self.sections.items()}
        return replace(self, parameters={**chosen, **self.parameters}, sections=sections)

"""A question is asked once per Region and per choice of allowed values: which runs that makes, and the one answer of several."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from validator.analysis.access import Access, Analysis
from validator.errors import UsageError
from validator.frontends.inputs import RegionOf
from validator.judge.finding import Judged
from validator.judge.policy import Policy
from validator.judge.worlds import World, merged
from validator.model.topology import Topology
from validator.options import Options
from validator.resource import Configuration
from validator.sections import Owners, united

_MOST = 64


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of the stages makes of the inputs, or several put together; ``owners`` say whose each finding is."""

    configurations: tuple[Configuration, ...]
    topology: Topology
    judged: Judged
    owners: Owners

    @property
    def refused(self) -> bool:
        """Whether CloudFormation refuses one of the stacks with these parameters."""
        return any(one.refused for one in self.configurations)


def region_choices(options: Options) -> list[RegionOf]:
    """The Regions to judge the estate in: paths with the same list go through it together, different lists are combined."""
    groups: dict[tuple[str | None, ...], list[str]] = {}
    for path in options.paths:
        groups.setdefault(options.of(path).regions or (None,), []).append(path)
    if math.prod(len(regions) for regions in groups) > _MOST:
        raise UsageError(f"the paths and their Regions make more than {_MOST} combinations; judge some of the paths by themselves")
    return [{path: region for paths, region in zip(groups.values(), chosen, strict=True) for path in paths} for chosen in itertools.product(*groups)]


def parameter_choices(configurations: Iterable[Configuration]) -> list[Mapping[str, str]]:
    """Every combination of the allowed values of parameters that have none; of one that several inputs have, of those that all allow."""
    allowed: dict[str, tuple[str, ...]] = {}
    for configuration in configurations:
        for name, values in configuration.choices.items():
            allowed[name] = tuple(value for value in allowed.get(name, values) if value in values)
    names = sorted(allowed)
    if math.prod(len(values) for values in allowed.values()) > _MOST:
        raise UsageError(f"--every-allowed-value would judge more than {_MOST} combinations; give some of {', '.join(names)} with -P")
    return [dict(zip(names, values, strict=True)) for values in itertools.product(*(allowed[name] for name in names))]


def in_all_worlds(worlds: Sequence[tuple[Mapping[str, str], Run]], policies: Sequence[Policy]) -> Run:
    """What holds for every choice of parameters that no rule of a template forbids."""
    # Where every choice is refused, the notes say so, and what would be is still told.
    possible = [one for one in worlds if not one[1].refused] or worlds
    first = possible[0][1]
    if len(possible) == 1:
        return first
    judged = merged([World(choice, run.judged) for choice, run in possible], {policy.id: policy.unknown for policy in policies})
    return replace(first, judged=judged, owners=united([run.owners for _, run in possible]))


def distinct(runs: Iterable[Run]) -> list[Run]:
    """The runs that differ: a plan names its Regions itself, judged for several it is the same each time."""
    kept: list[Run] = []
    for run in runs:
        if not any(run.judged == other.judged for other in kept):
            kept.append(run)
    return kept


def in_all_regions(runs: Sequence[Run]) -> Run:
    """What is found in any of the Regions."""
    first = runs[0]
    if len(runs) == 1:
        return first
    analyses = [run.judged.analysis for run in runs]
    analysis = Analysis(
        tuple(sorted((access for one in analyses for access in one.accesses), key=_access_key)),
        tuple(covered for one in analyses for covered in one.coverage),
        tuple(dict.fromkeys(unnamed for one in analyses for unnamed in one.unnamed)),
    )
    findings = sorted((finding for run in runs for finding in run.judged.findings), key=lambda finding: finding.sort_key)
    return replace(first, judged=Judged(analysis, tuple(findings)), owners=united([run.owners for run in runs]))


def _access_key(access: Access) -> tuple[str, str, str, str]:
    return (access.workload.id, str(access.position.subnet), access.bucket.id, access.id)

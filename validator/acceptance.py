"""What of the findings is accepted: by waivers, and by the baseline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from validator.conversion.identities import allowances, namings
from validator.judge import baseline
from validator.judge.finding import Finding
from validator.judge.policy import Policy
from validator.judge.waivers import Waivers, placed
from validator.options import Options
from validator.resource import Configuration
from validator.runs import Run
from validator.values import Cause

Findings = tuple[Finding, ...]


def accepted(
    whole: Run, estates: Sequence[Sequence[Configuration]], options: Options, policies: Sequence[Policy]
) -> tuple[Findings, tuple[Cause, ...]]:
    """The findings with their status, and what is to be said of waivers and baseline. ``estates`` are the inputs, once per Region.

    Raises ConfigurationError for a waiver in an input that says too little, InputError for a file that is no baseline.
    """
    beside = {one: ids for configurations in estates for one, ids in allowances(configurations).items()}
    written = placed(options.waivers, beside, [policy.id for policy in policies])
    waivers = Waivers(written, options.today, whole.judged.analysis, whole.owners.path_of)
    findings = waivers.applied(whole.judged.findings)
    notes = waivers.notes([policy.id for policy in policies if _is_asked(policy.id, options)])
    if options.baseline is None:
        return findings, notes
    findings, stale = baseline.compared(findings, baseline.read(options.baseline), options.baseline, _estate(estates))
    return findings, (*notes, *stale)


def _is_asked(policy: str, options: Options) -> bool:
    """Whether the policy is judged for some input."""
    return any(_takes(policy, one) for one in (options, *options.sections.values()))


def _takes(policy: str, options: Options) -> bool:
    return (not options.select or policy in options.select) and policy not in options.ignore and options.severities.get(policy) != "off"


def _estate(estates: Iterable[Sequence[Configuration]]) -> baseline.Estate:
    ids: set[str] = set()
    moves: list[tuple[str, str]] = []
    for configurations in estates:
        for naming in namings(configurations):
            ids.update(naming.name(address) for address in naming.resources)
        moves += [move for one in configurations for move in one.moves]
    return baseline.Estate(frozenset(ids), baseline.earlier_names(dict.fromkeys(moves)))

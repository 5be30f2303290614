"""Which route table a subnet uses, and what tier that makes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from validator.analysis.estate import Estate
from validator.model.network import Id, Link
from validator.source import SourceLocation
from validator.values import Cause, Truth, Unknown, all_of, unknown


@dataclass(frozen=True, slots=True)
class TableChoice:
    """The effective route table of a subnet, and why it is that one."""

    table: Link
    why: str
    location: SourceLocation | None


def effective_table(estate: Estate, subnet: Id) -> TableChoice:
    """The table that ``subnet`` uses: the one associated explicitly, else the main table of its VPC (aws-facts A3)."""
    options = _options(
        (all_of((one.exists, named)), TableChoice(one.table, f"associated explicitly by {one.address}", one.location))
        for one, named in estate.associations.possible(subnet)
    )
    # A subnet has one explicit association: of two, which one comes last is not in the input.
    if certain := [option for option in options if option[0] is True]:
        return _undecided(subnet, certain)
    return _undecided(subnet, [*options, (True, _without_association(estate, subnet))])


def main_table(estate: Estate, vpc: Id) -> TableChoice:
    """The main table of ``vpc``: the one that was made it, else the one that came with it."""
    made = _options(
        (all_of((one.exists, named)), TableChoice(one.table, f"the main table of {vpc} by {one.address}", one.location))
        for one, named in estate.main_associations.possible(vpc)
    )
    if certain := [option for option in made if option[0] is True]:
        return _undecided(vpc, certain)
    own = _options(
        (all_of((table.exists, table.main, named)), TableChoice(table.id, f"the main table of {vpc}", table.location))
        for table, named in estate.main_tables.possible(vpc)
    )
    entity = estate.topology.vpcs.get(vpc)
    if not any(truth is True for truth, _ in own):
        outside = unknown("is outside the input, and so is its main route table", vpc, entity.location if entity else None)
        own.append((True, TableChoice(outside, f"the main table of {vpc}", None)))
    return _undecided(vpc, made + own)


def _options(options: Iterable[tuple[Truth, TableChoice]]) -> list[tuple[Truth, TableChoice]]:
    return [option for option in options if option[0] is not False]


def _without_association(estate: Estate, subnet: Id) -> TableChoice:
    entity = estate.topology.subnets.get(subnet)
    if entity is None or not entity.closed:
        location = entity.location if entity else None
        link = unknown("is outside the input, and so is what it is associated with", subnet, location)
        return TableChoice(link, "its association is not in the input", location)
    match entity.vpc:
        case Unknown() as vpc:
            return TableChoice(Unknown(vpc.causes), "the main table of a VPC that is not known", entity.location)
        case None:
            return TableChoice(unknown("names no VPC", subnet, entity.location), "its VPC is not known", entity.location)
        case vpc:
            choice = main_table(estate, vpc)
            return TableChoice(choice.table, f"no association: {choice.why}", choice.location)


def _undecided(subject: str, options: Sequence[tuple[Truth, TableChoice]]) -> TableChoice:
    """One choice that stands for all ``options``: theirs if they agree, else Unknown among them."""
    first = options[0][1]
    if len(options) == 1 or (len({choice.table for _, choice in options}) == 1 and not isinstance(first.table, Unknown)):
        return first
    causes = [cause for truth, _ in options if isinstance(truth, Unknown) for cause in truth.causes]
    causes += [cause for _, choice in options if isinstance(choice.table, Unknown) for cause in choice.table.causes]
    bound = tuple(table for _, choice in options for table in _candidates(choice.table))
    # Nothing but several definite associations: only their order would decide.
    causes = causes or [Cause("has more than one route table", subject, first.location)]
    link = Unknown(tuple(causes), None if None in bound else tuple(table for table in bound if table is not None))
    return TableChoice(link, "which table it uses is not settled", first.location)


def _candidates(table: Link) -> tuple[Id | None, ...]:
    """The tables that ``table`` may be; None among them: it may be anything."""
    if isinstance(table, Unknown):
        return (None,) if table.among is None else tuple(map(str, table.among))
    return (table,)

"""What the security groups of an interface let through: the rules of all of them count, and replies always come back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from validator.analysis.access import Disposition, Hop, Missing
from validator.analysis.covering import Groups, Perhaps, covers, parts
from validator.analysis.estate import Estate
from validator.analysis.passages import Passage, Question, shown, shown_peer
from validator.model.filters import AttachedGroup, Ports, Rule, SecurityGroup, default_group_of
from validator.model.network import Id, Link
from validator.values import Truth, Unknown, all_of, any_of, unknown

_By: TypeAlias = "tuple[Id, Rule | None]"
"""What lets it pass: a group and its rule; None: several rules."""


def groups_of(
    estate: Estate, named: tuple[Link, ...] | Unknown, vpc: Link, attached: Iterable[AttachedGroup] = (), replaced: Truth = False
) -> Groups:
    """The groups of an interface that names ``named``, where it names none its VPC's default one, and those ``attached`` to it.

    ``replaced``: the attached ones take the place of the default one.
    """
    more = tuple(member for one in attached if (member := _attached(estate, one)) is not None)
    if isinstance(named, Unknown):
        return (Unknown(named.causes), *more) if more else named
    own: tuple[Id | Unknown | Perhaps, ...] = tuple(_own_name(estate, one) for one in named if one is not None)
    if not named and replaced is not True:
        default = _own_name(estate, default_group_of(vpc)) if isinstance(vpc, str) else unknown("is not known", "the VPC")
        own = (Perhaps(default, replaced),) if isinstance(replaced, Unknown) else (default,)
    return tuple(dict.fromkeys((*own, *more)))


def _attached(estate: Estate, one: AttachedGroup) -> Id | Unknown | Perhaps | None:
    if one.exists is False or one.group is None:
        return None
    group = _own_name(estate, one.group)
    return Perhaps(group, one.exists) if isinstance(one.exists, Unknown) else group


def _own_name(estate: Estate, link: Id | Unknown) -> Id | Unknown:
    entity = estate.groups.get(link) if isinstance(link, str) else None
    return entity.id if entity else link


def ask_groups(estate: Estate, groups: Groups, question: Question) -> Passage:
    """Whether ``groups`` together let it pass."""
    if isinstance(groups, Unknown):
        return _passage(estate, (), Unknown(groups.causes), None, question)
    opened, by = _together(estate, groups, question)
    if isinstance(opened, Unknown):
        opened, by = _by_parts(estate, groups, question) or (opened, by)
    return _passage(estate, tuple(one for one in groups if isinstance(one, str)), opened, by, question)


def _together(estate: Estate, groups: Sequence[Id | Unknown | Perhaps], question: Question) -> tuple[Truth, _By | None]:
    answers = [(one, *_ask_held(estate, one, question)) for one in groups]
    by = next(((str(one), rule) for one, truth, rule in answers if truth is True), None)
    return any_of(truth for _, truth, _ in answers), by


def _by_parts(estate: Estate, groups: Sequence[Id | Unknown | Perhaps], question: Question) -> tuple[Truth, _By | None] | None:
    """What is said of each part of the other side by itself, where that is the same of all: several rules may cover it together."""
    peers = [rule.peer for one in groups if isinstance(one, str) and one in estate.groups for rule, _ in _rules(estate, estate.groups[one], question)]
    answers = [_together(estate, groups, replace(question, party=part)) for part in parts(question.party, peers)]
    if {truth for truth, _ in answers} not in ({True}, {False}):
        return None
    opened, by = answers[0]
    return opened, by if by is None or all(one == by for _, one in answers) else (by[0], None)


def _passage(estate: Estate, names: tuple[Id, ...], opened: Truth, by: _By | None, question: Question) -> Passage:
    group, rule = by or (names[0] if names else None, None)
    entity = estate.groups.get(group) if group else None
    told = " and ".join(map(shown, names)) or "its security groups"
    if opened is False:
        why = f"no {question.direction} rule of {told} allows {question}"
    elif by is None:
        why = f"whether {question.direction} of {told} allows {question} is not settled"
    else:
        ports = question.ports[0]
        towards = "to" if question.egress else "from"
        peer = shown_peer(rule.peer) if rule else "all of its addresses"
        why = f"{question.direction} of {shown(group)} allows tcp {ports} {towards} {peer}"
    location = rule.location if rule else entity.location if entity else None
    missing = Missing(group, question.direction, question.ports, question.peer, question.group)
    return Passage(opened, Disposition.SECURITY_GROUP_DENIES, Hop("security-group", group, why, location), missing)


def _ask_held(estate: Estate, held: Id | Unknown | Perhaps, question: Question) -> tuple[Truth, Rule | None]:
    if not isinstance(held, Perhaps):
        return _ask(estate, held, question)
    truth, _ = _ask(estate, held.group, question)
    return all_of((held.doubt, truth)), None


def _ask(estate: Estate, link: Id | Unknown, question: Question) -> tuple[Truth, Rule | None]:
    """What one group says, with the rule that lets it pass."""
    if isinstance(link, str):
        group = estate.groups.get(link)
        return _ask_rules(estate, group, question) if group else (unknown("is outside the input, and so are its rules", link), None)
    answers = [_ask(estate, _own_name(estate, str(one)), question) for one in link.among or ()]
    agreed = {truth for truth, _ in answers}
    return answers[0] if agreed in ({True}, {False}) else (Unknown(link.causes), None)


def _ask_rules(estate: Estate, group: SecurityGroup, question: Question) -> tuple[Truth, Rule | None]:
    rules = list(_rules(estate, group, question))
    answers: list[tuple[Truth, Rule | None]] = [
        (all_of((known, rule.exists, rule.tcp, has(rule.ports, question.ports), covers(rule.peer, question.party))), rule) for rule, known in rules
    ]
    if not group.closed:
        answers.append((unknown("is outside the input, and may have more rules than are shown", group.id, group.location), None))
    opened = all_of((group.exists, any_of(truth for truth, _ in answers)))
    return opened, next((rule for truth, rule in answers if truth is True), None)


def _rules(estate: Estate, group: SecurityGroup, question: Question) -> Iterator[tuple[Rule, Truth]]:
    """The rules of ``group``, and those that may be its own."""
    for rule in group.egress if question.egress else group.ingress:
        yield rule, True
    for one in estate.topology.loose_rules:
        if one.egress == question.egress and one.group.may_be(group.id):
            yield one.rule, Unknown(one.group.causes)


def has(ports: Ports, wanted: tuple[int, int]) -> Truth:
    """Whether a rule for ``ports`` is for all that are ``wanted``."""
    if ports is None:
        return True
    return Unknown(ports.causes) if isinstance(ports, Unknown) else ports[0] <= wanted[0] and wanted[1] <= ports[1]

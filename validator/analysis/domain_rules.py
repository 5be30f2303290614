"""What DNS Firewall makes of a name in a VPC: the first rule that matches decides, and what none matches is allowed.

Route 53 guide, "How Resolver DNS Firewall works" and "Rule settings in DNS Firewall": groups by the priority of their association, rules
by their own, the lowest first; ALLOW and ALERT let the query pass. By default a rule also looks at every name that the name is an alias
of, and AWS does not document of which ones S3's are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from validator.analysis.access import Hop
from validator.analysis.estate import Estate, equal
from validator.model.names import DomainAction, DomainRule
from validator.model.network import Vpc
from validator.values import Cause, Truth, Unknown, all_of, any_of, negate, unknown

Matches: TypeAlias = Callable[[str], Truth]
# Types of records by which addresses are asked for, also by their numbers.
_IPV4_QUERIES, _IPV6_QUERIES = frozenset({"A", "TYPE1"}), frozenset({"AAAA", "TYPE28"})


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether a query is blocked, and by which rule it is decided; None: no rule is for it.

    ``trusted``: whatever decides it, names that the name is an alias of are not looked at.
    """

    blocked: Truth
    rule: DomainRule | None = None
    trusted: bool = False

    def hop(self, name: str) -> Hop:
        """The rule, as the reason why ``name`` does not resolve."""
        rule = self.rule
        why = f"{rule.address if rule else 'a rule'} blocks {name}: it does not resolve"
        return Hop("dns-firewall", rule.group if rule else None, why, rule.location if rule else None)


def ruling(estate: Estate, vpc: Vpc, name: str, *, dualstack: bool, aliased: bool) -> Ruling:
    """What the rules of ``vpc`` make of a query for the addresses of ``name``, which may be an alias where ``aliased``."""
    # Only Amazon's resolver asks DNS Firewall.
    asked = all_of((vpc.dns_support, vpc.custom_resolver if isinstance(vpc.custom_resolver, Unknown) else not vpc.custom_resolver))
    rules = [(one, all_of((asked, one.exists, equal(one.vpc, vpc.id)))) for one in estate.topology.domain_rules]
    possible = [(one, truth) for one, truth in rules if truth is not False]
    first = _first(possible, lambda domain: _is(domain, name), dualstack=dualstack)
    if first.blocked is not False or not aliased or first.trusted:
        return first
    looking = [(one, all_of((truth, negate(one.trusts)))) for one, truth in possible]
    behind = _first([(one, truth) for one, truth in looking if truth is not False], lambda domain: _may_be(domain, _base(name)), dualstack=dualstack)
    if behind.blocked is False:
        return first
    rule = behind.rule
    subject = rule.address if rule else name
    doubt = unknown(f"may block the name that {name} is an alias of, which AWS does not document", subject, rule.location if rule else None)
    return Ruling(Unknown((*doubt.causes, *_causes(behind.blocked))), rule)


def _first(rules: Sequence[tuple[DomainRule, Truth]], matches: Matches, *, dualstack: bool) -> Ruling:
    asked = [(one, all_of((known, _is_for(one, matches, dualstack=dualstack)))) for one, known in rules]
    found = [(one, truth) for one, truth in asked if truth is not False]
    if (agreed := _agreed(found)) is not None:
        return agreed
    answer = Ruling(False)
    ordered = sorted(((one.order, one, truth) for one, truth in found if isinstance(one.order, tuple)), key=lambda row: row[0], reverse=True)
    for _, one, truth in ordered:
        answer = _before(one, truth, answer)
    for one, truth in found:
        if isinstance(one.order, Unknown):
            # It may stand anywhere, so what it says holds only where the others say the same.
            answer = _before(one, all_of((Unknown(one.order.causes), truth)), answer)
    return answer


def _agreed(found: Sequence[tuple[DomainRule, Truth]]) -> Ruling | None:
    """What is said in any order: one matches for certain, and all that may match say the same."""
    certain = next((one for one, truth in found if truth is True), None)
    says = {_says(one) for one, _ in found}
    trusted = all(one.trusts is True for one, _ in found)
    return Ruling(says.pop(), certain, trusted) if certain is not None and says in ({True}, {False}) else None


def _is_for(rule: DomainRule, matches: Matches, *, dualstack: bool) -> Truth:
    if isinstance(rule.domains, Unknown):
        return Unknown(rule.domains.causes)
    named = any_of(Unknown(one.causes) if isinstance(one, Unknown) else matches(one) for one in rule.domains)
    return all_of((named, _is_asked(rule, dualstack=dualstack)))


def _is_asked(rule: DomainRule, *, dualstack: bool) -> Truth:
    """Whether addresses are asked for by the type of record that the rule is for."""
    match rule.query:
        case None:
            return True
        case Unknown() as found:
            return Unknown(found.causes)
        case query if query.upper() in _IPV4_QUERIES | _IPV6_QUERIES and dualstack:
            return unknown("is for one of the two families of addresses only", rule.address, rule.location)
        case query:
            return query.upper() in _IPV4_QUERIES


def _before(rule: DomainRule, matches: Truth, after: Ruling) -> Ruling:
    """What is said with ``rule`` in front of the rules that say ``after``."""
    if matches is False:
        return after
    own = _says(rule)
    if matches is True:
        return Ruling(own, rule, rule.trusts is True)
    if isinstance(own, bool) and own is after.blocked:
        return replace(after, trusted=after.trusted and rule.trusts is True)
    return Ruling(Unknown((*_causes(matches), *_causes(own), *_causes(after.blocked))), rule)


def _says(rule: DomainRule) -> Truth:
    match rule.action:
        case Unknown() as found:
            return Unknown(found.causes)
        case DomainAction.OVERRIDE:
            return unknown("answers with another name, wherever that leads", rule.address, rule.location)
        case action:
            return action is DomainAction.BLOCK


def _is(domain: str, name: str) -> Truth:
    """Whether a domain of a list is ``name``, or stands for it. What a star without a dot behind it stands for is not documented."""
    if domain == "*":
        return True
    if domain.startswith("*."):
        return name.endswith(domain[1:])
    if domain.startswith("*"):
        return unknown("may stand for the name", domain) if name.endswith(domain[1:]) else False
    return name == domain


def _may_be(domain: str, base: str) -> Truth:
    """The same for a name of which only the domain that it is in is known."""
    bare = domain.removeprefix("*").removeprefix(".")
    if domain.startswith("*") and (not bare or base == bare or base.endswith(f".{bare}")):
        return True
    return unknown("may stand for the name", domain) if bare.endswith(f".{base}") else False


def _base(name: str) -> str:
    """The domain of AWS's that ``name`` is in."""
    labels = name.split(".")
    start = labels.index("amazonaws") if "amazonaws" in labels else -2
    return ".".join(labels[start:])


def _causes(value: object) -> tuple[Cause, ...]:
    return value.causes if isinstance(value, Unknown) else ()

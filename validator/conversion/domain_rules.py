"""Rules of DNS Firewall, in the VPCs that their groups are associated with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from validator.conversion.fields import Fields
from validator.conversion.names import domain_at
from validator.conversion.profiles import Membership, of_resource
from validator.conversion.sources import Sources
from validator.conversion.vocabulary import DOMAIN_GROUP, DOMAIN_GROUP_ASSOCIATION, DOMAIN_LIST, DOMAIN_RULE, VPC, Terms
from validator.model.names import DomainAction, DomainRule
from validator.model.network import Id, Link
from validator.regions import SUFFIXES
from validator.source import SourceLocation
from validator.values import Truth, Unknown, all_of, unknown

# How the lists that AWS keeps are called (Route 53 guide, "Managed Domain Lists": names associated with malicious activity).
_MANAGED = "awsmanageddomains"


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule before its group is in any VPC."""

    priority: int | Unknown
    rule: DomainRule


def domain_rules(sources: Sources, profiled: Sequence[Membership] = ()) -> tuple[DomainRule, ...]:
    """Every rule of every group in every VPC; of a group outside the inputs, one that may say anything."""
    groups = _groups(sources)
    found = [*_associated(sources, groups)]
    found += _of_profiles(groups, profiled, {one.vpc for one in found})
    return tuple(sorted(found, key=lambda one: (one.address, str(one.order), str(one.vpc))))


def _of_profiles(groups: Mapping[Id, list[_Rule]], profiled: Sequence[Membership], beside: Container[Link]) -> Iterator[DomainRule]:
    """The rules that profiles bring. How they rank with those of groups that a VPC has by itself is not documented."""
    for group, rules in groups.items():
        for member, exists in of_resource(profiled, group):
            first = member.priority
            if member.vpc in beside or isinstance(member.vpc, Unknown):
                first = unknown("comes by a profile, and ranks in a way that is not documented with the VPC's own groups", group)
            for one in rules:
                yield replace(one.rule, vpc=member.vpc, order=_order(first, one.priority), exists=all_of((one.rule.exists, exists)))


def _associated(sources: Sources, groups: Mapping[Id, list[_Rule]]) -> Iterator[DomainRule]:
    for fields, terms in sources.of(DOMAIN_GROUP_ASSOCIATION):
        if fields.resource.mode != "managed":
            continue
        vpc, first = fields.link(terms["vpc"], VPC), _number(fields, terms["priority"])
        for group, known in _candidates(fields.link(terms["group"], DOMAIN_GROUP), groups):
            rules = groups[group] if group in groups else [_outside(group or "its group", fields)]
            for one in rules:
                exists = all_of((one.rule.exists, fields.resource.exists, known))
                yield replace(one.rule, vpc=vpc, order=_order(first, one.priority), exists=exists)


def _candidates(link: Link, groups: Mapping[Id, list[_Rule]]) -> Iterator[tuple[Id, Truth]]:
    """The groups that an association is of, or may be; "" for one that nobody knows."""
    match link:
        case str():
            yield link, True
        case Unknown():
            yield from ((str(one), Unknown(link.causes)) for one in (groups if link.among is None else link.among))
            if link.among is None:
                yield "", Unknown(link.causes)


def _groups(sources: Sources) -> dict[Id, list[_Rule]]:
    """The rules of each group that the inputs make."""
    found: defaultdict[Id, list[_Rule]] = defaultdict(list)
    for fields, terms in sources.of(DOMAIN_GROUP):
        if fields.resource.mode != "managed":
            continue
        found[fields.id] += _inline(fields, terms["rules"], sources)
    for fields, terms in sources.of({name: terms for name, terms in DOMAIN_RULE.items() if terms["group"]}):
        link = fields.link(terms["group"], DOMAIN_GROUP)
        for group in [link] if isinstance(link, str) else list(found):
            if group in found and not (isinstance(link, Unknown) and not link.may_be(group)):
                known: Truth = Unknown(link.causes) if isinstance(link, Unknown) else True
                found[group].append(_rule(fields, terms, sources, group, known))
    return dict(found)


def _inline(fields: Fields, path: str, sources: Sources) -> Iterator[_Rule]:
    blocks = fields.blocks(path) if path else ()
    for block in (blocks,) if isinstance(blocks, Unknown) else blocks:
        if isinstance(block, Unknown):
            yield _open(fields.id, Unknown(block.causes), fields.place(path), fields.id)
        else:
            yield _rule(block, DOMAIN_RULE[fields.resource.type], sources, fields.id, True)


def _rule(fields: Fields, terms: Terms, sources: Sources, group: Id, known: Truth) -> _Rule:
    redirection = fields.text(terms["redirection"])
    rule = DomainRule(
        vpc=None,
        order=(0, 0),
        action=_action(fields, terms),
        domains=_domains(fields, terms, sources),
        query=fields.text(terms["query"]),
        trusts=Unknown(redirection.causes) if isinstance(redirection, Unknown) else redirection == "TRUST_REDIRECTION_DOMAIN",
        group=group,
        location=fields.place(),
        address=fields.id,
        exists=all_of((fields.resource.exists, known)),
    )
    return _Rule(_number(fields, terms["priority"]), rule)


def _outside(group: Id, association: Fields) -> _Rule:
    doubt = unknown("is a rule group of DNS Firewall outside the input, and may block S3's names", group, association.place())
    return _open(group, doubt, association.place(), association.id)


def _open(group: Id, doubt: Unknown, location: SourceLocation, address: str) -> _Rule:
    rule = DomainRule(None, doubt, doubt, doubt, None, trusts=False, group=group, location=location, address=address)
    return _Rule(doubt, rule)


def _order(group: int | Unknown, own: int | Unknown) -> tuple[int, int] | Unknown:
    if isinstance(group, Unknown) or isinstance(own, Unknown):
        return Unknown(tuple(cause for one in (group, own) if isinstance(one, Unknown) for cause in one.causes))
    return group, own


def _number(fields: Fields, path: str) -> int | Unknown:
    match fields.text(path):
        case str() as written if written.isascii() and written.isdigit():
            return int(written)
        case Unknown() as found:
            return Unknown(found.causes)
    return unknown("is no priority", f"{fields.id}.{path}", fields.place(path))


def _action(fields: Fields, terms: Terms) -> DomainAction | Unknown:
    action, response = fields.text(terms["action"]), fields.text(terms["response"])
    if isinstance(action, Unknown):
        return Unknown(action.causes)
    named = next((one for one in DomainAction if one.value == (action or "").upper()), None)
    if named is None:
        return unknown("is no action of DNS Firewall", f"{fields.id}.{terms['action']}", fields.place(terms["action"]))
    if named is not DomainAction.BLOCK:
        return named
    if isinstance(response, Unknown):
        return Unknown(response.causes)
    return DomainAction.OVERRIDE if response == "OVERRIDE" else DomainAction.BLOCK


def _domains(fields: Fields, terms: Terms, sources: Sources) -> tuple[str | Unknown, ...] | Unknown:
    """The names that the rule is for. A protection against threats is for none that are S3's; a category of content may be."""
    if terms["category"] and fields.value(terms["category"]) is not None:
        return unknown("is a category of content, which may hold S3's names", f"{fields.id}.{terms['category']}", fields.place())
    match fields.link(terms["list"], DOMAIN_LIST):
        case None:
            return ()
        case Unknown() as link:
            return Unknown(link.causes)
        case link:
            listed = sources.by_id(link)
            if listed is not None and listed.resource.type in DOMAIN_LIST:
                return _listed(listed, DOMAIN_LIST[listed.resource.type])
            named = terms["name"] and fields.text(terms["name"])
            if isinstance(named, str) and _MANAGED in named.lower():
                return ()
            return unknown("is a domain list outside the input, and may hold S3's names", link, fields.place(terms["list"]))


def _listed(fields: Fields, terms: Terms) -> tuple[str | Unknown, ...] | Unknown:
    if fields.resource.mode == "data":
        managed, name = fields.value(terms["owner"]), fields.value(terms["name"])
        if (isinstance(managed, str) and managed) or (isinstance(name, str) and _MANAGED in name.lower()):
            return ()
        return unknown("is a domain list outside the input, and may hold S3's names", fields.id, fields.place())
    if terms["file"] and fields.value(terms["file"]) is not None:
        return unknown("has its domains in a file that is not in the input", fields.id, fields.place(terms["file"]))
    domains = (domain_at(one, "0") for one in _members(fields, terms["domains"]))
    return tuple(one for one in domains if isinstance(one, Unknown) or _may_be_awss(one))


def _may_be_awss(domain: str) -> bool:
    """Whether a domain of a list has to do with AWS's names at all: lists may be long, and most are of others."""
    bare = domain.lstrip("*.")
    return any(bare.endswith(suffix) or suffix.endswith(bare) for suffix in SUFFIXES)


def _members(fields: Fields, path: str) -> Iterator[Fields]:
    """Each member of a list by itself."""
    found = fields.value(path)
    for member in found if isinstance(found, tuple) else () if found is None else (found,):
        yield Fields(fields.resource, fields.naming, {"0": member}, f"{fields.prefix}.{path}".lstrip("."))

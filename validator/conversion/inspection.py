"""The lists of domains in the policies of Network Firewalls. A policy outside the inputs, and rules of other forms, are not read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from validator.conversion.fields import Fields
from validator.conversion.sources import Sources
from validator.conversion.vocabulary import FIREWALL, FIREWALL_POLICY, FIREWALL_RULES, Terms
from validator.model.gateways import InspectedDomains, ListKind
from validator.values import Truth, Unknown, all_of, any_of, unknown

_INSPECTED, _HOME = "aws:forward_to_sfe", "HOME_NET"
_ORDER = {"STRICT_ORDER": True, "DEFAULT_ACTION_ORDER": False}


def inspection(firewall: Fields, terms: Terms, sources: Sources) -> tuple[tuple[InspectedDomains, ...], Truth]:
    """The lists of the firewall's policy, and whether they are asked in strict order."""
    owner = _named(firewall, terms.get("firewall", ""), FIREWALL, sources)
    holder = firewall if owner is None else owner
    policy = _named(holder, FIREWALL[holder.resource.type].get("policy", ""), FIREWALL_POLICY, sources)
    if policy is None:
        return (), False
    words = FIREWALL_POLICY[policy.resource.type]
    order = policy.text(words["order"])
    strict: Truth = Unknown(order.causes) if isinstance(order, Unknown) else _ORDER.get(order or "", False)
    return tuple(_lists(policy, words, sources)), strict


def _named(fields: Fields, path: str, kinds: Mapping[str, Terms], sources: Sources) -> Fields | None:
    """The resource of the inputs that an attribute names."""
    link = fields.link(path, kinds) if path else None
    found = sources.by_id(link) if isinstance(link, str) else None
    return found if found is not None and found.resource.type in kinds else None


def _lists(policy: Fields, words: Terms, sources: Sources) -> Iterator[InspectedDomains]:
    reaches = any_of(Unknown(one.causes) if isinstance(one, Unknown) else one == _INSPECTED for one in policy.texts(words["stateless"]))
    for reference in policy.known_blocks(words["groups"]):
        override = reference.text(words["override"])
        group = _named(reference, words["group"], FIREWALL_RULES, sources)
        if group is None or override == "DROP_TO_ALERT":
            continue
        home = any_of((_says_home(policy, words["variables"]), _says_home(group, FIREWALL_RULES[group.resource.type]["variables"])))
        drops: Truth = Unknown(override.causes) if isinstance(override, Unknown) else True
        for one in group.known_blocks(FIREWALL_RULES[group.resource.type]["list"]):
            yield _list(one, FIREWALL_RULES[group.resource.type], home, all_of((group.resource.exists, reaches, drops)))


def _list(block: Fields, words: Terms, home: Truth, exists: Truth) -> InspectedDomains:
    return InspectedDomains(
        kind=_kind(block, words["kind"]),
        domains=_texts(block, words["domains"]),
        protocols=_texts(block, words["protocols"]),
        home=home,
        location=block.place(words["domains"]),
        address=block.id,
        exists=exists,
    )


def _texts(block: Fields, path: str) -> tuple[str | Unknown, ...] | Unknown:
    found = block.value(path)
    return (
        Unknown(found.causes) if isinstance(found, Unknown) else tuple(one if isinstance(one, Unknown) else one.lower() for one in block.texts(path))
    )


def _kind(block: Fields, path: str) -> ListKind | Unknown:
    match block.text(path):
        case Unknown() as found:
            return Unknown(found.causes)
        case written:
            kind = next((one for one in ListKind if one.value == written), None)
            return unknown("is no kind of list", f"{block.id}.{path}", block.place(path)) if kind is None else kind


def _says_home(fields: Fields, path: str) -> Truth:
    """Whether the variable is set: a block with a key, or a mapping by name."""
    found = fields.value(path)
    if isinstance(found, Unknown):
        return Unknown(found.causes)
    if isinstance(found, Mapping) and _HOME in found:
        return True
    return any_of(_is_home(block) for block in fields.known_blocks(path))


def _is_home(block: Fields) -> Truth:
    key = block.text("key")
    return Unknown(key.causes) if isinstance(key, Unknown) else key == _HOME

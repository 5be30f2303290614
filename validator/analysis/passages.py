"""What one filter says of one flow, in words that a report can print."""

from __future__ import annotations

from dataclasses import dataclass

from validator.analysis.access import Disposition, Hop, Missing
from validator.analysis.covering import Interfaces, Party, ServiceAddresses
from validator.model.filters import Peer, default_acl_of, default_group_of
from validator.model.network import Cidr, Id, PrefixList
from validator.values import Truth, Unknown


@dataclass(frozen=True, slots=True)
class Question:
    """What a filter is asked: whether it lets TCP to ``ports`` through, to (``egress``) or from ``party``."""

    egress: bool
    party: Party
    ports: tuple[int, int]

    def __str__(self) -> str:
        """As the end of a sentence."""
        first, last = self.ports
        ports = str(first) if first == last else f"{first}-{last}"
        return f"tcp {ports} {'to' if self.egress else 'from'} {shown_party(self.party)}{self._where}"

    @property
    def _where(self) -> str:
        """The blocks of interfaces that are told by their group: a rule may name either."""
        blocks = self.party.blocks if isinstance(self.party, Interfaces) and self.group is not None else ()
        known = " and ".join(block for block in blocks if isinstance(block, str))
        return f" ({known})" if known else ""

    @property
    def direction(self) -> str:
        """As AWS calls it."""
        return "egress" if self.egress else "ingress"

    @property
    def peer(self) -> str:
        """Whom a rule that is missing would name: a prefix list by its name, a group or a block."""
        match self.party:
            case ServiceAddresses(service, region):
                where = region if isinstance(region, str) else "REGION"
                return f"com.amazonaws.{where}.{service if isinstance(service, str) else 's3'}"
            case party:
                return shown_party(party)

    @property
    def group(self) -> Id | None:
        """The group of the interfaces on the other side, where that is known."""
        match self.party:
            case Interfaces(groups=tuple() as groups) if groups and isinstance(groups[0], str):
                return groups[0]
        return None


@dataclass(frozen=True, slots=True)
class Passage:
    """What one filter says. ``refusal``: how a path ends that it drops; None: it is never more than a doubt.

    ``missing``: the rule that would let it pass.
    """

    opened: Truth
    refusal: Disposition | None
    hop: Hop
    missing: Missing | None


def shown(identity: object) -> str:
    """A group or an ACL for people."""
    name = str(identity)
    for suffix, what in ((default_group_of(""), "the default security group of "), (default_acl_of(""), "the default network ACL of ")):
        if name.endswith(suffix):
            return what + name.removesuffix(suffix)
    return name


def shown_party(party: Party) -> str:
    """Who is on the other side."""
    match party:
        case ServiceAddresses():
            return str(party)
        case Interfaces(groups=tuple() as groups) if groups and isinstance(groups[0], str):
            return shown(groups[0])
        case Interfaces(blocks=blocks):
            return " and ".join(block for block in blocks if isinstance(block, str)) or "the interfaces"


def shown_peer(peer: Peer) -> str:
    """Whom a rule names."""
    match peer:
        case Cidr(block):
            return block
        case PrefixList(service=str() as service, region=str() as region):
            return f"the {service} prefix list of {region}"
        case PrefixList(id=identity):
            return f"the prefix list {identity}"
        case Unknown():
            return "what is not known"
    return shown(peer.group)

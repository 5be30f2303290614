"""Whether the peer of a rule covers those on the other side: a service's public addresses, or private interfaces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import TypeAlias, assert_never

from validator.analysis.estate import equal
from validator.model.filters import GroupPeer, Peer
from validator.model.network import Cidr, Id, PrefixList
from validator.values import Truth, Unknown, all_of, any_of, unknown

IPV4, IPV6 = 4, 6
# With more blocks than these it takes too long to look at each part.
_FEW_CUTS, _MOST_CUTS = 16, 64
_NAMES = {"s3": "S3", "": "S3", "dynamodb": "DynamoDB", "dynamodb-streams": "DynamoDB Streams"}
EVERYWHERE = IPv4Network("0.0.0.0/0")
# Address space that is nobody's on the Internet, so never S3's (RFC 6890).
NEVER_PUBLIC = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ServiceAddresses:
    """The public addresses of a service in a Region; None: at the edge, of no Region. ``service``: its name in prefix lists.

    ``blocks`` hold them, where an input shows the service's list; (): anywhere in public space.
    """

    service: str | Unknown
    region: str | Unknown | None
    version: int = IPV4
    blocks: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The service, for people."""
        return "S3" if isinstance(self.service, Unknown) else _NAMES.get(self.service, self.service)

    def __str__(self) -> str:
        """The service with its Region."""
        match self.region:
            case None:
                return f"{self.name}'s edge"
            case str() as region:
                return f"{self.name} in {region}"
        return f"{self.name} in the stack's Region"


INTERNET = ServiceAddresses("", None)
"""No service's: the Internet in general."""
BY_DEFAULT = ServiceAddresses("default", None)
"""Whatever is not routed by itself: routes to parts of the Internet say nothing of it."""


@dataclass(frozen=True, slots=True)
class Perhaps:
    """A security group that an interface may or may not have."""

    group: Id | Unknown
    doubt: Unknown


Groups: TypeAlias = "tuple[Id | Unknown | Perhaps, ...] | Unknown"
"""The groups of an interface, each by its own name."""


@dataclass(frozen=True, slots=True)
class Interfaces:
    """Private interfaces: the blocks of their subnets, and their security groups."""

    blocks: tuple[str | Unknown, ...]
    groups: Groups


Party: TypeAlias = "ServiceAddresses | Interfaces"


def covers(peer: Peer, party: Party) -> Truth:
    """Whether ``peer`` stands for all of ``party``; unknown where it may be for a part of it."""
    match peer:
        case Unknown():
            return Unknown(peer.causes)
        case Cidr(block):
            return _block_covers(block, party)
        case PrefixList():
            return _list_covers(peer, party)
        case GroupPeer(group):
            return _is_member(group, party)
    assert_never(peer)


def parts(party: Party, peers: Iterable[Peer]) -> tuple[Party, ...]:
    """``party`` cut where blocks of ``peers`` begin or end, so that each part is inside a block or outside it.

    Of a service whose addresses no input shows, wherever in public space they may be. () where it cannot be cut.
    """
    if isinstance(party, ServiceAddresses) and party.version != IPV4:
        return ()
    cuts = {cut for peer in peers for cut in _blocks_of(peer)}
    known = [block for one in party.blocks if (block := _v4(one)) is not None]
    if isinstance(party, ServiceAddresses) and not party.blocks:
        # Less than everything leaves open where the addresses are.
        everything = len(cuts) <= _FEW_CUTS and list(collapse_addresses((*cuts, *NEVER_PUBLIC))) == [EVERYWHERE]
        known = list(_outside(EVERYWHERE, NEVER_PUBLIC)) if everything else []
    elif len(known) < len(party.blocks) or len(cuts) > _MOST_CUTS:
        return ()
    return tuple(replace(party, blocks=(str(piece),)) for block in known for piece in _pieces(block, tuple(cuts)))


@lru_cache(maxsize=1 << 14)
def _network(block: str) -> IPv4Network | IPv6Network:
    return ip_network(block, strict=False)


def _v4(block: str | Unknown) -> IPv4Network | None:
    found = _network(block) if isinstance(block, str) else None
    return found if isinstance(found, IPv4Network) else None


def _blocks_of(peer: Peer) -> Iterator[IPv4Network]:
    match peer:
        case Cidr(block):
            written: tuple[str | Unknown, ...] = (block,)
        case PrefixList(entries=entries):
            written = entries or ()
        case _:
            written = ()
    yield from (found for one in written if (found := _v4(one)) is not None)


def _outside(block: IPv4Network, holes: Sequence[IPv4Network]) -> Iterator[IPv4Network]:
    """What of ``block`` is in none of ``holes``."""
    if any(block.subnet_of(hole) for hole in holes):
        return
    touching = [hole for hole in holes if hole.overlaps(block)]
    if not touching:
        yield block
        return
    for half in block.subnets():
        yield from _outside(half, touching)


def _pieces(block: IPv4Network, cuts: Sequence[IPv4Network]) -> Iterator[IPv4Network]:
    inside = [cut for cut in cuts if cut != block and cut.subnet_of(block)]
    if not inside:
        yield block
        return
    for half in block.subnets():
        yield from _pieces(half, inside)


def _block_covers(block: str, party: Party) -> Truth:
    network = _network(block)
    if isinstance(party, ServiceAddresses):
        if network.version != party.version:
            return False
        if network.prefixlen == 0:
            return True
        if isinstance(network, IPv4Network) and any(network.subnet_of(special) for special in NEVER_PUBLIC):
            return False
        if isinstance(network, IPv4Network) and party.blocks:
            return _all_or_none([_holds(network, one) for one in party.blocks], block)
        return unknown("may or may not hold the addresses of the service", block)
    if not isinstance(network, IPv4Network):
        return False
    return True if network == EVERYWHERE else _all_or_none([_holds(network, one) for one in party.blocks], block)


def _holds(network: IPv4Network, block: str | Unknown) -> Truth:
    if isinstance(block, Unknown):
        return Unknown(block.causes)
    inner = _network(block)
    if not isinstance(inner, IPv4Network):
        return unknown("has no IPv4 block", block)
    if inner.subnet_of(network):
        return True
    return unknown("holds only a part of", f"{network} of {block}") if inner.overlaps(network) else False


def _all_or_none(truths: list[Truth], subject: str) -> Truth:
    """True if all are, False if none can be, else unknown."""
    if not truths:
        return unknown("is held against addresses that are not known", subject)
    whole, some = all_of(truths), any_of(truths)
    if whole is False and some is True:
        return unknown("holds some of the addresses and not others", subject)
    return some if whole is False else whole


def _list_covers(listed: PrefixList, party: Party) -> Truth:
    if listed.service is not None:
        if not isinstance(party, ServiceAddresses) or party.region is None:
            return False
        if party.version != IPV4:
            # The list of IPv6 addresses is another one, whose name is not documented (aws-facts A14).
            return unknown("may not list IPv6 addresses", listed.id)
        return all_of((equal(listed.service, party.service), equal(listed.region, party.region)))
    if listed.entries is None:
        return unknown("is a prefix list outside the input", listed.id)
    return any_of(Unknown(entry.causes) if isinstance(entry, Unknown) else _block_covers(entry, party) for entry in listed.entries)


def _is_member(group: Id | Unknown | None, party: Party) -> Truth:
    """Whether the interfaces are in ``group``. A service has no group."""
    if isinstance(party, ServiceAddresses):
        return False
    if isinstance(party.groups, Unknown):
        return Unknown(party.groups.causes)
    return any_of(_same(group, one) for one in party.groups)


def _same(group: Id | Unknown | None, held: Id | Unknown | Perhaps) -> Truth:
    return all_of((held.doubt, equal(group, held.group))) if isinstance(held, Perhaps) else equal(group, held)

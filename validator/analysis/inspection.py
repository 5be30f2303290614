"""What the lists of domains of a Network Firewall make of a request: no more than that they may drop it.

Network Firewall guide, "Stateful domain list rule groups": what is not on a list that allows is dropped, of its protocol. Where the order is
not strict, what lets a request pass comes before what drops it. Rules of other forms are not read, so nothing is dropped for certain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from validator.analysis.access import Host
from validator.analysis.estate import equal
from validator.model.gateways import Firewall, InspectedDomains, ListKind
from validator.model.network import Link
from validator.values import Cause, Truth, Unknown, all_of, any_of

_PROTOCOLS = {443: "tls_sni", 80: "http_host"}


def objections(firewall: Firewall, host: Host, vpc: Link) -> tuple[Cause, ...]:
    """Why ``firewall`` may drop a request to ``host`` that comes from ``vpc``; empty where no list is against it."""
    asked = [(one, all_of((one.exists, _looks_at(one, host), any_of((one.home, equal(firewall.vpc, vpc)))))) for one in firewall.lists]
    possible = [(one, truth) for one, truth in asked if truth is not False]
    passed = any(truth is True and one.kind is ListKind.ALLOW and _holds(one, host.name) is True for one, truth in possible)
    if passed and firewall.strict is False:
        return ()
    return tuple(cause for one, _ in possible for cause in _against(one, host.name))


def _against(one: InspectedDomains, name: str) -> Iterator[Cause]:
    held = _holds(one, name)
    if one.kind is ListKind.ALERT or (one.kind is ListKind.ALLOW and held is True) or (_denies(one) and held is False):
        return
    if isinstance(one.kind, Unknown) or isinstance(held, Unknown):
        yield from (cause for value in (one.kind, held) if isinstance(value, Unknown) for cause in value.causes)
    elif one.kind is ListKind.ALLOW:
        yield Cause(f"lets only the names on its list through, and {name} is not among them", one.address, one.location)
    else:
        yield Cause(f"drops requests to {name}", one.address, one.location)


def _denies(one: InspectedDomains) -> bool:
    return one.kind in {ListKind.DENY, ListKind.REJECT}


def _looks_at(one: InspectedDomains, host: Host) -> Truth:
    """Whether it looks at the protocol of the request."""
    wanted = _PROTOCOLS.get(host.port)
    return _any(one.protocols, lambda written: written == wanted)


def _holds(one: InspectedDomains, name: str) -> Truth:
    return _any(one.domains, lambda written: name == written.removeprefix(".") or (written.startswith(".") and name.endswith(written)))


def _any(written: Iterable[str | Unknown] | Unknown, holds: Callable[[str], bool]) -> Truth:
    if isinstance(written, Unknown):
        return Unknown(written.causes)
    return any_of(Unknown(one.causes) if isinstance(one, Unknown) else holds(one) for one in written)

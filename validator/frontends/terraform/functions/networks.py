"""Functions of CIDR blocks."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network

from validator.frontends.terraform.functions.signature import Function, Plain
from validator.frontends.terraform.symbolic import EvaluationError

_Network = IPv4Network | IPv6Network


def _network(prefix: str) -> _Network:
    if "/" not in prefix:
        message = "needs a CIDR block"
        raise EvaluationError(message)
    try:
        return ip_network(prefix, strict=False)
    except ValueError as error:
        message = "needs a CIDR block"
        raise EvaluationError(message) from error


def cidrhost(prefix: str, number: float) -> str:
    """The address with a number in a block; negative ones count from its end."""
    network = _network(prefix)
    index = int(number)
    if not -network.num_addresses <= index < network.num_addresses:
        message = "has no such address"
        raise EvaluationError(message)
    return str(network[index])


def cidrsubnet(prefix: str, newbits: float, number: float) -> str:
    """The subnet with a number, of a length that is ``newbits`` longer."""
    network = _network(prefix)
    length = network.prefixlen + int(newbits)
    if newbits < 0 or length > network.max_prefixlen or not 0 <= number < 2 ** int(newbits):
        message = "has no such subnet"
        raise EvaluationError(message)
    size: int = 2 ** (network.max_prefixlen - length)
    first = int(network.network_address) + int(number) * size
    return f"{type(network.network_address)(first)}/{length}"


def cidrsubnets(prefix: str, *newbits: float) -> tuple[str, ...]:
    """Subnets one behind the other."""
    network = _network(prefix)
    position = int(network.network_address)
    end = position + network.num_addresses
    made: list[str] = []
    for bits in newbits:
        length = network.prefixlen + int(bits)
        if bits < 1 or length > network.max_prefixlen:
            message = "has no such subnet"
            raise EvaluationError(message)
        size: int = 2 ** (network.max_prefixlen - length)
        position = -(-position // size) * size
        if position + size > end:
            message = "has not enough room for these subnets"
            raise EvaluationError(message)
        made.append(f"{type(network.network_address)(position)}/{length}")
        position += size
    return tuple(made)


def cidrnetmask(prefix: str) -> str:
    """The mask of an IPv4 block."""
    network = _network(prefix)
    if isinstance(network, IPv6Network):
        message = "needs an IPv4 block"
        raise EvaluationError(message)
    return str(network.netmask)


TABLE: Mapping[str, Function] = {
    "cidrhost": Plain("sn", cidrhost),
    "cidrnetmask": Plain("s", cidrnetmask),
    "cidrsubnet": Plain("snn", cidrsubnet),
    "cidrsubnets": Plain("sn*", cidrsubnets),
}

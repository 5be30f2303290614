"""Whether VPC Block Public Access lets a subnet talk to Internet gateways (aws-facts G11)."""

from __future__ import annotations

from collections.abc import Iterator

from validator.analysis.estate import Estate, equal
from validator.model.gateways import PublicAccessExclusion
from validator.model.network import Id, Link
from validator.values import Truth, Unknown, all_of, any_of, negate, unknown


def exposed(estate: Estate, subnet: Id | None, vpc: Link, *, direct: bool) -> Truth:
    """Whether nothing blocks ``subnet`` of ``vpc`` (None: all of it). ``direct``: without a NAT or egress-only gateway.

    Where the input turns the block on for no Region it is off, as it is in a new account.
    """
    entity = estate.topology.subnets.get(subnet) if subnet is not None else None
    around = estate.topology.vpcs.get(vpc) if isinstance(vpc, str) else None
    here = entity or around
    if here is None:
        return True
    truths: list[Truth] = []
    for block in estate.topology.public_access_blocks:
        applies = all_of((block.exists, equal(block.region, here.region)))
        if applies is not False:
            truths.append(any_of((negate(applies), _allowed(estate, block.mode, subnet, vpc, direct=direct))))
    return all_of(truths)


def _allowed(estate: Estate, mode: str | Unknown, subnet: Id | None, vpc: Link, *, direct: bool) -> Truth:
    if isinstance(mode, Unknown):
        return Unknown(mode.causes)
    if mode == "off":
        return True
    if mode == "block-ingress" and not direct:
        return True
    return any_of(_excluded(estate, mode, subnet, vpc, direct=direct))


def _excluded(estate: Estate, mode: str, subnet: Id | None, vpc: Link, *, direct: bool) -> Iterator[Truth]:
    for one in estate.topology.public_access_exclusions:
        whole = False if one.vpc is None or vpc is None else equal(one.vpc, vpc)
        part = False if one.subnet is None or subnet is None else equal(one.subnet, subnet)
        covered = all_of((one.exists, any_of((whole, part))))
        if covered is not False:
            yield all_of((covered, _lets_out(one, mode, direct=direct), _reaches(one, whole, direct=direct)))


def _lets_out(one: PublicAccessExclusion, mode: str, *, direct: bool) -> Truth:
    if isinstance(one.mode, Unknown):
        return Unknown(one.mode.causes)
    if one.mode == "allow-bidirectional":
        return True
    if mode == "block-ingress":
        return False
    return True if not direct else unknown("lets traffic out, which is not documented for an interface with a public address", one.id, one.location)


def _reaches(one: PublicAccessExclusion, whole: Truth, *, direct: bool) -> Truth:
    """An exclusion of a NAT gateway's subnet alone: what it does for the subnets behind it is not documented."""
    if direct or whole is True:
        return True
    return unknown("excludes the gateway's subnet and not those behind it", one.id, one.location)

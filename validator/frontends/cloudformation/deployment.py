"""What a deployment decides and no template says: Region, account and names of stacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from validator.regions import partition_of
from validator.source import SourceLocation
from validator.values import Cause, Text, Unknown, Value

_SETTLED = frozenset({"AWS::AccountId", "AWS::StackName"})
_SUFFIXES = {"aws": "amazonaws.com", "aws-cn": "amazonaws.com.cn", "aws-us-gov": "amazonaws.com", "aws-eusc": "amazonaws.eu"}


@dataclass(frozen=True, slots=True)
class Deployment:
    """The stack at ``path`` and those nested in it: all in one Region and account."""

    path: str
    region: str | Unknown
    account: str | Unknown

    def pseudo_parameters(self, path: str, stack: str, name: str | None) -> dict[str, Value]:
        """The pseudo parameters of a stack with this address; ``name``: None where nobody says, or CloudFormation makes it up."""
        partition = partition_of(self.region) if isinstance(self.region, str) else None
        place = SourceLocation(path)
        return {
            "AWS::Region": self.region,
            "AWS::Partition": partition or self._of_region("AWS::Partition", path),
            "AWS::URLSuffix": _SUFFIXES.get(partition or "") or self._of_region("AWS::URLSuffix", path),
            "AWS::AccountId": self.account,
            "AWS::StackName": name or given_at_deployment("AWS::StackName", place, f"{self.path}|{stack}"),
            "AWS::StackId": given_at_deployment("AWS::StackId", place, f"{self.path}|{stack}"),
            "AWS::NotificationARNs": given_at_deployment("AWS::NotificationARNs", place, f"{self.path}|{stack}"),
        }

    def _of_region(self, name: str, path: str) -> Unknown:
        """What follows from the Region, where that is not known, or is one of a partition of which we know no more than its name."""
        if isinstance(self.region, Unknown):
            return Unknown(self.region.causes, symbol=f"{self.path}|{name}")
        return given_at_deployment(name, SourceLocation(path), self.path)


def deployment_of(path: str, region: str | None, given: Mapping[str, str]) -> Deployment:
    """The deployment of the template at ``path`` in ``region`` (None: nobody says), with what parameters say of it."""
    place = SourceLocation(path)
    here = region or Unknown((Cause("is given at deployment; give it with --region", "AWS::Region", place),), symbol=f"{path}|AWS::Region")
    account = given.get("AWS::AccountId") or given_at_deployment("AWS::AccountId", place, path)
    return Deployment(path, here, account)


def own(given: Mapping[str, str], stack: str) -> Mapping[str, str]:
    """The parameters of one stack: those with its name before them (``network/VpcCidr``) win over those for all."""
    prefix = f"{stack}/"
    return {**given, **{name.removeprefix(prefix): value for name, value in given.items() if name.startswith(prefix)}}


def given_at_deployment(name: str, place: SourceLocation, owner: str) -> Unknown:
    """A pseudo parameter that is the same wherever ``owner`` (a stack, an estate) refers to it, though nobody knows it."""
    settled = f"; give it with -P {name}=VALUE" if name in _SETTLED else ""
    return Unknown((Cause(f"is given at deployment{settled}", name, place),), symbol=f"{owner}|{name}")


def export_key(name: Value) -> str | None:
    """The name of an export, with symbols in the place of what only a deployment gives; None where it cannot be told from another."""
    match name:
        case str():
            return name
        case Unknown(symbol=str() as symbol):
            return f"${{{symbol}}}"
        case Text(parts=parts):
            pieces = [export_key(part) for part in parts]
            return None if None in pieces else "".join(piece for piece in pieces if piece is not None)
    return None

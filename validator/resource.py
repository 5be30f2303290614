"""What an input declares, in its own vocabulary: the output of every frontend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, TypeAlias

from validator.allowances import Allowance
from validator.source import SourceLocation
from validator.values import Cause, Truth, Unknown, Value


class InputKind(StrEnum):
    """The kinds of input, as the report spells them."""

    TERRAFORM_PLAN = "terraform-plan"
    TERRAFORM_STATE = "terraform-state"
    TERRAFORM_MODULE = "terraform-module"
    CLOUDFORMATION_TEMPLATE = "cloudformation-template"
    CDK_ASSEMBLY = "cdk-assembly"
    NETWORK_SNAPSHOT = "network-snapshot"


HANDED_ON = "/cdk/exports/"
"""Prefix of the names of exports that stacks in other Regions see too: CDK hands them on through the parameter store."""
EXPORT = "export:"
"""Prefix of the address of a reference to a value that another stack exports: ``Ref("export:network-vpc", "value")``."""

Dialect: TypeAlias = Literal["terraform", "cloudformation"]


@dataclass(frozen=True, slots=True)
class Resource:
    """One declared resource instance.

    ``type`` is the dialect's own (``aws_vpc``, ``AWS::EC2::VPC``). ``attributes`` are nested tuples and mappings of values;
    an attribute that is not there is absent. ``region`` is where it is made. ``exists`` is not True where a condition or count
    is undecided. ``action`` is what a Terraform plan does to it: create, update, replace, delete, no-op, read, or None.
    ``sensitive`` holds the dotted paths (list positions as numbers) of values that the input marks sensitive: they are used,
    never printed; a path covers everything below it. ``positions`` maps dotted attribute paths to their places.
    ``allowances`` are the waivers that stand beside it.
    ``path_of_construct`` is how a CDK app names it ("Network/Vpc/Resource"), "" where no app made it.
    ``provider`` is the key of the Terraform provider configuration that makes it ("aws.network"), "" where there is none.
    """

    address: str
    type: str
    attributes: Mapping[str, Value]
    region: str | Unknown
    location: SourceLocation
    mode: Literal["managed", "data"] = "managed"
    exists: Truth = True
    action: str | None = None
    sensitive: frozenset[str] = frozenset()
    positions: Mapping[str, SourceLocation] = field(default_factory=dict)
    allowances: tuple[Allowance, ...] = ()
    provider: str = ""
    path_of_construct: str = ""

    def place(self, attribute: str) -> SourceLocation:
        """Where ``attribute`` (a dotted path) stands, or the nearest thing around it that has a position."""
        path = attribute if self.positions else ""
        while path:
            if path in self.positions:
                return self.positions[path]
            path = path.rpartition(".")[0]
        return SourceLocation(self.location.path, self.location.line, self.location.column, self.address, attribute)

    def is_sensitive(self, attribute: str) -> bool:
        """Whether ``attribute`` (a dotted path), or something around it, is marked sensitive; in a list, in any of its members."""
        if not self.sensitive:
            return False
        parts = _names(attribute)
        marked = {_names(path) for path in self.sensitive}
        return any(parts[: end + 1] in marked for end in range(len(parts)))


def _names(path: str) -> tuple[str, ...]:
    """A path without list positions."""
    return tuple(step for step in path.split(".") if not step.isdigit())


@dataclass(frozen=True, slots=True)
class BucketRegion:
    """Which Region a bucket is in, by somebody who knows without declaring it; ``source`` tells people who."""

    region: str | Unknown
    source: str


@dataclass(frozen=True, slots=True)
class Configuration:
    """What one input declares. ``resources`` are sorted by address, without those that the change deletes.

    ``name`` is the stack's name or ""; ``region`` is the stack's, None for Terraform; ``detail`` is for people ("format 1.2, Terraform
    1.11.4"); ``exports`` are the values that other stacks import, by export name;
    ``choices`` are the parameters that have no value, with the values that are allowed; ``takes`` are all that it declares.
    ``before``: what the change updates, replaces or deletes, as it is before; None where the input says nothing of the past.
    ``calls`` are the blocks that call downloaded modules, each with the address of the call without keys (``module.vpc.module.endpoints``).
    ``moves`` are addresses of resources or modules as they were and as they are now.
    ``bucket_regions`` are known by the buckets' names, ``parameters`` are values of the parameter store.
    ``lookups`` are the parameters of the parameter store whose values it needs and does not hold. ``account`` is the one that a
    stack's environment or parameters name, ``stack`` the name that it is deployed under, where that is given, or "".
    ``includes`` are the files that were read with it, as absolute paths: nested templates.
    ``refused``: it cannot be deployed with its parameters, because a rule of its own forbids them.
    ``notes`` are facts for the reader of a report, such as parts that could not be read.
    """

    path: str
    kind: InputKind
    dialect: Dialect
    resources: tuple[Resource, ...]
    detail: str = ""
    name: str = ""
    region: str | Unknown | None = None
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    takes: frozenset[str] = frozenset()
    exports: Mapping[str, Value] = field(default_factory=dict)
    notes: tuple[Cause, ...] = ()
    includes: tuple[str, ...] = ()
    before: tuple[Resource, ...] | None = None
    calls: tuple[SourceLocation, ...] = ()
    moves: tuple[tuple[str, str], ...] = ()
    bucket_regions: Mapping[str, BucketRegion] = field(default_factory=dict)
    parameters: Mapping[str, Value] = field(default_factory=dict)
    lookups: tuple[str, ...] = ()
    account: str = ""
    stack: str = ""
    refused: bool = False

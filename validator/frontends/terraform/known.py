"""What is known besides the sources, where a plan was made of them."""

from __future__ import annotations

from typing import Protocol, TypeAlias

from validator.frontends.terraform.modules import ResourceName
from validator.frontends.terraform.repetitions import Key
from validator.frontends.terraform.symbolic import Result
from validator.values import Ref

ModulePath: TypeAlias = tuple[tuple[str, Key], ...]
MISSING = Ref("", "")
"""What ``Facts.attribute`` gives where it does not know."""


class Facts(Protocol):
    """What is known besides the sources: a plan."""

    def keys(self, module: ModulePath, name: ResourceName) -> tuple[Key, ...] | None:
        """The instances of a block; None where only the sources say."""

    def module_keys(self, module: ModulePath, name: str) -> tuple[Key, ...] | None:
        """The instances of a module call; None where only the sources say."""

    def attribute(self, address: str, name: str) -> Result:
        """An attribute's value; ``MISSING`` where it is not known."""

    def variable(self, name: str) -> Result:
        """A variable of the root module; ``MISSING`` where it is not known."""


class NoFacts:
    """Sources alone."""

    def keys(self, module: ModulePath, name: ResourceName) -> tuple[Key, ...] | None:
        """Nothing is known."""

    def module_keys(self, module: ModulePath, name: str) -> tuple[Key, ...] | None:
        """Nothing is known."""

    def attribute(self, address: str, name: str) -> Result:  # noqa: ARG002
        """Nothing is known."""
        return MISSING

    def variable(self, name: str) -> Result:  # noqa: ARG002
        """Nothing is known."""
        return MISSING

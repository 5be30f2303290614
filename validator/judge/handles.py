"""What a remedy writes where it means a thing of the inputs: an expression to paste, or a gap with the thing's name beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from validator.analysis.passages import shown
from validator.model.network import Id, Link
from validator.model.topology import Topology

_MOST = 4
_GAP = "..."
_GIVEN = re.compile(r"(?:vpc|subnet|rtb|vpce|sg|acl)-[0-9a-f]+")
_TERRAFORM = re.compile(r"(?P<place>(?:.*/)?)(?P<own>(?:data\.)?[a-z][a-z0-9_]*\.[A-Za-z_][\w-]*(?:\[[^\[\]]*\])?)", re.DOTALL)
_TEMPLATE = re.compile(r"(?P<place>.*/)(?P<own>[A-Za-z0-9]+)", re.DOTALL)
_MAIN = "#main"


@dataclass(frozen=True, slots=True)
class Handles:
    """Writes references as they are written beside ``home``, the VPC: in another stack, state or module they are written otherwise."""

    topology: Topology
    home: Link

    def one(self, thing: Link) -> str:
        """The id of a thing: ``aws_vpc.main.id``, ``!Ref Main``."""
        return self._id(thing) or (f"{_GAP} # {self._name(thing)}" if isinstance(thing, str) else _GAP)

    def cidr(self, vpc: Link) -> str:
        """The addresses of a VPC."""
        written = self.attribute(vpc, "cidr_block", "CidrBlock") if self._own(vpc) else None
        return written or (f'"{_GAP}"' if self.terraform else _GAP)

    def several(self, things: Iterable[Link], *, beside: bool = False) -> str:
        """A list of ids; ``beside``: of what is added to those that stand there."""
        found = list(dict.fromkeys(things))
        shown_ones = sorted(found, key=self._name)[:_MOST]
        ids = [self._id(thing) for thing in shown_ones]
        gaps = [self._name(thing) for thing, written in zip(shown_ones, ids, strict=True) if written is None and isinstance(thing, str)]
        gaps += [f"{len(found) - _MOST} more"] if len(found) > _MOST else []
        open_ones = bool(gaps) or None in ids or not ids
        members = [*([_GAP] if beside else []), *(written for written in ids if written), *([_GAP] if open_ones else [])]
        return f"[{', '.join(members)}]" + (f" # {', '.join(gaps)}" if gaps else "")

    @property
    def terraform(self) -> bool:
        """Whether it is written in Terraform's language, not in a template's."""
        return self.topology.dialect == "terraform"

    def attribute(self, thing: Link, terraform: str, template: str) -> str | None:
        """An attribute of a thing by its names in the two languages, "" for what ``Ref`` gives; of what exists, its id. None: not in reach."""
        if isinstance(thing, str) and _GIVEN.fullmatch(thing):
            return f'"{thing}"' if self.terraform else thing
        own = self._own(thing)
        if own is None or self.terraform:
            return own and f"{own}.{terraform}"
        return f"!GetAtt {own}.{template}" if template else f"!Ref {own}"

    def _id(self, thing: Link) -> str | None:
        if isinstance(thing, str) and thing.endswith(_MAIN):
            # No template can name the main route table of a VPC: it has no attribute for it.
            return self.attribute(thing.removesuffix(_MAIN), "main_route_table_id", "") if self._names_main(thing) else None
        return self.attribute(thing, "id", "")

    def _names_main(self, thing: Id) -> bool:
        return self.terraform and not _GIVEN.fullmatch(thing.removesuffix(_MAIN))

    def _own(self, thing: Link) -> str | None:
        """The name of a thing without its place, where that is the place of the VPC."""
        if not isinstance(thing, str) or thing in self.topology.constructs:
            return None
        form = _TERRAFORM if self.terraform else _TEMPLATE
        found, home = form.fullmatch(thing), form.fullmatch(self.home) if isinstance(self.home, str) else None
        if found is None or (home is not None and home["place"] != found["place"]):
            return None
        return found["own"]

    def _name(self, thing: Link) -> str:
        if not isinstance(thing, str):
            return ""
        if thing.endswith(_MAIN):
            owner = self._named(thing.removesuffix(_MAIN))
            told = "" if self.terraform else ", which no template can name: give its subnets a table of their own"
            return f"the main route table of {owner}{told}"
        return shown(self._named(thing))

    def _named(self, thing: Id) -> str:
        return self.topology.constructs.get(thing, thing)

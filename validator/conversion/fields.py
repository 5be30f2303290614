"""Attributes of a resource read as what they are for: text, yes or no, a link to another entity, nested blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from validator.conversion.identities import Naming
from validator.model.network import Link
from validator.resource import EXPORT, Resource
from validator.source import SourceLocation
from validator.values import Cause, Ref, Text, Truth, Unknown, Value, unknown

_TRUTHS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Fields:
    """One resource, or a block inside it (then ``prefix`` is the block's path), in the names of its configuration."""

    resource: Resource
    naming: Naming
    values: Mapping[str, Value]
    prefix: str = ""

    @property
    def id(self) -> str:
        """The entity's id in the topology."""
        return self.naming.name(self.resource.address)

    @property
    def physical(self) -> str | None:
        """Its AWS id, where the input holds it; not that of what is about to be replaced."""
        found = self.values.get("id")
        return found if isinstance(found, str) and found and not self.new else None

    @property
    def new(self) -> bool:
        """Whether the change that the input describes makes it: it has no AWS id yet."""
        return self.resource.action in {"create", "replace"}

    def place(self, path: str = "") -> SourceLocation:
        """Where the attribute stands."""
        whole = f"{self.prefix}.{path}" if self.prefix and path else self.prefix or path
        found = self.resource.place(whole) if whole else self.resource.location
        # The entity's own name is the one that people see in the report.
        return SourceLocation(found.path, found.line, found.column, self.id, whole or None)

    def value(self, path: str) -> Value:
        """The value at ``path``; None where it is absent, or left to the provider, which then applies its default."""
        if not path:
            return None
        if "." not in path or path in self.values:
            return self._settled(self.values.get(path), path)
        found: Value = self.values
        for step in path.split("."):
            if isinstance(found, tuple) and len(found) == 1:
                found = found[0]
            if isinstance(found, Unknown):
                return found
            found = found.get(step) if isinstance(found, Mapping) else None
        return self._settled(found, path)

    def _settled(self, found: Value, path: str) -> Value:
        if found is None or found == "":
            return None
        if isinstance(found, Ref) and found.address == self.resource.address:
            if self.resource.mode == "data":
                return unknown("is looked up only at apply", str(found), self.place(path))
            return None if found.attribute.endswith(path) else found
        return found

    def text(self, path: str) -> str | Unknown | None:
        """A string; what is known only after deployment is unknown."""
        match self.value(path):
            case None:
                return None
            case str() as found:
                return found
            case Unknown() as found:
                return found
            case Ref() as found:
                return self._text_behind(found, path)
            case Text() as found:
                return open_text(found, self.place(path))
            case bool() as found:
                return "true" if found else "false"
            case int() | float() as found:
                return str(found)
        return unknown("is not a string", f"{self.id}.{path}", self.place(path))

    def _text_behind(self, reference: Ref, path: str) -> str | Unknown:
        followed = self.naming.follow(reference)
        if isinstance(followed, str):
            return followed
        if reference.address.startswith(EXPORT) and followed == reference:
            name = reference.address.removeprefix(EXPORT)
            return unknown("is exported by a stack that is not among the inputs", f"the export {name}", self.place(path))
        return unknown("is known only after deployment", str(reference), self.place(path))

    def texts(self, path: str) -> tuple[str | Unknown, ...]:
        """The strings of a list, or the only one; of a list that is not known, one unknown string."""
        found = self.value(path)
        if isinstance(found, Ref):
            found = self.naming.follow(found)
        members = found if isinstance(found, tuple) else (found,)
        where = f"{self.prefix}.{path}" if self.prefix else path
        inner = Fields(self.resource, self.naming, {str(index): member for index, member in enumerate(members)}, where)
        texts = (inner.text(str(index)) for index in range(len(members)))
        return tuple(one for one in texts if one is not None)

    def truth(self, path: str, default: Truth = False) -> Truth:
        """Yes or no."""
        match self.value(path):
            case None:
                return default
            case bool() as found:
                return found
            case str() as found if found.lower() in _TRUTHS:
                return _TRUTHS[found.lower()]
            case Unknown() as found:
                return Unknown(found.causes)
            case Ref() as found:
                return unknown("is known only after deployment", str(found), self.place(path))
        return unknown("is neither true nor false", f"{self.id}.{path}", self.place(path))

    def link(self, path: str, kinds: Mapping[str, object] | None = None) -> Link:
        """The entity that the attribute names, of one of ``kinds`` (types; None: any)."""
        value = self.value(path)
        if value is None:
            return None
        plain = self.naming.entity(value, kinds)
        return plain if plain is not None else self.naming.link(value, kinds, self.place(path))

    def links(self, path: str, kinds: Mapping[str, object] | None = None) -> tuple[Link, ...] | Unknown:
        """The entities that a list names; Unknown where not even their number is known."""
        value = self.value(path)
        if value is None:
            return ()
        only = self.naming.entity(value, kinds)
        return (only,) if only is not None else self.naming.links(value, kinds, self.place(path))

    def blocks(self, path: str) -> tuple[Fields | Unknown, ...] | Unknown:
        """The nested blocks at ``path``; a single mapping counts as one."""
        found = self.value(path)
        where = f"{self.prefix}.{path}" if self.prefix else path
        match found:
            case None:
                return ()
            case Unknown():
                return found
            case Mapping():
                return (Fields(self.resource, self.naming, found, where),)
            case tuple():
                return tuple(self._block(member, f"{where}.{index}") for index, member in enumerate(found))
            case _:
                return unknown("is not a block", where, self.place(path))

    def _block(self, member: Value, where: str) -> Fields | Unknown:
        match member:
            case Mapping():
                return Fields(self.resource, self.naming, member, where)
            case Unknown():
                return member
        return unknown("is not a block", where, self.place(""))

    def known_blocks(self, path: str) -> Iterator[Fields]:
        """The nested blocks that are known."""
        found = self.blocks(path)
        if not isinstance(found, Unknown):
            yield from (block for block in found if isinstance(block, Fields))

    def sensitive(self, path: str) -> bool:
        """Whether the input marks the attribute sensitive."""
        return self.resource.is_sensitive(f"{self.prefix}.{path}" if self.prefix else path)


def open_text(found: Text, location: SourceLocation) -> Unknown:
    """Text with symbolic pieces as an unknown string."""
    causes = [cause for part in found.parts if isinstance(part, Unknown) for cause in part.causes]
    causes += [Cause("is known only after deployment", str(part), location) for part in found.parts if isinstance(part, Ref)]
    mentions = [part for part in found.parts if isinstance(part, Ref)]
    mentions += [mention for part in found.parts if isinstance(part, Unknown) for mention in part.mentions]
    return Unknown(tuple(causes), None, tuple(mentions))


def known_items(found: Sequence[Link] | Unknown) -> tuple[Link, ...]:
    """The members of a list of links; an unknown list is one unknown member."""
    return (found,) if isinstance(found, Unknown) else tuple(found)

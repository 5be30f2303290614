"""A plan or state becomes a Configuration: what will exist after the apply, with where each thing is made."""

from __future__ import annotations

import binascii
import contextlib
import hashlib
import re
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET, Raw, UnsetType

from validator.errors import InputError
from validator.frontends.sources import has_sources
from validator.frontends.terraform_plan.attributes import LazyAttributes, Merger, Parts, location_of, marked_paths
from validator.frontends.terraform_plan.document import (
    Change,
    ConfiguredModule,
    ConfiguredResource,
    Document,
    ResourceChange,
    Values,
    decode,
    decode_part,
    decode_values,
)
from validator.frontends.terraform_plan.expressions import Expressions, Scope, at
from validator.frontends.terraform_plan.instances import Instance, Instances, ModulePath, holds_unknown, module_path, state_instances
from validator.frontends.terraform_plan.provider_regions import ProviderRegions
from validator.frontends.terraform_plan.references import is_constant
from validator.resource import Configuration, InputKind, Resource
from validator.values import Cause, Unknown, Value, is_exact

if TYPE_CHECKING:
    from validator.frontends.terraform_plan.sourced import Sourced

_PAST = {"update", "delete"}
_SHA1 = re.compile(r"[0-9a-f]{40}")
_ACTIONS = {
    ("no-op",): "no-op",
    ("create",): "create",
    ("read",): "read",
    ("update",): "update",
    ("delete", "create"): "replace",
    ("create", "delete"): "replace",
    ("delete",): "delete",
    ("forget",): "forget",
}


def read_plan(path: str, data: bytes, *, fallback_region: str | None, source: Path | None = None) -> Configuration:
    """What the plan or state in ``data`` (UTF-8) declares; ``fallback_region`` serves providers that name no Region.

    ``source`` is the module directory that it came from; without one, it is looked for beside the plan and in the working directory.

    Raises InputError where it is not a plan or state, or a failed one.
    """
    document = decode(path, data)
    changes = document.resource_changes
    if not isinstance(changes, UnsetType) and changes is not None:
        return _planned(path, document, changes, fallback_region, source)
    if not isinstance(document.planned_values, UnsetType):
        values = decode_values(path, document.planned_values)
        return _stated(path, document, values, fallback_region, kind=InputKind.TERRAFORM_PLAN)
    if not isinstance(document.values, UnsetType) or not document.configuration:
        return _stated(path, document, document.values or Values(), fallback_region, kind=InputKind.TERRAFORM_STATE)
    message = f"{path}: has neither resource_changes nor values, expected the JSON of: terraform show -json"
    raise InputError(message)


def _planned(path: str, document: Document, changes: list[ResourceChange], fallback_region: str | None, source: Path | None) -> Configuration:
    instances = Instances(path)
    live = [_instance(change) for change in changes if change.deposed is None and change.change.actions != ["delete"]]
    for instance in live:
        instances.add(instance)
    stated = [] if document.prior_state is None else list(state_instances(document.prior_state.values.root_module))
    kept = [*_looked_up(stated, instances), *_left_alone(stated, changes)]
    for instance in kept:
        instances.add(instance)
    sourced, notes = _sources(path, document, instances, source, fallback_region)
    reader = _Reader(path, Expressions(document, instances), ProviderRegions(path, document, instances, fallback_region), {}, sourced)
    resources = [reader.resource(one) for one in (*live, *kept)]
    if sourced is not None:
        notes = (*notes, *dict.fromkeys((*sourced.expansion.notes, *sourced.expansion.library.notes)))
    before = _before(path, document, changes, instances, fallback_region)
    calls = sourced.expansion.calls() if sourced is not None else ()
    moves = tuple((one.previous_address, one.address) for one in changes if one.previous_address)
    if sourced is not None:
        moves = (*moves, *sourced.expansion.moves())
    return replace(_configuration(path, InputKind.TERRAFORM_PLAN, document, resources, notes), before=before, calls=calls, moves=moves)


def _looked_up(stated: Iterable[Instance], instances: Instances) -> list[Instance]:
    """The data sources that were read before the plan was made."""
    return [one for one in stated if one.mode == "data" and one.key not in instances.of_block(one.module, "data", one.type, one.name)]


def _left_alone(stated: Iterable[Instance], changes: Iterable[ResourceChange]) -> list[Instance]:
    """What a plan with -target says nothing of: it stays as it is."""
    named = {name for one in changes for name in (one.address, one.previous_address)}
    return [one for one in stated if one.mode == "managed" and one.address not in named]


def _before(path: str, document: Document, changes: list[ResourceChange], instances: Instances, fallback_region: str | None) -> tuple[Resource, ...]:
    """What the plan updates, replaces or deletes, as it is before; the sources describe what comes after, so they are not asked."""
    reader = _Reader(path, Expressions(document, instances), ProviderRegions(path, document, instances, fallback_region), {}, past=True)
    gone = [one for one in changes if one.deposed is None and _PAST & set(one.change.actions)]
    return tuple(replace(reader.resource(_as_before(one)), action=_ACTIONS.get(tuple(one.change.actions))) for one in gone)


def _as_before(change: ResourceChange) -> Instance:
    old = change.change
    was = Change(["no-op"], after=old.before, after_sensitive=old.before_sensitive)
    return _instance(msgspec.structs.replace(change, change=was))


def _sources(
    path: str, document: Document, instances: Instances, source: Path | None, fallback_region: str | None
) -> tuple[Sourced | None, tuple[Cause, ...]]:
    """The sources that were named or lie beside the plan; without any, nothing that reads sources is imported."""
    beside = [Path()] if path == "standard input" else [Path(path).parent, Path()]
    candidates = [source] if source else [folder for folder in dict.fromkeys(beside) if has_sources(folder)]
    if not candidates:
        return None, ()
    from validator.frontends.terraform_plan.sourced import sources_of  # noqa: PLC0415

    return sources_of(path, document, instances, candidates, fallback_region, named=source is not None)


def _stated(path: str, document: Document, values: Values, fallback_region: str | None, *, kind: InputKind) -> Configuration:
    instances = Instances(path)
    reader = _Reader(path, Expressions(document, instances), ProviderRegions(path, document, instances, fallback_region), {})
    resources = (reader.resource(one) for one in state_instances(values.root_module))
    return _configuration(path, kind, document, resources)


def _configuration(path: str, kind: InputKind, document: Document, resources: Iterable[Resource], notes: tuple[Cause, ...] = ()) -> Configuration:
    ordered = tuple(sorted(resources, key=lambda resource: resource.address))
    detail = f"format {document.format_version}" + (f", Terraform {document.terraform_version}" if document.terraform_version else "")
    if not document.complete:
        notes = (*notes, Cause("leaves changes to a later run", "this plan", location_of(path, "")))
    return Configuration(path, kind, "terraform", ordered, detail, notes=notes)


def _instance(change: ResourceChange) -> Instance:
    return Instance(change.address, change.mode, change.type, change.name, module_path(change.module_address), change.index, change=change)


@dataclass(slots=True)
class _Reader:
    """Makes resources of instances; finds the block of each once."""

    path: str
    expressions: Expressions
    regions: ProviderRegions
    blocks: dict[tuple[str, ...], dict[tuple[str, str, str], ConfiguredResource]]
    sourced: Sourced | None = None
    past: bool = False

    def resource(self, instance: Instance) -> Resource:
        block = self._block(instance)
        values = _values(instance)
        attributes = LazyAttributes(lambda: self._attributes(instance, block))
        change = instance.change
        return Resource(
            address=instance.address,
            type=instance.type,
            attributes=attributes,
            region=self._region(instance, block, values),
            location=(self.sourced.location(instance) if self.sourced else None) or location_of(self.path, instance.address),
            mode="data" if instance.mode == "data" else "managed",
            action=_ACTIONS.get(tuple(change.change.actions)) if change else None,
            sensitive=self._sensitive(instance),
            positions=self.sourced.positions(instance) if self.sourced else {},
            allowances=self.sourced.allowances(instance) if self.sourced else (),
            provider=block.provider_config_key if block else "",
        )

    def _region(self, instance: Instance, block: ConfiguredResource | None, values: Raw | UnsetType) -> str | Unknown:
        found = self.regions.of(instance, block, values)
        written = self.sourced.region(instance) if isinstance(found, Unknown) and self.sourced is not None else None
        return found if written is None else written

    def _attributes(self, instance: Instance, block: ConfiguredResource | None) -> tuple[Parts, Callable[[Parts, str], Value]]:
        after = decode_part(self.path, _values(instance), instance.address)
        change = instance.change
        mask = decode_part(self.path, change.change.after_unknown, instance.address) if change else None
        hashed = _is_hashed(instance, after)
        expressions = decode_part(self.path, block.expressions, instance.address) if block and (mask or hashed) else None
        siblings = self.expressions.instances.of_block(instance.module, instance.mode, instance.type, instance.name)
        scope = Scope(instance.module, instance.key, block.for_each_expression if block else None, tuple(siblings))
        merger = Merger(self.path, instance.address, lambda expression: self.expressions.sources(expression, scope))
        parts = Parts.of(after, mask, expressions)
        sourced = self.sourced

        def attribute(parts: Parts, name: str) -> Value:
            plain = hashed and name == "user_data"
            if sourced is not None and (plain or holds_unknown(parts.marked.get(name))):
                written = sourced.value(instance, name)
                if written is not None and is_exact(written):
                    return written
                merged = self._cleartext(instance, parts, scope) if plain else merger.attribute(parts, name)
                return merged if written is None else _joined(merged, written)
            return self._cleartext(instance, parts, scope) if plain else merger.attribute(parts, name)

        return parts, attribute

    def _cleartext(self, instance: Instance, parts: Parts, scope: Scope) -> Value:
        """Before version 6 the AWS provider stored the SHA-1 of user data; a literal stands in the configuration, of the past if it is the same."""
        written = parts.written.get("user_data")
        if isinstance(written, dict) and is_constant(written) and isinstance(written["constant_value"], str):
            literal: str = written["constant_value"]
            if not self.past or parts.known.get("user_data") in _sums(literal):
                return literal
        found = self.expressions.sources(written, scope)
        reason = "is only a SHA-1 in plans of the AWS provider before version 6"
        place = at(self.path, instance.address, "user_data")
        return Unknown((Cause(reason, f"{instance.address}.user_data", place),), None, (*found.refs, *found.settled))

    def _sensitive(self, instance: Instance) -> frozenset[str]:
        change, state = instance.change, instance.state
        mask = change.change.after_sensitive if change else state.sensitive_values if state else UNSET
        if isinstance(mask, UnsetType) or b"true" not in bytes(mask):
            return frozenset()
        return frozenset(marked_paths(decode_part(self.path, mask, instance.address)))

    def _block(self, instance: Instance) -> ConfiguredResource | None:
        names = tuple(name for name, _ in instance.module)
        if names not in self.blocks:
            module = self._module(instance.module)
            self.blocks[names] = {(one.mode, one.type, one.name): one for one in module.resources} if module else {}
        return self.blocks[names].get((instance.mode, instance.type, instance.name))

    def _module(self, module: ModulePath) -> ConfiguredModule | None:
        configuration = self.expressions.document.configuration
        here = configuration.root_module if configuration else None
        for name, _ in module:
            call = here.module_calls.get(name) if here else None
            here = call.module if call else None
        return here


def _joined(merged: Value, written: Value) -> Value:
    """What the plan and the sources together say of a value that neither settles: the bound may be the plan's, where a module is not downloaded."""
    if is_exact(written) or is_exact(merged):
        return written if is_exact(written) else merged
    match merged, written:
        case Mapping(), Mapping():
            return {name: _joined(merged.get(name), written[name]) for name in written} | {
                name: merged[name] for name in merged if name not in written
            }
        case tuple(), tuple() if len(merged) == len(written):
            return tuple(map(_joined, merged, written))
        case Unknown(), Unknown(among=None, mentions=()):
            return Unknown(written.causes, merged.among, merged.mentions)
    return written


def _values(instance: Instance) -> Raw | UnsetType:
    change = instance.change
    if change is not None:
        # A forgotten resource stays as it is.
        return change.change.before if change.change.actions == ["forget"] else change.change.after
    return instance.state.values if instance.state else UNSET


def _sums(text: str) -> set[str]:
    """What the provider may have stored for a user data text: the SHA-1 of it, or of what it encodes."""
    texts = [text.encode()]
    with contextlib.suppress(binascii.Error, ValueError):
        texts.append(b64decode(text, validate=True))
    return {hashlib.sha1(one, usedforsecurity=False).hexdigest() for one in texts}


def _is_hashed(instance: Instance, after: Any) -> bool:
    value = after.get("user_data") if instance.type == "aws_instance" and isinstance(after, dict) else None
    return isinstance(value, str) and _SHA1.fullmatch(value) is not None

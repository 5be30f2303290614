"""A module directory becomes a Configuration: what Terraform would plan for a new estate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from validator.files import bytes_of
from validator.frontends.lazy import LazyMapping, OpenMapping
from validator.frontends.terraform.bodies import names_of, positions
from validator.frontends.terraform.data_sources import TABLE
from validator.frontends.terraform.expansion import Expansion, ModuleInstance
from validator.frontends.terraform.functions.files import Tree
from validator.frontends.terraform.known import NoFacts
from validator.frontends.terraform.modules import Declared, Library, library_of, source_files
from validator.frontends.terraform.repetitions import Repetition
from validator.frontends.terraform.sensitivity import Sensitivity
from validator.frontends.terraform.symbolic import finished
from validator.frontends.terraform.variables import Given, root_variables
from validator.resource import Configuration, InputKind, Resource
from validator.source import SourceLocation
from validator.values import Ref, Value, all_of


def read_module(folder: Path, shown: str, given: Given, *, fallback_region: str | None) -> Configuration:
    """What the root module in ``folder`` declares. Raises InputError with a line per mistake."""
    library = library_of(folder, shown)
    root = library.load(library.root, ".")
    values = root_variables(root, given, Tree(library.folders, library.root), shown)
    expansion = Expansion(library, NoFacts(), values, fallback_region, workspace_of(library))
    resources = tuple(sorted(_resources(expansion), key=lambda resource: resource.address))
    detail = f"{len(source_files(library.root))} files, {len(resources)} resources"
    notes = tuple(dict.fromkeys((*expansion.notes, *library.notes)))
    return Configuration(
        shown, InputKind.TERRAFORM_MODULE, "terraform", resources, detail, notes=notes, calls=expansion.calls(), moves=expansion.moves()
    )


def workspace_of(library: Library) -> str:
    """The workspace that is chosen in a folder."""
    try:
        return bytes_of(library.root / ".terraform" / "environment").decode().strip() or "default"
    except (OSError, UnicodeDecodeError):
        return "default"


def _resources(expansion: Expansion) -> Iterator[Resource]:
    for module in expansion.instances():
        sensitivity = Sensitivity(module)
        for name, declared in module.module.resources.items():
            for repetition in module.resource_repetitions(name, declared):
                yield _resource(module, name, declared, repetition, sensitivity)


def _resource(module: ModuleInstance, name: tuple[str, str, str], declared: Declared, repetition: Repetition, sensitivity: Sensitivity) -> Resource:
    mode, kind, _ = name
    address = module.resource_address(name, repetition.key)
    names = (*names_of(declared.body), *(TABLE.get(kind, {}) if mode == "data" else ()))

    def attribute(wanted: str) -> Value:
        if mode == "data" and wanted in TABLE.get(kind, {}):
            return finished(module.attribute(name, declared, repetition, wanted))
        return finished(module.configured(declared, repetition, wanted))

    known = LazyMapping(names, attribute)
    # What a data source looks up is known only then.
    return Resource(
        address=address,
        type=kind,
        attributes=OpenMapping(known, lambda wanted: Ref(address, wanted)) if mode == "data" else known,
        region=module.region(declared, repetition, kind),
        location=SourceLocation(declared.block.path, *declared.block.at, address),
        mode="data" if mode == "data" else "managed",
        exists=all_of([module.exists, repetition.exists]),
        sensitive=sensitivity.paths(declared.body),
        positions=dict(positions(declared.body, address)),
        allowances=module.allowances(declared),
        provider=module.provider(declared, kind),
    )

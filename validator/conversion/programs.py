"""What a workload runs, and the variables that it gives it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from validator.conversion.fields import Fields
from validator.conversion.gathering import Gathered, Member
from validator.conversion.kinds.entry import Coding, Form, Lines, Variables
from validator.conversion.linking import Links
from validator.conversion.texts import decoded_text, joined, readable
from validator.conversion.walking import Place, blocks, known_places, opened, places
from validator.model.workloads import EnvironmentVariable, Image, Readable, Script
from validator.symbols import SYMBOL, Symbols
from validator.values import Ref, Text, Unknown, Value, text, unite, unknown

USER_DATA = "user data"
_NAME_KEYS = ("name", "Name", "key", "Key", "OptionName")
_VALUE_KEYS = ("value", "Value")
_FROM_KEYS = ("valueFrom", "ValueFrom", "value_from")
_TYPE_KEYS = ("type", "Type")
_PLAIN = "PLAINTEXT"
_REPOSITORIES = frozenset({"aws_ecr_repository", "AWS::ECR::Repository"})
_ECR = re.compile(rf"\.dkr\.ecr(?:-fips)?\.([a-z0-9{SYMBOL}-]+)\.")
_PARAMETERS: Mapping[str, tuple[str, ...]] = MappingProxyType({"aws_ssm_parameter": ("value", "insecure_value"), "AWS::SSM::Parameter": ("Value",)})


def environment(links: Links, found: Gathered) -> tuple[tuple[EnvironmentVariable, ...], Unknown | None]:
    """The variables of everything that it runs, and what nothing says of them: with no variable at all, that is the environment."""
    variables: list[EnvironmentVariable] = []
    open_ones: list[Unknown] = list(found.open)
    for member in found.members:
        for one in _of_member(links, member):
            if isinstance(one, Unknown):
                open_ones.append(one)
            else:
                variables.append(one)
    return tuple(variables), unite(open_ones) if open_ones else None


def _of_member(links: Links, member: Member) -> Iterator[EnvironmentVariable | Unknown]:
    for variables in member.part.environment:
        yield from _variables(links, member.fields, variables, "")
    for program in member.part.programs:
        for block in blocks(member.fields, program.path):
            if isinstance(block, Unknown):
                yield block
            else:
                for variables in program.environment:
                    yield from _variables(links, block, variables, _scope(block))


def _scope(block: Fields) -> str:
    return f"{block.id} {block.prefix}"


def _variables(links: Links, fields: Fields, variables: Variables, scope: str) -> Iterator[EnvironmentVariable | Unknown]:
    if variables.form is not Form.MAP:
        yield from _listed(links, blocks(fields, variables.path), variables.form, scope)
        return
    for place in places(fields, variables.path):
        if isinstance(place, Unknown):
            yield place
        else:
            yield from (one for one in _mapped(links, place, scope) if isinstance(one, Unknown) or one.name not in variables.omit)


def _mapped(links: Links, place: Place, scope: str) -> Iterator[EnvironmentVariable | Unknown]:
    block, path = place.block, place.name
    match place.value:
        case Mapping() as held:
            for name, value in sorted(held.items()):
                if value is not None:
                    where = f"{path}.{name}"
                    yield EnvironmentVariable(name, readable(value, block.naming), block.place(where), block.sensitive(where), scope)
                    yield from _behind(links, block, name, value, scope)
        case Unknown() | Ref() | Text() as value:
            yield opened(value, block, path)


def _listed(links: Links, listed: Iterator[Fields | Unknown], form: Form, scope: str) -> Iterator[EnvironmentVariable | Unknown]:
    for block in listed:
        if isinstance(block, Unknown):
            yield block
            continue
        name = next((found for key in _NAME_KEYS if isinstance(found := block.text(key), str)), None)
        value = _held(links, block, form)
        if name is not None and value is not None:
            sensitive = any(block.sensitive(key) for key in _VALUE_KEYS)
            yield EnvironmentVariable(name, readable(value, block.naming), block.place(), sensitive, scope)
            yield from _behind(links, block, name, value, scope)


def _behind(links: Links, block: Fields, name: str, value: Value, scope: str) -> Iterator[EnvironmentVariable]:
    """What the SSM parameter holds that a variable names: the program looks it up."""
    declared = None
    if isinstance(value, Ref):
        declared = links.sources.by_id(block.naming.name(value.address))
    elif isinstance(value, str) and value.startswith("/"):
        found = links.declared(value, _PARAMETERS)
        declared = found if found is not None and value in (found.value("name"), found.value("Name")) else None
    for attribute in _PARAMETERS.get(declared.resource.type, ()) if declared is not None else ():
        if declared is not None and declared.value(attribute) is not None:
            held = readable(declared.value(attribute), declared.naming)
            yield EnvironmentVariable(name, held, declared.place(attribute), declared.sensitive(attribute), scope)


def _held(links: Links, block: Fields, form: Form) -> Value:
    """A value, or that of the SSM parameter that stands for it (a build's variable says by its type that it does)."""
    if form is Form.PARAMETERS:
        return _parameter(links, block, _FROM_KEYS)
    kind = next((found for key in _TYPE_KEYS if isinstance(found := block.text(key), str)), _PLAIN)
    if kind == "PARAMETER_STORE":
        return _parameter(links, block, _VALUE_KEYS)
    return _first(block, _VALUE_KEYS) if kind == _PLAIN else None


def _first(block: Fields, keys: tuple[str, ...]) -> Value:
    return next((held for key in keys if (held := block.value(key)) is not None), None)


def _parameter(links: Links, block: Fields, keys: tuple[str, ...]) -> Value:
    for key in keys:
        if block.value(key) is not None:
            declared = next(links.resolved(Place(block, key), _PARAMETERS), None)
            return _first(declared, _PARAMETERS[declared.resource.type]) if isinstance(declared, Fields) else None
    return None


def scripts(found: Gathered, rest: Unknown | None) -> Iterator[Script]:
    """The texts that it runs; ``rest`` is what is not known of its environment. User data of its own takes the place of a template's."""
    with_user_data = False
    for member in found.members:
        own = [script for lines in member.part.scripts for script in _lines(member.fields, lines, "")]
        yield from (script for script in own if script.kind != USER_DATA or not with_user_data)
        with_user_data = with_user_data or any(script.kind == USER_DATA for script in own)
        yield from _of_programs(member)
    yield from (Script("definition", one, found.own.fields.place()) for one in found.open)
    if rest is not None:
        yield Script("its environment", rest, found.own.fields.place())


def _of_programs(member: Member) -> Iterator[Script]:
    for program in member.part.programs:
        for block in blocks(member.fields, program.path):
            if not isinstance(block, Unknown):
                yield from (script for lines in program.scripts for script in _lines(block, lines, _scope(block)))


def _lines(fields: Fields, lines: Lines, scope: str) -> Iterator[Script]:
    for place in places(fields, lines.path):
        if isinstance(place, Unknown):
            yield Script(lines.kind, place, fields.place(lines.path), scope=scope)
            continue
        block, name, value = place.block, place.name, place.value
        match lines.coding:
            case Coding.WORDS if isinstance(value, tuple):
                written = joined(value, block.naming)
            case Coding.LINES if isinstance(value, tuple):
                written = text(part for line in value for part in (readable(line, block.naming), "\n"))
            case Coding.SETTINGS if isinstance(value, Mapping):
                listed = (part for key, held in value.items() if held is not None for part in (f"{key} ", readable(held, block.naming), "\n"))
                written = text(("[OUTPUT]\n", *listed))
            case Coding.PACKAGES if isinstance(value, Mapping):
                written = f"yum install {' '.join(value)}"
            case Coding.BASE64:
                # EC2 takes user data as base64 only; what is not that was encoded on the way.
                written = decoded_text(readable(value, block.naming))
            case _:
                written = readable(value, block.naming)
        yield Script(lines.kind, written, block.place(name), block.sensitive(name), scope)


def images(found: Gathered, *, pulled: bool) -> Iterator[Image]:
    """The container images that it runs."""
    for member in found.members:
        named = [(place.block, place.name, "") for path in member.part.images for place in known_places(member.fields, path)]
        for program in member.part.programs:
            there = blocks(member.fields, program.path) if program.image else ()
            named += [(block, program.image, _scope(block)) for block in there if not isinstance(block, Unknown)]
        for block, name, scope in named:
            if block.value(name) is not None:
                written = readable(block.value(name), block.naming)
                yield Image(written, block.place(name), pulled, _registry(written, block), scope)


def _registry(written: Readable, block: Fields) -> str | Unknown | None:
    """The Region of the ECR registry that an image is in, by its URI or by the repository that it refers to."""
    parts = written.parts if isinstance(written, Text) else (written,)
    for part in parts:
        for reference in part.mentions if isinstance(part, Unknown) else (part,):
            declared = block.naming.declared(reference.address) if isinstance(reference, Ref) else None
            if declared is not None and declared.type in _REPOSITORIES:
                return declared.region
    symbols = Symbols()
    if (uri := _ECR.search(symbols.flat(written))) is None:
        return None
    match symbols.value(uri[1]):
        case Ref() as reference:
            return unknown("is known only after deployment", str(reference), block.place())
        case Text():
            return unknown("is made of several pieces", "the image's registry", block.place())
        case region:
            return region

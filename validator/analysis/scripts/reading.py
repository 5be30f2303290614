"""A script, whatever it is written in, as the uses of S3 in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from validator.analysis.matrix import SDKS, Sdk, sdk_of_image
from validator.analysis.scripts import code, containers
from validator.analysis.scripts.commands import followed, uses_of
from validator.analysis.scripts.documents import document_reader, of_cloud_config, parts_of
from validator.analysis.scripts.files import uses_in_file, uses_in_files
from validator.analysis.scripts.machine import Command, Machine, Use
from validator.analysis.scripts.packages import linux_of
from validator.analysis.scripts.powershell import of_cmd, of_powershell, tagged
from validator.analysis.scripts.settings import uses_in_settings
from validator.analysis.scripts.shell import LONGEST
from validator.analysis.strings import named_in
from validator.model.workloads import LOG_OPTIONS
from validator.symbols import Symbols

_WORTH = re.compile(r"s3|aws|bucket|goofys|rclone|docker|podman|ecr|yum|dnf|amazon|base64|b64|[\U00100000-\U0010fffd]", re.IGNORECASE)
_POWERSHELL = re.compile(r"^[ \t]*+(?:Import-Module|\$\w+\s*=\s|param\s*\()|\b(?:Read|Copy|Write|Get)-S3Object\b", re.MULTILINE)
_DEEPEST = 3
FILE = "cfn-init file"
"""The kind of a script that is a file; its path may stand behind."""


def uses_in(text: str, symbols: Symbols, environment: Mapping[str, str], kind: str = "", image: str = "", system: str | None = None) -> Iterator[Use]:
    """The uses of S3 in flat ``text``.

    ``environment``: what the platform and its configuration set. ``kind``: what the script is ("user data", "command"). ``image``: the
    container image whose entry point the words of a command may belong to. ``system``: the release of Amazon Linux that it runs on.
    """
    if not _WORTH.search(text):
        return
    linux = system or linux_of(text)
    machine = Machine(symbols, environment, _cli_of(text, image, linux), linux)
    yield from _of_part(_with_entry_point(text, kind, image), machine, kind, 0)
    yield from uses_in_files(machine)
    # What is too long to be followed is still looked through.
    yield from (followed(naming) for naming in named_in(text[LONGEST:]))


def _cli_of(text: str, image: str, linux: str | None) -> Sdk:
    """The AWS CLI, of the version that its installation shows."""
    of_image = sdk_of_image(image)
    if of_image is not None and of_image.name.startswith("aws-cli"):
        return of_image
    if re.search(r"awscli-exe-|awscliv2|AWSCLIV2|snap install aws-cli|aws-cli/v2", text):
        return SDKS["aws-cli-v2"]
    if re.search(r"pip3?(?:\.\d+)? install [^\n;|]{0,80}\bawscli\b|awscli-bundle|easy_install [^\n]{0,40}awscli", text):
        return SDKS["aws-cli-v1"]
    # Images of Amazon Linux bring version 2 from 2023 on, version 1 before.
    return SDKS[{"al2023": "aws-cli-v2", "al2": "aws-cli-v1", "al1": "aws-cli-v1"}.get(linux or "", "aws-cli")]


def _with_entry_point(text: str, kind: str, image: str) -> str:
    """A command whose first word is the image's to add."""
    of_image = sdk_of_image(image) if kind == "command" else None
    if of_image is not None and of_image.name == "aws-cli-v2" and re.match(r"\s*(?:--\S+\s+\S+\s+)*(?:s3|s3api|configure|ecr)\s", text):
        return f"aws {text}"
    if of_image is not None and of_image.name in {"rclone", "s5cmd", "s3fs"} and not text.lstrip().startswith(of_image.name):
        return f"{of_image.name} {text}"
    return text


def _of_part(text: str, machine: Machine, kind: str, depth: int) -> Iterator[Use]:
    """One part, by what it begins with."""
    if depth < _DEEPEST and (parts := parts_of(text)):
        for content, body in parts:
            yield from _of_typed(content, body, machine, kind, depth)
    elif kind.startswith(FILE):
        yield from uses_in_file(kind.removeprefix(FILE).strip(), text, machine)
    elif kind == LOG_OPTIONS:
        yield from uses_in_settings(text, machine, machine.environment)
    elif windows := tagged(text):
        for tag, body in windows:
            yield from of_powershell(body, machine) if tag == "powershell" else of_cmd(body, machine)
    elif reader := document_reader(text, kind):
        yield from reader(machine)
    elif text.lstrip().startswith("#include"):
        yield from (followed(naming) for naming in named_in(text))
    else:
        yield from _of_program(text, machine, kind)


def _of_typed(content: str, body: str, machine: Machine, kind: str, depth: int) -> Iterator[Use]:
    """A part of a MIME document, by its type."""
    if content == "text/cloud-config":
        yield from of_cloud_config(body, machine)
    elif content == "application/node.eks.aws":
        yield from containers.node(Command(("nodeadm",), machine.environment), machine)
    elif content.startswith("text/x-include"):
        yield from (followed(naming) for naming in named_in(body))
    elif not content.startswith("text/part-handler"):
        yield from _of_part(body, machine, kind, depth + 1)


def _of_program(text: str, machine: Machine, kind: str) -> Iterator[Use]:
    """A program, by the language that it is in; a shell script may hold others."""
    inline = re.match(r"python\S*\s+(?:-\w\s+)*-c\n", text) if kind == "command" else None
    if inline:
        yield from code.of_python(text[inline.end() :], machine, machine.environment)
    elif not _is_shell(text) and code.is_python(text):
        yield from code.of_python(text, machine, machine.environment)
    elif not _is_shell(text) and code.is_javascript(text):
        yield from code.of_javascript(text, machine, machine.environment)
    elif _POWERSHELL.search(text):
        yield from of_powershell(text, machine)
    else:
        yield from uses_of(text, machine)


def _is_shell(text: str) -> bool:
    """Whether a program in another language may only be a part of the text."""
    return re.search(r"\A\s*#!\s*\S*sh\b|<<-?\s*['\"]?\w+|^[ \t]*+(?:python\S* -c|node -e)", text, re.MULTILINE) is not None

"""What commands write, where that can be told: texts that are echoed, what the instance tells of itself, what filters keep of that."""

from __future__ import annotations

import re
from collections.abc import Sequence

from validator.analysis.scripts.machine import OWN_DOCUMENT, OWN_REGION, OWN_ZONE, Command, Machine
from validator.symbols import has_symbol

# Commands that do nothing but write.
WRITING = frozenset("echo printf cat tee tr sort uniq envsubst".split())
_TRIMMING = frozenset("sed cut head tail tr awk gawk rev grep perl python python3 jq ruby".split())


def output_of(command: Command, machine: Machine) -> str | None:
    """What a command writes, where that can be told."""
    words, given = command.words, command.given
    match words[0].rpartition("/")[2]:
        case "echo":
            return " ".join(word for index, word in enumerate(words[1:]) if index or not re.fullmatch(r"-[neE]+", word)) + "\n"
        case "printf":
            return _printed(words[1:])
        case "cat":
            known = [machine.files.get(word) for word in words[1:] if not word.startswith("-")]
            return "".join(text or "" for text in known) if known and all(text is not None for text in known) else given if not known else None
        case "tee" | "sort" | "uniq" | "xargs" if given is not None:
            return given
        case "envsubst" if given is not None:
            return given
        case "aws" | "aws2" if words[1:3] == ("configure", "get"):
            return machine.regions.get("default") if words[3:4] == ("region",) else None
        case "tr" if given is not None and len(words) == 3 and not has_symbol(given):  # noqa: PLR2004 - tr FROM TO
            return _translated(given, words[1], words[2])
        case name if name in _TRIMMING and given is not None:
            return _trimmed(command, given, machine)
    return _asked(" ".join(words), machine)


def _asked(line: str, machine: Machine) -> str | None:
    """What the instance tells of itself (catalogue of references, section 0.4)."""
    symbols = machine.symbols
    if "placement/region" in line or re.search(r"cloud-init query [\w.]*region|ec2-?metadata (?:-R|--region)|imds.*region", line):
        return symbols.character(OWN_REGION)
    if "placement/availability-zone" in line or re.search(r"ec2-?metadata (?:-z|--availability-zone)|query (?:v1\.)?availability.zone", line):
        return symbols.character(OWN_ZONE)
    if "instance-identity/document" in line:
        return symbols.character(OWN_DOCUMENT)
    return None


def _trimmed(command: Command, given: str, machine: Machine) -> str | None:
    """The part of a text that a filter keeps: of the instance's zone, its Region; of its document, the member that is named."""
    symbols = machine.symbols
    line = " ".join(command.words[1:])
    if any(symbols.character(one) in given for one in (OWN_ZONE, OWN_REGION)):
        return symbols.character(OWN_REGION)
    if symbols.character(OWN_DOCUMENT) not in given:
        return None
    if "region" in line.lower():
        return symbols.character(OWN_REGION)
    if re.search(r"availability.?zone", line, re.IGNORECASE):
        return symbols.character(OWN_ZONE)
    # print $4, tr -d and the like go on with what an earlier filter has kept.
    return None


def _printed(words: Sequence[str]) -> str | None:
    """``printf`` with a format of plain text and ``%s``."""
    if not words:
        return None
    text = words[0].replace("\\n", "\n").replace("\\t", "\t")
    arguments = list(words[1:])
    while "%s" in text and arguments:
        text = text.replace("%s", arguments.pop(0), 1)
    return text


def _translated(text: str, old: str, new: str) -> str | None:
    if "upper" in old and "lower" in new:
        return text.lower()
    if len(old) == len(new) == 1:
        return text.replace(old, new)
    return None

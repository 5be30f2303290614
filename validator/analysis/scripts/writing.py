"""Files as they are written: what configures later commands is taken to heart at once."""

from __future__ import annotations

import re

from validator.analysis.scripts.hadoop import settings_in
from validator.analysis.scripts.machine import ADDRESSING, Machine

_SECTION = re.compile(r"^[ \t]*\[[ \t]*(?:profile[ \t]+)?([^\]\n]{1,100}?)[ \t]*\]", re.MULTILINE)
_SETTING = re.compile(r"^[ \t]*(\w{1,40})[ \t]*=[ \t]*([^\s#;]{1,300})", re.MULTILINE)


def write(machine: Machine, path: str, text: str) -> None:
    """Keep what is written to ``path``; read it if it is the AWS configuration, rclone's or Hadoop's."""
    if not path:
        return
    machine.write(path, text)
    whole = machine.files.get(path, "")
    if re.search(r"\.aws[/\\](?:config|credentials)$|aws_?config$", path):
        for name, values in sections(whole).items():
            if "region" in values:
                machine.regions[name] = values["region"]
            if "endpoint_url" in values:
                machine.endpoints[name] = values["endpoint_url"]
            machine.addressing.setdefault(name, {}).update({setting: held for setting, held in values.items() if setting in ADDRESSING})
    elif path.endswith("rclone.conf"):
        machine.remotes.update(sections(whole))
    elif "fs.s3" in whole:
        machine.settings.update(settings_in(whole))


def sections(text: str) -> dict[str, dict[str, str]]:
    """The settings in ``[sections]`` by name; those before the first are of "default"."""
    starts = [(0, 0, "default")] + [(found.start(), found.end(), found[1]) for found in _SECTION.finditer(text)]
    found: dict[str, dict[str, str]] = {}
    for index, (_, start, name) in enumerate(starts):
        end = starts[index + 1][0] if index + 1 < len(starts) else len(text)
        found.setdefault(name, {}).update({one[1]: one[2] for one in _SETTING.finditer(text, start, end)})
    return found

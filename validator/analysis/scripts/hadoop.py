"""Hadoop and Spark: settings on the command line and in core-site, and the URIs that jobs are given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from validator.analysis.matrix import SDKS
from validator.analysis.scripts.aws_cli import may_be_s3, region_from_environment
from validator.analysis.scripts.machine import Command, Machine, Use
from validator.analysis.strings import Naming, named_in
from validator.analysis.variables import variable_name
from validator.regions import is_region
from validator.symbols import has_symbol

_SETTING = re.compile(r"(?:spark\.hadoop\.)?(fs\.s3[an]?\.[A-Za-z0-9._-]{1,200})(?:=|[ \t]+)(\S{1,300})")
_PROPERTY = re.compile(r"<name>\s*(fs\.s3[an]?\.[^<\s]{1,200})\s*</name>\s*<value>\s*([^<]{0,300}?)\s*</value>")


def uses(command: Command, machine: Machine) -> Iterator[Use]:
    """The URIs among the words: ``s3a`` is Hadoop's own client, ``s3`` EMR's file system."""
    settings = {**machine.settings, **settings_in(" ".join(command.words))}
    for word in command.words[1:]:
        if not _SETTING.search(word):
            for naming in named_in(word):
                yield from used(naming, word, settings, command, machine)


def settings_in(text: str) -> dict[str, str]:
    """Settings of Hadoop's file systems in options or in the XML of core-site."""
    found = {name: value.strip("'\"") for name, value in _SETTING.findall(text)}
    return {**found, **dict(_PROPERTY.findall(text))}


def used(naming: Naming, word: str, settings: Mapping[str, str], command: Command, machine: Machine) -> Iterator[Use]:
    """The use of one URI under ``settings``; none where they lead to another S3."""
    if naming.form == "url":
        yield Use(naming, None, naming.region, "url", "a URL", environment=command.environment)
        return
    of_hadoop = re.search(r"s3[an]://", word) is not None
    sdk = SDKS["hadoop-s3a" if of_hadoop else "emrfs"]
    names = (f"fs.s3a.bucket.{naming.bucket}.", "fs.s3a.") if of_hadoop else ("fs.s3.",)
    region = _setting([f"{name}endpoint.region" for name in names], settings, command)
    endpoint = _setting([f"{name}endpoint" for name in names], settings, command)
    if endpoint and not may_be_s3(endpoint):
        return
    if region is None and endpoint:
        region = next((one.region for one in named_in(f"{endpoint}/bucket") if one.host is not None and one.host.region), None)
    if region is not None and (is_region(region) or has_symbol(region)):
        yield Use(naming, sdk, region, "configuration", command.words[0], None, command.environment)
        return
    given = region_from_environment(sdk, command.environment, machine) if sdk.reads else None
    yield Use(naming, sdk, given, "environment" if given else "none", command.words[0], None, command.environment)


def _setting(names: Sequence[str], settings: Mapping[str, str], command: Command) -> str | None:
    """The first that is set: by the job, or among the settings of the cluster, which are its environment."""
    for name in names:
        spelled = [settings.get(name), *(command.environment.get(variable_name(f"{prefix}{name}")) for prefix in ("", "spark.hadoop."))]
        if held := next((value for value in spelled if value), None):
            return held
    return None

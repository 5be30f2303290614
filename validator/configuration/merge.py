"""The command line over the configuration file: the options of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from validator.configuration.settings import Section, Settings
from validator.errors import ConfigurationError
from validator.options import Options
from validator.parameters import parameters_of


def options_of(paths: Sequence[str], command: Section, settings: Settings, policies: Sequence[Path] = ()) -> Options:
    """The options of a run on ``paths``: what the command line says, over the sections of each path, over what holds for all.

    Raises InputError for files of parameters that cannot be read, ConfigurationError for a ``source`` that is no folder.
    """
    distinct = tuple(dict.fromkeys(paths))
    common = _options(distinct, command, settings.whole, settings, policies)
    own = {path: _options((path,), command, settings.section(path), settings, policies) for path in distinct} if settings.sections else {}
    return replace(common, sections={path: options for path, options in own.items() if options != replace(common, paths=(path,))})


def _options(paths: tuple[str, ...], command: Section, below: Section, settings: Settings, policies: Sequence[Path]) -> Options:
    section = command.over(below)
    parameters: dict[str, str] = {}
    for given in section.parameters:
        parameters |= parameters_of(given) if isinstance(given, Path) else given
    if below.source is not None and not below.source.is_dir():
        raise ConfigurationError(f"{below.source}: is no folder, and the configuration names it as source")
    return Options(
        paths=paths,
        regions=tuple(dict.fromkeys(section.regions or ())),
        parameters=parameters,
        every_allowed_value=settings.every_allowed_value,
        variable_files=tuple(given for given in command.variables if isinstance(given, Path)),
        variables={name: value for given in command.variables if not isinstance(given, Path) for name, value in given.items()},
        configured_variables=below.variables,
        variables_from_environment=section.variables_from_environment or False,
        source=section.source,
        policies=(*settings.policies, *policies),
        packs=settings.packs,
        select=section.select or (),
        ignore=section.ignore or (),
        buckets=settings.buckets,
        declared=settings.declared,
        severities=section.severities,
        mentions=settings.mentions,
        waivers=settings.waivers_for(paths),
        fail_on=section.fail_on or "error",
        baseline=settings.baseline,
        changed_only=settings.changed_only,
        output=settings.output,
        network=settings.network,
        max_age=settings.max_age,
    )

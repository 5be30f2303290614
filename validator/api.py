"""The Python interface: small, typed, and kept as it is within a major version.

Of a ``Report`` this much is promised: ``exit_code``; ``findings`` with ``policy``, ``severity``, ``verdict``, ``subject``, ``workload``,
``bucket``, ``region``, ``message``, ``remedy``, ``location``, ``fingerprint``, ``status``, ``change`` and ``fails``; all else is in
what ``render(report, "json")`` writes, which has a schema.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from os import PathLike, fspath
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from validator.errors import S3ReachError, UsageError
from validator.options import FailOn
from validator.regions import is_region

if TYPE_CHECKING:
    from validator.report.report import Report

__all__ = ["Report", "S3ReachError", "check", "render"]
AnyPath: TypeAlias = "str | PathLike[str]"
_NONE: Mapping[str, str] = MappingProxyType({})


def check(  # noqa: PLR0913 - one parameter per option
    paths: AnyPath | Sequence[AnyPath],
    *,
    regions: Sequence[str] = (),
    parameters: Mapping[str, str] = _NONE,
    every_allowed_value: bool = False,
    source: AnyPath | None = None,
    var_files: Sequence[AnyPath] = (),
    variables: Mapping[str, str] = _NONE,
    policies: Sequence[AnyPath] = (),
    packs: Sequence[str] = (),
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    severities: Mapping[str, str] = _NONE,
    buckets: Mapping[str, str] = _NONE,
    config: AnyPath | None = None,
    baseline: AnyPath | None = None,
    network: AnyPath | None = None,
    fail_on: FailOn | None = None,
    changed_only: bool = False,
    today: date | None = None,
) -> Report:
    """Judge what the inputs at ``paths`` would build, as ``s3reach check`` does; each option is the one of that name.

    No configuration file is read but the one that ``config`` names; what is given here wins over it. ``today`` is the day by which
    waivers expire. Nothing is printed or written. Raises S3ReachError, with a line per mistake, where the question cannot be asked.
    """
    from validator.configuration import load  # noqa: PLC0415 - importing this module costs nothing
    from validator.configuration.merge import options_of  # noqa: PLC0415
    from validator.configuration.settings import Section, Settings  # noqa: PLC0415
    from validator.pipeline import check as run  # noqa: PLC0415

    _refuse(regions, severities, buckets, fail_on)
    section = Section(
        fail_on=fail_on,
        regions=tuple(regions) or None,
        parameters=(dict(parameters),),
        source=Path(source) if source is not None else None,
        variables=(*(Path(one) for one in var_files), dict(variables)),
        select=tuple(select) or None,
        ignore=tuple(ignore) or None,
        severities=severities,
    )
    settings = Settings() if config is None else load(Path(config), Path())
    listed = [paths] if isinstance(paths, str | PathLike) else paths
    options = options_of([fspath(path) for path in listed], section, settings, [Path(one) for one in policies])
    return run(
        replace(
            options,
            every_allowed_value=every_allowed_value or options.every_allowed_value,
            buckets={**options.buckets, **buckets},
            packs=(*options.packs, *packs),
            baseline=Path(baseline) if baseline is not None else options.baseline,
            network=Path(network) if network is not None else options.network,
            changed_only=changed_only or options.changed_only,
            today=today or options.today,
        )
    )


def render(report: Report, form: str = "text") -> str:
    """The report in one of the formats of ``s3reach check --format``; paths are told from the working directory."""
    from validator.report.formats import rendered  # noqa: PLC0415
    from validator.report.surroundings import Surroundings  # noqa: PLC0415

    return rendered(form, report, Surroundings(root=Path.cwd()))


def __getattr__(name: str) -> object:
    """The type of reports, imported when it is asked for."""
    if name == "Report":
        from validator.report.report import Report  # noqa: PLC0415

        return Report
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def _refuse(regions: Sequence[str], severities: Mapping[str, str], buckets: Mapping[str, str], fail_on: str | None) -> None:
    from validator.configuration.keys import FAIL_ON, LEVELS  # noqa: PLC0415

    wrong = [f"regions must be Regions such as eu-west-1, got {name}" for name in regions if not is_region(name)]
    wrong += [f"buckets[{name!r}] must be a Region such as eu-west-1, got {region}" for name, region in buckets.items() if not is_region(region)]
    wrong += [f"severities[{name!r}] must be one of {', '.join(LEVELS)}, got {level}" for name, level in severities.items() if level not in LEVELS]
    wrong += [f"fail_on must be one of {', '.join(FAIL_ON)}, got {fail_on}"] if fail_on is not None and fail_on not in FAIL_ON else []
    if wrong:
        raise UsageError(*wrong)

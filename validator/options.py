"""What a run was asked to do: the options of the command line and the configuration file, merged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

FailOn: TypeAlias = Literal["error", "warning", "never"]


@dataclass(frozen=True, slots=True)
class Options:
    """Options of ``check``.

    ``regions``: Regions to judge CloudFormation stacks in, and the fallback of a Terraform provider without one.
    ``parameters``: CloudFormation parameters by name; ``every_allowed_value``: judge each allowed value of those without one.
    ``variables``, ``variable_files``, ``variables_from_environment``: Terraform variables
    of module directories. ``source``: the module directory that a plan came from.
    ``changed_only``: findings that a plan has nothing to do with do not count. ``buckets``: bucket name or glob to Region, from the configuration.
    """

    paths: tuple[str, ...]
    regions: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    every_allowed_value: bool = False
    variable_files: tuple[Path, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    variables_from_environment: bool = False
    source: Path | None = None
    policies: tuple[Path, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    buckets: Mapping[str, str] = field(default_factory=dict)
    severities: Mapping[str, str] = field(default_factory=dict)
    fail_on: FailOn = "error"
    changed_only: bool = False

"""s3reach: proves, before anything is deployed, that private workloads reach their S3 buckets inside their own Region.

For custom gates: ``check`` judges inputs and gives a ``Report``, ``render`` writes it; what is wrong with the question is an ``S3ReachError``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from validator.version import __version__

if TYPE_CHECKING:
    from validator.api import Report, S3ReachError, check, render

__all__ = ["Report", "S3ReachError", "__version__", "check", "render"]


def __getattr__(name: str) -> object:
    """What is public, imported when it is asked for: the command line needs none of it."""
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from validator import api  # noqa: PLC0415

    return getattr(api, name)

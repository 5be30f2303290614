"""All functions by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from validator.frontends.terraform.functions import collections, conversions, encoding, files, networks, numbers, texts, times
from validator.frontends.terraform.functions.signature import Function

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        **collections.TABLE,
        **conversions.TABLE,
        **encoding.TABLE,
        **files.PLAIN,
        **networks.TABLE,
        **numbers.TABLE,
        **texts.TABLE,
        **times.TABLE,
    }
)
"""Those that need nothing but their arguments; ``evaluate`` has the rest: try, can, and what reads files."""

"""The version, for whoever tells it without all that is public."""

from __future__ import annotations

__version__ = "0.1.0"

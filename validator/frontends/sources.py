"""Terraform source files, told by their names."""

from __future__ import annotations

from pathlib import Path

_SUFFIXES = (".tf", ".tf.json", ".tofu", ".tofu.json")


def is_source(name: str) -> bool:
    """Whether a file is Terraform source by its name."""
    return name.endswith(_SUFFIXES) and not name.startswith(".") and not name.endswith("~")


def has_sources(folder: Path) -> bool:
    """Whether a folder is a module directory."""
    try:
        return any(is_source(one.name) and one.is_file() for one in folder.iterdir())
    except OSError:
        return False

"""``s3reach`` and ``python -m validator``."""

from __future__ import annotations

import gc
import os
import sys

from validator.version import __version__


def main() -> None:
    """Run the command. The version is told before anything is imported; a plan is decoded without cyclic garbage collection."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"s3reach {__version__}\n")
        return
    # A run ends soon, and decoding a big plan makes millions of objects and no cycles: collecting is half of its time.
    gc.disable()
    from validator.cli import run  # noqa: PLC0415

    code = run()
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything is written: taking a big estate apart object by object would only take time.
    os._exit(code)


if __name__ == "__main__":
    main()

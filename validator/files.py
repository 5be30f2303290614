"""Files of strangers: in a checkout, a name may be a link to a device that never ends."""

from __future__ import annotations

import errno
import os
from pathlib import Path

_PART = 1024**2


def bytes_of(file: Path, largest: int = 64 * 1024**2) -> bytes:
    """The bytes of a file. Raises OSError, also for one that is larger than ``largest``."""
    parts: list[bytes] = []
    size = 0
    with file.open("rb") as stream:
        while part := stream.read(_PART):
            size += len(part)
            if size > largest:
                raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(file))
            parts.append(part)
    return b"".join(parts)

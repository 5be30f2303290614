"""What a script has set up so far on the machine that runs it, and what it is found to use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from validator.analysis.access import RegionSource
from validator.analysis.matrix import SDKS, Sdk
from validator.analysis.strings import Naming
from validator.symbols import Symbols
from validator.values import unknown

OWN_REGION = unknown("is asked of the instance metadata at run time", "the instance's own Region")
OWN_ZONE = unknown("is asked of the instance metadata at run time", "the instance's own Availability Zone")
OWN_DOCUMENT = unknown("is asked of the instance metadata at run time", "the instance's identity document")
ADDRESSING = frozenset("addressing_style use_accelerate_endpoint use_dualstack_endpoint use_fips_endpoint us_east_1_regional_endpoint".split())
"""The settings of the AWS configuration that decide which host of S3 is called, beside its Region and endpoint."""
_LONGEST_FILE = 65_536
_MOST_FILES = 200


@dataclass(frozen=True, slots=True)
class Use:
    """One use of S3.

    ``naming`` None: a request that names no bucket, as for the list of all. ``tool`` None: nothing says what calls it.
    ``region`` is flat text, from ``source``. ``shown`` is for people: the command without its arguments. ``environment`` are the variables
    that the script has exported for it. ``endpoint`` is the host that the client is pointed at. ``bare``: the request goes to the
    host without the bucket in its name, as for a bucket's location. ``actions`` are what the command needs to be allowed, as IAM calls it.
    ``settings`` say how it addresses S3, by their names in the AWS configuration (``ADDRESSING``).
    ``copied_from``: what it has S3 itself copy into the bucket, without fetching it. ``key``: the one object that it is about.
    ``signed``: False, where the command is told to sign nothing.
    """

    naming: Naming | None
    tool: Sdk | None
    region: str | None
    source: RegionSource
    shown: str
    note: str | None = None
    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    endpoint: str | None = None
    bare: bool = False
    actions: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    copied_from: tuple[Naming, ...] = ()
    key: str | None = None
    signed: bool = True


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command that runs: its words, the variables that it sees, what it reads, and the files that its output goes to."""

    words: tuple[str, ...]
    environment: Mapping[str, str]
    given: str | None = None
    outputs: tuple[str, ...] = ()


@dataclass(slots=True)
class Machine:
    """What commands change for those after them.

    ``environment`` is what the platform sets; ``regions``, ``endpoints`` and ``addressing`` are those of the AWS configuration by profile;
    ``settings`` those of Hadoop by name; ``remotes`` rclone's by name; ``cli`` the AWS CLI as far as its version shows; ``linux`` the release of
    Amazon Linux ("al2", "al2023"), where something shows it.
    """

    symbols: Symbols
    environment: Mapping[str, str]
    cli: Sdk = SDKS["aws-cli"]
    linux: str | None = None
    regions: dict[str, str] = field(default_factory=dict)
    endpoints: dict[str, str] = field(default_factory=dict)
    addressing: dict[str, dict[str, str]] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    remotes: dict[str, Mapping[str, str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def write(self, path: str, text: str, *, append: bool = True) -> None:
        """Keep what a file holds: what a script writes may run later, or configure what does."""
        if path.startswith("/dev/") or (path not in self.files and len(self.files) >= _MOST_FILES):
            return
        known = self.files.get(path, "") if append else ""
        if len(known) < _LONGEST_FILE:
            self.files[path] = (known + text)[:_LONGEST_FILE]

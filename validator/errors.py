"""The exceptions of s3reach, and nothing else.

    S3ReachError            exit code 2; ``mistakes`` holds one finished line per mistake
    ├── UsageError          the command line asks for something that cannot be
    ├── InputError          an input cannot be read, or is not what it must be
    ├── ConfigurationError  a mistake in .s3reach.toml or [tool.s3reach]
    └── PolicyError         a mistake in a policy file

No fact about the infrastructure is an exception: that is a value (see ``values``).
"""

from __future__ import annotations


class S3ReachError(Exception):
    """The question could not be asked; each of ``mistakes`` is one line for standard error.

    A line reads ``place: what is wrong, what was expected``, where place is ``file`` or ``file:line:column``.
    """

    def __init__(self, *mistakes: str) -> None:
        """Keep all mistakes of one input, so that a user mends them in one go."""
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class UsageError(S3ReachError):
    """An option or argument that cannot be used."""


class InputError(S3ReachError):
    """A file that cannot be read, or is not the kind of file that was expected."""


class ConfigurationError(S3ReachError):
    """A mistake in the configuration file."""


class PolicyError(S3ReachError):
    """A mistake in a policy file."""

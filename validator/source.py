"""Where something stands in an input."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceLocation:
    """A place in an input; line and column count from 1, None where the format has none.

    ``address`` is the resource (Terraform address, or Stack/LogicalId), ``attribute`` the dotted path inside it.
    """

    path: str
    line: int | None = None
    column: int | None = None
    address: str | None = None
    attribute: str | None = None

    def __str__(self) -> str:
        """``path:line:column``, as far as it is known."""
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """A total order: by file, then position, then address."""
        return (self.path, self.line or 0, self.column or 0, self.address or "", self.attribute or "")

"""Numbers as Terraform writes and reads them."""

from __future__ import annotations

_LONGEST = 400
_LARGEST_WHOLE = 1e300
_LARGEST_PLAIN = 1e21
_SMALLEST_PLAIN = 1e-18


def whole(number: float) -> int | float:
    """A number without a fraction as an int."""
    return int(number) if isinstance(number, float) and number.is_integer() and abs(number) < _LARGEST_WHOLE else number


def numeral(written: str) -> int | float:
    """The number that a string writes. Raises ValueError or OverflowError."""
    return int(written) if written.lstrip("+-").isdigit() and len(written) < _LONGEST else whole(float(written))


def number_text(number: float) -> str:
    """A number as Terraform writes it in a string."""
    if not isinstance(number, float):
        return str(number)
    if number.is_integer() and abs(number) < _LARGEST_PLAIN:
        return str(int(number))
    shown = repr(number)
    return f"{number:.20f}".rstrip("0") if "e-" in shown and abs(number) > _SMALLEST_PLAIN else shown

# SPDX-License-Identifier: MIT
"""Values of CSV cells."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from sawa.canonical import MAX_SAFE_INTEGER

_SPACES = re.compile(r"\s+")
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")


class BadCell(ValueError):
    """A cell that does not hold what its column should."""


def text(cell: str) -> str:
    """The text in one line: composed, without control characters, every run of spaces (the non-breaking too) as one."""
    composed = unicodedata.normalize("NFC", _SPACES.sub(" ", cell))
    return "".join(char for char in composed if unicodedata.category(char) != "Cc").strip()


def money(cell: str, factor: Decimal) -> int:
    """A price in whole units of the shop's currency: the cell times `factor`, halves up."""
    return _bounded((number(cell) * factor).to_integral_value(ROUND_HALF_UP))


def whole(cell: str) -> int:
    """A whole number; `12.0` is one, `12.5` is not."""
    value = number(cell)
    if value != value.to_integral_value():
        raise BadCell(f"{cell.strip()!r} is not a whole number")
    return _bounded(value)


def number(cell: str) -> Decimal:
    """A decimal number; commas may group thousands."""
    stripped = cell.strip()
    if _GROUPED.fullmatch(stripped):
        stripped = stripped.replace(",", "")
    try:
        value = Decimal(stripped)
    except InvalidOperation as error:
        raise BadCell(f"{stripped!r} is not a number") from error
    if not value.is_finite():
        raise BadCell(f"{stripped!r} is not a number")
    return value


def _bounded(value: Decimal) -> int:
    if abs(value) > MAX_SAFE_INTEGER:
        raise BadCell("the number is too large")
    return int(value)

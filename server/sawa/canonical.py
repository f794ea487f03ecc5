# SPDX-License-Identifier: MIT
"""Canonical JSON: one text for one value, the same in C++, TypeScript and Python.

Keys sorted by their UTF-8 bytes, no spaces, numbers as ECMAScript writes them (RFC 8785), integral numbers without
fraction or exponent up to 2^53 - 1, and only the escapes that JSON demands.
"""

import json
import math
from typing import Any, Final

MAX_SAFE_INTEGER: Final = 2**53 - 1
_EXPONENT_FROM: Final = 21
_SMALLEST_PLAIN: Final = -6
_encode_string = json.encoder.encode_basestring


def canonical_text(value: Any) -> str:
    """The canonical JSON text of a JSON value."""
    parts: list[str] = []
    _write(value, parts)
    return "".join(parts)


def canonical_bytes(value: Any) -> bytes:
    """The canonical JSON text in UTF-8; a lone surrogate keeps its own three bytes."""
    return canonical_text(value).encode("utf-8", "surrogatepass")


def number_text(value: float) -> str:
    """A finite number as ECMAScript's `String(value)` writes it."""
    if not math.isfinite(value):
        raise ValueError("not a finite number")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent_text = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    # The decimal point stands after `point` digits of `digits`.
    point = len(whole) + int(exponent_text or "0") - (len(whole + fraction) - len(digits))
    return sign + _place_point(digits.rstrip("0"), point)


def _place_point(digits: str, point: int) -> str:
    count = len(digits)
    if count <= point <= _EXPONENT_FROM:
        return digits + "0" * (point - count)
    if 0 < point <= _EXPONENT_FROM:
        return f"{digits[:point]}.{digits[point:]}"
    if _SMALLEST_PLAIN < point <= 0:
        return f"0.{'0' * -point}{digits}"
    exponent = point - 1
    tail = f".{digits[1:]}" if count > 1 else ""
    return f"{digits[0]}{tail}e{'+' if exponent > 0 else '-'}{abs(exponent)}"


def _write(value: Any, parts: list[str]) -> None:
    match value:
        case None:
            parts.append("null")
        case True:
            parts.append("true")
        case False:
            parts.append("false")
        case int():
            parts.append(str(value) if abs(value) <= MAX_SAFE_INTEGER else number_text(float(value)))
        case float():
            parts.append(number_text(value))
        case str():
            parts.append(_encode_string(value))
        case list() | tuple():
            _write_all(value, parts)
        case dict():
            _write_object(value, parts)
        case _:
            raise TypeError(f"not a JSON value: {type(value).__name__}")


def _write_all(values: "list[Any] | tuple[Any, ...]", parts: list[str]) -> None:
    parts.append("[")
    for index, value in enumerate(values):
        if index:
            parts.append(",")
        _write(value, parts)
    parts.append("]")


def _write_object(value: dict[str, Any], parts: list[str]) -> None:
    parts.append("{")
    # Python compares texts by code point, which is the order of their UTF-8 bytes.
    for index, key in enumerate(sorted(value)):
        if index:
            parts.append(",")
        parts.append(_encode_string(key))
        parts.append(":")
        _write(value[key], parts)
    parts.append("}")

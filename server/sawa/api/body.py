# SPDX-License-Identifier: MIT
"""Reads a request body from anybody: bounded while it is read, inflated and parsed."""

import json
import math
import zlib
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, UnreadablePostError

from sawa import error_codes
from sawa.api import limits
from sawa.canonical import MAX_SAFE_INTEGER
from sawa.errors import SyncError

_GZIP_WINDOW: Final = 31
_MAX_DIGITS: Final = 17


def read_json(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of a request body, within all limits. Raises SyncError."""
    return parse(_inflate(_read(request), request.headers.get("Content-Encoding", "")))


def parse(data: bytes) -> dict[str, Any]:
    """A JSON object from UTF-8 bytes, within all limits. Whole numbers that are exact are ints. Raises SyncError."""
    try:
        value = json.loads(
            data.decode("utf-8"),
            parse_int=_integer,
            parse_float=_number,
            parse_constant=_constant,
            object_pairs_hook=_object,
        )
    except (ValueError, RecursionError) as error:
        raise malformed("The body is not JSON as this protocol allows it.") from error
    if not isinstance(value, dict):
        raise malformed("The body is not a JSON object.")
    _check_values(value)
    return value


def malformed(message: str, path: str | None = None) -> SyncError:
    """A 400 that says where."""
    return SyncError(400, error_codes.REQUEST_MALFORMED, message, details=None if path is None else {"path": path})


def too_large(message: str) -> SyncError:
    """A 413."""
    return SyncError(413, error_codes.REQUEST_TOO_LARGE, message)


def _read(request: HttpRequest) -> bytes:
    if int(request.META.get("CONTENT_LENGTH") or 0) > limits.MAX_WIRE_BYTES:
        raise too_large("The body is larger than 1 MiB.")
    try:
        data: bytes = request.read(limits.MAX_WIRE_BYTES + 1)
    except (UnreadablePostError, RequestDataTooBig) as error:
        raise malformed("The body could not be read.") from error
    if len(data) > limits.MAX_WIRE_BYTES:
        raise too_large("The body is larger than 1 MiB.")
    return data


def _inflate(data: bytes, encoding: str) -> bytes:
    match encoding.strip().lower():
        case "" | "identity":
            return data
        case "gzip":
            return _gunzip(data)
        case other:
            raise malformed(f"The content encoding {other[:20]!r} is not understood.")


def _gunzip(data: bytes) -> bytes:
    inflater = zlib.decompressobj(_GZIP_WINDOW)
    try:
        # One byte more than allowed tells a full body from a bomb, and no more is ever inflated.
        inflated = inflater.decompress(data, limits.MAX_INFLATED_BYTES + 1)
    except zlib.error as error:
        raise malformed("The body is not gzip.") from error
    if len(inflated) > limits.MAX_INFLATED_BYTES:
        raise too_large("The body inflates to more than 8 MiB.")
    if not inflater.eof or inflater.unused_data:
        raise malformed("The gzip body is cut off, or something follows it.")
    return inflated


def _integer(text: str) -> int | float:
    if len(text) <= _MAX_DIGITS and abs(value := int(text)) <= MAX_SAFE_INTEGER:
        return value
    # JavaScript writes numbers up to 10^21 without an exponent. It is no whole number to any field.
    return _number(text)


def _number(text: str) -> int | float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("number out of range")
    # 5.0 and 5 are one number in JavaScript, and so in canonical JSON.
    return int(value) if value.is_integer() and abs(value) <= MAX_SAFE_INTEGER else value


def _constant(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("duplicate key")
    return value


def _check_values(root: Any) -> None:
    """Bounds depth and texts. A loop over what the parser made: its own recursion ends in a RecursionError."""
    waiting = [(root, 1)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, str):
            # At most 4 bytes a character: only long texts must be encoded to know.
            if len(value) * 4 > limits.MAX_STRING_BYTES and _byte_length(value) > limits.MAX_STRING_BYTES:
                raise too_large("A text is longer than 64 KiB.")
        elif isinstance(value, list | dict):
            if depth > limits.MAX_DEPTH:
                raise malformed(f"The body nests deeper than {limits.MAX_DEPTH}.")
            if isinstance(value, dict):
                waiting.extend((key, depth) for key in value)
            items = value.values() if isinstance(value, dict) else value
            waiting.extend((item, depth + 1) for item in items if isinstance(item, str | list | dict))


def _byte_length(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))

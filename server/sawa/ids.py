# SPDX-License-Identifier: MIT
"""Ids of records that the server makes itself."""

import secrets
import uuid

from sawa.stamps import now_ms

_VERSION_AND_VARIANT = (0x7 << 76) | (0b10 << 62)


def uuid7() -> uuid.UUID:
    """A version 7 UUID: 48 bits of Unix milliseconds, then random bits, so that new rows lie together in the index."""
    high = secrets.randbits(12) << 64
    low = secrets.randbits(62)
    return uuid.UUID(int=((now_ms() & 0xFFFF_FFFF_FFFF) << 80) | _VERSION_AND_VARIANT | high | low)

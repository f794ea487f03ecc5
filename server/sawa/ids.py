# SPDX-License-Identifier: MIT
"""Ids of records that the server makes itself."""

import secrets
import threading
import uuid
from typing import Final

from sawa.stamps import now_ms

_VERSION_AND_VARIANT: Final = (0x7 << 76) | (0b10 << 62)
_COUNTER_BITS: Final = 12
_lock = threading.Lock()
_last_ms, _counter = 0, 0


def uuid7() -> uuid.UUID:
    """A version 7 UUID: 48 bits of Unix milliseconds, a number that counts within one, then random bits.

    So rows that are made together lie together in the index, in the order in which they were made.
    """
    global _last_ms, _counter  # noqa: PLW0603 - the counter of this process
    with _lock:
        now = now_ms()
        # Half of the numbers are left to count on.
        _counter = _counter + 1 if now == _last_ms else secrets.randbits(_COUNTER_BITS - 1)
        _last_ms = now
        high = (_counter % (1 << _COUNTER_BITS)) << 64
    return uuid.UUID(int=((now & 0xFFFF_FFFF_FFFF) << 80) | _VERSION_AND_VARIANT | high | secrets.randbits(62))

# SPDX-License-Identifier: MIT
"""Stamps: hybrid logical clock time as 33 characters that compare as text (docs/protocol.md).

A stamp without its node, the 16 hex digits of time and counter, is called a *tick* here: what the shop's clock keeps.
"""

import re
import time
from typing import Final

SERVER_NODE: Final = "0" * 16
#: What a field has that nobody ever stamped: it loses against every real stamp.
ZERO: Final = f"{'0' * 16}-{SERVER_NODE}"
LENGTH: Final = 33
MAX_AHEAD_MS: Final = 5 * 60 * 1000
_MAX_COUNTER: Final = 0xFFFF
_MAX_MS: Final = 0xFFFF_FFFF_FFFF
_PATTERN: Final = re.compile(r"[0-9a-f]{16}-[0-9a-f]{16}")


def now_ms() -> int:
    """The server's clock, in Unix milliseconds."""
    return time.time_ns() // 1_000_000


def is_stamp(text: object) -> bool:
    """Whether `text` has the form of a stamp."""
    return isinstance(text, str) and _PATTERN.fullmatch(text) is not None


def make(ms: int, counter: int, node: str = SERVER_NODE) -> str:
    """A stamp from its parts."""
    return f"{ms:012x}{counter:04x}-{node}"


def clamp(stamp: str, now: int) -> str:
    """`stamp`, or the latest time a device may claim at `now` when it claims a later one."""
    limit = now + MAX_AHEAD_MS
    if int(stamp[:12], 16) <= limit:
        return stamp
    return f"{limit:012x}{stamp[12:]}"


def tick_of(stamp: str) -> str:
    """The time and counter of a stamp."""
    return stamp[:16]


def node_of(stamp: str) -> str:
    """Who made a stamp."""
    return stamp[17:]


def join(tick: str, node: str) -> str:
    """The stamp of a tick and a node."""
    return f"{tick}-{node}"


def next_tick(last: str, now: int) -> str:
    """The first tick that is later than `last` and not before `now`."""
    ms, counter = (int(last[:12], 16), int(last[12:16], 16)) if last else (0, 0)
    if now > ms:
        return f"{now:012x}0000"
    if counter < _MAX_COUNTER:
        return f"{ms:012x}{counter + 1:04x}"
    return f"{min(ms + 1, _MAX_MS):012x}0000"


def server_stamp(tick: str) -> str:
    """The server's stamp at `tick`."""
    return join(tick, SERVER_NODE)

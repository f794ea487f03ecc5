# SPDX-License-Identifier: MIT
"""The limits of docs/protocol.md."""

from typing import Final

MAX_WIRE_BYTES: Final = 1024 * 1024
MAX_INFLATED_BYTES: Final = 8 * 1024 * 1024
MAX_DEPTH: Final = 16
MAX_STRING_BYTES: Final = 64 * 1024
MAX_MUTATIONS: Final = 200
MAX_OPERATIONS: Final = 2000
MAX_RANGES: Final = 32
MAX_RANGE_FIELDS: Final = 200

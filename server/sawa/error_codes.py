# SPDX-License-Identifier: MIT
"""The error codes that this server sends: a subset of src/base/error_codes.def, held to it by a test."""

from typing import Final

# Requests
REQUEST_MALFORMED: Final = "request_malformed"
REQUEST_TOO_LARGE: Final = "request_too_large"
PROTOCOL_VERSION_UNSUPPORTED: Final = "protocol_version_unsupported"
CURSOR_EPOCH_CHANGED: Final = "cursor_epoch_changed"
CURSOR_INVALID: Final = "cursor_invalid"
SEQUENCE_GAP: Final = "sequence_gap"
SEQUENCE_REUSED: Final = "sequence_reused"
RATE_LIMITED: Final = "rate_limited"
SERVER_UNAVAILABLE: Final = "server_unavailable"
RECORD_NOT_FOUND: Final = "record_not_found"
RECORD_EXISTS: Final = "record_exists"

# Who is asking
AUTH_REQUIRED: Final = "auth_required"
AUTH_INVALID_CREDENTIALS: Final = "auth_invalid_credentials"
AUTH_FORBIDDEN: Final = "auth_forbidden"
DEVICE_REVOKED: Final = "device_revoked"

# Verdicts
MUTATION_INVALID: Final = "mutation_invalid"
MUTATION_FORBIDDEN: Final = "mutation_forbidden"
MUTATION_NOT_UNDERSTOOD: Final = "mutation_not_understood"

# Warnings about an accepted mutation. They are not errors: nobody has to act before going on.
WARNING_UNKNOWN_FIELD: Final = "unknown_field"
WARNING_UNKNOWN_RECORD: Final = "unknown_record"

ALL: Final = frozenset(
    value
    for name, value in list(globals().items())
    if name.isupper() and isinstance(value, str) and "WARNING" not in name
)

# SPDX-License-Identifier: MIT
"""Stable codes of an import report. They are for people and scripts that read reports; none travels to a device."""

from typing import Final

# The whole file is refused.
CSV_ENCODING: Final = "csv_encoding"
CSV_MALFORMED: Final = "csv_malformed"
CSV_EMPTY: Final = "csv_empty"
CSV_MISSING_COLUMN: Final = "csv_missing_column"

# One row is reported; the others go on.
ROW_COLUMN_COUNT: Final = "row_column_count"
ROW_MISSING_VALUE: Final = "row_missing_value"
ROW_INVALID_NUMBER: Final = "row_invalid_number"
ROW_TOO_LONG: Final = "row_too_long"
ROW_CONFLICT: Final = "row_conflict"

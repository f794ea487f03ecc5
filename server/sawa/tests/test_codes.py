# SPDX-License-Identifier: MIT
"""The server's error codes are those of the one table."""

import re
from pathlib import Path

from sawa import error_codes

TABLE = Path(__file__).parents[3] / "src" / "base" / "error_codes.def"
ROW = re.compile(r'^X\(\w+, "(\w+)"', re.MULTILINE)


def test_every_code_is_in_the_table() -> None:
    known = set(ROW.findall(TABLE.read_text(encoding="utf-8")))
    assert len(known) > 20
    assert known >= error_codes.ALL


def test_code_names_are_the_codes() -> None:
    for name, value in vars(error_codes).items():
        if name.isupper() and isinstance(value, str) and not name.startswith("WARNING"):
            assert value == name.lower()

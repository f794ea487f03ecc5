# SPDX-License-Identifier: MIT
"""The server's error codes are those of the one table."""

import re
from pathlib import Path

from django.conf import settings
from django.core.checks import run_checks

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


def test_sqlite_without_immediate_transactions_is_refused(monkeypatch: object) -> None:
    config = settings.DATABASES["default"]
    unsafe = {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {}}
    settings.DATABASES["unsafe"] = unsafe
    try:
        assert "sawa.E001" in {message.id for message in run_checks()}
    finally:
        del settings.DATABASES["unsafe"]
    assert config is settings.DATABASES["default"]
    assert "sawa.E001" not in {message.id for message in run_checks()}

# SPDX-License-Identifier: MIT
"""System checks: settings under which the feed would not be safe."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def check_sqlite_transactions(**_: Any) -> list[CheckMessage]:
    """On SQLite the feed's counter is safe only if a transaction takes the write lock before it reads."""
    found: list[CheckMessage] = []
    for alias, config in settings.DATABASES.items():
        if config["ENGINE"] != "django.db.backends.sqlite3":
            continue
        if str(config.get("OPTIONS", {}).get("transaction_mode", "")).upper() != "IMMEDIATE":
            found.append(
                Error(
                    f"The SQLite database {alias!r} must have OPTIONS['transaction_mode'] = 'IMMEDIATE'.",
                    id="sawa.E001",
                )
            )
    return found

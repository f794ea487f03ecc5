# SPDX-License-Identifier: MIT
"""System checks: databases on which the feed would not be safe, or would mean other things than elsewhere."""

from collections.abc import Iterable
from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

_SQLITE: Final = "django.db.backends.sqlite3"
_MYSQL: Final = "django.db.backends.mysql"
#: MariaDB's and MySQL's own. Others take texts for equal that differ in case, in accents or in spaces at the end.
_EXACT_COLLATIONS: Final = ("utf8mb4_nopad_bin", "utf8mb4_0900_bin")


@register()
def check_transactions(**_: Any) -> list[CheckMessage]:
    """The feed's counter is safe only if a transaction reads what others committed before it got the lock."""
    found: list[CheckMessage] = []
    for alias, config in settings.DATABASES.items():
        options = config.get("OPTIONS", {})
        if config["ENGINE"] == _SQLITE and str(options.get("transaction_mode", "")).upper() != "IMMEDIATE":
            wanted = "OPTIONS['transaction_mode'] = 'IMMEDIATE'"
            found.append(Error(f"The SQLite database {alias!r} must have {wanted}.", id="sawa.E001"))
        # Where it is not said, it is Django's own default.
        level = options.get("isolation_level", "read committed")
        if config["ENGINE"] == _MYSQL and str(level).lower() != "read committed":
            wanted = "OPTIONS['isolation_level'] = 'read committed'"
            found.append(Error(f"The MySQL database {alias!r} must have {wanted}.", id="sawa.E002"))
    return found


@register(Tags.database)
def check_collation(databases: Iterable[str] | None = None, **_: Any) -> list[CheckMessage]:
    """On MySQL and MariaDB equal texts are the same texts, as on other databases. Looked at before each migration."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if connection.vendor != "mysql":
            continue
        with connection.cursor() as cursor:
            cursor.execute("SELECT @@collation_database")
            (collation,) = cursor.fetchone()
        if collation not in _EXACT_COLLATIONS:
            hint = f"ALTER DATABASE ... CHARACTER SET utf8mb4 COLLATE {' or '.join(_EXACT_COLLATIONS)}, and tables too."
            found.append(
                Error(f"The database {alias!r} has the inexact collation {collation}.", hint=hint, id="sawa.E003")
            )
    return found

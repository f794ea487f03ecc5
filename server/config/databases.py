# SPDX-License-Identifier: MIT
"""The database: SQLite beside the code, or whatever `DATABASE_URL` names."""

import os
from pathlib import Path
from typing import Any, Final

import dj_database_url

# WAL lets readers go on while a push commits; FULL keeps the last commit through a power cut: money is at stake.
SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"

MYSQL_OPTIONS: Final = {
    "charset": "utf8mb4",
    # Otherwise a transaction that has read and then waits for the feed's lock goes on with what it read before.
    "isolation_level": "read committed",
    # Refuses a value that does not fit. Without it some servers cut it off.
    "sql_mode": "TRADITIONAL",
}


def database(var_dir: Path) -> dict[str, Any]:
    """The Django settings of the default database."""
    var_dir.mkdir(parents=True, exist_ok=True)
    url = os.environ.get("DATABASE_URL")
    if url:
        config: dict[str, Any] = dict(dj_database_url.parse(url))
    else:
        config = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(var_dir / "sawa.sqlite3")}
    if config["ENGINE"] == "django.db.backends.sqlite3":
        # IMMEDIATE: a transaction that reads first and writes later would fail at once with "database is locked".
        config["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS}
        # A file, as in earnest: tests with several threads need more than one connection to it.
        config["TEST"] = {"NAME": str(var_dir / f"test-{os.getpid()}.sqlite3")}
    if config["ENGINE"] == "django.db.backends.mysql":
        # What the URL says, such as `unix_socket`, comes last.
        config["OPTIONS"] = {**MYSQL_OPTIONS, **config.get("OPTIONS", {})}
    # Each request thread (config/threaded.py) keeps its connection. One that broke meanwhile is replaced.
    config["CONN_MAX_AGE"] = None
    config["CONN_HEALTH_CHECKS"] = config["ENGINE"] != "django.db.backends.sqlite3"
    return config

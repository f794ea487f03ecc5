# SPDX-License-Identifier: MIT
"""Runs a database transaction again when the database itself asks for it."""

import random
import time
from collections.abc import Callable
from typing import Final, TypeVar

import structlog
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections

T = TypeVar("T")
ATTEMPTS: Final = 6
_FIRST_PAUSE_S: Final = 0.02
# PostgreSQL: serialization failure, deadlock, lock not available. MySQL: lock wait timeout, deadlock.
_SQL_STATES: Final = frozenset({"40001", "40P01", "55P03"})
_MYSQL_CODES: Final = frozenset({1205, 1213})

log = structlog.get_logger(__name__)


def is_transient(error: BaseException) -> bool:
    """Whether the same transaction may succeed when it is tried again."""
    cause = error.__cause__ or error
    if getattr(cause, "sqlstate", None) in _SQL_STATES:
        return True
    if cause.args and cause.args[0] in _MYSQL_CODES:
        return True
    return "database is locked" in str(cause) or "database table is locked" in str(cause)


def with_retry(work: Callable[[], T], *, using: str = DEFAULT_DB_ALIAS) -> T:
    """`work()`, which must open and close its own transaction and be safe to repeat.

    Inside an open transaction it runs once: only whoever opened that can repeat it.
    """
    if connections[using].in_atomic_block:
        return work()
    for attempt in range(1, ATTEMPTS):
        try:
            return work()
        except OperationalError as error:
            if not is_transient(error):
                raise
            log.info("transaction_retried", attempt=attempt, error=str(error))
            # Jitter, or those that collided would collide again.
            time.sleep(_FIRST_PAUSE_S * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311 - not a secret
    return work()

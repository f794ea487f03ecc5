# SPDX-License-Identifier: MIT
"""The feed's clockwork: the shop's counter, consistent reads, and cursors.

Every transaction that changes synced rows takes the shop's counter row first and holds it until it commits. So versions
become visible in the order of their numbers, and a reader that has seen version n never misses a smaller one: what
timestamps and bare sequences cannot promise.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import DEFAULT_DB_ALIAS, connections
from django.db import transaction as db_transaction

from sawa import error_codes, stamps
from sawa.errors import SyncError
from sawa.models.shop import Shop

if TYPE_CHECKING:
    from sawa.registry import Projection


class FeedTransaction:
    """The shop's counter and clock while their row is locked. Made by `transaction`."""

    def __init__(self, shop: Shop) -> None:
        self.shop_id: uuid.UUID = shop.pk
        self.version = shop.version
        self.clock = shop.clock
        self._epoch, self._horizon = shop.epoch, shop.horizon
        self._stored = (shop.version, shop.clock)

    def next_version(self) -> int:
        """Takes the next feed position."""
        self.version += 1
        return self.version

    def is_behind_horizon(self, base: object) -> bool:
        """Whether records may have been removed since the cursor `base` without leaving a tombstone."""
        try:
            position = Cursor.parse(base) if isinstance(base, str) else None
        except SyncError:
            position = None
        reached = position.version if position is not None and position.epoch == self._epoch else 0
        return reached < self._horizon

    def server_stamp(self) -> str:
        """A stamp of the server, later than every stamp seen in this shop."""
        self.clock = stamps.next_tick(self.clock, stamps.now_ms())
        return stamps.server_stamp(self.clock)

    def observe(self, stamp: str) -> None:
        """Takes note of a device's stamp, so that later server stamps are greater."""
        self.clock = max(self.clock, stamps.tick_of(stamp))

    def store(self) -> None:
        """Writes the counter and clock back, if they moved."""
        if (self.version, self.clock) != self._stored:
            Shop.objects.filter(pk=self.shop_id).update(version=self.version, clock=self.clock)
            self._stored = (self.version, self.clock)


_Key = tuple[str, uuid.UUID]
_open: ContextVar[dict[_Key, FeedTransaction] | None] = ContextVar("sawa_feed_open", default=None)


@contextmanager
def transaction(shop_id: uuid.UUID, *, using: str = DEFAULT_DB_ALIAS) -> Iterator[FeedTransaction]:
    """A database transaction that may change the shop's synced rows. Nested uses join the outer one.

    Take it before reading or locking any synced row of the shop: everybody does, so nobody deadlocks.
    """
    key = (using, shop_id)
    held = _open.get() or {}
    if key in held:
        with db_transaction.atomic(using=using):
            yield held[key]
        return
    with db_transaction.atomic(using=using):
        opened = FeedTransaction(lock_shop(shop_id, using=using))
        token = _open.set({**held, key: opened})
        try:
            yield opened
        finally:
            _open.reset(token)
        opened.store()


def lock_shop(shop_id: uuid.UUID, *, using: str = DEFAULT_DB_ALIAS) -> Shop:
    """The shop, its row locked until the open transaction ends."""
    rows = Shop.objects.using(using)
    if connections[using].features.has_select_for_update:
        # NO KEY: rows that merely refer to the shop can still be inserted by others meanwhile.
        no_key = connections[using].features.has_select_for_no_key_update
        rows = rows.select_for_update(no_key=no_key)
    return rows.get(pk=shop_id)


#: PostgreSQL, and MySQL or MariaDB: the level is that of the transaction, whose first statement it must be.
_WITH_ISOLATION_LEVELS: Final = frozenset({"postgresql", "mysql"})


@contextmanager
def snapshot(*, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """A read-only view of one moment: head, changes and rows read inside it belong together."""
    connection: Any = connections[using]
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        # A deferred transaction reads a snapshot of the log and takes no write lock. The mode is known once connected.
        connection.ensure_connection()
        usual = connection.transaction_mode
        connection.transaction_mode = "DEFERRED"
        try:
            with db_transaction.atomic(using=using):
                yield
        finally:
            connection.transaction_mode = usual
    else:
        with db_transaction.atomic(using=using):
            if connection.vendor in _WITH_ISOLATION_LEVELS:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


_VERSION_DIGITS: Final = 19
_SPLIT_AT_MOST: Final = 5


@dataclass(frozen=True, slots=True)
class FirstSync:
    """Where a device's first sync stands: behind this record of this collection, with `left` records still to come."""

    collection: str
    record_id: uuid.UUID
    left: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """A position in one life of a shop's feed, as one projection shows it.

    Devices see its text only, and give it back. With `first`, not all that there was at `version` has come yet.
    `known`: at which version its reader last had everything. Of a record that changed again and again since, the
    earlier changes may be missing: its only row in the feed had moved on behind the pages.
    """

    epoch: uuid.UUID
    projection: str
    version: int
    known: int
    first: FirstSync | None = None

    def __str__(self) -> str:
        text = f"{self.epoch.hex}.{self.projection}.{self.version}"
        if self.first is not None:
            return f"{text}.{self.first.left}.{self.first.record_id.hex}.{self.first.collection}"
        return text if self.known == self.version else f"{text}.{self.known}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """The cursor of a text that `str` made. Raises SyncError `cursor_invalid`."""
        with suppress(ValueError):
            match text.split(".", _SPLIT_AT_MOST):
                case [epoch, projection, version]:
                    return cls(uuid.UUID(hex=epoch), projection, _number(version), _number(version))
                case [epoch, projection, version, known]:
                    return cls(uuid.UUID(hex=epoch), projection, _number(version), _number(known))
                case [epoch, projection, version, left, record_id, collection]:
                    first = FirstSync(collection, uuid.UUID(hex=record_id), _number(left))
                    return cls(uuid.UUID(hex=epoch), projection, _number(version), _number(version), first)
        raise SyncError(409, error_codes.CURSOR_INVALID, "The cursor was not made by this server.")

    def check(self, epoch: uuid.UUID, projection: "Projection", horizon: int, head: int) -> None:
        """Raises SyncError unless this is a position of `epoch` from `horizon` to `head`, as `projection` shows it."""
        # A position that the feed has not reached was given out before the server was restored from a backup.
        if self.epoch != epoch or self.version > head:
            raise SyncError(
                409, error_codes.CURSOR_EPOCH_CHANGED, "The server was restored or replaced; start from a null cursor."
            )
        # Of what was removed meanwhile, nothing tells any more.
        if self.version < horizon:
            raise SyncError(409, error_codes.CURSOR_INVALID, "This device was away for too long; start anew.")
        # What came before lacks a field or a collection, or has one that must not be there; or the collections of a
        # first sync come in another order.
        if self.projection != (projection.fingerprint if self.first is None else projection.order):
            raise SyncError(409, error_codes.CURSOR_INVALID, "This device sees other fields now; start anew.")
        if self.first is not None and self.first.collection not in projection.collections:
            raise SyncError(409, error_codes.CURSOR_INVALID, "The cursor was not made by this server.")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < _VERSION_DIGITS):
        raise ValueError("not a version")
    return int(text)

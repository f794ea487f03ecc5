# SPDX-License-Identifier: MIT
"""Enters ordinary changes of synced rows (save, the admin, bulk operations) into the feed, in their own transaction.

The difference between what was in the database before and after decides, not what the caller says it changed. Both
readings happen under the shop's counter lock, so nobody else moves the rows in between.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, models
from django.utils import timezone

from sawa import changes
from sawa.conflict import WRITE_ONCE
from sawa.feed import FeedTransaction
from sawa.registry import Cause, Collection, CounterDelta

if TYPE_CHECKING:
    from sawa.models.synced import SyncedModel

Values = Mapping[uuid.UUID, dict[str, Any]]
_BATCH = 500
_reason: ContextVar[str] = ContextVar("sawa_reason", default="admin")


@contextmanager
def because(reason: str) -> Iterator[None]:
    """Names the reason that ledgers note for what the server itself changes inside the block."""
    token = _reason.set(reason)
    try:
        yield
    finally:
        _reason.reset(token)


def read(
    collection: Collection, shop_id: uuid.UUID, ids: Iterable[uuid.UUID], *, using: str = DEFAULT_DB_ALIAS
) -> dict[uuid.UUID, dict[str, Any]]:
    """The wire fields of the shop's records that exist among `ids`."""
    wanted = list(ids)
    found: dict[uuid.UUID, dict[str, Any]] = {}
    rows: models.QuerySet[Any] = models.QuerySet(collection.model, using=using).filter(shop_id=shop_id)
    for start in range(0, len(wanted), _BATCH):
        batch = rows.filter(pk__in=wanted[start : start + _BATCH])
        for record_id, *values in batch.values_list("pk", *collection.attrs):
            found[record_id] = collection.wire_values(values)
    return found


def enter(
    tx: FeedTransaction, collection: Collection, before: Values, after: Values, *, using: str = DEFAULT_DB_ALIAS
) -> None:
    """Writes the difference of two readings into the feed, then the ledger rows that follow from it."""
    ids = [record_id for record_id in {**before, **after} if before.get(record_id) != after.get(record_id)]
    if not ids:
        return
    held = changes.load(tx.shop_id, [(collection.name, record_id) for record_id in ids], using=using)
    stamp = tx.server_stamp()
    entries: list[changes.RecordChange] = []
    deltas: list[CounterDelta] = []
    for record_id in ids:
        old, new = before.get(record_id), after.get(record_id)
        change = changes.RecordChange(collection, record_id, tx.next_version())
        row = held.get((collection.name, record_id))
        if new is None:
            change.removed, change.kept = stamp, old or {}
            change.stamps = changes.unpack_stamps(row, changes.stamped_fields(collection)) if row else {}
        else:
            stamps = changes.unpack_stamps(row, changes.stamped_fields(collection)) if row and old else {}
            change.stamps = stamps | {
                # What was written once keeps its place in time: an edit that came second does not become the first.
                name: stamps.get(name, stamp) if collection.policies[name] == WRITE_ONCE else stamp
                for name in _changed(collection, old, new)
            }
            if row and old and not row.removed:
                edited = [name for name, value in new.items() if old[name] != value]
                change.edits = changes.Edits.of(row).with_fields(edited, change.version)
            deltas.extend(_deltas(tx.shop_id, collection, record_id, old, new))
        entries.append(change)
    changes.write(tx, entries, using=using)
    _write_ledger(collection, deltas, using)


def _changed(collection: Collection, old: dict[str, Any] | None, new: dict[str, Any]) -> list[str]:
    return [name for name in changes.stamped_fields(collection) if old is None or old[name] != new[name]]


def _deltas(
    shop_id: uuid.UUID, collection: Collection, record_id: uuid.UUID, old: dict[str, Any] | None, new: dict[str, Any]
) -> Iterator[CounterDelta]:
    if old is None:
        return  # what a record is created with is its opening value, not a movement
    for spec in collection.counters:
        delta = new[spec.wire] - old[spec.wire]
        if delta:
            yield CounterDelta(shop_id, collection.name, record_id, spec.wire, delta, new[spec.wire])


def _write_ledger(collection: Collection, deltas: Iterable[CounterDelta], using: str) -> None:
    hook = collection.on_counter_delta
    if hook is None:
        return
    cause = Cause(reason=_reason.get(), at=timezone.now())
    rows = [row for delta in deltas for row in hook(delta, cause)]
    create_all(rows, using)


def create_all(rows: "Iterable[SyncedModel]", using: str) -> None:
    """Creates instances of any synced models, set-based, as ordinary captured changes."""

    def label(row: "SyncedModel") -> str:
        return row._meta.label

    for _, group in groupby(sorted(rows, key=label), key=label):
        instances = list(group)
        type(instances[0]).objects.using(using).bulk_create(instances)

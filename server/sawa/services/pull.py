# SPDX-License-Identifier: MIT
"""Reads what changed in a shop after a cursor."""

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sawa import capture, feed
from sawa.feed import Cursor
from sawa.models import Change, Shop
from sawa.registry import registry

DEFAULT_LIMIT: Final = 2000
MAX_LIMIT: Final = 5000
TIME_OVERLAP: Final = datetime.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the feed. The pulled state is consistent when `more` is false."""

    changes: list[dict[str, Any]]
    cursor: str
    version: int
    head: int
    more: bool
    reset: bool


def check_cursor(shop_id: uuid.UUID, cursor: str | None) -> None:
    """Raises SyncError unless `pull` would accept the cursor."""
    if cursor is not None:
        Cursor.parse(cursor).check(Shop.objects.get(pk=shop_id))


def cursor_before(shop_id: uuid.UUID, moment: datetime.datetime) -> str:
    """A cursor from which nothing that changed since `moment` is missing. A real cursor is exact; this is generous."""
    with feed.snapshot():
        shop = Shop.objects.get(pk=shop_id)
        # A transaction notes its time before it commits: some may become visible later than others that are newer.
        changed = Change.objects.filter(shop_id=shop_id, changed_at__gte=moment - TIME_OVERLAP)
        first = changed.order_by("version").values_list("version", flat=True).first()
        return str(Cursor(shop.epoch, shop.version if first is None else first - 1))


def pull(shop_id: uuid.UUID, cursor: str | None, limit: int = DEFAULT_LIMIT, *, collection: str | None = None) -> Page:
    """The newest state of each record (of one collection, if named) that changed after `cursor`, by version."""
    with feed.snapshot():
        shop = Shop.objects.get(pk=shop_id)
        start = 0
        if cursor is not None:
            position = Cursor.parse(cursor)
            position.check(shop)
            start = position.version
        changed = Change.objects.filter(shop_id=shop_id, version__gt=start)
        if collection is not None:
            changed = changed.filter(collection=collection)
        rows = list(changed.order_by("version")[: limit + 1])
        more = len(rows) > limit
        rows = rows[:limit]
        version = rows[-1].version if more else shop.version
        return Page(
            changes=wire_changes(shop_id, rows),
            cursor=str(Cursor(shop.epoch, version)),
            version=version,
            head=shop.version,
            more=more,
            reset=cursor is None,
        )


def wire_changes(shop_id: uuid.UUID, rows: Sequence[Change]) -> list[dict[str, Any]]:
    """Feed rows as devices read them. Rows of collections that are no longer registered are left out."""
    fields = _fields_of(shop_id, (row for row in rows if not row.removed))
    changes: list[dict[str, Any]] = []
    for row in rows:
        if registry.get(row.collection) is None:
            continue
        change: dict[str, Any] = {
            "collection": row.collection,
            "id": str(row.record_id),
            "version": row.version,
            "stamp": row.stamp,
        }
        values = fields.get((row.collection, row.record_id))
        # A row deleted behind the feed's back is a removed record to a device (sawa_verify repairs the feed).
        if row.removed or values is None:
            change["removed"] = True
        else:
            if row.stamps:
                change["stamps"] = row.stamps
            change["fields"] = values
        changes.append(change)
    return changes


def _fields_of(shop_id: uuid.UUID, rows: Iterable[Change]) -> dict[tuple[str, uuid.UUID], dict[str, Any]]:
    ids: dict[str, list[uuid.UUID]] = {}
    for row in rows:
        ids.setdefault(row.collection, []).append(row.record_id)
    found: dict[tuple[str, uuid.UUID], dict[str, Any]] = {}
    for name, record_ids in ids.items():
        collection = registry.get(name)
        if collection is not None:
            for record_id, values in capture.read(collection, shop_id, record_ids).items():
                found[(name, record_id)] = values
    return found

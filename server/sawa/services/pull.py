# SPDX-License-Identifier: MIT
"""Reads what changed in a shop after a cursor."""

import datetime
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections

from sawa import feed
from sawa.changes import Key
from sawa.feed import Cursor
from sawa.models import Change, Shop
from sawa.registry import Collection, Projection
from sawa.services import blocks, reading
from sawa.services.reading import Span

DEFAULT_LIMIT: Final = 2000
MAX_LIMIT: Final = 5000
TIME_OVERLAP: Final = datetime.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the feed: blocks as JSON texts, and by itself each change that fits into none.

    The pulled state is consistent when `more` is false.
    """

    blocks: list[str]
    changes: list[dict[str, Any]]
    cursor: str
    version: int
    head: int
    more: bool
    reset: bool


def check_cursor(shop_id: uuid.UUID, cursor: str | None, projection: Projection) -> None:
    """Raises SyncError unless `pull` would accept the cursor."""
    if cursor is not None:
        shop = Shop.objects.get(pk=shop_id)
        Cursor.parse(cursor).check(shop.epoch, projection.fingerprint, shop.horizon, shop.version)


def position_of(cursor: str) -> int:
    """The feed version of a cursor. Raises SyncError `cursor_invalid`."""
    return Cursor.parse(cursor).version


def cursor_before(shop_id: uuid.UUID, moment: datetime.datetime, projection: Projection) -> str:
    """A cursor from which nothing that changed since `moment` is missing. A real cursor is exact; this is generous."""
    with feed.snapshot():
        shop = Shop.objects.get(pk=shop_id)
        # A transaction notes its time before it commits: some may become visible later than others that are newer.
        changed = Change.objects.filter(shop_id=shop_id, changed_at__gte=moment - TIME_OVERLAP)
        first = changed.order_by("version").values_list("version", flat=True).first()
        version = shop.version if first is None else first - 1
        return str(Cursor(shop.epoch, projection.fingerprint, version))


def pull(
    shop_id: uuid.UUID, cursor: str | None, limit: int, projection: Projection, pushed: Iterable[Key] = ()
) -> Page:
    """The newest state of each record that changed after `cursor`: a page, and those of the `pushed` records behind it.

    So a device has the effects of what it pushed when it hears that it was accepted, however long the feed is.
    `projection`: what the device may see.
    """
    seen = projection.collections.values()
    with feed.snapshot():
        span = _span(shop_id, cursor, limit, projection)
        found: list[str] = []
        changes: list[dict[str, Any]] = []
        for collection in seen:
            left = span.counts.get(collection.name, 0)
            if not left:
                continue
            condition, allowed = "", list[Any]()
            if blocks.are_possible(collection):
                block = blocks.read(collection, span)
                found += [block.text] if block.count else []
                left -= block.count
                fits, allowed = blocks.fits(collection)
                condition = f"AND NOT ({fits})"
            if left:
                # Tombstones, and records with stamps of their own.
                changes += reading.read(collection, span, condition, allowed)
        if span.upto < span.head:
            changes += _behind(span, pushed, projection)
        return _page(span, found, changes)


def _behind(span: Span, records: Iterable[Key], projection: Projection) -> Iterator[dict[str, Any]]:
    """The changes of the records that are behind the page."""
    rest = replace(span, after=span.upto, upto=span.head)
    ids_by_collection: dict[str, set[uuid.UUID]] = {}
    for name, record_id in records:
        ids_by_collection.setdefault(name, set()).add(record_id)
    for name, ids in ids_by_collection.items():
        collection = projection.collections.get(name)
        if collection is not None:
            yield from reading.read_records(collection, rest, list(ids))


def pull_collection(
    shop_id: uuid.UUID, cursor: str | None, limit: int, projection: Projection, collection: str
) -> Page:
    """As `pull`, but of one collection, and each change by itself."""
    seen = projection.collections[collection]
    with feed.snapshot():
        span = _span(shop_id, cursor, limit, projection, seen)
        return _page(span, [], list(reading.read(seen, span)))


def _page(span: Span, found: list[str], changes: list[dict[str, Any]]) -> Page:
    cursor, more = Cursor(span.epoch, span.projection, span.upto), span.upto < span.head
    return Page(found, changes, str(cursor), span.upto, span.head, more, reset=span.after == 0)


_SHOP: Final = "SELECT epoch, horizon, version FROM {shop} WHERE id = %s"
_CHANGES: Final = "FROM {feed} WHERE shop_id = %s AND version > %s"
#: The last version of a page, and the first behind it.
_END: Final = "SELECT version {changes} {condition} ORDER BY version LIMIT 2 OFFSET %s"
_COUNTS: Final = "SELECT collection, count(*) {changes} AND version <= %s {condition} GROUP BY collection"


def _span(
    shop_id: uuid.UUID, cursor: str | None, limit: int, projection: Projection, collection: Collection | None = None
) -> Span:
    """The page behind `cursor`, of at most `limit` changes."""
    position = None if cursor is None else Cursor.parse(cursor)
    after = 0 if position is None else position.version
    connection = connections[DEFAULT_DB_ALIAS]
    shop = reading.shop_parameter(shop_id, connection)
    condition, names = ("", []) if collection is None else ("AND collection = %s", [collection.name])
    with connection.cursor() as db_cursor:
        db_cursor.execute(_SHOP.format(shop=Shop._meta.db_table), [shop])
        epoch, horizon, head = db_cursor.fetchone()
        changes = _CHANGES.format(feed=Change._meta.db_table)
        db_cursor.execute(_END.format(changes=changes, condition=condition), [shop, after, *names, limit - 1])
        ends = db_cursor.fetchall()
        upto = ends[0][0] if len(ends) > 1 else head
        db_cursor.execute(_COUNTS.format(changes=changes, condition=condition), [shop, after, upto, *names])
        counts = dict(db_cursor.fetchall())
    epoch = uuid.UUID(str(epoch))
    if position is not None:
        position.check(epoch, projection.fingerprint, horizon, head)
    return Span(shop_id, epoch, projection.fingerprint, after, upto, head, counts)

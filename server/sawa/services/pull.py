# SPDX-License-Identifier: MIT
"""Reads what changed in a shop after a cursor."""

import datetime
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sawa import error_codes, feed
from sawa.changes import Key
from sawa.errors import SyncError
from sawa.feed import Cursor
from sawa.models import Change, Shop
from sawa.registry import Projection
from sawa.services import blocks, reading, spans
from sawa.services.reading import Part
from sawa.services.spans import Moment, Span

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
    _checked(cursor, spans.moment(shop_id), projection)


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
        return str(Cursor(shop.epoch, projection.fingerprint, version, version))


def pull(
    shop_id: uuid.UUID,
    cursor: str | None,
    limit: int,
    projection: Projection,
    pushed: Iterable[Key] = (),
    *,
    partial: bool = False,
) -> Page:
    """The newest state of each record that changed after `cursor`: a page, and those of the `pushed` records behind it.

    So a device has the effects of what it pushed when it hears that it was accepted, however long the feed is.
    `projection`: what the device may see. `partial`: of what it has, the fields that changed are enough.
    """
    with feed.snapshot():
        now = spans.moment(shop_id)
        position = _checked(cursor, now, projection)
        if position is None or position.first is not None:
            span = spans.first_sync(now, position, limit, projection)
        else:
            span = spans.changed_since(now, position, limit, projection)
        known = span.known if partial else None
        found: list[str] = []
        changes: list[dict[str, Any]] = []
        for part, count in span.parts.values():
            _read(part, count, known, found, changes)
        if span.more:
            changes += _behind(span, pushed, projection)
        return _page(span, found, changes, reset=cursor is None)


def _read(part: Part, count: int, known: int | None, found: list[str], changes: list[dict[str, Any]]) -> None:
    """Adds the changes of a part to those that were found, as blocks or by themselves."""
    # Where not all rows are shown, a device may never have had this one, though the feed has not changed since.
    if known is not None and not part.collection.only:
        edited = list(reading.read(part.only("c.whole_version <= %s AND NOT c.removed", [known]), known))
        removed = [change for change in edited if "removed" in change]
        packed, alone = blocks.pack(part.collection, (change for change in edited if "removed" not in change))
        found += packed
        changes += [*removed, *alone]
        count -= len(edited)
        part = part.only("(c.whole_version > %s OR c.removed)", [known])
    if not count:
        return
    block = blocks.read(part)
    if block.count:
        found.append(block.text)
    if block.count < count:
        # Tombstones, and records with stamps of their own.
        fits, allowed = blocks.fits(part.collection)
        changes += reading.read(part.only(f"NOT ({fits})", allowed))


def _behind(span: Span, records: Iterable[Key], projection: Projection) -> Iterator[dict[str, Any]]:
    """The changes of the records that are behind the page, whole."""
    ids_by_collection: dict[str, set[uuid.UUID]] = {}
    for name, record_id in records:
        ids_by_collection.setdefault(name, set()).add(record_id)
    for name, ids in ids_by_collection.items():
        collection = projection.collections.get(name)
        if collection is not None:
            yield from reading.read_records(span.behind(collection), list(ids))


def pull_collection(
    shop_id: uuid.UUID, cursor: str | None, limit: int, projection: Projection, collection: str
) -> Page:
    """As `pull`, but of one collection, in the order of the changes, and each by itself."""
    with feed.snapshot():
        now = spans.moment(shop_id)
        position = _checked(cursor, now, projection)
        if position is not None and position.first is not None:
            raise SyncError(409, error_codes.CURSOR_INVALID, "The cursor is of another kind of pull.")
        span = spans.changed_since(now, position, limit, projection, projection.collections[collection])
        changes = [change for part, _ in span.parts.values() for change in reading.read(part)]
        return _page(span, [], changes, reset=cursor is None)


def _checked(cursor: str | None, now: Moment, projection: Projection) -> Cursor | None:
    if cursor is None:
        return None
    position = Cursor.parse(cursor)
    position.check(now.epoch, projection, now.horizon, now.head)
    return position


def _page(span: Span, found: list[str], changes: list[dict[str, Any]], *, reset: bool) -> Page:
    return Page(found, changes, str(span.cursor), span.version, span.head, span.more, reset)

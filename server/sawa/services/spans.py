# SPDX-License-Identifier: MIT
"""Which part of a shop's feed a page is: what changed behind a cursor, or the next records of a first sync.

A first sync goes through the collections in the order of the projection, each by its records' ids, and gives every
record as it stands when its turn comes. What changed since the first sync began is told again behind it. So nothing is
kept on the server meanwhile, and nobody waits for anybody.
"""

import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections

from sawa.feed import Cursor, FirstSync
from sawa.models import Change, Shop
from sawa.registry import Collection, Projection
from sawa.services.reading import Part, id_parameter, shop_parameter

_SHOP: Final = f"SELECT epoch, horizon, version FROM {Shop._meta.db_table} WHERE id = %s"  # noqa: S608 - the name of our own table
_FEED: Final = f"FROM {Change._meta.db_table} c WHERE c.shop_id = %s"
#: The last version of a page, and the first behind it.
_VERSIONS: Final = f"SELECT version {_FEED} AND {{condition}} ORDER BY version LIMIT 2 OFFSET %s"
_COUNTS: Final = f"SELECT collection, count(*) {_FEED} AND {{condition}} GROUP BY collection"
#: The same of a collection's records, by their ids.
_IDS: Final = f"SELECT record_id {_FEED} AND collection = %s AND {{condition}} ORDER BY record_id LIMIT 2 OFFSET %s"
_COUNT: Final = f"SELECT count(*) {_FEED} AND collection = %s AND {{condition}}"


@dataclass(frozen=True, slots=True)
class Moment:
    """A shop's feed as a transaction sees it."""

    shop_id: uuid.UUID
    epoch: uuid.UUID
    horizon: int
    head: int


@dataclass(frozen=True, slots=True)
class Span:
    """The changes of a page: a part of the feed for each collection that has any, with how many they are.

    `cursor`: the position behind it. `known`: at which version its reader last had everything; None in a first sync.
    """

    shop_id: uuid.UUID
    parts: dict[str, tuple[Part, int]]
    cursor: Cursor
    head: int
    known: int | None

    @property
    def more(self) -> bool:
        """Whether anything is behind it."""
        return self.cursor.first is not None or self.cursor.version < self.head

    @property
    def version(self) -> int:
        """The position, in numbers that grow to the head: at most the difference is still to come."""
        left = self.cursor.first.left if self.cursor.first else 0
        return max(self.cursor.version - left, 0)

    def behind(self, collection: Collection) -> Part:
        """What its reader may lack of a collection, and is not in it."""
        if self.known is not None:
            return Part(self.shop_id, collection, "c.version > %s", [self.cursor.version])
        part, _ = self.parts.get(collection.name, (None, 0))
        if part is None:
            return Part(self.shop_id, collection, "TRUE", [])
        return Part(self.shop_id, collection, f"NOT ({part.condition})", part.parameters)


def moment(shop_id: uuid.UUID) -> Moment:
    """The shop's feed as it stands."""
    epoch, horizon, head = _query(_SHOP, [_shop(shop_id)])[0]
    return Moment(shop_id, uuid.UUID(str(epoch)), horizon, head)


def changed_since(
    now: Moment, position: Cursor | None, limit: int, projection: Projection, collection: Collection | None = None
) -> Span:
    """At most `limit` changes behind a position, or from the beginning on; of one collection or of all."""
    after, known = (position.version, position.known) if position else (0, 0)
    condition, names = ("TRUE", []) if collection is None else ("collection = %s", [collection.name])
    shop, condition = _shop(now.shop_id), f"{condition} AND version > %s"
    ends = _query(_VERSIONS.format(condition=condition), [shop, *names, after, limit - 1])
    upto = ends[0][0] if len(ends) > 1 else now.head
    counts = dict(_query(_COUNTS.format(condition=f"{condition} AND version <= %s"), [shop, *names, after, upto]))
    parts = {
        name: (Part(now.shop_id, seen, "c.version > %s AND c.version <= %s", [after, upto]), counts[name])
        for name, seen in projection.collections.items()
        if name in counts
    }
    cursor = Cursor(now.epoch, projection.fingerprint, upto, known if upto < now.head else upto)
    return Span(now.shop_id, parts, cursor, now.head, known)


def first_sync(now: Moment, begun: Cursor | None, limit: int, projection: Projection) -> Span:
    """The next records of a first sync, at most `limit`; without `begun`, the first ones."""
    position = begun.first if begun else None
    # Counted for the first page alone: later it takes less to look at what follows the position.
    held = None if position else dict(_query(_COUNTS.format(condition="TRUE"), [_shop(now.shop_id)]))
    left = position.left if position else sum((held or {}).values())
    version = begun.version if begun else now.head
    parts: dict[str, tuple[Part, int]] = {}
    room, last = limit, position
    names = list(projection.collections)
    for name in names[names.index(position.collection) if position else 0 :]:
        seen = projection.collections[name]
        if held is not None and held.get(name, 0) < room:
            stretch = _Stretch(Part(now.shop_id, seen, "TRUE", []), held.get(name, 0))
        else:
            after = position.record_id if position and position.collection == name else None
            stretch = _stretch(now.shop_id, seen, after, room)
        if stretch.count:
            parts[name] = (stretch.part, stretch.count)
        if stretch.last is not None:
            last = FirstSync(name, stretch.last, max(left - limit, 0))
        room -= stretch.count
        if stretch.more:
            # Whatever is behind a page, the page is full.
            cursor = Cursor(now.epoch, projection.order, version, version, last)
            return Span(now.shop_id, parts, cursor, now.head, None)
    # All that there was has come; what changed meanwhile follows.
    return Span(now.shop_id, parts, Cursor(now.epoch, projection.fingerprint, version, version), now.head, None)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Records of one collection. `last`: the id of the one that fills the page. `more`: some follow on another page."""

    part: Part
    count: int
    last: uuid.UUID | None = None
    more: bool = False


def _stretch(shop_id: uuid.UUID, seen: Collection, after: uuid.UUID | None, room: int) -> _Stretch:
    """Those behind an id, at most `room`."""
    names = [_shop(shop_id), seen.name]
    condition, parameters = ("TRUE", []) if after is None else ("c.record_id > %s", [_id(after)])
    ends = _query(_IDS.format(condition=condition), [*names, *parameters, max(room - 1, 0)])
    if not room:
        return _Stretch(Part(shop_id, seen, "FALSE", []), 0, more=bool(ends))
    if not ends:
        count = _query(_COUNT.format(condition=condition), [*names, *parameters])[0][0]
        return _Stretch(Part(shop_id, seen, condition, parameters), count)
    last = uuid.UUID(str(ends[0][0]))
    condition, parameters = f"{condition} AND c.record_id <= %s", [*parameters, _id(last)]
    return _Stretch(Part(shop_id, seen, condition, parameters), room, last, len(ends) > 1)


def _query(statement: str, parameters: list[Any]) -> list[Any]:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[Any] = cursor.fetchall()
        return rows


def _shop(shop_id: uuid.UUID) -> Any:
    return shop_parameter(shop_id, connections[DEFAULT_DB_ALIAS])


def _id(record_id: uuid.UUID) -> Any:
    return id_parameter(record_id, connections[DEFAULT_DB_ALIAS])

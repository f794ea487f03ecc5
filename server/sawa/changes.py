# SPDX-License-Identifier: MIT
"""Writes feed rows, and packs per-field stamps into them."""

import datetime
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.constants import OnConflict

from sawa import bulk
from sawa import stamps as clock
from sawa.feed import FeedTransaction
from sawa.models.sync import Change
from sawa.registry import Collection

Key = tuple[str, uuid.UUID]
_BATCH = 500


@dataclass(slots=True)
class RecordChange:
    """The newest state of one record's feed row. `stamps` names every stamped field.

    `edits`: since which version devices have the record, and at which one each field changed since; None if nobody has
    any of it yet.
    """

    collection: Collection
    record_id: uuid.UUID
    version: int
    stamps: Mapping[str, str] = field(default_factory=dict)
    removed: str | None = None
    kept: Mapping[str, Any] = field(default_factory=dict)
    edits: "Edits | None" = None


@dataclass(frozen=True, slots=True)
class Edits:
    """At which version each field of a record changed that did since `whole_version`: see the model."""

    whole_version: int
    versions: Mapping[str, int]

    @classmethod
    def of(cls, row: Change) -> "Edits":
        """What a feed row knows."""
        return cls(row.whole_version, parse_edits(row.edits))

    def with_fields(self, names: Iterable[str], version: int) -> "Edits":
        """The same after some fields have changed at a version."""
        return Edits(self.whole_version, {**self.versions, **dict.fromkeys(names, version)})


def parse_edits(text: str) -> dict[str, int]:
    """The edits of a feed row: versions by field."""
    return orjson.loads(text) if text else {}


def pack_stamps(stamps: Mapping[str, str], names: Iterable[str]) -> tuple[str, dict[str, str]]:
    """The commonest stamp, and those of the fields that have another one. Fields nobody stamped count as zero."""
    full = {name: stamps.get(name, clock.ZERO) for name in names}
    if not full:
        return clock.ZERO, {}
    tally = Counter(full.values())
    common = max(tally, key=lambda stamp: (tally[stamp], stamp))
    return common, {name: stamp for name, stamp in full.items() if stamp != common}


def unpack_stamps(change: Change, names: Iterable[str]) -> dict[str, str]:
    """Every stamped field of a feed row; the hidden ones of a tombstone."""
    if change.removed:
        return dict(change.stamps)
    full = {name: change.stamps.get(name, change.stamp) for name in names}
    return {name: stamp for name, stamp in full.items() if stamp != clock.ZERO}


def stamped_fields(collection: Collection) -> list[str]:
    """The fields of a collection that carry stamps."""
    return [name for name, policy in collection.policies.items() if policy.stamped]


def load(shop_id: uuid.UUID, keys: Iterable[Key], *, using: str = DEFAULT_DB_ALIAS) -> dict[Key, Change]:
    """The feed rows of these records."""
    wanted = set(keys)
    names = sorted({name for name, _ in wanted})
    ids = sorted({record_id for _, record_id in wanted})
    found: dict[Key, Change] = {}
    for start in range(0, len(ids), _BATCH):
        rows = Change.objects.using(using).filter(
            shop_id=shop_id, collection__in=names, record_id__in=ids[start : start + _BATCH]
        )
        for row in rows:
            key = (row.collection, row.record_id)
            if key in wanted:
                found[key] = row
    return found


def write(tx: FeedTransaction, changes: Iterable[RecordChange], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Upserts feed rows. Their versions were taken from `tx`."""
    now = datetime.datetime.now(datetime.UTC)
    rows = [_row(tx.shop_id, change, now) for change in changes]
    if not rows:
        return
    connection = connections[using]
    if not connection.features.supports_update_conflicts_with_target:
        # MySQL would update whatever row has one of the keys, also another record's that has the same version.
        _delete(tx.shop_id, rows, using)
        bulk.insert_rows(Change, _WRITTEN, rows, using=using)
        return
    columns = [str(field.column) for field in _WRITTEN]
    on_conflict = connection.ops.on_conflict_suffix_sql(
        _WRITTEN, OnConflict.UPDATE, columns[_KEY_LENGTH:], columns[:_KEY_LENGTH]
    )
    bulk.insert_rows(Change, _WRITTEN, rows, suffix=on_conflict, using=using)


def _delete(shop_id: uuid.UUID, rows: Iterable[tuple[Any, ...]], using: str) -> None:
    """Deletes the feed rows of the records whose new rows these are."""
    ids: dict[str, list[uuid.UUID]] = {}
    for _, collection, record_id, *_ in rows:
        ids.setdefault(collection, []).append(record_id)
    for collection, record_ids in ids.items():
        Change.objects.using(using).filter(
            shop_id=shop_id, collection=collection, record_id__in=record_ids
        )._raw_delete(using)


_WRITTEN: Final = [field for field in Change._meta.concrete_fields if not field.primary_key]
#: The first of them: shop, collection, record.
_KEY_LENGTH: Final = 3


def _row(shop_id: uuid.UUID, change: RecordChange, now: datetime.datetime) -> tuple[Any, ...]:
    """The values of a feed row in the order of the model's fields."""
    head = (shop_id, change.collection.name, change.record_id, change.version)
    if change.removed is not None:
        return (*head, change.removed, dict(change.stamps), True, change.version, "", dict(change.kept), now)
    edits = change.edits
    known = (change.version, "") if edits is None else (edits.whole_version, _edits_text(edits.versions))
    return (*head, *pack_stamps(change.stamps, stamped_fields(change.collection)), False, *known, {}, now)


def _edits_text(versions: Mapping[str, int]) -> str:
    return orjson.dumps(versions).decode() if versions else ""

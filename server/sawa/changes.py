# SPDX-License-Identifier: MIT
"""Writes feed rows, and packs per-field stamps into them."""

import datetime
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from sawa import stamps as clock
from sawa.feed import FeedTransaction
from sawa.models.sync import Change
from sawa.registry import Collection

Key = tuple[str, uuid.UUID]
_BATCH = 500


@dataclass(slots=True)
class RecordChange:
    """The newest state of one record's feed row. `stamps` names every stamped field."""

    collection: Collection
    record_id: uuid.UUID
    version: int
    stamps: Mapping[str, str] = field(default_factory=dict)
    removed: str | None = None
    kept: Mapping[str, Any] = field(default_factory=dict)


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
    with_target = connections[using].features.supports_update_conflicts_with_target
    Change.objects.using(using).bulk_create(
        rows,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["shop", "collection", "record_id"] if with_target else None,
        update_fields=["version", "stamp", "stamps", "removed", "kept", "changed_at"],
    )


def _row(shop_id: uuid.UUID, change: RecordChange, now: datetime.datetime) -> Change:
    exceptions: dict[str, str] = {}
    if change.removed is not None:
        stamp, exceptions = change.removed, dict(change.stamps)
    else:
        stamp, exceptions = pack_stamps(change.stamps, stamped_fields(change.collection))
    return Change(
        shop_id=shop_id,
        collection=change.collection.name,
        record_id=change.record_id,
        version=change.version,
        stamp=stamp,
        stamps=exceptions,
        removed=change.removed is not None,
        kept=dict(change.kept) if change.removed is not None else {},
        changed_at=now,
    )

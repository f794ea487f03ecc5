# SPDX-License-Identifier: MIT
"""Makes conflict records of what was dropped: in a push, and where somebody on the server saves what a form showed."""

import datetime
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from sawa import capture, changes, feed, stamps
from sawa.conflict import Merged, MergeRecord, Policy
from sawa.dropped import WHOLE_RECORD, Dropped, dropped
from sawa.ids import uuid7
from sawa.models.conflict import Conflict, audience
from sawa.models.synced import SyncedModel
from sawa.registry import Collection, registry


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote `mine`, where (None: on the server), in which mutation, and when."""

    actor: str
    device_id: uuid.UUID | None
    mutation_id: uuid.UUID
    stamp: str
    at: datetime.datetime


def note(
    shop_id: uuid.UUID,
    collection: Collection,
    record_id: uuid.UUID,
    conflict: Dropped,
    states: Iterable[Mapping[str, Any]],
    author: Author,
) -> Conflict:
    """The conflict record, not saved yet. `states`: the record's fields before and after."""
    return Conflict(
        audience=audience(collection, conflict.field, states),
        shop_id=shop_id,
        collection=collection.name,
        record_id=record_id,
        field=conflict.field,
        policy=conflict.policy,
        base=_shared(collection, conflict, conflict.base),
        mine=_shared(collection, conflict, conflict.mine),
        theirs=_shared(collection, conflict, conflict.theirs),
        result=_shared(collection, conflict, conflict.result),
        stamp=author.stamp,
        theirs_stamp=conflict.theirs_stamp,
        actor=author.actor,
        device_id=author.device_id,
        mutation_id=author.mutation_id,
        at=author.at,
        state=Conflict.State.OPEN if Policy(conflict.policy).leaves_open else Conflict.State.SETTLED,
    )


def _shared(collection: Collection, conflict: Dropped, value: Any) -> Any:
    """A value of a conflict; of a whole record the fields that everybody sees. Its row or tombstone has the others."""
    if conflict.field != WHOLE_RECORD or value is None:
        return value
    return {name: each for name, each in value.items() if name not in collection.visible_to}


@contextmanager
def noting_overwrites(instance: SyncedModel, seen: Mapping[str, Any], actor: str) -> Iterator[None]:
    """Notes which edits a save of `instance` inside the block overwrites unseen, in the transaction of the save.

    `seen`: the wire values that the person was shown, of the fields that the save changes. What the save writes stands,
    as all that the server writes.
    """
    collection = registry.for_model(type(instance))
    if collection is None:
        yield
        return
    with feed.transaction(instance.shop_id) as tx:
        before = _record(collection, instance)
        yield
        after = _record(collection, instance)
        if before is None or after is None:
            return
        mine = {name: after.fields[name] for name in seen if name in after.fields}
        author = Author(actor, None, uuid7(), stamps.server_stamp(tx.clock), timezone.now())
        operation = {"op": "patch", "fields": mine, "was": seen}
        found = dropped(before, operation, Merged(after, []), collection.policies)
        states = [before.fields, after.fields]
        Conflict.objects.bulk_create(
            [note(tx.shop_id, collection, instance.pk, each, states, author) for each in found]
        )


def _record(collection: Collection, instance: SyncedModel) -> MergeRecord | None:
    """The record as it stands in the database; None if it is not there."""
    fields = capture.read(collection, instance.shop_id, [instance.pk]).get(instance.pk)
    if fields is None:
        return None
    row = changes.load(instance.shop_id, [(collection.name, instance.pk)]).get((collection.name, instance.pk))
    held = changes.unpack_stamps(row, changes.stamped_fields(collection)) if row else {}
    return MergeRecord(fields, held)

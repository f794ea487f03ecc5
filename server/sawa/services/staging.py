# SPDX-License-Identifier: MIT
"""Works out, in memory, what mutations do to the records they touch. Nothing is written here."""

import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from sawa import changes, error_codes, stamps
from sawa.canonical import canonical_bytes
from sawa.changes import Key
from sawa.conflict import Merged, MergeError, MergeRecord, merge
from sawa.conflict_notes import Author, note
from sawa.dropped import dropped
from sawa.models import Conflict, SyncedModel
from sawa.registry import Cause, Collection, CounterDelta, registry
from sawa.services.mutation import Operation, Plan, Refused

_BATCH = 500
#: Of all stamps of one tick, that of this node is the latest.
_LAST_NODE = "f" * 16


@dataclass(slots=True)
class Slot:
    """One record while a push is worked out. `record` None: it never existed. `foreign`: its id is another shop's."""

    collection: Collection
    record_id: uuid.UUID
    record: MergeRecord | None = None
    row_exists: bool = False
    #: A row that must go: the record was removed, or removed and made again.
    row_to_delete: bool = False
    foreign: bool = False
    #: The instance to be created, for a record without a row, of which state, and what its counters hold at creation.
    instance: SyncedModel | None = None
    instance_of: MergeRecord | None = None
    opening: dict[str, int] = field(default_factory=dict)
    #: The wire fields that differ from the row.
    dirty: set[str] = field(default_factory=set)
    #: Of a record that was there before the push: how it was, and which of its fields changed at which version.
    before: MergeRecord | None = None
    edits: changes.Edits | None = None

    @property
    def existed(self) -> bool:
        """Whether the record is there now."""
        return self.record is not None and self.record.removed is None

    @property
    def needs_instance(self) -> bool:
        """Whether the record, if it is to exist, must be created."""
        return not self.row_exists and self.instance is None

    def lay(self, record: MergeRecord, instance: SyncedModel | None, opening: dict[str, int]) -> None:
        """Takes the next state of the record."""
        before = self.record.fields if self.record is not None and self.existed else {}
        if record.removed is not None:
            self.row_to_delete = self.row_to_delete or self.row_exists
            self.row_exists, self.instance, self.dirty = False, None, set()
        else:
            if instance is not None:
                self.instance, self.instance_of, self.opening = instance, record, opening
            self.dirty |= {name for name, value in record.fields.items() if name not in before or before[name] != value}
        self.record = record


@dataclass(slots=True)
class StagedMutation:
    """A mutation worked out. Its `cause` carries the instances it creates, and its warnings."""

    plan: Plan
    cause: Cause
    #: The records it changed, in the order they were first touched.
    touched: dict[Key, MergeRecord] = field(default_factory=dict)
    #: Rows that follow from it: entries of ledgers, conflict records.
    ledger: list[SyncedModel] = field(default_factory=list)
    lost: bool = False

    def created(self, model: type[Any]) -> list[Any]:
        """The instances of `model` that it creates."""
        return [instance for instance in self.cause.created if isinstance(instance, model)]


class Workspace:
    """The records that a push touches, loaded set-based under the shop's lock, and changed in memory."""

    def __init__(self, shop_id: uuid.UUID, device_id: uuid.UUID | None) -> None:
        self.shop_id = shop_id
        self.device_id = device_id
        self.slots: dict[Key, Slot] = {}

    def load(self, plans: Iterable[Plan]) -> None:
        """Reads every record that the plans name: one query a collection, and one for the feed rows."""
        by_collection: dict[str, tuple[Collection, set[uuid.UUID]]] = {}
        for plan in plans:
            for operation in plan.operations:
                _, ids = by_collection.setdefault(operation.collection.name, (operation.collection, set()))
                ids.add(operation.record_id)
        keys = [(name, record_id) for name, (_, ids) in by_collection.items() for record_id in ids]
        rows = changes.load(self.shop_id, keys)
        for collection, ids in by_collection.values():
            for record_id in ids:
                self.slots[(collection.name, record_id)] = Slot(collection, record_id)
            self._load_rows(collection, sorted(ids))
        for key, change in rows.items():
            _add_feed_row(self.slots[key], change)

    def _load_rows(self, collection: Collection, ids: Sequence[uuid.UUID]) -> None:
        # Rows of other shops are looked at too, for their ids alone: such an id must never be written.
        everything: models.QuerySet[Any] = models.QuerySet(collection.model)
        for start in range(0, len(ids), _BATCH):
            batch = everything.filter(pk__in=ids[start : start + _BATCH])
            for record_id, shop_id, *values in batch.values_list("pk", "shop_id", *collection.attrs):
                slot = self.slots[(collection.name, record_id)]
                if shop_id == self.shop_id:
                    slot.row_exists = True
                    slot.record = MergeRecord(collection.wire_values(values))
                else:
                    slot.foreign = True

    def must_not_be_rejected(self, plan: Plan) -> bool:
        """Whether the mutation records something new that already happened."""
        for key in plan.records_what_happened():
            slot = None if key is None else self.slots.get(key)
            if slot is None or slot.record is None:
                return True
        return False

    def stage(self, plan: Plan) -> StagedMutation:
        """Works the mutation out on the records as they stand. Raises Refused, and then nothing has changed."""
        if plan.refused is not None:
            raise plan.refused
        staging = _Staging(self, plan)
        for operation in plan.operations:
            staging.apply(operation)
        return staging.commit()

    def new_instance(self, key: Key, record: MergeRecord) -> SyncedModel:
        """An unsaved instance of a record that has no row. Raises Refused if a field without a default is missing."""
        slot = self.slots[key]
        collection = slot.collection
        missing = [spec.wire for spec in collection.fields if spec.required and spec.wire not in record.fields]
        if missing:
            raise Refused(error_codes.MUTATION_INVALID, f"{collection.name}: {', '.join(missing)} missing.")
        return collection.model(id=slot.record_id, shop_id=self.shop_id, **python_values(collection, record.fields))


def _add_feed_row(slot: Slot, change: Any) -> None:
    if slot.foreign:
        return
    if slot.record is not None:
        slot.record.stamps = changes.unpack_stamps(change, changes.stamped_fields(slot.collection))
        if not change.removed:
            slot.before, slot.edits = slot.record, changes.Edits.of(change)
    elif change.removed:
        known = slot.collection.by_wire
        fields = {name: value for name, value in change.kept.items() if name in known}
        own = {name: stamp for name, stamp in change.stamps.items() if name in fields}
        slot.record = MergeRecord(fields, own, removed=change.stamp)


class _Staging:
    """One mutation on copies of the records; `commit` lays them into the workspace."""

    def __init__(self, workspace: Workspace, plan: Plan) -> None:
        self.workspace = workspace
        seconds = int(plan.stamp[:12], 16) / 1000
        cause = Cause(
            reason=plan.mutation.name or "mutation",
            at=datetime.datetime.fromtimestamp(seconds, datetime.UTC),
            mutation_id=plan.mutation.id,
            device_id=workspace.device_id,
            warnings=list(plan.warnings),
        )
        self.staged = StagedMutation(plan, cause)
        self.records: dict[Key, MergeRecord | None] = {}
        self.openings: dict[Key, dict[str, int]] = {}
        self.deltas: list[CounterDelta] = []
        #: One for each field of a record, the last one if several operations write it.
        self.conflicts: dict[tuple[Key, str], Conflict] = {}

    def apply(self, operation: Operation) -> None:
        slot = self.workspace.slots[operation.key]
        if slot.foreign:
            raise Refused(error_codes.MUTATION_INVALID, "One of the records can't be written.")
        record = self.records.get(operation.key, slot.record)
        if slot.collection.immutable and slot.existed:
            _refuse_change(record, operation)
            return
        if slot.collection.server_made and (record is None or operation.body["op"] != "patch"):
            raise Refused(error_codes.MUTATION_FORBIDDEN, f"Devices only patch records of {slot.collection.name}.")
        if record is None and self.staged.plan.behind_horizon and operation.body["op"] in {"patch", "increment"}:
            # It was there for the device: what tells that it was removed is gone, and it must not come back in part.
            record = MergeRecord(removed=stamps.join(stamps.tick_of(self.staged.plan.stamp), _LAST_NODE))
            self.staged.cause.warn(error_codes.WARNING_UNKNOWN_RECORD)
        try:
            merged = merge(record, operation.body, self.staged.plan.stamp, slot.collection.policies)
        except MergeError as error:
            raise Refused(error_codes.MUTATION_INVALID, f"{slot.collection.name}: {error}.") from error
        self._note(operation, record, merged)
        self._note_conflicts(operation, record, merged)
        self.records[operation.key] = merged.record
        self.staged.lost = self.staged.lost or bool(merged.lost)

    def _note(self, operation: Operation, before: MergeRecord | None, merged: Merged) -> None:
        collection, after = operation.collection, merged.record
        is_increment = operation.body["op"] == "increment"
        if is_increment and before is None:
            self.staged.cause.warn(error_codes.WARNING_UNKNOWN_RECORD)
        if after.removed is None and (before is None or before.removed is not None):
            opening = {} if is_increment else after.fields
            self.openings[operation.key] = {
                spec.wire: opening[spec.wire] for spec in collection.counters if spec.wire in opening
            }
        if is_increment and operation.body["delta"]:
            name = operation.body["field"]
            balance = after.fields[name]
            self.deltas.append(
                CounterDelta(
                    self.workspace.shop_id, collection.name, operation.record_id, name, operation.body["delta"], balance
                )
            )

    def _note_conflicts(self, operation: Operation, before: MergeRecord | None, merged: Merged) -> None:
        collection, mutation = operation.collection, self.staged.plan.mutation
        if collection.model is Conflict:
            return
        states = [record.fields for record in (before, merged.record) if record is not None]
        for each in dropped(before, operation.body, merged, collection.policies):
            author = Author(
                actor=mutation.actor,
                device_id=self.workspace.device_id,
                mutation_id=mutation.id,
                stamp=self.staged.plan.stamp,
                at=self.staged.cause.at,
            )
            self.conflicts[operation.key, each.field] = note(
                self.workspace.shop_id, collection, operation.record_id, each, states, author
            )

    def commit(self) -> StagedMutation:
        """Lays the mutation into the workspace. What can be refused is refused before the first slot moves."""
        changed = {
            key: record
            for key, record in self.records.items()
            if record is not None and record != self.workspace.slots[key].record
        }
        instances = {
            key: self.workspace.new_instance(key, record)
            for key, record in changed.items()
            if record.removed is None and self.workspace.slots[key].needs_instance
        }
        self.staged.cause.created.extend(instances.values())
        for delta in self.deltas:
            collection = registry.get(delta.collection)
            if collection is not None and collection.on_counter_delta is not None:
                self.staged.ledger.extend(collection.on_counter_delta(delta, self.staged.cause))
        self.staged.ledger.extend(self.conflicts.values())
        for key, record in changed.items():
            self.workspace.slots[key].lay(record, instances.get(key), self.openings.get(key, {}))
        self.staged.touched = changed
        return self.staged


def _refuse_change(record: MergeRecord | None, operation: Operation) -> None:
    """An immutable record may be written again as it is, and not otherwise."""
    fields: Mapping[str, Any] = operation.body.get("fields", {})
    held = record.fields if record else {}
    if operation.body["op"] in {"put", "patch"} and all(
        canonical_bytes(value) == canonical_bytes(held.get(name)) for name, value in fields.items()
    ):
        return
    raise Refused(error_codes.MUTATION_INVALID, f"A record of {operation.collection.name} never changes.")


def python_values(collection: Collection, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Attribute values for wire fields."""
    by_wire = collection.by_wire
    return {by_wire[name].attr: by_wire[name].from_wire(value) for name, value in fields.items()}

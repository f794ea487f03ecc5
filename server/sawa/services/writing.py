# SPDX-License-Identifier: MIT
"""Writes what staging worked out: set-based, rows and feed in the same transaction."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models

from sawa import bulk, changes
from sawa.changes import Edits, Key, RecordChange
from sawa.conflict import MergeRecord
from sawa.feed import FeedTransaction
from sawa.models import SyncedModel
from sawa.registry import Collection, registry
from sawa.services.staging import Slot, StagedMutation, Workspace, python_values


def write(tx: FeedTransaction, workspace: Workspace, staged: Sequence[StagedMutation]) -> list[int]:
    """Writes the mutations, and gives the feed version that each of them reached."""
    touched = {key for mutation in staged for key in mutation.touched}
    slots = [workspace.slots[key] for key in touched]
    _delete_rows(slots)
    _create_rows(slots)
    _update_rows(slots)
    _create_instances([row for mutation in staged for row in mutation.ledger])
    return _enter_feed(tx, workspace, staged)


def _plain(model: type[SyncedModel]) -> models.QuerySet[Any]:
    """A queryset that does not enter the feed: that is done here, with the devices' own stamps."""
    return models.QuerySet(model)


def _by_collection(slots: Iterable[Slot]) -> Iterable[tuple[Collection, list[Slot]]]:
    groups: dict[str, tuple[Collection, list[Slot]]] = {}
    for slot in slots:
        groups.setdefault(slot.collection.name, (slot.collection, []))[1].append(slot)
    return groups.values()


def _delete_rows(slots: Iterable[Slot]) -> None:
    for collection, group in _by_collection(slot for slot in slots if slot.row_to_delete):
        rows = _plain(collection.model).filter(pk__in=[slot.record_id for slot in group])
        # The feed row is written below: signals, which would write another, are left out.
        rows._raw_delete(rows.db)


def _create_rows(slots: Iterable[Slot]) -> None:
    for collection, group in _by_collection(slot for slot in slots if slot.instance is not None):
        instances = [slot.instance for slot in group if slot.instance is not None]
        counters = {spec.wire: 0 for spec in collection.counters}
        for slot in group if counters else ():
            _set(slot, counters | slot.opening)
        collection.model.before_create(instances)
        for slot in group:
            # The record may have moved since the mutation that made it.
            if counters or slot.record is not slot.instance_of:
                _set(slot, _fields(slot))
        bulk.insert(instances)


def _set(slot: Slot, fields: Mapping[str, Any]) -> None:
    for attr, value in python_values(slot.collection, fields).items():
        setattr(slot.instance, attr, value)


def _update_rows(slots: Iterable[Slot]) -> None:
    """One statement for all records of a collection in which the same fields changed."""
    groups: dict[tuple[str, frozenset[str]], list[Slot]] = {}
    for slot in slots:
        if slot.row_exists and slot.dirty and slot.existed:
            groups.setdefault((slot.collection.name, frozenset(slot.dirty)), []).append(slot)
    for (_, names), group in groups.items():
        collection = group[0].collection
        specs = [collection.by_wire[name] for name in sorted(names)]
        rows = [[*(spec.from_wire(_fields(slot)[spec.wire]) for spec in specs), slot.record_id] for slot in group]
        bulk.update(collection.model, [spec.field for spec in specs], rows)


def _fields(slot: Slot) -> Mapping[str, Any]:
    return slot.record.fields if slot.record else {}


def _create_instances(rows: Iterable[SyncedModel]) -> None:
    groups: dict[type[SyncedModel], list[SyncedModel]] = {}
    for row in rows:
        groups.setdefault(type(row), []).append(row)
    for model, instances in groups.items():
        model.before_create(instances)
        bulk.insert(instances)


def _enter_feed(tx: FeedTransaction, workspace: Workspace, staged: Sequence[StagedMutation]) -> list[int]:
    """One feed row a record: the version is that of the last mutation that touched it."""
    entries: dict[Key, RecordChange] = {}
    versions: list[int] = []
    server_stamp = tx.server_stamp() if any(mutation.ledger for mutation in staged) else ""
    for mutation in staged:
        tx.observe(mutation.plan.stamp)
        for key in mutation.touched:
            entries[key] = _entry(workspace.slots[key], tx.next_version())
        for row in mutation.ledger:
            change = _ledger_entry(row, tx.next_version(), server_stamp)
            if change is not None:
                entries[(change.collection.name, change.record_id)] = change
        versions.append(tx.version)
    changes.write(tx, entries.values())
    return versions


def _entry(slot: Slot, version: int) -> RecordChange:
    record = slot.record
    if record is None:
        raise ValueError("a touched record must have a state")
    return RecordChange(
        slot.collection,
        slot.record_id,
        version,
        stamps=record.stamps,
        removed=record.removed,
        kept=record.fields,
        edits=_edits(slot, record, version),
    )


def _edits(slot: Slot, record: MergeRecord, version: int) -> Edits | None:
    """None for a record that devices do not have yet, or that was removed meanwhile."""
    before, known = slot.before, slot.edits
    if before is None or known is None or slot.row_to_delete:
        return None
    moved = [name for name, stamp in record.stamps.items() if before.stamps.get(name) != stamp]
    return known.with_fields([*slot.dirty, *moved], version)


def _ledger_entry(row: SyncedModel, version: int, stamp: str) -> RecordChange | None:
    collection = registry.for_model(type(row))
    if collection is None:
        return None
    return RecordChange(collection, row.pk, version, stamps=dict.fromkeys(changes.stamped_fields(collection), stamp))

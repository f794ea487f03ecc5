# SPDX-License-Identifier: MIT
"""Merging one operation into one record, exactly as "Merging" in docs/protocol.md says.

Pure functions over plain values: no clock, no database. tests/vectors/merge.json holds this file and the C++ resolver
to the same answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from sawa.canonical import MAX_SAFE_INTEGER, canonical_bytes

LAST_WRITER: Final = "last_writer"
COUNTER: Final = "counter"
Policy = Literal["last_writer", "counter"]
#: Stands in `lost` for a whole operation: a remove that found something newer.
LOST_REMOVE: Final = "*"


class MergeError(Exception):
    """An operation that no rule allows: its mutation is invalid."""


@dataclass(slots=True)
class MergeRecord:
    """A record as merging sees it. A removed record keeps its fields, hidden. Counters have no stamps."""

    fields: dict[str, Any] = field(default_factory=dict)
    stamps: dict[str, str] = field(default_factory=dict)
    removed: str | None = None

    def copy(self) -> "MergeRecord":
        """A copy that can be changed without touching this one. Values are shared: nobody changes them in place."""
        return MergeRecord(dict(self.fields), dict(self.stamps), self.removed)


@dataclass(slots=True)
class Merged:
    """The record after an operation, and the fields whose values lost (`*`: the whole remove)."""

    record: MergeRecord
    lost: list[str]


def merge(
    record: MergeRecord | None, operation: Mapping[str, Any], stamp: str, policies: Mapping[str, Policy]
) -> Merged:
    """The record that results from `operation` with `stamp`. `record` is None if it never existed; it isn't changed."""
    match operation["op"]:
        case "put" | "patch":
            return _write(record, operation["fields"], stamp, policies)
        case "increment":
            return _increment(record, operation["field"], operation["delta"], policies)
        case "remove":
            return _remove(record, stamp)
        case other:
            raise MergeError(f"unknown operation {other!r}")


def _write(record: MergeRecord | None, values: Mapping[str, Any], stamp: str, policies: Mapping[str, Policy]) -> Merged:
    if record is None:
        return Merged(_create(values, stamp, policies), [])
    result = record.copy()
    # An edit older than the removal still moves the hidden fields, so that the order of arrival makes no difference if
    # a later edit brings the record back.
    hidden = record.removed is not None and stamp < record.removed
    if not hidden and any(policies[name] == LAST_WRITER for name in values):
        result.removed = None
    lost: list[str] = []
    for name, value in values.items():
        # A counter moves by increments alone once its record exists.
        if policies[name] == LAST_WRITER and (not _set_if_greater(result, name, value, stamp) or hidden):
            lost.append(name)
    return Merged(result, lost)


def _create(values: Mapping[str, Any], stamp: str, policies: Mapping[str, Policy]) -> MergeRecord:
    for name, value in values.items():
        if policies[name] == COUNTER:
            _check_counter(value)
    stamps = {name: stamp for name in values if policies[name] == LAST_WRITER}
    return MergeRecord(dict(values), stamps)


def _set_if_greater(record: MergeRecord, name: str, value: Any, stamp: str) -> bool:
    """Sets the field if (stamp, value bytes) is the greater pair. False if that lost a different value."""
    held = record.stamps.get(name)
    if held is not None:
        if stamp < held:
            return _same(record.fields.get(name), value)
        if stamp == held and canonical_bytes(value) <= canonical_bytes(record.fields.get(name)):
            return _same(record.fields.get(name), value)
    record.fields[name] = value
    record.stamps[name] = stamp
    return True


def _same(one: Any, other: Any) -> bool:
    return canonical_bytes(one) == canonical_bytes(other)


def _increment(record: MergeRecord | None, name: str, delta: int, policies: Mapping[str, Policy]) -> Merged:
    if policies[name] != COUNTER:
        raise MergeError(f"{name} is not a counter")
    result = MergeRecord() if record is None else record.copy()
    total = (result.fields.get(name) or 0) + delta
    _check_counter(total)
    result.fields[name] = total
    return Merged(result, [])


def _remove(record: MergeRecord | None, stamp: str) -> Merged:
    if record is None:
        return Merged(MergeRecord(removed=stamp), [])
    result = record.copy()
    if record.removed is not None:
        result.removed = max(stamp, record.removed)
        return Merged(result, [])
    if any(stamp <= held for held in record.stamps.values()):
        return Merged(result, [LOST_REMOVE])
    result.removed = stamp
    return Merged(result, [])


def _check_counter(value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > MAX_SAFE_INTEGER:
        raise MergeError("a counter holds a whole number within ±(2^53 - 1)")

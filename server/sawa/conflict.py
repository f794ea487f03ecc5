# SPDX-License-Identifier: MIT
"""Merging one operation into one record, exactly as "Merging" in docs/protocol.md says.

Pure functions over plain values: no clock, no database. tests/vectors/merge.json holds this file and the C++ resolver
to the same answers.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sawa import stamps as clock
from sawa.canonical import MAX_SAFE_INTEGER, canonical_bytes


@dataclass(frozen=True, slots=True)
class Policy:
    """How concurrent values of a field merge (docs/conflicts.md). `states` are a lattice's, lowest first."""

    name: str
    states: tuple[str, ...] = ()

    @property
    def stamped(self) -> bool:
        """Whether its edits carry stamps. A counter's add up instead."""
        return self.name != "counter"

    @property
    def newest_stands(self) -> bool:
        """Whether the newest edit stands: then its stamp tells when the field was last edited."""
        return self.name in {"last_writer", "manual", "custom"}

    @property
    def leaves_open(self) -> bool:
        """Whether the newest edit stands only until a person, or a function of the app, has decided."""
        return self.name in {"manual", "custom"}


MAX_STATES: Final = 64
LAST_WRITER: Final = Policy("last_writer")
COUNTER: Final = Policy("counter")
WRITE_ONCE: Final = Policy("write_once")
MAX: Final = Policy("max")
MIN: Final = Policy("min")
SERVER_WINS: Final = Policy("server_wins")
MANUAL: Final = Policy("manual")
CUSTOM: Final = Policy("custom")


def lattice(*states: str) -> Policy:
    """A text whose value only moves up through these states, lowest first. Raises ValueError for unusable states."""
    if not states or len(states) > MAX_STATES or len(set(states)) != len(states) or "" in states:
        raise ValueError(f"a lattice is 1 to {MAX_STATES} different states")
    return Policy("lattice", states)


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
            return _write(record, edited(operation) if record else operation["fields"], stamp, policies)
        case "increment":
            return _increment(record, operation["field"], operation["delta"], policies)
        case "remove":
            return _remove(record, stamp, policies)
        case other:
            raise MergeError(f"unknown operation {other!r}")


def edited(operation: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that a put or patch changes: not those that its device saw with the same value."""
    was: Mapping[str, Any] = operation.get("was", {})
    return {name: value for name, value in operation["fields"].items() if name not in was or not same(was[name], value)}


def _write(record: MergeRecord | None, values: Mapping[str, Any], stamp: str, policies: Mapping[str, Policy]) -> Merged:
    if record is None:
        return Merged(_create(values, stamp, policies), [])
    result = record.copy()
    brings_back = any(policies[name].newest_stands for name in values)
    if record.removed is not None and stamp >= record.removed and brings_back:
        result.removed = None
    lost: list[str] = []
    for name, value in values.items():
        # A counter moves by increments alone once its record exists.
        if not policies[name].stamped:
            continue
        # An edit of a removed record still moves the hidden fields, so that the order of arrival makes no difference
        # if a later edit brings the record back.
        if not _set_if_it_stands(policies[name], result, name, value, stamp) or result.removed is not None:
            lost.append(name)
    return Merged(result, lost)


def _create(values: Mapping[str, Any], stamp: str, policies: Mapping[str, Policy]) -> MergeRecord:
    for name, value in values.items():
        if not policies[name].stamped:
            _check_counter(value)
    stamps = {name: stamp for name in values if policies[name].stamped}
    return MergeRecord(dict(values), stamps)


def _set_if_it_stands(policy: Policy, record: MergeRecord, name: str, value: Any, stamp: str) -> bool:
    """Sets the field if the edit stands against what it holds. False if that lost a different value."""
    held, held_stamp = record.fields.get(name), record.stamps.get(name, clock.ZERO)
    if name in record.fields and not _stands(policy, stamp, value, held_stamp, held):
        return same(held, value)
    record.fields[name] = value
    record.stamps[name] = stamp
    return True


def _stands(policy: Policy, stamp: str, value: Any, held_stamp: str, held: Any) -> bool:
    """Each policy is a total order of (stamp, value) pairs, the greater one stands; nobody's stamp is the least."""
    if (stamp == clock.ZERO) != (held_stamp == clock.ZERO):
        return held_stamp == clock.ZERO
    rank, held_rank = _rank(policy, stamp, value), _rank(policy, held_stamp, held)
    if rank != held_rank:
        return rank > held_rank
    if stamp != held_stamp:
        return (stamp > held_stamp) != (policy == WRITE_ONCE)
    return canonical_bytes(value) > canonical_bytes(held)


def _rank(policy: Policy, stamp: str, value: Any) -> float:
    """What a policy looks at before the stamps."""
    match policy.name:
        case "write_once":
            return 0 if value is None else 1
        case "max" | "min":
            if not isinstance(value, int | float) or isinstance(value, bool):
                return -math.inf
            return value if policy == MAX else -value
        case "lattice":
            return policy.states.index(value) if value in policy.states else -1
        case "server_wins":
            return 1 if clock.node_of(stamp) == clock.SERVER_NODE else 0
        case _:
            return 0


def same(one: Any, other: Any) -> bool:
    """Whether two values are one value on the wire."""
    return canonical_bytes(one) == canonical_bytes(other)


def _increment(record: MergeRecord | None, name: str, delta: int, policies: Mapping[str, Policy]) -> Merged:
    if policies[name].stamped:
        raise MergeError(f"{name} is not a counter")
    result = MergeRecord() if record is None else record.copy()
    total = (result.fields.get(name) or 0) + delta
    _check_counter(total)
    result.fields[name] = total
    return Merged(result, [])


def _remove(record: MergeRecord | None, stamp: str, policies: Mapping[str, Policy]) -> Merged:
    if record is None:
        return Merged(MergeRecord(removed=stamp), [])
    result = record.copy()
    if record.removed is not None:
        result.removed = max(stamp, record.removed)
        return Merged(result, [])
    if any(policies[name].newest_stands and stamp <= held for name, held in record.stamps.items()):
        return Merged(result, [LOST_REMOVE])
    result.removed = stamp
    return Merged(result, [])


def _check_counter(value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > MAX_SAFE_INTEGER:
        raise MergeError("a counter holds a whole number within ±(2^53 - 1)")

# SPDX-License-Identifier: MIT
"""A mutation as it came in, and its translation into operations on known collections."""

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from sawa import error_codes, stamps
from sawa.canonical import MAX_SAFE_INTEGER, canonical_text
from sawa.changes import Key
from sawa.fields import InvalidValue
from sawa.registry import Collection, registry

_MAX_NAME: Final = 100


class Refused(Exception):
    """A mutation that cannot be applied. It is rejected, or kept in quarantine if it must never be rejected."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class IncomingMutation:
    """A mutation whose envelope is sound. `payload` is all of it, as it came; `seq` is None if no device sent it."""

    id: uuid.UUID
    seq: int | None
    payload: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What the app calls it."""
        return _short_text(self.payload.get("name"))

    @property
    def actor(self) -> str:
        """Who did it, as the device says."""
        return _short_text(self.payload.get("actor"))

    def operations(self) -> Iterator[Mapping[str, Any]]:
        """As they came, without what is no object."""
        given = self.payload.get("ops")
        return (raw for raw in (given if isinstance(given, list) else ()) if isinstance(raw, dict))

    def records(self) -> Iterator[Key]:
        """The records that it names."""
        for raw in self.operations():
            collection, record_id = _collection(raw), _uuid(raw.get("id"))
            if collection is not None and record_id is not None:
                yield (collection.name, record_id)

    def body_hash(self) -> str:
        """The identity of the whole mutation: the same sequence number must always bring the same."""
        return self.hashes()[0]

    def content_hash(self) -> str:
        """The identity of the mutation wherever it stands in a queue."""
        return self.hashes()[1]

    def hashes(self) -> tuple[str, str]:
        """`body_hash` and `content_hash`, for the price of one."""
        members = {name: f"{canonical_text(name)}:{canonical_text(value)}" for name, value in self.payload.items()}
        content = [members[name] for name in sorted(members) if name not in {"seq", "base"}]
        return _hash_object(members[name] for name in sorted(members)), _hash_object(content)


def _hash_object(members: Iterable[str]) -> str:
    text = f"{{{','.join(members)}}}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _short_text(value: object) -> str:
    if not isinstance(value, str):
        return ""
    return value.replace("\0", "").encode("utf-8", "replace").decode()[:_MAX_NAME]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation on a known collection; `body` is what the merge rules read."""

    collection: Collection
    record_id: uuid.UUID
    body: Mapping[str, Any]

    @property
    def key(self) -> Key:
        """The record it is about."""
        return (self.collection.name, self.record_id)


@dataclass(slots=True)
class Plan:
    """What a mutation asks for, in terms of this server's collections; `refused` if it cannot be understood."""

    mutation: IncomingMutation
    #: Of the user whose device sent it; None if the server itself applies it.
    role: str | None = None
    #: Its device did not know yet what has been removed since, and the tombstones of that may be gone.
    behind_horizon: bool = False
    stamp: str = stamps.ZERO
    operations: list[Operation] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    refused: Refused | None = None

    def records_what_happened(self) -> Iterator[Key | None]:
        """The records it puts into collections that are never rejected; None for one without a usable id."""
        for raw in self.mutation.operations():
            collection = _collection(raw)
            if raw.get("op") == "put" and collection is not None and collection.never_rejected:
                record_id = _uuid(raw.get("id"))
                yield None if record_id is None else (collection.name, record_id)


def make_plan(mutation: IncomingMutation, now_ms: int, role: str | None = None) -> Plan:
    """Translates a mutation. Never raises: what is wrong with it is in `refused`."""
    plan = Plan(mutation, role)
    try:
        _fill(plan, now_ms)
    except Refused as refusal:
        plan.refused = refusal
    return plan


def _fill(plan: Plan, now_ms: int) -> None:
    payload = plan.mutation.payload
    stamp, operations = payload.get("stamp"), payload.get("ops")
    if not stamps.is_stamp(stamp):
        raise _invalid("The stamp has not the form of a stamp.")
    if plan.mutation.seq is not None and stamps.node_of(str(stamp)) == stamps.SERVER_NODE:
        raise _invalid("The stamp is the server's, not a device's.")
    if not isinstance(operations, list):
        raise _invalid("The operations are missing.")
    plan.stamp = stamps.clamp(str(stamp), now_ms)
    for raw in operations:
        operation = _operation(raw, plan)
        if operation is not None:
            plan.operations.append(operation)


def _operation(raw: object, plan: Plan) -> Operation | None:
    if not isinstance(raw, dict):
        raise _invalid("An operation is not an object.")
    collection = _collection(raw)
    if collection is None:
        raise Refused(error_codes.MUTATION_NOT_UNDERSTOOD, "This server does not know one of the collections.")
    if not collection.writable:
        raise Refused(error_codes.MUTATION_FORBIDDEN, f"Devices may not write {collection.name}.")
    record_id = _uuid(raw.get("id"))
    if record_id is None:
        raise _invalid("A record id is not a UUID.")
    match raw.get("op"):
        case "put" | "patch" as kind:
            body = {"op": kind, "fields": _values(collection, raw, plan)}
            return Operation(collection, record_id, body | _was(collection, raw, plan))
        case "increment":
            return _increment(collection, record_id, raw, plan)
        case "remove":
            return Operation(collection, record_id, {"op": "remove"} | _was(collection, raw, plan))
        case _:
            raise Refused(error_codes.MUTATION_NOT_UNDERSTOOD, "This server does not know one of the operations.")


def _collection(raw: Mapping[str, Any]) -> Collection | None:
    name = raw.get("collection")
    return registry.get(name) if isinstance(name, str) else None


def _values(collection: Collection, raw: Mapping[str, Any], plan: Plan) -> dict[str, Any]:
    given = raw.get("fields")
    if not isinstance(given, dict):
        raise _invalid("The fields are missing.")
    values: dict[str, Any] = {}
    for name, value in given.items():
        spec = collection.by_wire.get(name)
        if spec is None:
            _warn_unknown(plan)
            continue
        if not _sees(plan, collection, name):
            # Null says nothing: so writes an app whose schema has the field, for a user who does not see it.
            if value is None:
                continue
            raise Refused(error_codes.MUTATION_FORBIDDEN, f"This user may not write {name} of {collection.name}.")
        try:
            # There and back: what is merged is what the database will hold.
            values[name] = spec.to_wire(spec.from_wire(value))
        except InvalidValue as error:
            raise _invalid(f"{collection.name}: {error}.") from error
    return values


def _sees(plan: Plan, collection: Collection, name: str) -> bool:
    return plan.role is None or collection.shows(name, plan.role)


def _was(collection: Collection, raw: Mapping[str, Any], plan: Plan) -> dict[str, dict[str, Any]]:
    """What the device says it saw, as far as this server can understand it: it decides nothing by itself.

    Without what it can't have seen: whether a guess was right is nothing that it may learn.
    """
    given = raw.get("was")
    if not isinstance(given, dict):
        return {}
    seen: dict[str, Any] = {}
    for name, value in given.items():
        if (spec := collection.by_wire.get(name)) is not None and _sees(plan, collection, name):
            with suppress(InvalidValue):
                seen[name] = spec.to_wire(spec.from_wire(value))
    return {"was": seen}


def _increment(collection: Collection, record_id: uuid.UUID, raw: Mapping[str, Any], plan: Plan) -> Operation | None:
    name, delta = raw.get("field"), raw.get("delta")
    if not isinstance(delta, int) or isinstance(delta, bool) or abs(delta) > MAX_SAFE_INTEGER:
        raise _invalid("An increment is not a whole number.")
    spec = collection.by_wire.get(name) if isinstance(name, str) else None
    if spec is None:
        _warn_unknown(plan)
        return None
    if not spec.is_counter:
        raise _invalid(f"{collection.name}: {spec.wire} is not a counter.")
    return Operation(collection, record_id, {"op": "increment", "field": spec.wire, "delta": delta})


def _warn_unknown(plan: Plan) -> None:
    if error_codes.WARNING_UNKNOWN_FIELD not in plan.warnings:
        plan.warnings.append(error_codes.WARNING_UNKNOWN_FIELD)


def _invalid(message: str) -> Refused:
    return Refused(error_codes.MUTATION_INVALID, message)


def _uuid(value: object) -> uuid.UUID | None:
    if not isinstance(value, str) or len(value) != 36:
        return None
    try:
        return uuid.UUID(value)
    except ValueError:
        return None

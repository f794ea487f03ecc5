# SPDX-License-Identifier: MIT
"""Which values a merge dropped: those of the device that wrote, and those of somebody else that it had not seen.

Pure functions over plain values. What a device saw comes with its operation as `was`; without it only the device's own
losses can be told.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sawa.conflict import LOST_REMOVE, Merged, MergeRecord, Policy, edited, same

#: The policy that a conflict names when a removal met an edit.
REMOVAL: Final = "removal"
#: What it names in place of a field.
WHOLE_RECORD: Final = "*"


@dataclass(frozen=True, slots=True)
class Dropped:
    """One conflict of a field, or of a whole record.

    `base` is what the device saw, None if it did not say; `mine` what it wrote; `theirs` what it met; `result` what
    stands. If a removal met an edit, `field` is `*`, and the values are the fields of the record as it would be, None
    where it is removed. There, `base` holds only what the device said.
    """

    field: str
    policy: str
    base: Any
    mine: Any
    theirs: Any
    result: Any
    theirs_stamp: str


def dropped(
    before: MergeRecord | None, operation: Mapping[str, Any], merged: Merged, policies: Mapping[str, Policy]
) -> Iterator[Dropped]:
    """The conflicts of an operation that made `merged` of `before`."""
    if before is None:
        return
    match operation["op"]:
        case "put" | "patch":
            yield from _by_edit(before, operation, merged, policies)
        case "remove":
            yield from _by_removal(before, operation, merged, policies)


def _by_edit(
    before: MergeRecord, operation: Mapping[str, Any], merged: Merged, policies: Mapping[str, Policy]
) -> Iterator[Dropped]:
    was: Mapping[str, Any] | None = operation.get("was")
    mine = {name: value for name, value in edited(operation).items() if policies[name].stamped}
    result = merged.record
    if before.removed is not None:
        hidden = result.removed is not None
        # A device that did not see the record put it anew: it knows of the removal.
        if merged.lost if hidden else was is not None:
            kept = None if hidden else result.fields
            yield Dropped(WHOLE_RECORD, REMOVAL, was, result.fields, None, kept, before.removed)
        if hidden:
            return
    for name, value in mine.items():
        if name not in before.fields or same(before.fields[name], value):
            continue
        theirs, stamp = before.fields[name], before.stamps.get(name)
        if same(result.fields[name], value):
            seen = was is None or name not in was or same(was[name], theirs)
            if seen or stamp is None:
                continue
        base = was.get(name) if was else None
        yield Dropped(name, policies[name].name, base, value, theirs, result.fields[name], stamp or "")


def _by_removal(
    before: MergeRecord, operation: Mapping[str, Any], merged: Merged, policies: Mapping[str, Policy]
) -> Iterator[Dropped]:
    was: Mapping[str, Any] = operation.get("was", {})
    newest = max(before.stamps.values(), default="")
    if LOST_REMOVE in merged.lost:
        yield Dropped(WHOLE_RECORD, REMOVAL, was or None, None, before.fields, before.fields, newest)
    elif before.removed is None:
        unseen = [
            name
            for name, value in was.items()
            if name in before.stamps and policies[name].stamped and not same(value, before.fields[name])
        ]
        if unseen:
            yield Dropped(WHOLE_RECORD, REMOVAL, was, None, before.fields, None, newest)

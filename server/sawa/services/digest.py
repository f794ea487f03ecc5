# SPDX-License-Identifier: MIT
"""Digests of what a device has: computed from the very rows that Django reads, to be compared with what its app reads.

A range of a collection's records, in the order of their ids, has the SHA-256 of their lines; a record's line is the
canonical JSON of its id and its fields that are not null, and a line end (docs/protocol.md).
"""

import hashlib
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections

from sawa import feed
from sawa.canonical import canonical_bytes
from sawa.models import Change, Shop
from sawa.registry import Collection, Projection
from sawa.services import reading

#: Records that one range may have.
RANGE_MAX: Final = 5000
_ROW_DIGITS: Final = 16

_SOURCE: Final = (
    "FROM {table} r JOIN {feed} c ON c.record_id = r.id AND c.shop_id = r.shop_id AND c.collection = %s"
    " WHERE r.shop_id = %s AND NOT c.removed AND {present}"
)


@dataclass(frozen=True, slots=True)
class Range:
    """Records of a collection behind the id `after`, up to `upto`; None: from the beginning, or to the end.

    `fields`: those that the device knows. `rows`: whether each record's own digest is wanted.
    """

    collection: str
    after: uuid.UUID | None
    upto: uuid.UUID | None
    fields: frozenset[str]
    rows: bool


@dataclass(frozen=True, slots=True)
class Digest:
    """Of a range. `more`: it has more records than RANGE_MAX, and this is of the first ones."""

    count: int
    digest: str
    more: bool
    rows: list[tuple[str, str]] = field(default_factory=list)


def digests(shop_id: uuid.UUID, ranges: Sequence[Range], projection: Projection) -> tuple[int, list[Digest]]:
    """The feed's version, and the digest of each range as it stands at that version, of what the device may see."""
    with feed.snapshot():
        version = Shop.objects.values_list("version", flat=True).get(pk=shop_id)
        return version, [_digest(shop_id, asked, projection.collections.get(asked.collection)) for asked in ranges]


def _digest(shop_id: uuid.UUID, asked: Range, collection: Collection | None) -> Digest:
    whole = hashlib.sha256()
    rows: list[tuple[str, str]] = []
    count = 0
    for record_id, fields in _records(shop_id, asked, collection) if collection else ():
        if count == RANGE_MAX:
            return Digest(count, whole.hexdigest(), True, rows)
        line = canonical_bytes(fields | {"id": record_id}) + b"\n"
        whole.update(line)
        count += 1
        if asked.rows:
            rows.append((record_id, hashlib.sha256(line).hexdigest()[:_ROW_DIGITS]))
    return Digest(count, whole.hexdigest(), False, rows)


def _records(shop_id: uuid.UUID, asked: Range, collection: Collection) -> Iterator[tuple[str, dict[str, Any]]]:
    connection = connections[DEFAULT_DB_ALIAS]
    quote = connection.ops.quote_name
    specs = [spec for spec in collection.fields if spec.wire in asked.fields]
    present, allowed = reading.present_rows(collection, connection)
    source = _SOURCE.format(
        table=quote(collection.model._meta.db_table), feed=quote(Change._meta.db_table), present=present
    )
    parameters = [collection.name, reading.shop_parameter(shop_id, connection), *allowed]
    key, bound_value = _ordered_id(connection)
    for bound, comparison in ((asked.after, ">"), (asked.upto, "<=")):
        if bound is not None:
            source += f" AND {key} {comparison} %s"
            parameters.append(bound_value(bound))
    columns = ", ".join(["r.id", *(f"r.{quote(spec.column)}" for spec in specs)])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} {source} ORDER BY {key} LIMIT {RANGE_MAX + 1}", parameters)
        found = cursor.fetchall()
    values = zip(*(row[1:] for row in found), strict=True) if specs else iter(())
    decoded = [reading.decoded(spec, column, connection) for spec, column in zip(specs, values, strict=False)]
    for index, row in enumerate(found):
        fields = {spec.wire: column[index] for spec, column in zip(specs, decoded, strict=False)}
        yield reading.uuid_text(row[0]), {name: value for name, value in fields.items() if value is not None}


def _ordered_id(connection: Any) -> tuple[str, Callable[[uuid.UUID], Any]]:
    """SQL for a record's id that orders as its text does, and what makes a value to compare it with.

    MariaDB's own UUIDs order by their parts from the last one on, so there the text itself is what is ordered.
    """
    if connection.vendor == "mysql" and connection.features.has_native_uuid_field:
        return "CAST(r.id AS CHAR(36))", str
    return "r.id", lambda bound: Change._meta.get_field("record_id").get_db_prep_value(bound, connection)

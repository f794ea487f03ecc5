# SPDX-License-Identifier: MIT
"""Reads feed rows with their records straight from the database driver. No model instance is made."""

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections

from sawa.fields import FieldSpec
from sawa.models import Change, Shop
from sawa.registry import Collection

#: Feed rows `c`, each with its record `r` (LEFT: or none). Parameters: shop, versions after and up to, collection.
RECORD_OF_CHANGE: Final = (
    f"FROM {Change._meta.db_table} c {{1}} JOIN {{0}} r ON r.id = c.record_id AND r.shop_id = c.shop_id"
    " WHERE c.shop_id = %s AND c.version > %s AND c.version <= %s AND c.collection = %s"
)
_FEED_COLUMNS: Final = ("c.record_id", "c.version", "c.stamp", "c.stamps", "c.removed", "{present}")
_HEX_DIGITS: Final = 32
#: In one statement.
_IDS_MAX: Final = 1000


@dataclass(frozen=True, slots=True)
class Span:
    """The part of a shop's feed behind the version `after` and not behind `upto`. `head`: its end.

    `counts`: how many changes there are of each collection. `projection`: the fingerprint of what its reader sees.
    """

    shop_id: uuid.UUID
    epoch: uuid.UUID
    projection: str
    after: int
    upto: int
    head: int
    counts: dict[str, int]

    def parameters(self, collection: Collection, connection: Any) -> list[Any]:
        """The parameters of a statement with RECORD_OF_CHANGE."""
        return [shop_parameter(self.shop_id, connection), self.after, self.upto, collection.name]


def shop_parameter(shop_id: uuid.UUID, connection: Any) -> Any:
    """The shop's id as a parameter of a statement."""
    return Shop._meta.pk.get_db_prep_value(shop_id, connection)


def read_records(collection: Collection, span: Span, ids: Sequence[uuid.UUID]) -> Iterator[dict[str, Any]]:
    """Those changes of the span that are of these records."""
    connection = connections[DEFAULT_DB_ALIAS]
    field = Change._meta.get_field("record_id")
    for start in range(0, len(ids), _IDS_MAX):
        part = [field.get_db_prep_value(record_id, connection) for record_id in ids[start : start + _IDS_MAX]]
        yield from read(collection, span, f"AND c.record_id IN ({', '.join(['%s'] * len(part))})", part)


def read(
    collection: Collection, span: Span, condition: str = "", condition_parameters: Sequence[Any] = ()
) -> Iterator[dict[str, Any]]:
    """The changes of a collection, by version, as devices read them. `condition`: SQL that narrows them down."""
    connection = connections[DEFAULT_DB_ALIAS]
    quote = connection.ops.quote_name
    columns = [*_FEED_COLUMNS, *(f"r.{quote(spec.column)}" for spec in collection.fields)]
    source = RECORD_OF_CHANGE.format(quote(collection.model._meta.db_table), "LEFT")
    present, allowed = present_rows(collection, connection)
    chosen = ", ".join(columns).format(present=present)
    with connection.cursor() as cursor:
        parameters = [*allowed, *span.parameters(collection, connection), *condition_parameters]
        cursor.execute(f"SELECT {chosen} {source} {condition} ORDER BY c.version", parameters)
        rows = cursor.fetchall()
    if not rows:
        return
    heads = [row[: len(_FEED_COLUMNS)] for row in rows]
    values = list(zip(*(row[len(_FEED_COLUMNS) :] for row in rows), strict=True))
    fields = [decoded(spec, column, connection) for spec, column in zip(collection.fields, values, strict=True)]
    names = [spec.wire for spec in collection.fields]
    for head, record in zip(heads, zip(*fields, strict=True), strict=True):
        yield _change(collection, head, dict(zip(names, record, strict=True)))


def present_rows(collection: Collection, connection: Any) -> tuple[str, list[Any]]:
    """SQL that is true for the rows that are there for whom the collection is, and its parameters."""
    conditions, parameters = ["r.id IS NOT NULL"], []
    for name, values in collection.only.items():
        field: Any = collection.model._meta.get_field(name)
        conditions.append(f"r.{connection.ops.quote_name(field.column)} IN ({', '.join(['%s'] * len(values))})")
        parameters += [field.get_db_prep_value(value, connection) for value in values]
    return f"COALESCE({' AND '.join(conditions)}, FALSE)", parameters


def _change(collection: Collection, head: Sequence[Any], fields: dict[str, Any]) -> dict[str, Any]:
    record_id, version, stamp, stamps, removed, present = head
    change = {"collection": collection.name, "id": uuid_text(record_id), "version": version, "stamp": stamp}
    # A row deleted behind the feed's back is a removed record to a device (sawa_verify repairs the feed), and so is one
    # that the device may not see any more.
    if removed or not present:
        return change | {"removed": True}
    exceptions = {name: own for name, own in json.loads(stamps).items() if name in fields}
    if exceptions:
        change["stamps"] = exceptions
    return change | {"fields": fields}


def decoded(spec: FieldSpec, column: Sequence[Any], connection: Any) -> Sequence[Any]:
    """Wire values from what the driver gave, by Django's own conversions. Texts and integers need none."""
    if spec.kind in {"text", "integer"}:
        return column
    expression = spec.field.get_col("r")
    converters = [*connection.ops.get_db_converters(expression), *expression.get_db_converters(connection)]

    def decode(value: Any) -> Any:
        for convert in converters:
            value = convert(value, expression, connection)
        return spec.to_wire(value)

    return [decode(value) for value in column]


def uuid_text(value: Any) -> str:
    """The wire text of an id as a driver gives it: a UUID, or the 32 digits that Django stores where there is none."""
    if isinstance(value, str) and len(value) == _HEX_DIGITS:
        return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"
    return str(value)

# SPDX-License-Identifier: MIT
"""Reads feed rows with their records straight from the database driver. No model instance is made."""

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections

from sawa.changes import parse_edits
from sawa.fields import FieldSpec
from sawa.models import Change, Shop
from sawa.registry import Collection

#: Feed rows `c`, each with its record `r` (LEFT: or none). Parameters: shop, collection, those of the condition.
_SOURCE: Final = (
    f"FROM {Change._meta.db_table} c {{join}} JOIN {{table}} r ON r.id = c.record_id AND r.shop_id = c.shop_id"
    " WHERE c.shop_id = %s AND c.collection = %s AND {condition}"
)
_FEED_COLUMNS: Final = ("c.record_id", "c.version", "c.stamp", "c.stamps", "c.removed", "c.edits", "{present}")
_HEX_DIGITS: Final = 32
#: In one statement.
_IDS_MAX: Final = 1000


@dataclass(frozen=True, slots=True)
class Part:
    """The feed rows of a shop's collection for which `condition`, SQL on the feed rows `c`, is true."""

    shop_id: uuid.UUID
    collection: Collection
    condition: str
    parameters: Sequence[Any]

    def only(self, condition: str, parameters: Sequence[Any]) -> "Part":
        """The rows of the part for which another condition is true, too."""
        return replace(self, condition=f"{self.condition} AND {condition}", parameters=[*self.parameters, *parameters])

    def source(self, join: str, connection: Any) -> tuple[str, list[Any]]:
        """The rows with their records, as SQL from the word FROM on, and its parameters. `join`: INNER or LEFT."""
        table = connection.ops.quote_name(self.collection.model._meta.db_table)
        parameters = [shop_parameter(self.shop_id, connection), self.collection.name, *self.parameters]
        return _SOURCE.format(join=join, table=table, condition=self.condition), parameters


def shop_parameter(shop_id: uuid.UUID, connection: Any) -> Any:
    """The shop's id as a parameter of a statement."""
    return Shop._meta.pk.get_db_prep_value(shop_id, connection)


def id_parameter(record_id: uuid.UUID, connection: Any) -> Any:
    """A record's id as a parameter of a statement."""
    return Change._meta.get_field("record_id").get_db_prep_value(record_id, connection)


def read_records(part: Part, ids: Sequence[uuid.UUID]) -> Iterator[dict[str, Any]]:
    """Those changes of the part that are of these records, whole."""
    connection = connections[DEFAULT_DB_ALIAS]
    for start in range(0, len(ids), _IDS_MAX):
        some = [id_parameter(record_id, connection) for record_id in ids[start : start + _IDS_MAX]]
        yield from read(part.only(f"c.record_id IN ({', '.join(['%s'] * len(some))})", some))


def read(part: Part, known: int | None = None) -> Iterator[dict[str, Any]]:
    """The changes of a part, by version, as devices read them: whole, or only the fields that changed since `known`."""
    connection, collection = connections[DEFAULT_DB_ALIAS], part.collection
    quote = connection.ops.quote_name
    columns = [*_FEED_COLUMNS, *(f"r.{quote(spec.column)}" for spec in collection.fields)]
    source, parameters = part.source("LEFT", connection)
    present, allowed = present_rows(collection, connection)
    chosen = ", ".join(columns).format(present=present)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {chosen} {source} ORDER BY c.version", [*allowed, *parameters])
        rows = cursor.fetchall()
    if not rows:
        return
    heads = [row[: len(_FEED_COLUMNS)] for row in rows]
    values = list(zip(*(row[len(_FEED_COLUMNS) :] for row in rows), strict=True))
    fields = [decoded(spec, column, connection) for spec, column in zip(collection.fields, values, strict=True)]
    names = [spec.wire for spec in collection.fields]
    for head, record in zip(heads, zip(*fields, strict=True), strict=True):
        yield _change(collection, head, dict(zip(names, record, strict=True)), known)


def present_rows(collection: Collection, connection: Any) -> tuple[str, list[Any]]:
    """SQL that is true for the rows that are there for whom the collection is, and its parameters."""
    conditions, parameters = ["r.id IS NOT NULL"], []
    for name, values in collection.only.items():
        field: Any = collection.model._meta.get_field(name)
        conditions.append(f"r.{connection.ops.quote_name(field.column)} IN ({', '.join(['%s'] * len(values))})")
        parameters += [field.get_db_prep_value(value, connection) for value in values]
    return f"COALESCE({' AND '.join(conditions)}, FALSE)", parameters


def _change(collection: Collection, head: Sequence[Any], fields: dict[str, Any], known: int | None) -> dict[str, Any]:
    record_id, version, stamp, stamps, removed, edits, present = head
    change = {"collection": collection.name, "id": uuid_text(record_id), "version": version, "stamp": stamp}
    # A row deleted behind the feed's back is a removed record to a device (sawa_verify repairs the feed), and so is one
    # that the device may not see any more.
    if removed or not present:
        return change | {"removed": True}
    if known is not None:
        edited = parse_edits(edits)
        fields = {name: value for name, value in fields.items() if edited.get(name, 0) > known}
        change["partial"] = True
    exceptions = {name: own for name, own in json.loads(stamps).items() if name in fields}
    if exceptions:
        change["stamps"] = exceptions
    return change | {"fields": fields}


def decoded(spec: FieldSpec, column: Sequence[Any], connection: Any) -> Sequence[Any]:
    """Wire values from what the driver gave: Django's own conversions, without its calls where they are known."""
    match spec.kind:
        case "text" | "integer":
            return column
        case "uuid":
            return [None if value is None else uuid_text(value) for value in column]
        case "boolean":
            return [None if value is None else bool(value) for value in column]
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

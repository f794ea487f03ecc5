# SPDX-License-Identifier: MIT
"""Blocks (docs/protocol.md): many records of a collection, column by column, encoded as JSON by the database itself.

That saves making a Python object of every value, which is most of a pull's time. The values are those of the columns;
nothing encoded is kept anywhere. What does not fit into a block, and databases not known here: `reading.py`.
"""

import json
from dataclasses import dataclass
from typing import Any, Final

import orjson
from django.db import DEFAULT_DB_ALIAS, connections

from sawa.registry import Collection
from sawa.services.reading import RECORD_OF_CHANGE, Span, present_rows, uuid_text

#: By kind of field: an aggregate that gives the JSON array of a column. A collection with another kind has no blocks:
#: SQLite, for one, writes 15 digits of a floating-point number, and it may have 17. MariaDB has no blocks: it ends an
#: array that becomes too long with its bracket, as if it were whole, and merely warns.
_AGGREGATES: Final[dict[str, dict[str, str]]] = {
    "sqlite": {
        "text": "json_group_array({0})",
        "integer": "json_group_array({0})",
        "boolean": "'[' || group_concat(CASE {0} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END) || ']'",
        "time": "json_group_array(strftime('%%s', substr({0}, 1, 19)) * 1000 + CAST(substr({0}, 21, 3) AS INTEGER))",
        "json": "json_group_array(json({0}))",
        # 32 digits: the hyphens are set by `_with_hyphens`, much faster than in SQL.
        "uuid": "json_group_array({0})",
    },
    "postgresql": {
        "text": "json_agg({0})::text",
        "integer": "json_agg({0})::text",
        "boolean": "json_agg({0})::text",
        "time": "json_agg(floor(extract(epoch FROM {0}) * 1000)::bigint)::text",
        "json": "json_agg({0})::text",
        "uuid": "json_agg({0})::text",
    },
}
_EMPTY_ID: Final = b'"00000000-0000-0000-0000-000000000000",'
_DIGIT_PLACES: Final = [place for place, byte in enumerate(_EMPTY_ID) if byte == ord("0")]
_TARGET_STEP: Final = len(_EMPTY_ID)
_SOURCE_STEP: Final = len('"",') + len(_DIGIT_PLACES)


@dataclass(frozen=True, slots=True)
class Block:
    """`count` records as JSON text."""

    count: int
    text: str


def are_possible(collection: Collection) -> bool:
    """Whether this database can encode all fields of the collection."""
    return all(spec.kind in _aggregates() for spec in collection.fields)


def fits(collection: Collection) -> tuple[str, list[Any]]:
    """SQL that is true for the feed rows whose records fit into a block, and its parameters.

    They are there, with one stamp for all their fields.
    """
    present, allowed = present_rows(collection, connections[DEFAULT_DB_ALIAS])
    return f"c.stamps = '{{}}' AND NOT c.removed AND {present}", allowed


def read(collection: Collection, span: Span) -> Block:
    """The records of the span that fit into a block."""
    connection = connections[DEFAULT_DB_ALIAS]
    names, kinds, columns = _columns(collection, connection.ops.quote_name)
    aggregates = _aggregates()
    chosen = ", ".join(aggregates[kind].format(column) for kind, column in zip(kinds, columns, strict=True))
    source = RECORD_OF_CHANGE.format(connection.ops.quote_name(collection.model._meta.db_table), "INNER")
    condition, allowed = fits(collection)
    with connection.cursor() as cursor:
        parameters = [*span.parameters(collection, connection), *allowed]
        cursor.execute(f"SELECT count(*), {chosen} {source} AND {condition}", parameters)
        count, *texts = cursor.fetchone()
    if not count:
        return Block(0, "")
    if connection.vendor == "sqlite":
        texts = [
            _with_hyphens(text, count) if kind == "uuid" else text for kind, text in zip(kinds, texts, strict=True)
        ]
    return Block(count, _block_text(collection.name, names, texts))


def _aggregates() -> dict[str, str]:
    return _AGGREGATES.get(connections[DEFAULT_DB_ALIAS].vendor, {})


def _columns(collection: Collection, quote: Any) -> tuple[list[str], list[str], list[str]]:
    """The names, kinds and SQL expressions of a block's columns: id, version and stamp, then the fields."""
    fields = collection.fields
    names = ["ids", "versions", "stamps", *(spec.wire for spec in fields)]
    kinds = ["uuid", "integer", "text", *(spec.kind for spec in fields)]
    columns = ["c.record_id", "c.version", "c.stamp", *(f"r.{quote(spec.column)}" for spec in fields)]
    return names, kinds, columns


def _with_hyphens(text: str, count: int) -> str:
    """A JSON array of ids as SQLite has them, 32 digits or null, as an array of UUID texts."""
    if len(text) != count * _SOURCE_STEP + 1 or "null" in text:
        ids = orjson.loads(text)
        return orjson.dumps([None if value is None else uuid_text(value) for value in ids]).decode()
    # Every id has its place: copying digit by digit, of all ids at once, is ten times faster than id by id.
    source = text.encode("ascii")
    target = bytearray(_EMPTY_ID * count)
    for digit, place in enumerate(_DIGIT_PLACES):
        target[place::_TARGET_STEP] = source[digit + 2 :: _SOURCE_STEP]
    return f"[{target[:-1].decode('ascii')}]"


def _block_text(collection: str, names: list[str], texts: list[str]) -> str:
    members = [f"{json.dumps(name)}:{text}" for name, text in zip(names, texts, strict=True)]
    return f'{{"collection":{json.dumps(collection)},{",".join(members[:3])},"fields":{{{",".join(members[3:])}}}}}'

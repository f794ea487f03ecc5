# SPDX-License-Identifier: MIT
"""Blocks (docs/protocol.md): many records of a collection, column by column, and in the end as JSON text.

Where the database can encode a column as the wire has it, it does: that saves making a Python object of every value,
which is most of a pull's time. Nothing encoded is kept anywhere. What does not fit into a block: `reading.py`.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from django.db import DEFAULT_DB_ALIAS, connections

from sawa.registry import Collection
from sawa.services.reading import Part, decoded, present_rows, uuid_text
from sawa.stamps import ZERO

#: By kind of field: an aggregate that gives the JSON array of a column. A collection with another kind is read row by
#: row: SQLite, for one, writes 15 digits of a floating-point number, and it may have 17. So are all on MariaDB: it ends
#: an array that becomes too long with its bracket, as if it were whole, and merely warns.
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


def fits(collection: Collection) -> tuple[str, list[Any]]:
    """SQL that is true for the feed rows whose records fit into a block, and its parameters.

    They are there, with one stamp for all their fields.
    """
    present, allowed = present_rows(collection, connections[DEFAULT_DB_ALIAS])
    return f"c.stamps = '{{}}' AND NOT c.removed AND {present}", allowed


def read(part: Part) -> Block:
    """The records of the part that fit into a block."""
    collection = part.collection
    part = part.only(*fits(collection))
    aggregates = _aggregates()
    in_sql = all(spec.kind in aggregates for spec in collection.fields)
    count, first_stamp, last_stamp, texts = _aggregated(part, aggregates) if in_sql else _by_row(part)
    if not count:
        return Block(0, "")
    names = ["ids", "versions", "stamps", *(spec.wire for spec in collection.fields)]
    if first_stamp == last_stamp:
        # What was imported at once: the stamps would be a fifth of the text.
        texts[2] = orjson.dumps([first_stamp]).decode()
    return Block(count, _block_text(collection.name, names, texts))


def pack(collection: Collection, changes: Iterable[dict[str, Any]]) -> tuple[list[str], list[dict[str, Any]]]:
    """Partial changes as blocks, one for each set of fields; and those that don't fit, with fields of several stamps.

    Without those of which the reader sees nothing.
    """
    groups: dict[tuple[str, ...], list[tuple[str, dict[str, Any]]]] = {}
    alone = []
    for change in changes:
        fields, own = change["fields"], change.get("stamps", {})
        stamps = {own.get(name, change["stamp"]) for name in fields if collection.policies[name].stamped}
        if len(stamps) > 1:
            alone.append(change)
        elif fields:
            groups.setdefault(tuple(fields), []).append(((*stamps, ZERO)[0], change))
    return [_packed(collection, names, group) for names, group in groups.items()], alone


def _packed(collection: Collection, names: Sequence[str], group: Sequence[tuple[str, dict[str, Any]]]) -> str:
    stamps = [stamp for stamp, _ in group]
    changes = [change for _, change in group]
    block = {
        "collection": collection.name,
        "partial": True,
        "ids": [change["id"] for change in changes],
        "versions": [change["version"] for change in changes],
        "stamps": stamps[:1] if len(set(stamps)) == 1 else stamps,
        "fields": {name: [change["fields"][name] for change in changes] for name in names},
    }
    return orjson.dumps(block).decode()


def _aggregated(part: Part, aggregates: dict[str, str]) -> tuple[int, str, str, list[str]]:
    """How many records, their smallest and greatest stamp, and the columns, of which the database makes JSON arrays."""
    connection = connections[DEFAULT_DB_ALIAS]
    fields = part.collection.fields
    kinds = ["uuid", "integer", "text", *(spec.kind for spec in fields)]
    columns = [*_HEAD_COLUMNS, *(f"r.{connection.ops.quote_name(spec.column)}" for spec in fields)]
    chosen = ", ".join(aggregates[kind].format(column) for kind, column in zip(kinds, columns, strict=True))
    source, parameters = part.source("INNER", connection)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), min(c.stamp), max(c.stamp), {chosen} {source}", parameters)
        count, first_stamp, last_stamp, *texts = cursor.fetchone()
    if count and connection.vendor == "sqlite":
        texts = [
            _with_hyphens(text, count) if kind == "uuid" else text for kind, text in zip(kinds, texts, strict=True)
        ]
    return count, first_stamp, last_stamp, texts


def _by_row(part: Part) -> tuple[int, str, str, list[str]]:
    """The same, from rows."""
    connection = connections[DEFAULT_DB_ALIAS]
    fields = part.collection.fields
    columns = [*_HEAD_COLUMNS, *(f"r.{connection.ops.quote_name(spec.column)}" for spec in fields)]
    source, parameters = part.source("INNER", connection)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} {source}", parameters)
        rows = cursor.fetchall()
    if not rows:
        return 0, "", "", []
    ids, versions, stamps, *values = zip(*rows, strict=True)
    read_fields = [decoded(spec, column, connection) for spec, column in zip(fields, values, strict=True)]
    lists = [[uuid_text(value) for value in ids], versions, stamps, *read_fields]
    return len(rows), min(stamps), max(stamps), [orjson.dumps(column).decode() for column in lists]


_HEAD_COLUMNS: Final = ("c.record_id", "c.version", "c.stamp")


def _aggregates() -> dict[str, str]:
    return _AGGREGATES.get(connections[DEFAULT_DB_ALIAS].vendor, {})


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

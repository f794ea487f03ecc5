# SPDX-License-Identifier: MIT
"""Set-based writes of many rows. Django's own bulk operations spend several times as long on making the statements.

Nothing here enters the feed, calls `save` or sends a signal. On PostgreSQL the rows travel as one JSON text: its driver
reads every placeholder of a statement, and a statement with a value for each would have thousands.
"""

import datetime
import decimal
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, Final

import orjson
from django.db import DEFAULT_DB_ALIAS, connections, models

Rows = Sequence[Sequence[Any]]
#: SQLite takes at most 32,766 parameters in a statement.
_PARAMETERS_MAX: Final = 30_000
#: Fields whose Python values are what a driver takes. Exact types: a subclass may do more with its values.
_AS_THEY_ARE: Final = frozenset({models.CharField, models.TextField, models.BigIntegerField, models.BooleanField})


def insert(instances: Sequence[models.Model], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Inserts the rows of new instances of one model. Keys that the database gives out do not come back."""
    if not instances:
        return
    model = type(instances[0])
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    columns = [_values(field, instances) for field in fields]
    insert_rows(model, fields, list(zip(*columns, strict=True)), using=using)


def insert_rows(
    model: type[models.Model],
    fields: "Sequence[models.Field[Any, Any]]",
    rows: Rows,
    *,
    suffix: str = "",
    using: str = DEFAULT_DB_ALIAS,
) -> None:
    """Inserts rows of Python values, one for each field. `suffix`: SQL at the end, for what a conflict does."""
    connection = connections[using]
    table, names = _quoted(model, fields, connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            source = f"SELECT {names} FROM {_recordset(fields, connection)}"  # noqa: S608
            cursor.execute(f"INSERT INTO {table} ({names}) {source} {suffix}", [_json(fields, rows)])
            return
        adapted = _adapted(fields, rows, connection)
        one = f"({', '.join(['%s'] * len(fields))})"
        batch = _PARAMETERS_MAX // len(fields)
        for start in range(0, len(adapted), batch):
            part = adapted[start : start + batch]
            statement = f"INSERT INTO {table} ({names}) VALUES {', '.join([one] * len(part))} {suffix}"  # noqa: S608
            cursor.execute(statement, list(chain.from_iterable(part)))


def update(
    model: type[models.Model], fields: "Sequence[models.Field[Any, Any]]", rows: Rows, *, using: str = DEFAULT_DB_ALIAS
) -> None:
    """Sets the fields of rows that exist. Each row: a Python value for each field, then the key."""
    connection = connections[using]
    fields = [*fields, model._meta.pk]
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    *names, key = [quote(str(field.column)) for field in fields]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            assignments = ", ".join(f"{name} = given.{name}" for name in names)
            source = _recordset(fields, connection)
            where = f"{table}.{key} = given.{key}"
            statement = f"UPDATE {table} SET {assignments} FROM {source} WHERE {where}"  # noqa: S608
            cursor.execute(statement, [_json(fields, rows)])
            return
        assignments = ", ".join(f"{name} = %s" for name in names)
        statement = f"UPDATE {table} SET {assignments} WHERE {key} = %s"  # noqa: S608 - the model's own names
        cursor.executemany(statement, _adapted(fields, rows, connection))


def _values(field: "models.Field[Any, Any]", instances: Sequence[models.Model]) -> list[Any]:
    # A field that makes its value when it is saved (auto_now) is asked for it.
    if type(field).pre_save is not models.Field.pre_save:
        return [field.pre_save(instance, True) for instance in instances]
    return [getattr(instance, field.attname) for instance in instances]


def _quoted(model: type[models.Model], fields: "Sequence[models.Field[Any, Any]]", connection: Any) -> tuple[str, str]:
    """The table and the list of columns, as they stand in a statement."""
    quote = connection.ops.quote_name
    return quote(model._meta.db_table), ", ".join(quote(str(field.column)) for field in fields)


def _adapted(fields: "Sequence[models.Field[Any, Any]]", rows: Rows, connection: Any) -> Rows:
    """The rows as parameters of statements."""
    adapters = [_adapter(field, connection) for field in fields]
    columns = [
        column if adapt is None else [adapt(value) for value in column]
        for column, adapt in zip(zip(*rows, strict=True), adapters, strict=True)
    ]
    return list(zip(*columns, strict=True))


def _adapter(field: "models.Field[Any, Any]", connection: Any) -> Callable[[Any], Any] | None:
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    if type(target) in _AS_THEY_ARE:
        return None
    if type(target) is models.UUIDField and not connection.features.has_native_uuid_field:
        return lambda value: None if value is None else value.hex
    return lambda value: field.get_db_prep_save(value, connection)


def _recordset(fields: "Sequence[models.Field[Any, Any]]", connection: Any) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(str(field.column))} {field.cast_db_type(connection)}" for field in fields)
    return f"json_to_recordset(%s::json) AS given({columns})"


def _json(fields: "Sequence[models.Field[Any, Any]]", rows: Rows) -> str:
    names = [str(field.column) for field in fields]
    inexact = [index for index, field in enumerate(fields) if isinstance(field, models.FloatField)]
    if inexact:
        # As texts: JSON has no infinity.
        rows = [[repr(v) if i in inexact and v is not None else v for i, v in enumerate(row)] for row in rows]
    return orjson.dumps([dict(zip(names, row, strict=True)) for row in rows], default=_as_text).decode()


def _as_text(value: Any) -> str:
    if isinstance(value, decimal.Decimal | datetime.timedelta):
        return str(value)
    raise TypeError(f"{type(value).__name__} can't be written set-based")

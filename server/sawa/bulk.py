# SPDX-License-Identifier: MIT
"""Set-based writes of many rows. Django's own bulk operations spend several times as long on making the statements.

Nothing here enters the feed, calls `save` or sends a signal. What is written is what Django would write: fields and
values that are not known here are left to its own bulk operations. On PostgreSQL the rows travel as one JSON text: its
driver reads every placeholder of a statement, and a statement with a value for each would have thousands.
"""

import datetime
import json
import uuid
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any, Final

import orjson
from django.db import DEFAULT_DB_ALIAS, connections, models

Rows = Sequence[Sequence[Any]]
Fields = Sequence["models.Field[Any, Any]"]
_VENDORS: Final = frozenset({"sqlite", "postgresql", "mysql"})
#: SQLite takes at most 32,766 parameters in a statement.
_PARAMETERS_MAX: Final = 30_000
_NONE: Final = frozenset({type(None)})
#: The fields that are known here, and the types of the values that they may get besides None. All are exact: a subclass
#: of a field may do more with its values, and a value of another type (an expression, a number as text) needs Django.
_KNOWN: Final[dict[type[Any], frozenset[type[Any]]]] = {
    models.CharField: frozenset({str}),
    models.TextField: frozenset({str}),
    models.AutoField: frozenset({int}),
    models.BigAutoField: frozenset({int}),
    models.BigIntegerField: frozenset({int}),
    models.BooleanField: frozenset({bool}),
    models.UUIDField: frozenset({uuid.UUID}),
    models.DateTimeField: frozenset({datetime.datetime}),
    models.JSONField: frozenset({dict, list, str, int, float, bool}),
}
#: The known fields whose values are what every driver takes.
_AS_THEY_ARE: Final = frozenset(kind for kind, types in _KNOWN.items() if types <= {str, int, bool})


def insert(instances: Sequence[models.Model], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Inserts the rows of new instances of one model. Keys that the database gives out may not come back."""
    if not instances:
        return
    model = type(instances[0])
    fields = [field for field in model._meta.concrete_fields if not _is_given_out(field, instances)]
    if _are_known(fields, using):
        _take_keys_of_related(instances)
        columns = [_values(field, instances) for field in fields]
        if _are_plain(fields, columns):
            insert_rows(model, fields, list(zip(*columns, strict=True)), using=using)
            for instance in instances:
                instance._state.adding, instance._state.db = False, using
            return
    _by_django(model, using).bulk_create(instances)


def update(model: type[models.Model], fields: Fields, rows: Rows, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Sets the fields of rows that exist. Each row: a Python value for each field, then the key."""
    if not rows:
        return
    written = [*fields, model._meta.pk]
    if _are_known(written, using) and _are_plain(written, zip(*rows, strict=True)):
        _update_rows(model, written, rows, using)
        return
    names = [field.attname for field in written]
    instances = [model(**dict(zip(names, row, strict=True))) for row in rows]
    _by_django(model, using).bulk_update(instances, [field.name for field in fields])


def _by_django(model: type[models.Model], using: str) -> models.QuerySet[Any]:
    """Django's own operations. Not by a manager: what that of a synced model does enters the feed."""
    return models.QuerySet(model, using=using)


def insert_rows(
    model: type[models.Model], fields: Fields, rows: Rows, *, suffix: str = "", using: str = DEFAULT_DB_ALIAS
) -> None:
    """Inserts rows of Python values, one for each field. Fields and values must be among those that are known here.

    `suffix`: SQL at the end, for what a conflict does.
    """
    connection = connections[using]
    quote = connection.ops.quote_name
    table, names = quote(model._meta.db_table), ", ".join(quote(str(field.column)) for field in fields)
    adapted = _adapted(fields, rows, connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            source = f"SELECT {names} FROM {_recordset(fields, connection)}"  # noqa: S608 - the model's own names
            cursor.execute(f"INSERT INTO {table} ({names}) {source} {suffix}", [_json(fields, adapted)])
            return
        one = f"({', '.join(['%s'] * len(fields))})"
        batch = _PARAMETERS_MAX // len(fields)
        for start in range(0, len(adapted), batch):
            part = adapted[start : start + batch]
            values = ", ".join([one] * len(part))
            statement = f"INSERT INTO {table} ({names}) VALUES {values} {suffix}"  # noqa: S608 - the model's own names
            cursor.execute(statement, list(chain.from_iterable(part)))


def _update_rows(model: type[models.Model], fields: Fields, rows: Rows, using: str) -> None:
    connection = connections[using]
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    *names, key = [quote(str(field.column)) for field in fields]
    adapted = _adapted(fields, rows, connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            assignments = ", ".join(f"{name} = given.{name}" for name in names)
            source = f"FROM {_recordset(fields, connection)} WHERE {table}.{key} = given.{key}"
            statement = f"UPDATE {table} SET {assignments} {source}"  # noqa: S608 - the model's own names
            cursor.execute(statement, [_json(fields, adapted)])
            return
        assignments = ", ".join(f"{name} = %s" for name in names)
        statement = f"UPDATE {table} SET {assignments} WHERE {key} = %s"  # noqa: S608 - the model's own names
        cursor.executemany(statement, adapted)


def _kind(field: "models.Field[Any, Any]") -> type[Any]:
    """The type of the field, or of what a foreign key refers to."""
    return type(field.target_field if type(field) is models.ForeignKey else field)


def _are_known(fields: Fields, using: str) -> bool:
    return connections[using].vendor in _VENDORS and all(_kind(field) in _KNOWN for field in fields)


def _are_plain(fields: Fields, columns: Iterable[Sequence[Any]]) -> bool:
    """Whether all values are of the types that are known."""
    for field, column in zip(fields, columns, strict=True):
        allowed = _KNOWN[_kind(field)] | (frozenset() if field.primary_key else _NONE)
        for found in set(map(type, column)) - allowed:
            # Such as a member of TextChoices: a text to every driver.
            if not (str in allowed and issubclass(found, str)):
                return False
    return True


def _is_given_out(field: "models.Field[Any, Any]", instances: Sequence[models.Model]) -> bool:
    """Whether the database makes the field's values, which are keys."""
    is_auto = type(field) in {models.AutoField, models.BigAutoField}
    return is_auto and all(instance.pk is None for instance in instances)


def _take_keys_of_related(instances: Iterable[Any]) -> None:
    """As before every save: a related object may have got its key after it was assigned, and must have one by now."""
    for instance in instances:
        if instance._state.fields_cache:
            instance._prepare_related_fields_for_save(operation_name="bulk_create")


def _values(field: "models.Field[Any, Any]", instances: Sequence[models.Model]) -> list[Any]:
    # A field that makes its value when it is saved (auto_now) is asked for it.
    if type(field).pre_save is not models.Field.pre_save:
        return [field.pre_save(instance, True) for instance in instances]
    return [getattr(instance, field.attname) for instance in instances]


def _adapted(fields: Fields, rows: Rows, connection: Any) -> Rows:
    """The rows as parameters of statements, or as what `_json` takes."""
    adapters = [_adapter(field, connection) for field in fields]
    columns = [
        column if adapt is None else [None if value is None else adapt(value) for value in column]
        for column, adapt in zip(zip(*rows, strict=True), adapters, strict=True)
    ]
    return list(zip(*columns, strict=True))


def _adapter(field: "models.Field[Any, Any]", connection: Any) -> Callable[[Any], Any] | None:
    kind = _kind(field)
    if kind in _AS_THEY_ARE:
        return None
    if kind is models.UUIDField:
        return None if connection.features.has_native_uuid_field else lambda value: value.hex
    if isinstance(field, models.JSONField) and connection.vendor == "postgresql":
        # By the encoder that Django would use: orjson takes other values, and writes infinity as null.
        encoder = field.encoder
        return lambda value: orjson.Fragment(json.dumps(value, cls=encoder))
    return lambda value: field.get_db_prep_save(value, connection)


def _recordset(fields: Fields, connection: Any) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(str(field.column))} {field.cast_db_type(connection)}" for field in fields)
    return f"json_to_recordset(%s::json) AS given({columns})"


def _json(fields: Fields, rows: Rows) -> str:
    names = [str(field.column) for field in fields]
    records = [dict(zip(names, row, strict=True)) for row in rows]
    return orjson.dumps(records, default=_as_text, option=orjson.OPT_PASSTHROUGH_DATETIME).decode()


def _as_text(value: Any) -> str:
    if isinstance(value, datetime.datetime):
        # orjson would cut the seconds off the offset of an old time zone.
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} can't be written set-based")

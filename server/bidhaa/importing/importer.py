# SPDX-License-Identifier: MIT
"""Turns rows into products or customers of a shop. Set-based; the rows enter the feed like every other change."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from bidhaa.importing import cells, codes
from bidhaa.importing.cells import BadCell
from bidhaa.importing.csv_reader import Row
from bidhaa.importing.report import ImportFailed, Report
from bidhaa.models import Bidhaa, Customer
from sawa import capture, feed
from sawa.models import Shop

_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be imported: its model, its columns, and the fields that make a row's identity."""

    name: str
    model: Any
    texts: tuple[str, ...]
    numbers: tuple[str, ...]
    money: tuple[str, ...]
    required: tuple[str, ...]
    #: Set when a record is created, and never by a later import: sales have moved them since.
    only_at_creation: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every field that a column may fill, and `id`: the identity that the other system knows the row by."""
        return ("id", *self.texts, *self.numbers, *self.money)


PRODUCTS: Final = Kind(
    name="products",
    model=Bidhaa,
    texts=("sku", "jina", "barcode", "category"),
    numbers=("stock", "low_stock_at"),
    money=("price", "cost"),
    required=("jina", "price"),
    only_at_creation=("stock",),
)
CUSTOMERS: Final = Kind(
    name="customers",
    model=Customer,
    texts=("jina", "phone", "note"),
    numbers=(),
    money=(),
    required=("jina",),
    only_at_creation=(),
)
KINDS: Final = {kind.name: kind for kind in (PRODUCTS, CUSTOMERS)}
#: Other names that a header may give a column.
ALIASES: Final = {"name": "jina", "product": "jina", "customer": "jina", "unit price": "price", "telephone": "phone"}


@dataclass(slots=True)
class Parsed:
    """The values of each key, from the first row that gave them; other values of it, each reported once."""

    conflicts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)


def choose_columns(kind: Kind, header: Sequence[str], chosen: Mapping[str, str]) -> dict[str, str]:
    """Which column fills which field: those chosen, then those whose header is the field's name."""
    columns = dict(chosen)
    for name in header:
        known = name.strip().lower()
        known = ALIASES.get(known, known)
        if known in kind.columns:
            columns.setdefault(known, name)
    for target, source in columns.items():
        if target not in kind.columns:
            raise ImportFailed(codes.CSV_MISSING_COLUMN, f"{kind.name} have no field {target!r}.")
        if source not in header:
            raise ImportFailed(codes.CSV_MISSING_COLUMN, f"The file has no column {source!r}.")
    missing = [target for target in kind.required if target not in columns]
    if missing:
        raise ImportFailed(
            codes.CSV_MISSING_COLUMN, f"No column for {', '.join(missing)}; name it with --column {missing[0]}=Header."
        )
    return columns


def import_rows(
    shop: Shop, kind: Kind, rows: Iterable[Row], columns: Mapping[str, str], factor: Decimal, report: Report
) -> None:
    """Creates and updates records from rows. The same row again changes nothing; what can't be taken is reported.

    Raises ImportFailed if the file turns out to be broken on the way, and then nothing has changed.
    """
    parsed = Parsed()
    for row in rows:
        _take(parsed, kind, row, columns, factor, report)
    with capture.because("import"), feed.transaction(shop.pk):
        _write(shop, kind, parsed, report)


def _take(parsed: Parsed, kind: Kind, row: Row, columns: Mapping[str, str], factor: Decimal, report: Report) -> None:
    try:
        values = _values(kind, row, columns, factor)
    except BadCell as error:
        report.add(row.line, codes.ROW_INVALID_NUMBER, _key_text(kind, row, columns), str(error))
        return
    key = _key_text(kind, row, columns)
    missing = [name for name in kind.required if values.get(name) in (None, "")]
    if missing or not key:
        report.add(row.line, codes.ROW_MISSING_VALUE, key, f"no {', '.join(missing) or 'identity'}")
        return
    too_long = [name for name in kind.texts if len(values.get(name) or "") > _max_length(kind, name)]
    if too_long:
        report.add(row.line, codes.ROW_TOO_LONG, key, f"{too_long[0]} is too long")
        return
    _keep_first(parsed, key, row, values, report)


def _keep_first(parsed: Parsed, key: str, row: Row, values: dict[str, Any], report: Report) -> None:
    first = parsed.values.setdefault(key, values)
    if first is values:
        parsed.lines[key] = row.line
    elif first == values or values in parsed.conflicts.get(key, []):
        report.repeated += 1
    else:
        parsed.conflicts.setdefault(key, []).append(values)
        differing = ", ".join(
            f"{name}: {first[name]!r} in line {parsed.lines[key]}, {values[name]!r} here"
            for name in values
            if first[name] != values[name]
        )
        report.add(row.line, codes.ROW_CONFLICT, key, f"kept the first; {differing}")


def _values(kind: Kind, row: Row, columns: Mapping[str, str], factor: Decimal) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, header in columns.items():
        cell = row.values[header]
        if name in kind.texts:
            values[name] = cells.text(cell) or _blank(kind, name)
        elif name != "id" and cell.strip():
            values[name] = cells.money(cell, factor) if name in kind.money else cells.whole(cell)
    return values


def _key_text(kind: Kind, row: Row, columns: Mapping[str, str]) -> str:
    """What a row is known by: its id or SKU; without either, its name and phone."""
    for name in ("id", "sku"):
        if name in columns:
            return cells.text(row.values[columns[name]])
    parts = [cells.text(row.values[columns[name]]) for name in ("jina", "phone") if name in columns]
    return " / ".join(part for part in parts if part)


def _blank(kind: Kind, name: str) -> str | None:
    return None if kind.model._meta.get_field(name).null else ""


def _max_length(kind: Kind, name: str) -> int:
    return kind.model._meta.get_field(name).max_length or 10_000


def record_id(shop_id: uuid.UUID, kind: Kind, key: str) -> uuid.UUID:
    """The id of a row: always the same for one key of one shop, so that an import again updates."""
    return uuid.uuid5(shop_id, f"{kind.name}:{key}")


def _write(shop: Shop, kind: Kind, parsed: Parsed, report: Report) -> None:
    by_id = {record_id(shop.pk, kind, key): values for key, values in parsed.values.items()}
    ids = list(by_id)
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        held = {row.pk: row for row in kind.model.objects.filter(shop_id=shop.pk, pk__in=batch)}
        new = [kind.model(id=pk, shop_id=shop.pk, **by_id[pk]) for pk in batch if pk not in held]
        kind.model.objects.bulk_create(new)
        report.created += len(new)
        _update(kind, [(held[pk], by_id[pk]) for pk in batch if pk in held], report)


def _update(kind: Kind, pairs: list[tuple[Any, dict[str, Any]]], report: Report) -> None:
    changed, names = [], set()
    for row, values in pairs:
        differing = {
            name for name, value in values.items() if name not in kind.only_at_creation and getattr(row, name) != value
        }
        for name in differing:
            setattr(row, name, values[name])
        if differing:
            changed.append(row)
            names |= differing
    if changed:
        kind.model.objects.bulk_update(changed, sorted(names))
    report.updated += len(changed)
    report.unchanged += len(pairs) - len(changed)

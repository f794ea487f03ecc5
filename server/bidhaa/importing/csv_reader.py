# SPDX-License-Identifier: MIT
"""Reads CSV files as shops have them: UTF-8 or Windows-1252, comma or semicolon, rows that do not fit."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bidhaa.importing import codes
from bidhaa.importing.report import ImportFailed, Report

if TYPE_CHECKING:
    from _csv import Reader

MAX_FIELD: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file; `line` is where it ends in the file."""

    line: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The header and rows of a CSV file. Iterate `rows` once; rows that don't fit the header go into the report."""

    header: list[str]
    rows: Iterator[Row]


def open_table(path: Path, report: Report) -> Table:
    """The table of a file. Raises ImportFailed at once, or from `rows` where the file turns out to be broken."""
    text = decode(path.read_bytes())
    if not text.strip():
        raise ImportFailed(codes.CSV_EMPTY, "The file is empty.")
    csv.field_size_limit(MAX_FIELD)
    first_line = text.lstrip().partition("\n")[0]
    delimiter = ";" if first_line.count(";") > first_line.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    header = [name.strip() for name in _next(reader)]
    if len(set(header)) != len(header):
        raise ImportFailed(codes.CSV_MALFORMED, "Two columns have the same name.", reader.line_num)
    return Table(header, _rows(reader, header, report))


def decode(data: bytes) -> str:
    """UTF-8 (with or without a mark), else Windows-1252. Raises ImportFailed for anything else."""
    if b"\0" in data:
        raise ImportFailed(codes.CSV_ENCODING, "The file is not text in UTF-8 or Windows-1252 (it holds zero bytes).")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as utf8:
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError as windows:
            raise ImportFailed(
                codes.CSV_ENCODING,
                f"The file is neither UTF-8 (byte {utf8.start}) nor Windows-1252 (byte {windows.start}).",
            ) from windows


def _next(reader: "Reader") -> list[str]:
    try:
        return next(reader)
    except csv.Error as error:
        raise ImportFailed(codes.CSV_MALFORMED, f"{error}.", reader.line_num) from error


def _rows(reader: "Reader", header: list[str], report: Report) -> Iterator[Row]:
    while True:
        try:
            cells = _next(reader)
        except StopIteration:
            return
        if not any(cell.strip() for cell in cells):
            continue  # an empty line is not a row
        report.rows += 1
        if len(cells) != len(header):
            report.add(
                reader.line_num,
                codes.ROW_COLUMN_COUNT,
                cells[0],
                f"{len(cells)} values for {len(header)} columns",
            )
            continue
        yield Row(reader.line_num, dict(zip(header, cells, strict=True)))

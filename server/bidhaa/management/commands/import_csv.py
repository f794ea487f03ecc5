# SPDX-License-Identifier: MIT
"""`manage.py import_csv`: products or customers from any CSV file."""

from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from bidhaa.importing import importer
from bidhaa.importing.csv_reader import open_table
from bidhaa.importing.report import ImportFailed, Report
from sawa.models import Shop

SHOWN_PROBLEMS = 20


class Command(BaseCommand):
    """Imports a file, and reports each row that could not be taken as it stands."""

    help = "Imports products or customers from a CSV file. Importing a file again updates; it never doubles."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--shop", required=True, help="the shop's id")
        parser.add_argument("--kind", required=True, choices=sorted(importer.KINDS))
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="FIELD=HEADER",
            help="which column fills a field; columns named like a field are found without it",
        )
        parser.add_argument(
            "--price-factor", default="1", help="prices are multiplied by this, then rounded to whole units"
        )
        parser.add_argument("--report", type=Path, help="writes the reported rows to this CSV file")

    def handle(self, *args: Any, **options: Any) -> None:
        report = Report()
        try:
            kind = importer.KINDS[options["kind"]]
            table = open_table(options["file"], report)
            columns = importer.choose_columns(kind, table.header, self._columns(options["column"]))
            importer.import_rows(
                self._shop(options["shop"]), kind, table.rows, columns, self._factor(options["price_factor"]), report
            )
        except ImportFailed as failure:
            where = f" (line {failure.line})" if failure.line else ""
            raise CommandError(f"{failure.code}: {failure}{where} Nothing was imported.") from failure
        except OSError as error:
            raise CommandError(f"The file can't be read: {error.strerror}.") from error
        self._tell(report, options["report"])

    def _tell(self, report: Report, path: Path | None) -> None:
        self.stdout.write(report.summary())
        for problem in report.problems[:SHOWN_PROBLEMS]:
            self.stdout.write(f"  line {problem.line}: {problem.code} {problem.key}: {problem.message}")
        if len(report.problems) > SHOWN_PROBLEMS:
            self.stdout.write(f"  and {len(report.problems) - SHOWN_PROBLEMS} more (see --report)")
        if path is not None:
            report.write_csv(path)
            self.stdout.write(f"The reported rows are in {path}")

    @staticmethod
    def _shop(text: str) -> Shop:
        try:
            return Shop.objects.get(pk=text)
        except (Shop.DoesNotExist, ValidationError) as error:
            raise CommandError(f"There is no shop {text!r}.") from error

    @staticmethod
    def _columns(pairs: list[str]) -> dict[str, str]:
        columns = {}
        for pair in pairs:
            field, separator, header = pair.partition("=")
            if not separator:
                raise CommandError(f"--column {pair!r} is not FIELD=HEADER.")
            columns[field.strip()] = header
        return columns

    @staticmethod
    def _factor(text: str) -> Decimal:
        try:
            factor = Decimal(text)
        except InvalidOperation as error:
            raise CommandError(f"--price-factor {text!r} is not a number.") from error
        if not factor.is_finite() or factor <= 0:
            raise CommandError("--price-factor must be greater than zero.")
        return factor

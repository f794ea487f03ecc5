# SPDX-License-Identifier: MIT
"""`manage.py bench_fill`: a shop with as many products as asked for, and somebody who may enrol devices."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.db import connection

from bidhaa.management.commands.load_demo import DEMO_PASSWORD, DEMO_SHOP, DEMO_USER
from bidhaa.models import Bidhaa
from sawa.models import Membership, Shop

_CATEGORIES = ["Vyakula", "Vinywaji", "Usafi", "Vifaa vya ofisi", "Samani", "Umeme", "Nguo", "Dawa"]
_OPENING_STOCK = 1000


class Command(BaseCommand):
    """The products enter the feed as every import does."""

    help = "Fills an empty database for the benchmark."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--products", type=int, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        shop = Shop.objects.create(pk=DEMO_SHOP, name="Duka la Kipimo")
        user = get_user_model().objects.create_user(DEMO_USER, password=DEMO_PASSWORD)
        Membership.objects.create(shop=shop, user=user, role=Membership.Role.OWNER)
        products = [self._product(shop, number) for number in range(1, options["products"] + 1)]
        Bidhaa.objects.bulk_create(products, batch_size=500)
        with connection.cursor() as cursor:
            # What a database in use has done by itself; on both sides.
            cursor.execute("ANALYZE")

    @staticmethod
    def _product(shop: Shop, number: int) -> Bidhaa:
        return Bidhaa(
            shop=shop,
            jina=f"Bidhaa ya mfano namba {number:05d}",
            sku=f"SKU-{number:06d}",
            barcode=f"{6_200_000_000_000 + number}" if number % 2 else None,
            category=_CATEGORIES[number % len(_CATEGORIES)],
            price=500 + number * 37 % 90_000,
            stock=_OPENING_STOCK,
            low_stock_at=10 if number % 3 else None,
        )

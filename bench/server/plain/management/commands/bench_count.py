# SPDX-License-Identifier: MIT
"""`manage.py bench_count`: what the tables hold after a run, as JSON."""

import json
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import F, Sum

from bidhaa.models import Bidhaa, Payment, Sale, SaleItem, StockMovement


class Command(BaseCommand):
    """The benchmark compares the answer with what was sent."""

    help = "Counts sales and what belongs to them, and the pieces that are gone of each product, in three ways."

    def handle(self, *args: Any, **options: Any) -> None:
        gone = Bidhaa.objects.exclude(stock=F("opening_stock")).values_list("pk", F("opening_stock") - F("stock"))
        sold = SaleItem.objects.order_by().values_list("bidhaa_id").annotate(pieces=Sum("quantity"))
        moved = StockMovement.objects.order_by().values_list("bidhaa_id").annotate(pieces=-Sum("delta"))
        counted = {
            "products": Bidhaa.objects.count(),
            "sales": Sale.objects.count(),
            "items": SaleItem.objects.count(),
            "payments": Payment.objects.count(),
            "movements": StockMovement.objects.count(),
            "sales_total": Sale.objects.aggregate(total=Sum("total"))["total"],
            "payments_total": Payment.objects.aggregate(total=Sum("amount"))["total"],
            "gone": {str(pk): pieces for pk, pieces in gone},
            "sold": {str(pk): pieces for pk, pieces in sold},
            "moved": {str(pk): pieces for pk, pieces in moved},
        }
        self.stdout.write(json.dumps(counted))

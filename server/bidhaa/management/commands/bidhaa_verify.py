# SPDX-License-Identifier: MIT
"""`manage.py bidhaa_verify`: is every product's stock its opening stock and the sum of its movements?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from bidhaa.models import Bidhaa

SHOWN = 20


class Command(BaseCommand):
    """Fails if a product's ledger does not add up."""

    help = "Checks stock == opening stock + sum of movements for every product of every shop."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = list(
            Bidhaa.objects.annotate(expected=F("opening_stock") + Coalesce(Sum("movements__delta"), 0))
            .exclude(stock=F("expected"))
            .order_by("shop_id", "jina")
        )
        for product in wrong[:SHOWN]:
            self.stdout.write(f"{product.shop_id} {product.pk} {product.jina}: {product.stock}, not {product.expected}")
        if wrong:
            raise CommandError(f"The stock of {len(wrong)} products is not the sum of their movements.")
        self.stdout.write(f"The ledger of {Bidhaa.objects.count()} products adds up.")

# SPDX-License-Identifier: MIT
"""The shop's models. All are synced: their rows are made by devices, by this server, or by an import.

References between synced rows carry no database constraint: a device's rows may arrive in any order, and a completed
sale is kept whatever has become of the product it names. Money is whole units of the shop's currency. A text that a
device may leave out is null, not empty: what one device put is what the others read.
"""

from collections.abc import Sequence
from typing import Any, Self

from django.db import models
from django.db.models import Sum

from sawa.models import SyncedModel


def reference(to: str, **options: Any) -> Any:
    """A foreign key to a synced row that may not be there (yet, or any more)."""
    return models.ForeignKey(to, models.DO_NOTHING, db_constraint=False, db_index=False, **options)


class Bidhaa(SyncedModel):
    """A product. `stock` is a counter: it moves by sales and stock movements, and may go below zero."""

    jina = models.TextField("name", default="")
    sku = models.CharField("SKU", max_length=64, blank=True, default="")
    barcode = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001
    category = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001
    price = models.BigIntegerField(default=0)
    #: What the shop pays for it. Cashiers do not see it.
    cost = models.BigIntegerField(null=True, blank=True)
    stock = models.BigIntegerField(default=0)
    low_stock_at = models.BigIntegerField(null=True, blank=True)
    archived = models.BooleanField(default=False)
    #: stock == opening_stock + the sum of the product's movements, always (manage.py bidhaa_verify).
    opening_stock = models.BigIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = "bidhaa"
        verbose_name_plural = "bidhaas"
        ordering = ["jina"]
        indexes = [
            models.Index(fields=["shop", "sku"], name="bidhaa_sku"),
            models.Index(fields=["shop", "barcode"], name="bidhaa_barcode"),
            models.Index(fields=["shop", "category"], name="bidhaa_category"),
        ]

    def __str__(self) -> str:
        return self.jina

    @classmethod
    def before_create(cls, instances: Sequence[Self]) -> None:
        # A product that comes back, or one that a sale named before it arrived, has movements already.
        ids = [instance.pk for instance in instances]
        moved = dict(
            StockMovement.objects.filter(shop_id=instances[0].shop_id, bidhaa_id__in=ids)
            .order_by()
            .values_list("bidhaa_id")
            .annotate(total=Sum("delta"))
        )
        for instance in instances:
            instance.opening_stock = instance.stock - moved.get(instance.pk, 0)


class Customer(SyncedModel):
    """Somebody the shop knows by name."""

    jina = models.TextField("name", default="")
    phone = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001
    note = models.TextField(null=True, blank=True)  # noqa: DJ001
    archived = models.BooleanField(default=False)

    class Meta:
        ordering = ["jina"]
        indexes = [models.Index(fields=["shop", "phone"], name="bidhaa_customer_phone")]

    def __str__(self) -> str:
        return self.jina


class Sale(SyncedModel):
    """A completed sale: it happened, so it never changes and is never refused. `flags`: what a person should see."""

    class Status(models.TextChoices):
        COMPLETED = "completed"

    # Not unique in the database: two devices with one series are flagged, not refused.
    receipt_number = models.CharField(max_length=64, default="")
    sold_at = models.DateTimeField()
    status = models.CharField(max_length=20, default=Status.COMPLETED)
    customer = reference("bidhaa.Customer", null=True, blank=True, related_name="sales")
    customer_name = models.TextField(null=True, blank=True)  # noqa: DJ001
    customer_phone = models.TextField(null=True, blank=True)  # noqa: DJ001
    cashier = models.TextField(blank=True, default="")
    device_id = models.UUIDField(null=True, blank=True)
    total = models.BigIntegerField(default=0)
    item_count = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=8, default="TZS")
    flags = models.JSONField(default=list, blank=True, editable=False)

    class Meta:
        ordering = ["-sold_at"]
        indexes = [
            models.Index(fields=["shop", "receipt_number"], name="bidhaa_sale_receipt"),
            models.Index(fields=["shop", "sold_at"], name="bidhaa_sale_time"),
        ]

    def __str__(self) -> str:
        return self.receipt_number or str(self.pk)


class SaleItem(SyncedModel):
    """A line of a sale: a copy of what the product was called and cost then."""

    sale = reference("bidhaa.Sale", related_name="items")
    line_number = models.BigIntegerField(default=0)
    bidhaa = reference("bidhaa.Bidhaa", null=True, blank=True, related_name="sale_items")
    jina = models.TextField("name", default="")
    unit_price = models.BigIntegerField(default=0)
    quantity = models.BigIntegerField(default=0)
    line_total = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["sale_id", "line_number"]
        indexes = [models.Index(fields=["shop", "sale"], name="bidhaa_item_sale")]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.jina}"


class Payment(SyncedModel):
    """Money taken for a sale. `amount` counts towards the total; `tendered` less `change` is the cash that stayed."""

    class Method(models.TextChoices):
        CASH = "cash"
        MOBILE_MONEY = "mobile_money"
        CARD = "card"
        CREDIT = "credit"

    sale = reference("bidhaa.Sale", related_name="payments")
    method = models.CharField(max_length=32, default=Method.CASH)
    amount = models.BigIntegerField(default=0)
    tendered = models.BigIntegerField(null=True, blank=True)
    change = models.BigIntegerField(null=True, blank=True)
    reference = models.TextField(null=True, blank=True)  # noqa: DJ001
    paid_at = models.DateTimeField()

    class Meta:
        ordering = ["paid_at"]
        indexes = [models.Index(fields=["shop", "sale"], name="bidhaa_payment_sale")]

    def __str__(self) -> str:
        return f"{self.amount} {self.method}"


class StockMovement(SyncedModel):
    """An entry of the stock ledger. The server writes one for each accepted change of a product's stock."""

    bidhaa = reference("bidhaa.Bidhaa", related_name="movements")
    delta = models.BigIntegerField()
    balance_after = models.BigIntegerField()
    reason = models.CharField(max_length=100)
    sale = reference("bidhaa.Sale", null=True, blank=True, related_name="movements")
    mutation_id = models.UUIDField(null=True, blank=True)
    device_id = models.UUIDField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["shop", "bidhaa", "at"], name="bidhaa_movement_product")]

    def __str__(self) -> str:
        return f"{self.delta:+d} {self.reason}"

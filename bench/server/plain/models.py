# SPDX-License-Identifier: MIT
"""The shop's tables as ordinary models: the same rows, columns and indexes, without the feed."""

from typing import Any

from django.db import models
from django.utils import timezone

from bidhaa.management.commands.load_demo import DEMO_SHOP
from sawa.ids import uuid7


def reference(to: str, **options: Any) -> Any:
    """A foreign key as the tables have it: without a constraint."""
    return models.ForeignKey(to, models.DO_NOTHING, db_constraint=False, db_index=False, **options)


class Row(models.Model):
    """A row of the one shop."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shop_id = models.UUIDField(default=DEMO_SHOP, editable=False)

    class Meta:
        abstract = True


class Product(Row):
    jina = models.TextField(default="")
    sku = models.CharField(max_length=64, blank=True, default="")
    barcode = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 - as the table has it
    category = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001
    price = models.BigIntegerField(default=0)
    cost = models.BigIntegerField(null=True, blank=True)
    stock = models.BigIntegerField(default=0)
    low_stock_at = models.BigIntegerField(null=True, blank=True)
    archived = models.BooleanField(default=False)
    opening_stock = models.BigIntegerField(default=0)

    class Meta:
        managed = False
        db_table = "bidhaa_bidhaa"


class Sale(Row):
    receipt_number = models.CharField(max_length=64)
    sold_at = models.DateTimeField()
    status = models.CharField(max_length=20, default="completed")
    customer_id = models.UUIDField(null=True, blank=True)
    customer_name = models.TextField(null=True, blank=True)  # noqa: DJ001
    customer_phone = models.TextField(null=True, blank=True)  # noqa: DJ001
    cashier = models.TextField(blank=True, default="")
    device_id = models.UUIDField(null=True, blank=True)
    total = models.BigIntegerField()
    item_count = models.BigIntegerField()
    currency = models.CharField(max_length=8)
    flags = models.JSONField(default=list, editable=False)

    class Meta:
        managed = False
        db_table = "bidhaa_sale"


class SaleItem(Row):
    sale = reference("plain.Sale", related_name="items")
    line_number = models.BigIntegerField()
    bidhaa = reference("plain.Product", related_name="+")
    jina = models.TextField()
    unit_price = models.BigIntegerField()
    quantity = models.BigIntegerField()
    line_total = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "bidhaa_saleitem"


class Payment(Row):
    sale = reference("plain.Sale", related_name="payments")
    method = models.CharField(max_length=32)
    amount = models.BigIntegerField()
    tendered = models.BigIntegerField(null=True)
    change = models.BigIntegerField(null=True)
    reference = models.TextField(null=True)  # noqa: DJ001
    paid_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "bidhaa_payment"


class StockMovement(Row):
    bidhaa = reference("plain.Product", related_name="+")
    delta = models.BigIntegerField()
    balance_after = models.BigIntegerField()
    reason = models.CharField(max_length=100)
    sale = reference("plain.Sale", related_name="+")
    mutation_id = models.UUIDField(null=True)
    device_id = models.UUIDField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        managed = False
        db_table = "bidhaa_stockmovement"

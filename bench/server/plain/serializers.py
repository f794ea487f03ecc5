# SPDX-License-Identifier: MIT
"""Model serializers, and one nested writable serializer as the framework's own documentation shows it."""

from typing import Any

from django.db import transaction
from django.db.models import F
from rest_framework import serializers

from plain.models import Payment, Product, Sale, SaleItem, StockMovement


class ProductSerializer(serializers.ModelSerializer[Product]):
    class Meta:
        model = Product
        # What a device gets of a product.
        fields = ["id", "jina", "sku", "barcode", "category", "price", "cost", "stock", "low_stock_at", "archived"]


class SaleItemSerializer(serializers.ModelSerializer[SaleItem]):
    class Meta:
        model = SaleItem
        fields = ["id", "line_number", "bidhaa", "jina", "unit_price", "quantity", "line_total"]


class PaymentSerializer(serializers.ModelSerializer[Payment]):
    class Meta:
        model = Payment
        fields = ["id", "method", "amount", "tendered", "change", "reference", "paid_at"]


class SaleSerializer(serializers.ModelSerializer[Sale]):
    """A sale with its items and payments; creating one moves the stock."""

    items = SaleItemSerializer(many=True)
    payments = PaymentSerializer(many=True)

    class Meta:
        model = Sale
        fields = [
            "id",
            "receipt_number",
            "sold_at",
            "status",
            "customer_id",
            "customer_name",
            "customer_phone",
            "cashier",
            "device_id",
            "total",
            "item_count",
            "currency",
            "items",
            "payments",
        ]

    @transaction.atomic
    def create(self, validated_data: dict[str, Any]) -> Sale:
        items, payments = validated_data.pop("items"), validated_data.pop("payments")
        sale = Sale.objects.create(**validated_data)
        SaleItem.objects.bulk_create(SaleItem(sale=sale, **item) for item in items)
        Payment.objects.bulk_create(Payment(sale=sale, **payment) for payment in payments)
        _move_stock(sale, items)
        return sale


def _move_stock(sale: Sale, items: list[dict[str, Any]]) -> None:
    # One order for everybody, so that two sales of the same products don't wait for each other.
    ids = sorted(item["bidhaa"].pk for item in items)
    products = Product.objects.select_for_update().order_by("pk").in_bulk(ids)
    movements = []
    for item in items:
        product = products[item["bidhaa"].pk]
        Product.objects.filter(pk=product.pk).update(stock=F("stock") - item["quantity"])
        product.stock -= item["quantity"]
        movement = StockMovement(sale=sale, bidhaa=product, delta=-item["quantity"], balance_after=product.stock)
        movement.reason, movement.device_id = "sale", sale.device_id
        movements.append(movement)
    StockMovement.objects.bulk_create(movements)

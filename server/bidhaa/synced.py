# SPDX-License-Identifier: MIT
"""What devices see of the shop, under which names and rules: what a sale needs first, long histories last.

A device's first sync brings the collections in this order.
"""

from bidhaa.ledger import record_movement
from bidhaa.models import Bidhaa, Customer, Payment, Sale, SaleItem, StockMovement
from bidhaa.review import review_sales
from sawa.models import Membership
from sawa.registry import registry

BIDHAAS = registry.register(
    Bidhaa,
    collection="bidhaas",
    fields=["jina", "sku", "barcode", "category", "price", "cost", "stock", "low_stock_at", "archived"],
    counters=["stock"],
    on_counter_delta=record_movement,
    visible_to={"cost": {Membership.Role.OWNER, Membership.Role.MANAGER}},
)
CUSTOMERS = registry.register(Customer, collection="customers", fields=["jina", "phone", "note", "archived"])
SALES = registry.register(
    Sale,
    collection="sales",
    fields=[
        "receipt_number",
        "sold_at",
        "status",
        "customer",
        "customer_name",
        "customer_phone",
        "cashier",
        "device_id",
        "total",
        "item_count",
        "currency",
    ],
    immutable=True,
    never_rejected=True,
)
SALE_ITEMS = registry.register(
    SaleItem,
    collection="sale_items",
    fields=["sale", "line_number", "bidhaa", "jina", "unit_price", "quantity", "line_total"],
    immutable=True,
)
PAYMENTS = registry.register(
    Payment,
    collection="payments",
    fields=["sale", "method", "amount", "tendered", "change", "reference", "paid_at"],
    immutable=True,
)
STOCK_MOVEMENTS = registry.register(
    StockMovement,
    collection="stock_movements",
    fields=["bidhaa", "delta", "balance_after", "reason", "sale", "mutation_id", "device_id", "at"],
    writable=False,
)
registry.add_reviewer(review_sales)

# SPDX-License-Identifier: MIT
"""Records sales that come by REST: the same mutations, through the same service, as those of a till."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils import timezone

from bidhaa.models import Bidhaa, Sale
from bidhaa.synced import BIDHAAS, PAYMENTS, SALE_ITEMS, SALES
from sawa import feed
from sawa.ids import uuid7
from sawa.models import Device, Shop, Status
from sawa.retry import with_retry
from sawa.services.mutation import IncomingMutation
from sawa.services.push import apply_local
from sawa.services.receipts import Verdict

MUTATION_NAME: Final = "sale.api"
_ACCEPTED: Final = frozenset({Status.APPLIED.value, Status.MERGED.value})
_EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of one sale: `created`, `duplicate` (it was there before) or `failed`."""

    sale_id: uuid.UUID
    status: str
    code: str | None = None
    message: str | None = None
    warnings: list[str] = field(default_factory=list)


def record_sales(
    shop: Shop, sales: Sequence[Mapping[str, Any]], *, device: Device | None, cashier: str
) -> list[Recorded]:
    """Records checked sales. Stock moves once, however often a sale with one id is sent."""

    def work() -> list[Recorded]:
        # The lock is taken here already: between "is it there?" and writing it, nobody else can write it.
        with feed.transaction(shop.pk) as tx:
            return _record(tx, shop, sales, device, cashier)

    return with_retry(work)


def _record(
    tx: feed.FeedTransaction, shop: Shop, sales: Sequence[Mapping[str, Any]], device: Device | None, cashier: str
) -> list[Recorded]:
    ids = [sale.get("id") or uuid7() for sale in sales]
    known = set(Sale.objects.filter(shop=shop, pk__in=ids).values_list("pk", flat=True))
    named = {item["bidhaa"] for sale in sales for item in sale["items"]}
    products = {product.pk: product for product in Bidhaa.objects.filter(shop=shop, pk__in=named)}
    fresh: dict[uuid.UUID, IncomingMutation] = {}
    for sale_id, sale in zip(ids, sales, strict=True):
        if sale_id not in known and sale_id not in fresh:
            builder = _SaleBuilder(shop, sale_id, sale, products, device, cashier)
            fresh[sale_id] = builder.mutation(tx.server_stamp())
    verdicts = dict(zip(fresh, apply_local(shop.pk, list(fresh.values()), device), strict=True))
    results: list[Recorded] = []
    for sale_id in ids:
        # The second of two with one id in one request is a duplicate as well.
        verdict = verdicts.pop(sale_id, None)
        results.append(Recorded(sale_id, "duplicate") if verdict is None else _result(sale_id, verdict))
    return results


def _result(sale_id: uuid.UUID, verdict: Verdict) -> Recorded:
    if verdict.status in _ACCEPTED:
        return Recorded(sale_id, "created", warnings=verdict.warnings)
    if verdict.status == Status.DUPLICATE and verdict.first_status in _ACCEPTED:
        return Recorded(sale_id, "duplicate", warnings=verdict.warnings)
    return Recorded(sale_id, "failed", verdict.code, verdict.message, verdict.warnings)


@dataclass(slots=True)
class _SaleBuilder:
    """Turns a checked REST sale into the mutation that a till would have sent."""

    shop: Shop
    sale_id: uuid.UUID
    sale: Mapping[str, Any]
    products: Mapping[uuid.UUID, Bidhaa]
    device: Device | None
    cashier: str

    def mutation(self, stamp: str) -> IncomingMutation:
        items = [self._item(number, item) for number, item in enumerate(self.sale["items"], start=1)]
        payments = [self._payment(number, each) for number, each in enumerate(self.sale.get("payments", []), start=1)]
        total = self.sale.get("total", sum(item["fields"]["line_total"] for item in items))
        moves = [
            {
                "op": "increment",
                "collection": BIDHAAS.name,
                "id": item["fields"]["bidhaa_id"],
                "field": "stock",
                "delta": -item["fields"]["quantity"],
            }
            for item in items
        ]
        payload = {
            "name": MUTATION_NAME,
            "stamp": stamp,
            "actor": self.cashier,
            "ops": [self._put(SALES.name, self.sale_id, self._sale_fields(total)), *items, *payments, *moves],
        }
        return IncomingMutation(uuid.uuid5(self.sale_id, MUTATION_NAME), None, payload)

    @staticmethod
    def _put(collection: str, record_id: uuid.UUID, fields: dict[str, Any]) -> dict[str, Any]:
        return {"op": "put", "collection": collection, "id": str(record_id), "fields": fields}

    def _sale_fields(self, total: int) -> dict[str, Any]:
        customer = self.sale.get("customer")
        return {
            "receipt_number": self.sale["receipt_number"],
            "sold_at_ms": self._ms(self.sale.get("sold_at")),
            "status": Sale.Status.COMPLETED.value,
            "customer_id": None if customer is None else str(customer),
            "customer_name": self.sale.get("customer_name"),
            "customer_phone": self.sale.get("customer_phone"),
            "cashier": self.sale.get("cashier") or self.cashier,
            "device_id": str(self.device.pk) if self.device else None,
            "total": total,
            "item_count": sum(item["quantity"] for item in self.sale["items"]),
            "currency": self.shop.currency,
        }

    def _item(self, number: int, item: Mapping[str, Any]) -> dict[str, Any]:
        product = self.products.get(item["bidhaa"])
        price = item.get("unit_price", product.price if product else 0)
        return self._put(
            SALE_ITEMS.name,
            uuid.uuid5(self.sale_id, f"item:{number}"),
            {
                "sale_id": str(self.sale_id),
                "line_number": number,
                "bidhaa_id": str(item["bidhaa"]),
                "jina": item.get("jina", product.jina if product else ""),
                "unit_price": price,
                "quantity": item["quantity"],
                "line_total": item.get("line_total", price * item["quantity"]),
            },
        )

    def _payment(self, number: int, payment: Mapping[str, Any]) -> dict[str, Any]:
        return self._put(
            PAYMENTS.name,
            uuid.uuid5(self.sale_id, f"payment:{number}"),
            {
                "sale_id": str(self.sale_id),
                "method": payment["method"],
                "amount": payment["amount"],
                "tendered": payment.get("tendered"),
                "change": payment.get("change"),
                "reference": payment.get("reference"),
                "paid_at_ms": self._ms(payment.get("paid_at") or self.sale.get("sold_at")),
            },
        )

    @staticmethod
    def _ms(moment: datetime.datetime | None) -> int:
        return ((moment or timezone.now()) - _EPOCH) // datetime.timedelta(milliseconds=1)

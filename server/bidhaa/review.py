# SPDX-License-Identifier: MIT
"""Looks at completed sales as they come in. Nothing here refuses a sale: what is odd is warned of and flagged."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from bidhaa.models import Payment, Sale, SaleItem
from sawa.services.staging import StagedMutation

TOTAL_MISMATCH: Final = "total_mismatch"
DUPLICATE_RECEIPT_NUMBER: Final = "duplicate_receipt_number"
UNKNOWN_PAYMENT_METHOD: Final = "unknown_payment_method"


def review_sales(mutations: Sequence[StagedMutation]) -> None:
    """Warns of what does not add up, and keeps the warnings with each sale."""
    selling = [mutation for mutation in mutations if mutation.created(Sale)]
    taken = _numbers_taken(selling)
    for mutation in selling:
        for sale in mutation.created(Sale):
            if not _adds_up(sale, mutation.created(SaleItem), mutation.created(Payment)):
                mutation.cause.warn(TOTAL_MISMATCH)
            if sale.receipt_number and taken[sale.receipt_number] > 1:
                mutation.cause.warn(DUPLICATE_RECEIPT_NUMBER)
        if any(payment.method not in Payment.Method.values for payment in mutation.created(Payment)):
            mutation.cause.warn(UNKNOWN_PAYMENT_METHOD)
        for sale in mutation.created(Sale):
            sale.flags = list(mutation.cause.warnings)


def _numbers_taken(mutations: Sequence[StagedMutation]) -> Counter[str]:
    """How many sales bear each receipt number: those stored, and those about to be."""
    sales = [sale for mutation in mutations for sale in mutation.created(Sale)]
    taken = Counter(sale.receipt_number for sale in sales)
    if sales:
        stored = Sale.objects.filter(shop_id=sales[0].shop_id, receipt_number__in=list(taken))
        taken.update(stored.values_list("receipt_number", flat=True))
    return taken


def _adds_up(sale: Sale, items: Sequence[SaleItem], payments: Sequence[Payment]) -> bool:
    own_items = [item for item in items if item.sale_id == sale.pk]
    own_payments = [payment for payment in payments if payment.sale_id == sale.pk]
    return sum(item.line_total for item in own_items) == sale.total and (
        sum(payment.amount for payment in own_payments) == sale.total
    )

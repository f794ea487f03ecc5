# SPDX-License-Identifier: MIT
"""The stock ledger: one movement for each accepted change of a product's stock."""

from collections.abc import Iterator
from typing import Final

from bidhaa.models import Sale, StockMovement
from sawa.registry import Cause, CounterDelta

OVERSOLD: Final = "oversold"


def record_movement(delta: CounterDelta, cause: Cause) -> Iterator[StockMovement]:
    """The movement of an accepted delta. Stock below zero is accepted: the goods are in the customer's hand."""
    if delta.delta < 0 and delta.balance < 0:
        cause.warn(OVERSOLD)
    sales = [instance for instance in cause.created if isinstance(instance, Sale)]
    yield StockMovement(
        shop_id=delta.shop_id,
        bidhaa_id=delta.record_id,
        delta=delta.delta,
        balance_after=delta.balance,
        reason=cause.reason,
        sale_id=sales[0].pk if len(sales) == 1 else None,
        mutation_id=cause.mutation_id,
        device_id=cause.device_id,
        at=cause.at,
    )

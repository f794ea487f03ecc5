# SPDX-License-Identifier: MIT
from django.apps import AppConfig


class ScriptShopConfig(AppConfig):
    """The simulator's shop on the real server."""

    name = "script_shop"

    def ready(self) -> None:
        from sawa import conflict, stamps
        from sawa.registry import registry
        from sawa.services import staging
        from script_shop import defects, middleware, models

        registry.register(
            models.Product, collection="products", fields=["name", "price", "note", "stock"], counters=["stock"]
        )
        registry.register(models.Sale, collection="sales", fields=["receipt", "total", "lines"], never_rejected=True)
        registry.register(models.Line, collection="lines", fields=["sale", "product", "amount"])
        registry.register(models.Payment, collection="payments", fields=["sale", "amount"])
        registry.register(models.Tally, collection="tallies", fields=["count"])
        registry.register(
            models.Order,
            collection="orders",
            fields=["code", "odometer", "since", "status", "discount", "address"],
            policies={
                "code": conflict.WRITE_ONCE,
                "odometer": conflict.MAX,
                "since": conflict.MIN,
                "status": conflict.lattice("draft", "paid", "refunded"),
                "discount": conflict.SERVER_WINS,
                "address": conflict.MANUAL,
            },
        )
        stamps.now_ms = middleware.now_ms
        # The simulated devices know no collections of the server's own, and their server makes no such records.
        staging.dropped = lambda *_: iter(())  # type: ignore[attr-defined]
        for own in [each for each in registry if each.name.startswith("sawa_")]:
            del registry._by_name[own.name], registry._by_model[own.model]
        defects.plant()

# SPDX-License-Identifier: MIT
"""Backups of one shop, on any database: what a copy of the database's files would bring back of it.

Devices and their credentials stay, as they do in the simulator.
"""

from typing import Any, Final

from django.core import serializers
from django.core.management import call_command
from django.db import models, transaction

from sawa import feed
from sawa.models import Change, Conflict, Incarnation, QuarantinedMutation, Receipt, Shop
from script_shop.models import Backup, Line, Order, Payment, Product, Sale, Tally

#: What others refer to comes first.
_SAVED: Final[list[type[models.Model]]] = [
    *(Incarnation, Receipt, QuarantinedMutation, Change, Conflict),
    *(Product, Sale, Line, Payment, Tally, Order),
]


def _rows(model: type[models.Model], shop: Shop) -> models.QuerySet[Any]:
    # Not a queryset that enters changes into the feed.
    return models.QuerySet(model).filter(shop=shop)


def save(shop: Shop) -> None:
    """Makes a backup of the shop."""
    with transaction.atomic():
        held = feed.lock_shop(shop.pk)
        rows = [held, *(row for model in _SAVED for row in _rows(model, shop))]
        Backup.objects.update_or_create(shop=shop, defaults={"data": serializers.serialize("json", rows)})


def restore(shop: Shop) -> None:
    """Puts the backup back, and does what an operator must do afterwards."""
    with transaction.atomic():
        feed.lock_shop(shop.pk)
        saved = [entry.object for entry in serializers.deserialize("json", Backup.objects.get(shop=shop).data)]
        for model in reversed(_SAVED):
            rows = _rows(model, shop)
            rows._raw_delete(rows.db)
        for row in saved:
            if isinstance(row, Shop):
                Shop.objects.filter(pk=row.pk).update(version=row.version, clock=row.clock)
            else:
                models.Model.save_base(row, raw=True, force_insert=True)
        call_command("sawa_new_epoch", shop=shop.pk, verbosity=0)

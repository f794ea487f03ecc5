# SPDX-License-Identifier: MIT
"""Collects tombstones that no device needs any more."""

import datetime
from dataclasses import dataclass

from django.db.models import Max, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from sawa import feed
from sawa.models import Change, Device, Shop
from sawa.retry import with_retry


@dataclass(frozen=True, slots=True)
class Collected:
    """`tombstones`, how many, up to the version `horizon`. `held_up_by`: who of them all has come least far."""

    tombstones: int
    horizon: int
    held_up_by: Device | None


def collect(shop: Shop, away: datetime.timedelta, *, dry_run: bool = False) -> Collected:
    """Removes the tombstones that all devices have passed, and moves the horizon to the newest of them.

    Not waited for: devices that are shut out, those that were not heard of for `away`, and those that have no confirmed
    state. One that comes back with a cursor from before the horizon starts from a null cursor, and pushes what it has.

    Receipts stay: a device may send again what was accepted years ago, if the server begins a new epoch.
    """

    def work() -> Collected:
        with feed.transaction(shop.pk):
            slowest = _waited_for(shop, away).order_by("confirmed_version").first()
            old = Change.objects.filter(shop=shop, removed=True)
            if slowest is not None:
                old = old.filter(version__lte=slowest.confirmed_version)
            count, newest = old.count(), old.aggregate(newest=Max("version"))["newest"]
            current = Shop.objects.values_list("horizon", flat=True).get(pk=shop.pk)
            if newest is None:
                return Collected(0, current, slowest)
            horizon = max(current, newest)
            if not dry_run:
                old.delete()
                Shop.objects.filter(pk=shop.pk).update(horizon=horizon)
            return Collected(count, horizon, slowest)

    return with_retry(work)


def _waited_for(shop: Shop, away: datetime.timedelta) -> QuerySet[Device]:
    heard_of = Coalesce("last_seen_at", "enrolled_at")
    known = Device.objects.annotate(heard_of=heard_of).filter(shop=shop, state=Device.State.ACTIVE)
    return known.filter(confirmed_version__isnull=False, heard_of__gte=timezone.now() - away)

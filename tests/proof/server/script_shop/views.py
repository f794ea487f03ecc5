# SPDX-License-Identifier: MIT
"""What a script does besides syncing. Each of these may be asked for again after an outage."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib.auth import get_user_model
from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from sawa import changes, feed
from sawa import stamps as clock
from sawa.models import Change, DeviceToken, Membership, Receipt, Shop
from sawa.registry import registry
from script_shop import backup
from script_shop.models import Product, Step


def _step(view: Callable[[Shop, dict[str, Any]], Any]) -> Callable[[HttpRequest], HttpResponse]:
    """A view of a shop and the request's JSON."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        asked = json.loads(request.body)
        try:
            return JsonResponse({"value": view(Shop(pk=asked["shop"]), asked)})
        except (OperationalError, InterfaceError):
            # The database is down.
            return HttpResponse(status=503)

    return answer


def alive(_: HttpRequest) -> HttpResponse:
    """Tells that the server answers."""
    return HttpResponse(status=204)


@_step
def begin(shop: Shop, asked: dict[str, Any]) -> None:
    """Makes the shop with its first products, a user of its own, and a first backup."""
    with transaction.atomic():
        if Shop.objects.filter(pk=shop.pk).exists():
            return
        shop = Shop.objects.create(pk=shop.pk, name="Duka")
        user = get_user_model().objects.create_user(asked["username"], password=asked["password"])
        Membership.objects.create(shop=shop, user=user)
        # One by one: rows that are created at once enter the feed in an order of the database's choice.
        for row in asked["rows"]:
            Product.objects.create(shop=shop, id=row["id"], **row["fields"])
        backup.save(shop)


@_step
def edit(shop: Shop, asked: dict[str, Any]) -> None:
    """What a person in the admin does."""
    with feed.transaction(shop.pk):
        _, is_new = Step.objects.get_or_create(shop=shop, number=asked["number"])
        model = next(each.model for each in registry if each.name == asked["collection"])
        record = model.objects.filter(shop=shop, pk=asked["id"]).first()
        if record is None or not is_new:
            return
        for name, value in asked["fields"].items():
            setattr(record, name, value)
        if asked["counter"]:
            setattr(record, asked["counter"], getattr(record, asked["counter"]) + asked["delta"])
        record.save()


@_step
def expire(shop: Shop, asked: dict[str, Any]) -> None:
    """Ends the credentials of a device."""
    past = timezone.now() - timedelta(days=1)
    DeviceToken.objects.filter(device=asked["device"], device__shop=shop).update(expires_at=past)


@_step
def back_up(shop: Shop, _: dict[str, Any]) -> None:
    """Keeps the shop's state."""
    backup.save(shop)


@_step
def restore(shop: Shop, _: dict[str, Any]) -> None:
    """Puts it back."""
    backup.restore(shop)


@_step
def state(shop: Shop, _: dict[str, Any]) -> dict[str, Any]:
    """All records and tombstones with their stamps, and the verdicts given to each incarnation."""
    receipts: dict[str, list[str]] = {}
    for incarnation, status in (
        Receipt.objects.filter(shop=shop).order_by("seq").values_list("incarnation__uuid", "status")
    ):
        receipts.setdefault(str(incarnation), []).append(status)
    return {"rows": [_row(shop, change) for change in Change.objects.filter(shop=shop)], "receipts": receipts}


def _row(shop: Shop, change: Change) -> dict[str, Any]:
    collection = next(each for each in registry if each.name == change.collection)
    if change.removed:
        fields = change.kept
    else:
        fields = collection.wire_values(
            collection.model.objects.filter(shop=shop).values_list(*collection.attrs).get(pk=change.record_id)
        )
    stamps = changes.unpack_stamps(change, changes.stamped_fields(collection))
    return {
        "collection": change.collection,
        "id": str(change.record_id),
        "stamp": change.stamp,
        "stamps": {name: stamps.get(name, clock.ZERO) for name in fields},
        "fields": fields,
        **({"removed": True} if change.removed else {}),
    }

# SPDX-License-Identifier: MIT
"""Compares synced tables with the feed, and repairs the feed where something changed rows behind its back."""

import uuid
from dataclasses import dataclass, field

from django.db import models

from sawa import capture, feed
from sawa.models import Change, Shop
from sawa.registry import Collection, registry


@dataclass(slots=True)
class Differences:
    """Records of one collection that the feed tells wrongly."""

    collection: Collection
    #: Rows that the feed does not know, or calls removed.
    unknown: list[uuid.UUID] = field(default_factory=list)
    #: Records that the feed calls present, without a row.
    vanished: list[uuid.UUID] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.unknown or self.vanished)


def differences(shop: Shop) -> list[Differences]:
    """What the feed of a shop tells wrongly; empty if all is well."""
    return [found for collection in registry if (found := _compare(shop, collection))]


def repair(shop: Shop) -> list[Differences]:
    """Enters what `differences` finds into the feed, so that devices learn of it."""
    with feed.transaction(shop.pk) as tx:
        found = differences(shop)
        for difference in found:
            collection = difference.collection
            capture.enter(tx, collection, {}, capture.read(collection, shop.pk, difference.unknown))
            # What the vanished rows held is gone: their tombstones keep nothing.
            capture.enter(tx, collection, {record_id: {} for record_id in difference.vanished}, {})
        return found


def _compare(shop: Shop, collection: Collection) -> Differences:
    rows = set(models.QuerySet(collection.model).filter(shop=shop).values_list("pk", flat=True))
    present = set(
        Change.objects.filter(shop=shop, collection=collection.name, removed=False).values_list("record_id", flat=True)
    )
    return Differences(collection, unknown=sorted(rows - present), vanished=sorted(present - rows))

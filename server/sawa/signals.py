# SPDX-License-Identifier: MIT
"""Deleted rows enter the feed here, those that a cascade takes along too.

A connected signal also keeps Django from deleting by one statement, behind our back.
"""

from typing import Any

from django.db.models.signals import post_delete, pre_delete

from sawa import capture, feed
from sawa.registry import Collection, registry


def connect(collection: Collection) -> None:
    """Watches the deletions of a registered model."""
    uid = f"sawa:{collection.name}"
    pre_delete.connect(_before, sender=collection.model, dispatch_uid=uid)
    post_delete.connect(_after, sender=collection.model, dispatch_uid=uid)


def _before(instance: Any, using: str, **_: Any) -> None:
    collection = registry.for_model(type(instance))
    if collection is None:
        return
    # The instance may be older than the row: the counters that the tombstone keeps are read now.
    instance._sawa_before = capture.read(collection, instance.shop_id, [instance.pk], using=using)


def _after(instance: Any, using: str, **_: Any) -> None:
    collection = registry.for_model(type(instance))
    before = instance.__dict__.pop("_sawa_before", {})
    if collection is None or not before:
        return
    with feed.transaction(instance.shop_id, using=using) as tx:
        capture.enter(tx, collection, before, {}, using=using)

# SPDX-License-Identifier: MIT
"""What sync itself keeps: incarnations, receipts, and the feed."""

from django.db import models

from sawa.models.device import Device
from sawa.models.shop import Shop


class Incarnation(models.Model):
    """One life of a device's local database, and the last sequence number handled of it."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="+")
    uuid = models.UUIDField()
    device = models.ForeignKey(Device, models.CASCADE, related_name="incarnations")
    last_seq = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "uuid"], name="sawa_incarnation_once")]

    def __str__(self) -> str:
        return f"{self.uuid} at {self.last_seq}"


class Status(models.TextChoices):
    """What became of a mutation (docs/protocol.md)."""

    APPLIED = "applied"
    MERGED = "merged"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    QUARANTINED = "quarantined"


class Receipt(models.Model):
    """The stored verdict of a mutation, written in the transaction of its effects. It makes a push exactly-once."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="+")
    #: Both null for a mutation that came by the plain REST API: its id alone identifies it.
    incarnation = models.ForeignKey(Incarnation, models.CASCADE, null=True, related_name="receipts")
    seq = models.BigIntegerField(null=True)
    mutation_id = models.UUIDField()
    name = models.CharField(max_length=100, blank=True)
    actor = models.CharField(max_length=100, blank=True)
    #: SHA-256 of the whole mutation, and of all but its place in a queue (another incarnation may send it again).
    body_hash = models.CharField(max_length=64)
    content_hash = models.CharField(max_length=64)
    status = models.CharField(max_length=12, choices=Status.choices)
    code = models.CharField(max_length=40, null=True)  # noqa: DJ001 - null on the wire too
    message = models.TextField(null=True)  # noqa: DJ001
    warnings = models.JSONField(default=list)
    version = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "incarnation", "seq"], name="sawa_receipt_once")]
        indexes = [models.Index(fields=["shop", "mutation_id"], name="sawa_receipt_mutation")]

    def __str__(self) -> str:
        return f"{self.name} {self.mutation_id}: {self.status}"


class Change(models.Model):
    """The feed: one row per record, with its newest version. Rows of removed records are the tombstones.

    Versions are unique in a shop, so that a cursor is one number and a page may end anywhere.
    """

    # Without an index of its own: the constraints begin with it.
    shop = models.ForeignKey(Shop, models.CASCADE, related_name="+", db_index=False)
    collection = models.CharField(max_length=64)
    record_id = models.UUIDField()
    version = models.BigIntegerField()
    #: The stamp of every field that `stamps` does not name. Of a tombstone: its own, and `stamps` names all that are.
    stamp = models.CharField(max_length=33)
    stamps = models.JSONField(default=dict)
    removed = models.BooleanField(default=False)
    #: Whoever was told everything up to this version or a later one has all of the record, but for what `edits` names.
    whole_version = models.BigIntegerField(default=0)
    #: A JSON object: at which version each field changed that did since `whole_version`; empty if none did. A text, as
    #: most rows never have any.
    edits = models.TextField(default="")
    #: The fields of a removed record: increments of it still count, and a newer edit brings it back with them.
    kept = models.JSONField(default=dict)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "collection", "record_id"], name="sawa_change_record"),
            models.UniqueConstraint(fields=["shop", "version"], name="sawa_change_version"),
        ]
        indexes = [models.Index(fields=["shop", "changed_at"], name="sawa_change_time")]

    def __str__(self) -> str:
        return f"{self.version}: {self.collection} {self.record_id}"

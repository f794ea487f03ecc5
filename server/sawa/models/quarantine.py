# SPDX-License-Identifier: MIT
"""Mutations that need a person. Devices of the shop see what became of them as the collection `sawa_quarantine`."""

from django.db import models

from sawa.models.device import Device
from sawa.models.sync import Receipt
from sawa.models.synced import SyncedModel
from sawa.registry import registry

COLLECTION = "sawa_quarantine"


class QuarantinedMutation(SyncedModel):
    """A mutation that needs a person, and afterwards what was decided, by whom and why. It is never removed.

    `payload` is kept as it came; `corrected` is what a person made of it. Neither is shown to devices.
    """

    class State(models.TextChoices):
        OPEN = "open"
        APPLIED = "applied"
        DISCARDED = "discarded"

    receipt = models.OneToOneField(Receipt, models.PROTECT, related_name="+")
    mutation_id = models.UUIDField()
    name = models.CharField(max_length=100, blank=True)
    device = models.ForeignKey(Device, models.PROTECT, null=True, related_name="+")
    #: JSON as text: it may hold what no database column can (U+0000, lone surrogates).
    payload = models.TextField()
    corrected = models.TextField(blank=True, default="")
    code = models.CharField(max_length=40)
    error = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.CharField(max_length=150, null=True, blank=True)  # noqa: DJ001 - null on the wire too
    reason = models.TextField(null=True, blank=True)  # noqa: DJ001

    class Meta:
        db_table = "sawa_quarantine"
        ordering = ["-at"]
        indexes = [models.Index(fields=["shop", "state", "at"], name="sawa_quarantine_state")]

    def __str__(self) -> str:
        return f"{self.name or 'mutation'} of {self.at:%Y-%m-%d %H:%M}: {self.state}"


def register_quarantine() -> None:
    """Makes the decisions a synced collection. What the mutations hold is not told: roles see different things."""
    registry.register(
        QuarantinedMutation,
        collection=COLLECTION,
        fields=["mutation_id", "name", "device", "code", "state", "reason", "resolved_by", "at"],
        writable=False,
        # What was long ago is needed last.
        priority=-1,
    )

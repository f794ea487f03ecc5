# SPDX-License-Identifier: MIT
"""Shops (tenants) and who may work in them."""

import uuid

from django.conf import settings
from django.db import models


class Shop(models.Model):
    """A tenant: one feed, one set of devices. Every other row begins with its shop."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3, default="TZS")
    time_zone = models.CharField(max_length=64, default="Africa/Dar_es_Salaam")
    #: One life of this shop's feed: a cursor of another one means nothing here.
    epoch = models.UUIDField(default=uuid.uuid4, editable=False)
    #: The newest feed position. Read and moved only inside `feed.transaction`, under this row's lock.
    version = models.BigIntegerField(default=0, editable=False)
    #: The latest time and counter of any stamp seen; server stamps are always later.
    clock = models.CharField(max_length=16, default="", blank=True, editable=False)
    #: Tombstones up to this version may be gone: an older cursor can't be followed any more.
    horizon = models.BigIntegerField(default=0, editable=False)
    next_series = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user's right to work in a shop."""

    class Role(models.TextChoices):
        OWNER = "owner"
        MANAGER = "manager"
        CASHIER = "cashier"

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.CASHIER)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "user"], name="sawa_membership_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.shop}: {self.role}"

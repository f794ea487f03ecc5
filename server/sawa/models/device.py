# SPDX-License-Identifier: MIT
"""Devices and their credentials."""

import uuid

from django.conf import settings
from django.db import models

from sawa.models.shop import Shop


class Device(models.Model):
    """A browser or program that syncs. Its series begins its document numbers and is never given out twice."""

    class State(models.TextChoices):
        ACTIVE = "active"
        REVOKED = "revoked"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    shop = models.ForeignKey(Shop, models.CASCADE, related_name="devices")
    name = models.CharField(max_length=100)
    series = models.CharField(max_length=10, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="devices")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    enrolled_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    client = models.CharField(max_length=100, blank=True, default="")
    #: The feed position that its confirmed state has reached at least, from the cursors it sends.
    confirmed_version = models.BigIntegerField(null=True, blank=True, editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "series"], name="sawa_device_series_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.series})"


class DeviceToken(models.Model):
    """A device's credential. Only the SHA-256 of the token is kept: the token itself is known to the device alone."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="tokens")
    token_hash = models.CharField(max_length=64, unique=True)
    #: Who logged in: the actor of what the device does.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="device_tokens")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    #: Older tokens of the device end when a newer one is first used, so that a lost answer locks nobody out.
    first_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"token of {self.device_id}, until {self.expires_at:%Y-%m-%d}"

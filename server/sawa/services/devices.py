# SPDX-License-Identifier: MIT
"""Enrols devices, and gives and takes their credentials."""

import datetime
import hashlib
import secrets
import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth import authenticate, user_logged_in
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction as db_transaction
from django.http import HttpRequest
from django.utils import timezone

from sawa import error_codes, feed
from sawa.errors import SyncError
from sawa.models import Device, DeviceToken, Membership, Shop

LIFETIME: Final = datetime.timedelta(days=90)
#: How much of the lifetime must be gone before use prolongs it: not a write for every request.
PROLONG_AFTER: Final = datetime.timedelta(days=1)
_SEEN_EVERY: Final = datetime.timedelta(minutes=1)
_DIGITS_PER_LETTER: Final = 9
_LETTERS: Final = 26


@dataclass(frozen=True, slots=True)
class Grant:
    """A new credential. `token` is shown once, here."""

    device: Device
    user: Any
    token: str
    expires_at: datetime.datetime


def hash_token(token: str) -> str:
    """What is kept of a token. It is 256 random bits, so a plain hash can't be searched."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def series_name(number: int) -> str:
    """The series of the n-th device of a shop: A1 ... A9, B1 ... Z9, AA1 ..."""
    letters_number, digit = divmod(number - 1, _DIGITS_PER_LETTER)
    letters = ""
    letters_number += 1
    while letters_number:
        letters_number, index = divmod(letters_number - 1, _LETTERS)
        letters = chr(ord("A") + index) + letters
    return f"{letters}{digit + 1}"


def check_password(request: HttpRequest, username: str, password: str) -> AbstractBaseUser:
    """The user. Raises SyncError `auth_invalid_credentials`; too many failures are answered by django-axes."""
    user = authenticate(request, username=username, password=password)
    if user is None:
        raise SyncError(401, error_codes.AUTH_INVALID_CREDENTIALS, "The user name or the password is wrong.")
    # Tells django-axes to forget the failures before it.
    user_logged_in.send(sender=user.__class__, request=request, user=user)
    return user


def enroll(user: Any, shop_id: uuid.UUID | None, name: str, client: str) -> Grant:
    """Makes a new device of one of the user's shops."""
    shop = _choose_shop(user, shop_id)
    with db_transaction.atomic():
        locked = feed.lock_shop(shop.pk)
        series = series_name(locked.next_series)
        Shop.objects.filter(pk=locked.pk).update(next_series=locked.next_series + 1)
        device = Device.objects.create(shop=locked, name=name or series, series=series, user=user, client=client)
        return _grant(device, user)


def login(user: Any, device_id: uuid.UUID) -> Grant:
    """A new credential for a device that exists. Its older ones end when this one is first used."""
    device = Device.objects.select_related("shop").filter(pk=device_id).first()
    if device is None or not Membership.objects.filter(shop_id=device.shop_id, user=user).exists():
        raise SyncError(403, error_codes.AUTH_FORBIDDEN, "This user may not use this device.")
    if device.state != Device.State.ACTIVE:
        raise SyncError(403, error_codes.DEVICE_REVOKED, "This device was shut out.")
    with db_transaction.atomic():
        return _grant(device, user)


def revoke(device: Device) -> None:
    """Shuts a device out at once. Its receipts stay."""
    device.state = Device.State.REVOKED
    device.save(update_fields=["state"])


def mark_used(token: DeviceToken, client: str) -> bool:
    """Notes the use of a token; True if it was prolonged."""
    now = timezone.now()
    device = token.device
    if token.first_used_at is None:
        token.first_used_at = now
        token.save(update_fields=["first_used_at"])
        DeviceToken.objects.filter(device=device, created_at__lt=token.created_at).delete()
    if device.last_seen_at is None or now - device.last_seen_at > _SEEN_EVERY:
        device.last_seen_at, device.client = now, client
        device.save(update_fields=["last_seen_at", "client"])
    if token.expires_at - now < LIFETIME - PROLONG_AFTER:
        token.expires_at = now + LIFETIME
        token.save(update_fields=["expires_at"])
        return True
    return False


def confirm(device: Device, version: int) -> None:
    """Notes how far a device has come, at most once a minute. A smaller number than the true one, or none, is safe.

    One that has gone back, to a backup of its own, is believed at once.
    """
    now = timezone.now()
    known = device.confirmed_version
    is_soon = now - (device.confirmed_at or device.enrolled_at) < _SEEN_EVERY
    if version == known or (is_soon and (known is None or version > known)):
        return
    device.confirmed_version, device.confirmed_at = version, now
    device.save(update_fields=["confirmed_version", "confirmed_at"])


def _choose_shop(user: Any, shop_id: uuid.UUID | None) -> Shop:
    shops = list(Shop.objects.filter(memberships__user=user).order_by("name"))
    if shop_id is not None:
        shops = [shop for shop in shops if shop.pk == shop_id]
    if not shops:
        raise SyncError(403, error_codes.AUTH_FORBIDDEN, "This user has no right to this shop.")
    if len(shops) > 1:
        choices = [{"id": str(shop.pk), "name": shop.name} for shop in shops]
        raise SyncError(
            400,
            error_codes.REQUEST_MALFORMED,
            "Name one of the user's shops.",
            details={"path": "shop", "shops": choices},
        )
    return shops[0]


def _grant(device: Device, user: Any) -> Grant:
    token = secrets.token_urlsafe(32)
    expires_at = timezone.now() + LIFETIME
    DeviceToken.objects.create(device=device, token_hash=hash_token(token), user=user, expires_at=expires_at)
    return Grant(device, user, token, expires_at)

# SPDX-License-Identifier: MIT
"""Who is asking: the device's credential in a request, and the rules that keep other sites from using it."""

import hmac
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from sawa import error_codes
from sawa.errors import SyncError, error_response
from sawa.models import Device, DeviceToken, Membership
from sawa.services import devices

COOKIE: Final = "sawa_device"
SECURE_COOKIE: Final = "__Host-sawa_device"
CLIENT_HEADER: Final = "Sawa-Client"
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_MAX_CLIENT: Final = 100


@dataclass(frozen=True, slots=True)
class Credential:
    """A device that has shown a valid token.

    `role`: what its user is in its shop. `prolonged`: its cookie must be set anew.
    """

    device: Device
    role: str
    token: DeviceToken
    by_cookie: bool
    prolonged: bool

    @property
    def user(self) -> Any:
        """Who logged in on the device."""
        return self.token.user


def client_name(request: HttpRequest) -> str:
    """The `Sawa-Client` header. Raises SyncError `auth_forbidden` without it: only our own client sends it."""
    name = request.headers.get(CLIENT_HEADER, "").strip()
    if not name:
        raise SyncError(403, error_codes.AUTH_FORBIDDEN, f"The header {CLIENT_HEADER} is missing.")
    return name[:_MAX_CLIENT]


def check_origin(request: HttpRequest, *, by_cookie: bool, required: bool = False) -> None:
    """Raises SyncError `auth_forbidden` for a request from another site, or from nowhere if an origin is required.

    `by_cookie`: whether it uses the cookie, or asks for it. Sites that may only hold a bearer token may not do that.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        if required:
            raise SyncError(403, error_codes.AUTH_FORBIDDEN, "The header Origin is missing.")
        return
    own = f"{request.scheme}://{request.get_host()}"
    may_hold_token = not by_cookie and origin in getattr(settings, "CORS_ALLOWED_ORIGINS", ())
    if origin != own and not may_hold_token and not _is_trusted(origin):
        raise SyncError(403, error_codes.AUTH_FORBIDDEN, "This origin may not use the server.")


def _is_trusted(origin: str) -> bool:
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    parts = urlsplit(origin)
    for allowed in settings.CSRF_TRUSTED_ORIGINS:
        scheme, separator, suffix = allowed.partition("://*")
        if separator and parts.scheme == scheme and parts.netloc.endswith(suffix):
            return True
    return False


def find_token(request: HttpRequest) -> tuple[str, bool] | None:
    """The token of a request, and whether the cookie carried it."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and value:
        return value.strip(), False
    cookie = request.COOKIES.get(SECURE_COOKIE if request.is_secure() else COOKIE)
    return (cookie, True) if cookie else None


def authenticate(request: HttpRequest) -> Credential:
    """The device that asks. Raises SyncError: `auth_required`, `auth_forbidden` or `device_revoked`."""
    client = client_name(request)
    found = find_token(request)
    if found is None:
        raise SyncError(401, error_codes.AUTH_REQUIRED, "Log in first.")
    text, by_cookie = found
    if by_cookie:
        check_origin(request, by_cookie=True, required=request.method not in _SAFE_METHODS)
    token = _valid_token(text)
    (device,) = Device.objects.raw(_DEVICE, [Device._meta.pk.get_db_prep_value(token.device_id, connection)])
    token.device = device
    if device.state != Device.State.ACTIVE:
        raise SyncError(403, error_codes.DEVICE_REVOKED, "This device was shut out.")
    role: str | None = token.__dict__["role"]
    if role is None:
        raise SyncError(403, error_codes.AUTH_FORBIDDEN, "This user has no right to this shop any more.")
    return Credential(device, role, token, by_cookie, devices.mark_used(token, client))


#: Raw, since every request of a device begins so: making statements of querysets took longer than asking them. The role
#: is null for a user who has none in the shop, or who is not active.
_TOKEN: Final = f"""
    SELECT t.*, m.role FROM {DeviceToken._meta.db_table} t
    JOIN {Device._meta.db_table} d ON d.id = t.device_id
    LEFT JOIN {{user}} u ON u.id = t.user_id
    LEFT JOIN {Membership._meta.db_table} m ON m.shop_id = d.shop_id AND m.user_id = u.id
    WHERE t.token_hash = %s
"""  # noqa: S608 - the models' own names
_DEVICE: Final = f"SELECT * FROM {Device._meta.db_table} WHERE id = %s"  # noqa: S608


def _active_users() -> str:
    meta = get_user_model()._meta
    key = f"{meta.pk.column} AS id"
    has_switch = any(field.column == "is_active" for field in meta.concrete_fields)
    return f"(SELECT {key} FROM {meta.db_table} WHERE {'is_active' if has_switch else '1 = 1'})"  # noqa: S608


def _valid_token(text: str) -> DeviceToken:
    hashed = devices.hash_token(text)
    token = next(iter(DeviceToken.objects.raw(_TOKEN.format(user=_active_users()), [hashed])), None)
    if token is None or not hmac.compare_digest(token.token_hash, hashed) or token.expires_at <= timezone.now():
        raise SyncError(401, error_codes.AUTH_REQUIRED, "The credential is unknown or has expired; log in again.")
    return token


def set_cookie(request: HttpRequest, response: HttpResponse, token: str) -> None:
    """Lets the browser keep the token where scripts can't read it."""
    secure = request.is_secure()
    response.set_cookie(
        SECURE_COOKIE if secure else COOKIE,
        token,
        max_age=int(devices.LIFETIME.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="Strict",
    )


def clear_cookie(request: HttpRequest, response: HttpResponse) -> None:
    """Takes the token back."""
    secure = request.is_secure()
    name = SECURE_COOKIE if secure else COOKIE
    response.delete_cookie(name, path="/", samesite="Strict")
    # A browser ignores a __Host- cookie, its deletion too, without Secure.
    response.cookies[name]["secure"] = secure
    response.cookies[name]["httponly"] = True


def lockout_response(request: HttpRequest, *_: Any) -> HttpResponse:
    """What django-axes answers when a name was tried too often (setting AXES_LOCKOUT_CALLABLE)."""
    seconds = int(settings.AXES_COOLOFF_TIME.total_seconds())
    response = error_response(
        429, error_codes.RATE_LIMITED, "Too many wrong passwords; wait, then try again.", retry_after=seconds
    )
    response.headers["Sawa-Protocol"] = "1"
    return response

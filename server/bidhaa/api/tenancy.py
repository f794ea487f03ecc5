# SPDX-License-Identifier: MIT
"""Which shop a REST request works in. It comes from the credential; who has several shops names one."""

import uuid

from rest_framework.request import Request

from sawa import error_codes
from sawa.auth import Credential
from sawa.errors import SyncError
from sawa.models import Device, Membership, Shop


def shop_of(request: Request) -> Shop:
    """The shop. Raises SyncError `auth_forbidden`, or `request_malformed` with the choices in `details.shops`."""
    if isinstance(request.auth, Credential):
        return request.auth.device.shop
    shops = list(Shop.objects.filter(memberships__user=request.user.pk).order_by("name"))
    asked = request.query_params.get("shop")
    if asked is not None:
        shops = [shop for shop in shops if shop.pk == _uuid(asked)]
    if not shops:
        raise SyncError(403, error_codes.AUTH_FORBIDDEN, "This user has no right to this shop.")
    if len(shops) > 1:
        choices = [{"id": str(shop.pk), "name": shop.name} for shop in shops]
        raise SyncError(
            400,
            error_codes.REQUEST_MALFORMED,
            "Name one of the user's shops with ?shop=.",
            details={"path": "shop", "shops": choices},
        )
    return shops[0]


def role_of(request: Request) -> str:
    """The role of who asks, in the shop of the request. Raises as `shop_of`."""
    if isinstance(request.auth, Credential):
        return request.auth.role
    return Membership.objects.get(shop=shop_of(request), user=request.user.pk).role


def device_of(request: Request) -> Device | None:
    """The device that asks, if one does."""
    return request.auth.device if isinstance(request.auth, Credential) else None


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None

# SPDX-License-Identifier: MIT
"""The endpoints of /sync/v1 (docs/protocol.md)."""

from itertools import chain
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

from sawa import auth, error_codes, stamps
from sawa.api import messages
from sawa.api.body import read_json
from sawa.api.endpoint import PROTOCOL_HEADER, endpoint, json_response
from sawa.errors import SyncError, error_response
from sawa.models import Device
from sawa.registry import registry
from sawa.services import devices
from sawa.services import digest as digesting
from sawa.services import pull as pulling
from sawa.services import push as pushing
from sawa.services.digest import Digest, Range
from sawa.services.receipts import Verdict


@endpoint("POST")
def enroll(request: HttpRequest) -> HttpResponse:
    """Makes this browser a device of a shop."""
    client = auth.client_name(request)
    asked = messages.enroll_request(read_json(request))
    auth.check_origin(request, by_cookie=asked.as_cookie, required=asked.as_cookie)
    user = devices.check_password(request, asked.username, asked.password)
    grant = devices.enroll(user, asked.shop, asked.device_name, client)
    return _granted(request, grant, as_cookie=asked.as_cookie)


@endpoint("POST")
def login(request: HttpRequest) -> HttpResponse:
    """Renews the credential of an enrolled device."""
    auth.client_name(request)
    asked = messages.login_request(read_json(request))
    auth.check_origin(request, by_cookie=asked.as_cookie, required=asked.as_cookie)
    user = devices.check_password(request, asked.username, asked.password)
    return _granted(request, devices.login(user, asked.device), as_cookie=asked.as_cookie)


@endpoint("POST")
def logout(request: HttpRequest) -> HttpResponse:
    """Ends the credential. Without a valid one there is nothing to end, and the cookie goes all the same."""
    auth.client_name(request)
    messages.check_protocol(read_json(request))
    response = HttpResponse(status=204)
    try:
        auth.authenticate(request).token.delete()
    except SyncError as error:
        if error.status != 401:
            raise
    auth.clear_cookie(request, response)
    return response


@endpoint("GET")
def hello(request: HttpRequest) -> HttpResponse:
    """The probe that decides what "online" means."""
    auth.client_name(request)
    try:
        device = device_json(auth.authenticate(request).device)
    except SyncError:
        device = None
    return json_response(request, {"protocol": messages.PROTOCOL, "server_time_ms": stamps.now_ms(), "device": device})


@endpoint("POST")
def sync(request: HttpRequest) -> HttpResponse:
    """One round trip: pushes waiting mutations and pulls what changed."""
    credential = auth.authenticate(request)
    asked = messages.sync_request(read_json(request))
    shop_id, projection = credential.device.shop_id, registry.projection(credential.role)
    if asked.mutations:
        # Before the push: a request that is refused must have had no effect.
        pulling.check_cursor(shop_id, asked.cursor, projection)
        pushed = pushing.push(credential.device, credential.role, asked.incarnation, asked.mutations)
    else:
        pushed = pushing.Pushed([], pushing.last_sequence(shop_id, asked.incarnation))
    named = chain.from_iterable(mutation.records() for mutation in asked.mutations)
    page = pulling.pull(shop_id, asked.cursor, asked.limit, projection, named, partial=asked.partial)
    if asked.cursor is not None:
        devices.confirm(credential.device, pulling.position_of(asked.cursor))
    response = json_response(
        request,
        {
            "protocol": messages.PROTOCOL,
            "server_time_ms": stamps.now_ms(),
            "last_seq": pushed.last_seq,
            "verdicts": [
                _verdict_json(mutation.seq, verdict)
                for mutation, verdict in zip(asked.mutations, pushed.verdicts, strict=True)
            ],
            "reset": page.reset,
            "cursor": page.cursor,
            "version": page.version,
            "head": page.head,
            "more": page.more,
            "blocks": [orjson.Fragment(block) for block in page.blocks],
            "changes": page.changes,
        },
    )
    if credential.by_cookie and credential.prolonged:
        found = auth.find_token(request)
        if found is not None:
            auth.set_cookie(request, response, found[0])
    return response


@endpoint("POST")
def digest(request: HttpRequest) -> HttpResponse:
    """Digests of ranges of records, for a device to compare with its own."""
    credential = auth.authenticate(request)
    ranges = messages.digest_request(read_json(request))
    version, found = digesting.digests(credential.device.shop_id, ranges, registry.projection(credential.role))
    return json_response(
        request,
        {
            "protocol": messages.PROTOCOL,
            "version": version,
            "digests": [_digest_json(asked, digest) for asked, digest in zip(ranges, found, strict=True)],
        },
    )


def unknown(request: HttpRequest) -> HttpResponse:
    """What is asked of this protocol version and not part of it."""
    response = error_response(404, error_codes.REQUEST_MALFORMED, "There is no such endpoint.")
    response.headers[PROTOCOL_HEADER] = "1"
    return response


unknown.csrf_exempt = True  # type: ignore[attr-defined]


def device_json(device: Device) -> dict[str, Any]:
    """A device as the protocol shows it."""
    return {"id": str(device.pk), "name": device.name, "series": device.series}


def _granted(request: HttpRequest, grant: devices.Grant, *, as_cookie: bool) -> HttpResponse:
    shop = grant.device.shop
    response = json_response(
        request,
        {
            "device": device_json(grant.device),
            "shop": {
                "id": str(shop.pk),
                "name": shop.name,
                "currency": shop.currency,
                "time_zone": shop.time_zone,
            },
            "actor": {"id": str(grant.user.pk), "name": grant.user.get_username()},
            "token": None if as_cookie else grant.token,
            "expires_at_ms": int(grant.expires_at.timestamp() * 1000),
            "server_time_ms": stamps.now_ms(),
        },
    )
    if as_cookie:
        auth.set_cookie(request, response, grant.token)
    return response


def _digest_json(asked: Range, digest: Digest) -> dict[str, Any]:
    value: dict[str, Any] = {"count": digest.count, "digest": digest.digest, "more": digest.more}
    return value | {"rows": digest.rows} if asked.rows else value


def _verdict_json(seq: int | None, verdict: Verdict) -> dict[str, Any]:
    value: dict[str, Any] = {
        "seq": seq,
        "status": verdict.status,
        "code": verdict.code,
        "message": verdict.message,
        "version": verdict.version,
        "warnings": verdict.warnings,
    }
    if verdict.first_status is not None:
        value["first_status"] = verdict.first_status
    return value

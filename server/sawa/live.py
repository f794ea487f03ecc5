# SPDX-License-Identifier: MIT
"""`GET /sync/v1/live`: server-sent events that tell a device to look (docs/protocol.md).

A raw ASGI application in front of Django, since thousands of connections wait here and hold neither a thread nor a
database connection. One thread of its own asks the database, once a second, for the versions of all shops that somebody
listens to, and which listeners may still be there: that works on every database, with any number of processes.
"""

import asyncio
import io
import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections, connections, reset_queries
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from sawa import auth, error_codes
from sawa.api.endpoint import endpoint
from sawa.errors import SyncError, error_response
from sawa.models import Device, DeviceToken, Shop

PATH: Final = "/sync/v1/live"
#: Listeners in a process, unless the setting LIVE_CONNECTIONS says otherwise, and of one device.
CONNECTIONS_MAX: Final = 1000
CONNECTIONS_OF_DEVICE_MAX: Final = 2
_POLL_EVERY_S = 1.0
#: Shorter than what proxies wait for; a connection that has died is noticed by it.
_HEARTBEAT_S = 20.0
_SEND_WITHIN_S: Final = 30.0
_RETRY_AFTER_S: Final = 30

log = structlog.get_logger(__name__)


@dataclass(eq=False, slots=True)
class Listener:
    """One connection. Of several changes before it is served, it is told the last one only: nothing piles up."""

    shop_id: uuid.UUID
    device_id: uuid.UUID
    token_id: int
    version: int
    ended: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, version: int) -> None:
        """Has it look, if it does not know the version yet."""
        if version != self.version:
            self.version = version
            self.changed.set()

    def end(self) -> None:
        """Has it close the connection."""
        self.ended = True
        self.changed.set()


class Live:
    """An ASGI application that answers `PATH` itself, and leaves everything else to `app`."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._listeners: list[Listener] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="live")
        self._polling: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        loop = asyncio.get_running_loop()
        listener, response = await loop.run_in_executor(self._thread, _admit, scope)
        if listener is not None and not self._make_room(listener):
            response = error_response(
                503, error_codes.SERVER_UNAVAILABLE, "Too many devices are listening.", retry_after=_RETRY_AFTER_S
            )
            listener = None
        if listener is None:
            await _send_whole(send, response)
            return
        self._listeners.append(listener)
        if self._polling is None or self._polling.done():
            self._polling = asyncio.create_task(self._poll())
        try:
            await _serve(listener, response, receive, send)
        finally:
            self._listeners.remove(listener)

    def close(self) -> None:
        """Gives the database connection back."""
        self._thread.submit(connections.close_all).result()
        self._thread.shutdown()

    def _make_room(self, newcomer: Listener) -> bool:
        """False if the server is full. A device that has too many connections loses its oldest, which may be dead."""
        if len(self._listeners) >= getattr(settings, "LIVE_CONNECTIONS", CONNECTIONS_MAX):
            return False
        own = [each for each in self._listeners if each.device_id == newcomer.device_id and not each.ended]
        for oldest in own[: max(0, len(own) + 1 - CONNECTIONS_OF_DEVICE_MAX)]:
            oldest.end()
        return True

    async def _poll(self) -> None:
        loop = asyncio.get_running_loop()
        while self._listeners:
            await asyncio.sleep(_POLL_EVERY_S)
            shops = {listener.shop_id for listener in self._listeners}
            tokens = {listener.token_id for listener in self._listeners}
            try:
                versions, valid = await loop.run_in_executor(self._thread, _look, shops, tokens)
            except Exception:
                # Nobody else tells the listeners: it goes on, whatever it was.
                log.exception("live_poll_failed")
                continue
            for listener in self._listeners:
                if listener.token_id in valid:
                    listener.tell(versions.get(listener.shop_id, listener.version))
                elif listener.token_id in tokens:
                    listener.end()


def _admit(scope: Any) -> tuple[Listener | None, HttpResponse]:
    """Who asks, and the answer's head; or nobody, and the whole answer. In the thread that has the connection."""
    _begin()
    request: Any = ASGIRequest(scope, io.BytesIO())
    request.listener = None
    response = _check(request)
    if request.headers.get("Origin") in getattr(settings, "CORS_ALLOWED_ORIGINS", ()):
        response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
        response.headers["Access-Control-Expose-Headers"] = ", ".join(getattr(settings, "CORS_EXPOSE_HEADERS", ()))
    patch_vary_headers(response, ("Origin",))
    return request.listener, response


@endpoint("GET")
def _check(request: HttpRequest) -> HttpResponse:
    try:
        request.get_host()
    except DisallowedHost as error:
        raise SyncError(400, error_codes.REQUEST_MALFORMED, "This is not a name of the server.") from error
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        raise SyncError(403, error_codes.AUTH_FORBIDDEN, "Only HTTPS is answered here.")
    credential = auth.authenticate(request)
    version = Shop.objects.values_list("version", flat=True).get(pk=credential.device.shop_id)
    device = credential.device
    request.listener = Listener(device.shop_id, device.pk, credential.token.pk, version)  # type: ignore[attr-defined]
    # Identity: whatever compresses on the way would keep the events back.
    headers = {"Content-Encoding": "identity", "X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content_type="text/event-stream", headers=headers)


def _look(shops: Iterable[uuid.UUID], tokens: Iterable[int]) -> tuple[dict[uuid.UUID, int], set[int]]:
    """The versions of the shops, and those of the credentials that are still good."""
    _begin()
    versions = dict(Shop.objects.order_by().filter(pk__in=shops).values_list("pk", "version"))
    good = DeviceToken.objects.filter(
        pk__in=tokens,
        device__state=Device.State.ACTIVE,
        expires_at__gt=timezone.now(),
        user__is_active=True,
        device__shop__memberships__user=F("user_id"),
    )
    return versions, set(good.values_list("pk", flat=True))


def _begin() -> None:
    """What Django does at the beginning of a request."""
    reset_queries()
    close_old_connections()


async def _serve(listener: Listener, response: HttpResponse, receive: Any, send: Any) -> None:
    """Sends events until the client goes away, or the listener is ended."""
    await send({"type": "http.response.start", "status": response.status_code, "headers": _headers(response)})
    gone = asyncio.create_task(_until_gone(receive))
    try:
        part = _event(listener.version)
        while True:
            await _send_part(send, part)
            changed = asyncio.create_task(listener.changed.wait())
            await asyncio.wait({changed, gone}, timeout=_HEARTBEAT_S, return_when=asyncio.FIRST_COMPLETED)
            changed.cancel()
            if gone.done():
                return
            if listener.ended:
                break
            part = _event(listener.version) if listener.changed.is_set() else b":\n\n"
            listener.changed.clear()
        await send({"type": "http.response.body", "body": b""})
    except TimeoutError:
        log.info("live_reader_too_slow", device=str(listener.device_id))
    finally:
        gone.cancel()


async def _until_gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send_part(send: Any, part: bytes) -> None:
    await asyncio.wait_for(send({"type": "http.response.body", "body": part, "more_body": True}), _SEND_WITHIN_S)


async def _send_whole(send: Any, response: HttpResponse) -> None:
    response.headers["Content-Length"] = str(len(response.content))
    await send({"type": "http.response.start", "status": response.status_code, "headers": _headers(response)})
    await send({"type": "http.response.body", "body": response.content})


def _event(version: int) -> bytes:
    return b"event: look\ndata: %d\n\n" % version


def _headers(response: HttpResponse) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("ascii"), value.encode("latin1")) for name, value in response.items()]

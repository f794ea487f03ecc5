# SPDX-License-Identifier: MIT
"""Requests through the ASGI application, as uvicorn sends them."""

import asyncio
import threading
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from config.threaded import ThreadedHandler

seen: list[tuple[int, int]] = []
gate = threading.Barrier(2)


def where(_: HttpRequest) -> HttpResponse:
    """Tells in which thread it ran, and on which connection."""
    connection.ensure_connection()
    seen.append((threading.get_ident(), id(connection.connection)))
    response = HttpResponse("here")
    response.set_cookie("a", "1")
    response.set_cookie("b", "2")
    return response


def together(_: HttpRequest) -> HttpResponse:
    gate.wait(timeout=20)
    return HttpResponse("met")


def echo(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.body)


def parts(_: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter([b"one ", b"two"]))


def fail(_: HttpRequest) -> HttpResponse:
    raise ValueError("planted")


def leave(_: HttpRequest) -> HttpResponse:
    """Gives the thread's connection back, so that the test database can be dropped."""
    gate.wait(timeout=20)
    connection.close()
    return HttpResponse()


urlpatterns = [
    path("where", where),
    path("together", together),
    path("echo", echo),
    path("parts", parts),
    path("fail", fail),
    path("leave", leave),
]
handler500 = "config.views.server_error"


async def ask(handler: ThreadedHandler, address: str, *body: bytes, gone: bool = False) -> list[dict[str, Any]]:
    """One request; `gone`: the client goes away in the middle of it."""
    chunks = [{"type": "http.request", "body": part, "more_body": True} for part in body]
    waiting = [*chunks, {"type": "http.disconnect"} if gone else {"type": "http.request", "body": b""}]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http", "method": "POST" if body else "GET", "path": address, "query_string": b"", "headers": [],
        "server": ("localhost", 80),
    }  # fmt: skip
    await handler(scope, receive, send)
    return sent


@pytest.fixture
def handler(settings: Any) -> ThreadedHandler:
    settings.ROOT_URLCONF = "config.tests.test_threaded"
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.MIDDLEWARE = ["config.headers.SecurityHeadersMiddleware", "django.middleware.common.CommonMiddleware"]
    return ThreadedHandler(2)


@pytest.mark.django_db(transaction=True)
def test_requests_share_threads_and_keep_their_connections(handler: ThreadedHandler) -> None:
    seen.clear()

    async def ask_often() -> None:
        for _ in range(5):
            start, body = await ask(handler, "/where")
            assert (start["status"], body["body"]) == (200, b"here")
            assert [value for name, value in start["headers"] if name == b"Set-Cookie"] == [
                b"a=1; Path=/",
                b"b=2; Path=/",
            ]
            assert b"Content-Security-Policy" in dict(start["headers"])
        await asyncio.gather(ask(handler, "/leave"), ask(handler, "/leave"))

    asyncio.run(ask_often())
    assert len(set(seen)) == len({thread for thread, _ in seen}) <= 2, "a thread of the pool keeps its connection"
    assert threading.get_ident() not in {thread for thread, _ in seen}


def test_requests_are_answered_at_the_same_time(handler: ThreadedHandler) -> None:
    async def ask_both() -> None:
        answers = await asyncio.gather(ask(handler, "/together"), ask(handler, "/together"))
        assert [answer[1]["body"] for answer in answers] == [b"met", b"met"]

    asyncio.run(ask_both())


def test_bodies_arrive_whole(handler: ThreadedHandler) -> None:
    assert asyncio.run(ask(handler, "/echo", b"a" * 100_000, b"b"))[1]["body"] == b"a" * 100_000 + b"b"


def test_a_streaming_answer_is_sent_whole(handler: ThreadedHandler) -> None:
    assert asyncio.run(ask(handler, "/parts"))[1]["body"] == b"one two"


def test_a_client_that_goes_away_gets_no_answer(handler: ThreadedHandler) -> None:
    assert asyncio.run(ask(handler, "/echo", b"half", gone=True)) == []


def test_a_failing_view_is_answered_with_500(handler: ThreadedHandler) -> None:
    assert asyncio.run(ask(handler, "/fail"))[0]["status"] == 500


def test_only_http_is_answered(handler: ThreadedHandler) -> None:
    with pytest.raises(ValueError, match="websocket"):
        asyncio.run(handler({"type": "websocket"}, None, None))

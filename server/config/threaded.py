# SPDX-License-Identifier: MIT
"""Runs each request from its first middleware to its last in one thread of a small pool.

Every view here is synchronous. Django's own ASGI handler gives each request a new thread, so a new database connection,
and changes threads several times between middleware. The threads of the pool stay, and keep their connections.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import HttpResponseBase
from django.urls import set_script_prefix

Messages = list[dict[str, Any]]


class ThreadedHandler(ASGIHandler):
    """An ASGI application that answers at most `threads` requests at a time; the others wait their turn."""

    def __init__(self, threads: int) -> None:
        # Not ASGIHandler's own, which would load the middleware for an event loop.
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="request")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answers one HTTP request. A request whose client has gone away before it was read is dropped."""
        if scope["type"] != "http":
            raise ValueError(f"only HTTP is answered here, not {scope['type']}")
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        for message in await asyncio.get_running_loop().run_in_executor(self._pool, self._answer, scope, body):
            await send(message)

    def _answer(self, scope: Any, body: IO[bytes]) -> Messages:
        with body:
            set_script_prefix(get_script_prefix(scope))
            signals.request_started.send(sender=type(self), scope=scope)
            request, refusal = self.create_request(scope, body)
            response = refusal if request is None else self.get_response(request)
            if response is None:
                raise TypeError("create_request gave neither a request nor a response")
            try:
                return _messages(response)
            finally:
                # Sends request_finished, which looks after this thread's connections.
                response.close()


def _messages(response: HttpResponseBase) -> Messages:
    headers = [(name.encode("ascii"), value.encode("latin1")) for name, value in response.items()]
    headers += [
        (b"Set-Cookie", cookie.output(header="").encode("ascii").strip()) for cookie in response.cookies.values()
    ]
    # Nothing here streams without end: a raw ASGI application would.
    content = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
    return [
        {"type": "http.response.start", "status": response.status_code, "headers": headers},
        {"type": "http.response.body", "body": content},
    ]

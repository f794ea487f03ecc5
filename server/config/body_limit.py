# SPDX-License-Identifier: MIT
"""Bounds request bodies before Django sees them: its ASGI handler spools a body of any length to disk first."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]

MAX_BYTES: Final = 8 * 1024 * 1024 + 1
_BODY: Final = json.dumps(
    {"error": {"code": "request_too_large", "message": "The body is larger than 8 MiB."}}
).encode()


class BodyLimit:
    """Answers 413 as soon as a body grows beyond the limit, whatever its length header says."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        received = 0
        answered = False

        async def bounded() -> Message:
            nonlocal received, answered
            message = await receive()
            received += len(message.get("body", b""))
            if received > MAX_BYTES and not answered:
                answered = True
                await _refuse(send)
            # To Django it looks as if the client had gone away: it stops reading, and drops what it has.
            return {"type": "http.disconnect"} if answered else message

        async def unless_answered(message: Message) -> None:
            if not answered:
                await send(message)

        await self.app(scope, bounded, unless_answered)


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"application/json"), (b"sawa-protocol", b"1"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": _BODY})

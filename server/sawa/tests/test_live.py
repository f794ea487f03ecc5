# SPDX-License-Identifier: MIT
"""Live pokes, through the ASGI application as uvicorn calls it."""

import asyncio
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from bidhaa.models import Customer
from conftest import Till, make_till, make_user, new_id, put
from sawa import live
from sawa.models import DeviceToken, Membership, Shop
from sawa.services import devices

pytestmark = pytest.mark.django_db(transaction=True)

WITHIN_S = 20


@dataclass
class Connection:
    """One request to the application, and what it answered so far."""

    loop: asyncio.AbstractEventLoop
    sent: "queue.Queue[dict[str, Any]]" = field(default_factory=queue.Queue)
    received: "asyncio.Queue[dict[str, Any]]" = field(default_factory=asyncio.Queue)
    done: threading.Event = field(default_factory=threading.Event)

    def next(self) -> dict[str, Any]:
        return self.sent.get(timeout=WITHIN_S)

    def head(self) -> tuple[int, dict[str, str]]:
        message = self.next()
        assert message["type"] == "http.response.start"
        return message["status"], {name.decode(): value.decode() for name, value in message["headers"]}

    def part(self) -> str:
        """The next part of the body; empty at its end."""
        return str(self.next()["body"].decode())

    def version(self) -> int:
        """The version that the next event tells, heartbeats left out."""
        while (part := self.part()) == ":\n\n":
            pass
        event, data, *rest = part.split("\n")
        assert (event, rest) == ("event: look", ["", ""])
        return int(data.removeprefix("data: "))

    def hang_up(self) -> None:
        self.loop.call_soon_threadsafe(self.received.put_nowait, {"type": "http.disconnect"})
        assert self.done.wait(WITHIN_S)


class Server:
    """The application in an event loop of its own, as in a process."""

    def __init__(self) -> None:
        self.app = live.Live(self._django)
        self.loop = asyncio.new_event_loop()
        self.passed_on: list[str] = []
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()

    async def _django(self, scope: Any, receive: Any, send: Any) -> None:
        self.passed_on.append(f"{scope['method']} {scope['path']}")

    def get(self, headers: dict[str, str], path: str = live.PATH, method: str = "GET") -> Connection:
        connection = Connection(self.loop)
        raw = [(name.lower().encode(), value.encode()) for name, value in {"Host": "localhost", **headers}.items()]
        scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": raw, "scheme": "http"}

        async def send(message: dict[str, Any]) -> None:
            connection.sent.put(message)

        async def run() -> None:
            await connection.received.put({"type": "http.request", "body": b"", "more_body": False})
            try:
                await self.app(scope, connection.received.get, send)
            finally:
                connection.done.set()

        asyncio.run_coroutine_threadsafe(run(), self.loop)
        return connection

    def listen(self, till: Till) -> Connection:
        """A connection that was accepted; its first event is still to come."""
        connection = self.get(till.headers())
        assert connection.head()[0] == 200
        return connection

    def close(self) -> None:
        async def cancel() -> None:
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(cancel(), self.loop).result(WITHIN_S)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(WITHIN_S)
        self.loop.close()
        self.app.close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(live, "_POLL_EVERY_S", 0.02)
    server = Server()
    yield server
    server.close()


def test_it_tells_the_version_at_once_and_whenever_it_changes(server: Server, till: Till, shop: Shop) -> None:
    connection = server.get(till.headers())
    status, headers = connection.head()
    assert status == 200
    assert headers["content-type"] == "text/event-stream"
    assert headers["content-encoding"] == "identity"
    assert headers["sawa-protocol"] == "1"
    assert headers["cache-control"] == "no-store"
    assert connection.version() == 0
    Customer.objects.create(shop=shop, jina="Asha")
    assert connection.version() == 1
    till.sync(till.mutation(put("customers", new_id(), jina="Juma")))
    assert connection.version() == 2


def test_every_process_notices_what_another_one_wrote(
    server: Server, till: Till, second_till: Till, shop: Shop
) -> None:
    other = Server()
    try:
        connections = [server.listen(till), other.listen(second_till)]
        assert [connection.version() for connection in connections] == [0, 0]
        Customer.objects.create(shop=shop, jina="Asha")
        assert [connection.version() for connection in connections] == [1, 1]
    finally:
        other.close()


def test_nothing_is_heard_of_another_shop(server: Server, till: Till, other_till: Till, shop: Shop) -> None:
    mine, other = server.listen(till), server.listen(other_till)
    assert (mine.version(), other.version()) == (0, 0)
    Customer.objects.create(shop=shop, jina="Asha")
    assert mine.version() == 1
    Customer.objects.create(shop=other_till.device.shop, jina="Juma")
    Customer.objects.create(shop=other_till.device.shop, jina="Juma")
    assert other.version() in {1, 2}


def test_only_the_last_of_many_changes_is_told(server: Server, till: Till, shop: Shop) -> None:
    connection = server.listen(till)
    assert connection.version() == 0
    for number in range(10):
        Customer.objects.create(shop=shop, jina=str(number))
    told = [connection.version()]
    while told[-1] < 10:
        told.append(connection.version())
    assert told == sorted(set(told))


def test_a_heartbeat_comes_where_nothing_happens(server: Server, till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "_HEARTBEAT_S", 0.01)
    connection = server.listen(till)
    assert connection.version() == 0
    assert [connection.part(), connection.part()] == [":\n\n", ":\n\n"]


def test_who_goes_away_is_forgotten(server: Server, till: Till) -> None:
    connection = server.listen(till)
    assert len(server.app._listeners) == 1
    connection.hang_up()
    assert server.app._listeners == []


def end_by_revoking(till: Till) -> None:
    devices.revoke(till.device)


def end_by_logging_out(till: Till) -> None:
    DeviceToken.objects.filter(device=till.device).delete()


def end_by_dismissing(till: Till) -> None:
    Membership.objects.filter(user=till.device.user).delete()


@pytest.mark.parametrize("end", [end_by_revoking, end_by_logging_out, end_by_dismissing])
def test_it_ends_when_the_device_may_not_listen_any_more(server: Server, till: Till, shop: Shop, end: Any) -> None:
    bystander = make_till(shop, make_user("neema", shop))
    ended, goes_on = server.listen(till), server.listen(bystander)
    assert (ended.version(), goes_on.version()) == (0, 0)
    end(till)
    assert ended.next() == {"type": "http.response.body", "body": b""}
    assert ended.done.wait(WITHIN_S)
    Customer.objects.create(shop=shop, jina="Asha")
    assert goes_on.version() == 1
    assert server.get(till.headers()).head()[0] in {401, 403}


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"Authorization": "Bearer wrong"}, 401, "auth_required"),
        ({"Authorization": ""}, 401, "auth_required"),
        ({"Sawa-Client": ""}, 403, "auth_forbidden"),
        ({"Host": "evil.example"}, 400, "request_malformed"),
    ],
)
def test_a_stranger_is_refused(server: Server, till: Till, change: dict[str, str], status: int, code: str) -> None:
    connection = server.get({**till.headers(), **change})
    answered, headers = connection.head()
    assert (answered, headers["sawa-protocol"]) == (status, "1")
    assert f'"{code}"' in connection.part()
    assert connection.done.wait(WITHIN_S)
    assert server.app._listeners == []


def test_a_cookie_of_another_site_is_refused(server: Server, till: Till) -> None:
    headers = {"Sawa-Client": "tests/1", "Cookie": f"sawa_device={till.token}"}
    assert server.get({**headers, "Origin": "https://elsewhere.example"}).head()[0] == 403
    assert server.get({**headers, "Origin": "http://localhost"}).head()[0] == 200


def test_an_allowed_origin_may_read_it(server: Server, till: Till, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://till.example"]
    _, headers = server.get({**till.headers(), "Origin": "https://till.example"}).head()
    assert headers["access-control-allow-origin"] == "https://till.example"
    _, headers = server.get({**till.headers(), "Origin": "https://elsewhere.example"}).head()
    assert "access-control-allow-origin" not in headers
    assert "Origin" in headers["vary"]


def test_the_server_can_be_full(server: Server, till: Till, second_till: Till, settings: Any) -> None:
    settings.LIVE_CONNECTIONS = 1
    first = server.listen(till)
    refused = server.get(second_till.headers())
    status, headers = refused.head()
    assert (status, headers["retry-after"]) == (503, "30")
    assert "server_unavailable" in refused.part()
    first.hang_up()
    assert server.listen(second_till).version() == 0


def test_a_device_that_connects_again_loses_its_oldest_connection(server: Server, till: Till, shop: Shop) -> None:
    first, second, third = (server.listen(till) for _ in range(3))
    assert [connection.version() for connection in (first, second, third)] == [0, 0, 0]
    assert first.part() == ""
    Customer.objects.create(shop=shop, jina="Asha")
    assert (second.version(), third.version()) == (1, 1)


def test_everything_else_is_left_to_django(server: Server, till: Till) -> None:
    for method, path in [("GET", "/sync/v1/hello"), ("POST", live.PATH), ("OPTIONS", live.PATH)]:
        assert server.get(till.headers(), path, method).done.wait(WITHIN_S)
    assert server.passed_on == ["GET /sync/v1/hello", f"POST {live.PATH}", f"OPTIONS {live.PATH}"]


def test_a_database_that_fails_for_a_moment_is_asked_again(
    server: Server, till: Till, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = threading.Event()
    look = live._look

    def fail_once(*arguments: Any) -> Any:
        if not failed.is_set():
            failed.set()
            raise RuntimeError("planted")
        return look(*arguments)

    monkeypatch.setattr(live, "_look", fail_once)
    connection = server.listen(till)
    assert connection.version() == 0
    assert failed.wait(WITHIN_S)
    Customer.objects.create(shop=shop, jina="Asha")
    assert connection.version() == 1

# SPDX-License-Identifier: MIT
"""Headers, static files, the health page, and the limits in front of Django."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from config.body_limit import MAX_BYTES, BodyLimit
from config.env import flag, secret_key, words
from config.headers import STRICT_POLICY


@pytest.fixture
def till_files(tmp_path: Path, settings: Any) -> Client:
    """A client of a server that has a built till."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>Bidhaa</title>")
    (tmp_path / "sw.js").write_text("// worker")
    (tmp_path / "manifest.webmanifest").write_text("{}")
    (tmp_path / "assets" / "app-0a1b2c.js").write_text("// app")
    settings.WHITENOISE_ROOT = str(tmp_path)
    return Client()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/health/", "/", "/api/bidhaas/", "/sync/v1/hello", "/nowhere"])
def test_every_answer_carries_the_strict_policy(client: Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"] == STRICT_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"


def test_the_policy_is_the_agreed_one() -> None:
    assert STRICT_POLICY == (
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; worker-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; form-action 'self'; require-trusted-types-for 'script'"
    )


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/admin/login/", "/api/docs/"])
def test_the_admin_and_the_docs_have_a_policy_of_their_own(client: Client, path: str) -> None:
    policy = client.get(path).headers["Content-Security-Policy"]
    assert policy != STRICT_POLICY
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.django_db
def test_the_till_is_served_with_its_headers(till_files: Client) -> None:
    page = till_files.get("/")
    assert b"Bidhaa" in page.content
    assert page.headers["Content-Security-Policy"] == STRICT_POLICY
    assert page.headers["Cache-Control"] == "no-cache"
    for path in ("/sw.js", "/manifest.webmanifest"):
        response = till_files.get(path)
        assert response.headers["Cache-Control"] == "no-cache", path
    asset = till_files.get("/assets/app-0a1b2c.js")
    assert asset.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Access-Control-Allow-Origin" not in asset.headers
    assert asset.content == b"// app"
    assert till_files.get("/assets/app-0a1b2c.js", headers={"Range": "bytes=3-5"}).content == b"app"
    assert till_files.head("/assets/app-0a1b2c.js").content == b""


@pytest.mark.django_db
def test_without_a_built_till_the_page_says_so(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 503
    assert b"npm run build" in response.content


@pytest.mark.django_db
def test_health(client: Client) -> None:
    assert client.get("/health/").json()["status"] == "ok"


@pytest.mark.django_db
def test_json_is_compressed(client: Client) -> None:
    response = client.get("/api/schema/?format=json", headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"


@pytest.mark.django_db
def test_static_files_of_the_admin_need_no_collecting(client: Client) -> None:
    assert client.get("/static/admin/css/base.css").status_code == 200


def test_settings_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    first = secret_key(tmp_path / "var")
    assert len(first) > 50
    assert secret_key(tmp_path / "var") == first
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o077 == 0
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret_key"]
    monkeypatch.setenv("SECRET_KEY", "given")
    assert secret_key(tmp_path) == "given"
    monkeypatch.setenv("FLAG", "TRUE")
    monkeypatch.setenv("LIST", "a, b,")
    assert flag("FLAG", default=False) is True
    assert flag("NO_FLAG", default=True) is True
    assert words("LIST", []) == ["a", "b"]


def pour(chunks: int, size: int) -> list[Any]:
    """What the limit sends when a client pours a body without a length."""
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while (message := await receive())["type"] == "http.request":
            if not message["more_body"]:
                await send({"type": "http.response.start", "status": 200, "headers": []})
                return

    async def run() -> None:
        left = chunks

        async def receive() -> Any:
            nonlocal left
            left -= 1
            return {"type": "http.request", "body": b"x" * size, "more_body": left > 0}

        async def send(message: Any) -> None:
            sent.append(message)

        await BodyLimit(app)({"type": "http"}, receive, send)

    asyncio.run(run())
    return sent


def test_a_body_without_end_is_cut_off() -> None:
    assert [message["status"] for message in pour(4, 1024) if "status" in message] == [200]
    answer = pour(10_000, 1024 * 1024)
    assert [message["status"] for message in answer if "status" in message] == [413]
    assert MAX_BYTES < 10_000 * 1024 * 1024


@pytest.mark.django_db
def test_errors_for_programs_have_the_one_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    assert client.get("/api/nowhere").json()["error"]["code"] == "record_not_found"
    unknown = client.post("/sync/v1/nowhere")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "request_malformed")
    assert unknown.headers["Sawa-Protocol"] == "1"
    assert client.get("/nowhere").headers["Content-Type"].startswith("text/html")

    def fail(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("sawa.api.rest.auth.find_token", fail)
    broken = client.get("/api/bidhaas/")
    assert (broken.status_code, broken.json()["error"]["code"]) == (500, "server_unavailable")


@pytest.mark.django_db
def test_a_failing_endpoint_tells_nothing_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("sawa.api.views.stamps.now_ms", fail)
    response = Client().get("/sync/v1/hello", headers={"Sawa-Client": "t/1"})
    assert (response.status_code, response.json()["error"]["code"]) == (500, "server_unavailable")
    assert b"secret" not in response.content
    assert response.headers["Sawa-Protocol"] == "1"

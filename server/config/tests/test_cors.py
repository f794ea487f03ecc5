# SPDX-License-Identifier: MIT
"""Pages of other origins: those that are allowed hold a bearer token, and no cookie ever crosses."""

import json
from typing import Any

import pytest
from django.test import Client

from conftest import PASSWORD, Till

pytestmark = pytest.mark.django_db

FRIEND, STRANGER = "https://till.example", "https://elsewhere.example"
ALLOWED = "Access-Control-Allow-Origin"
ASKED = "authorization,content-encoding,content-type,sawa-client"


@pytest.fixture(autouse=True)
def _one_friend(settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = [FRIEND]


def preflight(client: Client, path: str, origin: str) -> Any:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": ASKED,
    }
    return client.options(path, headers=headers)


@pytest.mark.parametrize("path", ["/sync/v1/sync", "/sync/v1/enroll", "/api/sales/"])
def test_a_preflight_allows_what_a_device_sends(client: Client, path: str) -> None:
    answer = preflight(client, path, FRIEND)
    assert answer.status_code == 200
    assert answer.headers[ALLOWED] == FRIEND
    allowed = {name.strip() for name in answer.headers["Access-Control-Allow-Headers"].split(",")}
    assert set(ASKED.split(",")) <= allowed
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "origin" in answer.headers["Vary"].lower()


@pytest.mark.parametrize("path", ["/sync/v1/sync", "/api/sales/"])
def test_a_preflight_of_a_stranger_allows_nothing(client: Client, path: str) -> None:
    answer = preflight(client, path, STRANGER)
    assert not [name for name in answer.headers if name.startswith("Access-Control-")]


@pytest.mark.parametrize("path", ["/admin/login/", "/", "/health/"])
def test_pages_are_nobodys_business(client: Client, path: str) -> None:
    assert ALLOWED not in client.get(path, headers={"Origin": FRIEND}).headers


def enrol(client: Client, origin: str, credential: str) -> Any:
    body = {"protocol": 1, "username": "asha", "password": PASSWORD, "device_name": "Web", "credential": credential}
    headers = {"Origin": origin, "Sawa-Client": "tests/1"}
    return client.post("/sync/v1/enroll", json.dumps(body), content_type="application/json", headers=headers)


def test_a_friend_enrols_and_syncs_with_a_token(client: Client, user: Any) -> None:
    answer = enrol(client, FRIEND, "body")
    assert answer.status_code == 200
    assert answer.headers[ALLOWED] == FRIEND
    assert {name.strip() for name in answer.headers["Access-Control-Expose-Headers"].split(",")} == {
        "Sawa-Protocol",
        "Retry-After",
    }
    assert not answer.cookies
    device = Till(None, answer.json()["token"])  # type: ignore[arg-type]
    synced = device.send()
    assert synced.status_code == 200
    pulled = device.post("/sync/v1/sync", device.request(), Origin=FRIEND)
    assert (pulled.status_code, pulled.headers[ALLOWED]) == (200, FRIEND)


def test_a_refusal_can_be_read_by_a_friend(client: Client) -> None:
    answer = client.post("/sync/v1/sync", b"{}", content_type="application/json", headers={"Origin": FRIEND})
    assert (answer.status_code, answer.headers[ALLOWED]) == (403, FRIEND)


def test_a_friend_gets_no_cookie(client: Client, user: Any) -> None:
    answer = enrol(client, FRIEND, "cookie")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "auth_forbidden")
    assert not answer.cookies


def test_nor_may_it_use_one(client: Client, till: Till) -> None:
    client.cookies["sawa_device"] = till.token
    answer = client.post(
        "/sync/v1/sync",
        json.dumps(till.request()),
        content_type="application/json",
        headers={"Origin": FRIEND, "Sawa-Client": "tests/1"},
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "auth_forbidden")


@pytest.mark.parametrize("credential", ["body", "cookie"])
def test_a_stranger_does_not_enrol(client: Client, user: Any, credential: str) -> None:
    answer = enrol(client, STRANGER, credential)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "auth_forbidden")
    assert ALLOWED not in answer.headers


def test_nobody_is_allowed_unless_it_is_said(client: Client, settings: Any, user: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = []
    assert ALLOWED not in preflight(client, "/sync/v1/sync", FRIEND).headers
    assert enrol(client, FRIEND, "body").status_code == 403

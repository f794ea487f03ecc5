# SPDX-License-Identifier: MIT
"""Enrolment, log-in, and every way a credential can be wrong."""

import datetime
import json
import logging
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from conftest import PASSWORD, Till, make_shop, make_till, make_user, new_id, put
from sawa.models import Device, DeviceToken, Membership, Shop
from sawa.services import devices

pytestmark = pytest.mark.django_db

CLIENT = {"Sawa-Client": "tests/1"}
ORIGIN = {"Origin": "http://testserver"}


def post(client: Client, path: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(path, json.dumps(body), content_type="application/json", headers=headers)


def enroll(client: Client, user: str = "asha", password: str = PASSWORD, **changes: Any) -> Any:
    body = {
        "protocol": 1,
        "username": user,
        "password": password,
        "device_name": "Till 1",
        "credential": "body",
        "shop": None,
        **changes,
    }
    return post(client, "/sync/v1/enroll", body, **CLIENT, **ORIGIN)


def code(response: Any) -> tuple[int, str]:
    assert response.headers["Sawa-Protocol"] == "1"
    return response.status_code, response.json()["error"]["code"]


def test_enrolment_gives_a_device_of_the_shop(client: Client, shop: Shop, user: Any) -> None:
    answer = enroll(client).json()
    device = Device.objects.get()
    assert answer["device"] == {"id": str(device.pk), "name": "Till 1", "series": "A1"}
    assert answer["shop"] == {
        "id": str(shop.pk),
        "name": "Duka",
        "currency": "TZS",
        "time_zone": "Africa/Dar_es_Salaam",
    }
    assert answer["actor"] == {"id": str(user.pk), "name": "asha"}
    token = answer["token"]
    assert Till(device, token).sync()["reset"] is True
    stored = DeviceToken.objects.get()
    assert token not in (stored.token_hash, str(stored.__dict__))


def test_the_cookie_is_out_of_reach_of_scripts(client: Client, user: Any) -> None:
    response = enroll(client, credential="cookie")
    assert response.json()["token"] is None
    cookie = response.cookies["sawa_device"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (True, "Strict", "/", "")
    body = {"protocol": 1, "incarnation": new_id(), "cursor": None, "mutations": []}
    assert post(client, "/sync/v1/sync", body, **CLIENT, **ORIGIN).status_code == 200


def test_over_https_the_cookie_is_bound_to_the_host(client: Client, user: Any) -> None:
    body = {"protocol": 1, "username": "asha", "password": PASSWORD, "device_name": "T", "credential": "cookie"}
    response = client.post(
        "/sync/v1/enroll",
        json.dumps(body),
        content_type="application/json",
        secure=True,
        headers={**CLIENT, "Origin": "https://testserver"},
    )
    assert response.cookies["__Host-sawa_device"]["secure"] is True


def test_the_cookie_works_from_our_own_origin_only(client: Client, user: Any) -> None:
    enroll(client, credential="cookie")
    body = {"protocol": 1, "incarnation": new_id(), "cursor": None, "mutations": []}
    assert code(post(client, "/sync/v1/sync", body, **CLIENT, Origin="https://evil.example")) == (403, "auth_forbidden")
    assert code(post(client, "/sync/v1/sync", body, **CLIENT)) == (403, "auth_forbidden")
    assert code(post(client, "/sync/v1/sync", body, **ORIGIN)) == (403, "auth_forbidden")


def test_enrolling_with_the_cookie_needs_our_origin(client: Client, user: Any) -> None:
    body = {"protocol": 1, "username": "asha", "password": PASSWORD, "credential": "cookie"}
    response = post(client, "/sync/v1/enroll", body, **CLIENT, Origin="https://evil.example")
    assert code(response) == (403, "auth_forbidden")


@pytest.mark.parametrize("path", ["enroll", "login", "logout", "sync"])
def test_every_request_needs_the_client_header(client: Client, path: str) -> None:
    assert code(post(client, f"/sync/v1/{path}", {"protocol": 1}, **ORIGIN)) == (403, "auth_forbidden")


def test_hello_needs_no_credential_and_shows_the_device(client: Client, till: Till) -> None:
    answer = client.get("/sync/v1/hello", headers=CLIENT).json()
    assert (answer["protocol"], answer["device"]) == (1, None)
    assert till.get("/sync/v1/hello").json()["device"]["series"] == "A1"
    assert code(client.get("/sync/v1/hello")) == (403, "auth_forbidden")


def test_series_are_never_given_out_twice(shop: Shop, user: Any) -> None:
    first = [make_till(shop, user).device for _ in range(3)]
    first[2].delete()
    assert [device.series for device in first] == ["A1", "A2", "A3"]
    assert make_till(shop, user).device.series == "A4"


def test_series_names() -> None:
    names = [devices.series_name(number) for number in range(1, 3000)]
    assert (names[0], names[8], names[9], names[233], names[234]) == ("A1", "A9", "B1", "Z9", "AA1")
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("name", "password"), [("asha", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_wrong_credentials(client: Client, user: Any, name: str, password: str) -> None:
    assert code(enroll(client, name, password)) == (401, "auth_invalid_credentials")
    assert not Device.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"username": None},
        {"password": 5},
        {"credential": "url"},
        {"device_name": []},
        {"shop": "x"},
        {"username": "a\0"},
    ],
)
def test_broken_enrolments(client: Client, user: Any, changes: dict[str, Any]) -> None:
    response = enroll(client, **changes)
    assert code(response) == (400, "request_malformed")
    assert response.json()["error"]["details"]["path"] in changes


def test_a_user_with_several_shops_names_one(client: Client, shop: Shop, user: Any) -> None:
    second = make_shop("Second")
    Membership.objects.create(shop=second, user=user)
    response = enroll(client)
    assert code(response) == (400, "request_malformed")
    assert {each["id"] for each in response.json()["error"]["details"]["shops"]} == {str(shop.pk), str(second.pk)}
    assert enroll(client, shop=str(second.pk)).json()["shop"]["name"] == "Second"


def test_a_user_without_a_right_to_the_shop(client: Client, user: Any, other_shop: Shop) -> None:
    assert code(enroll(client, shop=str(other_shop.pk))) == (403, "auth_forbidden")
    make_user("loner")
    assert code(enroll(client, "loner")) == (403, "auth_forbidden")


def test_too_many_wrong_passwords_lock_the_name(client: Client, user: Any, settings: Any) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    for _ in range(3):
        response = enroll(client, password="wrong")
    assert code(response) == (429, "rate_limited")
    assert response.headers["Retry-After"] == "300"
    assert code(enroll(client)) == (429, "rate_limited")


def test_success_forgets_earlier_failures(client: Client, user: Any, settings: Any) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    for _ in range(3):
        enroll(client, password="wrong")
        enroll(client, password="wrong")
        assert enroll(client).status_code == 200


def login(till: Till, name: str = "asha", **changes: Any) -> Any:
    body = {
        "protocol": 1,
        "device": str(till.device.pk),
        "username": name,
        "password": PASSWORD,
        "credential": "body",
        **changes,
    }
    return post(Client(), "/sync/v1/login", body, **CLIENT)


def test_login_renews_the_credential_and_keeps_the_device(till: Till, shop: Shop) -> None:
    till.sync(till.mutation(put("customers", new_id(), jina="A")))
    answer = login(till).json()
    assert answer["device"] == {"id": str(till.device.pk), "name": "Till", "series": "A1"}
    old, till.token = till.token, answer["token"]
    assert till.sync(till.mutation(put("customers", new_id(), jina="B")))["last_seq"] == 2
    till.token = old
    assert code(till.send()) == (401, "auth_required")


def test_the_old_credential_works_until_the_new_one_is_used(till: Till) -> None:
    """The answer with the new one may be lost on the way."""
    login(till)
    assert till.send().status_code == 200


def test_login_on_a_device_of_another_shop(till: Till, other_till: Till) -> None:
    assert code(login(till, "juma")) == (403, "auth_forbidden")
    assert code(login(till, device=new_id())) == (403, "auth_forbidden")


def test_a_revoked_device_is_shut_out_at_once(till: Till) -> None:
    till.sync()
    devices.revoke(till.device)
    assert code(till.send()) == (403, "device_revoked")
    assert code(login(till)) == (403, "device_revoked")


def test_an_expired_token(till: Till) -> None:
    DeviceToken.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert code(till.send()) == (401, "auth_required")


def test_use_prolongs_a_token(till: Till) -> None:
    DeviceToken.objects.update(expires_at=timezone.now() + datetime.timedelta(days=3))
    till.sync()
    assert DeviceToken.objects.get().expires_at > timezone.now() + datetime.timedelta(days=89)


@pytest.mark.parametrize("token", ["", "x", "é", "x" * 10_000])
def test_unknown_tokens(till: Till, token: str) -> None:
    till.token = token
    assert code(till.send()) == (401, "auth_required")


def test_a_user_who_left_or_was_switched_off(till: Till, user: Any) -> None:
    user.is_active = False
    user.save()
    assert code(till.send()) == (403, "auth_forbidden")
    user.is_active = True
    user.save()
    Membership.objects.all().delete()
    assert code(till.send()) == (403, "auth_forbidden")


def test_logout_ends_the_credential(client: Client, user: Any) -> None:
    enroll(client, credential="cookie")
    response = post(client, "/sync/v1/logout", {"protocol": 1}, **CLIENT, **ORIGIN)
    assert response.status_code == 204
    assert response.cookies["sawa_device"].value == ""
    assert not DeviceToken.objects.exists()
    assert post(client, "/sync/v1/logout", {"protocol": 1}, **CLIENT, **ORIGIN).status_code == 204


def test_tokens_are_not_logged(
    till: Till, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        till.sync()
        till.send(protocol=2)
    assert till.token not in caplog.text + "".join(capsys.readouterr())

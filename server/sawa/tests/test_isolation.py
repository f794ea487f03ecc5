# SPDX-License-Identifier: MIT
"""Two shops on one server: nothing of one is seen, named or touched by the other, by whatever endpoint."""

import json
from typing import Any

import pytest
from django.test import Client

from bidhaa.models import Bidhaa, Customer, Sale, SaleItem
from conftest import Till, increment, make_user, new_id, patch, put, remove, sale_ops
from sawa.models import Change, Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def sale_id(till: Till, product: Bidhaa) -> str:
    """A sale of the first shop, which the second one tries to reach."""
    record = new_id()
    assert till.verdict(*sale_ops(str(product.pk), sale=record))["status"] == "applied"
    return record


@pytest.fixture
def customer(shop: Shop) -> Customer:
    return Customer.objects.create(shop=shop, jina="Secret", phone="0711")


def everything(shop: Shop) -> list[Any]:
    """The whole state of a shop."""
    return [
        list(Bidhaa.objects.filter(shop=shop).order_by("pk").values()),
        list(Customer.objects.filter(shop=shop).order_by("pk").values()),
        list(Sale.objects.filter(shop=shop).order_by("pk").values()),
        list(SaleItem.objects.filter(shop=shop).order_by("pk").values()),
        list(Change.objects.filter(shop=shop).order_by("pk").values()),
    ]


@pytest.mark.parametrize("with_cursor", [False, True])
def test_a_pull_gives_nothing_of_the_other_shop(
    other_till: Till, till: Till, product: Bidhaa, customer: Customer, with_cursor: bool
) -> None:
    if with_cursor:
        other_till.sync()
    assert other_till.sync()["changes"] == []


def test_a_cursor_of_another_shop_means_nothing(other_till: Till, till: Till, product: Bidhaa) -> None:
    till.sync()
    other_till.cursor = till.cursor
    assert other_till.send().json()["error"]["code"] == "cursor_epoch_changed"


@pytest.mark.parametrize(
    "attack",
    [
        lambda product, sale, customer: put("bidhaas", product, jina="mine", price=1, stock=0),
        lambda product, sale, customer: patch("bidhaas", product, price=1),
        lambda product, sale, customer: increment("bidhaas", product, "stock", -1),
        lambda product, sale, customer: remove("bidhaas", product),
        lambda product, sale, customer: put("customers", customer, jina="mine"),
        lambda product, sale, customer: remove("customers", customer),
        lambda product, sale, customer: remove("sales", sale),
        lambda product, sale, customer: patch("sales", sale, total=1),
    ],
)
def test_no_operation_reaches_a_record_of_another_shop(
    other_till: Till, shop: Shop, product: Bidhaa, sale_id: str, customer: Customer, attack: Any
) -> None:
    before = everything(shop)
    verdict = other_till.verdict(attack(str(product.pk), sale_id, str(customer.pk)))
    assert (verdict["status"], verdict["code"]) == ("rejected", "mutation_invalid")
    text = json.dumps(verdict)
    assert "Sukari" not in text
    assert "Secret" not in text
    assert everything(shop) == before
    assert other_till.sync()["changes"] == []


def test_a_sale_with_an_id_of_another_shop_is_kept_for_a_person(
    other_till: Till, shop: Shop, product: Bidhaa, sale_id: str
) -> None:
    before = everything(shop)
    verdict = other_till.verdict(*sale_ops(new_id(), sale=sale_id))
    assert (verdict["status"], verdict["code"]) == ("quarantined", "mutation_invalid")
    assert everything(shop) == before


def test_a_shop_in_the_body_is_not_listened_to(other_till: Till, shop: Shop, other_shop: Shop) -> None:
    record = new_id()
    other_till.sync(
        other_till.mutation(put("customers", record, jina="A", shop=str(shop.pk), shop_id=str(shop.pk))),
        shop=str(shop.pk),
    )
    assert Customer.objects.get().shop_id == other_shop.pk


def test_incarnations_of_two_shops_are_apart(till: Till, other_till: Till) -> None:
    other_till.incarnation = till.incarnation
    till.sync(till.mutation(put("customers", new_id(), jina="A")))
    answer = other_till.sync(other_till.mutation(put("customers", new_id(), jina="B")))
    assert (answer["verdicts"][0]["status"], answer["last_seq"]) == ("applied", 1)


def test_a_mutation_id_of_another_shop_is_not_known(till: Till, other_till: Till) -> None:
    mutation = till.mutation(put("customers", new_id(), jina="A"))
    till.sync(mutation)
    other = {**mutation, "ops": [put("customers", new_id(), jina="B")]}
    assert other_till.sync(other)["verdicts"][0]["status"] == "applied"


REST_READS = [
    "/api/bidhaas/",
    "/api/customers/",
    "/api/sales/",
    "/api/bidhaas/sync/",
    "/api/bidhaas/sync/?last_sync=2020-01-01T00:00:00Z",
]


@pytest.mark.parametrize("by_session", [False, True])
@pytest.mark.parametrize("path", REST_READS)
def test_rest_lists_show_the_own_shop_alone(
    other_till: Till, product: Bidhaa, sale_id: str, customer: Customer, path: str, by_session: bool, client: Client
) -> None:
    if by_session:
        client.force_login(other_till.device.user)
        response = client.get(path)
    else:
        response = other_till.get(path)
    assert response.status_code == 200
    text = response.content.decode()
    for secret in (str(product.pk), sale_id, str(customer.pk), "Sukari", "Secret"):
        assert secret not in text


def test_rest_details_of_another_shop_are_not_there(
    other_till: Till, shop: Shop, product: Bidhaa, sale_id: str, customer: Customer
) -> None:
    before = everything(shop)
    for path in (f"/api/bidhaas/{product.pk}/", f"/api/customers/{customer.pk}/", f"/api/sales/{sale_id}/"):
        assert other_till.get(path).status_code == 404
        for method in ("put", "patch", "delete"):
            response = getattr(other_till.client, method)(
                path, json.dumps({"jina": "mine", "price": 1}), "application/json", headers=other_till.headers()
            )
            assert response.status_code in {404, 405}
            assert response.json()["error"]["code"] in {"record_not_found", "request_malformed"}
    assert everything(shop) == before


def test_rest_cannot_create_with_an_id_of_another_shop(
    other_till: Till, shop: Shop, product: Bidhaa, sale_id: str, customer: Customer
) -> None:
    before = everything(shop)
    attempts = [
        ("/api/bidhaas/", {"id": str(product.pk), "jina": "mine", "price": 1}),
        ("/api/customers/", {"id": str(customer.pk), "jina": "mine"}),
        ("/api/sales/", {"id": sale_id, "receipt_number": "1", "items": [{"bidhaa": new_id(), "quantity": 1}]}),
        ("/api/sales/", {"receipt_number": "1", "items": [{"bidhaa": str(product.pk), "quantity": 1}]}),
    ]
    for path, body in attempts:
        response = other_till.post(path, body)
        assert (response.status_code, response.json()["error"]["code"]) == (409, "mutation_invalid"), path
    assert everything(shop) == before


def test_a_session_cannot_name_a_shop_of_others(other_till: Till, shop: Shop, client: Client) -> None:
    client.force_login(other_till.device.user)
    for text in (str(shop.pk), "x", ""):
        assert client.get(f"/api/bidhaas/?shop={text}").json()["error"]["code"] == "auth_forbidden"


def test_a_user_of_no_shop_sees_nothing(client: Client, product: Bidhaa) -> None:
    client.force_login(make_user("loner"))
    for path in REST_READS:
        assert client.get(path).status_code == 403


def test_nobody_sees_nothing(client: Client, product: Bidhaa) -> None:
    for path in REST_READS:
        response = client.get(path)
        assert (response.status_code, response.json()["error"]["code"]) == (401, "auth_required")

# SPDX-License-Identifier: MIT
"""The plain REST API."""

import datetime
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from bidhaa.models import Bidhaa, Customer, Sale, StockMovement
from conftest import Till, make_user, new_id
from sawa.models import Change, Membership, Shop

pytestmark = pytest.mark.django_db


def send(till: Till, method: str, path: str, body: Any) -> Any:
    return getattr(till.client, method)(path, json.dumps(body), "application/json", headers=till.headers())


def new_sale(product: Bidhaa, **changes: Any) -> dict[str, Any]:
    return {
        "id": new_id(),
        "receipt_number": "R-1",
        "sold_at": "2026-11-23T08:00:00+03:00",
        "customer_name": "Asha",
        "items": [{"bidhaa": str(product.pk), "quantity": 2}],
        "payments": [{"method": "cash", "amount": 2000, "tendered": 5000, "change": 3000}],
        **changes,
    }


def test_products_can_be_listed_made_changed_and_removed(till: Till, product: Bidhaa) -> None:
    made = send(till, "post", "/api/bidhaas/", {"jina": "Chai", "price": 300, "stock": 4, "cost": 200})
    assert made.status_code == 201
    pk = made.json()["id"]
    assert [row["jina"] for row in till.get("/api/bidhaas/").json()["results"]] == ["Chai", "Sukari"]
    assert send(till, "patch", f"/api/bidhaas/{pk}/", {"stock": 9, "price": 350}).json()["stock"] == 9
    assert StockMovement.objects.get().delta == 5
    change = till.pull_all()[("bidhaas", pk)]
    assert change["fields"]["price"] == 350
    assert "opening_stock" not in change["fields"]
    assert send(till, "delete", f"/api/bidhaas/{pk}/", {}).status_code == 204
    assert till.pull_all()[("bidhaas", pk)]["removed"] is True
    call_command("bidhaa_verify", verbosity=0)


def test_an_id_can_be_given_once(till: Till) -> None:
    body = {"id": new_id(), "jina": "Asha"}
    assert send(till, "post", "/api/customers/", body).status_code == 201
    again = send(till, "post", "/api/customers/", body)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "record_exists")
    moved = send(till, "patch", f"/api/customers/{body['id']}/", {"id": new_id(), "phone": "1"})
    assert moved.json()["id"] == body["id"]
    assert Customer.objects.get().phone == "1"


@pytest.mark.parametrize(
    "body",
    [{}, {"jina": ""}, {"jina": "A", "price": -1}, {"jina": "A", "price": "9" * 20}, {"jina": "A", "price": "x"}],
)
def test_what_breaks_a_rule_is_refused_in_the_one_error_shape(till: Till, body: Any) -> None:
    response = send(till, "post", "/api/bidhaas/", body)
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["code"] == "request_malformed"
    assert error["details"]["fields"]


@pytest.mark.parametrize("body", [b"{", b'{"jina": "A", "jina": "B", "price": 1}', b"[" * 100, b'{"price": NaN}'])
def test_json_is_read_as_strictly_as_on_sync(till: Till, body: bytes) -> None:
    response = till.post("/api/bidhaas/", body)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "request_malformed")


def test_a_sale_moves_the_stock_once(till: Till, product: Bidhaa) -> None:
    body = new_sale(product)
    made = send(till, "post", "/api/sales/", body)
    assert made.status_code == 201, made.content
    sale = made.json()
    assert (sale["total"], sale["item_count"], sale["currency"]) == (2000, 2, "TZS")
    assert sale["items"][0]["jina"] == "Sukari"
    assert sale["payments"][0]["change"] == 3000
    again = send(till, "post", "/api/sales/", {**body, "receipt_number": "another"})
    assert again.status_code == 200
    assert again.json() == sale
    product.refresh_from_db()
    assert product.stock == 8
    assert StockMovement.objects.get().reason == "sale.api"
    assert till.get(f"/api/sales/{sale['id']}/").json() == sale
    assert ("sales", sale["id"]) in till.pull_all()


def test_sales_are_never_changed(till: Till, product: Bidhaa) -> None:
    sale = send(till, "post", "/api/sales/", new_sale(product)).json()
    for method in ("put", "patch", "delete"):
        assert send(till, method, f"/api/sales/{sale['id']}/", {"total": 1}).status_code == 405


def test_bulk_create_gives_each_sale_its_own_result(till: Till, product: Bidhaa) -> None:
    known = new_sale(product, receipt_number="R-0")
    send(till, "post", "/api/sales/", known)
    sales: list[Any] = [
        new_sale(product, receipt_number="R-1"),
        known,
        {"receipt_number": "R-2"},
        new_sale(product, receipt_number="R-3", total=5),
        "not a sale",
        new_sale(product, receipt_number="R-4", items=[{"bidhaa": str(product.pk), "quantity": 0}]),
    ]
    sales.append(sales[0])
    response = send(till, "post", "/api/sales/bulk_create/", {"sales": sales})
    assert response.status_code == 200
    results = response.json()["results"]
    assert [result["index"] for result in results] == list(range(7))
    assert [result["status"] for result in results] == [
        "created", "duplicate", "failed", "created", "failed", "failed", "duplicate"
    ]  # fmt: skip
    assert results[2]["code"] == "request_malformed"
    assert "items" in results[2]["fields_in_error"]
    assert results[3]["warnings"] == ["total_mismatch"]
    assert Sale.objects.count() == 3
    product.refresh_from_db()
    assert product.stock == 4


@pytest.mark.parametrize("body", [{}, {"sales": []}, {"sales": [{}] * 201}, {"sales": 5}, []])
def test_bulk_create_needs_a_list(till: Till, body: Any) -> None:
    assert send(till, "post", "/api/sales/bulk_create/", body).status_code == 400


def test_sync_by_cursor_skips_nothing_and_names_the_removed(till: Till, shop: Shop, product: Bidhaa) -> None:
    Bidhaa.objects.bulk_create([Bidhaa(shop=shop, jina=f"B{number}") for number in range(5)])
    first = till.get("/api/bidhaas/sync/?limit=4").json()
    assert (len(first["results"]), first["more"], first["removed"]) == (4, True, [])
    second = till.get(f"/api/bidhaas/sync/?last_sync={first['cursor']}").json()
    assert (len(second["results"]), second["more"]) == (2, False)
    Customer.objects.create(shop=shop, jina="not a product")
    removed = str(product.pk)
    product.delete()
    third = till.get(f"/api/bidhaas/sync/?last_sync={second['cursor']}").json()
    assert (third["results"], third["removed"]) == ([], [removed])


def test_sync_by_time_is_generous(till: Till, shop: Shop, product: Bidhaa) -> None:
    Change.objects.update(changed_at=timezone.now() - datetime.timedelta(hours=2))
    Bidhaa.objects.create(shop=shop, jina="New")
    hour_ago = (timezone.now() - datetime.timedelta(hours=1)).isoformat()
    for text in (hour_ago, hour_ago.replace("+00:00", "Z").replace("+", "%2B")):
        answer = till.get(f"/api/bidhaas/sync/?last_sync={text}").json()
        assert [row["jina"] for row in answer["results"]] == ["New"]
    long_ago = till.get("/api/bidhaas/sync/?last_sync=2020-01-01T00:00:00").json()
    assert len(long_ago["results"]) == 2
    tomorrow = (timezone.now() + datetime.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert till.get(f"/api/bidhaas/sync/?last_sync={tomorrow}").json()["results"] == []


@pytest.mark.parametrize(
    ("query", "status"), [("last_sync=yesterday", 409), ("limit=x", 400), ("last_sync=2026-13-45T00:00:00Z", 409)]
)
def test_sync_with_bad_parameters(till: Till, query: str, status: int) -> None:
    assert till.get(f"/api/bidhaas/sync/?{query}").status_code == status


def test_a_person_with_several_shops_names_one(client: Client, shop: Shop, user: Any, product: Bidhaa) -> None:
    second = Shop.objects.create(name="Second")
    Membership.objects.create(shop=second, user=user)
    client.force_login(user)
    refused = client.get("/api/bidhaas/")
    assert refused.status_code == 400
    assert len(refused.json()["error"]["details"]["shops"]) == 2
    assert client.get(f"/api/bidhaas/?shop={shop.pk}").json()["count"] == 1
    assert client.get(f"/api/bidhaas/?shop={second.pk}").json()["count"] == 0


def test_a_session_needs_the_csrf_token(shop: Shop, user: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    response = client.post("/api/customers/", "{}", content_type="application/json")
    assert (response.status_code, response.json()["error"]["code"]) == (403, "auth_forbidden")


def test_the_device_cookie_works_with_the_client_header(client: Client, till: Till) -> None:
    client.cookies["sawa_device"] = till.token
    assert client.get("/api/bidhaas/").status_code == 401
    assert client.get("/api/bidhaas/", headers={"Sawa-Client": "t/1"}).status_code == 200


def test_the_schema_is_made_without_warnings(tmp_path: Any) -> None:
    target = tmp_path / "schema.yml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(target))
    text = target.read_text(encoding="utf-8")
    for path in ("/api/bidhaas/", "/api/bidhaas/sync/", "/api/customers/", "/api/sales/", "/api/sales/bulk_create/"):
        assert f"  {path}:" in text


def test_schema_and_docs_are_served(client: Client) -> None:
    assert client.get("/api/schema/").status_code == 200
    page = client.get("/api/docs/")
    assert page.status_code == 200
    assert b"http://" not in page.content.replace(b"http://www.w3.org", b"")
    assert b"cdn" not in page.content


def test_unknown_ids_are_not_found(till: Till) -> None:
    for path in (f"/api/bidhaas/{new_id()}/", f"/api/sales/{new_id()}/"):
        response = till.get(path)
        assert (response.status_code, response.json()["error"]["code"]) == (404, "record_not_found")


def test_staff_rights_do_not_open_shops(client: Client, product: Bidhaa) -> None:
    client.force_login(make_user("boss", staff=True))
    assert client.get("/api/bidhaas/").status_code == 403

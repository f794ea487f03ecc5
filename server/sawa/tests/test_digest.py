# SPDX-License-Identifier: MIT
"""Digests of what a device has."""

import hashlib
import uuid
from typing import Any

import pytest
from django.db import connection

from bidhaa.models import Bidhaa, Customer
from conftest import Till, new_id, put, remove
from sawa.canonical import canonical_bytes
from sawa.models import Shop
from sawa.services import digest as digesting

pytestmark = pytest.mark.django_db

FIELDS = ["jina", "phone", "archived"]


def asked(**changes: Any) -> dict[str, Any]:
    return {"collection": "customers", "after": None, "upto": None, "fields": FIELDS, **changes}


def ask(till: Till, *ranges: dict[str, Any]) -> list[dict[str, Any]]:
    response = till.post("/sync/v1/digest", {"protocol": 1, "ranges": ranges})
    assert response.status_code == 200, response.content
    found: list[dict[str, Any]] = response.json()["digests"]
    return found


def line(record_id: str, **fields: Any) -> bytes:
    return canonical_bytes({"id": record_id, **fields}) + b"\n"


def sha256(*lines: bytes) -> str:
    return hashlib.sha256(b"".join(lines)).hexdigest()


@pytest.fixture
def customers(shop: Shop) -> list[str]:
    """The ids of three customers, in order."""
    ids = sorted(str(uuid.uuid4()) for _ in range(3))
    for number, record_id in enumerate(ids):
        Customer.objects.create(shop=shop, id=uuid.UUID(record_id), jina=f"Asha {number}", phone="0" * number)
    return ids


def lines_of(customers: list[str]) -> list[bytes]:
    return [
        line(record_id, jina=f"Asha {number}", phone="0" * number, archived=False)
        for number, record_id in enumerate(customers)
    ]


def test_a_range_is_what_its_records_say_in_order(till: Till, customers: list[str]) -> None:
    first, second, third = lines_of(customers)
    whole, behind, middle, empty = ask(
        till,
        asked(),
        asked(after=customers[0]),
        asked(after=customers[0], upto=customers[1]),
        asked(after=customers[2]),
    )
    assert whole == {"count": 3, "digest": sha256(first, second, third), "more": False}
    assert behind == {"count": 2, "digest": sha256(second, third), "more": False}
    assert middle == {"count": 1, "digest": sha256(second), "more": False}
    assert empty == {"count": 0, "digest": sha256(), "more": False}


def test_rows_say_which_record_differs(till: Till, customers: list[str]) -> None:
    (found,) = ask(till, asked(rows=True))
    assert found["rows"] == [
        [record_id, sha256(text)[:16]] for record_id, text in zip(customers, lines_of(customers), strict=True)
    ]


def test_only_fields_that_the_device_knows_count_and_nulls_do_not(till: Till, product: Bidhaa) -> None:
    Bidhaa.objects.update(barcode=None)
    (found,) = ask(till, asked(collection="bidhaas", fields=["sku", "barcode", "stock", "colour"]))
    assert found["digest"] == sha256(line(str(product.pk), sku=product.sku, stock=product.stock))


def test_removed_records_and_those_of_other_shops_do_not_count(
    till: Till, other_till: Till, customers: list[str]
) -> None:
    till.verdict(remove("customers", customers[1]))
    other_till.verdict(put("customers", new_id(), jina="elsewhere"))
    first, _, third = lines_of(customers)
    assert ask(till, asked())[0]["digest"] == sha256(first, third)


def test_what_is_changed_behind_the_feed_is_told(till: Till, customers: list[str]) -> None:
    before = ask(till, asked())
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {Customer._meta.db_table} SET jina = 'by hand' WHERE phone = '0'")
    assert ask(till, asked()) != before


def test_a_role_is_told_of_what_it_sees(till: Till, cashier: Till, product: Bidhaa) -> None:
    hidden = asked(collection="bidhaas", fields=["sku", "cost"])
    plain = asked(collection="bidhaas", fields=["sku"])
    assert ask(cashier, hidden) == ask(cashier, plain)
    Bidhaa.objects.update(cost=700)
    assert ask(till, hidden) != ask(till, plain)
    assert ask(cashier, hidden) == ask(cashier, plain)


def test_a_collection_that_the_server_does_not_know_is_empty(till: Till) -> None:
    assert ask(till, asked(collection="planets"))[0]["count"] == 0


def test_a_long_range_says_that_there_is_more(
    till: Till, customers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digesting, "RANGE_MAX", 2)
    first, second, _ = lines_of(customers)
    assert ask(till, asked())[0] == {"count": 2, "digest": sha256(first, second), "more": True}


@pytest.mark.parametrize(
    "ranges",
    [
        None,
        ["x"],
        [asked(after="x")],
        [asked(upto=5)],
        [asked(collection=None)],
        [asked(fields="jina")],
        [asked(fields=[1])],
        [asked(fields=["x"] * 201)],
    ],
)
def test_a_malformed_range_is_refused(till: Till, ranges: Any) -> None:
    response = till.post("/sync/v1/digest", {"protocol": 1, "ranges": ranges})
    assert (response.status_code, response.json()["error"]["code"]) == (400, "request_malformed")


def test_too_many_ranges_are_refused(till: Till) -> None:
    assert till.post("/sync/v1/digest", {"protocol": 1, "ranges": [asked()] * 33}).status_code == 413

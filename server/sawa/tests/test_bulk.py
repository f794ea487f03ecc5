# SPDX-License-Identifier: MIT
"""Rows written set-based must be those that Django would have written."""

import datetime
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from bidhaa.models import Bidhaa, Customer, Sale
from conftest import Till, new_id, patch, put, sale_ops, stamp
from sawa import bulk
from sawa.models import Change, QuarantinedMutation, Receipt, Shop
from sawa.registry import registry

pytestmark = pytest.mark.django_db

TEXTS = ["", "'; DROP TABLE x; --", "%s %(a)s {0}", 'a"b\\c', "line\nline\t\x01", "Çay ☕ 😀", "null"]
MOMENT = datetime.datetime(2026, 2, 28, 23, 59, 59, 999_999, datetime.UTC)


def values(model: type[models.Model]) -> list[dict[str, Any]]:
    """All rows but for their keys, as Django reads them."""
    rows = [{name: value for name, value in row.items() if name != "id"} for row in model._base_manager.values()]
    return sorted(rows, key=repr)


def products(shop: Shop) -> list[Bidhaa]:
    return [
        Bidhaa(
            shop=shop, jina=text, barcode=text if number % 2 else None, price=(-1) ** number * (2**53 - 1),
            cost=number or None, archived=bool(number % 2),
        )
        for number, text in enumerate(TEXTS)
    ]  # fmt: skip


def sales(shop: Shop) -> list[Sale]:
    other = uuid.UUID(int=5)
    plain = Sale(shop=shop, sold_at=MOMENT, flags=["oversold", {"a": [1, None, "x'y"]}], customer_id=other)
    zoned = MOMENT.astimezone(datetime.timezone(datetime.timedelta(hours=3)))
    return [plain, Sale(shop=shop, sold_at=zoned, device_id=other, cashier="☕")]


@pytest.mark.parametrize("make", [products, sales])
def test_inserted_rows_are_those_of_django(shop: Shop, make: Any) -> None:
    instances = make(shop)
    model = type(instances[0])
    bulk.insert(instances)
    mine = values(model)
    models.QuerySet(model)._raw_delete(connection.alias)
    models.QuerySet(model).bulk_create(make(shop))
    assert mine == values(model)
    assert len(mine) == len(instances)


def test_more_rows_than_one_statement_takes(shop: Shop) -> None:
    bulk.insert([Customer(shop=shop, jina=str(number)) for number in range(7_000)])
    assert Customer.objects.filter(shop=shop).count() == 7_000


def test_nothing_is_inserted_of_nothing() -> None:
    bulk.insert([])


def test_an_existing_key_is_refused(shop: Shop) -> None:
    customer = Customer(shop=shop, jina="a")
    bulk.insert([customer])
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert([customer])


def test_rows_that_django_writes_do_not_enter_the_feed_either(shop: Shop) -> None:
    number: Any = 5
    customer = Customer(shop=shop, jina=number)
    bulk.insert([customer])
    fields: Any = [Customer._meta.get_field("jina")]
    bulk.update(Customer, fields, [[6, customer.pk]])
    assert Customer.objects.get().jina == "6"
    assert not Change.objects.exists()


def test_updates_touch_their_rows_and_fields_alone(shop: Shop) -> None:
    bulk.insert(products(shop))
    before = {row["id"]: row for row in Bidhaa.objects.values()}
    first, second, *_ = sorted(before)
    fields: Any = [Bidhaa._meta.get_field(name) for name in ("jina", "barcode", "stock", "archived")]
    bulk.update(
        Bidhaa,
        fields,
        [["x'☕", None, -5, True, first], ["", "b", 7, False, second], ["y", "z", 1, True, uuid.uuid4()]],
    )
    expected = {
        **before,
        first: before[first] | {"jina": "x'☕", "barcode": None, "stock": -5, "archived": True},
        second: before[second] | {"jina": "", "barcode": "b", "stock": 7, "archived": False},
    }
    assert {row["id"]: row for row in Bidhaa.objects.values()} == expected


def refuse_rows(_: Any, rows: Any, *__: Any, **___: Any) -> None:
    assert not list(rows), "written by Django's slower operations"


@pytest.fixture
def fast_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models.QuerySet, "bulk_create", refuse_rows)
    monkeypatch.setattr(models.QuerySet, "bulk_update", refuse_rows)


#: All that a push writes many rows of.
WRITTEN = [
    *(collection.model for collection in registry if collection.model is not QuarantinedMutation),
    Change,
    Receipt,
]


@pytest.mark.parametrize("model", WRITTEN)
def test_the_models_of_the_project_are_known(model: type[models.Model]) -> None:
    assert bulk._are_known([field for field in model._meta.concrete_fields if field.name != "id"], "default")


@pytest.mark.usefixtures("fast_only")
def test_a_push_is_written_fast(till: Till, product: Bidhaa) -> None:
    customer = new_id()
    ops = [*sale_ops(str(product.pk)), put("customers", customer, jina="a")]
    assert till.verdict(*ops)["status"] == "applied"
    early = stamp(ms=1)
    ops = [patch("bidhaas", str(product.pk), price=7, barcode="1"), patch("customers", customer, jina="b")]
    assert till.verdict(*ops, stamp=early)["status"] == "merged"
    assert till.verdict(patch("bidhaas", str(product.pk), price=8))["status"] == "applied"
    assert Bidhaa.objects.values_list("price", "stock").get() == (8, 8)

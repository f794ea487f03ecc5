# SPDX-License-Identifier: MIT
"""Cursors and pages."""

import uuid

import pytest
from django.core.management import call_command

from bidhaa.models import Customer
from conftest import Till, new_id, patch, put
from sawa.models import Shop

pytestmark = pytest.mark.django_db


def test_pages_hold_every_record_once(till: Till, shop: Shop) -> None:
    Customer.objects.bulk_create([Customer(shop=shop, jina=str(number)) for number in range(25)])
    seen: list[str] = []
    first = till.sync(limit=10)
    assert (first["reset"], first["more"], len(first["changes"])) == (True, True, 10)
    assert first["version"] == first["changes"][-1]["version"] < first["head"]
    seen += [change["id"] for change in first["changes"]]
    while first["more"]:
        first = till.sync(limit=10)
        assert first["reset"] is False
        seen += [change["id"] for change in first["changes"]]
    assert len(seen) == len(set(seen)) == 25
    assert first["version"] == first["head"]
    assert till.sync()["changes"] == []


def test_a_record_changed_between_pages_comes_again_with_its_newest_state(till: Till, shop: Shop) -> None:
    rows = Customer.objects.bulk_create([Customer(shop=shop, jina=str(number)) for number in range(4)])
    till.sync(limit=2)
    rows[0].jina = "changed"
    rows[0].save()
    rest = till.sync(limit=10)
    assert {change["id"]: change["fields"]["jina"] for change in rest["changes"]}[str(rows[0].pk)] == "changed"
    assert rest["more"] is False


def test_what_a_push_named_comes_with_its_answer_however_long_the_feed_is(till: Till, shop: Shop) -> None:
    customers = Customer.objects.bulk_create([Customer(shop=shop, jina=str(number)) for number in range(6)])
    edited, mine = str(customers[5].pk), new_id()
    answer = till.sync(
        till.mutation(patch("customers", edited, jina="mine"), put("customers", mine, jina="new")), limit=2
    )
    assert (answer["more"], len(answer["changes"])) == (True, 4)
    assert {change["id"]: change["fields"]["jina"] for change in answer["changes"][2:]} == {edited: "mine", mine: "new"}
    assert answer["version"] == answer["changes"][1]["version"]
    rest = till.sync(limit=10)
    assert [change["fields"]["jina"] for change in rest["changes"]] == ["2", "3", "4", "mine", "new"]


def test_a_repeated_push_brings_its_records_again(till: Till, shop: Shop) -> None:
    Customer.objects.bulk_create([Customer(shop=shop, jina=str(number)) for number in range(6)])
    mutation = till.mutation(put("customers", mine := new_id(), jina="new"))
    cursor = till.cursor
    till.sync(mutation, limit=2)
    till.cursor = cursor
    again = till.sync(mutation, limit=2)
    assert again["verdicts"][0]["status"] == "duplicate"
    assert mine in {change["id"] for change in again["changes"]}


def test_an_empty_shop_gives_an_empty_page(till: Till) -> None:
    answer = till.sync()
    assert (answer["changes"], answer["more"], answer["reset"], answer["version"]) == ([], False, True, 0)


@pytest.mark.parametrize(
    "cursor", ["", "x", "1.2.3", f"{uuid.uuid4().hex}.-1", f"{uuid.uuid4().hex}.1e3", "zz.5", "." * 99]
)
def test_a_cursor_of_nobody_is_invalid(till: Till, cursor: str) -> None:
    response = till.send(cursor=cursor)
    assert (response.status_code, response.json()["error"]["code"]) == (409, "cursor_invalid")


def test_a_restored_server_has_another_epoch(till: Till, shop: Shop) -> None:
    till.sync(till.mutation(put("customers", new_id(), jina="A")))
    call_command("sawa_new_epoch", verbosity=0)
    mutation = till.mutation(put("customers", new_id(), jina="B"))
    response = till.send(mutation)
    assert (response.status_code, response.json()["error"]["code"]) == (409, "cursor_epoch_changed")
    assert Customer.objects.count() == 1, "a refused request has no effect"
    till.cursor = None
    assert till.sync(mutation)["verdicts"][0]["status"] == "applied"


def test_a_cursor_beyond_the_head_tells_of_a_restored_backup(till: Till, shop: Shop) -> None:
    till.sync(till.mutation(put("customers", new_id(), jina="A")))
    Shop.objects.filter(pk=shop.pk).update(version=0)
    assert till.send().json()["error"]["code"] == "cursor_epoch_changed"


def test_limits_are_bounded(till: Till, shop: Shop) -> None:
    Customer.objects.bulk_create([Customer(shop=shop, jina=str(number)) for number in range(3)])
    assert len(till.sync(limit=0)["changes"]) == 1
    till.cursor = None
    assert len(till.sync(limit=10**9)["changes"]) == 3


def test_the_answer_has_every_field_of_the_protocol(till: Till) -> None:
    answer = till.sync(till.mutation(put("customers", new_id(), jina="A")))
    assert set(answer) == {
        "protocol", "server_time_ms", "last_seq", "verdicts", "reset", "cursor", "version", "head", "more", "changes"
    }  # fmt: skip
    assert set(answer["verdicts"][0]) == {"seq", "status", "code", "message", "version", "warnings"}
    assert set(answer["changes"][0]) == {"collection", "id", "version", "stamp", "stamps", "fields"}

# SPDX-License-Identifier: MIT
"""Cursors and pages."""

import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from bidhaa.models import Bidhaa, Customer, Payment, Sale
from conftest import Till, new_id, patch, put, remove
from sawa.ids import uuid7
from sawa.models import Shop
from sawa.registry import registry

pytestmark = pytest.mark.django_db


def customers_by_id(shop: Shop, count: int) -> list[Customer]:
    """In the order of a first sync, and named by it. Of their ids one part alone differs: databases
    do not agree on the order of the parts.
    """
    ids = [uuid.UUID(f"00000000-0000-4000-8000-{number:012x}") for number in reversed(range(count))]
    customers = Customer.objects.bulk_create([Customer(pk=pk, shop=shop, jina=str(pk.int % 2**48)) for pk in ids])
    return customers[::-1]


def test_pages_hold_every_record_once(till: Till, shop: Shop) -> None:
    Customer.objects.bulk_create([Customer(shop=shop, jina=str(number)) for number in range(25)])
    seen: list[str] = []
    first = till.sync(limit=10)
    assert (first["reset"], first["more"], len(first["changes"])) == (True, True, 10)
    assert first["head"] - first["version"] == 15
    seen += [change["id"] for change in first["changes"]]
    while first["more"]:
        first = till.sync(limit=10)
        assert first["reset"] is False
        seen += [change["id"] for change in first["changes"]]
    assert len(seen) == len(set(seen)) == 25
    assert first["version"] == first["head"]
    assert till.sync()["changes"] == []


def test_a_record_changed_between_pages_comes_again_with_its_newest_state(till: Till, shop: Shop) -> None:
    rows = customers_by_id(shop, 4)
    till.sync(limit=2)
    rows[0].jina = "changed"
    rows[0].save()
    rest = till.sync(limit=10)
    assert (rest["more"], [change["fields"]["jina"] for change in rest["changes"]]) == (True, ["2", "3"])
    again = till.sync(limit=10)
    assert (again["more"], [change["fields"]["jina"] for change in again["changes"]]) == (False, ["changed"])


def test_what_a_push_named_comes_with_its_answer_however_long_the_feed_is(till: Till, shop: Shop) -> None:
    # Behind all others, in the order of a first sync.
    edited, mine = str(customers_by_id(shop, 6)[5].pk), "ffffffff-ffff-4fff-bfff-ffffffffffff"
    answer = till.sync(
        till.mutation(patch("customers", edited, jina="mine"), put("customers", mine, jina="new")), limit=2
    )
    assert (answer["more"], len(answer["changes"])) == (True, 4)
    assert {change["id"]: change["fields"]["jina"] for change in answer["changes"][2:]} == {edited: "mine", mine: "new"}
    rest = till.sync(limit=10)
    assert (rest["more"], {change["fields"]["jina"] for change in rest["changes"]}) == (
        False,
        {"2", "3", "4", "mine", "new"},
    )


def test_what_a_push_named_behind_a_page_of_changes_comes_too(till: Till, shop: Shop) -> None:
    customers = Customer.objects.bulk_create([Customer(shop=shop, jina=str(number)) for number in range(4)])
    till.pull_all()
    Customer.objects.filter(pk__in=[each.pk for each in customers[:3]]).update(note="x")
    edited, mine = str(customers[3].pk), new_id()
    answer = till.sync(
        till.mutation(patch("customers", edited, jina="mine"), put("customers", mine, jina="new")), limit=2
    )
    assert (answer["more"], [change["id"] for change in answer["changes"][2:]]) == (True, [edited, mine])
    assert answer["version"] == answer["changes"][1]["version"]
    rest = till.sync(limit=10)
    assert [change["fields"]["jina"] for change in rest["changes"]] == ["2", "mine", "new"]


def test_a_repeated_push_brings_its_records_again(till: Till, shop: Shop) -> None:
    Customer.objects.bulk_create([Customer(shop=shop, jina=str(number)) for number in range(6)])
    mutation = till.mutation(put("customers", mine := new_id(), jina="new"))
    cursor = till.cursor
    till.sync(mutation, limit=2)
    till.cursor = cursor
    again = till.sync(mutation, limit=2)
    assert again["verdicts"][0]["status"] == "duplicate"
    assert mine in {change["id"] for change in again["changes"]}


def test_ids_that_the_server_makes_are_in_order() -> None:
    ids = [uuid7() for _ in range(3000)]
    assert len(set(ids)) == 3000 and all(each.version == 7 and each.variant == uuid.RFC_4122 for each in ids)
    times = [each.int >> 80 for each in ids]
    for ms in set(times):
        together = [each for each, time in zip(ids, times, strict=True) if time == ms]
        assert together == sorted(together)


@pytest.fixture
def history(shop: Shop) -> None:
    """Registered in another order than they are made in, and than their ids have."""
    product = Bidhaa.objects.create(shop=shop, jina="x")
    for number in range(4):
        sale = Sale.objects.create(shop=shop, sold_at=timezone.now())
        Payment.objects.create(shop=shop, sale=sale, paid_at=timezone.now(), amount=number)
        Customer.objects.create(shop=shop, jina=str(number))
        Bidhaa.objects.filter(pk=product.pk).update(stock=number + 1)
    Bidhaa.objects.create(shop=shop, jina="y")


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("limit", [1, 2, 3, 4, 100])
def test_a_first_sync_brings_the_collections_in_the_declared_order(till: Till, limit: int) -> None:
    order = ["bidhaas", "customers", "sales", "payments", "stock_movements"]
    seen: list[str] = []
    ids: list[str] = []
    version = 0
    while True:
        # As if each page were resumed by another process, from nothing but the cursor.
        answer = till.sync(limit=limit)
        assert len(answer["changes"]) == min(limit, 18) or not answer["more"]
        assert version < answer["version"] <= answer["head"]
        version = answer["version"]
        ids += [change["id"] for change in answer["changes"]]
        seen += sorted((change["collection"] for change in answer["changes"]), key=order.index)
        assert answer["head"] - version >= 18 - len(ids)
        if not answer["more"]:
            break
    assert (version, len(ids), len(set(ids))) == (answer["head"], 18, 18)
    assert seen == sorted(seen, key=order.index)


@pytest.mark.usefixtures("history")
def test_what_changes_during_a_first_sync_is_there_at_its_end(till: Till, second_till: Till, shop: Shop) -> None:
    held: dict[str, dict[str, Any]] = {}
    for step in range(50):
        answer = till.sync(limit=2)
        for change in answer["changes"]:
            held[change["id"]] = change
        if not answer["more"]:
            break
        if step < 6:
            Bidhaa.objects.filter(shop=shop).update(price=step)
            Customer.objects.create(shop=shop, jina="late")
            gone = Customer.objects.filter(shop=shop).first()
            assert gone is not None
            second_till.verdict(remove("customers", str(gone.pk)))
    present = {record_id: each["fields"] for record_id, each in held.items() if "removed" not in each}
    fresh = second_till.pull_all().values()
    assert present == {change["id"]: change["fields"] for change in fresh if "removed" not in change}


def test_the_order_of_a_first_sync_is_that_of_the_priorities(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def names() -> list[str]:
        return list(registry.projection("owner").collections)

    assert names()[:2] == ["bidhaas", "customers"] and set(names()[-2:]) == {"sawa_conflicts", "sawa_quarantine"}
    before = registry.projection("owner")
    customers = registry.get("customers")
    assert customers is not None
    monkeypatch.setitem(registry._by_name, "customers", replace(customers, priority=1))
    monkeypatch.setattr(registry, "_projections", {})
    assert names()[:2] == ["customers", "bidhaas"]
    after = registry.projection("owner")
    assert after.fingerprint == before.fingerprint and after.order != before.order


@pytest.mark.usefixtures("history")
def test_a_new_order_ends_first_syncs_and_no_others(
    till: Till, second_till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    till.sync(limit=2)
    second_till.pull_all()
    customers = registry.get("customers")
    assert customers is not None
    monkeypatch.setitem(registry._by_name, "customers", replace(customers, priority=1))
    monkeypatch.setattr(registry, "_projections", {})
    assert till.send().json()["error"]["code"] == "cursor_invalid"
    assert second_till.send().status_code == 200


def test_an_empty_shop_gives_an_empty_page(till: Till) -> None:
    answer = till.sync()
    assert (answer["changes"], answer["more"], answer["reset"], answer["version"]) == ([], False, True, 0)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "1.2.3",
        f"{uuid.uuid4().hex}.-1",
        f"{uuid.uuid4().hex}.1e3",
        "zz.5",
        "." * 99,
        f"{uuid.uuid4().hex}.a.1.x.y.z",
    ],
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

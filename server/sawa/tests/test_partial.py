# SPDX-License-Identifier: MIT
"""Devices that have a record receive the fields that changed since; and never too few of them."""

from dataclasses import replace
from typing import Any

import pytest

from bidhaa.models import Bidhaa, Customer
from conftest import Till, increment, make_till, new_id, patch, put, remove
from sawa.models import Change, Shop
from sawa.registry import registry
from sawa.services import verify

pytestmark = pytest.mark.django_db


class Device:
    """What a device holds that lays partial changes over what it has."""

    def __init__(self, till: Till) -> None:
        self.till = till
        self.records: dict[tuple[str, str], dict[str, Any]] = {}
        self.came: list[dict[str, Any]] = []

    def sync(self, *mutations: dict[str, Any], limit: int = 2000, pages: int = 99) -> None:
        """Pulls until there is no more, or so many pages."""
        self.came = []
        for _ in range(pages):
            answer = self.till.sync(*mutations, limit=limit, partial=True)
            mutations = ()
            for change in answer["changes"]:
                key = (change["collection"], change["id"])
                if change.get("removed"):
                    self.records.pop(key, None)
                elif change.get("partial"):
                    self.records[key] = {**self.records[key], **change["fields"]}
                else:
                    self.records[key] = change["fields"]
            self.came += answer["changes"]
            if not answer["more"]:
                return

    def came_partial(self) -> list[set[str]]:
        """The fields of each change that came."""
        assert all(change["partial"] for change in self.came)
        return [set(change["fields"]) for change in self.came]

    def assert_has_what_a_new_device_gets(self) -> None:
        fresh = Till(self.till.device, self.till.token).pull_all()
        assert self.records == {key: each["fields"] for key, each in fresh.items() if "removed" not in each}


@pytest.fixture
def device(till: Till) -> Device:
    return Device(till)


@pytest.fixture
def customer(shop: Shop) -> Customer:
    return Customer.objects.create(shop=shop, jina="Asha", phone="1", note="x")


def test_an_edit_is_told_by_its_fields_whoever_made_it(
    device: Device, second_till: Till, customer: Customer, product: Bidhaa
) -> None:
    device.sync()
    customer.phone = "2"
    customer.save()
    second_till.verdict(
        patch("customers", str(customer.pk), note="y"), increment("bidhaas", str(product.pk), "stock", -3)
    )
    Bidhaa.objects.filter(pk=product.pk).update(price=1)
    device.sync()
    came = {
        change["collection"]: set(change["fields"])
        for change in device.came
        if change["collection"] != "stock_movements"
    }
    assert came == {"customers": {"phone", "note"}, "bidhaas": {"stock", "price"}}
    (of_customer,) = [change for change in device.came if change["collection"] == "customers"]
    row = Change.objects.get(record_id=customer.pk)
    sent = {name: of_customer.get("stamps", {}).get(name, of_customer["stamp"]) for name in of_customer["fields"]}
    assert sent == {name: row.stamps.get(name, row.stamp) for name in ("phone", "note")}
    device.assert_has_what_a_new_device_gets()


def test_many_edits_of_one_kind_are_one_block(device: Device, till: Till, shop: Shop) -> None:
    Bidhaa.objects.bulk_create([Bidhaa(shop=shop, jina=str(number)) for number in range(5)])
    device.sync()
    Bidhaa.objects.update(price=7)
    answer = till.send(partial=True).json()
    (block,) = answer["blocks"]
    assert (block["partial"], block["fields"], len(block["stamps"])) == (True, {"price": [7] * 5}, 1)
    assert answer["changes"] == []
    device.sync()
    device.assert_has_what_a_new_device_gets()


def test_only_who_asks_for_it_gets_a_part(device: Device, customer: Customer) -> None:
    device.sync()
    Customer.objects.filter(pk=customer.pk).update(note="y")
    (change,) = device.till.sync()["changes"]
    assert "partial" not in change and set(change["fields"]) == {"jina", "phone", "note", "archived"}


def test_what_changed_again_behind_a_page_lacks_nothing(device: Device, shop: Shop) -> None:
    rows = Customer.objects.bulk_create([Customer(shop=shop, jina=str(number)) for number in range(4)])
    device.sync()
    for row in rows:
        row.phone = "1"
        row.save()
    device.sync(limit=2, pages=1)
    # Their rows in the feed are behind the page that would have told of the phone.
    for row in rows:
        row.note = "x"
        row.save()
        device.sync(limit=1, pages=1)
    device.sync(limit=1)
    device.assert_has_what_a_new_device_gets()


def test_a_record_that_was_removed_and_came_back_is_whole(
    device: Device, second_till: Till, customer: Customer
) -> None:
    device.sync()
    second_till.verdict(remove("customers", str(customer.pk)))
    second_till.verdict(patch("customers", str(customer.pk), note="y"))
    device.sync()
    (change,) = device.came
    assert "partial" not in change and change["fields"]["jina"] == "Asha"
    second_till.verdict(remove("customers", str(customer.pk)), patch("customers", str(customer.pk), note="z"))
    device.sync()
    device.assert_has_what_a_new_device_gets()


def test_what_is_new_or_was_repaired_is_whole(
    device: Device, second_till: Till, shop: Shop, customer: Customer
) -> None:
    device.sync()
    created = Customer.objects.create(shop=shop, jina="new")
    second_till.verdict(patch("customers", str(created.pk), note="edited before it was heard of"))
    Change.objects.filter(record_id=customer.pk).delete()
    verify.repair(shop)
    device.sync()
    assert len(device.came) == 2 and not any("partial" in change for change in device.came)
    device.assert_has_what_a_new_device_gets()


def test_a_stamp_that_moved_alone_is_told_too(device: Device, second_till: Till, customer: Customer) -> None:
    device.sync()
    second_till.verdict(patch("customers", str(customer.pk), note="x"))
    device.sync()
    assert device.came_partial() == [{"note"}]


def test_rows_that_may_have_been_hidden_are_whole(
    shop: Shop, user: Any, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection = registry.get("customers")
    assert collection is not None
    narrowed = replace(collection, visible_rows={"owner": {"archived": [False]}})
    monkeypatch.setitem(registry._by_name, "customers", narrowed)
    monkeypatch.setattr(registry, "_projections", {})
    Customer.objects.filter(pk=customer.pk).update(archived=True)
    device = Device(make_till(shop, user))
    device.sync()
    Customer.objects.filter(pk=customer.pk).update(archived=False)
    device.sync()
    device.assert_has_what_a_new_device_gets()


def test_an_edit_of_a_field_that_is_not_seen_is_not_told(cashier: Till, product: Bidhaa) -> None:
    device = Device(cashier)
    device.sync()
    Bidhaa.objects.filter(pk=product.pk).update(cost=500)
    device.sync()
    assert device.came == []
    device.assert_has_what_a_new_device_gets()


def test_a_push_is_answered_by_the_fields_that_changed(device: Device, second_till: Till, customer: Customer) -> None:
    device.sync()
    record_id = str(customer.pk)
    second_till.verdict(patch("customers", record_id, phone="9"))
    device.sync(device.till.mutation(patch("customers", record_id, note="mine"), put("customers", new_id(), jina="b")))
    assert device.came[0]["fields"] == {"phone": "9", "note": "mine"}
    device.assert_has_what_a_new_device_gets()

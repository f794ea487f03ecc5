# SPDX-License-Identifier: MIT
"""Tombstones end when every known device has passed them, and whoever comes back later starts anew."""

import datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from bidhaa.models import Bidhaa, Customer
from conftest import Till, increment, new_id, patch, put, remove, sale_ops
from sawa.models import Change, Conflict, Device, Receipt, Shop
from sawa.services import devices

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noted_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "_SEEN_EVERY", datetime.timedelta(0))


def collect(**options: Any) -> str:
    out = StringIO()
    call_command("sawa_collect", stdout=out, **options)
    return out.getvalue()


def tombstones() -> int:
    return Change.objects.filter(removed=True).count()


def up_to_date(*tills: Till) -> None:
    """Twice: with the second request a device says what it has stored of the first answer."""
    for _ in range(2):
        for till in tills:
            till.sync()


@pytest.fixture
def removed(till: Till, second_till: Till, product: Bidhaa) -> str:
    """A product that both tills knew, and one of them has removed."""
    up_to_date(till, second_till)
    assert till.verdict(remove("bidhaas", str(product.pk)))["status"] == "applied"
    return str(product.pk)


def test_a_tombstone_waits_for_the_last_device(till: Till, second_till: Till, shop: Shop, removed: str) -> None:
    up_to_date(till)
    assert "0 tombstones removed" in collect()
    (change,) = second_till.sync()["changes"]
    assert (change["id"], change["removed"]) == (removed, True)
    # It was sent. That it was stored is known from the next cursor.
    assert "0 tombstones removed" in collect()
    second_till.sync()
    assert "1 tombstones removed, horizon 2 of 2" in collect()
    assert tombstones() == 0
    for each in (till, second_till):
        assert each.sync()["changes"] == []


def test_a_dry_run_says_so_and_does_nothing(till: Till, second_till: Till, shop: Shop, removed: str) -> None:
    up_to_date(till, second_till)
    said = collect(dry_run=True)
    assert "1 tombstones would be removed, horizon 2 of 2" in said
    assert "has version 2" in said
    shop.refresh_from_db()
    assert (tombstones(), shop.horizon) == (1, 0)


def away(till: Till, days: int) -> None:
    Device.objects.filter(pk=till.device.pk).update(last_seen_at=timezone.now() - datetime.timedelta(days=days))


def test_a_device_that_is_away_too_long_is_not_waited_for(till: Till, second_till: Till, removed: str) -> None:
    up_to_date(till)
    away(second_till, 89)
    assert "0 tombstones" in collect()
    away(second_till, 91)
    assert "1 tombstones removed" in collect()


def test_nor_is_one_that_was_shut_out(till: Till, second_till: Till, removed: str) -> None:
    up_to_date(till)
    devices.revoke(second_till.device)
    assert "1 tombstones removed" in collect()


def test_nor_is_one_that_never_pulled(till: Till, second_till: Till, removed: str) -> None:
    up_to_date(till)
    Device.objects.filter(pk=second_till.device.pk).update(confirmed_version=None)
    assert "1 tombstones removed" in collect()


@pytest.fixture
def returned(till: Till, second_till: Till, removed: str) -> Till:
    """A till that comes back after the tombstone of a product it knows was collected."""
    up_to_date(till)
    away(second_till, 91)
    collect()
    assert tombstones() == 0
    return second_till


def test_who_comes_back_starts_anew_and_its_outbox_is_accepted(returned: Till, removed: str) -> None:
    base, mine = returned.cursor, new_id()
    mutation = returned.mutation(put("customers", mine, jina="Mama Asha"), base=base)
    refused = returned.send(mutation)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "cursor_invalid")
    assert not Customer.objects.exists()
    returned.cursor = None
    answer = returned.sync(mutation)
    assert (answer["reset"], answer["verdicts"][0]["status"]) == (True, "applied")
    assert ("bidhaas", removed) not in returned.pull_all()
    assert Customer.objects.get().jina == "Mama Asha"


def test_its_late_edit_does_not_bring_half_a_record_back(returned: Till, till: Till, removed: str) -> None:
    base, returned.cursor = returned.cursor, None
    edit = patch("bidhaas", removed, price=7) | {"was": {"price": 1000}}
    assert returned.verdict(edit, base=base)["status"] == "merged"
    assert not Bidhaa.objects.exists()
    conflict = Conflict.objects.get()
    assert (conflict.field, conflict.mine, conflict.base) == ("*", {"price": 7}, {"price": 1000})
    assert till.pull_all()["bidhaas", removed]["removed"] is True


def test_its_sales_are_kept_whole(returned: Till, removed: str) -> None:
    base, returned.cursor = returned.cursor, None
    verdict = returned.verdict(*sale_ops(removed), base=base)
    assert (verdict["status"], verdict["warnings"]) == ("applied", ["unknown_record", "oversold"])
    assert not Bidhaa.objects.exists()
    kept = Change.objects.get(collection="bidhaas", record_id=removed)
    assert (kept.removed, kept.kept) == (True, {"stock": -2})


def test_what_it_makes_itself_is_a_new_record(returned: Till) -> None:
    base, returned.cursor = returned.cursor, None
    mine = new_id()
    first = returned.mutation(put("bidhaas", mine, jina="Chai", price=1, stock=0), base=base)
    second = returned.mutation(patch("bidhaas", mine, price=2), increment("bidhaas", mine, "stock", 3), base=base)
    assert [verdict["status"] for verdict in returned.sync(first, second)["verdicts"]] == ["applied", "applied"]
    product = Bidhaa.objects.get()
    assert (product.price, product.stock) == (2, 3)


def test_a_mutation_of_an_up_to_date_device_still_makes_the_record(till: Till, returned: Till) -> None:
    till.sync()
    unknown = new_id()
    assert till.verdict(increment("bidhaas", unknown, "stock", 1), base=till.cursor)["warnings"] == ["unknown_record"]
    assert Bidhaa.objects.get(pk=unknown).stock == 1


def test_a_time_before_the_horizon_is_refused_like_a_cursor(till: Till, product: Bidhaa, shop: Shop) -> None:
    Customer.objects.create(shop=shop, jina="Asha")
    till.verdict(remove("bidhaas", str(product.pk)))
    up_to_date(till)
    assert "1 tombstones removed" in collect()
    refused = till.get("/api/bidhaas/sync/?last_sync=2020-01-01T00:00:00Z")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "cursor_invalid")
    assert till.get("/api/bidhaas/sync/").status_code == 200


def test_receipts_stay(till: Till, returned: Till) -> None:
    before = Receipt.objects.count()
    collect()
    assert Receipt.objects.count() == before > 0


def test_the_position_is_noted_once_a_minute(till: Till, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    up_to_date(till)
    monkeypatch.setattr(devices, "_SEEN_EVERY", datetime.timedelta(minutes=1))
    Customer.objects.create(shop=shop, jina="Asha")
    up_to_date(till)
    assert Device.objects.get().confirmed_version == 0
    Device.objects.update(confirmed_at=timezone.now() - datetime.timedelta(minutes=2))
    till.sync()
    assert Device.objects.get().confirmed_version == 1


def test_a_new_device_has_a_minute_for_its_first_pull(till: Till, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "_SEEN_EVERY", datetime.timedelta(minutes=1))
    up_to_date(till)
    assert Device.objects.get().confirmed_version is None
    Device.objects.update(enrolled_at=timezone.now() - datetime.timedelta(minutes=2))
    till.sync()
    assert Device.objects.get().confirmed_version == 0


def test_a_restored_device_is_believed_at_once(till: Till, shop: Shop) -> None:
    first = till.sync()["cursor"]
    Customer.objects.create(shop=shop, jina="Asha")
    up_to_date(till)
    assert Device.objects.get().confirmed_version == 1
    till.cursor = first
    till.sync()
    assert Device.objects.get().confirmed_version == 0


def test_nonsense_is_refused(db: None) -> None:
    with pytest.raises(CommandError):
        collect(days=0)

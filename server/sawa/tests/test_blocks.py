# SPDX-License-Identifier: MIT
"""What a database encodes as a block must be what Django reads from the same rows."""

import datetime
import json
import uuid
from typing import Any

import pytest
from django.db import connection

from bidhaa.models import Bidhaa, Customer, Payment, Sale
from conftest import Till, increment, make_shop, put, remove
from sawa import capture
from sawa.models import Change, Shop
from sawa.registry import registry
from sawa.services import blocks

pytestmark = pytest.mark.django_db

AWKWARD = ["", "null", "'\"\\/", "a\nb\tc\x01\x1f\x7f", "Çay ☕ 😀", "</script>\u2028", "%s {0} --", "[1,2]", " " * 70]
MAX = 2**53 - 1
IN_SQL = connection.vendor in {"sqlite", "postgresql"}


def times() -> list[datetime.datetime]:
    texts = ["1969-12-31T23:59:59.500", "1970-01-01T00:00:00", "2026-02-28T12:30:15.007", "2026-11-23T01:02:03.999999"]
    return [datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC) for text in texts]


@pytest.fixture
def rows(shop: Shop) -> None:
    """Rows of all kinds of fields, with the values that are easily spoiled on the way."""
    for number, text in enumerate(AWKWARD):
        Bidhaa.objects.create(
            shop=shop, jina=text, barcode=text if number % 2 else None, category=text, price=[-MAX, 0, MAX][number % 3],
            stock=-number, low_stock_at=None if number % 2 else number, archived=bool(number % 2),
        )  # fmt: skip
        Customer.objects.create(shop=shop, jina=text, phone=None, note=text)
    for number, time in enumerate(times()):
        customer = uuid.uuid4() if number % 2 else None
        sale = Sale.objects.create(shop=shop, sold_at=time, customer_id=customer, device_id=customer)
        Payment.objects.create(shop=shop, sale=sale, paid_at=time, amount=number)


def as_django_reads(shop: Shop) -> dict[tuple[str, str], dict[str, Any]]:
    found = {}
    for collection in registry:
        ids = collection.model.objects.filter(shop=shop).values_list("pk", flat=True)
        for record_id, fields in capture.read(collection, shop.pk, ids).items():
            found[(collection.name, str(record_id))] = fields
    return found


def as_devices_read(till: Till) -> dict[tuple[str, str], dict[str, Any]]:
    return {key: change["fields"] for key, change in till.pull_all().items()}


def test_this_database_encodes_all_kinds_of_fields_or_none() -> None:
    kinds = {spec.kind for collection in registry for spec in collection.fields}
    assert kinds <= set(blocks._aggregates()) if IN_SQL else not blocks._aggregates()


@pytest.mark.usefixtures("rows")
def test_blocks_hold_what_django_reads(till: Till, shop: Shop) -> None:
    answer = till.send().json()
    assert answer["changes"] == []
    assert sum(len(block["ids"]) for block in answer["blocks"]) == Change.objects.count()
    assert as_devices_read(till) == as_django_reads(shop)


@pytest.mark.usefixtures("rows")
def test_blocks_made_of_rows_are_those_that_the_database_encodes(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    def blocks_of_answer() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = till.send(cursor=None).json()["blocks"]
        return found

    in_sql = blocks_of_answer()
    monkeypatch.setattr(blocks, "_AGGREGATES", {})
    assert in_sql == blocks_of_answer() != []


def test_records_of_one_stamp_share_it(till: Till, shop: Shop) -> None:
    Customer.objects.bulk_create([Customer(shop=shop, jina=name) for name in "ab"])
    (together,) = till.send().json()["blocks"]
    assert together["stamps"] == [Change.objects.values_list("stamp", flat=True).first()]
    Customer.objects.create(shop=shop, jina="c")
    (apart,) = till.send().json()["blocks"]
    stamps = dict(Change.objects.values_list("record_id", "stamp"))
    assert apart["stamps"] == [stamps[uuid.UUID(record_id)] for record_id in apart["ids"]]


def test_what_does_not_fit_into_a_block_comes_by_itself(till: Till, shop: Shop) -> None:
    kept, edited, removed, vanished = Customer.objects.bulk_create([Customer(shop=shop, jina=name) for name in "abcd"])
    edited.phone = "+255"
    edited.save()
    removed_id = str(removed.pk)
    removed.delete()
    Customer.objects.filter(pk=vanished.pk)._raw_delete(connection.alias)
    answer = till.send().json()
    assert [block["ids"] for block in answer["blocks"]] == [[str(kept.pk)]]
    alone = {change["id"]: change for change in answer["changes"]}
    assert set(alone) == {str(edited.pk), removed_id, str(vanished.pk)}
    assert set(alone[str(edited.pk)]["stamps"]) == {"phone"}
    assert alone[removed_id]["removed"] is alone[str(vanished.pk)]["removed"] is True


def test_a_block_never_holds_a_row_of_another_shop(till: Till, shop: Shop) -> None:
    other = make_shop("Another shop")
    foreign = Customer.objects.create(shop=other, jina="foreign")
    # Whatever a feed row says, the record must be the shop's own.
    Change.objects.filter(record_id=foreign.pk).update(shop=shop, version=1)
    Shop.objects.filter(pk=shop.pk).update(version=1)
    answer = till.send().json()
    assert answer["blocks"] == []
    assert [("fields" in change, change["removed"]) for change in answer["changes"]] == [(False, True)]


def test_pages_of_blocks_and_single_changes_hold_every_record_once(till: Till, shop: Shop) -> None:
    ids = [str(uuid.uuid4()) for _ in range(12)]
    Customer.objects.bulk_create([Customer(shop=shop, pk=record_id, jina=record_id) for record_id in ids])
    product = Bidhaa.objects.create(shop=shop, jina="x")
    till.sync(
        till.mutation(put("customers", ids[3], phone="1")),
        till.mutation(remove("customers", ids[4])),
        till.mutation(increment("bidhaas", str(product.pk), "stock", 2)),
    )
    till.cursor, seen = None, []
    while True:
        answer = till.sync(limit=5)
        assert len(answer["changes"]) <= 5
        seen += [change["id"] for change in answer["changes"]]
        if not answer["more"]:
            break
    assert sorted(seen) == sorted(str(pk) for pk in Change.objects.values_list("record_id", flat=True))


def test_ids_of_an_unusual_length_are_still_read_right() -> None:
    ids = [uuid.uuid4() for _ in range(3)]
    texts = [str(each) for each in ids]
    assert json.loads(blocks._with_hyphens(json.dumps([each.hex for each in ids], separators=(",", ":")), 3)) == texts
    mixed = json.dumps([ids[0].hex, None, str(ids[2])], separators=(",", ":"))
    assert json.loads(blocks._with_hyphens(mixed, 3)) == [texts[0], None, texts[2]]


def test_long_answers_are_compressed_for_those_who_can_read_them(till: Till, shop: Shop) -> None:
    Customer.objects.bulk_create([Customer(shop=shop, jina="x" * 50) for _ in range(50)])
    plain = till.post("/sync/v1/sync", till.request())
    packed = till.post("/sync/v1/sync", till.request(), **{"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert len(packed.content) < len(plain.content) / 2

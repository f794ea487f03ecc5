# SPDX-License-Identifier: MIT
"""What a push does, and what becomes of mutations that cannot be applied. What is sent twice: test_exactly_once.py."""

import json
from typing import Any

import pytest

from bidhaa.models import Bidhaa, Customer, Payment, Sale, SaleItem, StockMovement
from conftest import Till, increment, new_id, patch, put, remove, sale_ops, stamp
from sawa.models import QuarantinedMutation, Shop

pytestmark = pytest.mark.django_db


def test_a_sale_arrives_whole(till: Till, product: Bidhaa) -> None:
    answer = till.sync(till.mutation(*sale_ops(str(product.pk)), name="sale.complete"))
    verdict = answer["verdicts"][0]
    assert (verdict["status"], verdict["code"], verdict["warnings"]) == ("applied", None, [])
    assert answer["last_seq"] == 1
    assert answer["more"] is False
    assert answer["version"] >= verdict["version"]
    product.refresh_from_db()
    assert product.stock == 8
    sale = Sale.objects.get()
    assert (sale.total, sale.items.get().quantity, sale.payments.get().amount) == (2000, 2, 2000)
    movement = StockMovement.objects.get()
    assert (movement.delta, movement.balance_after, movement.reason) == (-2, 8, "sale.complete")
    assert (movement.sale_id, movement.device_id) == (sale.pk, till.device.pk)


def test_a_mutation_is_atomic_and_does_not_block_the_next(till: Till, product: Bidhaa) -> None:
    customer = new_id()
    bad = till.mutation(put("customers", customer, jina="Asha"), increment("bidhaas", str(product.pk), "price", 1))
    good = till.mutation(increment("bidhaas", str(product.pk), "stock", 1))
    answer = till.sync(bad, good)
    assert [verdict["status"] for verdict in answer["verdicts"]] == ["rejected", "applied"]
    assert answer["verdicts"][0]["code"] == "mutation_invalid"
    assert answer["last_seq"] == 2
    assert not Customer.objects.exists()
    product.refresh_from_db()
    assert product.stock == 11


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        (put("ghosts", new_id(), a=1), "mutation_not_understood"),
        ({"op": "explode", "collection": "customers", "id": new_id()}, "mutation_not_understood"),
        (put("stock_movements", new_id(), delta=5), "mutation_forbidden"),
        (put("customers", "not-a-uuid", jina="A"), "mutation_invalid"),
        (put("customers", new_id(), jina=5), "mutation_invalid"),
        (put("customers", new_id(), jina="nul \0"), "mutation_invalid"),
        (put("customers", new_id(), jina="lone \ud800"), "mutation_invalid"),
        (put("customers", new_id(), phone="9" * 65), "mutation_invalid"),
        (put("bidhaas", new_id(), price=1.5), "mutation_invalid"),
        (put("bidhaas", new_id(), price=True), "mutation_invalid"),
        (put("bidhaas", new_id(), price=None), "mutation_invalid"),
        (increment("bidhaas", new_id(), "stock", 1.5), "mutation_invalid"),
        (increment("bidhaas", new_id(), "stock", True), "mutation_invalid"),
        (put("sale_items", new_id(), jina="no sale"), "mutation_invalid"),
        ({"op": "put", "collection": "customers", "id": new_id()}, "mutation_invalid"),
        ("not an object", "mutation_invalid"),
    ],
)
def test_what_cannot_be_applied_is_rejected(till: Till, operation: Any, code: str) -> None:
    verdict = till.verdict(operation)
    assert (verdict["status"], verdict["code"]) == ("rejected", code)
    assert verdict["message"]
    assert not Customer.objects.exists()
    assert till.verdict(put("customers", new_id(), jina="Next"))["status"] == "applied"


@pytest.mark.parametrize("changes", [{"stamp": "now"}, {"stamp": None}, {"ops": None}, {"ops": {}}])
def test_a_mutation_that_is_broken_inside_does_not_block(till: Till, changes: dict[str, Any]) -> None:
    assert till.verdict(put("customers", new_id(), jina="A"), **changes)["code"] == "mutation_invalid"


def test_unknown_fields_are_ignored_with_a_warning(till: Till) -> None:
    record = new_id()
    verdict = till.verdict(put("customers", record, jina="Asha", shoe_size=39, opening_stock=4))
    assert (verdict["status"], verdict["warnings"]) == ("applied", ["unknown_field"])
    assert Customer.objects.get().jina == "Asha"


def test_server_only_fields_cannot_be_written(till: Till, product: Bidhaa) -> None:
    verdict = till.verdict(patch("bidhaas", str(product.pk), shop_id=new_id(), opening_stock=99))
    assert verdict["warnings"] == ["unknown_field"]
    product.refresh_from_db()
    assert (product.opening_stock, product.shop_id) == (10, till.device.shop_id)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda ops: ops[0]["fields"].update(total="a lot"),
        lambda ops: ops[0]["fields"].pop("sold_at_ms"),
        lambda ops: ops.append(put("ghosts", new_id(), a=1)),
        lambda ops: ops.append({"op": "explode", "collection": "sales", "id": new_id()}),
        lambda ops: ops[0].update(id="not-a-uuid"),
        lambda ops: ops[0]["fields"].update(receipt_number="9" * 100),
        lambda ops: ops[3].update(delta=0.5),
    ],
)
def test_a_completed_sale_is_never_rejected(till: Till, product: Bidhaa, spoil: Any) -> None:
    ops = sale_ops(str(product.pk))
    spoil(ops)
    verdict = till.verdict(*ops)
    assert verdict["status"] == "quarantined"
    kept = QuarantinedMutation.objects.get()
    assert kept.state == "open"
    assert json.loads(kept.payload)["ops"] == ops
    assert (Sale.objects.count(), SaleItem.objects.count(), Payment.objects.count()) == (0, 0, 0)
    product.refresh_from_db()
    assert product.stock == 10
    assert till.sync()["last_seq"] == 1


def test_a_sale_with_unknown_fields_is_applied(till: Till, product: Bidhaa) -> None:
    verdict = till.verdict(*sale_ops(str(product.pk), loyalty_points=3))
    assert (verdict["status"], verdict["warnings"]) == ("applied", ["unknown_field"])
    assert Sale.objects.get().flags == ["unknown_field"]


@pytest.mark.parametrize("collection", ["sales", "sale_items", "payments"])
def test_a_completed_sale_never_changes(till: Till, product: Bidhaa, collection: str) -> None:
    ops = sale_ops(str(product.pk))
    till.sync(till.mutation(*ops))
    original = next(op for op in ops if op["collection"] == collection)
    name, value = {"sales": ("total", 1), "sale_items": ("quantity", 9), "payments": ("amount", 1)}[collection]
    for operation in (
        patch(collection, original["id"], **{name: value}),
        put(collection, original["id"], **{**original["fields"], name: value}),
        remove(collection, original["id"]),
    ):
        verdict = till.verdict(operation)
        assert (verdict["status"], verdict["code"]) == ("rejected", "mutation_invalid")
    assert till.pull_all()[(collection, original["id"])]["fields"][name] == original["fields"][name]


def test_the_same_sale_under_a_new_mutation_id_is_not_doubled(till: Till, product: Bidhaa) -> None:
    *puts, _ = sale_ops(str(product.pk))
    till.sync(till.mutation(*puts))
    assert till.verdict(*puts)["status"] == "applied"
    assert (Sale.objects.count(), SaleItem.objects.count(), Payment.objects.count()) == (1, 1, 1)


def test_newer_wins_and_older_is_merged_away(till: Till, second_till: Till) -> None:
    record = new_id()
    till.sync(till.mutation(put("customers", record, jina="Asha", phone="1"), stamp=stamp(1000)))
    assert second_till.verdict(patch("customers", record, phone="2"), stamp=stamp(3000))["status"] == "applied"
    verdict = till.verdict(patch("customers", record, phone="3", note="n"), stamp=stamp(2000))
    assert verdict["status"] == "merged"
    change = till.pull_all()[("customers", record)]
    assert change["fields"] == {"jina": "Asha", "phone": "2", "note": "n", "archived": False}
    stamps = {name: change.get("stamps", {}).get(name, change["stamp"]) for name in change["fields"]}
    assert stamps["jina"] == stamp(1000)
    assert stamps["phone"] == stamp(3000)
    assert stamps["note"] == stamp(2000)


def test_stock_is_the_sum_of_both_tills(till: Till, second_till: Till, product: Bidhaa) -> None:
    till.sync(till.mutation(*sale_ops(str(product.pk), quantity=3)))
    second_till.sync(second_till.mutation(*sale_ops(str(product.pk), quantity=4)))
    assert second_till.pull_all()[("bidhaas", str(product.pk))]["fields"]["stock"] == 3


def test_overselling_is_accepted_and_flagged(till: Till, product: Bidhaa) -> None:
    verdict = till.verdict(*sale_ops(str(product.pk), quantity=12))
    assert (verdict["status"], verdict["warnings"]) == ("applied", ["oversold"])
    product.refresh_from_db()
    assert product.stock == -2
    assert Sale.objects.get().flags == ["oversold"]


def test_a_total_that_does_not_add_up_is_accepted_and_flagged(till: Till, product: Bidhaa) -> None:
    verdict = till.verdict(*sale_ops(str(product.pk), total=1))
    assert (verdict["status"], verdict["warnings"]) == ("applied", ["total_mismatch"])


def test_a_receipt_number_used_twice_is_accepted_and_flagged(till: Till, product: Bidhaa) -> None:
    first = till.mutation(*sale_ops(str(product.pk), receipt_number="A1-26-000001"))
    second = till.mutation(*sale_ops(str(product.pk), receipt_number="A1-26-000001"))
    assert till.sync(first)["verdicts"][0]["warnings"] == []
    assert till.sync(second)["verdicts"][0]["warnings"] == ["duplicate_receipt_number"]
    assert Sale.objects.count() == 2


def test_an_increment_of_an_unknown_product_makes_it(till: Till, shop: Shop) -> None:
    record = new_id()
    verdict = till.verdict(increment("bidhaas", record, "stock", -2))
    assert (verdict["status"], verdict["warnings"]) == ("applied", ["unknown_record", "oversold"])
    made = Bidhaa.objects.get(pk=record)
    assert (made.stock, made.opening_stock, made.jina) == (-2, 0, "")
    assert till.verdict(put("bidhaas", record, jina="Chai", price=5, stock=40))["status"] == "applied"
    made.refresh_from_db()
    assert (made.jina, made.stock) == ("Chai", -2)


def test_a_removed_product_keeps_counting_and_comes_back(till: Till, product: Bidhaa) -> None:
    record = str(product.pk)
    assert till.verdict(remove("bidhaas", record))["status"] == "applied"
    assert not Bidhaa.objects.exists()
    assert till.pull_all()[("bidhaas", record)]["removed"] is True
    assert till.verdict(increment("bidhaas", record, "stock", -3))["status"] == "applied"
    assert not Bidhaa.objects.exists()
    assert till.verdict(patch("bidhaas", record, jina="Back"))["status"] == "applied"
    back = Bidhaa.objects.get()
    assert (back.jina, back.stock, back.price) == ("Back", 7, 1000)
    assert StockMovement.objects.count() == 1
    assert back.opening_stock == 10


def test_an_older_edit_does_not_bring_a_removed_record_back(till: Till) -> None:
    record = new_id()
    till.sync(till.mutation(put("customers", record, jina="A"), stamp=stamp(1000)))
    till.sync(till.mutation(remove("customers", record), stamp=stamp(3000)))
    assert till.verdict(patch("customers", record, jina="B"), stamp=stamp(2000))["status"] == "merged"
    assert not Customer.objects.exists()
    # It moved the hidden field all the same: a later edit of another one shows it.
    assert till.verdict(patch("customers", record, phone="1"), stamp=stamp(4000))["status"] == "applied"
    assert (Customer.objects.get().jina, Customer.objects.get().phone) == ("B", "1")


def test_a_newer_edit_survives_an_older_remove(till: Till) -> None:
    record = new_id()
    till.sync(till.mutation(put("customers", record, jina="A"), stamp=stamp(3000)))
    assert till.verdict(remove("customers", record), stamp=stamp(2000))["status"] == "merged"
    assert Customer.objects.exists()


def test_many_mutations_on_one_record_in_one_request(till: Till) -> None:
    record = new_id()
    answer = till.sync(
        till.mutation(put("bidhaas", record, jina="A", price=1, stock=10), stamp=stamp(1000)),
        till.mutation(patch("bidhaas", record, price=2), stamp=stamp(2000)),
        till.mutation(increment("bidhaas", record, "stock", -4), stamp=stamp(1500)),
        till.mutation(remove("bidhaas", record), stamp=stamp(3000)),
        till.mutation(put("bidhaas", record, jina="B"), stamp=stamp(4000)),
        till.mutation(increment("bidhaas", record, "stock", 1), stamp=stamp(4001)),
    )
    assert [verdict["status"] for verdict in answer["verdicts"]] == ["applied"] * 6
    versions = [verdict["version"] for verdict in answer["verdicts"]]
    assert versions == sorted(set(versions))
    fields = till.pull_all()[("bidhaas", record)]["fields"]
    assert (fields["jina"], fields["price"], fields["stock"]) == ("B", 2, 7)


def test_a_stamp_from_the_future_is_clamped(till: Till) -> None:
    record, far = new_id(), stamp(9_999_999_999_999)
    till.sync(till.mutation(put("customers", record, jina="A"), stamp=far))
    held = till.pull_all()[("customers", record)]["stamps"]["jina"]
    assert held < far
    assert held.endswith(far[12:])


def test_a_fast_clock_keeps_the_order_of_its_own_edits(till: Till) -> None:
    record = new_id()
    mutations = [
        till.mutation(put("customers", record, jina="A", phone="9"), stamp=stamp(9_999_999_999_000)),
        till.mutation(patch("customers", record, phone="1"), stamp=stamp(9_999_999_999_500)),
    ]
    till.sync(*mutations)
    assert Customer.objects.get().phone == "1"


def test_a_fast_clock_keeps_the_order_of_its_edits_across_incarnations(till: Till) -> None:
    record, later_node, earlier_node = new_id(), "00000000000000aa", "00000000000000bb"
    answer = till.sync(
        till.mutation(put("customers", record, jina="A"), stamp=stamp(9_999_999_998_000, node=earlier_node)),
        till.mutation(patch("customers", record, jina="B"), stamp=stamp(9_999_999_999_000, node=later_node)),
    )
    assert [verdict["status"] for verdict in answer["verdicts"]] == ["applied", "applied"]
    assert Customer.objects.get().jina == "B"


def test_the_server_writes_later_stamps_than_it_has_seen(till: Till) -> None:
    record = new_id()
    ahead = stamp(int(stamp()[:12], 16) + 60_000)
    till.sync(till.mutation(put("customers", record, jina="A", phone="1"), stamp=ahead))
    customer = Customer.objects.get()
    customer.phone = "2"
    customer.save()
    change = till.pull_all()[("customers", record)]
    stamps = {name: change.get("stamps", {}).get(name, change["stamp"]) for name in change["fields"]}
    assert stamps["phone"] > ahead
    assert stamps["jina"] == ahead
    assert stamps["phone"].endswith("-0000000000000000")


def test_an_unexpected_failure_goes_to_quarantine_and_the_others_on(
    till: Till, product: Bidhaa, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison = till.mutation(put("customers", new_id(), jina="poison"))
    good = till.mutation(*sale_ops(str(product.pk)))
    original = Customer.before_create

    def fail(instances: list[Customer]) -> None:
        if any(instance.jina == "poison" for instance in instances):
            raise RuntimeError("boom")

    monkeypatch.setattr(Customer, "before_create", fail)
    answer = till.sync(poison, good)
    assert [verdict["status"] for verdict in answer["verdicts"]] == ["quarantined", "applied"]
    kept = QuarantinedMutation.objects.get()
    assert kept.receipt.mutation_id.hex == poison["id"].replace("-", "")
    assert "RuntimeError" in kept.error
    product.refresh_from_db()
    assert product.stock == 8
    assert till.sync(poison, good)["verdicts"][0]["first_status"] == "quarantined"
    monkeypatch.setattr(Customer, "before_create", original)


def test_few_queries_for_a_batch_of_sales(till: Till, product: Bidhaa, django_assert_max_num_queries: Any) -> None:
    mutations = [till.mutation(*sale_ops(str(product.pk))) for _ in range(20)]
    request = till.request(*mutations)
    with django_assert_max_num_queries(45):
        assert till.post("/sync/v1/sync", request).status_code == 200
    product.refresh_from_db()
    assert product.stock == -30
    assert StockMovement.objects.count() == 20

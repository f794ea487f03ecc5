# SPDX-License-Identifier: MIT
"""What a role must not see reaches none of its devices, by whatever way; one that sees more or less starts anew."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bidhaa.models import Bidhaa, Customer
from bidhaa.synced import BIDHAAS, CUSTOMERS
from conftest import Till, increment, new_id, patch, put, remove, sale_ops, stamp
from sawa.models import Conflict, Membership, QuarantinedMutation, Shop
from sawa.registry import Collection, Registry, registry
from sawa.services import quarantine

pytestmark = pytest.mark.django_db(transaction=True)

T1, T2 = 1_700_000_001_000, 1_700_000_002_000
SECRET = 7_654_321


@pytest.fixture
def costly(shop: Shop) -> str:
    """A product with a cost that cashiers do not see."""
    return str(Bidhaa.objects.create(shop=shop, jina="Sukari", price=1000, cost=SECRET, stock=10).pk)


@pytest.fixture
def archived_are_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cashiers do not see archived customers."""
    replace_collection(monkeypatch, replace(CUSTOMERS, visible_rows={"cashier": {"archived": [False]}}))


def replace_collection(monkeypatch: pytest.MonkeyPatch, collection: Collection) -> None:
    """Declares a collection otherwise, as a new version of the server might."""
    monkeypatch.setitem(registry._by_name, collection.name, collection)
    monkeypatch.setitem(registry._by_model, collection.model, collection)
    monkeypatch.setattr(registry, "_projections", {})


def all_text(till: Till, *mutations: Any) -> str:
    """Everything that a device is sent, from the beginning."""
    text, till.cursor = "", None
    for _ in range(20):
        answer = till.send(*mutations, limit=2)
        assert answer.status_code == 200, answer.content
        text += str(answer.content.decode())
        till.cursor, mutations = answer.json()["cursor"], ()
        if not answer.json()["more"]:
            return text
    raise AssertionError("the feed has no end")


def the_product(till: Till, product: str) -> dict[str, Any]:
    fields: dict[str, Any] = till.pull_all()["bidhaas", product]["fields"]
    return fields


def test_only_some_roles_receive_the_field(till: Till, cashier: Till, costly: str) -> None:
    assert the_product(till, costly)["cost"] == SECRET
    assert "cost" not in the_product(cashier, costly)
    assert the_product(cashier, costly)["price"] == 1000


def test_neither_a_block_nor_a_change_by_itself_has_it(till: Till, cashier: Till, costly: str) -> None:
    assert "cost" not in all_text(cashier)
    till.verdict(patch("bidhaas", costly, cost=SECRET + 1))
    # A stamp of its own: the record comes by itself now, and not even the stamp is told.
    assert the_product(till, costly)["cost"] == SECRET + 1
    text = all_text(cashier)
    assert "Sukari" in text
    assert "cost" not in text


def test_nor_has_what_comes_behind_the_page_because_it_was_pushed(cashier: Till, shop: Shop, costly: str) -> None:
    Customer.objects.bulk_create([Customer(shop=shop, jina=str(number)) for number in range(6)])
    Bidhaa.objects.filter(pk=costly).update(price=2000)
    answer = cashier.send(cashier.mutation(patch("bidhaas", costly, price=2100)), limit=1)
    behind = [change for change in answer.json()["changes"] if change["id"] == costly]
    assert behind[0]["fields"]["price"] == 2100
    assert "cost" not in answer.content.decode()


def test_a_conflict_about_the_field_is_told_to_those_who_see_it(
    till: Till, second_till: Till, cashier: Till, costly: str
) -> None:
    second_till.verdict(patch("bidhaas", costly, cost=SECRET + 2))
    assert till.verdict(patch("bidhaas", costly, cost=SECRET + 1), stamp=stamp(T1))["status"] == "merged"
    assert Conflict.objects.get().audience == "manager,owner"
    assert [key for key in till.pull_all() if key[0] == "sawa_conflicts"]
    text = all_text(cashier)
    assert str(SECRET)[:5] not in text
    assert "cost" not in text


def test_a_conflict_about_a_whole_record_leaves_the_field_out(till: Till, cashier: Till, costly: str) -> None:
    till.verdict(patch("bidhaas", costly, price=1))
    removal = remove("bidhaas", costly) | {"was": {"price": 1000, "cost": SECRET}}
    assert till.verdict(removal, stamp=stamp(T1))["status"] == "merged"
    found = cashier.pull_all()["sawa_conflicts", str(Conflict.objects.get().pk)]["fields"]
    assert (found["theirs"]["price"], found["base"]) == (1, {"price": 1000})
    assert "cost" not in all_text(cashier)


def test_what_a_device_says_it_saw_of_the_field_teaches_it_nothing(cashier: Till, till: Till, costly: str) -> None:
    till.verdict(patch("bidhaas", costly, cost=SECRET))
    # A right guess and a wrong one must look the same.
    for guess in (SECRET, SECRET + 1):
        answer = cashier.verdict(remove("bidhaas", costly) | {"was": {"cost": guess}})
        assert answer["status"] == "applied"
        assert not Conflict.objects.exists()
        assert till.verdict(patch("bidhaas", costly, jina="back"))["status"] == "applied"


def test_writing_the_field_is_forbidden(cashier: Till, costly: str) -> None:
    verdict = cashier.verdict(patch("bidhaas", costly, price=2, cost=1))
    assert (verdict["status"], verdict["code"]) == ("rejected", "mutation_forbidden")
    product = Bidhaa.objects.get(pk=costly)
    assert (product.price, product.cost) == (1000, SECRET)


def test_an_app_that_puts_it_as_null_may_go_on(cashier: Till, costly: str) -> None:
    assert cashier.verdict(patch("bidhaas", costly, price=2, cost=None))["status"] == "applied"
    assert Bidhaa.objects.get(pk=costly).cost == SECRET
    assert cashier.verdict(put("bidhaas", new_id(), jina="New", price=1, cost=None))["status"] == "applied"


def test_a_sale_with_it_is_kept_for_a_person(cashier: Till, costly: str) -> None:
    verdict = cashier.verdict(*sale_ops(costly), patch("bidhaas", costly, cost=5))
    assert (verdict["status"], verdict["code"]) == ("quarantined", "mutation_forbidden")
    assert quarantine.retry(QuarantinedMutation.objects.get().pk, "boss").status == "applied"
    product = Bidhaa.objects.get(pk=costly)
    assert (product.cost, product.stock) == (5, 8)


def test_rest_neither_shows_nor_takes_it(till: Till, cashier: Till, costly: str) -> None:
    for address in ["/api/bidhaas/", f"/api/bidhaas/{costly}/", "/api/bidhaas/sync/"]:
        assert str(SECRET) in till.get(address).content.decode()
        shown = cashier.get(address)
        assert shown.status_code == 200
        assert "cost" not in shown.content.decode()
    for body in ({"cost": 1}, {"cost": None, "price": 5}):
        refused = cashier.client.patch(
            f"/api/bidhaas/{costly}/", json.dumps(body), content_type="application/json", headers=cashier.headers()
        )
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "mutation_forbidden")
    assert Bidhaa.objects.get(pk=costly).cost == SECRET


def test_a_person_at_the_api_has_a_role_too(client: Any, cashier: Till, costly: str) -> None:
    client.force_login(cashier.device.user)
    assert "cost" not in client.get("/api/bidhaas/").content.decode()


def test_another_role_starts_the_device_anew(cashier: Till, costly: str) -> None:
    cashier.sync()
    mutation = cashier.mutation(increment("bidhaas", costly, "stock", -1))
    Membership.objects.filter(user=cashier.device.user).update(role=Membership.Role.MANAGER)
    refused = cashier.send(mutation)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "cursor_invalid")
    assert Bidhaa.objects.get(pk=costly).stock == 10
    cashier.cursor = None
    answer = cashier.sync(mutation)
    assert answer["reset"] is True
    assert answer["verdicts"][0]["status"] == "applied"
    assert the_product(cashier, costly)["cost"] == SECRET
    Membership.objects.filter(user=cashier.device.user).update(role=Membership.Role.CASHIER)
    assert cashier.send().json()["error"]["code"] == "cursor_invalid"


def test_a_record_that_leaves_what_a_role_sees_is_removed_there(
    archived_are_hidden: None, till: Till, cashier: Till, shop: Shop
) -> None:
    customer = Customer.objects.create(shop=shop, jina="Mama Asha")
    key = ("customers", str(customer.pk))
    till.sync()
    assert [change["fields"]["jina"] for change in cashier.sync()["changes"]] == ["Mama Asha"]
    till.verdict(patch(*key, archived=True, jina="Moved away"))
    (change,) = cashier.sync()["changes"]
    assert (change["id"], change["removed"]) == (key[1], True)
    assert "fields" not in change
    assert "Moved away" not in all_text(cashier)
    assert till.pull_all()[key]["fields"]["archived"] is True
    till.verdict(patch(*key, archived=False))
    assert [change["fields"]["jina"] for change in cashier.sync()["changes"]] == ["Moved away"]


def test_a_hidden_record_takes_late_edits_and_tells_nothing(
    archived_are_hidden: None, till: Till, cashier: Till, shop: Shop
) -> None:
    customer = Customer.objects.create(shop=shop, jina="Mama Asha", phone="07", archived=True)
    till.verdict(patch("customers", str(customer.pk), phone="0711", jina="Hidden"))
    verdict = cashier.verdict(
        patch("customers", str(customer.pk), phone="0722") | {"was": {"phone": "07"}}, stamp=stamp(T2)
    )
    assert verdict["status"] == "merged"
    assert Conflict.objects.get().audience == "manager,owner"
    for secret in ("0711", "Hidden"):
        assert secret not in all_text(cashier)
    assert cashier.verdict(patch("customers", str(customer.pk), note="moved"))["status"] == "applied"
    assert Customer.objects.get().note == "moved"


def test_rest_leaves_hidden_records_out(archived_are_hidden: None, cashier: Till, till: Till, shop: Shop) -> None:
    customer = Customer.objects.create(shop=shop, jina="Mama Asha", archived=True)
    assert till.get("/api/customers/").json()["count"] == 1
    assert cashier.get("/api/customers/").json()["count"] == 0
    assert cashier.get(f"/api/customers/{customer.pk}/").status_code == 404


def test_a_field_that_the_server_gains_reaches_devices_that_are_up_to_date(
    till: Till, costly: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    specs = [spec for spec in BIDHAAS.fields if spec.wire != "category"]
    older = replace(
        BIDHAAS,
        fields=tuple(specs),
        by_wire={spec.wire: spec for spec in specs},
        by_attr={spec.attr: spec for spec in specs},
        policies={spec.wire: spec.policy for spec in specs},
    )
    Bidhaa.objects.filter(pk=costly).update(category="Food")
    with monkeypatch.context() as before:
        replace_collection(before, older)
        assert "category" not in the_product(till, costly)
        assert till.sync()["changes"] == []
        # An app that is newer than the server: what the server does not know is left out, and said.
        assert till.verdict(patch("bidhaas", costly, price=5, category="x"))["warnings"] == ["unknown_field"]
    registry._projections.clear()
    assert till.send().json()["error"]["code"] == "cursor_invalid"
    assert the_product(till, costly)["category"] == "Food"
    # An app that is older than the server does not name the field, and changes nothing of it.
    assert till.verdict(put("bidhaas", costly, jina="Sukari", price=7))["status"] == "applied"
    assert the_product(till, costly)["category"] == "Food"


def test_a_collection_that_the_server_no_longer_has_is_gone_after_the_next_pull(
    till: Till, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    Customer.objects.create(shop=shop, jina="Mama Asha")
    till.sync()
    monkeypatch.delitem(registry._by_name, "customers")
    monkeypatch.setattr(registry, "_projections", {})
    assert till.send().json()["error"]["code"] == "cursor_invalid"
    assert till.pull_all() == {}


@pytest.mark.parametrize(
    "declaration",
    [
        {"fields": ["jina"], "visible_to": {"cost": {"owner"}}},
        {"fields": ["jina", "shop"], "visible_to": {"shop": {"owner"}}},
        {"fields": ["stock"], "counters": ["stock"], "visible_to": {"stock": {"owner"}}},
    ],
)
def test_a_declaration_that_could_not_work_is_refused(declaration: Any) -> None:
    with pytest.raises(ValueError, match="can be hidden"):
        Registry().register(Bidhaa, collection="crates", **declaration)


def test_blocks_are_still_made_for_who_sees_less(cashier: Till, shop: Shop) -> None:
    Bidhaa.objects.bulk_create([Bidhaa(shop=shop, jina=str(number), cost=SECRET) for number in range(3)])
    answer = cashier.send().json()
    blocks = sum(len(block["ids"]) for block in answer["blocks"])
    assert blocks == 3

# SPDX-License-Identifier: MIT
"""Conflict records: made in a push where a value was dropped, told to every device, resolved by any."""

from typing import Any

import pytest
from django.test import Client

from bidhaa.models import Bidhaa
from bidhaa.synced import BIDHAAS
from conftest import Till, increment, make_user, new_id, patch, put, remove, sale_ops, stamp
from sawa.conflict import CUSTOM, MANUAL, MAX, Policy
from sawa.models import Conflict, Shop

pytestmark = pytest.mark.django_db(transaction=True)

T1, T2, T3 = 1_700_000_001_000, 1_700_000_002_000, 1_700_000_003_000


@pytest.fixture
def record(till: Till) -> str:
    """A product that a device made before everything else."""
    record = new_id()
    fields = {"jina": "Sukari", "price": 3000, "category": "Food", "stock": 10}
    till.verdict(put("bidhaas", record, **fields), stamp=stamp(1_700_000_000_000))
    return record


def seen(operation: dict[str, Any], **was: Any) -> dict[str, Any]:
    return operation | {"was": was}


def the_only_conflict() -> Conflict:
    (conflict,) = Conflict.objects.all()
    return conflict


def values(conflict: Conflict) -> tuple[Any, ...]:
    return (conflict.base, conflict.mine, conflict.theirs, conflict.result)


def test_a_value_that_lost_makes_a_record(till: Till, second_till: Till, record: str) -> None:
    second_till.verdict(seen(patch("bidhaas", record, price=3100), price=3000), stamp=stamp(T2))
    mutation = till.mutation(seen(patch("bidhaas", record, price=2900), price=3000), stamp=stamp(T1), actor="asha")
    answer = till.sync(mutation)
    assert answer["verdicts"][0]["status"] == "merged"
    conflict = the_only_conflict()
    assert values(conflict) == (3000, 2900, 3100, 3100)
    assert (conflict.collection, str(conflict.record_id), conflict.field) == ("bidhaas", record, "price")
    assert (conflict.policy, conflict.state, conflict.actor) == ("last_writer", "settled", "asha")
    assert (conflict.stamp, conflict.theirs_stamp) == (stamp(T1), stamp(T2))
    assert (str(conflict.device_id), str(conflict.mutation_id)) == (str(till.device.pk), mutation["id"])


def test_a_value_that_was_overwritten_unseen_makes_a_record(till: Till, second_till: Till, record: str) -> None:
    till.verdict(seen(patch("bidhaas", record, price=2900), price=3000), stamp=stamp(T1))
    verdict = second_till.verdict(seen(patch("bidhaas", record, price=3100), price=3000), stamp=stamp(T2))
    assert verdict["status"] == "applied"
    assert values(the_only_conflict()) == (3000, 3100, 2900, 3100)


def test_a_value_that_was_overwritten_knowingly_makes_none(till: Till, second_till: Till, record: str) -> None:
    till.verdict(seen(patch("bidhaas", record, price=2900), price=3000), stamp=stamp(T1))
    second_till.verdict(seen(patch("bidhaas", record, price=3100), price=2900), stamp=stamp(T2))
    second_till.verdict(patch("bidhaas", record, price=3200), stamp=stamp(T3))
    assert not Conflict.objects.exists()


def test_the_same_value_twice_makes_none(till: Till, second_till: Till, record: str) -> None:
    till.verdict(seen(patch("bidhaas", record, price=2900), price=3000), stamp=stamp(T2))
    second_till.verdict(seen(patch("bidhaas", record, price=2900), price=3000), stamp=stamp(T1))
    assert not Conflict.objects.exists()


def test_a_field_that_a_put_repeats_does_not_compete(till: Till, second_till: Till, record: str) -> None:
    till.verdict(seen(patch("bidhaas", record, price=2900), price=3000), stamp=stamp(T1))
    whole = put("bidhaas", record, jina="Sukari nyeupe", price=3000)
    assert second_till.verdict(seen(whole, jina="Sukari", price=3000), stamp=stamp(T2))["status"] == "applied"
    product = Bidhaa.objects.get(pk=record)
    assert (product.jina, product.price) == ("Sukari nyeupe", 2900)
    assert not Conflict.objects.exists()


def test_counters_and_new_records_make_none(till: Till, second_till: Till, record: str) -> None:
    till.verdict(increment("bidhaas", record, "stock", -2), stamp=stamp(T2))
    second_till.verdict(increment("bidhaas", record, "stock", -3), stamp=stamp(T1))
    second_till.verdict(*sale_ops(record))
    assert not Conflict.objects.exists()


@pytest.mark.parametrize("policy", [MANUAL, CUSTOM])
def test_manual_and_custom_leave_the_conflict_open(
    till: Till, second_till: Till, record: str, monkeypatch: pytest.MonkeyPatch, policy: Policy
) -> None:
    monkeypatch.setitem(BIDHAAS.policies, "category", policy)
    till.verdict(seen(patch("bidhaas", record, category="Sugar"), category="Food"), stamp=stamp(T1))
    second_till.verdict(seen(patch("bidhaas", record, category="Sweets"), category="Food"), stamp=stamp(T2))
    conflict = the_only_conflict()
    assert values(conflict) == ("Food", "Sweets", "Sugar", "Sweets")
    assert (conflict.policy, conflict.state) == (policy.name, "open")


def test_the_record_names_the_fields_policy(till: Till, record: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BIDHAAS.policies, "price", MAX)
    till.verdict(patch("bidhaas", record, price=2000), stamp=stamp(T1))
    conflict = the_only_conflict()
    assert (conflict.policy, values(conflict)) == ("max", (None, 2000, 3000, 3000))


def test_a_removal_that_lost_against_an_edit(till: Till, second_till: Till, record: str) -> None:
    till.verdict(patch("bidhaas", record, price=2900), stamp=stamp(T2))
    assert second_till.verdict(seen(remove("bidhaas", record), price=3000), stamp=stamp(T1))["status"] == "merged"
    conflict = the_only_conflict()
    assert (conflict.field, conflict.policy) == ("*", "removal")
    assert conflict.mine is None
    assert conflict.theirs == conflict.result
    assert conflict.theirs is not None
    assert conflict.theirs["price"] == 2900


def test_a_removal_that_took_an_unseen_edit_with_it(till: Till, second_till: Till, record: str) -> None:
    till.verdict(seen(patch("bidhaas", record, price=2900), price=3000), stamp=stamp(T1))
    removal = seen(remove("bidhaas", record), jina="Sukari", price=3000)
    assert second_till.verdict(removal, stamp=stamp(T2))["status"] == "applied"
    base, mine, theirs, result = values(the_only_conflict())
    assert base == {"jina": "Sukari", "price": 3000}
    assert (theirs["jina"], theirs["price"], theirs["stock"]) == ("Sukari", 2900, 10)
    assert (mine, result) == (None, None)


def test_a_removal_of_what_was_seen_makes_none(till: Till, record: str) -> None:
    till.verdict(seen(remove("bidhaas", record), jina="Sukari", price=3000), stamp=stamp(T1))
    assert not Conflict.objects.exists()


def test_an_edit_that_lost_against_a_removal(till: Till, second_till: Till, record: str) -> None:
    till.verdict(remove("bidhaas", record), stamp=stamp(T2))
    second_till.verdict(seen(patch("bidhaas", record, price=2900), price=3000), stamp=stamp(T1))
    base, mine, theirs, result = values(the_only_conflict())
    assert base == {"price": 3000}
    assert (mine["jina"], mine["price"], mine["stock"]) == ("Sukari", 2900, 10)
    assert (theirs, result) == (None, None)


def test_an_edit_that_brought_back_what_somebody_removed(till: Till, second_till: Till, record: str) -> None:
    till.verdict(remove("bidhaas", record), stamp=stamp(T1))
    second_till.verdict(seen(patch("bidhaas", record, price=2900), price=3000), stamp=stamp(T2))
    conflict = the_only_conflict()
    assert conflict.mine == conflict.result
    assert conflict.theirs is None
    assert conflict.result is not None
    assert (conflict.result["jina"], conflict.result["price"]) == ("Sukari", 2900)


def test_a_record_that_is_put_anew_makes_none(till: Till, record: str) -> None:
    till.verdict(remove("bidhaas", record), stamp=stamp(T1))
    till.verdict(put("bidhaas", record, jina="Sukari", price=1), stamp=stamp(T2))
    assert not Conflict.objects.exists()


def test_one_record_for_one_field_of_a_mutation(till: Till, record: str) -> None:
    operations = [patch("bidhaas", record, price=price) for price in (1, 2, 3)]
    till.verdict(*operations, stamp=stamp(1_600_000_000_000))
    assert the_only_conflict().mine == 3


def test_a_repeated_mutation_makes_no_second_record(till: Till, record: str) -> None:
    mutation = till.mutation(patch("bidhaas", record, price=1), stamp=stamp(1_600_000_000_000))
    till.sync(mutation)
    till.sync(mutation)
    assert Conflict.objects.count() == 1


def test_what_a_device_says_it_saw_cannot_break_a_push(till: Till, record: str) -> None:
    for was in [7, [], {"price": "x", "no_such": 1}, {"jina": "\0"}]:
        assert till.verdict(patch("bidhaas", record, price=2900) | {"was": was})["status"] == "applied"
    assert not Conflict.objects.exists()


def test_a_refused_mutation_leaves_no_record(till: Till, record: str) -> None:
    old = stamp(1_600_000_000_000)
    till.verdict(patch("bidhaas", record, price=1), put("sale_items", new_id(), sale_id=7), stamp=old)
    assert not Conflict.objects.exists()


@pytest.fixture
def conflict(till: Till, record: str) -> Conflict:
    till.verdict(patch("bidhaas", record, price=1), stamp=stamp(1_600_000_000_000))
    return the_only_conflict()


def test_every_device_is_told(second_till: Till, conflict: Conflict) -> None:
    change = second_till.pull_all()["sawa_conflicts", str(conflict.pk)]
    assert change["fields"]["mine"] == 1
    assert change["fields"]["state"] == "settled"


def test_a_device_resolves_it_with_the_value_it_chose(
    second_till: Till, till: Till, record: str, conflict: Conflict
) -> None:
    pk = str(conflict.pk)
    choice = patch("bidhaas", record, price=1)
    mark = seen(patch("sawa_conflicts", pk, state="resolved", resolved_by="asha"), state="settled", resolved_by=None)
    assert second_till.verdict(choice, mark)["status"] == "applied"
    assert till.pull_all()["sawa_conflicts", pk]["fields"]["resolved_by"] == "asha"
    assert Bidhaa.objects.get(pk=record).price == 1


def test_two_devices_that_resolve_one_conflict_make_no_other(till: Till, second_till: Till, conflict: Conflict) -> None:
    for device, moment in [(till, T3), (second_till, T2)]:
        mark = patch("sawa_conflicts", str(conflict.pk), state="resolved", resolved_by=str(moment))
        device.verdict(seen(mark, state="settled", resolved_by=None), stamp=stamp(moment))
    assert Conflict.objects.count() == 1


def test_no_device_changes_the_evidence(till: Till, conflict: Conflict) -> None:
    assert till.verdict(patch("sawa_conflicts", str(conflict.pk), mine=99))["status"] == "merged"
    for operation in [
        put("sawa_conflicts", str(conflict.pk), mine=99),
        remove("sawa_conflicts", str(conflict.pk)),
        patch("sawa_conflicts", new_id(), state="open"),
    ]:
        assert till.verdict(operation)["code"] == "mutation_forbidden"
    conflict.refresh_from_db()
    assert conflict.mine == 1


def test_another_shop_sees_none(other_till: Till, conflict: Conflict) -> None:
    assert not [key for key in other_till.pull_all() if key[0] == "sawa_conflicts"]


def test_the_admin_lists_and_resolves(client: Client, shop: Shop, till: Till, conflict: Conflict) -> None:
    client.force_login(make_user("root", shop, staff=True))
    assert "price" in client.get("/admin/sawa/conflict/").content.decode()
    client.post("/admin/sawa/conflict/", {"action": "resolve", "_selected_action": [str(conflict.pk)]})
    fields = till.pull_all()["sawa_conflicts", str(conflict.pk)]["fields"]
    assert (fields["state"], fields["resolved_by"]) == ("resolved", "root")

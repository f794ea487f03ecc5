# SPDX-License-Identifier: MIT
"""Whatever way a synced row changes on the server, the feed learns of it, and a concurrent sale survives."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, NotSupportedError, connection, models, transaction
from django.db.models import F

from bidhaa.models import Bidhaa, Customer, StockMovement
from conftest import Till, increment
from sawa import capture, feed
from sawa.models import Change, Shop

pytestmark = pytest.mark.django_db


def changed_since(till: Till, action: Callable[[], Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """What a till pulls after `action`, that it had not pulled before."""
    till.sync()
    action()
    return {(change["collection"], change["id"]): change for change in till.sync()["changes"]}


def test_create_save_and_delete_enter_the_feed(till: Till, shop: Shop) -> None:
    made: list[Customer] = []
    found = changed_since(till, lambda: made.append(Customer.objects.create(shop=shop, jina="Asha")))
    key = ("customers", str(made[0].pk))
    assert found[key]["fields"]["jina"] == "Asha"
    made[0].jina = "Asha Juma"
    assert changed_since(till, made[0].save)[key]["fields"]["jina"] == "Asha Juma"
    assert changed_since(till, made[0].delete)[key]["removed"] is True


def test_a_save_without_changes_writes_nothing(till: Till, product: Bidhaa) -> None:
    assert changed_since(till, Bidhaa.objects.get(pk=product.pk).save) == {}


def test_a_server_only_field_does_not_enter_the_feed(till: Till, product: Bidhaa) -> None:
    product.opening_stock = 700
    assert changed_since(till, product.save) == {}
    product.refresh_from_db()
    assert product.opening_stock == 700


def test_queryset_update_enters_the_feed(till: Till, shop: Shop) -> None:
    rows = Customer.objects.bulk_create([Customer(shop=shop, jina=name) for name in "abc"])
    found = changed_since(till, lambda: Customer.objects.filter(jina__in="ab").update(note="seen"))
    assert set(found) == {("customers", str(row.pk)) for row in rows[:2]}
    assert {change["fields"]["note"] for change in found.values()} == {"seen"}


def test_bulk_create_enters_the_feed_with_a_version_each(till: Till, shop: Shop) -> None:
    rows = [Customer(shop=shop, jina=str(number)) for number in range(1200)]
    found = changed_since(till, lambda: Customer.objects.bulk_create(rows))
    assert len(found) == 1200
    assert len({change["version"] for change in found.values()}) == 1200


def test_bulk_update_enters_the_feed(till: Till, shop: Shop) -> None:
    rows = Customer.objects.bulk_create([Customer(shop=shop, jina=name) for name in "abc"])
    for row in rows:
        row.phone = "255"
    found = changed_since(till, lambda: Customer.objects.bulk_update(rows, ["phone"]))
    assert [change["fields"]["phone"] for change in found.values()] == ["255"] * 3


def test_queryset_delete_enters_the_feed(till: Till, shop: Shop) -> None:
    Customer.objects.bulk_create([Customer(shop=shop, jina=name) for name in "abc"])
    found = changed_since(till, lambda: Customer.objects.exclude(jina="c").delete())
    assert [change["removed"] for change in found.values()] == [True, True]
    assert Customer.objects.count() == 1


def test_get_or_create_and_update_or_create_enter_the_feed(till: Till, shop: Shop) -> None:
    assert changed_since(till, lambda: Customer.objects.get_or_create(shop=shop, jina="a"))
    assert changed_since(till, lambda: Customer.objects.update_or_create(shop=shop, jina="a", defaults={"note": "n"}))


@pytest.mark.parametrize("options", [{"ignore_conflicts": True}, {"update_conflicts": True}])
def test_inserts_whose_effect_is_unknown_are_refused(shop: Shop, options: Any) -> None:
    with pytest.raises(NotSupportedError):
        Customer.objects.bulk_create([Customer(shop=shop)], **options)


def test_a_row_keeps_its_shop(product: Bidhaa, other_shop: Shop) -> None:
    with pytest.raises(NotSupportedError):
        Bidhaa.objects.filter(pk=product.pk).update(shop=other_shop)
    product.shop = other_shop
    with pytest.raises(NotSupportedError):
        product.save()


def test_updates_of_two_shops_enter_both_feeds(till: Till, other_till: Till, shop: Shop, other_shop: Shop) -> None:
    Customer.objects.bulk_create([Customer(shop=shop, jina="a"), Customer(shop=other_shop, jina="b")])
    till.sync()
    other_till.sync()
    assert Customer.objects.update(note="both") == 2
    assert [change["fields"]["jina"] for change in till.sync()["changes"]] == ["a"]
    assert [change["fields"]["jina"] for change in other_till.sync()["changes"]] == ["b"]


def test_a_failed_transaction_leaves_no_trace(till: Till, product: Bidhaa) -> None:
    def fail() -> None:
        with transaction.atomic():
            product.jina = "never"
            product.save()
            raise KeyError

    till.sync()
    with pytest.raises(KeyError):
        fail()
    assert till.sync()["changes"] == []


def test_a_savepoint_rolled_back_inside_leaves_the_rest(till: Till, shop: Shop) -> None:
    def act() -> None:
        with feed.transaction(shop.pk):
            Customer.objects.create(shop=shop, jina="stays")
            try:
                with transaction.atomic():
                    Customer.objects.create(shop=shop, jina="goes")
                    raise KeyError
            except KeyError:
                pass
            Customer.objects.create(shop=shop, jina="stays too")

    found = changed_since(till, act)
    assert sorted(change["fields"]["jina"] for change in found.values()) == ["stays", "stays too"]


def test_an_absolute_counter_becomes_a_movement(till: Till, product: Bidhaa) -> None:
    """The form was opened at 10; two were sold; somebody saves 15. That is five more, not fifteen."""
    opened = Bidhaa.objects.get(pk=product.pk)
    till.sync(till.mutation(increment("bidhaas", str(product.pk), "stock", -2)))
    opened.stock = 15
    with capture.because("stock.count"):
        opened.save()
    assert opened.stock == 13
    product.refresh_from_db()
    assert product.stock == 13
    movement = StockMovement.objects.get(reason="stock.count")
    assert (movement.delta, movement.balance_after, movement.mutation_id) == (5, 13, None)


def test_a_save_does_not_undo_what_it_did_not_change(till: Till, product: Bidhaa) -> None:
    opened = Bidhaa.objects.get(pk=product.pk)
    till.sync(till.mutation(increment("bidhaas", str(product.pk), "stock", -2)))
    Bidhaa.objects.filter(pk=product.pk).update(jina="Sugar")
    opened.price = 1200
    opened.save()
    product.refresh_from_db()
    assert (product.price, product.stock, product.jina) == (1200, 8, "Sugar")


def test_an_expression_is_a_movement(product: Bidhaa) -> None:
    product.stock = F("stock") - 3
    product.save()
    assert product.stock == 7
    assert StockMovement.objects.get().delta == -3


def test_counters_in_bulk_become_movements(till: Till, product: Bidhaa) -> None:
    opened = Bidhaa.objects.get(pk=product.pk)
    till.sync(till.mutation(increment("bidhaas", str(product.pk), "stock", -2)))
    opened.stock = 11
    Bidhaa.objects.bulk_update([opened], ["stock"])
    assert opened.stock == 9
    Bidhaa.objects.update(stock=F("stock") + 1)
    product.refresh_from_db()
    assert product.stock == 10
    assert sorted(StockMovement.objects.values_list("delta", flat=True)) == [-2, 1, 1]
    call_command("bidhaa_verify", verbosity=0)


def test_movements_enter_the_feed(till: Till, product: Bidhaa) -> None:
    product.stock = 4
    found = changed_since(till, product.save)
    movement = next(change for (collection, _), change in found.items() if collection == "stock_movements")
    assert movement["fields"]["delta"] == -6
    assert movement["fields"]["reason"] == "admin"


def test_creating_a_row_twice_fails(product: Bidhaa) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Bidhaa(id=product.pk, shop=product.shop, jina="again").save()


def test_no_version_is_given_to_two_records(shop: Shop) -> None:
    first = Customer.objects.create(shop=shop, jina="first")
    before = list(Change.objects.values())
    # A counter that somebody has set back.
    Shop.objects.filter(pk=shop.pk).update(version=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        Customer.objects.create(shop=shop, jina="second")
    assert (list(Customer.objects.all()), list(Change.objects.values())) == ([first], before)


def test_sawa_verify_finds_and_repairs_what_came_behind_its_back(till: Till, shop: Shop, product: Bidhaa) -> None:
    call_command("sawa_verify", verbosity=0)
    behind: models.QuerySet[Any] = models.QuerySet(Customer)
    behind.bulk_create([Customer(shop=shop, jina="smuggled")])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM bidhaa_bidhaa")
    with pytest.raises(CommandError, match="2 records differ"):
        call_command("sawa_verify")
    found = changed_since(till, lambda: call_command("sawa_verify", "--repair"))
    assert found[("bidhaas", str(product.pk))]["removed"] is True
    assert "smuggled" in {change.get("fields", {}).get("jina") for change in found.values()}
    call_command("sawa_verify")


def test_bidhaa_verify_finds_a_ledger_that_does_not_add_up(product: Bidhaa) -> None:
    call_command("bidhaa_verify")
    behind: models.QuerySet[Any] = models.QuerySet(Bidhaa)
    behind.update(stock=99)
    with pytest.raises(CommandError):
        call_command("bidhaa_verify")


def test_versions_are_unique_and_never_beyond_the_counter(till: Till, shop: Shop, product: Bidhaa) -> None:
    product.price = 5
    product.save()
    shop.refresh_from_db()
    versions = list(Change.objects.filter(shop=shop).values_list("version", flat=True))
    assert len(versions) == len(set(versions))
    assert max(versions) <= shop.version

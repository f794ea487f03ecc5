# SPDX-License-Identifier: MIT
"""Real threads and real transactions: what must hold when requests race."""

import json
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections, transaction

from bidhaa.models import Bidhaa, Customer, Sale
from conftest import Till, all_changes, increment, make_shop, make_till, make_user, sale_ops
from sawa import feed
from sawa.models import Change, Membership, Receipt, Shop
from sawa.registry import registry
from sawa.retry import with_retry
from sawa.services import pull as pulling

EVERYTHING = registry.projection(Membership.Role.OWNER)

pytestmark = pytest.mark.django_db(transaction=True)


def changes_of(page: pulling.Page) -> list[dict[str, Any]]:
    return all_changes(page.changes, [json.loads(block) for block in page.blocks])


def together(*jobs: Callable[[], Any]) -> list[Any]:
    """Runs the jobs in threads that start at once, and gives their results or exceptions."""
    results: list[Any] = [None] * len(jobs)
    gate = threading.Barrier(len(jobs))

    def run(index: int, job: Callable[[], Any]) -> None:
        try:
            gate.wait()
            results[index] = job()
        except Exception as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index, job)) for index, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()
    return results


@pytest.fixture
def racing_till() -> Till:
    shop = make_shop("Duka")
    return make_till(shop, make_user("asha", shop))


@pytest.fixture
def racing_product(racing_till: Till) -> Bidhaa:
    return Bidhaa.objects.create(shop=racing_till.device.shop, jina="Sukari", price=1000, stock=10)


def twin(till: Till) -> Till:
    """Another connection of the same device, as a retry while the first request still runs."""
    return Till(till.device, till.token, incarnation=till.incarnation)


def test_one_request_sent_many_times_at_once_takes_effect_once(racing_till: Till, racing_product: Bidhaa) -> None:
    mutation = racing_till.mutation(*sale_ops(str(racing_product.pk)))
    answers = together(*[lambda: twin(racing_till).sync(mutation) for _ in range(6)])
    statuses = sorted(answer["verdicts"][0]["status"] for answer in answers)
    assert statuses == ["applied"] + ["duplicate"] * 5
    racing_product.refresh_from_db()
    assert racing_product.stock == 8
    assert Sale.objects.count() == Receipt.objects.count() == 1


def test_tills_selling_one_product_at_once(racing_product: Bidhaa) -> None:
    shop = racing_product.shop
    tills = [make_till(shop, make_user(f"user{number}", shop)) for number in range(4)]

    def sell(till: Till) -> None:
        for _ in range(5):
            assert till.verdict(*sale_ops(str(racing_product.pk), quantity=1))["status"] == "applied"

    assert together(*[lambda till=till: sell(till) for till in tills]) == [None] * 4
    racing_product.refresh_from_db()
    assert racing_product.stock == -10
    assert Sale.objects.count() == 20


def test_saves_and_pushes_race_without_loss(racing_till: Till, racing_product: Bidhaa) -> None:
    def push() -> None:
        for _ in range(8):
            racing_till.sync(racing_till.mutation(increment("bidhaas", str(racing_product.pk), "stock", -1)))

    def save() -> None:
        for number in range(8):
            row = Bidhaa.objects.get(pk=racing_product.pk)
            row.price, row.stock = number, row.stock + 1
            row.save()

    assert together(push, save) == [None, None]
    racing_product.refresh_from_db()
    assert (racing_product.stock, racing_product.price) == (10, 7)


def test_a_puller_never_misses_a_version(racing_till: Till) -> None:
    """Committers hold their transactions open for a while; a reader follows the cursor all along."""
    shop = racing_till.device.shop
    done = threading.Event()

    def commit(name: str) -> None:
        for number in range(6):
            with transaction.atomic(), feed.transaction(shop.pk):
                Customer.objects.create(shop=shop, jina=f"{name}{number}")
                time.sleep(0.01)

    def read() -> set[str]:
        seen: set[str] = set()
        cursor: str | None = None
        while True:
            last_round = done.is_set()
            page = pulling.pull(shop.pk, cursor, 2000, EVERYTHING)
            cursor = page.cursor
            seen |= {change["id"] for change in changes_of(page)}
            if last_round and not page.more:
                return seen

    def write_all() -> None:
        together(*[lambda name=name: commit(name) for name in "abc"])
        done.set()

    errors, seen = together(write_all, read)
    assert errors is None
    assert seen == {str(pk) for pk in Customer.objects.values_list("pk", flat=True)}
    assert len(seen) == 18


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer: a second one waits before it begins")
def test_a_transaction_held_open_is_not_skipped() -> None:
    """What bare sequences and timestamps lose: an older number that commits after a newer one was read."""
    shop = make_shop("Duka")
    entered, read = threading.Event(), threading.Event()

    def slow() -> None:
        with feed.transaction(shop.pk):
            Customer.objects.create(shop=shop, jina="slow")
            entered.set()
            read.wait(5)

    def quick() -> None:
        entered.wait(5)
        Customer.objects.create(shop=shop, jina="quick")

    def reader() -> list[str]:
        entered.wait(5)
        time.sleep(0.3)
        first = pulling.pull(shop.pk, None, 2000, EVERYTHING)
        read.set()
        time.sleep(0.5)
        second = pulling.pull(shop.pk, first.cursor, 2000, EVERYTHING)
        return [change["fields"]["jina"] for page in (first, second) for change in changes_of(page)]

    assert together(slow, quick, reader)[2] == ["slow", "quick"]


def test_a_pull_sees_one_moment(racing_till: Till, racing_product: Bidhaa) -> None:
    """A record pulled is never newer than the page's version: rows, changes and head are read in one snapshot."""
    shop = racing_till.device.shop
    stop = threading.Event()

    def write() -> None:
        for _ in range(30):
            racing_till.sync(racing_till.mutation(*sale_ops(str(racing_product.pk), quantity=1)))
        stop.set()

    def read() -> int:
        pages = 0
        while not stop.is_set():
            found = {
                (change["collection"], change["id"]): change["fields"]
                for change in changes_of(pulling.pull(shop.pk, None, 2000, EVERYTHING))
            }
            sold = sum(1 for collection, _ in found if collection == "sales")
            assert found[("bidhaas", str(racing_product.pk))]["stock"] == 10 - sold
            pages += 1
        return pages

    errors, pages = together(write, read)
    assert errors is None
    assert isinstance(pages, int), pages
    assert pages > 0


def test_two_shops_do_not_wait_for_each_other(racing_till: Till) -> None:
    if connection.vendor == "sqlite":
        assert feed.lock_shop(racing_till.device.shop_id).pk == racing_till.device.shop_id
        return
    other = make_shop("Another")
    inside, finished = threading.Event(), threading.Event()

    def hold() -> bool:
        with feed.transaction(racing_till.device.shop_id):
            inside.set()
            return finished.wait(5)

    def write() -> None:
        inside.wait(5)
        Customer.objects.create(shop=other, jina="free")
        finished.set()

    assert together(hold, write)[0] is True


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer: a second one waits before it begins")
def test_a_deadlock_is_tried_again() -> None:
    one, other = make_shop("One"), make_shop("Other")
    both_hold = threading.Barrier(2)
    attempts: list[Shop] = []

    def change(first: Shop, second: Shop) -> None:
        attempts.append(first)
        meets = len(attempts) <= 2
        with transaction.atomic():
            Customer.objects.create(shop=first, jina="a")
            if meets:
                both_hold.wait(10)
            Customer.objects.create(shop=second, jina="b")

    results = together(
        lambda: with_retry(lambda: change(one, other)),
        lambda: with_retry(lambda: change(other, one)),
    )
    assert results == [None, None]
    assert len(attempts) > 2
    assert set(Shop.objects.values_list("version", flat=True)) == {2}
    assert Customer.objects.count() == 4


def test_the_feed_of_a_shop_counts_every_change_once(racing_till: Till) -> None:
    shop = racing_till.device.shop
    together(*[lambda: Customer.objects.create(shop=shop, jina=str(uuid.uuid4())) for _ in range(5)])
    versions = sorted(Change.objects.filter(shop=shop).values_list("version", flat=True))
    assert versions == list(range(1, 6))
    assert Shop.objects.get(pk=shop.pk).version == 5

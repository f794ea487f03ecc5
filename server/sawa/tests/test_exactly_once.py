# SPDX-License-Identifier: MIT
"""Exactly once: what is sent again, under whatever sequence or incarnation, has no second effect."""

import pytest
from django.db import connection

from bidhaa.models import Bidhaa, Sale
from conftest import Till, increment, new_id, sale_ops
from sawa.models import QuarantinedMutation, Receipt

pytestmark = pytest.mark.django_db


def test_a_repeated_mutation_has_no_second_effect(till: Till, product: Bidhaa) -> None:
    mutation = till.mutation(*sale_ops(str(product.pk)))
    first = till.sync(mutation)["verdicts"][0]
    for _ in range(5):
        again = till.sync(mutation)["verdicts"][0]
        assert again == {**first, "status": "duplicate", "first_status": "applied"}
    product.refresh_from_db()
    assert product.stock == 8
    assert Sale.objects.count() == Receipt.objects.count() == 1


def test_duplicates_and_new_ones_in_one_request(till: Till, product: Bidhaa) -> None:
    one, two = till.mutation(*sale_ops(str(product.pk))), till.mutation(*sale_ops(str(product.pk)))
    till.sync(one)
    statuses = [verdict["status"] for verdict in till.sync(one, two)["verdicts"]]
    assert statuses == ["duplicate", "applied"]
    product.refresh_from_db()
    assert product.stock == 6


def test_a_gap_is_refused_with_the_expected_number(till: Till, product: Bidhaa) -> None:
    till.sync(till.mutation(increment("bidhaas", str(product.pk), "stock", 1)))
    till.seq = 4
    response = till.send(till.mutation(increment("bidhaas", str(product.pk), "stock", 1)))
    assert response.status_code == 409
    assert response.json()["error"]["code"] == "sequence_gap"
    assert response.json()["error"]["details"] == {"expected": 2}
    product.refresh_from_db()
    assert product.stock == 11


def test_a_reused_sequence_with_another_body_is_refused_whole(till: Till, product: Bidhaa) -> None:
    till.sync(till.mutation(increment("bidhaas", str(product.pk), "stock", 1)))
    till.seq = 0
    clone = till.mutation(increment("bidhaas", str(product.pk), "stock", 5))
    response = till.send(clone, till.mutation(increment("bidhaas", str(product.pk), "stock", 5)))
    assert (response.status_code, response.json()["error"]["code"]) == (409, "sequence_reused")
    product.refresh_from_db()
    assert product.stock == 11


def test_the_order_of_keys_is_not_another_body(till: Till, product: Bidhaa) -> None:
    mutation = till.mutation(*sale_ops(str(product.pk)))
    till.sync(mutation)
    shuffled = dict(reversed(mutation.items()))
    assert till.sync(shuffled)["verdicts"][0]["status"] == "duplicate"


def test_the_same_mutation_under_a_new_incarnation_is_a_duplicate(till: Till, product: Bidhaa) -> None:
    """A device that lost its metadata takes a fresh incarnation and sends its outbox again."""
    mutation = till.mutation(*sale_ops(str(product.pk)))
    till.sync(mutation)
    till.incarnation = new_id()
    other = {**mutation, "seq": 1}
    assert till.sync(other)["verdicts"][0]["first_status"] == "applied"
    assert till.sync(other)["verdicts"][0]["first_status"] == "applied"
    product.refresh_from_db()
    assert product.stock == 8


def test_a_mutation_id_with_another_content_is_kept_for_a_person(till: Till, product: Bidhaa) -> None:
    mutation = till.mutation(increment("bidhaas", str(product.pk), "stock", 1))
    till.sync(mutation)
    verdict = till.verdict(increment("bidhaas", str(product.pk), "stock", 7), id=mutation["id"])
    assert (verdict["status"], verdict["code"]) == ("quarantined", "mutation_invalid")
    product.refresh_from_db()
    assert product.stock == 11


def test_an_id_that_came_with_two_contents_at_once_stands_for_the_first(till: Till, product: Bidhaa) -> None:
    mutation = till.mutation(increment("bidhaas", str(product.pk), "stock", 1))
    other = till.mutation(increment("bidhaas", str(product.pk), "stock", 7), id=mutation["id"])
    statuses = [verdict["status"] for verdict in till.sync(mutation, other)["verdicts"]]
    assert statuses == ["applied", "quarantined"]
    till.incarnation = new_id()
    assert till.sync({**mutation, "seq": 1})["verdicts"][0]["status"] == "duplicate"


def test_what_is_parked_refers_to_its_one_receipt_on_every_database(
    till: Till, product: Bidhaa, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As on MySQL: the keys of rows that were inserted together do not come back.
    monkeypatch.setattr(type(connection.features), "can_return_rows_from_bulk_insert", False)
    mutation = till.mutation(increment("bidhaas", str(product.pk), "stock", 1))
    till.sync(mutation)
    others = [till.mutation(increment("bidhaas", str(product.pk), "stock", n), id=mutation["id"]) for n in (5, 7)]
    till.sync(*others)
    receipts = list(Receipt.objects.order_by("seq").values_list("seq", "status"))
    assert receipts == [(1, "applied"), (2, "quarantined"), (3, "quarantined")]
    assert set(QuarantinedMutation.objects.values_list("receipt__seq", flat=True)) == {2, 3}

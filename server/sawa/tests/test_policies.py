# SPDX-License-Identifier: MIT
"""Merge policies as they are declared, and as a push and the admin apply them."""

import pytest

from bidhaa.models import Bidhaa
from bidhaa.synced import BIDHAAS
from conftest import Till, new_id, patch, put, stamp
from sawa.conflict import MAX, SERVER_WINS, WRITE_ONCE, Policy, lattice
from sawa.registry import Registry
from sawa.stamps import SERVER_NODE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("policy", [MAX, lattice("a", "b")])
def test_a_policy_must_fit_its_field(policy: Policy) -> None:
    with pytest.raises(TypeError, match=policy.name):
        Registry().register(Bidhaa, collection="things", fields=["jina", "archived"], policies={"archived": policy})


def test_a_policy_must_name_a_field_of_the_collection() -> None:
    with pytest.raises(ValueError, match="cost"):
        Registry().register(Bidhaa, collection="things", fields=["jina"], policies={"cost": MAX})


def test_the_servers_word_stands_against_later_devices(
    till: Till, product: Bidhaa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BIDHAAS.policies, "price", SERVER_WINS)
    verdict = till.verdict(patch("bidhaas", str(product.pk), price=1, jina="Chumvi"))
    assert verdict["status"] == "merged"
    product.refresh_from_db()
    assert (product.price, product.jina) == (1000, "Chumvi")


def test_no_device_speaks_with_the_servers_node(till: Till, product: Bidhaa, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BIDHAAS.policies, "price", SERVER_WINS)
    verdict = till.verdict(patch("bidhaas", str(product.pk), price=1), stamp=stamp(node=SERVER_NODE))
    assert (verdict["status"], verdict["code"]) == ("rejected", "mutation_invalid")
    product.refresh_from_db()
    assert product.price == 1000


def test_a_greatest_value_stands_whenever_it_was_written(
    till: Till, product: Bidhaa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BIDHAAS.policies, "low_stock_at", MAX)
    for value, expected in [(5, 5), (9, 9), (7, 9)]:
        till.verdict(patch("bidhaas", str(product.pk), low_stock_at=value))
        product.refresh_from_db()
        assert product.low_stock_at == expected


def test_what_the_server_corrects_keeps_its_place_in_time(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BIDHAAS.policies, "sku", WRITE_ONCE)
    record = new_id()
    till.verdict(put("bidhaas", record, jina="Sukari", sku="A1"), stamp=stamp(1_700_000_000_000))
    product = Bidhaa.objects.get(pk=record)
    product.sku = "A2"
    product.save()
    assert till.verdict(patch("bidhaas", record, sku="B1"), stamp=stamp(1_700_000_001_000))["status"] == "merged"
    product.refresh_from_db()
    assert product.sku == "A2"
    # One that was truly first stands against the correction, too.
    till.verdict(patch("bidhaas", record, sku="C1"), stamp=stamp(1_600_000_000_000))
    product.refresh_from_db()
    assert product.sku == "C1"

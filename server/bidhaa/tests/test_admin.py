# SPDX-License-Identifier: MIT
"""Forms of the admin: what was shown may be old by the time it is sent."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from bidhaa.models import Bidhaa, StockMovement
from bidhaa.synced import BIDHAAS
from conftest import Till, increment, make_user, patch
from sawa import stamps
from sawa.conflict import MANUAL
from sawa.models import Conflict, Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(make_user("boss", staff=True))
    return client


def form_data(admin: Client, url: str) -> dict[str, Any]:
    """What the browser would send for the form as it is shown now."""
    form = admin.get(url).context["adminform"].form
    data: dict[str, Any] = {"_save": "Save"}
    for name in form.fields:
        for key in (name, f"initial-{name}"):
            value = form[name].value()
            if value not in (None, False):
                data[key] = value
    return data


def test_a_form_changes_what_the_person_changed(admin: Client, till: Till, product: Bidhaa) -> None:
    url = reverse("admin:bidhaa_bidhaa_change", args=[product.pk])
    data = form_data(admin, url)
    # While the form is open, a till sells three and renames the product.
    till.sync(till.mutation(increment("bidhaas", str(product.pk), "stock", -3)))
    till.sync(till.mutation(patch("bidhaas", str(product.pk), jina="Sukari nyeupe")))
    response = admin.post(url, {**data, "price": 1500})
    assert response.status_code == 302, response.context["adminform"].form.errors
    product.refresh_from_db()
    assert (product.price, product.stock, product.jina) == (1500, 7, "Sukari nyeupe")


def test_an_edit_that_a_form_overwrites_unseen_is_noted(admin: Client, till: Till, product: Bidhaa) -> None:
    url = reverse("admin:bidhaa_bidhaa_change", args=[product.pk])
    data = form_data(admin, url)
    mutation = till.mutation(patch("bidhaas", str(product.pk), price=1200, jina="Sukari nyeupe"))
    till.sync(mutation)
    assert admin.post(url, {**data, "price": 1500}).status_code == 302
    product.refresh_from_db()
    assert (product.price, product.jina) == (1500, "Sukari nyeupe")
    (conflict,) = Conflict.objects.all()
    assert (conflict.collection, conflict.record_id, conflict.field) == ("bidhaas", product.pk, "price")
    assert (conflict.base, conflict.mine, conflict.theirs, conflict.result) == (1000, 1500, 1200, 1500)
    assert (conflict.policy, conflict.state, conflict.theirs_stamp) == ("last_writer", "settled", mutation["stamp"])
    boss = get_user_model().objects.get(username="boss")
    assert (conflict.actor, conflict.device_id) == (str(boss.pk), None)
    assert stamps.node_of(conflict.stamp) == stamps.SERVER_NODE
    changes = {change["collection"]: change["fields"] for change in till.sync()["changes"]}
    assert changes["bidhaas"]["price"] == 1500
    assert changes["sawa_conflicts"]["theirs"] == 1200


def test_a_form_that_overwrites_what_it_showed_notes_nothing(admin: Client, till: Till, product: Bidhaa) -> None:
    till.sync(till.mutation(patch("bidhaas", str(product.pk), price=1200)))
    url = reverse("admin:bidhaa_bidhaa_change", args=[product.pk])
    data = form_data(admin, url)
    # What moves meanwhile is a field that the form leaves alone, one that it writes the same value to, and a counter.
    till.sync(till.mutation(patch("bidhaas", str(product.pk), jina="Sukari nyeupe", category="Sugar")))
    till.sync(till.mutation(increment("bidhaas", str(product.pk), "stock", -3)))
    assert admin.post(url, {**data, "price": 1500, "category": "Sugar", "stock": 30}).status_code == 302
    product.refresh_from_db()
    assert (product.price, product.jina, product.category, product.stock) == (1500, "Sukari nyeupe", "Sugar", 27)
    assert not Conflict.objects.exists()


def test_a_person_decides_what_a_form_overwrote_of_a_manual_field(
    admin: Client, till: Till, product: Bidhaa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BIDHAAS.policies, "category", MANUAL)
    url = reverse("admin:bidhaa_bidhaa_change", args=[product.pk])
    data = form_data(admin, url)
    till.sync(till.mutation(patch("bidhaas", str(product.pk), category="Sugar")))
    assert admin.post(url, {**data, "category": "Sweets"}).status_code == 302
    conflict = Conflict.objects.get()
    assert (conflict.policy, conflict.state, conflict.result) == ("manual", "open", "Sweets")


def test_a_form_with_forged_values_notes_what_it_overwrites(admin: Client, till: Till, product: Bidhaa) -> None:
    url = reverse("admin:bidhaa_bidhaa_change", args=[product.pk])
    data = form_data(admin, url)
    till.sync(till.mutation(patch("bidhaas", str(product.pk), price=1200)))
    assert admin.post(url, {**data, "price": 1500, "initial-price": "x"}).status_code == 302
    conflict = Conflict.objects.get()
    assert (conflict.base, conflict.mine, conflict.theirs) == (None, 1500, 1200)


def test_a_counter_in_a_form_moves_from_the_value_it_showed(admin: Client, till: Till, product: Bidhaa) -> None:
    url = reverse("admin:bidhaa_bidhaa_change", args=[product.pk])
    data = form_data(admin, url)
    till.sync(till.mutation(increment("bidhaas", str(product.pk), "stock", -3)))
    till.sync()
    assert admin.post(url, {**data, "stock": 30}).status_code == 302
    product.refresh_from_db()
    assert product.stock == 27
    assert StockMovement.objects.get(reason="admin").delta == 20
    changed = {change["collection"] for change in till.sync()["changes"]}
    assert changed == {"bidhaas", "stock_movements"}


def test_creating_and_deleting_in_the_admin_enters_the_feed(admin: Client, till: Till, shop: Shop) -> None:
    till.sync()
    data = {"shop": str(shop.pk), "jina": "Chumvi", "price": 500, "stock": 4, "_save": "Save"}
    response = admin.post(reverse("admin:bidhaa_bidhaa_add"), data)
    assert response.status_code == 302, response.context["adminform"].form.errors
    change = till.sync()["changes"][0]
    assert (change["fields"]["jina"], change["fields"]["stock"]) == ("Chumvi", 4)
    url = reverse("admin:bidhaa_bidhaa_changelist")
    admin.post(url, {"action": "delete_selected", "_selected_action": [change["id"]], "post": "yes"})
    assert till.sync()["changes"][0]["removed"] is True

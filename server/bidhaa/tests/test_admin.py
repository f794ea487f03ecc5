# SPDX-License-Identifier: MIT
"""Forms of the admin: what was shown may be old by the time it is sent."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bidhaa.models import Bidhaa, StockMovement
from conftest import Till, increment, make_user, patch
from sawa.models import Shop

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

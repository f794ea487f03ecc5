# SPDX-License-Identifier: MIT
"""What people do with mutations in quarantine, and with devices, in the admin."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bidhaa.models import Bidhaa, Sale
from conftest import Till, make_user, new_id, put, sale_ops
from sawa.models import Device, QuarantinedMutation, Receipt
from sawa.registry import registry
from sawa.services import quarantine

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(make_user("boss", staff=True))
    return client


@pytest.fixture
def parked(till: Till, product: Bidhaa, monkeypatch: pytest.MonkeyPatch) -> QuarantinedMutation:
    """A sale that the server could not apply when it came, and could now."""

    def fail(_: Any) -> None:
        raise RuntimeError("the disk is on fire")

    with monkeypatch.context() as broken:
        broken.setattr(registry, "reviewers", [fail])
        assert till.verdict(*sale_ops(str(product.pk)), name="sale.complete")["status"] == "quarantined"
    return QuarantinedMutation.objects.get()


def run_action(admin: Client, action: str, entry: Any) -> None:
    url = reverse(f"admin:sawa_{entry._meta.model_name}_changelist")
    response = admin.post(url, {"action": action, "_selected_action": [str(entry.pk)]})
    assert response.status_code == 302, response.content[:2000]


def test_replaying_applies_it_once(admin: Client, parked: QuarantinedMutation, product: Bidhaa) -> None:
    run_action(admin, "replay", parked)
    parked.refresh_from_db()
    assert parked.state == "replayed"
    assert Sale.objects.count() == 1
    product.refresh_from_db()
    assert product.stock == 8
    assert quarantine.replay(parked.pk).status == "duplicate"
    product.refresh_from_db()
    assert product.stock == 8


def test_the_device_is_told_the_same_verdict_afterwards(admin: Client, parked: QuarantinedMutation, till: Till) -> None:
    run_action(admin, "replay", parked)
    assert Receipt.objects.get().status == "quarantined"
    changes = till.sync()["changes"]
    assert "sales" in {change["collection"] for change in changes}


def test_what_fails_again_stays(admin: Client, till: Till) -> None:
    till.verdict(*sale_ops(new_id()), put("ghosts", new_id(), a=1))
    entry = QuarantinedMutation.objects.get()
    run_action(admin, "replay", entry)
    entry.refresh_from_db()
    assert (entry.state, entry.code) == ("open", "mutation_not_understood")
    assert not Sale.objects.exists()


def test_discarding_keeps_the_payload(admin: Client, parked: QuarantinedMutation) -> None:
    run_action(admin, "discard", parked)
    parked.refresh_from_db()
    assert parked.state == "discarded"
    assert "boss" in parked.resolution
    assert parked.payload
    assert quarantine.replay(parked.pk).status == "duplicate"
    assert not Sale.objects.exists()


def test_revoking_a_device(admin: Client, till: Till) -> None:
    run_action(admin, "revoke", till.device)
    assert Device.objects.get().state == "revoked"
    assert till.send().json()["error"]["code"] == "device_revoked"


def test_every_admin_page_opens(admin: Client, parked: QuarantinedMutation, till: Till, product: Bidhaa) -> None:
    till.sync(till.mutation(*sale_ops(str(product.pk))))
    from django.contrib import admin as django_admin

    labels = [model for model in django_admin.site._registry if model._meta.app_label in {"sawa", "bidhaa"}]
    assert len(labels) == 15
    for model in labels:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert admin.get(reverse(f"{name}_changelist")).status_code == 200, model
        for row in model._base_manager.all()[:1]:
            assert admin.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200, model


def test_sales_cannot_be_changed_in_the_admin(admin: Client, till: Till, product: Bidhaa) -> None:
    till.sync(till.mutation(*sale_ops(str(product.pk))))
    sale = Sale.objects.get()
    url = reverse("admin:bidhaa_sale_change", args=[sale.pk])
    assert admin.post(url, {"total": 1}).status_code == 403
    assert admin.post(reverse("admin:bidhaa_sale_delete", args=[sale.pk])).status_code == 403

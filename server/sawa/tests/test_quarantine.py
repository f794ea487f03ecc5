# SPDX-License-Identifier: MIT
"""What people do with mutations in quarantine, and with devices, in the admin."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from bidhaa.models import Bidhaa, Sale
from conftest import Till, make_user, new_id, patch, put, sale_ops
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


def decide(admin: Client, entry: QuarantinedMutation, decision: str, **fields: Any) -> Any:
    """Sends the form of an entry."""
    url = reverse("admin:sawa_quarantinedmutation_change", args=[entry.pk])
    body = {"decision": decision, "reason": "", "corrected": entry.payload, **fields}
    response = admin.post(url, body)
    entry.refresh_from_db()
    return response


def told(till: Till) -> dict[str, Any]:
    """What a device knows of the only mutation in quarantine."""
    (fields,) = [change["fields"] for key, change in till.pull_all().items() if key[0] == "sawa_quarantine"]
    return dict(fields)


def test_trying_again_applies_it_once(admin: Client, parked: QuarantinedMutation, product: Bidhaa) -> None:
    run_action(admin, "retry", parked)
    parked.refresh_from_db()
    assert (parked.state, parked.resolved_by) == ("applied", "boss")
    assert Sale.objects.count() == 1
    product.refresh_from_db()
    assert product.stock == 8
    assert quarantine.retry(parked.pk, "boss").status == "duplicate"
    product.refresh_from_db()
    assert product.stock == 8


def test_the_device_is_told_the_same_verdict_afterwards(admin: Client, parked: QuarantinedMutation, till: Till) -> None:
    run_action(admin, "retry", parked)
    assert Receipt.objects.get().status == "quarantined"
    changes = till.sync()["changes"]
    assert "sales" in {change["collection"] for change in changes}


def test_what_fails_again_stays(admin: Client, till: Till) -> None:
    till.verdict(*sale_ops(new_id()), put("ghosts", new_id(), a=1))
    entry = QuarantinedMutation.objects.get()
    run_action(admin, "retry", entry)
    entry.refresh_from_db()
    assert (entry.state, entry.code) == ("open", "mutation_not_understood")
    assert not Sale.objects.exists()


def test_devices_hear_how_it_ended(admin: Client, parked: QuarantinedMutation, till: Till, second_till: Till) -> None:
    fields = told(second_till)
    assert fields["at_ms"] == int(parked.at.timestamp() * 1000)
    assert fields == {
        "mutation_id": str(parked.mutation_id),
        "name": "sale.complete",
        "device_id": str(till.device.pk),
        "code": "mutation_invalid",
        "state": "open",
        "reason": None,
        "resolved_by": None,
        "at_ms": fields["at_ms"],
    }
    decide(admin, parked, "discard", reason="It was rung up twice.")
    (change,) = second_till.sync()["changes"]
    ended = {name: change["fields"][name] for name in ("state", "reason", "resolved_by")}
    assert ended == {"state": "discarded", "reason": "It was rung up twice.", "resolved_by": "boss"}


def test_no_device_decides(till: Till, parked: QuarantinedMutation) -> None:
    for operation in (patch("sawa_quarantine", str(parked.pk), state="applied"), put("sawa_quarantine", new_id())):
        assert till.verdict(operation)["code"] == "mutation_forbidden"


def test_devices_are_not_told_what_it_holds(cashier: Till, till: Till, product: Bidhaa) -> None:
    cost = patch("bidhaas", str(product.pk), cost=7654321)
    assert till.verdict(*sale_ops(str(product.pk)), cost, put("ghosts", new_id()))["status"] == "quarantined"
    cashier.cursor = None
    text = cashier.send().content.decode()
    assert "sawa_quarantine" in text
    assert "7654321" not in text


def test_discarding_needs_a_reason_and_keeps_the_payload(admin: Client, parked: QuarantinedMutation) -> None:
    assert "Say why." in decide(admin, parked, "discard", reason="  ").content.decode()
    assert parked.state == "open"
    assert decide(admin, parked, "discard", reason="A test").status_code == 302
    assert (parked.state, parked.resolved_by, parked.reason) == ("discarded", "boss", "A test")
    assert parked.resolved_at is not None
    assert parked.payload
    assert quarantine.retry(parked.pk, "boss").status == "duplicate"
    assert not quarantine.discard(parked.pk, "somebody else", "again")
    assert not Sale.objects.exists()
    parked.refresh_from_db()
    assert parked.resolved_by == "boss"


@pytest.fixture
def misspelt(till: Till, product: Bidhaa) -> QuarantinedMutation:
    """A sale with an operation that no server will ever understand."""
    assert till.verdict(*sale_ops(str(product.pk)), put("ghosts", new_id(), a=1))["status"] == "quarantined"
    return QuarantinedMutation.objects.get()


def without_ghosts(entry: QuarantinedMutation) -> dict[str, Any]:
    payload = json.loads(entry.payload)
    payload["ops"] = [operation for operation in payload["ops"] if operation["collection"] != "ghosts"]
    return dict(payload)


def test_a_corrected_mutation_is_applied_and_the_original_kept(
    admin: Client, misspelt: QuarantinedMutation, till: Till, product: Bidhaa
) -> None:
    original, mended = misspelt.payload, json.dumps(without_ghosts(misspelt), indent=2)
    assert decide(admin, misspelt, "correct", corrected=mended, reason="No ghosts here").status_code == 302
    assert (misspelt.state, misspelt.resolved_by, misspelt.reason) == ("applied", "boss", "No ghosts here")
    assert misspelt.payload == original
    assert json.loads(misspelt.corrected) == without_ghosts(misspelt)
    assert Sale.objects.count() == 1
    product.refresh_from_db()
    assert product.stock == 8
    assert told(till)["state"] == "applied"


def test_a_correction_that_fails_stays_and_can_be_gone_on_with(admin: Client, misspelt: QuarantinedMutation) -> None:
    draft = without_ghosts(misspelt)
    draft["ops"][0]["fields"]["total"] = "a lot"
    decide(admin, misspelt, "correct", corrected=json.dumps(draft))
    assert (misspelt.state, misspelt.code) == ("open", "mutation_invalid")
    page = admin.get(reverse("admin:sawa_quarantinedmutation_change", args=[misspelt.pk])).content.decode()
    assert "a lot" in page
    assert "total must be a valid integer" in page
    assert not Sale.objects.exists()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda payload: payload | {"id": new_id()},
        lambda payload: payload | {"seq": 99},
        lambda payload: {name: value for name, value in payload.items() if name != "ops"},
        lambda payload: [payload],
        lambda payload: payload | {"ops": [float("nan")]},
    ],
)
def test_a_correction_that_is_no_such_mutation_is_refused(
    admin: Client, misspelt: QuarantinedMutation, spoil: Any
) -> None:
    response = decide(admin, misspelt, "correct", corrected=json.dumps(spoil(without_ghosts(misspelt))))
    assert response.status_code == 200
    assert (misspelt.state, misspelt.corrected) == ("open", "")


def test_what_was_decided_cannot_be_decided_again(admin: Client, parked: QuarantinedMutation) -> None:
    decide(admin, parked, "discard", reason="A test")
    assert decide(admin, parked, "apply").status_code == 403
    assert parked.state == "discarded"
    page = admin.get(reverse("admin:sawa_quarantinedmutation_change", args=[parked.pk])).content.decode()
    assert "A test" in page


def test_who_may_only_look_decides_nothing(client: Client, parked: QuarantinedMutation) -> None:
    reader = make_user("reader")
    reader.is_staff = True
    reader.save()
    reader.user_permissions.add(Permission.objects.get(codename="view_quarantinedmutation"))
    client.force_login(reader)
    assert client.get(reverse("admin:sawa_quarantinedmutation_change", args=[parked.pk])).status_code == 200
    assert decide(client, parked, "discard", reason="mine").status_code == 403
    assert parked.state == "open"


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

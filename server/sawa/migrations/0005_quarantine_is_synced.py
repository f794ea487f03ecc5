# SPDX-License-Identifier: MIT
import django.db.models.deletion
import sawa.ids
from django.db import migrations, models

STATES = {"open": "open", "replayed": "applied", "discarded": "discarded"}


def copy(apps, schema_editor):
    """Takes the entries over. `sawa_verify --repair` tells devices of them."""
    old, new = apps.get_model("sawa", "OldQuarantinedMutation"), apps.get_model("sawa", "QuarantinedMutation")
    for entry in old.objects.select_related("receipt").order_by("pk").iterator(chunk_size=500):
        new.objects.create(
            shop_id=entry.shop_id,
            receipt_id=entry.receipt_id,
            mutation_id=entry.receipt.mutation_id,
            name=entry.receipt.name,
            device_id=entry.device_id,
            payload=entry.payload,
            code=entry.code,
            error=entry.error,
            state=STATES[entry.state],
            at=entry.created_at,
            resolved_at=entry.resolved_at,
            reason=entry.resolution or None,
        )


class Migration(migrations.Migration):
    dependencies = [("sawa", "0004_tombstone_horizon")]

    operations = [
        migrations.RenameModel("QuarantinedMutation", "OldQuarantinedMutation"),
        migrations.CreateModel(
            name="QuarantinedMutation",
            fields=[
                ("id", models.UUIDField(default=sawa.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("mutation_id", models.UUIDField()),
                ("name", models.CharField(blank=True, max_length=100)),
                ("payload", models.TextField()),
                ("corrected", models.TextField(blank=True, default="")),
                ("code", models.CharField(max_length=40)),
                ("error", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("applied", "Applied"), ("discarded", "Discarded")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("resolved_by", models.CharField(blank=True, max_length=150, null=True)),
                ("reason", models.TextField(blank=True, null=True)),
                (
                    "device",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sawa.device"
                    ),
                ),
                (
                    "receipt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sawa.receipt"
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sawa.shop"
                    ),
                ),
            ],
            options={
                "db_table": "sawa_quarantine",
                "ordering": ["-at"],
                "indexes": [models.Index(fields=["shop", "state", "at"], name="sawa_quarantine_state")],
            },
        ),
        migrations.RunPython(copy, migrations.RunPython.noop),
        migrations.DeleteModel("OldQuarantinedMutation"),
    ]

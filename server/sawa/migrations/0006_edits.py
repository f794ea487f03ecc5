# SPDX-License-Identifier: MIT
from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F


def _all_is_known(apps: Any, schema_editor: Any) -> None:
    """A device whose cursor is not behind a record's version has all of it."""
    changes = apps.get_model("sawa", "Change")._base_manager.using(schema_editor.connection.alias)
    changes.update(whole_version=F("version"))


class Migration(migrations.Migration):
    dependencies = [("sawa", "0005_quarantine_is_synced")]

    operations = [
        migrations.AddField("change", "whole_version", models.BigIntegerField(default=0)),
        migrations.AddField("change", "edits", models.TextField(default="")),
        # The constraints begin with the shop, too: one index less to keep for each row.
        migrations.AlterField(
            "change",
            "shop",
            models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="sawa.shop"
            ),
        ),
        migrations.RunPython(_all_is_known, migrations.RunPython.noop),
    ]

# SPDX-License-Identifier: MIT
"""Prints as JSON what the demo shop's tables hold, read by Django's own ORM, past the feed and the protocol.

`collections`: for each synced collection its records by id, and their digest. `verdicts`: how often each verdict was given to
mutations of each name. `quarantined`: how many mutations wait for a person. Runs in `manage.py shell`.
"""

import hashlib
import json
import sys
from typing import Any

from django.db.models import Count

from bidhaa.management.commands.load_demo import DEMO_SHOP
from sawa.canonical import canonical_bytes
from sawa.models import QuarantinedMutation, Receipt
from sawa.registry import Collection, registry


def _records(collection: Collection) -> list[dict[str, Any]]:
    rows = collection.model.objects.filter(shop=DEMO_SHOP).values_list("id", *collection.attrs)
    records = [{"id": str(record_id), **collection.wire_values(values)} for record_id, *values in rows]
    return sorted(records, key=lambda record: record["id"])


def _digest(records: list[dict[str, Any]]) -> str:
    return hashlib.sha256(b"\n".join(canonical_bytes(record) for record in records)).hexdigest()


def _state() -> dict[str, Any]:
    by_name = {collection.name: _records(collection) for collection in registry}
    verdicts: dict[str, dict[str, int]] = {}
    counted = Receipt.objects.filter(shop=DEMO_SHOP).order_by().values_list("name", "status").annotate(Count("pk"))
    for name, status, count in counted:
        verdicts.setdefault(name, {})[status] = count
    return {
        "collections": {name: {"digest": _digest(records), "records": records} for name, records in by_name.items()},
        "verdicts": verdicts,
        "quarantined": QuarantinedMutation.objects.filter(shop=DEMO_SHOP).count(),
    }


json.dump(_state(), sys.stdout)

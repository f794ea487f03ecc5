# SPDX-License-Identifier: MIT
"""What a person can do with a mutation in quarantine. Its receipt stays as it is: the device was answered."""

import json

from django.utils import timezone

from sawa import feed
from sawa.models import QuarantinedMutation, Status
from sawa.retry import with_retry
from sawa.services.mutation import IncomingMutation
from sawa.services.push import Verdict, apply_again


def replay(quarantined_id: int) -> Verdict:
    """Applies the mutation as if it came now. It leaves the quarantine unless it fails again."""
    shop_id = QuarantinedMutation.objects.values_list("shop_id", flat=True).get(pk=quarantined_id)

    def work() -> Verdict:
        with feed.transaction(shop_id) as tx:
            # Read under the lock: of two people who press the button at once, one finds it done.
            entry = QuarantinedMutation.objects.select_related("receipt", "device").get(pk=quarantined_id)
            receipt = entry.receipt
            if entry.state != QuarantinedMutation.State.OPEN:
                return Verdict(Status.DUPLICATE.value, receipt.version, first_status=receipt.status)
            mutation = IncomingMutation(receipt.mutation_id, receipt.seq, json.loads(entry.payload))
            verdict = apply_again(tx, entry.device, mutation)
            if verdict.status in {Status.APPLIED, Status.MERGED}:
                _resolve(entry, QuarantinedMutation.State.REPLAYED, f"{verdict.status} at version {verdict.version}")
            else:
                entry.code, entry.error = verdict.code or "", verdict.message or ""
                entry.save(update_fields=["code", "error"])
            return verdict

    return with_retry(work)


def discard(entry: QuarantinedMutation, reason: str) -> None:
    """Decides that the mutation will not be applied. Its payload stays in the archive."""
    if entry.state == QuarantinedMutation.State.OPEN:
        _resolve(entry, QuarantinedMutation.State.DISCARDED, reason)


def _resolve(entry: QuarantinedMutation, state: str, resolution: str) -> None:
    entry.state, entry.resolution, entry.resolved_at = state, resolution, timezone.now()
    entry.save(update_fields=["state", "resolution", "resolved_at"])

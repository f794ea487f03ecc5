# SPDX-License-Identifier: MIT
"""What a person can do with a mutation in quarantine. Its receipt stays as it is: the device was answered.

Devices hear of it by the collection `sawa_quarantine`, and of the effects like of any others.
"""

import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.utils import timezone

from sawa import feed
from sawa.feed import FeedTransaction
from sawa.models import QuarantinedMutation, Status
from sawa.retry import with_retry
from sawa.services.mutation import IncomingMutation
from sawa.services.push import apply_again
from sawa.services.receipts import Verdict, payload_text, stored_verdict

T = TypeVar("T")


def retry(
    quarantined_id: uuid.UUID, by: str, *, corrected: Mapping[str, Any] | None = None, reason: str = ""
) -> Verdict:
    """Applies the mutation as if it came now, with all rights, or what a person has made of it (its id stays).

    It leaves the quarantine unless it fails again. One that was decided before is a duplicate.
    """

    def work(tx: FeedTransaction, entry: QuarantinedMutation) -> Verdict:
        if entry.state != QuarantinedMutation.State.OPEN:
            return stored_verdict(entry.receipt).as_duplicate()
        if corrected is not None:
            entry.corrected = payload_text(corrected)
        payload = json.loads(entry.corrected or entry.payload)
        verdict = apply_again(tx, entry.device, IncomingMutation(entry.mutation_id, entry.receipt.seq, payload))
        if verdict.status in {Status.APPLIED, Status.MERGED}:
            _resolve(entry, QuarantinedMutation.State.APPLIED, by, reason)
        else:
            entry.code, entry.error = verdict.code or "", verdict.message or ""
        entry.save()
        return verdict

    return _with_entry(quarantined_id, work)


def discard(quarantined_id: uuid.UUID, by: str, reason: str) -> bool:
    """Decides that the mutation will not be applied. False if it was decided before."""

    def work(_: FeedTransaction, entry: QuarantinedMutation) -> bool:
        if entry.state != QuarantinedMutation.State.OPEN:
            return False
        _resolve(entry, QuarantinedMutation.State.DISCARDED, by, reason)
        entry.save()
        return True

    return _with_entry(quarantined_id, work)


def _with_entry(quarantined_id: uuid.UUID, work: Callable[[FeedTransaction, QuarantinedMutation], T]) -> T:
    shop_id = QuarantinedMutation.objects.values_list("shop_id", flat=True).get(pk=quarantined_id)

    def run() -> T:
        with feed.transaction(shop_id) as tx:
            # Read under the lock: of two people who press the button at once, one finds it done.
            return work(tx, QuarantinedMutation.objects.select_related("receipt", "device").get(pk=quarantined_id))

    return with_retry(run)


def _resolve(entry: QuarantinedMutation, state: str, by: str, reason: str) -> None:
    entry.state, entry.resolved_by, entry.resolved_at, entry.reason = state, by, timezone.now(), reason or None

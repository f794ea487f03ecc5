# SPDX-License-Identifier: MIT
"""Verdicts, the receipts that keep them, and the quarantine of what needs a person."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from sawa import bulk
from sawa.feed import FeedTransaction
from sawa.models import Device, Incarnation, QuarantinedMutation, Receipt, Status
from sawa.services.mutation import IncomingMutation


@dataclass(frozen=True, slots=True)
class Verdict:
    """The server's answer to one mutation. `first_status` is set for a duplicate."""

    status: str
    version: int
    code: str | None = None
    message: str | None = None
    warnings: list[str] = field(default_factory=list)
    first_status: str | None = None

    def as_duplicate(self) -> "Verdict":
        """The answer when the same mutation comes again."""
        first = self.first_status or self.status
        return Verdict(Status.DUPLICATE.value, self.version, self.code, self.message, self.warnings, first)


def stored_verdict(receipt: Receipt) -> Verdict:
    """The verdict that a receipt keeps."""
    return Verdict(receipt.status, receipt.version, receipt.code, receipt.message, receipt.warnings)


def make_receipt(
    tx: FeedTransaction, incarnation: Incarnation | None, mutation: IncomingMutation, verdict: Verdict
) -> Receipt:
    """The receipt of a mutation, not written yet."""
    body_hash, content_hash = mutation.hashes()
    return Receipt(
        shop_id=tx.shop_id,
        incarnation=incarnation,
        seq=mutation.seq,
        mutation_id=mutation.id,
        name=mutation.name,
        actor=mutation.actor,
        body_hash=body_hash,
        content_hash=content_hash,
        status=verdict.status,
        code=verdict.code,
        message=verdict.message,
        warnings=verdict.warnings,
        version=verdict.version,
    )


def park(receipt: Receipt, device: Device | None, mutation: IncomingMutation, verdict: Verdict) -> QuarantinedMutation:
    """The mutation as the quarantine keeps it, not written yet."""
    return QuarantinedMutation(
        shop_id=receipt.shop_id,
        receipt=receipt,
        mutation_id=mutation.id,
        name=mutation.name,
        device=device,
        payload=payload_text(mutation.payload),
        code=verdict.code or "",
        error=verdict.message or "",
        at=timezone.now(),
    )


def write(plain: Sequence[Receipt], parked: Sequence[QuarantinedMutation]) -> None:
    """Writes receipts: `plain` ones, and those that parked mutations refer to."""
    # The plain ones first: where an id comes with two contents, the older receipt tells what it stands for.
    bulk.insert(plain)
    for mutation in parked:
        # By itself: not every database gives back the keys of a set-based insert.
        mutation.receipt.save(force_insert=True)
    if parked:
        QuarantinedMutation.objects.bulk_create(parked)


def payload_text(payload: Any) -> str:
    """JSON as ASCII text, which every database can hold whatever the payload's texts contain."""
    return json.dumps(payload, separators=(",", ":"))

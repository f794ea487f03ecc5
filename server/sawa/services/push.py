# SPDX-License-Identifier: MIT
"""Applies mutations exactly once: the verdict is stored in the transaction of the effects."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from django.db import DatabaseError, connection
from django.db import transaction as db_transaction

from sawa import error_codes, feed, stamps
from sawa.errors import SyncError
from sawa.feed import FeedTransaction
from sawa.models import Device, Incarnation, QuarantinedMutation, Receipt, Status
from sawa.registry import registry
from sawa.retry import is_transient, with_retry
from sawa.services import receipts
from sawa.services.mutation import IncomingMutation, Plan, Refused, make_plan
from sawa.services.receipts import Verdict, make_receipt, park, stored_verdict
from sawa.services.staging import StagedMutation, Workspace
from sawa.services.writing import write

_LAST_SEQUENCE = f"SELECT last_seq FROM {Incarnation._meta.db_table} WHERE shop_id = %s AND uuid = %s"  # noqa: S608
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pushed:
    """The verdicts, in the order of the mutations, and the last sequence number now handled."""

    verdicts: list[Verdict]
    last_seq: int


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose mutations these are. Without a role it is the server itself, which may write everything."""

    device: Device | None
    role: str | None = None


def push(device: Device, role: str, incarnation_id: uuid.UUID, mutations: Sequence[IncomingMutation]) -> Pushed:
    """Applies a device's mutations, with the rights of the role; their sequence numbers ascend by one.

    Raises SyncError `sequence_gap` or `sequence_reused`, and then nothing has happened.
    """

    def work() -> Pushed:
        with feed.transaction(device.shop_id) as tx:
            incarnation, _ = Incarnation.objects.get_or_create(
                shop_id=device.shop_id, uuid=incarnation_id, defaults={"device": device}
            )
            return _push(tx, Sender(device, role), incarnation, mutations)

    return with_retry(work)


def apply_local(
    shop_id: uuid.UUID, mutations: Sequence[IncomingMutation], device: Device | None = None
) -> list[Verdict]:
    """Applies mutations that no outbox sent (the REST API). Their ids make them exactly-once."""

    def work() -> list[Verdict]:
        with feed.transaction(shop_id) as tx:
            return _handle(tx, Sender(device), None, mutations)

    return with_retry(work)


def apply_again(tx: FeedTransaction, device: Device | None, mutation: IncomingMutation) -> Verdict:
    """Applies one mutation that had no effect before. Writes no receipt: it has one."""
    return _apply_alone(tx, Sender(device), _plan(tx, mutation, stamps.now_ms(), None))


def last_sequence(shop_id: uuid.UUID, incarnation_id: uuid.UUID) -> int:
    """The last sequence number handled of an incarnation; 0 for one that never pushed."""
    # Raw: every pull asks it, and making the statement of a queryset would take longer.
    key = Incarnation._meta.get_field("uuid")
    with connection.cursor() as cursor:
        # Both are UUIDs.
        cursor.execute(
            _LAST_SEQUENCE, [key.get_db_prep_value(value, connection) for value in (shop_id, incarnation_id)]
        )
        found = cursor.fetchone()
    return int(found[0]) if found else 0


def _push(
    tx: FeedTransaction, sender: Sender, incarnation: Incarnation, mutations: Sequence[IncomingMutation]
) -> Pushed:
    # No lock of its own: the shop's counter row is held.
    last = incarnation.last_seq
    known = [mutation for mutation in mutations if (mutation.seq or 0) <= last]
    fresh = mutations[len(known) :]
    repeated = _repeated(incarnation, known)
    if fresh and fresh[0].seq != last + 1:
        raise SyncError(
            409,
            error_codes.SEQUENCE_GAP,
            f"The next mutation must have sequence {last + 1}.",
            details={"expected": last + 1},
        )
    verdicts = repeated + _handle(tx, sender, incarnation, fresh)
    if fresh:
        incarnation.last_seq = last + len(fresh)
        incarnation.save(update_fields=["last_seq"])
    return Pushed(verdicts, incarnation.last_seq)


def _repeated(incarnation: Incarnation, mutations: Sequence[IncomingMutation]) -> list[Verdict]:
    """The stored verdicts of mutations that were handled before."""
    if not mutations:
        return []
    receipts = {
        receipt.seq: receipt
        for receipt in Receipt.objects.filter(
            shop_id=incarnation.shop_id, incarnation=incarnation, seq__in=[mutation.seq for mutation in mutations]
        )
    }
    verdicts = []
    for mutation in mutations:
        receipt = receipts.get(mutation.seq)
        if receipt is None or receipt.body_hash != mutation.body_hash():
            log.warning("sequence_reused", shop=str(incarnation.shop_id), incarnation=str(incarnation.uuid))
            raise SyncError(
                409,
                error_codes.SEQUENCE_REUSED,
                f"Sequence {mutation.seq} came before with another body: two devices share one identity.",
                details={"seq": mutation.seq},
            )
        verdicts.append(stored_verdict(receipt).as_duplicate())
    return verdicts


def _handle(
    tx: FeedTransaction, sender: Sender, incarnation: Incarnation | None, mutations: Sequence[IncomingMutation]
) -> list[Verdict]:
    """Handles mutations with new sequence numbers, and writes a receipt for each."""
    if not mutations:
        return []
    seen = {
        receipt.mutation_id: receipt
        for receipt in Receipt.objects.filter(
            shop_id=tx.shop_id, mutation_id__in=[mutation.id for mutation in mutations]
        ).order_by("-pk")
    }
    first_here: dict[uuid.UUID, IncomingMutation] = {}
    for mutation in mutations:
        if mutation.id not in seen:
            first_here.setdefault(mutation.id, mutation)
    outcomes = dict(
        zip(first_here, _apply_all(tx, sender, list(first_here.values())), strict=True),
    )
    verdicts: list[Verdict] = []
    plain: list[Receipt] = []
    parked: list[QuarantinedMutation] = []
    for mutation in mutations:
        if first_here.get(mutation.id) is mutation:
            verdict, stored = outcomes[mutation.id], outcomes[mutation.id]
        else:
            original = seen.get(mutation.id)
            hashed = original.content_hash if original else first_here[mutation.id].content_hash()
            earlier = stored_verdict(original) if original else outcomes[mutation.id]
            verdict, stored = _again(tx, mutation, hashed, earlier)
        receipt = make_receipt(tx, incarnation, mutation, stored)
        if verdict.status == Status.QUARANTINED:
            parked.append(park(receipt, sender.device, mutation, verdict))
        else:
            plain.append(receipt)
        verdicts.append(verdict)
    receipts.write(plain, parked)
    return verdicts


def _again(
    tx: FeedTransaction, mutation: IncomingMutation, known_hash: str, earlier: Verdict
) -> tuple[Verdict, Verdict]:
    """What to answer, and what to store, for a mutation id that came before under another sequence number."""
    if mutation.content_hash() == known_hash:
        return earlier.as_duplicate(), earlier
    verdict = Verdict(
        Status.QUARANTINED.value, tx.version, error_codes.MUTATION_INVALID, "Its id came before with another content."
    )
    return verdict, verdict


def _apply_all(tx: FeedTransaction, sender: Sender, mutations: Sequence[IncomingMutation]) -> list[Verdict]:
    """All at once; if the database refuses any of it, one by one, so that only the guilty one goes to quarantine."""
    now = stamps.now_ms()
    plans = [_plan(tx, mutation, now, sender.role) for mutation in mutations]
    _keep_order(plans)
    if len(plans) > 1:
        try:
            with db_transaction.atomic():
                return _apply(tx, sender, plans)
        except Exception as error:
            if is_transient(error):
                raise
            log.info("push_one_by_one", shop=str(tx.shop_id), error=repr(error))
    return [_apply_alone(tx, sender, plan) for plan in plans]


def _plan(tx: FeedTransaction, mutation: IncomingMutation, now_ms: int, role: str | None) -> Plan:
    plan = make_plan(mutation, now_ms, role)
    plan.behind_horizon = mutation.seq is not None and tx.is_behind_horizon(mutation.payload.get("base"))
    return plan


def _keep_order(plans: Sequence[Plan]) -> None:
    """Makes the clamped stamps of a device rise: its clock is too far ahead, but the order of its edits still holds.

    Also across nodes: a device has a new one from each new incarnation on, and sends what waits from before.
    """
    last = ""
    for plan in plans:
        tick = stamps.tick_of(plan.stamp)
        if plan.stamp != plan.mutation.payload.get("stamp") and tick <= last:
            tick = stamps.next_tick(last, 0)
            plan.stamp = stamps.join(tick, stamps.node_of(plan.stamp))
        last = tick


def _apply_alone(tx: FeedTransaction, sender: Sender, plan: Plan) -> Verdict:
    try:
        with db_transaction.atomic():
            return _apply(tx, sender, [plan])[0]
    except Exception as error:
        if isinstance(error, DatabaseError) and is_transient(error):
            raise
        log.exception("mutation_quarantined", shop=str(tx.shop_id), mutation=str(plan.mutation.id))
        return Verdict(
            Status.QUARANTINED.value, tx.version, error_codes.MUTATION_INVALID, f"Unexpected {type(error).__name__}."
        )


def _apply(tx: FeedTransaction, sender: Sender, plans: Sequence[Plan]) -> list[Verdict]:
    workspace = Workspace(tx.shop_id, sender.device.pk if sender.device else None)
    workspace.load(plans)
    outcomes: list[StagedMutation | Verdict] = []
    for plan in plans:
        # Asked before staging: afterwards the record is there.
        keep = workspace.must_not_be_rejected(plan)
        try:
            outcomes.append(workspace.stage(plan))
        except Refused as refusal:
            status = Status.QUARANTINED if keep else Status.REJECTED
            outcomes.append(Verdict(status.value, tx.version, refusal.code, refusal.message, list(plan.warnings)))
    staged = [outcome for outcome in outcomes if isinstance(outcome, StagedMutation)]
    for review in registry.reviewers:
        review(staged)
    versions = iter(write(tx, workspace, staged))
    return [outcome if isinstance(outcome, Verdict) else _accepted(outcome, next(versions)) for outcome in outcomes]


def _accepted(staged: StagedMutation, version: int) -> Verdict:
    status = Status.MERGED if staged.lost else Status.APPLIED
    return Verdict(status.value, version, warnings=staged.cause.warnings)

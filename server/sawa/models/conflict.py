# SPDX-License-Identifier: MIT
"""Conflict records: what a merge dropped. Devices of the shop see them as the collection `sawa_conflicts`."""

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any

from django.db import models

from sawa.conflict import SERVER_WINS
from sawa.models.shop import Membership
from sawa.models.synced import SyncedModel
from sawa.registry import Collection, registry

COLLECTION = "sawa_conflicts"


def _join(roles: Iterable[str]) -> str:
    return ",".join(sorted(roles))


def everybody() -> str:
    """The audience of what all may see."""
    return _join(Membership.Role.values)


def audience(collection: Collection, field: str, states: Iterable[Mapping[str, Any]]) -> str:
    """Who may be told of a conflict: the roles that see the field, and the record in each of its states."""
    known = list(states)
    return _join(
        role
        for role in Membership.Role.values
        if collection.shows(field, role) and all(collection.shows_record(fields, role) for fields in known)
    )


def _audiences_with(role: str) -> list[str]:
    others = [other for other in Membership.Role.values if other != role]
    return [_join([role, *some]) for size in range(len(others) + 1) for some in combinations(others, size)]


class Conflict(SyncedModel):
    """A value that somebody wrote and that does not stand. Devices may resolve it; the evidence is the server's.

    `mine` is what the device wrote whose push made the conflict, or a person in the admin (`device_id` None), `theirs`
    what it met, `base` what it had seen before, and `result` what stood afterwards. A `field` of `*` is the whole
    record, its values are objects of fields, and null where it is removed (sawa/dropped.py). `audience`: the roles that
    are told, which never changes.
    """

    class State(models.TextChoices):
        #: The policy leaves it to a person, or to a function of the app.
        OPEN = "open"
        #: The policy has decided.
        SETTLED = "settled"
        #: One of them has decided.
        RESOLVED = "resolved"

    collection = models.CharField(max_length=64)
    record_id = models.UUIDField()
    field = models.CharField(max_length=64)
    policy = models.CharField(max_length=20)
    base = models.JSONField(null=True)
    mine = models.JSONField(null=True)
    theirs = models.JSONField(null=True)
    result = models.JSONField(null=True)
    stamp = models.CharField(max_length=33)
    theirs_stamp = models.CharField(max_length=33, blank=True)
    actor = models.CharField(max_length=100, blank=True)
    device_id = models.UUIDField(null=True)
    mutation_id = models.UUIDField()
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.SETTLED)
    resolved_by = models.CharField(max_length=100, null=True, blank=True)  # noqa: DJ001 - null on the wire too
    audience = models.CharField(max_length=64, default=everybody, editable=False)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["shop", "state", "at"], name="sawa_conflict_state")]

    def __str__(self) -> str:
        return f"{self.collection} {self.record_id}: {self.field}"


EVIDENCE = [
    "collection",
    "record_id",
    "field",
    "policy",
    "base",
    "mine",
    "theirs",
    "result",
    "stamp",
    "theirs_stamp",
    "actor",
    "device_id",
    "mutation_id",
    "at",
]


def register_conflicts() -> None:
    """Makes conflict records a synced collection."""
    registry.register(
        Conflict,
        collection=COLLECTION,
        fields=[*EVIDENCE, "state", "resolved_by"],
        policies=dict.fromkeys(EVIDENCE, SERVER_WINS),
        server_made=True,
        # What was long ago is needed last.
        priority=-1,
        visible_rows={role: {"audience": _audiences_with(role)} for role in Membership.Role.values},
    )

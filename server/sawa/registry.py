# SPDX-License-Identifier: MIT
"""Which models are synced, under which names and rules. Apps register theirs when they are ready."""

import datetime
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sawa.conflict import COUNTER, LAST_WRITER, Policy
from sawa.fields import FieldSpec, make_spec

if TYPE_CHECKING:
    from sawa.models import SyncedModel
    from sawa.services.staging import StagedMutation


@dataclass(frozen=True, slots=True)
class CounterDelta:
    """One accepted movement of a counter: `balance` is its value afterwards."""

    shop_id: uuid.UUID
    collection: str
    record_id: uuid.UUID
    field: str
    delta: int
    balance: int


@dataclass(slots=True)
class Cause:
    """Why something changed: the mutation of a device, or (`mutation_id` None) somebody on the server.

    `created` lists the instances that the same mutation made, `warnings` takes stable codes for its verdict.
    """

    reason: str
    at: datetime.datetime
    mutation_id: uuid.UUID | None = None
    device_id: uuid.UUID | None = None
    created: "list[SyncedModel]" = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def warn(self, code: str) -> None:
        """Adds a warning once."""
        if code not in self.warnings:
            self.warnings.append(code)


#: Called with each counter delta; gives the rows (a ledger entry) to be written in the same transaction.
DeltaHook = Callable[[CounterDelta, Cause], "Iterable[SyncedModel]"]
#: Called with the mutations that are about to be written; may warn, and mark the records they create.
Reviewer = Callable[["Sequence[StagedMutation]"], None]


@dataclass(frozen=True, slots=True)
class Collection:
    """A synced model. `writable`: devices may push it. `immutable`: its records never change once they exist.

    `server_made`: devices may patch its records, and neither create nor remove them.
    `never_rejected`: a mutation that creates such a record records what already happened in the world. It is applied
    with warnings or kept in quarantine, and never refused.
    """

    name: str
    model: "type[SyncedModel]"
    fields: tuple[FieldSpec, ...]
    by_wire: dict[str, FieldSpec]
    by_attr: dict[str, FieldSpec]
    policies: dict[str, Policy]
    writable: bool
    immutable: bool
    server_made: bool
    never_rejected: bool
    on_counter_delta: DeltaHook | None

    @property
    def counters(self) -> list[FieldSpec]:
        """The fields that move by increments alone."""
        return [spec for spec in self.fields if spec.is_counter]

    def wire_values(self, values: Iterable[Any]) -> dict[str, Any]:
        """Wire fields from column values in the order of `attrs`."""
        return {spec.wire: spec.to_wire(value) for spec, value in zip(self.fields, values, strict=True)}

    @property
    def attrs(self) -> list[str]:
        """The attribute of each field, in order."""
        return [spec.attr for spec in self.fields]


class Registry:
    """The synced collections of this server."""

    def __init__(self) -> None:
        self._by_name: dict[str, Collection] = {}
        self._by_model: dict[type[Any], Collection] = {}
        self.reviewers: list[Reviewer] = []

    def register(  # noqa: PLR0913 - keyword options of a declaration
        self,
        model: "type[SyncedModel]",
        *,
        collection: str,
        fields: Iterable[str],
        counters: Iterable[str] = (),
        policies: Mapping[str, Policy] | None = None,
        writable: bool = True,
        immutable: bool = False,
        server_made: bool = False,
        never_rejected: bool = False,
        on_counter_delta: DeltaHook | None = None,
    ) -> Collection:
        """Makes `model` a synced collection with these fields, and no others.

        Fields merge by last writer unless `counters` or `policies` name them, as the devices' schema should do too.
        Raises ValueError or TypeError for a declaration that makes no sense.
        """
        from sawa import signals  # it needs the registry

        if collection in self._by_name or model in self._by_model:
            raise ValueError(f"{collection} or {model.__name__} is registered already")
        names, rules = list(fields), dict.fromkeys(counters, COUNTER) | dict(policies or {})
        if unknown := rules.keys() - set(names):
            raise ValueError(f"merge policies of what are not fields: {sorted(unknown)}")
        specs = tuple(make_spec(model._meta.get_field(name), rules.get(name, LAST_WRITER)) for name in names)  # type: ignore[arg-type]
        entry = Collection(
            name=collection,
            model=model,
            fields=specs,
            by_wire={spec.wire: spec for spec in specs},
            by_attr={spec.attr: spec for spec in specs},
            policies={spec.wire: spec.policy for spec in specs},
            writable=writable,
            immutable=immutable,
            server_made=server_made,
            never_rejected=never_rejected,
            on_counter_delta=on_counter_delta,
        )
        self._by_name[collection] = entry
        self._by_model[model] = entry
        signals.connect(entry)
        return entry

    def add_reviewer(self, reviewer: Reviewer) -> None:
        """Has `reviewer` look at the mutations of a push before they are written."""
        self.reviewers.append(reviewer)

    def get(self, name: str) -> Collection | None:
        """The collection of that wire name."""
        return self._by_name.get(name)

    def for_model(self, model: type[Any]) -> Collection | None:
        """The collection of a model, a proxy of it, or a deferred class."""
        return self._by_model.get(model._meta.concrete_model)

    def __iter__(self) -> Iterator[Collection]:
        return iter(self._by_name.values())


registry = Registry()

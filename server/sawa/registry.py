# SPDX-License-Identifier: MIT
"""Which models are synced, under which names and rules. Apps register theirs when they are ready."""

import datetime
import hashlib
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

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


#: Attributes of a model, each with the values that it may have.
RowRule = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Collection:
    """A synced model. `writable`: devices may push it. `immutable`: its records never change once they exist.

    `server_made`: devices may patch its records, and neither create nor remove them.
    `never_rejected`: a mutation that creates such a record records what already happened in the world. It is applied
    with warnings or kept in quarantine, and never refused.
    `priority`: of the collections in a device's first sync, those of the greater number come first.
    `visible_to`: the roles that see a field, by its wire name; everybody sees the others. `visible_rows`: the rule for
    a role that does not see all records. `only`: that rule in what `seen_by` gives.
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
    priority: int
    on_counter_delta: DeltaHook | None
    visible_to: Mapping[str, frozenset[str]]
    visible_rows: Mapping[str, RowRule]
    only: RowRule

    def seen_by(self, role: str) -> "Collection":
        """The collection with what a role sees of it."""
        hidden = {wire for wire in self.visible_to if not self.shows(wire, role)}
        only = self.visible_rows.get(role, {})
        if not hidden and not only:
            return self
        specs = tuple(spec for spec in self.fields if spec.wire not in hidden)
        return replace(
            self,
            fields=specs,
            by_wire={spec.wire: spec for spec in specs},
            by_attr={spec.attr: spec for spec in specs},
            policies={spec.wire: spec.policy for spec in specs},
            only=only,
        )

    def shows(self, wire: str, role: str) -> bool:
        """Whether a role sees a field."""
        return wire not in self.visible_to or role in self.visible_to[wire]

    def shows_record(self, fields: Mapping[str, Any], role: str) -> bool:
        """Whether a role sees a record with these wire fields."""
        return all(
            spec is None or fields.get(spec.wire) in [spec.to_wire(value) for value in values]
            for name, values in self.visible_rows.get(role, {}).items()
            for spec in [self.by_attr.get(name)]
        )

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


@dataclass(frozen=True, slots=True)
class Projection:
    """All that a role sees, in the order of a first sync.

    The fingerprint differs if anything does: a field, a collection, the rule for its rows; `order` also if the order
    does.
    """

    role: str
    collections: Mapping[str, Collection]
    fingerprint: str
    order: str


class Registry:
    """The synced collections of this server."""

    def __init__(self) -> None:
        self._by_name: dict[str, Collection] = {}
        self._by_model: dict[type[Any], Collection] = {}
        self._projections: dict[str, Projection] = {}
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
        priority: int = 0,
        on_counter_delta: DeltaHook | None = None,
        visible_to: Mapping[str, Iterable[str]] | None = None,
        visible_rows: Mapping[str, RowRule] | None = None,
    ) -> Collection:
        """Makes `model` a synced collection with these fields, and no others.

        Fields merge by last writer unless `counters` or `policies` name them, as the devices' schema should do too.
        A device's first sync brings the collections of the greater `priority` first, and those of the same in the order
        in which they are registered. `visible_to`: fields that only some roles see, with these roles. `visible_rows`:
        roles that do not see all records, each with the attributes that tell which, and the values that show it; the
        attributes are fields of the collection, or never change. Raises ValueError or TypeError for a declaration that
        makes no sense.
        """
        from sawa import signals  # it needs the registry

        if collection in self._by_name or model in self._by_model:
            raise ValueError(f"{collection} or {model.__name__} is registered already")
        names, rules = list(fields), dict.fromkeys(counters, COUNTER) | dict(policies or {})
        if unknown := rules.keys() - set(names):
            raise ValueError(f"merge policies of what are not fields: {sorted(unknown)}")
        specs = tuple(make_spec(model._meta.get_field(name), rules.get(name, LAST_WRITER)) for name in names)  # type: ignore[arg-type]
        roles_of = {name: frozenset(roles) for name, roles in (visible_to or {}).items()}
        restricted = [spec for spec in specs if spec.field.name in roles_of]
        if len(restricted) != len(roles_of) or any(spec.required or spec.is_counter for spec in restricted):
            # Who does not see a field can't give it a value, and still sells what it counts.
            raise ValueError(f"of {collection}, only fields with a default that are no counters can be hidden")
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
            priority=priority,
            on_counter_delta=on_counter_delta,
            visible_to={spec.wire: roles_of[spec.field.name] for spec in restricted},
            visible_rows=dict(visible_rows or {}),
            only={},
        )
        self._by_name[collection] = entry
        self._by_model[model] = entry
        self._projections.clear()
        signals.connect(entry)
        return entry

    def add_reviewer(self, reviewer: Reviewer) -> None:
        """Has `reviewer` look at the mutations of a push before they are written."""
        self.reviewers.append(reviewer)

    def projection(self, role: str) -> Projection:
        """What a role sees."""
        known = self._projections.get(role)
        if known is None:
            in_order = sorted(self, key=lambda collection: -collection.priority)
            seen = [collection.seen_by(role) for collection in in_order]
            shown = {collection.name: collection for collection in seen if collection.fields}
            fingerprint = _fingerprint(shown)
            order = _short_hash([fingerprint, *shown])
            known = self._projections[role] = Projection(role, shown, fingerprint, order)
        return known

    def get(self, name: str) -> Collection | None:
        """The collection of that wire name."""
        return self._by_name.get(name)

    def for_model(self, model: type[Any]) -> Collection | None:
        """The collection of a model, a proxy of it, or a deferred class."""
        return self._by_model.get(model._meta.concrete_model)

    def __iter__(self) -> Iterator[Collection]:
        return iter(self._by_name.values())


def _fingerprint(collections: Mapping[str, Collection]) -> str:
    lines = [
        repr((name, sorted((spec.wire, spec.kind) for spec in collections[name].fields), _rule(collections[name].only)))
        for name in sorted(collections)
    ]
    return _short_hash(lines)


def _short_hash(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:FINGERPRINT_LENGTH]


def _rule(rule: RowRule) -> list[tuple[str, list[str]]]:
    return [(name, sorted(map(str, values))) for name, values in sorted(rule.items())]


FINGERPRINT_LENGTH: Final = 12
registry = Registry()

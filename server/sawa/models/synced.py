# SPDX-License-Identifier: MIT
"""The base of every synced model: whatever way its rows change, the feed learns of it in the same transaction."""

import copy
import uuid
from collections.abc import Collection as Sized
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Self, TypeVar

from django.db import DEFAULT_DB_ALIAS, NotSupportedError, models, router
from django.db import transaction as db_transaction
from django.db.models.base import ModelBase
from django.db.models.expressions import Combinable

from sawa import capture, feed
from sawa.ids import uuid7
from sawa.models.shop import Shop
from sawa.registry import Collection, registry
from sawa.retry import with_retry

ModelT = TypeVar("ModelT", bound="SyncedModel")


class SyncedQuerySet(models.QuerySet[ModelT]):
    """A queryset whose bulk operations enter the feed."""

    def update(self, **kwargs: Any) -> int:
        collection = registry.for_model(self.model)
        if collection is None or self.query.is_sliced or not _touches(collection, kwargs):
            return super().update(**kwargs)
        if {"shop", "shop_id", "pk", "id"} & kwargs.keys():
            raise NotSupportedError("a synced row keeps its id and its shop")

        def change(tx: feed.FeedTransaction, rows: "SyncedQuerySet[ModelT]") -> int:
            ids = list(rows.order_by().values_list("pk", flat=True))
            before = capture.read(collection, tx.shop_id, ids, using=self.db)
            count = models.QuerySet.update(rows, **kwargs)
            capture.enter(
                tx, collection, before, capture.read(collection, tx.shop_id, ids, using=self.db), using=self.db
            )
            return count

        return sum(self._each_shop(change))

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        if registry.for_model(self.model) is None or self.query.is_sliced:
            return super().delete()
        totals: dict[str, int] = {}
        # What is deleted, cascades included, enters the feed by the signals in sawa/signals.py.
        for _, counts in self._each_shop(lambda _, rows: models.QuerySet.delete(rows)):
            for label, count in counts.items():
                totals[label] = totals.get(label, 0) + count
        return sum(totals.values()), totals

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def bulk_create(
        self,
        objs: Iterable[ModelT],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        update_fields: Sized[str] | None = None,
        unique_fields: Sized[str] | None = None,
    ) -> list[ModelT]:
        instances = list(objs)
        collection = registry.for_model(self.model)
        if collection is None:
            return super().bulk_create(
                instances, batch_size, ignore_conflicts, update_conflicts, update_fields, unique_fields
            )
        if ignore_conflicts or update_conflicts:
            raise NotSupportedError("which rows such an insert changes is unknown, so it can't enter the feed")
        by_shop: dict[uuid.UUID, list[ModelT]] = {}
        for instance in instances:
            by_shop.setdefault(instance.shop_id, []).append(instance)

        def create() -> None:
            with db_transaction.atomic(using=self.db):
                for shop_id in sorted(by_shop):
                    self._create_in(collection, shop_id, by_shop[shop_id], batch_size)

        with_retry(create, using=self.db)
        return instances

    bulk_create.alters_data = True  # type: ignore[attr-defined]

    def bulk_update(self, objs: Iterable[ModelT], fields: Iterable[str], batch_size: int | None = None) -> int:
        instances, names = list(objs), list(fields)
        collection = registry.for_model(self.model)
        if collection is None:
            return super().bulk_update(instances, names, batch_size)
        counters = [spec.attr for spec in collection.counters if spec.attr in names]

        def change() -> int:
            for instance in instances:
                instance._counters_to_deltas(counters)
            # It calls update() batch by batch, which enters the feed.
            return models.QuerySet.bulk_update(self, instances, names, batch_size)

        with db_transaction.atomic(using=self.db):
            count = change()
        if counters:
            fresh = {row.pk: row for row in self.model._base_manager.filter(pk__in=[each.pk for each in instances])}
            for instance in instances:
                for name in counters:
                    setattr(instance, name, getattr(fresh[instance.pk], name))
        for instance in instances:
            instance._remember(names)
        return count

    bulk_update.alters_data = True  # type: ignore[attr-defined]

    def _create_in(
        self, collection: Collection, shop_id: uuid.UUID, instances: list[ModelT], batch_size: int | None
    ) -> None:
        with feed.transaction(shop_id, using=self.db) as tx:
            self.model.before_create(instances)
            super().bulk_create(instances, batch_size)
            after = capture.read(collection, shop_id, [instance.pk for instance in instances], using=self.db)
            capture.enter(tx, collection, {}, after, using=self.db)

    def _each_shop(self, work: Any) -> list[Any]:
        """`work(tx, rows)` for each shop that the queryset touches, in one order for everybody."""

        def run() -> list[Any]:
            with db_transaction.atomic(using=self.db):
                shops = sorted(set(self.order_by().values_list("shop_id", flat=True)))
                results = []
                for shop_id in shops:
                    with feed.transaction(shop_id, using=self.db) as tx:
                        results.append(work(tx, self.filter(shop_id=shop_id)))
                return results

        return with_retry(run, using=self.db)


def _touches(collection: Collection, kwargs: dict[str, Any]) -> bool:
    names = {field.name: field.attname for field in collection.model._meta.concrete_fields}
    return any(
        names.get(name, name) in collection.by_attr or name in {"shop", "shop_id", "pk", "id"} for name in kwargs
    )


class SyncedModel(models.Model):
    """A row that devices see. Ids are made by whoever creates it; a row never changes its shop.

    `save` writes only what differs from what was loaded, so that it does not undo what a device changed meanwhile, and
    writes a changed counter as a movement from the loaded value.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shop = models.ForeignKey(Shop, models.PROTECT, related_name="+")

    objects: ClassVar[Any] = SyncedQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        collection = registry.for_model(type(self))
        database = using or router.db_for_write(type(self), instance=self)
        if collection is None:
            super().save(force_insert=force_insert, force_update=force_update, using=using, update_fields=update_fields)
            return
        names = self._names_to_save(force_insert=bool(force_insert), given=update_fields)
        if names is not None and not _touches(collection, dict.fromkeys(names)):
            super().save(force_update=force_update, using=database, update_fields=names)
            self._remember(names)
            return

        def write() -> None:
            with feed.transaction(self.shop_id, using=database) as tx:
                before = capture.read(collection, tx.shop_id, [self.pk], using=database)
                counters = self._counters_to_deltas(
                    [spec.attr for spec in collection.counters if names is None or spec.attr in names]
                )
                if names is None and not before:
                    type(self).before_create([self])
                models.Model.save(
                    self, force_insert=force_insert, force_update=force_update, using=database, update_fields=names
                )
                if counters:
                    models.Model.refresh_from_db(self, using=database, fields=counters)
                after = capture.read(collection, tx.shop_id, [self.pk], using=database)
                capture.enter(tx, collection, before, after, using=database)

        with_retry(write, using=database)
        self._remember(names)

    save.alters_data = True  # type: ignore[attr-defined]

    def delete(self, using: str | None = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        if registry.for_model(type(self)) is None:
            return super().delete(using=using, keep_parents=keep_parents)
        database = using or router.db_for_write(type(self), instance=self) or DEFAULT_DB_ALIAS

        def remove() -> tuple[int, dict[str, int]]:
            with feed.transaction(self.shop_id, using=database):
                return models.Model.delete(self, using=database, keep_parents=keep_parents)

        return with_retry(remove, using=database)

    delete.alters_data = True  # type: ignore[attr-defined]

    @classmethod
    def before_create(cls, instances: Sequence[Self]) -> None:
        """Called under the shop's lock before rows are created, by whatever way. May fill server-only fields."""

    @classmethod
    def from_db(cls, db: str | None, field_names: Sized[str], values: Sized[Any], **options: Any) -> Self:
        instance = super().from_db(db, field_names, values, **options)
        instance._remember()
        return instance

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: models.QuerySet[Self] | None = None,
    ) -> None:
        names = None if fields is None else list(fields)
        super().refresh_from_db(using=using, fields=names, from_queryset=from_queryset)
        self._remember(names)

    def loaded_value(self, attr: str) -> Any:
        """What the database held when this attribute was loaded or saved last; None if it never was."""
        return self.__dict__.get("_sawa_loaded", {}).get(attr)

    def _remember(self, names: Sized[str] | None = None) -> None:
        """Keeps what the database holds, to tell later what the caller changed."""
        loaded: dict[str, Any] = self.__dict__.setdefault("_sawa_loaded", {})
        for field in self._meta.concrete_fields:
            if names is not None and field.name not in names and field.attname not in names:
                continue
            if field.attname in self.__dict__:
                value = self.__dict__[field.attname]
                loaded[field.attname] = copy.deepcopy(value) if isinstance(field, models.JSONField) else value

    def _names_to_save(self, *, force_insert: bool, given: Iterable[str] | None) -> list[str] | None:
        """The fields to write, or None for all of a new row."""
        if given is not None:
            return list(given)
        loaded: dict[str, Any] | None = self.__dict__.get("_sawa_loaded")
        if self._state.adding or force_insert or loaded is None:
            return None
        if loaded.get("shop_id", self.shop_id) != self.shop_id:
            raise NotSupportedError("a synced row keeps its shop")
        missing = object()
        changed = [
            field.name
            for field in self._meta.concrete_fields
            if not field.primary_key
            and field.attname in self.__dict__
            and self.__dict__[field.attname] is not missing
            and loaded.get(field.attname, missing) != self.__dict__[field.attname]
        ]
        if changed:
            changed += [
                field.name
                for field in self._meta.concrete_fields
                if getattr(field, "auto_now", False) and field.name not in changed
            ]
        return changed

    def _counters_to_deltas(self, names: Iterable[str]) -> list[str]:
        """Turns absolute counter values into movements from the loaded ones. Gives the fields to re-read."""
        loaded: dict[str, Any] = self.__dict__.get("_sawa_loaded", {})
        touched: list[str] = []
        for name in names:
            value = getattr(self, name)
            if isinstance(value, Combinable):
                touched.append(name)
            elif name in loaded and not self._state.adding:
                setattr(self, name, models.F(name) + (value - loaded[name]))
                touched.append(name)
        return touched
